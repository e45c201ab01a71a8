//! Where a text is a template rather than a document: expressions that stand outside quotes, comments and block scalars.
//!
//! Asked about texts that do not parse, so it follows lines, quotes and indents as a YAML parser does, but gives up on nothing.

/// What a text is a template of, by what a parser trips over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `{{ ... }}`
    Braces,
    /// `{% ... %}` or `{# ... #}`
    Jinja,
    /// `<% ... %>`
    Erb,
    /// `${...}` on a line of its own or between brackets; `@NAME@` or `%NAME%` as a value.
    Placeholder,
}

/// The first mark of a template; a placeholder only when there is no other. An expression inside a plain text (`a-{{ x }}`) is
/// none: that parses.
pub(super) fn first_mark(text: &str) -> Option<Mark> {
    let mut scanner = Scanner {
        has_closing_braces: text.contains("}}"),
        ..Scanner::default()
    };
    let mut found = None;
    for line in text.lines() {
        match scanner.line(line) {
            Some(Mark::Placeholder) => found = Some(Mark::Placeholder),
            Some(mark) => return Some(mark),
            None => {}
        }
    }
    found
}

/// Is the whole text one placeholder or expression: `${MANIFESTS}`, `{{ manifests }}`?
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let within = |open: &str, close: &str| {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['{', '}', '\n']))
    };
    within("${", "}") || within("{{", "}}")
}

#[derive(Debug, Default)]
struct Scanner {
    has_closing_braces: bool,
    /// The quote that is open.
    quote: Option<u8>,
    /// How many brackets are open.
    brackets: usize,
    /// Column from 0; lines that are indented more belong to a block scalar.
    block: Option<isize>,
}

/// What the scanner knows within one line.
struct Line<'a> {
    text: &'a str,
    at: usize,
    /// May a value start here, rather than the rest of one stand here?
    is_at_start: bool,
    /// Where the last key or dash of this line stands: a block scalar's lines are indented more.
    parent: isize,
}

impl Scanner {
    fn line(&mut self, text: &str) -> Option<Mark> {
        let indent = to_isize(text.len() - text.trim_start_matches(' ').len());
        if let Some(parent) = self.block {
            if text.trim().is_empty() || indent > parent {
                return None;
            }
            self.block = None;
        }
        let mut line = Line {
            text,
            at: 0,
            is_at_start: true,
            parent: indent - 1,
        };
        if text == "---" || text.starts_with("--- ") {
            // A new document starts afresh, whatever the one before left open.
            (self.quote, self.brackets) = (None, 0);
            line.at = 3;
        }
        if self.quote.is_none() && text.trim().starts_with("${") && is_placeholder(text) {
            return Some(Mark::Placeholder);
        }
        let mut placeholder = None;
        while line.at < text.len() {
            match self.step(&mut line) {
                Some(Mark::Placeholder) => placeholder = Some(Mark::Placeholder),
                Some(mark) => return Some(mark),
                None => {}
            }
        }
        placeholder
    }

