//! What a change does to the gate that judges it. The head's configuration is read as data, and its Rego is compared as text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::compare::{Side, compare};
use crate::config::{Configuration, path_glob};
use crate::delivery::{gate_jobs, gate_sources};
use crate::documents::document::Document;
use crate::documents::parse::{Limits, parse};
use crate::domain::change::ProposedChange;
use crate::domain::file::FileClass;
use crate::domain::location::Location;
use crate::domain::report::Failure;
use crate::domain::rule::{Level, RuleId};
use crate::domain::target::Content;
use crate::domain::weakening::{Direction, Weakening, WeakeningKind as Kind};
use crate::git::{Content as Read, EntryKind, FileEntry, Repository};
use crate::policy::{Rule, RuleSet, code_of};

use super::configuration::folder;
use super::place::{FactsError, Place};

/// Pipelines are written by hand; bytes.
const LIMIT: u64 = 1024 * 1024;
/// Files of pipelines that are read at one end.
const MOST: usize = 1000;

/// Configuration and rules of one state of the repository.
#[derive(Debug, Clone)]
pub struct GateState {
    /// Object id of the commit.
    pub commit: String,
    pub configuration: Configuration,
    pub rules: Arc<RuleSet>,
    /// The configuration file; `None` where there is none.
    pub path: Option<String>,
}

/// The gate before and after a change. What cannot be loaded says why.
#[derive(Debug)]
pub struct GateChange {
    /// Where the change began.
    pub base: Result<GateState, Vec<Failure>>,
    pub head: Result<GateState, Vec<Failure>>,
    /// What judges; `None` where that is no state of this repository.
    pub trusted: Option<GateState>,
}

/// What the change does, sorted: only what it does itself, and only where it leads elsewhere than what is trusted.
///
/// # Errors
/// When files of one of the two states cannot be read.
pub fn read(
    place: &Place,
    repository: &Repository,
    proposed: &ProposedChange,
    gate: &GateChange,
) -> Result<Vec<Weakening>, FactsError> {
    let mut rows = match (&gate.base, &gate.head) {
        (Ok(base), Ok(head)) => own_differences(place, base, head, gate.trusted.as_ref())?,
        (Ok(base), Err(failures)) => vec![broken(base, failures)],
        // Nothing to compare with, so what the change mended is compared with what is trusted.
        (Err(_), Ok(head)) => match &gate.trusted {
            Some(trusted) => differences(place, trusted, head)?,
            None => Vec::new(),
        },
        (Err(_), Err(_)) => Vec::new(),
    };
    rows.extend(jobs(repository, proposed)?);
    rows.sort();
    rows.dedup();
    Ok(rows)
}

fn own_differences(
    place: &Place,
    base: &GateState,
    head: &GateState,
    trusted: Option<&GateState>,
) -> Result<Vec<Weakening>, FactsError> {
    let own = differences(place, base, head)?;
    let Some(trusted) = trusted.filter(|trusted| trusted.commit != base.commit && !own.is_empty()) else {
        return Ok(own);
    };
    // What the trusted state has come to say meanwhile is no difference that this change makes, nor is taking it over one.
    let mut rows = differences(place, trusted, head)?;
    rows.retain(|row| own.iter().any(|other| row.is_about(other)));
    Ok(rows)
}

fn differences(place: &Place, before: &GateState, after: &GateState) -> Result<Vec<Weakening>, FactsError> {
    let (rules_before, rules_after) = (own_levels(&before.rules), own_levels(&after.rules));
    let mut rows = compare(
        Side {
            configuration: &before.configuration,
            rules: &rules_before,
            path: before.path.as_deref(),
        },
        Side {
            configuration: &after.configuration,
            rules: &rules_after,
            path: after.path.as_deref(),
        },
    );
    policies(place, before, after, &mut rows)?;
    Ok(rows)
}

fn own_levels(rules: &RuleSet) -> BTreeMap<RuleId, Level> {
    rules.rules().map(|rule| (rule.id.clone(), rule.severity)).collect()
}

fn broken(base: &GateState, failures: &[Failure]) -> Weakening {
    let first = failures.first();
    let line = first
        .and_then(|failure| failure.message.lines().next())
        .unwrap_or("it cannot be loaded");
    let path = base.path.as_deref().unwrap_or("flowgate.yaml");
    let at = first.and_then(|failure| failure.location.clone());
    Weakening {
        kind: Kind::ConfigurationBroken,
        subject: path.to_owned(),
        before: None,
        after: Some(line.to_owned()),
        direction: Direction::Weaker,
        at: at.unwrap_or_else(|| Location::of_path(path)),
    }
}

