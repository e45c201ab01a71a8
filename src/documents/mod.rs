//! Bytes to documents: YAML, JSON and TOML with the span of every node. Never panics, never reads a file itself.

pub mod document;
pub mod format;

pub use document::{Document, Node, NodeArena, NodeId, NodeRef, NodeValue, escape_pointer};
pub use format::Format;
