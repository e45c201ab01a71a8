//! Parses chosen modules and, step by step, the modules they refer to.

use std::collections::BTreeSet;

use super::engine::Limits;
use super::lexemes::{Kind, lexemes};
use super::near::nearest;
use super::nesting;
use super::problem::{PolicyError, Problem};
use super::regorus_error::{Located, located};
use super::rule_set::{Module, RuleSet};
use super::source::Origin;
use super::syntax::{self, ModuleSyntax, Use};

use crate::domain::rule::RuleId;

/// Modules that were parsed, with what they define and use.
pub(crate) struct Loaded<'s> {
    pub(crate) engine: regorus::Engine,
    pub(crate) modules: Vec<(&'s Module, ModuleSyntax)>,
    pub(crate) problems: Vec<PolicyError>,
}

/// Parses `roots` into `engine`, then everything that they refer to, transitively.
pub(crate) fn load<'s>(rule_set: &'s RuleSet, roots: &[&'s Module], engine: regorus::Engine, limits: Limits) -> Loaded<'s> {
    let mut loaded = Loaded {
        engine,
        modules: Vec::new(),
        problems: Vec::new(),
    };
    let mut waiting: Vec<&Module> = roots.to_vec();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(module) = waiting.pop() {
        if !seen.insert(&module.path) {
            continue;
        }
        match parse(module, &mut loaded.engine, limits) {
            Ok(syntax) => {
                waiting.extend(needed(rule_set, &syntax));
                loaded.modules.push((module, syntax));
            }
            Err(problems) => loaded.problems.extend(problems),
        }
    }
    loaded
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
    let is_needed = |module: &&Module| {
        let package = &module.package.0;
        paths
            .iter()
            .any(|path| path.starts_with(package) || package.starts_with(path))
    };
    rule_set.modules().filter(is_needed).collect()
}

fn parse(module: &Module, engine: &mut regorus::Engine, limits: Limits) -> Result<ModuleSyntax, Vec<PolicyError>> {
    if module.origin == Origin::External {
        // Before the parser sees it: the parser has no limit of time, and its time doubles with each bracket.
        let problems = nesting::check(&module.path, &module.text, limits.nesting);
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    engine
        .add_policy(module.path.clone(), module.text.to_string())
        .map_err(|error| vec![problem_of(&located(&error.to_string()), &module.path, &module.text)])?;
    let parsed = engine.get_modules().last().cloned();
    Ok(parsed
        .map(|parsed| syntax::read(&module.path, &module.package.0, &parsed))
        .unwrap_or_default())
}

/// Names what regorus does not know by its name in Rego, where its own message would not help.
pub(crate) fn problem_of(error: &Located, path: &str, text: &str) -> PolicyError {
    let place = error.line.zip(error.column);
    let is_at = |line: u32, column: u32| place == Some((line, column));
    let problem = match error.message.as_str() {
        "invalid character" if lexemes(text).any(|l| l.kind == Kind::Template && is_at(l.line, l.column)) => {
            Problem::StringTemplate
        }
        "rule must have a body or assignment" => Problem::BodylessFunction,
        message => Problem::Syntax(message.to_owned()),
    };
    PolicyError {
        path: error.path.clone().unwrap_or_else(|| path.to_owned()),
        line: error.line,
        column: error.column,
        problem: Box::new(problem),
    }
}

pub(crate) fn unknown_rule(rule_set: &RuleSet, id: &RuleId) -> PolicyError {
    let near = nearest(id.as_str(), rule_set.rules().map(|r| r.id.as_str())).map(str::to_owned);
    PolicyError::of_file(
        "policies",
        Problem::UnknownRule {
            id: id.to_string(),
            near,
        },
    )
}
