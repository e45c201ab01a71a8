//! GitHub's event file and variables, for pull requests and the merge queue. Where both tell, the event is believed.
//!
//! Gitea and Forgejo write the same event; they check out the head itself (`refs/pull/<n>/head`) and say `synchronized`.

use serde_json::Value;

use crate::domain::change::{Change, Host, PipelineKind, Side};

use super::CiError;
use super::event::{Field, parse};
use super::variables::{Variables, digits};

const HOST: Host = Host::GitHub;
const EVENT_NAME: &str = "GITHUB_EVENT_NAME";
/// Runs from the default branch, beside nothing of the change.
const FROM_THE_TARGET: &str = "pull_request_target";
/// The events that come with a `pull_request`.
const OF_A_PULL_REQUEST: [&str; 4] = [
    "pull_request",
    FROM_THE_TARGET,
    "pull_request_review",
    "pull_request_review_comment",
];
const OF_THE_QUEUE: &str = "merge_group";
/// What happens to a pull request when somebody pushes to it. Other events - a label, a new title - are caused by those who pushed nothing.
const PUSHES: [&str; 3] = ["opened", "synchronize", "synchronized"];

pub(super) fn read(variables: Variables<'_>, event: Option<&str>, path: &str) -> Result<Change, CiError> {
    let event = event.map_or(Ok(Value::Null), |text| parse(text, path))?;
    let event = Field::of(&event);
    let (request, group) = (event.get("pull_request")?, event.get(OF_THE_QUEUE)?);
    match variables.text(EVENT_NAME) {
        Some(name) if OF_A_PULL_REQUEST.contains(&name) => pull_request(variables, &event, &request),
        Some(OF_THE_QUEUE) => merge_group(variables, &event, &group),
        Some(found) => Err(CiError::OtherPipeline {
            host: HOST,
            variable: EVENT_NAME,
            found: found.to_owned(),
        }),
        None if request.is_told() => pull_request(variables, &event, &request),
        None if group.is_told() => merge_group(variables, &event, &group),
        None => Err(missing(EVENT_NAME)),
    }
}

fn pull_request(variables: Variables<'_>, event: &Field<'_>, request: &Field<'_>) -> Result<Change, CiError> {
    let (head, base) = (request.get("head")?, request.get("base")?);
    let tip = head.get("sha")?.object_id()?;
    let number = match request.get("number")?.number()? {
        Some(number) => Some(number),
        None => event.get("number")?.number()?.or_else(|| number_of_ref(variables)),
    };
    let cloned_project = project(variables, event)?;
    let target_project = base.get("repo")?.get("full_name")?.text()?;
    let target_branch = base.get("ref")?.text()?.or_else(|| variables.owned("GITHUB_BASE_REF"));
    let url = request.get("html_url")?.text()?;
    let default_branch = base.get("repo")?.get("default_branch")?.text()?;
    Ok(Change {
        host: Some(HOST),
        kind: kind(variables, tip.as_deref()),
        source: Side {
            branch: source_branch(variables, &head)?,
            // `null` when the fork was deleted.
            project: head.get("repo")?.get("full_name")?.text()?,
            commit: tip,
            is_protected: None,
        },
        target: Side {
            branch: Some(target_branch.ok_or_else(|| missing("pull_request.base.ref"))?),
            project: target_project.or_else(|| cloned_project.clone()),
            commit: None,
            is_protected: None,
        },
        number,
        url: url.or_else(|| url_of(variables, number)),
        title: request.get("title")?.text()?,
        description: description(request)?,
        is_description_cut: false,
        labels: labels(request)?,
        author: request.get("user")?.get("login")?.text()?,
        pusher: pusher(variables, event)?,
        is_draft: request.get("draft")?.flag()?,
        squash: squash(request)?,
        default_branch: match default_branch {
            Some(branch) => Some(branch),
            None => event.get("repository")?.get("default_branch")?.text()?,
        },
        cloned_project,
        approved_by: None,
        // As it was when the pull request was opened or last pushed to.
        base_hint: base.get("sha")?.object_id()?,
    })
}

/// One pull request on top of those before it in the queue; its title, author and source branch are not told.
fn merge_group(variables: Variables<'_>, event: &Field<'_>, group: &Field<'_>) -> Result<Change, CiError> {
    let head = group.get("head_ref")?.text()?.or_else(|| variables.owned("GITHUB_REF"));
    let queued = head.as_deref().and_then(queued);
    let base = group.get("base_ref")?.text()?;
    let target = base.as_deref().map(|base| base.strip_prefix("refs/heads/").unwrap_or(base));
    let target = target.or_else(|| queued.map(|(target, _)| target));
    let number = queued.map(|(_, number)| number);
    let project = project(variables, event)?;
    let tip = match group.get("head_sha")?.object_id()? {
        Some(tip) => Some(tip),
        None => variables.object_id(HOST, "GITHUB_SHA")?,
    };
    Ok(Change {
        host: Some(HOST),
        kind: Some(PipelineKind::MergeQueue),
        source: Side {
            commit: tip,
            ..Side::default()
        },
        target: Side {
            branch: Some(target.ok_or_else(|| missing("merge_group.base_ref"))?.to_owned()),
            project: project.clone(),
            ..Side::default()
        },
        number,
        url: url_of(variables, number),
        default_branch: event.get("repository")?.get("default_branch")?.text()?,
        cloned_project: project,
        // Parent of the group: the target's tip, or the group before.
        base_hint: group.get("base_sha")?.object_id()?,
        ..Change::default()
    })
}

