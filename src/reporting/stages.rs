//! The stages that a report speaks of: in which order they come, and to which of them a finding belongs.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::delivery::Delivery;
use crate::domain::finding::Finding;
use crate::domain::report::Report;

/// What the deliveries tell about stages.
pub(super) struct Stages<'a> {
    ranks: BTreeMap<&'a str, usize>,
    /// Stages of the deliveries that a document states, by path and index of the document.
    stated: BTreeMap<(&'a str, Option<usize>), BTreeSet<&'a str>>,
}

impl<'a> Stages<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let mut stages = Self {
            ranks: BTreeMap::new(),
            stated: BTreeMap::new(),
        };
        for delivery in &report.deliveries {
            stages.read(delivery);
        }
        stages
    }

    fn read(&mut self, delivery: &'a Delivery) {
        let Some(stage) = delivery.stage.stage.as_deref() else {
            return;
        };
        if let Some(rank) = delivery.stage.rank {
            self.ranks.insert(stage, rank);
        }
        if let Some(path) = delivery.at.path.as_deref() {
            self.stated.entry((path, delivery.at.document)).or_default().insert(stage);
        }
    }

    /// Sorts in the order of promotion; a stage whose rank nobody told comes behind, by name.
    pub(super) fn key<'s>(&self, stage: &'s str) -> (usize, &'s str) {
        (self.ranks.get(stage).copied().unwrap_or(usize::MAX), stage)
    }

    /// The stages that the finding's evidence speaks for; without any, those to which its document delivers.
    pub(super) fn of(&self, finding: &'a Finding) -> Vec<&'a str> {
        let mut stages: BTreeSet<&str> = finding.evidence.iter().map(|evidence| evidence.stage.as_str()).collect();
        if stages.is_empty()
            && let Some(path) = finding.location.path.as_deref()
            && let Some(stated) = self.stated.get(&(path, finding.location.document))
        {
            stages.clone_from(stated);
        }
        let mut stages: Vec<&str> = stages.into_iter().collect();
        stages.sort_by_key(|stage| self.key(stage));
        stages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::sample;

    #[test]
    fn evidence_tells_the_stage_of_a_finding_before_its_document_does() {
        let report = sample::full();
        let stages = Stages::new(&report);
        let mut finding = sample::in_file();
        finding.evidence[0].stage = "int".to_owned();
        assert_eq!(stages.of(&finding), ["prd", "int"], "by rank, then those without one");
        finding.evidence.clear();
        assert_eq!(stages.of(&finding), ["prd"]);
    }

    #[test]
    fn another_document_of_the_file_tells_nothing() {
        let report = sample::full();
        let mut finding = sample::in_file();
        finding.evidence.clear();
        finding.location.document = Some(1);
        assert_eq!(Stages::new(&report).of(&finding), [""; 0]);
    }
}
