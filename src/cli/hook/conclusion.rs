//! How a hook ends: what it says to the person who waits for Git, and with which code.

use std::io::IsTerminal as _;

use super::context::{Context, os_variable};
use crate::cli::judge::limit;
use crate::cli::run::{UNDECIDED, complain};
use crate::cli::{output, terminal};
use crate::domain::finding::Finding;
use crate::domain::gate::Gate;
use crate::domain::report::{Failure, Report, Verdict};
use crate::facts::Place;
use crate::reporting::{Format, Options, already_there, baselined, write};

/// Columns for lines of files behind `remote: `.
const SERVER_WIDTH: usize = 80;

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
    if !context.is_server() {
        return complain(text);
    }
    // GitLab shows only lines that begin so (docs.gitlab.com, administration/server_hooks).
    let lead = if os_variable("GL_ID").is_some() { "GL-HOOK-ERR: " } else { "" };
    // A carriage return would hide the beginning of a line, with what the host looks for.
    let plain = text.replace(|c: char| c.is_control() && c != '\n', "");
    let lines: Vec<String> = plain.lines().flat_map(folded).map(|line| format!("{lead}{line}")).collect();
    complain(&lines.join("\n"));
}

/// A long sentence in several lines, as it comes behind `remote: `, and hosts show it in narrow boxes. What stands in backticks stays in
/// one piece, to be copied; so do lines of files.
fn folded(line: &str) -> Vec<String> {
    const WIDTH: usize = 92;
    let is_excerpt = line.contains(['│', '╭', '╰', '·']);
    if is_excerpt || line.chars().count() <= WIDTH {
        return vec![line.to_owned()];
    }
    let indent: String = line.chars().take_while(|c| *c == ' ').chain("    ".chars()).collect();
    let (mut lines, mut current) = (Vec::new(), String::new());
    for piece in pieces(line) {
        if current.chars().count() + piece.trim_end().chars().count() > WIDTH && !current.trim().is_empty() {
            lines.push(current.trim_end().to_owned());
            current.clone_from(&indent);
        }
        current.push_str(&piece);
    }
    lines.push(current.trim_end().to_owned());
    lines
}

/// Words with the space behind them; words between backticks are one.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut is_quoted = false;
    for word in line.split_inclusive(' ') {
        match pieces.last_mut().filter(|_| is_quoted) {
            Some(last) => last.push_str(word),
            None => pieces.push(word.to_owned()),
        }
        is_quoted ^= word.matches('`').count() % 2 == 1;
    }
    pieces
}

fn code(context: &Context<'_>, report: &Report, is_own_fault: &dyn Fn(&Failure) -> bool) -> u8 {
    match report.verdict {
        _ if context.only_warns() => 0,
        Verdict::Undecided if !context.is_server() && !report.failures.iter().any(is_own_fault) => 0,
        verdict => verdict.exit_code(),
    }
}

/// Whether a failure lies in a file that is staged: then the change broke it.
pub fn is_staged(place: &Place, failure: &Failure) -> bool {
    let path = failure.location.as_ref().and_then(|at| at.path.as_ref());
    let staged = || place.repository().and_then(|r| r.staged_changes().ok()).unwrap_or_default();
    path.is_some_and(|path| staged().contains(path))
}

/// How reports look to the person who waits for Git.
pub fn for_people(context: &Context<'_>) -> Options {
    Options {
        color: !context.is_server() && std::io::stderr().is_terminal() && terminal::allows_color(),
        unicode: true,
        width: if context.is_server() {
            SERVER_WIDTH
        } else {
            terminal::width()
        },
        full: context.options.output.full,
        quiet: true,
    }
}

/// What it means for Git, and what to do next; nothing where nothing was found.
fn last_lines(context: &Context<'_>, report: &Report, errand: Errand<'_>, code: u8) -> String {
    let mut lines = Vec::new();
    if report.already_there > 0 {
        lines.push(format!("flowgate: {}", already_there(report.already_there)));
    }
    let told = report.baselined.iter().flat_map(baselined);
    lines.extend(told.map(|sentence| format!("flowgate: {sentence}")));
    match (report.verdict, code) {
        (Verdict::Findings, 0) => lines.push(format!("flowgate only warns of {}; Git goes on.", errand.what)),
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
            let rules = stopping(context, report);
            if !context.is_server() && !rules.is_empty() {
                let which = if rules.len() == 1 { "a rule" } else { "these rules" };
                lines.push(format!(
                    "leave {which} out this once: FLOWGATE_SKIP={} {}",
                    rules.join(","),
                    errand.command
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

/// Whether a finding weighs enough to hold Git up.
pub fn stops(context: &Context<'_>, finding: &Finding) -> bool {
    limit(context.options.rules.fail_on).is_some_and(|limit| finding.severity >= limit)
}

/// The rules without which the same would pass, as somebody would leave them out; a rule that only warns is not among them.
fn stopping<'r>(context: &Context<'_>, report: &'r Report) -> Vec<&'r str> {
    let mut rules: Vec<&str> = Vec::new();
    for finding in report.findings.iter().filter(|finding| stops(context, finding)) {
        if !rules.contains(&finding.rule.as_str()) {
            rules.push(finding.rule.as_str());
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn long_sentences_are_folded_and_commands_stay_whole() {
        let command = "`git rebase --onto origin/dev 1234567890123456789012345678901234567890 feat/a-branch`";
        let line = format!("  help: the branch started at main and belongs on dev, where others look for it: {command}");
        assert_eq!(
            folded(&line),
            vec![
                "  help: the branch started at main and belongs on dev, where others look for it:".to_owned(),
                format!("      {command}"),
            ]
        );
        assert_eq!(folded("short"), ["short"]);
        let excerpt = format!("  8 │ {}", "word ".repeat(40));
        assert_eq!(folded(&excerpt), vec![excerpt.clone()]);
        assert_eq!(folded(&"x".repeat(300)).len(), 1);
    }
}
