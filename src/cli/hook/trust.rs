//! By whose configuration and policies a server judges: never by those that are just pushed.

use super::context::Context;
use crate::cli::trust::Trusted;
use crate::domain::report::{Failure, FailureKind};
use crate::domain::repository::Head;
use crate::domain::target::Content;
use crate::facts::Place;

/// The revision that the operator named, else the default branch as it is now; the built-in rules while there is neither.
///
/// # Errors
/// When the operator named a revision that is not there, in a repository that has some: nothing else may stand in for it.
pub fn trusted(context: &Context<'_>, place: &Place) -> Result<Trusted, Failure> {
    let unreadable = |message: String| Failure {
        kind: FailureKind::Facts,
        message,
        location: None,
    };
    let built_in = |why: String| Trusted {
        origin: Content::Nothing,
        branch: None,
        name: why,
    };
    let Some(repository) = place.repository() else {
        return Ok(built_in("there is no repository".to_owned()));
    };
    if let Some(named) = &context.options.policies_from {
        // A branch first: anybody may push a tag of the same name.
        let branch = format!("refs/heads/{}", named.strip_prefix("refs/heads/").unwrap_or(named));
        if let Ok(commit) = repository.resolve(&branch) {
            return Ok(Trusted {
                origin: Content::Revision(commit),
                branch: Some(branch),
                name: named.clone(),
            });
        }
        return match repository.resolve(named) {
            Ok(commit) => Ok(Trusted {
                origin: Content::Revision(commit),
                branch: None,
                name: named.clone(),
            }),
            Err(_) if repository.ref_commits().is_ok_and(|commits| commits.is_empty()) => {
                Ok(built_in("the repository is empty".to_owned()))
            }
            Err(error) => Err(unreadable(format!(
                "--policies-from {named}: {error}\nwho runs the server names a branch that is there, or leaves the option out"
            ))),
        };
    }
    match repository.head().map_err(|error| unreadable(error.to_string()))? {
        Head::Branch { reference, commit } => Ok(Trusted {
            origin: Content::Revision(commit),
            name: reference.strip_prefix("refs/heads/").unwrap_or(&reference).to_owned(),
            branch: Some(reference),
        }),
        Head::Detached { commit } => Ok(Trusted {
            origin: Content::Revision(commit),
            branch: None,
            name: "HEAD".to_owned(),
        }),
        Head::Unborn { reference } => Ok(built_in(format!("{reference} does not exist yet"))),
    }
}
