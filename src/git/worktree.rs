//! The files of the work tree: tracked ones, and untracked ones that are not ignored.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::path::Path;

use crate::domain::location::Location;

use super::file::{EntryKind, FileEntry};
use super::repository::Repository;
use super::stat::{self, Conversions, Recorded};
use super::text::{of_bytes, to_path};
use super::{GitError, GitTrouble, command};

impl Repository {
    /// Every file of the work tree that Git tracks or would offer to add, sorted by path. What is deleted on disk is not listed; symlinks
    /// and submodules are listed as what they are, and nothing behind them is.
    pub fn worktree_files(&self) -> Result<(Vec<FileEntry>, Vec<GitTrouble>), GitError> {
        let root = self.require_workdir()?;
        // Before the index is read: one that is written meanwhile must not look older than its rows.
        let written = self.inner.index().ok().and_then(|index| stat::written(index.path()?));
        let rows = self.index_rows()?;
        let mut submodules: BTreeSet<Vec<u8>> = BTreeSet::new();
        let mut paths: BTreeMap<Vec<u8>, Option<(Recorded, String)>> = BTreeMap::new();
        for row in rows {
            if row.kind == EntryKind::Submodule {
                submodules.insert(row.raw.clone());
            }
            let is_known = row.stage == 0 && !row.is_intent && stat::is_file(row.kind);
            let recorded = row.recorded.filter(|_| is_known);
            paths.insert(row.raw, recorded.map(|recorded| (recorded, row.id)));
        }
        for path in self.untracked()? {
            // A repository of its own inside the work tree is listed as a folder.
            if let Some(folder) = path.strip_suffix(b"/") {
                submodules.insert(folder.to_vec());
                paths.insert(folder.to_vec(), None);
            } else {
                paths.insert(path, None);
            }
        }
        let mut folders = Folders {
            root,
            known: BTreeMap::new(),
        };
        let (mut files, mut troubles) = (Vec::new(), Vec::new());
        let conversions = Conversions::of(self, paths.keys().map(Vec::as_slice));
        let indexed = |raw: &[u8], recorded: Option<(Recorded, String)>, metadata: &Metadata| {
            let (recorded, id) = recorded?;
            (recorded.is_still(metadata, written?) && !conversions.may_touch(raw)).then_some(id)
        };
        for (raw, recorded) in paths {
            if !folders.are_real(&raw) {
                continue;
            }
            match root.join(to_path(&raw)).symlink_metadata() {
                Ok(metadata) => {
                    let indexed = indexed(&raw, recorded, &metadata);
                    files.extend(entry(raw, indexed, &metadata, &submodules));
                }
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => troubles.push(GitTrouble {
                    location: Location::of_path(of_bytes(&raw)),
                    message: format!("{} cannot be looked at: {e}", of_bytes(&raw)),
                }),
            }
        }
        Ok((files, troubles))
    }

    /// Untracked paths that are not ignored; a repository inside the work tree is one path that ends in `/`.
    fn untracked(&self) -> Result<Vec<Vec<u8>>, GitError> {
        let mut options = git2::StatusOptions::new();
        options
            .show(git2::StatusShow::Workdir)
            .include_untracked(true)
            .recurse_untracked_dirs(true)
            .include_ignored(false)
            .exclude_submodules(true)
            .no_refresh(true);
        let Ok(statuses) = self.inner.statuses(Some(&mut options)) else {
            // An index that libgit2 cannot read: the real git knows as well.
            let listed = ["ls-files", "--others", "--exclude-standard", "-z"];
            let output = command::in_repository(self, &listed)?;
            return Ok(output
                .split(|b| *b == 0)
                .filter(|path| !path.is_empty())
                .map(<[u8]>::to_vec)
                .collect());
        };
        let is_new = |status: &git2::StatusEntry<'_>| status.status().contains(git2::Status::WT_NEW);
        Ok(statuses
            .iter()
            .filter(is_new)
            .map(|status| status.path_bytes().to_vec())
            .collect())
    }
}

fn entry(raw: Vec<u8>, indexed: Option<String>, metadata: &Metadata, submodules: &BTreeSet<Vec<u8>>) -> Option<FileEntry> {
    let kind = if metadata.is_symlink() {
        EntryKind::Symlink
    } else if metadata.is_dir() {
        // A tracked file in whose place there is a folder now is deleted, and the files in that folder are untracked ones.
        if !submodules.contains(&raw) {
            return None;
        }
        EntryKind::Submodule
    } else if metadata.is_file() {
        if is_executable(metadata) {
            EntryKind::Executable
        } else {
            EntryKind::File
        }
    } else {
        return None;
    };
    Some(FileEntry {
        path: of_bytes(&raw),
        raw,
        blob: None,
        size: (kind != EntryKind::Submodule).then_some(metadata.len()),
        indexed: indexed.filter(|_| stat::is_file(kind)),
        kind,
    })
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

/// Which folders are really there, asked once each: Git never looks through a symlink that stands in a folder's place.
struct Folders<'r> {
    root: &'r Path,
    known: BTreeMap<Vec<u8>, bool>,
}

impl Folders<'_> {
    fn are_real(&mut self, raw: &[u8]) -> bool {
        let slashes: Vec<usize> = raw
            .iter()
            .enumerate()
            .filter(|(_, b)| **b == b'/')
            .map(|(at, _)| at)
            .collect();
        slashes.into_iter().all(|at| {
            let Some(folder) = raw.get(..at) else { return false };
            if let Some(is_real) = self.known.get(folder) {
                return *is_real;
            }
            let is_real = self.root.join(to_path(folder)).symlink_metadata().is_ok_and(|m| m.is_dir());
            self.known.insert(folder.to_vec(), is_real);
            is_real
        })
    }
}
