//! Of which application a version is, and for which stage: by what stands around it, the innermost first.

use crate::documents::Document;
use crate::documents::NodeRef;
use crate::documents::compare::{Step, follow};

use super::context::Context;
use super::repository_url::normalise;
use super::slots::is_stage_key;
use super::version_field::{Field, is_version_file};
use super::words::{Mention, StageWords, WordPosition};

/// Keys that say nothing about which application is meant.
const PLAIN: [&str; 16] = [
    "image",
    "images",
    "spec",
    "global",
    "values",
    "helm",
    "chart",
    "source",
    "sources",
    "ref",
    "containers",
    "template",
    "valuesObject",
    "package",
    "project",
    "info",
];

/// Name of the application: of an image its repository, of a chart its name, of a source its URL, else what names the mapping around the
/// value, else the place of the value without stage words.
pub(super) fn application(field: &Field<'_>, rest: &str, family: &str) -> String {
    if !rest.is_empty() {
        return normalise_source(rest);
    }
    if is_version_file(field.path) && field.kind == "unknown" {
        return field.keys().next().unwrap_or(family).to_owned();
    }
    let is_chart = field.kind == "helm.Chart";
    let is_package = field.address.len() <= 2 && is_package(field.path);
    for mapping in field.around() {
        if let Some(name) = named(mapping, is_chart || is_package || field.kind.starts_with("kustomize.")) {
            return name;
        }
        // What an item of a list is called.
        if mapping.is_sequence() {
            break;
        }
    }
    if let Some(name) = field.address.iter().rev().find_map(item_name) {
        return name;
    }
    let own: Vec<&str> = field.keys().skip(1).filter(|key| !PLAIN.contains(key)).collect();
    match own.as_slice() {
        [] => family.to_owned(),
        keys => {
            let keys: Vec<&str> = keys.iter().rev().copied().collect();
            format!("{family}#{}", keys.join("."))
        }
    }
}

fn is_package(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(
        name,
        "package.json" | "Cargo.toml" | "pyproject.toml" | "galaxy.yml" | "galaxy.yaml" | "composer.json"
    )
}

fn item_name(step: &Step) -> Option<String> {
    match step {
        Step::Named { name, .. } => Some(normalise_source(name)),
        _ => None,
    }
}

/// What a mapping with a version in it says about the application.
fn named(mapping: NodeRef<'_>, by_name: bool) -> Option<String> {
    let text = |key: &str| {
        mapping
            .get(key)
            .and_then(NodeRef::as_text)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    if let (true, Some(name)) = (by_name, text("name")) {
        return Some(name.to_owned());
    }
    if let Some(chart) = text("chart") {
        return Some(chart.to_owned());
    }
    if let Some(repository) = text("repository") {
        let registry = text("registry").map(|registry| format!("{registry}/")).unwrap_or_default();
        return Some(normalise_source(&format!("{registry}{repository}")));
    }
    let url = ["repoURL", "url", "repo", "git"].into_iter().find_map(text);
    url.map(normalise_source)
}

fn normalise_source(text: &str) -> String {
    let is_url = text.contains("://") || text.contains('@');
    let url = is_url.then(|| normalise(text)).flatten();
    url.unwrap_or_else(|| text.to_owned())
}

/// The stage that a value is for: what its own mapping says, or a key around it that is a stage's word.
pub fn stage_of_value(document: &Document, address: &[Step], context: &Context<'_>) -> Option<String> {
    let chain = follow(document.root(), address)?;
    // The root says it for the whole document, which others have read.
    for (mapping, step) in chain.iter().zip(address).skip(1).rev() {
        if let Some(stage) = said(*mapping, context).or_else(|| of_step(*mapping, step, &context.words)) {
            return Some(stage);
        }
    }
    let (root, first) = (chain.first()?, address.first()?);
    of_step(*root, first, &context.words)
}

/// A key beside the value that is made for naming a stage.
fn said(mapping: NodeRef<'_>, context: &Context<'_>) -> Option<String> {
    let texts = mapping
        .entries()
        .filter_map(|(key, value)| Some((key.as_text()?, value.as_text()?)));
    let named = texts
        .filter(|(key, _)| is_stage_key(key, context))
        .map(|(_, text)| context.words.named(text));
    let mut named = named.filter(|stages| stages.len() == 1);
    named.next().and_then(|stages| stages.into_iter().next())
}

/// A key or name that is a stage's word; an everyday word only beside the word of another stage.
fn of_step(holder: NodeRef<'_>, step: &Step, words: &StageWords) -> Option<String> {
    let (own, siblings): (&str, Vec<&str>) = match step {
        Step::Key(key) => (key, holder.entries().filter_map(|(key, _)| key.as_text()).collect()),
        Step::Named { key, name } => {
            let names = holder.items().filter_map(|item| item.get(key)?.as_text());
            (name, names.collect())
        }
        Step::Index(_) => return None,
    };
    let mention = whole(words, own)?;
    let is_beside = || {
        let mut others = siblings.iter().filter_map(|sibling| whole(words, sibling));
        others.any(|other| other.rank != mention.rank)
    };
    (!mention.is_weak || is_beside()).then_some(mention.stage)
}

fn whole(words: &StageWords, text: &str) -> Option<Mention> {
    let mentions = words.mentions(text);
    mentions.into_iter().find(|mention| mention.position == WordPosition::Whole)
}

/// The field in words that are the same for all stages: its file and its address with `*` for what names a stage.
pub fn family(path: &str, address: &[Step], words: &StageWords) -> String {
    let mut text = words.left_out(path);
    text.push('#');
    for step in address {
        let part = match step {
            Step::Key(key) => key.clone(),
            Step::Named { name, .. } => name.clone(),
            Step::Index(index) => index.to_string(),
        };
        text.push('/');
        text.push_str(&words.left_out(&part));
    }
    text
}

/// A path in which every folder and file that a stage is named in is `*`: where the same things of other stages may lie.
pub fn shape(path: &str, stage_words: &StageWords) -> String {
    let part = |part: &str| {
        if stage_words.named(part).is_empty() {
            part.to_owned()
        } else {
            "*".to_owned()
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
