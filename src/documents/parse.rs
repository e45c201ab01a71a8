//! A file's bytes to its documents: what the file is, and every document it holds. Never panics, never reads a file itself.

use std::sync::Arc;

use crate::domain::file::{FileClass, FileProblem};
use crate::domain::location::Position;
use crate::domain::waiver::WaiverComment;

use super::classify;
use super::comment;
use super::document::Document;
use super::format::Format;
use super::json;
use super::kept::KeptEvent;
use super::text::decode;
use super::toml;
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
    /// Comments that are addressed to flowgate. A file that is no document has none: nothing in it is judged.
    pub waivers: Vec<WaiverComment>,
}

/// Reads a file. The path tells the format (one without a known extension is read as JSON or YAML) and where templates lie.
pub fn parse(path: &str, bytes: &[u8], limits: &Limits) -> ParsedFile {
    let size = bytes.len() as u64;
    let limit = limits.bytes.min(u64::from(u32::MAX) - 1);
    if size > limit {
        return ParsedFile::of_class(FileClass::TooLarge { bytes: size, limit });
    }
    if classify::is_encrypted(bytes) {
        return ParsedFile::of_class(FileClass::Encrypted);
    }
    let Some(text) = decode(bytes) else {
        return ParsedFile::of_class(FileClass::NotText);
    };
    if classify::is_sops(&text) {
        return ParsedFile::of_class(FileClass::Encrypted);
    }
    let format = Format::of_path(path);
    if format != Some(Format::Toml)
        && let Some(conflict) = classify::merge_conflict(&text)
    {
        return ParsedFile::of_class(conflict.into());
    }
    if classify::is_helm_template(path, &text) {
        return ParsedFile::of_template(classify::helm(), &text);
    }
    let text: Arc<str> = text.into();
    match load(path, format, &text, limits) {
        Ok(loaded) => match classify::template_in(&loaded.documents) {
            Some(template) => ParsedFile::of_template(template, &text),
            None => {
                let waivers = comment::waivers(loaded.format(format), &text, &loaded.documents);
                ParsedFile {
                    waivers,
                    ..ParsedFile::of_loaded(loaded)
                }
            }
        },
        Err(broken) => match classify::of_broken(&text, broken) {
            template @ FileClass::Templated { .. } => ParsedFile::of_template(template, &text),
            class => ParsedFile::of_class(class),
        },
    }
}

/// What `parse` gives for a YAML text that is built in, of which the build kept the parser's events.
pub fn parse_kept(text: &str, events: &[KeptEvent], limits: &Limits) -> ParsedFile {
    let text: Arc<str> = text.into();
    match yaml::load_kept(&text, events, limits) {
        Ok(loaded) => ParsedFile::of_loaded(loaded),
        Err(broken) => ParsedFile::of_class(classify::of_broken(&text, broken)),
    }
}

fn load(path: &str, format: Option<Format>, text: &Arc<str>, limits: &Limits) -> Result<Loaded, Broken> {
    match format {
        Some(Format::Yaml) => yaml::load(text, Format::Yaml, limits),
        Some(Format::Json) => json::load(path, text, limits),
        Some(Format::Toml) => toml::load(text, limits),
        // `kubectl get -o json` on standard input: YAML would read it too, but keeps all of a flow mapping's tokens in memory.
        None if text.trim_start().starts_with('{') => {
            json::load(path, text, limits).or_else(|_| yaml::load(text, Format::Yaml, limits))
        }
        None => yaml::load(text, Format::Yaml, limits),
    }
}

impl ParsedFile {
    fn of_template(class: FileClass, text: &str) -> Self {
        Self {
            embedded_applications: classify::embedded_applications(text),
            ..Self::of_class(class)
        }
    }

    const fn of_class(class: FileClass) -> Self {
        Self {
            class,
            documents: Vec::new(),
            problems: Vec::new(),
            embedded_applications: 0,
            waivers: Vec::new(),
        }
    }

    fn of_loaded(loaded: Loaded) -> Self {
        let class = if loaded.documents.is_empty() {
            FileClass::Empty
        } else {
            FileClass::Parsed
        };
        let mut documents: Vec<Document> = Vec::with_capacity(loaded.documents.len());
        for document in loaded.documents {
            let opened = document.opened(documents.len());
            documents.extend(opened);
        }
        Self {
            documents,
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

impl Loaded {
    /// The format it was read as; `by_name` is that of the file's name.
    fn format(&self, by_name: Option<Format>) -> Format {
        let read = self.documents.first().map(Document::format);
        read.or(by_name).unwrap_or(Format::Yaml)
    }
}

/// Why a text does not parse.
#[derive(Debug)]
pub(super) struct Broken {
    pub reason: String,
    pub at: Position,
    /// The text may well be right, but is more than flowgate reads.
    pub is_limit: bool,
}

impl Broken {
    pub(super) fn new(reason: impl Into<String>, at: Position) -> Self {
        Self {
            reason: reason.into(),
            at,
            is_limit: false,
        }
    }

    pub(super) fn too_deep(limits: &Limits, at: Position) -> Self {
        Self {
            is_limit: true,
            ..Self::new(format!("nested deeper than {} levels", limits.depth), at)
        }
    }

    pub(super) fn too_many(limits: &Limits, at: Position) -> Self {
        Self {
            is_limit: true,
            ..Self::new(
                format!("more than {} values, each alias counted as what it repeats", limits.nodes),
                at,
            )
        }
    }
}
