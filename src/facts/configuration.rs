//! The bytes of configuration and refs lock, from the same state of the repository that is judged.

use std::path::Path;

use crate::config::discovery::CANDIDATES;
use crate::domain::target::Content;
use crate::git::Content as Read;

use super::place::{FactsError, Place};

/// A file's path from the root and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// Configuration files are small; what is larger is a mistake.
const LIMIT: u64 = 1024 * 1024;

/// Every configuration file that is there, in the order of the candidates. More than one is for `config` to refuse.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn candidates(place: &Place, content: &Content) -> Result<Vec<FileText>, FactsError> {
    let mut found = Vec::new();
    for path in CANDIDATES {
        if let Some(bytes) = read(place, content, path)? {
            found.push(FileText {
                path: path.to_owned(),
                bytes,
            });
        }
    }
    Ok(found)
}

/// One file of the judged state; `None` when it is not there.
///
/// # Errors
/// When it is there and cannot be read.
pub fn read(place: &Place, content: &Content, path: &str) -> Result<Option<Vec<u8>>, FactsError> {
    read_up_to(place, content, path, LIMIT)
}

/// The same for a file that may have `limit` bytes.
///
/// # Errors
/// When it is there and cannot be read, or is larger.
pub fn read_up_to(place: &Place, content: &Content, path: &str, limit: u64) -> Result<Option<Vec<u8>>, FactsError> {
    let entry = match (place, content) {
        // A server before the first push has no state to trust.
        (Place::Repository(_), Content::Nothing) => return Ok(None),
        (Place::Repository(repository), Content::Index) => repository.index_file(path)?,
        (Place::Repository(repository), Content::Revision(revision)) => {
            repository.tree_file(&repository.resolve(revision)?, path)?
        }
        _ => {
            return match place.root() {
                Some(root) => read_on_disk(root, path, limit),
                None => Ok(None),
            };
        }
    };
    let (Some(entry), Some(repository)) = (entry, place.repository()) else {
        return Ok(None);
    };
    match repository.read(&entry, limit)? {
        Read::Bytes(bytes) => Ok(Some(bytes)),
        Read::TooLarge(bytes) => Err(too_large(path, bytes, limit)),
    }
}

fn read_on_disk(root: &Path, path: &str, limit: u64) -> Result<Option<Vec<u8>>, FactsError> {
    let full = root.join(path);
    let failed = |error: std::io::Error| FactsError::Io {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    match std::fs::metadata(&full) {
        Ok(metadata) if metadata.len() > limit => Err(too_large(path, metadata.len(), limit)),
        Ok(metadata) if metadata.is_dir() => Ok(None),
        // Reading a pipe or a device may never end.
        Ok(metadata) if !metadata.is_file() => Err(FactsError::Io {
            path: path.to_owned(),
            reason: "it is neither a file nor a folder".into(),
        }),
        Ok(_) => std::fs::read(&full).map(Some).map_err(failed),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn too_large(path: &str, bytes: u64, limit: u64) -> FactsError {
    FactsError::Io {
        path: path.to_owned(),
        reason: format!("{bytes} bytes are too many for this file; the limit is {limit}"),
    }
}

/// The files below a folder whose names end in one of `extensions`, sorted by path; nothing when there is no such folder.
///
/// # Errors
/// When the judged state cannot be listed or a file cannot be read.
pub fn folder(place: &Place, content: &Content, folder: &str, extensions: &[&str]) -> Result<Vec<FileText>, FactsError> {
    let prefix = format!("{}/", folder.trim_end_matches('/'));
    let wanted = |path: &str| path.starts_with(&prefix) && extensions.iter().any(|e| path.ends_with(e));
    let mut found = Vec::new();
    let (entries, _) = super::files::list(place, content)?;
    for entry in entries {
        if wanted(&entry.path)
            && let Some(bytes) = read(place, content, &entry.path)?
        {
            found.push(FileText { path: entry.path, bytes });
        }
    }
    Ok(found)
}
