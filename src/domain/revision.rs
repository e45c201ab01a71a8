//! A ref expression such as `targetRevision`, classified; what a word means in another repository is known only from the refs lock.

/// What kind of thing a revision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevisionClass {
    /// HEAD, a missing revision, or the default branch by name: one class.
    Default,
    Branch,
    /// A tag that is not an exact SemVer version.
    Tag,
    /// An exact SemVer version, with or without `v` and component.
    Semver,
    /// A SemVer range such as `1.*`, `>=1.0.0`, `1.2`.
    Range,
    /// A full object id.
    Commit,
    ShortCommit,
    /// Contains a placeholder that only a tool can fill.
    Templated,
}

impl RevisionClass {
    pub const ALL: [Self; 8] = [
        Self::Default,
        Self::Branch,
        Self::Tag,
        Self::Semver,
        Self::Range,
        Self::Commit,
        Self::ShortCommit,
        Self::Templated,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Semver => "semver",
            Self::Range => "range",
            Self::Commit => "commit",
            Self::ShortCommit => "short-commit",
            Self::Templated => "templated",
        }
    }
}

/// How the class of a revision is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Known {
    /// Only from the way it is written.
    Grammar,
    /// The source is the repository at hand, whose refs were looked at.
    Repository,
    /// `flowgate.refs.lock` names it.
    RefsLock,
}

impl Known {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grammar => "grammar",
            Self::Repository => "repository",
            Self::RefsLock => "refs-lock",
        }
    }
}

/// A classified ref expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// As written; `None` when the field is missing.
    pub text: Option<String>,
    pub class: RevisionClass,
    /// Short name of the branch, when it is one (for `Default` only when it was written by name).
    pub branch: Option<String>,
    /// The SemVer version without prefix and component, for `Semver`.
    pub version: Option<String>,
    /// The exact tag that a range means today, where the source's tags are known.
    pub pin: Option<String>,
    pub known: Known,
}
