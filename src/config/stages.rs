//! Stages, the words by which they are recognised, and their clusters, cross-checked.

use std::collections::BTreeMap;

use crate::domain::flow::{Cluster, Stage, Writers};

use super::problem::{Problems, suggest};
use super::tree::{Entry, Node, Origin};

/// Reads the stages in their order. Every word belongs to one stage only.
pub(super) fn build(tree: &Node, problems: &mut Problems) -> Vec<Stage> {
    let weak_words = tree.get("inference").map(|i| i.texts_of("weak_words")).unwrap_or_default();
    let mut words = Words::default();
    let mut stages = Vec::new();
    for item in tree.items_of("stages") {
        let Some(name) = item.get("name") else { continue };
        let Some(text) = name.text() else { continue };
        if words.claim_name(text, &name.origin, problems) {
            stages.push(item);
        }
    }
    for item in &stages {
        let Some(name) = item.text_of("name") else { continue };
        for word in ["aliases", "weak_aliases", "was"].iter().flat_map(|key| item.items_of(key)) {
            if let Some(text) = word.text() {
                words.claim(text, name, &word.origin, problems);
            }
        }
    }
    stages.into_iter().filter_map(|item| stage(item, &weak_words)).collect()
}

/// The clusters under `clusters` and those that stages name, by name.
pub(super) fn clusters(tree: &Node, stages: &[Stage], problems: &mut Problems) -> Vec<Cluster> {
    let mut clusters: BTreeMap<String, Cluster> = BTreeMap::new();
    for Entry { key, node, .. } in tree.entries_of("clusters") {
        let stage = node.get("stage");
        if let Some(stage) = stage {
            known_stage(stage, stages, problems);
        }
        let cluster = Cluster {
            name: key.clone(),
            stage: stage.and_then(Node::text).map(|text| canonical(text, stages)),
            servers: node.texts_of("servers"),
        };
        clusters.insert(key.clone(), cluster);
    }
    for item in tree.items_of("stages") {
        let Some(stage) = item.text_of("name") else { continue };
        for node in item.items_of("clusters") {
            let Some(name) = node.text() else { continue };
            let fresh = || Cluster {
                name: name.to_owned(),
                stage: None,
                servers: Vec::new(),
            };
            let cluster = clusters.entry(name.to_owned()).or_insert_with(fresh);
            match &cluster.stage {
                Some(other) if other != stage => {
                    let message = format!("cluster `{name}` belongs to stage `{other}` already");
                    problems.add(&node.origin, message, Some("a cluster has one stage".to_owned()));
                }
                _ => cluster.stage = Some(stage.to_owned()),
            }
        }
    }
    clusters.into_values().collect()
}

/// Notes the name of a stage that there is none of.
pub(super) fn known_stage(node: &Node, stages: &[Stage], problems: &mut Problems) {
    let Some(name) = node.text() else { return };
    if stages.iter().any(|s| s.name == canonical(name, stages)) {
        return;
    }
    let hint = suggest(name, stages.iter().map(|s| s.name.as_str()));
    problems.add(&node.origin, format!("there is no stage `{name}`"), hint);
}

/// The stage's name for a name, alias or former name; other words stay as they are.
pub(super) fn canonical(word: &str, stages: &[Stage]) -> String {
    let is_one = |s: &&Stage| {
        s.name == word
            || [&s.aliases, &s.weak_aliases, &s.was]
                .iter()
                .any(|words| words.iter().any(|w| w == word))
    };
    stages.iter().find(is_one).map_or(word, |s| s.name.as_str()).to_owned()
}

/// Words that negate, without those that are a stage or an alias.
pub(super) fn negators(tree: &Node, stages: &[Stage]) -> Vec<String> {
    let words = tree.get("inference").map(|i| i.texts_of("negators")).unwrap_or_default();
    let is_stage = |word: &String| {
        stages
            .iter()
            .any(|s| s.aliases.contains(word) || s.weak_aliases.contains(word))
    };
    words.into_iter().filter(|word| !is_stage(word)).collect()
}

fn stage(item: &Node, weak_words: &[String]) -> Option<Stage> {
    let name = item.text_of("name")?.to_owned();
    let mut words = vec![name.clone()];
    words.extend(item.texts_of("aliases"));
    let declared_weak = item.texts_of("weak_aliases");
    words.extend(declared_weak.iter().cloned());
    let (mut weak_aliases, mut aliases): (Vec<String>, Vec<String>) = words
        .into_iter()
        .partition(|word| weak_words.contains(word) || declared_weak.contains(word));
    unique(&mut weak_aliases);
    unique(&mut aliases);
    let mut clusters = item.texts_of("clusters");
    unique(&mut clusters);
    Some(Stage {
        name,
        aliases,
        weak_aliases,
        was: item.texts_of("was"),
        optional: item.bool_of("optional").unwrap_or(false),
        writers: match item.text_of("writers") {
            Some("ci") => Writers::Ci,
            _ => Writers::Any,
        },
        since: item.text_of("since").map(str::to_owned),
        clusters,
    })
}

/// Keeps the first of equal words.
fn unique(words: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
}

/// Which stage a word belongs to.
#[derive(Default)]
struct Words(BTreeMap<String, String>);

impl Words {
    /// Whether the name is a new one.
    fn claim_name(&mut self, name: &str, at: &Origin, problems: &mut Problems) -> bool {
        let is_new = self.0.insert(name.to_owned(), name.to_owned()).is_none();
        if !is_new {
            problems.add(at, format!("stage `{name}` is given twice"), None);
        }
        is_new
    }

    fn claim(&mut self, word: &str, stage: &str, at: &Origin, problems: &mut Problems) {
        match self.0.get(word) {
            Some(other) if other != stage => {
                let message = format!("`{word}` cannot stand for stage `{stage}`: it stands for `{other}` already");
                problems.add(at, message, Some("a word belongs to one stage".to_owned()));
            }
            _ => {
                self.0.insert(word.to_owned(), stage.to_owned());
            }
        }
    }
}
