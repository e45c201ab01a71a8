//! What people said of a file follows Git's renames: waivers, and findings that stood before a change.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::file::FileFacts;
use crate::domain::target::Content;
use crate::domain::waiver::Waiver;
use crate::git::renames::Later;

use super::place::Place;

/// The waivers, those of renamed files with the present path. A rename that cannot be followed leaves the waiver as it is: it then
/// lets nothing pass, which is the safe side.
pub fn follow(place: &Place, waivers: &[Waiver], files: &[FileFacts]) -> Vec<Waiver> {
    // Without files there is nothing that a path could let pass.
    let Some(repository) = place.repository().filter(|_| !files.is_empty()) else {
        return waivers.to_vec();
    };
    let present: BTreeSet<&str> = files.iter().map(|f| f.path.as_str()).collect();
    let followed = |waiver: &Waiver| {
        let mut waiver = waiver.clone();
        let gone = waiver
            .path
            .clone()
            .filter(|path| is_file_path(path) && !present.contains(path.as_str()));
        if let Some(path) = gone
            && let Ok(Some(now)) = repository.renamed_to(&path)
        {
            waiver.path = Some(now);
        }
        waiver
    };
    waivers.iter().map(followed).collect()
}

/// Which files of a commit have another path in what is judged: old path to new one. What cannot be compared has none, so that a
/// finding in a file that went elsewhere counts as new.
pub fn since(place: &Place, commit: &str, content: &Content) -> BTreeMap<String, String> {
    let Some(repository) = place.repository() else {
        return BTreeMap::new();
    };
    let renames = match content {
        Content::Index => repository.renames_since(commit, Later::Index),
        Content::Revision(revision) => repository
            .resolve(revision)
            .and_then(|id| repository.renames_since(commit, Later::Commit(&id))),
        _ => return BTreeMap::new(),
    };
    renames.unwrap_or_default()
}

/// Names one file: no glob, and not the short name of a ref or the id of a commit, which have no ending.
fn is_file_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.contains('.') && !path.contains(['*', '?', '[', '{'])
}
