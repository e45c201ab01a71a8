//! Values as bytes and back. Nothing that is read is trusted: what does not decode to the end is `None`, and no length reserves memory.

use std::borrow::Cow;

use super::digest::Key;

/// Something that can be written into the cache and read again.
pub trait Codec: Sized {
    fn write(&self, out: &mut Vec<u8>);
    /// `None` when the bytes do not hold such a value.
    fn read(input: &mut Input<'_>) -> Option<Self>;
}

/// The bytes that are left to read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next so many bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A text as it stands in the bytes.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = usize::read(self)?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

/// A value as bytes.
pub fn encoded(value: &impl Codec) -> Vec<u8> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

/// A value from bytes that hold it and nothing else.
pub fn decoded<T: Codec>(bytes: &[u8]) -> Option<T> {
    let mut input = Input::new(bytes);
    let value = T::read(&mut input)?;
    input.is_empty().then_some(value)
}

/// A text, like a `String`.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    text.len().write(out);
    out.extend_from_slice(text.as_bytes());
}

impl Codec for u64 {
    /// Seven bits a byte, the lowest first.
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest > 0x7f {
            out.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = input.byte()?;
            let bits = Self::from(byte & 0x7f);
            // Bits that do not fit would be lost: such bytes were not written here.
            if bits.checked_shl(shift)? >> shift != bits {
                return None;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

impl Codec for usize {
    fn write(&self, out: &mut Vec<u8>) {
        (*self as u64).write(out);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        Self::try_from(u64::read(input)?).ok()
    }
}

impl Codec for u32 {
    fn write(&self, out: &mut Vec<u8>) {
        u64::from(*self).write(out);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        Self::try_from(u64::read(input)?).ok()
    }
}

impl Codec for u8 {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        input.byte()
    }
}

impl Codec for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        Some(Self::from_le_bytes(input.take(8)?.try_into().ok()?))
    }
}

impl Codec for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        match input.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Codec for Key {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        input.take(20)?.try_into().ok()
    }
}

impl Codec for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        input.text().map(str::to_owned)
    }
}

/// Bytes of any meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Codec for Bytes {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.len().write(out);
        out.extend_from_slice(&self.0);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        let length = usize::read(input)?;
        Some(Self(input.take(length)?.to_vec()))
    }
}

impl Codec for Cow<'static, str> {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        input.text().map(|text| Self::Owned(text.to_owned()))
    }
}

impl<T: Codec> Codec for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(1);
                value.write(out);
            }
        }
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        match input.byte()? {
            0 => Some(None),
            1 => T::read(input).map(Some),
            _ => None,
        }
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        let count = usize::read(input)?;
        let mut items = Self::new();
        for _ in 0..count {
            items.push(T::read(input)?);
        }
        Some(items)
    }
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        Some((A::read(input)?, B::read(input)?))
    }
}

/// A struct as its fields in order. The pattern names them all, so that a field that is added does not compile before it is written.
macro_rules! codec_of_fields {
    ($type:ty { $($field:ident),* $(,)? }) => {
        impl $crate::cache::Codec for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::cache::Codec::write($field, out);)*
            }

            fn read(input: &mut $crate::cache::codec::Input<'_>) -> Option<Self> {
                Some(Self { $($field: $crate::cache::Codec::read(input)?),* })
            }
        }
    };
}

/// An enum without data as one byte.
macro_rules! codec_of_variants {
    ($type:ty { $($variant:ident = $byte:literal),* $(,)? }) => {
        impl $crate::cache::Codec for $type {
            fn write(&self, out: &mut Vec<u8>) {
                out.push(match self { $(Self::$variant => $byte),* });
            }

            fn read(input: &mut $crate::cache::codec::Input<'_>) -> Option<Self> {
                match input.byte()? {
                    $($byte => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use {codec_of_fields, codec_of_variants};
