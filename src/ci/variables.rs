//! Variables as typed values; an empty variable is none, because hosts set those that do not apply to nothing.

use std::collections::BTreeMap;

use crate::domain::change::Host;

use super::CiError;

/// Longest part of a text from outside that a message shows, in characters.
const SHOWN: usize = 80;

#[derive(Debug, Clone, Copy)]
pub(super) struct Variables<'a>(pub(super) &'a BTreeMap<String, String>);

impl<'a> Variables<'a> {
    /// The value as it is, also when it is empty.
    pub(super) fn raw(self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    pub(super) fn owned(self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub(super) fn required(self, host: Host, name: &str) -> Result<&'a str, CiError> {
        self.text(name).ok_or_else(|| CiError::Missing {
            host,
            name: name.to_owned(),
        })
    }

    pub(super) fn flag(self, host: Host, name: &str) -> Result<Option<bool>, CiError> {
        match self.text(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(found) => Err(odd(host, name, found, "true or false")),
        }
    }

    pub(super) fn number(self, host: Host, name: &str) -> Result<Option<u64>, CiError> {
        let Some(found) = self.text(name) else { return Ok(None) };
        match digits(found) {
            Some(number) => Ok(Some(number)),
            None => Err(odd(host, name, found, "a number")),
        }
    }

    pub(super) fn object_id(self, host: Host, name: &str) -> Result<Option<String>, CiError> {
        self.text(name).map_or(Ok(None), |found| object_id(host, name, found))
    }
}

/// A full object id, in lower case; `None` for the one of zeros, with which hosts say that there is none.
pub(super) fn object_id(host: Host, name: &str, found: &str) -> Result<Option<String>, CiError> {
    // A shorter one, or a name, would be looked up in the repository, where whoever made the change decides what it means.
    let is_full = matches!(found.len(), 40 | 64) && found.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_full {
        return Err(odd(host, name, found, "a full object id"));
    }
    let is_none = found.bytes().all(|byte| byte == b'0');
    Ok((!is_none).then(|| found.to_ascii_lowercase()))
}

/// A number of digits alone: `parse` would also take `+12`.
pub(super) fn digits(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

pub(super) fn odd(host: Host, name: &str, found: &str, expected: &'static str) -> CiError {
    CiError::Odd {
        host,
        name: name.to_owned(),
        found: found.to_owned(),
        expected,
    }
}

/// In backticks, with control characters escaped, and not longer than a line can bear.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::from("`");
    shown.extend(text.chars().take(SHOWN).flat_map(char::escape_debug));
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown.push('`');
    shown
}
