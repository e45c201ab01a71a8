//! The change that is meant: what the host's environment says, and over it what was typed.

use std::collections::BTreeMap;

use super::arguments::MergeRequestArguments;
use crate::ci::{self, CiError, Environment};
use crate::domain::change::Change;
use crate::domain::report::{Failure, FailureKind};
use crate::facts::Place;

/// The change of this pipeline.
///
/// # Errors
/// When neither the environment nor the arguments say which change it is.
pub(super) fn change(place: &Place, arguments: &MergeRequestArguments) -> Result<Change, Failure> {
    let variables = variables();
    let host = arguments.host.or_else(|| ci::detect(&variables));
    let said = match host {
        Some(host) => {
            let event = ci::event_path(host, &variables);
            let text = event.map(|path| {
                std::fs::read_to_string(path).map_err(|error| CiError::EventUnreadable {
                    path: path.to_owned(),
                    cause: error.to_string(),
                })
            });
            text.transpose().and_then(|text| {
                ci::read(
                    host,
                    Environment {
                        variables: &variables,
                        event: text.as_deref(),
                    },
                )
            })
        }
        None => Ok(Change::default()),
    };
    // Who types both ends needs no host.
    let is_typed = arguments.target.is_some();
    let said = match said {
        Err(_) if is_typed => Change::default(),
        said => said.map_err(|error| usage(format!("{error}\n{}", error.hint())))?,
    };
    let mut change = overlaid(said, arguments);
    if change.source.branch.is_none() {
        change.source.branch = current_branch(place);
    }
    if change.target.branch.is_none() {
        return Err(usage(
            "no pipeline of a merge or pull request runs here, so the change is not known\n\
             name its target: flowgate merge-request --target main, and --source where HEAD is on no branch"
                .to_owned(),
        ));
    }
    if let Some(path) = &arguments.approvals {
        let text = std::fs::read_to_string(path).map_err(|error| usage(format!("--approvals {}: {error}", path.display())))?;
        let approved = ci::approvals::read(&text).map_err(|error| usage(format!("--approvals {}: {error}", path.display())))?;
        change.approved_by = Some(approved);
    }
    Ok(change)
}

fn overlaid(mut change: Change, arguments: &MergeRequestArguments) -> Change {
    let typed = |typed: &Option<String>, said: Option<String>| typed.clone().or(said);
    change.source.branch = typed(&arguments.source, change.source.branch);
    change.source.commit = typed(&arguments.head, change.source.commit);
    change.target.commit = typed(&arguments.target_tip, change.target.commit);
    if arguments.target.is_some() && arguments.target != change.target.branch {
        // What the host said of the branch it named holds for no other.
        change.target.branch.clone_from(&arguments.target);
        change.target.is_protected = None;
        change.target.commit.clone_from(&arguments.target_tip);
    }
    change.title = typed(&arguments.title, change.title);
    if arguments.description.is_some() {
        change.description.clone_from(&arguments.description);
        change.is_description_cut = false;
    }
    if !arguments.labels.is_empty() {
        change.labels.clone_from(&arguments.labels);
    }
    change.author = typed(&arguments.author, change.author);
    change.squash = arguments.squash.or(change.squash);
    change.is_draft = arguments.draft.or(change.is_draft);
    change
}

fn current_branch(place: &Place) -> Option<String> {
    let head = place.repository()?.head().ok()?;
    head.reference()?.strip_prefix("refs/heads/").map(str::to_owned)
}

/// Every variable as text: a name or value that is not UTF-8 is none of a host's.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
fn variables() -> BTreeMap<String, String> {
    let text =
        |(name, value): (std::ffi::OsString, std::ffi::OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text).collect()
}

fn usage(message: String) -> Failure {
    Failure {
        kind: FailureKind::Usage,
        message,
        location: None,
    }
}
