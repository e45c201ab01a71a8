//! README.md says what is so: its table of rules and its output are made anew, its commands and those of the guide can be typed.
#![expect(clippy::disallowed_methods, reason = "UPDATE=1 cargo test writes generated texts anew")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::{CommandFactory as _, Parser as _};
use flowgate::cli::args::Arguments;
use flowgate::policy::{RuleSet, source};

use crate::support::{Repo, flowgate, run};

const SHOWN: [&str; 3] = ["check", "--only", "mapping/argocd-branch-per-stage"];

#[test]
fn the_table_of_rules_is_fresh() {
    let (rules, _) = RuleSet::load(source::embedded());
    let row = |rule: &flowgate::policy::Rule| {
        let (id, level, title) = (&rule.id, rule.severity.as_str(), &rule.title);
        format!("| [{id}](policies/{}) | {level} | {title} |\n", rule.page)
    };
    let rows: String = rules.rules().map(row).collect();
    hold_fresh("rules", &format!("| rule | level | what it finds |\n|---|---|---|\n{rows}"));
}

#[test]
fn the_output_is_real() {
    let repo = Repo::of_recipe(include_str!("../../fixtures/acme-broken.recipe"));
    let ran = repo.flowgate(&SHOWN);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    assert!(!ran.stdout.contains('\u{1b}'), "plain text");
    hold_fresh(
        "output",
        &format!("```text\n$ flowgate {}\n{}\n```\n", SHOWN.join(" "), ran.stdout.trim()),
    );
}

#[test]
fn the_two_commands_are_right() {
    let readme = readme();
    let (_, section) = readme.split_once("\n## Two commands\n").unwrap();
    let block = section.split("```").nth(1).unwrap();
    let commands: Vec<&str> = block.lines().skip(1).map(command).filter(|line| !line.is_empty()).collect();
    assert_eq!(commands, ["cargo run --release -- demo", "cargo test"]);

    let elsewhere = tempfile::tempdir().unwrap();
    let ran = run(flowgate(elsewhere.path()).env("TMPDIR", elsewhere.path()).arg("demo"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stdout.contains("error[mapping/argocd-branch-per-stage]"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        fs::read_dir(elsewhere.path()).unwrap().count(),
        0,
        "the example is taken away again"
    );
}

#[test]
fn every_command_that_is_shown_can_be_typed() {
    let pages = [readme(), fs::read_to_string(root().join("docs/hooks.md")).unwrap()].concat();
    // In blocks a command is a line or the end of a pipe; in prose it stands in backticks.
    let in_block = pages
        .lines()
        .map(|line| command(line).rsplit("| ").next().unwrap_or_default());
    let in_prose = pages.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let typed = in_block.chain(in_prose).filter(|text| text.starts_with("flowgate "));
    let mut seen = BTreeSet::new();
    for line in typed {
        let words: Vec<&str> = line.split_whitespace().collect();
        // Prose speaks of flowgate, too: only what begins with one of its commands is a command.
        let is_command = Arguments::command()
            .get_subcommands()
            .any(|c| Some(&c.get_name()) == words.get(1));
        if is_command && seen.insert(line) {
            let parsed = Arguments::try_parse_from(&words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
    assert!(seen.len() > 5, "{seen:?}");
}

#[test]
fn every_rule_and_file_that_is_named_is_there() {
    let readme = readme();
    let (rules, _) = RuleSet::load(source::embedded());
    let ids: BTreeSet<&str> = rules.rules().map(|r| r.id.as_str()).collect();
    let groups: BTreeSet<&str> = rules.rules().map(|r| r.id.group()).collect();
    let (before, rest) = readme.split_once("<!-- output -->").unwrap();
    let (_, after) = rest.split_once("<!-- /output -->").unwrap();
    let prose = [before, after].concat();
    let words = prose.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '-' | '.' | '_'));
    for word in words {
        let word = word.trim_end_matches('.');
        if let Some((group, _)) = word.split_once('/')
            && groups.contains(group)
            && !word.ends_with(".md")
        {
            assert!(ids.contains(word), "no rule is called {word}");
        }
    }
    for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if !link.contains("://") {
            assert!(root().join(link).exists(), "{link} is linked and not there");
        }
    }
}

/// A line of a shell block without its remark.
fn command(line: &str) -> &str {
    line.split(" #").next().unwrap_or_default().trim()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn path() -> PathBuf {
    root().join("README.md")
}

fn readme() -> String {
    fs::read_to_string(path()).unwrap()
}

/// Between `<!-- name -->` and `<!-- /name -->` stands exactly this text, with an empty line on both sides.
#[track_caller]
fn hold_fresh(name: &str, text: &str) {
    // Two tests write the same file.
    static WRITER: Mutex<()> = Mutex::new(());
    let _guard = WRITER.lock().unwrap_or_else(PoisonError::into_inner);
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let readme = readme();
    let (before, rest) = readme.split_once(&begin).unwrap();
    let (found, after) = rest.split_once(&end).unwrap();
    let text = format!("\n{text}\n");
    if found == text {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path(), format!("{before}{begin}{text}{end}{after}")).unwrap();
        return;
    }
    assert_eq!(found, text, "README.md is stale between {begin}: UPDATE=1 cargo test");
}
