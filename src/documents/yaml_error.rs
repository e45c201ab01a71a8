//! The YAML parser's errors in plain words, at the place where a person would look.

use saphyr_parser::ScanError;

use crate::domain::location::Position;

use super::parse::{Broken, Limits};
use super::text::position_at;

const NEEDS_A_COLON: &str = "expected `key: value`, but this line has no `:`";

/// The parser's sentence, and ours.
const WORDS: [(&str, &str); 19] = [
    ("simple key expect ':'", NEEDS_A_COLON),
    ("simple key expected", NEEDS_A_COLON),
    (
        "mapping values are not allowed in this context",
        "a `:` where no value may stand; a text with `: ` in it needs quotes, a wrong indent looks the same",
    ),
    ("mapping keys are not allowed in this context", "a `?` where no key may stand"),
    (
        "block sequence entries are not allowed in this context",
        "a `-` where no list item may stand",
    ),
    (
        "did not find expected key",
        "expected a key of this mapping; the indent may be wrong",
    ),
    (
        "did not find expected '-' indicator",
        "expected a `-` of this list; the indent may be wrong",
    ),
    ("did not find expected node content", "expected a value"),
    (
        "did not find expected <document start>",
        "expected the end of the document or `---`; the indent may be wrong",
    ),
    ("invalid indentation", "the indent is wrong"),
    (
        "unknown anchor",
        "an alias of an anchor that this document does not define before it",
    ),
    ("unexpected end of stream", "a quoted text that is never closed"),
    ("unexpected document indicator", "a quoted text that is never closed"),
    ("expected ',' or ']'", "expected `,` or `]`"),
    ("expected ',' or '}'", "expected `,` or `}`"),
    (
        "unknown escape character",
        "an escape that double quotes do not know; write `\\\\` for a backslash, or use single quotes",
    ),
    ("tab", "a tab in the indent; YAML wants spaces"),
    ("misplaced bracket", "a closing bracket that nothing opened"),
    ("trailing content after double-quoted scalar", "text after a closing quote"),
];

/// Says what is wrong and where.
pub(super) fn in_plain_words(text: &str, error: &ScanError, limits: &Limits) -> Broken {
    let marker = error.marker();
    // The parser marks the end of the text on a line of its own.
    let at = Position {
        line: to_u32(marker.line().max(1)),
        column: to_u32(marker.col() + 1),
    }
    .min(position_at(text, text.len()));
    let info = error.info();
    if info == "recursion limit exceeded" {
        return Broken::too_deep(limits, at);
    }
    let known = WORDS.iter().find(|(theirs, _)| info.contains(theirs)).map(|(_, ours)| *ours);
    let at = if known == Some(NEEDS_A_COLON) {
        last_content(text, at)
    } else {
        at
    };
    Broken::new(known.unwrap_or(info), at)
}

/// A line without a `:` is noticed at the start of the next token. This is the last line before that with anything on it.
fn last_content(text: &str, noticed: Position) -> Position {
    let lines_before = noticed.line.saturating_sub(1) as usize;
    let is_first_on_its_line = text.lines().nth(lines_before).is_none_or(|line| {
        line.chars()
            .take(noticed.column.saturating_sub(1) as usize)
            .all(char::is_whitespace)
    });
    if !is_first_on_its_line {
        return noticed;
    }
    let numbered = text.lines().zip(1..).take(lines_before);
    let with_content = numbered.filter(|(line, _)| !line.trim_start().is_empty() && !line.trim_start().starts_with('#'));
    with_content.last().map_or(noticed, |(line, number)| Position {
        line: number,
        column: to_u32(line.chars().take_while(|c| c.is_whitespace()).count() + 1),
    })
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
