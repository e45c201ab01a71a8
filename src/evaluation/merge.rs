//! Findings that are one to a person become one: sixty elements of one generator, the same file on several branches.

use std::collections::BTreeMap;

use crate::domain::commit::CommitOrder;
use crate::domain::finding::{Draft, Finding, Related};
use crate::domain::location::Location;
use crate::domain::rule::RuleId;

use super::fingerprint::{Fingerprints, Identity};

/// What the order of a report follows beside the places themselves.
#[derive(Debug, Default)]
pub struct Order<'a> {
    /// Commits as the history has them, newest first.
    pub commits: Option<&'a CommitOrder>,
    /// Short name of the branch that stands for the others.
    pub default_branch: Option<&'a str>,
}

/// Sorts drafts into the report's order, merges what belongs together, and gives fingerprints.
pub fn merge(mut drafts: Vec<Draft>, order: &Order<'_>, mut fingerprints: Fingerprints) -> Vec<Finding> {
    drafts.sort_by(|a, b| order.key(&a.finding).cmp(&order.key(&b.finding)));
    drafts.dedup_by(|a, b| a.finding == b.finding && a.subject == b.subject);
    let merged = one_place(across_branches(drafts));
    merged
        .into_iter()
        .map(|draft| {
            let mut finding = draft.finding;
            let location = &finding.location;
            let place = location
                .path
                .as_ref()
                .or(location.reference.as_ref())
                .or(location.commit.as_ref())
                .or(location.change.as_ref());
            finding.fingerprint = fingerprints.give(Identity {
                rule: &draft.oldest_id,
                place: place.map_or("", String::as_str),
                subject: &draft.subject,
            });
            finding
        })
        .collect()
}

impl Order<'_> {
    /// Sorts findings that were merged apart from each other.
    pub fn sort(&self, findings: &mut [Finding]) {
        findings.sort_by(|a, b| self.key(a).cmp(&self.key(b)));
    }

    /// Files first, by path and place; then refs; then commits, newest first as the history has them.
    fn key<'d>(&self, finding: &'d Finding) -> impl Ord + use<'d> {
        let location = &finding.location;
        let commit = location
            .commit
            .as_deref()
            .map(|id| self.commits.and_then(|order| order.position(id)).unwrap_or(usize::MAX));
        // Before the line: what branches share is told for the default branch, wherever it stands there.
        let is_other_branch = location.branch.as_deref() != self.default_branch;
        (
            location.path.is_none(),
            location.path.as_deref(),
            location.reference.is_none(),
            (location.reference.as_deref(), &location.change),
            commit,
            is_other_branch,
            &location.branch,
            location.span,
            location.document,
            finding.rule.clone(),
            &location.pointer,
            finding.message.as_str(),
        )
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::location::Span;
    use crate::domain::rule::Severity;

    fn draft(path: &str, line: u32, branch: Option<&str>, message: &str) -> Draft {
        let mut location = Location::of_span(path, Span::point(line, 1));
        location.pointer = Some("/spec".to_owned());
        location.branch = branch.map(str::to_owned);
        Draft {
            is_off: false,
            is_undecided: false,
            finding: Finding {
                rule: RuleId::parse("a/b").unwrap(),
                severity: Severity::Error,
                title: "t".to_owned(),
                message: message.to_owned(),
                fix: None,
                fingerprint: String::new(),
                location,
                related: Vec::new(),
                excerpt: None,
                evidence: Vec::new(),
                edits: Vec::new(),
            },
            subject: "/spec".to_owned(),
            oldest_id: "a/b".to_owned(),
        }
    }

    fn check(drafts: Vec<Draft>) -> Vec<Finding> {
        merge(
            drafts,
            &Order {
                default_branch: Some("main"),
                ..Order::default()
            },
            Fingerprints::default(),
        )
    }

    #[test]
    fn findings_come_in_the_order_of_path_and_line() {
        let found = check(vec![
            draft("b", 1, None, "x"),
            draft("a", 9, None, "y"),
            draft("a", 2, None, "z"),
        ]);
        let places: Vec<_> = found
            .iter()
            .map(|f| (f.location.path.as_deref(), f.location.span.map(|s| s.start.line)))
            .collect();
        assert_eq!(places, [(Some("a"), Some(2)), (Some("a"), Some(9)), (Some("b"), Some(1))]);
    }

    #[test]
    fn a_finding_on_several_branches_is_told_for_the_default_branch_even_when_its_line_differs() {
        let found = check(vec![draft("a", 1, Some("dev"), "x"), draft("a", 4, Some("main"), "x")]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].location.branch.as_deref(), Some("main"));
        assert_eq!(found[0].related[0].message, "also on branch dev");
    }

    #[test]
    fn several_findings_of_one_rule_at_one_place_are_told_once_with_a_count() {
        let found = check((0..60).map(|i| draft("a", 1, None, &format!("element {i:02}"))).collect());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "element 00 (and 59 more from this one place)");
        assert_eq!(found[0].related.len(), 59);
    }

    #[test]
    fn the_same_answer_given_twice_counts_once() {
        assert_eq!(
            check(vec![draft("a", 1, None, "x"), draft("a", 1, None, "x")])[0].message,
            "x"
        );
    }

    #[test]
    fn a_fingerprint_does_not_know_lines() {
        let one = check(vec![draft("a", 1, None, "x")]);
        let moved = check(vec![draft("a", 7, None, "x")]);
        assert_eq!(one[0].fingerprint, moved[0].fingerprint);
    }
}
