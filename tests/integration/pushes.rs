//! Pushes told in words, and what the rules say of them: for pages of rules and for the broken Acme.

use clap::Parser as _;
use flowgate::cli::args::{Arguments, Command};
use flowgate::cli::hook::arrival::{Arrival, judge};
use flowgate::cli::hook::context::Context;
use flowgate::domain::report::Report;
use flowgate::domain::target::Content;
use flowgate::domain::update::{ProposedUpdate, Push};
use flowgate::facts::Place;

use crate::support::Repo;

/// Judges a push of lines `<ref>: <old> -> <new>`, where both are revisions of this repository, `none`, or `elsewhere` for a value that is
/// not here. The remote has the old values and every branch that is not pushed.
#[track_caller]
pub(crate) fn judged(repo: &Repo, rule: &str, lines: &str) -> Report {
    let updates: Vec<ProposedUpdate> = lines.lines().map(|line| update(repo, line)).collect();
    let branches = repo.git(&["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"]);
    let others = branches.lines().filter_map(|line| {
        let (reference, id) = line.split_once(' ')?;
        let is_pushed = updates.iter().any(|update| update.reference == reference);
        (!is_pushed).then(|| id.to_owned())
    });
    let arrival = Arrival {
        branches: Vec::new(),
        places: Vec::new(),
        known: others.chain(updates.iter().filter_map(|update| update.old.clone())).collect(),
        push: Push::default(),
        origin: Content::Nothing,
        updates,
    };
    let words = ["flowgate", "hook", "--only", rule, "--now", "2026-11-20", "pre-push"];
    let Command::Hook(options) = Arguments::try_parse_from(words).unwrap().command else {
        panic!("{words:?} is no hook");
    };
    let context = Context {
        merging: Vec::new(),
        deadline: flowgate::cli::deadline::Deadline::NONE,
        gate: options.name.gate(),
        options: &options,
        input: Vec::new(),
    };
    judge(&context, &Place::open(repo.path()).unwrap(), &arrival)
}

#[track_caller]
fn update(repo: &Repo, line: &str) -> ProposedUpdate {
    let (reference, values) = line.split_once(": ").unwrap_or_else(|| panic!("{line}: no ref"));
    let (old, new) = values.split_once(" -> ").unwrap_or_else(|| panic!("{line}: no two values"));
    let value = |word: &str| match word {
        "none" => None,
        "elsewhere" => Some("1".repeat(40)),
        revision => Some(repo.id(revision)),
    };
    ProposedUpdate {
        reference: reference.to_owned(),
        old: value(old),
        new: value(new),
        local: Some(reference.to_owned()),
    }
}
