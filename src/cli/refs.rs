//! `flowgate refs update`: asks the repositories that deliveries name for their refs. The only command that reaches out, and only when told.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::gate::Gate;
use crate::evaluation::selection::Choice;
use crate::facts::refs_lock::{FILE_NAME, KnownRefs, write};
use crate::facts::{Needs, Request, gather};
use crate::git::remote::ls_remote;

use super::args::TargetArguments;
use super::facts::Silent;
use super::prepare::{Origins, prepare};
use super::rules::in_words;
use super::run::{UNDECIDED, complain, print};
use super::target::choose;

/// Writes the lock; exit code 2 when a repository could not be asked, and what is known of the others is written all the same.
pub fn update(directory: Option<PathBuf>, file: Option<PathBuf>) -> u8 {
    match sources(directory) {
        Err(messages) => {
            for message in messages {
                complain(&format!("flowgate: {message}"));
            }
            UNDECIDED
        }
        Ok((root, sources)) => ask(&sources, &file.unwrap_or_else(|| root.join(FILE_NAME))),
    }
}

/// The folder of the lock, and normalised name to URL of every source repository.
fn sources(directory: Option<PathBuf>) -> Result<(PathBuf, BTreeMap<String, String>), Vec<String>> {
    let target = TargetArguments {
        staged: false,
        rev: None,
        range: None,
        history: false,
        all_branches: false,
        include_excluded: false,
    };
    let chosen = choose(directory.as_deref(), &[], &target).map_err(|problem| vec![problem.message])?;
    let origins = Origins {
        place: &chosen.place,
        content: &chosen.target.content,
        config: None,
        policies: None,
        profile: None,
    };
    let everything = Choice { only: &[], skip: &[] };
    let prepared =
        prepare(origins, Gate::Scan, everything).map_err(|failures| failures.iter().map(in_words).collect::<Vec<_>>())?;
    let configuration = &prepared.model.configuration;
    let request = Request {
        place: &chosen.place,
        target: &chosen.target,
        flow: &configuration.flow,
        needs: Needs {
            rows: true,
            ..Needs::default()
        },
        is_excluded: &|path| configuration.is_excluded(path),
        include_excluded: false,
        adopted: None,
        lock: &BTreeMap::new(),
        tick: &|| {},
    };
    let facts = gather(&request, &Silent).map_err(|error| vec![error.to_string()])?;
    let mut sources = BTreeMap::new();
    for delivery in &facts.rows.deliveries {
        let source = &delivery.source;
        if let (None, Some(name), Some(url)) = (&source.chart, &source.repository, &source.url)
            && source.is_this_repository != Some(true)
        {
            sources.entry(name.clone()).or_insert_with(|| url.clone());
        }
    }
    let root = chosen
        .place
        .root()
        .map_or_else(|| PathBuf::from("."), std::path::Path::to_path_buf);
    Ok((root, sources))
}

fn ask(sources: &BTreeMap<String, String>, file: &std::path::Path) -> u8 {
    let mut known = BTreeMap::new();
    let mut failed = false;
    for (name, url) in sources {
        match ls_remote(url) {
            Ok(refs) => {
                known.insert(
                    name.clone(),
                    KnownRefs {
                        url: url.clone(),
                        default_branch: refs.default_branch,
                        branches: refs.heads.into_keys().collect(),
                        tags: refs.tags.into_keys().collect(),
                    },
                );
            }
            Err(error) => {
                failed = true;
                complain(&format!("flowgate: {url}: {error}"));
                if let Some(hint) = error.hint() {
                    complain(&hint);
                }
            }
        }
    }
    if let Err(error) = std::fs::write(file, write(&known)) {
        complain(&format!("flowgate: {}: {error}", file.display()));
        return UNDECIDED;
    }
    print(&format!(
        "{} of {} repositories written to {}\n",
        known.len(),
        sources.len(),
        file.display()
    ));
    if failed { UNDECIDED } else { 0 }
}
