//! `reference-transaction`: names of branches and tags at the moment they are made. It warns and never vetoes, as Git starts it for what
//! a fetch, a rebase or a clean-up does too, and half of those cannot be taken up again.

use super::conclusion::{Errand, conclude, say};
use super::context::{Context, place};
use super::question::{Question, ask};
use crate::domain::target::{Branches, Content, Tags, Target};
use crate::domain::update::{ProposedUpdate, RefKind};
use crate::git::Repository;
use crate::git::push::parse_received;

/// Runs the hook.
pub fn run(context: &Context<'_>) -> u8 {
    if context.words().first().is_none_or(|state| state != "prepared") {
        return 0;
    }
    let updates = match parse_received(&context.input) {
        Ok(updates) => updates,
        Err(error) => {
            say(context, &format!("flowgate: {error}; nothing was judged, Git goes on"));
            return 0;
        }
    };
    // A fetch moves remote-tracking branches in the same transaction.
    let is_fetch = updates.iter().any(|update| update.reference.starts_with("refs/remotes/"));
    let updates: Vec<ProposedUpdate> = updates.into_iter().filter(is_of_interest).collect();
    if is_fetch || updates.is_empty() {
        return 0;
    }
    let place = match place() {
        Ok(place) => place,
        Err(error) => return super::question::cannot_open(context, &error),
    };
    let Some(repository) = place.repository() else { return 0 };
    let updates = made_here(repository, updates);
    if updates.is_empty() {
        return 0;
    }
    let head = repository.head().ok();
    let origin = head.as_ref().and_then(|head| head.commit());
    let origin = origin.map_or(Content::Nothing, |commit| Content::Revision(commit.to_owned()));
    let target = Target {
        branches: Branches::Updated,
        tags: Tags::Updated,
        updates,
        ..Target::of_content(Content::Nothing)
    };
    let question = Question {
        place: &place,
        target: &target,
        origin: &origin,
        before: None,
    };
    let errand = Errand {
        what: "this ref",
        command: "git",
        again: None,
    };
    conclude(context, &ask(context, &question), errand, &|_| false)
}

/// Branches that come, and tags that come, move or go. A branch that moves is what every commit does, and one that goes is gone here only.
fn is_of_interest(update: &ProposedUpdate) -> bool {
    match RefKind::of(&update.reference) {
        RefKind::Branch => update.old.is_none() && update.new.is_some(),
        RefKind::Tag => update.old != update.new,
        RefKind::Other => false,
    }
}

/// Without what comes from elsewhere, and with the old values that Git does not tell: it writes zeros where the caller did not ask.
fn made_here(repository: &Repository, updates: Vec<ProposedUpdate>) -> Vec<ProposedUpdate> {
    let fetched = repository.fetched();
    let with_old = |mut update: ProposedUpdate| {
        update.old = update.old.or_else(|| repository.ref_object(&update.reference));
        update
    };
    let is_own = |update: &ProposedUpdate| {
        let Some(new) = &update.new else { return true };
        let is_tracked = |branch| repository.is_tracked_at(branch, new);
        let branch = update.reference.strip_prefix("refs/heads/");
        let is_move = branch.is_some() && update.old.is_some();
        !is_move && update.old != update.new && !branch.is_some_and(is_tracked) && !fetched.has(&update.reference, new)
    };
    updates.into_iter().map(with_old).filter(is_own).collect()
}
