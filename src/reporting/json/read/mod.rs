//! A saved report back to a Report: strict about what it knows, silent about fields that a later flowgate has added.
//!
//! The shapes are those of the writing side, with texts of their own.

mod delivery;
mod finding;
mod report;

#[cfg(test)]
mod tests;

pub use report::read;
