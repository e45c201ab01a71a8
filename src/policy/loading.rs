//! Parses chosen modules and, step by step, the modules they refer to.

use std::collections::BTreeSet;

use crate::domain::rule::RuleId;

use super::built::Built;
use super::engine::{Limits, sorted};
use super::lexemes::{Kind, lexemes};
use super::near::nearest;
use super::nesting;
use super::package::PackagePath;
use super::problem::{PolicyError, Problem};
use super::regorus_error::{Located, located};
use super::rule_set::{Module, RuleSet};
use super::source::Origin;
use super::syntax::{self, ModuleSyntax, Use};

/// Modules that were parsed, with what they define and use.
pub(crate) struct Loaded<'s> {
    pub(crate) engine: regorus::Engine,
    pub(crate) modules: Vec<(&'s Module, ModuleSyntax)>,
    pub(crate) problems: Vec<PolicyError>,
}

/// Whose files are looked at before and after parsing. Those that are built in are held by tests, so that a start does not pay for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Foreign,
    Everything,
    /// No file, and what is parsed is not read for such looks: of `Loaded` there are the engine and the problems.
    Nothing,
}

impl Scope {
    pub(crate) fn covers(self, module: &Module) -> bool {
        match self {
            Self::Everything => true,
            Self::Foreign => module.origin != Origin::Shipped,
            Self::Nothing => false,
        }
    }
}

/// Parses `roots` into `engine`, then everything that they refer to, transitively.
pub(crate) fn load<'s>(
    rule_set: &'s RuleSet,
    roots: &[&'s Module],
    engine: regorus::Engine,
    limits: Limits,
    scope: Scope,
) -> Loaded<'s> {
    let mut loaded = Loaded {
        engine,
        modules: Vec::new(),
        problems: Vec::new(),
    };
    let mut waiting: Vec<&Module> = roots.to_vec();
    let mut seen: BTreeSet<&PackagePath> = BTreeSet::new();
    while let Some(module) = waiting.pop() {
        if !seen.insert(&module.package) {
            continue;
        }
        if let Err(problems) = parse(module, &mut loaded.engine, limits, scope) {
            loaded.problems.extend(problems);
            continue;
        }
        if scope == Scope::Nothing
            && let Some(names) = module.annotated.built().and_then(Built::libraries)
        {
            waiting.extend(names.flat_map(|name| rule_set.libraries_called(name)));
            continue;
        }
        let parsed = loaded.engine.get_modules().last().cloned();
        let syntax = parsed
            .map(|parsed| syntax::read(&module.package.0, &parsed))
            .unwrap_or_default();
        waiting.extend(needed(rule_set, &syntax));
        loaded.modules.push((module, syntax));
    }
    if scope == Scope::Nothing {
        return loaded;
    }
    let misread = misread_packages(&loaded);
    loaded.problems.extend(misread);
    loaded
}

/// Lets regorus analyse what was loaded. Of the problems that it finds it tells only the first; each root is asked alone to hear them all.
pub(crate) fn analyse<'s>(
    rule_set: &'s RuleSet,
    roots: &[&'s Module],
    engine: &mut regorus::Engine,
    empty: impl Fn() -> regorus::Engine,
    limits: Limits,
) -> Vec<PolicyError> {
    // A question without any rule: it only makes the engine analyse its modules.
    let analyse = |engine: &mut regorus::Engine| engine.eval_query("true".to_owned(), false).map(drop);
    let Err(error) = analyse(engine) else { return Vec::new() };
    let mut problems = vec![problem_of(located(&error.to_string()).counted_by(engine), "policies", "")];
    for root in roots {
        let mut alone = load(rule_set, &[root], empty(), limits, Scope::Foreign).engine;
        if let Err(error) = analyse(&mut alone) {
            problems.push(problem_of(
                located(&error.to_string()).counted_by(&alone),
                &root.path,
                &root.text,
            ));
        }
    }
    sorted(problems)
}

