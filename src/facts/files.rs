//! Which files a target holds, and their way through in parallel; each content is read once, however many branches share it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::cache::Key;
use crate::cache::digest::object_key;
use crate::documents::exclude::default_exclusion;
use crate::documents::{Format, Limits};
use crate::domain::delivery::Rows;
use crate::domain::file::{Exclusion, FileClass, FileFacts};
use crate::domain::location::Location;
use crate::domain::target::Content;
use crate::git::{Content as Read, EntryKind, FileEntry, GitTrouble, Opener, Repository, blob_id};

use super::documents::{FileBytes, FileOutcome, Judge, Retained, process};
use super::memory::Memory;
use super::place::{FactsError, Place};
use super::surroundings::Around;

/// A file to look at, and the branches that hold it in this form.
#[derive(Debug, Clone)]
pub struct Listed {
    pub entry: FileEntry,
    /// Short names, the first one standing for all; empty when one tree is looked at.
    pub branches: Vec<String>,
}

/// What narrows the list.
pub struct Selection<'a> {
    /// `exclude:` of the configuration.
    pub is_excluded: &'a (dyn Fn(&str) -> bool + Sync),
    /// Vendored files and test data are looked at too.
    pub include_excluded: bool,
    /// Only these paths and what lies below them; empty means all.
    pub paths: &'a [String],
    /// Only these exact paths, when the target says so (staged files, files of a range).
    pub only: Option<&'a BTreeSet<String>>,
    /// Only about the documents of these paths rules are asked; the others are still read for what rules over sets see.
    pub judged: Option<&'a BTreeSet<String>>,
}

impl Selection<'_> {
    fn wants(&self, path: &str) -> bool {
        (self.paths.is_empty() || self.paths.iter().any(|root| is_below(root, path)))
            && self.only.is_none_or(|only| only.contains(path))
    }

    fn judges(&self, path: &str) -> bool {
        self.judged.is_none_or(|judged| judged.contains(path))
    }

    fn exclusion(&self, path: &str) -> Option<Exclusion> {
        if (self.is_excluded)(path) {
            return Some(Exclusion::Configured);
        }
        // What a person named is looked at, wherever it lies; that says nothing of the other paths that were named.
        let is_named = |root: &String| is_below(root, path) && (root == path || default_exclusion(root).is_some());
        if self.include_excluded || self.paths.iter().any(is_named) {
            return None;
        }
        default_exclusion(path)
    }
}

fn is_below(root: &str, path: &str) -> bool {
    root.is_empty()
        || root == "."
        || path
            .strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The entries of the target's tree, sorted by path.
///
/// # Errors
/// When the tree, index or folder cannot be read at all.
pub fn list(place: &Place, content: &Content) -> Result<(Vec<FileEntry>, Vec<GitTrouble>), FactsError> {
    match (place, content) {
        (Place::Repository(repository), Content::WorkTree) => {
            if repository.workdir().is_none() {
                return Err(FactsError::Bare {
                    asked: "checking files".into(),
                });
            }
            Ok(repository.worktree_files()?)
        }
        (Place::Repository(repository), Content::Index) => Ok(repository.index_files()?),
        (Place::Repository(repository), Content::Revision(revision)) => {
            Ok(repository.tree_files(&repository.resolve(revision)?)?)
        }
        (Place::Directory(root), _) | (_, Content::Directory(root)) => Ok(walk(root)),
        (Place::Input(_), _) | (_, Content::Input(_) | Content::Nothing) => Ok((Vec::new(), Vec::new())),
    }
}

/// Every file below a folder; a part that cannot be read is told as trouble and does not hide the rest.
fn walk(root: &Path) -> (Vec<FileEntry>, Vec<GitTrouble>) {
    let (mut entries, mut troubles) = (Vec::new(), Vec::new());
    for entry in WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|e| e.file_name() != ".git")
    {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(root);
                let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
                troubles.push(GitTrouble {
                    message: format!("{shown} cannot be read: {error}"),
                    location: Location::of_path(shown),
                });
                continue;
            }
        };
        // Beside files there are pipes and sockets, whose reading may never end; Git does not see them either.
        if !entry.file_type().is_file() && !entry.file_type().is_symlink() {
            continue;
        }
        let Ok(relative) = entry.path().strip_prefix(root) else {
            continue;
        };
        let kind = if entry.file_type().is_symlink() {
            EntryKind::Symlink
        } else {
            EntryKind::File
        };
        entries.push(FileEntry::on_disk(relative, kind));
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    (entries, troubles)
}

