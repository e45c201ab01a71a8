//! A replay for people, and as JSON; `schemas/replay-v1.schema.json` says the latter for readers.

use serde::Serialize;

use super::escape::one_line;
use super::summary::counted;
use crate::domain::replay::{Replay, ReplayedChange, ReplayedFinding, ReplayedRule};
use crate::domain::report::Failure;

/// Name and version of the shape.
const SCHEMA: &str = "flowgate/replay/v1";
const SHORT: usize = 8;

/// Verdict first, then a table by rule, then what could not be judged.
pub fn replay_for_people(replay: &Replay) -> String {
    let mut text = format!(
        "{} judged into {}: {} would have been stopped.\n",
        counted(replay.changes.len(), "change", "changes"),
        replay
            .branches
            .iter()
            .map(|name| one_line(name))
            .collect::<Vec<_>>()
            .join(", "),
        replay.stopped()
    );
    if let (Some(newest), Some(oldest)) = (replay.changes.first(), replay.changes.last()) {
        text.push_str(&format!(
            "From {} to {}; profile {}.\n",
            oldest.day,
            newest.day,
            one_line(&replay.profile)
        ));
    }
    if !replay.rules.is_empty() {
        text.push('\n');
        text.push_str(&table(replay));
    }
    let undecided: Vec<&ReplayedChange> = replay.undecided().collect();
    if !undecided.is_empty() {
        text.push_str("\ncould not be judged, or not wholly:\n");
    }
    for change in undecided {
        for failure in &change.failures {
            text.push_str(&format!("  {}: {}\n", name(change), one_line(&failure.message)));
        }
    }
    text.push_str(&rest(replay));
    text
}

fn table(replay: &Replay) -> String {
    let width = replay
        .rules
        .iter()
        .map(|rule| rule.id.as_str().len())
        .max()
        .unwrap_or(0)
        .max("rule".len());
    let mut text = format!(
        "{:width$}  {:>7}  {:>7}  {:>8}  examples\n",
        "rule", "stopped", "changes", "findings"
    );
    for rule in &replay.rules {
        let examples = rule.examples.iter().filter_map(|at| replay.changes.get(*at)).map(name);
        text.push_str(&format!(
            "{:width$}  {:>7}  {:>7}  {:>8}  {}\n",
            rule.id.as_str(),
            rule.stopped,
            rule.changes,
            rule.findings,
            examples.collect::<Vec<_>>().join(", ")
        ));
    }
    text
}

/// What was left out, each with its reason.
fn rest(replay: &Replay) -> String {
    let mut lines = Vec::new();
    if replay.direct > 0 {
        let commits = counted(replay.direct, "commit", "commits");
        lines.push(format!(
            "Not judged, as no message names a merge or pull request of theirs: {commits}."
        ));
    }
    if replay.elsewhere > 0 {
        let merges = counted(replay.elsewhere, "merge", "merges");
        lines.push(format!(
            "Not judged, as they join one branch's clones or went into another branch: {merges}."
        ));
    }
    if replay.before_adoption > 0 {
        let things = counted(replay.before_adoption, "commit, tag or branch", "commits, tags and branches");
        lines.push(format!(
            "Left alone, as `adopted:` is later: {things}. A configuration without it, named with --config, judges them too."
        ));
    }
    if replay.is_cut {
        lines.push("This clone is shallow and its history ends before what was asked for: git fetch --unshallow".to_owned());
    }
    if replay.changes.iter().any(|change| !change.findings.is_empty()) {
        lines.push("--format json lists every change with its findings.".to_owned());
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// `1a2b3c4d`, with the number where there is one: `!12 (1a2b3c4d)`.
fn name(change: &ReplayedChange) -> String {
    let commit: String = change.commit.chars().take(SHORT).collect();
    change
        .number
        .as_ref()
        .map_or_else(|| commit.clone(), |number| format!("{number} ({commit})"))
}

/// Pretty-printed, with a line break at the end.
pub fn replay_as_json(replay: &Replay) -> String {
    // Strings, numbers and lists only: nothing in here can fail. Were it to, an empty text is no JSON and never looks clean.
    let mut text = serde_json::to_string_pretty(&JsonReplay::from(replay)).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct JsonReplay<'a> {
    schema: &'static str,
    judged: usize,
    stopped: usize,
    undecided: usize,
    direct: usize,
    elsewhere: usize,
    before_adoption: usize,
    is_cut: bool,
    branches: &'a [String],
    rules: Vec<JsonRule<'a>>,
    changes: Vec<JsonChange<'a>>,
    profile: &'a str,
    digest: &'a str,
    tool: &'a str,
}

#[derive(Serialize)]
struct JsonRule<'a> {
    id: &'a str,
    stopped: usize,
    changes: usize,
    findings: usize,
    examples: Vec<&'a str>,
}

#[derive(Serialize)]
struct JsonChange<'a> {
    commit: &'a str,
    day: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    target: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    squash: bool,
    verdict: &'static str,
    findings: Vec<JsonFinding<'a>>,
    failures: Vec<JsonFailure<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    kind: &'static str,
    message: &'a str,
}

impl<'a> From<&'a Replay> for JsonReplay<'a> {
    fn from(replay: &'a Replay) -> Self {
        let rule = |rule: &'a ReplayedRule| JsonRule {
            id: rule.id.as_str(),
            stopped: rule.stopped,
            changes: rule.changes,
            findings: rule.findings,
            examples: rule
                .examples
                .iter()
                .filter_map(|at| replay.changes.get(*at).map(|change| change.commit.as_str()))
                .collect(),
        };
        Self {
            schema: SCHEMA,
            judged: replay.changes.len(),
            stopped: replay.stopped(),
            undecided: replay.undecided().count(),
            direct: replay.direct,
            elsewhere: replay.elsewhere,
            before_adoption: replay.before_adoption,
            is_cut: replay.is_cut,
            branches: &replay.branches,
            rules: replay.rules.iter().map(rule).collect(),
            changes: replay.changes.iter().map(JsonChange::from).collect(),
            profile: &replay.profile,
            digest: &replay.trust.digest,
            tool: &replay.tool,
        }
    }
}

impl<'a> From<&'a ReplayedChange> for JsonChange<'a> {
    fn from(change: &'a ReplayedChange) -> Self {
        let finding = |finding: &'a ReplayedFinding| JsonFinding {
            rule: finding.rule.as_str(),
            severity: finding.severity.as_str(),
            message: &finding.message,
            place: finding.place.as_deref(),
        };
        let failure = |failure: &'a Failure| JsonFailure {
            kind: failure.kind.as_str(),
            message: &failure.message,
        };
        Self {
            commit: &change.commit,
            day: &change.day,
            number: change.number.as_deref(),
            source: change.source.as_deref(),
            target: &change.target,
            title: change.title.as_deref(),
            squash: change.is_squash,
            verdict: change.verdict.as_str(),
            findings: change.findings.iter().map(finding).collect(),
            failures: change.failures.iter().map(failure).collect(),
        }
    }
}
