//! `input.change` as `policies/README.md` describes it.

use crate::delivery::words::StageWords;
use crate::domain::change::{Change, ChangeFacts, ChangedFile, MergedIn, Side, StageVersion, ValueChange};
use crate::domain::commit::Person;
use crate::domain::flow::{BranchRole, Flow};
use crate::policy::Value;
use crate::policy::value::{array, object, optional_string as optional, string as text, texts};

use super::git_input::commit_value;

/// `input.change`.
pub fn change_value(flow: &Flow, facts: &ChangeFacts) -> Value {
    let change = &facts.proposed.change;
    object([
        ("host", optional(change.host.map(|host| host.as_str()))),
        ("pipeline", optional(change.kind.map(|kind| kind.as_str()))),
        ("number", change.number.map_or(Value::Null, Value::from)),
        ("source", side_value(flow, &change.source, change.is_fork() == Some(true))),
        ("target", side_value(flow, &change.target, false)),
        ("is_fork", flag(change.is_fork())),
        ("title", title_value(flow, facts)),
        ("description", optional(change.description.as_deref())),
        ("is_description_cut", Value::from(change.is_description_cut)),
        ("labels", texts(&change.labels)),
        ("author", optional(change.author.as_deref())),
        ("pusher", optional(change.pusher.as_deref())),
        ("is_bot", flag(is_made_by_bot(flow, change))),
        ("approved_by", change.approved_by.as_ref().map_or(Value::Null, |by| texts(by))),
        ("is_draft", flag(change.is_draft)),
        ("squash", flag(change.squash)),
        ("head", text(&facts.proposed.head)),
        ("base", text(&facts.proposed.base)),
        ("target_tip", text(&facts.proposed.target_tip)),
        ("commits", Value::from(facts.commits)),
        ("own", texts(&facts.own)),
        ("merges", array(facts.merges.iter().map(|merge| merge_value(flow, merge)))),
        ("files", array(facts.files.iter().map(file_value))),
        ("values", array(facts.values.iter().map(|value| value_value(flow, value)))),
        ("opaque", texts(&facts.opaque)),
        (
            "versions",
            array(facts.versions.iter().map(|version| version_value(flow, version))),
        ),
        ("is_rollback", Value::from(facts.is_rollback)),
        ("at", object([("change", text("title"))])),
    ])
}

fn flag(known: Option<bool>) -> Value {
    known.map_or(Value::Null, Value::from)
}

/// Whether author and pusher are bots by the host's word; `None` where the host names neither.
pub fn is_made_by_bot(flow: &Flow, change: &Change) -> Option<bool> {
    let is_bot = |account: &String| {
        flow.is_bot(&Person {
            name: account.clone(),
            email: String::new(),
        })
    };
    let accounts: Vec<&String> = change.author.iter().chain(&change.pusher).collect();
    if accounts.is_empty() {
        return None;
    }
    Some(accounts.into_iter().all(is_bot))
}

/// A branch of a fork is a topic there, whatever it is called.
fn side_value(flow: &Flow, side: &Side, is_fork: bool) -> Value {
    let branch_type = side.branch.as_deref().and_then(|name| flow.branch_type(name));
    let branch_type = branch_type.filter(|t| !is_fork || !t.role.is_landing_place());
    let role = branch_type.map(|t| t.role).or(is_fork.then_some(BranchRole::Topic));
    let words = StageWords::of(flow);
    let branch = side.branch.as_deref();
    object([
        ("branch", optional(branch)),
        ("type", optional(branch_type.map(|t| t.name.as_str()))),
        ("role", optional(role.map(BranchRole::as_str))),
        ("stages", texts(&branch.map(|name| words.named(name)).unwrap_or_default())),
        ("project", optional(side.project.as_deref())),
        ("is_protected", flag(side.is_protected)),
        (
            "at",
            match branch {
                Some(name) => object([("ref", text(&format!("refs/heads/{name}")))]),
                None => object([("change", text("source"))]),
            },
        ),
    ])
}

fn title_value(flow: &Flow, facts: &ChangeFacts) -> Value {
    let (Some(title), Some(commit)) = (&facts.proposed.change.title, &facts.title) else {
        return Value::Null;
    };
    let message = commit_value(flow, commit);
    let of = |key: &str| message[key].clone();
    object([
        ("text", text(title)),
        ("subject", text(&commit.message.subject)),
        ("class", of("class")),
        ("conventional", of("conventional")),
        ("is_exempt", of("is_exempt")),
        ("at", object([("change", text("title"))])),
    ])
}

fn merge_value(flow: &Flow, merge: &MergedIn) -> Value {
    let from = merge.from.iter().map(|name| {
        let branch_type = flow.branch_type(name);
        object([
            ("name", text(name)),
            ("type", optional(branch_type.map(|t| t.name.as_str()))),
            ("role", optional(branch_type.map(|t| t.role.as_str()))),
        ])
    });
    object([
        ("commit", text(&merge.commit)),
        ("merged", text(&merge.merged)),
        ("from", array(from)),
        ("at", object([("commit", text(&merge.commit))])),
    ])
}

fn file_value(file: &ChangedFile) -> Value {
    object([
        ("path", text(&file.path)),
        ("from", optional(file.from.as_deref())),
        ("status", text(file.status.as_str())),
        ("is_mode_changed", Value::from(file.is_mode_changed)),
        ("at", object([("path", text(&file.path))])),
    ])
}

fn value_value(flow: &Flow, value: &ValueChange) -> Value {
    let version = value.version.as_ref().map_or(Value::Null, |version| {
        object([
            ("application", text(&version.application)),
            ("stage", optional(version.stage.as_deref())),
            ("rank", rank(flow, version.stage.as_deref())),
            ("family", text(&version.family)),
            ("from", optional(version.from.as_deref())),
            ("to", optional(version.to.as_deref())),
            ("had", texts(&version.had)),
        ])
    });
    object([
        ("path", text(&value.path)),
        ("document", Value::from(value.document)),
        ("pointer", text(&value.pointer)),
        ("before", optional(value.before.as_deref())),
        ("after", optional(value.after.as_deref())),
        ("stage", optional(value.stage.as_deref())),
        ("rank", rank(flow, value.stage.as_deref())),
        ("version", version),
        ("at", super::row_input::at_value(&value.at)),
    ])
}

fn version_value(flow: &Flow, version: &StageVersion) -> Value {
    object([
        ("application", text(&version.application)),
        ("stage", optional(version.stage.as_deref())),
        ("rank", rank(flow, version.stage.as_deref())),
        ("family", text(&version.family)),
        ("version", text(&version.version)),
        ("at", super::row_input::at_value(&version.at)),
    ])
}

fn rank(flow: &Flow, stage: Option<&str>) -> Value {
    stage.and_then(|name| flow.rank(name)).map_or(Value::Null, Value::from)
}
