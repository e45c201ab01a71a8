//! One file's way through: read, classified, parsed, judged by the document rules, reduced to rows, dropped.

use std::sync::Arc;

use crate::cache::Key;
use crate::delivery::{Context, Reduced, reduce};
use crate::documents::{Document, Limits, ParsedFile, decode, parse};
use crate::domain::delivery::Rows;
use crate::domain::file::{FileClass, FileFacts};
use crate::domain::learnt::Said;

/// What a document rule is asked about.
#[derive(Debug, Clone, Copy)]
pub struct DocumentFacts<'a> {
    pub path: &'a str,
    /// Short name of the branch; only when several are looked at.
    pub branch: Option<&'a str>,
    pub document: &'a Document,
    pub reduced: &'a Reduced,
}

/// Judges documents while they are in memory. `evaluation` is one; facts know only this.
pub trait Judge: Sync {
    type Verdict: Send;
    fn judge(&self, facts: &DocumentFacts<'_>) -> Self::Verdict;

    /// What may be kept of the verdicts on a file's documents; nothing when a rule failed at one of them.
    fn said(&self, _verdicts: &[Self::Verdict]) -> Option<Said> {
        None
    }

    /// The verdict on a file that was kept.
    fn verdict(&self, _said: Said) -> Option<Self::Verdict> {
        None
    }
}

/// The documents of a file that must stay until all files are known, because a tool joins them with others.
#[derive(Debug, Clone, Default)]
pub struct Retained {
    /// Among the documents of the file.
    pub positions: Vec<usize>,
    /// `None` when the file was not read now.
    pub documents: Option<Vec<Arc<Document>>>,
}

/// What became of one file.
#[derive(Debug)]
pub struct FileOutcome<V> {
    pub facts: FileFacts,
    pub rows: Rows,
    pub retained: Retained,
    pub verdicts: Vec<V>,
    /// Something in the file may be pointed at later.
    pub is_shown: bool,
    /// Its text in that case, when it was read now.
    pub text: Option<Arc<str>>,
    pub embedded_applications: usize,
    /// Object id of its content, where that is known.
    pub id: Option<Key>,
    /// The same for the same rows; only when there is a cache.
    pub rows_key: Option<Key>,
}

/// A file and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct FileBytes<'a> {
    pub path: &'a str,
    pub branches: &'a [String],
    pub bytes: &'a [u8],
    pub limits: Limits,
    /// Whether rules are asked about its documents.
    pub is_judged: bool,
}

/// Takes a file from bytes to outcome.
pub fn process<J: Judge>(file: FileBytes<'_>, context: &Context<'_>, judge: &J) -> FileOutcome<J::Verdict> {
    let parsed = parse(file.path, file.bytes, &file.limits);
    let ParsedFile {
        class,
        documents,
        problems,
        embedded_applications,
        waivers,
    } = parsed;
    let mut outcome = FileOutcome {
        facts: FileFacts {
            path: file.path.to_owned(),
            branches: file.branches.to_vec(),
            bytes: file.bytes.len() as u64,
            documents: documents.len(),
            problems,
            waivers,
            class,
        },
        rows: Rows::default(),
        retained: Retained::default(),
        verdicts: Vec::new(),
        is_shown: false,
        text: None,
        embedded_applications,
        id: None,
        rows_key: None,
    };
    let branch = file.branches.first().map(String::as_str);
    let mut retained = Retained::default();
    let kept = retained.documents.get_or_insert_default();
    for (position, document) in documents.into_iter().enumerate() {
        let document = Arc::new(document);
        let reduced = reduce(context, file.path, &document);
        let facts = DocumentFacts {
            path: file.path,
            branch,
            document: &document,
            reduced: &reduced,
        };
        if file.is_judged {
            outcome.verdicts.push(judge.judge(&facts));
        }
        if reduced.retained || reduced.rows != Rows::default() {
            outcome.text = Some(Arc::clone(document.text()));
        }
        outcome.rows.append(reduced.rows);
        if reduced.retained {
            retained.positions.push(position);
            kept.push(document);
        }
    }
    outcome.retained = retained;
    if outcome.text.is_none() && is_shown(&outcome.facts) {
        // As the parser saw it: without a byte order mark, and UTF-16 as text.
        outcome.text = decode(file.bytes).map(Into::into);
    }
    outcome.is_shown = outcome.text.is_some();
    outcome
}

/// Whether a finding about the file itself will want to show its lines.
fn is_shown(facts: &FileFacts) -> bool {
    matches!(facts.class, FileClass::Broken { .. }) || !facts.problems.is_empty() || !facts.waivers.is_empty()
}
