//! History, one judgement for each change, and the count.

use std::collections::BTreeMap;
use std::path::Path;

use super::arguments::{ReplayArguments, ReplayFormat};
use super::history::{History, PastChange, branches, is_long_lived, read};
use super::line::Until;
use super::then::Then;
use crate::cli::judge::{days_since_epoch, judge, set_threads};
use crate::cli::merge_request::{name_of, plan, target};
use crate::cli::prepare::{Origins, Prepared, Reach, facts_failure, prepare};
use crate::cli::rules::in_words;
use crate::cli::run::{UNDECIDED, complain, print};
use crate::cli::terminal;
use crate::domain::finding::Finding;
use crate::domain::gate::Gate;
use crate::domain::replay::{Replay, ReplayedChange, ReplayedFinding};
use crate::domain::report::{Failure, FailureKind, Report, TargetSummary, Verdict};
use crate::domain::rule::Severity;
use crate::domain::target::Content;
use crate::evaluation::selection::Choice;
use crate::facts::change::propose;
use crate::facts::configuration;
use crate::facts::refs_lock::{self, KnownRefs};
use crate::facts::{FactsError, Place};
use crate::git::{Borrowed, GitError, Repository};
use crate::reporting::{replay_as_json, replay_for_people};

const SECONDS_OF_A_DAY: i64 = 86_400;

/// Runs the command in `directory`.
pub fn run(directory: Option<&Path>, arguments: &ReplayArguments) -> u8 {
    match replayed(directory, arguments) {
        Ok(replay) => print(&match arguments.format {
            ReplayFormat::Human => replay_for_people(&replay),
            ReplayFormat::Json => replay_as_json(&replay),
        }),
        Err(failures) => {
            for failure in failures {
                complain(&format!("flowgate: {}", in_words(&failure)));
            }
            UNDECIDED
        }
    }
}

fn replayed(directory: Option<&Path>, arguments: &ReplayArguments) -> Result<Replay, Vec<Failure>> {
    let one = |failure: Failure| vec![failure];
    let git = |error: GitError| vec![facts_failure(&error.to_string(), error.hint())];
    let until = until(arguments).map_err(one)?;
    set_threads(arguments.threads).map_err(one)?;
    let place = Place::open(directory.unwrap_or_else(|| Path::new("."))).map_err(|error| one(told(&error)))?;
    let repository = repository(&place).map_err(one)?;
    let state = Content::Revision(repository.resolve("HEAD").map_err(git)?);
    let prepared = prepared(&place, &state, arguments)?;
    let flow = &prepared.model.configuration.flow;
    let all = branches(repository).map_err(git)?;
    let walked = walked(&all, arguments, &|name| is_long_lived(flow, name)).map_err(one)?;
    let history = read(repository, flow, &walked, until).map_err(git)?;
    let oldest = history.changes.iter().map(|past| past.commit.time).min().unwrap_or_default();
    let default = repository.facts(&|name| flow.branch_role(name)).map_err(git)?.default_branch;
    let folder = tempfile::tempdir().map_err(|error| one(facts_failure(&format!("a temporary folder: {error}"), None)))?;
    let replayer = Replayer {
        then: Then::read(repository, flow, &all, oldest).map_err(git)?,
        borrowed: Borrowed::make(
            &folder.path().join("then.git"),
            repository,
            default.as_deref().unwrap_or("main"),
        )
        .map_err(git)?,
        lock: known_refs(&place, &state, arguments.refs.as_deref()).map_err(one)?,
        prepared: &prepared,
        default,
    };
    Ok(replayer.all(history, walked))
}

/// What judges one change after the other.
struct Replayer<'a> {
    then: Then,
    borrowed: Borrowed,
    lock: BTreeMap<String, KnownRefs>,
    prepared: &'a Prepared,
    default: Option<String>,
}

impl Replayer<'_> {
    fn all(&self, history: History, walked: Vec<(String, String)>) -> Replay {
        let progress = terminal::changes(history.changes.len());
        let (mut changes, mut before_adoption) = (Vec::new(), 0);
        for past in &history.changes {
            let judged = self.one(past);
            before_adoption += judged.as_ref().map_or(0, |report| report.before_adoption);
            changes.push(replayed_change(past, judged));
            progress.inc(1);
        }
        progress.finish_and_clear();
        let model = &self.prepared.model;
        Replay {
            rules: Replay::tally(&changes, Severity::Error),
            changes,
            branches: walked.into_iter().map(|(name, _)| name).collect(),
            direct: history.direct,
            elsewhere: history.elsewhere,
            before_adoption,
            is_cut: history.is_cut,
            profile: model.configuration.profile.clone(),
            trust: model.trust.clone(),
            tool: crate::cli::prepare::VERSION.to_owned(),
        }
    }

    /// The gate's report on one change, in the repository as it was.
    fn one(&self, past: &PastChange) -> Result<Report, Failure> {
        let git = |error: GitError| facts_failure(&error.to_string(), error.hint());
        self.borrowed.set(&self.then.refs(past)).map_err(git)?;
        let place = Place::open(self.borrowed.folder()).map_err(|error| told(&error))?;
        let repository = repository(&place)?;
        let mut change = past.change.clone();
        change.default_branch.clone_from(&self.default);
        // Whoever wrote the head: of a merge by a host the commit itself names who pressed the button.
        let head = change.source.commit.as_deref().unwrap_or(&past.commit.id);
        change.author = Some(repository.commit(head).map_err(git)?.author.name);
        let summary = TargetSummary {
            kind: "merge request".to_owned(),
            change: Some(name_of(&change)),
            ..TargetSummary::default()
        };
        let proposed = propose(repository, change, Some(&past.target_tip), false).map_err(|error| told(&error))?;
        let looked_at = target(&proposed, false);
        let by = (self.prepared, &self.lock);
        judge(&plan(&place, &proposed, &looked_at, summary, by, day(past.commit.time)))
    }
}

