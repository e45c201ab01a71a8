//! `input.updates`, `input.push` and `input.forks` as `policies/README.md` describes them.

use crate::domain::commit::Person;
use crate::domain::flow::Flow;
use crate::domain::refs::Fork;
use crate::domain::update::{DirectCommit, Highest, Push, RefKind, RefUpdate};
use crate::policy::Value;
use crate::policy::value::{array, object, optional_string as optional, string as text, texts};

use super::git_input::{tag_value, version_value};

/// `input.updates`.
pub fn updates_value(flow: &Flow, updates: &[RefUpdate]) -> Value {
    array(updates.iter().map(|update| update_value(flow, update)))
}

fn update_value(flow: &Flow, update: &RefUpdate) -> Value {
    let (is_branch, is_tag) = (update.kind == RefKind::Branch, update.kind == RefKind::Tag);
    let branch_type = flow.branch_type(&update.name).filter(|_| is_branch);
    let proposed = &update.proposed;
    let version = update.version.as_ref();
    object([
        ("ref", text(&proposed.reference)),
        ("name", text(&update.name)),
        ("kind", text(update.kind.as_str())),
        ("operation", text(update.operation.as_str())),
        ("old", optional(proposed.old.as_deref())),
        ("new", optional(proposed.new.as_deref())),
        ("from", optional(update.from.as_deref())),
        ("local", optional(proposed.local.as_deref())),
        ("type", optional(branch_type.map(|t| t.name.as_str()))),
        ("role", optional(branch_type.map(|t| t.role.as_str()))),
        ("commits", Value::from(update.commits)),
        ("direct", array(update.direct.iter().map(|commit| direct_value(flow, commit)))),
        ("direct_count", Value::from(update.direct_count)),
        ("keeps_line", update.keeps_line.map_or(Value::Null, Value::from)),
        ("version", version_value(version)),
        (
            "is_release",
            Value::from(is_tag && flow.is_release_tag(&update.name, version)),
        ),
        ("is_ignored", Value::from(is_tag && flow.is_ignored_tag(&update.name))),
        ("tag", update.tag.as_ref().map_or(Value::Null, |tag| tag_value(flow, tag))),
        ("highest", update.highest.as_ref().map_or(Value::Null, highest_value)),
        ("at", object([("ref", text(&proposed.reference))])),
    ])
}

fn direct_value(flow: &Flow, commit: &DirectCommit) -> Value {
    object([
        ("commit", text(&commit.commit)),
        ("subject", text(&commit.subject)),
        ("is_bot", Value::from(flow.is_bot(&commit.author))),
    ])
}

fn highest_value(highest: &Highest) -> Value {
    object([
        ("name", text(&highest.name)),
        ("version", version_value(Some(&highest.version))),
        ("target", text(&highest.target)),
    ])
}

/// `input.push`.
pub fn push_value(flow: &Flow, push: &Push) -> Value {
    let is_bot = push.user.as_ref().map(|user| {
        flow.is_bot(&Person {
            name: user.clone(),
            email: String::new(),
        })
    });
    object([
        ("remote", optional(push.remote.as_deref())),
        ("url", optional(push.url.as_deref())),
        ("user", optional(push.user.as_deref())),
        ("is_bot", is_bot.map_or(Value::Null, Value::from)),
        ("protocol", optional(push.protocol.as_deref())),
        ("options", texts(&push.options)),
    ])
}

/// `input.forks`.
pub fn forks_value(flow: &Flow, forks: &[Fork]) -> Value {
    array(forks.iter().map(|fork| {
        let branch_type = flow.branch_type(&fork.name);
        let typed = |names: &[String]| {
            array(names.iter().map(|name| {
                let branch_type = flow.branch_type(name);
                object([
                    ("name", text(name)),
                    ("type", optional(branch_type.map(|t| t.name.as_str()))),
                    ("role", optional(branch_type.map(|t| t.role.as_str()))),
                ])
            }))
        };
        object([
            ("ref", text(&fork.reference)),
            ("name", text(&fork.name)),
            ("type", optional(branch_type.map(|t| t.name.as_str()))),
            ("role", optional(branch_type.map(|t| t.role.as_str()))),
            ("commit", optional(fork.commit.as_deref())),
            ("from", typed(&fork.from)),
            ("merged", typed(&fork.merged)),
            ("others", typed(&fork.others)),
            ("own_commits", Value::from(fork.own_commits)),
            ("at", object([("ref", text(&fork.reference))])),
        ])
    }))
}
