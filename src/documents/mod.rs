//! Bytes to documents: YAML, JSON and TOML with the span of every node. Never panics, never reads a file itself.

mod classify;
pub mod codeowners;
mod comment;
pub mod compare;
pub mod document;
pub mod exclude;
#[cfg(test)]
mod fixture_tests;
pub mod format;
mod json;
pub mod kept;
mod mapping;
pub mod parse;
#[cfg(test)]
mod parse_tests;
mod template;
mod text;
mod toml;
mod waiver_grammar;
mod yaml;
mod yaml_error;
mod yaml_scalar;
mod yaml_span;
#[cfg(test)]
mod yaml_tests;

pub use document::{Document, Node, NodeArena, NodeId, NodeRef, NodeValue, Text, escape_pointer};
pub use format::Format;
pub use parse::{Limits, ParsedFile, parse, parse_kept};
pub use text::decode;
