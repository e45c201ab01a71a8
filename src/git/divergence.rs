//! What one branch has and another lacks, without what only looks missing.

use std::collections::BTreeSet;

use git2::{Commit, Oid};

use crate::domain::repository::Divergence;

use super::commits::CommitRange;
use super::merge::Merges;
use super::repository::Repository;
use super::{GitError, message};

/// How many commits are named.
const NAMED: usize = 20;
/// How many commits of either side have their patches compared, newest first; older ones are taken as they are.
const COMPARED: usize = 2000;

impl Repository {
    /// The commits that `ahead` reaches and `behind` does not, both full ref names. Not counted: merges that bring nothing of their own, and
    /// commits whose patch `behind` has under another id (cherry-picked). A shallow clone that cannot tell is an error.
    pub fn divergence(&self, ahead: &str, behind: &str) -> Result<Divergence, GitError> {
        let (tip, base) = (self.resolve(ahead)?, self.resolve(behind)?);
        let missing = self.missing(&self.range(&base, &tip)?)?;
        let missing = self.without_picked(missing, &base)?;
        Ok(Divergence {
            ahead: ahead.to_owned(),
            behind: behind.to_owned(),
            count: missing.len(),
            since: missing.iter().map(|commit| commit.time().seconds()).min().unwrap_or(0),
            commits: missing
                .iter()
                .take(NAMED)
                .map(|commit| (commit.id().to_string(), subject(commit)))
                .collect(),
        })
    }

    fn missing(&self, range: &CommitRange) -> Result<Vec<Commit<'_>>, GitError> {
        let mut merges = None;
        let mut missing = Vec::new();
        for commit in self.read_all(range)? {
            if commit.parent_count() > 1 {
                let merges = match &mut merges {
                    Some(merges) => merges,
                    None => merges.insert(Merges::new(self)?),
                };
                if !merges.has_own_content(&commit) {
                    continue;
                }
            }
            missing.push(commit);
        }
        Ok(missing)
    }

    /// Takes out commits whose patch `behind` has under another id. Patches are only made when there is something to compare.
    fn without_picked<'r>(&'r self, missing: Vec<Commit<'r>>, behind: &str) -> Result<Vec<Commit<'r>>, GitError> {
        let Some(oldest) = missing.iter().rev().find(|commit| commit.parent_count() < 2) else {
            return Ok(missing);
        };
        // Not `ahead..behind`: the twin may itself have come to `ahead` since, by a merge.
        let others = CommitRange::Between {
            tip: behind.to_owned(),
            hidden: self.merge_base(&oldest.id().to_string(), behind)?.into_iter().collect(),
        };
        let mut picked: BTreeSet<Oid> = BTreeSet::new();
        for id in self.walk(&others)?.take(COMPARED) {
            let id = id.map_err(|e| GitError::object(behind, &e))?;
            let commit = self.inner.find_commit(id).map_err(|e| GitError::object(id, &e))?;
            picked.extend(self.patch_id(&commit));
        }
        let mut compared = 0;
        let is_missing = |commit: &Commit<'_>| {
            compared += 1;
            picked.is_empty() || compared > COMPARED || self.patch_id(commit).is_none_or(|id| !picked.contains(&id))
        };
        Ok(missing.into_iter().filter(is_missing).collect())
    }

    fn read_all(&self, range: &CommitRange) -> Result<Vec<Commit<'_>>, GitError> {
        self.walk(range)?
            .map(|id| {
                let id = id.map_err(|e| GitError::object(range.tip(), &e))?;
                self.inner.find_commit(id).map_err(|e| GitError::object(id, &e))
            })
            .collect()
    }

    /// Identity of a commit's change, whatever its place. `None` for merges, commits without a change, and objects that are missing: what
    /// cannot be compared is never taken for equal.
    fn patch_id(&self, commit: &Commit<'_>) -> Option<Oid> {
        if commit.parent_count() > 1 {
            return None;
        }
        let old = match commit.parent(0) {
            Ok(parent) => Some(parent.tree().ok()?),
            Err(_) if commit.parent_count() == 0 => None,
            Err(_) => return None,
        };
        let diff = self
            .inner
            .diff_tree_to_tree(old.as_ref(), Some(&commit.tree().ok()?), None)
            .ok()?;
        if diff.deltas().len() == 0 {
            return None;
        }
        diff.patchid(None).ok()
    }
}

fn subject(commit: &Commit<'_>) -> String {
    let encoding = commit.message_encoding().ok().flatten();
    message::parse_bytes(commit.message_raw_bytes(), encoding, commit.parent_count()).subject
}
