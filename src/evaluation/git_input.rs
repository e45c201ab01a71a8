//! `input.messages`, `input.commits`, `input.branches`, `input.tags`, `input.repository` as `policies/README.md` describes them.

use std::collections::{BTreeMap, BTreeSet};

use crate::delivery::words::StageWords;
use crate::domain::commit::{Commit, Person};
use crate::domain::flow::Flow;
use crate::domain::refs::{Branch, Reach, Standing, Tag, Version};
use crate::domain::release::{Asking, Bump, Release};
use crate::domain::repository::{Divergence, Head, RepositoryFacts, RoleBranch};
use crate::git::version::parse_version;
use crate::policy::Value;
use crate::policy::value::{array, object, optional_string as optional, string as text, texts};

/// One commit, as it stands in `messages` and `commits`.
pub fn commit_value(flow: &Flow, commit: &Commit) -> Value {
    let message = &commit.message;
    let trailers = message
        .trailers
        .iter()
        .map(|(k, v)| object([("key", text(k)), ("value", text(v))]));
    object([
        ("commit", if commit.id.is_empty() { Value::Null } else { text(&commit.id) }),
        ("at", object([("commit", text(&commit.id))])),
        ("parents", texts(&commit.parents)),
        ("class", text(message.class.as_str())),
        ("raw", text(&message.raw)),
        ("subject", text(&message.subject)),
        ("body", text(&message.body)),
        ("trailers", array(trailers)),
        ("is_lossy", Value::from(message.is_lossy)),
        ("conventional", conventional_value(commit)),
        ("author", person_value(&commit.author)),
        ("committer", person_value(&commit.committer)),
        ("time", Value::from(commit.time)),
        ("paths", commit.paths.as_ref().map_or(Value::Null, |paths| texts(paths))),
        ("lands", commit.lands.map_or(Value::Null, Value::from)),
        ("is_bot", Value::from(flow.is_bot(&commit.author))),
        (
            "is_exempt",
            Value::from(flow.commits.exempt.iter().any(|p| p.is_match(&message.subject))),
        ),
    ])
}

fn conventional_value(commit: &Commit) -> Value {
    match &commit.message.conventional {
        Ok(parsed) => object([
            ("ok", Value::from(true)),
            ("type", text(&parsed.kind)),
            ("scope", optional(parsed.scope.as_deref())),
            ("description", text(&parsed.description)),
            ("breaking", Value::from(parsed.breaking)),
            (
                "footers",
                array(
                    parsed
                        .footers
                        .iter()
                        .map(|(t, v)| object([("token", text(t)), ("value", text(v))])),
                ),
            ),
            ("error", Value::Null),
        ]),
        Err(error) => object([
            ("ok", Value::from(false)),
            ("type", Value::Null),
            ("scope", Value::Null),
            ("description", Value::Null),
            ("breaking", Value::from(false)),
            ("footers", array([])),
            (
                "error",
                object([
                    ("reason", text(&error.reason)),
                    ("line", Value::from(error.line)),
                    ("column", Value::from(error.column)),
                ]),
            ),
        ]),
    }
}

fn person_value(person: &Person) -> Value {
    object([("name", text(&person.name)), ("email", text(&person.email))])
}

/// `input.branches`.
pub fn branches_value(flow: &Flow, branches: &[Branch], tag_names: &BTreeSet<String>) -> Value {
    let words = StageWords::of(flow);
    array(branches.iter().map(|branch| {
        let branch_type = flow.branch_type(&branch.name);
        object([
            ("name", text(&branch.name)),
            ("ref", text(&branch.reference)),
            ("remote", optional(branch.remote.as_deref())),
            ("commit", text(&branch.commit)),
            ("is_head", Value::from(branch.is_head)),
            ("time", Value::from(branch.time)),
            ("type", optional(branch_type.map(|t| t.name.as_str()))),
            ("role", optional(branch_type.map(|t| t.role.as_str()))),
            ("stages", texts(&words.named(&branch.name))),
            ("standing", branch.standing.map_or(Value::Null, standing_value)),
            ("same_name_tag", Value::from(tag_names.contains(&branch.name))),
            (
                "version",
                version_value(parse_version(&branch.name, &flow.components).as_ref()),
            ),
            ("at", object([("ref", text(&branch.reference))])),
        ])
    }))
}

fn standing_value(standing: Standing) -> Value {
    object([
        ("has_own_commits", Value::from(standing.has_own_commits)),
        ("is_published", Value::from(standing.is_published)),
        ("is_unpublished_merge", Value::from(standing.is_unpublished_merge)),
    ])
}

/// `input.tags`.
pub fn tags_value(flow: &Flow, tags: &[Tag]) -> Value {
    array(tags.iter().map(|tag| tag_value(flow, tag)))
}

/// `input.reach`.
pub fn reach_value(flow: &Flow, reach: Option<&BTreeMap<String, Reach>>) -> Value {
    let one = |reach: &Reach| {
        let types = flow.branch_types.iter().filter(|t| reach.types.contains(&t.name));
        object([
            ("on_main", Value::from(reach.is_on_main)),
            ("on_main_line", Value::from(reach.is_on_main_line)),
            (
                "on",
                array(types.map(|t| object([("type", text(&t.name)), ("role", text(t.role.as_str()))]))),
            ),
        ])
    };
    reach.map_or(Value::Null, |reach| {
        object(reach.iter().map(|(name, r)| (name.as_str(), one(r))))
    })
}