/// What `actions/checkout` takes when it is told nothing else.
fn kind(variables: Variables<'_>, tip: Option<&str>) -> Option<PipelineKind> {
    if variables.text(EVENT_NAME) == Some(FROM_THE_TARGET) {
        // HEAD is the target's and no merge; the change is its source's tip.
        return Some(PipelineKind::Detached);
    }
    let end = variables.text("GITHUB_REF").and_then(pull_ref).map(|(_, end)| end);
    let is_head = match (end, variables.text("GITHUB_SHA"), tip) {
        (Some("merge"), ..) => false,
        (Some("head"), ..) => true,
        (_, Some(checked_out), Some(tip)) => checked_out.eq_ignore_ascii_case(tip),
        _ => return None,
    };
    Some(if is_head {
        PipelineKind::Detached
    } else {
        PipelineKind::MergedResult
    })
}

/// Number and last word of `refs/pull/<n>/merge`.
fn pull_ref(name: &str) -> Option<(u64, &str)> {
    let (number, end) = name.strip_prefix("refs/pull/")?.split_once('/')?;
    Some((digits(number)?, end))
}

fn number_of_ref(variables: Variables<'_>) -> Option<u64> {
    variables.text("GITHUB_REF").and_then(pull_ref).map(|(number, _)| number)
}

/// Target and number of `refs/heads/gh-readonly-queue/<target>/pr-<n>-<commit>`; the target may hold slashes.
fn queued(name: &str) -> Option<(&str, u64)> {
    let name = name.strip_prefix("refs/heads/").unwrap_or(name);
    let (target, entry) = name.strip_prefix("gh-readonly-queue/")?.rsplit_once('/')?;
    let (number, _) = entry.strip_prefix("pr-")?.split_once('-')?;
    Some((target, digits(number)?))
}

/// Gitea names a ref of its own where a change was pushed without a branch.
fn source_branch(variables: Variables<'_>, head: &Field<'_>) -> Result<Option<String>, CiError> {
    let named = head.get("ref")?.text()?.or_else(|| variables.owned("GITHUB_HEAD_REF"));
    Ok(named.filter(|branch| !branch.starts_with("refs/pull/")))
}

fn project(variables: Variables<'_>, event: &Field<'_>) -> Result<Option<String>, CiError> {
    let named = event.get("repository")?.get("full_name")?.text()?;
    Ok(named.or_else(|| variables.owned("GITHUB_REPOSITORY")))
}

fn url_of(variables: Variables<'_>, number: Option<u64>) -> Option<String> {
    let (server, project) = (variables.text("GITHUB_SERVER_URL")?, variables.text("GITHUB_REPOSITORY")?);
    Some(format!("{server}/{project}/pull/{}", number?))
}

/// A key that is there and `null` is a description that says nothing.
fn description(request: &Field<'_>) -> Result<Option<String>, CiError> {
    let body = request.get("body")?.raw_text()?;
    Ok(match body {
        None if request.is_told() => Some(String::new()),
        body => body.map(str::to_owned),
    })
}

fn labels(request: &Field<'_>) -> Result<Vec<String>, CiError> {
    let mut labels = Vec::new();
    for label in request.get("labels")?.items()? {
        labels.extend(label.get("name")?.text()?);
    }
    Ok(labels)
}

/// Who pushed: the sender of an event that a push causes. Nobody else's act - a bot that sets a label - makes a change theirs.
fn pusher(variables: Variables<'_>, event: &Field<'_>) -> Result<Option<String>, CiError> {
    let action = event.get("action")?.text()?;
    if action.is_some_and(|action| !PUSHES.contains(&action.as_str())) {
        return Ok(None);
    }
    let sender = event.get("sender")?.get("login")?.text()?;
    Ok(sender.or_else(|| variables.owned("GITHUB_ACTOR")))
}

/// Told only when somebody has asked for the merge as soon as the checks are green.
fn squash(request: &Field<'_>) -> Result<Option<bool>, CiError> {
    let method = request.get("auto_merge")?.get("merge_method")?.text()?;
    Ok(method.map(|method| method == "squash"))
}

fn missing(name: &str) -> CiError {
    CiError::Missing {
        host: HOST,
        name: name.to_owned(),
    }
}
