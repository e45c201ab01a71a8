//! The first-parent line of a branch: what landed on it, newest first.

use crate::domain::commit::Commit;
use crate::git::{GitError, Repository};

/// How far a line is walked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    /// To this many commits of changes.
    Changes(usize),
    /// To the first commit before this time, seconds since 1970-01-01 UTC; that one included.
    Time(i64),
}

/// A branch, and its commits as far as they were walked.
#[derive(Debug)]
pub(super) struct Line {
    /// Short name.
    pub(super) branch: String,
    pub(super) commits: Vec<Commit>,
    /// A shallow clone ends before enough was seen.
    pub(super) is_cut: bool,
}

/// Walks back from `tip`. `is_change` tells which commits count.
///
/// # Errors
/// When a commit cannot be read.
pub(super) fn walk(
    repository: &Repository,
    (branch, tip): (&str, &str),
    until: Until,
    is_change: &dyn Fn(&Commit) -> bool,
) -> Result<Line, GitError> {
    let (mut commits, mut changes) = (Vec::new(), 0);
    let mut next = Some(tip.to_owned());
    let mut is_ended = false;
    while let Some(id) = next {
        let commit = repository.commit(&id)?;
        next = commit.parents.first().cloned();
        changes += usize::from(is_change(&commit));
        is_ended = match until {
            Until::Changes(most) => changes >= most,
            Until::Time(time) => commit.time < time,
        };
        commits.push(commit);
        if is_ended {
            break;
        }
    }
    Ok(Line {
        branch: branch.to_owned(),
        commits,
        // The commit at which a shallow clone ends has no parents here.
        is_cut: !is_ended && repository.is_shallow(),
    })
}
