//! YAML that was read before: what the parser says of a text that never changes, kept by the build. Only what such texts need: no anchors,
//! no tags, no block scalars, and every scalar stands in the text as it is.

use std::borrow::Cow;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, ScalarStyle, Span};

/// A place as the parser counts it: character of the text from 0, line from 1, column from 0.
pub type Mark = (u32, u32, u32);

/// One event with its stretch of text.
#[derive(Debug, Clone, Copy)]
pub struct KeptEvent {
    pub kind: Kept,
    pub start: Mark,
    pub end: Mark,
}

/// What the parser came upon. Scalars with the bytes of the text that are their value.
#[derive(Debug, Clone, Copy)]
pub enum Kept {
    /// Whether it begins with `---`.
    Document(bool),
    DocumentEnd,
    Mapping,
    MappingEnd,
    Sequence,
    SequenceEnd,
    Plain(u32, u32),
    SingleQuoted(u32, u32),
    DoubleQuoted(u32, u32),
}

impl KeptEvent {
    /// The event as the parser gave it.
    pub(super) fn event<'t>(&self, text: &'t Arc<str>) -> (Event<'t>, Span) {
        let scalar = |(from, to): (u32, u32), style| {
            let value = text.get(from as usize..to as usize).unwrap_or("");
            Event::Scalar(Cow::Borrowed(value), style, 0, None)
        };
        let event = match self.kind {
            Kept::Document(is_marked) => Event::DocumentStart(is_marked),
            Kept::DocumentEnd => Event::DocumentEnd,
            Kept::Mapping => Event::MappingStart(0, None),
            Kept::MappingEnd => Event::MappingEnd,
            Kept::Sequence => Event::SequenceStart(0, None),
            Kept::SequenceEnd => Event::SequenceEnd,
            Kept::Plain(from, to) => scalar((from, to), ScalarStyle::Plain),
            Kept::SingleQuoted(from, to) => scalar((from, to), ScalarStyle::SingleQuoted),
            Kept::DoubleQuoted(from, to) => scalar((from, to), ScalarStyle::DoubleQuoted),
        };
        (event, Span::new(marker(self.start), marker(self.end)))
    }
}

fn marker((character, line, column): Mark) -> Marker {
    Marker::new(character as usize, line as usize, column as usize)
}
