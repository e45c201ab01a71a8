//! What Git knows: refs, commits, trees, index and work tree, read as objects. The only room that knows git2 or starts `git`.

use std::path::PathBuf;

use crate::domain::location::Location;

pub mod borrowed;
mod command;
mod commit_object;
mod merge;
mod recipe_builder;
#[cfg(test)]
mod tests;
mod text;
mod trailers;

pub mod commits;
pub mod conventional;
pub mod diff;
pub mod divergence;
pub mod file;
pub mod hooks;
pub mod index;
pub mod message;
pub mod message_file;
pub mod past;
pub mod pending;
pub mod push;
pub mod received;
pub mod recipe;
pub mod reflog;
pub mod refs;
pub mod remote;
pub mod renames;
pub mod repository;
pub mod revision;
pub mod roles;
mod stat;
pub mod tracking;
pub mod tree;
pub mod updates;
pub mod url;
pub mod version;
pub mod walk;
pub mod worktree;
pub mod write;

pub use borrowed::Borrowed;
pub use commits::CommitRange;
pub use file::{Content, EntryKind, FileEntry, blob_id};
pub use message_file::{CommentPrefix, Configured, MessageCleanup, MessageOrigin};
pub use past::Past;
pub use recipe::{Recipe, RecipeError};
pub use remote::RemoteRefs;
pub use repository::{Opener, Repository};
pub use walk::{RawCommit, Walk};
pub use write::Writer;

/// Something that could not be read and did not stop the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitTrouble {
    pub location: Location,
    /// What could not be read and why, in lower case without a full stop.
    pub message: String,
}

/// Why Git could not answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error("{path}: not a git repository, nor is any folder above it", path = path.display())]
    NotARepository { path: PathBuf },
    /// `what` names the feature of the repository, such as `object format sha256`.
    #[error("{path}: this repository uses {what}, which flowgate cannot read", path = path.display())]
    Unsupported { path: PathBuf, what: String },
    #[error("{path}: the repository belongs to another user, and git refuses to trust it", path = path.display())]
    DubiousOwnership { path: PathBuf },
    #[error("{path}: a bare repository has no work tree", path = path.display())]
    NoWorkTree { path: PathBuf },
    #[error("{revision}: no such branch, tag or commit in this repository")]
    UnknownRevision { revision: String },
    #[error("{revision}: names both {branch} and {tag}")]
    AmbiguousRevision { revision: String, branch: String, tag: String },
    #[error("{revision}: names a {kind}, not a commit")]
    NotACommit { revision: String, kind: String },
    #[error("{from}..{to}: this clone is shallow, and its history does not reach back to where the two parted")]
    NoMergeBase { from: String, to: String },
    #[error("{from}..{to}: this clone is shallow, and its history ends at {commit} in the middle of the range")]
    CutRange { from: String, to: String, commit: String },
    #[error("object {object} cannot be read: {reason}")]
    UnreadableObject { object: String, reason: String },
    #[error("{path}: {reason}")]
    UnreadableFile { path: String, reason: String },
    #[error("{path}: a {what} is never followed", what = kind.as_str())]
    NotFollowed { path: String, kind: EntryKind },
    #[error("{path}: the index cannot be read: {reason}", path = path.display())]
    UnreadableIndex { path: PathBuf, reason: String },
    /// The program `git` could not be started or did not succeed; `command` is what was run.
    #[error("`{command}` failed: {reason}")]
    Command { command: String, reason: String },
    /// Any other answer of libgit2; `action` says what was being done.
    #[error("cannot {action}: {reason}")]
    Failed { action: String, reason: String },
}

impl GitError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotARepository { .. } => "run flowgate inside a repository, or name one with -C DIR".to_owned(),
            Self::Unsupported { what, .. } => repository::unsupported_hint(what),
            Self::DubiousOwnership { path } => {
                format!(
                    "if you trust it: git config --global --add safe.directory {}",
                    text::shell_word(&path.display().to_string())
                )
            }
            Self::NoWorkTree { .. } => "name a revision: flowgate check --rev REV".to_owned(),
            Self::UnknownRevision { .. } => {
                "check the spelling with `git branch --all` and `git tag`; in a pipeline, fetch it first".to_owned()
            }
            Self::AmbiguousRevision { branch, tag, .. } => format!("name it in full: {branch} or {tag}"),
            Self::NotACommit { .. } => "name a branch, a tag of a commit, or a commit".to_owned(),
            Self::NoMergeBase { .. } | Self::CutRange { .. } => {
                "fetch the whole history: git fetch --unshallow (GitLab CI: GIT_DEPTH: 0; actions/checkout: fetch-depth: 0)"
                    .to_owned()
            }
            Self::UnreadableObject { .. } => {
                "check the repository with `git fsck`; in a partial clone, fetch the missing objects first".to_owned()
            }
            Self::UnreadableIndex { .. } => "look at it with `git status`; `git update-index --no-split-index` or \
                 `git sparse-checkout disable` writes a plain one"
                .to_owned(),
            Self::Command { .. } => "run that command by hand; flowgate needs the program `git` for it".to_owned(),
            Self::UnreadableFile { .. } | Self::NotFollowed { .. } | Self::Failed { .. } => return None,
        };
        Some(hint)
    }

    fn failed(action: impl Into<String>, error: &git2::Error) -> Self {
        Self::Failed {
            action: action.into(),
            reason: text::reason(error),
        }
    }

    fn object(object: impl ToString, error: &git2::Error) -> Self {
        Self::UnreadableObject {
            object: object.to_string(),
            reason: text::reason(error),
        }
    }
}
