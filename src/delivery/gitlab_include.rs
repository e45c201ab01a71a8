//! A GitLab pipeline with everything it includes from its own repository, and the conditions of those includes.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobBuilder;

use crate::domain::delivery::{Edge, Unresolved};
use crate::domain::stage::StageInference;

use super::condition::Condition;
use super::folder::resolve;
use super::gitlab_rules::{Variables, fill, literal_variables, rule_cases};
use super::site::Site;

/// Includes include: deeper chains than this are not followed.
const MAX_DEPTH: usize = 20;
const MAX_PARTS: usize = 300;

/// One file of a pipeline.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    pub root: Site<'a>,
    /// When the file is included at all.
    pub condition: Condition,
}

/// A pipeline: its files, what they include from elsewhere, and who refers to whom.
#[derive(Debug, Clone, Default)]
pub struct Pipeline<'a> {
    /// The most specific first: the file that includes, then its includes from last to first.
    pub parts: Vec<Part<'a>>,
    pub unresolved: Vec<Unresolved>,
    pub edges: Vec<Edge>,
}

/// GitLab files of the target by path; the last document of a file with a header counts.
pub type Files<'a> = BTreeMap<&'a str, Site<'a>>;

/// Loads a pipeline from its first file.
pub fn load<'a>(path: &str, condition: Condition, files: &Files<'a>) -> Pipeline<'a> {
    let mut loader = Loader {
        files,
        pipeline: Pipeline::default(),
        variables: files.get(path).map(literal_variables).unwrap_or_default(),
    };
    loader.add(path, condition, &mut BTreeSet::new(), 0);
    loader.pipeline
}

struct Loader<'f, 'a> {
    files: &'f Files<'a>,
    pipeline: Pipeline<'a>,
    variables: Variables,
}

impl<'a> Loader<'_, 'a> {
    /// Adds a file and what it includes. `above` holds the files on the way, so that a circle ends.
    fn add(&mut self, path: &str, condition: Condition, above: &mut BTreeSet<String>, depth: usize) {
        let Some(root) = self.files.get(path) else { return };
        if depth > MAX_DEPTH || self.pipeline.parts.len() >= MAX_PARTS || !above.insert(path.to_owned()) {
            return;
        }
        self.pipeline.parts.push(Part {
            root: root.clone(),
            condition: condition.clone(),
        });
        let includes = root.get("include").map(|i| i.items_or_self()).unwrap_or_default();
        // A later include overrides an earlier one.
        for include in includes.iter().rev() {
            self.include(include, &condition, above, depth);
        }
        above.remove(path);
    }

    fn include(&mut self, include: &Site<'a>, outer: &Condition, above: &mut BTreeSet<String>, depth: usize) {
        let elsewhere = ["project", "remote", "template", "component", "artifact"]
            .into_iter()
            .find_map(|kind| Some((kind, include.get(kind)?)));
        if let Some((kind, site)) = elsewhere {
            if kind != "template" {
                let text = site.text().unwrap_or_default();
                self.unresolve(&site, format!("include of {kind} {text} is not among the files"));
            }
            return;
        }
        let Some(local) = include
            .get("local")
            .or_else(|| include.node.as_str().map(|_| include.clone()))
        else {
            return;
        };
        for local in local.items_or_self() {
            let Some(text) = local.text() else { continue };
            if text.contains("://") {
                self.unresolve(&local, format!("include of remote {text} is not among the files"));
                continue;
            }
            let condition = self.condition(include).and(outer.clone());
            let Some(wanted) = resolve("", &fill(text, &self.variables)) else {
                continue;
            };
            let paths = self.matching(&wanted);
            if paths.is_empty() {
                self.unresolve(
                    &local,
                    format!("include of {wanted} is not among the files that could be read"),
                );
            }
            for path in paths {
                self.pipeline.edges.push(Edge {
                    from: include.path.to_owned(),
                    to: path.clone(),
                    kind: "gitlab-ci.include",
                    from_stage: StageInference::default(),
                    to_stage: StageInference::default(),
                    at: local.location(),
                });
                self.add(&path, condition.clone(), above, depth + 1);
            }
        }
    }

    /// The rules of an include decide whether its jobs exist.
    fn condition(&self, include: &Site<'a>) -> Condition {
        let Some(rules) = include.get("rules") else {
            return Condition::Always;
        };
        let cases = rule_cases(&rules.items(), &self.variables);
        Condition::Any(cases.into_iter().map(|c| c.condition).collect())
    }

    fn matching(&self, wanted: &str) -> Vec<String> {
        if !wanted.contains('*') {
            return self.files.get(wanted).map(|_| wanted.to_owned()).into_iter().collect();
        }
        let glob = GlobBuilder::new(wanted)
            .literal_separator(true)
            .build()
            .ok()
            .map(|g| g.compile_matcher());
        let paths = self.files.keys().filter(|p| glob.as_ref().is_some_and(|g| g.is_match(p)));
        paths.map(|p| (*p).to_owned()).collect()
    }

    fn unresolve(&mut self, site: &Site<'a>, reason: String) {
        self.pipeline.unresolved.push(Unresolved {
            tool: "gitlab-ci",
            reason,
            at: site.location(),
        });
    }
}
