//! What became of a file that was looked at.

use super::location::Position;
use super::waiver::WaiverComment;

/// Why a file was left out by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exclusion {
    /// `vendor/`, `node_modules/`, `.terraform/`, packed charts.
    Vendored,
    /// `testdata/`, `fixtures/` and the like.
    TestData,
    /// `exclude:` of the configuration.
    Configured,
}

impl Exclusion {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vendored => "vendored",
            Self::TestData => "test data",
            Self::Configured => "excluded by configuration",
        }
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileClass {
    Parsed,
    /// No document in it, or only comments.
    Empty,
    /// Templated by design; `by` names the engine (`helm`, `jinja`, `placeholders`).
    Templated {
        by: &'static str,
    },
    /// Encrypted (SOPS).
    Encrypted,
    Excluded(Exclusion),
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    NotText,
    /// A symlink or submodule: never followed.
    NotFollowed {
        what: &'static str,
    },
    /// Could not be read at all (missing object, permission).
    Unreadable {
        reason: String,
    },
    /// Does not parse.
    Broken {
        reason: String,
        at: Position,
    },
}

impl FileClass {
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Parsed => "parsed",
            Self::Empty => "empty",
            Self::Templated { .. } => "templated",
            Self::Encrypted => "encrypted",
            Self::Excluded(_) => "excluded",
            Self::TooLarge { .. } => "too-large",
            Self::NotText => "not-text",
            Self::NotFollowed { .. } => "not-followed",
            Self::Unreadable { .. } => "unreadable",
            Self::Broken { .. } => "broken",
        }
    }
}

/// Something wrong in a file that still could be read, such as a key given twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    pub message: String,
    pub at: Position,
}

/// A file of the target that has a format flowgate knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    pub path: String,
    /// Short names of the branches that hold it; empty when one tree is looked at.
    pub branches: Vec<String>,
    pub bytes: u64,
    pub class: FileClass,
    pub documents: usize,
    pub problems: Vec<FileProblem>,
    /// Comments in it that are addressed to flowgate.
    pub waivers: Vec<WaiverComment>,
}
