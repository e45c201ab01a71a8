//! `flowgate check`: target, model, facts, verdict, report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::domain::gate::Gate;
use crate::domain::report::{Failure, FailureKind, Report, Summary, TargetSummary, Trust, Verdict};
use crate::domain::repository::Head;
use crate::domain::rule::Severity;
use crate::evaluation::document_judge::base_input;
use crate::evaluation::run::Header;
use crate::evaluation::selection::Choice;
use crate::evaluation::{DocumentJudge, Setup, run as evaluate};
use crate::facts::refs_lock::{self, KnownRefs};
use crate::facts::renames::follow;
use crate::facts::{Place, Request, gather};

use super::args::{CheckArguments, FailOn, RuleArguments};
use super::prepare::{Origins, Prepared, VERSION, facts_failure, prepare};
use super::run::{UNDECIDED, complain, print};
use super::target::{Chosen, choose};
use super::{edits, output, reproduce, terminal};

/// How many commits a message rule gets at once; more saves little, fewer cost a call each.
const BATCH: usize = 32;
/// Far more than anybody has processors; a slip in the number must not stop the machine.
const MOST_THREADS: usize = 1024;

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
        Some(failure) => Undecided::of(&TargetSummary::default(), vec![failure]).report(&arguments.rules),
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
    let undecided = |undecided: Undecided, arguments: &CheckArguments| (undecided.report(&arguments.rules), None);
    let (mut report, root) = judge(directory, arguments).unwrap_or_else(|error| undecided(error, arguments));
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
        (report, _) = judge(again, arguments).unwrap_or_else(|error| undecided(error, arguments));
    }
    if !carried.failures.is_empty() {
        report.failures.extend(carried.failures);
        if report.verdict == Verdict::Clean {
            report.verdict = Verdict::Undecided;
        }
    }
    report
}

/// A run that ended before anything could be judged.
#[derive(Debug)]
pub struct Undecided {
    pub failures: Vec<Failure>,
    pub target: TargetSummary,
}

impl Undecided {
    fn of(target: &TargetSummary, failures: Vec<Failure>) -> Self {
        Self {
            failures,
            target: target.clone(),
        }
    }

    /// The report that says so.
    fn report(self, rules: &RuleArguments) -> Report {
        Report {
            verdict: Verdict::Undecided,
            gate: Gate::Scan,
            target: self.target,
            summary: Summary::default(),
            findings: Vec::new(),
            failures: self.failures,
            skips: Vec::new(),
            waived: Vec::new(),
            rules: Vec::new(),
            deliveries: Vec::new(),
            versions: Vec::new(),
            before_adoption: 0,
            now: rules.now.clone().unwrap_or_else(|| today().to_string()),
            profile: rules.model.profile.clone().unwrap_or_default(),
            trust: Trust {
                source: "none".to_owned(),
                revision: None,
                digest: String::new(),
            },
            tool: VERSION.to_owned(),
        }
    }
}

/// Judges what the arguments name; beside the report, the folder that its paths start from.
///
/// # Errors
/// When nothing could be judged at all.
pub fn judge(directory: Option<PathBuf>, arguments: &CheckArguments) -> Result<(Report, Option<PathBuf>), Undecided> {
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
    };
    let prepared = prepare(Origins::of(&chosen, &rules.model), Gate::Scan, choice).map_err(undecided)?;
    let lock = known_refs(&chosen, rules).map_err(|failure| undecided(vec![failure]))?;
    let report = judge_prepared(&chosen, arguments, &prepared, &lock, now).map_err(|failure| undecided(vec![failure]))?;
    Ok((report, chosen.place.root().map(Path::to_path_buf)))
}

