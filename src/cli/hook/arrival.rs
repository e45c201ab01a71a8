//! What a push brings, judged in two steps: its refs and commits together, then the tree of each branch against what stood there.

use std::collections::BTreeSet;

use super::context::Context;
use super::question::{Question, Shared, ask_sharing};
use crate::cli::judge::limit;
use crate::cli::prepare::facts_failure;
use crate::domain::finding::Finding;
use crate::domain::report::{Failure, Report, Verdict};
use crate::domain::target::{Branches, Changed, Commits, Content, Tags, Target};
use crate::domain::update::{ProposedUpdate, Push, RefKind};
use crate::evaluation::absorb::absorb;
use crate::facts::Place;
use crate::git::GitError;

/// Refs on their way, and what is there already.
#[derive(Debug)]
pub struct Arrival {
    pub updates: Vec<ProposedUpdate>,
    pub push: Push,
    /// Object ids of commits that the receiving side has and that were judged when they came, with all that they reach.
    pub known: Vec<String>,
    /// Those that branches lead to: their trees were judged when they came, the trees of tags and other refs never were.
    pub branches: Vec<String>,
    /// Branches of the receiving side by short name, where it is the one that judges.
    pub places: Vec<(String, String)>,
    /// The state that configuration and policies are read from.
    pub origin: Content,
}

impl Arrival {
    /// What somebody should know whose repository moves in with a history that the rules speak of.
    pub fn moves_in(&self, report: &Report) -> Option<String> {
        let is_first = self.known.is_empty() && self.branches.is_empty();
        let is_of_message = |finding: &Finding| finding.location.commit.is_some();
        (is_first && report.findings.iter().any(is_of_message)).then(|| {
            "this is the first push into an empty repository: messages in the history that it brings are only warned about"
                .to_owned()
        })
    }
}

/// Judges all of it; one report.
pub fn judge(context: &Context<'_>, place: &Place, arrival: &Arrival) -> Report {
    let target = Target {
        commits: Commits::New {
            tips: arrival
                .updates
                .iter()
                .filter(|u| is_ruled(u))
                .filter_map(|u| u.new.clone())
                .collect(),
            known: arrival.known.clone(),
            branches: arrival.places.clone(),
        },
        branches: Branches::Updated,
        tags: Tags::Updated,
        updates: arrival.updates.clone(),
        push: arrival.push.clone(),
        ..Target::of_content(Content::Nothing)
    };
    let mut shared = Shared::default();
    let question = Question {
        place,
        target: &target,
        origin: &arrival.origin,
        before: None,
    };
    let mut report = ask_sharing(context, &question, &mut shared);
    let mut judged = BTreeSet::new();
    for update in &arrival.updates {
        // A tag brings no tree that was not on a branch before, or that a rule about tags does not name.
        let Some(new) = update
            .new
            .as_ref()
            .filter(|_| RefKind::of(&update.reference) == RefKind::Branch)
        else {
            continue;
        };
        let before = match stood_before(place, arrival, update, new) {
            Ok(before) => before,
            Err(error) => {
                add_failure(&mut report, facts_failure(&error.to_string(), error.hint()));
                continue;
            }
        };
        // The same tree, compared with the same one; and a branch that stands where another one stood changes nothing.
        if before.as_ref() == Some(new) || !judged.insert((before.clone(), new.clone())) {
            continue;
        }
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
        let mut of_branch = ask_sharing(context, &question, &mut shared);
        name_branch(&mut of_branch, update);
        absorb(&mut report, of_branch, limit(context.options.rules.fail_on));
    }
    report
}

/// Says in which of the pushed branches a finding lies.
fn name_branch(report: &mut Report, update: &ProposedUpdate) {
    let name = update.reference.strip_prefix("refs/heads/").unwrap_or(&update.reference);
    for finding in &mut report.findings {
        finding.location.branch.get_or_insert_with(|| name.to_owned());
    }
}

fn add_failure(report: &mut Report, failure: Failure) {
    report.failures.push(failure);
    if report.verdict == Verdict::Clean {
        report.verdict = Verdict::Undecided;
    }
}

/// The commit that a branch is compared with: what it was, else where it parted from the branches that are there.
fn stood_before(place: &Place, arrival: &Arrival, update: &ProposedUpdate, new: &str) -> Result<Option<String>, GitError> {
    let Some(repository) = place.repository() else {
        return Ok(None);
    };
    let is_here = |id: &&String| repository.commit(id).is_ok();
    match update.old.as_ref().filter(is_here) {
        Some(old) => Ok(Some(old.clone())),
        // An empty repository has nothing to part from, and to find that out takes a walk through everything.
        None if arrival.branches.is_empty() => Ok(None),
        None => repository.parted(new, &arrival.branches),
    }
}

/// Notes, reviews and the like are no history that anybody builds on.
fn is_ruled(update: &ProposedUpdate) -> bool {
    RefKind::of(&update.reference) != RefKind::Other
}
