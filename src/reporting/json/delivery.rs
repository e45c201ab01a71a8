//! What goes where: deliveries, and the versions on each stage.

use serde::Serialize;

use super::finding::{JsonEvidence, JsonLocation};
use super::report::all;
use crate::domain::delivery::{Delivery, Source};
use crate::domain::report::StageVersion;
use crate::domain::revision::Revision;

#[derive(Serialize)]
pub(super) struct JsonDelivery<'a> {
    tool: &'static str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    mode: &'static str,
    source: JsonSource<'a>,
    revision: JsonRevision<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<usize>,
    stages: &'a [String],
    evidence: Vec<JsonEvidence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    environment_from_branch: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated_by: Option<&'a str>,
    location: JsonLocation<'a>,
}

impl<'a> From<&'a Delivery> for JsonDelivery<'a> {
    fn from(delivery: &'a Delivery) -> Self {
        Self {
            tool: delivery.tool,
            kind: &delivery.kind,
            name: delivery.name.as_deref(),
            mode: delivery.mode.as_str(),
            source: (&delivery.source).into(),
            revision: (&delivery.revision).into(),
            stage: delivery.stage.stage.as_deref(),
            rank: delivery.stage.rank,
            stages: &delivery.stage.stages,
            evidence: all(&delivery.stage.evidence),
            environment: delivery.environment.as_deref(),
            environment_from_branch: delivery.environment_from_branch,
            cluster: delivery.cluster.as_deref(),
            namespace: delivery.namespace.as_deref(),
            condition: delivery.condition.as_deref(),
            generated_by: delivery.generated_by.as_deref(),
            location: (&delivery.at).into(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonSource<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chart: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_this_repository: Option<bool>,
}

impl<'a> From<&'a Source> for JsonSource<'a> {
    fn from(source: &'a Source) -> Self {
        Self {
            url: source.url.as_deref(),
            repository: source.repository.as_deref(),
            path: source.path.as_deref(),
            chart: source.chart.as_deref(),
            is_this_repository: source.is_this_repository,
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonRevision<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    known: &'static str,
}

impl<'a> From<&'a Revision> for JsonRevision<'a> {
    fn from(revision: &'a Revision) -> Self {
        Self {
            text: revision.text.as_deref(),
            class: revision.class.as_str(),
            branch: revision.branch.as_deref(),
            version: revision.version.as_deref(),
            known: revision.known.as_str(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonVersion<'a> {
    application: &'a str,
    stage: &'a str,
    version: &'a str,
    location: JsonLocation<'a>,
}

impl<'a> From<&'a StageVersion> for JsonVersion<'a> {
    fn from(version: &'a StageVersion) -> Self {
        Self {
            application: &version.application,
            stage: &version.stage,
            version: &version.version,
            location: (&version.location).into(),
        }
    }
}
