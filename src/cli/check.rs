//! `flowgate check`: target, model, facts, verdict, report.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::domain::gate::Gate;
use crate::domain::report::{Failure, FailureKind, Report, TargetSummary, Verdict};
use crate::domain::target::{Commits, Content};
use crate::evaluation::selection::Choice;
use crate::git::GitError;

use super::args::CheckArguments;
use super::deadline::Deadline;
use super::judge::{Plan, Undecided, day, judge, known_findings, known_refs, limit, set_threads};
use super::prepare::{Origins, facts_failure, prepare};
use super::run::{UNDECIDED, complain, print};
use super::target::{Chosen, choose};
use super::{edits, output, reproduce, terminal};

/// Runs the check in `directory`; `typed` is what was said of it with `-C`, for the command that reproduces the report.
pub fn run(directory: Option<PathBuf>, typed: Option<&Path>, mut arguments: CheckArguments) -> u8 {
    let started = Instant::now();
    let outputs = match output::outputs(&arguments.output) {
        Ok(outputs) => outputs,
        Err(error) => {
            complain(&format!("flowgate: {error}\n{}", error.hint()));
            return UNDECIDED;
        }
    };
    let reproduce = reproduce::command(typed, &arguments);
    let mut report = match refusal(&arguments) {
        Some(failure) => Undecided::of(&TargetSummary::default(), vec![failure]).report(Gate::Scan, &arguments.rules),
        None => judge_and_edit(directory, &mut arguments),
    };
    report.target.reproduce = reproduce;
    if arguments.diff {
        return outputs.write_beside(&report);
    }
    let code = outputs.write(&report);
    if outputs.serves_people() && terminal::is_watched() {
        complain(&format!("took {:.2} s", started.elapsed().as_secs_f64()));
    }
    // The process ends here: to take thousands of findings and deliveries apart piece by piece would only hold it up.
    std::mem::forget(report);
    code
}

/// Edits are made in files of the work tree, so that is what has to be judged.
fn refusal(arguments: &CheckArguments) -> Option<Failure> {
    let CheckArguments { target, paths, .. } = arguments;
    let flag = match (arguments.fix, arguments.diff) {
        (true, _) => "--fix",
        (_, true) => "--diff",
        (false, false) => return None,
    };
    let others = [
        (target.staged, "--staged"),
        (target.rev.is_some(), "--rev"),
        (target.range.is_some(), "--range"),
        (target.all_branches, "--all-branches"),
        (paths.iter().any(|path| path.as_os_str() == "-"), "`-`"),
    ];
    let (_, other) = others.into_iter().find(|(given, _)| *given)?;
    Some(Failure {
        kind: FailureKind::Usage,
        message: format!("{flag} edits files of the work tree, and {other} judges something else; leave one of them out"),
        location: None,
    })
}

/// Judges; with `--fix` makes the edits and judges what is left, with `--diff` prints them.
fn judge_and_edit(directory: Option<PathBuf>, arguments: &mut CheckArguments) -> Report {
    let again = directory.clone();
    let undecided = |undecided: Undecided, arguments: &CheckArguments| (undecided.report(Gate::Scan, &arguments.rules), None);
    let (mut report, root) = judge_target(directory, arguments).unwrap_or_else(|error| undecided(error, arguments));
    let Some(root) = root.filter(|_| arguments.fix || arguments.diff) else {
        return report;
    };
    let carried = if arguments.fix {
        edits::make(&report, &root)
    } else {
        edits::show(&report, &root)
    };
    if arguments.diff && print(&carried.diff) != 0 {
        report.verdict = Verdict::Undecided;
    }
    if arguments.fix && carried.edits > 0 {
        complain(&format!("edits made: {}, in files: {}", carried.edits, carried.files));
        // The threads are there since the first time.
        arguments.rules.threads = None;
        (report, _) = judge_target(again, arguments).unwrap_or_else(|error| undecided(error, arguments));
    }
    if !carried.failures.is_empty() {
        report.failures.extend(carried.failures);
        if report.verdict == Verdict::Clean {
            report.verdict = Verdict::Undecided;
        }
    }
    report
}

/// Judges what the arguments name; beside the report, the folder that its paths start from.
///
/// # Errors
/// When nothing could be judged at all.
fn judge_target(directory: Option<PathBuf>, arguments: &CheckArguments) -> Result<(Report, Option<PathBuf>), Undecided> {
    let chosen = choose(directory.as_deref(), &arguments.paths, &arguments.target).map_err(|problem| {
        let failure = Failure {
            kind: if problem.is_facts {
                FailureKind::Facts
            } else {
                FailureKind::Usage
            },
            message: problem.message,
            location: None,
        };
        Undecided::of(&TargetSummary::default(), vec![failure])
    })?;
    let rules = &arguments.rules;
    let undecided = |failures| Undecided::of(&chosen.summary, failures);
    let now = day(rules.now.as_deref()).map_err(|failure| undecided(vec![failure]))?;
    set_threads(rules.threads).map_err(|failure| undecided(vec![failure]))?;
    let choice = Choice {
        only: &rules.only,
        skip: &rules.skip,
        ..Choice::ALL
    };
    let prepared = prepare(Origins::of(&chosen, &rules.model).cached(rules), Gate::Scan, choice).map_err(undecided)?;
    let lock = known_refs(&chosen.place, &chosen.target.content, rules).map_err(|failure| undecided(vec![failure]))?;
    let baseline = known_findings(&chosen.place, &chosen.target.content, rules).map_err(|failure| undecided(vec![failure]))?;
    let plan = Plan {
        gate_change: None,
        gate: Gate::Scan,
        place: &chosen.place,
        target: &chosen.target,
        summary: chosen.summary.clone(),
        prepared: &prepared,
        lock: &lock,
        now,
        fail_on: limit(rules.fail_on),
        include_excluded: arguments.target.include_excluded,
        before: before(&chosen, arguments.target.new_only).map_err(|failure| undecided(vec![failure]))?,
        trusted: None,
        baseline: baseline.as_ref(),
        deadline: Deadline::NONE,
    };
    let report = judge(&plan).map_err(|failure| undecided(vec![failure]))?;
    Ok((report, chosen.place.root().map(Path::to_path_buf)))
}

/// The commit that the change started from, when only what it brings is asked for.
fn before(chosen: &Chosen, new_only: bool) -> Result<Option<String>, Failure> {
    if !new_only {
        return Ok(None);
    }
    let git = |error: GitError| facts_failure(&error.to_string(), error.hint());
    match (chosen.place.repository(), &chosen.target.content, &chosen.target.commits) {
        (Some(repository), Content::Index, _) => {
            let head = repository.head().map_err(git)?;
            Ok(head.commit().map(str::to_owned))
        }
        (Some(repository), _, Commits::Range { from, to }) => {
            let resolve = |revision: &str| repository.resolve(revision).map_err(git);
            let (from, to) = (resolve(from)?, resolve(to)?);
            // A shallow clone that does not reach back to where the two parted must not pass for one without common history.
            repository.range(&from, &to).map_err(git)?;
            repository.merge_base(&from, &to).map_err(git)
        }
        _ => Err(Failure {
            kind: FailureKind::Usage,
            message:
                "--new-only compares a change with what stood before it, and no change is named\nadd --staged or --range A..B"
                    .to_owned(),
            location: None,
        }),
    }
}