fn judge_prepared(
    chosen: &Chosen,
    arguments: &CheckArguments,
    prepared: &Prepared,
    lock: &BTreeMap<String, KnownRefs>,
    now: jiff::civil::Date,
) -> Result<Report, Failure> {
    let configuration = &prepared.model.configuration;
    let now_text = now.to_string();
    let judge = DocumentJudge::new(
        &prepared.selection,
        &prepared.engine,
        base_input(Gate::Scan.as_str(), &now_text),
    );
    let progress = terminal::progress();
    let request = Request {
        place: &chosen.place,
        target: &chosen.target,
        flow: &configuration.flow,
        needs: prepared.selection.needs(),
        is_excluded: &|path| configuration.is_excluded(path),
        include_excluded: arguments.target.include_excluded,
        adopted: configuration.adopted.as_ref(),
        lock,
        tick: &|| progress.inc(1),
    };
    let facts = gather(&request, &judge).map_err(|error| facts_failure(&error.to_string(), error.hint()))?;
    progress.finish_and_clear();
    let waivers = follow(&chosen.place, &configuration.waivers, &facts.files);
    let setup = Setup {
        gate: Gate::Scan,
        now: &now_text,
        today: days_since_epoch(now),
        flow: &configuration.flow,
        selection: &prepared.selection,
        engine: &prepared.engine,
        waivers: &waivers,
        fail_on: match arguments.rules.fail_on {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Never => None,
        },
        batch: BATCH,
        header: Header {
            target: summary(chosen, facts.history.repository.as_ref().map(|r| &r.head)),
            profile: configuration.profile.clone(),
            trust: prepared.model.trust.clone(),
            tool: VERSION.to_owned(),
        },
    };
    Ok(evaluate(&setup, facts))
}

fn summary(chosen: &Chosen, head: Option<&Head>) -> TargetSummary {
    let mut summary = chosen.summary.clone();
    summary.revision = head.and_then(Head::commit).map(str::to_owned);
    summary.branch = head
        .and_then(Head::reference)
        .and_then(|r| r.strip_prefix("refs/heads/"))
        .map(str::to_owned);
    if let (Place::Repository(repository), crate::domain::target::Content::Revision(revision)) =
        (&chosen.place, &chosen.target.content)
    {
        summary.revision = repository.resolve(revision).ok();
    }
    summary
}

/// What is known of other repositories' refs.
pub fn known_refs(chosen: &Chosen, rules: &RuleArguments) -> Result<BTreeMap<String, KnownRefs>, Failure> {
    let (path, text) = match &rules.refs {
        Some(path) => {
            let text = std::fs::read(path).map_err(|error| facts_failure(&format!("{}: {error}", path.display()), None))?;
            (path.display().to_string(), text)
        }
        None => match crate::facts::configuration::read(&chosen.place, &chosen.target.content, refs_lock::FILE_NAME) {
            Ok(Some(text)) => (refs_lock::FILE_NAME.to_owned(), text),
            Ok(None) => return Ok(BTreeMap::new()),
            Err(error) => return Err(facts_failure(&error.to_string(), error.hint())),
        },
    };
    refs_lock::parse(&String::from_utf8_lossy(&text)).map_err(|reason| facts_failure(&format!("{path}: {reason}"), None))
}

/// The day that counts as today.
pub fn day(given: Option<&str>) -> Result<jiff::civil::Date, Failure> {
    let Some(text) = given else { return Ok(today()) };
    text.parse().map_err(|_| Failure {
        kind: FailureKind::Usage,
        message: format!("--now {text}: a day is written YYYY-MM-DD, such as 2026-11-20"),
        location: None,
    })
}

fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// Days since 1970-01-01.
pub fn days_since_epoch(day: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    day.duration_since(epoch).as_secs().div_euclid(86_400)
}

/// Sets the number of workers for this process.
pub fn set_threads(threads: Option<usize>) -> Result<(), Failure> {
    let usage = |message: String| Failure {
        kind: FailureKind::Usage,
        message,
        location: None,
    };
    let Some(threads) = threads else { return Ok(()) };
    if threads == 0 {
        return Err(usage("--threads 0: at least one thread is needed".to_owned()));
    }
    // Every thread has its own handle on the repository and its own engine.
    if threads > MOST_THREADS {
        return Err(usage(format!("--threads {threads}: at most {MOST_THREADS} threads are used")));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| usage(format!("--threads {threads}: {error}")))
}
