//! Profile, extended files and `flowgate.yaml` to one validated `Configuration`, or all problems at once.

use std::sync::Arc;

use crate::domain::location::Location;

use super::configuration::{self, Configuration};
use super::keys::ROOT;
use super::layers::{self, Gatherer, Source, merge as overlay};
use super::problem::{ConfigProblem, ProblemKind, Problems};
use super::profile::{self, ProfileText};
use super::read::Reader;
use super::requires;
use super::rules::{KnownRule, KnownRules};
use super::shape::{Merge, Shape};
use super::tree::{Node, Origin, Value};

/// The repository's own configuration file.
#[derive(Debug, Clone, Copy)]
pub struct ConfigFile<'a> {
    /// From the repository's root, or as the user named it.
    pub path: &'a str,
    pub bytes: &'a [u8],
}

/// What a configuration is made from.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub profiles: &'a [ProfileText],
    /// `--profile`: wins over what files say.
    pub profile_override: Option<&'a str>,
    pub file: Option<ConfigFile<'a>>,
    /// Reads a file that `extends` names; the path is relative where `file.path` is, or absolute. Errors are a few words.
    pub read: &'a dyn Fn(&str) -> Result<Vec<u8>, String>,
    /// All rules, shipped and external. Empty: not known yet, every name passes.
    pub known_rules: &'a [KnownRule],
    /// Version of this flowgate.
    pub version: &'a str,
}

/// Loads a configuration.
///
/// # Errors
/// All problems at once, by file and place. When `requires` does not admit this version, that is the only one.
pub fn load(request: &Request<'_>) -> Result<Configuration, Vec<ConfigProblem>> {
    Opened::read(request)?.load(request.known_rules)
}

/// The files of a configuration, read but not yet understood: which folders hold further rules must be known before those rules are.
#[derive(Debug)]
pub struct Opened {
    layers: Layers,
    problems: Problems,
}

impl Opened {
    /// Reads all files; does not look at `request.known_rules`.
    ///
    /// # Errors
    /// When `requires` does not admit this version. What else is wrong is told by `load`.
    pub fn read(request: &Request<'_>) -> Result<Self, Vec<ConfigProblem>> {
        let mut problems = Problems::default();
        let layers = gather(request, &mut problems)?;
        Ok(Self { layers, problems })
    }

    /// The folders with rules of the user's own. Problems are left to `load`.
    pub fn policy_folders(&self) -> Vec<String> {
        let has_some = |source: &Source| source.document.as_ref().is_some_and(|d| d.root().get("policies").is_some());
        if !self.layers.sources.iter().any(has_some) {
            return Vec::new();
        }
        let tree = merge(&self.layers, KnownRules(&[]), &mut Problems::default());
        configuration::policies(&tree)
    }

    /// The configuration; `known_rules` as in the request.
    ///
    /// # Errors
    /// All problems at once, by file and place.
    pub fn load(self, known_rules: &[KnownRule]) -> Result<Configuration, Vec<ConfigProblem>> {
        let Self { layers, mut problems } = self;
        let rules = KnownRules(known_rules);
        let files = layers.sources.iter().map(|s| s.path.to_string()).collect();
        let tree = merge(&layers, rules, &mut problems);
        let configuration = configuration::build(tree, rules, layers.profile.clone(), files, &mut problems);
        settle(problems.0, &layers)?;
        Ok(configuration)
    }
}

/// All files, lowest first.
#[derive(Debug)]
struct Layers {
    sources: Vec<Source>,
    /// How many of them are profiles.
    profiles: usize,
    /// Name of the profile.
    profile: String,
}

