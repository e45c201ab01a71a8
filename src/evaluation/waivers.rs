//! Lets findings pass that a waiver names, and says which waiver it was.

use std::collections::BTreeMap;

use crate::config::waivers::matches;
use crate::domain::finding::Finding;
use crate::domain::report::Waived;
use crate::domain::rule::RuleId;
use crate::domain::waiver::Waiver;

/// Findings after waivers had their say.
#[derive(Debug, Default)]
pub struct Applied {
    pub standing: Vec<Finding>,
    pub waived: Vec<Waived>,
    /// For each waiver whether it covers a finding, also one that another waiver lets pass already.
    pub used: Vec<bool>,
}

/// Splits findings into those that stand and those that are waived on `today` (`YYYY-MM-DD`).
pub fn apply(findings: Vec<Finding>, waivers: &[&Waiver], formerly: &BTreeMap<RuleId, Vec<String>>, today: &str) -> Applied {
    let mut applied = Applied {
        used: vec![false; waivers.len()],
        ..Applied::default()
    };
    for finding in findings {
        let old = formerly.get(&finding.rule).map_or(&[][..], Vec::as_slice);
        let mut first = None;
        for (waiver, used) in waivers.iter().zip(&mut applied.used) {
            if matches(waiver, &finding.rule, old, &finding.location, today) {
                *used = true;
                first = first.or(Some(*waiver));
            }
        }
        match first {
            Some(waiver) => applied.waived.push(Waived {
                finding,
                waiver: waiver.clone(),
            }),
            None => applied.standing.push(finding),
        }
    }
    applied
}
