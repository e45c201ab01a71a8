//! Runs the `test_*` rules of `_test.rego` files.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::Value;

use super::builtins::{self, CurrentRule};
use super::engine::{Limits, empty_engine};
use super::front_end;
use super::loading::{self, Loaded, Scope};
use super::problem::PolicyError;
use super::regorus_error::located;
use super::rule_set::{Module, RuleSet};

/// One test rule and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    pub file: String,
    /// Line of the test's first clause.
    pub line: Option<u32>,
    /// `test_...`; the file's name when the file as a whole cannot be run.
    pub name: String,
    pub passed: bool,
    /// Why it did not pass, and what it printed; empty when it passed.
    pub message: String,
}

/// Runs every test of the set, each file on its own with the modules it refers to. `data` is `data` in Rego: `{"flow": ...}`.
///
/// A test passes when it is `true`; one that is undefined, something else, or an error does not.
pub fn run(rule_set: &RuleSet, data: &Value, limits: Limits) -> Vec<TestResult> {
    let mut results: Vec<TestResult> = rule_set
        .tests()
        .flat_map(|test| run_file(rule_set, test, data, limits))
        .collect();
    results.sort_by(|a, b| (&a.file, a.line, &a.name).cmp(&(&b.file, b.line, &b.name)));
    results
}

fn run_file(rule_set: &RuleSet, test: &Module, data: &Value, limits: Limits) -> Vec<TestResult> {
    let loaded = loading::load(rule_set, &[test], empty_engine(limits), limits, Scope::Everything);
    let problems = [
        loaded.problems.clone(),
        front_end::check(&loaded, data, Scope::Everything).errors,
    ]
    .concat();
    let Loaded { mut engine, modules, .. } = loaded;
    if !problems.is_empty() {
        return problems.iter().map(|problem| unusable(test, problem)).collect();
    }
    if let Err(error) = engine
        .add_data(data.clone())
        .and_then(|()| engine.eval_query("true".to_owned(), false).map(drop))
    {
        return vec![unusable(
            test,
            &loading::problem_of(located(&error.to_string()).counted_by(&engine), &test.path, &test.text),
        )];
    }
    let depth = test.package.0.len();
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    for definition in modules
        .iter()
        .filter(|(module, _)| module.path == test.path)
        .flat_map(|(_, syntax)| &syntax.definitions)
    {
        if let Some(name) = definition.name.get(depth).filter(|name| name.starts_with("test_")) {
            names.entry(name).or_insert(definition.site.0);
        }
    }
    let metadata = Arc::new(CurrentRule::of(tested(rule_set, test).unwrap_or(test)));
    let ask = |(name, line): (&str, u32)| {
        let query = format!("data.{}.{name}", test.package);
        let answer = builtins::with_current_rule(&metadata, || engine.eval_rule(query));
        let printed = engine.take_prints().unwrap_or_default();
        let message = match answer {
            Ok(Value::Bool(true)) => None,
            Ok(Value::Undefined) => Some("is undefined: a line of it does not hold".to_owned()),
            Ok(other) => Some(format!("is {other} instead of true")),
            Err(error) => Some(error_text(&error.to_string())),
        };
        TestResult {
            file: test.path.clone(),
            line: Some(line),
            name: name.to_owned(),
            passed: message.is_none(),
            message: message.map(|m| [vec![m], printed].concat().join("\n")).unwrap_or_default(),
        }
    };
    names.into_iter().map(ask).collect()
}

/// The rule that a test is named after.
fn tested<'s>(rule_set: &'s RuleSet, test: &Module) -> Option<&'s Module> {
    let mut package = test.package.clone();
    let last = package.0.last_mut()?;
    *last = last.strip_suffix("_test")?.to_owned();
    rule_set.modules().find(|module| module.package == package)
}

fn error_text(text: &str) -> String {
    let error = located(text);
    match (error.path, error.line) {
        (Some(path), Some(line)) => format!("fails at {path}:{line}: {}", error.message),
        _ => format!("fails: {}", error.message),
    }
}

fn unusable(test: &Module, problem: &PolicyError) -> TestResult {
    TestResult {
        file: test.path.clone(),
        line: problem.line.filter(|_| problem.path == test.path),
        name: test.path.rsplit('/').next().unwrap_or_default().to_owned(),
        passed: false,
        message: problem.to_string(),
    }
}
