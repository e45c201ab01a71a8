//! Which version of which application stands on which stage, read off the deliveries.

use crate::domain::delivery::Delivery;
use crate::domain::report::StageVersion;

/// One entry for each delivery of an exact version to a known stage, sorted.
pub fn stage_versions(deliveries: &[Delivery]) -> Vec<StageVersion> {
    let entry = |delivery: &Delivery| {
        let repository = delivery.source.repository.as_deref().and_then(|r| r.rsplit('/').next());
        Some(StageVersion {
            application: delivery.source.chart.as_deref().or(repository)?.to_owned(),
            stage: delivery.stage.stage.clone()?,
            version: delivery.revision.version.clone()?,
            location: delivery.at.clone(),
        })
    };
    let mut versions: Vec<StageVersion> = deliveries.iter().filter_map(entry).collect();
    versions.sort();
    versions.dedup();
    versions
}
