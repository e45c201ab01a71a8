//! Lets findings pass that a waiver names, and says which waiver it was.

use std::collections::BTreeMap;

use crate::config::waivers::matches;
use crate::domain::finding::Finding;
use crate::domain::report::Waived;
use crate::domain::rule::RuleId;
use crate::domain::waiver::Waiver;

/// Splits findings into those that stand and those that are waived on `today` (`YYYY-MM-DD`).
pub fn apply(
    findings: Vec<Finding>,
    waivers: &[Waiver],
    formerly: &BTreeMap<RuleId, Vec<String>>,
    today: &str,
) -> (Vec<Finding>, Vec<Waived>) {
    let mut standing = Vec::new();
    let mut waived = Vec::new();
    for finding in findings {
        let old = formerly.get(&finding.rule).map_or(&[][..], Vec::as_slice);
        match waivers
            .iter()
            .find(|w| matches(w, &finding.rule, old, &finding.location, today))
        {
            Some(waiver) => waived.push(Waived {
                finding,
                waiver: waiver.clone(),
            }),
            None => standing.push(finding),
        }
    }
    (standing, waived)
}
