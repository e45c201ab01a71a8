//! Writes a report to where the user asked for it.

use std::io::Write as _;
use std::path::PathBuf;

use crate::domain::report::Report;
use crate::reporting::{Format, Options, Output, ReportingError, write};

use super::args::OutputArguments;
use super::rules::in_words;
use super::run::{UNDECIDED, complain, print};
use super::terminal;

/// Where the report goes, checked before anything is judged.
#[derive(Debug)]
pub struct Outputs {
    outputs: Vec<Output>,
    options: Options,
}

/// Reads `--format` and its neighbours. Without `--format`, people are served.
///
/// # Errors
/// The first format that cannot be used.
pub fn outputs(arguments: &OutputArguments) -> Result<Outputs, ReportingError> {
    let mut outputs = arguments
        .formats
        .iter()
        .map(|text| Output::parse(text))
        .collect::<Result<Vec<_>, _>>()?;
    if outputs.is_empty() {
        outputs.push(Output {
            format: Format::Human,
            file: None,
        });
    }
    if outputs.iter().filter(|output| output.file.is_none()).count() > 1 {
        return Err(ReportingError::TwoOnStandardOutput);
    }
    Ok(Outputs {
        outputs,
        options: Options {
            color: terminal::wants_color(),
            unicode: true,
            width: terminal::width(),
            full: arguments.full,
            quiet: arguments.quiet,
        },
    })
}

impl Outputs {
    /// Whether people read standard output.
    pub fn serves_people(&self) -> bool {
        self.outputs.iter().any(|o| o.format == Format::Human && o.file.is_none())
    }

    /// Writes every asked report; the exit code is the verdict's, or 2 when one could not be written.
    pub fn write(&self, report: &Report) -> u8 {
        match (report.verdict.exit_code(), self.write_all(report)) {
            // A report that nobody can read must not look like a clean run; findings keep their own code.
            (0, false) => UNDECIDED,
            (code, _) => code,
        }
    }

    /// Writes every asked report, whatever its verdict; whether all could be written.
    pub fn write_all(&self, report: &Report) -> bool {
        let mut all = true;
        for output in &self.outputs {
            let failed = match &output.file {
                None => print(&write(output.format, report, &self.options)) != 0,
                Some(path) => self.write_file(output.format, path, report),
            };
            let has_summary = output.format != Format::GitHub || self.append_step_summary(report);
            all &= !failed && has_summary;
        }
        all
    }

    /// Writes the reports that go to files, because standard output carries something else; there, failures go to standard error.
    pub fn write_beside(&self, report: &Report) -> u8 {
        for failure in &report.failures {
            complain(&format!("flowgate: {}", in_words(failure)));
        }
        let files = Self {
            outputs: self.outputs.iter().filter(|o| o.file.is_some()).cloned().collect(),
            options: self.options,
        };
        files.write(report)
    }

    /// The page of the workflow's run, beside its annotations: the report as Markdown, behind what other steps wrote there. False when it
    /// cannot be written.
    #[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
    fn append_step_summary(&self, report: &Report) -> bool {
        let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
            return true;
        };
        let text = write(Format::Markdown, report, &self.options);
        let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
        match file.and_then(|mut file| file.write_all(text.as_bytes())) {
            Ok(()) => true,
            Err(error) => {
                let path = PathBuf::from(path);
                complain(&format!(
                    "flowgate: the step summary cannot be written to {}: {error}",
                    path.display()
                ));
                false
            }
        }
    }

    fn write_file(&self, format: Format, path: &PathBuf, report: &Report) -> bool {
        let plain = Options {
            color: false,
            ..self.options
        };
        match std::fs::write(path, write(format, report, &plain)) {
            Ok(()) => false,
            Err(error) => {
                complain(&format!(
                    "flowgate: the report cannot be written to {}: {error}",
                    path.display()
                ));
                true
            }
        }
    }
}
