//! Checks of policies before they run, over their parsed text: what regorus would notice late, only in part, or never.
mod check;

pub(crate) use check::check_foreign;
