//! The files of a commit's tree.

use std::path::Path;

use git2::{ErrorCode, ObjectType, Oid};

use crate::domain::location::Location;

use super::file::{EntryKind, FileEntry};
use super::repository::Repository;
use super::text::{of_bytes, reason};
use super::{GitError, GitTrouble};

impl Repository {
    /// One file of a commit's tree by its path; `None` when there is none.
    pub fn tree_file(&self, commit: &str, path: &str) -> Result<Option<FileEntry>, GitError> {
        let id = Self::object_id(commit)?;
        let found = self.inner.find_commit(id).map_err(|e| GitError::object(commit, &e))?;
        let tree = found.tree().map_err(|e| GitError::object(found.tree_id(), &e))?;
        let entry = match tree.get_path(Path::new(path)) {
            Ok(entry) => entry,
            Err(e) if e.code() == ErrorCode::NotFound => return Ok(None),
            Err(e) => return Err(GitError::object(commit, &e)),
        };
        let kind = u32::try_from(entry.filemode_raw()).ok().and_then(EntryKind::of_mode);
        Ok(kind.map(|kind| FileEntry {
            path: path.to_owned(),
            raw: path.as_bytes().to_vec(),
            blob: Some(entry.id().to_string()),
            size: None,
            kind,
            indexed: None,
        }))
    }

    /// Every file of a commit's tree, sorted by path; submodules and symlinks as what they are. A folder that cannot be read is told as
    /// trouble and left out.
    pub fn tree_files(&self, commit: &str) -> Result<(Vec<FileEntry>, Vec<GitTrouble>), GitError> {
        let id = Self::object_id(commit)?;
        let found = self.inner.find_commit(id).map_err(|e| GitError::object(commit, &e))?;
        let (mut files, mut troubles) = (Vec::new(), Vec::new());
        // A stack instead of a call per folder: a tree may be nested deeper than the stack of a thread.
        let mut folders: Vec<(Vec<u8>, Oid)> = vec![(Vec::new(), found.tree_id())];
        while let Some((prefix, id)) = folders.pop() {
            let tree = match self.inner.find_tree(id) {
                Ok(tree) => tree,
                Err(e) => {
                    troubles.push(folder_trouble(commit, &prefix, id, &e));
                    continue;
                }
            };
            for entry in &tree {
                let mut raw = prefix.clone();
                raw.extend_from_slice(entry.name_bytes());
                if entry.kind() == Some(ObjectType::Tree) {
                    raw.push(b'/');
                    folders.push((raw, entry.id()));
                } else if let Some(kind) = u32::try_from(entry.filemode_raw()).ok().and_then(EntryKind::of_mode) {
                    files.push(FileEntry {
                        path: of_bytes(&raw),
                        raw,
                        blob: Some(entry.id().to_string()),
                        size: None,
                        kind,
                        indexed: None,
                    });
                }
            }
        }
        files.sort_by(|a, b| a.raw.cmp(&b.raw));
        troubles.sort_by(|a, b| a.location.cmp(&b.location));
        Ok((files, troubles))
    }
}

fn folder_trouble(commit: &str, prefix: &[u8], id: Oid, error: &git2::Error) -> GitTrouble {
    let folder = of_bytes(prefix.strip_suffix(b"/").unwrap_or(prefix));
    let name = if folder.is_empty() {
        "the root folder".to_owned()
    } else {
        format!("folder {folder}")
    };
    GitTrouble {
        location: Location {
            path: (!folder.is_empty()).then_some(folder),
            commit: Some(commit.to_owned()),
            ..Location::default()
        },
        message: format!("{name} (tree {id}) cannot be read: {}", reason(error)),
    }
}
