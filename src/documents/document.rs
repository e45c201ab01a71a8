//! One parsed document as a tree of nodes in an arena, every node with its span. Reads nothing and knows no format's grammar.

use std::ops::Deref;
use std::sync::Arc;

use crate::domain::location::Span;

use super::format::Format;
use super::text::Place;

/// Index of a node in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// What a node holds. Anchors, aliases and merge keys are already applied: a node may be reached by several ways.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeValue {
    Null,
    Bool(bool),
    Integer(i64),
    /// Also integers beyond 64 bits.
    Float(f64),
    String(Text),
    Sequence(Vec<NodeId>),
    /// Key node and value node, in the order of the text; of a key given twice the last one.
    Mapping(Vec<(NodeId, NodeId)>),
}

/// The text of a string scalar: most often a stretch of the file itself, so that nothing is copied.
#[derive(Debug, Clone)]
pub struct Text(Storage);

#[derive(Debug, Clone)]
enum Storage {
    Stretch { file: Arc<str>, start: u32, end: u32 },
    Own(Box<str>),
}

impl Text {
    /// The bytes `start..end` of a file's text; empty when they are not inside it.
    pub const fn stretch(file: Arc<str>, start: u32, end: u32) -> Self {
        Self(Storage::Stretch { file, start, end })
    }

    pub fn as_str(&self) -> &str {
        match &self.0 {
            Storage::Stretch { file, start, end } => file.get(*start as usize..*end as usize).unwrap_or(""),
            Storage::Own(text) => text,
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Storage::Own(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Storage::Own(text.into()))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// One node: value, place, and what the text said beyond the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub value: NodeValue,
    pub span: Span,
    /// Byte offsets of the node's text in the file's text.
    pub bytes: (u32, u32),
    /// A tag that is not of YAML's core schema, with its `!`: `!reference`, `!vault`.
    pub tag: Option<Arc<str>>,
    /// A scalar in quotes or in block style; always a string.
    pub is_quoted: bool,
}

impl Node {
    /// A node without a tag, not quoted.
    pub(super) const fn plain(value: NodeValue, start: Place, end: Place) -> Self {
        let span = Span {
            start: start.position,
            end: end.position,
        };
        Self {
            value,
            span,
            bytes: (start.byte, end.byte),
            tag: None,
            is_quoted: false,
        }
    }
}

/// One document of a file.
#[derive(Debug, Clone)]
pub struct Document {
    format: Format,
    /// Position in its file, from 0; empty documents are not counted.
    index: usize,
    /// The text of the whole file, shared by its documents.
    text: Arc<str>,
    /// Shared by the objects of one list.
    nodes: Arc<[Node]>,
    root: NodeId,
    /// The list that it was taken out of.
    list: Option<NodeId>,
}

impl Document {
    /// Takes the nodes that a parser made; `root` must be one that `NodeArena::add` returned.
    pub fn new(format: Format, index: usize, text: Arc<str>, arena: NodeArena, root: NodeId) -> Self {
        Self {
            format,
            index,
            text,
            nodes: arena.nodes.into(),
            root,
            list: None,
        }
    }

    /// The objects of a Kubernetes list (`kind: List`, `kind: ApplicationList`), each a document of its own as if it had been written
    /// with `---` before it; a document that is no such list is the only one. `index` is that of the first.
    pub(super) fn opened(self, index: usize) -> Vec<Self> {
        let root = self.root();
        let is_list = root
            .get("kind")
            .and_then(NodeRef::as_str)
            .is_some_and(|kind| kind.ends_with("List"))
            && root.get("apiVersion").is_some();
        let items: Vec<NodeRef<'_>> = root
            .get("items")
            .filter(|_| is_list)
            .into_iter()
            .flat_map(NodeRef::items)
            .collect();
        // A list without items, or with something else in it, has nothing to open.
        if items.is_empty() || !items.iter().all(|item| item.is_mapping()) {
            return vec![Self { index, ..self }];
        }
        let object = |(position, item): (usize, &NodeRef<'_>)| Self {
            index: index + position,
            root: item.id,
            text: Arc::clone(&self.text),
            nodes: Arc::clone(&self.nodes),
            format: self.format,
            list: Some(self.root),
        };
        items.iter().enumerate().map(object).collect()
    }

    pub const fn format(&self) -> Format {
        self.format
    }

    pub const fn index(&self) -> usize {
        self.index
    }

    /// The text of the whole file.
    pub const fn text(&self) -> &Arc<str> {
        &self.text
    }

    pub fn root(&self) -> NodeRef<'_> {
        NodeRef {
            document: self,
            id: self.root,
        }
    }

    /// The Kubernetes list whose item it is, with what the list says beside its items.
    pub fn list(&self) -> Option<NodeRef<'_>> {
        self.list.map(|id| NodeRef { document: self, id })
    }

