//! The rules that judged, each once, with help.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::limits::Limits;
use crate::domain::report::{Report, RuleOutcome};
use crate::domain::rule::{Level, RuleId};
use crate::reporting::escape::one_line;

/// The entries in the order of their ids.
pub(super) struct Rules<'a> {
    entries: Vec<Entry<'a>>,
    index: BTreeMap<&'a str, usize>,
    /// Rules that judged and have no entry.
    pub(super) left_out: usize,
}

struct Entry<'a> {
    id: &'a RuleId,
    title: &'a str,
    outcome: Option<&'a RuleOutcome>,
}

impl<'a> Rules<'a> {
    /// Rules that are on, and those that something was found by.
    pub(super) fn of(report: &'a Report, limits: &Limits) -> Self {
        let mut entries: BTreeMap<&str, Entry<'a>> = BTreeMap::new();
        let findings = report
            .findings
            .iter()
            .chain(report.waived.iter().map(|waived| &waived.finding));
        for finding in findings {
            entries.entry(finding.rule.as_str()).or_insert(Entry {
                id: &finding.rule,
                title: &finding.title,
                outcome: None,
            });
        }
        let used: BTreeSet<&str> = entries.keys().copied().collect();
        for rule in report
            .rules
            .iter()
            .filter(|rule| rule.level != Level::Off || used.contains(rule.id.as_str()))
        {
            let entry = Entry {
                id: &rule.id,
                title: &rule.title,
                outcome: Some(rule),
            };
            entries.insert(rule.id.as_str(), entry);
        }
        let all = entries.len();
        let mut entries: Vec<Entry<'a>> = entries.into_values().collect();
        // Those that something was found by stay.
        entries.sort_by_key(|entry| !used.contains(entry.id.as_str()));
        entries.truncate(limits.rules);
        entries.sort_by_key(|entry| entry.id);
        let index = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (entry.id.as_str(), at))
            .collect();
        Self {
            left_out: all - entries.len(),
            entries,
            index,
        }
    }

    pub(super) fn index(&self, id: &RuleId) -> Option<usize> {
        self.index.get(id.as_str()).copied()
    }

    pub(super) fn written(&self) -> Vec<Value> {
        self.entries.iter().map(written).collect()
    }
}

fn written(entry: &Entry<'_>) -> Value {
    let id = entry.id.as_str();
    let title = one_line(entry.title);
    let title = if title.is_empty() { id.into() } else { title };
    let page = entry.outcome.map(|rule| one_line(&rule.page)).filter(|page| !page.is_empty());
    let page = page.map(|page| format!(" Its page: {page}.")).unwrap_or_default();
    let help = format!("{title}. Why, what to avoid and what to do instead: flowgate rules explain {id}.{page}");
    let mut rule = json!({
        "id": id,
        "name": pascal_case(id),
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        // Text alone: Markdown would be obeyed, and a rule of the repository's own could hold anything.
        "help": {"text": help},
        "properties": {"tags": [entry.id.group()]},
    });
    if let Some(outcome) = entry.outcome {
        rule["defaultConfiguration"] = json!({"enabled": outcome.level != Level::Off, "level": level(outcome.level)});
        rule["properties"]["problem.severity"] = json!(problem_severity(outcome.level));
    }
    rule
}

/// `argocd/floating-revision` as `ArgocdFloatingRevision`, which is how SARIF names rules.
fn pascal_case(id: &str) -> String {
    let words = id.split(['/', '-']);
    let capital = |word: &str| {
        let mut rest = word.chars();
        rest.next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(rest)
            .collect::<String>()
    };
    words.map(capital).collect()
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Off => "none",
        Level::Info => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

/// By the words of GitHub, which filters by it.
const fn problem_severity(level: Level) -> &'static str {
    match level {
        Level::Off | Level::Info => "recommendation",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}
