//! The waiver comments of the revision that is trusted, for the files that hold such comments in what is judged.

use std::collections::{BTreeMap, BTreeSet};

use crate::documents::{Limits, parse};
use crate::domain::file::FileFacts;
use crate::domain::target::Content;
use crate::domain::waiver::CommentIdentity;

use super::configuration::read_up_to;
use super::place::{FactsError, Place};
use super::renames::since;

/// The comments that files of these paths, or those that they were renamed from, have in the tree of `commit`, an object id. `content`
/// is what is judged. Files without a comment are not read: they have nothing to ask for.
///
/// # Errors
/// When a file of the trusted revision is there and cannot be read.
pub fn trusted(
    place: &Place,
    commit: &str,
    content: &Content,
    files: &[FileFacts],
) -> Result<BTreeSet<CommentIdentity>, FactsError> {
    let with_comments: BTreeSet<&str> = files
        .iter()
        .filter(|file| !file.waivers.is_empty())
        .map(|file| file.path.as_str())
        .collect();
    let mut found = BTreeSet::new();
    if with_comments.is_empty() {
        return Ok(found);
    }
    let former: BTreeMap<String, String> = since(place, commit, content)
        .into_iter()
        .map(|(old, new)| (new, old))
        .collect();
    let state = Content::Revision(commit.to_owned());
    let limits = Limits::default();
    for path in with_comments {
        let then = former.get(path).map_or(path, String::as_str);
        if let Some(bytes) = read_up_to(place, &state, then, limits.bytes)? {
            let comments = parse(then, &bytes, &limits).waivers;
            found.extend(comments.iter().map(|comment| comment.identity(path)));
        }
    }
    Ok(found)
}
