//! One document against the table of keys: a tree of what is usable, and every problem with its place.

use std::sync::Arc;

use crate::documents::{NodeRef, NodeValue, escape_pointer};
use crate::domain::location::Span;

use super::problem::{Problems, suggest};
use super::rules::KnownRules;
use super::scalar;
use super::shape::{Map, MapKey, Need, Object, Shape};
use super::tree::{Entry, Node, Origin, Value};

/// Reads the documents of one file.
pub(super) struct Reader<'a> {
    pub(super) path: Arc<str>,
    pub(super) layer: usize,
    /// A shipped profile, whose patterns the tests have checked: each would be compiled once more in every run.
    pub(super) is_shipped: bool,
    pub(super) rules: KnownRules<'a>,
    pub(super) problems: &'a mut Problems,
}

impl Reader<'_> {
    /// What the node says in this shape; `None` when it says nothing or nothing usable. Problems are noted.
    pub(super) fn read(&mut self, node: NodeRef<'_>, shape: Shape, pointer: &str) -> Option<Node> {
        if let Some(tag) = node.tag() {
            let message = format!("the tag `{tag}` has no meaning here");
            self.complain(node.span(), pointer, message, Some("take it out".to_owned()));
            return None;
        }
        match shape {
            Shape::Any => Some(self.anything(node, pointer)),
            Shape::Nullable(_) if node.is_null() => Some(self.node(node, pointer, Value::Null)),
            Shape::Nullable(inner) => self.read(node, *inner, pointer),
            Shape::Bool => self.bool(node, pointer),
            Shape::List(item) => self.list(node, *item, pointer),
            Shape::Map(map) => self.map(node, map, pointer),
            Shape::Object(object) => self.object(node, object, pointer),
            Shape::Short { key, object } => self.short(node, key, object, pointer),
            Shape::MapOrList { map, key, value, item } if node.is_sequence() => {
                self.pairs(node, map, (key, value), item, pointer)
            }
            Shape::MapOrList { .. } if !node.is_mapping() && !node.is_null() => {
                self.wrong_kind(node, shape, pointer);
                None
            }
            Shape::MapOrList { map, .. } => self.map(node, map, pointer),
            Shape::Reserved => None,
            _ => self.scalar(node, shape, pointer),
        }
    }

    fn scalar(&mut self, node: NodeRef<'_>, shape: Shape, pointer: &str) -> Option<Node> {
        let Some(text) = node.as_text() else {
            self.wrong_kind(node, shape, pointer);
            return None;
        };
        if !(self.is_shipped && matches!(shape, Shape::Regex | Shape::Glob))
            && let Err((what, hint)) = scalar::check(shape, text)
        {
            self.complain(node.span(), pointer, format!("{} {what}", name_value(text, pointer)), hint);
            return None;
        }
        let text = match shape {
            Shape::RuleId => self.rules.current(text),
            _ => text.to_owned(),
        };
        Some(self.node(node, pointer, Value::Text(text)))
    }

    fn bool(&mut self, node: NodeRef<'_>, pointer: &str) -> Option<Node> {
        let Some(value) = node.as_bool() else {
            self.wrong_kind(node, Shape::Bool, pointer);
            return None;
        };
        Some(self.node(node, pointer, Value::Bool(value)))
    }

    fn list(&mut self, node: NodeRef<'_>, item: Shape, pointer: &str) -> Option<Node> {
        if node.is_null() {
            return None;
        }
        if !node.is_sequence() {
            self.wrong_kind(node, Shape::List(&Shape::Any), pointer);
            return None;
        }
        let items = node
            .items()
            .enumerate()
            .filter_map(|(index, child)| {
                let pointer = beneath(pointer, &index.to_string());
                if child.is_null() {
                    self.complain(child.span(), &pointer, format!("{} is empty", label(&pointer)), None);
                    return None;
                }
                self.read(child, item, &pointer)
            })
            .collect();
        Some(self.node(node, pointer, Value::List(items)))
    }

    fn map(&mut self, node: NodeRef<'_>, map: &'static Map, pointer: &str) -> Option<Node> {
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value, name) in self.entries(node, Shape::Map(map), pointer)? {
            let child = beneath(pointer, &name);
            let Some(name) = self.map_key(key, &name, map, &child) else {
                continue;
            };
            let read = match map.value {
                Shape::Nullable(_) | Shape::Any => self.read(value, map.value, &child),
                _ if value.is_null() => Some(self.node(value, &child, Value::Null)),
                shape => self.read(value, shape, &child),
            };
            let Some(read) = read else { continue };
            let at = self.origin(key.span(), &child);
            // Two names of one rule: the later one, as with keys that are given twice.
            entries.retain(|e| e.key != name);
            entries.push(Entry {
                key: name,
                at,
                node: read,
            });
        }
        Some(self.node(node, pointer, Value::Map(entries)))
    }

    fn map_key(&mut self, key: NodeRef<'_>, name: &str, map: &Map, pointer: &str) -> Option<String> {
        let checked = match map.key {
            MapKey::Word => scalar::check(Shape::Word, name),
            MapKey::Text => scalar::check(Shape::Text, name),
            MapKey::Glob => scalar::check(Shape::Glob, name),
            MapKey::Rule if name.contains('/') => scalar::check(Shape::RuleId, name),
            MapKey::Rule if name == "*" => Ok(()),
            MapKey::Rule => scalar::check(Shape::Word, name),
        };
        match checked {
            Ok(()) if map.key == MapKey::Rule => Some(self.rules.current(name)),
            Ok(()) => Some(name.to_owned()),
            Err((what, hint)) => {
                self.complain(key.span(), pointer, format!("`{name}`, {} here, {what}", map.noun), hint);
                None
            }
        }
    }

    fn object(&mut self, node: NodeRef<'_>, object: &'static Object, pointer: &str) -> Option<Node> {
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value, name) in self.entries(node, Shape::Object(object), pointer)? {
            let child = beneath(pointer, &name);
            let Some(known) = object.key(&name) else {
                self.unknown_key(key.span(), &name, object, &child);
                continue;
            };
            if let Shape::Reserved = known.shape {
                let message = format!("`{name}` is reserved for a later version of flowgate");
                self.complain(key.span(), &child, message, Some("take it out".to_owned()));
                continue;
            }
            if let Some(read) = self.read(value, known.shape, &child) {
                let at = self.origin(key.span(), &child);
                entries.push(Entry {
                    key: name,
                    at,
                    node: read,
                });
            }
        }
        for key in object
            .keys
            .iter()
            .filter(|k| k.need == Need::Here && node.get(k.name).is_none())
        {
            let message = format!("{} needs `{}`", object.noun, key.name);
            self.complain(
                node.span(),
                pointer,
                message,
                Some(format!("`{}`: {}", key.name, as_clause(key.doc))),
            );
        }
        Some(self.node(node, pointer, Value::Map(entries)))
    }

    fn short(&mut self, node: NodeRef<'_>, key: &'static str, object: &'static Object, pointer: &str) -> Option<Node> {
        if node.is_mapping() || node.is_null() {
            return self.object(node, object, pointer);
        }
        let shape = object.key(key).map_or(Shape::Any, |k| k.shape);
        if node.is_sequence() {
            self.wrong_kind(node, Shape::Short { key, object }, pointer);
            return None;
        }
        let read = self.scalar(node, shape, pointer)?;
        let at = read.origin.clone();
        let entry = Entry {
            key: key.to_owned(),
            at,
            node: read,
        };
        Some(self.node(node, pointer, Value::Map(vec![entry])))
    }

    /// A list of objects read as the map it stands for.
    fn pairs(
        &mut self,
        node: NodeRef<'_>,
        map: &'static Map,
        (key, value): (&str, &str),
        item: &'static Object,
        pointer: &str,
    ) -> Option<Node> {
        let list = self.list(node, Shape::Object(item), pointer)?;
        let mut entries: Vec<Entry> = Vec::new();
        for item in list.items() {
            let (Some(name), Some(value)) = (item.get(key), item.get(value)) else {
                continue;
            };
            let Some(text) = name.text() else { continue };
            if entries.iter().any(|e| e.key == text) {
                let message = format!("`{text}`, {} here, is given twice", map.noun);
                self.problems.add(&name.origin, message, None);
                continue;
            }
            entries.push(Entry {
                key: text.to_owned(),
                at: name.origin.clone(),
                node: value.clone(),
            });
        }
        Some(self.node(node, pointer, Value::Map(entries)))
    }

    /// The entries of a mapping with their names; `None` when it is none, noted unless it is null.
    fn entries<'n>(&mut self, node: NodeRef<'n>, shape: Shape, pointer: &str) -> Option<Vec<(NodeRef<'n>, NodeRef<'n>, String)>> {
        if node.is_null() {
            return None;
        }
        if !node.is_mapping() {
            self.wrong_kind(node, shape, pointer);
            return None;
        }
        let mut entries = Vec::new();
        for (key, value) in node.entries() {
            match key.as_text() {
                Some(name) => entries.push((key, value, name.to_owned())),
                None => self.complain(
                    key.span(),
                    pointer,
                    format!("a key of {} is not a word", label(pointer)),
                    None,
                ),
            }
        }
        Some(entries)
    }

    /// Any value as it is, for options of rules.
    fn anything(&self, node: NodeRef<'_>, pointer: &str) -> Node {
        let value = match node.value() {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(value) => Value::Bool(*value),
            NodeValue::Integer(value) => Value::Integer(*value),
            NodeValue::Float(value) => Value::Float(*value),
            NodeValue::String(text) => Value::Text(text.to_string()),
            NodeValue::Sequence(_) => {
                let items = node.items().enumerate();
                Value::List(
                    items
                        .map(|(index, item)| self.anything(item, &beneath(pointer, &index.to_string())))
                        .collect(),
                )
            }
            NodeValue::Mapping(_) => {
                let entries = node.entries().filter_map(|(key, value)| {
                    let name = key.as_text()?.to_owned();
                    let child = beneath(pointer, &name);
                    let at = self.origin(key.span(), &child);
                    Some(Entry {
                        key: name,
                        at,
                        node: self.anything(value, &child),
                    })
                });
                Value::Map(entries.collect())
            }
        };
        self.node(node, pointer, value)
    }

    fn unknown_key(&mut self, span: Span, name: &str, object: &Object, pointer: &str) {
        let known = object
            .keys
            .iter()
            .filter(|k| !matches!(k.shape, Shape::Reserved))
            .map(|k| k.name);
        let hint = suggest(name, known);
        self.complain(span, pointer, format!("`{name}` is not a key of {}", object.noun), hint);
    }

    fn wrong_kind(&mut self, node: NodeRef<'_>, shape: Shape, pointer: &str) {
        let found = match node.value() {
            NodeValue::Null => "nothing".to_owned(),
            NodeValue::Sequence(_) => "a list".to_owned(),
            NodeValue::Mapping(_) => "a mapping".to_owned(),
            _ => format!("`{}`", shorten(node.as_text().unwrap_or_default())),
        };
        let hint = match (shape, node.as_text()) {
            (Shape::List(_), Some(text)) => Some(format!("write `[{}]`", shorten(text))),
            _ => None,
        };
        let message = format!("{} must be {}, not {found}", label(pointer), shape.noun());
        self.complain(node.span(), pointer, message, hint);
    }

    fn complain(&mut self, span: Span, pointer: &str, message: String, hint: Option<String>) {
        let origin = self.origin(span, pointer);
        self.problems.add(&origin, message, hint);
    }

    fn node(&self, node: NodeRef<'_>, pointer: &str, value: Value) -> Node {
        Node {
            value,
            origin: self.origin(node.span(), pointer),
        }
    }

    fn origin(&self, span: Span, pointer: &str) -> Origin {
        Origin {
            layer: self.layer,
            is_shipped: self.is_shipped,
            path: Arc::clone(&self.path),
            span,
            pointer: pointer.to_owned(),
        }
    }
}

