//! Several reports of one repository as one: of the files by one job, of the commits by another.

use std::collections::{BTreeMap, BTreeSet};

use super::subject::count;
use crate::domain::finding::Finding;
use crate::domain::report::{Baselined, Report, RuleOutcome, Skip, Summary, TargetSummary, Trust, Verdict};
use crate::domain::rule::{Level, RuleId, Severity};

/// Where reports say different things of what there is only one of.
const SEVERAL: &str = "several";

/// One report of all; `None` of none. Findings, failures and rules keep the order in which they come.
///
/// A finding that several reports hold, by its fingerprint, counts once and as heavy as the heaviest of them; one that is waived in
/// some reports only is not waived. One report alone stays as it is, and the same report again adds nothing.
pub fn merge(reports: Vec<Report>) -> Option<Report> {
    let mut different: Vec<Report> = Vec::with_capacity(reports.len());
    unite(&mut different, reports);
    different.into_iter().reduce(both)
}

fn both(mut one: Report, other: Report) -> Report {
    let mut twice = Twice::default();
    unite_findings(&mut one, other.findings, &mut twice);
    let counted: BTreeSet<String> = one.findings.iter().map(|finding| finding.fingerprint.clone()).collect();
    let mut waived: BTreeSet<String> = BTreeSet::new();
    let (earlier, later) = (std::mem::take(&mut one.waived), other.waived);
    for entry in earlier.into_iter().chain(later) {
        let fingerprint = &entry.finding.fingerprint;
        if counted.contains(fingerprint) || !waived.insert(fingerprint.clone()) {
            *twice.waived.entry(entry.finding.rule.clone()).or_default() += 1;
        } else {
            one.waived.push(entry);
        }
    }
    unite(&mut one.failures, other.failures);
    unite(&mut one.deliveries, other.deliveries);
    unite(&mut one.versions, other.versions);
    other.skips.into_iter().for_each(|skip| add_skip(&mut one.skips, skip));
    other.rules.into_iter().for_each(|rule| add_rule(&mut one.rules, rule));
    twice.leave(&mut one.rules);
    one.verdict = heavier(one.verdict, other.verdict);
    one.target = target(one.target, other.target);
    one.trust = trust(one.trust, other.trust);
    one.profile = joined(one.profile, other.profile, ", ");
    one.before_adoption = one.before_adoption.saturating_add(other.before_adoption);
    one.baselined = baselined(one.baselined.take(), other.baselined);
    one.already_there = one.already_there.saturating_add(other.already_there);
    one.now = one.now.max(other.now);
    one.summary = summary(&one, other.summary);
    one
}

/// What the sums count that the lists hold once only.
#[derive(Default)]
struct Twice {
    findings: BTreeMap<RuleId, usize>,
    waived: BTreeMap<RuleId, usize>,
}

impl Twice {
    fn leave(&self, rules: &mut [RuleOutcome]) {
        for rule in rules {
            let of = |counts: &BTreeMap<RuleId, usize>| counts.get(&rule.id).copied().unwrap_or_default();
            let (findings, waived) = (of(&self.findings), of(&self.waived));
            rule.findings = rule.findings.saturating_sub(findings);
            rule.waived = rule.waived.saturating_sub(waived);
        }
    }
}

fn unite_findings(one: &mut Report, others: Vec<Finding>, twice: &mut Twice) {
    let known: BTreeMap<String, usize> = one
        .findings
        .iter()
        .enumerate()
        .map(|(at, finding)| (finding.fingerprint.clone(), at))
        .collect();
    for finding in others {
        let earlier = known.get(&finding.fingerprint).and_then(|at| one.findings.get_mut(*at));
        let Some(earlier) = earlier else {
            one.findings.push(finding);
            continue;
        };
        *twice.findings.entry(finding.rule.clone()).or_default() += 1;
        if finding.severity > earlier.severity {
            *earlier = finding;
        }
    }
}

/// The others that are not there yet.
fn unite<T: PartialEq>(list: &mut Vec<T>, others: Vec<T>) {
    for other in others {
        if !list.contains(&other) {
            list.push(other);
        }
    }
}

