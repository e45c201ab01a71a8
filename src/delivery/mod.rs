//! Documents to deliveries: what is delivered where, which file refers to which, what things are called. Pure.

pub mod application_set;
pub mod argocd;
pub mod condition;
pub mod context;
pub mod flux;
pub mod flux_join;
pub mod folder;
pub mod gate_command;
pub mod gate_jobs;
#[cfg(test)]
mod gate_jobs_tests;
pub mod gate_sources;
pub mod generators;
pub mod github_actions;
pub mod github_condition;
pub mod github_expression;
pub mod gitlab_ci;
pub mod gitlab_include;
pub mod gitlab_job;
pub mod gitlab_rules;
pub mod helm;
pub mod join;
pub mod kind;
pub mod kustomize;
pub mod kustomize_patch;
pub mod name_grammar;
pub mod parameters;
pub mod pin;
pub mod pipeline;
pub mod promoter;
pub mod reduce;
pub mod ref_pattern;
pub mod refs_knowledge;
pub mod repository_url;
pub mod revision;
pub mod site;
pub mod slots;
pub mod stage;
pub mod version;
pub mod version_application;
pub mod version_field;
pub mod words;

#[cfg(test)]
mod test_documents;
#[cfg(test)]
mod test_flow;

pub use context::Context;
pub use join::join;
pub use kind::kind_of;
pub use name_grammar::{NameGrammar, ParsedName};
pub use reduce::{Reduced, reduce};
pub use refs_knowledge::{KnownRefs, RefsKnowledge};
pub use words::{StageWords, tokens};
