//! `flowgate commit-msg`: judges a message in a file, and with `--edit` opens the editor on the one that was rejected.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::domain::finding::Finding;
use crate::domain::report::{Report, Verdict};
use crate::facts::{FactsError, Place};
use crate::git::message_file::{Cleanup, SCISSORS, free_character};
use crate::git::{CommentPrefix, MessageCleanup};

use super::args::{CommitMsgArguments, HookArguments, HookName};
use super::deadline::Deadline;
use super::hook::context::{Context, place};
use super::hook::message::{Draft, is_of_git_commit, judge, origin};
use super::reproduce::quoted;
use super::run::{UNDECIDED, complain, print};
use super::target::with_hint;
use super::{editor, output};

/// Runs the command; `directory` is the one of `-C`.
pub fn run(directory: Option<&Path>, arguments: CommitMsgArguments) -> u8 {
    let CommitMsgArguments {
        file,
        edit,
        commit,
        rules,
        output,
    } = arguments;
    let options = HookArguments {
        policies_from: None,
        time_limit: None,
        rules,
        output,
        chained: None,
        first_line: None,
        name: HookName::CommitMsg,
        arguments: Vec::new(),
    };
    let context = Context {
        merging: Vec::new(),
        deadline: Deadline::NONE,
        gate: HookName::CommitMsg.gate(),
        options: &options,
        input: Vec::new(),
    };
    let opened = match directory {
        Some(directory) => Place::open(directory),
        None => place(),
    };
    let place = match opened {
        Ok(place) => place,
        Err(error) => return refuse(&with_hint(&error.to_string(), error.hint())),
    };
    let errand = Errand {
        context: &context,
        place: &place,
        command_only: commit,
    };
    let outcome = match file {
        Some(file) if file.as_os_str() == "-" && edit => {
            return refuse("--edit opens a file, and `-` is none\nname the file, or leave it out for the last rejected message");
        }
        Some(file) if file.as_os_str() == "-" => standard_input().and_then(|text| errand.judge(text)),
        file => {
            let file = file.unwrap_or_else(|| last_message(&place));
            read(&file).and_then(|text| if edit { errand.edit(&file, text) } else { errand.judge(text) })
        }
    };
    outcome.unwrap_or_else(|message| refuse(&message))
}

struct Errand<'a> {
    context: &'a Context<'a>,
    place: &'a Place,
    /// On standard output nothing but the command that commits.
    command_only: bool,
}

