//! What Git will record of the file that holds a commit message. The cleaning is pure: bytes in, bytes out, in one pass.
//!
//! A hook sees the file before Git cleans it. What the command line says about the cleaning (`--cleanup=...`, `-v`) cannot be seen there.

use super::repository::Repository;
use super::text::of_bytes;
use super::{GitError, command};

/// What stands on the line below which Git ignores everything, behind the comment prefix and a blank.
pub const SCISSORS: &[u8] = b"------------------------ >8 ------------------------";
/// The characters of which `core.commentChar=auto` takes the first that begins no line.
const CANDIDATES: &[u8] = b"#;@!$%^&|:";
/// The keys that decide how a message is cleaned.
const KEYS: &str = r"^(commit\.(cleanup|verbose)|core\.comment(char|string)|i18n\.commitencoding)$";

/// Whether an editor was started for the message; Git cleans what people edited more than what they handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageOrigin {
    Edited,
    HandedOver,
}

/// `commit.cleanup`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cleanup {
    /// `strip` for what was edited, else `whitespace`.
    #[default]
    Default,
    /// Blanks at the ends of lines, runs of blank lines, and comments go.
    Strip,
    /// As `strip`, but comments stay.
    Whitespace,
    Verbatim,
    /// As `whitespace`, behind a cut at the scissors line; for what was edited only.
    Scissors,
}

/// What begins a comment line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommentPrefix {
    /// One or more bytes.
    Is(Vec<u8>),
    /// `auto`: Git chose one before the message was edited.
    Auto,
}

/// How the configuration wants messages cleaned and encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageCleanup {
    pub cleanup: Cleanup,
    pub comment: CommentPrefix,
    /// `commit.verbose`: a diff stands below the scissors line.
    pub is_verbose: bool,
    /// `i18n.commitEncoding`, unless that is UTF-8.
    pub encoding: Option<String>,
}

/// Where configuration is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Configured {
    /// In the files that Git reads.
    InFiles,
    /// In variables of the environment too (`git -c`, `GIT_CONFIG_COUNT`), which only Git itself reads.
    InEnvironment,
}

impl Default for MessageCleanup {
    fn default() -> Self {
        Self {
            cleanup: Cleanup::Default,
            comment: CommentPrefix::Is(b"#".to_vec()),
            is_verbose: false,
            encoding: None,
        }
    }
}

impl MessageCleanup {
    /// The message as the commit will hold it.
    pub fn recorded(&self, file: &[u8], origin: MessageOrigin) -> Vec<u8> {
        let comment = self.comment_prefix(file);
        let is_edited = origin == MessageOrigin::Edited;
        // Without `-v` and the mode `scissors` the line is text. An editor's `-v` shows by the comment that Git puts below the line.
        let is_cut = self.is_verbose || (is_edited && self.cleanup == Cleanup::Scissors);
        let text = match scissors(file, &comment) {
            Some((end, is_explained)) if is_cut || (is_edited && is_explained) => file.get(..end).unwrap_or(file),
            _ => file,
        };
        let cleaned = match (self.cleanup, is_edited) {
            (Cleanup::Verbatim, _) => text.to_vec(),
            (Cleanup::Strip, _) | (Cleanup::Default, true) => stripspace(text, Some(&comment)),
            (Cleanup::Whitespace | Cleanup::Scissors, _) | (Cleanup::Default, false) => stripspace(text, None),
        };
        match self.encoding {
            Some(_) => cleaned,
            None => as_utf8(cleaned),
        }
    }

    /// Whether an editor was started for this file, told by what Git leaves below a message for it: an empty comment as the last line,
    /// or an explained scissors line.
    pub fn origin_of(&self, file: &[u8]) -> MessageOrigin {
        let prefix = self.comment_prefix(file);
        let last = file.split(|b| *b == b'\n').rfind(|line| !line.trim_ascii().is_empty());
        let is_explained = scissors(file, &prefix).is_some_and(|(_, is_explained)| is_explained);
        if is_explained || last == Some(&prefix) {
            MessageOrigin::Edited
        } else {
            MessageOrigin::HandedOver
        }
    }

