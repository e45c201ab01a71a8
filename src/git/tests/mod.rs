//! Tests against repositories that the real git makes.

mod commits;
mod divergence;
mod files;
mod opening;
mod refs;
mod renames;
mod revisions;
mod support;
mod verdicts;
mod writing;
