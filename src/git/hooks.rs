//! Git's hooks: which there are, in which folder Git looks for them, who configured it so, and `git hook run`. Needs no libgit2, so that it
//! answers wherever `git` does.

use std::path::{Path, PathBuf};

use super::text::to_path;
use super::{GitError, command};

/// A hook that flowgate can stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookName {
    PreCommit,
    PrepareCommitMsg,
    CommitMsg,
    PreMergeCommit,
    PrePush,
    PostCheckout,
    ReferenceTransaction,
    PreReceive,
    Update,
}

impl HookName {
    pub const ALL: [Self; 9] = [
        Self::PreCommit,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PreMergeCommit,
        Self::PrePush,
        Self::PostCheckout,
        Self::ReferenceTransaction,
        Self::PreReceive,
        Self::Update,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PrePush => "pre-push",
            Self::PostCheckout => "post-checkout",
            Self::ReferenceTransaction => "reference-transaction",
            Self::PreReceive => "pre-receive",
            Self::Update => "update",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == text)
    }
}

/// Who set `core.hooksPath`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    System,
    Global,
    Local,
    Worktree,
    /// `git -c`, `GIT_CONFIG_COUNT` and their like: lasts as long as the command.
    Command,
}

impl Scope {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Global => "global",
            Self::Local => "local",
            Self::Worktree => "worktree",
            Self::Command => "command",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::System, Self::Global, Self::Local, Self::Worktree, Self::Command]
            .into_iter()
            .find(|scope| scope.as_str() == text)
    }
}

/// One setting of `core.hooksPath`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksPath {
    pub scope: Scope,
    /// As written, such as `.husky/_`.
    pub written: PathBuf,
    /// As Git understands it from this repository; `None` for a relative one outside of any.
    pub folder: Option<PathBuf>,
    /// The file that holds the setting, or what else does; as Git tells it.
    pub origin: String,
}

/// A folder as Git sees it: with or without a repository around.
#[derive(Debug, Clone)]
pub struct HooksHome {
    start: PathBuf,
    is_named: bool,
    /// `None` outside of a repository.
    pub repository: Option<HooksRepository>,
    /// Every setting of `core.hooksPath`; the last one counts.
    pub settings: Vec<HooksPath>,
}

/// The parts of a repository that decide where its hooks live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksRepository {
    pub git_dir: PathBuf,
    /// The git folder that linked worktrees share.
    pub common_dir: PathBuf,
    /// The top of the work tree; `None` when bare, or when asked from inside the git folder.
    pub top: Option<PathBuf>,
    pub is_bare: bool,
}

/// What `git hook run` gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookRun {
    pub code: Option<i32>,
    /// Both outputs: Git sends a hook's standard output to standard error.
    pub output: String,
}

impl HooksHome {
    /// Asks Git about `start`. `is_named` says that a person named this folder, so that Git's environment is not heard.
    ///
    /// # Errors
    /// When `git` cannot be started, is older than 2.26, or refuses the repository.
    pub fn find(start: &Path, is_named: bool) -> Result<Self, GitError> {
        let mut home = Self {
            start: start.to_path_buf(),
            is_named,
            repository: None,
            settings: Vec::new(),
        };
        home.repository = home.find_repository()?;
        home.settings = home.find_settings()?;
        Ok(home)
    }

    /// The setting of `core.hooksPath` in force, if any.
    pub fn hooks_path(&self) -> Option<&HooksPath> {
        self.settings.last()
    }

    /// The folder in which Git looks for hooks here; `None` outside of a repository when nothing names one.
    pub fn folder(&self) -> Option<PathBuf> {
        match self.hooks_path() {
            Some(setting) => setting.folder.clone(),
            None => self.repository.as_ref().map(|repository| repository.common_dir.join("hooks")),
        }
    }

    /// Whether `folder` lies in the work tree, where files are tracked, and not in the git folder.
    pub fn is_in_work_tree(&self, folder: &Path) -> bool {
        let Some(repository) = &self.repository else { return false };
        let Some(top) = &repository.top else { return false };
        let folder = real(folder);
        let inside = |place: &Path| folder.starts_with(real(place));
        inside(top) && !inside(&repository.git_dir) && !inside(&repository.common_dir)
    }

    /// Whether Git tracks any file of this name; a pattern of Git, from the top of the work tree.
    pub fn is_tracked(&self, path: &Path) -> bool {
        let Some(path) = path.to_str() else { return false };
        let ended = self.git(&[], &["ls-files", "--error-unmatch", "--", path]);
        ended.is_ok_and(|ended| ended.code == Some(0))
    }

