//! What is known about the repository as a whole.

use super::target::MergeHead;

/// An operation that Git has begun and not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InProgress {
    Merge,
    Revert,
    CherryPick,
    Bisect,
    Rebase,
    ApplyMailbox,
}

impl InProgress {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Revert => "revert",
            Self::CherryPick => "cherry-pick",
            Self::Bisect => "bisect",
            Self::Rebase => "rebase",
            Self::ApplyMailbox => "am",
        }
    }
}

/// Where HEAD is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// On a branch without a commit yet; the full ref name.
    Unborn {
        reference: String,
    },
    /// On a branch.
    Branch {
        reference: String,
        commit: String,
    },
    Detached {
        commit: String,
    },
}

impl Head {
    pub fn commit(&self) -> Option<&str> {
        match self {
            Self::Unborn { .. } => None,
            Self::Branch { commit, .. } | Self::Detached { commit } => Some(commit),
        }
    }

    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Unborn { reference } | Self::Branch { reference, .. } => Some(reference),
            Self::Detached { .. } => None,
        }
    }
}

/// Commits of one role branch that another one lacks. Merge commits that bring nothing of their own, and commits whose patch the
/// other side has, are not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// Full name of the branch that has them.
    pub ahead: String,
    /// Full name of the branch that lacks them.
    pub behind: String,
    /// Object ids and subjects, newest first, at most 20.
    pub commits: Vec<(String, String)>,
    /// How many there are altogether.
    pub count: usize,
    /// Committer time of the oldest of them.
    pub since: i64,
}

/// A branch that has the main or develop role, here and at remotes as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBranch {
    /// Name as people say it.
    pub name: String,
    /// Full name: the local branch, else the remote-tracking one that is first by name.
    pub reference: String,
    /// Names of the remotes that have it, sorted.
    pub remotes: Vec<String>,
}

/// The repository as Git knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryFacts {
    pub is_bare: bool,
    pub is_shallow: bool,
    /// Blobs or trees may be missing (`--filter`).
    pub is_partial: bool,
    /// Is a linked worktree.
    pub is_worktree: bool,
    pub object_format: String,
    pub in_progress: Option<InProgress>,
    /// What an automatic merge that is not recorded yet brings; known in its hook only.
    pub merging: Vec<MergeHead>,
    pub head: Head,
    /// URL of `origin` (or the only remote), as configured.
    pub url: Option<String>,
    /// Short name of the default branch: `refs/remotes/origin/HEAD`, else the first main-role branch that exists.
    pub default_branch: Option<String>,
    /// Full name of the trunk: the develop-role branch, else the main-role one.
    pub trunk: Option<String>,
    /// Full name of the branch that has the main role.
    pub main: Option<String>,
    /// Full name of the branch that has the develop role.
    pub develop: Option<String>,
    /// All branches that have the main or develop role, by name.
    pub role_branches: Vec<RoleBranch>,
    /// The clone knows every branch of the repository it was made from: it is not shallow, and fetches them all. Without a remote only a
    /// bare repository does, because others push their branches to it.
    pub has_all_branches: bool,
    /// Between main and develop, in both directions; empty when one of them is missing.
    pub divergence: Vec<Divergence>,
}
