//! The rules of all policy files by what they declare, without parsing their Rego.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::domain::gate::Gate;
use crate::domain::rule::{Level, Reads, RuleId};

use super::built::{Built, BuiltIn, built_in};
use super::listed::{Listed, Slot};
use super::mentions::{Mentions, of_text};
use super::metadata::{self, Annotations, RuleMetadata};
use super::package::{Before, Outline, PackagePath, outline};
use super::problem::{PolicyError, Problem};
use super::source::{self, Origin, PolicyFile};

/// One rule: what its metadata declares, its text and its page.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub id: RuleId,
    pub title: String,
    /// What breaks for the user when this passes.
    pub description: String,
    /// The level unless profile or configuration say otherwise.
    pub severity: Level,
    pub reads: BTreeSet<Reads>,
    /// Document kinds that it looks at; empty means every kind.
    pub kinds: BTreeSet<String>,
    /// Words for keys of the unquoted scalars that it is about; empty means that it looks at more than those.
    pub keys: BTreeSet<String>,
    /// Gates that it judges in; empty means every gate that has the facts.
    pub gates: BTreeSet<Gate>,
    /// Statements of the model that it enforces.
    pub sources: Vec<String>,
    /// Ids that it once had.
    pub formerly: Vec<RuleId>,
    /// Names of its options with their defaults.
    pub options: serde_json::Map<String, serde_json::Value>,
    /// Path of the page, relative to the policies (`rules/<group>/<name>/<name>.md`); empty when there is none.
    pub page: String,
    /// Markdown; empty when there is no page.
    pub page_text: Cow<'static, str>,
    /// Path of the `.rego` file as messages name it.
    pub path: String,
    pub origin: Origin,
    pub(crate) module: Module,
}

/// Functions that rules import as `data.lib.<name>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    pub path: String,
    pub origin: Origin,
    pub(crate) module: Module,
}

/// A Rego text with what was read from its top.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Module {
    pub(crate) path: String,
    pub(crate) text: Cow<'static, str>,
    pub(crate) origin: Origin,
    pub(crate) package: PackagePath,
    pub(crate) annotated: Annotated,
}

/// Annotations of the package and of definitions by name, in the order of the text.
#[derive(Debug, Clone)]
pub(crate) enum Annotated {
    Read(Arc<[(Before, Annotations)]>),
    /// Becomes values when it is asked for.
    Built(&'static Built),
}

impl Annotated {
    /// The annotations of the package or of a definition.
    pub(crate) fn before(&self, before: &Before) -> Option<Annotations> {
        match self {
            Self::Read(annotations) => annotations.iter().find(|(b, _)| b == before).map(|(_, json)| json.clone()),
            Self::Built(built) => {
                let block = built.blocks().find(|block| block.before == *before)?;
                metadata::annotations(built.file.path, &block).ok()
            }
        }
    }

    /// What the build read of the text.
    pub(crate) const fn built(&self) -> Option<&'static Built> {
        match self {
            Self::Built(built) => Some(built),
            Self::Read(_) => None,
        }
    }

    fn all(&self) -> Vec<(Before, Option<Annotations>)> {
        let befores: Vec<Before> = match self {
            Self::Read(annotations) => annotations.iter().map(|(before, _)| before.clone()).collect(),
            Self::Built(built) => built.blocks().map(|block| block.before).collect(),
        };
        befores
            .into_iter()
            .map(|before| (before.clone(), self.before(&before)))
            .collect()
    }
}

impl PartialEq for Annotated {
    fn eq(&self, other: &Self) -> bool {
        self.all() == other.all()
    }
}

/// Everything that a set of policy files offers; a clone shares it.
#[derive(Debug, Clone, Default)]
pub struct RuleSet(Arc<Content>);

#[derive(Debug, Default)]
struct Content {
    rules: BTreeMap<RuleId, Slot>,
    libraries: Vec<Library>,
    tests: Vec<Module>,
    /// Those that are built in, which few commands ask for.
    built_tests: OnceLock<Vec<Module>>,
    built: Option<&'static BuiltIn>,
}

impl RuleSet {
    /// Reads what the files declare. Files that cannot be used are left out and reported; other files than `.rego` serve as pages.
    pub fn load(files: Vec<PolicyFile>) -> (Self, Vec<PolicyError>) {
        Loading::default().load(files)
    }

    /// The rules that are built in, and those of further files; the same as `load` with the files that are built in before the others.
    pub fn built_in_with(files: Vec<PolicyFile>) -> (Self, Vec<PolicyError>) {
        let Some(built) = built_in() else {
            return Self::load(source::embedded().into_iter().chain(files).collect());
        };
        let mut loading = Loading::default();
        let slots = built.rules.iter().filter_map(|rule| {
            let id = RuleId::parse(rule.id)?;
            Some((id, Slot::built(rule)))
        });
        loading.content = Content {
            rules: slots.collect(),
            libraries: built.libraries.iter().map(Library::built).collect(),
            built: Some(built),
            ..Content::default()
        };
        if !files.is_empty() {
            let modules = built.rules.iter().map(|rule| &rule.module);
            let modules = modules.chain(built.libraries).chain(built.tests);
            loading.packages = modules
                .map(|module| (module.package(), module.file.path.to_owned(), Origin::Shipped))
                .collect();
        }
        loading.load(files)
    }

