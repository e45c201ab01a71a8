//! Where something is: a span in a file, a pointer into a document, a commit, a ref.

/// A place in a text. Lines and columns count from 1; columns count Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// A stretch of text; `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: Position,
    pub end: Position,
}

impl Span {
    /// The span that covers nothing at the given line and column.
    pub const fn point(line: u32, column: u32) -> Self {
        let position = Position { line, column };
        Self {
            start: position,
            end: position,
        }
    }
}

/// Where a finding, a failure or a fact is. Every field that is known is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Path from the repository's root with `/`; bytes that are not UTF-8 appear as `\xNN`.
    pub path: Option<String>,
    pub span: Option<Span>,
    /// JSON Pointer (RFC 6901) into the document.
    pub pointer: Option<String>,
    /// Index of the document in its file, from 0.
    pub document: Option<usize>,
    /// Short name of the branch whose tree holds the file; only when several branches are looked at.
    pub branch: Option<String>,
    /// Object id of a commit, in hexadecimal.
    pub commit: Option<String>,
    /// Full ref name, such as `refs/heads/main`.
    pub reference: Option<String>,
    /// The part of a merge or pull request that is meant: `title`, `description`, `source`, `target`, `labels`.
    pub change: Option<String>,
}

impl Location {
    /// A whole file.
    pub fn of_path(path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..Self::default()
        }
    }

    /// A place in a file.
    pub fn of_span(path: impl Into<String>, span: Span) -> Self {
        Self {
            path: Some(path.into()),
            span: Some(span),
            ..Self::default()
        }
    }

    /// A commit, and in it a line of its message when `span` is set later.
    pub fn of_commit(commit: impl Into<String>) -> Self {
        Self {
            commit: Some(commit.into()),
            ..Self::default()
        }
    }

    /// A part of a merge or pull request.
    pub fn of_change(part: impl Into<String>) -> Self {
        Self {
            change: Some(part.into()),
            ..Self::default()
        }
    }

    /// A ref by its full name.
    pub fn of_ref(reference: impl Into<String>) -> Self {
        Self {
            reference: Some(reference.into()),
            ..Self::default()
        }
    }
}
