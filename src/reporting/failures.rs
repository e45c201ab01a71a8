//! What could not be judged, for people.

use std::collections::BTreeMap;

use super::escape::one_line;
use super::paint::Paint;
use super::place;
use crate::domain::report::{Failure, FailureKind};
use crate::domain::rule::Severity;

/// Failures of one kind that are shown unless everything is asked for: a clone without its blobs fails for each of them.
const SHOWN: usize = 20;

/// `None` when everything could be judged.
pub(super) fn block(failures: &[Failure], paint: &Paint, full: bool) -> Option<String> {
    if failures.is_empty() {
        return None;
    }
    let mut text = format!(
        "{}\n",
        paint.severity(Severity::Error, &format!("could not be judged ({}):", failures.len()))
    );
    let mut seen: BTreeMap<FailureKind, usize> = BTreeMap::new();
    for failure in failures {
        let number = seen.entry(failure.kind).or_default();
        *number += 1;
        if full || *number <= SHOWN {
            text.push_str(&lines(failure, paint));
        }
    }
    let hidden = seen.into_iter().filter(|(_, count)| !full && *count > SHOWN);
    for (kind, count) in hidden {
        text.push_str(&format!(
            "  ... and {} more of {} (--full shows all)\n",
            count - SHOWN,
            kind.as_str()
        ));
    }
    Some(text)
}

fn lines(failure: &Failure, paint: &Paint) -> String {
    let lead = paint.severity(Severity::Error, &format!("failure[{}]", failure.kind.as_str()));
    // What to do about it stands on a line of its own.
    let (message, advice) = failure.message.split_once('\n').unwrap_or((&failure.message, ""));
    let mut text = format!("  {lead} {}\n", one_line(message));
    if let Some(place) = failure.location.as_ref().and_then(place::describe) {
        text.push_str(&format!("    {} {}\n", paint.arrow, paint.place(&place)));
    }
    if !advice.is_empty() {
        text.push_str(&format!("    help: {}\n", one_line(advice)));
    }
    text
}
