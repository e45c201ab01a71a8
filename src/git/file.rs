//! A file as Git names it, and its content; where the list comes from is `tree`, `index` and `worktree`.

use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use super::GitError;
use super::repository::Repository;
use super::text::{bytes_of_path, of_bytes, to_path};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    File,
    Executable,
    Symlink,
    Submodule,
}

impl EntryKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Executable => "executable file",
            Self::Symlink => "symlink",
            Self::Submodule => "submodule",
        }
    }

    /// By the mode in a tree or index; `None` for folders and modes that Git does not know.
    pub(super) const fn of_mode(mode: u32) -> Option<Self> {
        match mode & 0o170_000 {
            0o100_000 if mode & 0o111 != 0 => Some(Self::Executable),
            0o100_000 => Some(Self::File),
            0o120_000 => Some(Self::Symlink),
            0o160_000 => Some(Self::Submodule),
            _ => None,
        }
    }
}

/// One file of a tree, the index or the work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Path from the root with `/`; bytes that are not UTF-8 appear as `\xNN`.
    pub path: String,
    /// The same path as Git has it.
    pub raw: Vec<u8>,
    /// Object id of the content, or of the commit for a submodule; `None` in the work tree.
    pub blob: Option<String>,
    /// Bytes, where they are known without reading the content.
    pub size: Option<u64>,
    pub kind: EntryKind,
    /// Object id that the index has for a file of the work tree that was not touched since, as far as its times and size tell. What is
    /// on disk may be another form of that object (line ends, filters).
    pub indexed: Option<String>,
}

/// The id that these bytes have as a file's content.
pub fn blob_id(bytes: &[u8]) -> Option<String> {
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, bytes);
    id.ok().map(|id| id.to_string())
}

impl FileEntry {
    /// A file of a folder without Git, by its path from the root.
    pub fn on_disk(relative: &Path, kind: EntryKind) -> Self {
        let raw = bytes_of_path(relative);
        Self {
            path: of_bytes(&raw),
            raw,
            blob: None,
            size: None,
            kind,
            indexed: None,
        }
    }

    /// The path from the root as the system has it.
    pub fn relative_path(&self) -> PathBuf {
        to_path(&self.raw)
    }
}

/// What reading a file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Bytes(Vec<u8>),
    /// Larger than the limit; its size in bytes.
    TooLarge(u64),
}

impl Repository {
    /// The content of a file: the object where the entry has one, else the file in the work tree. Symlinks and submodules are an error,
    /// so that nothing outside the repository is ever read. At most `limit` bytes are read.
    pub fn read(&self, entry: &FileEntry, limit: u64) -> Result<Content, GitError> {
        if matches!(entry.kind, EntryKind::Symlink | EntryKind::Submodule) {
            return Err(GitError::NotFollowed {
                path: entry.path.clone(),
                kind: entry.kind,
            });
        }
        match &entry.blob {
            Some(blob) => self.read_blob(blob, limit),
            None => self.read_from_disk(entry, limit),
        }
    }

    fn read_blob(&self, blob: &str, limit: u64) -> Result<Content, GitError> {
        let id = Self::object_id(blob)?;
        let odb = self.inner.odb().map_err(|e| GitError::object(blob, &e))?;
        // The header tells the size without inflating the content: a file of many gigabytes must not be loaded to learn that it is.
        let (size, kind) = odb.read_header(id).map_err(|e| GitError::object(blob, &e))?;
        if kind != git2::ObjectType::Blob {
            return Err(GitError::UnreadableObject {
                object: blob.to_owned(),
                reason: format!("it is a {kind}, not a file's content"),
            });
        }
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        if size > limit {
            return Ok(Content::TooLarge(size));
        }
        let object = odb.read(id).map_err(|e| GitError::object(blob, &e))?;
        Ok(Content::Bytes(object.data().to_vec()))
    }

    fn read_from_disk(&self, entry: &FileEntry, limit: u64) -> Result<Content, GitError> {
        let fail = |reason: String| GitError::UnreadableFile {
            path: entry.path.clone(),
            reason,
        };
        let root = self.require_workdir()?;
        let path = inside(root, &entry.raw).ok_or_else(|| fail("the path leads out of the work tree".to_owned()))?;
        let metadata = path.symlink_metadata().map_err(|e| fail(e.to_string()))?;
        if !metadata.is_file() {
            return Err(fail("it is no longer a file".to_owned()));
        }
        if metadata.len() > limit {
            return Ok(Content::TooLarge(metadata.len()));
        }
        let file = File::open(&path).map_err(|e| fail(e.to_string()))?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        file.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|e| fail(e.to_string()))?;
        let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        // It may have grown since its size was asked.
        if read > limit {
            Ok(Content::TooLarge(read))
        } else {
            Ok(Content::Bytes(bytes))
        }
    }
}

/// The file's place on disk, unless a folder on the way is a symlink or the path tries to leave the root.
fn inside(root: &Path, raw: &[u8]) -> Option<PathBuf> {
    let relative = to_path(raw);
    let mut path = root.to_path_buf();
    let mut components = relative.components().peekable();
    while let Some(component) = components.next() {
        let Component::Normal(name) = component else { return None };
        path.push(name);
        if components.peek().is_some() && !path.symlink_metadata().is_ok_and(|m| m.is_dir()) {
            return None;
        }
    }
    Some(path)
}
