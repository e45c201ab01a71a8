//! What every command that judges needs first: configuration, rule set, the selected rules, an engine.

use std::path::Path;
use std::sync::Arc;

use crate::config::{ConfigFile, ConfigProblem, Configuration, KnownRule, Opened, ProfileText, Request};
use crate::domain::gate::Gate;
use crate::domain::location::{Location, Span};
use crate::domain::report::{Failure, FailureKind, Trust};
use crate::domain::target::Content;
use crate::evaluation::fingerprint::digest;
use crate::evaluation::flow_input;
use crate::evaluation::selection::{Choice, Selection, select};
use crate::facts::Place;
use crate::facts::configuration::{FileText, candidates, folder, read};
use crate::policy::{Deferred, Listed, Origin, PolicyError, PolicyFile, RuleSet, source};

use super::args::{ModelArguments, RuleArguments};
use super::cache::Caches;
use super::target::{Chosen, with_hint};

/// Version of this flowgate.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where configuration and policies are read from.
#[derive(Debug, Clone, Copy)]
pub struct Origins<'a> {
    pub place: &'a Place,
    pub content: &'a Content,
    /// `--config`.
    pub config: Option<&'a Path>,
    /// `--policies`.
    pub policies: Option<&'a Path>,
    /// `--profile`.
    pub profile: Option<&'a str>,
    /// What earlier runs learnt is used, and what this one learns is kept.
    pub is_cached: bool,
    /// `--cache`: the folder for it, instead of the one that the environment names.
    pub cache: Option<&'a Path>,
    pub reach: Reach,
}

/// Where a configuration of the repository may send us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To any file that its reader may read.
    Anywhere,
    /// Only to files of the same state: on a server the author of the configuration may not read what flowgate may.
    Repository,
}

impl<'a> Origins<'a> {
    /// The state that is judged, unless the arguments name something else.
    pub fn of(chosen: &'a Chosen, arguments: &'a ModelArguments) -> Self {
        Self {
            place: &chosen.place,
            content: &chosen.target.content,
            config: arguments.config.as_deref(),
            policies: arguments.policies.as_deref(),
            profile: arguments.profile.as_deref(),
            is_cached: false,
            cache: None,
            reach: Reach::Anywhere,
        }
    }

    /// The same with the cache, unless the arguments say otherwise.
    #[must_use]
    pub fn cached(self, rules: &'a RuleArguments) -> Self {
        Self {
            is_cached: !rules.no_cache,
            cache: rules.cache.as_deref(),
            ..self
        }
    }

    fn is_confined(&self) -> bool {
        self.reach == Reach::Repository && self.config.is_none()
    }
}

/// Why a server does not follow the repository's configuration.
const OUTSIDE: &str = "it lies outside of the repository, where a server reads nothing for it; \
                       whoever runs the server names a configuration of its own with --config FILE";

/// Configuration and rule set, before rules are selected.
#[derive(Debug)]
pub struct Model {
    pub configuration: Configuration,
    pub rules: Arc<RuleSet>,
    pub trust: Trust,
}

/// Everything that judges.
pub struct Prepared {
    pub model: Model,
    pub selection: Selection,
    /// Made at once, unless an earlier run made it of the same rules.
    pub engine: Deferred,
    /// What earlier runs learnt, when there is a cache.
    pub cache: Option<Caches>,
}