fn add_skip(skips: &mut Vec<Skip>, other: Skip) {
    let same = skips
        .iter_mut()
        .find(|skip| skip.rule == other.rule && skip.reason == other.reason);
    match same {
        Some(skip) => skip.count = skip.count.saturating_add(other.count),
        None => skips.push(other),
    }
}

fn add_rule(rules: &mut Vec<RuleOutcome>, other: RuleOutcome) {
    let Some(rule) = rules.iter_mut().find(|rule| rule.id == other.id) else {
        rules.push(other);
        return;
    };
    rule.level = rule.level.max(other.level);
    rule.evaluated = rule.evaluated.saturating_add(other.evaluated);
    rule.findings = rule.findings.saturating_add(other.findings);
    rule.waived = rule.waived.saturating_add(other.waived);
    rule.skipped = rule.skipped.saturating_add(other.skipped);
}

/// As within one run: a finding wins over a failure, so that nobody hides it behind an induced error.
const fn heavier(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::Findings, _) | (_, Verdict::Findings) => Verdict::Findings,
        (Verdict::Undecided, _) | (_, Verdict::Undecided) => Verdict::Undecided,
        (Verdict::Clean, Verdict::Clean) => Verdict::Clean,
    }
}

/// What was looked at by any; the findings as they are counted now.
fn summary(report: &Report, other: Summary) -> Summary {
    let one = report.summary;
    let judging = report.rules.iter().filter(|rule| rule.level != Level::Off).count();
    Summary {
        files: one.files.saturating_add(other.files),
        documents: one.documents.saturating_add(other.documents),
        commits: one.commits.saturating_add(other.commits),
        rules: judging.max(one.rules).max(other.rules),
        errors: count(report, Severity::Error),
        warnings: count(report, Severity::Warning),
        infos: count(report, Severity::Info),
    }
}

/// What of a baseline is gone is known only by a run that looked at everything.
fn baselined(one: Option<Baselined>, other: Option<Baselined>) -> Option<Baselined> {
    match (one, other) {
        (Some(one), Some(other)) if one.path == other.path => Some(Baselined {
            findings: one.findings.max(other.findings),
            gone: one.gone.zip(other.gone).map(|(one, other)| one.min(other)),
            path: one.path,
        }),
        (one, other) => one.or(other),
    }
}

fn target(one: TargetSummary, other: TargetSummary) -> TargetSummary {
    TargetSummary {
        kind: joined(one.kind, other.kind, ", "),
        path: same(one.path, &other.path),
        revision: same(one.revision, &other.revision),
        branch: same(one.branch, &other.branch),
        range: same(one.range, &other.range),
        change: same(one.change, &other.change),
        branches: one.branches.max(other.branches),
        tags: one.tags.max(other.tags),
        reproduce: joined(one.reproduce, other.reproduce, "; "),
    }
}

fn trust(one: Trust, other: Trust) -> Trust {
    if one == other {
        return one;
    }
    Trust {
        source: if one.source == other.source {
            one.source
        } else {
            SEVERAL.to_owned()
        },
        name: same(one.name, &other.name),
        revision: same(one.revision, &other.revision),
        configuration: same(one.configuration, &other.configuration),
        digest: if one.digest == other.digest {
            one.digest
        } else {
            SEVERAL.to_owned()
        },
    }
}

/// What both say; nothing when they say different things.
fn same(one: Option<String>, other: &Option<String>) -> Option<String> {
    one.filter(|text| other.as_ref() == Some(text))
}

