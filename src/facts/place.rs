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
    #[error("{path}: no such folder")]
    NoFolder { path: String },
    /// Something called `.git` is there, and Git finds no repository in it.
    #[error("{path}: this is no repository that Git can open")]
    BrokenRepository { path: String },
    #[error("GIT_DIR is {path}, and there is no repository")]
    BrokenEnvironment { path: String },
    #[error("{asked} needs a Git repository, and {path} is in none")]
    NoRepository { asked: String, path: String },
    #[error("{asked} needs a work tree, and this repository is bare")]
    Bare { asked: String },
    #[error("this clone is shallow, so {asked} cannot be known")]
    Shallow { asked: String },
    #[error("{what} is {id}, and this clone does not have it")]
    NotInClone { what: String, id: String },
    #[error("the target branch {branch} is not in this clone")]
    NoTarget { branch: String },
    /// In a fork's own pipeline.
    #[error(
        "the target branch {branch} is one of {project}, this is a clone of another project, and no commit of the target is known"
    )]
    ForeignTarget { branch: String, project: String },
    #[error("the head {head} and the target {target} have no common history")]
    Unrelated { head: String, target: String },
    /// Who asked for the facts waits no longer.
    #[error("the work was stopped before everything was read")]
    Stopped,
}

impl FactsError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Git(error) => error.hint(),
            Self::Io { .. } | Self::Stopped => None,
            Self::NoFolder { .. } => {
                Some("look for a slip in the path; it is read from the current folder, or from the one of -C".into())
            }
            Self::BrokenRepository { .. } => {
                Some("look at it with `git status`; if it is no repository at all, remove it".into())
            }
            Self::BrokenEnvironment { .. } => Some("unset GIT_DIR, or name the repository with -C DIR".into()),
            Self::NoRepository { .. } => {
                Some("name a repository with -C DIR, or leave the option out to judge the files alone".into())
            }
            Self::Shallow { .. } => Some(
                "fetch the whole history: git fetch --unshallow (GitLab CI: GIT_DEPTH: 0; actions/checkout: fetch-depth: 0)"
                    .into(),
            ),
            Self::NotInClone { .. } => Some(
                "fetch the whole history: GitLab CI: `GIT_DEPTH: 0` under `variables:`; actions/checkout: `fetch-depth: 0`"
                    .into(),
            ),
            Self::NoTarget { branch } => Some(format!(
                "fetch it: GitLab CI: `GIT_DEPTH: 0` under `variables:`; actions/checkout: `fetch-depth: 0`; by hand: \
                 git fetch origin +refs/heads/{branch}:refs/remotes/origin/{branch}"
            )),
            Self::ForeignTarget { branch, .. } => Some(format!(
                "fetch it from there and name it: git fetch URL refs/heads/{branch}; flowgate merge-request --target-tip FETCH_HEAD; \
                 GitLab says it in CI_MERGE_REQUEST_DIFF_BASE_SHA, whose commit `GIT_DEPTH: 0` under `variables:` brings"
            )),
            Self::Unrelated { .. } => {
                Some("start the branch from the target, or look whether --target names the right one".into())
            }
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
            Err(GitError::NotARepository { .. }) if start.is_dir() => match broken_repository(start) {
                Some(path) => Err(FactsError::BrokenRepository { path }),
                None => Ok(Self::Directory(start.to_path_buf())),
            },
            Err(GitError::NotARepository { .. }) => Err(FactsError::NoFolder {
                path: start.display().to_string(),
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the repository that Git's environment names, as a hook has to. `git_dir` is what `GIT_DIR` says, for the message.
    ///
    /// # Errors
    /// When there is none: a hook always has one, so that it is never taken for a plain folder.
    pub fn from_environment(git_dir: Option<&Path>) -> Result<Self, FactsError> {
        match (Repository::from_environment(), git_dir) {
            (Ok(repository), _) => Ok(Self::Repository(repository)),
            (Err(GitError::NotARepository { .. }), Some(named)) => Err(FactsError::BrokenEnvironment {
                path: named.display().to_string(),
            }),
            (Err(error), _) => Err(error.into()),
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

/// The nearest `.git` from `start` upward. Git itself passes over one that is broken, and would leave a folder whose history nobody judges.
fn broken_repository(start: &Path) -> Option<String> {
    let start = start.canonicalize().ok()?;
    let found = start.ancestors().map(|folder| folder.join(".git"));
    // An empty folder of that name is what tools leave that mask a repository on purpose.
    let is_meant = |path: &PathBuf| path.is_file() || path.join("objects").exists() || path.join("config").exists();
    found.filter(is_meant).map(|path| path.display().to_string()).next()
}
