//! The merged tree to the `Flow`, with everything in it that refers to something else checked.

use std::collections::BTreeSet;

use crate::domain::flow::{CommitGrammar, Component, Enforce, Flow, PathRule, SourceRepository, Stage, TagGrammar};

use super::problem::Problems;
use super::tree::Node;
use super::{branches, naming, path_glob, stages};

pub(super) fn build(tree: &Node, problems: &mut Problems) -> Flow {
    let stages = stages::build(tree, problems);
    let clusters = stages::clusters(tree, &stages, problems);
    let branch_types = branches::build(tree, problems);
    let inference = |key| tree.get("inference").map(|i| i.texts_of(key)).unwrap_or_default();
    Flow {
        negators: stages::negators(tree, &stages),
        shared_folders: inference("shared_folders"),
        stage_folders: inference("stage_folders"),
        stage_keys: inference("stage_keys"),
        merges: branches::merges(tree, &branch_types, problems),
        branch_types,
        tags: tags(tree),
        commits: commits(tree),
        naming: naming::build(tree, problems),
        clusters: clusters.clone(),
        components: components(tree, problems),
        repositories: repositories(tree),
        owners: tree
            .entries_of("owners")
            .iter()
            .map(|e| (e.key.clone(), texts(&e.node)))
            .collect(),
        bots: tree.texts_of("bots").iter().map(|b| b.to_lowercase()).collect(),
        paths: paths(tree, &stages, problems),
        stages: with_clusters(stages, &clusters),
    }
}

/// A stage's clusters are those that it names and those that name it.
fn with_clusters(mut stages: Vec<Stage>, clusters: &[crate::domain::flow::Cluster]) -> Vec<Stage> {
    for stage in &mut stages {
        let names = clusters
            .iter()
            .filter(|c| c.stage.as_deref() == Some(&stage.name))
            .map(|c| c.name.clone());
        let missing: Vec<String> = names.filter(|name| !stage.clusters.contains(name)).collect();
        stage.clusters.extend(missing);
    }
    stages
}

fn tags(tree: &Node) -> TagGrammar {
    let items = |key| tree.get("tags").map_or(&[][..], |t| t.items_of(key));
    TagGrammar {
        patterns: branches::patterns(items("patterns")),
        ignore: branches::patterns(items("ignore")),
        annotated: tree.get("tags").and_then(|t| t.bool_of("annotated")).unwrap_or(false),
    }
}

fn commits(tree: &Node) -> CommitGrammar {
    let node = tree.get("commits");
    let texts = |key| node.map(|n| n.texts_of(key)).unwrap_or_default();
    CommitGrammar {
        types: texts("types"),
        scopes: texts("scopes"),
        enforce: match node.and_then(|n| n.text_of("enforce")) {
            Some("landing") => Enforce::Landing,
            _ => Enforce::All,
        },
        exempt: branches::patterns(node.map_or(&[], |n| n.items_of("exempt"))),
    }
}

fn components(tree: &Node, problems: &mut Problems) -> Vec<Component> {
    let mut names = BTreeSet::new();
    let mut components = Vec::new();
    for item in tree.items_of("components") {
        let Some(name) = item.get("name") else { continue };
        let Some(text) = name.text() else { continue };
        if !names.insert(text) {
            problems.add(&name.origin, format!("component `{text}` is given twice"), None);
        }
        let tag = item.get("tag");
        if let Some(tag) = tag
            && let Some(pattern) = tag.text()
            && pattern.matches("{version}").count() != 1
        {
            let message = format!("`{pattern}` must hold `{{version}}` once");
            problems.add(&tag.origin, message, Some(format!("such as `{text}/{{version}}`")));
        }
        components.push(Component {
            name: text.to_owned(),
            path: item
                .text_of("path")
                .map(|p| p.trim_start_matches("./").trim_matches('/').to_owned()),
            tag: tag.and_then(Node::text).map(str::to_owned),
        });
    }
    components
}

fn repositories(tree: &Node) -> Vec<SourceRepository> {
    let repository = |item: &Node| {
        Some(SourceRepository {
            url: item.text_of("url")?.to_owned(),
            default_branch: item.text_of("default_branch").map(str::to_owned),
        })
    };
    tree.items_of("repositories").iter().filter_map(repository).collect()
}

fn paths(tree: &Node, stages: &[Stage], problems: &mut Problems) -> Vec<PathRule> {
    let mut rules = Vec::new();
    for entry in tree.entries_of("paths") {
        stages::known_stage(&entry.node, stages, problems);
        let Ok(glob) = path_glob::compile(&entry.key) else { continue };
        rules.push(PathRule {
            glob,
            pattern: entry.key.clone(),
            stage: entry.node.text().map(|name| stages::canonical(name, stages)),
        });
    }
    rules
}

fn texts(node: &Node) -> Vec<String> {
    node.items().iter().filter_map(Node::text).map(str::to_owned).collect()
}
