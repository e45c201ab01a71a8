//! A file's bytes to its documents: what the file is, and every document it holds. Never panics, never reads a file itself.

use std::sync::Arc;

use crate::domain::file::{FileClass, FileProblem};
use crate::domain::location::Position;

use super::document::Document;
use super::format::Format;
use super::text::decode;
use super::yaml;

/// How much of a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of a file in bytes; never more than 4 GiB, because places in a text are counted in 32 bits.
    pub bytes: u64,
    /// Levels of collections within each other.
    pub depth: usize,
    /// Values of a file, those under an alias counted again for each alias.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 4 * 1024 * 1024,
            depth: 128,
            nodes: 1_000_000,
        }
    }
}

/// What became of a file's bytes.
#[derive(Debug, Clone)]
pub struct ParsedFile {
    pub class: FileClass,
    /// In the order of the file; only a file of class `Parsed` has any.
    pub documents: Vec<Document>,
    /// Trouble that did not keep the file from being read: a key given twice.
    pub problems: Vec<FileProblem>,
    /// Argo CD Applications and ApplicationSets that a template would write: they can be judged only once it is rendered.
    pub embedded_applications: usize,
}

/// Reads a file. The path only tells the format (one without a known extension is read as YAML) and where templates lie.
pub fn parse(path: &str, bytes: &[u8], limits: &Limits) -> ParsedFile {
    let size = bytes.len() as u64;
    let limit = limits.bytes.min(u64::from(u32::MAX) - 1);
    if size > limit {
        return ParsedFile::of_class(FileClass::TooLarge { bytes: size, limit });
    }
    let Some(text) = decode(bytes) else {
        return ParsedFile::of_class(FileClass::NotText);
    };
    let format = Format::of_path(path).unwrap_or(Format::Yaml);
    let text: Arc<str> = text.into();
    match yaml::load(&text, format, limits) {
        Ok(loaded) => ParsedFile::of_loaded(loaded),
        Err(broken) => ParsedFile::of_class(FileClass::Broken {
            reason: broken.reason,
            at: broken.at,
        }),
    }
}

impl ParsedFile {
    const fn of_class(class: FileClass) -> Self {
        Self {
            class,
            documents: Vec::new(),
            problems: Vec::new(),
            embedded_applications: 0,
        }
    }

    fn of_loaded(loaded: Loaded) -> Self {
        let class = if loaded.documents.is_empty() {
            FileClass::Empty
        } else {
            FileClass::Parsed
        };
        Self {
            documents: loaded.documents,
            problems: loaded.problems,
            ..Self::of_class(class)
        }
    }
}

/// What a format's reader found.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub documents: Vec<Document>,
    pub problems: Vec<FileProblem>,
}

/// Why a text does not parse.
#[derive(Debug)]
pub(super) struct Broken {
    pub reason: String,
    pub at: Position,
}

impl Broken {
    pub(super) fn new(reason: impl Into<String>, at: Position) -> Self {
        Self {
            reason: reason.into(),
            at,
        }
    }

    pub(super) fn too_deep(limits: &Limits, at: Position) -> Self {
        Self::new(format!("nested deeper than {} levels", limits.depth), at)
    }
}