/// The files of several branches' trees: one entry for each path and content, with all branches that share it.
///
/// # Errors
/// When a tree cannot be read.
pub fn list_branches(repository: &Repository, tips: &[(String, String)]) -> Result<(Vec<Listed>, Vec<GitTrouble>), FactsError> {
    let mut troubles = Vec::new();
    let mut found: BTreeMap<(String, Option<String>), Listed> = BTreeMap::new();
    for (branch, commit) in tips {
        let (entries, trouble) = repository.tree_files(commit)?;
        troubles.extend(trouble);
        for entry in entries {
            found
                .entry((entry.path.clone(), entry.blob.clone()))
                .or_insert_with(|| Listed {
                    entry,
                    branches: Vec::new(),
                })
                .branches
                .push(branch.clone());
        }
    }
    Ok((found.into_values().collect(), troubles))
}

/// A file, and what came of it.
pub type Seen<'l, V> = (&'l FileEntry, FileOutcome<V>);

/// What the files of one tree are seen with.
pub struct View<'a, J> {
    /// Opens the repository again in each thread.
    pub opener: Option<Opener>,
    pub root: Option<&'a Path>,
    pub selection: &'a Selection<'a>,
    pub around: &'a Around<'a>,
    /// What earlier runs learnt, when there is a cache.
    pub memory: Option<&'a Memory<'a>>,
    pub judge: &'a J,
    /// Called before each file, from any thread; `Break` ends the work.
    pub tick: &'a (dyn Fn() -> ControlFlow<()> + Sync),
}

impl<J: Judge> View<'_, J> {
    /// Takes every wanted file through, in parallel; the result is in the order of the list.
    ///
    /// # Errors
    /// When `tick` says stop: what was read until then would pass for the whole.
    pub fn process_all<'l>(&self, listed: &'l [Listed]) -> Result<Vec<Seen<'l, J::Verdict>>, FactsError> {
        let Self {
            opener,
            root,
            selection,
            tick,
            ..
        } = self;
        let wanted = |l: &&Listed| Format::of_path(&l.entry.path).is_some() && selection.wants(&l.entry.path);
        listed
            .par_iter()
            .filter(wanted)
            .map_init(
                || Reader::new(opener.as_ref(), *root),
                |reader, l| {
                    if tick().is_break() {
                        return Err(FactsError::Stopped);
                    }
                    Ok((&l.entry, self.one(reader, l)))
                },
            )
            .collect()
    }

    fn one(&self, reader: &Reader<'_>, listed: &Listed) -> FileOutcome<J::Verdict> {
        let entry = &listed.entry;
        match entry.kind {
            EntryKind::Symlink => return unread(listed, FileClass::NotFollowed { what: "symlink" }),
            EntryKind::Submodule => return unread(listed, FileClass::NotFollowed { what: "submodule" }),
            EntryKind::File | EntryKind::Executable => {}
        }
        if let Some(exclusion) = self.selection.exclusion(&entry.path) {
            return unread(listed, FileClass::Excluded(exclusion));
        }
        let named = entry.blob.as_deref().or(entry.indexed.as_deref()).and_then(object_key);
        // What stands on disk may be another form of what the index has: only its size tells.
        let size = entry.indexed.as_ref().and(entry.size);
        if let Some(outcome) = self.recall(named, listed, size) {
            return outcome;
        }
        let limit = Limits::default().bytes;
        let read = match reader.read(entry, limit) {
            Ok(read) => read,
            Err(reason) => return unread(listed, FileClass::Unreadable { reason }),
        };
        let id = match (&entry.blob, &read) {
            (None, Read::Bytes(bytes)) if self.memory.is_some() => blob_id(bytes).as_deref().and_then(object_key),
            (Some(_), _) => named,
            (None, _) => None,
        };
        if entry.blob.is_none()
            && let Some(outcome) = self.recall(id, listed, None)
        {
            return outcome;
        }
        let context = self.around.context();
        let mut outcome = match read {
            Read::Bytes(bytes) => {
                let file = FileBytes {
                    path: &entry.path,
                    branches: &listed.branches,
                    bytes: &bytes,
                    limits: Limits::default(),
                    is_judged: self.selection.judges(&entry.path),
                };
                process(file, &context, self.judge)
            }
            Read::TooLarge(bytes) => unread(listed, FileClass::TooLarge { bytes, limit }),
        };
        if let (Some(memory), Some(id)) = (self.memory, id) {
            memory.remember(id, listed, &context, &mut outcome, self.judge_of(listed));
        }
        outcome
    }

    fn recall(&self, id: Option<Key>, listed: &Listed, size: Option<u64>) -> Option<FileOutcome<J::Verdict>> {
        self.memory?.recall(&id?, listed, size, self.judge_of(listed))
    }

    fn judge_of(&self, listed: &Listed) -> Option<&J> {
        self.selection.judges(&listed.entry.path).then_some(self.judge)
    }
}

