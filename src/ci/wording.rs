//! How messages call a host and what it hosts.

use crate::domain::change::Host;

pub(super) const fn called(host: Host) -> &'static str {
    match host {
        Host::GitLab => "GitLab",
        Host::GitHub => "GitHub",
    }
}

pub(super) const fn request(host: Host) -> &'static str {
    match host {
        Host::GitLab => "merge request",
        Host::GitHub => "pull request",
    }
}

/// The lines that make the job run for a change.
pub(super) const fn when(host: Host) -> &'static str {
    match host {
        Host::GitLab => "give the job `rules: [{if: $CI_PIPELINE_SOURCE == \"merge_request_event\"}]`",
        Host::GitHub => {
            "let the workflow run `on: {pull_request: {types: [opened, synchronize, reopened, edited]}, merge_group: {}}`"
        }
    }
}
