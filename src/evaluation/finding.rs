//! Violation to finding: stamps the rule, turns `at` into a place with line and column, and fetches the lines to show.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::documents::{Document, Limits, parse};
use crate::domain::finding::{Draft, Edit, Excerpt, Finding, Related};
use crate::domain::location::{Location, Position, Span};
use crate::domain::rule::{Level, Severity};
use crate::domain::stage::Evidence;
use crate::facts::sources::{Sources, excerpt};
use crate::policy::violation::EvidenceValue;
use crate::policy::{At, Violation};

use super::document_input::locate;
use super::known_sets::TextsRead;
use super::selection::Selected;

/// Where the texts come from that a violation may point into.
#[derive(Debug, Clone, Copy)]
pub enum Texts<'a> {
    /// The document at hand.
    Document {
        path: &'a str,
        branch: Option<&'a str>,
        document: &'a Document,
    },
    /// Files kept by the gathering, and the messages of the commits.
    Sources {
        files: &'a Sources,
        messages: &'a BTreeMap<&'a str, &'a str>,
        objects: &'a Objects,
        read: &'a TextsRead,
    },
}

/// What the documents of a file describe, by branch and path; a file is parsed again only for its first finding.
#[derive(Debug, Default)]
pub struct Objects(Mutex<BTreeMap<File, Vec<String>>>);

/// Branch and path.
type File = (Option<String>, String);

impl Objects {
    fn name(&self, location: &Location, text: &str) -> Option<String> {
        let path = location.path.clone()?;
        let mut known = self.0.lock().ok()?;
        let names = known.entry((location.branch.clone(), path)).or_insert_with_key(|(_, path)| {
            let parsed = parse(path, text.as_bytes(), &Limits::default());
            parsed.documents.iter().map(name_of).collect()
        });
        names.get(location.document?).cloned()
    }
}

/// Makes the finding of a violation.
pub fn draft(rule: &Selected, violation: Violation, texts: Texts<'_>) -> Draft {
    let location = place(&violation.at, texts);
    let severity = rule.severity_at(location.path.as_deref());
    let severity = violation.severity.map_or(severity, |lower: Severity| lower.min(severity));
    let related = violation.related.into_iter().map(|r| Related {
        message: r.message,
        location: place(&r.at, texts),
    });
    let edits = violation.edits.iter().filter_map(|e| {
        let at = place(&e.at, texts);
        Some(Edit {
            path: at.path?,
            range: at.span?,
            text: e.text.clone(),
        })
    });
    // Whoever lowered the rule does not want to be stopped by it.
    let is_undecided = violation.is_undecided && severity == Severity::Error;
    let subject = violation.subject.clone().unwrap_or_else(|| subject_of(&location, texts));
    let finding = Finding {
        rule: rule.id.clone(),
        severity,
        title: rule.title.clone(),
        message: violation.message,
        fix: violation.fix,
        fingerprint: String::new(),
        related: related.collect(),
        excerpt: excerpt_of(&location, texts),
        evidence: violation.evidence.into_iter().map(|e| evidence(e, texts)).collect(),
        edits: edits.collect(),
        location,
    };
    Draft {
        is_off: rule.level_at(finding.location.path.as_deref()) == Level::Off,
        is_undecided,
        finding,
        subject,
        oldest_id: rule.oldest_id().to_owned(),
    }
}

fn evidence(from: EvidenceValue, texts: Texts<'_>) -> Evidence {
    Evidence {
        source: from.source.into(),
        text: from.text,
        stage: from.stage,
        weight: from.weight,
        location: place(&from.at, texts),
    }
}

/// The object a pointer belongs to is part of what a finding is about: two documents of one file are told apart by it, not by their order.
fn subject_of(location: &Location, texts: Texts<'_>) -> String {
    let pointer = location.pointer.clone().unwrap_or_default();
    match texts {
        Texts::Document { document, .. } => format!("{}{pointer}", name_of(document)),
        Texts::Sources { objects, .. } => {
            let named = text_of(location, texts).and_then(|text| objects.name(location, text));
            format!("{}{pointer}", named.unwrap_or_default())
        }
    }
}

/// Kind, namespace and name of the object that a document describes.
fn name_of(document: &Document) -> String {
    let text = |keys: &[&str]| document.root().path(keys).and_then(|n| n.as_text()).unwrap_or("");
    format!(
        "{}/{}/{}",
        text(&["kind"]),
        text(&["metadata", "namespace"]),
        text(&["metadata", "name"])
    )
}

/// The lines to show: around the place in a file, or of a commit's message.
fn excerpt_of(location: &Location, texts: Texts<'_>) -> Option<Excerpt> {
    if let (Some(commit), Texts::Sources { messages, read, .. }) = (location.commit.as_deref(), texts) {
        read.note_message(commit);
        let span = location.span.unwrap_or_else(|| Span::point(1, 1));
        return messages.get(commit).map(|message| excerpt(message, span));
    }
    excerpt_in_file(location, texts)
}

fn excerpt_in_file(location: &Location, texts: Texts<'_>) -> Option<Excerpt> {
    let span = location.span?;
    text_of(location, texts).map(|text| excerpt(text, span))
}

fn text_of<'a>(location: &Location, texts: Texts<'a>) -> Option<&'a str> {
    let path = location.path.as_deref()?;
    match texts {
        Texts::Document { path: own, document, .. } => (own == path).then(|| document.text().as_ref()),
        Texts::Sources { files, read, .. } => {
            read.note_file(location.branch.as_deref(), path);
            files.get(location.branch.as_deref(), path).map(|t| &**t)
        }
    }
}

/// Turns `at` into a location. A line that came with a fact is believed; a pointer alone is looked up.
fn place(at: &At, texts: Texts<'_>) -> Location {
    let mut location = Location {
        path: at.path.clone(),
        span: span_of(at),
        pointer: at.pointer.clone(),
        document: at.document,
        branch: at.branch.clone(),
        commit: at.commit.clone(),
        reference: at.reference.clone(),
        change: at.change.clone(),
    };
    if location.span.is_some() && !at.key {
        return location;
    }
    let (Some(path), Some(pointer)) = (at.path.as_deref(), at.pointer.as_deref()) else {
        return location;
    };
    match texts {
        Texts::Document {
            path: own,
            branch,
            document,
        } if own == path => {
            let branch = branch.map(str::to_owned);
            location = Location {
                branch,
                ..locate(document, path, pointer, at.key)
            };
        }
        Texts::Document { .. } => {}
        Texts::Sources { files, read, .. } => {
            read.note_file(at.branch.as_deref(), path);
            if let Some(text) = files.get(at.branch.as_deref(), path) {
                let parsed = parse(path, text.as_bytes(), &Limits::default());
                if let Some(document) = parsed.documents.get(at.document.unwrap_or(0)) {
                    location.span = locate(document, path, pointer, at.key).span;
                }
            }
        }
    }
    location
}

fn span_of(at: &At) -> Option<Span> {
    let start = Position {
        line: at.line?,
        column: at.column.unwrap_or(1),
    };
    let end = Position {
        line: at.end_line.unwrap_or(start.line),
        column: at.end_column.unwrap_or(start.column),
    };
    Some(Span { start, end })
}
