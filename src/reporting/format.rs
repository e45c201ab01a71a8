//! The formats a report can be written in, and where each is to go.

use std::path::PathBuf;

use super::{ReportingError, github, gitlab, html, human, json, junit, markdown, sarif, tap};
use crate::domain::report::Report;

/// A way to write a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    Human,
    Json,
    /// Code Quality of GitLab.
    GitLab,
    /// Annotations of a GitHub workflow.
    GitHub,
    /// The Test Anything Protocol.
    Tap,
    /// XML of JUnit, as Jenkins reads it.
    JUnit,
    /// Version 2.1.0.
    Sarif,
    Markdown,
    Html,
}

/// A format and the file that takes it; without a file, standard output.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Output {
    pub format: Format,
    pub file: Option<PathBuf>,
}

/// How a report looks to people; formats for machines ignore all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// ANSI colours.
    pub color: bool,
    /// Box-drawing characters; otherwise ASCII.
    pub unicode: bool,
    /// Columns of the terminal. Long source lines are cut to it; sentences never are, so that commands can be copied.
    pub width: usize,
    /// Everything, instead of the first findings of each rule.
    pub full: bool,
    /// Findings and failures only.
    pub quiet: bool,
}

/// Writes a report; the order of everything in it is the caller's.
pub fn write(format: Format, report: &Report, options: &Options) -> String {
    match format {
        Format::Human => human::write(report, options),
        Format::Json => json::write(report),
        Format::GitLab => gitlab::write(report),
        Format::GitHub => github::write(report),
        Format::Tap => tap::write(report),
        Format::JUnit => junit::write(report),
        Format::Sarif => sarif::write(report),
        Format::Markdown => markdown::write(report),
        Format::Html => html::write(report),
    }
}

impl Format {
    pub const ALL: [Self; 9] = [
        Self::Human,
        Self::Json,
        Self::GitLab,
        Self::GitHub,
        Self::Tap,
        Self::JUnit,
        Self::Sarif,
        Self::Markdown,
        Self::Html,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::GitLab => "gitlab",
            Self::GitHub => "github",
            Self::Tap => "tap",
            Self::JUnit => "junit",
            Self::Sarif => "sarif",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    /// The names that may stand in place of an unknown one, the nearest first when one is near.
    pub(super) fn advice(text: &str) -> String {
        let near = Self::ALL
            .into_iter()
            .find(|format| strsim::damerau_levenshtein(format.as_str(), text) <= 2);
        let all = Self::ALL.map(Self::as_str).join(", ");
        match near {
            Some(format) => format!("did you mean `{}`? Known formats: {all}", format.as_str()),
            None => format!("known formats: {all}"),
        }
    }
}

impl Output {
    /// Reads `json` or `json=FILE`.
    ///
    /// # Errors
    /// The format is unknown, or no file follows the `=`.
    pub fn parse(text: &str) -> Result<Self, ReportingError> {
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        let format = Format::parse(name).ok_or_else(|| ReportingError::UnknownFormat { text: name.to_owned() })?;
        match file {
            Some("") => Err(ReportingError::NoFile { text: text.to_owned() }),
            Some(file) => Ok(Self {
                format,
                file: Some(PathBuf::from(file)),
            }),
            None => Ok(Self { format, file: None }),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            unicode: true,
            width: 100,
            full: false,
            quiet: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_may_name_its_file() {
        assert_eq!(
            Output::parse("human"),
            Ok(Output {
                format: Format::Human,
                file: None
            })
        );
        let json = Output {
            format: Format::Json,
            file: Some(PathBuf::from("out/a=b.json")),
        };
        assert_eq!(Output::parse("json=out/a=b.json"), Ok(json));
    }

    #[test]
    fn every_format_is_read_by_its_name() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.as_str()), Some(format));
        }
    }

    #[test]
    fn a_mistyped_format_is_answered_with_the_near_one() {
        let error = Output::parse("jsno=x").unwrap_err();
        assert_eq!(error.to_string(), "unknown format `jsno`");
        let known = Format::ALL.map(Format::as_str).join(", ");
        assert_eq!(error.hint(), format!("did you mean `json`? Known formats: {known}"));
        assert_eq!(
            Output::parse("nonsense").unwrap_err().hint(),
            format!("known formats: {known}")
        );
    }

    #[test]
    fn a_format_with_an_empty_file_is_refused() {
        let error = Output::parse("json=").unwrap_err();
        assert_eq!(error.to_string(), "format `json=` names no file after `=`");
        assert_eq!(error.hint(), "write `json=report.txt`, or leave `=` out for standard output");
    }
}
