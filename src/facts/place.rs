//! The place a person named: a Git repository, a folder without one, or standard input.

use std::path::{Path, PathBuf};

use crate::git::{GitError, Repository};

/// An opened place.
#[derive(Debug)]
pub enum Place {
    Repository(Repository),
    /// A folder that is in no repository.
    Directory(PathBuf),
    /// Documents handed over as text; the folder is where configuration is looked for.
    Input(PathBuf),
}

/// Why facts cannot be had at all.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    #[error("{0}")]
    Git(#[from] GitError),
    #[error("{path}: {reason}")]
    Io { path: String, reason: String },
    #[error("{asked} needs a Git repository, and {path} is in none")]
    NoRepository { asked: String, path: String },
    #[error("{asked} needs a work tree, and this repository is bare")]
    Bare { asked: String },
    #[error("this clone is shallow, so {asked} cannot be known")]
    Shallow { asked: String },
}

impl FactsError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Git(error) => error.hint(),
            Self::Io { .. } => None,
            Self::NoRepository { .. } => {
                Some("name a repository with -C DIR, or leave the option out to judge the files alone".into())
            }
            Self::Shallow { .. } => Some(
                "fetch the whole history: git fetch --unshallow (GitLab CI: GIT_DEPTH: 0; actions/checkout: fetch-depth: 0)"
                    .into(),
            ),
            Self::Bare { .. } => Some("name a revision: flowgate check --rev main".into()),
        }
    }
}

impl Place {
    /// Opens the repository that holds `start`; a folder that is in none becomes a `Directory`.
    ///
    /// # Errors
    /// When `start` does not exist, or when it is in a repository that cannot be opened: that is never taken for a plain folder.
    pub fn open(start: &Path) -> Result<Self, FactsError> {
        match Repository::discover(start) {
            Ok(repository) => Ok(Self::Repository(repository)),
            Err(GitError::NotARepository { .. }) if start.is_dir() => Ok(Self::Directory(start.to_path_buf())),
            Err(GitError::NotARepository { .. }) => Err(FactsError::Io {
                path: start.display().to_string(),
                reason: "no such folder".into(),
            }),
            Err(error) => Err(error.into()),
        }
    }

    pub const fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Repository(repository) => Some(repository),
            Self::Directory(_) | Self::Input(_) => None,
        }
    }

    /// The folder that relative paths start from, if there is one.
    pub fn root(&self) -> Option<&Path> {
        match self {
            Self::Repository(repository) => repository.workdir(),
            Self::Directory(path) | Self::Input(path) => Some(path),
        }
    }
}
