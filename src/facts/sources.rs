//! The texts of files that findings may point into, kept so that a report can show the lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::finding::Excerpt;
use crate::domain::location::Span;

/// Texts by branch and path. The branch is `None` when one tree is looked at.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    texts: BTreeMap<(Option<String>, String), Arc<str>>,
}

impl Sources {
    pub fn insert(&mut self, branch: Option<String>, path: String, text: Arc<str>) {
        self.texts.insert((branch, path), text);
    }

    pub fn get(&self, branch: Option<&str>, path: &str) -> Option<&Arc<str>> {
        self.texts.get(&(branch.map(str::to_owned), path.to_owned()))
    }
}

/// How many lines are shown before and after the marked ones.
const CONTEXT: u32 = 2;
/// How many marked lines are shown at most; a whole document would bury the message.
const MARKED: u32 = 6;

/// The lines of `text` around `span`.
pub fn excerpt(text: &str, span: Span) -> Excerpt {
    let first = span.start.line.saturating_sub(CONTEXT).max(1);
    let last_marked = span.end.line.min(span.start.line.saturating_add(MARKED));
    let last = last_marked.saturating_add(CONTEXT);
    let take = (last - first + 1) as usize;
    let lines: Vec<&str> = text.lines().skip(first as usize - 1).take(take).collect();
    Excerpt {
        first_line: first,
        text: lines.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpt_shows_two_lines_around_the_place() {
        let shown = excerpt("a\nb\nc\nd\ne\nf\n", Span::point(3, 1));
        assert_eq!((shown.first_line, shown.text.as_str()), (1, "a\nb\nc\nd\ne"));
    }

    #[test]
    fn excerpt_of_a_place_beyond_the_text_is_what_there_is() {
        let shown = excerpt("a\nb", Span::point(2, 1));
        assert_eq!((shown.first_line, shown.text.as_str()), (1, "a\nb"));
    }
}
