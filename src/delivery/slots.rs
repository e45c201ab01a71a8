//! Evidence from names: applications, namespaces, clusters, labels, environments and comments.

use crate::domain::location::Location;

use super::context::Context;
use super::name_grammar::NameSlot;
use super::revision::is_templated;
use super::site::Site;
use super::stage::StageEvidence;
use super::words::{Mention, WordPosition};

/// The kind of name that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOf {
    Application,
    Namespace,
    Cluster,
}

impl NameOf {
    const fn source(self) -> &'static str {
        match self {
            Self::Application => "name",
            Self::Namespace => "namespace",
            Self::Cluster => "cluster",
        }
    }
}

/// Reads the stage in a name, by the naming grammar or by its words.
pub fn read_name(evidence: &mut StageEvidence, name: (&str, Location), of: NameOf, context: &Context<'_>) {
    read_name_as(evidence, of.source(), name, of, context);
}

/// As `read_name`, with a more telling word for what was looked at.
pub fn read_name_as(
    evidence: &mut StageEvidence,
    source: &'static str,
    (text, location): (&str, Location),
    of: NameOf,
    context: &Context<'_>,
) {
    if is_templated(text) || (of == NameOf::Cluster && text == "in-cluster") {
        return;
    }
    if let Some((stage, weight)) = by_grammar(text, of, context) {
        evidence.add(source, text, &stage, weight, location);
        return;
    }
    for mention in context.words.mentions(text) {
        if let Some(weight) = free_weight(&mention, of) {
            evidence.add(source, text, &mention.stage, weight, location.clone());
        }
    }
}

/// Reads the stage of a cluster from its API server's URL.
pub fn read_server(evidence: &mut StageEvidence, (url, location): (&str, Location), context: &Context<'_>) {
    if is_templated(url) {
        return;
    }
    let trimmed = url.trim_end_matches('/');
    let configured = context
        .flow
        .clusters
        .iter()
        .find(|c| c.servers.iter().any(|s| s.trim_end_matches('/') == trimmed));
    if let Some(stage) = configured.and_then(|c| c.stage.as_deref()) {
        evidence.add("destination server", url, stage, 85, location);
        return;
    }
    let host = super::repository_url::normalise(url).unwrap_or_default();
    let host = host.split('/').next().unwrap_or_default();
    if host.starts_with("kubernetes.default") {
        return;
    }
    // The top-level domain says nothing: `.dev` is one.
    let labels = host.rsplit_once('.').map_or("", |(labels, _)| labels);
    for mention in labels.split('.').flat_map(|l| context.words.mentions(l)) {
        if !mention.is_weak || mention.position == WordPosition::Whole {
            evidence.add("destination server", url, &mention.stage, 65, location.clone());
        }
    }
}

/// Reads labels and annotations whose key names a stage, and the comment `# flowgate:stage=prd` above the document.
pub fn read_metadata(evidence: &mut StageEvidence, object: &Site<'_>, context: &Context<'_>) {
    for (key, source) in [("labels", "label"), ("annotations", "annotation")] {
        for (name, value) in object.at(&["metadata", key]).map(|s| s.entries()).unwrap_or_default() {
            if let Some(text) = value.text().filter(|_| is_stage_key(name, context)) {
                read_value(evidence, source, (text, value.location()), 100, context);
            }
        }
    }
    read_comment(evidence, object, context);
}

/// Reads a value that is made for naming a stage, such as that of a label or the name of an environment.
pub fn read_value(
    evidence: &mut StageEvidence,
    source: &'static str,
    (text, location): (&str, Location),
    weight: u8,
    context: &Context<'_>,
) {
    if is_templated(text) {
        return;
    }
    if let [stage] = context.words.named(text).as_slice() {
        evidence.add(source, text, stage, weight, location);
    }
}

/// Whether a key of a label, annotation or value names a stage: `env`, `acme.com/env`.
pub fn is_stage_key(key: &str, context: &Context<'_>) -> bool {
    let name = key.rsplit('/').next().unwrap_or(key);
    let keys = &context.flow.stage_keys;
    keys.iter().any(|k| k == key || (!k.contains('/') && k == name))
}

