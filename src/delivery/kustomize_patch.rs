//! Applications patched by Kustomize, joined with their base: the patch decides the revision, path or namespace of an overlay.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::documents::document::Document;
use crate::documents::parse::{Limits, parse};
use crate::domain::delivery::Rows;
use crate::domain::location::{Location, Position, Span};

use super::argocd::Application;
use super::context::Context;
use super::folder::{folder_of, resolve};
use super::kind::{is_kustomization, kind_of};
use super::kustomize;
use super::parameters::{Overrides, Reader, Text};
use super::site::Site;

/// Bases refer to bases; deeper chains than this are not followed.
const MAX_DEPTH: usize = 12;

/// The retained documents, by path.
pub struct Overlays<'a, 'c> {
    documents: BTreeMap<&'a str, Vec<&'a Arc<Document>>>,
    context: &'c Context<'c>,
}

/// One change of one object.
struct Patch {
    /// Name of the object, or a pattern over it; `None` matches every Application.
    name: Option<String>,
    changes: Overrides,
}

impl<'a, 'c> Overlays<'a, 'c> {
    pub fn new(retained: &'a [(String, Arc<Document>)], context: &'c Context<'c>) -> Self {
        let mut documents: BTreeMap<&str, Vec<&Arc<Document>>> = BTreeMap::new();
        for (path, document) in retained {
            documents.entry(path).or_default().push(document);
        }
        Self { documents, context }
    }

    /// The rows of every Application as each overlay patches it.
    pub fn rows(&self) -> Rows {
        let mut rows = Rows::default();
        for (path, documents) in &self.documents {
            for document in documents {
                if kind_of(path, document).starts_with("kustomize.") && is_kustomization(path) {
                    self.overlay(&Site::root(path, document), &mut rows);
                }
            }
        }
        rows
    }

    fn overlay(&self, root: &Site<'a>, rows: &mut Rows) {
        let patches = self.patches(root);
        if patches.is_empty() {
            return;
        }
        let mut applications = Vec::new();
        self.collect(root, &mut applications, &mut BTreeSet::new(), 0);
        for application in applications {
            let name = application
                .at(&["metadata", "name"])
                .and_then(|n| n.text())
                .unwrap_or_default();
            let mut changes = Overrides::new();
            for patch in patches.iter().filter(|p| p.matches(name)) {
                changes.extend(patch.changes.clone());
            }
            let decides = |p: &String| p.starts_with("/spec/source") || p.starts_with("/spec/destination");
            if !changes.keys().any(decides) {
                continue;
            }
            add_affixes(root, &application, &mut changes);
            let patched = Application {
                reader: Reader::patched(&changes),
                holder: root.path,
                ..Application::plain(application)
            };
            rows.append(patched.extract(self.context).rows);
        }
    }

    /// The Applications below a kustomization; those that are patches themselves have no `repoURL` and are left out later.
    fn collect(&self, root: &Site<'a>, into: &mut Vec<Site<'a>>, seen: &mut BTreeSet<String>, depth: usize) {
        if depth > MAX_DEPTH || !seen.insert(root.path.to_owned()) {
            return;
        }
        for target in kustomize::resources(root) {
            let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
            let inner = names
                .iter()
                .find_map(|n| resolve(&target, n).filter(|p| self.documents.contains_key(p.as_str())));
            let path = inner.unwrap_or(target);
            let Some((path, documents)) = self.documents.get_key_value(path.as_str()) else {
                continue;
            };
            for document in documents {
                let site = Site::root(path, document);
                match kind_of(path, document).as_str() {
                    "argocd.Application" => into.push(site),
                    "kustomize.Kustomization" | "kustomize.Component" => self.collect(&site, into, seen, depth + 1),
                    _ => {}
                }
            }
        }
    }

    fn patches(&self, root: &Site<'a>) -> Vec<Patch> {
        let mut patches = Vec::new();
        for key in ["patches", "patchesJson6902"] {
            for entry in root.get(key).map(|p| p.items()).unwrap_or_default() {
                let target = entry.at(&["target", "name"]).and_then(|n| n.text());
                let is_other = entry.at(&["target", "kind"]).is_some_and(|k| k.text() != Some("Application"));
                if is_other {
                    continue;
                }
                if let Some(inline) = entry.get("patch") {
                    patches.extend(inline_patch(&inline, target));
                } else if let Some(path) = entry.text_of("path") {
                    patches.extend(self.file_patches(root, path, target));
                }
            }
        }
        for entry in root.get("patchesStrategicMerge").map(|p| p.items()).unwrap_or_default() {
            match entry.text() {
                Some(text) if kustomize::is_inline(text) => patches.extend(inline_patch(&entry, None)),
                Some(path) => patches.extend(self.file_patches(root, path, None)),
                None => {}
            }
        }
        patches
    }

