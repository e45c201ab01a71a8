//! What the run could not do: failures, what was not looked at, and what a limit left out.

use serde_json::{Value, json};

use super::location::{anchor, of};
use super::result::plain;
use super::rule::Rules;
use crate::domain::report::{Failure, Report, Skip};
use crate::reporting::escape::one_line;
use crate::reporting::subject::failure_sentence;

/// Failures first; after them what is left out, which nobody must miss either.
pub(super) fn all(report: &Report, rules: &Rules<'_>, results_left_out: usize) -> Vec<Value> {
    let anchor = anchor(report);
    let failures = report.failures.iter().map(|failure| of_failure(failure, anchor));
    let cuts = [(results_left_out, "results"), (rules.left_out, "rules")];
    let cuts = cuts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| cut(count, what));
    let skips = report.skips.iter().map(|skip| of_skip(skip, rules));
    failures.chain(cuts).chain(skips).collect()
}

fn of_failure(failure: &Failure, anchor: &str) -> Value {
    let mut notification = json!({
        "descriptor": {"id": format!("failure/{}", failure.kind.as_str())},
        "level": "error",
        "message": {"text": plain(&failure_sentence(failure))},
    });
    if let Some(location) = &failure.location {
        notification["locations"] = json!([of(location, anchor)]);
    }
    notification
}

fn of_skip(skip: &Skip, rules: &Rules<'_>) -> Value {
    let rule = skip.rule.as_ref().map_or("every rule", |rule| rule.as_str());
    let text = format!("{rule}: {} x {}", skip.count, one_line(&skip.reason));
    let mut notification = json!({
        "descriptor": {"id": "skip"},
        "level": "note",
        "message": {"text": plain(&text)},
    });
    if let Some(rule) = &skip.rule {
        notification["associatedRule"] = match rules.index(rule) {
            Some(index) => json!({"id": rule.as_str(), "index": index}),
            None => json!({"id": rule.as_str()}),
        };
    }
    notification
}

fn cut(count: usize, what: &str) -> Value {
    let text = format!("{count} {what} are left out, because GitHub's upload takes no more. The JSON report holds all of them.");
    json!({"descriptor": {"id": "cut"}, "level": "warning", "message": {"text": text}})
}
