//! Checks of single words: dates, regular expressions, globs, versions, ids. Each complaint says what is wrong and what to write.

use regex::Regex;

use crate::domain::pattern::anchored;
use crate::domain::rule::RuleId;

use super::path_glob;
use super::problem::suggest;
use super::requires;
use super::shape::Shape;

/// What is wrong with a word, without naming it, and what to write instead.
pub(super) type Complaint = (String, Option<String>);

/// Whether a text may stand where the shape is asked for.
pub(super) fn check(shape: Shape, text: &str) -> Result<(), Complaint> {
    match shape {
        Shape::Text => not_blank(text),
        Shape::Word => word(text),
        Shape::Date => date(text),
        Shape::DateOrCommit => date_or_commit(text),
        Shape::Regex => regex(text).map_err(|reason| (format!("is not a regular expression: {reason}"), None)),
        Shape::Glob => path_glob::compile(text)
            .map(|_| ())
            .map_err(|reason| (format!("is not a glob over paths: {reason}"), None)),
        Shape::VersionRange => requires::parse(text).map(|_| ()),
        Shape::RuleId => rule_id(text),
        Shape::File => file(text),
        Shape::Choice(words) if !words.contains(&text) => Err((
            format!("is not one of {}", super::problem::quoted(words)),
            suggest(text, words.iter().copied()).filter(|h| h.starts_with("did")),
        )),
        _ => Ok(()),
    }
}

/// What is wrong with a regular expression over a whole name, in one line.
fn regex(pattern: &str) -> Result<(), String> {
    // Alone first: anchoring could close a group that the pattern left open.
    Regex::new(pattern)
        .and_then(|_| Regex::new(&anchored(pattern)))
        .map(|_| ())
        .map_err(|error| {
            let text = error.to_string();
            text.lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned()
        })
}

/// A day as `YYYY-MM-DD` that the calendar has.
pub(super) fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|date| date.to_string() == text)
}

/// A full or abbreviated object id.
pub(super) fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn not_blank(text: &str) -> Result<(), Complaint> {
    if text.trim().is_empty() {
        return Err(("is empty".to_owned(), None));
    }
    Ok(())
}

fn word(text: &str) -> Result<(), Complaint> {
    not_blank(text)?;
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if text.split('-').all(is_word) {
        return Ok(());
    }
    let slug = text
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    let hint = (!slug.is_empty()).then(|| format!("write `{slug}`"));
    Err(("must be lower-case letters and digits, joined by `-`".to_owned(), hint))
}

fn date(text: &str) -> Result<(), Complaint> {
    if is_date(text) {
        return Ok(());
    }
    Err((
        "is not a date".to_owned(),
        Some("write a day of the calendar as `YYYY-MM-DD`".to_owned()),
    ))
}

fn date_or_commit(text: &str) -> Result<(), Complaint> {
    let digits = text.replace('-', "");
    let is_compact_date =
        text.len() == 8 && text.starts_with("20") && digits.len() == 8 && text.parse::<jiff::civil::Date>().is_ok();
    if is_date(text) || (is_commit(text) && !is_compact_date) {
        return Ok(());
    }
    let hint = "write a day as `YYYY-MM-DD`, or the id of a commit (at least 7 digits, lower case)";
    Err(("is neither a date nor the id of a commit".to_owned(), Some(hint.to_owned())))
}

fn rule_id(text: &str) -> Result<(), Complaint> {
    if RuleId::parse(text).is_some() {
        return Ok(());
    }
    Err((
        "is not the id of a rule".to_owned(),
        Some("an id has the form `group/name`; `flowgate rules list` shows them all".to_owned()),
    ))
}

fn file(text: &str) -> Result<(), Complaint> {
    not_blank(text)?;
    if text.contains("://") {
        return Err((
            "is not a path".to_owned(),
            Some("flowgate fetches nothing: name a file or folder on this machine".to_owned()),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_the_calendar_in_one_form() {
        assert!(is_date("2028-02-29"));
        for text in ["2027-02-29", "2027-2-1", "20270201", "2027-02-01T00:00", "tomorrow", ""] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn eight_digits_that_read_as_a_day_are_not_taken_for_a_commit() {
        assert!(check(Shape::DateOrCommit, "20260101").is_err());
        assert!(check(Shape::DateOrCommit, "12345678").is_ok());
        assert!(check(Shape::DateOrCommit, "0c63ce5").is_ok());
        assert!(check(Shape::DateOrCommit, "HEAD").is_err());
    }

    #[test]
    fn a_pattern_must_be_one_by_itself() {
        assert_eq!(regex("a|b"), Ok(()));
        assert_eq!(regex("a)(b").unwrap_err(), "unopened group");
    }

    #[test]
    fn a_word_that_is_none_is_answered_with_one() {
        assert_eq!(check(Shape::Word, "Pre Prod").unwrap_err().1.unwrap(), "write `pre-prod`");
        assert!(check(Shape::Word, "pre-prod").is_ok());
        assert!(check(Shape::Word, "-").is_err());
    }
}