    fn file_patches(&self, root: &Site<'_>, path: &str, target: Option<&str>) -> Vec<Patch> {
        let Some(path) = resolve(folder_of(root.path), path) else {
            return Vec::new();
        };
        let documents = self.documents.get_key_value(path.as_str());
        documents
            .into_iter()
            .flat_map(|(path, documents)| documents.iter().map(move |d| Site::root(path, d)))
            .filter_map(|site| patch_of(&site, target, &|s: &Site<'_>| s.location()))
            .collect()
    }
}

impl Patch {
    fn matches(&self, name: &str) -> bool {
        match &self.name {
            None => true,
            Some(pattern) if pattern == name => true,
            Some(pattern) => regex::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|p| p.is_match(name)),
        }
    }
}

/// A patch written into the kustomization itself.
fn inline_patch(site: &Site<'_>, target: Option<&str>) -> Vec<Patch> {
    let Some(text) = site.node.as_str() else { return Vec::new() };
    let start = site.node.span().start;
    // The text of a block scalar begins on the line after its mark.
    let is_block = site.node.raw().trim_start().starts_with(['|', '>']) || site.node.span().start.column == 1;
    let shift = if is_block { start.line } else { start.line.saturating_sub(1) };
    let parsed = parse("patch.yaml", text.as_bytes(), &Limits::default());
    let locate = |inner: &Site<'_>| {
        let span = inner.node.span();
        let place = |p: Position| Position {
            line: p.line.saturating_add(shift),
            column: p.column,
        };
        Location {
            span: Some(Span {
                start: place(span.start),
                end: place(span.end),
            }),
            ..site.location()
        }
    };
    let documents = parsed.documents.iter().map(|d| Site::root("patch.yaml", d));
    documents.filter_map(|root| patch_of(&root, target, &locate)).collect()
}

fn patch_of(root: &Site<'_>, target: Option<&str>, locate: &dyn Fn(&Site<'_>) -> Location) -> Option<Patch> {
    let mut changes = Overrides::new();
    if root.node.is_sequence() {
        for operation in root.items() {
            let (Some(op), Some(path), Some(value)) =
                (operation.text_of("op"), operation.text_of("path"), operation.get("value"))
            else {
                continue;
            };
            if matches!(op, "replace" | "add") {
                flatten(&value, path, &mut changes, locate, 0);
            }
        }
        return Some(Patch {
            name: target.map(str::to_owned),
            changes,
        });
    }
    if root.text_of("kind") != Some("Application") {
        return None;
    }
    if let Some(spec) = root.get("spec") {
        flatten(&spec, "/spec", &mut changes, locate, 0);
    }
    let own = root.at(&["metadata", "name"]).and_then(|n| n.text());
    Some(Patch {
        name: target.or(own).map(str::to_owned),
        changes,
    })
}

fn flatten(site: &Site<'_>, pointer: &str, into: &mut Overrides, locate: &dyn Fn(&Site<'_>) -> Location, depth: usize) {
    const MAX_CHANGES: usize = 10_000;
    if depth > 32 || into.len() > MAX_CHANGES {
        return;
    }
    if let Some(text) = site.text() {
        let text = Text {
            text: text.to_owned(),
            location: locate(site),
        };
        into.insert(pointer.to_owned(), text);
    }
    for (index, item) in site.items().iter().enumerate() {
        flatten(item, &format!("{pointer}/{index}"), into, locate, depth + 1);
    }
    for (key, value) in site.entries() {
        let key = crate::documents::document::escape_pointer(key);
        flatten(&value, &format!("{pointer}/{key}"), into, locate, depth + 1);
    }
}

/// The overlay's prefix and suffix belong to the name.
fn add_affixes(root: &Site<'_>, application: &Site<'_>, changes: &mut Overrides) {
    let Some(site) = application.at(&["metadata", "name"]) else {
        return;
    };
    let Some(name) = site.text() else { return };
    let affix = |key: &str| root.text_of(key).unwrap_or_default().to_owned();
    let whole = format!("{}{name}{}", affix("namePrefix"), affix("nameSuffix"));
    if whole != name {
        let location = site.location();
        changes.insert("/metadata/name".to_owned(), Text { text: whole, location });
    }
}

#[cfg(test)]
#[path = "kustomize_patch_tests.rs"]
mod tests;
