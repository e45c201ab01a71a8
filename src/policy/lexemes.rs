//! Cuts a Rego text into comments, strings, words, brackets and signs without parsing it, so that it can be looked at before the parser is.

/// What a stretch of text is. White space is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// From `#` to the end of the line.
    Comment,
    /// In double quotes or backticks, with them.
    String,
    /// A string in either form right after a `$`.
    Template,
    /// Letters, digits, underscores; also numbers.
    Word,
    Open,
    Close,
    /// Any other single character.
    Sign,
}

/// A stretch of text with its place; line and column count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lexeme<'t> {
    pub(crate) kind: Kind,
    pub(crate) text: &'t str,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Walks over the lexemes of a text. Never fails: an unfinished string ends with its line or with the text.
pub(crate) fn lexemes(text: &str) -> Lexemes<'_> {
    Lexemes {
        rest: text,
        line: 1,
        column: 1,
    }
}

pub(crate) struct Lexemes<'t> {
    rest: &'t str,
    line: u32,
    column: u32,
}

impl<'t> Iterator for Lexemes<'t> {
    type Item = Lexeme<'t>;

    fn next(&mut self) -> Option<Lexeme<'t>> {
        let blank = self.rest.len() - self.rest.trim_start().len();
        self.take(blank);
        let first = self.rest.chars().next()?;
        let (kind, length) = match first {
            '#' => (Kind::Comment, self.rest.find('\n').unwrap_or(self.rest.len())),
            '"' | '`' => (Kind::String, string_length(self.rest)),
            '$' if self.rest[1..].starts_with(['"', '`']) => (Kind::Template, 1 + string_length(&self.rest[1..])),
            '[' | '{' | '(' => (Kind::Open, 1),
            ']' | '}' | ')' => (Kind::Close, 1),
            c if is_word(c) => (Kind::Word, self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len())),
            c => (Kind::Sign, c.len_utf8()),
        };
        let (line, column) = (self.line, self.column);
        let text = self.take(length);
        Some(Lexeme {
            kind,
            text,
            line,
            column,
        })
    }
}

impl<'t> Lexemes<'t> {
    /// Moves on by `length` bytes, which must end at a character's border.
    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        for c in taken.chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        taken
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Length in bytes of the string at the start of `text`, with its quotes.
fn string_length(text: &str) -> usize {
    if let Some(raw) = text.strip_prefix('`') {
        return raw.find('`').map_or(text.len(), |end| end + 2);
    }
    let mut is_escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return index,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = lexemes(text)
            .map(|l| format!("{:?} {} {}:{}", l.kind, l.text, l.line, l.column))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn brackets_in_strings_and_comments_are_no_brackets() {
        check(
            "x := [\"[\\\"{\", `{\n[`] # [",
            &[
                "Word x 1:1",
                "Sign : 1:3",
                "Sign = 1:4",
                "Open [ 1:6",
                "String \"[\\\"{\" 1:7",
                "Sign , 1:13",
                "String `{\n[` 1:15",
                "Close ] 2:3",
                "Comment # [ 2:5",
            ],
        );
    }

    #[test]
    fn unfinished_strings_end_and_templates_are_named() {
        check("\"a\n`b", &["String \"a 1:1", "String `b 2:1"]);
        check("$\"a\" $ \"ä\\", &["Template $\"a\" 1:1", "Sign $ 1:6", "String \"ä\\ 1:8"]);
    }
}
