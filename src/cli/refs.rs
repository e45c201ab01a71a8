//! `flowgate refs update`: asks the repositories that deliveries name for their refs. The only command that reaches out, and only when told.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::facts::Needs;
use crate::facts::refs_lock::{FILE_NAME, KnownRefs, write};
use crate::git::remote::ls_remote;

use super::run::{UNDECIDED, complain, print};
use super::survey::{Survey, survey};

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
    let needs = Needs {
        rows: true,
        ..Needs::default()
    };
    let Survey { root, facts, .. } = survey(directory.as_deref(), needs)?;
    let mut sources = BTreeMap::new();
    for delivery in &facts.rows.deliveries {
        let source = &delivery.source;
        if let (None, Some(name), Some(url)) = (&source.chart, &source.repository, &source.url)
            && source.is_this_repository != Some(true)
        {
            sources.entry(name.clone()).or_insert_with(|| url.clone());
        }
    }
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
