//! What extraction knows besides the document at hand, prepared once per target.

use std::collections::{BTreeMap, BTreeSet};

use crate::documents::format::Format;
use crate::domain::delivery::Source;
use crate::domain::flow::Flow;

use super::kind::is_kustomization;
use super::name_grammar::NameGrammar;
use super::refs_knowledge::RefsKnowledge;
use super::repository_url;
use super::words::{Mention, StageWords, WordPosition};

/// The model, the refs that are known, and the files of the target.
#[derive(Debug, Clone)]
pub struct Context<'c> {
    pub flow: &'c Flow,
    pub refs: &'c RefsKnowledge,
    /// URL of the repository that is looked at, as configured.
    pub repository_url: Option<String>,
    /// Short name of its default branch.
    pub default_branch: Option<String>,
    /// Paths of all files of the target.
    pub paths: &'c BTreeSet<String>,
    pub(super) words: StageWords,
    pub(super) grammar: NameGrammar,
    repository: Option<String>,
    folders: BTreeSet<String>,
    stage_roots: BTreeSet<String>,
    sibling_shapes: BTreeSet<String>,
    has_kustomizations: bool,
}

impl<'c> Context<'c> {
    /// Prepares the stage words, the naming grammar and the folders of the target.
    pub fn new(
        flow: &'c Flow,
        refs: &'c RefsKnowledge,
        repository_url: Option<String>,
        default_branch: Option<String>,
        paths: &'c BTreeSet<String>,
    ) -> Self {
        let words = StageWords::of(flow);
        let folders = folders(paths);
        let stage_roots = stage_roots(&folders, &words);
        let sibling_shapes = sibling_shapes(paths, &words);
        Self {
            flow,
            refs,
            repository: repository_url.as_deref().and_then(repository_url::normalise),
            repository_url,
            default_branch,
            paths,
            grammar: NameGrammar::of(flow),
            words,
            folders,
            stage_roots,
            sibling_shapes,
            has_kustomizations: paths.iter().any(|p| is_kustomization(p)),
        }
    }

    /// A source by its URL, as the tools write it.
    pub(super) fn source(&self, url: Option<&str>) -> Source {
        let repository = url.and_then(repository_url::normalise);
        let is_this_repository = match (&repository, &self.repository) {
            (Some(one), Some(other)) => repository_url::is_same(one, other),
            _ => None,
        };
        Source {
            url: url.map(str::to_owned),
            repository,
            path: None,
            chart: None,
            is_this_repository,
        }
    }

    /// The repository that is looked at, as the source of its own pipelines.
    pub fn this_repository(&self) -> Source {
        Source {
            url: None,
            repository: self.repository.clone(),
            path: None,
            chart: None,
            is_this_repository: Some(true),
        }
    }

    /// Whether a path is a file or folder of the target.
    pub(super) fn exists(&self, path: &str) -> bool {
        path.is_empty() || self.paths.contains(path) || self.folders.contains(path)
    }

    /// Whether the target holds a kustomization, which may patch what stands in other files.
    pub(super) const fn has_kustomizations(&self) -> bool {
        self.has_kustomizations
    }

    /// All folders of the target.
    pub(super) const fn folders(&self) -> &BTreeSet<String> {
        &self.folders
    }

    /// The stage word of a file that has siblings of the same name for other stages.
    pub(super) fn sibling_stage(&self, path: &str) -> Option<Mention> {
        let (shape, mention) = file_shape(path, &self.words)?;
        self.sibling_shapes.contains(&shape).then_some(mention)
    }

    /// Whether the children of a folder show that it holds one folder per stage.
    pub(super) fn is_stage_root(&self, folder: &str) -> bool {
        self.stage_roots.contains(folder)
    }
}

/// Folder and shape of files that come once per stage, at least once in an unmistakable word: `dev-shop.yaml` and
/// `prod-shop.yaml`.
fn sibling_shapes(paths: &BTreeSet<String>, words: &StageWords) -> BTreeSet<String> {
    let mut shapes: BTreeMap<String, (BTreeSet<usize>, bool)> = BTreeMap::new();
    for path in paths.iter().filter(|p| Format::of_path(p).is_some()) {
        if let Some((shape, mention)) = file_shape(path, words) {
            let (ranks, has_strong) = shapes.entry(shape).or_default();
            ranks.insert(mention.rank);
            *has_strong |= !mention.is_weak;
        }
    }
    let several = shapes
        .into_iter()
        .filter(|(_, (ranks, has_strong))| ranks.len() >= 2 && *has_strong);
    several.map(|(shape, _)| shape).collect()
}

fn file_shape(path: &str, words: &StageWords) -> Option<(String, Mention)> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (shape, mention) = words.shape(stem)?;
    Some((format!("{folder}/{shape}"), mention))
}

fn folders(paths: &BTreeSet<String>) -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let mut rest = path.as_str();
        while let Some((parent, _)) = rest.rsplit_once('/') {
            if !folders.insert(parent.to_owned()) {
                break;
            }
            rest = parent;
        }
    }
    folders
}

/// Folders with children for two stages or more, at least one of them in an unmistakable word: `k8s/` with `dev/` and `prod/`.
fn stage_roots(folders: &BTreeSet<String>, words: &StageWords) -> BTreeSet<String> {
    let mut children: BTreeMap<&str, (BTreeSet<usize>, bool)> = BTreeMap::new();
    for folder in folders {
        let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        for mention in words.mentions(name) {
            if mention.position == WordPosition::Whole {
                let (ranks, has_strong) = children.entry(parent).or_default();
                ranks.insert(mention.rank);
                *has_strong |= !mention.is_weak;
            }
        }
    }
    children
        .into_iter()
        .filter(|(_, (ranks, has_strong))| ranks.len() >= 2 && *has_strong)
        .map(|(parent, _)| parent.to_owned())
        .collect()
}
