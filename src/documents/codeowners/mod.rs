//! CODEOWNERS as GitHub and GitLab read it: who has to be asked about a path.

mod dialect;
mod matcher;
mod ownership;
mod parse;
#[cfg(test)]
mod tests;

pub use dialect::{Dialect, Located, Traces, locate};
pub use ownership::{Owned, SectionOwners, Usage};
pub use parse::{CodeOwners, Entry, Problem, ProblemKind, parse, unloaded};
