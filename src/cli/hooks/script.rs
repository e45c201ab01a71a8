//! The scripts of `hooks/`, filled in for one machine, and how an installed one is known again. Pure.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::git::hooks::HookName;

/// Where the path of flowgate goes, quoted for the shell.
const PATH: &[u8] = b"@FLOWGATE@";
/// Where the digest of everything below that line goes, by which an edited script is told from an older one.
const DIGEST: &[u8] = b"@DIGEST@";
const MARK: &[u8] = b"\n# flowgate hook ";

/// What a file is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As an installation wrote it, of this version or another.
    Ours,
    /// Written by an installation and changed since.
    Edited,
    Other,
}

/// The script of a hook for a flowgate at this path; without a path it looks on PATH alone.
pub fn script(hook: HookName, flowgate: Option<&Path>) -> Vec<u8> {
    let path = flowgate.map(quoted).unwrap_or_default();
    let filled = replace_first(template(hook).as_bytes(), PATH, &path);
    let digest = digest(&filled);
    // The first one alone: a path may hold the same word.
    replace_first(&filled, DIGEST, digest.as_bytes())
}

/// Whose script it is.
pub fn kind(text: &[u8]) -> Kind {
    let Some(written) = written_digest(text) else {
        return Kind::Other;
    };
    // A script taken from `hooks/` by hand has nothing filled in.
    let is_whole = written == digest(text).as_bytes() || written == DIGEST;
    if is_whole { Kind::Ours } else { Kind::Edited }
}

/// The path of flowgate that an installed script holds.
pub fn recorded(text: &[u8]) -> Option<PathBuf> {
    let start = find(text, b"\nflowgate='")? + b"\nflowgate='".len();
    let mut rest = text.get(start..)?;
    let mut path = Vec::new();
    loop {
        let end = rest.iter().position(|byte| *byte == b'\'')?;
        path.extend_from_slice(rest.get(..end)?);
        rest = rest.get(end..)?;
        match rest.strip_prefix(br"'\''") {
            Some(more) => {
                path.push(b'\'');
                rest = more;
            }
            None => return Some(path_of(path)),
        }
    }
}

fn template(hook: HookName) -> &'static str {
    match hook {
        HookName::PreCommit => include_str!("../../../hooks/pre-commit"),
        HookName::PrepareCommitMsg => include_str!("../../../hooks/prepare-commit-msg"),
        HookName::CommitMsg => include_str!("../../../hooks/commit-msg"),
        HookName::PreMergeCommit => include_str!("../../../hooks/pre-merge-commit"),
        HookName::PrePush => include_str!("../../../hooks/pre-push"),
        HookName::PostCheckout => include_str!("../../../hooks/post-checkout"),
        HookName::ReferenceTransaction => include_str!("../../../hooks/reference-transaction"),
        HookName::PreReceive => include_str!("../../../hooks/pre-receive"),
        HookName::Update => include_str!("../../../hooks/update"),
    }
}

/// Of everything below the line with the mark.
fn digest(text: &[u8]) -> String {
    let below = find(text, MARK)
        .and_then(|at| text.get(at + 1..))
        .and_then(|from| find(from, b"\n").and_then(|end| from.get(end..)))
        .unwrap_or_default();
    Sha256::digest(below)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn written_digest(text: &[u8]) -> Option<&[u8]> {
    let rest = text.get(find(text, MARK)? + MARK.len()..)?;
    rest.get(..find(rest, b":")?)
}

/// One word for a shell, whatever is in the path.
fn quoted(path: &Path) -> Vec<u8> {
    let bytes = bytes_of(path);
    let parts: Vec<&[u8]> = bytes.split(|byte| *byte == b'\'').collect();
    [b"'".as_slice(), &parts.join(br"'\''".as_slice()), b"'"].concat()
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

/// The shell of Git for Windows takes `C:/x`.
#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn replace_first(text: &[u8], part: &[u8], by: &[u8]) -> Vec<u8> {
    let Some(at) = find(text, part) else { return text.to_vec() };
    let (before, rest) = text.split_at(at);
    [before, by, rest.get(part.len()..).unwrap_or_default()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_known_again_with_its_path_and_an_edited_one_is_told_from_it() {
        for hook in HookName::ALL {
            for path in ["/usr/bin/flowgate", "/a b/it's \"here\"\n$HOME/flowgate", "/@DIGEST@/'"] {
                let text = script(hook, Some(Path::new(path)));
                assert_eq!(kind(&text), Kind::Ours, "{hook:?} {path}");
                assert_eq!(recorded(&text).as_deref(), Some(Path::new(path)), "{hook:?}");
                let edited = [text.as_slice(), b"echo mine\n"].concat();
                assert_eq!(kind(&edited), Kind::Edited, "{hook:?}");
            }
            let portable = script(hook, None);
            assert_eq!((kind(&portable), recorded(&portable)), (Kind::Ours, None));
            assert_eq!(kind(template(hook).as_bytes()), Kind::Ours);
        }
        assert_eq!(kind(b"#!/bin/sh\nexec flowgate hook pre-commit\n"), Kind::Other);
    }

    #[test]
    fn a_script_is_fifteen_lines_of_sh_at_most() {
        for hook in HookName::ALL {
            let text = template(hook);
            assert!(text.lines().count() <= 15, "{hook:?}");
            assert!(text.starts_with("#!/bin/sh\n# flowgate hook @DIGEST@:"), "{hook:?}");
            assert_eq!(text.matches("@FLOWGATE@").count(), 1, "{hook:?}");
        }
    }
}
