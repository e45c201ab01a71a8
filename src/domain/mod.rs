//! The words of the house as plain types: no I/O, no serde, nothing that can fail.

pub mod change;
pub mod commit;
pub mod delivery;
pub mod file;
pub mod finding;
pub mod flow;
pub mod gate;
pub mod learnt;
pub mod location;
pub mod pattern;
pub mod refs;
pub mod release;
pub mod replay;
pub mod report;
pub mod repository;
pub mod revision;
pub mod rule;
pub mod stage;
pub mod target;
pub mod title;
pub mod update;
pub mod waiver;
pub mod weakening;
