//! What stands at the place of one hook: nothing, ours, somebody else's, and what ours is chained to.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git::hooks::HookName;

use super::runners::runner::calls;
use super::script::{self, Kind};

/// One hook and what Git finds for it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub hook: HookName,
    pub path: PathBuf,
    pub state: State,
    /// The file that keeps the hook which stood here before.
    pub before: PathBuf,
    pub has_before: bool,
    /// Git runs only what may be executed.
    pub is_executable: bool,
    /// The path of flowgate in our script.
    pub recorded: Option<PathBuf>,
    pub content: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Missing,
    /// As this flowgate would write it, path aside.
    Ours,
    /// As another flowgate wrote it.
    Outdated,
    Edited,
    Other,
    /// Somebody else's, with a line that calls flowgate.
    Calls,
    /// A folder, a pipe, or a file that cannot be read.
    Unusable,
}

impl State {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "not installed",
            Self::Ours => "installed",
            Self::Outdated => "outdated",
            Self::Edited => "edited",
            Self::Other => "other",
            Self::Calls => "calls flowgate",
            Self::Unusable => "unusable",
        }
    }

    /// Whether an installation of flowgate wrote it, and nobody changed it since.
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Ours | Self::Outdated)
    }
}

impl Standing {
    /// Whether Git runs flowgate here.
    pub const fn runs_flowgate(&self) -> bool {
        self.is_executable && matches!(self.state, State::Ours | State::Outdated | State::Edited | State::Calls)
    }
}

/// Looks at every hook of a folder.
pub fn all(folder: &Path) -> Vec<Standing> {
    HookName::ALL.into_iter().map(|hook| standing(folder, hook)).collect()
}

/// Looks at one hook of a folder.
pub fn standing(folder: &Path, hook: HookName) -> Standing {
    let path = folder.join(hook.as_str());
    let before = folder.join(format!("{}.before-flowgate", hook.as_str()));
    let content = fs::read(&path);
    let recorded = content.as_ref().ok().and_then(|text| script::recorded(text));
    let state = match &content {
        Ok(text) => match script::kind(text) {
            Kind::Edited => State::Edited,
            Kind::Other if calls(&String::from_utf8_lossy(text), hook) => State::Calls,
            Kind::Other => State::Other,
            Kind::Ours if *text == script::script(hook, recorded.as_deref()) => State::Ours,
            Kind::Ours => State::Outdated,
        },
        Err(_) if path.is_symlink() => State::Other,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => State::Missing,
        // A folder that is none, as /dev/null: Git finds nothing there.
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => State::Missing,
        Err(_) => State::Unusable,
    };
    Standing {
        hook,
        state,
        has_before: before.symlink_metadata().is_ok(),
        is_executable: is_executable(&path),
        recorded,
        content: content.unwrap_or_default(),
        path,
        before,
    }
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o111 != 0)
}

/// Git for Windows goes by the first line of the file.
#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