    /// The node at a JSON Pointer (RFC 6901), if there is one.
    pub fn at(&self, pointer: &str) -> Option<NodeRef<'_>> {
        let (node, rest) = self.nearest(pointer);
        rest.is_empty().then_some(node)
    }

    /// The deepest node on the way to `pointer`, and the part of the pointer that leads beyond it (empty when it is reached).
    pub fn nearest<'p>(&self, pointer: &'p str) -> (NodeRef<'_>, &'p str) {
        let mut node = self.root();
        let mut rest = pointer;
        while let Some(tail) = rest.strip_prefix('/') {
            let end = tail.find('/').unwrap_or(tail.len());
            let key = tail[..end].replace("~1", "/").replace("~0", "~");
            let next = match node.value() {
                NodeValue::Sequence(_) => key.parse().ok().and_then(|i| node.item(i)),
                _ => node.get(&key),
            };
            let Some(next) = next else { break };
            node = next;
            rest = &tail[end..];
        }
        (node, rest)
    }

    /// The span of the key under which the node at `pointer` stands, for findings about a name.
    pub fn key_span(&self, pointer: &str) -> Option<Span> {
        let (parent, key) = pointer.rsplit_once('/')?;
        let key = key.replace("~1", "/").replace("~0", "~");
        self.at(parent)?
            .entries()
            .find(|(k, _)| k.as_str() == Some(key.as_str()))
            .map(|(k, _)| k.span())
    }

    /// Every node, once each, also keys.
    pub fn nodes(&self) -> impl Iterator<Item = NodeRef<'_>> {
        (0..)
            .map(NodeId)
            .take(self.nodes.len())
            .map(|id| NodeRef { document: self, id })
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
}

/// Collects nodes while a parser runs.
#[derive(Debug, Default)]
pub struct NodeArena {
    nodes: Vec<Node>,
}

impl NodeArena {
    /// Adds a node and returns its id.
    pub fn add(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node);
        id
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub fn get(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub fn get_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    /// Sets the line and column of every node from its byte offsets, in one walk over the text.
    pub(super) fn place_all(&mut self, text: &str) {
        let ends = self
            .nodes
            .iter()
            .enumerate()
            .flat_map(|(node, Node { bytes, .. })| [(bytes.0, node, false), (bytes.1, node, true)]);
        let mut ends: Vec<_> = ends.collect();
        ends.sort_unstable();
        let mut place = Place::START;
        for (byte, node, is_end) in ends {
            place = place.after(text, (byte - place.byte) as usize);
            if let Some(node) = self.nodes.get_mut(node) {
                let position = if is_end { &mut node.span.end } else { &mut node.span.start };
                *position = place.position;
            }
        }
    }
}

/// A node together with its document.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'a> {
    document: &'a Document,
    id: NodeId,
}

impl<'a> NodeRef<'a> {
    pub fn value(self) -> &'a NodeValue {
        &self.node().value
    }

    pub fn span(self) -> Span {
        self.node().span
    }

    /// Byte offsets of the node's text in the file's text.
    pub fn bytes(self) -> (u32, u32) {
        self.node().bytes
    }

    /// Neither a collection nor null.
    pub fn is_scalar(self) -> bool {
        !matches!(self.value(), NodeValue::Null | NodeValue::Sequence(_) | NodeValue::Mapping(_))
    }

    pub fn tag(self) -> Option<&'a str> {
        self.node().tag.as_deref()
    }

    pub fn is_quoted(self) -> bool {
        self.node().is_quoted
    }

    /// The text of the node as it stands in the file: `1.10` for a number that would print as 1.1.
    pub fn raw(self) -> &'a str {
        let (start, end) = self.node().bytes;
        self.document.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// The string of a string scalar.
    pub fn as_str(self) -> Option<&'a str> {
        match self.value() {
            NodeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// What a person reads in a scalar: the string, or the raw text of a number or boolean. `None` for null and collections.
    pub fn as_text(self) -> Option<&'a str> {
        match self.value() {
            NodeValue::String(text) => Some(text),
            NodeValue::Bool(_) | NodeValue::Integer(_) | NodeValue::Float(_) => Some(self.raw()),
            _ => None,
        }
    }

    pub fn as_bool(self) -> Option<bool> {
        match self.value() {
            NodeValue::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub fn is_null(self) -> bool {
        matches!(self.value(), NodeValue::Null)
    }

    pub fn is_mapping(self) -> bool {
        matches!(self.value(), NodeValue::Mapping(_))
    }

    pub fn is_sequence(self) -> bool {
        matches!(self.value(), NodeValue::Sequence(_))
    }

    /// The value under a key of a mapping.
    pub fn get(self, key: &str) -> Option<Self> {
        self.entries().find(|(k, _)| k.as_text() == Some(key)).map(|(_, value)| value)
    }

    /// The value at a path of keys: `root.path(&["spec", "source"])`.
    pub fn path(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The item of a sequence.
    pub fn item(self, index: usize) -> Option<Self> {
        match self.value() {
            NodeValue::Sequence(items) => items.get(index).map(|id| self.with(*id)),
            _ => None,
        }
    }

    /// The items of a sequence; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Self> + 'a {
        let items: &'a [NodeId] = match self.value() {
            NodeValue::Sequence(items) => items,
            _ => &[],
        };
        items.iter().map(move |id| self.with(*id))
    }

    /// The entries of a mapping as (key, value); nothing for other nodes.
    pub fn entries(self) -> impl Iterator<Item = (Self, Self)> + 'a {
        let entries: &'a [(NodeId, NodeId)] = match self.value() {
            NodeValue::Mapping(entries) => entries,
            _ => &[],
        };
        entries.iter().map(move |(k, v)| (self.with(*k), self.with(*v)))
    }

    fn node(self) -> &'a Node {
        self.document.node(self.id)
    }

    fn with(self, id: NodeId) -> Self {
        Self {
            document: self.document,
            id,
        }
    }
}

/// Escapes one key for a JSON Pointer.
pub fn escape_pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
