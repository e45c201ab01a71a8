//! What an installation will do, written down before anything is done, and done so that a failure half-way loses nothing.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::git::hooks::HookName;

use super::place::quoted;

/// One change of the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Another name for what stands at `from`, a link as a link; `from` stays until something is written over it.
    Keep {
        from: PathBuf,
        to: PathBuf,
    },
    /// A whole file, and the folders above it.
    Write {
        path: PathBuf,
        content: Vec<u8>,
        mode: Mode,
    },
    /// Over whatever stands at `to`.
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove {
        path: PathBuf,
    },
}

/// Who may run a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everybody: Git runs no other hook.
    Executable,
    /// As before; for a new file as the system does.
    AsItIs,
}

impl Step {
    /// What the step does, for people.
    pub fn describe(&self) -> String {
        match self {
            Self::Keep { from, to } => format!("keep {} as {}", name_of(from), name_of(to)),
            Self::Write { path, .. } => format!("write {}", name_of(path)),
            Self::Rename { from, to } => format!("rename {} to {}", name_of(from), name_of(to)),
            Self::Remove { path } => format!("remove {}", name_of(path)),
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// The sentence with the path that could not be changed.
    pub fn carry_out(&self) -> Result<(), String> {
        let (path, done) = match self {
            Self::Keep { from, to } => (to, keep(from, to)),
            Self::Write { path, content, mode } => (path, write(path, content, *mode)),
            Self::Rename { from, to } => (to, fs::rename(from, to)),
            Self::Remove { path } => (path, fs::remove_file(path)),
        };
        done.map_err(|error| {
            let look = match (error.kind(), path.parent()) {
                (io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem, Some(folder)) => {
                    format!("\nsee who may write there: ls -ld {}", quoted(folder))
                }
                _ => String::new(),
            };
            format!("{}: {error}{look}", path.display())
        })
    }
}

/// Does every step up to the first that fails. What was done stands: each step leaves a state from which the same command goes on.
///
/// # Errors
/// The sentence of the step that failed, and how far it got.
pub fn carry_out(steps: &[Step]) -> Result<(), String> {
    for (done, step) in steps.iter().enumerate() {
        step.carry_out().map_err(|message| match done {
            0 => message,
            _ => format!(
                "{message}\nno hook is lost: {done} of {} steps are done and stay; the same command does the rest once this is mended",
                steps.len()
            ),
        })?;
    }
    Ok(())
}

/// The last part of a path, for people.
pub fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn keep(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_symlink() {
        return link(&fs::read_link(from)?, to);
    }
    // A second name, so that there is no moment without a hook. Not every file system has them.
    match fs::hard_link(from, to) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(from, to),
        done => done,
    }
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(windows)]
fn link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, at)
}

/// Between a hook's name and the number of the process that writes it.
const HALF: &str = ".flowgate-";

/// Whether a file of this name is a hook that is being written, or was when somebody was killed.
pub fn is_half(name: &str) -> bool {
    let parts = name.strip_prefix('.').and_then(|name| name.split_once(HALF));
    parts.is_some_and(|(hook, process)| HookName::parse(hook).is_some() && process.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Beside its place first, then renamed over it: whoever runs the hook meanwhile has the old one or the new one, and never half of it.
fn write(path: &Path, content: &[u8], mode: Mode) -> io::Result<()> {
    let path = if mode == Mode::AsItIs {
        // A configuration that is a link stays one.
        path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
    } else {
        path.to_path_buf()
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{}{HALF}{}", name_of(&path), std::process::id()));
    let written = fs::File::create_new(&beside).and_then(|mut file| {
        file.write_all(content)?;
        match mode {
            Mode::Executable => make_executable(&file)?,
            Mode::AsItIs => {
                if let Ok(before) = fs::metadata(&path) {
                    file.set_permissions(before.permissions())?;
                }
            }
        }
        file.sync_all()?;
        fs::rename(&beside, &path)
    });
    if written.is_err() {
        // The error is what counts; a file that was never created cannot be removed.
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(unix)]
fn make_executable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_file: &fs::File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_says_how_far_it_got() {
        let folder = tempfile::tempdir().unwrap();
        let write = Step::Write {
            path: folder.path().join("pre-commit"),
            content: b"x".to_vec(),
            mode: Mode::Executable,
        };
        let remove = Step::Remove {
            path: folder.path().join("gone"),
        };
        let message = carry_out(&[write, remove.clone()]).unwrap_err();
        assert!(message.contains("gone: "), "{message}");
        assert!(
            message.contains("no hook is lost: 1 of 2 steps are done and stay"),
            "{message}"
        );
        assert!(folder.path().join("pre-commit").is_file());
        let message = carry_out(&[remove]).unwrap_err();
        assert!(!message.contains("steps are done"), "{message}");
    }
}