    /// All rules in order of id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.0.rules.values().filter_map(Slot::rule)
    }

    /// The same without reading them.
    pub fn listed(&self) -> impl Iterator<Item = Listed<'_>> {
        self.0.rules.iter().map(|(id, slot)| Listed::new(id, slot))
    }

    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.0.rules.get(id)?.rule()
    }

    pub fn libraries(&self) -> &[Library] {
        &self.0.libraries
    }

    pub(crate) fn tests(&self) -> impl Iterator<Item = &Module> {
        let built = self.0.built.map(|built| {
            let modules = || built.tests.iter().map(Module::built).collect();
            self.0.built_tests.get_or_init(modules)
        });
        built.into_iter().flatten().chain(&self.0.tests)
    }

    /// All modules that checks may load: rules and libraries, not tests.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Module> {
        let libraries = self.0.libraries.iter().map(|l| &l.module);
        self.rules().map(|r| &r.module).chain(libraries)
    }

    /// What a rule may see by itself or through its libraries. A text that hands `input` on as a whole, or reaches for other rules, may
    /// see everything.
    pub fn mentions(&self, rule: &RuleId) -> Mentions {
        match self.0.rules.get(rule) {
            Some(Slot::Built(rule, _)) => rule.module.mentions,
            Some(Slot::Read(rule)) => self.mentions_of(&rule.module.text).unwrap_or(Mentions::ALL),
            None => Mentions::ALL,
        }
    }

    fn mentions_of(&self, text: &str) -> Option<Mentions> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut waiting: Vec<&str> = vec![text];
        let mut mentions = Mentions::default();
        while let Some(text) = waiting.pop() {
            let (own, names) = of_text(text)?;
            mentions = mentions.and(own);
            for name in names {
                if seen.insert(name) {
                    waiting.extend(self.libraries_called(name).map(|module| &*module.text));
                }
            }
        }
        Some(mentions)
    }

    /// The modules of `data.lib.<name>`, and below it.
    pub(crate) fn libraries_called(&self, name: &str) -> impl Iterator<Item = &Module> {
        let modules = self.0.libraries.iter().map(|library| &library.module);
        modules.filter(move |module| matches!(module.package.0.as_slice(), [lib, own, ..] if lib == "lib" && own == name))
    }
}

impl Library {
    fn built(built: &'static Built) -> Self {
        let module = Module::built(built);
        Self {
            path: module.path.clone(),
            origin: module.origin,
            module,
        }
    }
}

impl Module {
    pub(crate) fn built(built: &'static Built) -> Self {
        Self {
            path: built.file.path.to_owned(),
            text: Cow::Borrowed(built.file.text),
            origin: Origin::Shipped,
            package: built.package(),
            annotated: Annotated::Built(built),
        }
    }
}

#[derive(Default)]
struct Loading {
    content: Content,
    pages: BTreeMap<String, Cow<'static, str>>,
    /// Package, path and origin of every file so far.
    packages: Vec<(PackagePath, String, Origin)>,
    problems: Vec<PolicyError>,
}

impl Loading {
    fn load(mut self, files: Vec<PolicyFile>) -> (RuleSet, Vec<PolicyError>) {
        let (sources, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|f| f.path.ends_with(".rego"));
        self.pages = others.into_iter().map(|f| (f.path, f.text)).collect();
        // Shipped files first, so that it is always the foreign file that is refused.
        let (shipped, external): (Vec<_>, Vec<_>) = sources.into_iter().partition(|f| f.origin.is_own());
        for file in shipped.into_iter().chain(external) {
            self.add(file);
        }
        self.problems
            .sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        (RuleSet(Arc::new(self.content)), self.problems)
    }

    fn add(&mut self, file: PolicyFile) {
        let Some(outline) = outline(&file.text) else {
            self.problems.push(PolicyError::of_file(&file.path, Problem::NoPackage));
            return;
        };
        if let Some(problem) = self.refuse_package(&file, &outline) {
            let (line, column) = outline.place;
            self.problems.push(PolicyError::at(&file.path, line, column, problem));
            return;
        }
        self.packages.push((outline.package.clone(), file.path.clone(), file.origin));
        if file.path.ends_with("_test.rego") {
            if let Some(module) = self.module(&file, &outline, None) {
                self.content.tests.push(module);
            }
            return;
        }
        match outline.package.parts().as_slice() {
            ["lib", ..] => {
                if let Some(module) = self.module(&file, &outline, None) {
                    self.content.libraries.push(Library {
                        path: file.path,
                        origin: file.origin,
                        module,
                    });
                }
            }
            ["rules", group, name] => {
                if let Some(id) = RuleId::parse(&format!("{group}/{name}")) {
                    self.add_rule(id, file, &outline);
                }
            }
            _ => {}
        }
    }

