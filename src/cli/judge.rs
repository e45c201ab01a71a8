//! The way that every judging command takes: facts, verdict, report; and what stands in the report when it could not be gone.

use std::collections::{BTreeMap, BTreeSet};

use crate::cache::Segment;
use crate::domain::file::FileFacts;
use crate::domain::gate::Gate;
use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Report, Summary, TargetSummary, Trust, Verdict};
use crate::domain::repository::Head;
use crate::domain::rule::Severity;
use crate::domain::target::{Branches, Commits, Content, Tags, Target};
use crate::domain::waiver::CommentIdentity;
use crate::evaluation::baselined;
use crate::evaluation::document_judge::{DocumentVerdict, base_input};
use crate::evaluation::introduced::{self, Before};
use crate::evaluation::message_judge::Heard;
use crate::evaluation::run::Header;
use crate::evaluation::waiver_input::Whole;
use crate::evaluation::{DocumentJudge, MessageJudge, Selection, Setup, run as evaluate};
use crate::facts::baseline::{self, Baseline};
use crate::facts::comments;
use crate::facts::configuration::read_up_to;
use crate::facts::messages::BATCH;
use crate::facts::owners::Owned;
use crate::facts::refs_lock::{self, KnownRefs};
use crate::facts::renames::{follow, since};
use crate::facts::weakenings::GateChange;
use crate::facts::{Facts, FactsError, Place, Request, gather};
use crate::git::Repository;

use super::args::{FailOn, RuleArguments};
use super::deadline::Deadline;
use super::prepare::{Prepared, VERSION, facts_failure};
use super::terminal;

/// Far more than anybody has processors; a slip in the number must not stop the machine.
const MOST_THREADS: usize = 1024;

/// Everything that one judgement depends on.
pub struct Plan<'a> {
    pub gate: Gate,
    pub place: &'a Place,
    pub target: &'a Target,
    /// What the report says of the target; revision and branch are filled in.
    pub summary: TargetSummary,
    pub prepared: &'a Prepared,
    /// What is known of other repositories' refs.
    pub lock: &'a BTreeMap<String, KnownRefs>,
    /// The gate before and after the change, where one is judged.
    pub gate_change: Option<&'a GateChange>,
    pub now: jiff::civil::Date,
    pub fail_on: Option<Severity>,
    pub include_excluded: bool,
    /// The commit whose tree stood before the change, an object id: what is found there too is counted, not reported.
    pub before: Option<String>,
    /// The revision that is trusted, an object id, when a change is judged: only waiver comments that it has let anything pass.
    pub trusted: Option<String>,
    /// Findings that are written down: they are counted, not reported.
    pub baseline: Option<&'a Baseline>,
    /// When the work has to end.
    pub deadline: Deadline,
}

/// Judges.
///
/// # Errors
/// When the target as a whole cannot be had.
pub fn judge(plan: &Plan<'_>) -> Result<Report, Failure> {
    // What both states share is judged once, also where nothing is kept from run to run.
    let shared = (plan.before.is_some() && plan.prepared.cache.is_none()).then(Segment::in_memory);
    let as_it_is = State {
        shared: shared.as_ref(),
        target: plan.target,
        selection: &plan.prepared.selection,
        judged: None,
        renamed: &BTreeMap::new(),
    };
    let (mut report, changed) = judge_state(plan, &as_it_is)?;
    let has_content = report.findings.iter().any(|f| f.location.path.is_some());
    if let Some(before) = plan.before.as_ref().filter(|_| has_content) {
        let target = Target {
            paths: plan.target.paths.clone(),
            ..Target::of_content(Content::Revision(before.clone()))
        };
        let renamed = since(plan.place, before, &plan.target.content);
        // The same files are asked about, as they were and where they were.
        let judged = changed.map(|mut paths| {
            paths.extend(renamed.keys().cloned());
            paths
        });
        let as_it_was = State {
            shared: shared.as_ref(),
            target: &target,
            selection: &plan.prepared.selection.of_content(),
            judged: judged.as_ref(),
            renamed: &renamed,
        };
        let (earlier, _) = judge_state(plan, &as_it_was)?;
        introduced::leave_out(&mut report, &Before::of(&earlier), plan.fail_on);
    }
    if let Some(baseline) = plan.baseline {
        let selection = &plan.prepared.selection;
        baselined::leave_out(&mut report, baseline, selection, whole(plan.target), plan.fail_on);
    }
    Ok(report)
}

/// How much a target looks at.
pub fn whole(target: &Target) -> Whole {
    Whole {
        content: target.is_whole(),
        commits: target.commits == Commits::History,
        refs: matches!(target.branches, Branches::Local | Branches::All) && target.tags == Tags::All,
    }
}

