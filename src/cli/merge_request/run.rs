//! The gate: change, trusted state, facts, verdict, report.

use std::collections::BTreeMap;
use std::path::Path;

use super::arguments::MergeRequestArguments;
use super::change::change;
use super::deepen::deepen;
use super::gate_change::gate_change;
use super::trust::{Judging, is_foreign, judging};
use crate::cli::args::RuleArguments;
use crate::cli::deadline::Deadline;
use crate::cli::judge::{Plan, Undecided, day, judge, known_findings, known_refs, limit, set_threads};
use crate::cli::prepare::{Origins, Prepared, Reach, facts_failure, prepare};
use crate::cli::run::{UNDECIDED, complain};
use crate::cli::trust::Trusted;
use crate::cli::{output, reproduce};
use crate::domain::change::{Change, ProposedChange};
use crate::domain::gate::Gate;
use crate::domain::report::{Failure, Report, TargetSummary};
use crate::domain::rule::Severity;
use crate::domain::target::{Branches, Changed, Commits, Content, Tags, Target};
use crate::evaluation::change_input::is_made_by_bot;
use crate::evaluation::selection::Choice;
use crate::facts::change::propose;
use crate::facts::refs_lock::KnownRefs;
use crate::facts::{FactsError, Place};
use crate::git::Repository;

/// Runs the gate in `directory`.
pub fn run(directory: Option<&Path>, arguments: &MergeRequestArguments) -> u8 {
    let outputs = match output::outputs(&arguments.output) {
        Ok(outputs) => outputs,
        Err(error) => {
            complain(&format!("flowgate: {error}\n{}", error.hint()));
            return UNDECIDED;
        }
    };
    let mut summary = TargetSummary {
        kind: "merge request".to_owned(),
        ..TargetSummary::default()
    };
    let report = judged(directory, arguments, &mut summary)
        .unwrap_or_else(|failures| Undecided::of(&summary, failures).report(Gate::MergeRequest, &arguments.rules));
    outputs.write(&report)
}

fn judged(
    directory: Option<&Path>,
    arguments: &MergeRequestArguments,
    summary: &mut TargetSummary,
) -> Result<Report, Vec<Failure>> {
    let rules = &arguments.rules;
    let one = |failure: Failure| vec![failure];
    let now = day(rules.now.as_deref()).map_err(one)?;
    set_threads(rules.threads).map_err(one)?;
    let (place, proposed) = proposed(directory, arguments, summary)?;
    let repository = repository(&place).map_err(one)?;
    summary.reproduce = reproduce::merge_request(&proposed, arguments, None);
    let Judging { folder, trusted } = judging(&place, repository, &proposed, arguments)?;
    summary.reproduce = reproduce::merge_request(&proposed, arguments, trusted_revision(&trusted));
    let origins = Origins {
        place: folder.as_ref().unwrap_or(&place),
        content: &trusted.origin,
        config: rules.model.config.as_deref(),
        policies: rules.model.policies.as_deref(),
        profile: rules.model.profile.as_deref(),
        // Anybody who may write a pipeline's cache could put in what was never judged.
        is_cached: rules.cache.is_some() && !rules.no_cache,
        cache: rules.cache.as_deref(),
        reach: Reach::Repository,
    };
    let mut prepared = prepare(origins, Gate::MergeRequest, chosen(rules))?;
    believe_bots_of_host(&mut prepared, &proposed.change);
    prepared.model.trust.name = Some(state_name(
        &trusted,
        rules.model.config.as_deref(),
        &prepared.model.trust.source,
    ));
    let lock = known_refs(origins.place, &trusted.origin, rules).map_err(one)?;
    let baseline = known_findings(origins.place, &trusted.origin, rules).map_err(one)?;
    let is_compared = prepared.selection.needs().weakenings;
    let gate_change = is_compared.then(|| gate_change(&place, &proposed, &trusted, origins));
    let looked_at = target(&proposed, arguments.all);
    let plan = Plan {
        gate_change: gate_change.as_ref(),
        baseline: baseline.as_ref(),
        fail_on: limit(rules.fail_on),
        ..plan(&place, &proposed, &looked_at, summary.clone(), (&prepared, &lock), now)
    };
    let plan = Plan {
        before: plan.before.filter(|_| !arguments.all),
        trusted: trusted_revision(&trusted).map(str::to_owned).or(plan.trusted),
        ..plan
    };
    judge(&plan).map_err(one)
}

