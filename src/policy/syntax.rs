//! What a parsed module defines and uses, with names resolved through scopes, imports and the package. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Module, Query, Rule, RuleHead};

use super::heads;
use super::references::{Site, flatten, head_reference, pattern_names, root_span, site};

/// What a module defines, uses and leaves unused.
#[derive(Debug, Default)]
pub(crate) struct ModuleSyntax {
    pub(crate) definitions: Vec<Definition>,
    pub(crate) unused_imports: Vec<(String, Site)>,
    pub(crate) unused_variables: Vec<(String, Site)>,
    /// Imported paths without `data`, with the place of the import.
    pub(crate) imports: Vec<(Vec<String>, Site)>,
    /// Heads in which one undefined element loses all, by the name that they define.
    pub(crate) open_heads: Vec<(String, Site)>,
    /// Values that are read through the name of an import.
    pub(crate) alias_reads: Vec<AliasRead>,
}

/// A value that is read through the name of an import; calls are none.
#[derive(Debug)]
pub(crate) struct AliasRead {
    pub(crate) alias: String,
    /// What the import names, without `data`; `None` for a part of `input`.
    pub(crate) target: Option<Vec<String>>,
    /// Does it stand in a function?
    pub(crate) is_in_function: bool,
    pub(crate) site: Site,
}

/// One clause of a rule or function.
#[derive(Debug)]
pub(crate) struct Definition {
    /// Package and name, without `data`.
    pub(crate) name: Vec<String>,
    /// Number of arguments of a function.
    pub(crate) arity: Option<usize>,
    pub(crate) uses: Vec<(Use, Site)>,
    pub(crate) site: Site,
}

/// Something that lies outside of the clause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    /// The constant beginning of a reference into `data`, without `data`.
    Data(Vec<String>),
    /// A call of a function that Rego code defines, by its path without `data`.
    Function(Vec<String>, Arguments),
    /// A call of any other name, such as `count` or `strings.replace_n`.
    Builtin(String, Arguments),
}

/// How a call is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arguments {
    pub(crate) count: usize,
    /// The last one is a variable, which may receive the result.
    pub(crate) ends_with_variable: bool,
}

/// Reads a module that regorus has parsed.
pub(crate) fn read(package: &[String], module: &Module) -> ModuleSyntax {
    let mut walker = Walker::new(package, module);
    let mut syntax = ModuleSyntax {
        imports: walker
            .imports
            .values()
            .filter_map(|i| Some((i.target.clone()?, i.site)))
            .collect(),
        ..ModuleSyntax::default()
    };
    syntax.imports.sort();
    for rule in &module.policy {
        let definition = walker.rule(rule);
        syntax.definitions.push(definition);
    }
    let unused = walker.imports.iter().filter(|(_, import)| !import.is_used);
    syntax.unused_imports = unused.map(|(alias, import)| (alias.clone(), import.site)).collect();
    syntax.unused_variables = walker.unused_variables.into_iter().map(|(site, name)| (name, site)).collect();
    syntax.alias_reads = walker.alias_reads;
    syntax.open_heads = walker.open_heads.into_iter().map(|(site, name)| (name, site)).collect();
    syntax
}

struct Import {
    /// Path without `data`; `None` for a part of `input`.
    target: Option<Vec<String>>,
    site: Site,
    is_used: bool,
}

#[derive(Default)]
struct Scope {
    /// Declared names: where, and whether something reads them.
    names: BTreeMap<String, (Site, bool)>,
}

struct Walker<'m> {
    package: &'m [String],
    /// Names that this module defines, by first part.
    own: BTreeSet<String>,
    imports: BTreeMap<String, Import>,
    scopes: Vec<Scope>,
    uses: Vec<(Use, Site)>,
    unused_variables: BTreeSet<(Site, String)>,
    open_heads: BTreeSet<(Site, String)>,
    alias_reads: Vec<AliasRead>,
    /// Is the clause that is being read one of a function?
    is_in_function: bool,
}

impl<'m> Walker<'m> {
    fn new(package: &'m [String], module: &Module) -> Self {
        let mut imports = BTreeMap::new();
        for import in &module.imports {
            let (root, parts, _) = flatten(&import.refr);
            let alias = import.r#as.as_ref().map(|span| span.text().to_owned());
            let alias = alias.or_else(|| parts.last().cloned());
            if let (Some(root @ ("data" | "input")), Some(alias)) = (root, alias) {
                imports.insert(
                    alias,
                    Import {
                        target: (root == "data").then_some(parts),
                        site: site(&import.span),
                        is_used: false,
                    },
                );
            }
        }
        let heads = module.policy.iter().map(|rule| head_reference(rule));
        Self {
            package,
            own: heads.filter_map(|head| flatten(head).0.map(str::to_owned)).collect(),
            imports,
            scopes: Vec::new(),
            uses: Vec::new(),
            unused_variables: BTreeSet::new(),
            open_heads: BTreeSet::new(),
            alias_reads: Vec::new(),
            is_in_function: false,
        }
    }

