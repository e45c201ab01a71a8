//! Writes a Report for people and for machines; decides nothing and opens no file.

mod escape;
mod excerpt;
mod failures;
mod format;
mod github;
mod gitlab;
mod headline;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
mod merge;
mod paint;
mod place;
mod prose;
mod replay;
mod sarif;
mod stages;
mod subject;
mod summary;
mod table;
mod tap;
mod trust;

#[cfg(test)]
mod hostile_sample;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use format::{Format, Options, Output, write};
pub use json::{SCHEMA, read};
pub use merge::merge;
pub use replay::{replay_as_json, replay_for_people};
pub use summary::{already_there, baselined};

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
    #[error("the report is of version `{schema}`, and this flowgate reads `{SCHEMA}`")]
    UnknownVersion { schema: String },
    #[error("this is no report of flowgate: it has no `schema`")]
    NoReport,
    #[error("line {line}, column {column}: {reason}")]
    Unreadable { line: usize, column: usize, reason: String },
}

impl ReportingError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownFormat { text } => Format::advice(text),
            Self::TwoOnStandardOutput => "give all but one a file: --format human --format json=report.json".to_owned(),
            Self::NoFile { text } => format!("write `{text}report.txt`, or leave `=` out for standard output"),
            Self::UnknownVersion { .. } => {
                "convert it with the flowgate that wrote it, or write it anew with this one".to_owned()
            }
            Self::NoReport | Self::Unreadable { .. } => "reports are written with --format json=report.json".to_owned(),
        }
    }
}
