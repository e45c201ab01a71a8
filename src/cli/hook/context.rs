//! What a hook is told by Git, by its host and by the developer's environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::args::HookArguments;
use crate::cli::deadline::Deadline;
use crate::cli::prepare::Reach;
use crate::domain::gate::Gate;
use crate::domain::target::MergeHead;
use crate::facts::{FactsError, Place};

/// Arguments, standard input and environment of one hook.
#[derive(Debug)]
pub struct Context<'a> {
    pub gate: Gate,
    pub options: &'a HookArguments,
    /// What Git wrote to standard input; empty for hooks that read none.
    pub input: Vec<u8>,
    /// What an automatic merge is about to bring; empty in every other command.
    pub merging: Vec<MergeHead>,
    /// When the hook has to come to an end.
    pub deadline: Deadline,
}

impl Context<'_> {
    /// What Git passes as arguments.
    pub fn words(&self) -> &[OsString] {
        &self.options.arguments
    }

    /// Whether this runs where refs are accepted: there, nobody may weaken anything by the environment, and doubt means no.
    pub const fn is_server(&self) -> bool {
        matches!(self.gate, Gate::PreReceive | Gate::Update)
    }

    /// Whether what earlier runs learnt is used: on a server only in a folder that the operator names, as anybody who may write there could
    /// put in what was never judged.
    pub const fn uses_cache(&self) -> bool {
        !self.options.rules.no_cache && (!self.is_server() || self.options.rules.cache.is_some())
    }

    /// Where the repository's configuration may send us.
    pub const fn reach(&self) -> Reach {
        if self.is_server() {
            Reach::Repository
        } else {
            Reach::Anywhere
        }
    }

    /// Whether Git goes on whatever is found: the developer is told early, and refused later.
    pub const fn only_warns(&self) -> bool {
        matches!(self.gate, Gate::ReferenceTransaction | Gate::PostCheckout)
    }

    /// Rules that the developer leaves out this once; always none on a server.
    pub fn left_out(&self) -> Vec<String> {
        if self.is_server() {
            return Vec::new();
        }
        let text = variable("FLOWGATE_SKIP").unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// The repository that Git runs the hook in.
///
/// # Errors
/// When there is none, or one that cannot be opened.
pub fn place() -> Result<Place, FactsError> {
    let git_dir = os_variable("GIT_DIR").map(PathBuf::from);
    Place::from_environment(git_dir.as_deref())
}

/// What an automatic merge is about to bring: Git names it in `GITHEAD_<object id>=<name>`, as there is no `MERGE_HEAD` yet.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
pub fn merge_heads() -> Vec<MergeHead> {
    let head = |(name, value): (OsString, OsString)| {
        let commit = name.to_str()?.strip_prefix("GITHEAD_")?.to_owned();
        Some(MergeHead {
            commit,
            name: value.to_string_lossy().into_owned(),
        })
    };
    let mut heads: Vec<MergeHead> = std::env::vars_os().filter_map(head).collect();
    heads.sort();
    heads
}

/// The absolute path of this program.
pub fn program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}

/// A variable of the environment as text.
pub fn variable(name: &str) -> Option<String> {
    os_variable(name).map(|value| value.to_string_lossy().into_owned())
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
pub fn os_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// An argument that names a file, from the current folder.
pub fn file_argument<'a>(context: &'a Context<'_>, position: usize) -> Option<&'a Path> {
    context.words().get(position).map(Path::new)
}
