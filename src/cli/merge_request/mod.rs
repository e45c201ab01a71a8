//! `flowgate merge-request`: a merge or pull request, judged by what its target trusts.
mod arguments;
mod change;
mod deepen;
mod gate_change;
mod run;
mod trust;

pub use arguments::{HELP, MergeRequestArguments};
pub use run::run;
pub(in crate::cli) use run::{name_of, plan, target};
