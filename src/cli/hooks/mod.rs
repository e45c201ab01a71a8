//! `flowgate hooks`: puts the scripts of `hooks/` where Git looks for them, takes them away again, and says what stands there.

pub mod doctor;
pub mod install;
pub mod place;
pub mod plan;
pub mod run;
pub mod runners;
pub mod script;
pub mod standing;
pub mod status;
pub mod uninstall;

pub use run::run;
