//! Facts before rules: selects the enabled ones, hands each its input, and gathers findings and failures into one report. Pure.

pub mod about_run;
pub mod absorb;
pub mod baselined;
pub mod branches;
pub mod change_input;
pub mod document_input;
pub mod document_judge;
pub mod finding;
pub mod fingerprint;
pub mod flow_input;
pub mod git_input;
pub mod introduced;
pub mod known_sets;
pub mod merge;
pub mod message_judge;
pub mod outcome;
mod owners_input;
pub mod row_input;
pub mod run;
pub mod selection;
pub mod set_rules;
pub mod skips;
pub mod unquoted;
pub mod update_input;
pub mod versions;
pub mod waiver_input;
pub mod waivers;
mod weakening_input;

pub use document_judge::DocumentJudge;
pub use message_judge::MessageJudge;
pub use run::{Setup, run};
pub use selection::{Selected, Selection};
