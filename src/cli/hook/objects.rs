//! Whether what is judged is what Git reads afterwards: objects that a push would put in the place of others, and those it leaves out.

use super::context::os_variable;
use crate::domain::report::{Failure, FailureKind, Report};
use crate::domain::update::ProposedUpdate;
use crate::facts::Place;

/// Where Git looks for the objects that it reads instead of others (gitglossary, "replace").
const REPLACEMENTS: &str = "refs/replace/";

/// A replacement changes what every `git` on the server reads for a commit, tree or file that was judged long ago: what stands on `main`
/// would be another text without a push to `main`. A server whose Git does not look at replacements takes them, as they are nothing there.
///
/// # Errors
/// The sentence about the first of them.
pub fn keep_their_place(place: &Place, updates: &[ProposedUpdate]) -> Result<(), Failure> {
    let is_replacement = |update: &&ProposedUpdate| update.new.is_some() && update.reference.starts_with(REPLACEMENTS);
    let is_looked_at = || place.repository().is_none_or(|repository| repository.uses_replacements());
    match updates.iter().find(is_replacement).filter(|_| is_looked_at()) {
        None => Ok(()),
        Some(update) => Err(Failure {
            kind: FailureKind::Usage,
            message: format!(
                "{} makes Git on this server read another object than the one that was judged\n\
                 leave it out of the push; who runs the server lets replacements in by `git config core.useReplaceRefs false` there, as \
                 then nothing reads them",
                update.reference
            ),
            location: None,
        }),
    }
}

/// Why objects are missing that a report could not be made without, where Git tells it: a shallow clone pushed, and the server takes that
/// (`receive.shallowUpdate`).
pub fn advice(report: &Report) -> Option<String> {
    let is_shallow = os_variable("GIT_SHALLOW_FILE").is_some_and(|file| !file.is_empty());
    (is_shallow && !report.failures.is_empty()).then(|| {
        "this push comes from a shallow clone, and what that left out cannot be judged: git fetch --unshallow, then push again".to_owned()
    })
}
