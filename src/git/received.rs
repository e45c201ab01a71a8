//! What a repository has already, as a push into it finds it: the commits that its refs lead to, and where new ones part from them.

use std::collections::BTreeSet;

use git2::{Oid, Reference};

use super::GitError;
use super::commits::CommitRange;
use super::repository::Repository;
use super::text::of_bytes;

/// Of where a branch parted from many others, the newest places are enough to find the last one among.
const PLACES: usize = 32;

impl Repository {
    /// Object ids of the commits that refs of every kind lead to, each once. A ref that leads to none is left out.
    pub fn ref_commits(&self) -> Result<Vec<String>, GitError> {
        self.commits_of("refs/*")
    }

    /// The same of tags alone.
    pub fn tag_commits(&self) -> Result<Vec<String>, GitError> {
        self.commits_of("refs/tags/*")
    }

    /// Short names of the branches with the commits that they lead to. A branch that leads to none is left out.
    pub fn branch_places(&self) -> Result<Vec<(String, String)>, GitError> {
        let fail = |e: git2::Error| GitError::failed("list the branches", &e);
        let mut places = Vec::new();
        for reference in self.inner.references_glob("refs/heads/*").map_err(fail)? {
            let reference = reference.map_err(fail)?;
            if let Some(commit) = commit_of(&reference) {
                let name = of_bytes(reference.name_bytes());
                places.push((
                    name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned(),
                    commit.to_string(),
                ));
            }
        }
        Ok(places)
    }

    /// The object id that a ref has now, by its full name; `None` when there is no such ref.
    pub fn ref_object(&self, reference: &str) -> Option<String> {
        let found = self.inner.find_reference(reference).ok()?;
        Some(found.resolve().ok()?.target()?.to_string())
    }

    /// The last commit of a branch that one of `others` has too: itself when one of them reaches it, `None` when they share nothing.
    /// Object ids. Costs what the branch has alone, and not more for more others.
    pub fn parted(&self, tip: &str, others: &[String]) -> Result<Option<String>, GitError> {
        let range = CommitRange::Between {
            tip: tip.to_owned(),
            hidden: others.to_vec(),
        };
        let own: Result<BTreeSet<Oid>, git2::Error> = self.walk(&range)?.collect();
        let own = own.map_err(|e| GitError::failed("walk the history", &e))?;
        if own.is_empty() {
            return Ok(Some(tip.to_owned()));
        }
        let mut places: BTreeSet<(i64, Oid)> = BTreeSet::new();
        for id in &own {
            let commit = self.inner.find_commit(*id).map_err(|e| GitError::object(*id, &e))?;
            for parent in commit.parent_ids().filter(|parent| !own.contains(parent)) {
                // A shallow clone does not have what lies behind its boundary.
                let Ok(parent) = self.inner.find_commit(parent) else {
                    continue;
                };
                places.insert((parent.time().seconds(), parent.id()));
            }
        }
        let newest = places.into_iter().rev().take(PLACES).map(|(_, id)| id.to_string());
        Ok(newest.reduce(|best, other| match self.merge_base(&best, &other) {
            Ok(Some(base)) if base == best => other,
            _ => best,
        }))
    }

    fn commits_of(&self, pattern: &str) -> Result<Vec<String>, GitError> {
        let fail = |e: git2::Error| GitError::failed("list the refs", &e);
        let mut commits = BTreeSet::new();
        for reference in self.inner.references_glob(pattern).map_err(fail)? {
            commits.extend(commit_of(&reference.map_err(fail)?));
        }
        Ok(commits.iter().map(ToString::to_string).collect())
    }
}

fn commit_of(reference: &Reference<'_>) -> Option<Oid> {
    reference.peel_to_commit().ok().map(|commit| commit.id())
}
