//! A bare repository that borrows all objects from another one and has refs of its own: the same history, with branches and tags as they
//! stood at another time. The lender is only read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::GitError;
use super::repository::Repository;
use super::write::Writer;

/// The borrowing repository; its folder belongs to the caller.
#[derive(Debug)]
pub struct Borrowed {
    folder: PathBuf,
}

impl Borrowed {
    /// Makes it in an empty folder. HEAD is on `default` (a short name), and the address of the lender's remote is known to it.
    ///
    /// # Errors
    /// When the folder cannot be written to, or when the lender lies at a path that Git cannot write down as a lender's.
    pub fn make(folder: &Path, lender: &Repository, default: &str) -> Result<Self, GitError> {
        let writer = Writer::init_bare(folder, default)?;
        if let Some(url) = lender.facts_without_refs()?.url {
            writer.remote("origin", &url)?;
        }
        let common = lender.common_dir();
        let objects = common.join("objects");
        let objects = objects.canonicalize().unwrap_or(objects);
        // One path a line: the form has no quotes that libgit2 reads.
        let line = objects
            .to_str()
            .filter(|path| !path.contains(['\n', '\r']) && !path.starts_with(['"', '#']));
        let line = line.ok_or_else(|| {
            told(
                "borrow objects",
                "the repository's path has characters that Git cannot write down here",
            )
        })?;
        write(&folder.join("objects/info/alternates"), &format!("{line}\n"))?;
        let shallow = common.join("shallow");
        if lender.is_shallow() {
            let to = folder.join("shallow");
            std::fs::copy(&shallow, &to).map_err(|error| told("copy where the history ends", &error.to_string()))?;
        }
        Ok(Self {
            folder: folder.to_path_buf(),
        })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives it these refs, full name to object id, in place of all that it had. Who has it open opens it again.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn set(&self, refs: &BTreeMap<String, String>) -> Result<(), GitError> {
        let lines = refs.iter().map(|(name, id)| format!("{id} {name}\n"));
        let text: String = std::iter::once("# pack-refs with:\n".to_owned()).chain(lines).collect();
        write(&self.folder.join("packed-refs"), &text)
    }
}

fn write(path: &Path, text: &str) -> Result<(), GitError> {
    let done = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    done.and_then(|()| std::fs::write(path, text))
        .map_err(|error| told("write a repository that borrows", &format!("{}: {error}", path.display())))
}

fn told(what: &str, why: &str) -> GitError {
    GitError::failed(what, &git2::Error::from_str(why))
}
