//! `flowgate report convert`: reads saved reports, makes one of them, and writes it in any format.

use std::io::Read as _;
use std::path::Path;

use crate::domain::report::Report;
use crate::reporting::{ReportingError, merge, read};

use super::args::ConvertArguments;
use super::output::outputs;
use super::run::{UNDECIDED, complain};

/// 0 when everything was written: the verdict was the exit code of the run that made the report, and is not told twice.
pub fn convert(arguments: &ConvertArguments) -> u8 {
    let refused = |error: &ReportingError, place: &str| {
        complain(&format!("flowgate: {place}{error}\n{}", error.hint()));
        UNDECIDED
    };
    let outputs = match outputs(&arguments.output) {
        Ok(outputs) => outputs,
        Err(error) => return refused(&error, ""),
    };
    let mut reports: Vec<Report> = Vec::new();
    for file in &arguments.files {
        let text = match text(file) {
            Ok(text) => text,
            Err(error) => {
                complain(&format!("flowgate: {}: {error}", file.display()));
                return UNDECIDED;
            }
        };
        match read(&text) {
            Ok(report) => reports.push(report),
            Err(error) => return refused(&error, &format!("{}: ", file.display())),
        }
    }
    match merge(reports) {
        Some(report) if outputs.write_all(&report) => 0,
        _ => UNDECIDED,
    }
}

fn text(file: &Path) -> std::io::Result<String> {
    if file.as_os_str() != "-" {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}
