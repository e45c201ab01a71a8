//! GitLab's Code Quality report: what a merge request shows beside its changes.
//!
//! After <https://docs.gitlab.com/ci/testing/code_quality/>: an array, also when it is empty, without a byte order mark.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::escape::one_line;
use super::subject::{CONFIGURATION, failure_sentence, sentence};
use crate::domain::finding::Finding;
use crate::domain::location::Location;
use crate::domain::report::{Failure, Report};
use crate::domain::rule::Severity;

/// The group of rules about the gate itself.
const GATE: &str = "gate";
/// Every repository with a pipeline of GitLab has it.
const PIPELINE: &str = ".gitlab-ci.yml";

/// Pretty-printed, with a line break at the end.
pub(super) fn write(report: &Report) -> String {
    let anchor = anchor(report);
    let mut seen = BTreeMap::new();
    let failures = report.failures.iter().map(|failure| of_failure(failure, anchor));
    let findings = report.findings.iter().map(|finding| of_finding(finding, anchor));
    // What could not be judged comes first: everything after it may lack something.
    let entries: Vec<Value> = failures.chain(findings).map(|entry| entry.written(&mut seen)).collect();
    // Strings and numbers only. Were it to fail, an empty file is no report and so never looks clean.
    let mut text = serde_json::to_string_pretty(&entries).unwrap_or_default();
    text.push('\n');
    text
}

/// The file that stands for what lies in none.
fn anchor(report: &Report) -> &str {
    report
        .trust
        .configuration
        .as_deref()
        .unwrap_or(match report.trust.source.as_str() {
            // Nothing was configured, or nothing is known of it.
            "" | "none" | "embedded" | "file" => PIPELINE,
            _ => CONFIGURATION,
        })
}

struct Entry<'a> {
    description: String,
    check: String,
    fingerprint: String,
    severity: &'static str,
    path: &'a str,
    line: u32,
}

fn of_finding<'a>(finding: &'a Finding, anchor: &'a str) -> Entry<'a> {
    let mut description = sentence(finding);
    if let Some(fix) = &finding.fix {
        description.push_str(&format!(". To mend it: {}", one_line(fix)));
    }
    let (path, line) = place(Some(&finding.location), anchor);
    Entry {
        description,
        check: finding.rule.to_string(),
        fingerprint: finding.fingerprint.clone(),
        severity: severity(finding),
        path,
        line,
    }
}

fn of_failure<'a>(failure: &'a Failure, anchor: &'a str) -> Entry<'a> {
    let kind = failure.kind.as_str();
    let (path, line) = place(failure.location.as_ref(), anchor);
    let first = failure.message.lines().next().unwrap_or_default();
    Entry {
        description: format!("Could not be judged: {}", failure_sentence(failure)),
        check: format!("undecided/{kind}"),
        fingerprint: digest(&["undecided", kind, path, first]),
        severity: "critical",
        path,
        line,
    }
}

impl Entry<'_> {
    /// GitLab takes entries of one fingerprint for one: those that follow the first get their number in.
    fn written(self, seen: &mut BTreeMap<String, usize>) -> Value {
        let number = seen.entry(self.fingerprint.clone()).or_default();
        *number += 1;
        let fingerprint = match number {
            1 => self.fingerprint,
            number => digest(&[&self.fingerprint, &number.to_string()]),
        };
        json!({
            "description": self.description,
            "check_name": self.check,
            "fingerprint": fingerprint,
            "severity": self.severity,
            "location": {"path": self.path, "lines": {"begin": self.line}},
        })
    }
}

fn place<'a>(location: Option<&'a Location>, anchor: &'a str) -> (&'a str, u32) {
    let in_file = location.and_then(|location| Some((location.path.as_deref()?, location.span)));
    match in_file {
        Some((path, span)) => (path, span.map_or(1, |span| span.start.line.max(1))),
        None => (anchor, 1),
    }
}

fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Error if finding.rule.group() == GATE => "blocker",
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}

/// SHA-256 in hexadecimal, over parts that cannot run into each other.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::reporting::hostile_sample as hostile;
    use crate::reporting::sample::{self, bare};

    const KEYS: [&str; 5] = ["description", "check_name", "fingerprint", "severity", "location"];
    const SEVERITIES: [&str; 5] = ["info", "minor", "major", "critical", "blocker"];

    /// Every key that GitLab reads, and no other.
    fn check(report: &Report) -> Vec<Value> {
        let text = write(report);
        assert!(text.starts_with('[') && text.ends_with("]\n"), "{text}");
        let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(entries.len(), report.findings.len() + report.failures.len());
        let mut fingerprints = BTreeSet::new();
        for entry in &entries {
            let keys: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, KEYS);
            let text = |key: &str| entry[key].as_str().filter(|text| !text.is_empty()).unwrap();
            assert!(!text("description").contains('\n') && !text("check_name").contains('\n'));
            assert!(SEVERITIES.contains(&text("severity")));
            let path = entry["location"]["path"].as_str().unwrap();
            assert!(!path.is_empty() && !path.starts_with("./"), "{entry}");
            assert!(entry["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
            assert!(fingerprints.insert(text("fingerprint").to_owned()), "twice: {entry}");
        }
        entries
    }

    #[test]
    fn reports_of_every_size_and_place_hold_gitlabs_keys() {
        assert_eq!(write(&sample::clean()), "[]\n");
        check(&sample::full());
        check(&hostile::report());
        check(&hostile::many(1));
        check(&hostile::many(5000));
    }

    #[test]
    fn what_lies_in_no_file_is_told_at_the_configuration() {
        let mut report = sample::clean();
        report.findings = vec![bare("branches/x", Severity::Warning, "odd", Location::of_ref("refs/heads/X"))];
        let entry = check(&report).swap_remove(0);
        assert_eq!(entry["location"], json!({"path": "flowgate.yaml", "lines": {"begin": 1}}));
        assert_eq!(entry["description"], "branch X: odd");
        report.trust.configuration = Some(".config/flowgate.yaml".to_owned());
        assert_eq!(check(&report)[0]["location"]["path"], ".config/flowgate.yaml");
        report.trust.configuration = None;
        for source in ["embedded", "none", "file"] {
            source.clone_into(&mut report.trust.source);
            assert_eq!(check(&report)[0]["location"]["path"], ".gitlab-ci.yml");
        }
    }

    #[test]
    fn severities_are_gitlabs_and_the_gates_own_rules_block() {
        let mut report = sample::clean();
        let at = || Location::of_path("a");
        report.findings = vec![
            bare("gate/weakened", Severity::Error, "m", at()),
            bare("gateway/x", Severity::Error, "m", at()),
            bare("gate/weakened", Severity::Warning, "m", at()),
            bare("a/b", Severity::Info, "m", at()),
        ];
        report.failures = sample::failures();
        let severities: Vec<Value> = check(&report).iter().map(|entry| entry["severity"].clone()).collect();
        assert_eq!(severities, ["critical", "critical", "blocker", "major", "minor", "info"]);
    }
}
