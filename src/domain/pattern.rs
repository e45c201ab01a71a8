//! Regular expressions over whole names: compiled when a name first gets past their beginning, since most of a run's never do.

use std::sync::OnceLock;

use regex::Regex;

/// A regular expression that is compiled when it is first needed: that takes far longer than looking at one name.
#[derive(Debug, Clone)]
pub struct LazyRegex {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl LazyRegex {
    pub const fn new(text: String) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    /// `None` when the text is no regular expression.
    pub fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.text).ok()).as_ref()
    }
}

/// A regular expression that a whole name or subject must match.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Anchored at both ends.
    regex: LazyRegex,
    /// Read for the first name: most patterns of a flow never meet one.
    beginning: OnceLock<Beginning>,
}

impl Pattern {
    /// A pattern as people write it, without anchors. Who takes it from a user has checked that it is one.
    pub fn whole_name(pattern: &str) -> Self {
        Self {
            regex: LazyRegex::new(anchored(pattern)),
            beginning: OnceLock::new(),
        }
    }

    pub fn is_match(&self, name: &str) -> bool {
        self.beginning
            .get_or_init(|| Beginning::of(without_anchors(&self.regex.text)))
            .admits(name)
            .unwrap_or_else(|| self.regex.get().is_some_and(|regex| regex.is_match(name)))
    }

    /// The expression with its anchors.
    pub fn as_str(&self) -> &str {
        &self.regex.text
    }
}

/// The expression that matches only where the pattern covers all of a text.
pub fn anchored(pattern: &str) -> String {
    ["^(?:", pattern, ")$"].concat()
}

/// The pattern in an anchored expression.
fn without_anchors(expression: &str) -> &str {
    let pattern = expression.strip_prefix("^(?:").and_then(|tail| tail.strip_suffix(")$"));
    pattern.unwrap_or(expression)
}

/// What a name must begin with to match; read from the pattern's first signs, and `Any` wherever that would take a parser.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Beginning {
    Any,
    /// The pattern is plain text: exactly one of these.
    Whole(Vec<String>),
    /// One of these texts.
    Texts(Vec<String>),
    /// A character in one of these ranges.
    Characters(Vec<(char, char)>),
}

impl Beginning {
    fn of(pattern: &str) -> Self {
        if has_outer_alternatives(pattern) {
            return Self::of_alternatives(pattern, "");
        }
        if let Some((inner, rest)) = pattern.strip_prefix('(').and_then(|tail| tail.split_once(')')) {
            return Self::of_alternatives(inner, rest);
        }
        if let Some((inner, rest)) = pattern.strip_prefix('[').and_then(|tail| tail.split_once(']')) {
            return if may_be_missing(rest) {
                Self::Any
            } else {
                Self::of_class(inner)
            };
        }
        let (mut literal, rest) = literal(pattern);
        if may_be_missing(rest) {
            literal.pop();
        }
        Self::of_texts(vec![literal], rest)
    }

    /// `feat|feature`, with nothing but plain text in it, before the rest of the pattern.
    fn of_alternatives(inner: &str, rest: &str) -> Self {
        if may_be_missing(rest) || inner.split('|').any(|word| word.contains(is_sign)) {
            return Self::Any;
        }
        Self::of_texts(inner.split('|').map(str::to_owned).collect(), rest)
    }

    const fn of_texts(texts: Vec<String>, rest: &str) -> Self {
        if rest.is_empty() {
            Self::Whole(texts)
        } else {
            Self::Texts(texts)
        }
    }

    /// `Bb` or `A-Za-z0-9`; what negates, escapes or nests is left to the parser.
    fn of_class(inner: &str) -> Self {
        if inner.is_empty() || inner.starts_with('-') || inner.contains(['^', '\\', '[', '&', '~']) {
            return Self::Any;
        }
        let mut ranges = Vec::new();
        let mut rest = inner.chars();
        while let Some(first) = rest.next() {
            let mut ahead = rest.clone();
            match (ahead.next(), ahead.next()) {
                (Some('-'), Some(last)) => {
                    ranges.push((first, last));
                    rest = ahead;
                }
                _ => ranges.push((first, first)),
            }
        }
        Self::Characters(ranges)
    }

    /// Whether the name matches; `None` when the beginning does not tell.
    fn admits(&self, name: &str) -> Option<bool> {
        let is_possible = match self {
            Self::Any => true,
            Self::Whole(texts) => return Some(texts.iter().any(|text| text == name)),
            Self::Texts(texts) => texts.iter().any(|text| name.starts_with(text.as_str())),
            Self::Characters(ranges) => name
                .chars()
                .next()
                .is_some_and(|c| ranges.iter().any(|(first, last)| (*first..=*last).contains(&c))),
        };
        if is_possible { None } else { Some(false) }
    }
}

