//! From the hook's name to what judges there: answers a probe, runs the chained hook first, reads what Git says.

use std::io::{IsTerminal as _, Read as _};

use super::context::{self, Context};
use super::{chain, commit_msg, post_checkout, pre_commit, pre_push, prepare_commit_msg, reference_transaction, server};
use crate::cli::args::{HookArguments, HookName};
use crate::cli::deadline::Deadline;
use crate::cli::prepare::VERSION;
use crate::cli::run::{UNDECIDED, complain, print};
use crate::domain::gate::Gate;

/// The variable under which a hook only says who it is: `flowgate hooks doctor` asks so.
pub const PROBE: &str = "FLOWGATE_PROBE";

/// Runs one hook.
pub fn run(arguments: &HookArguments) -> u8 {
    let limit = arguments.name.is_on_server().then_some(server::TIME_LIMIT);
    let limit = arguments.time_limit.or(limit);
    let deadline = limit.map_or(Deadline::NONE, Deadline::after);
    let is_probe = context::os_variable(PROBE).is_some();
    if is_probe && !arguments.name.is_on_server() {
        return answer();
    }
    let reads_input = arguments.name.reads_input();
    let mut input = arguments
        .first_line
        .as_ref()
        .map(|line| format!("{line}\n").into_bytes())
        .unwrap_or_default();
    // Who tries the hook by hand must not be left waiting.
    let is_told = reads_input && !std::io::stdin().is_terminal();
    if is_told && let Err(error) = std::io::stdin().lock().read_to_end(&mut input) {
        complain(&format!("flowgate: what Git says of the refs cannot be read: {error}"));
        return UNDECIDED;
    }
    // On a server no variable may keep a push from being judged: there, only a hook that Git tells nothing is a probe.
    if is_probe && input.is_empty() && arguments.arguments.is_empty() {
        return answer();
    }
    if let Some(chained) = &arguments.chained {
        match chain::run(chained, &arguments.arguments, reads_input.then_some(input.as_slice())) {
            Ok(0) => {}
            Ok(code) => return code,
            Err(error) => {
                complain(&format!("flowgate: {error}"));
                return 1;
            }
        }
    }
    let merging = match arguments.name {
        HookName::PreCommit | HookName::PreMergeCommit => context::merge_heads(),
        _ => Vec::new(),
    };
    let context = Context {
        gate: gate(arguments.name, !merging.is_empty()),
        options: arguments,
        input,
        merging,
        deadline,
    };
    match arguments.name {
        HookName::PreCommit | HookName::PreMergeCommit => pre_commit::run(&context),
        HookName::CommitMsg => commit_msg::run(&context),
        HookName::PrepareCommitMsg => prepare_commit_msg::run(&context),
        HookName::PrePush => pre_push::run(&context),
        HookName::PreReceive | HookName::Update => server::run(&context),
        HookName::ReferenceTransaction => reference_transaction::run(&context),
        HookName::PostCheckout => post_checkout::run(&context),
    }
}

/// Where the rules are asked. Runners know `pre-commit` alone for both, and Git names what it merges only while it makes a merge commit.
fn gate(name: HookName, is_merging: bool) -> Gate {
    match name {
        HookName::PreCommit if is_merging => Gate::PreMergeCommit,
        name => name.gate(),
    }
}

/// Which flowgate this is, for `flowgate hooks doctor`.
fn answer() -> u8 {
    let path = context::program().map(|path| path.display().to_string()).unwrap_or_default();
    print(&format!("flowgate {VERSION} {path}\n"))
}

impl HookName {
    /// Whether it runs where refs are accepted.
    pub const fn is_on_server(self) -> bool {
        matches!(self, Self::PreReceive | Self::Update)
    }

    /// Where its rules are asked.
    pub const fn gate(self) -> Gate {
        match self {
            Self::PreCommit => Gate::PreCommit,
            // The message is what it is about; it only cannot refuse it.
            Self::CommitMsg | Self::PrepareCommitMsg => Gate::CommitMsg,
            Self::PreMergeCommit => Gate::PreMergeCommit,
            Self::PrePush => Gate::PrePush,
            Self::PreReceive => Gate::PreReceive,
            Self::Update => Gate::Update,
            Self::ReferenceTransaction => Gate::ReferenceTransaction,
            Self::PostCheckout => Gate::PostCheckout,
        }
    }

    /// Whether Git writes ref updates to its standard input.
    const fn reads_input(self) -> bool {
        matches!(self, Self::PrePush | Self::PreReceive | Self::ReferenceTransaction)
    }
}
