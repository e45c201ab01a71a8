//! What a hook asks: the road of every check, with the hook's target and its answer always a report.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::conclusion::say;
use super::context::Context;
use crate::cli::judge::{Plan, Undecided, day, judge, known_findings, known_refs, limit, set_threads};
use crate::cli::prepare::{Origins, Prepared, prepare};
use crate::domain::finding::Finding;
use crate::domain::gate::Gate;
use crate::domain::report::{Failure, Report, TargetSummary, Verdict};
use crate::domain::rule::Reads;
use crate::domain::target::{Branches, Commits, Content, Tags, Target};
use crate::evaluation::selection::{Choice, unknown_words};
use crate::facts::baseline::Baseline;
use crate::facts::refs_lock::KnownRefs;
use crate::facts::{FactsError, Place};

/// What is judged, by what, compared with what.
pub struct Question<'a> {
    pub place: &'a Place,
    pub target: &'a Target,
    /// The state that configuration and policies are read from.
    pub origin: &'a Content,
    /// The commit that stood before the change, an object id; see `Plan::before`.
    pub before: Option<String>,
}

/// What several questions share whose configuration and policies have the same origin: a push asks once for each branch, and loading the
/// rules costs more than a small answer.
#[derive(Default)]
pub struct Shared {
    readied: BTreeMap<BTreeSet<Reads>, Readied>,
    told: Option<Gate>,
}

impl Shared {
    /// For a question that another hook of the same command has asked already, at its gate: what that told of names is not told again.
    pub fn after(gate: Gate) -> Self {
        Self {
            told: Some(gate),
            ..Self::default()
        }
    }
}

struct Readied {
    prepared: Prepared,
    lock: BTreeMap<String, KnownRefs>,
    baseline: Option<Baseline>,
}

/// Judges. What cannot be judged at all is a report too.
pub fn ask(context: &Context<'_>, question: &Question<'_>) -> Report {
    ask_sharing(context, question, &mut Shared::default())
}

/// The same for one of several questions.
pub fn ask_sharing(context: &Context<'_>, question: &Question<'_>, shared: &mut Shared) -> Report {
    let summary = TargetSummary {
        kind: question.target.content.as_str().to_owned(),
        ..TargetSummary::default()
    };
    let undecided = |failures| Undecided::of(&summary, failures).report(context.gate, &context.options.rules);
    judged(context, question, &summary, shared).unwrap_or_else(undecided)
}

fn judged(
    context: &Context<'_>,
    question: &Question<'_>,
    summary: &TargetSummary,
    shared: &mut Shared,
) -> Result<Report, Vec<Failure>> {
    let rules = &context.options.rules;
    let now = day(rules.now.as_deref()).map_err(|failure| vec![failure])?;
    if let Some(failure) = context.deadline.failure() {
        return Err(vec![failure]);
    }
    let is_first = shared.readied.is_empty();
    if is_first {
        set_threads(rules.threads).map_err(|failure| vec![failure])?;
    }
    let readied = match shared.readied.entry(reads_of(question.target)) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => {
            let readied = ready(context, question, entry.key())?;
            entry.insert(readied)
        }
    };
    if is_first {
        tell_left_out(context, &readied.prepared);
    }
    let plan = Plan {
        gate_change: None,
        gate: context.gate,
        place: question.place,
        target: question.target,
        summary: summary.clone(),
        prepared: &readied.prepared,
        lock: &readied.lock,
        now,
        fail_on: limit(rules.fail_on),
        include_excluded: false,
        before: question.before.clone(),
        trusted: None,
        baseline: readied.baseline.as_ref(),
        deadline: context.deadline,
    };
    let mut report = judge(&plan).map_err(|failure| vec![failure])?;
    if let Some(gate) = shared.told {
        report.findings.retain(|finding| !is_told(&readied.prepared, finding, gate));
        if report.findings.is_empty() && report.verdict == Verdict::Findings {
            report.verdict = Verdict::Clean;
        }
    }
    Ok(report)
}

