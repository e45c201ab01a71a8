//! What a push or a ref transaction wants to do to refs, always by their full names where they change.

use super::commit::Person;
use super::refs::{Tag, Version};

/// One ref and its two values, as Git hands them to a hook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProposedUpdate {
    /// Full name of the ref where it is to change: `refs/heads/main`.
    pub reference: String,
    /// Object id it has there; `None` when it does not exist.
    pub old: Option<String>,
    /// Object id it is to have; `None` when it is to go.
    pub new: Option<String>,
    /// What is pushed, as the pusher named it: `refs/heads/x`, `HEAD~1`. Known before a push only.
    pub local: Option<String>,
}

/// Which kind of ref changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefKind {
    Branch,
    Tag,
    /// Notes, reviews, anything else: no rule is about it.
    Other,
}

impl RefKind {
    /// By the full name.
    pub fn of(reference: &str) -> Self {
        if reference.starts_with("refs/heads/") {
            Self::Branch
        } else if reference.starts_with("refs/tags/") {
            Self::Tag
        } else {
            Self::Other
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Other => "other",
        }
    }
}

/// What an update does to its ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    Create,
    /// The old value is an ancestor of the new one.
    FastForward,
    /// It is not: something that others may have is taken away.
    Force,
    Delete,
    /// The old value is not here, so nobody can tell.
    Unknown,
}

impl Operation {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::FastForward => "fast-forward",
            Self::Force => "force",
            Self::Delete => "delete",
            Self::Unknown => "unknown",
        }
    }
}

/// A commit that came to a branch by no merge and from no other branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectCommit {
    /// Object id.
    pub commit: String,
    pub subject: String,
    pub author: Person,
}

/// The highest release that exists already in the line of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highest {
    /// Short name of its tag.
    pub name: String,
    pub version: Version,
    /// What that tag finally points to.
    pub target: String,
}

/// One update and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefUpdate {
    /// As Git gave it; where it gave no old value for a ref that exists here, with the present one.
    pub proposed: ProposedUpdate,
    pub kind: RefKind,
    /// Name as people say it: `main`, `1.2.0`; the full name of anything else.
    pub name: String,
    pub operation: Operation,
    /// What the old value finally leads to; `None` when there is none, or it is not here.
    pub from: Option<String>,
    /// How many commits it brings that are nowhere yet where it goes.
    pub commits: usize,
    /// Those of them on the first-parent line of a branch that are no merges and that no topic branch of the same push has: newest first,
    /// at most `DIRECT`. A branch that is made has none: it has no line yet that something could get around.
    pub direct: Vec<DirectCommit>,
    /// How many of those there are altogether.
    pub direct_count: usize,
    /// For a branch that others build on and that goes forward: whether its old tip stays on its first-parent line, which tells what came to
    /// it and when. `None` for everything else, and in a shallow clone.
    pub keeps_line: Option<bool>,
    /// For a tag: what it will be; for one that goes, what it was. `None` when that object is not here.
    pub tag: Option<Tag>,
    /// For a tag: the version that its name reads as.
    pub version: Option<Version>,
    /// For a tag that is a version: the highest release with the same component, major and minor number that exists already.
    pub highest: Option<Highest>,
}

/// How many direct commits of an update are named.
pub const DIRECT: usize = 100;

/// Who pushes, and by which way; what the host does not vouch for stays unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Push {
    /// Name of the remote, as in the configuration; only before a push.
    pub remote: Option<String>,
    /// Its URL without user and password; only before a push.
    pub url: Option<String>,
    /// Name of the user, from the host (`GL_USERNAME`); on a server only.
    pub user: Option<String>,
    /// `ssh`, `http` or `web` (`GL_PROTOCOL`); `web` is the host's own merge button or editor. On a server only.
    pub protocol: Option<String>,
    /// Push options (`git push -o`).
    pub options: Vec<String>,
}
