//! The files of one configuration from the lowest to the nearest, and how they merge: mappings entry by entry, lists and scalars replaced
//! unless the table of keys says that they append.

use std::sync::Arc;

use crate::documents::Document;
use crate::documents::parse::{Limits, ParsedFile, parse};
use crate::domain::file::FileClass;

use super::problem::{ConfigProblem, Problems};
use super::profile::ProfileText;
use super::scalar;
use super::shape::{Merge, Shape};
use super::tree::{Entry, Node, Origin, Value};

/// How deep `extends` may lead: beyond it a link in the file system leads in circles.
const DEEPEST: usize = 16;
const MOST: usize = 64;

/// One file of the configuration.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: Arc<str>,
    /// `None` when it is empty or broken.
    pub(super) document: Option<Document>,
}

/// Reads a file by its path.
pub(super) type Read<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Collects a file and everything that it extends, lowest first.
pub(super) struct Gatherer<'a> {
    read: Read<'a>,
    sources: Vec<Source>,
    /// The files that lead to the one being read.
    open: Vec<String>,
}

impl<'a> Gatherer<'a> {
    pub(super) const fn new(read: Read<'a>) -> Self {
        Self {
            read,
            sources: Vec::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn gather(mut self, path: &str, bytes: &[u8], problems: &mut Problems) -> Vec<Source> {
        self.visit(normalize(path), bytes, problems);
        self.sources
    }

    fn visit(&mut self, path: String, bytes: &[u8], problems: &mut Problems) {
        let document = document(&path, bytes, problems);
        self.open.push(path.clone());
        if let Some(list) = document.as_ref().and_then(|d| d.root().get("extends")) {
            for item in list.items() {
                // What is no path is a problem of shape, and told there.
                let Some(target) = item.as_text().filter(|t| scalar::check(Shape::File, t).is_ok()) else {
                    continue;
                };
                if let Err((message, hint)) = self.extend(&path, target, problems) {
                    problems
                        .0
                        .push(ConfigProblem::in_file(&path, Some(item.span()), message, hint));
                }
            }
        }
        self.open.pop();
        self.sources.push(Source {
            path: path.into(),
            document,
        });
    }

    fn extend(&mut self, from: &str, target: &str, problems: &mut Problems) -> Result<(), (String, Option<String>)> {
        let path = beside(from, target);
        if let Some(start) = self.open.iter().position(|p| *p == path) {
            let circle = self.open.iter().skip(start).map(String::as_str).chain([path.as_str()]);
            return Err((
                format!("`extends` leads in a circle: {}", circle.collect::<Vec<_>>().join(" -> ")),
                None,
            ));
        }
        if self.sources.iter().any(|s| s.path.as_ref() == path) {
            return Ok(());
        }
        if self.open.len() >= DEEPEST || self.sources.len() >= MOST {
            return Err((
                format!("`extends` leads through more than {DEEPEST} levels or {MOST} files"),
                None,
            ));
        }
        let bytes = (self.read)(&path).map_err(|reason| {
            let hint = format!("paths are relative to the file that names them: this one is {path}");
            (format!("cannot read `{target}`: {reason}"), Some(hint))
        })?;
        self.visit(path, &bytes, problems);
        Ok(())
    }
}

/// The one document of a file; `None` when it holds none or cannot be read as one, which is noted.
pub(super) fn document(path: &str, bytes: &[u8], problems: &mut Problems) -> Option<Document> {
    only_document(path, parse(path, bytes, &limits()), problems)
}

/// The one document of a profile, in the same way.
pub(super) fn profile_document(profile: &ProfileText, problems: &mut Problems) -> Option<Document> {
    only_document(&profile.path, profile.parse(&limits()), problems)
}

/// A configuration is written by hand: these bounds only stop what was made to be large.
fn limits() -> Limits {
    Limits {
        bytes: 1 << 20,
        nodes: 50_000,
        ..Limits::default()
    }
}

fn only_document(path: &str, file: ParsedFile, problems: &mut Problems) -> Option<Document> {
    let mut add = |span, message: String, hint: Option<&str>| {
        problems
            .0
            .push(ConfigProblem::in_file(path, span, message, hint.map(str::to_owned)));
    };
    for problem in file.problems {
        add(Some(point(problem.at)), problem.message, None);
    }
    match &file.class {
        FileClass::Parsed | FileClass::Empty => {}
        FileClass::Broken { reason, at } => add(Some(point(*at)), format!("cannot be parsed: {reason}"), None),
        FileClass::TooLarge { bytes, limit } => add(None, format!("is too large: {bytes} bytes, at most {limit}"), None),
        FileClass::NotText => add(None, "is not text".to_owned(), Some("save it as UTF-8")),
        FileClass::Templated { by } => {
            add(
                None,
                format!("reads as a template ({by})"),
                Some("write the values out: nothing fills a template here"),
            );
        }
        FileClass::Encrypted => add(None, "is encrypted".to_owned(), Some("keep the configuration in plain text")),
        other => add(None, format!("cannot be used: {}", other.as_str()), None),
    }
    if let Some(second) = file.documents.get(1) {
        add(
            Some(second.root().span()),
            "there is a second document".to_owned(),
            Some("keep one document in the file"),
        );
    }
    file.documents.into_iter().next()
}

/// Lays one layer over what stands beneath.
pub(super) fn merge(under: Node, over: Node, shape: Shape, rule: Merge) -> Node {
    let value = match (under.value, over.value) {
        (Value::Map(under), Value::Map(over)) => Value::Map(merge_entries(under, over, shape)),
        (Value::List(mut under), Value::List(mut over)) if rule == Merge::Append => {
            under.append(&mut over);
            Value::List(under)
        }
        (_, over) => over,
    };
    Node {
        value,
        origin: over.origin,
    }
}

/// New entries come before those beneath, so that the first match is the nearest; entries that stand beneath keep their place.
fn merge_entries(mut under: Vec<Entry>, over: Vec<Entry>, shape: Shape) -> Vec<Entry> {
    let mut fresh = Vec::new();
    for entry in over {
        let (child, rule) = child(shape, &entry.key);
        let place = under.iter().position(|e| e.key == entry.key);
        if matches!(entry.node.value, Value::Null) && takes_away(shape) {
            if let Some(place) = place {
                under.remove(place);
            }
            continue;
        }
        let nothing = |origin: &Origin| Node {
            value: Value::Map(Vec::new()),
            origin: origin.clone(),
        };
        match place.and_then(|place| under.get_mut(place)) {
            Some(beneath) => {
                let nothing = nothing(&entry.node.origin);
                let node = std::mem::replace(&mut beneath.node, nothing);
                beneath.node = merge(node, entry.node, child, rule);
                beneath.at = entry.at;
            }
            // Laid over nothing, so that what it takes away is gone from it as well.
            None if matches!(entry.node.value, Value::Map(_)) => fresh.push(Entry {
                node: merge(nothing(&entry.node.origin), entry.node, child, rule),
                ..entry
            }),
            None => fresh.push(entry),
        }
    }
    fresh.append(&mut under);
    fresh
}

/// Whether null as a value in such a mapping takes the entry away.
fn takes_away(shape: Shape) -> bool {
    match shape {
        Shape::Map(map) | Shape::MapOrList { map, .. } => !matches!(map.value, Shape::Nullable(_) | Shape::Any),
        _ => false,
    }
}

fn child(shape: Shape, key: &str) -> (Shape, Merge) {
    match shape {
        Shape::Object(object) | Shape::Short { object, .. } => {
            object.key(key).map_or((Shape::Any, Merge::Replace), |k| (k.shape, k.merge))
        }
        Shape::Map(map) | Shape::MapOrList { map, .. } => (map.value, Merge::Replace),
        _ => (Shape::Any, Merge::Replace),
    }
}

/// A path that a file names, seen from where that file's own path starts.
pub(super) fn beside(file: &str, target: &str) -> String {
    match file.rsplit_once('/') {
        Some((folder, _)) if !target.starts_with('/') => normalize(&format!("{folder}/{target}")),
        _ => normalize(target),
    }
}

/// Without `.` and, where a name stands before it, `..`.
fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            // Above the root of the file system there is the root.
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}

const fn point(at: crate::domain::location::Position) -> crate::domain::location::Span {
    crate::domain::location::Span { start: at, end: at }
}