    /// Where the scissors line begins in this file, if it has one.
    pub fn scissors(&self, file: &[u8]) -> Option<usize> {
        scissors(file, &self.comment_prefix(file)).map(|(start, _)| start)
    }

    /// What begins a comment line in this file.
    pub fn comment_prefix(&self, file: &[u8]) -> Vec<u8> {
        match &self.comment {
            CommentPrefix::Is(prefix) => prefix.clone(),
            CommentPrefix::Auto => vec![chosen_character(file)],
        }
    }

    fn set(&mut self, key: &str, value: Option<&[u8]>) {
        let text = value.map(of_bytes);
        match (key, value) {
            ("commit.cleanup", _) => {
                self.cleanup = match text.as_deref() {
                    Some("strip") => Cleanup::Strip,
                    Some("whitespace") => Cleanup::Whitespace,
                    Some("verbatim") => Cleanup::Verbatim,
                    Some("scissors") => Cleanup::Scissors,
                    // Git itself refuses to commit with any other word.
                    _ => Cleanup::Default,
                }
            }
            ("commit.verbose", _) => {
                let level = text.as_deref().map_or(Some(1), |text| text.parse::<i64>().ok());
                let is_true = || value.is_none_or(|value| git2::Config::parse_bool(value).unwrap_or(false));
                self.is_verbose = level.map_or_else(is_true, |level| level > 0);
            }
            ("core.commentchar" | "core.commentstring", Some(value)) if value.eq_ignore_ascii_case(b"auto") => {
                self.comment = CommentPrefix::Auto;
            }
            ("core.commentchar" | "core.commentstring", Some(value)) if !value.is_empty() => {
                self.comment = CommentPrefix::Is(value.to_vec());
            }
            ("i18n.commitencoding", Some(_)) => self.encoding = text.filter(|name| !is_utf8(name)),
            _ => {}
        }
    }
}

impl Repository {
    /// The editor that Git would open, as words for a shell.
    ///
    /// # Errors
    /// When Git knows none, as on a terminal that cannot show one.
    pub fn editor(&self) -> Result<String, GitError> {
        let output = command::in_repository(self, &["var", "GIT_EDITOR"])?;
        Ok(String::from_utf8_lossy(&output).trim_end().to_owned())
    }

    /// How messages are cleaned here.
    ///
    /// # Errors
    /// When the configuration cannot be read; Git itself would not commit then either.
    pub fn message_cleanup(&self, configured: Configured) -> Result<MessageCleanup, GitError> {
        let mut cleanup = MessageCleanup::default();
        if configured == Configured::InEnvironment {
            // No such key is an error to `git config`, and the same as none that says anything.
            let rows = command::in_repository(self, &["config", "--null", "--get-regexp", KEYS]).unwrap_or_default();
            for row in rows.split(|b| *b == 0).filter(|row| !row.is_empty()) {
                let mut parts = row.splitn(2, |b| *b == b'\n');
                let key = of_bytes(parts.next().unwrap_or_default());
                cleanup.set(&key, parts.next());
            }
            return Ok(cleanup);
        }
        let failed = |e: git2::Error| GitError::failed("read the configuration", &e);
        let config = self.inner.config().map_err(failed)?;
        let mut entries = config.entries(Some(KEYS)).map_err(failed)?;
        let mut found = Vec::new();
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(failed)?;
            let value = entry.has_value().then(|| entry.value_bytes().to_vec());
            found.push((entry.level() as i32, of_bytes(entry.name_bytes()), value));
        }
        // The nearest file wins, and in it the last line; `core.commentChar` and `core.commentString` are one setting.
        found.sort_by_key(|(level, ..)| *level);
        for (_, key, value) in found {
            cleanup.set(&key, value.as_deref());
        }
        Ok(cleanup)
    }
}

