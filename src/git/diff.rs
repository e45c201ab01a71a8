//! Which paths changed between two commits.

use crate::domain::change::{ChangedFile, FileStatus};

use super::GitError;
use super::repository::Repository;
use super::text::of_bytes;

impl Repository {
    /// Every file that differs between two commits, by their object ids, sorted by path; renames as Git sees them.
    pub fn changed_files(&self, from: &str, to: &str) -> Result<Vec<ChangedFile>, GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("compare {from} with {to}"), &e);
        let tree = |id: &str| {
            let commit = self
                .inner
                .find_commit(Self::object_id(id)?)
                .map_err(|e| GitError::object(id, &e))?;
            commit.tree().map_err(|e| GitError::object(commit.tree_id(), &e))
        };
        let (old, new) = (tree(from)?, tree(to)?);
        let mut options = git2::DiffOptions::new();
        options.include_typechange(true).skip_binary_check(true);
        let mut diff = self
            .inner
            .diff_tree_to_tree(Some(&old), Some(&new), Some(&mut options))
            .map_err(fail)?;
        diff.find_similar(Some(git2::DiffFindOptions::new().renames(true)))
            .map_err(fail)?;
        let mut files: Vec<ChangedFile> = diff.deltas().filter_map(|delta| changed_file(&delta)).collect();
        files.sort();
        Ok(files)
    }

    /// Whether a commit changed a folder or file against its first parent. A root commit changed what it has.
    pub fn touches(&self, commit: &str, path: &str) -> Result<bool, GitError> {
        let fail = |e: git2::Error| GitError::object(commit, &e);
        let found = self.inner.find_commit(Self::object_id(commit)?).map_err(fail)?;
        let path = std::path::Path::new(path.trim_start_matches("./").trim_matches('/'));
        let entry = |commit: &git2::Commit<'_>| {
            let tree = commit.tree().map_err(|e| GitError::object(commit.id(), &e))?;
            Ok::<_, GitError>(if path.as_os_str().is_empty() {
                Some(tree.id())
            } else {
                tree.get_path(path).ok().map(|e| e.id())
            })
        };
        let old = found.parents().next().map(|parent| entry(&parent)).transpose()?;
        Ok(entry(&found)? != old.flatten())
    }

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

fn changed_file(delta: &git2::DiffDelta<'_>) -> Option<ChangedFile> {
    let path = |file: &git2::DiffFile<'_>| file.path_bytes().map(of_bytes);
    let (old, new) = (delta.old_file(), delta.new_file());
    let status = match delta.status() {
        git2::Delta::Added | git2::Delta::Copied => FileStatus::Added,
        git2::Delta::Deleted => FileStatus::Deleted,
        git2::Delta::Renamed => FileStatus::Renamed,
        git2::Delta::Typechange => FileStatus::Mode,
        git2::Delta::Modified if old.id() == new.id() => FileStatus::Mode,
        git2::Delta::Modified => FileStatus::Modified,
        _ => return None,
    };
    let (before, after) = (path(&old), path(&new));
    Some(ChangedFile {
        from: before
            .clone()
            .filter(|before| Some(before) != after.as_ref() && status == FileStatus::Renamed),
        path: if status == FileStatus::Deleted { before? } else { after? },
        status,
        is_mode_changed: status != FileStatus::Added && status != FileStatus::Deleted && old.mode() != new.mode(),
    })
}
