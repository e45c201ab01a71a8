//! The report as a comment below a merge or pull request, or as the summary of a step.
//!
//! What comes from a repository reaches the comment through `inert` alone: nothing in it formats, links, mentions or commands.

mod comment;
mod inert;

#[cfg(test)]
mod tests;

pub(super) use comment::write;
