//! Tests against repositories that the real git makes.

mod commits;
mod divergence;
mod files;
mod opening;
mod refs;
mod renames;
mod revisions;
pub(super) mod support;
mod verdicts;
mod writing;
