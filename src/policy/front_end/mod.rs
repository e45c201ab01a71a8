//! Checks of policies before they run, over their parsed text: what regorus would notice late, only in part, or never.
mod aliases;
mod calls;
mod check;
mod collisions;
mod cycles;
#[cfg(test)]
mod tests;

pub(crate) use check::check;
pub use check::{Checked, check_everything};