/// Loads configuration and rules.
///
/// # Errors
/// Everything that is wrong with either, at once.
pub fn model(origins: Origins<'_>) -> Result<Model, Vec<Failure>> {
    let replacement = origins.policies.map(replacement).transpose()?;
    let profiles = match &replacement {
        Some(files) => ProfileText::among(files.iter().map(|f| (f.path.as_str(), &*f.text))),
        None => ProfileText::among_built_in(source::embedded_profiles()),
    };
    let file = configuration_file(origins).map_err(|failure| vec![failure])?;
    let read_file = |path: &str| read_extended(origins, path);
    let request = Request {
        profiles: &profiles,
        profile_override: origins.profile,
        file: file.as_ref().map(|f| ConfigFile {
            path: &f.path,
            bytes: &f.bytes,
        }),
        read: &read_file,
        known_rules: &[],
        version: VERSION,
    };
    let told = |problems: Vec<ConfigProblem>| problems.iter().map(config_failure).collect::<Vec<_>>();
    let opened = Opened::read(&request);
    let mut own = Vec::new();
    for name in opened.iter().flat_map(Opened::policy_folders) {
        own.extend(external(origins, &name)?);
    }
    let policies_digest = policies_digest(replacement.as_deref(), &own);
    let (rules, errors) = match replacement {
        Some(files) => RuleSet::load(files.into_iter().chain(own).collect()),
        None => RuleSet::built_in_with(own),
    };
    if !errors.is_empty() {
        return Err(errors.iter().map(policy_failure).collect());
    }
    let known: Vec<KnownRule> = rules.listed().map(known_rule).collect();
    let configuration = opened.and_then(|opened| opened.load(&known)).map_err(told)?;
    let effective = configuration.to_json();
    let trust = Trust {
        name: None,
        source: trust_source(origins, file.is_some()).to_owned(),
        revision: trust_revision(origins),
        configuration: file
            .as_ref()
            .filter(|_| origins.config.is_none())
            .map(|file| file.path.clone()),
        digest: digest([effective.as_str(), policies_digest.as_str()]),
    };
    Ok(Model {
        configuration,
        rules: Arc::new(rules),
        trust,
    })
}

/// Loads configuration and rules, selects, and makes the engine.
///
/// # Errors
/// Everything that cannot be used.
pub fn prepare(origins: Origins<'_>, gate: Gate, choice: Choice<'_>) -> Result<Prepared, Vec<Failure>> {
    let model = model(origins)?;
    let selection = select(&model.rules, &model.configuration, gate, choice)?;
    let data = flow_input::data(&model.configuration.flow);
    let engine = Deferred::new(Arc::clone(&model.rules), selection.ids(), data);
    let cache = origins
        .is_cached
        .then(|| Caches::open(origins.place, origins.cache, &model.configuration, &model.trust))
        .flatten();
    if cache.as_ref().is_none_or(|cache| !cache.is_usable(&selection)) {
        let told = |errors: &[PolicyError]| errors.iter().map(policy_failure).collect::<Vec<_>>();
        engine.prepare().map_err(told)?;
        if let Some(cache) = &cache {
            cache.note_usable(&selection);
        }
    }
    Ok(Prepared {
        model,
        selection,
        engine,
        cache,
    })
}

/// The rule set that stands in for the one that ships with flowgate.
fn replacement(folder: &Path) -> Result<Vec<PolicyFile>, Vec<Failure>> {
    source::from_directory(folder, Origin::Replacement).map_err(|errors| errors.iter().map(policy_failure).collect())
}

/// SHA-256 over the texts of the policies: over what ships, which was computed when it was built in, and then over the user's own.
fn policies_digest(replacement: Option<&[PolicyFile]>, own: &[PolicyFile]) -> String {
    let shipped = match replacement {
        None => source::embedded_digest().to_owned(),
        Some(files) => digest(files.iter().map(|file| &*file.text)),
    };
    if own.is_empty() {
        return shipped;
    }
    digest(std::iter::once(shipped.as_str()).chain(own.iter().map(|file| &*file.text)))
}