/// How this gate judges a change: by what it brings, and with the waiver comments of its base. Errors stop it.
pub(in crate::cli) fn plan<'a>(
    place: &'a Place,
    proposed: &ProposedChange,
    target: &'a Target,
    summary: TargetSummary,
    (prepared, lock): (&'a Prepared, &'a BTreeMap<String, KnownRefs>),
    now: jiff::civil::Date,
) -> Plan<'a> {
    Plan {
        gate: Gate::MergeRequest,
        place,
        target,
        summary,
        prepared,
        lock,
        now,
        fail_on: Some(Severity::Error),
        include_excluded: false,
        before: Some(proposed.base.clone()),
        trusted: Some(proposed.base.clone()),
        gate_change: None,
        baseline: None,
        deadline: Deadline::NONE,
    }
}

/// The change and the repository that holds its ends.
fn proposed(
    directory: Option<&Path>,
    arguments: &MergeRequestArguments,
    summary: &mut TargetSummary,
) -> Result<(Place, ProposedChange), Vec<Failure>> {
    let one = |failure: Failure| vec![failure];
    let facts = |error: FactsError| vec![facts_failure(&error.to_string(), error.hint())];
    // By its path: what the environment calls Git's folder, index or objects may have been written by the change.
    let start = directory.unwrap_or_else(|| Path::new("."));
    let mut place = Place::open(start).map_err(facts)?;
    let change = change(&place, arguments).map_err(one)?;
    summary.change = Some(name_of(&change));
    let tip = arguments.target_tip.as_deref();
    let is_foreign = is_foreign(repository(&place).map_err(one)?, &change);
    let proposed = match propose(repository(&place).map_err(one)?, change.clone(), tip, is_foreign) {
        Err(error) if arguments.deepen && is_curable(&error) => {
            deepen(&place, &change).map_err(facts)?;
            // Where a history was cut off is read when a repository is opened.
            place = Place::open(start).map_err(facts)?;
            propose(repository(&place).map_err(one)?, change, tip, is_foreign).map_err(facts)?
        }
        proposed => proposed.map_err(facts)?,
    };
    Ok((place, proposed))
}

/// Anybody can write a bot's name into a commit: only in a change that a bot made by the host's word are there commits that nobody answers
/// for.
fn believe_bots_of_host(prepared: &mut Prepared, change: &Change) {
    let flow = &mut prepared.model.configuration.flow;
    if is_made_by_bot(flow, change) != Some(true) {
        flow.bots.clear();
    }
}

/// What the command line says about rules; in this gate no developer's environment has a say.
fn chosen(rules: &RuleArguments) -> Choice<'_> {
    Choice {
        only: &rules.only,
        skip: &rules.skip,
        ..Choice::ALL
    }
}

fn repository(place: &Place) -> Result<&Repository, Failure> {
    place.repository().ok_or_else(|| {
        let error = FactsError::NoRepository {
            asked: "a merge request".to_owned(),
            path: place.root().unwrap_or_else(|| Path::new(".")).display().to_string(),
        };
        facts_failure(&error.to_string(), error.hint())
    })
}

fn trusted_revision(trusted: &Trusted) -> Option<&str> {
    match &trusted.origin {
        Content::Revision(commit) => Some(commit),
        _ => None,
    }
}

/// How people call the state that judged.
fn state_name(trusted: &Trusted, config: Option<&Path>, source: &str) -> String {
    match (config, &trusted.origin) {
        (Some(path), _) => path.display().to_string(),
        (None, Content::Nothing) => trusted.name.clone(),
        (None, _) if source == "embedded" => format!("{} has no configuration", trusted.name),
        (None, _) => trusted.name.clone(),
    }
}

/// Whether fetching more helps.
const fn is_curable(error: &FactsError) -> bool {
    !matches!(error, FactsError::Unrelated { .. })
}

/// What of a change is judged: its tree, its own commits, its source's name.
pub(in crate::cli) fn target(proposed: &ProposedChange, all: bool) -> Target {
    Target {
        content: Content::Revision(proposed.head.clone()),
        changed: if all {
            Changed::All
        } else {
            Changed::Since(Some(proposed.base.clone()))
        },
        commits: Commits::Range {
            from: proposed.target_tip.clone(),
            to: proposed.head.clone(),
        },
        branches: Branches::Source,
        tags: Tags::None,
        change: Some(Box::new(proposed.clone())),
        ..Target::of_content(Content::Nothing)
    }
}

/// `!12 feat/x to dev`.
pub(in crate::cli) fn name_of(change: &Change) -> String {
    let number = change.number.map(|number| format!("!{number} ")).unwrap_or_default();
    let branch = |branch: &Option<String>| branch.clone().unwrap_or_else(|| "HEAD".to_owned());
    format!(
        "{number}{} to {}",
        branch(&change.source.branch),
        branch(&change.target.branch)
    )
}