impl Errand<'_> {
    fn judge(&self, text: Vec<u8>) -> Result<u8, String> {
        let draft = self.draft(text)?;
        let report = judge(self.context, self.place, &draft, draft.recorded());
        self.show(&report)
    }

    /// Opens the editor with the findings below the message, judges what was saved, and says how to commit it.
    fn edit(&self, path: &Path, text: Vec<u8>) -> Result<u8, String> {
        let mut draft = self.draft(text)?;
        let message = draft.recorded();
        if draft.cleanup.comment == CommentPrefix::Auto {
            draft.cleanup.comment = CommentPrefix::Is(vec![free_character(&message).unwrap_or(b'#')]);
        }
        let report = judge(self.context, self.place, &draft, message.clone());
        save(path, &with_findings(&message, &draft.cleanup, &report))?;
        let edited = self.open(path).and_then(|()| read(path));
        let edited = match edited {
            Ok(mut edited) => {
                edited.truncate(draft.cleanup.scissors(&edited).unwrap_or(edited.len()));
                Draft { file: edited, ..draft }.recorded()
            }
            Err(error) => {
                save(path, &message)?;
                return Err(error);
            }
        };
        if edited.is_empty() {
            save(path, &message)?;
            return Err(format!("the message is empty, so {} stays as it was", path.display()));
        }
        // Without comments, so that Git takes it as it is.
        save(path, &edited)?;
        let draft = self.draft(edited.clone())?;
        let report = judge(self.context, self.place, &draft, edited);
        if report.verdict == Verdict::Clean {
            return Ok(self.say_how_to_commit(path));
        }
        let code = self.show(&report)?;
        complain("not good yet: flowgate commit-msg --edit");
        Ok(code)
    }

    fn draft(&self, text: Vec<u8>) -> Result<Draft, String> {
        let told = |error: FactsError| with_hint(&error.to_string(), error.hint());
        let mut draft = Draft::new(self.place, text, origin()).map_err(told)?;
        // Outside of a hook nobody says whether an editor was started.
        if !is_of_git_commit() {
            draft.origin = draft.cleanup.origin_of(&draft.file);
        }
        Ok(draft)
    }

    fn show(&self, report: &Report) -> Result<u8, String> {
        if self.command_only {
            let beside = output::outputs(&self.context.options.output).map_err(|error| error.to_string())?;
            beside.write_beside(report);
            for finding in &report.findings {
                complain(&format!("flowgate: {}", in_words(finding)));
            }
            return Ok(report.verdict.exit_code());
        }
        let outputs = output::outputs(&self.context.options.output).map_err(|error| format!("{error}\n{}", error.hint()))?;
        Ok(outputs.write(report))
    }

    fn open(&self, path: &Path) -> Result<(), String> {
        let repository = self.place.repository();
        editor::open(repository.ok_or("there is no repository whose editor could be opened")?, path)
    }

    fn say_how_to_commit(&self, path: &Path) -> u8 {
        let shown = std::env::current_dir().ok();
        let shown = shown.and_then(|folder| path.strip_prefix(folder.canonicalize().ok()?).ok().map(Path::to_path_buf));
        let shown = shown.unwrap_or_else(|| path.to_path_buf());
        let command = format!("git commit -F {}", quoted(&shown.to_string_lossy()));
        if self.command_only {
            return print(&format!("{command}\n"));
        }
        print(&format!(
            "the message is good; commit it, with the options you had before (-a, --amend, paths):\n{command}\n"
        ))
    }
}

/// The file in which Git leaves a message that was not committed.
fn last_message(place: &Place) -> PathBuf {
    let git_dir = place.repository().map(|r| r.git_dir().to_path_buf()).unwrap_or_default();
    git_dir.join("COMMIT_EDITMSG")
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!(
            "{}: there is no message\ngit commit leaves one there when a hook rejects it; or name a file: flowgate commit-msg FILE",
            path.display()
        ),
        _ => format!("{}: {error}", path.display()),
    })
}

fn standard_input() -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut text);
    read.map(|_| text).map_err(|error| format!("standard input: {error}"))
}

fn save(path: &Path, text: &[u8]) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// The message, and below a scissors line what is wrong with it: in every way to clean a message that is cut away.
fn with_findings(message: &[u8], cleanup: &MessageCleanup, report: &Report) -> Vec<u8> {
    let prefix = cleanup.comment_prefix(message);
    let mut text = message.to_vec();
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    if cleanup.cleanup != Cleanup::Verbatim {
        text.push(b'\n');
    }
    let mut lines = vec![
        String::from_utf8_lossy(SCISSORS).into_owned(),
        "Everything below this line will be ignored.".to_owned(),
        String::new(),
    ];
    for finding in &report.findings {
        lines.push(in_words(finding));
        lines.extend(finding.fix.iter().map(|fix| format!("  help: {fix}")));
        lines.push(String::new());
    }
    for failure in &report.failures {
        lines.push(format!("could not be judged: {}", failure.message));
    }
    if report.findings.is_empty() && report.failures.is_empty() {
        lines.push("flowgate finds nothing wrong with the message.".to_owned());
    }
    for line in lines.iter().flat_map(|line| line.split('\n')) {
        text.extend_from_slice(&prefix);
        text.push(b' ');
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    text
}

fn in_words(finding: &Finding) -> String {
    let (severity, rule) = (finding.severity.as_str(), finding.rule.as_str());
    let line = finding.location.span.map_or(1, |span| span.start.line);
    format!("line {line}: {severity}[{rule}] {}", finding.message)
}

fn refuse(message: &str) -> u8 {
    complain(&format!("flowgate: {message}"));
    UNDECIDED
}