/// The plain text that a pattern begins with, and what comes after it. A sign behind a backslash is plain text.
fn literal(pattern: &str) -> (String, &str) {
    let mut literal = String::new();
    let mut rest = pattern;
    loop {
        let plain = rest.strip_prefix('\\').filter(|tail| tail.starts_with(is_sign));
        let Some(next) = plain.or(Some(rest)).and_then(|tail| tail.chars().next()) else {
            break;
        };
        if plain.is_none() && is_sign(next) {
            break;
        }
        literal.push(next);
        rest = plain.unwrap_or(rest).get(next.len_utf8()..).unwrap_or("");
    }
    (literal, rest)
}

/// Whether there may be a `|` that stands in no group. Where flags are set or classes nest, each counts as one: the answer is then yes
/// too often, which costs a compilation and nothing else.
fn has_outer_alternatives(pattern: &str) -> bool {
    let is_plain = !pattern.contains("(?");
    let mut depth = 0_usize;
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                rest.next();
            }
            '[' => match after_class(rest.as_str()) {
                Some(after) => rest = after.chars(),
                None => return pattern.contains('|'),
            },
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 || !is_plain => return true,
            _ => {}
        }
    }
    false
}

/// What comes after a class, whose `[` was taken; `None` for one that takes a parser: not of single characters and ranges alone.
fn after_class(pattern: &str) -> Option<&str> {
    let (inner, after) = pattern.split_once(']')?;
    (!inner.is_empty() && inner != "^" && !inner.contains(['[', '\\'])).then_some(after)
}

/// What comes after a literal makes it one that need not be there.
fn may_be_missing(rest: &str) -> bool {
    rest.starts_with(['?', '*', '{'])
}

fn is_sign(c: char) -> bool {
    "\\.+*?()|[]{}^$".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that begin, end or go on as the patterns below do.
    const NAMES: [&str; 30] = [
        "", "a", "ab", "abc", "b", "bc", "ac", "c", "a/b", "ab/c", "b/c", "-", "-a", "a-b", "|", "a|b", "]", "]b", "A", "Ab",
        "a\n", "ab\n", "\u{e4}b", "1-a", "[a] b", "[a]", "a.b", "a.", "\\", "a(",
    ];

    const PATTERNS: [&str; 64] = [
        "",
        "a",
        "ab",
        "ab?",
        "ab*",
        "ab+",
        "ab{0}",
        "a|b",
        "a|b*",
        "a|",
        "(a|b)",
        "(a|b)/.+",
        "(a|b)?c",
        "(a|b){0}c",
        "(a|)b?",
        "((a)|b)c?",
        "(?i)ab",
        "(?:a|b)c?",
        "a(?i)b",
        "[ab]c?",
        "[a-b]+",
        "[^a]b?",
        "[]a]b?",
        "[a-]b?",
        "[-a]a?",
        "[ab]*c",
        "[a|b]",
        r"\|",
        r"a\|b",
        r"(a\|b)",
        r"[\w]b?",
        "[[:alpha:]]b",
        "^a$",
        ".b",
        "a.b",
        "\u{e4}b",
        "\u{e4}?b",
        "[a&&b]",
        "[0-9]+-.+",
        "([a-z]-)?b",
        "(a",
        "[a",
        "a)(b",
        "*",
        r"\[a\] .+",
        r"\[a\]",
        r"\]?b",
        r"\]*",
        r"a\.?b",
        r"\-a",
        r"\x61b",
        r"\d-a",
        r"\\",
        r"a\",
        "[ab](c|b)?",
        "[ab]b|c",
        "[^|]b|c",
        "[]|]|c",
        "[^]|]b|c",
        "[[ab]|]|c",
        r"[\]|]b|c",
        r"a(b\)|c)?",
        r"a\(|b",
        "a(?x)#(\n|b",
    ];

    #[test]
    fn the_beginning_never_changes_what_matches() {
        for text in PATTERNS {
            let pattern = Pattern::whole_name(text);
            // As it is read from a user: alone first, because anchoring could close a group that it leaves open.
            let plain = Regex::new(text).and_then(|_| Regex::new(&anchored(text)));
            for name in NAMES {
                if let Ok(plain) = &plain {
                    assert_eq!(pattern.is_match(name), plain.is_match(name), "{text:?} on {name:?}");
                }
            }
        }
    }

    #[test]
    fn plain_texts_and_other_beginnings_are_never_compiled() {
        for (text, name) in [
            ("main", "main"),
            ("a|b", "b"),
            ("(feat|feature)/.+", "fix/x"),
            ("[0-9]+", "x"),
            ("x.+", "y"),
            (r"\[ci\] .+", "ci"),
            (r"x\.y", "x.y"),
            ("[Bb]ump the .+ group( across (a|b))?", "feat: x"),
        ] {
            let pattern = Pattern::whole_name(text);
            pattern.is_match(name);
            assert!(pattern.regex.compiled.get().is_none(), "{text}");
        }
        let pattern = Pattern::whole_name("x.+");
        assert!(pattern.is_match("xy") && pattern.regex.compiled.get().is_some());
    }
}
