//! Says where something is, in the words of a person and safe to show.

use super::escape::one_line;
use crate::domain::location::Location;

/// `apps/a.yaml:12:21`, `commit 1a2b3c4d5e`, `branch feat/x`; nothing for the repository as a whole.
pub(super) fn describe(location: &Location) -> Option<String> {
    let mut parts = Vec::new();
    if location.path.is_some() {
        parts.push(in_file(location));
    }
    if let Some(commit) = &location.commit {
        parts.push(in_commit(commit, location));
    }
    if let Some(reference) = &location.reference {
        parts.push(reference_name(reference));
    }
    if let Some(part) = &location.change {
        parts.push(format!("{} of the change", one_line(part)));
    }
    if let Some(branch) = &location.branch {
        parts.push(format!("on branch {}", one_line(branch)));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The first ten digits: enough for `git show` in any repository that fits a machine.
pub(super) fn short_commit(commit: &str) -> String {
    one_line(commit).chars().take(10).collect()
}

fn in_file(location: &Location) -> String {
    let path = one_line(location.path.as_deref().unwrap_or_default());
    match (location.span, &location.pointer) {
        (Some(span), _) => format!("{path}:{}:{}", span.start.line, span.start.column),
        (None, Some(pointer)) if !pointer.is_empty() => format!("{path} at {}", one_line(pointer)),
        (None, _) => path.into_owned(),
    }
}

fn in_commit(commit: &str, location: &Location) -> String {
    // Not made yet.
    if commit.is_empty() {
        return match location.span {
            Some(span) if span.start.line > 1 => format!("line {} of the commit message", span.start.line),
            _ => "commit message".to_owned(),
        };
    }
    let commit = short_commit(commit);
    match (&location.path, location.span) {
        (Some(_), _) => format!("in commit {commit}"),
        (None, Some(span)) if span.start.line > 1 => format!("commit {commit}, line {} of its message", span.start.line),
        (None, _) => format!("commit {commit}"),
    }
}

fn reference_name(reference: &str) -> String {
    let kinds = [
        ("refs/heads/", "branch "),
        ("refs/remotes/", "remote branch "),
        ("refs/tags/", "tag "),
    ];
    let known = kinds
        .into_iter()
        .find_map(|(prefix, kind)| Some(format!("{kind}{}", one_line(reference.strip_prefix(prefix)?))));
    known.unwrap_or_else(|| one_line(reference).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::location::Span;

    fn check(location: &Location, expected: &str) {
        assert_eq!(describe(location).as_deref().unwrap_or("nowhere"), expected);
    }

    #[test]
    fn every_kind_of_place_has_its_words() {
        let commit = "1a2b3c4d5e6f708192a3";
        check(&Location::default(), "nowhere");
        check(&Location::of_path("a b.yaml"), "a b.yaml");
        check(&Location::of_span("a.yaml", Span::point(3, 4)), "a.yaml:3:4");
        check(&Location::of_commit(commit), "commit 1a2b3c4d5e");
        check(&Location::of_commit(""), "commit message");
        check(&Location::of_ref("refs/heads/feat/x"), "branch feat/x");
        check(&Location::of_ref("refs/remotes/origin/x"), "remote branch origin/x");
        check(&Location::of_ref("refs/tags/1.0.0"), "tag 1.0.0");
        check(&Location::of_ref("HEAD"), "HEAD");
        check(&Location::of_change("title"), "title of the change");
        let in_message = Location {
            span: Some(Span::point(3, 1)),
            ..Location::of_commit(commit)
        };
        check(&in_message, "commit 1a2b3c4d5e, line 3 of its message");
        let pointed = Location {
            pointer: Some("/a/0".to_owned()),
            ..Location::of_path("a.yaml")
        };
        check(&pointed, "a.yaml at /a/0");
        let shared = Location {
            branch: Some("int".to_owned()),
            ..Location::of_span("a.yaml", Span::point(1, 1))
        };
        check(&shared, "a.yaml:1:1 on branch int");
        let at_commit = Location {
            commit: Some(commit.to_owned()),
            ..Location::of_span("a.yaml", Span::point(1, 1))
        };
        check(&at_commit, "a.yaml:1:1 in commit 1a2b3c4d5e");
    }

    #[test]
    fn hostile_names_stay_on_one_line() {
        check(&Location::of_path("a\n\x1b[2Jb"), "a\\n\\x1b[2Jb");
        check(&Location::of_ref("refs/heads/x\u{202e}y"), "branch x\\u{202e}y");
        check(&Location::of_commit("\x1bü"), "commit \\x1bü");
    }
}