fn joined(one: String, other: String, between: &str) -> String {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => other,
        (_, true) => one,
        _ if one.split(between).any(|part| part == other) => one,
        _ => format!("{one}{between}{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::location::Location;
    use crate::reporting::hostile_sample as hostile;
    use crate::reporting::sample::{self, bare, outcome};

    fn finding(fingerprint: &str, severity: Severity) -> Finding {
        Finding {
            fingerprint: fingerprint.to_owned(),
            ..bare("a/b", severity, "m", Location::of_path("a.yaml"))
        }
    }

    fn report(verdict: Verdict, findings: Vec<Finding>) -> Report {
        Report {
            verdict,
            rules: vec![outcome("a/b", Level::Error, 10, findings.len())],
            findings,
            ..sample::clean()
        }
    }

    #[test]
    fn one_report_stays_as_it_is_and_none_is_none() {
        assert_eq!(merge(vec![sample::full()]), Some(sample::full()));
        assert_eq!(merge(Vec::new()), None);
    }

    #[test]
    fn a_finding_of_two_reports_counts_once_and_as_the_heavier() {
        let one = report(
            Verdict::Clean,
            vec![finding("1", Severity::Warning), finding("2", Severity::Error)],
        );
        let other = report(
            Verdict::Findings,
            vec![finding("1", Severity::Error), finding("3", Severity::Info)],
        );
        let all = merge(vec![one, other]).unwrap();
        let found: Vec<_> = all.findings.iter().map(|f| (f.fingerprint.as_str(), f.severity)).collect();
        assert_eq!(found, [("1", Severity::Error), ("2", Severity::Error), ("3", Severity::Info)]);
        let rule = &all.rules[0];
        assert_eq!((all.rules.len(), rule.evaluated, rule.findings), (1, 20, 3));
        assert_eq!((all.summary.errors, all.summary.warnings, all.summary.infos), (2, 0, 1));
        assert_eq!((all.summary.files, all.summary.rules), (24, 2));
    }

    #[test]
    fn the_verdict_is_that_of_one_run() {
        let verdict = |one, other| {
            let reports = vec![report(one, Vec::new()), report(other, Vec::new())];
            merge(reports).unwrap().verdict
        };
        for other in Verdict::ALL {
            assert_eq!(verdict(Verdict::Findings, other), Verdict::Findings);
            assert_eq!(verdict(other, Verdict::Findings), Verdict::Findings);
        }
        assert_eq!(verdict(Verdict::Undecided, Verdict::Clean), Verdict::Undecided);
        assert_eq!(verdict(Verdict::Clean, Verdict::Undecided), Verdict::Undecided);
        assert_eq!(verdict(Verdict::Clean, Verdict::Clean), Verdict::Clean);
    }

    #[test]
    fn what_is_waived_here_and_counts_there_counts() {
        let waiving = sample::full();
        let mut counting = sample::clean();
        counting.findings = vec![sample::in_file()];
        let mut alone = waiving.clone();
        alone.findings.clear();
        for reports in [vec![alone.clone(), counting.clone()], vec![counting, alone]] {
            let all = merge(reports).unwrap();
            assert_eq!((all.findings.len(), all.waived.len()), (1, 0));
        }
    }

    #[test]
    fn failures_are_united_and_skips_are_summed() {
        let mut one = sample::full();
        let other = sample::full();
        one.failures.truncate(1);
        let all = merge(vec![one, other]).unwrap();
        assert_eq!(all.failures, sample::failures());
        assert_eq!(all.skips.iter().map(|skip| skip.count).collect::<Vec<_>>(), [680, 8, 8, 2]);
        assert_eq!((all.deliveries.len(), all.versions.len(), all.waived.len()), (2, 1, 0));
    }

    #[test]
    fn what_reports_disagree_about_is_not_said() {
        let mut other = sample::clean();
        other.target.branch = Some("main".to_owned());
        other.target.reproduce = "flowgate check --history".to_owned();
        other.trust.digest = "11".repeat(32);
        other.profile = "observe".to_owned();
        let all = merge(vec![sample::clean(), other.clone(), other]).unwrap();
        assert_eq!(all.target.branch, None);
        assert_eq!(all.target.reproduce, "flowgate check; flowgate check --history");
        assert_eq!((all.trust.source.as_str(), all.trust.digest.as_str()), ("worktree", SEVERAL));
        assert_eq!(all.profile, "gitflow-devops, observe");
    }

    #[test]
    fn the_same_report_again_adds_nothing() {
        let one = hostile::many(5000);
        assert_eq!(merge(vec![one.clone(), one.clone()]), Some(one.clone()));
        let mut another_day = one.clone();
        another_day.now = "2026-11-21".to_owned();
        let all = merge(vec![one.clone(), another_day]).unwrap();
        assert_eq!(all.findings, one.findings);
    }
}
