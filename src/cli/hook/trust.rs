//! By whose configuration and policies a server judges: never by those that are just pushed.

use super::context::Context;
use crate::domain::report::{Failure, FailureKind, Report};
use crate::domain::repository::Head;
use crate::domain::target::Content;
use crate::facts::Place;

/// The state that configuration and policies are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    pub origin: Content,
    /// Full name of the branch that `origin` is the present state of, if it is one.
    pub branch: Option<String>,
    /// How a person calls it: `main`, `HEAD`; why there is none.
    name: String,
}

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

impl Trusted {
    /// The same with the built-in rules, and why.
    pub fn replaced_by_built_in(&self) -> Self {
        Self {
            origin: Content::Nothing,
            branch: self.branch.clone(),
            name: format!("the configuration of {} cannot be used", self.name),
        }
    }

    /// How a person calls the state.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// By what a report judged, in one line.
    pub fn line(&self, context: &Context<'_>, report: &Report) -> String {
        let model = &context.options.rules.model;
        let configuration = match (&model.config, report.trust.source.as_str()) {
            (Some(path), _) => format!("{} on the server", path.display()),
            (None, "revision") => {
                let commit: String = report.trust.revision.iter().flat_map(|id| id.chars().take(10)).collect();
                format!("the configuration of {} at {commit}", self.name)
            }
            (None, _) if self.origin == Content::Nothing => format!("the built-in rules ({})", self.name),
            (None, _) => format!("the built-in rules ({} has no configuration)", self.name),
        };
        let policies = model.policies.as_ref();
        let policies = policies.map(|path| format!(", with the rules in {} on the server", path.display()));
        format!("judged by {configuration}{}", policies.unwrap_or_default())
    }
}
