//! What a change does to the values of documents: which differ between its base and its head, and which of them are versions.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::delivery::version_field::has_digit;
use crate::delivery::{Context, RefsKnowledge};
use crate::documents::{Format, Limits};
use crate::domain::change::{ChangedFile, FileStatus, ProposedChange, StageVersion, ValueChange, VersionField};
use crate::domain::flow::Flow;
use crate::git::{Content, EntryKind, GitError, Repository};

use super::changed_values::{Found, differences};
use super::past_versions;

/// Bytes of files that are compared for one change, both states counted; what is beyond that is opaque.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Differing values of one change; files beyond that are opaque.
const MOST_IN_ALL: usize = 50_000;

/// What was found.
#[derive(Debug, Default)]
pub struct Compared {
    pub values: Vec<ValueChange>,
    pub opaque: Vec<String>,
    pub versions: Vec<StageVersion>,
    pub is_rollback: bool,
    /// It sets versions back, and history that is not here may tell that the stage had them.
    pub is_undecided: bool,
}

/// The model, and what every file is read with.
pub(super) struct Reading<'a> {
    pub repository: &'a Repository,
    pub proposed: &'a ProposedChange,
    pub context: &'a Context<'a>,
}

/// Compares every file of a change.
///
/// # Errors
/// When the trees cannot be read. A file that cannot be is opaque.
pub fn read(
    repository: &Repository,
    flow: &Flow,
    proposed: &ProposedChange,
    files: &[ChangedFile],
) -> Result<Compared, GitError> {
    if !files.iter().any(is_comparable) {
        return Ok(Compared {
            opaque: files.iter().map(|file| file.path.clone()).collect(),
            ..Compared::default()
        });
    }
    let (listed, _) = repository.tree_files(&proposed.base)?;
    let paths: BTreeSet<String> = listed.into_iter().map(|entry| entry.path).collect();
    let refs = RefsKnowledge::default();
    let context = Context::new(flow, &refs, None, None, &paths);
    let reading = Reading {
        repository,
        proposed,
        context: &context,
    };
    let mut compared = Compared::default();
    let mut found = reading.compare(files, &mut compared.opaque);
    let is_cut = past_versions::fill(&reading, &mut found)?;
    compared.versions = past_versions::at_base(&reading, &found, &paths);
    compared.values = found.into_iter().map(|found| found.value).collect();
    let could_be = is_set_back(files, &compared, |_| true);
    compared.is_rollback = is_set_back(files, &compared, VersionField::is_set_back);
    compared.is_undecided = is_cut && could_be && !compared.is_rollback;
    Ok(compared)
}

/// Whether all that a change does is to give versions that were there another value, each such as `is_right` says.
fn is_set_back(files: &[ChangedFile], compared: &Compared, is_right: impl Fn(&VersionField) -> bool) -> bool {
    let is_version = |value: &ValueChange| {
        let version = value.version.as_ref();
        version.is_some_and(|version| version.from.is_some() && version.to.as_deref().is_some_and(has_digit) && is_right(version))
    };
    let is_plain = |file: &ChangedFile| file.status == FileStatus::Modified && !file.is_mode_changed;
    !compared.values.is_empty()
        && compared.opaque.is_empty()
        && files.iter().all(is_plain)
        && compared.values.iter().all(is_version)
}

impl Reading<'_> {
    fn compare(&self, files: &[ChangedFile], opaque: &mut Vec<String>) -> Vec<Found> {
        let mut budget = MOST_BYTES;
        let mut pairs = Vec::new();
        for file in files {
            match self.contents(file, &mut budget) {
                Some((before, after)) => pairs.push((file, before, after)),
                None => opaque.push(file.path.clone()),
            }
        }
        // The repository itself stays in this thread.
        let context = self.context;
        let compared: Vec<_> = pairs
            .par_iter()
            .map(|(file, before, after)| (*file, differences(file, before, after, context)))
            .collect();
        let mut all: Vec<Found> = Vec::new();
        for (file, found) in compared {
            match found.filter(|found| all.len() + found.len() <= MOST_IN_ALL) {
                Some(found) => all.extend(found),
                None => opaque.push(file.path.clone()),
            }
        }
        opaque.sort();
        all
    }

    /// The two states of a file, where both are files that documents are read from.
    fn contents(&self, file: &ChangedFile, budget: &mut u64) -> Option<(Vec<u8>, Vec<u8>)> {
        if !is_comparable(file) {
            return None;
        }
        let from = file.from.as_ref().unwrap_or(&file.path);
        let before = self.content(&self.proposed.base, from, budget)?;
        let after = self.content(&self.proposed.head, &file.path, budget)?;
        Some((before, after))
    }

    /// A file of a commit within what is left of the budget.
    pub(super) fn content(&self, commit: &str, path: &str, budget: &mut u64) -> Option<Vec<u8>> {
        let entry = self.repository.tree_file(commit, path).ok()??;
        if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
            return None;
        }
        let limit = Limits::default().bytes.min(*budget);
        match self.repository.read(&entry, limit).ok()? {
            Content::Bytes(bytes) => {
                *budget -= bytes.len() as u64;
                Some(bytes)
            }
            Content::TooLarge(_) => None,
        }
    }
}

/// Whether its values may be compared at all: its name tells a format, and Git tells the bytes of its name.
fn is_comparable(file: &ChangedFile) -> bool {
    let from = file.from.as_ref().unwrap_or(&file.path);
    let is_document = |path: &str| Format::of_path(path).is_some() && !path.contains("\\x");
    matches!(file.status, FileStatus::Modified | FileStatus::Renamed) && is_document(from) && is_document(&file.path)
}
