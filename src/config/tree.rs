//! A configuration after reading: values of which each knows where it was written. Several documents merge into one tree.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::domain::location::{Location, Span};

/// Where a value of the configuration is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Height of its layer: 0 is the lowest profile.
    pub(super) layer: usize,
    /// Whether a shipped profile says it, whose patterns the tests have checked.
    pub(super) is_shipped: bool,
    pub path: Arc<str>,
    pub span: Span,
    /// JSON Pointer in that file.
    pub pointer: String,
}

impl fmt::Display for Origin {
    /// `flowgate.yaml:12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.span.start.line)
    }
}

impl Origin {
    /// Of what no file says.
    pub(super) fn nowhere() -> Self {
        Self {
            layer: 0,
            is_shipped: false,
            path: Arc::from(""),
            span: Span::point(1, 1),
            pointer: String::new(),
        }
    }

    pub fn location(&self) -> Location {
        Location {
            pointer: Some(self.pointer.clone()),
            ..Location::of_span(self.path.as_ref(), self.span)
        }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Says something of its own: no stage, or *take away what stands beneath*.
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    /// A string, or another scalar where text was asked for.
    Text(String),
    List(Vec<Node>),
    /// Keys in the order in which they count: nearer layers first.
    Map(Vec<Entry>),
}

/// One entry of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Where the key is written.
    pub(super) at: Origin,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|e| e.key == key).map(|e| &e.node)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) const fn bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The text under a key.
    pub(super) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// The boolean under a key.
    pub(super) fn bool_of(&self, key: &str) -> Option<bool> {
        self.get(key)?.bool()
    }

    /// The items of the list under a key; nothing when it is missing.
    pub(super) fn items_of(&self, key: &str) -> &[Self] {
        self.get(key).map_or(&[], Self::items)
    }

    /// The texts of the list under a key.
    pub(super) fn texts_of(&self, key: &str) -> Vec<String> {
        self.items_of(key).iter().filter_map(Self::text).map(str::to_owned).collect()
    }

    /// The entries of the mapping under a key.
    pub(super) fn entries_of(&self, key: &str) -> &[Entry] {
        self.get(key).map_or(&[], Self::entries)
    }

    /// The value at a JSON Pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<&Self> {
        let mut node = self;
        for part in pointer.strip_prefix('/').into_iter().flat_map(|p| p.split('/')) {
            let key = part.replace("~1", "/").replace("~0", "~");
            node = match &node.value {
                Value::List(items) => items.get(key.parse::<usize>().ok()?)?,
                _ => node.get(&key)?,
            };
        }
        (pointer.is_empty() || pointer.starts_with('/')).then_some(node)
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Integer(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => entries.iter().map(|e| (e.key.clone(), e.node.to_json())).collect(),
        }
    }
}

/// As `to_json`, without a copy of every text.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Integer(value) => serializer.serialize_i64(*value),
            Value::Float(value) => serializer.serialize_f64(*value),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(entries) => serializer.collect_map(entries.iter().map(|e| (&e.key, &e.node))),
        }
    }
}
