//! Bytes from Git as text that can be shown and compared. Pure.

use std::path::{Path, PathBuf};

/// UTF-8 as it is; every byte that is not valid UTF-8 as `\xNN`, so that different names stay different.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The path that the bytes of a tree or index entry name on this system.
#[cfg(unix)]
pub(super) fn to_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// The path that the bytes of a tree or index entry name on this system.
#[cfg(not(unix))]
pub(super) fn to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).as_ref())
}

/// A relative path of this system as Git would have it: its bytes, with `/`.
#[cfg(unix)]
pub(super) fn bytes_of_path(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

/// A relative path of this system as Git would have it: its bytes, with `/`.
#[cfg(not(unix))]
pub(super) fn bytes_of_path(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

/// A path of this system as Git writes it, as text.
#[cfg(unix)]
pub(super) fn from_path(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    of_bytes(path.as_os_str().as_bytes())
}

/// A path of this system as Git writes it, as text.
#[cfg(not(unix))]
pub(super) fn from_path(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// What libgit2 says, as half a sentence.
pub(super) fn reason(error: &git2::Error) -> String {
    let message = error.message().trim().trim_end_matches('.');
    match message.chars().next() {
        None => "no reason given".to_owned(),
        Some(first) => message.replacen(first, &first.to_lowercase().to_string(), 1),
    }
}

/// One word for a shell: quoted when it has to be.
pub(super) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_are_written_out() {
        assert_eq!(of_bytes(b"caf\xe9/\xc3\xa9.yaml"), "caf\\xe9/é.yaml");
    }

    #[test]
    fn a_path_with_a_space_is_quoted_for_the_shell() {
        assert_eq!(shell_word("/a b"), "'/a b'");
        assert_eq!(shell_word("/a/b"), "/a/b");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
    }
}
