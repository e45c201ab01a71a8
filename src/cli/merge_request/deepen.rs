//! `--deepen`: fetches what is missing of the history, on the operator's word only.

use crate::cli::run::complain;
use crate::domain::change::Change;
use crate::facts::{FactsError, Place};

/// Fetches the whole history and the branches that the change is judged by.
///
/// # Errors
/// What `git fetch` says when it fails.
pub(super) fn deepen(place: &Place, change: &Change) -> Result<(), FactsError> {
    let Some(repository) = place.repository() else { return Ok(()) };
    let branches = [change.target.branch.as_deref(), change.default_branch.as_deref()];
    let mut wanted: Vec<&str> = branches.into_iter().flatten().collect();
    wanted.sort_unstable();
    wanted.dedup();
    complain(&format!("flowgate: fetching the history of {}", wanted.join(" and ")));
    repository.fetch_history(&wanted)?;
    Ok(())
}
