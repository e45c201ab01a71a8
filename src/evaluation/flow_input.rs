//! `data.flow`: the model as policies see it. The shape is described in `policies/README.md`.

use crate::domain::flow::{BranchType, Cluster, Component, Enforce, Flow, NamingMode, NamingType, Stage, Writers};
use crate::domain::pattern::Pattern;
use crate::policy::Value;
use crate::policy::value::{array, object, optional_string as optional, string as text, texts};

/// The whole data document: `{"flow": {...}}`.
pub fn data(flow: &Flow) -> Value {
    object([("flow", flow_value(flow))])
}

fn flow_value(flow: &Flow) -> Value {
    let merges = flow.merges.iter().map(|(target, sources)| (target.as_str(), texts(sources)));
    let owners = flow.owners.iter().map(|(class, owners)| (class.as_str(), texts(owners)));
    object([
        (
            "stages",
            array(flow.stages.iter().enumerate().map(|(rank, stage)| stage_value(rank, stage))),
        ),
        ("branch_types", array(flow.branch_types.iter().map(branch_type_value))),
        ("merges", object(merges)),
        (
            "tags",
            object([
                ("patterns", patterns(&flow.tags.patterns)),
                ("ignore", patterns(&flow.tags.ignore)),
                ("annotated", Value::from(flow.tags.annotated)),
            ]),
        ),
        ("commits", commits_value(flow)),
        ("naming", naming_value(flow)),
        (
            "clusters",
            object(flow.clusters.iter().map(|c| (c.name.as_str(), cluster_value(c)))),
        ),
        ("components", array(flow.components.iter().map(component_value))),
        ("bots", texts(&flow.bots)),
        ("owners", object(owners)),
    ])
}

fn stage_value(rank: usize, stage: &Stage) -> Value {
    object([
        ("name", text(&stage.name)),
        ("rank", Value::from(rank)),
        ("aliases", texts(&stage.aliases)),
        ("weak_aliases", texts(&stage.weak_aliases)),
        ("was", texts(&stage.was)),
        ("optional", Value::from(stage.optional)),
        (
            "writers",
            text(match stage.writers {
                Writers::Any => "any",
                Writers::Ci => "ci",
            }),
        ),
        ("since", optional(stage.since.as_deref())),
        ("clusters", texts(&stage.clusters)),
    ])
}

fn branch_type_value(branch_type: &BranchType) -> Value {
    object([
        ("name", text(&branch_type.name)),
        ("role", text(branch_type.role.as_str())),
        ("patterns", patterns(&branch_type.patterns)),
        ("example", text(&branch_type.example)),
        ("base", optional(branch_type.base.as_deref())),
    ])
}

fn commits_value(flow: &Flow) -> Value {
    object([
        ("types", texts(&flow.commits.types)),
        ("scopes", texts(&flow.commits.scopes)),
        (
            "enforce",
            text(match flow.commits.enforce {
                Enforce::All => "all",
                Enforce::Landing => "landing",
            }),
        ),
        ("exempt", patterns(&flow.commits.exempt)),
    ])
}

fn naming_value(flow: &Flow) -> Value {
    let naming = &flow.naming;
    object([
        (
            "mode",
            text(match naming.mode {
                NamingMode::Strict => "strict",
                NamingMode::Detect => "detect",
                NamingMode::Off => "off",
            }),
        ),
        ("types", array(naming.types.iter().map(naming_type_value))),
        ("ignore", texts(&naming.ignore)),
        ("cluster", text(&naming.cluster)),
        ("namespace_digits", Value::from(naming.namespace_digits)),
    ])
}

fn naming_type_value(naming: &NamingType) -> Value {
    object([
        ("prefix", text(&naming.prefix)),
        ("application", text(&naming.application)),
        ("namespace", text(&naming.namespace)),
    ])
}

fn cluster_value(cluster: &Cluster) -> Value {
    object([
        ("stage", optional(cluster.stage.as_deref())),
        ("servers", texts(&cluster.servers)),
    ])
}

fn component_value(component: &Component) -> Value {
    object([
        ("name", text(&component.name)),
        ("path", optional(component.path.as_deref())),
        ("tag", optional(component.tag.as_deref())),
    ])
}

fn patterns(patterns: &[Pattern]) -> Value {
    array(patterns.iter().map(|p| text(p.as_str())))
}
