//! The CODEOWNERS file that counts, read from any state of the repository, and what it says of paths.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cache::Key;
use crate::cache::digest::object_key;
use crate::delivery::repository_url::normalise;
use crate::documents::codeowners::{
    CodeOwners, Dialect, Entry, Located, Owned as OwnedPath, Problem, Traces, Usage, locate, parse, unloaded,
};
use crate::domain::location::{Location, Position};
use crate::domain::report::{Failure, FailureKind, Skip, SkipCause};
use crate::domain::target::Content;
use crate::git::{EntryKind, FileEntry, blob_id};

use super::critical_paths::{CriticalPath, Search};
use super::files::{list, read_text};
use super::place::{FactsError, Place};

/// GitHub loads none of this size, and flowgate looks into none of it; bytes.
const LIMIT: usize = 3 * 1024 * 1024;
/// A manifest is a page long; bytes.
const LARGEST_MANIFEST: u64 = 1024 * 1024;
/// One that is larger than this is not even read; bytes.
const READ_LIMIT: u64 = 16 * 1024 * 1024;

/// For whose owners is asked, and who says it.
#[derive(Debug, Clone, Copy)]
pub struct Owned<'a> {
    /// Folders with the user's own rules.
    pub policies: &'a [String],
    /// The state whose CODEOWNERS counts, where a change must not speak for itself; `None`: the judged one.
    pub from: Option<&'a Content>,
}

impl<'a> Owned<'a> {
    /// The judged state says itself who owns what.
    pub const fn by_judged(policies: &'a [String]) -> Self {
        Self { policies, from: None }
    }
}

/// What a rule about ownership sees.
#[derive(Debug)]
pub struct Owners {
    pub file: OwnersFile,
    /// Short name of the branch whose tree was looked at; only when several are.
    pub branch: Option<String>,
    /// Each entry and what it is good for, in the order of the file.
    pub entries: Vec<(Entry, Usage)>,
    /// What the file says of the paths that matter most.
    pub paths: Vec<CriticalPath>,
}

impl Owners {
    /// What the file says of the paths of one tree. `manifests` of the search is replaced by what is found among the entries.
    pub fn of(place: &Place, file: OwnersFile, entries: &[&FileEntry], search: &Search<'_>) -> Self {
        let manifests = manifests(place, entries);
        let search = Search {
            manifests: &manifests,
            ..*search
        };
        Self {
            branch: search.branch.map(str::to_owned),
            entries: file.entries(search.paths),
            paths: search.owned_by(&file),
            file,
        }
    }
}

/// Release manifests: `release*.yaml` in the root or anything in `releases/` that has a key `release`.
fn manifests(place: &Place, entries: &[&FileEntry]) -> BTreeSet<String> {
    let is_named = |path: &str| {
        let is_yaml = [".yaml", ".yml"].iter().any(|end| path.ends_with(end));
        let in_folder = path.strip_prefix("releases/").is_some_and(|name| !name.contains('/'));
        is_yaml && (in_folder || path.starts_with("release") && !path.contains('/'))
    };
    let has_key = |entry: &FileEntry| {
        let bytes = read_text(place.repository(), place.root(), entry, LARGEST_MANIFEST).unwrap_or_default();
        bytes.split(|b| *b == b'\n').any(|line| line.starts_with(b"release:"))
    };
    let files = entries
        .iter()
        .filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable));
    let manifests = files.filter(|entry| is_named(&entry.path) && has_key(entry));
    manifests.map(|entry| entry.path.clone()).collect()
}

/// The file that counts, as it is read by its host.
#[derive(Debug)]
pub struct OwnersFile {
    pub located: Located,
    /// One; both when nobody can tell who reads the file; none when there is no file that counts.
    readings: Vec<CodeOwners>,
    /// The text, and its object id where that is known.
    pub text: Option<(Arc<str>, Option<Key>)>,
    /// Why a file that is there says nothing.
    pub skip: Option<Skip>,
    /// Why it could not be read.
    pub failure: Option<Failure>,
}

impl OwnersFile {
    /// Reads it from a state of the repository: in a gate that must not believe a change this is the target's revision.
    ///
    /// # Errors
    /// When the state cannot be listed. That the file is there and cannot be read is a failure in the result.
    pub fn of_content(place: &Place, content: &Content, url: Option<&str>) -> Result<Self, FactsError> {
        let (entries, _) = list(place, content)?;
        Ok(Self::among(place, &entries.iter().collect::<Vec<_>>(), url))
    }

