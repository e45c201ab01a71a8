//! Waivers follow Git's renames: one that names a file which is gone names the file that it became.

use std::collections::BTreeSet;

use crate::domain::file::FileFacts;
use crate::domain::waiver::Waiver;

use super::place::Place;

/// The waivers, those of renamed files with the present path. A rename that cannot be followed leaves the waiver as it is: it then
/// lets nothing pass, which is the safe side.
pub fn follow(place: &Place, waivers: &[Waiver], files: &[FileFacts]) -> Vec<Waiver> {
    let Some(repository) = place.repository() else {
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

/// Names one file: no glob, and not the short name of a ref or the id of a commit, which have no ending.
fn is_file_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.contains('.') && !path.contains(['*', '?', '[', '{'])
}
