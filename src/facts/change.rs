//! A merge or pull request: finds its ends in the repository, and what lies between them.

use std::collections::BTreeSet;

use crate::domain::change::{Change, ChangeFacts, MergedIn, ProposedChange};
use crate::domain::commit::Commit;
use crate::domain::flow::{BranchRole, Flow};
use crate::domain::refs::Branch;
use crate::domain::target::{Branches, Target};
use crate::git::{GitError, Repository, message};

use super::landing::Landing;
use super::place::FactsError;
use super::values;

/// Finds head, target and base of a change. `tip` is the target's tip where a person names it; of a foreign clone, one of another
/// project than the target's, no branch is believed.
///
/// # Errors
/// When one of them is not in this clone; without all three nothing is said about the change.
pub fn propose(
    repository: &Repository,
    change: Change,
    tip: Option<&str>,
    is_foreign: bool,
) -> Result<ProposedChange, FactsError> {
    let target_tip = match tip {
        Some(tip) => repository.resolve(tip)?,
        None if is_foreign => foreign_tip(repository, &change)?,
        None => target_tip(repository, &change)?,
    };
    let head = head(repository, &change, &target_tip)?;
    // A shallow clone that does not reach back to where the two parted must not pass for one without common history.
    repository.range(&target_tip, &head)?;
    let base = repository
        .merge_base(&target_tip, &head)?
        .ok_or_else(|| FactsError::Unrelated {
            head: head.clone(),
            target: target_tip.clone(),
        })?;
    Ok(ProposedChange {
        change,
        head,
        target_tip,
        base,
    })
}

/// The commit that somebody proposes: the host says it, or it is what HEAD is, or what the host's test merge merged.
fn head(repository: &Repository, change: &Change, target_tip: &str) -> Result<String, FactsError> {
    if let Some(said) = &change.source.commit {
        return repository.resolve(said).map_err(|_| FactsError::NotInClone {
            what: "the head of the change".to_owned(),
            id: said.clone(),
        });
    }
    let current = repository.resolve("HEAD")?;
    if change.kind.is_some_and(|kind| kind.is_synthetic()) {
        let parents = repository.commit(&current)?.parents;
        // The host merges into the target. Any other merge was made by a person, and its first parent belongs to the change as well.
        if let [onto, merged] = parents.as_slice()
            && repository.is_ancestor(onto, target_tip)?
        {
            return Ok(merged.clone());
        }
    }
    Ok(current)
}

/// The tip of the target as it was fetched; what the host says of it only where there is no such branch.
fn target_tip(repository: &Repository, change: &Change) -> Result<String, FactsError> {
    if let Some(branch) = &change.target.branch
        && let Some(tip) = fetched(repository, branch)
    {
        return Ok(tip);
    }
    let said = change.target.commit.as_deref().and_then(|id| repository.resolve(id).ok());
    said.ok_or_else(|| FactsError::NoTarget {
        branch: change.target.branch.clone().unwrap_or_default(),
    })
}

/// In a clone of another project the branch of that name is its owner's, who can put there whatever the change brings: only what the
/// host says of the target counts, its tip or where it saw the two part.
fn foreign_tip(repository: &Repository, change: &Change) -> Result<String, FactsError> {
    let said = [change.target.commit.as_deref(), change.base_hint.as_deref()];
    let found = said.into_iter().flatten().find_map(|id| repository.resolve(id).ok());
    found.ok_or_else(|| FactsError::ForeignTarget {
        branch: change.target.branch.clone().unwrap_or_default(),
        project: change.target.project.clone().unwrap_or_default(),
    })
}

/// The tip of a branch of the project that was cloned: as the remote has it, else as it is here.
pub fn fetched(repository: &Repository, branch: &str) -> Option<String> {
    let names = [format!("refs/remotes/origin/{branch}"), format!("refs/heads/{branch}")];
    // One that is there and broken is not replaced by another one.
    let name = names.iter().find(|name| repository.has_ref(name))?;
    repository.resolve(name).ok()
}

