//! What is looked at; how it is read lives in `facts`.

use std::path::PathBuf;

use super::change::ProposedChange;
use super::commit::Person;
use super::update::{ProposedUpdate, Push};

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
    /// No file at all: only refs or messages are judged.
    Nothing,
}

impl Content {
    /// How a report calls it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::WorkTree => "work tree",
            Self::Index => "index",
            Self::Revision(_) => "revision",
            Self::Directory(_) => "directory",
            Self::Input(_) => "standard input",
            Self::Nothing => "",
        }
    }
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
    /// What these tips reach and what is known does not; object ids. What a push brings.
    New {
        tips: Vec<String>,
        /// Looked at when they came, wherever they go now.
        known: Vec<String>,
        /// Branches that are there, by short name. What only topic branches hold was let off with warnings: it is known until it lands.
        branches: Vec<(String, String)>,
    },
    /// One that is not made yet.
    Pending(PendingCommit),
}

/// A commit that Git is about to make, as far as only the caller knows it; its parents and paths are the repository's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PendingCommit {
    /// As it will be recorded.
    pub message: Vec<u8>,
    /// How the message is encoded; `None` means UTF-8.
    pub encoding: Option<String>,
    /// Who is announced; `None`: whom the configuration names.
    pub author: Option<Person>,
    pub committer: Option<Person>,
    /// Announced author time, seconds since 1970-01-01 UTC. That of HEAD tells a commit that is amended.
    pub author_time: Option<i64>,
}

/// Which branches are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branches {
    /// None at all.
    None,
    /// Only the one that HEAD is on.
    Current,
    /// Those that the updates make or move, by the names they have where they go.
    Updated,
    /// The source of the change, by the name that its host has for it.
    Source,
    /// All local ones, by name.
    Local,
    /// Local and remote-tracking ones, and the trees at their tips.
    All,
}

/// A commit that is merged, and the name by which the person who merges it called it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MergeHead {
    /// Object id.
    pub commit: String,
    /// As typed: `feat/x`, `origin/main`.
    pub name: String,
}

/// Which tags are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    /// None at all.
    None,
    All,
    /// Those that the updates make or move.
    Updated,
}

/// Against which older state files count as changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// No older state: every file counts.
    All,
    /// Against HEAD, for the index; against the range's start, for a range.
    Default,
    /// Against the tree of this commit, an object id; `None` is the empty tree.
    Since(Option<String>),
}

impl Target {
    /// Whether every file of a state is judged, not only some or those that a change touches.
    pub fn is_whole(&self) -> bool {
        let is_state = match (&self.changed, &self.content) {
            (_, Content::Nothing | Content::Input(_)) | (Changed::Since(_), _) | (Changed::Default, Content::Index) => false,
            (Changed::Default, Content::Revision(_)) => !matches!(self.commits, Commits::Range { .. }),
            (Changed::All | Changed::Default, _) => true,
        };
        is_state && self.paths.iter().all(|path| matches!(path.as_str(), "" | "."))
    }

    /// Content alone, without refs and commits.
    pub fn of_content(content: Content) -> Self {
        Self {
            content,
            changed: Changed::All,
            commits: Commits::None,
            branches: Branches::None,
            tags: Tags::None,
            updates: Vec::new(),
            push: Push::default(),
            merging: Vec::new(),
            change: None,
            paths: Vec::new(),
        }
    }
}

/// What a person, a hook or a pipeline asks to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub content: Content,
    /// Only files that an older state does not hold in this form.
    pub changed: Changed,
    pub commits: Commits,
    pub branches: Branches,
    pub tags: Tags,
    /// What is to happen to refs.
    pub updates: Vec<ProposedUpdate>,
    /// Who pushes them.
    pub push: Push,
    /// What a merge that Git has not recorded yet is about to bring.
    pub merging: Vec<MergeHead>,
    /// The merge or pull request that is judged.
    pub change: Option<Box<ProposedChange>>,
    /// Only these paths from the root; empty means all.
    pub paths: Vec<String>,
}
