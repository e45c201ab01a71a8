//! The keys of the cache: SHA-256 over everything that an answer follows from, cut to the length of an object id.

use sha2::{Digest as _, Sha256};

/// An object id of Git, or a digest cut to its length.
pub type Key = [u8; 20];

/// A key while it is made; a boundary between parts counts.
#[derive(Debug, Clone)]
pub struct Digest(Sha256);

impl Digest {
    /// `purpose` keeps keys for different things apart.
    pub fn of(purpose: &str) -> Self {
        Self(Sha256::new()).text(purpose)
    }

    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    #[must_use]
    pub fn optional(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.bytes(&[1]).text(text),
            None => self.bytes(&[0]),
        }
    }

    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub fn key(self) -> Key {
        let mut key = Key::default();
        key.iter_mut().zip(self.0.finalize()).for_each(|(to, from)| *to = from);
        key
    }
}

/// The id behind 40 hexadecimal digits; `None` for anything else.
pub fn object_key(id: &str) -> Option<Key> {
    let mut key = Key::default();
    if id.len() != key.len() * 2 {
        return None;
    }
    for (to, pair) in key.iter_mut().zip(id.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *to = digit(*high)? << 4 | digit(*low)?;
    }
    Some(key)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// A key in hexadecimal.
pub fn hexadecimal(key: &Key) -> String {
    use std::fmt::Write as _;
    key.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
