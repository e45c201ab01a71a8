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
    /// Whether a push brings it to a branch that others build on, or to a tag; `None` where nothing is pushed.
    pub lands: Option<bool>,
}
