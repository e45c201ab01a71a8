//! The files of the index, and how it differs from HEAD.

use std::collections::BTreeMap;
use std::path::Path;

use memchr::memmem;

use crate::domain::location::Location;

use super::file::{EntryKind, FileEntry};
use super::repository::Repository;
use super::stat::Recorded;
use super::text::of_bytes;
use super::{GitError, GitTrouble, command};

/// One entry of the index, as stored.
pub(super) struct IndexRow {
    pub(super) raw: Vec<u8>,
    pub(super) id: String,
    pub(super) kind: EntryKind,
    /// 0, or 1 to 3 for the sides of a conflict.
    pub(super) stage: u16,
    /// Announced by `git add -N`: has no content yet.
    pub(super) is_intent: bool,
    /// What the file was like when it was added, where that is known.
    pub(super) recorded: Option<Recorded>,
}

impl IndexRow {
    fn into_file(self) -> FileEntry {
        FileEntry {
            path: of_bytes(&self.raw),
            raw: self.raw,
            blob: Some(self.id),
            size: None,
            kind: self.kind,
            indexed: None,
        }
    }
}

impl Repository {
    /// The files that a commit would take, sorted by path. A path in conflict is told as trouble: what it will be is not decided.
    pub fn index_files(&self) -> Result<(Vec<FileEntry>, Vec<GitTrouble>), GitError> {
        let (mut files, mut conflicts) = (Vec::new(), BTreeMap::new());
        for row in self.index_rows()? {
            if row.stage > 0 {
                conflicts.insert(of_bytes(&row.raw), ());
            } else if !row.is_intent {
                files.push(row.into_file());
            }
        }
        files.sort_by(|a, b| a.raw.cmp(&b.raw));
        let trouble = |path: String| GitTrouble {
            message: format!("{path} is in conflict: resolve it and `git add` it"),
            location: Location::of_path(path),
        };
        Ok((files, conflicts.into_keys().map(trouble).collect()))
    }

    /// Whether the index may hold a file of this name, in any folder; `false` only when it does not. `named` is the index that Git names, where
    /// it names one. Reading an index checks and sorts all of it, which for a large one takes longer than to judge a message.
    pub fn index_may_hold(&self, name: &str, named: Option<&Path>) -> bool {
        let own = self.git_dir().join("index");
        let Ok(bytes) = std::fs::read(named.unwrap_or(&own)) else {
            return true;
        };
        // Later versions write only how a path differs from the one before it.
        let is_whole = bytes.starts_with(b"DIRC\0\0\0\x02") || bytes.starts_with(b"DIRC\0\0\0\x03");
        // `link` and `sdir` begin what stands for entries that are elsewhere: a split index, and one with whole folders.
        let has = |word: &str| memmem::find(&bytes, word.as_bytes()).is_some();
        !is_whole || has(name) || has("link") || has("sdir")
    }

    /// One file of `index_files`, without listing the others.
    pub fn index_file(&self, path: &str) -> Result<Option<FileEntry>, GitError> {
        let index = match self.inner.index() {
            Ok(index) if is_plain(path) => index,
            _ => return self.listed_index_file(path),
        };
        // A whole folder may stand as one entry, and where case does not count another file may answer.
        let folders = path.match_indices('/').filter_map(|(end, _)| path.get(..=end));
        let is_in_folder = folders
            .into_iter()
            .any(|folder| index.get_path(Path::new(folder), 0).is_some());
        match index.get_path(Path::new(path), 0) {
            None if !is_in_folder => Ok(None),
            Some(entry) if entry.path == path.as_bytes() => {
                let row = row_of_entry(entry).filter(|row| !row.is_intent);
                Ok(row.map(IndexRow::into_file))
            }
            _ => self.listed_index_file(path),
        }
    }

    fn listed_index_file(&self, path: &str) -> Result<Option<FileEntry>, GitError> {
        Ok(self.index_files()?.0.into_iter().find(|file| file.path == path))
    }

