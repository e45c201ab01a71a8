//! What earlier runs learnt of files: found by object id and path, believed while the surroundings answer as they did then.

use std::sync::Arc;

use crate::cache::codec::{Bytes, codec_of_fields, decoded, encoded};
use crate::cache::{Digest, Key, Segment};
use crate::delivery::Context;
use crate::documents::{Document, Limits, parse};
use crate::domain::delivery::Rows;
use crate::domain::file::FileFacts;
use crate::domain::learnt::{Learnt, Question};
use crate::git::FileEntry;

use super::documents::{FileOutcome, Judge, Retained};
use super::files::Listed;
use super::sources::Sources;
use super::surroundings::{Around, ContextParts};

/// The memory of one run, for the files of one tree.
pub struct Memory<'a> {
    segment: &'a Segment,
    around: &'a Around<'a>,
    base: Key,
    surroundings: Key,
}

/// What is kept of a file.
struct FileRecord {
    base: Key,
    /// The surroundings for which it was last found to hold.
    surroundings: Key,
    /// The questions with their answers, as bytes: they are looked at only when the surroundings are other ones.
    questions: Bytes,
    rows: Key,
    learnt: Learnt,
}

codec_of_fields!(FileRecord {
    base,
    surroundings,
    questions,
    rows,
    learnt
});

/// What is kept of a join.
pub struct JoinRecord {
    pub rows: Rows,
    pub key: Key,
}

codec_of_fields!(JoinRecord { rows, key });

impl JoinRecord {
    pub fn of(rows: Rows) -> Self {
        Self {
            key: Digest::of("rows").bytes(&encoded(&rows)).key(),
            rows,
        }
    }
}

/// A file with documents that are joined with those of others.
pub struct RetainedFile {
    pub branches: Vec<String>,
    entry: FileEntry,
    id: Option<Key>,
    retained: Retained,
}

impl RetainedFile {
    pub fn new(entry: &FileEntry, branches: Vec<String>, id: Option<Key>, retained: Retained) -> Self {
        Self {
            entry: entry.clone(),
            branches,
            id,
            retained,
        }
    }

    /// Lets findings point into the file as it stands on a branch.
    pub fn show(&self, branch: &str, sources: &mut Sources) {
        let branch = Some(branch.to_owned());
        match self.retained.documents.as_ref().and_then(|documents| documents.first()) {
            Some(document) => sources.insert(branch, self.entry.path.clone(), self.id, Arc::clone(document.text())),
            None => sources.insert_unread(branch, self.id, self.entry.clone()),
        }
    }

    /// The documents, with the path; those that earlier runs saw are read now.
    pub fn documents(&self, sources: &Sources) -> Vec<(String, Arc<Document>)> {
        let path = &self.entry.path;
        let with_path = |document: Arc<Document>| (path.clone(), document);
        if let Some(documents) = &self.retained.documents {
            return documents.iter().cloned().map(with_path).collect();
        }
        let Some(text) = sources.read(&self.entry) else {
            return Vec::new();
        };
        let documents = parse(path, text.as_bytes(), &Limits::default()).documents;
        let wanted = |(position, _): &(usize, Document)| self.retained.positions.contains(position);
        let wanted = documents.into_iter().enumerate().filter(wanted);
        wanted.map(|(_, document)| with_path(Arc::new(document))).collect()
    }
}

/// What a join follows from; `None` when the object id of a file is not known.
pub fn join_key(around: &Around<'_>, parts: &ContextParts<'_>, files: &[&RetainedFile]) -> Option<Key> {
    let mut digest = Digest::of("join").bytes(&around.key()).bytes(&parts.base());
    for file in files {
        digest = digest
            .text(&file.entry.path)
            .bytes(&file.id?)
            .bytes(&encoded(&file.retained.positions));
    }
    Some(digest.key())
}

impl<'a> Memory<'a> {
    pub fn new(segment: &'a Segment, parts: &ContextParts<'_>, around: &'a Around<'a>) -> Self {
        Self {
            segment,
            around,
            base: parts.base(),
            surroundings: around.key(),
        }
    }

    /// What became of a file when it was looked at before. `bytes` is the size that it must have; without a judge what rules said of it
    /// is left out.
    pub fn recall<J: Judge>(
        &self,
        id: &Key,
        listed: &Listed,
        bytes: Option<u64>,
        judge: Option<&J>,
    ) -> Option<FileOutcome<J::Verdict>> {
        let name = name_of(listed);
        let mut record: FileRecord = self.segment.get(id, &name)?;
        if record.base != self.base || bytes.is_some_and(|bytes| bytes != record.learnt.facts.bytes) {
            return None;
        }
        if record.surroundings != self.surroundings {
            let questions: Vec<(Question, String)> = decoded(&record.questions.0)?;
            let context = self.around.shared();
            if questions.iter().any(|(question, answer)| context.answer(question) != *answer) {
                return None;
            }
            record.surroundings = self.surroundings;
            self.segment.put(*id, &name, &record);
        }
        let Learnt {
            facts,
            rows,
            is_shown,
            retained,
            embedded_applications,
            said,
        } = record.learnt;
        let verdicts = match judge {
            Some(judge) => vec![judge.verdict(said?)?],
            None => Vec::new(),
        };
        Some(FileOutcome {
            verdicts,
            facts: FileFacts {
                path: listed.entry.path.clone(),
                branches: listed.branches.clone(),
                ..facts
            },
            retained: Retained {
                positions: retained,
                documents: None,
            },
            rows,
            is_shown,
            text: None,
            embedded_applications,
            id: Some(*id),
            rows_key: Some(record.rows),
        })
    }

    /// Keeps what became of a file, unless a rule failed at it. `context` is the one that it was reduced with.
    pub fn remember<J: Judge>(
        &self,
        id: Key,
        listed: &Listed,
        context: &Context<'_>,
        outcome: &mut FileOutcome<J::Verdict>,
        judge: Option<&J>,
    ) {
        let rows = Digest::of("rows").bytes(&encoded(&outcome.rows)).key();
        outcome.id = Some(id);
        outcome.rows_key = Some(rows);
        let said = judge.and_then(|judge| judge.said(&outcome.verdicts));
        if judge.is_some() && said.is_none() {
            return;
        }
        let record = FileRecord {
            base: self.base,
            surroundings: self.surroundings,
            questions: Bytes(encoded(&context.asked())),
            rows,
            learnt: Learnt {
                facts: FileFacts {
                    path: String::new(),
                    branches: Vec::new(),
                    ..outcome.facts.clone()
                },
                rows: outcome.rows.clone(),
                is_shown: outcome.is_shown,
                retained: outcome.retained.positions.clone(),
                embedded_applications: outcome.embedded_applications,
                said,
            },
        };
        self.segment.put(id, &name_of(listed), &record);
    }
}

/// What tells a file from others of the same content: its path, and the branch that its findings name.
fn name_of(listed: &Listed) -> String {
    match listed.branches.first() {
        Some(branch) => format!("{}\n{branch}", listed.entry.path),
        None => listed.entry.path.clone(),
    }
}
