//! Where branches started: the point at which each parted from the branches that have a role in the flow.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::flow::{BranchRole, Flow};
use crate::domain::refs::{Branch, Fork, Standing};
use crate::domain::report::SkipCause;
use crate::domain::rule::Reads;
use crate::domain::update::ProposedUpdate;
use crate::git::{GitError, Repository};

use super::history::History;
use super::place::FactsError;

/// A branch with more commits of its own than this has another story than where it started.
const OWN: usize = 10_000;

/// Fills in where the branches that are looked at started.
///
/// # Errors
/// When the history cannot be walked.
pub fn read(
    repository: &Repository,
    flow: &Flow,
    all: &[Branch],
    updates: &[ProposedUpdate],
    history: &mut History,
) -> Result<(), FactsError> {
    let judged = history.branches.clone();
    let is_shallow = history.repository.as_ref().is_some_and(|facts| facts.is_shallow);
    let bases = bases(repository, flow, all, updates);
    for branch in &judged {
        let others: Vec<&Branch> = bases.iter().filter(|base| base.name != branch.name).collect();
        match fork(repository, branch, &others)? {
            Found::Fork(fork) if is_shallow && fork.commit.is_none() && !others.is_empty() => {
                let reason = format!(
                    "the clone is shallow: where {} started cannot be known (git fetch --unshallow)",
                    branch.name
                );
                history.skip(SkipCause::History, Reads::Forks, reason);
            }
            Found::Fork(fork) => history.forks.push(fork),
            Found::TooLong => {
                let reason = format!(
                    "{} has over {OWN} commits of its own: where it started was not looked for",
                    branch.name
                );
                history.skip(SkipCause::Size, Reads::Forks, reason);
            }
        }
    }
    Ok(())
}

/// The branches of a role. Of a push those that the other side has, as it has them: what the same push merges would hide where a branch
/// started.
fn bases(repository: &Repository, flow: &Flow, all: &[Branch], updates: &[ProposedUpdate]) -> Vec<Branch> {
    let mut bases = Vec::new();
    for branch in all.iter().filter(|b| is_base(flow, &b.name)) {
        let reference = format!("refs/heads/{}", branch.name);
        let moved = updates.iter().find(|update| update.reference == reference);
        let has_twin = || all.iter().any(|other| other.name == branch.name && other.remote.is_some());
        match moved {
            Some(update) => {
                let before = update.old.as_ref();
                bases.extend(before.and_then(|old| repository.branch_at(&reference, &branch.name, old)));
            }
            None if !updates.is_empty() && branch.remote.is_none() && has_twin() => {}
            None => bases.push(branch.clone()),
        }
    }
    bases
}

enum Found {
    Fork(Fork),
    TooLong,
}

fn fork(repository: &Repository, branch: &Branch, others: &[&Branch]) -> Result<Found, GitError> {
    let mut fork = Fork {
        reference: branch.reference.clone(),
        name: branch.name.clone(),
        commit: None,
        from: Vec::new(),
        merged: Vec::new(),
        others: names(others.iter().copied()),
        own_commits: 0,
    };
    if others.is_empty() {
        return Ok(Found::Fork(fork));
    }
    let own = repository.brought([branch.commit.as_str()], others.iter().map(|b| b.commit.as_str()))?;
    if own.len() > OWN {
        return Ok(Found::TooLong);
    }
    fork.own_commits = own.len();
    let (start, merged) = if own.is_empty() {
        (Some(branch.commit.clone()), BTreeSet::new())
    } else {
        let border = repository.graph_border(own, &branch.commit)?;
        (border.start, border.others)
    };
    if let Some(start) = &start {
        fork.from = having(repository, others, start)?;
    }
    for commit in merged {
        fork.merged.extend(having(repository, others, &commit)?);
    }
    fork.merged.sort();
    fork.merged.dedup();
    fork.commit = start;
    Ok(Found::Fork(fork))
}

/// The branches that have a commit.
fn having(repository: &Repository, branches: &[&Branch], commit: &str) -> Result<Vec<String>, GitError> {
    let mut found = BTreeMap::new();
    for branch in branches {
        // A name is found once, be it here or at a remote.
        if found.get(&branch.name) != Some(&true) {
            found.insert(branch.name.clone(), repository.is_ancestor(commit, &branch.commit)?);
        }
    }
    Ok(found.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect())
}

fn is_base(flow: &Flow, name: &str) -> bool {
    flow.branch_role(name).is_some_and(BranchRole::is_landing_place)
}

fn names<'b>(branches: impl Iterator<Item = &'b Branch>) -> Vec<String> {
    let names: BTreeSet<String> = branches.map(|b| b.name.clone()).collect();
    names.into_iter().collect()
}

/// How a branch stands to all the others.
///
/// # Errors
/// When the history cannot be walked.
pub fn standing(repository: &Repository, branch: &Branch, all: &[Branch], trunk: Option<&str>) -> Result<Standing, FactsError> {
    let others = || all.iter().filter(|other| other.name != branch.name);
    let twins = || all.iter().filter(|other| other.name == branch.name && other.remote.is_some());
    let mut is_elsewhere = others().any(|other| other.commit == branch.commit);
    // The trunk goes on while nobody works here.
    if let (false, Some(trunk)) = (is_elsewhere, others().find(|other| Some(other.reference.as_str()) == trunk)) {
        is_elsewhere = repository.is_ancestor(&branch.commit, &trunk.commit)?;
    }
    let mut is_unpublished_merge = repository.commit(&branch.commit)?.parents.len() > 1;
    if is_unpublished_merge {
        for twin in twins() {
            is_unpublished_merge &= !repository.is_ancestor(&branch.commit, &twin.commit)?;
        }
    }
    Ok(Standing {
        has_own_commits: !is_elsewhere,
        is_published: twins().next().is_some(),
        is_unpublished_merge,
    })
}
