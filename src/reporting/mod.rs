//! Writes a Report for people and for machines; decides nothing and opens no file.

mod escape;
mod excerpt;
mod failures;
mod format;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod paint;
mod place;
mod sarif;
mod subject;
mod summary;
mod table;
mod tap;

#[cfg(test)]
mod hostile_sample;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use format::{Format, Options, Output, write};
pub use json::SCHEMA;
pub use summary::already_there;

use thiserror::Error;

/// A format that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReportingError {
    #[error("unknown format `{text}`")]
    UnknownFormat { text: String },
    #[error("two formats would go to standard output, one behind the other")]
    TwoOnStandardOutput,
    #[error("format `{text}` names no file after `=`")]
    NoFile { text: String },
}

impl ReportingError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownFormat { text } => Format::advice(text),
            Self::TwoOnStandardOutput => "give all but one a file: --format human --format json=report.json".to_owned(),
            Self::NoFile { text } => format!("write `{text}report.txt`, or leave `=` out for standard output"),
        }
    }
}
