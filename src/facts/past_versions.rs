//! Which versions the fields of a change have had before, and which ones the base says for every stage.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::delivery::version_application::{family, shape};
use crate::delivery::version_field::{Place, VersionValue};
use crate::delivery::{Context, reduce};
use crate::documents::{Limits, compare};
use crate::domain::change::StageVersion;
use crate::git::{Content, EntryKind, FileEntry, GitError};

use super::changed_values::{Found, State, VersionPlace, location, stage_at};
use super::values::Reading;

/// Commits of the target's first-parent line that are looked at.
const COMMITS: usize = 20_000;
/// Bytes of former contents that are read for one change, the newest of each file first.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// Former contents of one file.
const MOST_CONTENTS: usize = 1000;
/// Files of other stages that are read at the base.
const MOST_FILES: usize = 1000;
/// Values of one file that are looked through.
const MOST_VALUES: usize = 100_000;

/// Fills in what each version field has had. Whether there is history that was not looked at.
///
/// # Errors
/// When the target's tip is no object id.
pub(super) fn fill(reading: &Reading<'_>, found: &mut [Found]) -> Result<bool, GitError> {
    let paths: BTreeSet<&str> = found
        .iter()
        .filter_map(|f| f.field.as_ref())
        .map(|f| f.path.as_str())
        .collect();
    if paths.is_empty() {
        return Ok(false);
    }
    let past = reading.repository.past_files(&reading.proposed.target_tip, &paths, COMMITS)?;
    let mut is_cut = past.is_cut;
    let share = MOST_BYTES / u64::try_from(paths.len()).unwrap_or(u64::MAX);
    let mut states: BTreeMap<String, Vec<State>> = BTreeMap::new();
    for (path, blobs) in &past.blobs {
        let (contents, is_all) = contents(reading, path, blobs, share);
        is_cut |= !is_all;
        let read: Vec<Option<State>> = contents.par_iter().map(|bytes| State::read(path, bytes)).collect();
        states.insert(path.clone(), read.into_iter().flatten().collect());
    }
    let words = reading.context.stage_words();
    found.par_iter_mut().for_each(|found| {
        let (Some(field), Some(version)) = (&found.field, &mut found.value.version) else {
            return;
        };
        let mut seen = BTreeSet::new();
        for state in states.get(&field.path).into_iter().flatten() {
            if let Some(had) = version_in(state, field, &words.left_out(&field.path))
                && version.from.as_ref() != Some(&had)
                && seen.insert(had.clone())
            {
                version.had.push(had);
            }
        }
    });
    Ok(is_cut)
}

/// The newest contents of a file within its share, and whether these are all.
fn contents(reading: &Reading<'_>, path: &str, blobs: &[String], share: u64) -> (Vec<Vec<u8>>, bool) {
    let mut left = share.max(Limits::default().bytes);
    let mut contents = Vec::new();
    for blob in blobs.iter().take(MOST_CONTENTS) {
        let entry = FileEntry {
            path: path.to_owned(),
            raw: path.as_bytes().to_vec(),
            blob: Some(blob.clone()),
            size: None,
            kind: EntryKind::File,
            indexed: None,
        };
        // A content that is not here says nothing; the others still do.
        match reading.repository.read(&entry, left) {
            Ok(Content::Bytes(bytes)) => {
                left -= bytes.len() as u64;
                contents.push(bytes);
            }
            Ok(Content::TooLarge(_)) => return (contents, false),
            Err(_) => {}
        }
    }
    let is_all = contents.len() == blobs.len();
    (contents, is_all)
}

/// What a field was in another state of its file, if it was a version of the same application.
fn version_in(state: &State, field: &VersionPlace, name: &str) -> Option<String> {
    let document = state.document(&field.identity)?;
    let VersionValue {
        version,
        application,
        rest,
    } = Place::of(&field.path, document).version(document, &field.address, name)?;
    (application == field.value.application && rest == field.value.rest).then_some(version)
}

/// The versions at the base of every application that the change gives another version, from the files that differ from those that it
/// changes only in words for stages.
pub(super) fn at_base(reading: &Reading<'_>, found: &[Found], paths: &BTreeSet<String>) -> Vec<StageVersion> {
    let words = reading.context.stage_words();
    let fields = || found.iter().filter_map(|found| found.field.as_ref());
    let applications: BTreeSet<&str> = fields().map(|field| field.value.application.as_str()).collect();
    let shapes: BTreeSet<String> = fields().map(|field| shape(&field.path, words)).collect();
    if shapes.is_empty() {
        return Vec::new();
    }
    let mut budget = MOST_BYTES;
    let siblings = paths
        .iter()
        .filter(|path| shapes.contains(&shape(path, words)))
        .take(MOST_FILES);
    let contents: Vec<(&String, Vec<u8>)> = siblings
        .filter_map(|path| Some((path, reading.content(&reading.proposed.base, path, &mut budget)?)))
        .collect();
    let context = reading.context;
    let read = |(path, bytes): &(&String, Vec<u8>)| in_file(context, path, bytes, &applications);
    let mut versions: Vec<StageVersion> = contents.par_iter().flat_map_iter(read).collect();
    versions.sort();
    versions
}

fn in_file(context: &Context<'_>, path: &str, bytes: &[u8], applications: &BTreeSet<&str>) -> Vec<StageVersion> {
    let words = context.stage_words();
    let name = words.left_out(path);
    let mut versions = Vec::new();
    for document in State::read(path, bytes).map(|state| state.documents).unwrap_or_default() {
        let place = Place::of(path, &document);
        let mut stage = None;
        for leaf in compare::leaves(&document, MOST_VALUES).unwrap_or_default() {
            let value = place.version(&document, &leaf.address, &name);
            let Some(value) = value.filter(|value| applications.contains(value.application.as_str())) else {
                continue;
            };
            let of_document = stage.get_or_insert_with(|| reduce(&context.unasked(), path, &document).stage.stage);
            versions.push(StageVersion {
                application: value.application,
                stage: stage_at(&document, path, &leaf.address, context).or_else(|| of_document.clone()),
                family: family(path, &leaf.address, words),
                version: value.version,
                at: location(path, &document, &leaf.pointer),
            });
        }
    }
    versions
}
