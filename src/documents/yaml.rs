//! YAML text to documents: the parser's events become nodes; anchors, aliases and merge keys are applied on the way.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as EventSpan, Tag};

use crate::domain::location::Position;

use super::document::{Document, Node, NodeArena, NodeId, NodeValue, Text};
use super::format::Format;
use super::kept::KeptEvent;
use super::mapping;
use super::parse::{Broken, Limits, Loaded};
use super::text::Place;
use super::yaml_error;
use super::yaml_scalar;
use super::yaml_span::Places;

/// Reads every document of `text`.
pub(super) fn load(text: &Arc<str>, format: Format, limits: &Limits) -> Result<Loaded, Broken> {
    let mut builder = Builder::new(text, format, limits);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| yaml_error::in_plain_words(text, &error, limits))?;
        builder.take(event, span)?;
    }
    Ok(builder.loaded)
}

/// The documents of a text whose events were kept.
pub(super) fn load_kept(text: &Arc<str>, events: &[KeptEvent], limits: &Limits) -> Result<Loaded, Broken> {
    let mut builder = Builder::new(text, Format::Yaml, limits);
    for kept in events {
        let (event, span) = kept.event(text);
        builder.take(event, span)?;
    }
    Ok(builder.loaded)
}

struct Builder<'a> {
    text: &'a Arc<str>,
    format: Format,
    limits: &'a Limits,
    places: Places<'a>,
    loaded: Loaded,
    arena: NodeArena,
    /// Collections that are still open, outermost first.
    frames: Vec<Frame>,
    /// Children of all open collections, each frame's from its `first_child` on.
    children: Vec<NodeId>,
    anchors: BTreeMap<usize, Anchor>,
    root: Option<NodeId>,
    /// Nodes of the file, those under an alias counted once more for each alias.
    nodes: usize,
}

struct Frame {
    id: NodeId,
    is_mapping: bool,
    has_merge_key: bool,
    first_child: usize,
    anchor: usize,
    nodes_before: usize,
    /// Levels of collections below this one.
    height: usize,
}

