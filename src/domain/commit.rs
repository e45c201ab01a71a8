//! A commit and its message, parsed; how it is read from Git lives in `git`.

/// Name and address of an author, committer or tagger, as recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
}

/// What kind of commit a message announces. Decided from the message and the number of parents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommitClass {
    Normal,
    /// Two or more parents.
    Merge,
    /// Git's own `Revert "..."`, `Reapply "..."` or a commit of type `revert`.
    Revert,
    /// `fixup!`, `squash!`, `amend!`.
    Fixup,
}

impl CommitClass {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Merge => "merge",
            Self::Revert => "revert",
            Self::Fixup => "fixup",
        }
    }
}

/// A message read as a conventional commit (conventionalcommits.org, version 1.0.0).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conventional {
    /// The type as written.
    pub kind: String,
    pub scope: Option<String>,
    pub description: String,
    pub breaking: bool,
    pub breaking_description: Option<String>,
    /// Footers as (token, value).
    pub footers: Vec<(String, String)>,
}

/// Why a message is not a conventional commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConventionalError {
    /// A short sentence in lower case, such as `no type before the colon`.
    pub reason: String,
    /// Line of the message, from 1.
    pub line: u32,
    /// Column in that line, in characters from 1.
    pub column: u32,
}

/// A commit message, cut into its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The whole text; bytes that are not valid in the declared encoding are replaced.
    pub raw: String,
    /// The text was not valid in its declared encoding (UTF-8 by default).
    pub is_lossy: bool,
    /// First line.
    pub subject: String,
    /// What follows the subject, without the blank line between.
    pub body: String,
    /// Trailers of the last paragraph as (key, value), as `git interpret-trailers` reads them.
    pub trailers: Vec<(String, String)>,
    pub conventional: Result<Conventional, ConventionalError>,
    pub class: CommitClass,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Object id in hexadecimal; empty for a commit that is not made yet.
    pub id: String,
    pub parents: Vec<String>,
    pub author: Person,
    pub committer: Person,
    /// Committer time, seconds since 1970-01-01 UTC.
    pub time: i64,
    pub message: Message,
    /// What a commit that is not made yet would change, where its message leaves that open; `None` where nobody looked.
    pub paths: Option<Vec<String>>,
    /// Whether a push brings it to a branch that others build on, or to a tag; `None` where nothing is pushed. The first push into an empty
    /// repository lands nothing: what it brings was written, and built on, elsewhere.
    pub lands: Option<bool>,
}

/// Object id of a commit (SHA-1), in twenty bytes: of a long history the ids are what stays in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId([u8; 20]);

impl CommitId {
    pub const fn of(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Of exactly forty hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 40 {
            return None;
        }
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut bytes = [0; 20];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = digit(high)? << 4 | digit(low)?;
        }
        Some(Self(bytes))
    }

    pub const fn bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl std::fmt::Display for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Commits in the order of a history, newest first, none before its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitOrder {
    /// Id and position, sorted by id.
    positions: Vec<(CommitId, u32)>,
}

impl CommitOrder {
    pub fn new(newest_first: impl IntoIterator<Item = CommitId>) -> Self {
        let mut positions: Vec<(CommitId, u32)> = newest_first.into_iter().zip(0..).collect();
        positions.sort_unstable();
        Self { positions }
    }

    pub const fn len(&self) -> usize {
        self.positions.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Of a commit by its hexadecimal id, from 0; `None` for one that is not among them.
    pub fn position(&self, id: &str) -> Option<usize> {
        let id = CommitId::parse(id)?;
        let at = self.positions.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.positions
            .get(at)
            .and_then(|(_, position)| usize::try_from(*position).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_it_was_read() {
        let text = "00ff10203040506070809000a0b0c0d0e0f0abcd";
        assert_eq!(CommitId::parse(text).unwrap().to_string(), text);
        for other in ["", "00", "zzff10203040506070809000a0b0c0d0e0f0abcd", &text.repeat(2)] {
            assert_eq!(CommitId::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_commit_stands_where_the_history_has_it() {
        let id = |n: u8| CommitId::of([n; 20]);
        let order = CommitOrder::new([id(7), id(3), id(9)]);
        assert_eq!(order.position(&id(9).to_string()), Some(2));
        assert_eq!((order.position(&id(1).to_string()), order.len()), (None, 3));
    }
}
