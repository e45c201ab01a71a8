//! Findings that are one to a person become one: sixty elements of one generator, the same file on several branches.

use std::collections::BTreeMap;

use crate::domain::finding::{Finding, Related};
use crate::domain::location::Location;
use crate::domain::rule::RuleId;

use super::finding::Draft;
use super::fingerprint::{Fingerprints, Identity};

/// Sorts drafts into the report's order, merges what belongs together, and gives fingerprints. `commits` is the order of commits.
pub fn merge(mut drafts: Vec<Draft>, commits: &BTreeMap<&str, usize>) -> Vec<Finding> {
    drafts.sort_by(|a, b| order(a, commits).cmp(&order(b, commits)));
    drafts.dedup_by(|a, b| a.finding == b.finding && a.subject == b.subject);
    let merged = one_place(across_branches(drafts));
    let mut fingerprints = Fingerprints::default();
    merged
        .into_iter()
        .map(|draft| {
            let mut finding = draft.finding;
            let location = &finding.location;
            let place = location
                .path
                .as_ref()
                .or(location.reference.as_ref())
                .or(location.commit.as_ref());
            finding.fingerprint = fingerprints.give(Identity {
                rule: &draft.oldest_id,
                place: place.map_or("", String::as_str),
                subject: &draft.subject,
            });
            finding
        })
        .collect()
}

/// Files first, by path and place; then refs; then commits, newest first as the history has them.
fn order<'a>(draft: &'a Draft, commits: &BTreeMap<&str, usize>) -> impl Ord + use<'a> {
    let finding = &draft.finding;
    let location = &finding.location;
    let commit = location
        .commit
        .as_deref()
        .map(|id| commits.get(id).copied().unwrap_or(usize::MAX));
    (
        location.path.is_none(),
        location.path.as_deref(),
        location.reference.is_none(),
        location.reference.as_deref(),
        commit,
        location.span,
        location.document,
        finding.rule.clone(),
        &location.pointer,
        &location.branch,
        finding.message.as_str(),
    )
}

/// A finding that several branches share is told for the first of them; the others are named.
fn across_branches(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::new();
    let mut at: BTreeMap<(RuleId, Location, String), usize> = BTreeMap::new();
    for draft in drafts {
        if draft.finding.location.branch.is_none() {
            kept.push(draft);
            continue;
        }
        let location = &draft.finding.location;
        let key = Location {
            branch: None,
            span: None,
            ..location.clone()
        };
        let key = (draft.finding.rule.clone(), key, draft.finding.message.clone());
        let twin = at.get(&key).and_then(|i| kept.get_mut(*i));
        if let Some(twin) = twin {
            let branch = location.branch.as_deref().unwrap_or("");
            twin.finding.related.push(Related {
                message: format!("also on branch {branch}"),
                location: draft.finding.location,
            });
        } else {
            at.insert(key, kept.len());
            kept.push(draft);
        }
    }
    kept
}

/// Findings of one rule at one place in one file are one finding; what the others say is related to it.
fn one_place(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::new();
    let mut more: BTreeMap<usize, usize> = BTreeMap::new();
    let mut at: BTreeMap<(RuleId, Location), usize> = BTreeMap::new();
    for draft in drafts {
        let location = &draft.finding.location;
        if location.path.is_none() || location.span.is_none() {
            kept.push(draft);
            continue;
        }
        let key = (draft.finding.rule.clone(), location.clone());
        let first = at.get(&key).and_then(|i| kept.get_mut(*i).map(|d| (*i, d)));
        if let Some((position, first)) = first {
            *more.entry(position).or_default() += 1;
            first.finding.severity = first.finding.severity.max(draft.finding.severity);
            first.finding.related.push(Related {
                message: draft.finding.message,
                location: draft.finding.location,
            });
        } else {
            at.insert(key, kept.len());
            kept.push(draft);
        }
    }
    for (position, count) in more {
        if let Some(draft) = kept.get_mut(position) {
            draft
                .finding
                .message
                .push_str(&format!(" (and {count} more from this one place)"));
        }
    }
    kept
}
