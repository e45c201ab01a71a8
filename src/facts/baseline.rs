//! `flowgate.baseline.json`: the findings of the day on which a team began, so that later runs report only what is new.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::domain::finding::Finding;
use crate::domain::location::Location;

/// The baseline's name at the repository's root.
pub const FILE_NAME: &str = "flowgate.baseline.json";
/// A finding takes some 300 bytes; nobody begins with more than this many of them.
pub const LIMIT: u64 = 64 * 1024 * 1024;
const SCHEMA: &str = "flowgate/baseline/v1";

/// One finding that was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Id of the rule, as it was then.
    pub rule: String,
    pub fingerprint: String,
    /// Path, ref, commit or part of a change; for people.
    pub place: String,
    /// What was said; for people.
    pub message: String,
}

impl Entry {
    /// Of a finding.
    pub fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.to_string(),
            fingerprint: finding.fingerprint.clone(),
            place: place_of(&finding.location),
            message: finding.message.clone(),
        }
    }
}

/// Without lines, which would change with every edit above them.
fn place_of(location: &Location) -> String {
    let commit = location.commit.as_ref().map(|commit| format!("commit {commit}"));
    let place = location.path.clone().or_else(|| location.reference.clone()).or(commit);
    place.or_else(|| location.change.clone()).unwrap_or_default()
}

/// Findings by rule and fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// What it was read from.
    pub path: String,
    entries: BTreeMap<(String, String), Entry>,
}

impl Baseline {
    /// Of entries in any order.
    pub fn new(path: impl Into<String>, entries: impl IntoIterator<Item = Entry>) -> Self {
        let keyed = entries
            .into_iter()
            .map(|entry| ((entry.rule.clone(), entry.fingerprint.clone()), entry));
        Self {
            path: path.into(),
            entries: keyed.collect(),
        }
    }

    /// Reads a baseline's text.
    ///
    /// # Errors
    /// What is wrong with the text, where, and how to renew it.
    pub fn parse(path: &str, text: &str) -> Result<Self, String> {
        let renew = "flowgate baseline write writes it anew";
        let root: Value = serde_json::from_str(text)
            .map_err(|e| format!("line {}, column {}: not valid JSON; {renew}", e.line(), e.column()))?;
        let schema = root.get("schema").and_then(Value::as_str).unwrap_or("");
        if schema != SCHEMA {
            return Err(format!("schema is {schema:?}, this flowgate reads {SCHEMA:?}; {renew}"));
        }
        let Some(findings) = root.get("findings").and_then(Value::as_array) else {
            return Err(format!("`findings` is missing; {renew}"));
        };
        let entry = |(index, finding): (usize, &Value)| {
            let text = |key: &str| finding.get(key).and_then(Value::as_str).map(str::to_owned);
            let needed = |key: &str| text(key).ok_or_else(|| format!("findings[{index}] has no text `{key}`; {renew}"));
            Ok(Entry {
                rule: needed("rule")?,
                fingerprint: needed("fingerprint")?,
                place: text("place").unwrap_or_default(),
                message: text("message").unwrap_or_default(),
            })
        };
        let entries: Result<Vec<Entry>, String> = findings.iter().enumerate().map(entry).collect();
        Ok(Self::new(path, entries?))
    }

    /// The text: one finding a line, sorted by rule and place, so that a change of it can be reviewed.
    pub fn write(&self) -> String {
        let mut entries: Vec<&Entry> = self.entries.values().collect();
        entries.sort_by_key(|entry| (&entry.rule, &entry.place, &entry.message, &entry.fingerprint));
        let line = |entry: &&Entry| {
            let Entry {
                rule,
                fingerprint,
                place,
                message,
            } = entry;
            // Built by hand for its order: people read the rule first.
            format!(
                "    {{\"rule\": {}, \"place\": {}, \"message\": {}, \"fingerprint\": {}}}",
                json!(rule),
                json!(place),
                json!(message),
                json!(fingerprint)
            )
        };
        let lines: Vec<String> = entries.iter().map(line).collect();
        let findings = if lines.is_empty() {
            "[]".to_owned()
        } else {
            format!("[\n{}\n  ]", lines.join(",\n"))
        };
        format!("{{\n  \"schema\": {},\n  \"findings\": {findings}\n}}\n", json!(SCHEMA))
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// Whether this rule's finding of this fingerprint is in it.
    pub fn holds(&self, rule: &str, fingerprint: &str) -> bool {
        self.entries.contains_key(&(rule.to_owned(), fingerprint.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(rule: &str, fingerprint: &str, message: &str) -> Entry {
        Entry {
            rule: rule.to_owned(),
            fingerprint: fingerprint.to_owned(),
            place: "apps/ä.yaml".to_owned(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_again_with_one_finding_a_line() {
        let baseline = Baseline::new("b.json", [entry("b/c", "02", "\"x\"\n"), entry("a/b", "01", "y")]);
        insta::assert_snapshot!(baseline.write(), @r#"
        {
          "schema": "flowgate/baseline/v1",
          "findings": [
            {"rule": "a/b", "place": "apps/ä.yaml", "message": "y", "fingerprint": "01"},
            {"rule": "b/c", "place": "apps/ä.yaml", "message": "\"x\"\n", "fingerprint": "02"}
          ]
        }
        "#);
        assert_eq!(Baseline::parse("b.json", &baseline.write()), Ok(baseline));
        let empty = Baseline::new("b.json", []);
        assert_eq!(Baseline::parse("b.json", &empty.write()), Ok(empty));
    }

    #[test]
    fn another_rule_with_the_same_fingerprint_is_another_finding() {
        let baseline = Baseline::new("b.json", [entry("a/b", "01", "y")]);
        assert!(baseline.holds("a/b", "01"));
        assert!(!baseline.holds("a/c", "01"));
        assert!(!baseline.holds("a/b", "02"));
    }

    #[track_caller]
    fn check_refused(text: &str, expected: &str) {
        assert_eq!(Baseline::parse("b.json", text), Err(expected.to_owned()));
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_place() {
        check_refused(
            "{",
            "line 1, column 1: not valid JSON; flowgate baseline write writes it anew",
        );
        check_refused(
            r#"{"schema": "flowgate/baseline/v9", "findings": []}"#,
            "schema is \"flowgate/baseline/v9\", this flowgate reads \"flowgate/baseline/v1\"; flowgate baseline write writes it anew",
        );
        check_refused(
            "[]",
            "schema is \"\", this flowgate reads \"flowgate/baseline/v1\"; flowgate baseline write writes it anew",
        );
        check_refused(
            r#"{"schema": "flowgate/baseline/v1"}"#,
            "`findings` is missing; flowgate baseline write writes it anew",
        );
        check_refused(
            r#"{"schema": "flowgate/baseline/v1", "findings": [{"rule": "a/b"}]}"#,
            "findings[0] has no text `fingerprint`; flowgate baseline write writes it anew",
        );
    }
}
