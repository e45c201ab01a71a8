//! Something wrong in a configuration, with its place and what to do.

use crate::domain::location::{Location, Span};

use super::tree::Origin;

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// `requires` does not admit this version of flowgate. Then it is the only problem, and its message is one line that says how to upgrade.
    Version,
    /// A file of the configuration cannot be read or parsed.
    File,
    /// What stands in it cannot be used.
    Content,
}

/// One problem. The message is a sentence in lower case without a full stop; it does not repeat the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    pub kind: ProblemKind,
    pub message: String,
    pub location: Location,
    /// What to do about it.
    pub hint: Option<String>,
}

impl ConfigProblem {
    pub(super) fn at(origin: &Origin, message: impl Into<String>, hint: Option<String>) -> Self {
        Self {
            kind: ProblemKind::Content,
            message: message.into(),
            location: origin.location(),
            hint,
        }
    }

    pub(super) fn in_file(path: &str, span: Option<Span>, message: impl Into<String>, hint: Option<String>) -> Self {
        let location = match span {
            Some(span) => Location::of_span(path, span),
            None => Location::of_path(path),
        };
        Self {
            kind: ProblemKind::File,
            message: message.into(),
            location,
            hint,
        }
    }
}

/// Gathers problems while everything is looked at.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<ConfigProblem>);

impl Problems {
    pub(super) fn add(&mut self, origin: &Origin, message: impl Into<String>, hint: Option<String>) {
        self.0.push(ConfigProblem::at(origin, message, hint));
    }
}

/// `did you mean ...?` when one of the words is near, else the list of what may stand there when that is short.
pub(super) fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    let word = word.to_lowercase();
    let near = known
        .iter()
        .map(|k| (strsim::damerau_levenshtein(&word, k), *k))
        .filter(|(distance, k)| *distance <= (k.chars().count().max(word.chars().count()) / 3).max(1))
        .min();
    match near {
        Some((_, name)) => Some(format!("did you mean `{name}`?")),
        None if known.is_empty() || known.len() > 26 => None,
        None => Some(format!("known: {}", quoted(&known))),
    }
}

/// The words in backticks, joined by commas.
pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}