/// The name of a configured cluster, by its name or the URL of its server.
pub fn cluster_name(name: Option<&str>, server: Option<&str>, context: &Context<'_>) -> Option<String> {
    if let Some(name) = name.filter(|n| !n.is_empty()) {
        return Some(name.to_owned());
    }
    let server = server.filter(|s| !s.is_empty())?;
    let trimmed = server.trim_end_matches('/');
    let mut clusters = context.flow.clusters.iter();
    let configured = clusters.find(|c| c.servers.iter().any(|s| s.trim_end_matches('/') == trimmed));
    Some(configured.map_or_else(|| server.to_owned(), |c| c.name.clone()))
}

fn by_grammar(text: &str, of: NameOf, context: &Context<'_>) -> Option<(String, u8)> {
    let single = |word: &str| match context.words.named(word).as_slice() {
        [stage] => Some(stage.clone()),
        _ => None,
    };
    let slot = match of {
        NameOf::Application => context.grammar.application_slot(text)?,
        NameOf::Namespace => context.grammar.namespace_slot(text)?,
        NameOf::Cluster => NameSlot::Cluster(text),
    };
    let weight = match of {
        NameOf::Application => 90,
        NameOf::Namespace => 80,
        NameOf::Cluster => 85,
    };
    match slot {
        NameSlot::Stage(word) => single(word).map(|s| (s, weight)),
        NameSlot::Cluster(cluster) => {
            let stage = configured_stage(cluster, context).or_else(|| single(context.grammar.cluster_stage(cluster)?));
            stage.map(|s| (s, weight))
        }
    }
}

fn configured_stage(cluster: &str, context: &Context<'_>) -> Option<String> {
    let flow = context.flow;
    let declared = flow.clusters.iter().find(|c| c.name == cluster).and_then(|c| c.stage.clone());
    declared.or_else(|| {
        let mut stages = flow.stages.iter();
        let stage = stages.find(|s| s.clusters.iter().any(|c| c == cluster))?;
        Some(stage.name.clone())
    })
}

/// The weight of a stage word in a name that follows no grammar. An everyday word counts only at the end (`shop-test`), where
/// names put the stage: `dev-team` and `test-operator` are called after something else.
const fn free_weight(mention: &Mention, of: NameOf) -> Option<u8> {
    match (mention.position, mention.is_weak, of) {
        (WordPosition::Whole, false, NameOf::Namespace | NameOf::Cluster) => Some(80),
        (WordPosition::Whole, true, NameOf::Namespace | NameOf::Cluster) => Some(80),
        (WordPosition::Whole | WordPosition::Last | WordPosition::First, false, _) => Some(75),
        (WordPosition::Whole | WordPosition::Last, true, _) => Some(65),
        // Clusters have no teams and tools among their names.
        (WordPosition::First, true, NameOf::Cluster) => Some(60),
        (WordPosition::Inner, false, _) => Some(40),
        _ => None,
    }
}

fn read_comment(evidence: &mut StageEvidence, object: &Site<'_>, context: &Context<'_>) {
    const MARK: &str = "flowgate:stage=";
    let text = object.document().text();
    if !text.contains(MARK) {
        return;
    }
    let start = object.document().root().span().start.line;
    let lines: Vec<&str> = text.lines().collect();
    let above = usize::try_from(start)
        .unwrap_or(usize::MAX)
        .saturating_sub(1)
        .min(lines.len());
    for (index, line) in lines.iter().enumerate().take(above).rev() {
        let line = line.trim();
        if !(line.is_empty() || line.starts_with('#') || line.starts_with("---")) {
            break;
        }
        if let Some((_, word)) = line.split_once(MARK) {
            let word = word.split_whitespace().next().unwrap_or_default();
            let row = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let location = Location::of_span(object.path, crate::domain::location::Span::point(row, 1));
            read_value(evidence, "comment", (word, location), 100, context);
        }
    }
}
