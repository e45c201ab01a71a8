//! The end of the report for people: what was skipped and why, one sentence on the whole, and the command that says it again.

use std::collections::BTreeMap;

use super::escape::one_line;
use super::paint::Paint;
use super::place::short_commit;
use crate::domain::report::{Baselined, Report, Skip, Trust};
use crate::domain::rule::RuleId;

/// Rules that one line of skips names unless everything is asked for.
const RULES: usize = 3;
/// Reasons that the last sentence names; the lines above it name all.
const REASONS: usize = 3;

/// Skips with the same reason in one line; `None` when nothing was skipped.
pub(super) fn skips(skips: &[Skip], paint: &Paint, full: bool) -> Option<String> {
    if skips.is_empty() {
        return None;
    }
    // The same count for the same reason is one line: it is nearly always the same things, left out by each of the rules.
    let mut groups: BTreeMap<(&str, usize), Vec<Option<&RuleId>>> = BTreeMap::new();
    for skip in skips {
        groups
            .entry((skip.reason.as_str(), skip.count))
            .or_default()
            .push(skip.rule.as_ref());
    }
    let mut text = format!("{}\n", paint.quiet("skipped:"));
    for ((reason, count), rules) in groups {
        text.push_str(&format!("  {count} x {}: {}\n", one_line(reason), names(&rules, full)));
    }
    Some(text)
}

/// `2 files`, `1 file`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Verdict, what was found, looked at, skipped and let pass; below it how to see it again.
pub(super) fn last_lines(report: &Report, paint: &Paint) -> String {
    let mut sentences = vec![
        format!("{}: {}", paint.verdict(report.verdict), found(report)),
        looked_at(report),
    ];
    if !report.skips.is_empty() {
        sentences.push(format!("Skipped: {}", skipped(&report.skips)));
    }
    if !report.waived.is_empty() {
        sentences.push(format!(
            "{} by waivers",
            counted(report.waived.len(), "finding let pass", "findings let pass")
        ));
    }
    if report.already_there > 0 {
        sentences.push(already_there(report.already_there));
    }
    if let Some(baselined) = &report.baselined {
        sentences.extend(self::baselined(baselined));
    }
    if report.before_adoption > 0 {
        sentences.push(format!("{} older than `adopted` left alone", report.before_adoption));
    }
    let mut text = format!("{}.\n", sentences.join(". "));
    text.push_str(&judged_by(&report.trust));
    let command = command(report);
    if !command.is_empty() {
        text.push_str(&format!("{} {command}\n", paint.word("reproduce:")));
    }
    text
}

/// Whose rules judged, where they are not those of the judged state itself.
fn judged_by(trust: &Trust) -> String {
    let Some(name) = trust.name.as_deref().map(one_line) else {
        return String::new();
    };
    match (&trust.revision, trust.source.as_str()) {
        (Some(id), "revision") => format!("Judged by the configuration of {name} at {}.\n", short_commit(id)),
        (_, "embedded") => format!("Judged by the built-in rules: {name}.\n"),
        _ => format!("Judged by the configuration in {name}.\n"),
    }
}

/// What a baseline holds, and what of it is gone.
pub fn baselined(baselined: &Baselined) -> Vec<String> {
    let path = one_line(&baselined.path);
    let mut sentences = Vec::new();
    if baselined.findings > 0 {
        let findings = counted(baselined.findings, "finding stands", "findings stand");
        let stop = if baselined.findings == 1 { "stops" } else { "stop" };
        sentences.push(format!("{findings} in {path} and {stop} nobody (--no-baseline shows all)"));
    }
    if let Some(gone) = baselined.gone.filter(|gone| *gone > 0) {
        let (findings, are) = (counted(gone, "finding", "findings"), if gone == 1 { "is" } else { "are" });
        sentences.push(format!(
            "{findings} in {path} {are} gone: `flowgate baseline prune` shrinks it"
        ));
    }
    sentences
}

/// The command that gives the same report; empty when there is none.
pub(super) fn command(report: &Report) -> String {
    let command = one_line(&report.target.reproduce);
    let program = if command.is_empty() || command.starts_with("flowgate") {
        ""
    } else {
        "flowgate "
    };
    format!("{program}{command}")
}

/// What the change did not bring.
pub fn already_there(count: usize) -> String {
    let findings = counted(count, "finding stood", "findings stood");
    format!("{findings} before this change and stop nobody")
}

fn names(rules: &[Option<&RuleId>], full: bool) -> String {
    if rules.contains(&None) {
        return "every rule".to_owned();
    }
    let shown = if full { rules.len() } else { RULES };
    let mut names: Vec<String> = rules.iter().flatten().take(shown).map(ToString::to_string).collect();
    if rules.len() > shown {
        names.push(counted(rules.len() - shown, "rule more", "rules more"));
    }
    names.join(", ")
}

/// `2 errors, 1 warning`, or that there is nothing.
pub(super) fn found(report: &Report) -> String {
    let summary = &report.summary;
    let counts = [
        (summary.errors, "error", "errors"),
        (summary.warnings, "warning", "warnings"),
        (summary.infos, "info", "infos"),
        (report.failures.len(), "failure", "failures"),
    ];
    let words: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    if words.is_empty() {
        "nothing found".to_owned()
    } else {
        words.join(", ")
    }
}

/// What was looked at and with how many rules, without a full stop.
pub(super) fn looked_at(report: &Report) -> String {
    let (summary, target) = (&report.summary, &report.target);
    let things = [
        (summary.files, "file", "files"),
        (summary.documents, "document", "documents"),
        (summary.commits, "commit", "commits"),
        (target.branches, "branch", "branches"),
        (target.tags, "tag", "tags"),
    ];
    let things: Vec<String> = things
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    let things = if things.is_empty() {
        "nothing".to_owned()
    } else {
        things.join(", ")
    };
    format!(
        "Looked at {}{things}, with {}",
        target_name(report),
        counted(summary.rules, "rule", "rules")
    )
}

/// `work tree ../phippy: ` as far as it is known.
fn target_name(report: &Report) -> String {
    let target = &report.target;
    let path = target.path.as_deref().filter(|path| *path != ".");
    let words: Vec<_> = [Some(target.kind.as_str()), target.change.as_deref(), path]
        .into_iter()
        .flatten()
        .filter(|word| !word.is_empty())
        .map(one_line)
        .collect();
    if words.is_empty() {
        String::new()
    } else {
        format!("{}: ", words.join(" "))
    }
}

/// Things where every rule would have read them, rules where only some did not look.
fn skipped(skips: &[Skip]) -> String {
    let mut reasons: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for skip in skips {
        let (things, rules) = reasons.entry(skip.reason.as_str()).or_default();
        match skip.rule {
            None => *things += skip.count,
            Some(_) => *rules += 1,
        }
    }
    let words = reasons.iter().map(|(reason, (things, rules))| {
        let amount = match (things, rules) {
            (0, rules) => counted(*rules, "rule", "rules"),
            (things, 0) => things.to_string(),
            (things, rules) => format!("{things}, and {}", counted(*rules, "rule", "rules")),
        };
        format!("{} ({amount})", one_line(reason))
    });
    let mut words: Vec<String> = words.collect();
    let others = words.len().saturating_sub(REASONS);
    if others > 0 {
        words.truncate(REASONS);
        words.push(counted(others, "other reason", "other reasons"));
    }
    words.join(", ")
}
