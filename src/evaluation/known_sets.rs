//! What a rule over sets said of the same sets before: its answer holds while the rule sees the same input and the same lines are shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use crate::cache::codec::{codec_of_fields, encoded};
use crate::cache::digest::object_key;
use crate::cache::{Digest, Key, Segment};
use crate::domain::commit::Commit;
use crate::domain::finding::Draft;
use crate::domain::rule::Reads;
use crate::facts::Facts;
use crate::facts::sources::{Identity, Sources};
use crate::policy::value::{object, to_json};

use super::run::Setup;
use super::selection::Selected;
use super::set_rules::SetInput;

/// A text that a finding's place or lines were taken from: a file by branch and path, or the message of a commit.
pub type TextRead = (Option<String>, String);

/// The texts that one answer was made with.
#[derive(Debug, Default)]
pub struct TextsRead {
    files: Mutex<BTreeSet<TextRead>>,
    messages: Mutex<BTreeSet<String>>,
}

impl TextsRead {
    pub fn note_file(&self, branch: Option<&str>, path: &str) {
        if let Ok(mut files) = self.files.lock() {
            files.insert((branch.map(str::to_owned), path.to_owned()));
        }
    }

    pub fn note_message(&self, commit: &str) {
        if let Ok(mut messages) = self.messages.lock() {
            messages.insert(commit.to_owned());
        }
    }
}

/// What is kept of an answer.
struct SetRecord {
    drafts: Vec<Draft>,
    /// Which content each text had; `None` where there was none.
    files: Vec<(TextRead, Option<Key>)>,
    /// Whether each commit was among those that were judged.
    messages: Vec<(String, bool)>,
}

codec_of_fields!(SetRecord { drafts, files, messages });

/// Answers of earlier runs, for the sets of this one.
pub struct KnownSets<'a> {
    segment: &'a Segment,
    sources: &'a Sources,
    messages: &'a BTreeMap<&'a str, &'a str>,
}

impl<'a> KnownSets<'a> {
    pub const fn new(segment: &'a Segment, sources: &'a Sources, messages: &'a BTreeMap<&'a str, &'a str>) -> Self {
        Self {
            segment,
            sources,
            messages,
        }
    }

    /// What the rule said of this input.
    pub fn recall(&self, key: &Key) -> Option<Vec<Draft>> {
        let record: SetRecord = self.segment.get(key, "")?;
        let is_same = |((branch, path), id): &(TextRead, Option<Key>)| {
            self.sources.identity(branch.as_deref(), path) == id.map_or(Identity::Missing, Identity::Known)
        };
        let holds = record.files.iter().all(is_same)
            && record
                .messages
                .iter()
                .all(|(commit, was_there)| self.messages.contains_key(commit.as_str()) == *was_there);
        holds.then_some(record.drafts)
    }

    /// Keeps what the rule said; not when it showed a text that nobody can tell from another.
    pub fn remember(&self, key: Key, drafts: &[Draft], read: TextsRead) {
        let (Ok(files), Ok(messages)) = (read.files.into_inner(), read.messages.into_inner()) else {
            return;
        };
        let identified = files.into_iter().map(|(branch, path)| {
            let id = match self.sources.identity(branch.as_deref(), &path) {
                Identity::Known(id) => Some(id),
                Identity::Missing => None,
                Identity::Unknown => return None,
            };
            Some(((branch, path), id))
        });
        let Some(files) = identified.collect::<Option<Vec<_>>>() else {
            return;
        };
        if !self.sources.troubles().is_empty() {
            return;
        }
        let is_there = |commit: String| {
            let is_there = self.messages.contains_key(commit.as_str());
            (commit, is_there)
        };
        let record = SetRecord {
            drafts: drafts.to_vec(),
            files,
            messages: messages.into_iter().map(is_there).collect(),
        };
        self.segment.put(key, "", &record);
    }
}

/// Everything that the answer of a rule over sets follows from; `None` when that cannot be told.
pub fn key_of<V>(setup: &Setup<'_>, facts: &Facts<V>, input: &SetInput<'_, V>, rule: &Selected) -> Option<Key> {
    let mut key = Digest::of("set").text(rule.id.as_str()).text(&to_json(&rule.options));
    if rule.mentions.gate {
        key = key.text(setup.gate.as_str());
    }
    if rule.mentions.now {
        key = key.text(setup.now);
    }
    for reads in &rule.reads {
        key = key.text(reads.as_str());
        key = match reads {
            Reads::Deliveries | Reads::Edges | Reads::Names => key.bytes(&facts.rows_key?),
            Reads::Files => key.bytes(&input.files_key()),
            Reads::Commits => commits(key, &facts.history.commits)?,
            _ => key.text(&to_json(&object(input.part(*reads)))),
        };
    }
    Some(key.key())
}

/// Commits by their ids. One that is not made yet has none.
fn commits(key: Digest, commits: &[Commit]) -> Option<Digest> {
    commits.iter().try_fold(key, |key, commit| {
        let is_recorded = commit.paths.is_none();
        let id = object_key(&commit.id).filter(|_| is_recorded)?;
        // A shallow clone knows fewer parents.
        Some(key.bytes(&id).bytes(&encoded(&(commit.parents.len(), commit.lands))))
    })
}
