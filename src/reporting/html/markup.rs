//! Markup under construction: tags are written here, every other text goes in escaped.

use crate::domain::location::Location;
use crate::reporting::escape;
use crate::reporting::place;
use crate::reporting::prose::{Piece, pieces};

/// A piece of a page. Tags can only be literals of this program, so that no text of a repository becomes one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Tags of ours.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text of anybody: one line, control characters written out.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        push_escaped(&mut self.0, &escape::one_line(text));
        self
    }

    /// A message: what stands between backticks is shown as code.
    pub(super) fn prose(&mut self, sentence: &str) -> &mut Self {
        for piece in pieces(sentence) {
            match piece {
                Piece::Text(text) => push_escaped(&mut self.0, &text),
                Piece::Code(text) => _ = self.raw("<code>").text(&text).raw("</code>"),
            }
        }
        self
    }

    /// One character of a source line; a tab stays one.
    pub(super) fn character(&mut self, c: char) -> &mut Self {
        if c == '\t' {
            self.0.push(c);
        } else {
            let mut safe = String::new();
            escape::push(&mut safe, c);
            push_escaped(&mut self.0, &safe);
        }
        self
    }

    /// `5,000`: in groups of three digits.
    pub(super) fn count(&mut self, count: usize) -> &mut Self {
        self.0.push_str(&grouped(count));
        self
    }

    /// A number of a drawing or a span of cells.
    pub(super) fn number(&mut self, number: usize) -> &mut Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// ` name="value"`.
    pub(super) fn attribute(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").text(value).raw("\"")
    }

    /// The words for a place, nothing for the repository as a whole.
    pub(super) fn place(&mut self, location: &Location) -> &mut Self {
        match place::describe(location) {
            Some(place) => self.raw("<code class=\"place\">").text(&place).raw("</code>"),
            None => self.raw("<span class=\"place\">the repository as a whole</span>"),
        }
    }

    pub(super) fn append(&mut self, other: &Self) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number as people read it.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_a_tag_or_leave_an_attribute() {
        let mut markup = Markup::new();
        markup.raw("<a").attribute("title", "x\" onclick='y'").raw(">");
        markup.text("</a><script>&amp;\n\u{202e}").raw("</a>");
        assert_eq!(
            markup.as_str(),
            "<a title=\"x&quot; onclick=&#39;y&#39;\">&lt;/a&gt;&lt;script&gt;&amp;amp;\\n\\u{202e}</a>"
        );
    }

    #[test]
    fn names_in_a_message_are_code_and_escaped() {
        let mut markup = Markup::new();
        markup.prose("`<b>` is <b> ` alone");
        assert_eq!(markup.as_str(), "<code>&lt;b&gt;</code> is &lt;b&gt; ` alone");
    }

    #[test]
    fn large_numbers_are_grouped() {
        let texts: Vec<String> = [0, 999, 1000, 12_345, 1_234_567].map(grouped).into();
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
