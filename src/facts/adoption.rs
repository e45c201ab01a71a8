//! `adopted:` draws a line in time: what is older is counted, not judged.

use std::collections::BTreeSet;

use crate::config::Adopted;
use crate::domain::commit::CommitId;
use crate::git::Repository;

use super::history::History;
use super::place::FactsError;

/// Where the line is drawn.
#[derive(Debug)]
pub enum Line {
    /// Seconds since 1970-01-01 UTC; what is earlier is old.
    Date(i64),
    /// Ids of commits; these are old.
    Reached(BTreeSet<CommitId>),
}

impl Line {
    /// The line of a configuration.
    ///
    /// # Errors
    /// When the commit that `adopted:` names cannot be resolved or walked.
    pub fn of(repository: &Repository, adopted: &Adopted) -> Result<Self, FactsError> {
        match adopted {
            Adopted::Date(day) => Ok(Self::Date(start_of(day)?)),
            Adopted::Commit(name) => Ok(Self::Reached(repository.reachable(&repository.resolve(name)?)?)),
        }
    }

    /// Whether something is old: by its time, or by its commit.
    pub fn is_before(&self, commit: Option<&CommitId>, time: i64) -> bool {
        match self {
            Self::Date(start) => time < *start,
            Self::Reached(commits) => commit.is_some_and(|id| commits.contains(id)),
        }
    }
}

/// Takes tags and branches from before adoption out of `history` and says how many they were.
pub fn leave_out_refs(line: &Line, history: &mut History) -> usize {
    let old = |id: &str, time: i64| line.is_before(CommitId::parse(id).as_ref(), time);
    let before = history.tags.len() + history.branches.len();
    history.tags.retain(|t| !old(&t.target, t.time));
    // The branch that HEAD is on is worked on today, however old its tip is.
    history.branches.retain(|b| b.is_head || !old(&b.commit, b.time));
    before - (history.tags.len() + history.branches.len())
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
