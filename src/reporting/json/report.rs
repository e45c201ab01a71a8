//! The report as a whole: what was looked at, what each rule did, what could not be judged.

use serde::Serialize;

use super::delivery::{JsonDelivery, JsonVersion};
use super::finding::{JsonFinding, JsonLocation, JsonWaived};
use crate::domain::report::{Baselined, Failure, Report, RuleOutcome, Skip, Summary, TargetSummary, Trust};
use crate::domain::rule::RuleId;

/// Name and version of the shape.
pub const SCHEMA: &str = "flowgate/report/v1";

/// Pretty-printed, with a line break at the end.
pub(in crate::reporting) fn write(report: &Report) -> String {
    // Strings, numbers and lists only: nothing in here can fail. Were it to, an empty file is no JSON and so never looks clean.
    let mut text = serde_json::to_string_pretty(&JsonReport::from(report)).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'static str,
    verdict: &'static str,
    target: JsonTarget<'a>,
    summary: JsonSummary,
    findings: Vec<JsonFinding<'a>>,
    failures: Vec<JsonFailure<'a>>,
    skips: Vec<JsonSkip<'a>>,
    waived: Vec<JsonWaived<'a>>,
    rules: Vec<JsonRule<'a>>,
    deliveries: Vec<JsonDelivery<'a>>,
    versions: Vec<JsonVersion<'a>>,
    before_adoption: usize,
    already_there: usize,
    baselined: Option<JsonBaselined<'a>>,
    tool: JsonTool<'a>,
    gate: &'static str,
    now: &'a str,
    profile: &'a str,
    trust: JsonTrust<'a>,
}

impl<'a> From<&'a Report> for JsonReport<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            schema: SCHEMA,
            verdict: report.verdict.as_str(),
            target: (&report.target).into(),
            summary: (&report.summary).into(),
            findings: all(&report.findings),
            failures: all(&report.failures),
            skips: all(&report.skips),
            waived: all(&report.waived),
            rules: all(&report.rules),
            deliveries: all(&report.deliveries),
            versions: all(&report.versions),
            before_adoption: report.before_adoption,
            already_there: report.already_there,
            baselined: report.baselined.as_ref().map(Into::into),
            tool: JsonTool { version: &report.tool },
            gate: report.gate.as_str(),
            now: &report.now,
            profile: &report.profile,
            trust: (&report.trust).into(),
        }
    }
}

#[derive(Serialize)]
struct JsonTarget<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<&'a str>,
    branches: usize,
    tags: usize,
    reproduce: &'a str,
}

impl<'a> From<&'a TargetSummary> for JsonTarget<'a> {
    fn from(target: &'a TargetSummary) -> Self {
        Self {
            kind: &target.kind,
            path: target.path.as_deref(),
            revision: target.revision.as_deref(),
            branch: target.branch.as_deref(),
            change: target.change.as_deref(),
            range: target.range.as_deref(),
            branches: target.branches,
            tags: target.tags,
            reproduce: &target.reproduce,
        }
    }
}

#[derive(Serialize)]
struct JsonSummary {
    files: usize,
    documents: usize,
    commits: usize,
    rules: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
}

impl From<&Summary> for JsonSummary {
    fn from(summary: &Summary) -> Self {
        Self {
            files: summary.files,
            documents: summary.documents,
            commits: summary.commits,
            rules: summary.rules,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
        }
    }
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    kind: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<JsonLocation<'a>>,
}

impl<'a> From<&'a Failure> for JsonFailure<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            kind: failure.kind.as_str(),
            message: &failure.message,
            location: failure.location.as_ref().map(Into::into),
        }
    }
}

/// `rule` is null for what every rule would have read.
#[derive(Serialize)]
struct JsonSkip<'a> {
    rule: Option<&'a str>,
    reason: &'a str,
    count: usize,
}

impl<'a> From<&'a Skip> for JsonSkip<'a> {
    fn from(skip: &'a Skip) -> Self {
        Self {
            rule: skip.rule.as_ref().map(RuleId::as_str),
            reason: &skip.reason,
            count: skip.count,
        }
    }
}

#[derive(Serialize)]
struct JsonRule<'a> {
    id: &'a str,
    title: &'a str,
    level: &'static str,
    page: &'a str,
    evaluated: usize,
    findings: usize,
    waived: usize,
    skipped: usize,
}

impl<'a> From<&'a RuleOutcome> for JsonRule<'a> {
    fn from(rule: &'a RuleOutcome) -> Self {
        Self {
            id: rule.id.as_str(),
            title: &rule.title,
            level: rule.level.as_str(),
            page: &rule.page,
            evaluated: rule.evaluated,
            findings: rule.findings,
            waived: rule.waived,
            skipped: rule.skipped,
        }
    }
}

/// `gone` is null when not everything was looked at.
#[derive(Serialize)]
struct JsonBaselined<'a> {
    path: &'a str,
    findings: usize,
    gone: Option<usize>,
}

impl<'a> From<&'a Baselined> for JsonBaselined<'a> {
    fn from(baselined: &'a Baselined) -> Self {
        Self {
            path: &baselined.path,
            findings: baselined.findings,
            gone: baselined.gone,
        }
    }
}

#[derive(Serialize)]
struct JsonTool<'a> {
    version: &'a str,
}

/// `revision` is null when nothing was read from a revision.
#[derive(Serialize)]
struct JsonTrust<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    revision: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<&'a str>,
    digest: &'a str,
}

impl<'a> From<&'a Trust> for JsonTrust<'a> {
    fn from(trust: &'a Trust) -> Self {
        Self {
            source: &trust.source,
            name: trust.name.as_deref(),
            revision: trust.revision.as_deref(),
            configuration: trust.configuration.as_deref(),
            digest: &trust.digest,
        }
    }
}

/// Each of a list in its form for JSON.
pub(super) fn all<'a, T, J: From<&'a T>>(list: &'a [T]) -> Vec<J> {
    list.iter().map(J::from).collect()
}
