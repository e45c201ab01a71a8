//! `post-checkout`: the name and the base of a branch that was just made, while nothing is lost by making it anew. It cannot refuse.

use std::path::PathBuf;

use super::conclusion::{Errand, conclude};
use super::context::{Context, place};
use super::question::{Question, Shared, ask_sharing};
use crate::cli::hooks::place::Start;
use crate::cli::hooks::standing::standing;
use crate::domain::gate::Gate;
use crate::domain::repository::Head;
use crate::domain::target::{Branches, Content, Target};
use crate::git::Repository;
use crate::git::hooks::HookName;
use crate::git::push::parse_update;

/// Runs the hook.
pub fn run(context: &Context<'_>) -> u8 {
    let words: Vec<String> = context.words().iter().map(|w| w.to_string_lossy().into_owned()).collect();
    // `1` is a checkout of a branch, `0` one of files.
    let [old, new, flag] = words.as_slice() else { return 0 };
    let Some(moved) = parse_update("HEAD", old, new).filter(|_| flag == "1") else {
        return 0;
    };
    // A clone and a new work tree come from nowhere.
    if moved.old.is_none() {
        return 0;
    }
    let place = match place() {
        Ok(place) => place,
        Err(error) => return super::question::cannot_open(context, &error),
    };
    if !place.repository().is_some_and(is_on_new_branch) {
        return 0;
    }
    let target = Target {
        branches: Branches::Current,
        ..Target::of_content(Content::Nothing)
    };
    let question = Question {
        place: &place,
        target: &target,
        origin: &Content::Index,
        before: None,
    };
    let errand = Errand {
        what: "this branch",
        command: "git switch",
        again: None,
    };
    let mut shared = if is_transaction_told() {
        Shared::after(Gate::ReferenceTransaction)
    } else {
        Shared::default()
    };
    conclude(context, &ask_sharing(context, &question, &mut shared), errand, &|_| false)
}

/// Whether flowgate was asked about the name when the branch was made, by the hook `reference-transaction`.
fn is_transaction_told() -> bool {
    let start = Start {
        folder: PathBuf::from("."),
        is_named: false,
    };
    let folder = start.home().ok().and_then(|home| home.folder());
    folder.is_some_and(|folder| standing(&folder, HookName::ReferenceTransaction).runs_flowgate())
}

/// Whether HEAD is on a branch that was made by the same command, and not for one that a remote has by this name.
fn is_on_new_branch(repository: &Repository) -> bool {
    let Ok(Head::Branch { reference, commit }) = repository.head() else {
        return false;
    };
    let name = reference.strip_prefix("refs/heads/").unwrap_or(&reference);
    !repository.is_busy() && repository.is_just_made(&reference) && !repository.is_tracked_at(name, &commit)
}
