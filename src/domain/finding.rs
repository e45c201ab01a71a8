//! What a rule returns (a violation) and what is reported (a finding).

use super::location::{Location, Span};
use super::rule::{RuleId, Severity};
use super::stage::Evidence;

/// A second place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    pub message: String,
    pub location: Location,
}

/// A change of text that mends the finding without changing what the file means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    pub path: String,
    pub range: Span,
    pub text: String,
}

/// The lines around a finding, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Number of the first line of `text`.
    pub first_line: u32,
    /// Whole lines, without the last line break.
    pub text: String,
}

/// One thing that is wrong, at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub rule: RuleId,
    pub severity: Severity,
    /// Title of the rule.
    pub title: String,
    /// What is wrong here, in one sentence.
    pub message: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// Stays the same when lines move, files are renamed by Git, or other findings come and go. Hexadecimal.
    pub fingerprint: String,
    pub location: Location,
    pub related: Vec<Related>,
    pub excerpt: Option<Excerpt>,
    pub evidence: Vec<Evidence>,
    pub edits: Vec<Edit>,
}

/// A finding before it is merged with its like and given its fingerprint.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub finding: Finding,
    /// What it is about, for the fingerprint.
    pub subject: String,
    /// The oldest id of the rule.
    pub oldest_id: String,
    /// The rule is off at this path. One over sets knows only afterwards where its findings lie.
    pub is_off: bool,
    /// The rule says that it cannot judge: no finding, but a failure.
    pub is_undecided: bool,
}