fn replayed_change(past: &PastChange, judged: Result<Report, Failure>) -> ReplayedChange {
    let (verdict, findings, failures) = match judged {
        Ok(report) => (report.verdict, report.findings, report.failures),
        Err(failure) => (Verdict::Undecided, Vec::new(), vec![failure]),
    };
    ReplayedChange {
        commit: past.commit.id.clone(),
        day: day(past.commit.time).to_string(),
        number: past.number.clone(),
        source: past.change.source.branch.clone(),
        target: past.change.target.branch.clone().unwrap_or_default(),
        title: past.change.title.clone(),
        is_squash: past.is_squash,
        verdict,
        findings: findings.into_iter().map(replayed_finding).collect(),
        failures,
    }
}

fn replayed_finding(finding: Finding) -> ReplayedFinding {
    let at = finding.location;
    ReplayedFinding {
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message,
        place: at.path.or(at.reference).or(at.commit).or(at.change),
    }
}

/// The configuration of HEAD, so that what is judged with is what is committed.
fn prepared(place: &Place, state: &Content, arguments: &ReplayArguments) -> Result<Prepared, Vec<Failure>> {
    let origins = Origins {
        place,
        content: state,
        config: arguments.model.config.as_deref(),
        policies: arguments.model.policies.as_deref(),
        profile: arguments.model.profile.as_deref(),
        is_cached: !arguments.no_cache,
        cache: arguments.cache.as_deref(),
        reach: Reach::Repository,
    };
    let choice = Choice {
        only: &arguments.only,
        skip: &arguments.skip,
        ..Choice::ALL
    };
    prepare(origins, Gate::MergeRequest, choice)
}

/// Short name and tip of the branches whose past is read.
fn walked(
    all: &BTreeMap<String, (String, i64)>,
    arguments: &ReplayArguments,
    is_long_lived: &dyn Fn(&str) -> bool,
) -> Result<Vec<(String, String)>, Failure> {
    let tip = |name: &String| all.get(name).map(|(tip, _)| (name.clone(), tip.clone()));
    let found: Vec<(String, String)> = if arguments.branches.is_empty() {
        all.keys().filter(|name| is_long_lived(name)).filter_map(tip).collect()
    } else {
        let named = arguments.branches.iter().map(|name| {
            tip(name).ok_or_else(|| {
                usage(format!(
                    "--branch {name}: there is no such branch here\nfetch it: git fetch origin"
                ))
            })
        });
        named.collect::<Result<_, _>>()?
    };
    if found.is_empty() {
        return Err(usage(
            "no branch here has the role main or develop, so there is no past to judge\n\
             name the branch that changes were merged into with --branch NAME, or give it its role under `branches:`"
                .to_owned(),
        ));
    }
    Ok(found)
}

fn until(arguments: &ReplayArguments) -> Result<Until, Failure> {
    let Some(since) = &arguments.since else {
        return match arguments.last {
            Some(0) | None => Err(usage("--last 0: at least one change is needed".to_owned())),
            Some(last) => Ok(Until::Changes(last)),
        };
    };
    let day: jiff::civil::Date = since
        .parse()
        .map_err(|_| usage(format!("--since {since}: a day is written YYYY-MM-DD, such as 2026-11-20")))?;
    Ok(Until::Time(days_since_epoch(day).saturating_mul(SECONDS_OF_A_DAY)))
}

/// The day of a time in UTC; a time beyond the calendar is its nearest day.
fn day(seconds: i64) -> jiff::civil::Date {
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    let days = jiff::Span::new().try_days(seconds.div_euclid(SECONDS_OF_A_DAY));
    let end = if seconds < 0 {
        jiff::civil::Date::MIN
    } else {
        jiff::civil::Date::MAX
    };
    days.and_then(|days| epoch.checked_add(days)).unwrap_or(end)
}

fn repository(place: &Place) -> Result<&Repository, Failure> {
    place.repository().ok_or_else(|| {
        told(&FactsError::NoRepository {
            asked: "a replay".to_owned(),
            path: place.root().unwrap_or_else(|| Path::new(".")).display().to_string(),
        })
    })
}

fn known_refs(place: &Place, state: &Content, file: Option<&Path>) -> Result<BTreeMap<String, KnownRefs>, Failure> {
    let (path, text) = match file {
        Some(path) => {
            let text = std::fs::read(path).map_err(|error| facts_failure(&format!("{}: {error}", path.display()), None))?;
            (path.display().to_string(), Some(text))
        }
        None => {
            let text = configuration::read(place, state, refs_lock::FILE_NAME).map_err(|error| told(&error))?;
            (refs_lock::FILE_NAME.to_owned(), text)
        }
    };
    let Some(text) = text else { return Ok(BTreeMap::new()) };
    refs_lock::parse(&String::from_utf8_lossy(&text)).map_err(|reason| facts_failure(&format!("{path}: {reason}"), None))
}

fn told(error: &FactsError) -> Failure {
    facts_failure(&error.to_string(), error.hint())
}

fn usage(message: String) -> Failure {
    Failure {
        kind: FailureKind::Usage,
        message,
        location: None,
    }
}