/// The character that Git chose, read from what it wrote below the message: the scissors line or the last line, which explains the
/// file. Where neither tells, Git had an empty message before it and took the first.
fn chosen_character(file: &[u8]) -> u8 {
    let lines = || file.split(|b| *b == b'\n');
    let is_scissors = |line: &&[u8]| line.get(1..).and_then(|rest| rest.strip_prefix(b" ")) == Some(SCISSORS);
    let last = || lines().rev().find(|line| !line.trim_ascii().is_empty());
    let chosen = lines().find(is_scissors).or_else(last).and_then(|line| line.first().copied());
    let chosen = chosen.filter(|character| CANDIDATES.contains(character));
    chosen.or(CANDIDATES.first().copied()).unwrap_or(b'#')
}

/// The character that Git takes under `auto` for a message that is not edited yet; `None` when each of them begins a line.
pub fn free_character(message: &[u8]) -> Option<u8> {
    let begins = |character: u8| {
        let ends = |b: u8| b == b'\n' || b == b'\r';
        let after_an_end = message
            .windows(2)
            .any(|two| matches!(two, [a, b] if ends(*a) && *b == character));
        message.first() == Some(&character) || after_an_end
    };
    CANDIDATES.iter().copied().find(|character| !begins(*character))
}

/// Where the scissors line begins, and whether Git's own explanation, a comment, follows it.
fn scissors(file: &[u8], comment: &[u8]) -> Option<(usize, bool)> {
    let mut start = 0;
    for line in file.split_inclusive(|b| *b == b'\n') {
        let rest = line.strip_prefix(comment).and_then(|rest| rest.strip_prefix(b" "));
        // As in Git: with a line break behind it, and nothing else.
        if rest.and_then(|rest| rest.strip_prefix(SCISSORS)) == Some(b"\n") {
            let after = file.get(start + line.len()..).unwrap_or_default();
            return Some((start, after.starts_with(comment)));
        }
        start += line.len();
    }
    None
}

/// What `git stripspace` leaves: no blanks at the ends of lines, no blank lines around and no two of them in a row, no comments when a
/// prefix is given, and a line break at the end.
fn stripspace(text: &[u8], comment: Option<&[u8]>) -> Vec<u8> {
    let mut cleaned = Vec::with_capacity(text.len() + 1);
    let mut is_after_blank = false;
    for line in text.split(|b| *b == b'\n') {
        if comment.is_some_and(|prefix| line.starts_with(prefix)) {
            continue;
        }
        // Git's own idea of a blank: neither a form feed nor a vertical tab is one.
        let is_blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r');
        let length = line.iter().rposition(|b| !is_blank(b)).map_or(0, |last| last + 1);
        if length == 0 {
            is_after_blank = true;
            continue;
        }
        if is_after_blank && !cleaned.is_empty() {
            cleaned.push(b'\n');
        }
        is_after_blank = false;
        cleaned.extend_from_slice(line.get(..length).unwrap_or_default());
        cleaned.push(b'\n');
    }
    cleaned
}

fn is_utf8(encoding: &str) -> bool {
    ["utf-8", "utf8"].iter().any(|name| encoding.eq_ignore_ascii_case(name))
}

/// Git takes bytes that are no UTF-8 for Latin-1 and records them as UTF-8, with a warning.
fn as_utf8(bytes: Vec<u8>) -> Vec<u8> {
    if std::str::from_utf8(&bytes).is_ok_and(|text| !text.chars().any(is_noncharacter)) {
        return bytes;
    }
    let mut converted = Vec::with_capacity(bytes.len() + bytes.len() / 2);
    let push_latin = |converted: &mut Vec<u8>, invalid: &[u8]| {
        for byte in invalid {
            let mut buffer = [0; 2];
            converted.extend_from_slice(char::from(*byte).encode_utf8(&mut buffer).as_bytes());
        }
    };
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let encoded = c.encode_utf8(&mut buffer).as_bytes();
            if is_noncharacter(c) {
                push_latin(&mut converted, encoded);
            } else {
                converted.extend_from_slice(encoded);
            }
        }
        push_latin(&mut converted, chunk.invalid());
    }
    converted
}

/// Code points that Git does not accept in UTF-8 either.
fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

#[cfg(test)]
#[path = "tests/message_file.rs"]
mod tests;
