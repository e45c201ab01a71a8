//! The effective configuration: the flow, levels of rules, what is left out and what is let pass.

use std::collections::BTreeSet;

use globset::GlobMatcher;

use crate::domain::flow::Flow;
use crate::domain::rule::{Level, RuleId};
use crate::domain::waiver::Waiver;

use super::adoption::{self, Adopted};
use super::levels::Levels;
use super::problem::Problems;
use super::rules::KnownRules;
use super::tree::{Node, Origin};
use super::{flow, layers, path_glob, waivers};

/// Everything that the user's files and the profile say, validated.
#[derive(Debug, Clone)]
pub struct Configuration {
    pub flow: Flow,
    /// Name of the profile.
    pub profile: String,
    pub levels: Levels,
    pub waivers: Vec<Waiver>,
    /// Folders with rules of the user's own, as paths like that of the configuration file.
    pub policies: Vec<String>,
    pub adopted: Option<Adopted>,
    /// What is not known of other repositories' refs leaves the verdict open.
    pub refs_required: bool,
    /// All files that were read, the lowest profile first, the nearest file last.
    pub files: Vec<String>,
    exclude: Vec<GlobMatcher>,
    /// `trust.branches`.
    trusted: Vec<GlobMatcher>,
    tree: Node,
}

impl Configuration {
    /// The level of a rule, whose own level is `default`, for findings at a path (or without one).
    pub fn level_of(&self, rule: &RuleId, default: Level, path: Option<&str>) -> Level {
        self.levels.level_of(rule, default, path)
    }

    /// The options that a rule is given; those it is not given keep the rule's defaults.
    pub fn options_of(&self, rule: &RuleId) -> serde_json::Map<String, serde_json::Value> {
        self.levels.options_of(rule)
    }

    /// Whether `exclude` covers a path.
    pub fn is_excluded(&self, path: &str) -> bool {
        self.exclude.iter().any(|glob| glob.is_match(path))
    }

    /// Whether `trust.branches` names a branch, by its short name.
    pub fn is_trusted_branch(&self, name: &str) -> bool {
        self.trusted.iter().any(|glob| glob.is_match(name))
    }

    /// Where the effective value at a JSON Pointer is written: `/commits/types`, `/rules/branches~1name-pattern/level`.
    pub fn origin(&self, pointer: &str) -> Option<&Origin> {
        self.tree.at(pointer).map(|node| &node.origin)
    }

    /// The merged values.
    pub(super) const fn tree(&self) -> &Node {
        &self.tree
    }

    /// The effective values as JSON text, the same for the same configuration: for digests.
    pub fn to_json(&self) -> String {
        // Fails for keys that are no texts alone, and these are.
        serde_json::to_string(&self.tree).unwrap_or_default()
    }
}

/// Makes the configuration from the merged tree. Whatever is not usable is left out and noted.
pub(super) fn build(
    tree: Node,
    rules: KnownRules<'_>,
    profile: String,
    files: Vec<String>,
    problems: &mut Problems,
) -> Configuration {
    Configuration {
        flow: flow::build(&tree, problems),
        profile,
        levels: Levels::build(tree.entries_of("rules"), rules, problems),
        waivers: waivers::build(tree.items_of("waivers"), rules, problems),
        policies: policies(&tree),
        adopted: tree.get("adopted").and_then(adoption::build),
        refs_required: tree.text_of("refs") == Some("required"),
        files,
        exclude: tree
            .texts_of("exclude")
            .iter()
            .filter_map(|g| path_glob::compile(g).ok())
            .collect(),
        trusted: trusted(&tree),
        tree,
    }
}

/// Not a glob over paths: `main` must not cover `main/x`.
fn trusted(tree: &Node) -> Vec<GlobMatcher> {
    let names = tree.get("trust").map(|trust| trust.texts_of("branches")).unwrap_or_default();
    let glob = |name: &str| {
        let glob = globset::GlobBuilder::new(name).literal_separator(true).build();
        glob.map(|glob| glob.compile_matcher()).ok()
    };
    names.into_iter().filter_map(|name| glob(&name)).collect()
}

/// The folders under `policies`, each relative to the file that names it.
pub(super) fn policies(tree: &Node) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut folders = Vec::new();
    for item in tree.items_of("policies") {
        let Some(text) = item.text() else { continue };
        let folder = layers::beside(&item.origin.path, text);
        if seen.insert(folder.clone()) {
            folders.push(folder);
        }
    }
    folders
}