fn gather(request: &Request<'_>, problems: &mut Problems) -> Result<Layers, Vec<ConfigProblem>> {
    let own = match request.file {
        Some(file) => Gatherer::new(request.read).gather(file.path, file.bytes, problems),
        None => Vec::new(),
    };
    let other_version = own
        .iter()
        .rev()
        .find_map(|s| requires::check(&s.path, s.document.as_ref()?, request.version));
    if let Some(problem) = other_version {
        return Err(vec![problem]);
    }
    let (name, named_at) = profile_of(request, &own);
    let mut sources = profile_sources(request.profiles, &name, &named_at, problems);
    let profiles = sources.len();
    sources.extend(own);
    Ok(Layers {
        sources,
        profiles,
        profile: name,
    })
}

/// The profile of this name on those that it builds on, lowest first.
fn profile_sources(profiles: &[ProfileText], name: &str, named_at: &Location, problems: &mut Problems) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    let mut next = Some((name.to_owned(), named_at.clone()));
    while let Some((name, at)) = next.take() {
        let profile = profile::find(profiles, &name, &at).or_else(|problem| {
            problems.0.push(*problem);
            // The default stands in, so that the other problems are told as well.
            profile::find(profiles, profile::DEFAULT, &at)
        });
        let Ok(profile) = profile else { break };
        if sources.iter().any(|s| s.path.as_ref() == profile.path) {
            problems.0.push(ConfigProblem {
                kind: ProblemKind::Content,
                message: format!("profile `{}` builds on itself", profile.name),
                location: at,
                hint: None,
            });
            break;
        }
        let document = layers::profile_document(profile, problems);
        let beneath = document.as_ref().and_then(|d| d.root().get("profile"));
        next = beneath.and_then(|node| {
            Some((
                node.as_text()?.to_owned(),
                Location::of_span(profile.path.as_str(), node.span()),
            ))
        });
        let path = profile.path.as_str().into();
        sources.insert(0, Source { path, document });
    }
    sources
}

/// The profile's name and where it is said: on the command line, in the nearest file that names one, or nowhere.
fn profile_of(request: &Request<'_>, own: &[Source]) -> (String, Location) {
    if let Some(name) = request.profile_override {
        return (name.to_owned(), Location::default());
    }
    let named = own.iter().rev().find_map(|source| {
        let node = source.document.as_ref()?.root().get("profile")?;
        let at = Location::of_span(source.path.as_ref(), node.span());
        Some((
            node.as_text()?.to_owned(),
            Location {
                pointer: Some("/profile".to_owned()),
                ..at
            },
        ))
    });
    named.unwrap_or_else(|| (profile::DEFAULT.to_owned(), Location::default()))
}

fn merge(layers: &Layers, rules: KnownRules<'_>, problems: &mut Problems) -> Node {
    let root = Shape::Object(&ROOT);
    let mut tree = Node {
        value: Value::Map(Vec::new()),
        origin: Origin::nowhere(),
    };
    for (layer, source) in layers.sources.iter().enumerate() {
        let Some(document) = &source.document else { continue };
        let mut reader = Reader {
            path: Arc::clone(&source.path),
            layer,
            is_shipped: layer < layers.profiles,
            rules,
            problems: &mut *problems,
        };
        if let Some(read) = reader.read(document.root(), root, "") {
            tree = overlay(tree, read, root, Merge::Replace);
        }
    }
    tree
}

/// Sorts problems by file (the nearest first) and place. Words of a profile that the user's own layers took the ground from are no problem.
fn settle(mut problems: Vec<ConfigProblem>, layers: &Layers) -> Result<(), Vec<ConfigProblem>> {
    let Layers { sources, profiles, .. } = layers;
    let height = |problem: &ConfigProblem| {
        let path = problem.location.path.as_deref().unwrap_or_default();
        sources.iter().rposition(|s| s.path.as_ref() == path)
    };
    if sources.len() > *profiles {
        problems.retain(|p| height(p).is_none_or(|height| height >= *profiles));
    }
    problems.sort_by_cached_key(|p| {
        let from_top = height(p).map_or(0, |height| sources.len() - height);
        (from_top, p.location.clone(), p.message.clone())
    });
    problems.dedup();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