/// Whether a finding is of a rule about names that is asked at this gate too.
fn is_told(prepared: &Prepared, finding: &Finding, gate: Gate) -> bool {
    let rule = prepared.model.rules.rule(&finding.rule);
    rule.is_some_and(|rule| rule.reads.contains(&Reads::Branches) && (rule.gates.is_empty() || rule.gates.contains(&gate)))
}

/// Which rules the developer leaves out, and which words of theirs leave out none.
fn tell_left_out(context: &Context<'_>, prepared: &Prepared) {
    let rules = &prepared.model.rules;
    let unknown = |word: &String| unknown_words(rules, std::slice::from_ref(word));
    let (known, slips): (Vec<String>, Vec<String>) = context.left_out().into_iter().partition(|word| unknown(word).is_empty());
    for sentence in slips.iter().flat_map(unknown) {
        say(context, &format!("flowgate: FLOWGATE_SKIP: {sentence}"));
    }
    if !known.is_empty() {
        say(context, &format!("flowgate: FLOWGATE_SKIP leaves out {}", known.join(", ")));
    }
}

fn ready(context: &Context<'_>, question: &Question<'_>, reads: &BTreeSet<Reads>) -> Result<Readied, Vec<Failure>> {
    let rules = &context.options.rules;
    let left_out = context.left_out();
    let choice = Choice {
        only: &rules.only,
        skip: &rules.skip,
        left_out: &left_out,
        reads: Some(reads),
    };
    let origins = Origins {
        place: question.place,
        content: question.origin,
        config: rules.model.config.as_deref(),
        policies: rules.model.policies.as_deref(),
        profile: rules.model.profile.as_deref(),
        is_cached: context.uses_cache(),
        cache: rules.cache.as_deref(),
        reach: context.reach(),
    };
    let prepared = prepare(origins, context.gate, choice)?;
    // Only deliveries name other repositories.
    let lock = match question.target.content {
        Content::Nothing => BTreeMap::new(),
        _ => known_refs(question.place, question.origin, rules).map_err(|failure| vec![failure])?,
    };
    let baseline = match question.target.content {
        Content::Nothing => None,
        _ => known_findings(question.place, question.origin, rules).map_err(|failure| vec![failure])?,
    };
    Ok(Readied {
        prepared,
        lock,
        baseline,
    })
}

/// The facts that a target has: rules about others have nothing to say here, which is no skip worth telling.
fn reads_of(target: &Target) -> BTreeSet<Reads> {
    let has_content = target.content != Content::Nothing;
    let content = [Reads::Files, Reads::Documents, Reads::Deliveries, Reads::Edges, Reads::Names];
    // A rule over all commits has nothing to compare the one with that is not made yet.
    let is_pending = matches!(target.commits, Commits::Pending(_));
    let messages = [Reads::Messages, Reads::Commits];
    let messages = messages.into_iter().filter(|reads| !is_pending || *reads == Reads::Messages);
    let mut reads = BTreeSet::new();
    reads.extend(content.into_iter().filter(|_| has_content));
    reads.extend(messages.filter(|_| target.commits != Commits::None));
    reads.extend((target.branches != Branches::None).then_some(Reads::Branches));
    reads.extend((target.branches == Branches::Current).then_some(Reads::Repository));
    reads.extend((!target.updates.is_empty()).then_some(Reads::Updates));
    let has_start = matches!(target.branches, Branches::Current | Branches::Updated | Branches::Source);
    reads.extend(has_start.then_some(Reads::Forks));
    reads.extend(target.change.is_some().then_some(Reads::Change));
    if target.tags != Tags::None {
        reads.extend([Reads::Tags, Reads::Reach, Reads::Releases]);
    }
    reads.extend(has_content.then_some(Reads::Waivers));
    reads.insert(Reads::Gaps);
    reads
}

/// A repository that flowgate cannot open at all: a developer is told and goes on, a server refuses.
pub fn cannot_open(context: &Context<'_>, error: &FactsError) -> u8 {
    let hint = error.hint().map(|hint| format!("\n{hint}")).unwrap_or_default();
    let (consequence, code) = if context.is_server() {
        ("nothing was judged, so nothing is accepted", 2)
    } else {
        ("nothing was judged; Git goes on", 0)
    };
    say(context, &format!("flowgate: {error}{hint}\nflowgate: {consequence}"));
    code
}
