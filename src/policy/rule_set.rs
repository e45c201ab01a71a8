//! The rules of all policy files by what they declare, without parsing their Rego.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::gate::Gate;
use crate::domain::rule::{Level, Reads, RuleId};

use super::metadata::{self, Annotations, RuleMetadata};
use super::package::{Before, Outline, PackagePath, outline};
use super::problem::{PolicyError, Problem};
use super::source::{Origin, PolicyFile, prepared};

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
    /// Annotations of the package and of definitions by name, in the order of the text.
    pub(crate) annotations: Vec<(Before, Annotations)>,
}

/// Everything that a set of policy files offers; a clone shares it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuleSet(Arc<Content>);

#[derive(Debug, Default, PartialEq)]
struct Content {
    rules: BTreeMap<RuleId, Rule>,
    libraries: Vec<Library>,
    tests: Vec<Module>,
}

impl RuleSet {
    /// Reads what the files declare. Files that cannot be used are left out and reported; other files than `.rego` serve as pages.
    pub fn load(files: Vec<PolicyFile>) -> (Self, Vec<PolicyError>) {
        let (sources, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|f| f.path.ends_with(".rego"));
        let pages: BTreeMap<String, Cow<'static, str>> = others.into_iter().map(|f| (f.path, f.text)).collect();
        let mut loading = Loading {
            pages,
            ..Loading::default()
        };
        // Shipped files first, so that it is always the foreign file that is refused.
        let (shipped, external): (Vec<_>, Vec<_>) = sources.into_iter().partition(|f| f.origin.is_own());
        for file in shipped.into_iter().chain(external) {
            loading.add(file);
        }
        loading
            .problems
            .sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        (Self(Arc::new(loading.content)), loading.problems)
    }

    /// All rules in order of id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.0.rules.values()
    }

    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.0.rules.get(id)
    }

    pub fn libraries(&self) -> &[Library] {
        &self.0.libraries
    }

    pub(crate) fn tests(&self) -> &[Module] {
        &self.0.tests
    }

    /// All modules that checks may load: rules and libraries, not tests.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Module> {
        let libraries = self.0.libraries.iter().map(|l| &l.module);
        self.0.rules.values().map(|r| &r.module).chain(libraries)
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
    fn add(&mut self, file: PolicyFile) {
        let prepared = prepared(&file);
        let Some(outline) = prepared.map_or_else(|| outline(&file.text), |p| Some(p.outline())) else {
            self.problems.push(PolicyError::of_file(&file.path, Problem::NoPackage));
            return;
        };
        // Of what the build has prepared a test says that each file has the package of its folder.
        if prepared.is_none()
            && let Some(problem) = self.refuse_package(&file, &outline)
        {
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
        self.content.rules.insert(id.clone(), rule(id, metadata, page, file, module));
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
            annotations,
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

fn rule(id: RuleId, metadata: RuleMetadata, page: Option<Cow<'static, str>>, file: PolicyFile, module: Module) -> Rule {
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
        path: file.path,
        origin: file.origin,
        module,
        id,
    }
}
