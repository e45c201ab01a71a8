//! What reports for machines share: the sentence of a finding, also of one that lies in no file.

use super::escape::one_line;
use super::place;
use crate::domain::finding::Finding;
use crate::domain::location::Location;
use crate::domain::report::Failure;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::location::Span;
    use crate::domain::rule::Severity;
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
    fn a_failure_is_one_line() {
        let mut failure = sample::failures().swap_remove(1);
        failure.message = "no merge base\nrun git fetch".to_owned();
        failure.location = Some(Location::of_ref("refs/heads/dev"));
        assert_eq!(failure_sentence(&failure), "branch dev: no merge base run git fetch");
    }
}
