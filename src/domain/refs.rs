//! Branches and tags, always by their full names inside.

use std::collections::BTreeSet;

use super::commit::Person;

/// A local or remote-tracking branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Full name: `refs/heads/main`, `refs/remotes/origin/main`.
    pub reference: String,
    /// Name as people say it: `main` for both of the above; bytes that are not UTF-8 appear as `\xNN`.
    pub name: String,
    /// Name of the remote for a remote-tracking branch.
    pub remote: Option<String>,
    /// Object id of its tip.
    pub commit: String,
    /// Committer time of the tip, seconds since 1970-01-01 UTC.
    pub time: i64,
    pub is_head: bool,
    /// How it stands to the others; known only of the branch that HEAD is on, and only where that branch alone is looked at.
    pub standing: Option<Standing>,
}

/// How a branch stands to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its tip is on no other branch.
    pub has_own_commits: bool,
    /// A remote has a branch of this name, as far as the clone knows.
    pub is_published: bool,
    /// Its tip is a merge that no remote has on the branch of this name: amending it changes nothing that others have.
    pub is_unpublished_merge: bool,
}

/// Where a branch parted from those that have a role in the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// Full name.
    pub reference: String,
    pub name: String,
    /// The commit that its first-parent line has in common with branches of a role; `None` when there is none.
    pub commit: Option<String>,
    /// Short names of the branches of a role that have this commit.
    pub from: Vec<String>,
    /// Short names of further ones that were merged into it since.
    pub merged: Vec<String>,
    /// Short names of all branches of a role that there are beside it.
    pub others: Vec<String>,
    /// How many commits it has that none of them has.
    pub own_commits: usize,
}

/// Where the commit of a tag is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// A branch of the role main has it.
    pub is_on_main: bool,
    /// It is on the first-parent line of such a branch.
    pub is_on_main_line: bool,
    /// Names of the other branch types that have a branch with it; looked for only where main has it not.
    pub types: BTreeSet<String>,
}

/// A version read from a tag or revision, after SemVer 2.0.0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `1.2.0-rc.1+build`, without prefix and component.
    pub text: String,
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
    pub pre: String,
    pub build: String,
    /// `v` or nothing.
    pub prefix: String,
    /// `phippy` in `phippy/1.2.0`, `phippy-1.2.0`, `phippy@1.2.0`.
    pub component: Option<String>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Full name: `refs/tags/1.2.0`.
    pub reference: String,
    pub name: String,
    /// Object id the ref holds: a tag object when annotated.
    pub object: String,
    /// What it finally points to.
    pub target: String,
    /// `commit`, `tree` or `blob`.
    pub target_kind: &'static str,
    pub is_annotated: bool,
    pub tagger: Option<Person>,
    pub message: Option<String>,
    /// Time of the tagger, or of the commit for a lightweight tag; seconds since 1970-01-01 UTC.
    pub time: i64,
    pub version: Option<Version>,
}