    fn step(&mut self, line: &mut Line<'_>) -> Option<Mark> {
        if let Some(quote) = self.quote {
            self.quote = line.skip_quoted(quote);
            return None;
        }
        let (first, next) = (line.byte(0)?, line.byte(1));
        let ends_word = next.is_none_or(|b| b == b' ' || b == b'\t');
        match first {
            b' ' | b'\t' => line.at += 1,
            b'#' if line.follows_space() => line.at = line.text.len(),
            b',' | b':' if self.brackets > 0 || ends_word => line.go_on(),
            b']' | b'}' if self.brackets > 0 => {
                self.brackets -= 1;
                line.at += 1;
                line.is_at_start = false;
            }
            _ if !line.is_at_start => return self.plain(line),
            _ if self.is_braces(line) => return Some(Mark::Braces),
            b'{' if matches!(next, Some(b'%' | b'#')) => return Some(Mark::Jinja),
            b'<' if next == Some(b'%') => return Some(Mark::Erb),
            b'@' | b'%' => return self.named(line, first),
            b'"' | b'\'' => {
                line.parent = to_isize(line.at);
                line.at += 1;
                line.is_at_start = false;
                self.quote = Some(first);
            }
            b'|' | b'>' if self.brackets == 0 => {
                self.block = Some(line.parent);
                line.at = line.text.len();
            }
            b'[' | b'{' => {
                self.brackets += 1;
                line.go_on();
            }
            b'-' | b'?' if ends_word && self.brackets == 0 => {
                line.parent = to_isize(line.at);
                line.go_on();
            }
            b'&' | b'!' | b'*' => line.at += until(line.rest(), |b| b.is_ascii_whitespace() || b",[]{}".contains(&b)).max(1),
            _ => {
                line.parent = to_isize(line.at);
                return self.plain(line);
            }
        }
        None
    }

    /// `{{` that is closed on its line, or opens a block (`{{-`, `{{ /*`) of a text with `}}` in it.
    fn is_braces(&self, line: &Line<'_>) -> bool {
        let rest = line.rest();
        let braces = until(rest, |b| b != b'{');
        // More braces than a template engine has are mappings within mappings.
        let is_opening = matches!(braces, 2 | 3) && (line.at == 0 || line.text.as_bytes().get(line.at - 1) != Some(&b'{'));
        is_opening && self.has_closing_braces
    }

    /// Steps over a plain text up to the next `: `, comment or, between brackets, indicator.
    fn plain(&self, line: &mut Line<'_>) -> Option<Mark> {
        let mut mark = None;
        line.is_at_start = false;
        while let Some(byte) = line.byte(0) {
            let ends_word = line.byte(1).is_none_or(|b| b == b' ' || b == b'\t');
            match byte {
                b':' if ends_word => break,
                b'#' if line.follows_space() => break,
                b'$' if line.rest().starts_with(b"${{") => line.at += length_through(line.rest(), b"}}"),
                b'$' if self.brackets > 0 && line.byte(1) == Some(b'{') => {
                    mark = Some(Mark::Placeholder);
                    line.at += length_through(line.rest(), b"}");
                }
                b'{' if self.brackets > 0 && self.is_braces(line) => return Some(Mark::Braces),
                b',' | b'[' | b']' | b'{' | b'}' if self.brackets > 0 => {
                    // An opening bracket in the middle of a text starts something new, however wrong that is.
                    line.is_at_start = matches!(byte, b'[' | b'{');
                    break;
                }
                _ => line.at += 1,
            }
        }
        mark
    }

    /// `@NAME@` or `%NAME%`; no value may start with either sign.
    fn named(&self, line: &mut Line<'_>, sign: u8) -> Option<Mark> {
        let name = line.rest().get(1..).unwrap_or(&[]);
        let length = until(name, |b| !(b.is_ascii_alphanumeric() || b"_.-".contains(&b)));
        if length > 0 && name.get(length) == Some(&sign) {
            line.at += length + 2;
            line.is_at_start = false;
            return Some(Mark::Placeholder);
        }
        line.at += 1;
        self.plain(line)
    }
}

impl Line<'_> {
    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or(&[])
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn follows_space(&self) -> bool {
        self.at == 0 || matches!(self.text.as_bytes().get(self.at - 1), Some(b' ' | b'\t'))
    }

    fn go_on(&mut self) {
        self.at += 1;
        self.is_at_start = true;
    }

    /// Steps to behind the closing quote, or to the end of the line; what is still open.
    fn skip_quoted(&mut self, quote: u8) -> Option<u8> {
        while let Some(byte) = self.byte(0) {
            self.at += 1;
            if byte == quote {
                if quote == b'\'' && self.byte(0) == Some(quote) {
                    self.at += 1;
                } else {
                    return None;
                }
            } else if byte == b'\\' && quote == b'"' {
                self.at += 1;
            }
        }
        Some(quote)
    }
}

