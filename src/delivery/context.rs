//! What extraction knows besides the document at hand, prepared once per target.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use crate::documents::format::Format;
use crate::domain::delivery::Source;
use crate::domain::flow::Flow;
use crate::domain::learnt::Question;

use super::kind::is_kustomization;
use super::name_grammar::NameGrammar;
use super::refs_knowledge::{KnownRefs, RefsKnowledge};
use super::words::{Mention, StageWords, WordPosition};
use super::{pin, repository_url};

/// The model, the refs that are known, and the files of the target.
#[derive(Debug)]
pub struct Surroundings<'c> {
    pub flow: &'c Flow,
    refs: &'c RefsKnowledge,
    /// URL of the repository that is looked at, as configured.
    pub repository_url: Option<String>,
    /// Short name of its default branch.
    pub default_branch: Option<String>,
    /// Paths of all files of the target.
    paths: &'c BTreeSet<String>,
    pub(super) words: StageWords,
    pub(super) grammar: NameGrammar,
    repository: Option<String>,
    folders: BTreeSet<String>,
    stage_roots: BTreeSet<String>,
    sibling_shapes: BTreeSet<String>,
    has_kustomizations: bool,
}

/// The surroundings, and what was asked of them. What a file is reduced to follows from the file, the model, the URL, the default branch,
/// and the answers to these questions.
#[derive(Debug)]
pub struct Context<'c> {
    surroundings: Arc<Surroundings<'c>>,
    asked: Mutex<BTreeMap<Question, String>>,
}

impl<'c> Deref for Context<'c> {
    type Target = Surroundings<'c>;

    fn deref(&self) -> &Surroundings<'c> {
        &self.surroundings
    }
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
        let surroundings = Surroundings {
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
        };
        Self {
            surroundings: Arc::new(surroundings),
            asked: Mutex::default(),
        }
    }

    /// The same surroundings, of which nothing was asked yet.
    pub fn unasked(&self) -> Self {
        Self {
            surroundings: Arc::clone(&self.surroundings),
            asked: Mutex::default(),
        }
    }

    /// What was asked, with the answers.
    pub fn asked(&self) -> Vec<(Question, String)> {
        let asked = self.asked.lock().map(|asked| asked.clone()).unwrap_or_default();
        asked.into_iter().collect()
    }

    fn ask(&self, question: Question) {
        if let Ok(mut asked) = self.asked.lock()
            && !asked.contains_key(&question)
        {
            let answer = self.answer(&question);
            asked.insert(question, answer);
        }
    }

    /// What is known of a repository's refs, asked for the sake of one ref expression.
    pub(super) fn refs_of(&self, repository: &str, text: &str) -> Option<&KnownRefs> {
        self.ask(Question::Ref {
            repository: repository.to_owned(),
            text: text.to_owned(),
        });
        self.refs.of(repository)
    }

    /// Whether a path is a file or folder of the target.
    pub(super) fn exists(&self, path: &str) -> bool {
        self.ask(Question::Exists(path.to_owned()));
        self.is_there(path)
    }

    /// Whether the target holds a kustomization, which may patch what stands in other files.
    pub(super) fn has_kustomizations(&self) -> bool {
        self.ask(Question::Kustomizations);
        self.has_kustomizations
    }

    /// All folders of the target.
    pub(super) fn folders(&self) -> &BTreeSet<String> {
        self.ask(Question::Folders);
        &self.folders
    }

    /// The stage word of a file that has siblings of the same name for other stages.
    pub(super) fn sibling_stage(&self, path: &str) -> Option<Mention> {
        self.ask(Question::SiblingStage(path.to_owned()));
        self.sibling(path)
    }

    /// Whether the children of a folder show that it holds one folder per stage.
    pub(super) fn is_stage_root(&self, folder: &str) -> bool {
        self.ask(Question::StageRoot(folder.to_owned()));
        self.stage_roots.contains(folder)
    }
}

impl Surroundings<'_> {
    /// The answer to a question, in a text that is another one whenever what follows from it may be.
    pub fn answer(&self, question: &Question) -> String {
        let said = |is: bool| if is { "yes" } else { "no" }.to_owned();
        match question {
            Question::Exists(path) => said(self.is_there(path)),
            Question::SiblingStage(path) => said(self.sibling(path).is_some()),
            Question::StageRoot(folder) => said(self.stage_roots.contains(folder)),
            Question::Kustomizations => said(self.has_kustomizations),
            Question::Folders => self.folders.iter().fold(String::new(), |all, folder| all + folder + "\n"),
            Question::Ref { repository, text } => self.refs.of(repository).map_or_else(String::new, |refs| {
                let (is_tag, is_head) = (refs.tags.contains(text), refs.heads.contains(text));
                let pin = pin::highest(text, &refs.tags);
                format!("{:?} {is_tag} {is_head} {pin:?} {:?}", refs.known, refs.default_branch)
            }),
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

    /// The words of the model's stages.
    pub const fn stage_words(&self) -> &StageWords {
        &self.words
    }

    fn is_there(&self, path: &str) -> bool {
        path.is_empty() || self.paths.contains(path) || self.folders.contains(path)
    }

    fn sibling(&self, path: &str) -> Option<Mention> {
        let (shape, mention) = file_shape(path, &self.words)?;
        self.sibling_shapes.contains(&shape).then_some(mention)
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
