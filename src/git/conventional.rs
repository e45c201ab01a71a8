//! Reads a message as a conventional commit (conventionalcommits.org, version 1.0.0). Pure.
//!
//! git-conventional reads the message; before it, the subject is checked more strictly than it does and for reasons that name the place:
//! it accepts `feat:a`, `feat(a b): c` and `Draft: feat: a`, and says of `feat(): a` only that there is no type.

use git_conventional::FooterSeparator;

use crate::domain::commit::{Conventional, ConventionalError};

/// Reads the text from the subject on; `first_line` is the number of the subject's line in the whole message.
pub(super) fn parse(text: &str, first_line: u32) -> Result<Conventional, ConventionalError> {
    let mut lines = text.split('\n');
    let subject = lines.next().unwrap_or_default();
    let subject = subject.strip_suffix('\r').unwrap_or(subject);
    check_subject(subject).map_err(|(reason, at)| ConventionalError {
        reason,
        line: first_line,
        column: column(subject, at),
    })?;
    if lines.next().is_some_and(|line| !line.trim().is_empty()) {
        return Err(ConventionalError {
            reason: "no blank line between the subject and the body".to_owned(),
            line: first_line.saturating_add(1),
            column: 1,
        });
    }
    if let Ok(commit) = git_conventional::Commit::parse(text) {
        return Ok(convert(&commit));
    }
    // The subject is sound, so it stumbles over the rest: a last footer without a value, blanks in an empty line. Such a message has
    // its type all the same.
    match git_conventional::Commit::parse(subject) {
        Ok(commit) => Ok(with_footers_of(text, convert(&commit))),
        Err(error) => Err(ConventionalError {
            reason: error.to_string().to_lowercase(),
            line: first_line,
            column: 1,
        }),
    }
}

type Problem = (String, usize);

/// Checks the first line; a problem comes with its byte offset.
fn check_subject(subject: &str) -> Result<(), Problem> {
    check_header(subject)?;
    // One level is enough, and a line of nothing but `wip: wip: ...` must not nest calls.
    match subject.split_once(": ") {
        Some((kind, rest)) if is_draft_mark(kind) && check_header(rest.trim_start()).is_ok() => {
            problem(&format!("`{kind}:` stands before the type"), 0)
        }
        _ => Ok(()),
    }
}

fn check_header(subject: &str) -> Result<(), Problem> {
    if subject.trim().is_empty() {
        return problem("the message is empty", 0);
    }
    if subject.starts_with(char::is_whitespace) {
        return problem("blanks before the type", 0);
    }
    if let Some(at) = subject.find('\r') {
        return problem("a carriage return inside the subject", at);
    }
    let type_end = subject
        .find(|c: char| matches!(c, '(' | ')' | ':' | '!') || c.is_whitespace())
        .unwrap_or(subject.len());
    let (kind, rest) = subject.split_at(type_end);
    if kind.is_empty() {
        let what = if rest.starts_with('(') {
            "no type before the scope"
        } else {
            "no type before the colon"
        };
        return problem(what, 0);
    }
    let scope_length = check_scope(rest).map_err(|(reason, at)| (reason, type_end + at))?;
    let after_scope = type_end + scope_length;
    let rest = subject.get(after_scope..).unwrap_or_default();
    let colon = after_scope + usize::from(rest.starts_with('!'));
    let rest = rest.strip_prefix('!').unwrap_or(rest);
    check_colon(rest, scope_length > 0).map_err(|(reason, at)| (reason, colon + at))
}

/// Checks a scope in parentheses, if there is one, and gives its length with them.
fn check_scope(rest: &str) -> Result<usize, Problem> {
    let Some(inner) = rest.strip_prefix('(') else { return Ok(0) };
    let Some(length) = inner.find(')') else {
        return problem("the parenthesis of the scope is never closed", 0);
    };
    let scope = inner.get(..length).unwrap_or_default();
    if scope.trim().is_empty() {
        return problem("an empty scope: name one, or leave the parentheses out", 0);
    }
    if let Some(at) = scope.find('(') {
        return problem("a parenthesis inside the scope", 1 + at);
    }
    // Several scopes are commonly written as `(api, ui)`; any other blank is a sentence, not a noun.
    let mut before = None;
    for (at, c) in scope.char_indices() {
        let follows_comma = before == Some(',') && at + c.len_utf8() < scope.len();
        if c.is_whitespace() && !follows_comma {
            return problem("a blank inside the scope", 1 + at);
        }
        before = Some(c);
    }
    Ok(length + 2)
}

/// Checks the colon, the space and that something follows; `rest` starts where the colon has to be.
fn check_colon(rest: &str, has_scope: bool) -> Result<(), Problem> {
    let Some(after) = rest.strip_prefix(':') else {
        let trimmed = rest.trim_start();
        let reason = match trimmed.chars().next() {
            None => "no colon after the type",
            Some(':') => "a blank before the colon",
            Some('(') if !has_scope && rest.starts_with('(') => "the `!` belongs behind the scope",
            Some('(') if !has_scope => "a blank before the scope",
            _ if has_scope => "no colon after the scope",
            Some(')') => "a closing parenthesis without an opening one",
            _ => "no type: the first word is not followed by a colon",
        };
        return problem(reason, 0);
    };
    if after.trim().is_empty() {
        return problem("no description after the colon", 1);
    }
    if !after.starts_with(' ') {
        return problem("no space after the colon", 1);
    }
    Ok(())
}

/// `Draft:` and `WIP:` are marks by which hosts know a change that is not ready; they come before the title, not in place of a type.
fn is_draft_mark(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("draft") || kind.eq_ignore_ascii_case("wip")
}

fn problem<T>(reason: &str, at: usize) -> Result<T, Problem> {
    Err((reason.to_owned(), at))
}

/// Column in characters from 1 of a byte offset.
fn column(line: &str, at: usize) -> u32 {
    let before = line.get(..at).unwrap_or(line).chars().count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

fn convert(commit: &git_conventional::Commit<'_>) -> Conventional {
    // `https://...` at the start of a paragraph is an address, not a footer.
    let is_address =
        |footer: &&git_conventional::Footer<'_>| footer.separator() == FooterSeparator::Value && footer.value().starts_with("//");
    Conventional {
        kind: commit.type_().as_str().to_owned(),
        scope: commit.scope().map(|scope| scope.as_str().to_owned()),
        description: commit.description().trim().to_owned(),
        breaking: commit.breaking(),
        breaking_description: commit.breaking_description().map(|text| text.trim().to_owned()),
        footers: commit
            .footers()
            .iter()
            .filter(|footer| !is_address(footer))
            .map(|footer| (footer.token().as_str().to_owned(), footer.value().trim().to_owned()))
            .collect(),
    }
}

/// Adds what can be known of the footers without git-conventional: trailers, and a line that announces a breaking change.
fn with_footers_of(text: &str, mut conventional: Conventional) -> Conventional {
    conventional.footers = super::trailers::trailers(text);
    let announced = text.lines().skip(1).find_map(|line| {
        line.strip_prefix("BREAKING CHANGE: ")
            .or_else(|| line.strip_prefix("BREAKING-CHANGE: "))
    });
    if let Some(announced) = announced {
        conventional.breaking = true;
        conventional.breaking_description = Some(announced.trim().to_owned());
    }
    conventional
}

#[cfg(test)]
#[path = "tests/conventional.rs"]
mod tests;
