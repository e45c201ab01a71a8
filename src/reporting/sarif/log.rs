//! The log with its one run: the tool, how the run went, and what it found.

use serde_json::{Value, json};

use super::limits::Limits;
use super::location::anchor;
use super::notification;
use super::result::{of_finding, of_waived};
use super::rule::Rules;
use crate::domain::report::Report;
use crate::reporting::escape::one_line;
use crate::reporting::subject::worst_first;

/// Name of the shape.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Pretty-printed, the worst first, with a line break at the end; cut where GitHub would refuse the file.
pub(in crate::reporting) fn write(report: &Report) -> String {
    write_within(report, &Limits::GITHUB)
}

/// The same within other limits.
pub(super) fn write_within(report: &Report, limits: &Limits) -> String {
    let rules = Rules::of(report, limits);
    let anchor = anchor(report);
    // Waived ones come last: they are the first that a cut takes.
    let findings = worst_first(&report.findings)
        .into_iter()
        .map(|f| of_finding(f, &rules, anchor, limits));
    let waived = report.waived.iter().map(|waived| of_waived(waived, &rules, anchor, limits));
    let results: Vec<Value> = findings.chain(waived).collect();
    limits.fit(results, |results, left_out| log(report, &rules, results, left_out))
}

fn log(report: &Report, rules: &Rules<'_>, results: &[Value], left_out: usize) -> String {
    let run = json!({
        "tool": {"driver": {
            "name": "flowgate",
            "version": report.tool,
            "semanticVersion": report.tool,
            "rules": rules.written(),
        }},
        "invocations": [invocation(report, rules, left_out)],
        // Columns count characters.
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "verdict": report.verdict.as_str(),
            "gate": report.gate.as_str(),
            "profile": report.profile,
            "alreadyThere": report.already_there,
            "beforeAdoption": report.before_adoption,
            "policiesFrom": {
                "source": report.trust.source,
                "revision": report.trust.revision,
                "digest": report.trust.digest,
            },
        },
    });
    // Strings, numbers and lists only. Were it to fail, an empty file is no log and so never looks clean.
    let log = json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]});
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// Successful when everything could be judged, whatever was found.
fn invocation(report: &Report, rules: &Rules<'_>, left_out: usize) -> Value {
    let mut invocation = json!({
        "executionSuccessful": report.failures.is_empty(),
        "exitCode": report.verdict.exit_code(),
        "toolExecutionNotifications": notification::all(report, rules, left_out),
    });
    let command = one_line(&report.target.reproduce);
    if !command.is_empty() {
        invocation["commandLine"] = json!(command);
    }
    invocation
}
