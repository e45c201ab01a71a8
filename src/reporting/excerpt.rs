//! The lines around a finding as miette shows them: with their real numbers, safe characters, and lines cut to the terminal.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents};

use super::escape;
use crate::domain::finding::Excerpt;
use crate::domain::location::{Position, Span};
use crate::domain::rule;

/// Columns that miette needs for the line number and its bar.
const GUTTER: usize = 10;
/// No terminal is so narrow that fewer columns of a line would help.
const NARROWEST: usize = 40;

/// What miette is given: a sentence, its place, and the lines to show.
#[derive(Debug)]
pub(super) struct Snippet {
    pub(super) message: String,
    pub(super) severity: rule::Severity,
    pub(super) help: Option<String>,
    pub(super) source: Option<Lines>,
}

/// Part of a text that knows which part it is.
#[derive(Debug)]
pub(super) struct Lines {
    name: String,
    text: String,
    first_line: usize,
    /// Where the finding is, in the whole text and from 1: shown beside the name. Cutting and escaping have moved it in `text`.
    start: Position,
    /// The underlined bytes of `text`.
    span: SourceSpan,
}

impl Lines {
    /// `None` when the span's first line is not among the lines.
    pub(super) fn new(name: &str, excerpt: &Excerpt, span: Span, width: usize, ellipsis: &str) -> Option<Self> {
        let first_line = usize::try_from(excerpt.first_line).ok()?;
        let target = usize::try_from(span.start.line).ok()?.checked_sub(first_line)?;
        let room = width.saturating_sub(GUTTER).max(NARROWEST);
        let mut text = String::with_capacity(excerpt.text.len());
        let mut underlined = None;
        for (index, line) in excerpt.text.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if index > 0 {
                text.push('\n');
            }
            let marked = (index == target).then(|| columns(span));
            let range = push_line(&mut text, line, marked.unwrap_or((0, 0)), room, ellipsis);
            if marked.is_some() {
                underlined = Some(range);
            }
        }
        let (start, end) = underlined?;
        // miette shows no line at all for an empty last one without a line break.
        text.push('\n');
        Some(Self {
            name: name.to_owned(),
            text,
            first_line,
            start: span.start,
            span: SourceSpan::from(start..end),
        })
    }
}

/// Characters before the span in its first line, and before its end there. Of a span over several lines only the first is
/// underlined: an object of forty lines would bury what is said about it.
fn columns(span: Span) -> (usize, usize) {
    let column = |position: Position| usize::try_from(position.column).map_or(0, |column| column.saturating_sub(1));
    let start = column(span.start);
    if span.end.line > span.start.line {
        (start, usize::MAX)
    } else {
        (start, column(span.end).max(start))
    }
}

/// Appends a line, cut so that the marked columns can be seen; returns the bytes in `text` that they came to.
fn push_line(text: &mut String, line: &str, marked: (usize, usize), room: usize, ellipsis: &str) -> (usize, usize) {
    let count = line.chars().count();
    let (start, end) = (marked.0.min(count), marked.1.min(count));
    let from = if count <= room || start < room * 3 / 4 {
        0
    } else {
        start.saturating_sub(room / 4)
    };
    let until = count.min(from + room);
    if from > 0 {
        text.push_str(ellipsis);
    }
    let (mut first, mut last) = (text.len(), None);
    for (column, c) in line.chars().enumerate().take(until).skip(from) {
        if column == start {
            first = text.len();
        }
        if column == end {
            last = Some(text.len());
        }
        // miette draws a tab as spaces up to the next stop.
        if c == '\t' { text.push(c) } else { escape::push(text, c) }
    }
    if start >= until {
        first = text.len();
    }
    let last = last.unwrap_or(text.len());
    if until < count {
        text.push_str(ellipsis);
    }
    (first, last)
}

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, before, after)?;
        let from_zero = |number: u32| usize::try_from(number).map_or(0, |number| number.saturating_sub(1));
        // Without context miette asks for the place that it prints beside the name, and would count bytes of the cut text.
        let (line, column) = if before == 0 && after == 0 {
            (from_zero(self.start.line), from_zero(self.start.column))
        } else {
            (self.first_line.saturating_sub(1) + inner.line(), inner.column())
        };
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            line,
            column,
            inner.line_count(),
        );
        Ok(Box::new(contents))
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Snippet {}

impl Diagnostic for Snippet {
    fn severity(&self) -> Option<Severity> {
        Some(match self.severity {
            rule::Severity::Error => Severity::Error,
            rule::Severity::Warning => Severity::Warning,
            rule::Severity::Info => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_deref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|lines| lines as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let lines = self.source.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(
            None, lines.span,
        ))))
    }
}
