//! Which host's pipeline this is, and the Change that it runs for.

use std::collections::BTreeMap;

use crate::domain::change::{Change, Host};

use super::variables::Variables;
use super::{CiError, github, gitlab};

/// What a pipeline hands to its jobs.
#[derive(Debug, Clone, Copy)]
pub struct Environment<'a> {
    pub variables: &'a BTreeMap<String, String>,
    /// Text of the file that [`event_path`] names.
    pub event: Option<&'a str>,
}

/// The host whose job these are the variables of. Gitea's and Forgejo's Actions set GitHub's variables and are read as GitHub.
pub fn detect(variables: &BTreeMap<String, String>) -> Option<Host> {
    let variables = Variables(variables);
    let is_set = |name| variables.text(name).is_some_and(|value| value != "false");
    if is_set("GITLAB_CI") {
        Some(Host::GitLab)
    } else if is_set("GITHUB_ACTIONS") {
        Some(Host::GitHub)
    } else {
        None
    }
}

/// Where the host has laid a file that tells of the change; `None` where variables are all there is.
pub fn event_path(host: Host, variables: &BTreeMap<String, String>) -> Option<&str> {
    match host {
        Host::GitLab => None,
        Host::GitHub => Variables(variables).text("GITHUB_EVENT_PATH"),
    }
}

/// The change that the pipeline runs for, as the host tells it: what it leaves out stays `None`.
///
/// - `source.commit` is the tip of the source branch, not the merge that the host has checked out. In a merge queue it is the group's tip:
///   GitHub tells no other.
/// - `target.commit` is there only where the host says the target's tip as of this pipeline. GitLab's merge train and GitHub's `base.sha` and
///   `base_sha` do not: the former is the tip of the change before in the train, `base.sha` stays behind when the target moves on. They are
///   the `base_hint`.
///
/// # Errors
/// When the pipeline runs for no change, lacks a fact without which there is none, or holds what the host never writes.
pub fn read(host: Host, environment: Environment<'_>) -> Result<Change, CiError> {
    let variables = Variables(environment.variables);
    match host {
        Host::GitLab => gitlab::read(variables),
        Host::GitHub => {
            let path = event_path(host, environment.variables);
            match (environment.event, path) {
                (None, Some(path)) => Err(CiError::EventUnreadable {
                    path: path.to_owned(),
                    cause: "nobody has read it".to_owned(),
                }),
                (event, path) => github::read(variables, event, path.unwrap_or("event")),
            }
        }
    }
}
