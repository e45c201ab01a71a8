//! How a hook ends: what it says to the person who waits for Git, and with which code.

use std::io::IsTerminal as _;

use super::context::{Context, os_variable};
use crate::cli::run::{UNDECIDED, complain};
use crate::cli::{output, terminal};
use crate::domain::gate::Gate;
use crate::domain::report::{Failure, Report, Verdict};
use crate::reporting::{Format, Options, write};

/// What the hook holds up, and how to look again.
#[derive(Debug, Clone, Copy)]
pub struct Errand<'a> {
    /// What is stopped: `this commit`, `this push`.
    pub what: &'a str,
    /// Git's command that starts the hook: `git commit`.
    pub command: &'a str,
    /// The command that judges the same without Git.
    pub again: Option<&'a str>,
}

/// Writes the report and gives the code for Git. A developer is not held up by what could not be judged, unless the change itself is at
/// fault; a server refuses what it cannot judge.
pub fn conclude(context: &Context<'_>, report: &Report, errand: Errand<'_>, is_own_fault: &dyn Fn(&Failure) -> bool) -> u8 {
    let code = code(context, report, is_own_fault);
    if !context.options.output.formats.is_empty() {
        return match output::outputs(&context.options.output) {
            Ok(outputs) if outputs.write(report) == report.verdict.exit_code() => code,
            // A report that could not be written was told there.
            Ok(_) => UNDECIDED,
            Err(error) => {
                complain(&format!("flowgate: {error}\n{}", error.hint()));
                UNDECIDED
            }
        };
    }
    let text = write(Format::Human, report, &for_people(context));
    let last = last_lines(context, report, errand, code);
    say(context, &format!("{text}{last}"));
    code
}

/// Says something to the person who waits for Git; on a server in the form that its host shows.
pub fn say(context: &Context<'_>, text: &str) {
    let text = text.trim_end();
    if text.is_empty() {
        return;
    }
    // GitLab shows only lines that begin so (docs.gitlab.com, administration/server_hooks).
    if context.is_server() && os_variable("GL_ID").is_some() {
        let lines: Vec<String> = text.lines().map(|line| format!("GL-HOOK-ERR: {line}")).collect();
        return complain(&lines.join("\n"));
    }
    complain(text);
}

fn code(context: &Context<'_>, report: &Report, is_own_fault: &dyn Fn(&Failure) -> bool) -> u8 {
    match report.verdict {
        Verdict::Undecided if !context.is_server() && !report.failures.iter().any(is_own_fault) => 0,
        verdict => verdict.exit_code(),
    }
}

/// How reports look to the person who waits for Git.
pub fn for_people(context: &Context<'_>) -> Options {
    Options {
        color: !context.is_server() && std::io::stderr().is_terminal() && terminal::allows_color(),
        unicode: true,
        width: terminal::width(),
        full: context.options.output.full,
        quiet: true,
    }
}

/// What it means for Git, and what to do next; nothing where nothing was found.
fn last_lines(context: &Context<'_>, report: &Report, errand: Errand<'_>, code: u8) -> String {
    let mut lines = Vec::new();
    if report.already_there > 0 {
        let count = report.already_there;
        let findings = if count == 1 { "finding stood" } else { "findings stood" };
        lines.push(format!("flowgate: {count} {findings} before this change and stop nobody"));
    }
    let left_out = context.left_out();
    if !left_out.is_empty() {
        lines.push(format!("flowgate: FLOWGATE_SKIP leaves out {}", left_out.join(", ")));
    }
    match (report.verdict, code) {
        (Verdict::Findings, _) => {
            lines.push(format!("flowgate stops {}.", errand.what));
            if let Some(again) = errand.again {
                let word = if context.gate == Gate::CommitMsg {
                    "write it anew"
                } else {
                    "look again"
                };
                lines.push(format!("{word}: {again}"));
            }
            if let (false, Some(finding)) = (context.is_server(), report.findings.first()) {
                lines.push(format!(
                    "leave a rule out this once: FLOWGATE_SKIP={} {}",
                    finding.rule, errand.command
                ));
            }
        }
        (Verdict::Undecided, 0) => lines.push(format!(
            "flowgate could not judge everything and lets {} pass; mend what stands above, or ask the owner of the configuration",
            errand.what
        )),
        (Verdict::Undecided, _) => lines.push(format!("flowgate could not judge {} and stops it.", errand.what)),
        (Verdict::Clean, _) => {}
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}
