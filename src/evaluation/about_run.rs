//! What a run knows of itself when everything was judged: what let findings pass, and what it could not judge.

use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Skip, SkipCause};
use crate::domain::repository::Head;
use crate::domain::rule::{Level, RuleId};
use crate::facts::Facts;
use crate::policy::Value;
use crate::policy::value::{object, optional_string as optional, string as text};

use super::row_input::at_value;
use super::run::Setup;
use super::selection::Selected;

/// `input.waivers` and `input.gaps`.
#[derive(Debug, Default)]
pub struct AboutRun {
    pub waivers: Vec<Value>,
    pub gaps: Vec<Value>,
}

/// What could not be judged, of what somebody can help with.
pub fn gaps<V>(setup: &Setup<'_>, facts: &Facts<V>, skips: &[Skip], failures: &[Failure]) -> Vec<Value> {
    let head = facts.history.repository.as_ref().map(|r| match &r.head {
        Head::Branch { reference, .. } | Head::Unborn { reference } => Location::of_ref(reference),
        Head::Detached { commit } => Location::of_commit(commit),
    });
    let at = head.unwrap_or_else(|| Location::of_commit(""));
    let of_skips = skips.iter().flat_map(|skip| of_skip(setup, skip, &at));
    let of_failures = failures.iter().map(|failure| of_failure(failure, &at));
    of_skips.chain(of_failures).collect()
}

/// One for each rule that was asked without these facts, or not at all.
fn of_skip(setup: &Setup<'_>, skip: &Skip, at: &Location) -> Vec<Value> {
    let Some(remedy) = skip.cause.remedy() else {
        return Vec::new();
    };
    let is_meant = |rule: &&Selected| match (&skip.rule, skip.reads) {
        (Some(id), _) => rule.id == *id,
        (None, Some(reads)) => rule.reads.contains(&reads),
        (None, None) => false,
    };
    let is_required = skip.cause.is_curable_here() || (skip.cause == SkipCause::OtherRepository && setup.refs_required);
    let gap = |rule: &Selected| {
        value(&Gap {
            rule: Some((&rule.id, rule.level)),
            reason: &skip.reason,
            remedy: Some(remedy),
            is_curable_here: skip.cause.is_curable_here(),
            is_required,
            is_failure: false,
            at,
        })
    };
    setup.selection.rules.iter().filter(is_meant).map(gap).collect()
}

fn of_failure(failure: &Failure, at: &Location) -> Value {
    value(&Gap {
        rule: None,
        reason: &failure.message,
        remedy: None,
        is_curable_here: failure.kind == FailureKind::Facts,
        is_required: true,
        is_failure: true,
        at: failure.location.as_ref().unwrap_or(at),
    })
}

struct Gap<'a> {
    rule: Option<(&'a RuleId, Level)>,
    reason: &'a str,
    remedy: Option<&'a str>,
    is_curable_here: bool,
    is_required: bool,
    is_failure: bool,
    at: &'a Location,
}

fn value(gap: &Gap<'_>) -> Value {
    object([
        ("rule", optional(gap.rule.map(|(id, _)| id.as_str()))),
        ("level", optional(gap.rule.map(|(_, level)| level.as_str()))),
        ("reason", text(gap.reason)),
        ("remedy", optional(gap.remedy)),
        ("is_curable_here", Value::from(gap.is_curable_here)),
        ("is_required", Value::from(gap.is_required)),
        ("is_failure", Value::from(gap.is_failure)),
        ("at", at_value(gap.at)),
    ])
}