    fn rule(&mut self, rule: &Rule) -> Definition {
        let head = head_reference(rule);
        let (root, parts, _) = flatten(head);
        let name = self
            .package
            .iter()
            .cloned()
            .chain(root.map(str::to_owned))
            .chain(parts)
            .collect();
        let arity = match rule {
            Rule::Spec {
                head: RuleHead::Func { args, .. },
                ..
            } => Some(args.len()),
            Rule::Default { args, .. } if !args.is_empty() => Some(args.len()),
            _ => None,
        };
        self.is_in_function = arity.is_some();
        match rule {
            Rule::Spec { head, bodies, .. } => self.clause(head, bodies),
            Rule::Default { value, .. } => self.expression(value),
        }
        Definition {
            name,
            arity,
            uses: std::mem::take(&mut self.uses),
            site: site(rule.span()),
        }
    }

    fn clause(&mut self, head: &RuleHead, bodies: &[regorus::unstable::RuleBody]) {
        let mut arguments = Scope::default();
        if let RuleHead::Func { args, .. } = head {
            for arg in args {
                // Arguments belong to the function's signature, so an unused one is no mistake.
                pattern_names(arg, &mut |name, at| arguments.declare(name, at, true));
            }
        }
        self.scopes.push(arguments);
        if bodies.is_empty() {
            self.note_open_head(head, None);
            self.head(head, true);
        }
        for body in bodies {
            self.enter(&body.query);
            self.note_open_head(head, Some(&body.query));
            self.head(head, !body.is_else);
            if let Some(assign) = &body.assign {
                self.expression(&assign.value);
            }
            self.statements(&body.query);
            self.leave();
        }
        self.leave();
    }

