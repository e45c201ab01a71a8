//! `input.document` as `policies/README.md` describes it: the document's value, and beside it what flowgate believes about it.

use crate::documents::{Document, NodeRef, NodeValue};
use crate::domain::location::Location;
use crate::facts::documents::DocumentFacts;
use crate::policy::Value;
use crate::policy::value::{array, object, optional_string as optional, string as text};

use super::row_input::{at_value, stage_value};
use super::unquoted::unquoted_value;

/// The value handed to document rules.
pub fn document_value(facts: &DocumentFacts<'_>) -> Value {
    let document = facts.document;
    let root = document.root();
    let reduced = facts.reduced;
    let at = Location {
        path: Some(facts.path.to_owned()),
        span: Some(root.span()),
        pointer: Some(String::new()),
        document: Some(document.index()),
        branch: facts.branch.map(str::to_owned),
        ..Location::default()
    };
    object([
        ("path", text(facts.path)),
        ("index", Value::from(document.index())),
        ("format", text(document.format().as_str())),
        ("kind", text(&reduced.kind)),
        ("api_version", optional(reduced.api_version.as_deref())),
        ("name", optional(reduced.name.as_deref())),
        ("namespace", optional(reduced.namespace.as_deref())),
        ("value", node_value(root)),
        ("stage", stage_value(&reduced.stage)),
        ("unquoted", unquoted_value(root)),
        ("at", at_value(&at)),
    ])
}

/// A node as Rego sees it. A tagged value becomes `{"!tag": value}`; keys become strings.
pub fn node_value(node: NodeRef<'_>) -> Value {
    let bare = match node.value() {
        NodeValue::Null => Value::Null,
        NodeValue::Bool(value) => Value::from(*value),
        NodeValue::Integer(value) => Value::from(*value),
        // Infinity and NaN have no place in JSON: the text as written is what a rule can still compare.
        NodeValue::Float(value) if value.is_finite() => Value::from(*value),
        NodeValue::Float(_) => text(node.raw()),
        NodeValue::String(value) => text(value),
        NodeValue::Sequence(_) => array(node.items().map(node_value)),
        NodeValue::Mapping(_) => object(
            node.entries()
                .filter_map(|(key, value)| Some((key_text(key)?, node_value(value)))),
        ),
    };
    match node.tag() {
        Some(tag) => object([(tag, bare)]),
        None => bare,
    }
}

/// A key as text; `None` for one that is a collection.
pub fn key_text(key: NodeRef<'_>) -> Option<&str> {
    if key.is_null() { Some("null") } else { key.as_text() }
}

/// The location of a pointer in a document; of the nearest thing that is there when the pointer leads nowhere.
pub fn locate(document: &Document, path: &str, pointer: &str, is_key: bool) -> Location {
    let span = match document.key_span(pointer).filter(|_| is_key) {
        Some(span) => span,
        None => nearest_span(document, pointer),
    };
    Location {
        path: Some(path.to_owned()),
        span: Some(span),
        pointer: Some(pointer.to_owned()),
        document: Some(document.index()),
        ..Location::default()
    }
}

/// For a field that is missing, the key of the mapping that lacks it: its whole body would bury the message.
fn nearest_span(document: &Document, pointer: &str) -> crate::domain::location::Span {
    let (node, rest) = document.nearest(pointer);
    if rest.is_empty() {
        return node.span();
    }
    let reached = &pointer[..pointer.len() - rest.len()];
    document.key_span(reached).unwrap_or_else(|| {
        let first_key = node.entries().next().map(|(key, _)| key.span());
        first_key.unwrap_or_else(|| node.span())
    })
}
