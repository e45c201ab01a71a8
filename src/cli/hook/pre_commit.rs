//! `pre-commit` and `pre-merge-commit`: the index that Git names, as Git objects, and the branch that gets the commit. Neither the work
//! tree nor what is not staged is looked at.

use super::conclusion::{Errand, conclude, is_staged};
use super::configuration::tell_difference;
use super::context::{Context, place};
use super::question::{Question, ask};
use crate::domain::gate::Gate;
use crate::domain::target::{Branches, Changed, Content, Target};
use crate::git::Repository;

/// Runs the hook.
pub fn run(context: &Context<'_>) -> u8 {
    let is_merge = context.gate == Gate::PreMergeCommit;
    let errand = Errand {
        what: if is_merge { "this merge" } else { "this commit" },
        command: if is_merge { "git merge" } else { "git commit" },
        again: Some("flowgate check --staged"),
    };
    let place = match place() {
        Ok(place) => place,
        Err(error) => return super::question::cannot_open(context, &error),
    };
    let head = place.repository().and_then(|r| r.head().ok());
    let target = Target {
        changed: Changed::Default,
        branches: Branches::Current,
        merging: context.merging.clone(),
        ..Target::of_content(Content::Index)
    };
    let question = Question {
        place: &place,
        target: &target,
        origin: &Content::Index,
        before: head.as_ref().and_then(|head| head.commit()).map(str::to_owned),
    };
    let report = ask(context, &question);
    if let Some(trunk) = place.repository().and_then(Repository::remote_trunk) {
        tell_difference(context, &place, &Content::Index, &trunk);
    }
    conclude(context, &report, errand, &|failure| is_staged(&place, failure))
}
