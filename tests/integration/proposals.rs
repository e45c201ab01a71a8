//! Merge requests told in words, and what the rules say of them.

use clap::Parser as _;
use flowgate::cli::args::{Arguments, Command};
use flowgate::cli::deadline::Deadline;
use flowgate::cli::hook::context::Context;
use flowgate::cli::hook::question::{Question, ask};
use flowgate::domain::change::{Change, ProposedChange, Side};
use flowgate::domain::gate::Gate;
use flowgate::domain::report::Report;
use flowgate::domain::target::{Branches, Changed, Commits, Content, Target};
use flowgate::facts::{Place, change};

use crate::support::Repo;

/// A change of a branch of this repository to another one.
#[track_caller]
pub(crate) fn proposed(repo: &Repo, source: &str, target: &str, title: Option<&str>) -> ProposedChange {
    let side = |branch: &str| Side {
        branch: Some(branch.to_owned()),
        commit: Some(repo.id(branch)),
        ..Side::default()
    };
    let change = Change {
        source: side(source),
        target: side(target),
        title: title.map(str::to_owned),
        ..Change::default()
    };
    let place = Place::open(repo.path()).unwrap();
    change::propose(place.repository().unwrap(), change, None, false).unwrap()
}

/// What is looked at when a change is judged.
pub(crate) fn target(proposed: ProposedChange) -> Target {
    Target {
        changed: Changed::Since(Some(proposed.base.clone())),
        commits: Commits::Range {
            from: proposed.target_tip.clone(),
            to: proposed.head.clone(),
        },
        branches: Branches::Source,
        change: Some(Box::new(proposed.clone())),
        ..Target::of_content(Content::Revision(proposed.head))
    }
}

/// Judges `<source> -> <target>` and, in a second line, the title.
#[track_caller]
pub(crate) fn judged(repo: &Repo, rule: &str, lines: &str) -> Report {
    let (branches, title) = lines.split_once('\n').unwrap_or((lines, ""));
    let Some((source, into)) = branches.split_once(" -> ") else {
        panic!("{lines}: no two branches");
    };
    let title = Some(title.trim()).filter(|title| !title.is_empty());
    let target = target(proposed(repo, source, into, title));
    let words = ["flowgate", "hook", "--only", rule, "--now", "2026-11-20", "pre-push"];
    let Command::Hook(options) = Arguments::try_parse_from(words).unwrap().command else {
        panic!("{words:?} is no hook");
    };
    let context = Context {
        deadline: Deadline::NONE,
        gate: Gate::MergeRequest,
        options: &options,
        input: Vec::new(),
        merging: Vec::new(),
    };
    let question = Question {
        place: &Place::open(repo.path()).unwrap(),
        target: &target,
        origin: &Content::Nothing,
        before: None,
    };
    ask(&context, &question)
}
