//! Rego policies: where they come from, what each rule declares, the checks before loading, one query per rule. Alone knows regorus.
#[expect(dead_code, reason = "the checks before loading come next")]
mod builtins;
mod engine;
mod front_end;
mod go_text;
mod lexemes;
mod loading;
mod metadata;
mod near;
mod nesting;
mod package;
mod problem;
pub mod rego_tests;
mod regorus_error;
mod rule_set;
pub mod source;
mod sprintf;
#[expect(dead_code, reason = "the checks before loading come next")]
mod syntax;
#[cfg(test)]
mod tests;
pub mod value;
pub mod violation;

pub use engine::{Engine, Limits, RuleFailure, Worker};
pub use problem::{PolicyError, Problem};
pub use regorus::Value;
pub use rule_set::{Library, Rule, RuleSet};
pub use source::{Origin, PolicyFile};
pub use violation::{At, Violation};
