//! What every test of bad input asks of a check: exit code and verdict agree, the words are there, and nothing panicked.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{self, Repo, Run};

/// What one check said.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) report: Value,
}

/// Runs `flowgate check` with these arguments in a repository.
#[track_caller]
pub(crate) fn check(repo: &Repo, args: &[&str]) -> Judged {
    check_in(repo.path(), args)
}

/// Runs `flowgate check` with these arguments in a folder, once for programs and once for people.
#[track_caller]
pub(crate) fn check_in(folder: &Path, args: &[&str]) -> Judged {
    let mut people = support::flowgate(folder);
    let people = support::run(people.arg("check").args(args).args(["--now", "2026-11-20"]));
    let judged = judge(support::flowgate(folder).arg("check").args(args));
    assert_eq!(people.code, Some(code_of(&judged.report)), "{people:?}");
    sober(&people);
    judged
}

/// Runs a prepared command for programs.
#[track_caller]
pub(crate) fn judge(command: &mut Command) -> Judged {
    let run = support::run(command.args(["--now", "2026-11-20", "--format", "json"]));
    judged(&run)
}

/// Reads what a run said, and holds what is true of every one.
#[track_caller]
pub(crate) fn judged(run: &Run) -> Judged {
    sober(run);
    let report = run.json();
    assert_eq!(run.code, Some(code_of(&report)), "{run:?}");
    Judged { report }
}

/// Nothing panicked, no signal ended it, no escape sequence reached a pipe.
#[track_caller]
pub(crate) fn sober(run: &Run) {
    assert!(run.code.is_some(), "ended by a signal: {run:?}");
    for text in [&run.stdout, &run.stderr] {
        let bad = ["panicked", "RUST_BACKTRACE", "\u{1b}", "stack overflow"]
            .iter()
            .find(|bad| text.contains(**bad));
        assert_eq!(bad, None, "{text}");
    }
}

fn code_of(report: &Value) -> i32 {
    match report["verdict"].as_str() {
        Some("clean") => 0,
        Some("findings") => 1,
        _ => 2,
    }
}

impl Judged {
    /// Exit code 0.
    #[track_caller]
    pub(crate) fn clean(&self) -> &Self {
        self.verdict("clean")
    }

    /// Exit code 1, and these words in the findings.
    #[track_caller]
    pub(crate) fn findings(&self, words: &[&str]) -> &Self {
        self.verdict("findings").says("findings", words)
    }

    /// Exit code 2, and these words in the failures.
    #[track_caller]
    pub(crate) fn undecided(&self, words: &[&str]) -> &Self {
        self.verdict("undecided").says("failures", words)
    }

    #[track_caller]
    pub(crate) fn verdict(&self, verdict: &str) -> &Self {
        let shown = || ["findings", "failures", "skips"].map(|key| self.text(key)).join("\n---\n");
        assert_eq!(self.report["verdict"], verdict, "{}", shown());
        self
    }

    /// These words in what stands under a key of the report.
    #[track_caller]
    pub(crate) fn says(&self, key: &str, words: &[&str]) -> &Self {
        let text = self.text(key);
        for word in words {
            assert!(text.contains(word), "no {word:?} in {text}");
        }
        self
    }

    /// The strings under a key, one a line.
    pub(crate) fn text(&self, key: &str) -> String {
        let mut words = Vec::new();
        gather(&self.report[key], &mut words);
        words.join("\n")
    }
}

fn gather(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => words.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, words)),
        Value::Number(number) => words.push(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}