/// One of the two states that are compared.
#[derive(Clone, Copy)]
struct State<'a> {
    /// What is learnt of the one for the other.
    shared: Option<&'a Segment>,
    target: &'a Target,
    selection: &'a Selection,
    /// The paths about whose documents rules are asked; `None`: what the target says.
    judged: Option<&'a BTreeSet<String>>,
    /// Old path to new one.
    renamed: &'a BTreeMap<String, String>,
}

/// What earlier runs learnt that this one may ask for: of content, and of commits.
fn segments(plan: &Plan<'_>, target: &Target, selection: &Selection, now: &str) -> (Option<Segment>, Option<Segment>) {
    let Some(cache) = plan.prepared.cache.as_ref() else {
        return (None, None);
    };
    let needs = selection.needs();
    let has_content = needs.content() && target.content != Content::Nothing;
    let has_commits = needs.messages && !matches!(target.commits, Commits::None | Commits::Pending(_));
    let has_bots = !plan.prepared.model.configuration.flow.bots.is_empty();
    let is_shallow = plan.place.repository().is_some_and(Repository::is_shallow);
    (
        has_content.then(|| cache.content(selection, plan.gate, now)),
        has_commits.then(|| cache.messages(selection, plan.gate, now, is_shallow, has_bots)),
    )
}

/// The report over one state, and the paths that it changes.
fn judge_state(plan: &Plan<'_>, state: &State<'_>) -> Result<(Report, Option<BTreeSet<String>>), Failure> {
    let (State { target, selection, .. }, prepared) = (*state, plan.prepared);
    let configuration = &prepared.model.configuration;
    let now = plan.now.to_string();
    let judge = DocumentJudge::new(selection, &prepared.engine, base_input(plan.gate.as_str(), &now));
    let (kept, known) = segments(plan, target, selection, &now);
    let content = kept.as_ref().or(state.shared);
    let deadline = plan.deadline;
    let stopped = || deadline.failure();
    let messages = MessageJudge::new(
        selection,
        &prepared.engine,
        &configuration.flow,
        base_input(plan.gate.as_str(), &now),
        known.as_ref(),
        &stopped,
    );
    // Who has to approve a change is not for the change to say.
    let trusted = plan.trusted.clone().map(Content::Revision);
    let progress = terminal::progress();
    let request = Request {
        place: plan.place,
        target,
        flow: &configuration.flow,
        needs: selection.needs(),
        is_excluded: &|path| configuration.is_excluded(path),
        include_excluded: plan.include_excluded,
        judged: state.judged,
        adopted: configuration.adopted.as_ref(),
        messages: Some(&messages),
        batch: BATCH,
        lock: plan.lock,
        owned: Owned {
            from: trusted.as_ref(),
            ..Owned::by_judged(&configuration.policies)
        },
        gate: plan.gate_change,
        cache: content,
        tick: &|| {
            progress.inc(1);
            deadline.go_on()
        },
    };
    let mut facts = gather(&request, &judge).map_err(|error| trouble(deadline, &error))?;
    progress.finish_and_clear();
    let changed = facts.changed.clone();
    if plan.before.is_some() {
        // A change in one file may break a rule in another one: what the change brings is told by comparing, not by place.
        facts.changed = None;
    }
    let report = evaluated(plan, state, facts, messages.heard(), (content, &stopped))?;
    kept.iter().chain(&known).for_each(Segment::save);
    Ok((report, changed))
}

/// What the rules say of the facts; with what earlier runs learnt of sets, and what ends the work early.
fn evaluated(
    plan: &Plan<'_>,
    state: &State<'_>,
    facts: Facts<DocumentVerdict>,
    heard: Heard,
    (content, stopped): (Option<&Segment>, &(dyn Fn() -> Option<Failure> + Sync)),
) -> Result<Report, Failure> {
    let State { target, selection, .. } = *state;
    let configuration = &plan.prepared.model.configuration;
    let trusted = trusted_comments(plan, state, &facts.files)?;
    let waivers = follow(plan.place, &configuration.waivers, &facts.files);
    let setup = Setup {
        gate: plan.gate,
        now: &plan.now.to_string(),
        today: days_since_epoch(plan.now),
        flow: &configuration.flow,
        selection,
        engine: &plan.prepared.engine,
        rules: &plan.prepared.model.rules,
        waivers: &waivers,
        trusted_comments: trusted.as_ref(),
        whole: whole(target),
        refs_required: configuration.refs_required,
        fail_on: plan.fail_on,
        renamed: state.renamed,
        content,
        stopped,
        header: header(plan, target, facts.history.repository.as_ref().map(|r| &r.head)),
    };
    Ok(evaluate(&setup, facts, heard))
}

