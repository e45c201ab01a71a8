//! `input.deliveries`, `families`, `edges`, `names`, `naming`, `files` as `policies/README.md` describes them.

use crate::delivery::{NameGrammar, ParsedName, StageWords};
use crate::domain::delivery::{Delivery, Edge, Name, NameRole};
use crate::domain::file::{FileClass, FileFacts};
use crate::domain::flow::Flow;
use crate::domain::location::{Location, Position};
use crate::domain::revision::Revision;
use crate::domain::stage::{Evidence, StageInference};
use crate::facts::index::{Families, Family, IgnoredNames, NamingFacts};
use crate::policy::Value;
use crate::policy::value::{array, object, optional_string as optional, string as text, texts};

/// A location as policies pass it on: what is unknown is left out, so that it can be returned as `at` unchanged.
pub fn at_value(location: &Location) -> Value {
    let mut fields: Vec<(&str, Value)> = Vec::new();
    let mut put = |key, value: Option<&String>| {
        if let Some(value) = value {
            fields.push((key, text(value)));
        }
    };
    put("path", location.path.as_ref());
    put("pointer", location.pointer.as_ref());
    put("branch", location.branch.as_ref());
    put("commit", location.commit.as_ref());
    put("ref", location.reference.as_ref());
    if let Some(document) = location.document {
        fields.push(("document", Value::from(document)));
    }
    if let Some(span) = location.span {
        fields.push(("line", Value::from(span.start.line)));
        fields.push(("column", Value::from(span.start.column)));
        fields.push(("end_line", Value::from(span.end.line)));
        fields.push(("end_column", Value::from(span.end.column)));
    }
    object(fields)
}

/// The evidence for a stage.
pub fn evidence_value(evidence: &[Evidence]) -> Value {
    array(evidence.iter().map(|e| {
        object([
            ("source", text(&e.source)),
            ("text", text(&e.text)),
            ("stage", text(&e.stage)),
            ("weight", Value::from(u32::from(e.weight))),
            ("at", at_value(&e.location)),
        ])
    }))
}

/// `input.deliveries`.
pub fn deliveries_value(flow: &Flow, deliveries: &[Delivery], families: &Families) -> Value {
    let family = |i: usize| families.of.get(i).and_then(Option::as_deref);
    let words = StageWords::of(flow);
    array(
        deliveries
            .iter()
            .enumerate()
            .map(|(i, d)| delivery_value(flow, &words, d, family(i))),
    )
}

fn delivery_value(flow: &Flow, words: &StageWords, delivery: &Delivery, family: Option<&str>) -> Value {
    let source = &delivery.source;
    let rank = delivery.stage.rank;
    object([
        ("tool", text(delivery.tool)),
        ("kind", text(&delivery.kind)),
        ("name", optional(delivery.name.as_deref())),
        ("mode", text(delivery.mode.as_str())),
        (
            "source",
            object([
                ("url", optional(source.url.as_deref())),
                ("repository", optional(source.repository.as_deref())),
                ("path", optional(source.path.as_deref())),
                ("chart", optional(source.chart.as_deref())),
                (
                    "is_this_repository",
                    source.is_this_repository.map_or(Value::Null, Value::from),
                ),
            ]),
        ),
        ("revision", revision_value(flow, words, &delivery.revision)),
        ("stage", optional(delivery.stage.stage.as_deref())),
        ("rank", rank.map_or(Value::Null, Value::from)),
        ("is_last_stage", Value::from(rank.is_some_and(|r| r + 1 == flow.stages.len()))),
        ("stages", texts(&delivery.stage.stages)),
        ("evidence", evidence_value(&delivery.stage.evidence)),
        ("environment", optional(delivery.environment.as_deref())),
        ("environment_from_branch", Value::from(delivery.environment_from_branch)),
        ("cluster", optional(delivery.cluster.as_deref())),
        ("namespace", optional(delivery.namespace.as_deref())),
        ("condition", optional(delivery.condition.as_deref())),
        ("generated_by", optional(delivery.generated_by.as_deref())),
        ("family", optional(family)),
        ("at", at_value(&delivery.at)),
    ])
}

fn revision_value(flow: &Flow, words: &StageWords, revision: &Revision) -> Value {
    let branch = revision.branch.as_deref();
    let branch_type = branch.and_then(|b| flow.branch_type(b));
    let is_prerelease = revision
        .version
        .as_deref()
        .and_then(|v| semver::Version::parse(v).ok())
        .is_some_and(|v| !v.pre.is_empty());
    object([
        ("text", optional(revision.text.as_deref())),
        ("class", text(revision.class.as_str())),
        ("branch", optional(branch)),
        ("branch_type", optional(branch_type.map(|t| t.name.as_str()))),
        ("branch_role", optional(branch_type.map(|t| t.role.as_str()))),
        ("branch_stages", texts(&branch.map(|b| words.named(b)).unwrap_or_default())),
        ("version", optional(revision.version.as_deref())),
        ("is_prerelease", Value::from(is_prerelease)),
        ("pin", optional(revision.pin.as_deref())),
        ("known", text(revision.known.as_str())),
    ])
}

