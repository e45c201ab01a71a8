//! Messages as rules write them: sentences in which names and values stand between backticks.

use super::escape::one_line;

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// What stood between two backticks.
    Code(String),
}

/// Cuts a sentence at its backticks. A backtick without a partner, as a name from a repository may bring one, stays text.
///
/// One line and without control characters; both kinds of pieces still need the escaping of their format.
pub(super) fn pieces(sentence: &str) -> Vec<Piece> {
    let line = one_line(sentence);
    let parts: Vec<&str> = line.split('`').collect();
    let last = parts.len() - 1;
    let mut pieces = Vec::new();
    for (index, part) in parts.into_iter().enumerate() {
        let is_inside = index % 2 == 1;
        match (is_inside, index == last) {
            (true, true) => pieces.push(Piece::Text(format!("`{part}"))),
            (true, false) if part.is_empty() => pieces.push(Piece::Text("``".to_owned())),
            (true, false) => pieces.push(Piece::Code(part.to_owned())),
            (false, _) if part.is_empty() => {}
            (false, _) => pieces.push(Piece::Text(part.to_owned())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sentence: &str, expected: &[Piece]) {
        assert_eq!(pieces(sentence), expected, "{sentence}");
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn code(text: &str) -> Piece {
        Piece::Code(text.to_owned())
    }

    #[test]
    fn names_between_backticks_are_code() {
        check("", &[]);
        check("no name", &[text("no name")]);
        check("`a` and `b c`", &[code("a"), text(" and "), code("b c")]);
    }

    #[test]
    fn a_backtick_without_a_partner_is_text() {
        check("a ` b", &[text("a "), text("` b")]);
        check("`a` `", &[code("a"), text(" "), text("`")]);
        check("an empty `` one", &[text("an empty "), text("``"), text(" one")]);
    }

    #[test]
    fn a_name_with_a_line_break_stays_on_the_line() {
        check("`a\n/merge`", &[code("a\\n/merge")]);
    }
}