/// Rules of the user's own, from the state that is judged; from disk when the folder lies outside of it.
fn external(origins: Origins<'_>, name: &str) -> Result<Vec<PolicyFile>, Vec<Failure>> {
    let is_inside = !name.starts_with("..") && !Path::new(name).is_absolute();
    if is_inside && matches!(origins.content, Content::Index | Content::Revision(_)) {
        let files = folder(origins.place, origins.content, name, &[".rego", ".md"])
            .map_err(|e| vec![facts_failure(&e.to_string(), e.hint())])?;
        let file = |f: FileText| PolicyFile {
            path: f.path,
            text: String::from_utf8_lossy(&f.bytes).into_owned().into(),
            origin: Origin::External,
        };
        return Ok(files.into_iter().map(file).collect());
    }
    if origins.is_confined() {
        let message = format!("policies: {name}: {OUTSIDE}");
        return Err(vec![facts_failure(&message, None)]);
    }
    let root = origins.place.root().unwrap_or_else(|| Path::new("."));
    source::from_directory(&root.join(name), Origin::External).map_err(|errors| errors.iter().map(policy_failure).collect())
}

fn configuration_file(origins: Origins<'_>) -> Result<Option<FileText>, Failure> {
    if let Some(path) = origins.config {
        let shown = path.display().to_string();
        return match std::fs::read(path) {
            Ok(bytes) => Ok(Some(FileText { path: shown, bytes })),
            Err(error) => Err(Failure {
                kind: FailureKind::Config,
                message: format!("the configuration cannot be read: {error}"),
                location: Some(Location::of_path(shown)),
            }),
        };
    }
    let mut found = candidates(origins.place, origins.content).map_err(|e| facts_failure(&e.to_string(), e.hint()))?;
    let exists = |path: &str| found.iter().any(|f| f.path == path);
    match crate::config::discovery::choose(&exists) {
        Ok(None) => Ok(None),
        Ok(Some(path)) => {
            found.retain(|f| f.path == path);
            Ok(found.pop())
        }
        Err(problem) => Err(config_failure(&problem)),
    }
}

/// A file that `extends` names: from the judged state when it lies inside, else from disk.
fn read_extended(origins: Origins<'_>, path: &str) -> Result<Vec<u8>, String> {
    let outside = path.starts_with("..") || Path::new(path).is_absolute() || origins.config.is_some();
    if outside && origins.is_confined() {
        return Err(OUTSIDE.to_owned());
    }
    if outside {
        let root = match origins.config {
            Some(_) => Path::new("."),
            None => origins.place.root().unwrap_or_else(|| Path::new(".")),
        };
        return std::fs::read(root.join(path)).map_err(|e| e.to_string());
    }
    match read(origins.place, origins.content, path) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err("no such file".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn known_rule(rule: Listed<'_>) -> KnownRule {
    KnownRule {
        id: rule.id.to_string(),
        formerly: rule.formerly().map(str::to_owned).collect(),
        group: rule.id.group().to_owned(),
        options: rule.options().map(str::to_owned).collect(),
    }
}

fn trust_source(origins: Origins<'_>, has_file: bool) -> &'static str {
    match origins.content {
        _ if origins.config.is_some() => "file",
        _ if !has_file => "embedded",
        Content::WorkTree => "work tree",
        Content::Index => "index",
        Content::Revision(_) => "revision",
        Content::Directory(_) | Content::Input(_) | Content::Nothing => "directory",
    }
}

fn trust_revision(origins: Origins<'_>) -> Option<String> {
    match (origins.place, origins.content) {
        (Place::Repository(repository), Content::Revision(revision)) => repository.resolve(revision).ok(),
        _ => None,
    }
}

/// A failure of the facts.
pub fn facts_failure(message: &str, hint: Option<String>) -> Failure {
    Failure {
        kind: FailureKind::Facts,
        message: with_hint(message, hint),
        location: None,
    }
}

fn config_failure(problem: &ConfigProblem) -> Failure {
    Failure {
        kind: FailureKind::Config,
        message: with_hint(&problem.message, problem.hint.clone()),
        location: Some(problem.location.clone()),
    }
}

fn policy_failure(error: &PolicyError) -> Failure {
    let mut location = Location::of_path(&error.path);
    location.span = error.line.map(|line| Span::point(line, error.column.unwrap_or(1)));
    Failure {
        kind: FailureKind::Policy,
        message: with_hint(&error.problem.to_string(), error.hint()),
        location: Some(location),
    }
}
