//! The Test Anything Protocol, version 13: a line for each rule that found nothing, and one for each finding.
//!
//! After <https://testanything.org/tap-version-13-specification.html>. A finding that stops nothing is a `TODO`, which no reader takes
//! for a failure; what was not looked at is a `SKIP`.

use super::escape::{no_commands, one_line};
use super::place;
use super::subject::{failure_sentence, limit, sentence};
use crate::domain::finding::Finding;
use crate::domain::report::{Failure, Report, RuleOutcome, Skip, Waived};
use crate::domain::rule::{Level, Severity};

/// One test point without its number.
struct Point {
    is_ok: bool,
    description: String,
    /// `TODO` or `SKIP`, and why.
    directive: Option<(&'static str, String)>,
    /// Keys and values of the block below it.
    details: Vec<(&'static str, String)>,
}

/// Version, plan, and the points in the order of the report.
pub(super) fn write(report: &Report) -> String {
    let points = points(report);
    let mut text = "TAP version 13\n".to_owned();
    if points.is_empty() {
        text.push_str("1..0 # SKIP no rule judged\n");
        return text;
    }
    text.push_str(&format!("1..{}\n", points.len()));
    for (number, point) in points.iter().enumerate() {
        text.push_str(&written(point, number + 1));
    }
    no_commands(text)
}

fn points(report: &Report) -> Vec<Point> {
    let limit = limit(report);
    let failures = report.failures.iter().map(of_failure);
    let findings = report.findings.iter().map(|finding| of_finding(finding, limit));
    let waived = report.waived.iter().map(of_waived);
    let silent = report
        .rules
        .iter()
        .filter(|rule| rule.level != Level::Off && rule.findings == 0);
    let skips = report.skips.iter().map(of_skip);
    failures
        .chain(findings)
        .chain(waived)
        .chain(silent.map(of_rule))
        .chain(skips)
        .collect()
}

fn of_failure(failure: &Failure) -> Point {
    let mut details = vec![("kind", failure.kind.as_str().to_owned())];
    details.extend(failure.location.as_ref().and_then(place::describe).map(|at| ("at", at)));
    Point {
        is_ok: false,
        description: format!("could not be judged: {}", failure_sentence(failure)),
        directive: None,
        details,
    }
}

fn of_finding(finding: &Finding, limit: Option<Severity>) -> Point {
    let stops = limit.is_some_and(|limit| finding.severity >= limit);
    let mut details = vec![("severity", finding.severity.as_str().to_owned())];
    details.extend(place::describe(&finding.location).map(|at| ("at", at)));
    details.extend(finding.fix.as_ref().map(|fix| ("fix", one_line(fix).into_owned())));
    details.push(("fingerprint", one_line(&finding.fingerprint).into_owned()));
    Point {
        is_ok: false,
        description: format!("{}: {}", finding.rule, sentence(finding)),
        directive: (!stops).then(|| ("TODO", format!("{}, stops nothing", finding.severity.as_str()))),
        details,
    }
}

fn of_waived(waived: &Waived) -> Point {
    let reason = one_line(&waived.waiver.reason);
    Point {
        is_ok: false,
        description: format!("{}: {}", waived.finding.rule, sentence(&waived.finding)),
        directive: Some(("TODO", format!("waived: {reason}"))),
        details: Vec::new(),
    }
}

fn of_rule(rule: &RuleOutcome) -> Point {
    Point {
        is_ok: true,
        description: format!("{}: {}", rule.id, one_line(&rule.title)),
        directive: (rule.evaluated == 0).then(|| ("SKIP", "nothing to look at".to_owned())),
        details: Vec::new(),
    }
}

fn of_skip(skip: &Skip) -> Point {
    let rule = skip.rule.as_ref().map_or("every rule", |rule| rule.as_str());
    Point {
        is_ok: true,
        description: format!("{rule}: not looked at {} times", skip.count),
        directive: Some(("SKIP", one_line(&skip.reason).into_owned())),
        details: Vec::new(),
    }
}

fn written(point: &Point, number: usize) -> String {
    let state = if point.is_ok { "ok" } else { "not ok" };
    let mut text = format!("{state} {number} - {}", escaped(&point.description));
    if let Some((word, reason)) = &point.directive {
        text.push_str(&format!(" # {word} {}", escaped(reason)));
    }
    text.push('\n');
    if !point.details.is_empty() {
        text.push_str("  ---\n");
        for (key, value) in &point.details {
            text.push_str(&format!("  {key}: {}\n", quoted(value)));
        }
        text.push_str("  ...\n");
    }
    text
}

/// A `#` would begin a directive.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

/// A YAML scalar; what reaches it is one line already.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::Verdict;
    use crate::reporting::hostile_sample as hostile;
    use crate::reporting::sample;

    #[test]
    fn findings_rules_and_skips_are_points() {
        let mut report = sample::full();
        report.findings.truncate(3);
        insta::assert_snapshot!(write(&report), @r##"
        TAP version 13
        1..11
        not ok 1 - could not be judged: mapping/own-rule: undefined function `conains`. Did you mean `contains`?
          ---
          kind: "policy"
          at: "policy/own-rule.rego:12:2"
          ...
        not ok 2 - could not be judged: no merge base of dev and main: the clone is shallow. Run git fetch --unshallow.
          ---
          kind: "facts"
          ...
        not ok 3 - argocd/floating-revision: app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here
          ---
          severity: "error"
          at: "apps/prd/phippy.yaml:12:21"
          fix: "pin a release: targetRevision: 1.2.0"
          fingerprint: "abababababababababababababababab"
          ...
        not ok 4 - commits/conventional: commit 1a2b3c4d5e: no type before the colon
          ---
          severity: "error"
          at: "commit 1a2b3c4d5e"
          fix: "git commit --amend -m \"feat: update feature 1\""
          fingerprint: "abababababababababababababababab"
          ...
        not ok 5 - commits/body: commit 1a2b3c4d5e: the body is empty # TODO info, stops nothing
          ---
          severity: "info"
          at: "commit 1a2b3c4d5e"
          fingerprint: "abababababababababababababababab"
          ...
        not ok 6 - argocd/floating-revision: app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here # TODO waived: until the release train is built
        ok 7 - files/does-not-parse: Title of the rule
        ok 8 - every rule: not looked at 340 times # SKIP templated by design (helm)
        ok 9 - argocd/floating-revision: not looked at 4 times # SKIP no flowgate.refs.lock
        ok 10 - flux/floating-revision: not looked at 4 times # SKIP no flowgate.refs.lock
        ok 11 - mapping/other: not looked at 1 times # SKIP no flowgate.refs.lock
        "##);
    }

    #[test]
    fn a_clean_report_passes_and_one_without_rules_is_skipped() {
        let mut report = sample::clean();
        insta::assert_snapshot!(write(&report), @r##"
        TAP version 13
        1..2
        ok 1 - commits/conventional: Title of the rule
        ok 2 - argocd/floating-revision: Title of the rule # SKIP nothing to look at
        "##);
        report.rules.clear();
        assert_eq!(write(&report), "TAP version 13\n1..0 # SKIP no rule judged\n");
    }

    #[test]
    fn texts_add_no_line_and_no_directive() {
        let report = hostile::report();
        let text = write(&report);
        let expected = report.findings.len() + report.failures.len() + report.skips.len() + report.waived.len();
        assert!(text.starts_with(&format!("TAP version 13\n1..{expected}\n")), "{text}");
        let mut points = 0;
        for line in text.lines().skip(2) {
            match line.split_once(" - ") {
                Some((head, _)) if !line.starts_with(' ') => {
                    points += 1;
                    let number = head.strip_prefix("not ").unwrap_or(head).strip_prefix("ok ").unwrap();
                    assert_eq!(number, points.to_string());
                }
                _ => assert!(line.starts_with("  "), "{line}"),
            }
        }
        assert_eq!(points, expected);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    }

    #[test]
    fn only_what_stops_fails() {
        let mut report = hostile::many(5000);
        let failing = |report: &Report| {
            let text = write(report);
            text.lines()
                .filter(|l| l.starts_with("not ok") && !l.contains(" # TODO "))
                .count()
        };
        let errors = report.findings.iter().filter(|f| f.severity == Severity::Error).count();
        assert_eq!(failing(&report), errors);
        report.verdict = Verdict::Clean;
        assert_eq!(failing(&report), 0, "--fail-on never");
    }
}
