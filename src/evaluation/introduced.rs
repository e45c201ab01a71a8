//! What a change brings: findings that stood before it are counted, and stop nobody.

use std::collections::BTreeSet;

use crate::domain::finding::Finding;
use crate::domain::report::Report;
use crate::domain::rule::Severity;

use super::run::verdict;

/// Fingerprints of what was found before a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Before(BTreeSet<String>);

impl Before {
    /// Of the report over the state before the change.
    pub fn of(report: &Report) -> Self {
        Self(report.findings.iter().map(|f| f.fingerprint.clone()).collect())
    }

    fn holds(&self, finding: &Finding) -> bool {
        // Refs and commits are the change itself; only content can have stood there before it.
        finding.location.path.is_some() && self.0.contains(&finding.fingerprint)
    }
}

/// Takes findings that stood before out of a report, counts them, and decides anew.
pub fn leave_out(report: &mut Report, before: &Before, fail_on: Option<Severity>) {
    let found = std::mem::take(&mut report.findings);
    let (old, new): (Vec<Finding>, Vec<Finding>) = found.into_iter().partition(|f| before.holds(f));
    report.already_there += old.len();
    keep(report, new, fail_on);
}

/// Gives a report these findings instead of its own, and decides anew.
pub fn keep(report: &mut Report, findings: Vec<Finding>, fail_on: Option<Severity>) {
    report.findings = findings;
    let of = |severity| report.findings.iter().filter(|f| f.severity == severity).count();
    report.summary.errors = of(Severity::Error);
    report.summary.warnings = of(Severity::Warning);
    report.summary.infos = of(Severity::Info);
    for rule in &mut report.rules {
        rule.findings = report.findings.iter().filter(|f| f.rule == rule.id).count();
    }
    let worst = report.findings.iter().map(|f| f.severity).max();
    report.verdict = verdict(worst, fail_on, &report.failures);
}
