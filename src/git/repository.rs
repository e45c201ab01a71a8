//! Opening a repository, and what it is like as a whole.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Oid, RepositoryOpenFlags, RepositoryState};

use crate::domain::flow::BranchRole;
use crate::domain::repository::{Head, InProgress, RepositoryFacts};

use super::text::{of_bytes, reason};
use super::{GitError, command, url};

/// An open repository. Not shared between threads: each worker opens its own with the `Opener`.
pub struct Repository {
    pub(super) inner: git2::Repository,
    origin: Origin,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repository").field(&self.git_dir()).finish()
    }
}

/// Opens a repository again; shared freely between threads.
#[derive(Debug, Clone)]
pub struct Opener(Option<PathBuf>);

impl Opener {
    /// Opens it by its path, or by Git's environment when that named it.
    pub fn open(&self) -> Result<Repository, GitError> {
        match &self.0 {
            Some(path) => Repository::discover(path),
            None => Repository::from_environment(),
        }
    }
}

enum Origin {
    Path,
    Environment,
}

impl Repository {
    /// Opens the repository that holds `path`: a work tree (linked ones and submodules too), a folder inside one, or a bare repository.
    pub fn discover(path: &Path) -> Result<Self, GitError> {
        git2::Repository::open_ext(path, RepositoryOpenFlags::empty(), std::iter::empty::<&OsStr>())
            .map(|inner| Self {
                inner,
                origin: Origin::Path,
            })
            .map_err(|e| open_error(path, &e))
    }

    /// Opens the repository that Git's environment (`GIT_DIR`, `GIT_INDEX_FILE`, quarantined objects, ...) names, as a hook has to;
    /// without such an environment the one that holds the current folder.
    pub fn from_environment() -> Result<Self, GitError> {
        git2::Repository::open_from_env()
            .map(|inner| Self {
                inner,
                origin: Origin::Environment,
            })
            .map_err(|e| open_error(Path::new("."), &e))
    }

    /// What opens the same repository once more in another thread.
    pub fn opener(&self) -> Opener {
        match self.origin {
            Origin::Environment => Opener(None),
            // A linked worktree and a submodule have a git folder elsewhere: only the work tree leads back to all of it.
            Origin::Path => Opener(Some(self.workdir().unwrap_or_else(|| self.git_dir()).to_path_buf())),
        }
    }

    /// Whether the history was cut off when it was cloned.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// Whether Git's environment named it, and not a path.
    pub(super) fn is_named_by_environment(&self) -> bool {
        matches!(self.origin, Origin::Environment)
    }

    /// The top of the work tree; `None` when bare.
    pub fn workdir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// The git folder; of a linked worktree its own one.
    pub fn git_dir(&self) -> &Path {
        self.inner.path()
    }

    /// The git folder that all linked worktrees share.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// The repository as a whole. `roles` tells the role of a branch by its short name. Divergence is left empty: see `divergence`.
    pub fn facts(&self, roles: &dyn Fn(&str) -> Option<BranchRole>) -> Result<RepositoryFacts, GitError> {
        let (branches, _) = self.branches()?;
        let default_branch = self.default_branch(&branches, roles);
        let of_role = |role| super::roles::branch_of_role(&branches, roles, role, default_branch.as_deref());
        let main = of_role(BranchRole::Main);
        let develop = of_role(BranchRole::Develop);
        Ok(RepositoryFacts {
            trunk: develop.clone().or_else(|| main.clone()),
            role_branches: super::roles::role_branches(&branches, roles),
            has_all_branches: !self.is_shallow() && self.fetches_all_branches(),
            default_branch,
            main,
            develop,
            ..self.facts_without_refs()?
        })
    }

