//! flowgate judges every change by the same Rego policies, from a developer's commit to the Argo CD sync.
pub mod config;
pub mod documents;
pub mod domain;
pub mod git;
pub mod reporting;
pub mod policy;
pub mod reporting;
