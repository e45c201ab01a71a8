//! `adopted:` draws a line in time: what is older is counted, not judged.

use std::collections::BTreeSet;

use crate::config::Adopted;
use crate::git::Repository;

use super::history::History;
use super::place::FactsError;

enum Line {
    /// Seconds since 1970-01-01 UTC; what is earlier is old.
    Date(i64),
    /// Ids of commits; these are old.
    Reached(BTreeSet<String>),
}

impl Line {
    fn is_before(&self, id: &str, time: i64) -> bool {
        match self {
            Self::Date(start) => time < *start,
            Self::Reached(commits) => commits.contains(id),
        }
    }
}

/// Takes commits, tags and branches from before adoption out of `history` and says how many they were.
///
/// # Errors
/// When the commit that `adopted:` names cannot be resolved or walked.
pub fn draw_line(repository: &Repository, adopted: &Adopted, history: &mut History) -> Result<usize, FactsError> {
    let line = match adopted {
        Adopted::Date(day) => Line::Date(start_of(day)?),
        Adopted::Commit(name) => Line::Reached(repository.reachable(&repository.resolve(name)?)?),
    };
    let old = |id: &str, time: i64| line.is_before(id, time);
    let before = history.commits.len() + history.tags.len() + history.branches.len();
    history.commits.retain(|c| !old(&c.id, c.time));
    history.tags.retain(|t| !old(&t.target, t.time));
    // The branch that HEAD is on is worked on today, however old its tip is.
    history.branches.retain(|b| b.is_head || !old(&b.commit, b.time));
    Ok(before - (history.commits.len() + history.tags.len() + history.branches.len()))
}

/// Midnight UTC at the start of a day, in seconds since 1970-01-01.
fn start_of(day: &str) -> Result<i64, FactsError> {
    let date: jiff::civil::Date = day.parse().map_err(|_| FactsError::Io {
        path: "adopted".into(),
        reason: format!("{day} is no day; write YYYY-MM-DD"),
    })?;
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    Ok(date.duration_since(epoch).as_secs())
}
