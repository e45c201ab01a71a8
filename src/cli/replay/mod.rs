//! `flowgate replay`: the merge-request gate over the merges of the past, so that a policy can be tuned before it is enforced.
mod arguments;
mod history;
mod line;
mod run;
mod then;

pub use arguments::{HELP, ReplayArguments};
pub use run::run;