    fn note_open_head(&mut self, head: &RuleHead, query: Option<&Query>) {
        let is_local = |name: &str| self.scopes.iter().any(|scope| scope.names.contains_key(name));
        if heads::is_open(head, query, &is_local)
            && let RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } = head
        {
            let name = flatten(refr).0.unwrap_or_default().to_owned();
            self.open_heads.insert((site(root_span(refr)), name));
        }
    }

    /// The expressions of the head are computed in the scope of each body; an `else` has a value of its own.
    fn head(&mut self, head: &RuleHead, with_value: bool) {
        let (refr, value) = match head {
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                (refr, assign.as_ref().map(|a| &a.value))
            }
            RuleHead::Set { refr, key, .. } => (refr, key.as_ref()),
        };
        for index in flatten(refr).2 {
            self.expression(index);
        }
        if let Some(value) = value.filter(|_| with_value) {
            self.expression(value);
        }
    }

    fn enter(&mut self, query: &Query) {
        let mut scope = Scope::default();
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeVars { vars, .. } => {
                    for span in vars {
                        scope.declare(span.text(), site(span), false);
                    }
                }
                Literal::SomeIn { key, value, .. } => {
                    for pattern in key.iter().chain([value]) {
                        pattern_names(pattern, &mut |name, at| scope.declare(name, at, false));
                    }
                }
                Literal::Expr { expr, .. } => {
                    if let Expr::AssignExpr {
                        op: AssignOp::ColEq,
                        lhs,
                        ..
                    } = &**expr
                    {
                        pattern_names(lhs, &mut |name, at| scope.declare(name, at, false));
                    }
                }
                Literal::NotExpr { .. } | Literal::Every { .. } => {}
            }
        }
        self.scopes.push(scope);
    }

    fn leave(&mut self) {
        let scope = self.scopes.pop().unwrap_or_default();
        let unused = scope.names.into_iter().filter(|(name, (_, is_used))| !is_used && name != "_");
        self.unused_variables.extend(unused.map(|(name, (site, _))| (site, name)));
    }

    fn statements(&mut self, query: &Query) {
        for statement in &query.stmts {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &LiteralStmt) {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn {
                key, value, collection, ..
            } => {
                for pattern in key.iter().chain([value]) {
                    self.pattern(pattern);
                }
                self.expression(collection);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => match &**expr {
                Expr::AssignExpr {
                    op: AssignOp::ColEq,
                    lhs,
                    rhs,
                    ..
                } => {
                    self.pattern(lhs);
                    self.expression(rhs);
                }
                _ => self.expression(expr),
            },
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                self.expression(domain);
                self.enter(query);
                if let Some(scope) = self.scopes.last_mut() {
                    for span in key.iter().chain([value]) {
                        scope.declare(span.text(), site(span), true);
                    }
                }
                self.statements(query);
                self.leave();
            }
        }
        for modifier in &statement.with_mods {
            if let Some(root) = flatten(&modifier.refr).0 {
                self.use_import(root);
            }
            self.expression(&modifier.r#as);
        }
    }

    /// A pattern declares its variables; keys and constants in it are ordinary expressions.
    fn pattern(&mut self, pattern: &Expr) {
        match pattern {
            Expr::Var { .. } => {}
            Expr::Array { items, .. } => items.iter().for_each(|item| self.pattern(item)),
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.expression(key);
                    self.pattern(value);
                }
            }
            other => self.expression(other),
        }
    }

    fn comprehension(&mut self, query: &Query, terms: &[&Expr]) {
        self.enter(query);
        for term in terms {
            self.expression(term);
        }
        self.statements(query);
        self.leave();
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::String { .. } | Expr::RawString { .. } | Expr::Number { .. } | Expr::Bool { .. } | Expr::Null { .. } => {}
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expression),
            Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().for_each(|item| self.expression(item)),
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.expression(key);
                    self.expression(value);
                }
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => self.comprehension(query, &[term]),
            Expr::ObjectCompr { key, value, query, .. } => self.comprehension(query, &[key, value]),
            Expr::Call { fcn, params, .. } => {
                let last = params.last().map(|param| &**param);
                let arguments = Arguments {
                    count: params.len(),
                    ends_with_variable: matches!(last, Some(Expr::Var { .. })),
                };
                self.call(fcn, arguments);
                params.iter().for_each(|param| self.expression(param));
            }
            Expr::UnaryExpr { expr, .. } => self.expression(expr),
            Expr::BinExpr { lhs, rhs, .. }
            | Expr::BoolExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. }
            | Expr::AssignExpr { lhs, rhs, .. } => {
                self.expression(lhs);
                self.expression(rhs);
            }
            Expr::Membership {
                key, value, collection, ..
            } => {
                if let Some(key) = key {
                    self.expression(key);
                }
                self.expression(value);
                self.expression(collection);
            }
        }
    }

    fn reference(&mut self, expression: &Expr) {
        let (root, parts, indexes) = flatten(expression);
        for index in indexes {
            self.expression(index);
        }
        let Some(root) = root else { return };
        if self.use_local(root) || root == "input" {
            return;
        }
        let path: Vec<String> = if root == "data" {
            parts
        } else if let Some(target) = self.use_import(root) {
            self.alias_reads.push(AliasRead {
                alias: root.to_owned(),
                target: target.clone(),
                is_in_function: self.is_in_function,
                site: site(root_span(expression)),
            });
            let Some(target) = target else { return };
            target.into_iter().chain(parts).collect()
        } else if self.own.contains(root) {
            self.package.iter().cloned().chain([root.to_owned()]).chain(parts).collect()
        } else {
            // A name that nothing declares is a variable that Rego binds by itself.
            return;
        };
        self.uses.push((Use::Data(path), site(root_span(expression))));
    }

    fn call(&mut self, function: &Expr, arguments: Arguments) {
        let (root, parts, _) = flatten(function);
        let Some(root) = root else { return };
        let at = site(root_span(function));
        let called = if root == "data" {
            Use::Function(parts, arguments)
        } else if let Some(Some(target)) = self.use_import(root) {
            Use::Function(target.into_iter().chain(parts).collect(), arguments)
        } else if self.own.contains(root) {
            let path = self.package.iter().cloned().chain([root.to_owned()]).chain(parts);
            Use::Function(path.collect(), arguments)
        } else {
            let name: Vec<String> = [root.to_owned()].into_iter().chain(parts).collect();
            Use::Builtin(name.join("."), arguments)
        };
        self.uses.push((called, at));
    }

    fn use_local(&mut self, name: &str) -> bool {
        let declared = self.scopes.iter_mut().rev().find_map(|scope| scope.names.get_mut(name));
        declared.map(|(_, is_used)| *is_used = true).is_some()
    }

    fn use_import(&mut self, alias: &str) -> Option<Option<Vec<String>>> {
        let import = self.imports.get_mut(alias)?;
        import.is_used = true;
        Some(import.target.clone())
    }
}

impl Scope {
    fn declare(&mut self, name: &str, at: Site, is_used: bool) {
        self.names.entry(name.to_owned()).or_insert((at, is_used));
    }
}
