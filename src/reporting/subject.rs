//! What reports for machines share: findings that lie in no file, the worst first, and which of them stop the change.

use std::cmp::Reverse;

use super::escape::one_line;
use super::place;
use crate::domain::finding::Finding;
use crate::domain::location::Location;
use crate::domain::report::{Failure, Report, Verdict};
use crate::domain::rule::Severity;

/// Where the rules of a repository are written by default.
pub(super) const CONFIGURATION: &str = "flowgate.yaml";

/// What a place is called beside its path: the branch, tag or commit; the repository where nothing else is known of one without a path.
pub(super) fn beside_the_path(location: &Location) -> Option<String> {
    let nothing_in_a_file = Location {
        path: None,
        pointer: None,
        document: None,
        span: location.span.filter(|_| location.path.is_none()),
        ..location.clone()
    };
    let words = place::describe(&nothing_in_a_file);
    words.or_else(|| location.path.is_none().then(|| "repository".to_owned()))
}

/// The finding's sentence on one line. A reader that shows no more than path and line is told what else the place is.
pub(super) fn sentence(finding: &Finding) -> String {
    let message = one_line(&finding.message);
    match (&finding.location.path, beside_the_path(&finding.location)) {
        (_, None) => message.into_owned(),
        (None, Some(subject)) => format!("{subject}: {message}"),
        (Some(_), Some(subject)) => format!("{message} ({subject})"),
    }
}

/// The failure's sentences on one line, and where it happened when that is in no file.
pub(super) fn failure_sentence(failure: &Failure) -> String {
    let sentences: Vec<_> = failure.message.split('\n').map(one_line).collect();
    let message = sentences.join(" ");
    match failure
        .location
        .as_ref()
        .filter(|l| l.path.is_none())
        .and_then(place::describe)
    {
        Some(subject) => format!("{subject}: {message}"),
        None => message,
    }
}

/// Findings as they count, in the report's order among equals: where readers cut, the worst must be left.
pub(super) fn worst_first(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| Reverse(finding.severity));
    sorted
}

/// The lowest severity that stopped the change; `None` when findings stopped nothing. The verdict knows what `--fail-on` said.
pub(super) fn limit(report: &Report) -> Option<Severity> {
    let worst = report.findings.iter().map(|finding| finding.severity).max()?;
    (report.verdict == Verdict::Findings).then_some(worst)
}

/// How many of each severity.
pub(super) fn count(report: &Report, severity: Severity) -> usize {
    report.findings.iter().filter(|finding| finding.severity == severity).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::location::Span;
    use crate::reporting::sample::{self, bare};

    fn check(location: Location, expected: &str) {
        assert_eq!(sentence(&bare("a/b", Severity::Error, "is wrong", location)), expected);
    }

    #[test]
    fn a_sentence_names_what_its_path_does_not() {
        check(Location::of_path("a.yaml"), "is wrong");
        check(Location::of_ref("refs/heads/x"), "branch x: is wrong");
        check(Location::of_commit("1a2b3c4d5e6f"), "commit 1a2b3c4d5e: is wrong");
        check(Location::default(), "repository: is wrong");
        let mut in_message = Location::of_commit("");
        in_message.span = Some(Span::point(3, 1));
        check(in_message, "line 3 of the commit message: is wrong");
        let mut on_branch = Location::of_span("a.yaml", Span::point(3, 1));
        on_branch.branch = Some("int".to_owned());
        check(on_branch, "is wrong (on branch int)");
    }

    #[test]
    fn the_verdict_says_which_findings_stop() {
        let mut report = sample::full();
        assert_eq!(limit(&report), Some(Severity::Error));
        report.verdict = Verdict::Clean;
        assert_eq!(limit(&report), None, "--fail-on never");
        report.verdict = Verdict::Findings;
        report.findings.retain(|finding| finding.severity < Severity::Error);
        assert_eq!(limit(&report), Some(Severity::Warning), "--fail-on warning");
    }

    #[test]
    fn the_worst_come_first_and_equals_stay() {
        let report = sample::full();
        let sorted = worst_first(&report.findings);
        assert!(sorted.is_sorted_by_key(|finding| Reverse(finding.severity)));
        let errors: Vec<_> = report.findings.iter().filter(|f| f.severity == Severity::Error).collect();
        assert_eq!(sorted[..errors.len()], errors);
    }

    #[test]
    fn a_failure_is_one_line() {
        let mut failure = sample::failures().swap_remove(1);
        failure.message = "no merge base\nrun git fetch".to_owned();
        failure.location = Some(Location::of_ref("refs/heads/dev"));
        assert_eq!(failure_sentence(&failure), "branch dev: no merge base run git fetch");
    }
}
