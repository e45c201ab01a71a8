//! Which paths changed between two commits.

use super::GitError;
use super::repository::Repository;
use super::text::of_bytes;

impl Repository {
    /// Paths that `to` holds in another form than `from`, sorted: added, changed, or renamed to. Deleted ones are not among them. Both are
    /// object ids of commits; without `from` every path of `to` counts as added.
    pub fn changed_paths(&self, from: Option<&str>, to: &str) -> Result<Vec<String>, GitError> {
        let tree = |id: &str| {
            let commit = self
                .inner
                .find_commit(Self::object_id(id)?)
                .map_err(|e| GitError::object(id, &e))?;
            commit.tree().map_err(|e| GitError::object(commit.tree_id(), &e))
        };
        let (old, new) = (from.map(tree).transpose()?, tree(to)?);
        let mut options = git2::DiffOptions::new();
        options.include_typechange(true).skip_binary_check(true);
        let diff = self
            .inner
            .diff_tree_to_tree(old.as_ref(), Some(&new), Some(&mut options))
            .map_err(|e| GitError::failed(format!("compare {} with {to}", from.unwrap_or("nothing")), &e))?;
        let mut paths: Vec<String> = diff
            .deltas()
            .filter(|delta| delta.status() != git2::Delta::Deleted)
            .filter_map(|delta| delta.new_file().path_bytes().map(of_bytes))
            .collect();
        paths.sort();
        paths.dedup();
        Ok(paths)
    }
}
