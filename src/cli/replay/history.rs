//! The changes of the past, read from what landed on the long-lived branches.

use std::collections::BTreeMap;

use super::line::{Line, Until, walk};
use crate::ci::{Landed, merged, squashed};
use crate::delivery::repository_url::normalise;
use crate::domain::change::{Change, Host, Side};
use crate::domain::commit::Commit;
use crate::domain::flow::{BranchRole, Flow};
use crate::git::{GitError, Repository};

/// A change of the past, as its commit tells it.
#[derive(Debug)]
pub(super) struct PastChange {
    pub(super) change: Change,
    /// The commit that brought it.
    pub(super) commit: Commit,
    /// What the target was at before.
    pub(super) target_tip: String,
    /// `!12`, `#12`.
    pub(super) number: Option<String>,
    pub(super) is_squash: bool,
}

/// What the lines of some branches hold.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Newest first.
    pub(super) changes: Vec<PastChange>,
    /// Commits of which no message says that a change brought them.
    pub(super) direct: usize,
    /// Merges that brought no change to one of the branches.
    pub(super) elsewhere: usize,
    pub(super) is_cut: bool,
}

/// Short name to tip of every branch, as its remote `origin` has it, else as it is here.
///
/// # Errors
/// When refs cannot be listed.
pub(super) fn branches(repository: &Repository) -> Result<BTreeMap<String, (String, i64)>, GitError> {
    let (found, _) = repository.branches()?;
    let mut tips = BTreeMap::new();
    for remote in [None, Some("origin")] {
        let of_it = found.iter().filter(|branch| branch.remote.as_deref() == remote);
        tips.extend(of_it.map(|branch| (branch.name.clone(), (branch.commit.clone(), branch.time))));
    }
    // Names that are not UTF-8 are shown and cannot be written down anew.
    tips.retain(|name, _| !name.contains('\\'));
    Ok(tips)
}

/// Reads the past of these branches, each a short name and its tip: the newest `last` changes, or those since a time.
///
/// # Errors
/// When a commit cannot be read.
pub(super) fn read(
    repository: &Repository,
    flow: &Flow,
    branches: &[(String, String)],
    until: Until,
) -> Result<History, GitError> {
    let project = project(repository);
    let is_change = |commit: &Commit| commit.parents.len() == 2 || squashed(&commit.message).is_some();
    let mut lines = Vec::new();
    for (branch, tip) in branches {
        lines.push(walk(repository, (branch, tip), until, &is_change)?);
    }
    let mut history = History {
        is_cut: lines.iter().any(|line| line.is_cut),
        ..History::default()
    };
    let mut commits: Vec<(&Commit, Vec<&str>)> = on_lines(&lines);
    commits.sort_by(|(a, _), (b, _)| (b.time, &a.id).cmp(&(a.time, &b.id)));
    for (commit, on) in commits {
        let is_over = match until {
            Until::Changes(most) => history.changes.len() >= most,
            Until::Time(time) => commit.time < time,
        };
        if is_over {
            break;
        }
        match told(flow, project.as_deref(), commit, &on) {
            Told::Change(change) => history.changes.push(*change),
            Told::Direct => history.direct += 1,
            Told::Elsewhere => history.elsewhere += 1,
        }
    }
    Ok(history)
}

/// Every commit once, with the branches whose lines it is on.
fn on_lines(lines: &[Line]) -> Vec<(&Commit, Vec<&str>)> {
    let mut commits: BTreeMap<&str, (&Commit, Vec<&str>)> = BTreeMap::new();
    for line in lines {
        for commit in &line.commits {
            let (_, on) = commits.entry(&commit.id).or_insert((commit, Vec::new()));
            on.push(&line.branch);
        }
    }
    commits.into_values().collect()
}

/// What a commit on such a line is.
enum Told {
    Change(Box<PastChange>),
    Direct,
    Elsewhere,
}

fn told(flow: &Flow, project: Option<&str>, commit: &Commit, on: &[&str]) -> Told {
    let (landed, head, target_tip) = match commit.parents.as_slice() {
        [before] => match squashed(&commit.message) {
            Some(landed) => (landed, &commit.id, before),
            None => return Told::Direct,
        },
        [before, head] => (merged(&commit.message), head, before),
        _ => return Told::Direct,
    };
    let Some(target) = target(flow, &landed, on).filter(|_| !landed.is_pull) else {
        return Told::Elsewhere;
    };
    let is_squash = head == &commit.id;
    let sign = if landed.host == Some(Host::GitLab) { "!" } else { "#" };
    let (from, to) = projects(&landed, project, &target);
    let side = |branch: Option<String>, project: Option<String>, commit: &str| Side {
        branch,
        project,
        commit: Some(commit.to_owned()),
        ..Side::default()
    };
    Told::Change(Box::new(PastChange {
        number: landed.number.map(|number| format!("{sign}{number}")),
        change: Change {
            host: landed.host,
            source: side(landed.source, from, head),
            target: side(Some(target), to, target_tip),
            number: landed.number,
            title: landed.title,
            squash: is_squash.then_some(true),
            ..Change::default()
        },
        target_tip: target_tip.clone(),
        commit: commit.clone(),
        is_squash,
    }))
}

/// The branch that a change went to; `None` when its message names none of those whose line it is on. A branch may have had another name.
///
/// A commit may be on the lines of several branches, when one was moved forward to another. Git leaves the main branch out of its message;
/// hosts name theirs, or do not say.
fn target(flow: &Flow, landed: &Landed, on: &[&str]) -> Option<String> {
    if let Some(into) = &landed.into {
        let of_type = |name: &str| flow.branch_type(name).filter(|_| is_long_lived(flow, name)).map(|t| &t.name);
        let is_it = |branch: &&str| *branch == into || of_type(into).is_some_and(|name| of_type(branch) == Some(name));
        return on.iter().any(is_it).then(|| into.clone());
    }
    let is_main = |branch: &&&str| flow.branch_role(branch) == Some(BranchRole::Main);
    let by_git = landed.host.is_none() && landed.source.is_some();
    let preferred = on.iter().find(|branch| is_main(branch) == by_git);
    preferred.or_else(|| on.first()).map(|branch| (*branch).to_owned())
}

/// The projects of source and target: told apart where the message names the source's owner, and that is not the owner of what was cloned;
/// a branch that goes to one of its own name comes from elsewhere too, as no host merges a branch into itself.
fn projects(landed: &Landed, project: Option<&str>, target: &str) -> (Option<String>, Option<String>) {
    let own = project.unwrap_or("this/project");
    let Some((own_owner, name)) = own.rsplit_once('/') else {
        return (None, None);
    };
    let Some(owner) = &landed.owner else { return (None, None) };
    let is_other = project.is_some() && !owner.eq_ignore_ascii_case(own_owner);
    if is_other || landed.source.as_deref() == Some(target) {
        let owner = if is_other { owner.clone() } else { format!("fork of {owner}") };
        return (Some(format!("{owner}/{name}")), Some(own.to_owned()));
    }
    (None, None)
}

/// `owner/name` of what was cloned, by its address; `None` for a folder.
fn project(repository: &Repository) -> Option<String> {
    let url = repository.facts_without_refs().ok()?.url?;
    let place = normalise(&url).filter(|place| !place.starts_with(['/', '.']))?;
    place.split_once('/').map(|(_, project)| project.to_owned())
}

/// Whether changes are merged into it for good: it has the role main or develop.
pub(super) fn is_long_lived(flow: &Flow, name: &str) -> bool {
    matches!(flow.branch_role(name), Some(BranchRole::Main | BranchRole::Develop))
}
