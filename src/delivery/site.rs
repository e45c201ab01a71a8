//! A node together with its file and pointer, so that everything read from it knows its place.

use crate::documents::document::{Document, NodeRef, escape_pointer};
use crate::domain::location::{Location, Span};

/// A node of a document of a file.
#[derive(Debug, Clone)]
pub struct Site<'a> {
    pub path: &'a str,
    pub node: NodeRef<'a>,
    /// JSON Pointer from the document's root.
    pub pointer: String,
    document: &'a Document,
}

impl<'a> Site<'a> {
    /// The root of a document.
    pub fn root(path: &'a str, document: &'a Document) -> Self {
        Self {
            path,
            node: document.root(),
            pointer: String::new(),
            document,
        }
    }

    pub const fn document(&self) -> &'a Document {
        self.document
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key)?;
        Some(self.child(node, &escape_pointer(key)))
    }

    /// The value at a path of keys.
    pub fn at(&self, keys: &[&str]) -> Option<Self> {
        let (first, rest) = keys.split_first()?;
        let child = self.get(first)?;
        if rest.is_empty() { Some(child) } else { child.at(rest) }
    }

    /// The items of a sequence; nothing for other nodes.
    pub fn items(&self) -> Vec<Self> {
        self.node
            .items()
            .enumerate()
            .map(|(index, node)| self.child(node, &index.to_string()))
            .collect()
    }

    /// The items of a sequence, or the node itself when it is a scalar or mapping.
    pub fn items_or_self(&self) -> Vec<Self> {
        if self.node.is_sequence() {
            self.items()
        } else if self.node.is_null() {
            Vec::new()
        } else {
            vec![self.clone()]
        }
    }

    /// The entries of a mapping whose keys are scalars.
    pub fn entries(&self) -> Vec<(&'a str, Self)> {
        self.node
            .entries()
            .filter_map(|(key, value)| {
                let key = key.as_text()?;
                Some((key, self.child(value, &escape_pointer(key))))
            })
            .collect()
    }

    /// The text of a scalar as a person reads it.
    pub fn text(&self) -> Option<&'a str> {
        self.node.as_text().map(str::trim)
    }

    /// The text under a key.
    pub fn text_of(&self, key: &str) -> Option<&'a str> {
        self.node.get(key)?.as_text().map(str::trim)
    }

    /// Where the node is.
    pub fn location(&self) -> Location {
        self.with_span(self.node.span())
    }

    /// Where the key is under which the node stands; the node itself when it has none.
    pub fn key_location(&self) -> Location {
        let span = self.document.key_span(&self.pointer).unwrap_or_else(|| self.node.span());
        self.with_span(span)
    }

    fn with_span(&self, span: Span) -> Location {
        Location {
            pointer: Some(self.pointer.clone()),
            document: Some(self.document.index()),
            ..Location::of_span(self.path, span)
        }
    }

    fn child(&self, node: NodeRef<'a>, key: &str) -> Self {
        Self {
            path: self.path,
            node,
            pointer: format!("{}/{key}", self.pointer),
            document: self.document,
        }
    }
}