#[derive(Clone, Copy)]
struct Anchor {
    id: NodeId,
    nodes: usize,
    /// Levels of collections, 0 for a scalar.
    height: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a Arc<str>, format: Format, limits: &'a Limits) -> Self {
        Self {
            text,
            format,
            limits,
            places: Places::new(text),
            loaded: Loaded::default(),
            arena: NodeArena::default(),
            frames: Vec::new(),
            children: Vec::new(),
            anchors: BTreeMap::new(),
            root: None,
            nodes: 0,
        }
    }

    fn take(&mut self, event: Event<'_>, span: EventSpan) -> Result<(), Broken> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag.as_deref(), span),
            Event::MappingStart(anchor, tag) => self.open(true, anchor, tag.as_deref(), span),
            Event::SequenceStart(anchor, tag) => self.open(false, anchor, tag.as_deref(), span),
            Event::MappingEnd | Event::SequenceEnd => {
                self.close(span);
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::DocumentStart(is_marked) => {
                if is_marked {
                    self.places.begin_document(span);
                }
                Ok(())
            }
            Event::DocumentEnd => {
                self.places.end_document(span);
                self.end_document();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: EventSpan,
    ) -> Result<(), Broken> {
        let has_properties = anchor > 0 || tag.is_some();
        let is_quoted = style != ScalarStyle::Plain;
        let in_sequence = self.frames.last().is_some_and(|frame| !frame.is_mapping);
        let (start, end) = match style {
            ScalarStyle::Plain if text.is_empty() => self.places.of_nothing(span, has_properties, in_sequence),
            ScalarStyle::Plain => self.places.of_plain(span, has_properties),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => self.places.of_quoted(span, has_properties),
            ScalarStyle::Literal | ScalarStyle::Folded => self.places.of_block(span, has_properties),
        };
        let string = |text: Cow<'_, str>| NodeValue::String(stretch_or_own(self.text, text, start, end));
        let (value, tag) = match tag {
            None if is_quoted => (string(text), None),
            None => (yaml_scalar::resolve(&text).unwrap_or_else(|| string(text)), None),
            Some(tag) => yaml_scalar::resolve_tagged(&text, is_quoted, tag),
        };
        self.count(1, start.position)?;
        let mut node = Node::plain(value, start, end);
        node.tag = tag;
        node.is_quoted = is_quoted;
        let is_merge_key = mapping::is_merge_key(&node);
        let id = self.arena.add(node);
        self.remember(anchor, id, 1, 0);
        if is_merge_key
            && let Some(frame) = self.frames.last_mut()
            && frame.is_mapping
            && (self.children.len() - frame.first_child).is_multiple_of(2)
        {
            frame.has_merge_key = true;
        }
        self.attach(id, 0);
        Ok(())
    }

    fn open(&mut self, is_mapping: bool, anchor: usize, tag: Option<&Tag>, span: EventSpan) -> Result<(), Broken> {
        let in_mapping = self.frames.last().is_some_and(|frame| frame.is_mapping);
        let has_properties = anchor > 0 || tag.is_some();
        let start = self.places.of_start(span, has_properties, !is_mapping && in_mapping);
        if self.frames.len() >= self.limits.depth {
            return Err(Broken::too_deep(self.limits, start.position));
        }
        let nodes_before = self.nodes;
        self.count(1, start.position)?;
        let mut node = Node::plain(NodeValue::Null, start, start);
        node.tag = tag.and_then(yaml_scalar::tag_to_keep);
        let id = self.arena.add(node);
        self.frames.push(Frame {
            id,
            is_mapping,
            has_merge_key: false,
            first_child: self.children.len(),
            anchor,
            nodes_before,
            height: 1,
        });
        Ok(())
    }

    fn close(&mut self, span: EventSpan) {
        let Some(frame) = self.frames.pop() else { return };
        let end = self.places.of_end(span);
        let children = self.children.get(frame.first_child..).unwrap_or(&[]);
        let value = if frame.is_mapping {
            let (pairs, _) = children.as_chunks::<2>();
            let entries = pairs.iter().map(|[key, value]| (*key, *value)).collect();
            let problems = &mut self.loaded.problems;
            let mut entries = mapping::without_repeated(&self.arena, entries, problems);
            if frame.has_merge_key {
                entries = mapping::with_merged(&self.arena, entries, problems);
            }
            NodeValue::Mapping(entries)
        } else {
            NodeValue::Sequence(children.to_vec())
        };
        self.children.truncate(frame.first_child);
        let node = self.arena.get_mut(frame.id);
        node.value = value;
        // A mapping of nothing but `?` has no word that could end it.
        node.span.end = end.position.max(node.span.start);
        node.bytes.1 = end.byte.max(node.bytes.0);
        self.remember(frame.anchor, frame.id, self.nodes - frame.nodes_before, frame.height);
        self.attach(frame.id, frame.height);
    }

    fn alias(&mut self, anchor: usize, span: EventSpan) -> Result<(), Broken> {
        let (start, _) = self.places.of_plain(span, false);
        let Some(target) = self.anchors.get(&anchor).copied() else {
            let is_open = self.frames.iter().any(|frame| frame.anchor == anchor);
            let reason = if is_open {
                "an alias stands inside the node that it repeats"
            } else {
                "an alias repeats an anchor of another document"
            };
            return Err(Broken::new(reason, start.position));
        };
        if self.frames.len() + target.height > self.limits.depth {
            return Err(Broken::too_deep(self.limits, start.position));
        }
        self.count(target.nodes, start.position)?;
        self.attach(target.id, target.height);
        Ok(())
    }

    fn end_document(&mut self) {
        let arena = std::mem::take(&mut self.arena);
        self.anchors.clear();
        if let Some(root) = self.root.take()
            && !is_nothing(arena.get(root))
        {
            let index = self.loaded.documents.len();
            let document = Document::new(self.format, index, Arc::clone(self.text), arena, root);
            self.loaded.documents.push(document);
        }
    }

    fn count(&mut self, nodes: usize, at: Position) -> Result<(), Broken> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > self.limits.nodes {
            return Err(Broken::too_many(self.limits, at));
        }
        Ok(())
    }

    fn remember(&mut self, anchor: usize, id: NodeId, nodes: usize, height: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, Anchor { id, nodes, height });
        }
    }

    /// Hands a finished node to the collection around it.
    fn attach(&mut self, id: NodeId, height: usize) {
        match self.frames.last_mut() {
            Some(frame) => {
                let is_value = frame.is_mapping && !(self.children.len() - frame.first_child).is_multiple_of(2);
                // What is merged comes to stand in this collection, not below it.
                let is_merged = is_value
                    && frame.has_merge_key
                    && self
                        .children
                        .last()
                        .is_some_and(|key| mapping::is_merge_key(self.arena.get(*key)));
                let levels = if is_merged { height } else { height + 1 };
                frame.height = frame.height.max(levels);
                self.children.push(id);
            }
            None => self.root = Some(id),
        }
    }
}

/// The stretch of the file from `start` to `end` (without quotes) when it reads as `text`, which then need not be kept.
fn stretch_or_own(file: &Arc<str>, text: Cow<'_, str>, start: Place, end: Place) -> Text {
    let quotes = (end.byte - start.byte).saturating_sub(u32::try_from(text.len()).unwrap_or(u32::MAX)) / 2;
    let (start, end) = (start.byte + quotes, end.byte.saturating_sub(quotes));
    if file.get(start as usize..end as usize) == Some(&text) {
        Text::stretch(Arc::clone(file), start, end)
    } else {
        Text::from(text.into_owned())
    }
}

/// Is there nothing at all where the document should be?
fn is_nothing(node: &Node) -> bool {
    node.value == NodeValue::Null && node.bytes.0 == node.bytes.1 && node.tag.is_none()
}
