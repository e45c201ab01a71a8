//! Where a file went: follows Git's renames from a path that is gone to the path it has now.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{Delta, Diff, DiffFindOptions, Oid, Sort, Tree};

use super::index::is_sparse;
use super::repository::Repository;
use super::text::of_bytes;
use super::{GitError, command};

/// How far back a path is looked for; a waiver older than that many commits has been forgotten anyway.
const COMMITS: usize = 20_000;

/// A later state of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later<'a> {
    /// The index that Git names.
    Index,
    /// The tree of a commit, by its object id.
    Commit(&'a str),
}

impl Repository {
    /// Which files of a commit have another path in a later state, as Git sees renames: old path to new one.
    pub fn renames_since(&self, commit: &str, later: Later<'_>) -> Result<BTreeMap<String, String>, GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("compare {commit} with what came after it"), &e);
        let old = self.tree_of(Self::object_id(commit)?).map_err(fail)?;
        let diff = match later {
            Later::Commit(id) => {
                let new = self.tree_of(Self::object_id(id)?).map_err(fail)?;
                self.inner.diff_tree_to_tree(Some(&old), Some(&new), None)
            }
            Later::Index => match self.inner.index() {
                Ok(index) if !is_sparse(&index) => self.inner.diff_tree_to_index(Some(&old), Some(&index), None),
                _ => return self.staged_renames_by_git(commit),
            },
        };
        let mut diff = diff.map_err(fail)?;
        diff.find_similar(Some(DiffFindOptions::new().renames(true))).map_err(fail)?;
        let renamed = diff.deltas().filter(|delta| delta.status() == Delta::Renamed);
        let paths = renamed.filter_map(|d| Some((of_bytes(d.old_file().path_bytes()?), of_bytes(d.new_file().path_bytes()?))));
        Ok(paths.collect())
    }

    /// Where libgit2 cannot read the index (split, sparse).
    fn staged_renames_by_git(&self, commit: &str) -> Result<BTreeMap<String, String>, GitError> {
        let arguments = [
            "diff-index",
            "--cached",
            "-z",
            "-M",
            "--diff-filter=R",
            "--name-status",
            commit,
        ];
        let output = command::in_repository(self, &arguments)?;
        // `R<score>`, old path, new path, each ended by a NUL.
        let words: Vec<&[u8]> = output.split(|byte| *byte == 0).collect();
        let pairs = words.chunks_exact(3).filter_map(|chunk| match chunk {
            [_, old, new] => Some((of_bytes(old), of_bytes(new))),
            _ => None,
        });
        Ok(pairs.collect())
    }

    /// The path that a file once had under `path` has in HEAD or in the index; `None` when it was deleted, is still there, or never was.
    pub fn renamed_to(&self, path: &str) -> Result<Option<String>, GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("follow the renames of {path}"), &e);
        let Some(head) = self.head()?.commit().map(Self::object_id).transpose()? else {
            return Ok(None);
        };
        let mut newer_first = Vec::new();
        let mut walk = self.inner.revwalk().map_err(fail)?;
        walk.simplify_first_parent().map_err(fail)?;
        walk.set_sorting(Sort::TOPOLOGICAL).map_err(fail)?;
        walk.push(head).map_err(fail)?;
        let mut held_by_none = true;
        for id in walk.take(COMMITS) {
            let id = id.map_err(fail)?;
            newer_first.push(id);
            if self.holds(id, path).map_err(fail)? {
                held_by_none = false;
                break;
            }
        }
        if held_by_none {
            return Ok(None);
        }
        self.forward(path, newer_first).map_err(fail)
    }

    /// Carries a path from the oldest of these commits to the newest, and on to the index.
    fn forward(&self, path: &str, mut newer_first: Vec<Oid>) -> Result<Option<String>, git2::Error> {
        let mut current = path.to_owned();
        let Some(mut older) = newer_first.pop() else { return Ok(None) };
        while let Some(newer) = newer_first.pop() {
            if !self.holds(newer, &current)? {
                let diff = self
                    .inner
                    .diff_tree_to_tree(Some(&self.tree_of(older)?), Some(&self.tree_of(newer)?), None)?;
                match target(diff, &current)? {
                    Some(target) => current = target,
                    None => return Ok(None),
                }
            }
            older = newer;
        }
        let index = self.inner.index()?;
        if index.get_path(Path::new(&current), 0).is_none() && !self.inner.is_bare() {
            let diff = self
                .inner
                .diff_tree_to_index(Some(&self.tree_of(older)?), Some(&index), None)?;
            return target(diff, &current);
        }
        Ok((current != path).then_some(current))
    }

    fn holds(&self, commit: Oid, path: &str) -> Result<bool, git2::Error> {
        Ok(self.tree_of(commit)?.get_path(Path::new(path)).is_ok())
    }

    fn tree_of(&self, commit: Oid) -> Result<Tree<'_>, git2::Error> {
        self.inner.find_commit(commit)?.tree()
    }
}

/// Where a diff renames a path to, if it does.
fn target(mut diff: Diff<'_>, path: &str) -> Result<Option<String>, git2::Error> {
    diff.find_similar(Some(DiffFindOptions::new().renames(true)))?;
    let renamed = diff
        .deltas()
        .find(|delta| delta.status() == Delta::Renamed && delta.old_file().path_bytes() == Some(path.as_bytes()));
    Ok(renamed.and_then(|delta| delta.new_file().path_bytes().map(of_bytes)))
}
