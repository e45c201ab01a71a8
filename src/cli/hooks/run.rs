//! From arguments to the command over hooks.

use std::path::{Path, PathBuf};

use crate::cli::args::HooksCommand;
use crate::cli::run::{UNDECIDED, complain};

use super::place::Start;
use super::{doctor, install, status, uninstall};

/// Runs one command. `typed` is the folder of `-C` as a person wrote it.
pub fn run(directory: Option<PathBuf>, typed: Option<&Path>, command: &HooksCommand) -> u8 {
    let start = Start {
        folder: directory.unwrap_or_else(|| PathBuf::from(".")),
        is_named: typed.is_some(),
    };
    let done = match command {
        HooksCommand::Install(arguments) => install::run(&start, arguments),
        HooksCommand::Uninstall(arguments) => uninstall::run(&start, arguments),
        HooksCommand::Status { json } => status::run(&start, *json),
        HooksCommand::Doctor => doctor::run(&start),
    };
    done.unwrap_or_else(|message| {
        complain(&format!("flowgate: {message}"));
        UNDECIDED
    })
}

/// The path to record: the one on PATH when it leads to this very program, because a package manager keeps it through updates; else the
/// program's own.
///
/// # Errors
/// When the system does not say which program runs.
pub fn own_path() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| format!("the path of flowgate itself cannot be read: {error}"))?;
    let real = own.canonicalize().unwrap_or_else(|_| own.clone());
    let leads_here = |candidate: &PathBuf| candidate.canonicalize().is_ok_and(|found| found == real);
    Ok(on_path().into_iter().find(leads_here).unwrap_or(own))
}

/// Every flowgate on PATH, the one that a shell takes first.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
pub fn on_path() -> Vec<PathBuf> {
    let name = format!("flowgate{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .filter(|path| path.is_file())
        .collect()
}
