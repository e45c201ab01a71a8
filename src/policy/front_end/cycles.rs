//! Finds definitions that depend on themselves, and chains of calls that are too long: regorus would end the process on both.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::loading::{Loaded, Scope};
use crate::policy::package::PackagePath;
use crate::policy::problem::{PolicyError, Problem};
use crate::policy::syntax::{Definition, Use};

/// Definitions that may depend on each other in a row; each takes its part of the thread's stack.
const MAX_CHAIN: usize = 64;

/// Every cycle or over-long chain that touches a covered module, told once.
pub(crate) fn check(loaded: &Loaded<'_>, scope: Scope) -> Vec<PolicyError> {
    let graph = Graph::of(loaded);
    let mut problems = Vec::new();
    for found in graph.search() {
        let place = found.path.iter().find_map(|node| {
            let node = graph.nodes.get(*node)?;
            node.is_covered(scope).then_some(node)
        });
        if let Some(node) = place {
            let (line, column) = node.site;
            let problem = match found.kind {
                Kind::Cycle => Problem::Cycle(graph.display(&found.path)),
                Kind::Chain => Problem::LongChain(MAX_CHAIN),
            };
            problems.push(PolicyError::at(node.path, line, column, problem));
        }
    }
    problems
}

struct Node<'l> {
    name: &'l Vec<String>,
    path: &'l str,
    site: (u32, u32),
    module: &'l crate::policy::rule_set::Module,
    clauses: Vec<&'l Definition>,
}

impl Node<'_> {
    fn is_covered(&self, scope: Scope) -> bool {
        scope.covers(self.module)
    }
}

enum Kind {
    Cycle,
    Chain,
}

struct Found {
    kind: Kind,
    path: Vec<usize>,
}

struct Graph<'l> {
    nodes: Vec<Node<'l>>,
    /// Nodes by name.
    index: BTreeMap<&'l [String], usize>,
}

impl<'l> Graph<'l> {
    fn of(loaded: &'l Loaded<'_>) -> Self {
        let mut graph = Self {
            nodes: Vec::new(),
            index: BTreeMap::new(),
        };
        for (module, syntax) in &loaded.modules {
            for definition in &syntax.definitions {
                let next = graph.nodes.len();
                let node = *graph.index.entry(&definition.name).or_insert(next);
                if node == next {
                    graph.nodes.push(Node {
                        name: &definition.name,
                        path: &module.path,
                        site: definition.site,
                        module,
                        clauses: Vec::new(),
                    });
                }
                if let Some(node) = graph.nodes.get_mut(node) {
                    node.clauses.push(definition);
                }
            }
        }
        graph
    }

    /// What a definition refers to. A reference to a package refers to all of it; one into a rule's value to the rule.
    fn targets(&self, node: usize) -> BTreeSet<usize> {
        let mut targets = BTreeSet::new();
        let clauses = self.nodes.get(node).map(|n| n.clauses.as_slice()).unwrap_or_default();
        for (used, _) in clauses.iter().flat_map(|clause| &clause.uses) {
            match used {
                Use::Builtin(..) => {}
                Use::Function(path, _) => targets.extend(self.index.get(path.as_slice())),
                Use::Data(path) => {
                    let beneath = self
                        .index
                        .range(path.as_slice()..)
                        .take_while(|(name, _)| name.starts_with(path));
                    targets.extend(beneath.map(|(_, node)| *node));
                    let above = (1..path.len()).filter_map(|end| self.index.get(path.get(..end)?));
                    targets.extend(above);
                }
            }
        }
        targets
    }

    /// Searches in depth, with a stack of its own: the graph may be deeper than the thread's.
    fn search(&self) -> Vec<Found> {
        let mut found = Vec::new();
        // Longest chain of definitions below each one that is done.
        let mut heights: BTreeMap<usize, usize> = BTreeMap::new();
        for start in 0..self.nodes.len() {
            let mut path: Vec<(usize, Vec<usize>, usize)> = Vec::new();
            let mut on_path = BTreeSet::new();
            if !heights.contains_key(&start) {
                path.push((start, self.targets(start).into_iter().collect(), 0));
                on_path.insert(start);
            }
            while let Some((node, waiting, height)) = path.last_mut() {
                let Some(next) = waiting.pop() else {
                    let (node, height) = (*node, *height + 1);
                    if height == MAX_CHAIN + 1 {
                        found.push(Found {
                            kind: Kind::Chain,
                            path: vec![node],
                        });
                    }
                    heights.insert(node, height);
                    on_path.remove(&node);
                    path.pop();
                    if let Some((_, _, above)) = path.last_mut() {
                        *above = (*above).max(height);
                    }
                    continue;
                };
                if let Some(below) = heights.get(&next) {
                    *height = (*height).max(*below);
                } else if on_path.insert(next) {
                    path.push((next, self.targets(next).into_iter().collect(), 0));
                } else {
                    let cycle = path.iter().map(|(node, ..)| *node).skip_while(|node| *node != next);
                    found.push(Found {
                        kind: Kind::Cycle,
                        path: cycle.collect(),
                    });
                }
            }
        }
        found
    }

    fn display(&self, path: &[usize]) -> String {
        let names = path.iter().chain(path.first()).filter_map(|node| self.nodes.get(*node));
        names
            .map(|node| PackagePath(node.name.clone()).to_string())
            .collect::<Vec<_>>()
            .join(" -> ")
    }
}
