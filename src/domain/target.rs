//! What is looked at; how it is read lives in `facts`.

use std::path::PathBuf;

/// Where file content comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Tracked files and untracked ones that are not ignored.
    WorkTree,
    /// The index that Git names.
    Index,
    /// The tree of a revision.
    Revision(String),
    /// A folder without Git.
    Directory(PathBuf),
    /// Text handed over on standard input.
    Input(Vec<u8>),
}

/// Which commits are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commits {
    /// None at all.
    None,
    /// Those of HEAD that are not yet on the trunk.
    NotOnTrunk,
    /// This one.
    One(String),
    /// `A..B`, resolved with a merge base.
    Range { from: String, to: String },
    /// Every commit that HEAD reaches.
    History,
}

/// Which branches are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branches {
    /// None at all.
    None,
    /// Only the one that HEAD is on.
    Current,
    /// All local ones, by name.
    Local,
    /// Local and remote-tracking ones, and the trees at their tips.
    All,
}

/// What a person, a hook or a pipeline asks to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub content: Content,
    /// Only files that HEAD (staged) or the range's start does not hold in this form.
    pub only_changed: bool,
    pub commits: Commits,
    pub branches: Branches,
    pub tags: bool,
    /// Only these paths from the root; empty means all.
    pub paths: Vec<String>,
}
