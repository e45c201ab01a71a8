//! Stage inference: weighted evidence is collected, the strongest decides, unknown stays unknown.
//!
//! Weights (100 is certain; from 60 on a piece is strong, and two strong ones that disagree are a conflict):
//!
//! | weight | evidence |
//! |---|---|
//! | 100 | label, annotation or comment that names the stage; configured path |
//! | 90 | name that follows the naming grammar; environment of a pipeline; key of a generator's element |
//! | 85 | destination cluster that is configured or follows the grammar |
//! | 80 | namespace that follows the grammar or is the stage's word; cluster that is the stage's word |
//! | 75 | name, namespace or cluster that begins or ends with an unmistakable stage word |
//! | 70 | folder below a folder that is made for stages |
//! | 65 | file name slot; name, namespace or cluster that ends with an everyday stage word |
//! | 60 to 62 | referenced values files; folder of a referenced path that is the stage's word |
//! | 50 to 55 | keys of values; the outer one of two stage folders; first word of a file's name |
//! | 30 to 40 | unmistakable stage word anywhere else |

use crate::domain::location::Location;
use crate::domain::stage::{Evidence, StageInference};

use super::context::Context;

/// Pieces of evidence for the stage of one thing.
#[derive(Debug, Clone, Default)]
pub struct StageEvidence {
    pieces: Vec<Evidence>,
    is_declared_stageless: bool,
}

impl StageEvidence {
    /// Adds a piece: `source` is what was looked at in a person's words, `text` what was read there.
    pub fn add(&mut self, source: &'static str, text: &str, stage: &str, weight: u8, location: Location) {
        let piece = Evidence {
            source: source.into(),
            text: text.to_owned(),
            stage: stage.to_owned(),
            weight,
            location,
        };
        if !self.pieces.contains(&piece) {
            self.pieces.push(piece);
        }
    }

    /// The configuration says that this thing has no stage, whatever it looks like.
    pub const fn declare_stageless(&mut self) {
        self.is_declared_stageless = true;
    }

    /// Adds all pieces of another collection.
    pub fn extend(&mut self, other: &Self) {
        self.is_declared_stageless |= other.is_declared_stageless;
        for piece in &other.pieces {
            if !self.pieces.contains(piece) {
                self.pieces.push(piece.clone());
            }
        }
    }

    pub const fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The stage that the strongest piece speaks for; of equally strong ones the stage with more weight altogether.
    pub fn infer(&self, context: &Context<'_>) -> StageInference {
        if self.is_declared_stageless {
            return StageInference::default();
        }
        let mut evidence = self.pieces.clone();
        evidence.sort_by(|a, b| {
            b.weight
                .cmp(&a.weight)
                .then_with(|| a.stage.cmp(&b.stage))
                .then_with(|| a.location.cmp(&b.location))
                .then_with(|| a.source.cmp(&b.source))
        });
        let stage = strongest(&evidence);
        // What decided stands first, also where another piece is as strong.
        if let Some(stage) = &stage {
            evidence.sort_by_key(|e| (std::cmp::Reverse(e.weight), e.stage != *stage));
        }
        StageInference {
            rank: stage.as_deref().and_then(|s| context.flow.rank(s)),
            stage,
            evidence,
            stages: Vec::new(),
        }
    }
}

/// The inference of something that covers several stages on purpose: the stage itself stays open.
pub fn covering(inferences: &[&StageInference], context: &Context<'_>) -> StageInference {
    let mut stages: Vec<String> = inferences.iter().filter_map(|i| i.stage.clone()).collect();
    stages.sort_by_key(|s| context.flow.rank(s));
    stages.dedup();
    match (stages.len(), inferences.iter().all(|i| i.stage.is_some())) {
        (1, true) => inferences.first().map(|i| (*i).clone()).unwrap_or_default(),
        _ => StageInference {
            stages,
            ..StageInference::default()
        },
    }
}

fn strongest(evidence: &[Evidence]) -> Option<String> {
    let top = evidence.first()?.weight;
    let total = |stage: &str| -> u32 {
        let of_stage = evidence.iter().filter(|e| e.stage == stage);
        of_stage.map(|e| u32::from(e.weight)).sum()
    };
    let mut candidates: Vec<&str> = evidence
        .iter()
        .filter(|e| e.weight == top)
        .map(|e| e.stage.as_str())
        .collect();
    candidates.dedup();
    let most = candidates.iter().map(|s| total(s)).max()?;
    let mut best = candidates.into_iter().filter(|s| total(s) == most);
    // Two stages with equal claims: unknown stays unknown.
    let stage = best.next()?;
    best.next().is_none().then(|| stage.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::delivery::refs_knowledge::RefsKnowledge;
    use crate::delivery::test_flow;

    fn check(pieces: &[(&str, u8)], expected: Option<&str>) -> StageInference {
        let flow = test_flow::default();
        let (refs, paths) = (RefsKnowledge::default(), BTreeSet::new());
        let context = Context::new(&flow, &refs, None, None, &paths);
        let mut evidence = StageEvidence::default();
        for (index, (stage, weight)) in pieces.iter().enumerate() {
            evidence.add("name", &index.to_string(), stage, *weight, Location::of_path("a.yaml"));
        }
        let inference = evidence.infer(&context);
        assert_eq!(inference.stage.as_deref(), expected);
        inference
    }

    #[test]
    fn the_strongest_piece_decides_and_the_others_stay_visible() {
        let inference = check(&[("int", 70), ("prd", 90)], Some("prd"));
        let weights: Vec<u8> = inference.evidence.iter().map(|e| e.weight).collect();
        assert_eq!(weights, [90, 70]);
        assert_eq!(inference.rank, Some(2));
    }

    #[test]
    fn of_equal_claims_the_better_supported_wins() {
        let inference = check(&[("int", 75), ("prd", 75), ("prd", 60)], Some("prd"));
        assert_eq!(inference.evidence[0].stage, "prd");
    }

    #[test]
    fn unknown_stays_unknown() {
        check(&[], None);
        let inference = check(&[("int", 75), ("prd", 75)], None);
        assert_eq!(inference.evidence.len(), 2);
    }
}
