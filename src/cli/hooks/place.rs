//! Which folder of hooks a command is about, and whether it may write there.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::cli::target::with_hint;
use crate::git::hooks::{HookName, HooksHome, HooksPath, Scope};

use super::plan;
use super::runners::{Found, runner};
use super::standing::{self, Standing};

/// Where the command was started.
#[derive(Debug, Clone)]
pub struct Start {
    pub folder: PathBuf,
    /// With `-C`, which wins over Git's environment.
    pub is_named: bool,
}

/// A folder of hooks that may be written to.
#[derive(Debug)]
pub struct Place {
    pub home: HooksHome,
    pub folder: PathBuf,
    /// Files there belong to the work tree, and so to the team.
    pub is_in_work_tree: bool,
    /// For every repository of the user or of the machine.
    pub is_global: bool,
}

impl Start {
    /// Asks Git.
    ///
    /// # Errors
    /// The sentence and what to do about it.
    pub fn home(&self) -> Result<HooksHome, String> {
        if !self.folder.is_dir() {
            return Err(format!("{}: no such folder", self.folder.display()));
        }
        HooksHome::find(&self.folder, self.is_named).map_err(|error| with_hint(&error.to_string(), error.hint()))
    }

    /// The folder of the repository, or with `global` the one of every repository.
    ///
    /// # Errors
    /// Why it must not be written to, and what can be done instead.
    pub fn place(&self, global: bool) -> Result<Place, String> {
        let home = self.home()?;
        let folder = if global { global_folder(&home)? } else { own_folder(&home)? };
        if folder.exists() && !folder.is_dir() {
            let mend = match home.hooks_path().zip(home.repository.as_ref()).filter(|_| !global) {
                Some((setting, repository)) => back_to(&repository.common_dir.join("hooks"), setting),
                None => "git config --global core.hooksPath ~/.config/git/hooks".to_owned(),
            };
            return Err(format!(
                "core.hooksPath is {}, which is no folder, so Git runs no hooks here\nto have hooks: {mend}",
                folder.display()
            ));
        }
        Ok(Place {
            is_in_work_tree: home.is_in_work_tree(&folder),
            is_global: global,
            folder,
            home,
        })
    }
}

impl Place {
    /// What stands there.
    pub fn standing(&self) -> Vec<Standing> {
        standing::all(&self.folder)
    }

    /// Holds everybody else off who installs or uninstalls here, for as long as the file lives. What stands there is looked at after
    /// that, or two of them could write over the only copy of a hook. Where there is no folder there is nothing to lose.
    pub fn hold(&self) -> Option<File> {
        // A file system without locks has to do without.
        let folder = File::open(&self.folder).ok()?;
        folder.lock().ok()?;
        self.remove_halves();
        Some(folder)
    }

    /// What was being written when somebody was killed: nobody else writes now.
    fn remove_halves(&self) {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| plan::is_half(&entry.file_name().to_string_lossy())) {
            // One more file that means nothing to Git is no reason to stop.
            let _ = std::fs::remove_file(entry.path());
        }
    }

    /// The runner that owns the hooks here.
    pub fn runner(&self, standing: &[Standing]) -> Option<Found> {
        if self.is_global {
            return None;
        }
        find_runner(&self.home, &self.folder, standing)
    }

    /// What an installation stands in when nobody names hooks.
    pub fn default_hooks(&self) -> Vec<HookName> {
        let is_bare = self.home.repository.as_ref().is_some_and(|repository| repository.is_bare);
        if is_bare && !self.is_global {
            return vec![HookName::PreReceive];
        }
        vec![
            HookName::PreCommit,
            HookName::CommitMsg,
            HookName::PreMergeCommit,
            HookName::PrePush,
        ]
    }
}

/// The runner that owns the hooks of a repository.
pub fn find_runner(home: &HooksHome, folder: &Path, standing: &[Standing]) -> Option<Found> {
    let top = home.repository.as_ref()?.top.as_deref()?;
    runner::find(top, folder, standing)
}

/// A setting for people: what it is and where it stands.
pub fn describe(setting: &HooksPath) -> String {
    format!(
        "core.hooksPath is {} ({}, {})",
        setting.written.display(),
        setting.scope.as_str(),
        setting.origin
    )
}

/// The command by which Git looks at this folder again instead of where the setting sends it.
pub fn back_to(folder: &Path, setting: &HooksPath) -> String {
    match setting.scope {
        Scope::Local => "git config --local --unset core.hooksPath".to_owned(),
        Scope::Worktree => "git config --worktree --unset core.hooksPath".to_owned(),
        Scope::Command => "unset core.hooksPath in Git's environment".to_owned(),
        // Other repositories of this user may count on it.
        Scope::Global | Scope::System => format!("git config --local core.hooksPath {}", quoted(folder)),
    }
}

fn own_folder(home: &HooksHome) -> Result<PathBuf, String> {
    let Some(repository) = &home.repository else {
        return Err("there is no Git repository here\nrun this inside of one, or name one with -C DIR".to_owned());
    };
    let default = repository.common_dir.join("hooks");
    let Some(setting) = home.hooks_path() else {
        return Ok(default);
    };
    let is = describe(setting);
    match setting.scope {
        Scope::Command => Err(format!("{is}: it holds for this command only\nunset it, and run this again")),
        Scope::System | Scope::Global => Err(format!(
            "{is}: hooks there run in every repository\n\
             to put flowgate there:            flowgate hooks install --global\n\
             to give this repository its own:  git config --local core.hooksPath {}\n\
             and then:                         flowgate hooks install",
            quoted(&default)
        )),
        Scope::Local | Scope::Worktree if setting.written.as_os_str().is_empty() => Err(format!(
            "{is}: it is empty, so Git finds no hooks\nto have hooks: {}",
            back_to(&default, setting)
        )),
        Scope::Local | Scope::Worktree => setting.folder.clone().ok_or_else(|| {
            format!("{is}: it is relative to the work tree, and this is none\nrun this at the top of the work tree")
        }),
    }
}

fn global_folder(home: &HooksHome) -> Result<PathBuf, String> {
    let is_global = |setting: &&HooksPath| matches!(setting.scope, Scope::System | Scope::Global);
    let Some(setting) = home.settings.iter().rfind(is_global) else {
        return Err(
            "core.hooksPath is set neither globally nor for the system\n\
             to set it: git config --global core.hooksPath ~/.config/git/hooks\n\
             mind that Git then runs no hook of a repository's own folder; `flowgate hooks install` in each repository has no such effect"
                .to_owned(),
        );
    };
    let is = describe(setting);
    if setting.written.is_absolute() {
        return Ok(setting.written.clone());
    }
    Err(format!(
        "{is}: it is relative, so it means another folder in every repository\nto set it: git config --global core.hooksPath ~/.config/git/hooks"
    ))
}

/// A path as a word for a shell.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%=,".contains(c);
    if text.chars().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