/// `input.families`.
pub fn families_value(families: &Families) -> Value {
    object(
        families
            .families
            .iter()
            .map(|(key, family)| (key.as_str(), family_value(family))),
    )
}

fn family_value(family: &Family) -> Value {
    let sets = |map: &std::collections::BTreeMap<String, std::collections::BTreeSet<String>>| {
        object(
            map.iter()
                .map(|(key, values)| (key.as_str(), array(values.iter().map(|v| text(v))))),
        )
    };
    object([
        ("deliveries", array(family.deliveries.iter().map(|i| Value::from(*i)))),
        ("branches", sets(&family.branches)),
        ("stages", sets(&family.stages)),
    ])
}

/// `input.edges`.
pub fn edges_value(edges: &[Edge]) -> Value {
    array(edges.iter().map(|edge| {
        object([
            ("from", text(&edge.from)),
            ("to", text(&edge.to)),
            ("kind", text(edge.kind)),
            ("from_stage", optional(edge.from_stage.stage.as_deref())),
            ("to_stage", optional(edge.to_stage.stage.as_deref())),
            ("from_evidence", evidence_value(&edge.from_stage.evidence)),
            ("to_evidence", evidence_value(&edge.to_stage.evidence)),
            ("at", at_value(&edge.at)),
        ])
    }))
}

/// `input.names`.
pub fn names_value(flow: &Flow, names: &[Name]) -> Value {
    let ignored = IgnoredNames::of(flow);
    let grammar = NameGrammar::of(flow);
    array(names.iter().map(|name| {
        let destination = name.destination_namespace.as_ref();
        let parsed = match name.role {
            NameRole::Application => grammar.parsed_application(&name.text),
            NameRole::Namespace => grammar.parsed_namespace(&name.text),
            NameRole::Project => None,
        };
        object([
            ("role", text(name.role.as_str())),
            ("kind", text(&name.kind)),
            ("text", text(&name.text)),
            ("parsed", parsed_value(parsed)),
            ("stage", optional(name.stage.stage.as_deref())),
            ("evidence", evidence_value(&name.stage.evidence)),
            ("destination_namespace", optional(destination.map(|(n, _)| n.as_str()))),
            (
                "destination_namespace_at",
                destination.map_or(Value::Null, |(_, at)| at_value(at)),
            ),
            (
                "destination_namespace_parsed",
                parsed_value(destination.and_then(|(n, _)| grammar.parsed_namespace(n))),
            ),
            ("destination_cluster", optional(name.destination_cluster.as_deref())),
            ("is_ignored", Value::from(ignored.contain(&name.text))),
            ("at", at_value(&name.at)),
        ])
    }))
}

fn parsed_value(parsed: Option<ParsedName<'_>>) -> Value {
    parsed.map_or(Value::Null, |name| {
        object([
            ("type", text(name.type_prefix)),
            ("app", optional(name.app)),
            ("stage", optional(name.stage)),
            ("cluster", optional(name.cluster)),
            ("instance", optional(name.instance)),
            ("is_canonical", Value::from(name.is_canonical)),
        ])
    })
}

/// `input.naming`.
pub fn naming_value(naming: &NamingFacts) -> Value {
    object([("applies", Value::from(naming.applies)), ("reason", text(&naming.reason))])
}

/// `input.files`.
pub fn files_value(files: &[FileFacts]) -> Value {
    array(files.iter().map(file_value))
}

fn file_value(file: &FileFacts) -> Value {
    let (reason, position) = match &file.class {
        FileClass::Broken { reason, at } => (Some(reason.clone()), Some(*at)),
        FileClass::Unreadable { reason } => (Some(reason.clone()), None),
        FileClass::Excluded(exclusion) => (Some(exclusion.as_str().to_owned()), None),
        FileClass::Templated { by } => (Some((*by).to_owned()), None),
        FileClass::NotFollowed { what } => (Some((*what).to_owned()), None),
        FileClass::TooLarge { bytes, limit } => (Some(format!("{bytes} bytes, the limit is {limit}")), None),
        FileClass::Parsed | FileClass::Empty | FileClass::Encrypted | FileClass::NotText => (None, None),
    };
    let problems = file
        .problems
        .iter()
        .map(|p| object([("message", text(&p.message)), ("at", place_value(file, Some(p.at)))]));
    object([
        ("path", text(&file.path)),
        ("class", text(file.class.as_str())),
        ("reason", optional(reason.as_deref())),
        ("at", place_value(file, position)),
        ("documents", Value::from(file.documents)),
        ("bytes", Value::from(file.bytes)),
        ("problems", array(problems)),
    ])
}

fn place_value(file: &FileFacts, position: Option<Position>) -> Value {
    let mut location = Location::of_path(&file.path);
    location.branch = file.branches.first().cloned();
    location.span = position.map(|p| crate::domain::location::Span { start: p, end: p });
    at_value(&location)
}

/// What is believed about the stage of a document.
pub fn stage_value(stage: &StageInference) -> Value {
    object([
        ("name", optional(stage.stage.as_deref())),
        ("rank", stage.rank.map_or(Value::Null, Value::from)),
        ("stages", texts(&stage.stages)),
        ("evidence", evidence_value(&stage.evidence)),
    ])
}
