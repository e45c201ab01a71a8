//! From arguments to the command that carries them out.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args as _, CommandFactory as _, FromArgMatches as _};

use super::args::{Arguments, Command, HookArguments, RefsCommand, ReportCommand, StartArguments};
use super::{baseline, check, commit_msg, demo, facts, hook, hooks, init, merge_request, refs, replay, report, rules};

/// The exit code for arguments, configuration or facts that cannot be used.
pub const UNDECIDED: u8 = 2;

/// Runs one command.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match parse(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to stdout with code 0, everything else to stderr with code 2.
            let code = if error.use_stderr() { UNDECIDED } else { 0 };
            return match error.print() {
                Ok(()) => ExitCode::from(code),
                Err(_) => ExitCode::from(UNDECIDED),
            };
        }
    };
    ExitCode::from(dispatch(arguments))
}

/// On a server and for a merge request only what the operator typed counts: the environment may come from who is judged.
fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut matches = match hook_matches(&arguments) {
        Some(matches) => matches,
        None => Arguments::command().try_get_matches_from(arguments)?,
    };
    let from = matches.subcommand().and_then(|(_, command)| {
        let has_policies = command.try_contains_id("policies").unwrap_or(false);
        has_policies.then(|| command.value_source("policies")).flatten()
    });
    let mut arguments = Arguments::from_arg_matches_mut(&mut matches)?;
    if from == Some(ValueSource::EnvVariable) {
        match &mut arguments.command {
            Command::Hook(hook) if hook.name.is_on_server() => hook.rules.model.policies = None,
            Command::MergeRequest(change) => change.rules.model.policies = None,
            _ => {}
        }
    }
    Ok(arguments)
}

/// What Git's hooks start is read by a parser that knows no other command: to describe them all takes longer than to read the words.
/// `None` for other commands, for help, and for words that are wrong: the whole parser tells what there is.
fn hook_matches(arguments: &[OsString]) -> Option<ArgMatches> {
    if arguments.get(1)? != "hook" {
        return None;
    }
    let hook = HookArguments::augment_args(clap::Command::new("hook"));
    let command = StartArguments::augment_args(clap::Command::new("flowgate")).subcommand(hook);
    command.try_get_matches_from(arguments).ok()
}

fn dispatch(arguments: Arguments) -> u8 {
    let typed = arguments.start.directory;
    let directory = enter(typed.clone());
    match arguments.command {
        Command::Check(check) => check::run(directory, typed.as_deref(), *check),
        Command::Hook(hook) => hook::run(&hook),
        Command::MergeRequest(change) => merge_request::run(directory.as_deref(), &change),
        Command::Replay(arguments) => replay::run(directory.as_deref(), &arguments),
        Command::CommitMsg(message) => commit_msg::run(directory.as_deref(), *message),
        Command::Rules { command } => rules::run(directory, command),
        Command::Facts(facts) => facts::run(directory, *facts),
        Command::Init(init) => init::run(directory, &init),
        Command::Baseline { command } => baseline::run(directory, command),
        Command::Refs {
            command: RefsCommand::Update { refs },
        } => refs::update(directory, refs),
        Command::Report {
            command: ReportCommand::Convert(convert),
        } => report::convert(&convert),
        Command::Hooks { command } => hooks::run(directory, typed.as_deref(), &command),
        Command::Demo(demo) => demo::run(&demo),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, "flowgate", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
    }
}

/// Goes to the folder of `-C`, so that every path is meant from there, as with git. What cannot be entered is handed on, to be told in
/// the report as a place that cannot be opened.
fn enter(directory: Option<PathBuf>) -> Option<PathBuf> {
    // That a folder was named stays known: Git's environment speaks of another one.
    directory.map(|folder| match std::env::set_current_dir(&folder) {
        Ok(()) => PathBuf::from("."),
        Err(_) => folder,
    })
}

/// Writes to stdout; a reader that went away is no error.
pub fn print(text: &str) -> u8 {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => 0,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(_) => UNDECIDED,
    }
}

/// Writes a line to stderr; there is nowhere to report it when that fails.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(typed: &str) -> Vec<OsString> {
        typed.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_parser_for_hooks_reads_what_the_whole_parser_reads() {
        for typed in [
            "flowgate hook commit-msg .git/COMMIT_EDITMSG",
            "flowgate hook -C there --no-cache commit-msg file --edit",
            "flowgate hook pre-push origin https://host/r.git",
            "flowgate hook --chained hooks/pre-push --first-line a pre-push origin url -C x",
            "flowgate hook --skip a/b --fail-on warning --format json update refs/heads/a 0 1",
            "flowgate hook post-checkout a b 1",
        ] {
            let mut slim = hook_matches(&words(typed)).unwrap();
            let slim = Arguments::from_arg_matches_mut(&mut slim).unwrap();
            let whole = Arguments::command().try_get_matches_from(words(typed)).unwrap();
            let whole = Arguments::from_arg_matches(&whole).unwrap();
            assert_eq!(format!("{slim:?}"), format!("{whole:?}"), "{typed}");
        }
    }

    #[test]
    fn what_the_parser_for_hooks_cannot_read_is_left_to_the_whole_parser() {
        for typed in [
            "flowgate",
            "flowgate check",
            "flowgate -C there hook commit-msg file",
            "flowgate hook",
            "flowgate hook --help",
            "flowgate hook no-such-hook",
            "flowgate hook --no-such-option commit-msg file",
        ] {
            assert!(hook_matches(&words(typed)).is_none(), "{typed}");
        }
    }
}