    /// Reads it from the files of one state. `url` is that of the repository, whose host tells who reads it.
    pub fn among(place: &Place, entries: &[&FileEntry], url: Option<&str>) -> Self {
        let begins = |folder: &str| entries.iter().any(|entry| entry.path.starts_with(folder));
        let traces = Traces {
            host: url.and_then(host_of),
            has_gitlab: begins(".gitlab/") || entries.iter().any(|entry| entry.path == ".gitlab-ci.yml"),
            has_github: begins(".github/"),
        };
        let at = |path: &str| entries.iter().find(|entry| entry.path == path);
        let located = locate(|path| at(path).is_some(), traces);
        let mut file = Self {
            located,
            readings: Vec::new(),
            text: None,
            skip: None,
            failure: None,
        };
        let Some(entry) = file.located.path.and_then(at) else {
            return file;
        };
        if matches!(entry.kind, EntryKind::Symlink | EntryKind::Submodule) {
            file.skip = Some(Skip {
                rule: None,
                reason: format!("{} is a symlink or submodule and is not followed", entry.path),
                count: 1,
                cause: SkipCause::Nature,
                reads: None,
            });
            file.located.path = None;
            return file;
        }
        match read_text(place.repository(), place.root(), entry, READ_LIMIT) {
            Ok(bytes) => file.read(&bytes, entry),
            Err(reason) => {
                file.failure = Some(Failure {
                    kind: FailureKind::Io,
                    message: format!("cannot be read: {reason}"),
                    location: Some(Location::of_path(&entry.path)),
                });
            }
        }
        file
    }

    fn read(&mut self, bytes: &[u8], entry: &FileEntry) {
        let dialects: Vec<Dialect> = self
            .located
            .dialect
            .map_or_else(|| Dialect::ALL.to_vec(), |dialect| vec![dialect]);
        if bytes.len() >= LIMIT {
            self.readings = dialects.into_iter().map(unloaded).collect();
            return;
        }
        let text = String::from_utf8_lossy(bytes);
        self.readings = dialects.into_iter().map(|dialect| parse(&text, dialect)).collect();
        // Only GitLab has sections: who writes one writes for it.
        if let Some(position) = self.readings.iter().position(|reading| reading.has_sections)
            && self.readings.len() > 1
        {
            let reading = self.readings.swap_remove(position);
            self.located.dialect = Some(reading.dialect);
            self.readings = vec![reading];
        }
        let id = entry.blob.clone().or_else(|| blob_id(bytes));
        self.text = Some((Arc::from(text), id.as_deref().and_then(object_key)));
    }

    /// Who owns a path. Where nobody can tell which host reads the file, it is owned if it is for one of them.
    pub fn owners_of(&self, path: &str) -> OwnedPath {
        let owned = self.readings.iter().map(|reading| reading.owners_of(path));
        owned.max_by_key(OwnedPath::approvals).unwrap_or_default()
    }

    /// What is wrong with the file for whoever may read it.
    pub fn problems(&self) -> Vec<Problem> {
        let Some((first, others)) = self.readings.split_first() else {
            return Vec::new();
        };
        let lines = |reading: &CodeOwners| {
            let lines = reading.problems.iter().map(|problem| (problem.at.line, problem.kind));
            lines.collect::<BTreeSet<_>>()
        };
        let others: Vec<_> = others.iter().map(lines).collect();
        let is_shared = |problem: &&Problem| others.iter().all(|lines| lines.contains(&(problem.at.line, problem.kind)));
        first.problems.iter().filter(is_shared).cloned().collect()
    }

    /// Each entry and what it is good for among these paths; only what holds for whoever may read the file.
    pub fn entries(&self, paths: &BTreeSet<String>) -> Vec<(Entry, Usage)> {
        let usage = |reading: &CodeOwners| {
            let usage = reading.usage(paths.iter().map(String::as_str));
            reading.entries.iter().cloned().zip(usage).collect::<Vec<_>>()
        };
        let mut all = self.readings.iter().map(usage);
        let Some(mut entries) = all.next() else {
            return Vec::new();
        };
        for others in all {
            let others: BTreeMap<Position, Usage> = others.iter().map(|(entry, usage)| (entry.at, *usage)).collect();
            entries.retain(|(entry, _)| others.contains_key(&entry.at));
            for (entry, usage) in &mut entries {
                let Some(other) = others.get(&entry.at) else { continue };
                usage.matches = usage.matches.max(other.matches);
                usage.decides = usage.decides.max(other.decides);
                // Indices are those of one reading.
                usage.shadowed_by = None;
            }
        }
        entries
    }
}

/// The host of a URL, where its name tells who it is.
fn host_of(url: &str) -> Option<Dialect> {
    let normalised = normalise(url)?;
    let host = normalised.split('/').next()?;
    Dialect::of_host(host)
}
