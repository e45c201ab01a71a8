//! Several reports of one run become one: a push moves several refs, and each has a tree of its own.

use std::collections::BTreeSet;

use crate::domain::report::{Baselined, Report};
use crate::domain::rule::Severity;

use super::run::verdict;

/// Takes the other report in: findings behind its own, counts added, what both say told once, and the verdict decided anew.
pub fn absorb(report: &mut Report, other: Report, fail_on: Option<Severity>) {
    report.findings.extend(other.findings);
    report.waived.extend(other.waived);
    report.failures.extend(other.failures);
    report.failures.sort();
    report.failures.dedup();
    let said: BTreeSet<_> = report.skips.iter().cloned().collect();
    report
        .skips
        .extend(other.skips.into_iter().filter(|skip| !said.contains(skip)));
    for rule in other.rules {
        match report.rules.iter_mut().find(|known| known.id == rule.id) {
            Some(known) => {
                known.evaluated += rule.evaluated;
                known.findings += rule.findings;
                known.waived += rule.waived;
                known.skipped += rule.skipped;
            }
            None => report.rules.push(rule),
        }
    }
    report.rules.sort_by(|a, b| a.id.cmp(&b.id));
    report.deliveries.extend(other.deliveries);
    report.versions.extend(other.versions);
    report.before_adoption += other.before_adoption;
    report.already_there += other.already_there;
    report.baselined = match (report.baselined.take(), other.baselined) {
        (Some(one), Some(two)) => Some(Baselined {
            findings: one.findings + two.findings,
            // What one ref lacks another one may have.
            gone: None,
            ..one
        }),
        (one, two) => one.or(two),
    };
    let (sum, more) = (&mut report.summary, other.summary);
    sum.files += more.files;
    sum.documents += more.documents;
    sum.commits += more.commits;
    sum.errors += more.errors;
    sum.warnings += more.warnings;
    sum.infos += more.infos;
    sum.rules = report.rules.len();
    let worst = report.findings.iter().map(|f| f.severity).max();
    report.verdict = verdict(worst, fail_on, &report.failures);
}
