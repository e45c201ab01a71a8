//! TOML text to one document.

use std::ops::Range;
use std::sync::Arc;

use toml_edit::{Array, InlineTable, Item, Key, Table, TomlError, Value};

use super::document::{Document, Node, NodeArena, NodeId, NodeValue, Text};
use super::format::Format;
use super::parse::{Broken, Limits, Loaded};
use super::text::{Place, position_at};

/// Reads the one document of `text`; none when there is only white space and comments.
pub(super) fn load(text: &Arc<str>, limits: &Limits) -> Result<Loaded, Broken> {
    let document = toml_edit::Document::parse(&**text).map_err(|error| in_plain_words(text, &error, limits))?;
    let mut builder = Builder {
        text,
        limits,
        arena: NodeArena::default(),
    };
    let mut loaded = Loaded::default();
    let table = document.as_table();
    if !table.is_empty() {
        let root = builder.table(table, 0)?;
        builder.arena.place_all(text);
        let document = Document::new(Format::Toml, 0, Arc::clone(text), builder.arena, root);
        loaded.documents.push(document);
    }
    Ok(loaded)
}

struct Builder<'a> {
    text: &'a Arc<str>,
    limits: &'a Limits,
    /// Its nodes get their lines and columns at the end: tables may come in any order, and going back and forth costs.
    arena: NodeArena,
}

impl Builder<'_> {
    fn table(&mut self, table: &Table, depth: usize) -> Result<NodeId, Broken> {
        let id = self.open(table.span(), depth)?;
        let mut entries = Vec::with_capacity(table.len());
        for (name, item) in table {
            let Some((key, _)) = table.get_key_value(name) else { continue };
            let key = self.key(key);
            entries.push((key, self.item(item, depth + 1)?));
        }
        self.close_mapping(id, entries);
        Ok(id)
    }

    fn item(&mut self, item: &Item, depth: usize) -> Result<NodeId, Broken> {
        match item {
            Item::None => self.open(None, depth),
            Item::Value(value) => self.value(value, depth),
            Item::Table(table) => self.table(table, depth),
            Item::ArrayOfTables(tables) => {
                let id = self.open(tables.span(), depth)?;
                let items = tables.iter().map(|table| self.table(table, depth + 1));
                let items = items.collect::<Result<Vec<_>, _>>()?;
                self.close_sequence(id, items);
                Ok(id)
            }
        }
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<NodeId, Broken> {
        let span = value.span();
        let simple = match value {
            Value::Array(array) => return self.array(array, depth),
            Value::InlineTable(table) => return self.inline_table(table, depth),
            Value::String(text) => {
                let id = self.open(span, depth)?;
                let text = Text::from(text.value().as_str());
                let node = self.arena.get_mut(id);
                node.value = NodeValue::String(text);
                node.is_quoted = true;
                return Ok(id);
            }
            Value::Integer(number) => NodeValue::Integer(*number.value()),
            Value::Float(number) => NodeValue::Float(*number.value()),
            Value::Boolean(value) => NodeValue::Bool(*value.value()),
            // As it is written: what a person and a rule compare.
            Value::Datetime(_) => {
                let raw = span.clone().and_then(|span| self.text.get(span)).unwrap_or("");
                NodeValue::String(Text::from(raw))
            }
        };
        let id = self.open(span, depth)?;
        self.arena.get_mut(id).value = simple;
        Ok(id)
    }

    fn array(&mut self, array: &Array, depth: usize) -> Result<NodeId, Broken> {
        let id = self.open(array.span(), depth)?;
        let items = array.iter().map(|value| self.value(value, depth + 1));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        self.close_sequence(id, items);
        Ok(id)
    }

    fn inline_table(&mut self, table: &InlineTable, depth: usize) -> Result<NodeId, Broken> {
        let id = self.open(table.span(), depth)?;
        let mut entries = Vec::with_capacity(table.len());
        for (name, value) in table {
            let Some((key, _)) = table.get_key_value(name) else { continue };
            let key = self.key(key);
            entries.push((key, self.value(value, depth + 1)?));
        }
        self.close_mapping(id, entries);
        Ok(id)
    }

    fn key(&mut self, key: &Key) -> NodeId {
        let span = key.span();
        let raw = span.clone().and_then(|span| self.text.get(span)).unwrap_or("");
        let mut node = unplaced(NodeValue::String(Text::from(key.get())), span);
        node.is_quoted = raw.starts_with(['"', '\'']);
        self.arena.add(node)
    }

    /// Adds a node that its caller fills.
    fn open(&mut self, span: Option<Range<usize>>, depth: usize) -> Result<NodeId, Broken> {
        let at = || position_at(self.text, span.clone().map_or(0, |span| span.start));
        if depth > self.limits.depth {
            return Err(Broken::too_deep(self.limits, at()));
        }
        if self.arena.len() >= self.limits.nodes {
            return Err(Broken::too_many(self.limits, at()));
        }
        Ok(self.arena.add(unplaced(NodeValue::Null, span)))
    }

    fn close_mapping(&mut self, id: NodeId, entries: Vec<(NodeId, NodeId)>) {
        for (key, value) in &entries {
            self.enclose(id, *key);
            self.enclose(id, *value);
        }
        self.arena.get_mut(id).value = NodeValue::Mapping(entries);
    }

    fn close_sequence(&mut self, id: NodeId, items: Vec<NodeId>) {
        for item in &items {
            self.enclose(id, *item);
        }
        self.arena.get_mut(id).value = NodeValue::Sequence(items);
    }

    /// Widens a collection to take in a child: a table's own span is its header, and one that only has sub-tables has none.
    fn enclose(&mut self, id: NodeId, child: NodeId) {
        let (from, to) = self.arena.get(child).bytes;
        let node = self.arena.get_mut(id);
        let (start, end) = node.bytes;
        if start == end {
            node.bytes = (from, to);
        } else if from != to {
            node.bytes = (start.min(from), end.max(to));
        }
    }
}

fn unplaced(value: NodeValue, span: Option<Range<usize>>) -> Node {
    let span = span.unwrap_or(0..0);
    let to_u32 = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    let mut node = Node::plain(value, Place::START, Place::START);
    node.bytes = (to_u32(span.start), to_u32(span.end));
    node
}

fn in_plain_words(text: &str, error: &TomlError, limits: &Limits) -> Broken {
    let at = position_at(text, error.span().map_or(0, |span| span.start));
    if error.message().contains("recurs") {
        return Broken::too_deep(limits, at);
    }
    Broken::new(error.message(), at)
}