/// The pointer of what stands under a key. Every value of every file has one.
fn beneath(pointer: &str, key: &str) -> String {
    let mut child = String::with_capacity(pointer.len() + 1 + key.len());
    child.push_str(pointer);
    child.push('/');
    if key.contains(['~', '/']) {
        child.push_str(&escape_pointer(key));
    } else {
        child.push_str(key);
    }
    child
}

/// The offending text with the key it stands under: `` `x` under `stages[0].since` ``.
fn name_value(text: &str, pointer: &str) -> String {
    if text.trim().is_empty() {
        return label(pointer);
    }
    format!("`{}` under {}", shorten(text), label(pointer))
}

/// A pointer as a person writes it: `/stages/1/since` is `` `stages[1].since` ``.
fn label(pointer: &str) -> String {
    let mut label = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if part.bytes().all(|b| b.is_ascii_digit()) {
            label.push_str(&format!("[{part}]"));
        } else {
            if !label.is_empty() {
                label.push('.');
            }
            label.push_str(&part);
        }
    }
    if label.is_empty() {
        "the configuration".to_owned()
    } else {
        format!("`{label}`")
    }
}

/// A sentence of the table of keys as part of another one.
fn as_clause(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 60 && line.len() == text.trim_end().len() {
        return line.to_owned();
    }
    format!("{}...", line.chars().take(57).collect::<String>())
}