/// The waiver comments that count; `None`: all do. In the state before the change all that stand there do.
fn trusted_comments(
    plan: &Plan<'_>,
    state: &State<'_>,
    files: &[FileFacts],
) -> Result<Option<BTreeSet<CommentIdentity>>, Failure> {
    let is_change = std::ptr::eq(state.target, plan.target);
    let Some(revision) = plan.trusted.as_ref().filter(|_| is_change) else {
        return Ok(None);
    };
    let found = comments::trusted(plan.place, revision, &state.target.content, files);
    found
        .map(Some)
        .map_err(|error| facts_failure(&error.to_string(), error.hint()))
}

fn trouble(deadline: Deadline, error: &FactsError) -> Failure {
    let late = deadline.failure().filter(|_| matches!(error, FactsError::Stopped));
    late.unwrap_or_else(|| facts_failure(&error.to_string(), error.hint()))
}

fn header(plan: &Plan<'_>, target: &Target, head: Option<&Head>) -> Header {
    let model = &plan.prepared.model;
    Header {
        target: summary(plan, target, head),
        profile: model.configuration.profile.clone(),
        trust: model.trust.clone(),
        tool: VERSION.to_owned(),
    }
}

fn summary(plan: &Plan<'_>, target: &Target, head: Option<&Head>) -> TargetSummary {
    let mut summary = plan.summary.clone();
    summary.revision = head.and_then(Head::commit).map(str::to_owned);
    summary.branch = head
        .and_then(Head::reference)
        .and_then(|r| r.strip_prefix("refs/heads/"))
        .map(str::to_owned);
    if let (Place::Repository(repository), Content::Revision(revision)) = (plan.place, &target.content) {
        summary.revision = repository.resolve(revision).ok();
    }
    summary
}

/// A run that ended before anything could be judged.
#[derive(Debug)]
pub struct Undecided {
    pub failures: Vec<Failure>,
    pub target: TargetSummary,
}

impl Undecided {
    pub fn of(target: &TargetSummary, failures: Vec<Failure>) -> Self {
        Self {
            failures,
            target: target.clone(),
        }
    }

    /// The report that says so.
    pub fn report(self, gate: Gate, rules: &RuleArguments) -> Report {
        Report {
            verdict: Verdict::Undecided,
            gate,
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
            already_there: 0,
            baselined: None,
            now: rules.now.clone().unwrap_or_else(|| today().to_string()),
            profile: rules.model.profile.clone().unwrap_or_default(),
            trust: Trust {
                name: None,
                source: "none".to_owned(),
                revision: None,
                configuration: None,
                digest: String::new(),
            },
            tool: VERSION.to_owned(),
        }
    }
}

/// The severity that decides the verdict.
pub const fn limit(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Never => None,
    }
}

/// What is known of other repositories' refs: from the file of `--refs`, else from the lock in the judged state.
///
/// # Errors
/// When the lock is there and cannot be used.
pub fn known_refs(place: &Place, content: &Content, rules: &RuleArguments) -> Result<BTreeMap<String, KnownRefs>, Failure> {
    let (path, text) = match &rules.refs {
        Some(path) => {
            let text = std::fs::read(path).map_err(|error| facts_failure(&format!("{}: {error}", path.display()), None))?;
            (path.display().to_string(), text)
        }
        None => match crate::facts::configuration::read(place, content, refs_lock::FILE_NAME) {
            Ok(Some(text)) => (refs_lock::FILE_NAME.to_owned(), text),
            Ok(None) => return Ok(BTreeMap::new()),
            Err(error) => return Err(facts_failure(&error.to_string(), error.hint())),
        },
    };
    refs_lock::parse(&String::from_utf8_lossy(&text)).map_err(|reason| facts_failure(&format!("{path}: {reason}"), None))
}

/// The baseline: from the file of `--baseline`, else from a state; `None` where there is none or it is not wanted.
///
/// # Errors
/// When it is there and cannot be used.
pub fn known_findings(place: &Place, content: &Content, rules: &RuleArguments) -> Result<Option<Baseline>, Failure> {
    if rules.no_baseline {
        return Ok(None);
    }
    let failure = |path: &str, reason: &str| Failure {
        kind: FailureKind::Config,
        message: reason.to_owned(),
        location: Some(Location::of_path(path)),
    };
    let (path, text) = match &rules.baseline {
        Some(path) => {
            let shown = path.display().to_string();
            let text = std::fs::read(path).map_err(|error| failure(&shown, &format!("the baseline cannot be read: {error}")))?;
            (shown, text)
        }
        None => match read_up_to(place, content, baseline::FILE_NAME, baseline::LIMIT) {
            Ok(Some(text)) => (baseline::FILE_NAME.to_owned(), text),
            Ok(None) => return Ok(None),
            Err(error) => return Err(facts_failure(&error.to_string(), error.hint())),
        },
    };
    let parsed = Baseline::parse(&path, &String::from_utf8_lossy(&text));
    parsed.map(Some).map_err(|reason| failure(&path, &reason))
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
