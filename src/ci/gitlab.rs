//! GitLab's predefined variables of a merge-request pipeline.

use crate::domain::change::{Change, Host, PipelineKind, Side};

use super::CiError;
use super::variables::{Variables, odd};

const HOST: Host = Host::GitLab;
const SOURCE_TIP: &str = "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA";
const TARGET_TIP: &str = "CI_MERGE_REQUEST_TARGET_BRANCH_SHA";
const EVENT_TYPE: &str = "CI_MERGE_REQUEST_EVENT_TYPE";

pub(super) fn read(variables: Variables<'_>) -> Result<Change, CiError> {
    let number = number(variables)?;
    let kind = kind(variables)?;
    let target_tip = variables.object_id(HOST, TARGET_TIP)?;
    let diff_base = variables.object_id(HOST, "CI_MERGE_REQUEST_DIFF_BASE_SHA")?;
    let target_project = variables.owned("CI_MERGE_REQUEST_PROJECT_PATH");
    let cloned_project = variables.owned("CI_PROJECT_PATH");
    // In a train GitLab gives the tip of the change before, which has not landed: it is a base, but not the target.
    let (target_commit, base_hint) = match kind {
        PipelineKind::MergeTrain => (None, target_tip.or(diff_base)),
        _ => (target_tip, diff_base),
    };
    let flag = |name| variables.flag(HOST, name);
    Ok(Change {
        host: Some(HOST),
        kind: Some(kind),
        source: Side {
            branch: source_branch(variables),
            project: variables.owned("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH"),
            commit: source_tip(variables, kind)?,
            is_protected: flag("CI_MERGE_REQUEST_SOURCE_BRANCH_PROTECTED")?,
        },
        target: Side {
            branch: Some(variables.required(HOST, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")?.to_owned()),
            project: target_project.clone(),
            commit: target_commit,
            is_protected: flag("CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED")?,
        },
        number: Some(number),
        url: variables
            .text("CI_MERGE_REQUEST_PROJECT_URL")
            .map(|project| format!("{project}/-/merge_requests/{number}")),
        title: variables.owned("CI_MERGE_REQUEST_TITLE"),
        // An empty description is one that says nothing; GitLab before 16.7 does not tell it at all.
        description: variables.raw("CI_MERGE_REQUEST_DESCRIPTION").map(str::to_owned),
        is_description_cut: flag("CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED")?.unwrap_or(false),
        labels: labels(variables.text("CI_MERGE_REQUEST_LABELS").unwrap_or_default()),
        // No predefined variable names who opened the merge request.
        author: None,
        pusher: variables.owned("GITLAB_USER_LOGIN"),
        is_draft: flag("CI_MERGE_REQUEST_DRAFT")?,
        squash: flag("CI_MERGE_REQUEST_SQUASH_ON_MERGE")?,
        // That of the project in which the pipeline runs: a fork's says nothing about the target.
        default_branch: variables
            .owned("CI_DEFAULT_BRANCH")
            .filter(|_| is_same(target_project.as_deref(), cloned_project.as_deref())),
        cloned_project,
        approved_by: None,
        base_hint,
    })
}

/// Child pipelines have it too, though their CI_PIPELINE_SOURCE is `parent_pipeline`: it is what tells a pipeline of a merge request.
fn number(variables: Variables<'_>) -> Result<u64, CiError> {
    let name = "CI_MERGE_REQUEST_IID";
    if let Some(number) = variables.number(HOST, name)? {
        return Ok(number);
    }
    Err(match variables.text("CI_PIPELINE_SOURCE") {
        Some(found) if found != "merge_request_event" => CiError::OtherPipeline {
            host: HOST,
            variable: "CI_PIPELINE_SOURCE",
            found: found.to_owned(),
        },
        _ => CiError::Missing {
            host: HOST,
            name: name.to_owned(),
        },
    })
}

fn kind(variables: Variables<'_>) -> Result<PipelineKind, CiError> {
    match variables.text(EVENT_TYPE) {
        Some("detached") => Ok(PipelineKind::Detached),
        Some("merged_result") => Ok(PipelineKind::MergedResult),
        Some("merge_train") => Ok(PipelineKind::MergeTrain),
        Some(found) => Err(odd(HOST, EVENT_TYPE, found, "detached, merged_result or merge_train")),
        // GitLab before 12.3.
        None if variables.text(SOURCE_TIP).is_some() => Ok(PipelineKind::MergedResult),
        None => Ok(PipelineKind::Detached),
    }
}

/// GitLab leaves the variable empty in detached pipelines, where what is checked out is the source branch itself.
fn source_tip(variables: Variables<'_>, kind: PipelineKind) -> Result<Option<String>, CiError> {
    match variables.object_id(HOST, SOURCE_TIP)? {
        None if kind == PipelineKind::Detached => variables.object_id(HOST, "CI_COMMIT_SHA"),
        tip => Ok(tip),
    }
}

/// The variables of the source are missing when its project was deleted; the ref's name is the source branch in all these pipelines.
fn source_branch(variables: Variables<'_>) -> Option<String> {
    let named = variables.owned("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME");
    named.or_else(|| variables.owned("CI_COMMIT_REF_NAME"))
}

/// No label of GitLab's holds a comma.
fn labels(list: &str) -> Vec<String> {
    let labels = list.split(',').map(str::trim).filter(|label| !label.is_empty());
    labels.map(str::to_owned).collect()
}

fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
}
