//! Programs that run hooks for people: each says what its configuration must hold for flowgate to run, instead of a fight for the file.

pub mod framework;
pub mod hk;
pub mod husky;
pub mod lefthook;
pub mod runner;
pub mod yaml_lines;

pub use runner::{Edit, Found, Runner};
