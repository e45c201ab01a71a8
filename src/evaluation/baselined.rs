//! What a baseline holds: its findings are counted, and stop nobody; those of it that are gone are counted too.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::finding::Finding;
use crate::domain::report::{Baselined, Report};
use crate::domain::rule::{RuleId, Severity};
use crate::facts::baseline::{Baseline, Entry};

use super::introduced::keep;
use super::selection::{Selected, Selection};
use super::waiver_input::Whole;

/// Takes findings that a baseline holds out of a report and counts them.
pub fn leave_out(report: &mut Report, baseline: &Baseline, selection: &Selection, whole: Whole, fail_on: Option<Severity>) {
    let formerly = selection.formerly();
    let found = std::mem::take(&mut report.findings);
    let (old, new): (Vec<Finding>, Vec<Finding>) = found.into_iter().partition(|f| key_of(baseline, &formerly, f).is_some());
    keep(report, new, fail_on);
    report.baselined = Some(Baselined {
        path: baseline.path.clone(),
        findings: old.len(),
        gone: gone(report, baseline, &old, selection, whole).map(|gone| gone.len()),
    });
}

/// The entries of a baseline that are no more: nothing is known of them when not everything was looked at.
pub fn gone<'a>(
    report: &Report,
    baseline: &'a Baseline,
    still_there: &[Finding],
    selection: &Selection,
    whole: Whole,
) -> Option<Vec<&'a Entry>> {
    if !whole.content || !report.failures.is_empty() {
        return None;
    }
    let formerly = selection.formerly();
    // Waived meanwhile is not gone: the waiver ends, and the finding is back.
    let waived = report.waived.iter().map(|waived| &waived.finding);
    let known = still_there.iter().chain(waived);
    let known: BTreeSet<(String, String)> = known.filter_map(|finding| key_of(baseline, &formerly, finding)).collect();
    let skipped: BTreeSet<&RuleId> = report.skips.iter().filter_map(|skip| skip.rule.as_ref()).collect();
    let is_judged = |entry: &&Entry| {
        let is_meant =
            |rule: &&Selected| rule.id.as_str() == entry.rule || rule.formerly.iter().any(|id| id.as_str() == entry.rule);
        let rule = selection.rules.iter().find(is_meant);
        let is_seen = if entry.place.starts_with("commit ") {
            whole.commits
        } else {
            whole.refs || !entry.place.starts_with("refs/")
        };
        is_seen && rule.is_some_and(|rule| !skipped.contains(&rule.id))
    };
    let is_gone = |entry: &&Entry| !known.contains(&(entry.rule.clone(), entry.fingerprint.clone()));
    Some(baseline.entries().filter(is_judged).filter(is_gone).collect())
}

/// The entry of a finding, under today's or a former id of its rule.
fn key_of(baseline: &Baseline, formerly: &BTreeMap<RuleId, Vec<String>>, finding: &Finding) -> Option<(String, String)> {
    let former = formerly.get(&finding.rule).into_iter().flatten().map(String::as_str);
    let mut ids = std::iter::once(finding.rule.as_str()).chain(former);
    let id = ids.find(|id| baseline.holds(id, &finding.fingerprint))?;
    Some((id.to_owned(), finding.fingerprint.clone()))
}