fn until(bytes: &[u8], stop: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| stop(*byte)).unwrap_or(bytes.len())
}

/// Length up to and with `end`, or of everything when it is not there.
fn length_through(bytes: &[u8], end: &[u8]) -> usize {
    let found = bytes.windows(end.len()).position(|window| window == end);
    found.map_or(bytes.len(), |start| start + end.len())
}

fn to_isize(number: usize) -> isize {
    isize::try_from(number).unwrap_or(isize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<Mark>) {
        assert_eq!(first_mark(text), expected, "{text:?}");
    }

    #[test]
    fn expressions_where_a_value_starts_are_marks() {
        check("a: {{ .Values.x }}\n", Some(Mark::Braces));
        check("{{- if .Values.x }}\na: 1\n{{- end }}\n", Some(Mark::Braces));
        check("a:\n  - {{ x }}\n", Some(Mark::Braces));
        check("a: [x, {{ y }}]\n", Some(Mark::Braces));
        check("a: [x-{{ y }}]\n", Some(Mark::Braces));
        check("{{ x }}: 1\n", Some(Mark::Braces));
        check("a: {{ include \"x\"\n  . }}\n", Some(Mark::Braces));
        check("a: {{{ raw }}}\n", Some(Mark::Braces));
        check("a: |\n  x\n{{ if y }}\n", Some(Mark::Braces));
        check("{% if x %}\na: 1\n", Some(Mark::Jinja));
        check("{# nothing #}\n", Some(Mark::Jinja));
        check("<% if x %>\na: 1\n", Some(Mark::Erb));
    }

    #[test]
    fn expressions_in_texts_are_none() {
        check("a: '{{ x }}'\nb: \"{{ y }}\"\n", None);
        check("a: 'it''s {{ x }}'\nb: \"\\\"{{ y }}\"\n", None);
        check("a: \"one\n  {{ x }}\"\n", None);
        check("# {{ x }}\na: 1 # {{ y }}\n", None);
        check("a: |\n  {{ x }}\n  {% y %}\nb: >-\n  {{ z }}\n", None);
        check("- a: |\n    {{ x }}\n  b: 1\n", None);
        check("- |\n  {{ x }}\n- 1\n", None);
        check("a: b-{{ x }}\n", None);
        check("a: ${{ github.ref }}\n", None);
        check("a: [x, ${{ matrix.y }}]\n", None);
        check(&("{".repeat(50) + &"}".repeat(50)), None);
        check("a: {{b: 1}\n", None);
    }

    #[test]
    fn a_key_after_a_block_scalar_is_looked_at() {
        check("- a: |\n    x\n  b: {{ y }}\n", Some(Mark::Braces));
        check("a: |\n  x\nb: {{ y }}\n", Some(Mark::Braces));
    }

    #[test]
    fn placeholders_are_marks_only_where_they_break_the_text() {
        check("a: 1\n${REST}\n", Some(Mark::Placeholder));
        check("a: [${X}, 1]\n", Some(Mark::Placeholder));
        check("a: {b: ${X}}\n", Some(Mark::Placeholder));
        check("image: @IMAGE@\n", Some(Mark::Placeholder));
        check("a: ${X}\nb: x-${Y}\n- ${Z}\n", None);
        check("a: '${X}'\n# ${Y}\n", None);
        check("a: @nobody\n", None);
        check("${REST}\na: {{ x }}\n", Some(Mark::Braces));
    }

    #[test]
    fn a_document_can_be_one_placeholder() {
        assert!(is_placeholder("${MANIFESTS}\n"));
        assert!(is_placeholder("{{ manifests }}"));
        assert!(!is_placeholder("${A}-${B}"));
        assert!(!is_placeholder("${}"));
        assert!(!is_placeholder("a"));
    }
}
