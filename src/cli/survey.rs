//! Looks at a repository by its own model and judges nothing: what `init` and `refs update` start from.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::domain::gate::Gate;
use crate::domain::target::Commits;
use crate::evaluation::document_judge::DocumentVerdict;
use crate::evaluation::selection::Choice;
use crate::facts::messages::BATCH;
use crate::facts::owners::Owned;
use crate::facts::{Facts, Needs, Request, gather};

use super::args::{ModelArguments, TargetArguments};
use super::facts::Silent;
use super::prepare::{Origins, prepare};
use super::rules::in_words;
use super::target::choose;

/// What was seen.
pub struct Survey {
    /// The top of the work tree, or the folder.
    pub root: PathBuf,
    /// Name of the profile that the repository is seen by.
    pub profile: String,
    pub facts: Facts<DocumentVerdict>,
}

/// Gathers what `needs` names, with the whole history when commits are among it.
///
/// # Errors
/// One sentence for everything that keeps the repository from being looked at.
pub fn survey(directory: Option<&Path>, needs: Needs) -> Result<Survey, Vec<String>> {
    let mut chosen = choose(directory, &[], &TargetArguments::default()).map_err(|problem| vec![problem.message])?;
    if needs.commits && chosen.place.repository().is_some() {
        chosen.target.commits = Commits::History;
    }
    let origins = Origins::of(&chosen, &ModelArguments::NONE);
    let everything = Choice::ALL;
    let prepared =
        prepare(origins, Gate::Scan, everything).map_err(|failures| failures.iter().map(in_words).collect::<Vec<_>>())?;
    let configuration = &prepared.model.configuration;
    let request = Request {
        place: &chosen.place,
        target: &chosen.target,
        flow: &configuration.flow,
        needs,
        is_excluded: &|path| configuration.is_excluded(path),
        include_excluded: false,
        judged: None,
        adopted: None,
        messages: None,
        batch: BATCH,
        lock: &BTreeMap::new(),
        tick: &|| ControlFlow::Continue(()),
        owned: Owned::by_judged(&configuration.policies),
        gate: None,
        cache: None,
    };
    let facts = gather(&request, &Silent).map_err(|error| vec![error.to_string()])?;
    Ok(Survey {
        root: chosen.place.root().map_or_else(|| PathBuf::from("."), Path::to_path_buf),
        profile: configuration.profile.clone(),
        facts,
    })
}