    /// The same, in which no branch is the default one or the trunk: nobody asked, and there may be thousands.
    pub fn facts_without_refs(&self) -> Result<RepositoryFacts, GitError> {
        Ok(RepositoryFacts {
            is_bare: self.inner.is_bare(),
            is_shallow: self.inner.is_shallow(),
            is_partial: self.is_partial(),
            is_worktree: self.inner.is_worktree(),
            object_format: "sha1".to_owned(),
            in_progress: in_progress(self.inner.state()),
            merging: Vec::new(),
            head: self.head()?,
            url: self.url(),
            default_branch: None,
            trunk: None,
            main: None,
            develop: None,
            role_branches: Vec::new(),
            has_all_branches: false,
            divergence: Vec::new(),
        })
    }

    /// Whether a rebase, merge or another command waits to be continued.
    pub fn is_busy(&self) -> bool {
        in_progress(self.inner.state()).is_some()
    }

    /// Where HEAD is. The commit is named even when its object is missing.
    pub fn head(&self) -> Result<Head, GitError> {
        match self.inner.head() {
            Ok(head) => {
                let commit = head.target().map(|id| id.to_string()).unwrap_or_default();
                if self.inner.head_detached().unwrap_or(false) {
                    return Ok(Head::Detached { commit });
                }
                Ok(Head::Branch {
                    reference: of_bytes(head.name_bytes()),
                    commit,
                })
            }
            Err(e) if e.code() == ErrorCode::UnbornBranch => {
                let head = self
                    .inner
                    .find_reference("HEAD")
                    .map_err(|e| GitError::failed("read HEAD", &e))?;
                let reference = head.symbolic_target_bytes().map(of_bytes).unwrap_or_default();
                Ok(Head::Unborn { reference })
            }
            Err(e) => Err(GitError::failed("read HEAD", &e)),
        }
    }

    /// Ids of the commits whose parents a shallow clone left out.
    pub(super) fn shallow_boundary(&self) -> BTreeSet<Oid> {
        if !self.inner.is_shallow() {
            return BTreeSet::new();
        }
        let text = std::fs::read_to_string(self.inner.commondir().join("shallow")).unwrap_or_default();
        text.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()
    }

    pub(super) fn require_workdir(&self) -> Result<&Path, GitError> {
        self.workdir().ok_or_else(|| GitError::NoWorkTree {
            path: self.git_dir().to_path_buf(),
        })
    }

    /// The id behind 40 hexadecimal digits.
    pub(super) fn object_id(text: &str) -> Result<Oid, GitError> {
        let is_full = text.len() == 40;
        Oid::from_str(text)
            .ok()
            .filter(|_| is_full)
            .ok_or_else(|| GitError::UnknownRevision {
                revision: text.to_owned(),
            })
    }

    /// URL of `origin`, or of the only remote. A user and password in it are left out: reports must not carry them.
    fn url(&self) -> Option<String> {
        let remotes = self.inner.remotes().ok()?;
        let mut names = remotes.iter_bytes();
        let name = match (names.next(), names.next()) {
            (Some(only), None) => String::from_utf8(only.to_vec()).ok()?,
            _ => "origin".to_owned(),
        };
        let config = self.inner.config().ok()?;
        let entry = config.get_entry(&format!("remote.{name}.url")).ok()?;
        Some(url::without_credentials(&of_bytes(entry.value_bytes())))
    }

    /// Whether Git here reads what `refs/replace/` puts in the place of an object; it does unless told otherwise. Git is asked, as hosts
    /// give it settings in the environment, which libgit2 does not read.
    pub fn uses_replacements(&self) -> bool {
        let arguments = ["config", "--type=bool", "--get", "core.useReplaceRefs"];
        command::in_repository(self, &arguments).map_or(true, |said| said.trim_ascii() != b"false")
    }

    fn is_partial(&self) -> bool {
        let Ok(config) = self.inner.config() else { return false };
        if config.get_entry("extensions.partialclone").is_ok() {
            return true;
        }
        let Ok(mut entries) = config.entries(Some(r"^remote\..*\.promisor$")) else {
            return false;
        };
        while let Some(Ok(entry)) = entries.next() {
            // A key without a value means true.
            if !entry.has_value() || git2::Config::parse_bool(entry.value_bytes()).unwrap_or(false) {
                return true;
            }
        }
        false
    }
}

