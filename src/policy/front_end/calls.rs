//! Checks that every function is defined and given as many arguments as it takes, and that every reference into `data` leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use crate::policy::builtins;
use crate::policy::loading::{Loaded, Scope};
use crate::policy::near::nearest;
use crate::policy::package::PackagePath;
use crate::policy::problem::{PolicyError, Problem};
use crate::policy::syntax::{Arguments, Use};

/// Every call and reference of the covered modules that does not fit.
pub(crate) fn check(loaded: &Loaded<'_>, data: &Value, scope: Scope) -> Vec<PolicyError> {
    let known = Known::of(loaded, data);
    let mut problems = Vec::new();
    for (module, syntax) in loaded.modules.iter().filter(|(module, _)| scope.covers(module)) {
        let imported = syntax.imports.iter().map(|(path, site)| (Use::Data(path.clone()), *site));
        let used = syntax
            .definitions
            .iter()
            .flat_map(|definition| definition.uses.iter().cloned());
        // The head of a rule with several bodies is read once for each.
        let uses: BTreeSet<_> = imported.chain(used).collect();
        for (used, (line, column)) in uses {
            let problem = match used {
                Use::Data(path) => known.refuse_data(&path),
                Use::Function(path, arguments) => known.refuse_function(&path, arguments),
                Use::Builtin(name, arguments) => known.refuse_builtin(&name, arguments),
            };
            problems.extend(problem.map(|problem| PolicyError::at(&module.path, line, column, problem)));
        }
    }
    problems
}

struct Known {
    builtins: BTreeMap<&'static str, Option<usize>>,
    /// Functions of all loaded modules with the numbers of arguments that their clauses take.
    functions: BTreeMap<Vec<String>, BTreeSet<usize>>,
    /// Everything that rules define.
    rules: BTreeSet<Vec<String>>,
    /// The same and the packages themselves.
    defined: BTreeSet<Vec<String>>,
    /// First words of the data that is handed in.
    roots: BTreeSet<String>,
}

impl Known {
    fn of(loaded: &Loaded<'_>, data: &Value) -> Self {
        let mut known = Self {
            builtins: builtins::arities(),
            functions: BTreeMap::new(),
            rules: BTreeSet::new(),
            defined: BTreeSet::new(),
            roots: BTreeSet::new(),
        };
        for (module, syntax) in &loaded.modules {
            known.defined.insert(module.package.0.clone());
            for definition in &syntax.definitions {
                if let Some(arity) = definition.arity {
                    known.functions.entry(definition.name.clone()).or_default().insert(arity);
                }
                known.rules.insert(definition.name.clone());
            }
        }
        known.defined.extend(known.rules.iter().cloned());
        if let Value::Object(fields) = data {
            known.roots = fields
                .keys()
                .filter_map(|key| key.as_string().ok())
                .map(|key| key.to_string())
                .collect();
        }
        known
    }

    fn refuse_data(&self, path: &[String]) -> Option<Problem> {
        let root = path.first()?;
        if self.roots.contains(root) {
            return None;
        }
        let leads_on = |defined: &Vec<String>| defined.starts_with(path);
        // A package alone is no end: what follows it must be defined in it.
        let leads_into = (1..=path.len()).any(|end| path.get(..end).is_some_and(|start| self.rules.contains(start)));
        if leads_into || self.defined.range(path.to_vec()..).next().is_some_and(leads_on) {
            return None;
        }
        let siblings = self.defined.iter().filter(|defined| defined.len() == path.len());
        let near = self.near(
            path,
            siblings.chain(self.roots.iter().map(|root| vec![root.clone()]).collect::<Vec<_>>().iter()),
        );
        Some(Problem::UnknownData {
            name: format!("data.{}", display(path)),
            near,
        })
    }

    fn refuse_function(&self, path: &[String], arguments: Arguments) -> Option<Problem> {
        match self.functions.get(path) {
            Some(arities) if arities.iter().any(|arity| fits(*arity, arguments)) => None,
            Some(arities) => Some(Problem::WrongArity {
                name: display(path),
                expected: arities.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
                given: arguments.count,
            }),
            None => Some(Problem::UnknownFunction {
                name: format!("data.{}", display(path)),
                near: self.near(path, self.functions.keys()),
            }),
        }
    }

    fn refuse_builtin(&self, name: &str, arguments: Arguments) -> Option<Problem> {
        if builtins::is_forbidden(name) {
            return Some(Problem::ForbiddenFunction(name.to_owned()));
        }
        match self.builtins.get(name) {
            None => Some(Problem::UnknownFunction {
                name: name.to_owned(),
                near: self.near_function(name),
            }),
            Some(Some(arity)) if *arity != arguments.count && (builtins::is_own(name) || !fits(*arity, arguments)) => {
                Some(Problem::WrongArity {
                    name: name.to_owned(),
                    expected: arity.to_string(),
                    given: arguments.count,
                })
            }
            Some(_) => None,
        }
    }

    /// The nearest path of the same parents, as it would be written.
    fn near<'a>(&self, path: &[String], candidates: impl Iterator<Item = &'a Vec<String>>) -> Option<String> {
        let names: Vec<String> = candidates.map(|candidate| display(candidate)).collect();
        nearest(&display(path), names.iter().map(String::as_str)).map(|near| format!("data.{near}"))
    }

    /// The nearest name among builtins and the functions of all modules by their last word.
    fn near_function(&self, name: &str) -> Option<String> {
        let own = self.functions.keys().filter_map(|path| path.last()).map(String::as_str);
        nearest(name, self.builtins.keys().copied().chain(own)).map(str::to_owned)
    }
}

/// A variable as one argument more receives the result, as in `count(xs, n)`.
const fn fits(arity: usize, arguments: Arguments) -> bool {
    arguments.count == arity || (arguments.count == arity + 1 && arguments.ends_with_variable)
}

fn display(path: &[String]) -> String {
    PackagePath(path.to_vec()).to_string()
}
