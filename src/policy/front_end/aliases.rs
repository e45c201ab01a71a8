//! Finds functions that would silently read nothing through the names of their imports.
//!
//! Who reads a value through the name of an imported package makes regorus evaluate all of that package and take every path below it for
//! done, also those that are names of imports there: a function of the package that is called afterwards finds nothing behind them.

use crate::policy::loading::{Loaded, Scope};
use crate::policy::problem::{PolicyError, Problem};
use crate::policy::references::Site;
use crate::policy::rule_set::Module;
use crate::policy::syntax::{AliasRead, ModuleSyntax, Use};

/// Every such read in a covered module; where the module is not covered, what makes regorus evaluate it.
pub(crate) fn check(loaded: &Loaded<'_>, scope: Scope) -> Vec<PolicyError> {
    let mut problems = Vec::new();
    for (module, syntax) in &loaded.modules {
        let mut reads = syntax.alias_reads.iter().filter(|read| read.is_in_function).peekable();
        if reads.peek().is_none() || !is_called(loaded, module) {
            continue;
        }
        let Some((whole, (line, column))) = whole_reader(loaded, module) else {
            continue;
        };
        let problem = |read: &AliasRead| Problem::LostImport {
            alias: read.alias.clone(),
            package: module.package.to_string(),
            reader: whole.path.clone(),
        };
        if scope.covers(module) {
            problems.extend(reads.map(|read| PolicyError::at(&module.path, read.site.0, read.site.1, problem(read))));
        } else if scope.covers(whole) {
            problems.extend(
                reads
                    .take(1)
                    .map(|read| PolicyError::at(&whole.path, line, column, problem(read))),
            );
        }
    }
    problems
}

/// The modules beside `module`.
fn others<'l>(loaded: &'l Loaded<'_>, module: &'l Module) -> impl Iterator<Item = (&'l Module, &'l ModuleSyntax)> {
    let all = loaded.modules.iter().map(|(other, syntax)| (*other, syntax));
    all.filter(|(other, _)| other.package != module.package)
}

/// Does another module call a function of this one?
fn is_called(loaded: &Loaded<'_>, module: &Module) -> bool {
    let mut uses = others(loaded, module).flat_map(|(_, syntax)| syntax.definitions.iter().flat_map(|d| &d.uses));
    uses.any(|(used, _)| matches!(used, Use::Function(path, _) if path.starts_with(&module.package.0)))
}

/// The first place in another module that makes regorus evaluate all of this one: a reference that names the package or what lies above
/// it, or an import of those through which a value is read.
fn whole_reader<'l>(loaded: &'l Loaded<'_>, module: &'l Module) -> Option<(&'l Module, Site)> {
    let is_whole = |path: &Vec<String>| module.package.0.starts_with(path);
    others(loaded, module).find_map(|(other, syntax)| {
        let mut aliased = syntax.alias_reads.iter();
        let aliased = aliased
            .find(|read| read.target.as_ref().is_some_and(is_whole))
            .map(|read| read.site);
        let mut uses = syntax.definitions.iter().flat_map(|definition| &definition.uses);
        let named = uses.find(|(used, _)| matches!(used, Use::Data(path) if is_whole(path)));
        aliased.or(named.map(|(_, site)| *site)).map(|site| (other, site))
    })
}
