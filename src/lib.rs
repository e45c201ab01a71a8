//! flowgate judges every change by the same Rego policies, from a developer's commit to the Argo CD sync.
pub mod cli;
pub mod config;
pub mod delivery;
pub mod documents;
pub mod domain;
pub mod evaluation;
pub mod facts;
pub mod git;
pub mod policy;
pub mod reporting;
