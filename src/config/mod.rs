//! `flowgate.yaml` and the profiles: layers of documents, validated against one table, merged, and turned into the `Flow`, levels and waivers.

mod adoption;
mod branches;
pub mod compare;
mod compare_keys;
#[cfg(test)]
mod compare_tests;
pub mod configuration;
pub mod discovery;
mod flow;
mod keys;
mod layers;
pub mod levels;
pub mod load;
mod naming;
pub mod path_glob;
pub mod problem;
pub mod profile;
mod read;
mod requires;
pub mod rules;
mod scalar;
pub mod schema;
mod shape;
mod stages;
mod tree;
pub mod waivers;

pub use adoption::Adopted;
pub use configuration::Configuration;
pub use load::{ConfigFile, Opened, Request, load};
pub use problem::{ConfigProblem, ProblemKind};
pub use profile::ProfileText;
pub use rules::KnownRule;
pub use tree::Origin;

#[cfg(test)]
mod bad_input_tests;
#[cfg(test)]
mod fixture_tests;
#[cfg(test)]
mod profile_tests;
#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod tests;
