//! A GitLab job as it runs: with what it extends, with `!reference` followed, over all files that define it.

use std::collections::{BTreeMap, BTreeSet};

use super::gitlab_include::Part;
use super::gitlab_rules::{Variables, literal_variables};
use super::site::Site;

/// GitLab allows eleven levels of `extends`, and ten of `!reference`.
const MAX_DEPTH: usize = 11;

/// Keys at the root of a pipeline that are no jobs.
const RESERVED: [&str; 14] = [
    "default",
    "include",
    "stages",
    "types",
    "variables",
    "workflow",
    "image",
    "services",
    "before_script",
    "after_script",
    "cache",
    "spec",
    "true",
    "nil",
];

/// All definitions of a pipeline by name, the most specific first, with the index of their part.
#[derive(Debug, Clone, Default)]
pub struct Definitions<'a> {
    by_name: BTreeMap<&'a str, Vec<(usize, Site<'a>)>>,
}

/// One job: its definitions and those it extends, the most specific first.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    pub name: &'a str,
    /// Index of the part that defines it.
    pub part: usize,
    layers: Vec<Site<'a>>,
}

impl<'a> Definitions<'a> {
    pub fn of(parts: &[Part<'a>]) -> Self {
        let mut by_name: BTreeMap<&str, Vec<(usize, Site<'a>)>> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            for (name, site) in part.root.entries() {
                by_name.entry(name).or_default().push((index, site));
            }
        }
        Self { by_name }
    }

    /// The jobs that run: those that are not hidden.
    pub fn jobs(&self) -> Vec<Job<'a>> {
        let names = self.by_name.keys().filter(|n| !n.starts_with('.') && !RESERVED.contains(n));
        names.filter_map(|name| self.job(name)).collect()
    }

    /// The key that several files may give at their root; the most specific first.
    pub fn all(&self, name: &str) -> Vec<Site<'a>> {
        let found = self.by_name.get(name).into_iter().flatten();
        found.map(|(_, site)| site.clone()).collect()
    }

    /// Variables of the whole pipeline.
    pub fn variables(&self) -> Variables {
        let mut variables = Variables::new();
        for site in self.all("variables").iter().rev() {
            for (name, value) in site.entries() {
                if let Some(text) = value.text().or_else(|| value.text_of("value")) {
                    variables.insert(name.to_owned(), text.to_owned());
                }
            }
        }
        variables
    }

    fn job(&self, name: &'a str) -> Option<Job<'a>> {
        let definitions = self.by_name.get(name)?;
        let (part, _) = definitions.iter().find(|(_, s)| s.node.is_mapping())?;
        let mut layers = Vec::new();
        self.collect(name, &mut layers, &mut BTreeSet::new(), 0);
        Some(Job {
            name,
            part: *part,
            layers,
        })
    }

    fn collect(&self, name: &str, layers: &mut Vec<Site<'a>>, above: &mut BTreeSet<String>, depth: usize) {
        if depth > MAX_DEPTH || layers.len() > 200 || !above.insert(name.to_owned()) {
            return;
        }
        let own = self.all(name);
        layers.extend(own.iter().filter(|s| s.node.is_mapping()).cloned());
        // The last of several parents wins.
        let parents = own.iter().find_map(|s| s.get("extends"));
        for parent in parents.map(|p| p.items_or_self()).unwrap_or_default().iter().rev() {
            if let Some(parent) = parent.text() {
                self.collect(parent, layers, above, depth + 1);
            }
        }
        above.remove(name);
    }

    /// The node that `!reference [name, key, ...]` stands for, or the node itself.
    pub fn follow(&self, site: Site<'a>) -> Option<Site<'a>> {
        let mut site = site;
        for _ in 0..MAX_DEPTH {
            if site.node.tag() != Some("!reference") {
                return Some(site);
            }
            let words: Vec<&str> = site.items().iter().filter_map(Site::text).collect();
            let (name, keys) = words.split_first()?;
            // The referenced key may itself come from what the named job extends.
            site = if keys.is_empty() {
                self.all(name).into_iter().next()?
            } else {
                let mut layers = Vec::new();
                self.collect(name, &mut layers, &mut BTreeSet::new(), 0);
                let direct = self.all(name);
                layers.iter().chain(&direct).find_map(|l| l.at(keys))?
            };
        }
        None
    }

    /// The entries of a list, with references to other lists put in their place.
    pub fn entries(&self, list: Site<'a>) -> Vec<Site<'a>> {
        let mut entries = Vec::new();
        self.add_entries(list, &mut entries, 0);
        entries
    }

    fn add_entries(&self, list: Site<'a>, into: &mut Vec<Site<'a>>, depth: usize) {
        if depth > MAX_DEPTH || into.len() > 1000 {
            return;
        }
        let Some(list) = self.follow(list) else { return };
        if list.node.is_sequence() {
            for item in list.items() {
                self.add_entries(item, into, depth + 1);
            }
        } else {
            into.push(list);
        }
    }
}

impl<'a> Job<'a> {
    /// The value of a key, from the most specific layer that has it.
    pub fn get(&self, key: &str) -> Option<Site<'a>> {
        self.layers.iter().find_map(|l| l.get(key)).filter(|s| !s.node.is_null())
    }

    /// The name of its environment, and where it is written.
    pub fn environment(&self, definitions: &Definitions<'a>) -> Option<Site<'a>> {
        let found = self.layers.iter().filter_map(|l| definitions.follow(l.get("environment")?));
        found
            .filter_map(|e| if e.node.is_mapping() { e.get("name") } else { Some(e) })
            .find(|e| e.text().is_some_and(|t| !t.is_empty()))
    }

    /// Another field of the environment, such as `action`.
    pub fn environment_field(&self, key: &str) -> Option<Site<'a>> {
        self.layers.iter().find_map(|l| l.at(&["environment", key]))
    }

    /// Variables of the job over those of the pipeline.
    pub fn variables(&self, outer: &Variables) -> Variables {
        let mut variables = outer.clone();
        for layer in self.layers.iter().rev() {
            variables.extend(literal_variables(layer));
        }
        variables
    }
}
