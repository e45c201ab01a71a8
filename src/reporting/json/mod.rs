//! The report as JSON, version 1; `schemas/report-v1.schema.json` says the same for readers.
//!
//! Own structs, so that the domain may change without changing what others read. Fields may be added, never changed. A field that
//! the schema does not require is left out when unknown; every other one is always present.

mod delivery;
mod finding;
mod read;
mod report;

#[cfg(test)]
mod tests;

pub use read::read;
pub use report::SCHEMA;
pub(super) use report::write;
