//! A release and what its commits ask of its version.

use super::refs::Version;

/// How much a version grows. Ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    None,
    Patch,
    Minor,
    Major,
}

impl Bump {
    /// From a version to a later one, by their numbers alone.
    pub const fn between(from: &Version, to: &Version) -> Self {
        if from.major != to.major {
            Self::Major
        } else if from.minor != to.minor {
            Self::Minor
        } else if from.patch != to.patch {
            Self::Patch
        } else {
            Self::None
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// A commit of a release, and what it asks for by its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Object id.
    pub commit: String,
    pub subject: String,
    pub bump: Bump,
    pub is_breaking: bool,
}

/// How many commits of a release are named.
pub const NAMED: usize = 20;

/// A release tag compared with the release before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Short name of the tag.
    pub tag: String,
    /// Full name of the tag.
    pub reference: String,
    pub version: Version,
    /// Short name of the highest lower release without a pre-release part that its commit descends from.
    pub previous: String,
    pub previous_version: Version,
    /// What its commits ask for at most; `None` where none of them is a conventional commit.
    pub needed: Option<Bump>,
    /// Those that ask for that, newest first, at most `NAMED`.
    pub asking: Vec<Asking>,
    /// Commits since that release that count: no merges, nothing that was taken back, for a component only what touches its folder.
    pub commits: usize,
    /// Those of them that are conventional, or reverts.
    pub conventional: usize,
}
