//! Whether a merge commit brings anything that neither of its parents has.

use git2::Commit;

use super::GitError;
use super::repository::Repository;

/// Beyond so many merges that had to be made anew, the rest is taken for clean: each costs as much as the merge did.
const LIMIT: usize = 200;

/// Makes merges anew, in memory, to compare them with what was committed.
pub(super) struct Merges {
    scratch: Repository,
    made: usize,
}

impl Merges {
    pub(super) fn new(repository: &Repository) -> Result<Self, GitError> {
        let scratch = repository.opener().open()?;
        let fail = |e: git2::Error| GitError::failed("prepare merges in memory", &e);
        // libgit2 writes merged files to the object database; a check must not leave anything in the repository.
        scratch
            .inner
            .odb()
            .and_then(|odb| odb.add_new_mempack_backend(i32::MAX).map(|_| ()))
            .map_err(fail)?;
        Ok(Self { scratch, made: 0 })
    }

    /// Does the commit, which has several parents, hold more than a merge of them that needs no decision.
    pub(super) fn has_own_content(&mut self, commit: &Commit<'_>) -> bool {
        if commit.parents().any(|parent| parent.tree_id() == commit.tree_id()) {
            return false;
        }
        // The octopus strategy refuses what needs a decision.
        if commit.parent_count() > 2 || self.made >= LIMIT {
            return false;
        }
        self.made += 1;
        // What cannot be merged anew, be it for a conflict or a missing object, needed a person.
        !self.is_clean_merge(commit).unwrap_or(false)
    }

    fn is_clean_merge(&self, commit: &Commit<'_>) -> Result<bool, git2::Error> {
        let repository = &self.scratch.inner;
        let ours = repository.find_commit(commit.parent_id(0)?)?;
        let theirs = repository.find_commit(commit.parent_id(1)?)?;
        let merged = repository.merge_commits(&ours, &theirs, None)?;
        if merged.has_conflicts() {
            return Ok(false);
        }
        let committed = repository.find_tree(commit.tree_id())?;
        let diff = repository.diff_tree_to_index(Some(&committed), Some(&merged), None)?;
        Ok(diff.deltas().len() == 0)
    }
}
