//! The report as a whole, and what is said of one that cannot be read.

use serde::{Deserialize, Deserializer, de};

use super::delivery::{ReadDelivery, ReadVersion};
use super::finding::{ReadFinding, ReadLocation, ReadWaived};
use crate::domain::gate::Gate;
use crate::domain::report::{
    Baselined, Failure, FailureKind, Report, RuleOutcome, Skip, SkipCause, Summary, TargetSummary, Trust, Verdict,
};
use crate::domain::rule::{Level, RuleId};
use crate::reporting::ReportingError;
use crate::reporting::escape::one_line;
use crate::reporting::json::SCHEMA;

/// Reads a report that was written as JSON.
///
/// # Errors
/// It is no JSON, no report, of another version, or something in it is not what version 1 says; with line and column.
pub fn read(text: &str) -> Result<Report, ReportingError> {
    // The version first: what another one looks like is unknown, and a missing field would be named instead.
    let head: Head = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    match head.schema.as_deref() {
        Some(SCHEMA) => {}
        Some(schema) => {
            return Err(ReportingError::UnknownVersion {
                schema: one_line(schema).into_owned(),
            });
        }
        None => return Err(ReportingError::NoReport),
    }
    let report: ReadReport = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    Ok(report.into())
}

fn unreadable(error: &serde_json::Error) -> ReportingError {
    let (line, column) = (error.line(), error.column());
    let place = format!(" at line {line} column {column}");
    let reason = error.to_string();
    ReportingError::Unreadable {
        line,
        column,
        reason: one_line(reason.strip_suffix(&place).unwrap_or(&reason)).into_owned(),
    }
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

#[derive(Deserialize)]
struct ReadReport {
    #[serde(deserialize_with = "verdict")]
    verdict: Verdict,
    target: ReadTarget,
    summary: ReadSummary,
    findings: Vec<ReadFinding>,
    failures: Vec<ReadFailure>,
    skips: Vec<ReadSkip>,
    waived: Vec<ReadWaived>,
    rules: Vec<ReadRule>,
    deliveries: Vec<ReadDelivery>,
    versions: Vec<ReadVersion>,
    before_adoption: usize,
    /// Version 1 has gained it.
    #[serde(default)]
    already_there: usize,
    baselined: Option<ReadBaselined>,
    tool: ReadTool,
    #[serde(deserialize_with = "gate")]
    gate: Gate,
    now: String,
    profile: String,
    trust: ReadTrust,
}

impl From<ReadReport> for Report {
    fn from(read: ReadReport) -> Self {
        Self {
            verdict: read.verdict,
            gate: read.gate,
            target: read.target.into(),
            summary: read.summary.into(),
            findings: all(read.findings),
            failures: all(read.failures),
            skips: all(read.skips),
            waived: all(read.waived),
            rules: all(read.rules),
            deliveries: all(read.deliveries),
            versions: all(read.versions),
            before_adoption: read.before_adoption,
            already_there: read.already_there,
            baselined: read.baselined.map(Into::into),
            now: read.now,
            profile: read.profile,
            trust: read.trust.into(),
            tool: read.tool.version,
        }
    }
}

#[derive(Deserialize)]
struct ReadTarget {
    kind: String,
    path: Option<String>,
    revision: Option<String>,
    branch: Option<String>,
    range: Option<String>,
    change: Option<String>,
    branches: usize,
    tags: usize,
    reproduce: String,
}

impl From<ReadTarget> for TargetSummary {
    fn from(read: ReadTarget) -> Self {
        Self {
            kind: read.kind,
            path: read.path,
            revision: read.revision,
            branch: read.branch,
            range: read.range,
            change: read.change,
            branches: read.branches,
            tags: read.tags,
            reproduce: read.reproduce,
        }
    }
}

#[derive(Deserialize)]
struct ReadSummary {
    files: usize,
    documents: usize,
    commits: usize,
    rules: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
}

impl From<ReadSummary> for Summary {
    fn from(read: ReadSummary) -> Self {
        Self {
            files: read.files,
            documents: read.documents,
            commits: read.commits,
            rules: read.rules,
            errors: read.errors,
            warnings: read.warnings,
            infos: read.infos,
        }
    }
}

#[derive(Deserialize)]
struct ReadFailure {
    #[serde(deserialize_with = "failure_kind")]
    kind: FailureKind,
    message: String,
    location: Option<ReadLocation>,
}

impl From<ReadFailure> for Failure {
    fn from(read: ReadFailure) -> Self {
        Self {
            kind: read.kind,
            message: read.message,
            location: read.location.map(Into::into),
        }
    }
}

#[derive(Deserialize)]
struct ReadSkip {
    #[serde(deserialize_with = "optional_rule")]
    rule: Option<RuleId>,
    reason: String,
    count: usize,
}

impl From<ReadSkip> for Skip {
    fn from(read: ReadSkip) -> Self {
        Self {
            rule: read.rule,
            reason: read.reason,
            count: read.count,
            // Only while a run is judged is it asked who could change that.
            cause: SkipCause::Nature,
            reads: None,
        }
    }
}

#[derive(Deserialize)]
struct ReadRule {
    #[serde(deserialize_with = "rule")]
    id: RuleId,
    title: String,
    #[serde(deserialize_with = "level")]
    level: Level,
    page: String,
    evaluated: usize,
    findings: usize,
    waived: usize,
    skipped: usize,
}

impl From<ReadRule> for RuleOutcome {
    fn from(read: ReadRule) -> Self {
        Self {
            id: read.id,
            title: read.title,
            level: read.level,
            page: read.page,
            evaluated: read.evaluated,
            findings: read.findings,
            waived: read.waived,
            skipped: read.skipped,
        }
    }
}

#[derive(Deserialize)]
struct ReadBaselined {
    path: String,
    findings: usize,
    gone: Option<usize>,
}

impl From<ReadBaselined> for Baselined {
    fn from(read: ReadBaselined) -> Self {
        Self {
            path: read.path,
            findings: read.findings,
            gone: read.gone,
        }
    }
}

#[derive(Deserialize)]
struct ReadTool {
    version: String,
}

#[derive(Deserialize)]
struct ReadTrust {
    source: String,
    name: Option<String>,
    revision: Option<String>,
    configuration: Option<String>,
    digest: String,
}

impl From<ReadTrust> for Trust {
    fn from(read: ReadTrust) -> Self {
        Self {
            source: read.source,
            name: read.name,
            revision: read.revision,
            configuration: read.configuration,
            digest: read.digest,
        }
    }
}

/// Each of a list in its form of the domain.
pub(super) fn all<R, T: From<R>>(list: Vec<R>) -> Vec<T> {
    list.into_iter().map(T::from).collect()
}

/// Reads a word that the domain knows; one that it does not know is named with those that it does.
pub(super) fn word<'de, D: Deserializer<'de>, T: Copy>(
    deserializer: D,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    all.iter().copied().find(|value| name(*value) == text).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|value| name(*value)).collect();
        de::Error::custom(format!("`{text}` is none of {}", known.join(", ")))
    })
}

fn verdict<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Verdict, D::Error> {
    word(deserializer, &Verdict::ALL, Verdict::as_str)
}

fn gate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Gate, D::Error> {
    word(deserializer, &Gate::ALL, Gate::as_str)
}

fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Level, D::Error> {
    word(deserializer, &Level::ALL, Level::as_str)
}

fn failure_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FailureKind, D::Error> {
    word(deserializer, &FailureKind::ALL, FailureKind::as_str)
}

pub(super) fn rule<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RuleId, D::Error> {
    rule_id(&String::deserialize(deserializer)?)
}

fn optional_rule<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RuleId>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    text.map(|text| rule_id(&text)).transpose()
}

fn rule_id<E: de::Error>(text: &str) -> Result<RuleId, E> {
    RuleId::parse(text).ok_or_else(|| E::custom(format!("`{text}` is no id of a rule: group/name in lower case")))
}
