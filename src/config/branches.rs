//! Branch types and what may be merged into what, cross-checked.

use std::collections::BTreeMap;

use crate::domain::flow::{BranchRole, BranchType};
use crate::domain::pattern::Pattern;

use super::problem::{Problems, suggest};
use super::tree::{Entry, Node};

/// Reads the branch types in the order in which they are tried.
pub(super) fn build(tree: &Node, problems: &mut Problems) -> Vec<BranchType> {
    let entries = tree.entries_of("branches");
    let names: Vec<&str> = entries.iter().map(|e| e.key.as_str()).collect();
    entries
        .iter()
        .filter_map(|entry| branch_type(entry, &names, problems))
        .collect()
}

/// Reads the merge matrix: target type to source types.
pub(super) fn merges(tree: &Node, types: &[BranchType], problems: &mut Problems) -> BTreeMap<String, Vec<String>> {
    let names: Vec<&str> = types.iter().map(|t| t.name.as_str()).collect();
    let mut merges = BTreeMap::new();
    for entry in tree.entries_of("merges") {
        if !names.contains(&entry.key.as_str()) {
            unknown(&entry.key, &entry.at, &names, problems);
            continue;
        }
        let mut sources = Vec::new();
        for item in entry.node.items() {
            let Some(source) = item.text() else { continue };
            if names.contains(&source) {
                sources.push(source.to_owned());
            } else {
                unknown(source, &item.origin, &names, problems);
            }
        }
        merges.insert(entry.key.clone(), sources);
    }
    merges
}

fn branch_type(entry: &Entry, names: &[&str], problems: &mut Problems) -> Option<BranchType> {
    let Entry { key, at, node } = entry;
    for needed in ["role", "patterns"] {
        // One that has it in an unusable form was told so already, and then this is no news.
        if node.get(needed).is_none()
            && !problems
                .0
                .iter()
                .any(|p| p.location.pointer.as_deref().is_some_and(|p| is_beneath(p, key, needed)))
        {
            let hint = "a branch type needs `role` and `patterns`, here or in a file beneath".to_owned();
            problems.add(at, format!("branch type `{key}` has no `{needed}`"), Some(hint));
        }
    }
    if let Some(base) = node.get("base")
        && let Some(text) = base.text()
        && !names.contains(&text)
    {
        unknown(text, &base.origin, names, problems);
    }
    let example = node.text_of("example").map(str::to_owned);
    Some(BranchType {
        name: key.clone(),
        role: BranchRole::parse(node.text_of("role")?)?,
        example: example
            .or_else(|| Some(node.items_of("patterns").first()?.text()?.to_owned()))
            .unwrap_or_default(),
        patterns: patterns(node.items_of("patterns")),
        base: node.text_of("base").filter(|base| names.contains(base)).map(str::to_owned),
        was: patterns(node.items_of("was")),
    })
}

fn is_beneath(pointer: &str, branch_type: &str, key: &str) -> bool {
    pointer
        .strip_prefix("/branches/")
        .and_then(|p| p.strip_prefix(branch_type))
        .is_some_and(|p| p.starts_with(&format!("/{key}")))
}

/// The patterns, which validation has let through.
pub(super) fn patterns(items: &[Node]) -> Vec<Pattern> {
    items.iter().filter_map(Node::text).map(Pattern::whole_name).collect()
}

fn unknown(name: &str, at: &super::tree::Origin, names: &[&str], problems: &mut Problems) {
    let hint = suggest(name, names.iter().copied()).or_else(|| Some("declare it under `branches`".to_owned()));
    problems.add(at, format!("there is no branch type `{name}`"), hint);
}
