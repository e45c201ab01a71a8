//! Bytes to text, and places in a text: byte order marks, UTF-16, lines and columns.

use std::borrow::Cow;

use crate::domain::location::Position;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a file without its byte order mark, or `None` when it is not text: NUL bytes, neither UTF-8 nor UTF-16 with a mark.
pub fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
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

/// A place in the text, as line and column and as byte offset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub position: Position,
    pub byte: u32,
}

impl Place {
    pub(super) const START: Self = Self {
        position: Position { line: 1, column: 1 },
        byte: 0,
    };

    /// The place `bytes` further on in `text`, or at its end.
    pub(super) fn after(self, text: &str, bytes: usize) -> Self {
        let rest = text.as_bytes().get(self.byte as usize..).unwrap_or(&[]);
        let passed = rest.get(..bytes).unwrap_or(rest);
        Self {
            position: advance(self.position, passed),
            byte: self.byte + u32::try_from(passed.len()).unwrap_or(u32::MAX),
        }
    }
}

/// The place of a byte offset; offsets beyond the text mean its end. Costs a walk over the text before it.
pub(super) fn position_at(text: &str, offset: usize) -> Position {
    Place::START.after(text, offset).position
}

/// Walks over a text byte by byte and knows the place.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    place: Place,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            place: Place::START,
        }
    }

    pub(super) const fn place(&self) -> Place {
        self.place
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.place.byte as usize).copied()
    }

    pub(super) fn starts_with(&self, prefix: &str) -> bool {
        let rest = self.text.as_bytes().get(self.place.byte as usize..);
        rest.is_some_and(|rest| rest.starts_with(prefix.as_bytes()))
    }

    /// Steps over one byte.
    pub(super) fn bump(&mut self) {
        if let Some(byte) = self.peek() {
            self.place.position = advance(self.place.position, &[byte]);
            self.place.byte += 1;
        }
    }

    /// Steps over `byte` when it is next; is it?
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.bump();
        }
        is_next
    }

    /// Steps over the ASCII characters that fit, and returns them.
    pub(super) fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> &'a str {
        let start = self.place.byte as usize;
        while self.peek().is_some_and(&fits) {
            self.bump();
        }
        self.text.get(start..self.place.byte as usize).unwrap_or("")
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
}
