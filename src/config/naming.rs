//! The naming grammar: kinds of software and the patterns of their names.

use regex::Regex;

use crate::domain::flow::{Naming, NamingMode, NamingType};

use super::problem::{Problems, quoted, suggest};
use super::tree::{Entry, Node};

/// What may stand in braces in a pattern of a name.
const PLACEHOLDERS: [&str; 5] = ["type", "app", "stage", "cluster", "instance"];

pub(super) fn build(tree: &Node, problems: &mut Problems) -> Naming {
    let Some(node) = tree.get("naming") else {
        return Naming {
            mode: NamingMode::Off,
            types: Vec::new(),
            ignore: Vec::new(),
            cluster: String::new(),
            namespace_digits: false,
        };
    };
    Naming {
        mode: match node.text_of("mode") {
            Some("strict") => NamingMode::Strict,
            Some("off") => NamingMode::Off,
            _ => NamingMode::Detect,
        },
        types: node
            .entries_of("types")
            .iter()
            .filter_map(|entry| naming_type(entry, problems))
            .collect(),
        ignore: node.texts_of("ignore"),
        cluster: cluster(node, problems),
        namespace_digits: node.bool_of("namespace_digits").unwrap_or(false),
    }
}

fn naming_type(entry: &Entry, problems: &mut Problems) -> Option<NamingType> {
    let Entry { key, at, node } = entry;
    for needed in ["application", "namespace"] {
        match node.get(needed) {
            Some(pattern) => check_pattern(pattern, problems),
            None => problems.add(at, format!("kind of software `{key}` has no `{needed}`"), None),
        }
    }
    Some(NamingType {
        prefix: key.clone(),
        application: node.text_of("application")?.to_owned(),
        namespace: node.text_of("namespace")?.to_owned(),
    })
}

/// A pattern is text with placeholders; one that ends in `?` may be missing, together with the `-` before it.
fn check_pattern(node: &Node, problems: &mut Problems) {
    let Some(text) = node.text() else { return };
    let mut rest = text;
    while let Some(start) = rest.find(['{', '}']) {
        let (_, tail) = rest.split_at(start);
        let placeholder = tail.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let Some((inner, after)) = placeholder else {
            problems.add(&node.origin, format!("`{text}` has a brace without its partner"), None);
            return;
        };
        let name = match inner.strip_suffix('?') {
            Some(optional) => optional.strip_prefix('-').unwrap_or(optional),
            None => inner,
        };
        if !PLACEHOLDERS.contains(&name) {
            let hint = suggest(name, PLACEHOLDERS).or_else(|| Some(format!("known: {}", quoted(&PLACEHOLDERS))));
            problems.add(&node.origin, format!("`{{{inner}}}` is not a placeholder of names"), hint);
        }
        rest = after;
    }
    if !text.contains("{app}") {
        let hint = "write `{app}` where the name of the software stands".to_owned();
        problems.add(&node.origin, format!("`{text}` has no `{{app}}`"), Some(hint));
    }
}

fn cluster(node: &Node, problems: &mut Problems) -> String {
    let Some(pattern) = node.get("cluster") else {
        return String::new();
    };
    let text = pattern.text().unwrap_or_default();
    if !pattern.origin.is_shipped
        && let Err(error) = Regex::new(&text.replace("{stage}", "(?:stage)"))
    {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        problems.add(
            &pattern.origin,
            format!("`{text}` is not a regular expression: {reason}"),
            None,
        );
    }
    text.to_owned()
}
