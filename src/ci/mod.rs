//! What a pipeline's environment says about the change that it runs for, one file per host. Pure: variables and the event's text in, a Change out.
//!
//! Sources: GitLab's list of predefined variables and how GitLab fills them, GitHub's webhook payloads and default variables. All of it is
//! text that the author of a change can choose; on GitLab the change's own pipeline file can even set the variables anew.

pub mod approvals;
pub mod environment;
pub mod landed;

mod event;
mod github;
mod gitlab;
mod variables;
mod wording;

#[cfg(test)]
mod tests;

pub use environment::{Environment, detect, event_path, read};
pub use landed::{Landed, merged, squashed};

use crate::domain::change::Host;

use wording::{called, request, when};

/// Why the environment tells of no change. Texts from outside are shown escaped and shortened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CiError {
    /// The pipeline runs for something else: a push, a tag, a schedule.
    #[error("this pipeline runs for no {}: {variable} is {}", request(*.host), variables::shown(.found))]
    OtherPipeline {
        host: Host,
        variable: &'static str,
        found: String,
    },
    /// A variable, or a key of the event, without which there is no change.
    #[error("{name} is not set")]
    Missing { host: Host, name: String },
    /// A variable, or a key of the event, that holds what the host never writes there.
    #[error("{name} is {}, not {expected}", variables::shown(.found))]
    Odd {
        host: Host,
        name: String,
        found: String,
        expected: &'static str,
    },
    /// The file of the event cannot be read as text.
    #[error("the event file {} cannot be read: {cause}", variables::shown(.path))]
    EventUnreadable { path: String, cause: String },
    /// The file of the event is no JSON. Line and column count from 1.
    #[error("{}:{line}:{column}: the event is not JSON: {cause}", variables::shown(.path))]
    EventNotJson {
        path: String,
        line: usize,
        column: usize,
        cause: String,
    },
}

impl CiError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let flags = "or say what the change is: --source BRANCH --target BRANCH --head COMMIT";
        match self {
            Self::OtherPipeline { host, .. } => format!("{}, {flags}", when(*host)),
            Self::Missing { host, name } => format!(
                "{} sets {name} in every pipeline of a {}: does the job unset it, or run in a container that does not get it? {}, {flags}",
                called(*host),
                request(*host),
                when(*host)
            ),
            Self::Odd { host, name, .. } => format!(
                "{} does not write that: see whether the pipeline sets {name} itself, {flags}",
                called(*host)
            ),
            Self::EventUnreadable { .. } | Self::EventNotJson { .. } => format!(
                "GITHUB_EVENT_PATH names the file: see that the job leaves it as it is and that a container gets it mounted, {flags}"
            ),
        }
    }
}
