//! What was not judged, and why: files nobody can read before they are rendered, rules whose facts are not there.

use std::collections::BTreeMap;

use crate::domain::file::{FileClass, FileFacts};
use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Skip};
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
        Reads::Messages | Reads::Commits | Reads::Branches | Reads::Tags | Reads::Repository | Reads::Updates | Reads::Forks
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
        })
    };
    selection.rules.iter().filter_map(skip).collect()
}
