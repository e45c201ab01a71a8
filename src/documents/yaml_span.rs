//! Where the YAML parser's events stand in the text: byte offsets and exact ends, which its markers do not tell.
//!
//! Markers count characters; the end of a quoted scalar takes in what follows on the line, a block scalar starts after its
//! header, and the end of a block collection is the start of whatever comes next.

use saphyr_parser::{Marker, Span as EventSpan};

use crate::domain::location::Position;

use super::text::{Place, is_continuation};

/// Finds places, asked roughly in the order of the text.
#[derive(Debug)]
pub(super) struct Places<'a> {
    text: &'a str,
    is_ascii: bool,
    /// A character's number and its byte offset; the next one asked for is searched from here.
    cursor: (usize, usize),
    /// The end of the last scalar, alias or bracket.
    end: Place,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            is_ascii: text.is_ascii(),
            cursor: (0, 0),
            end: Place::START,
        }
    }

    /// A document begins with the marker `---` at `span`.
    pub(super) fn begin_document(&mut self, span: EventSpan) {
        let start = self.place(&span.start);
        if !self.rest(start.byte).starts_with(b"---") {
            // The parser counts bytes, not characters, in a directive that it does not know.
            let from = self.end.byte as usize;
            let marker = self.text.get(from..).and_then(|rest| rest.find("\n---"));
            self.cursor = (span.start.index(), marker.map_or(from, |before| from + before + 1));
        }
        self.end = self.place(&span.end);
    }

    /// A document ends, with the marker `...` at `span` or without one.
    pub(super) fn end_document(&mut self, span: EventSpan) {
        let start = self.place(&span.start);
        if self.rest(start.byte).starts_with(b"...") {
            self.end = self.place(&span.end);
        }
    }

    pub(super) fn of_plain(&mut self, span: EventSpan, has_properties: bool) -> (Place, Place) {
        let start = self.value_start(span, has_properties);
        self.end = self.place(&span.end);
        (start, self.end)
    }

    /// A value that is not written: right after its `:` or `-`, or after what was there last.
    pub(super) fn of_nothing(&mut self, span: EventSpan, has_properties: bool, in_sequence: bool) -> (Place, Place) {
        let at = self.place(&span.start);
        let place = if has_properties {
            self.place(&span.end)
        } else if self.byte_at(at.byte) == Some(b':') {
            self.after(at, 1)
        } else if in_sequence && span.is_empty() {
            at
        } else {
            self.end
        };
        if place.byte > self.end.byte {
            self.end = place;
        }
        (place, place)
    }

    pub(super) fn of_quoted(&mut self, span: EventSpan, has_properties: bool) -> (Place, Place) {
        let start = self.value_start(span, has_properties);
        let length = quoted_length(self.rest(start.byte));
        self.end = self.after(start, length);
        (start, self.end)
    }

    /// From the header (`|` or `>`) to the last character that is not white space.
    pub(super) fn of_block(&mut self, span: EventSpan, has_properties: bool) -> (Place, Place) {
        let before = if has_properties { self.place(&span.start) } else { self.end };
        let length = length_before_value(self.rest(before.byte), b":-?.");
        let start = self.after(before, length);
        let limit = self.place(&span.end).byte;
        let written = self.text.get(start.byte as usize..limit as usize).unwrap_or("");
        self.end = self.after(start, written.trim_end().len());
        (start, self.end)
    }

    /// The first character of a collection. An unindented sequence under a key is marked at its first item's text by the parser.
    pub(super) fn of_start(&mut self, span: EventSpan, has_properties: bool, is_sequence_in_mapping: bool) -> Place {
        let start = self.value_start(span, has_properties);
        if !is_sequence_in_mapping || self.byte_at(start.byte) == Some(b'[') && !span.is_empty() {
            return start;
        }
        let length = length_before_value(self.rest(self.end.byte), b":?");
        let dash = self.after(self.end, length);
        if self.byte_at(dash.byte) != Some(b'-') {
            return start;
        }
        self.end = self.after(dash, 1);
        dash
    }

    pub(super) fn of_end(&mut self, span: EventSpan) -> Place {
        // Only a bracket has a width; the end of a block is marked where the next thing starts.
        if !span.is_empty() {
            let bracket = self.place(&span.start);
            self.end = self.after(bracket, 1);
        }
        self.end
    }

    /// Where the value itself starts, behind its anchor and tag.
    fn value_start(&mut self, span: EventSpan, has_properties: bool) -> Place {
        let start = self.place(&span.start);
        if has_properties {
            let length = length_before_value(self.rest(start.byte), b"");
            self.after(start, length)
        } else {
            start
        }
    }

    fn place(&mut self, marker: &Marker) -> Place {
        Place {
            position: Position {
                line: to_u32(marker.line().max(1)),
                column: to_u32(marker.col() + 1),
            },
            byte: to_u32(self.byte_of(marker.index())),
        }
    }

    fn byte_of(&mut self, character: usize) -> usize {
        if self.is_ascii {
            return character.min(self.text.len());
        }
        let bytes = self.text.as_bytes();
        let (mut count, mut offset) = self.cursor;
        while count < character && offset < bytes.len() {
            offset += 1;
            while bytes.get(offset).is_some_and(|byte| is_continuation(*byte)) {
                offset += 1;
            }
            count += 1;
        }
        while count > character && offset > 0 {
            offset -= 1;
            while bytes.get(offset).is_some_and(|byte| is_continuation(*byte)) {
                offset -= 1;
            }
            count -= 1;
        }
        self.cursor = (count, offset);
        offset
    }

    fn after(&self, place: Place, bytes: usize) -> Place {
        place.after(self.text, bytes)
    }

    fn rest(&self, byte: u32) -> &'a [u8] {
        self.text.as_bytes().get(byte as usize..).unwrap_or(&[])
    }

    fn byte_at(&self, byte: u32) -> Option<u8> {
        self.text.as_bytes().get(byte as usize).copied()
    }
}

/// How many bytes of white space, comments, anchors, tags and `indicators` stand before a value.
fn length_before_value(bytes: &[u8], indicators: &[u8]) -> usize {
    let mut length = 0;
    while let Some(byte) = bytes.get(length) {
        let rest = bytes.get(length..).unwrap_or(&[]);
        length += match byte {
            _ if rest.starts_with("\u{feff}".as_bytes()) => '\u{feff}'.len_utf8(),
            b' ' | b'\t' | b'\n' | b'\r' => 1,
            b'#' => until(rest, |b| matches!(b, b'\n' | b'\r')),
            b'!' if rest.starts_with(b"!<") => until(rest, |b| b == b'>') + 1,
            b'&' | b'!' => until(rest, |b| b.is_ascii_whitespace() || b",[]{}".contains(&b)),
            other if indicators.contains(other) => 1,
            _ => break,
        };
    }
    length.min(bytes.len())
}

/// Length of the quoted scalar at the start of `bytes`, with both quotes.
fn quoted_length(bytes: &[u8]) -> usize {
    let Some(quote) = bytes.first() else { return 0 };
    let mut length = 1;
    while let Some(byte) = bytes.get(length) {
        length += 1;
        if byte == quote {
            if *quote == b'\'' && bytes.get(length) == Some(quote) {
                length += 1;
            } else {
                break;
            }
        } else if *byte == b'\\' && *quote == b'"' {
            length += 1;
        }
    }
    length.min(bytes.len())
}

fn until(bytes: &[u8], stop: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| stop(*byte)).unwrap_or(bytes.len())
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
