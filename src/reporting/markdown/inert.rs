//! Text of a repository in Markdown, so that neither the Markdown, nor the HTML in it, nor the host that reads the result acts on it.
//!
//! Three readers follow one another. Markdown is stopped by character references, which also hold inside of HTML. Hosts then look for
//! mentions, references and links in the rendered text, where the references are characters again, one run of text at a time: an
//! element around the sign parts it from its name, and what is copied stays exact. Quick actions stand at the beginning of a line: no
//! text of a repository does, and none holds a line break.

use crate::reporting::escape;
use crate::reporting::prose::{Piece, pieces};

/// From seven digits on hosts take a hexadecimal word for a commit.
const LONGEST_HEX: usize = 6;

/// A message; what stands between backticks is code.
pub(super) fn prose(sentence: &str) -> String {
    let piece = |piece| match piece {
        Piece::Text(text) => parted(&text, Inside::Prose),
        Piece::Code(text) => code(&text),
    };
    pieces(sentence).into_iter().map(piece).collect()
}

/// A message of at most so many characters, for a cell of a table.
pub(super) fn short_prose(sentence: &str, longest: usize) -> String {
    prose(&cut(sentence, longest))
}

/// A name, a place or a command.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", parted(&escape::one_line(text), Inside::Code))
}

/// The same of at most so many characters, the end of a path rather than its beginning.
pub(super) fn short_code(text: &str, longest: usize) -> String {
    let line = escape::one_line(text);
    let count = line.chars().count();
    if count <= longest {
        return code(&line);
    }
    let tail: String = line.chars().skip(count - longest + 1).collect();
    code(&format!("…{tail}"))
}

/// A character of a line inside of `<pre>`, where neither Markdown nor a host looks for anything.
pub(super) fn push_preformatted(out: &mut String, c: char) {
    let mut safe = String::new();
    if c == '\t' {
        safe.push(c);
    } else {
        escape::push(&mut safe, c);
    }
    for c in safe.chars() {
        if matches!(c, '&' | '<' | '>' | '"' | '\'') {
            push_reference(out, c);
        } else {
            out.push(c);
        }
    }
}

fn cut(text: &str, longest: usize) -> String {
    let line = escape::one_line(text);
    if line.chars().count() <= longest {
        return line.into_owned();
    }
    let mut shown: String = line.chars().take(longest.saturating_sub(1)).collect();
    // A name that lost its end would swap text and code behind it.
    if shown.matches('`').count() % 2 == 1 {
        shown.push('`');
    }
    shown.push('…');
    shown
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Hosts look for mentions and references.
    Prose,
    /// Only Markdown itself looks for links.
    Code,
}

fn parted(text: &str, inside: Inside) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut before = String::new();
    let mut digits = 0;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied();
        digits = if c.is_ascii_hexdigit() { digits + 1 } else { 0 };
        let joins = match inside {
            Inside::Code => joins_link(&before, c, next),
            Inside::Prose => joins_reference(&before, c, next) || digits > LONGEST_HEX,
        };
        if joins {
            digits = 0;
            out.push_str("<span>");
            push_reference(&mut out, c);
            out.push_str("</span>");
        } else {
            push(&mut out, c);
        }
        before.push(c);
    }
    out
}

/// An address of mail, `https://`, `www.`.
fn joins_link(before: &str, c: char, next: Option<char>) -> bool {
    match c {
        '@' => true,
        ':' => next == Some('/'),
        '.' => ends_with(before, "www"),
        _ => false,
    }
}

/// A link, the sign before a name or a number, an emoji, a formula.
fn joins_reference(before: &str, c: char, next: Option<char>) -> bool {
    let leads = next.is_some_and(|next| !next.is_whitespace());
    match c {
        '@' | '$' => true,
        '#' | '!' | '~' | '%' | '&' | '^' | '*' | '[' | ':' => leads,
        '.' => ends_with(before, "www"),
        '-' => ends_with(before, "gh") || ends_with(before, "gl"),
        _ => false,
    }
}

fn ends_with(text: &str, word: &str) -> bool {
    text.len() >= word.len() && text.as_bytes()[text.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
}

/// Every character that means something to Markdown or HTML wherever it stands in a line, as a reference.
fn push(out: &mut String, c: char) {
    let means_something = matches!(
        c,
        '&' | '<'
            | '>'
            | '"'
            | '\''
            | '`'
            | '\\'
            | '*'
            | '_'
            | '['
            | ']'
            | '{'
            | '}'
            | '|'
            | '~'
            | '$'
            | '^'
            | '='
            | '#'
            | '!'
            | '@'
            | '%'
    );
    if means_something {
        push_reference(out, c);
    } else {
        out.push(c);
    }
}

fn push_reference(out: &mut String, c: char) {
    out.push_str(&format!("&#{};", u32::from(c)));
}
