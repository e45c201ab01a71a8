//! What goes where: deliveries, and the versions on each stage.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, de};

use super::finding::{ReadEvidence, ReadLocation};
use super::report::{all, word};
use crate::domain::delivery::{Delivery, DeliveryMode, Source};
use crate::domain::report::StageVersion;
use crate::domain::revision::{Known, Revision, RevisionClass};
use crate::domain::stage::StageInference;

/// How many different tools all reports of a run may name, and bytes of a name; flowgate knows far fewer.
const MOST_TOOLS: usize = 64;

#[derive(Deserialize)]
pub(super) struct ReadDelivery {
    tool: Tool,
    kind: String,
    name: Option<String>,
    #[serde(deserialize_with = "mode")]
    mode: DeliveryMode,
    source: ReadSource,
    revision: ReadRevision,
    stage: Option<String>,
    rank: Option<usize>,
    stages: Vec<String>,
    evidence: Vec<ReadEvidence>,
    environment: Option<String>,
    environment_from_branch: bool,
    cluster: Option<String>,
    namespace: Option<String>,
    condition: Option<String>,
    generated_by: Option<String>,
    location: ReadLocation,
}

impl From<ReadDelivery> for Delivery {
    fn from(read: ReadDelivery) -> Self {
        Self {
            tool: read.tool.0,
            kind: read.kind,
            name: read.name,
            mode: read.mode,
            source: read.source.into(),
            revision: read.revision.into(),
            stage: StageInference {
                stage: read.stage,
                rank: read.rank,
                evidence: all(read.evidence),
                stages: read.stages,
            },
            environment: read.environment,
            environment_from_branch: read.environment_from_branch,
            cluster: read.cluster,
            namespace: read.namespace,
            at: read.location.into(),
            generated_by: read.generated_by,
            condition: read.condition,
        }
    }
}

#[derive(Deserialize)]
struct ReadSource {
    url: Option<String>,
    repository: Option<String>,
    path: Option<String>,
    chart: Option<String>,
    is_this_repository: Option<bool>,
}

impl From<ReadSource> for Source {
    fn from(read: ReadSource) -> Self {
        Self {
            url: read.url,
            repository: read.repository,
            path: read.path,
            chart: read.chart,
            is_this_repository: read.is_this_repository,
        }
    }
}

#[derive(Deserialize)]
struct ReadRevision {
    text: Option<String>,
    #[serde(deserialize_with = "class")]
    class: RevisionClass,
    branch: Option<String>,
    version: Option<String>,
    #[serde(deserialize_with = "known")]
    known: Known,
}

impl From<ReadRevision> for Revision {
    fn from(read: ReadRevision) -> Self {
        Self {
            text: read.text,
            class: read.class,
            branch: read.branch,
            version: read.version,
            // Only edits need it, and those are in the report.
            pin: None,
            known: read.known,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ReadVersion {
    application: String,
    stage: String,
    version: String,
    location: ReadLocation,
}

impl From<ReadVersion> for StageVersion {
    fn from(read: ReadVersion) -> Self {
        Self {
            application: read.application,
            stage: read.stage,
            version: read.version,
            location: read.location.into(),
        }
    }
}

/// Names of tools stand in the program's own text. Those of a report are kept for as long as it runs, each once and only so many: a
/// report of a later flowgate may name one that this one does not know.
struct Tool(&'static str);

impl<'de> Deserialize<'de> for Tool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        static TOOLS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let text = String::deserialize(deserializer)?;
        let mut tools = TOOLS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tools.get(text.as_str()) {
            return Ok(Self(known));
        }
        if tools.len() >= MOST_TOOLS || text.len() > MOST_TOOLS {
            return Err(de::Error::custom("this is no name of a tool that delivers"));
        }
        let name: &'static str = Box::leak(text.into_boxed_str());
        tools.insert(name);
        Ok(Self(name))
    }
}

fn mode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DeliveryMode, D::Error> {
    let all = [
        DeliveryMode::Follows,
        DeliveryMode::Pipeline,
        DeliveryMode::MachineWritten,
        DeliveryMode::Preview,
    ];
    word(deserializer, &all, DeliveryMode::as_str)
}

fn class<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RevisionClass, D::Error> {
    word(deserializer, &RevisionClass::ALL, RevisionClass::as_str)
}

fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Known, D::Error> {
    let all = [Known::Grammar, Known::Repository, Known::RefsLock];
    word(deserializer, &all, Known::as_str)
}
