//! Rego policies: where they come from, what each rule declares, the checks before loading, one query per rule. Alone knows regorus.
mod built;
mod builtins;
mod code;
mod deferred;
mod engine;
mod front_end;
mod go_text;
mod heads;
mod lexemes;
mod listed;
mod loading;
mod mentions;
mod metadata;
mod near;
mod nesting;
mod package;
mod patterns;
mod problem;
mod references;
pub mod rego_tests;
mod regorus_error;
mod rule_set;
#[cfg(test)]
mod rule_set_tests;
pub mod source;
mod sprintf;
mod syntax;
#[cfg(test)]
mod tests;
pub mod value;
pub mod violation;

pub use code::code_of;
pub use deferred::{Deferred, Workers};
pub use engine::{Engine, Limits, RuleFailure, Worker};
pub use front_end::{Checked, check_everything};
pub use listed::Listed;
pub use mentions::Mentions;
pub(crate) use near::nearest;
pub use problem::{PolicyError, Problem};
pub use regorus::Value;
pub use rule_set::{Library, Rule, RuleSet};
pub use source::{Origin, PolicyFile};
pub use violation::{At, Violation};
