//! One run: asks the rules over sets and messages, adds what the document rules said, and makes the report.

use std::collections::BTreeMap;

use crate::cache::Segment;
use crate::domain::finding::Finding;
use crate::domain::flow::Flow;
use crate::domain::gate::Gate;
use crate::domain::report::{Failure, Report, RuleOutcome, Skip, Summary, TargetSummary, Trust, Verdict, Waived};
use crate::domain::rule::{RuleId, Severity};
use crate::domain::waiver::Waiver;
use crate::facts::Facts;
use crate::policy::Workers;

use super::document_judge::DocumentVerdict;
use super::fingerprint::Fingerprints;
use super::merge::{Order, merge};
use super::message_judge::Heard;
use super::outcome::{Answers, Tally, failures_of};
use super::selection::{Selected, Selection};
use super::set_rules::{SetInput, ask_sets};
use super::versions::stage_versions;
use super::{branches, skips, waivers};

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
    pub waivers: &'a [Waiver],
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
    let input = SetInput::new(setup, &facts);
    answers.take_messages(setup.selection, &facts.history, heard);
    answers.append(ask_sets(setup, &facts, &input));
    let Answers { drafts, failures, tally } = answers;

    let mut failures: Vec<Failure> = failures_of(failures);
    failures.append(&mut facts.failures);
    failures.extend(facts.sources.troubles());
    failures.extend(skips::unreadable(&facts.files));
    failures.extend((setup.stopped)());
    failures.sort();
    failures.dedup();

    let history = &facts.history;
    let order = Order {
        commits: Some(&history.order),
        default_branch: history.repository.as_ref().and_then(|r| r.default_branch.as_deref()),
    };
    let drafts = drafts
        .into_iter()
        .filter(|d| is_of_change(&facts, d.finding.location.path.as_deref()) && !d.is_off)
        .collect();
    let mut findings = merge(drafts, &order, Fingerprints::of(setup.flow).after_renames(setup.renamed));
    branches::name_all(&mut findings, &facts.files);
    let (findings, waived) = waivers::apply(findings, setup.waivers, &setup.selection.formerly(), setup.now);

    let mut skips = skips::of_facts(&facts);
    skips.extend(skips::of_rules(setup.selection, &facts));
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
        now: setup.now.to_owned(),
        profile: setup.header.profile.clone(),
        trust: setup.header.trust.clone(),
        tool: setup.header.tool.clone(),
    }
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
