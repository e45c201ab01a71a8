//! A finding with its places, evidence and edits, and the waiver that lets one pass.

use serde::Serialize;

use super::report::all;
use crate::domain::finding::{Edit, Excerpt, Finding, Related};
use crate::domain::location::{Location, Span};
use crate::domain::report::Waived;
use crate::domain::stage::Evidence;
use crate::domain::waiver::Waiver;

#[derive(Serialize)]
pub(super) struct JsonFinding<'a> {
    rule: &'a str,
    severity: &'static str,
    title: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
    fingerprint: &'a str,
    location: JsonLocation<'a>,
    related: Vec<JsonRelated<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<JsonExcerpt<'a>>,
    evidence: Vec<JsonEvidence<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<JsonEdit<'a>>,
}

impl<'a> From<&'a Finding> for JsonFinding<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule.as_str(),
            severity: finding.severity.as_str(),
            title: &finding.title,
            message: &finding.message,
            fix: finding.fix.as_deref(),
            fingerprint: &finding.fingerprint,
            location: (&finding.location).into(),
            related: all(&finding.related),
            excerpt: finding.excerpt.as_ref().map(Into::into),
            evidence: all(&finding.evidence),
            edits: all(&finding.edits),
        }
    }
}

/// `line` to `end_column` come together; the end is exclusive.
#[derive(Serialize)]
pub(super) struct JsonLocation<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    span: Option<JsonSpan>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a str>,
}

impl<'a> From<&'a Location> for JsonLocation<'a> {
    fn from(location: &'a Location) -> Self {
        Self {
            path: location.path.as_deref(),
            span: location.span.map(Into::into),
            pointer: location.pointer.as_deref(),
            document: location.document,
            branch: location.branch.as_deref(),
            commit: location.commit.as_deref(),
            reference: location.reference.as_deref(),
            change: location.change.as_deref(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonSpan {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl From<Span> for JsonSpan {
    fn from(Span { start, end }: Span) -> Self {
        Self {
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonRelated<'a> {
    message: &'a str,
    location: JsonLocation<'a>,
}

impl<'a> From<&'a Related> for JsonRelated<'a> {
    fn from(related: &'a Related) -> Self {
        Self {
            message: &related.message,
            location: (&related.location).into(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonExcerpt<'a> {
    first_line: u32,
    text: &'a str,
}

impl<'a> From<&'a Excerpt> for JsonExcerpt<'a> {
    fn from(excerpt: &'a Excerpt) -> Self {
        Self {
            first_line: excerpt.first_line,
            text: &excerpt.text,
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonEvidence<'a> {
    source: &'a str,
    text: &'a str,
    stage: &'a str,
    weight: u8,
    location: JsonLocation<'a>,
}

impl<'a> From<&'a Evidence> for JsonEvidence<'a> {
    fn from(evidence: &'a Evidence) -> Self {
        Self {
            source: &evidence.source,
            text: &evidence.text,
            stage: &evidence.stage,
            weight: evidence.weight,
            location: (&evidence.location).into(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonEdit<'a> {
    path: &'a str,
    range: JsonSpan,
    text: &'a str,
}

impl<'a> From<&'a Edit> for JsonEdit<'a> {
    fn from(edit: &'a Edit) -> Self {
        Self {
            path: &edit.path,
            range: edit.range.into(),
            text: &edit.text,
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonWaived<'a> {
    finding: JsonFinding<'a>,
    waiver: JsonWaiver<'a>,
}

impl<'a> From<&'a Waived> for JsonWaived<'a> {
    fn from(waived: &'a Waived) -> Self {
        Self {
            finding: (&waived.finding).into(),
            waiver: (&waived.waiver).into(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonWaiver<'a> {
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'a str>,
    source: &'static str,
    location: JsonLocation<'a>,
}

impl<'a> From<&'a Waiver> for JsonWaiver<'a> {
    fn from(waiver: &'a Waiver) -> Self {
        Self {
            rule: waiver.rule.as_str(),
            path: waiver.path.as_deref(),
            reason: &waiver.reason,
            owner: waiver.owner.as_deref(),
            until: waiver.until.as_deref(),
            source: waiver.source.as_str(),
            location: (&waiver.at).into(),
        }
    }
}
