//! A finding with its places, evidence and edits, and the waiver that lets one pass.

use serde::{Deserialize, Deserializer};

use super::report::{all, rule, word};
use crate::domain::finding::{Edit, Excerpt, Finding, Related};
use crate::domain::location::{Location, Position, Span};
use crate::domain::report::Waived;
use crate::domain::rule::{RuleId, Severity};
use crate::domain::stage::Evidence;
use crate::domain::waiver::{Reach, Waiver, WaiverSource};

#[derive(Deserialize)]
pub(super) struct ReadFinding {
    #[serde(deserialize_with = "rule")]
    rule: RuleId,
    #[serde(deserialize_with = "severity")]
    severity: Severity,
    title: String,
    message: String,
    fix: Option<String>,
    fingerprint: String,
    location: ReadLocation,
    related: Vec<ReadRelated>,
    excerpt: Option<ReadExcerpt>,
    evidence: Vec<ReadEvidence>,
    #[serde(default)]
    edits: Vec<ReadEdit>,
}

impl From<ReadFinding> for Finding {
    fn from(read: ReadFinding) -> Self {
        Self {
            rule: read.rule,
            severity: read.severity,
            title: read.title,
            message: read.message,
            fix: read.fix,
            fingerprint: read.fingerprint,
            location: read.location.into(),
            related: all(read.related),
            excerpt: read.excerpt.map(Into::into),
            evidence: all(read.evidence),
            edits: all(read.edits),
        }
    }
}

/// `line` to `end_column` come together or not at all.
#[derive(Deserialize)]
struct Flat {
    path: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    pointer: Option<String>,
    document: Option<usize>,
    branch: Option<String>,
    commit: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    change: Option<String>,
}

#[derive(Deserialize)]
#[serde(try_from = "Flat")]
pub(super) struct ReadLocation(Location);

impl TryFrom<Flat> for ReadLocation {
    type Error = &'static str;

    fn try_from(flat: Flat) -> Result<Self, Self::Error> {
        let span = match (flat.line, flat.column, flat.end_line, flat.end_column) {
            (None, None, None, None) => None,
            (Some(line), Some(column), Some(end_line), Some(end_column)) => Some(span(line, column, end_line, end_column)?),
            _ => return Err("a place in a text needs `line`, `column`, `end_line` and `end_column`"),
        };
        Ok(Self(Location {
            path: flat.path,
            span,
            pointer: flat.pointer,
            document: flat.document,
            branch: flat.branch,
            commit: flat.commit,
            reference: flat.reference,
            change: flat.change,
        }))
    }
}

impl From<ReadLocation> for Location {
    fn from(read: ReadLocation) -> Self {
        read.0
    }
}

fn span(line: u32, column: u32, end_line: u32, end_column: u32) -> Result<Span, &'static str> {
    if [line, column, end_line, end_column].contains(&0) {
        return Err("lines and columns count from 1");
    }
    let span = Span {
        start: Position { line, column },
        end: Position {
            line: end_line,
            column: end_column,
        },
    };
    if span.end < span.start {
        return Err("a place in a text ends before it begins");
    }
    Ok(span)
}

#[derive(Deserialize)]
struct FlatSpan {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Deserialize)]
#[serde(try_from = "FlatSpan")]
struct ReadSpan(Span);

impl TryFrom<FlatSpan> for ReadSpan {
    type Error = &'static str;

    fn try_from(flat: FlatSpan) -> Result<Self, Self::Error> {
        span(flat.line, flat.column, flat.end_line, flat.end_column).map(Self)
    }
}

#[derive(Deserialize)]
struct ReadRelated {
    message: String,
    location: ReadLocation,
}

impl From<ReadRelated> for Related {
    fn from(read: ReadRelated) -> Self {
        Self {
            message: read.message,
            location: read.location.into(),
        }
    }
}

#[derive(Deserialize)]
struct ReadExcerpt {
    first_line: u32,
    text: String,
}

impl From<ReadExcerpt> for Excerpt {
    fn from(read: ReadExcerpt) -> Self {
        Self {
            first_line: read.first_line,
            text: read.text,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ReadEvidence {
    source: String,
    text: String,
    stage: String,
    weight: u8,
    location: ReadLocation,
}

impl From<ReadEvidence> for Evidence {
    fn from(read: ReadEvidence) -> Self {
        Self {
            source: read.source.into(),
            text: read.text,
            stage: read.stage,
            weight: read.weight,
            location: read.location.into(),
        }
    }
}

#[derive(Deserialize)]
struct ReadEdit {
    path: String,
    range: ReadSpan,
    text: String,
}

impl From<ReadEdit> for Edit {
    fn from(read: ReadEdit) -> Self {
        Self {
            path: read.path,
            range: read.range.0,
            text: read.text,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ReadWaived {
    finding: ReadFinding,
    waiver: ReadWaiver,
}

impl From<ReadWaived> for Waived {
    fn from(read: ReadWaived) -> Self {
        Self {
            finding: read.finding.into(),
            waiver: read.waiver.into(),
        }
    }
}

#[derive(Deserialize)]
struct ReadWaiver {
    #[serde(deserialize_with = "rule")]
    rule: RuleId,
    path: Option<String>,
    reason: String,
    owner: Option<String>,
    until: Option<String>,
    #[serde(deserialize_with = "source")]
    source: WaiverSource,
    location: ReadLocation,
}

impl From<ReadWaiver> for Waiver {
    fn from(read: ReadWaiver) -> Self {
        Self {
            rule: read.rule,
            path: read.path,
            reason: read.reason,
            owner: read.owner,
            until: read.until,
            at: read.location.into(),
            source: read.source,
        }
    }
}

/// What a comment reached is not written: what it let pass is known.
fn source<'de, D: Deserializer<'de>>(deserializer: D) -> Result<WaiverSource, D::Error> {
    let is_comment = word(
        deserializer,
        &[false, true],
        |is_comment| if is_comment { "comment" } else { "config" },
    )?;
    Ok(if is_comment {
        WaiverSource::Comment(Reach::default())
    } else {
        WaiverSource::Config
    })
}

fn severity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Severity, D::Error> {
    word(deserializer, &Severity::ALL, Severity::as_str)
}
