//! What the terminal can do: colour, width, progress.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Colour on standard output only when it is a terminal that may have it.
pub fn wants_color() -> bool {
    std::io::stdout().is_terminal() && allows_color()
}

/// Whether a terminal may have colour: never under `NO_COLOR` (no-color.org), never a dumb one.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
pub fn allows_color() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
}

/// Columns to fill; a fixed number when nobody watches, so that output in files is the same everywhere.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
pub fn width() -> usize {
    const FALLBACK: usize = 110;
    if !std::io::stdout().is_terminal() {
        return FALLBACK;
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    columns.unwrap_or(FALLBACK).clamp(60, 160)
}

/// Whether somebody watches stderr.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

static COUNTS_CHANGES: AtomicBool = AtomicBool::new(false);

/// Counts changes on stderr for the rest of the run, in place of files.
pub fn changes(total: usize) -> ProgressBar {
    COUNTS_CHANGES.store(true, Ordering::Relaxed);
    if !is_watched() {
        return ProgressBar::hidden();
    }
    let length = u64::try_from(total).ok();
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} of {len} changes judged") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Counts files on stderr, from the moment the work has lasted a while, and only for people.
pub fn progress() -> ProgressBar {
    // One line at a time: where changes are counted, files are not.
    if !is_watched() || COUNTS_CHANGES.load(Ordering::Relaxed) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} files looked at") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
