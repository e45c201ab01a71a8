//! What the repository says of its own gate, before and after the change.

use crate::cli::prepare::{Model, Origins, Reach, model};
use crate::cli::trust::Trusted;
use crate::domain::change::ProposedChange;
use crate::domain::report::Failure;
use crate::domain::target::Content;
use crate::facts::Place;
use crate::facts::weakenings::{GateChange, GateState};

/// Loads it at both ends, and where it is trusted. No flag has a say: each end is what it holds itself.
pub(super) fn gate_change(place: &Place, proposed: &ProposedChange, trusted: &Trusted, judging: Origins<'_>) -> GateChange {
    let load = |commit: &str| state(place, commit, judging);
    let trusted = match (&trusted.origin, judging.config) {
        (Content::Revision(commit), None) => load(commit).ok(),
        _ => None,
    };
    GateChange {
        base: load(&proposed.base),
        head: load(&proposed.head),
        trusted,
    }
}

fn state(place: &Place, commit: &str, judging: Origins<'_>) -> Result<GateState, Vec<Failure>> {
    let content = Content::Revision(commit.to_owned());
    let origins = Origins {
        place,
        content: &content,
        config: None,
        policies: judging.policies,
        profile: None,
        is_cached: false,
        cache: None,
        reach: Reach::Repository,
    };
    let Model {
        configuration,
        rules,
        trust,
    } = model(origins)?;
    Ok(GateState {
        commit: commit.to_owned(),
        configuration,
        rules,
        path: trust.configuration,
    })
}
