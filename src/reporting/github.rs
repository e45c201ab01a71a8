//! Annotations of a GitHub workflow: commands on standard output that the runner shows beside the lines of a pull request.
//!
//! After <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>. The runner takes every line that
//! begins with `::` for a command, and in its oldest form `##[` anywhere in a line: no text of the repository may reach either.

use super::escape::one_line;
use super::subject::{count, failure_sentence, sentence, worst_first};
use super::summary::{already_there, counted};
use crate::domain::finding::Finding;
use crate::domain::location::Location;
use crate::domain::report::{Failure, Report};
use crate::domain::rule::Severity;

/// Annotations of one kind that GitHub shows for a step; it drops the others without a word.
const SHOWN: usize = 10;

/// One command per line: what could not be judged, then findings with the worst first, then a line for the log.
pub(super) fn write(report: &Report) -> String {
    let mut text = String::new();
    for failure in &report.failures {
        text.push_str(&of_failure(failure));
    }
    for finding in worst_first(&report.findings) {
        text.push_str(&of_finding(finding));
    }
    text.push_str(&last_line(report));
    text
}

fn of_finding(finding: &Finding) -> String {
    let kind = kind(finding.severity);
    let mut message = sentence(finding);
    if let Some(fix) = &finding.fix {
        message.push_str(&format!("\nTo mend it: {}", one_line(fix)));
    }
    message.push_str(&format!("\nWhy: flowgate rules explain {}", finding.rule));
    command(kind, Some(&finding.location), finding.rule.as_str(), &message)
}

fn of_failure(failure: &Failure) -> String {
    let title = format!("could not be judged ({})", failure.kind.as_str());
    command("error", failure.location.as_ref(), &title, &failure_sentence(failure))
}

const fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Without a file the annotation stands with the run.
fn command(kind: &str, location: Option<&Location>, title: &str, message: &str) -> String {
    let mut properties = Vec::new();
    if let Some(path) = location.and_then(|location| location.path.as_deref()) {
        properties.push(format!("file={}", property(&one_line(path))));
        let span = location.and_then(|location| location.span);
        properties.push(format!("line={}", span.map_or(1, |span| span.start.line)));
        if let Some(span) = span {
            properties.push(format!("endLine={}", span.end.line));
            // The runner takes columns only of one line.
            if span.start.line == span.end.line {
                properties.push(format!("col={}", span.start.column));
                properties.push(format!("endColumn={}", span.end.column));
            }
        }
    }
    properties.push(format!("title={}", property(title)));
    format!("::{kind} {}::{}\n", properties.join(","), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Numbers and words of flowgate's own only: a line of the log is no command, and must not become one.
fn last_line(report: &Report) -> String {
    let counts = [
        (count(report, Severity::Error), "error", "errors"),
        (count(report, Severity::Warning), "warning", "warnings"),
        (count(report, Severity::Info), "info", "infos"),
        (report.failures.len(), "failure", "failures"),
        (
            report.waived.len(),
            "finding let pass by waivers",
            "findings let pass by waivers",
        ),
        (report.skips.len(), "skip", "skips"),
    ];
    let words: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    let found = if words.is_empty() {
        "nothing found".to_owned()
    } else {
        words.join(", ")
    };
    let mut text = format!("flowgate: {}: {found}", report.verdict.as_str());
    if report.already_there > 0 {
        text.push_str(&format!("; {}", already_there(report.already_there)));
    }
    let errors = count(report, Severity::Error) + report.failures.len();
    let most = [errors, count(report, Severity::Warning), count(report, Severity::Info)];
    if most.into_iter().any(|number| number > SHOWN) {
        text.push_str(&format!(
            "; GitHub shows {SHOWN} annotations of a kind, the worst came first and all stand in this log"
        ));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::hostile_sample as hostile;
    use crate::reporting::sample;

    type Pairs = Vec<(String, String)>;

    /// What the runner would make of the text: `(command, properties, message)`, after its own way of reading.
    fn commands(text: &str) -> Vec<(String, Pairs, String)> {
        let mut commands = Vec::new();
        for line in text.split(['\n', '\r']) {
            let Some(rest) = line.trim_start().strip_prefix("::") else {
                assert!(!line.contains("##["), "the oldest form of a command: {line}");
                continue;
            };
            let (head, message) = rest.split_once("::").unwrap();
            let (name, properties) = head.split_once(' ').unwrap();
            let pairs = properties.split(',').map(|pair| pair.split_once('=').unwrap());
            let pairs = pairs.map(|(key, value)| (key.to_owned(), unescaped(value))).collect();
            commands.push((name.to_owned(), pairs, unescaped(message)));
        }
        commands
    }

    fn unescaped(text: &str) -> String {
        let escapes = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
        escapes
            .into_iter()
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    #[test]
    fn every_kind_of_place_is_annotated() {
        let mut report = sample::full();
        report.findings.truncate(5);
        report.already_there = 3;
        insta::assert_snapshot!(write(&report), @r##"
        ::error file=policy/own-rule.rego,line=12,endLine=12,col=2,endColumn=9,title=could not be judged (policy)::mapping/own-rule: undefined function `conains`. Did you mean `contains`?
        ::error title=could not be judged (facts)::no merge base of dev and main: the clone is shallow. Run git fetch --unshallow.
        ::error file=apps/prd/phippy.yaml,line=12,endLine=12,col=21,endColumn=25,title=argocd/floating-revision::app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here%0ATo mend it: pin a release: targetRevision: 1.2.0%0AWhy: flowgate rules explain argocd/floating-revision
        ::error title=commits/conventional::commit 1a2b3c4d5e: no type before the colon%0ATo mend it: git commit --amend -m "feat: update feature 1"%0AWhy: flowgate rules explain commits/conventional
        ::warning title=branches/name-pattern::branch Feature_1: `Feature_1` fits no type of branch%0AWhy: flowgate rules explain branches/name-pattern
        ::notice title=commits/body::commit 1a2b3c4d5e: the body is empty%0AWhy: flowgate rules explain commits/body
        ::notice title=commits/author::commit 1a2b3c4d5e: nobody knows the author%0AWhy: flowgate rules explain commits/author
        flowgate: findings: 2 errors, 1 warning, 2 infos, 2 failures, 1 finding let pass by waivers, 4 skips; 3 findings stood before this change and stop nobody
        "##);
    }

    #[test]
    fn a_clean_run_is_one_line_of_the_log() {
        insta::assert_snapshot!(write(&sample::clean()), @r##"
        flowgate: clean: nothing found
        "##);
    }

    #[test]
    fn no_text_becomes_a_command() {
        let report = hostile::report();
        let commands = commands(&write(&report));
        assert_eq!(commands.len(), report.findings.len() + report.failures.len());
        let keys = ["file", "line", "endLine", "col", "endColumn", "title"];
        for (name, properties, message) in &commands {
            assert_eq!(name, "error");
            assert!(
                properties.iter().all(|(key, _)| keys.contains(&key.as_str())),
                "{properties:?}"
            );
            assert!(!message.contains(|c: char| c.is_control() && c != '\n'), "{message:?}");
        }
        for text in hostile::TEXTS {
            let path = |(key, value): &(String, String)| key == "file" && *value == one_line(text);
            assert!(
                commands.iter().any(|(_, properties, _)| properties.iter().any(path)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_worst_come_first_and_the_log_says_what_github_drops() {
        let text = write(&hostile::many(5000));
        let commands = commands(&text);
        assert_eq!(commands.len(), 5000);
        let kinds: Vec<&str> = commands.iter().map(|(name, ..)| name.as_str()).collect();
        let (errors, others) = kinds.split_at(kinds.iter().position(|kind| *kind != "error").unwrap());
        assert!(!errors.is_empty() && !others.contains(&"error"));
        assert!(text.ends_with("the worst came first and all stand in this log\n"));
        assert_eq!(self::commands(&write(&hostile::many(1))).len(), 1);
    }
}
