//! Which state judges a change: the default branch, its target where that is protected, what the operator names, or the built-in rules.

use std::path::PathBuf;

use super::arguments::MergeRequestArguments;
use crate::cli::prepare::{Origins, Reach, facts_failure, model};
use crate::cli::trust::Trusted;
use crate::delivery::repository_url::normalise;
use crate::domain::change::{Change, ProposedChange};
use crate::domain::report::Failure;
use crate::domain::target::Content;
use crate::facts::Place;
use crate::facts::change::fetched;
use crate::git::Repository;

/// Where configuration and policies of a change's judgement lie.
pub(super) struct Judging {
    /// A folder of its own, where the operator names one.
    pub(super) folder: Option<Place>,
    pub(super) trusted: Trusted,
}

/// The state that judges.
///
/// # Errors
/// When what the operator names is not there, or when the default branch is not in this clone.
pub(super) fn judging(
    place: &Place,
    repository: &Repository,
    proposed: &ProposedChange,
    arguments: &MergeRequestArguments,
) -> Result<Judging, Vec<Failure>> {
    if let Some(named) = &arguments.policies_from {
        return named_by_operator(repository, named).map_err(|failure| vec![failure]);
    }
    let change = &proposed.change;
    if is_foreign(repository, change) {
        let target = change.target.project.as_deref().unwrap_or_default();
        return Ok(of(built_in(format!(
            "this is a clone of another project than {target}, so none of its branches is trusted; --policies-from names a state"
        ))));
    }
    let target = change.target.branch.as_deref().unwrap_or_default();
    let default = match &change.default_branch {
        Some(branch) => Some(branch.clone()),
        None => default_branch(place, repository, arguments)?,
    };
    if default.as_deref() == Some(target) || change.target.is_protected == Some(true) {
        return Ok(of(branch(target, &proposed.target_tip)));
    }
    let Some(default) = default else {
        return Err(vec![missing("which branch is the default one is not known here", target)]);
    };
    let Some(tip) = fetched(repository, &default) else {
        let message = format!("the default branch {default}, whose configuration judges this change, is not in this clone");
        return Err(vec![missing(&message, &default)]);
    };
    let trusted = branch(&default, &tip);
    let origins = Origins {
        place,
        content: &trusted.origin,
        config: arguments.rules.model.config.as_deref(),
        policies: arguments.rules.model.policies.as_deref(),
        profile: arguments.rules.model.profile.as_deref(),
        is_cached: false,
        cache: None,
        reach: Reach::Repository,
    };
    // The default branch may lend its trust to others.
    if arguments.rules.model.config.is_none() && model(origins)?.configuration.is_trusted_branch(target) {
        return Ok(of(branch(target, &proposed.target_tip)));
    }
    Ok(of(trusted))
}

const fn of(trusted: Trusted) -> Judging {
    Judging { folder: None, trusted }
}

fn branch(name: &str, commit: &str) -> Trusted {
    Trusted {
        origin: Content::Revision(commit.to_owned()),
        branch: Some(format!("refs/heads/{name}")),
        name: name.to_owned(),
    }
}

const fn built_in(name: String) -> Trusted {
    Trusted {
        origin: Content::Nothing,
        branch: None,
        name,
    }
}

/// A revision before a folder: nobody can put a revision of the repository in the operator's way by making a folder.
fn named_by_operator(repository: &Repository, named: &str) -> Result<Judging, Failure> {
    refuse_two_meanings(repository, named)?;
    if let Some(commit) = fetched(repository, named).or_else(|| repository.resolve(named).ok()) {
        return Ok(of(Trusted {
            origin: Content::Revision(commit),
            branch: None,
            name: named.to_owned(),
        }));
    }
    let folder = PathBuf::from(named);
    if folder.is_dir() {
        return Ok(Judging {
            folder: Some(Place::Directory(folder.clone())),
            trusted: Trusted {
                origin: Content::Directory(folder),
                branch: None,
                name: named.to_owned(),
            },
        });
    }
    Err(facts_failure(
        &format!("--policies-from {named}: there is neither such a revision in this clone nor such a folder"),
        Some("name a branch that was fetched, a commit, or a folder that holds flowgate.yaml".to_owned()),
    ))
}

/// Whoever may push a branch could otherwise put it in the place of a tag that is protected.
fn refuse_two_meanings(repository: &Repository, named: &str) -> Result<(), Failure> {
    let branches = [format!("refs/remotes/origin/{named}"), format!("refs/heads/{named}")];
    let branch = branches.iter().find(|name| repository.has_ref(name));
    let tag = format!("refs/tags/{named}");
    match branch.filter(|_| repository.has_ref(&tag)) {
        None => Ok(()),
        Some(branch) => Err(facts_failure(
            &format!("--policies-from {named}: there is both a branch and a tag of that name"),
            Some(format!("name the one that is meant in full: {branch} or {tag}")),
        )),
    }
}

/// Whether this is a clone of another project than the target's, so that its branches say nothing about the target.
pub(super) fn is_foreign(repository: &Repository, change: &Change) -> bool {
    let target = change.target.project.as_deref();
    target.is_some_and(|target| change.is_cloned_elsewhere() || is_of_project(repository, target) == Some(false))
}

/// Whether the clone came from this project, by the address that it was cloned from; unknown for a folder and where there is none.
fn is_of_project(repository: &Repository, project: &str) -> Option<bool> {
    let url = repository.facts(&|_| None).ok()?.url?;
    let place = normalise(&url).filter(|place| !place.starts_with(['/', '.']))?;
    Some(place.to_lowercase().ends_with(&format!("/{}", project.to_lowercase())))
}

/// As the clone knows it; else the branch that has the role main by the built-in model, as no other is trusted yet.
fn default_branch(
    place: &Place,
    repository: &Repository,
    arguments: &MergeRequestArguments,
) -> Result<Option<String>, Vec<Failure>> {
    let origins = Origins {
        place,
        content: &Content::Nothing,
        config: None,
        policies: None,
        profile: arguments.rules.model.profile.as_deref(),
        is_cached: false,
        cache: None,
        reach: Reach::Repository,
    };
    let flow = model(origins)?.configuration.flow;
    let facts = repository.facts(&|name| flow.branch_role(name));
    Ok(facts
        .map_err(|error| vec![facts_failure(&error.to_string(), error.hint())])?
        .default_branch)
}

fn missing(message: &str, branch: &str) -> Failure {
    facts_failure(
        message,
        Some(format!(
            "fetch it: GitLab CI: `GIT_DEPTH: 0` under `variables:`; actions/checkout: `fetch-depth: 0`; by hand: \
             git fetch origin +refs/heads/{branch}:refs/remotes/origin/{branch}; or name a state with --policies-from"
        )),
    )
}