/// A file that was not looked into.
fn unread<V>(listed: &Listed, class: FileClass) -> FileOutcome<V> {
    FileOutcome {
        facts: FileFacts {
            path: listed.entry.path.clone(),
            branches: listed.branches.clone(),
            bytes: listed.entry.size.unwrap_or(0),
            class,
            documents: 0,
            problems: Vec::new(),
            waivers: Vec::new(),
        },
        rows: Rows::default(),
        retained: Retained::default(),
        verdicts: Vec::new(),
        is_shown: false,
        text: None,
        embedded_applications: 0,
        id: None,
        rows_key: None,
    }
}

/// Reads file contents in one worker: its own handle on the repository, or the folder.
struct Reader<'a> {
    repository: Option<Result<Repository, String>>,
    root: Option<&'a Path>,
}

impl<'a> Reader<'a> {
    fn new(opener: Option<&Opener>, root: Option<&'a Path>) -> Self {
        Self {
            repository: opener.map(|o| o.open().map_err(|e| e.to_string())),
            root,
        }
    }

    fn read(&self, entry: &FileEntry, limit: u64) -> Result<Read, String> {
        match &self.repository {
            Some(Ok(repository)) => repository.read(entry, limit).map_err(|e| e.to_string()),
            Some(Err(reason)) => Err(reason.clone()),
            None => self.root.map_or_else(
                || Err("no folder to read from".into()),
                |root| read_on_disk(root, entry, limit),
            ),
        }
    }
}

fn read_on_disk(root: &Path, entry: &FileEntry, limit: u64) -> Result<Read, String> {
    let path = root.join(entry.relative_path());
    let size = std::fs::symlink_metadata(&path).map_err(|e| e.to_string())?.len();
    if size > limit {
        return Ok(Read::TooLarge(size));
    }
    std::fs::read(&path).map(Read::Bytes).map_err(|e| e.to_string())
}

/// The bytes of a file that was looked at before.
pub(super) fn read_text(
    repository: Option<&Repository>,
    root: Option<&Path>,
    entry: &FileEntry,
    limit: u64,
) -> Result<Vec<u8>, String> {
    let read = match (repository, root) {
        (Some(repository), _) => repository.read(entry, limit).map_err(|e| e.to_string())?,
        (None, Some(root)) => read_on_disk(root, entry, limit)?,
        (None, None) => return Err("no folder to read from".into()),
    };
    match read {
        Read::Bytes(bytes) => Ok(bytes),
        Read::TooLarge(bytes) => Err(format!("{bytes} bytes are more than {limit}")),
    }
}