/// The user's own rules, file by file.
fn policies(place: &Place, before: &GateState, after: &GateState, rows: &mut Vec<Weakening>) -> Result<(), FactsError> {
    let (old, new) = (policy_files(place, before)?, policy_files(place, after)?);
    let kept: BTreeSet<&String> = new.values().collect();
    for (path, code) in &old {
        let row = match new.get(path) {
            Some(other) if other == code && same_reach(before, after, path) => continue,
            Some(_) => (Kind::PolicyChanged, Direction::Changed, Some("another text")),
            None if kept.contains(code) => continue,
            None => (Kind::PolicyRemoved, Direction::Weaker, None),
        };
        let (kind, direction, now) = row;
        let rule = rule_at(&before.rules, path).map(|rule| rule.id.to_string());
        rows.push(Weakening {
            kind,
            subject: path.clone(),
            before: Some(rule.unwrap_or_else(|| "a library or part of the rules".to_owned())),
            after: now.map(str::to_owned),
            direction,
            at: Location::of_path(path),
        });
    }
    Ok(())
}

/// Path to code without comments and layout.
fn policy_files(place: &Place, state: &GateState) -> Result<BTreeMap<String, String>, FactsError> {
    let content = Content::Revision(state.commit.clone());
    let mut files = BTreeMap::new();
    for name in &state.configuration.policies {
        for file in folder(place, &content, name, &[".rego"])? {
            // What tests a rule lets nothing pass.
            if !file.path.ends_with("_test.rego") {
                files.insert(file.path, code_of(&String::from_utf8_lossy(&file.bytes)));
            }
        }
    }
    Ok(files)
}

fn rule_at<'a>(rules: &'a RuleSet, path: &str) -> Option<&'a Rule> {
    rules.rules().find(|rule| rule.path == path)
}

/// Whether the comments at the top still let the rule judge the same: gates, kinds and facts. Its level is compared with the levels.
fn same_reach(before: &GateState, after: &GateState, path: &str) -> bool {
    let reach = |state: &GateState| {
        rule_at(&state.rules, path).map(|rule| {
            (
                rule.reads.clone(),
                rule.kinds.clone(),
                rule.keys.clone(),
                rule.gates.clone(),
                rule.options.clone(),
            )
        })
    };
    reach(before) == reach(after)
}

/// Jobs and hooks that run flowgate; only when one of their files is touched.
fn jobs(repository: &Repository, proposed: &ProposedChange) -> Result<Vec<Weakening>, FactsError> {
    let changed: BTreeSet<String> = repository
        .changed_paths(Some(&proposed.base), &proposed.head)?
        .into_iter()
        .collect();
    if !changed.iter().any(|path| path.ends_with(".yml") || path.ends_with(".yaml")) {
        return Ok(Vec::new());
    }
    let (before, after) = (pipelines(repository, &proposed.base)?, pipelines(repository, &proposed.head)?);
    let is_touched = before.iter().chain(&after).any(|(path, _)| changed.contains(path));
    if !is_touched {
        return Ok(Vec::new());
    }
    Ok(gate_jobs::compare(
        &gate_sources::gate_jobs(&before),
        &gate_sources::gate_jobs(&after),
    ))
}

/// Files of pipelines and hook runners, with what they include from the same repository. One that cannot be read as YAML runs nothing.
fn pipelines(repository: &Repository, commit: &str) -> Result<Vec<(String, Arc<Document>)>, FactsError> {
    let (entries, _) = repository.tree_files(commit)?;
    let mut open: Vec<&FileEntry> = entries
        .iter()
        .filter(|entry| gate_sources::is_gate_file(&entry.path))
        .collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut documents = Vec::new();
    while let Some(entry) = open.pop() {
        if seen.len() >= MOST || !seen.insert(&entry.path) {
            continue;
        }
        for document in parsed(repository, entry)? {
            for wanted in gate_sources::local_includes(&entry.path, &document) {
                let glob = path_glob::compile(&wanted).ok();
                let is_wanted = |path: &str| path == wanted || glob.as_ref().is_some_and(|glob| glob.is_match(path));
                open.extend(entries.iter().filter(|other| is_wanted(&other.path)));
            }
            documents.push((entry.path.clone(), Arc::new(document)));
        }
    }
    documents.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(documents)
}

fn parsed(repository: &Repository, entry: &FileEntry) -> Result<Vec<Document>, FactsError> {
    if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
        return Ok(Vec::new());
    }
    let Read::Bytes(bytes) = repository.read(entry, LIMIT)? else {
        return Ok(Vec::new());
    };
    let file = parse(&entry.path, &bytes, &Limits::default());
    Ok(if file.class == FileClass::Parsed {
        file.documents
    } else {
        Vec::new()
    })
}