    fn add_rule(&mut self, id: RuleId, file: PolicyFile, outline: &Outline) {
        let Some(block) = outline.blocks.iter().find(|b| b.before == Before::Package) else {
            let (line, column) = outline.place;
            self.problems
                .push(PolicyError::at(&file.path, line, column, Problem::NoMetadata));
            return;
        };
        let read = metadata::read(&file.path, block).and_then(|top| Ok((metadata::rule_metadata(&file.path, block, &top)?, top)));
        let (metadata, annotations) = match read {
            Ok(read) => read,
            Err(problems) => {
                self.problems.extend(problems);
                return;
            }
        };
        let Some(module) = self.module(&file, outline, Some(annotations)) else {
            return;
        };
        let page_path = format!("{}.md", file.path.trim_end_matches(".rego"));
        let page = self.pages.remove(&page_path);
        if page.is_none() && file.origin.is_own() {
            let problem = Problem::NoPage(id.to_string(), page_path);
            self.problems.push(PolicyError::of_file(&file.path, problem));
        }
        let rule = rule(id.clone(), metadata, page, module);
        self.content.rules.insert(id, Slot::Read(Box::new(rule)));
    }

    /// The module with all its annotations, or `None` after reporting those that cannot be read. `of_package` was read before.
    fn module(&mut self, file: &PolicyFile, outline: &Outline, mut of_package: Option<Annotations>) -> Option<Module> {
        let mut annotations = Vec::new();
        let before = self.problems.len();
        for block in &outline.blocks {
            let known = of_package.take_if(|_| block.before == Before::Package);
            match known.map_or_else(|| metadata::annotations(&file.path, block), Ok) {
                Ok(json) => annotations.push((block.before.clone(), json)),
                Err(problems) => self.problems.extend(problems),
            }
        }
        (self.problems.len() == before).then(|| Module {
            path: file.path.clone(),
            text: file.text.clone(),
            origin: file.origin,
            package: outline.package.clone(),
            annotated: Annotated::Read(annotations.into()),
        })
    }

    fn refuse_package(&self, file: &PolicyFile, outline: &Outline) -> Option<Problem> {
        let package = &outline.package;
        if file.origin == Origin::External {
            let shipped = |(other, _, origin): &&(PackagePath, String, Origin)| {
                origin.is_own() && (package.is_within(other) || other.is_within(package))
            };
            if let Some((shipped, other, _)) = self.packages.iter().find(shipped) {
                return Some(Problem::ShippedPackage {
                    package: package.to_string(),
                    shipped: shipped.to_string(),
                    other: other.clone(),
                });
            }
        }
        if let Some((_, other, _)) = self.packages.iter().find(|(other, ..)| other == package) {
            return Some(Problem::DuplicatePackage {
                package: package.to_string(),
                other: other.clone(),
            });
        }
        refuse_form(file, package)
    }
}

/// The package must say what the file is, and for shipped files the folder must say the same.
fn refuse_form(file: &PolicyFile, package: &PackagePath) -> Option<Problem> {
    if file.path.ends_with("_test.rego") {
        let is_test = package.0.last().is_some_and(|last| last.ends_with("_test"));
        return (!is_test).then(|| Problem::TestPackage(package.to_string()));
    }
    let folder = match package.parts().as_slice() {
        ["rules", group, name] => {
            let id = format!("{group}/{name}");
            if RuleId::parse(&id).is_none() {
                return Some(Problem::RuleIdForm(id));
            }
            format!("rules/{group}/{name}/{name}.rego")
        }
        ["lib", name] => format!("lib/{name}/{name}.rego"),
        _ => return Some(Problem::ForeignPackage(package.to_string())),
    };
    let fits = file
        .path
        .strip_suffix(&folder)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'));
    (file.origin.is_own() && !fits).then(|| Problem::FolderMismatch {
        package: package.to_string(),
        expected: folder,
    })
}

pub(crate) fn rule(id: RuleId, metadata: RuleMetadata, page: Option<Cow<'static, str>>, module: Module) -> Rule {
    let (group, name) = (id.group(), id.name());
    let page_path = format!("rules/{group}/{name}/{name}.md");
    Rule {
        title: metadata.title,
        description: metadata.description,
        severity: metadata.severity,
        reads: metadata.reads,
        kinds: metadata.kinds,
        keys: metadata.keys,
        gates: metadata.gates,
        sources: metadata.sources,
        formerly: metadata.formerly,
        options: metadata.options,
        page: if page.is_some() { page_path } else { String::new() },
        page_text: page.unwrap_or_default(),
        path: module.path.clone(),
        origin: module.origin,
        module,
        id,
    }
}
