//! Puts the checks together: which apply to which files, what is an error and what a warning.

use regorus::Value;

use crate::policy::engine::{Limits, empty_engine, sorted};
use crate::policy::loading::{self, Loaded, Scope};
use crate::policy::problem::{PolicyError, Problem};
use crate::policy::rule_set::{Module, RuleSet};

use super::{aliases, calls, collisions, cycles};

/// What was found, by weight.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// The policies cannot be used.
    pub errors: Vec<PolicyError>,
    /// The policies can be used, but are probably not what their author meant.
    pub warnings: Vec<PolicyError>,
}

/// Parses and checks every rule and library, shipped ones as well; for authors and for the tests that hold what ships.
pub fn check_everything(rule_set: &RuleSet, data: &Value, limits: Limits) -> Checked {
    let roots: Vec<&Module> = rule_set.modules().chain(rule_set.tests()).collect();
    let mut loaded = loading::load(rule_set, &roots, empty_engine(limits), limits, Scope::Everything);
    let mut checked = check(&loaded, data, Scope::Everything);
    checked.errors.extend(loaded.problems.iter().cloned());
    if checked.errors.is_empty() {
        let problems = loading::analyse(rule_set, &roots, &mut loaded.engine, || empty_engine(limits), limits);
        checked.errors.extend(problems);
    }
    checked.errors = sorted(checked.errors);
    checked
}

/// Checks the loaded modules that `scope` covers.
pub(crate) fn check(loaded: &Loaded<'_>, data: &Value, scope: Scope) -> Checked {
    if !loaded.modules.iter().any(|(module, _)| scope.covers(module)) {
        return Checked::default();
    }
    let mut errors = calls::check(loaded, data, scope);
    errors.extend(cycles::check(loaded, scope));
    errors.extend(aliases::check(loaded, scope));
    errors.extend(collisions::check(loaded, data));
    let (lost, open) = open_heads(loaded, scope);
    errors.extend(lost);
    let mut warnings = unused(loaded, scope);
    warnings.extend(open);
    Checked {
        errors: sorted(errors),
        warnings: sorted(warnings),
    }
}

/// Heads that may lose elements: in `report` that would be violations, so there it is an error; elsewhere a warning.
fn open_heads(loaded: &Loaded<'_>, scope: Scope) -> (Vec<PolicyError>, Vec<PolicyError>) {
    let covered = loaded.modules.iter().filter(|(module, _)| scope.covers(module));
    let heads = covered.flat_map(|(module, syntax)| syntax.open_heads.iter().map(move |head| (module, head)));
    let (reports, others): (Vec<_>, Vec<_>) = heads.partition(|(_, (name, _))| name == "report");
    let problem = |(module, (_, (line, column))): (&&Module, &(String, (u32, u32)))| {
        PolicyError::at(&module.path, *line, *column, Problem::OpenHead)
    };
    (
        reports.into_iter().map(problem).collect(),
        others.into_iter().map(problem).collect(),
    )
}

fn unused(loaded: &Loaded<'_>, scope: Scope) -> Vec<PolicyError> {
    let mut warnings = Vec::new();
    for (module, syntax) in loaded.modules.iter().filter(|(module, _)| scope.covers(module)) {
        let mut warn = |(line, column): (u32, u32), problem| warnings.push(PolicyError::at(&module.path, line, column, problem));
        for (alias, site) in &syntax.unused_imports {
            warn(*site, Problem::UnusedImport(alias.clone()));
        }
        for (name, site) in &syntax.unused_variables {
            warn(*site, Problem::UnusedVariable(name.clone()));
        }
    }
    warnings
}