    /// Paths that the index holds in another form than HEAD, sorted: added, changed, or renamed to. Deleted ones are not among them.
    pub fn staged_changes(&self) -> Result<Vec<String>, GitError> {
        let (committed, troubles) = match self.head()?.commit() {
            Some(commit) => self.tree_files(commit)?,
            None => (Vec::new(), Vec::new()),
        };
        if let Some(trouble) = troubles.into_iter().next() {
            return Err(GitError::Failed {
                action: "compare the index with HEAD".to_owned(),
                reason: trouble.message,
            });
        }
        let committed: BTreeMap<&[u8], &FileEntry> = committed.iter().map(|file| (file.raw.as_slice(), file)).collect();
        let is_changed = |file: &FileEntry| {
            committed
                .get(file.raw.as_slice())
                .is_none_or(|old| old.blob != file.blob || old.kind != file.kind)
        };
        let (files, _) = self.index_files()?;
        Ok(files.into_iter().filter(is_changed).map(|file| file.path).collect())
    }

    /// What makes every look at the index start `git`, as in a sparse or split one; `None` when libgit2 reads it.
    pub fn index_needs_git(&self) -> Option<String> {
        match self.inner.index() {
            Ok(index) if is_sparse(&index) => Some("it holds whole folders as one entry".to_owned()),
            Ok(_) => None,
            Err(error) => Some(super::text::reason(&error)),
        }
    }

    /// All entries, by libgit2 or, where it cannot read the index (split, sparse), by the real git.
    pub(super) fn index_rows(&self) -> Result<Vec<IndexRow>, GitError> {
        match self.inner.index() {
            Ok(index) if !is_sparse(&index) => Ok(index.iter().filter_map(row_of_entry).collect()),
            Ok(_) => self.index_rows_by_git(),
            Err(e) => self.index_rows_by_git().map_err(|by_git| GitError::UnreadableIndex {
                path: self.git_dir().join("index"),
                reason: format!("{}; {by_git}", super::text::reason(&e)),
            }),
        }
    }

    fn index_rows_by_git(&self) -> Result<Vec<IndexRow>, GitError> {
        let output = command::in_repository(self, &["ls-files", "--stage", "-z"])?;
        Ok(output.split(|b| *b == 0).filter_map(row_of_line).collect())
    }
}

/// Whether the path can be looked up as it is: not one that stands for bytes that are no text, and none that git2 would not take.
fn is_plain(path: &str) -> bool {
    !path.contains(['\\', ':', '\0']) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Does it hold whole folders as one entry.
pub(super) fn is_sparse(index: &git2::Index) -> bool {
    index.iter().any(|entry| entry.mode & 0o170_000 == 0o040_000)
}

fn row_of_entry(entry: git2::IndexEntry) -> Option<IndexRow> {
    let extended = git2::IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended);
    Some(IndexRow {
        id: entry.id.to_string(),
        kind: EntryKind::of_mode(entry.mode)?,
        stage: (entry.flags >> 12) & 0b11,
        is_intent: extended.contains(git2::IndexEntryExtendedFlag::INTENT_TO_ADD),
        recorded: Some(Recorded::of(&entry)),
        raw: entry.path,
    })
}

/// `<mode> <id> <stage>\t<path>`
fn row_of_line(line: &[u8]) -> Option<IndexRow> {
    let tab = line.iter().position(|b| *b == b'\t')?;
    let (head, raw) = (line.get(..tab)?, line.get(tab + 1..)?);
    let mut words = std::str::from_utf8(head).ok()?.split(' ');
    let kind = EntryKind::of_mode(u32::from_str_radix(words.next()?, 8).ok()?)?;
    let id = words.next()?.to_owned();
    Some(IndexRow {
        // Git lists an announced file with the id of the empty blob; an empty file that is really staged looks the same and is nothing to judge.
        is_intent: false,
        recorded: None,
        stage: words.next()?.parse().ok()?,
        raw: raw.to_vec(),
        id,
        kind,
    })
}
