//! The lines around a finding, with their numbers and the marked span.

use super::markup::Markup;
use crate::domain::finding::Excerpt;
use crate::domain::location::{Position, Span};

/// Characters of one line that are shown: a minified file must not make a page of one line.
const ROOM: usize = 400;
/// Characters before the mark that are shown of a line that is cut.
const BEFORE: usize = 120;

/// Each line with its number; what the span covers is marked, on as many lines as it has.
pub(super) fn lines(excerpt: &Excerpt, span: Option<Span>) -> Markup {
    let mut markup = Markup::new();
    markup.raw("<pre class=\"excerpt\">");
    for (number, line) in (excerpt.first_line..).zip(excerpt.text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let marked = span.and_then(|span| columns(span, number));
        markup.raw(if marked.is_some() {
            "<span class=\"line hit\"><i>"
        } else {
            "<span class=\"line\"><i>"
        });
        markup.number(usize::try_from(number).unwrap_or_default()).raw("</i><code>");
        push_line(&mut markup, line, marked);
        // The line break is for those who copy or read without style.
        markup.raw("</code></span>\n");
    }
    markup.raw("</pre>\n");
    markup
}

/// Characters before the mark and before its end in a line of this number; `None` when the span does not touch the line.
fn columns(span: Span, number: u32) -> Option<(usize, usize)> {
    let column = |position: Position| usize::try_from(position.column).map_or(0, |column| column.saturating_sub(1));
    let Span { start, end } = span;
    if number < start.line || number > end.line.max(start.line) {
        return None;
    }
    let from = if number == start.line { column(start) } else { 0 };
    let until = if number == end.line { column(end) } else { usize::MAX };
    // The end is exclusive: a block that ends before the first column of a line does not touch that line.
    (number == start.line || until > 0).then_some((from, until.max(from)))
}

fn push_line(markup: &mut Markup, line: &str, marked: Option<(usize, usize)>) {
    let count = line.chars().count();
    let (start, end) = marked.map_or((count, count), |(start, end)| (start.min(count), end.min(count)));
    let from = match marked {
        Some(_) if count > ROOM => start.saturating_sub(BEFORE).min(count - ROOM),
        _ => 0,
    };
    let until = count.min(from + ROOM);
    if from > 0 {
        markup.raw("<b>…</b>");
    }
    let mut is_open = false;
    for (column, c) in line.chars().enumerate().take(until).skip(from) {
        if marked.is_some() && column == start {
            markup.raw("<mark>");
            is_open = true;
        }
        if is_open && column == end {
            markup.raw("</mark>");
            is_open = false;
        }
        markup.character(c);
    }
    if is_open {
        markup.raw("</mark>");
    } else if marked.is_some() && start >= until {
        // A mark behind the last character shows where something is missing.
        markup.raw("<mark></mark>");
    }
    if until < count {
        markup.raw("<b>…</b>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::sample::span;

    fn check(text: &str, place: Span, expected: &str) {
        let excerpt = Excerpt {
            first_line: 3,
            text: text.to_owned(),
        };
        let shown = lines(&excerpt, Some(place));
        let inside = shown
            .as_str()
            .trim_start_matches("<pre class=\"excerpt\">")
            .trim_end_matches("</pre>\n");
        assert_eq!(inside, expected);
    }

    #[test]
    fn the_span_is_marked() {
        check(
            "a: <b>\r\nc",
            span(3, 4, 3, 7),
            "<span class=\"line hit\"><i>3</i><code>a: <mark>&lt;b&gt;</mark></code></span>\n<span class=\"line\"><i>4</i><code>c</code></span>\n",
        );
    }

    #[test]
    fn a_span_over_several_lines_is_marked_on_each() {
        check(
            "ab\ncd\nef",
            span(3, 2, 5, 1),
            "<span class=\"line hit\"><i>3</i><code>a<mark>b</mark></code></span>\n<span class=\"line hit\"><i>4</i><code><mark>cd</mark></code></span>\n<span class=\"line\"><i>5</i><code>ef</code></span>\n",
        );
    }

    #[test]
    fn an_empty_span_and_one_behind_the_line_show_where_they_are() {
        let line = "<span class=\"line hit\"><i>3</i><code>";
        check("ab", span(3, 2, 3, 2), &format!("{line}a<mark></mark>b</code></span>\n"));
        check("ab", span(3, 9, 3, 12), &format!("{line}ab<mark></mark></code></span>\n"));
        check("", span(3, 1, 3, 1), &format!("{line}<mark></mark></code></span>\n"));
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text = format!("{}X{}", "a".repeat(1000), "b".repeat(1000));
        let line = format!(
            "<span class=\"line hit\"><i>3</i><code><b>…</b>{}<mark>X</mark>{}<b>…</b></code></span>\n",
            "a".repeat(BEFORE),
            "b".repeat(ROOM - BEFORE - 1)
        );
        check(&text, span(3, 1001, 3, 1002), &line);
    }
}
