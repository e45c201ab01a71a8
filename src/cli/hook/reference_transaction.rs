//! `reference-transaction`: not judged yet.

use super::context::Context;

/// Runs the hook.
pub const fn run(_context: &Context<'_>) -> u8 {
    0
}
