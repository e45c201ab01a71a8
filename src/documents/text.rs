//! Bytes to text, and places in a text: byte order marks, UTF-16, lines and columns.

use std::borrow::Cow;

use crate::domain::location::Position;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a file without its byte order mark, or `None` when it is not text: NUL bytes, neither UTF-8 nor UTF-16 with a mark.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(decode_utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(decode_utf16(rest, u16::from_be_bytes)?),
        _ => {
            let text = std::str::from_utf8(bytes).ok()?;
            Cow::Borrowed(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text))
        }
    };
    (!text.as_bytes().contains(&0)).then_some(text)
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<_, _>>()
        .ok()
}

/// The place of a byte offset; offsets beyond the text mean its end. Costs a walk over the text before it.
pub(super) fn position_at(text: &str, offset: usize) -> Position {
    let mut cursor = Cursor::new(text);
    cursor.position(offset)
}

/// Turns byte offsets into places. Asked in ascending order it walks the text once; going back starts over.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    position: Position,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            position: Position { line: 1, column: 1 },
        }
    }

    pub(super) fn position(&mut self, offset: usize) -> Position {
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        let between = self
            .text
            .as_bytes()
            .get(self.offset..offset.min(self.text.len()))
            .unwrap_or(&[]);
        self.position = advance(self.position, between);
        self.offset += between.len();
        self.position
    }
}

/// The place after `bytes` (a piece of UTF-8 text) when they begin at `position`.
pub(super) fn advance(position: Position, bytes: &[u8]) -> Position {
    let mut position = position;
    for byte in bytes {
        if *byte == b'\n' {
            position = Position {
                line: position.line + 1,
                column: 1,
            };
        } else if !is_continuation(*byte) {
            position.column += 1;
        }
    }
    position
}

/// Is this byte of UTF-8 text inside a character rather than its first?
pub(super) const fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_loses_its_byte_order_mark() {
        assert_eq!(decode(b"\xef\xbb\xbfa: 1\n").as_deref(), Some("a: 1\n"));
        assert_eq!(decode(b"a: 1\n").as_deref(), Some("a: 1\n"));
        assert_eq!(decode(b"").as_deref(), Some(""));
    }

    #[test]
    fn utf_16_is_read_in_both_byte_orders() {
        assert_eq!(decode(b"\xff\xfea\0:\0 \0\xe4\0").as_deref(), Some("a: \u{e4}"));
        assert_eq!(decode(b"\xfe\xff\0a\0:\0 \0\xe4").as_deref(), Some("a: \u{e4}"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"a\0b"), None);
        assert_eq!(decode(b"\xe4\xf6"), None);
        assert_eq!(decode(b"\xff\xfea"), None);
        assert_eq!(decode(b"\xff\xfe\x00\xd8"), None, "half a surrogate pair");
        assert_eq!(decode(b"\xff\xfe\0\0"), None);
    }

    #[test]
    fn places_count_characters_from_one() {
        let text = "\u{e4}b\nc\u{1f600}d";
        let expect = |offset: usize, line: u32, column: u32| {
            assert_eq!(position_at(text, offset), Position { line, column }, "{offset}");
        };
        expect(0, 1, 1);
        expect(2, 1, 2);
        expect(4, 2, 1);
        expect(9, 2, 3);
        expect(10, 2, 4);
        expect(999, 2, 4);
    }

    #[test]
    fn a_cursor_may_go_back() {
        let mut cursor = Cursor::new("a\nb\nc");
        assert_eq!(cursor.position(4).line, 3);
        assert_eq!(cursor.position(2).line, 2);
    }
}