/// The source as a branch, where the target asks for it.
pub(super) fn source(repository: &Repository, target: &Target) -> Option<Branch> {
    let proposed = target.change.as_ref().filter(|_| target.branches == Branches::Source)?;
    let name = proposed.change.source.branch.as_ref()?;
    repository.branch_at(&format!("refs/heads/{name}"), name, &proposed.head)
}

/// Whether its commits get to where others build on: not to a topic branch, and not when they are made one commit.
pub(super) fn landing(flow: &Flow, proposed: &ProposedChange) -> Landing {
    let target = proposed.change.target.branch.as_deref();
    let role = target.and_then(|name| flow.branch_role(name));
    let lands = role.is_some_and(BranchRole::is_landing_place) && proposed.change.squash != Some(true);
    if lands { Landing::All } else { Landing::None }
}

/// What a change does to commits and files, and what is not known of it.
///
/// # Errors
/// When its history or trees cannot be read.
pub(super) fn read(
    repository: &Repository,
    flow: &Flow,
    proposed: &ProposedChange,
    branches: &[Branch],
) -> Result<(ChangeFacts, Option<&'static str>), FactsError> {
    let range = repository.range(&proposed.target_tip, &proposed.head)?;
    let (commits, _) = repository.commits(&range)?;
    let source = proposed.change.source.branch.as_deref();
    let is_other = |branch: &&Branch| Some(branch.name.as_str()) != source;
    let of_role = |branch: &&Branch| flow.branch_role(&branch.name).is_some_and(BranchRole::is_landing_place);
    let others: Vec<&Branch> = branches.iter().filter(of_role).filter(is_other).collect();
    let brought = repository.brought([proposed.head.as_str()], others.iter().map(|b| b.commit.as_str()))?;
    let brought: BTreeSet<String> = brought.ids().collect();
    let own: Vec<&Commit> = commits.iter().filter(|commit| brought.contains(&commit.id)).collect();
    let files = repository.changed_files(&proposed.base, &proposed.head)?;
    let compared = values::read(repository, flow, proposed, &files)?;
    let facts = ChangeFacts {
        title: proposed.change.title.as_deref().map(title),
        commits: commits.len(),
        merges: merges(repository, &own, &others)?,
        own: own.iter().map(|commit| commit.id.clone()).collect(),
        files,
        values: compared.values,
        opaque: compared.opaque,
        versions: compared.versions,
        is_rollback: compared.is_rollback,
        proposed: proposed.clone(),
    };
    Ok((facts, compared.is_undecided.then_some(OLDER)))
}

/// Why a change of versions may be a rollback that nobody can tell.
const OLDER: &str = "whether versions are set back to earlier ones cannot be known: the history that was looked at ends before them; a shallow \
                     clone has more with `GIT_DEPTH: 0` under `variables:` (GitLab CI), `fetch-depth: 0` (actions/checkout)";

/// The title as the commit that a squash makes of it.
fn title(text: &str) -> Commit {
    Commit {
        id: String::new(),
        parents: Vec::new(),
        author: crate::domain::commit::Person::default(),
        committer: crate::domain::commit::Person::default(),
        time: 0,
        message: message::parse(crate::domain::title::subject(text), 1),
        paths: None,
        lands: None,
    }
}

fn merges(repository: &Repository, commits: &[&Commit], branches: &[&Branch]) -> Result<Vec<MergedIn>, GitError> {
    let mut merges = Vec::new();
    for commit in commits {
        for merged in commit.parents.iter().skip(1) {
            let mut from = Vec::new();
            for branch in branches {
                if repository.is_ancestor(merged, &branch.commit)? {
                    from.push(branch.name.clone());
                }
            }
            from.sort();
            from.dedup();
            merges.push(MergedIn {
                commit: commit.id.clone(),
                merged: merged.clone(),
                from,
            });
        }
    }
    Ok(merges)
}