/// The modules that a module refers to, by path or by a path that leads through them.
fn needed<'s>(rule_set: &'s RuleSet, syntax: &ModuleSyntax) -> Vec<&'s Module> {
    let used = syntax
        .definitions
        .iter()
        .flat_map(|d| &d.uses)
        .filter_map(|(used, _)| match used {
            Use::Data(path) | Use::Function(path, _) => Some(path),
            Use::Builtin(..) => None,
        });
    let imported = syntax.imports.iter().map(|(path, _)| path);
    let paths: BTreeSet<&Vec<String>> = used.chain(imported).filter(|path| !path.is_empty()).collect();
    let is_needed = |package: &[&str]| {
        paths.iter().any(|path| {
            let (mut path, mut package) = (path.iter(), package.iter());
            path.by_ref().zip(package.by_ref()).all(|(a, b)| a == b)
        })
    };
    let rules = rule_set
        .listed()
        .filter(|rule| is_needed(&["rules", rule.id.group(), rule.id.name()]))
        .filter_map(|rule| Some(&rule.rule()?.module));
    let libraries = rule_set.libraries().iter().map(|library| &library.module);
    rules
        .chain(libraries.filter(|module| is_needed(&module.package.parts())))
        .collect()
}

fn parse(module: &Module, engine: &mut regorus::Engine, limits: Limits, scope: Scope) -> Result<(), Vec<PolicyError>> {
    if scope.covers(module) {
        // Before the parser sees it: the parser has no limit of time, and its time doubles with each bracket.
        let problems = nesting::check(&module.path, &module.text, limits.nesting);
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    let built = module.annotated.built().filter(|_| scope == Scope::Nothing);
    let text = built.map_or(&*module.text, |built| built.code);
    engine.add_policy(module.path.clone(), text.to_owned()).map_err(|error| {
        vec![problem_of(
            located(&error.to_string()).counted_in(&module.text),
            &module.path,
            &module.text,
        )]
    })?;
    Ok(())
}

/// Packages that regorus reads otherwise than `package::outline` did: who may use a package is decided by the latter.
fn misread_packages(loaded: &Loaded<'_>) -> Vec<PolicyError> {
    // Not `get_packages`, which takes `a["b.c"]` and `a.b.c` for one.
    let packages = loaded.engine.get_policy_package_components().unwrap_or_default();
    let pairs = loaded.modules.iter().zip(&packages);
    let misread = pairs.filter(|((module, _), package)| module.package.0 != package.components);
    misread
        .map(|((module, _), package)| {
            let found = PackagePath(package.components.clone()).to_string();
            PolicyError::of_file(
                &module.path,
                Problem::Syntax(format!("package {} reads as {found}", module.package)),
            )
        })
        .collect()
}

/// Names what regorus does not know by its name in Rego, where its own message would not help.
pub(crate) fn problem_of(error: Located, path: &str, text: &str) -> PolicyError {
    let place = error.line.zip(error.column);
    let is_template = || lexemes(text).any(|l| l.kind == Kind::Template && place == Some((l.line, l.column)));
    let problem = match error.message.as_str() {
        "invalid character" if is_template() => Problem::StringTemplate,
        "rule must have a body or assignment" => Problem::BodylessFunction,
        message => Problem::Syntax(message.to_owned()),
    };
    PolicyError {
        path: error.path.unwrap_or_else(|| path.to_owned()),
        line: error.line,
        column: error.column,
        problem: Box::new(problem),
    }
}

pub(crate) fn unknown_rule(rule_set: &RuleSet, id: &RuleId) -> PolicyError {
    let near = nearest(id.as_str(), rule_set.listed().map(|rule| rule.id.as_str())).map(str::to_owned);
    PolicyError::of_file(
        "policies",
        Problem::UnknownRule {
            id: id.to_string(),
            near,
        },
    )
}
