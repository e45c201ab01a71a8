//! What a push brings, judged in two steps: its refs and commits together, then the tree of each branch against what stood there.

use super::context::Context;
use super::question::{Question, ask};
use crate::cli::judge::limit;
use crate::domain::report::Report;
use crate::domain::target::{Branches, Changed, Commits, Content, Tags, Target};
use crate::domain::update::{ProposedUpdate, Push, RefKind};
use crate::evaluation::absorb::absorb;
use crate::facts::Place;

/// Refs on their way, and what is there already.
#[derive(Debug)]
pub struct Arrival {
    pub updates: Vec<ProposedUpdate>,
    pub push: Push,
    /// Object ids of commits that the receiving side has, with all that they reach.
    pub known: Vec<String>,
    /// The state that configuration and policies are read from.
    pub origin: Content,
}

/// Judges all of it; one report.
pub fn judge(context: &Context<'_>, place: &Place, arrival: &Arrival) -> Report {
    let target = Target {
        commits: Commits::New {
            tips: arrival.updates.iter().filter_map(|update| update.new.clone()).collect(),
            known: arrival.known.clone(),
        },
        branches: Branches::Updated,
        tags: Tags::Updated,
        updates: arrival.updates.clone(),
        push: arrival.push.clone(),
        ..Target::of_content(Content::Nothing)
    };
    let mut report = ask(
        context,
        &Question {
            place,
            target: &target,
            origin: &arrival.origin,
            before: None,
        },
    );
    for update in &arrival.updates {
        // A tag brings no tree that was not on a branch before, or that a rule about tags does not name.
        let Some(new) = update
            .new
            .as_ref()
            .filter(|_| RefKind::of(&update.reference) == RefKind::Branch)
        else {
            continue;
        };
        let before = stood_before(place, arrival, update, new);
        let target = Target {
            changed: Changed::Since(before.clone()),
            ..Target::of_content(Content::Revision(new.clone()))
        };
        let question = Question {
            place,
            target: &target,
            origin: &arrival.origin,
            before,
        };
        absorb(&mut report, ask(context, &question), limit(context.options.rules.fail_on));
    }
    report
}

/// The commit that a branch is compared with: what it was, else where it parted from what is known.
fn stood_before(place: &Place, arrival: &Arrival, update: &ProposedUpdate, new: &str) -> Option<String> {
    let repository = place.repository()?;
    let is_here = |id: &&String| repository.commit(id).is_ok();
    if let Some(old) = update.old.as_ref().filter(is_here) {
        return Some(old.clone());
    }
    let bases = arrival
        .known
        .iter()
        .filter_map(|known| repository.merge_base(known, new).ok().flatten());
    // The nearest one: of several the one that the others lie behind.
    bases.reduce(|best, other| match repository.merge_base(&best, &other) {
        Ok(Some(base)) if base == best => other,
        _ => best,
    })
}
