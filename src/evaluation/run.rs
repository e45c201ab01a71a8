//! One run: asks the rules over sets and messages, adds what the document rules said, and makes the report.

use std::collections::{BTreeMap, BTreeSet};

use crate::cache::Segment;
use crate::domain::finding::{Draft, Finding};
use crate::domain::flow::Flow;
use crate::domain::gate::Gate;
use crate::domain::report::{Failure, FailureKind, Report, RuleOutcome, Skip, Summary, TargetSummary, Trust, Verdict, Waived};
use crate::domain::rule::{RuleId, Severity};
use crate::domain::waiver::{CommentIdentity, Waiver};
use crate::facts::Facts;
use crate::policy::{RuleSet, Workers};

use super::about_run::AboutRun;
use super::document_judge::DocumentVerdict;
use super::fingerprint::Fingerprints;
use super::merge::{Order, merge};
use super::message_judge::Heard;
use super::outcome::{Answers, Tally, failures_of};
use super::selection::{Selected, Selection};
use super::set_rules::{Phase, SetInput, ask_sets};
use super::versions::stage_versions;
use super::waiver_input::{Judged, Waivers, Whole};
use super::waivers::Applied;
use super::{about_run, branches, skips, waivers};

/// Everything that decides the verdict beside the facts.
pub struct Setup<'a> {
    pub gate: Gate,
    /// The day that counts as today, `YYYY-MM-DD`.
    pub now: &'a str,
    /// The same day as days since 1970-01-01.
    pub today: i64,
    pub flow: &'a Flow,
    pub selection: &'a Selection,
    pub engine: &'a dyn Workers,
    /// Every rule there is, for the names that waivers bear.
    pub rules: &'a RuleSet,
    /// Those of the configuration.
    pub waivers: &'a [Waiver],
    /// The waiver comments of the revision that is trusted, when a change is judged: others let nothing pass. `None`: all count.
    pub trusted_comments: Option<&'a BTreeSet<CommentIdentity>>,
    /// How much is looked at.
    pub whole: Whole,
    /// What is not known of other repositories' refs leaves the verdict open.
    pub refs_required: bool,
    /// Findings of this severity or above decide the verdict; `None`: none do.
    pub fail_on: Option<Severity>,
    /// Old path to new one, where an older state is judged to compare it with a newer one; empty otherwise.
    pub renamed: &'a BTreeMap<String, String>,
    /// What earlier runs learnt of rules over sets.
    pub content: Option<&'a Segment>,
    /// What ends the work early, asked before each rule and each batch of commits; it stands in the report. Once there is something,
    /// there always is.
    pub stopped: &'a (dyn Fn() -> Option<Failure> + Sync),
    pub header: Header,
}

/// What the report says about the run itself.
#[derive(Debug, Clone, Default)]
pub struct Header {
    pub target: TargetSummary,
    pub profile: String,
    pub trust: Trust,
    pub tool: String,
}

/// Judges the facts; documents and messages were judged while they came in.
pub fn run(setup: &Setup<'_>, mut facts: Facts<DocumentVerdict>, heard: Heard) -> Report {
    let mut answers = Answers::new(setup.selection.rules.len());
    for verdict in std::mem::take(&mut facts.verdicts) {
        answers.take_document(verdict);
    }
    let gathering = std::mem::take(&mut facts.failures);
    let Said {
        findings,
        waived,
        failures,
        skips,
        tally,
    } = say(setup, &facts, answers, heard, gathering);
    let summary = summary(setup, &facts, &findings);
    let worst = findings.iter().map(|f| f.severity).max();
    let rules = rule_outcomes(setup, &tally, &findings, &waived, &skips);
    let mut target = setup.header.target.clone();
    target.branches = facts.history.branches.len();
    target.tags = facts.history.tags.len();
    target.range.clone_from(&facts.history.range);
    Report {
        verdict: verdict(worst, setup.fail_on, &failures),
        gate: setup.gate,
        target,
        summary,
        findings,
        failures,
        skips,
        waived,
        rules,
        versions: stage_versions(&facts.rows.deliveries),
        deliveries: facts.rows.deliveries,
        before_adoption: facts.before_adoption,
        already_there: 0,
        baselined: None,
        now: setup.now.to_owned(),
        profile: setup.header.profile.clone(),
        trust: setup.header.trust.clone(),
        tool: setup.header.tool.clone(),
    }
}

/// All that was said.
#[derive(Default)]
struct Said {
    findings: Vec<Finding>,
    waived: Vec<Waived>,
    failures: Vec<Failure>,
    skips: Vec<Skip>,
    tally: Tally,
}

