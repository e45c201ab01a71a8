//! Which branches of the flow have the commits that tags name. One walk for each kind of branch, however many tags there are.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::flow::{BranchRole, Flow};
use crate::domain::refs::{Branch, Reach, Tag};
use crate::domain::update::{ProposedUpdate, RefKind};
use crate::git::{GitError, Repository};

/// By the full name of each tag of a commit; `None` where this clone cannot tell: it is shallow, does not fetch all branches, or has no
/// branch of the role main.
///
/// # Errors
/// When the history cannot be walked.
pub fn read(
    repository: &Repository,
    flow: &Flow,
    all: &[Branch],
    updates: &[ProposedUpdate],
    tags: &[Tag],
) -> Result<Option<BTreeMap<String, Reach>>, GitError> {
    let tips = tips(repository, flow, all, updates);
    let is_main = |name: &String| {
        flow.branch_types
            .iter()
            .any(|t| t.name == *name && t.role == BranchRole::Main)
    };
    let main: BTreeSet<&str> = tips
        .iter()
        .filter(|(name, _)| is_main(name))
        .flat_map(|(_, tips)| tips)
        .map(String::as_str)
        .collect();
    if main.is_empty() || repository.is_shallow() || !repository.sees_all_branches() {
        return Ok(None);
    }
    let commits: Vec<&Tag> = tags.iter().filter(|tag| tag.target_kind == "commit").collect();
    let targets: BTreeSet<&str> = commits.iter().map(|tag| tag.target.as_str()).collect();
    let off = apart(repository, &targets, main.iter().copied())?;
    let on: BTreeSet<&str> = targets.difference(&off).copied().collect();
    let line = repository.on_first_parent_line(&main, &on)?;
    let mut others: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, tips) in tips.iter().filter(|(name, _)| !is_main(name)).filter(|_| !off.is_empty()) {
        let missing = apart(repository, &off, tips.iter().map(String::as_str))?;
        for target in off.difference(&missing) {
            others.entry(target).or_default().insert(name.clone());
        }
    }
    let reach = |tag: &&Tag| Reach {
        is_on_main: on.contains(tag.target.as_str()),
        is_on_main_line: line.contains(tag.target.as_str()),
        types: others.get(tag.target.as_str()).cloned().unwrap_or_default(),
    };
    Ok(Some(commits.iter().map(|tag| (tag.reference.clone(), reach(tag))).collect()))
}

/// Name of the branch type to the tips of its branches, here and at remotes, as they will be after the updates.
fn tips(repository: &Repository, flow: &Flow, all: &[Branch], updates: &[ProposedUpdate]) -> BTreeMap<String, BTreeSet<String>> {
    // Before a push the branch here is another one than that which is pushed to; on a server it is the same.
    let is_replaced = |branch: &&Branch| updates.iter().any(|u| u.local.is_none() && u.reference == branch.reference);
    let present = all
        .iter()
        .filter(|branch| !is_replaced(branch))
        .map(|b| (b.name.clone(), b.commit.clone()));
    let moved = updates
        .iter()
        .filter(|update| RefKind::of(&update.reference) == RefKind::Branch)
        .filter_map(|update| {
            let name = update.reference.strip_prefix("refs/heads/")?;
            Some((name.to_owned(), repository.commit_behind(update.new.as_ref()?)?))
        });
    let mut tips: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, commit) in present.chain(moved) {
        if let Some(branch_type) = flow.branch_type(&name) {
            tips.entry(branch_type.name.clone()).or_default().insert(commit);
        }
    }
    tips
}

/// The targets that none of these tips reaches.
fn apart<'t: 'i, 'i>(
    repository: &Repository,
    targets: &BTreeSet<&'t str>,
    tips: impl Iterator<Item = &'i str>,
) -> Result<BTreeSet<&'t str>, GitError> {
    let missing: BTreeSet<String> = repository.brought(targets.iter().copied(), tips)?.ids().collect();
    Ok(targets.iter().copied().filter(|target| missing.contains(*target)).collect())
}