const fn in_progress(state: RepositoryState) -> Option<InProgress> {
    match state {
        RepositoryState::Clean => None,
        RepositoryState::Merge => Some(InProgress::Merge),
        RepositoryState::Revert | RepositoryState::RevertSequence => Some(InProgress::Revert),
        RepositoryState::CherryPick | RepositoryState::CherryPickSequence => Some(InProgress::CherryPick),
        RepositoryState::Bisect => Some(InProgress::Bisect),
        RepositoryState::Rebase
        | RepositoryState::RebaseInteractive
        | RepositoryState::RebaseMerge
        | RepositoryState::ApplyMailboxOrRebase => Some(InProgress::Rebase),
        RepositoryState::ApplyMailbox => Some(InProgress::ApplyMailbox),
    }
}

fn open_error(path: &Path, error: &git2::Error) -> GitError {
    let found = discovered(path);
    let path = found.clone().unwrap_or_else(|| path.to_path_buf());
    match error.code() {
        ErrorCode::Owner => GitError::DubiousOwnership {
            path: top_of(found.unwrap_or_else(|| path.canonicalize().unwrap_or(path))),
        },
        ErrorCode::NotFound => GitError::NotARepository { path },
        _ => match found.as_deref().and_then(unsupported_feature) {
            Some(what) => GitError::Unsupported { path, what },
            None => GitError::failed(format!("open the repository {}", path.display()), error),
        },
    }
}

/// The git folder that Git would take, found without reading its configuration.
fn discovered(path: &Path) -> Option<PathBuf> {
    git2::Repository::discover_path(path, std::iter::empty::<&OsStr>()).ok()
}

/// What `safe.directory` has to name: the work tree of `.git`, or the bare repository.
fn top_of(git_dir: PathBuf) -> PathBuf {
    match git_dir.parent() {
        Some(parent) if git_dir.file_name() == Some(OsStr::new(".git")) => parent.to_path_buf(),
        _ => git_dir,
    }
}

/// Which part of the repository's format libgit2 does not know, read from the configuration file itself because the repository
/// would not open.
fn unsupported_feature(git_dir: &Path) -> Option<String> {
    let common = std::fs::read_to_string(git_dir.join("commondir")).ok();
    let folder = common.map_or_else(|| git_dir.to_path_buf(), |relative| git_dir.join(relative.trim()));
    let config = git2::Config::open(&folder.join("config")).ok()?;
    let value = |key: &str| config.get_string(key).ok();
    if let Some(format) = value("extensions.objectformat").filter(|f| f != "sha1") {
        return Some(format!("object format {format}"));
    }
    if let Some(storage) = value("extensions.refstorage").filter(|s| s != "files") {
        return Some(format!("ref storage {storage}"));
    }
    if let Some(version) = value("core.repositoryformatversion").filter(|v| v != "0" && v != "1") {
        return Some(format!("repository format version {version}"));
    }
    let mut entries = config.entries(Some(r"^extensions\.")).ok()?;
    let mut names = Vec::new();
    while let Some(Ok(entry)) = entries.next() {
        names.push(of_bytes(entry.name_bytes()));
    }
    // Which of them is the unknown one is in libgit2's own words.
    let refusal = git2::Repository::open(git_dir).err().map(|e| reason(&e)).unwrap_or_default();
    names
        .iter()
        .find(|name| refusal.contains(name.as_str()))
        .map(|name| format!("the extension {name}"))
}

/// What can be done about a feature that libgit2 does not know.
pub(super) fn unsupported_hint(what: &str) -> String {
    if what.contains("sha256") {
        "flowgate reads repositories with SHA-1 objects; convert with \
         `git fast-export --all | git -C NEW fast-import`, NEW made by `git init --object-format=sha1`"
            .to_owned()
    } else if what.contains("reftable") {
        "convert its refs: git refs migrate --ref-format=files".to_owned()
    } else {
        "see `git config --local --list`, section extensions; clone it anew without that extension".to_owned()
    }
}