/// Asks what is not asked yet: about sets, and then, when waivers had their say, about the run itself.
fn say<V: Sync>(setup: &Setup<'_>, facts: &Facts<V>, mut answers: Answers, heard: Heard, gathering: Vec<Failure>) -> Said {
    let mut input = SetInput::new(setup, facts);
    answers.take_messages(setup.selection, &facts.history, heard);
    answers.append(ask_sets(setup, facts, &input, Phase::First));
    let mut failures: Vec<Failure> = gathering;
    failures.extend(facts.sources.troubles());
    failures.extend(skips::unreadable(&facts.files));
    let mut findings = merged(setup, facts, &mut answers, &mut failures);
    branches::name_all(&mut findings, &facts.files);

    let waivers = Waivers::of(setup, &facts.files);
    let formerly = setup.selection.formerly();
    let Applied {
        mut standing,
        mut waived,
        used,
    } = waivers::apply(findings, &waivers.counting(), &formerly, setup.now);
    let mut skips = skips::of_facts(facts);
    skips.extend(skips::of_rules(setup.selection, facts));
    skips.extend(skips::of_other_repositories(setup.gate, setup.selection, facts));

    if setup.selection.rules.iter().any(is_about_run) {
        let judged = Judged {
            facts,
            skips: &skips,
            failures: &failures,
        };
        input.tell(AboutRun {
            waivers: waivers.values(setup, &judged, &used),
            gaps: about_run::gaps(setup, facts, &skips, &failures),
        });
        answers.append(ask_sets(setup, facts, &input, Phase::Last));
        // A comment cannot let pass what is said of comments.
        let config: Vec<&Waiver> = setup.waivers.iter().collect();
        let last = waivers::apply(
            merged(setup, facts, &mut answers, &mut failures),
            &config,
            &formerly,
            setup.now,
        );
        if !last.standing.is_empty() {
            standing.extend(last.standing);
            order(facts).sort(&mut standing);
        }
        waived.extend(last.waived);
    }
    // Lines that were shown only now may have been unreadable.
    failures.extend(facts.sources.troubles());
    failures.extend((setup.stopped)());
    failures.sort();
    failures.dedup();
    Said {
        findings: standing,
        waived,
        failures,
        skips,
        tally: answers.tally,
    }
}

/// The findings of what was answered so far; what failed, and what a rule leaves undecided, goes to the failures.
fn merged<V>(setup: &Setup<'_>, facts: &Facts<V>, answers: &mut Answers, failures: &mut Vec<Failure>) -> Vec<Finding> {
    failures.extend(failures_of(std::mem::take(&mut answers.failures)));
    let of_change = |draft: &Draft| is_of_change(facts, draft.finding.location.path.as_deref()) && !draft.is_off;
    let drafts = std::mem::take(&mut answers.drafts).into_iter().filter(of_change);
    let (open, drafts): (Vec<Draft>, Vec<Draft>) = drafts.partition(|draft| draft.is_undecided);
    failures.extend(open.into_iter().map(undecided));
    let fingerprints = Fingerprints::of(setup.flow).after_renames(setup.renamed);
    merge(drafts, &order(facts), fingerprints)
}

fn order<V>(facts: &Facts<V>) -> Order<'_> {
    let history = &facts.history;
    Order {
        commits: Some(&history.order),
        default_branch: history.repository.as_ref().and_then(|r| r.default_branch.as_deref()),
    }
}

/// What a rule says it could not judge.
fn undecided(draft: Draft) -> Failure {
    let Finding {
        rule,
        message,
        fix,
        location,
        ..
    } = draft.finding;
    let advice = fix.map(|fix| format!("\n{fix}")).unwrap_or_default();
    Failure {
        kind: FailureKind::Facts,
        message: format!("{rule}: {message}{advice}"),
        location: Some(location),
    }
}

fn is_about_run(rule: &Selected) -> bool {
    rule.reads.iter().any(|reads| reads.is_about_run())
}

fn summary<V>(setup: &Setup<'_>, facts: &Facts<V>, findings: &[Finding]) -> Summary {
    let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
    Summary {
        files: facts.files.len(),
        documents: facts.files.iter().map(|f| f.documents).sum(),
        commits: facts.history.commit_count,
        rules: setup.selection.rules.len(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
    }
}

/// A finding wins over a failure, so that nobody hides it behind an induced error.
pub fn verdict(worst: Option<Severity>, fail_on: Option<Severity>, failures: &[Failure]) -> Verdict {
    if fail_on.is_some_and(|limit| worst.is_some_and(|w| w >= limit)) {
        Verdict::Findings
    } else if failures.is_empty() {
        Verdict::Clean
    } else {
        Verdict::Undecided
    }
}

/// When the target is about a change, findings in files that it does not touch are not its own.
fn is_of_change<V>(facts: &Facts<V>, path: Option<&str>) -> bool {
    match (&facts.changed, path) {
        (Some(changed), Some(path)) => changed.contains(path),
        _ => true,
    }
}

fn rule_outcomes(setup: &Setup<'_>, tally: &Tally, findings: &[Finding], waived: &[Waived], skips: &[Skip]) -> Vec<RuleOutcome> {
    let outcome = |(position, rule): (usize, &Selected)| {
        let is = |id: &RuleId| *id == rule.id;
        RuleOutcome {
            id: rule.id.clone(),
            title: rule.title.clone(),
            level: rule.level,
            page: rule.page.clone(),
            evaluated: tally.asked(position),
            findings: findings.iter().filter(|f| is(&f.rule)).count(),
            waived: waived.iter().filter(|w| is(&w.finding.rule)).count(),
            skipped: skips
                .iter()
                .filter(|s| s.rule.as_ref().is_some_and(is))
                .map(|s| s.count)
                .sum(),
        }
    };
    setup.selection.rules.iter().enumerate().map(outcome).collect()
}
