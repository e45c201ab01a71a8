//! Makes text from a repository safe to show: what could move the cursor, colour, hide or reorder text is written out instead.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Characters of one sentence that are shown; a scalar of a megabyte must not push everything else off the screen.
const LONGEST: usize = 1000;

/// One line without control characters: a line break becomes `\n`, an escape `\x1b`, a bidirectional override `\u{202e}`.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let safe = match text.find(is_unsafe) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let mut safe = String::with_capacity(text.len() + 8);
            text.chars().for_each(|c| push(&mut safe, c));
            Cow::Owned(safe)
        }
    };
    match safe.char_indices().nth(LONGEST) {
        None => safe,
        Some((cut, _)) => {
            let (shown, hidden) = safe.split_at(cut);
            Cow::Owned(format!("{shown}... ({} characters more)", hidden.chars().count()))
        }
    }
}

/// Appends a character, written out when it is not safe.
pub(super) fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if !is_unsafe(c) => out.push(c),
        // Writing to a string cannot fail.
        c if u32::from(c) <= 0xff => _ = write!(out, "\\x{:02x}", u32::from(c)),
        c => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
    }
}

/// A text for a pipeline's log, in which no line is a command to the runner: GitHub's obeys `::` at the beginning of a line and `##[`
/// anywhere, Azure's `##vso[`. One character of each is written out.
pub(super) fn no_commands(text: String) -> String {
    let begins = |line: &str| line.trim_start().starts_with("::");
    if !text.contains("##") && !text.lines().any(begins) {
        return text;
    }
    let text = text.replace("##[", "##\\x5b").replace("##vso[", "##vso\\x5b");
    let line = |line: &str| {
        if begins(line) {
            line.replacen(':', "\\x3a", 1)
        } else {
            line.to_owned()
        }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Control characters, and formatting characters that hide or reorder text (the "Trojan Source" ones). Joiners stay: scripts and
/// emoji need them.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(one_line(text), expected);
    }

    #[test]
    fn ordinary_text_of_any_script_stays() {
        check("feat/größe-名前 👩‍💻 a\\xffb", "feat/größe-名前 👩‍💻 a\\xffb");
    }

    #[test]
    fn what_moves_the_cursor_is_written_out() {
        check("a\x1b[31mred\x1b]0;title\x07", "a\\x1b[31mred\\x1b]0;title\\x07");
        check("one\r\ntwo\tthree\x08\x7f", "one\\r\\ntwo\\tthree\\x08\\x7f");
        check("\u{9b}2J", "\\x9b2J");
    }

    #[test]
    fn what_hides_or_reorders_text_is_written_out() {
        check(
            "a\u{202e}b\u{2066}c\u{200b}d\u{feff}",
            "a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}",
        );
    }

    #[test]
    fn what_a_runner_obeys_is_written_out() {
        let check = |text: &str, expected: &str| assert_eq!(no_commands(text.to_owned()), expected);
        check("a::b\n # ##\n[x] std::io\n", "a::b\n # ##\n[x] std::io\n");
        check("::error::x\n  ::set-env::\n", "\\x3a:error::x\n  \\x3a:set-env::\n");
        check("a ##[command]b ##vso[task.x]c\n", "a ##\\x5bcommand]b ##vso\\x5btask.x]c\n");
    }

    #[test]
    fn very_long_text_is_cut_and_says_so() {
        let long = "ü".repeat(LONGEST + 5);
        assert_eq!(one_line(&long), format!("{}... (5 characters more)", "ü".repeat(LONGEST)));
    }
}