    /// `git --version` as numbers, such as 2 and 47.
    ///
    /// # Errors
    /// When `git` cannot be started or does not say its version.
    pub fn version() -> Result<(u32, u32), GitError> {
        let ended = command::in_folder(Path::new("."), false, &[], &["--version"])?;
        let text = String::from_utf8_lossy(&ended.stdout).into_owned();
        let mut numbers = text.split_whitespace().nth(2).unwrap_or_default().split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
            _ => Err(GitError::Command {
                command: "git --version".to_owned(),
                reason: format!("says `{}`", text.trim()),
            }),
        }
    }

    /// Runs a hook as Git would, with one more variable in its environment. The caller knows whose hook it is.
    ///
    /// # Errors
    /// When `git` cannot be started; it knows `hook run` since 2.36.
    pub fn run(&self, hook: HookName, variable: (&str, &str)) -> Result<HookRun, GitError> {
        let ended = self.git(&[variable], &["hook", "run", "--ignore-missing", hook.as_str()])?;
        Ok(HookRun {
            code: ended.code,
            output: format!("{}{}", String::from_utf8_lossy(&ended.stdout), ended.stderr),
        })
    }

    fn find_repository(&self) -> Result<Option<HooksRepository>, GitError> {
        let ended = self.git(&[], &["rev-parse", "--is-bare-repository"])?;
        if ended.code != Some(0) {
            if ended.stderr.contains("not a git repository") {
                return Ok(None);
            }
            return Err(failed("git rev-parse --is-bare-repository", &ended.stderr));
        }
        let is_bare = ended.stdout.trim_ascii() == b"true";
        let git_dir = self.path(&["rev-parse", "--absolute-git-dir"])?;
        let common_dir = self.path(&["rev-parse", "--git-common-dir"])?;
        Ok(Some(HooksRepository {
            git_dir,
            common_dir,
            top: if is_bare {
                None
            } else {
                self.path(&["rev-parse", "--show-toplevel"]).ok()
            },
            is_bare,
        }))
    }

    fn find_settings(&self) -> Result<Vec<HooksPath>, GitError> {
        const ASK: [&str; 7] = [
            "config",
            "--null",
            "--show-scope",
            "--show-origin",
            "--type=path",
            "--get-all",
            "core.hooksPath",
        ];
        let ended = self.git(&[], &ASK)?;
        // 1 is Git's word for a key that is not there.
        match ended.code {
            Some(1) => return Ok(Vec::new()),
            Some(0) => {}
            _ => return Err(failed("git config --show-scope --get-all core.hooksPath", &ended.stderr)),
        }
        let parts: Vec<&[u8]> = ended.stdout.split(|byte| *byte == 0).collect();
        let settings = parts.chunks_exact(3).filter_map(|part| match part {
            [scope, origin, value] => {
                let written = to_path(value);
                Some(HooksPath {
                    scope: Scope::parse(&String::from_utf8_lossy(scope))?,
                    folder: self.hooks_folder(&written),
                    written,
                    origin: String::from_utf8_lossy(origin).into_owned(),
                })
            }
            _ => None,
        });
        Ok(settings.collect())
    }

    /// Git goes to the top of the work tree, or to the bare repository, before it runs a hook.
    fn hooks_folder(&self, written: &Path) -> Option<PathBuf> {
        if written.is_absolute() {
            return Some(written.to_path_buf());
        }
        let repository = self.repository.as_ref()?;
        let base = if repository.is_bare {
            Some(&repository.git_dir)
        } else {
            repository.top.as_ref()
        };
        Some(base?.join(written))
    }

    /// The one path that a `git` prints, whatever characters are in it.
    fn path(&self, arguments: &[&str]) -> Result<PathBuf, GitError> {
        let ended = self.git(&[], arguments)?;
        if ended.code != Some(0) {
            return Err(failed(&format!("git {}", arguments.join(" ")), &ended.stderr));
        }
        let printed = ended.stdout.strip_suffix(b"\n").unwrap_or(&ended.stdout);
        let path = self.start.join(to_path(printed));
        Ok(path.canonicalize().unwrap_or(path))
    }

    fn git(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Result<command::Ended, GitError> {
        command::in_folder(&self.start, self.is_named, variables, arguments)
    }
}

fn failed(command: &str, said: &str) -> GitError {
    GitError::Command {
        command: command.to_owned(),
        reason: said.trim().replace('\n', "; "),
    }
}

/// Without links, as far as the path exists.
fn real(path: &Path) -> PathBuf {
    path.canonicalize()
        .unwrap_or_else(|_| match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => real(parent).join(name),
            _ => path.to_path_buf(),
        })
}
