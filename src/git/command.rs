//! Starting the real `git`, for what libgit2 cannot do. Nothing of the looked-at repository is executed.

use std::path::Path;
use std::process::{Command, Stdio};

use super::GitError;
use super::repository::Repository;
use super::text::shell_word;

/// Options that keep `git` from running programs which a repository's configuration names.
const SAFE: [&str; 4] = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];

/// The variables by which Git names a repository (`git rev-parse --local-env-vars`): another one must not be looked for there.
const LOCAL: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
];

/// Runs `git` in a repository and gives what it writes. The environment that names an index is kept for the repository that the
/// environment named, and for no other.
pub(super) fn in_repository(repository: &Repository, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    let (git_dir, workdir) = (repository.git_dir(), repository.workdir());
    let mut command = git();
    if !repository.is_named_by_environment() {
        for name in LOCAL {
            command.env_remove(name);
        }
    }
    // As libgit2 does: what is judged are the objects themselves, and not what `refs/replace/` puts in their place.
    command.env("GIT_NO_REPLACE_OBJECTS", "1");
    command.args(SAFE).arg("--git-dir").arg(git_dir);
    if let Some(workdir) = workdir {
        // Paths come relative to the current folder.
        command.arg("--work-tree").arg(workdir).current_dir(workdir);
    }
    run(command, arguments)
}

/// Runs `git` outside of any repository; only transports that run no program named in the address.
pub(super) fn without_repository(arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    let mut command = git();
    for name in LOCAL {
        command.env_remove(name);
    }
    command.env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
    run(command, arguments)
}

/// How one `git` ended that may end as it likes.
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

/// Runs `git` in a folder with its own configuration in force, hooks included. `is_named` says that a person named the folder, so that
/// Git's environment, which speaks of another repository, must not be heard.
pub(super) fn in_folder(
    folder: &Path,
    is_named: bool,
    variables: &[(&str, &str)],
    arguments: &[&str],
) -> Result<Ended, GitError> {
    let mut command = git();
    if is_named {
        for name in LOCAL {
            command.env_remove(name);
        }
    }
    command.envs(variables.iter().copied()).current_dir(folder).args(arguments);
    let output = command.output().map_err(|error| GitError::Command {
        command: describe(arguments),
        reason: format!("git cannot be started: {error}"),
    })?;
    Ok(Ended {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[expect(clippy::disallowed_methods, reason = "the one place that starts a program, and only git")]
fn git() -> Command {
    let mut command = Command::new("git");
    command
        .stdin(Stdio::null())
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C");
    command
}

fn run(mut command: Command, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    command.args(arguments);
    let fail = |reason: String| GitError::Command {
        command: describe(arguments),
        reason,
    };
    let output = command.output().map_err(|e| fail(format!("git cannot be started: {e}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim();
    Err(fail(if said.is_empty() {
        output.status.to_string()
    } else {
        said.replace('\n', "; ")
    }))
}

fn describe(arguments: &[&str]) -> String {
    std::iter::once("git".to_owned())
        .chain(
            arguments
                .iter()
                .map(|word| super::url::without_credentials(&shell_word(word))),
        )
        .collect::<Vec<_>>()
        .join(" ")
}