/// `input.releases`.
pub fn releases_value(releases: &[Release]) -> Value {
    let asking = |asking: &Asking| {
        object([
            ("commit", text(&asking.commit)),
            ("subject", text(&asking.subject)),
            ("level", text(asking.bump.as_str())),
            ("breaking", Value::from(asking.is_breaking)),
            ("at", object([("commit", text(&asking.commit))])),
        ])
    };
    array(releases.iter().map(|release| {
        let (version, previous) = (&release.version, &release.previous_version);
        let level = match Bump::between(previous, version) {
            Bump::None => "pre",
            bump => bump.as_str(),
        };
        object([
            ("component", optional(version.component.as_deref())),
            ("tag", text(&release.tag)),
            ("version", version_value(Some(version))),
            (
                "previous",
                object([("name", text(&release.previous)), ("version", version_value(Some(previous)))]),
            ),
            ("level", text(level)),
            ("needed", optional(release.needed.map(Bump::as_str))),
            ("commits", array(release.asking.iter().map(asking))),
            ("count", Value::from(release.commits)),
            ("conventional", Value::from(release.conventional)),
            ("at", object([("ref", text(&release.reference))])),
        ])
    }))
}

/// One tag, as it stands in `tags` and in `updates`.
pub fn tag_value(flow: &Flow, tag: &Tag) -> Value {
    object([
        ("name", text(&tag.name)),
        ("ref", text(&tag.reference)),
        ("object", text(&tag.object)),
        ("target", text(&tag.target)),
        ("target_kind", text(tag.target_kind)),
        ("annotated", Value::from(tag.is_annotated)),
        ("time", Value::from(tag.time)),
        ("message", optional(tag.message.as_deref())),
        ("version", version_value(tag.version.as_ref())),
        (
            "is_release",
            Value::from(flow.is_release_tag(&tag.name, tag.version.as_ref())),
        ),
        ("is_ignored", Value::from(flow.is_ignored_tag(&tag.name))),
        ("at", object([("ref", text(&tag.reference))])),
    ])
}

pub(super) fn version_value(version: Option<&Version>) -> Value {
    version.map_or(Value::Null, |v| {
        object([
            ("text", text(&v.text)),
            ("major", Value::from(v.major)),
            ("minor", Value::from(v.minor)),
            ("patch", Value::from(v.patch)),
            ("pre", text(&v.pre)),
            ("build", text(&v.build)),
            ("prefix", text(&v.prefix)),
            ("component", optional(v.component.as_deref())),
        ])
    })
}

/// `input.repository`. `today` is a day number (days since 1970-01-01), for the age of a divergence.
pub fn repository_value(flow: &Flow, facts: &RepositoryFacts, today: i64) -> Value {
    let (reference, commit) = match &facts.head {
        Head::Unborn { reference } => (Some(reference.as_str()), None),
        Head::Branch { reference, commit } => (Some(reference.as_str()), Some(commit.as_str())),
        Head::Detached { commit } => (None, Some(commit.as_str())),
    };
    object([
        ("is_bare", Value::from(facts.is_bare)),
        ("is_shallow", Value::from(facts.is_shallow)),
        ("is_partial", Value::from(facts.is_partial)),
        ("is_worktree", Value::from(facts.is_worktree)),
        ("in_progress", optional(facts.in_progress.map(|p| p.as_str()))),
        (
            "merging",
            array(
                facts
                    .merging
                    .iter()
                    .map(|m| object([("commit", text(&m.commit)), ("name", text(&m.name))])),
            ),
        ),
        ("head", object([("ref", optional(reference)), ("commit", optional(commit))])),
        ("url", optional(facts.url.as_deref())),
        ("default_branch", optional(facts.default_branch.as_deref())),
        ("trunk", optional(facts.trunk.as_deref())),
        ("main", optional(facts.main.as_deref())),
        ("develop", optional(facts.develop.as_deref())),
        (
            "role_branches",
            array(facts.role_branches.iter().map(|branch| role_branch_value(flow, branch))),
        ),
        ("has_all_branches", Value::from(facts.has_all_branches)),
        (
            "divergence",
            array(facts.divergence.iter().map(|d| divergence_value(d, today))),
        ),
    ])
}

fn role_branch_value(flow: &Flow, branch: &RoleBranch) -> Value {
    let branch_type = flow.branch_type(&branch.name);
    object([
        ("name", text(&branch.name)),
        ("ref", text(&branch.reference)),
        ("type", optional(branch_type.map(|t| t.name.as_str()))),
        ("role", optional(branch_type.map(|t| t.role.as_str()))),
        ("remotes", texts(&branch.remotes)),
        ("at", object([("ref", text(&branch.reference))])),
    ])
}

fn divergence_value(divergence: &Divergence, today: i64) -> Value {
    let commits = divergence
        .commits
        .iter()
        .map(|(id, subject)| object([("commit", text(id)), ("subject", text(subject))]));
    object([
        ("ahead", text(&divergence.ahead)),
        ("behind", text(&divergence.behind)),
        ("count", Value::from(divergence.count)),
        ("since", Value::from(divergence.since)),
        ("days", Value::from((today - divergence.since.div_euclid(86_400)).max(0))),
        ("commits", array(commits)),
    ])
}
