//! What was not judged, and why: files nobody can read before they are rendered, rules whose facts are not there.

use std::collections::BTreeMap;

use crate::domain::delivery::{Delivery, DeliveryMode};
use crate::domain::file::{FileClass, FileFacts};
use crate::domain::gate::Gate;
use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Skip, SkipCause};
use crate::domain::revision::{Known, RevisionClass};
use crate::domain::rule::Reads;
use crate::facts::Facts;

use super::selection::{Selected, Selection};

/// Skips that follow from the facts, grouped by reason.
pub fn of_facts<V>(facts: &Facts<V>) -> Vec<Skip> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for file in &facts.files {
        if let Some(reason) = reason(&file.class) {
            *counts.entry(reason).or_default() += 1;
        }
    }
    for unresolved in &facts.rows.unresolved {
        *counts
            .entry(format!("{}: {}", unresolved.tool, unresolved.reason))
            .or_default() += 1;
    }
    if facts.embedded_applications > 0 {
        let reason = "Argo CD Applications inside templates; `helm template . | flowgate check -` judges them as rendered";
        counts.insert(reason.to_owned(), facts.embedded_applications);
    }
    let mut skips: Vec<Skip> = counts
        .into_iter()
        .map(|(reason, count)| Skip {
            rule: None,
            reason,
            count,
            cause: SkipCause::Nature,
            reads: None,
        })
        .collect();
    skips.extend(facts.skips.iter().cloned());
    skips
}

fn reason(class: &FileClass) -> Option<String> {
    match class {
        FileClass::Parsed | FileClass::Empty | FileClass::Unreadable { .. } => None,
        FileClass::Templated { by } => Some(format!("file is a template ({by}) and no document before it is rendered")),
        FileClass::Encrypted => Some("file is encrypted".to_owned()),
        FileClass::Excluded(exclusion) => Some(format!("file is {}", exclusion.as_str())),
        FileClass::TooLarge { limit, .. } => Some(format!("file is larger than {limit} bytes")),
        FileClass::NotText => Some("file is not text".to_owned()),
        FileClass::NotFollowed { what } => Some(format!("{what} is not followed")),
        FileClass::Broken { .. } => Some("file does not parse".to_owned()),
    }
}

/// Revisions of other repositories that are known by their spelling alone, where rules read deliveries. Told where a change is let in or
/// not: for developers every message that rests on such a one says so itself.
pub fn of_other_repositories<V>(gate: Gate, selection: &Selection, facts: &Facts<V>) -> Option<Skip> {
    let is_doubtful = |delivery: &&Delivery| {
        let revision = &delivery.revision;
        let is_spelt_out = revision.text.as_deref().is_some_and(|text| text.starts_with("refs/heads/"));
        delivery.mode == DeliveryMode::Follows
            && revision.class == RevisionClass::Branch
            && revision.known == Known::Grammar
            && !is_spelt_out
    };
    let reads = |rule: &Selected| rule.reads.contains(&Reads::Deliveries);
    if !gate.decides() || !selection.rules.iter().any(reads) {
        return None;
    }
    let count = facts.rows.deliveries.iter().filter(is_doubtful).count();
    (count > 0).then(|| Skip {
        rule: None,
        reason: "revisions of other repositories, known as branches by their spelling alone; `flowgate refs update` finds out"
            .to_owned(),
        count,
        cause: SkipCause::OtherRepository,
        reads: Some(Reads::Deliveries),
    })
}

/// Files that could not be read at all.
pub fn unreadable(files: &[FileFacts]) -> Vec<Failure> {
    let unreadable = |file: &FileFacts| match &file.class {
        FileClass::Unreadable { reason } => Some(Failure {
            kind: FailureKind::Io,
            message: format!("cannot be read: {reason}"),
            location: Some(Location::of_path(&file.path)),
        }),
        _ => None,
    };
    files.iter().filter_map(unreadable).collect()
}

/// Why a rule's facts are not there, if they are not.
pub fn missing_facts<V>(rule: &Selected, facts: &Facts<V>) -> Option<&'static str> {
    let has_git = facts.history.repository.is_some();
    rule.reads.iter().find_map(|reads| match reads {
        // Beside other facts a change is one more thing to look at, and `null` where there is none.
        Reads::Change if facts.history.change.is_none() && rule.reads.len() == 1 => Some("there is no merge request here"),
        Reads::Weakenings if facts.history.change.is_none() => Some("there is no merge request here"),
        Reads::Messages
        | Reads::Commits
        | Reads::Branches
        | Reads::Tags
        | Reads::Repository
        | Reads::Updates
        | Reads::Forks
        | Reads::Reach
        | Reads::Releases
            if !has_git =>
        {
            Some("no Git repository is looked at")
        }
        _ => None,
    })
}

/// The skips of rules without facts.
pub fn of_rules<V>(selection: &Selection, facts: &Facts<V>) -> Vec<Skip> {
    let skip = |rule: &Selected| {
        missing_facts(rule, facts).map(|reason| Skip {
            rule: Some(rule.id.clone()),
            reason: reason.to_owned(),
            count: 1,
            cause: SkipCause::Nature,
            reads: None,
        })
    };
    selection.rules.iter().filter_map(skip).collect()
}
