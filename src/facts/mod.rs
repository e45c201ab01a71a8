//! Target to Facts: opens what is named, reads what the enabled rules need, and reduces documents to rows. Judges nothing.

pub mod adoption;
pub mod baseline;
pub mod change;
mod changed_values;
pub mod comments;
pub mod configuration;
pub mod critical_paths;
pub mod documents;
pub mod files;
pub mod forks;
pub mod gather;
pub mod history;
pub mod index;
pub mod landing;
pub mod memory;
pub mod messages;
pub mod needs;
pub mod owners;
mod past_versions;
pub mod place;
pub mod reach;
pub mod refs_lock;
pub mod releases;
pub mod renames;
pub mod sources;
pub mod surroundings;
pub mod updates;
pub mod values;
pub mod weakenings;

pub use gather::{Facts, Request, gather};
pub use needs::Needs;
pub use place::{FactsError, Place};
