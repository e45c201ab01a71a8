//! GitLab pipelines: which branch or tag lets a job deploy to which environment.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::documents::document::Document;
use crate::domain::delivery::{Delivery, DeliveryMode, Rows, Unresolved};
use crate::domain::location::Location;

use super::condition::{Condition, Tie, What};
use super::context::Context;
use super::folder::resolve;
use super::gitlab_include::{Files, Pipeline, load};
use super::gitlab_job::{Definitions, Job};
use super::gitlab_rules::{RuleCase, Variables, fill, only_and_except, rule_cases};
use super::kind::{is_gitlab_pipeline, kind_of};
use super::pipeline::{Environment, is_preview_name, pipeline_delivery};
use super::site::Site;

/// The deliveries of all pipelines among the documents.
pub fn rows(documents: &[(String, Arc<Document>)], context: &Context<'_>) -> Rows {
    let mut files = Files::new();
    for (path, document) in documents {
        if kind_of(path, document) == "gitlab.ci" {
            // A component's header (`spec:`) is a document of its own before the jobs.
            files.insert(path, Site::root(path, document));
        }
    }
    let mut rows = Rows::default();
    let mut visited: BTreeSet<String> = BTreeSet::new();
    // The pipeline itself first, so that files beside it count on their own only when it does not include them.
    let mut starts: Vec<&str> = files.keys().copied().filter(|p| is_start(p)).collect();
    starts.sort_by_key(|p| (*p != ".gitlab-ci.yml", *p));
    for path in starts {
        follow(path, Condition::Always, &files, context, &mut rows, &mut visited);
    }
    rows
}

/// Only files at the root run by themselves: a pipeline in a folder is an example or someone else's.
fn is_start(path: &str) -> bool {
    !path.contains('/') && is_gitlab_pipeline(path)
}

fn follow(
    path: &str,
    condition: Condition,
    files: &Files<'_>,
    context: &Context<'_>,
    rows: &mut Rows,
    visited: &mut BTreeSet<String>,
) {
    if !visited.insert(path.to_owned()) {
        return;
    }
    let pipeline = load(path, condition, files);
    visited.extend(pipeline.parts.iter().map(|p| p.root.path.to_owned()));
    rows.unresolved.extend(pipeline.unresolved.clone());
    rows.edges.extend(pipeline.edges.clone());
    let definitions = Definitions::of(&pipeline.parts);
    let run = Run {
        pipeline: &pipeline,
        variables: definitions.variables(),
        workflow: workflow(&definitions),
        definitions,
        context,
    };
    let mut children = Vec::new();
    for job in run.definitions.jobs() {
        run.deploy(&job, rows);
        children.extend(run.children(&job));
    }
    for (child, condition) in children {
        follow(&child, condition, files, context, rows, visited);
    }
}

/// The cases in which the whole pipeline runs.
fn workflow(definitions: &Definitions<'_>) -> Vec<RuleCase> {
    let rules = definitions.all("workflow").into_iter().find_map(|w| w.get("rules"));
    let Some(rules) = rules else {
        return vec![always()];
    };
    rule_cases(&definitions.entries(rules), &definitions.variables())
}

const fn always() -> RuleCase {
    RuleCase {
        condition: Condition::Always,
        variables: Variables::new(),
    }
}

struct Run<'r, 'a, 'c> {
    pipeline: &'r Pipeline<'a>,
    definitions: Definitions<'a>,
    variables: Variables,
    workflow: Vec<RuleCase>,
    context: &'c Context<'c>,
}

impl<'a> Run<'_, 'a, '_> {
    /// The deliveries of one job: one per branch or tag that lets it run.
    fn deploy(&self, job: &Job<'a>, rows: &mut Rows) {
        let Some(site) = job.environment(&self.definitions) else {
            return;
        };
        let action = job.environment_field("action").and_then(|a| a.text().map(str::to_owned));
        if action.is_some_and(|a| a != "start") {
            return;
        }
        let variables = job.variables(&self.variables);
        for case in self.cases(job, &variables) {
            let whole = self.outer(job).and(case.condition);
            let Ok(ties) = whole.ties(self.context.default_branch.as_deref()) else {
                rows.unresolved
                    .push(unresolved(job.name, "its conditions have too many cases", site.location()));
                return;
            };
            if !whole.is_possible(self.context.default_branch.as_deref()) {
                continue;
            }
            let mut known = self.variables.clone();
            known.extend(case.variables.clone());
            let mut known = job.variables(&known);
            known.extend(case.rule_variables.clone());
            for name in self.environment_names(job, &site, &known) {
                self.emit(job, &site, &name, &ties, rows);
            }
        }
    }

    /// When the file of the job is part of the pipeline.
    fn outer(&self, job: &Job<'a>) -> Condition {
        let part = self.pipeline.parts.get(job.part);
        part.map_or(Condition::Always, |p| p.condition.clone())
    }

    fn cases(&self, job: &Job<'a>, variables: &Variables) -> Vec<JobCase> {
        let own = match job.get("rules") {
            Some(rules) => rule_cases(&self.definitions.entries(rules), variables),
            None => vec![RuleCase {
                condition: self.listed(job, variables),
                variables: Variables::new(),
            }],
        };
        let mut cases = Vec::new();
        for outer in &self.workflow {
            for case in &own {
                cases.push(JobCase {
                    condition: outer.condition.clone().and(case.condition.clone()),
                    variables: outer.variables.clone(),
                    rule_variables: case.variables.clone(),
                });
            }
        }
        cases
    }

    fn listed(&self, job: &Job<'a>, variables: &Variables) -> Condition {
        let get = |key| job.get(key).and_then(|s| self.definitions.follow(s));
        only_and_except(get("only").as_ref(), get("except").as_ref(), variables)
    }

    /// The environment's names: as many as a matrix makes of it.
    fn environment_names(&self, job: &Job<'a>, site: &Site<'a>, variables: &Variables) -> Vec<String> {
        let text = site.text().unwrap_or_default();
        let mut names = Vec::new();
        for row in job
            .get("parallel")
            .and_then(|p| p.get("matrix"))
            .map(|m| m.items())
            .unwrap_or_default()
        {
            let mut filled = vec![variables.clone()];
            for (name, values) in row.entries() {
                let values: Vec<&str> = values.items_or_self().iter().filter_map(Site::text).collect();
                if values.is_empty() || filled.len() * values.len() > 100 || !text.contains(name) {
                    continue;
                }
                let with = |v: &Variables, value: &str| {
                    let mut v = v.clone();
                    v.insert(name.to_owned(), value.to_owned());
                    v
                };
                filled = filled
                    .iter()
                    .flat_map(|v| values.iter().map(move |value| with(v, value)))
                    .collect();
            }
            names.extend(filled.iter().map(|v| fill(text, v)));
        }
        if names.is_empty() {
            names.push(fill(text, variables));
        }
        names.dedup();
        names
    }

    fn emit(&self, job: &Job<'a>, site: &Site<'a>, name: &str, ties: &[Tie], rows: &mut Rows) {
        let written = site.text().unwrap_or_default();
        let is_computed = mentions_ref(name);
        let is_short_lived = job.environment_field("auto_stop_in").is_some() && (is_computed || mentions_merge_request(name));
        let is_preview = mentions_merge_request(name) || is_short_lived || (is_computed && is_preview_name(name));
        if !is_preview && !is_computed && name.contains('$') {
            let reason = format!("environment {written} holds a variable that is set elsewhere");
            rows.unresolved.push(unresolved(job.name, &reason, site.location()));
            return;
        }
        let tier = job
            .environment_field("deployment_tier")
            .and_then(|t| Some((t.text()?.to_owned(), t.location())));
        let environment = |tie: Option<&Tie>| {
            let branch = match tie.map(|t| &t.what) {
                Some(What::Branch(super::condition::Names::Exact(branch))) => Some(branch.as_str()),
                _ => None,
            };
            Environment {
                name: branch.map_or_else(|| name.to_owned(), |b| fill_ref(name, b)),
                written: written.to_owned(),
                at: site.location(),
                tier: tier.clone(),
                is_from_branch: is_computed,
                is_chosen_by_branch: false,
            }
        };
        let mode = if is_preview {
            DeliveryMode::Preview
        } else {
            DeliveryMode::Pipeline
        };
        let made = |tie: Option<&Tie>| -> Delivery {
            pipeline_delivery(
                ("gitlab-ci", "gitlab.ci", job.name),
                mode,
                &environment(tie),
                tie,
                "$CI_COMMIT_REF_NAME",
                self.context,
            )
        };
        // A merge request's own pipeline is no branch that serves a stage.
        let ties: Vec<&Tie> = ties
            .iter()
            .filter(|t| !matches!(t.what, What::MergeRequestBranch(_)))
            .collect();
        if ties.is_empty() && (is_computed || is_preview) {
            rows.deliveries.push(made(None));
        }
        for tie in ties {
            let delivery = made(Some(tie));
            if !rows.deliveries.contains(&delivery) {
                rows.deliveries.push(delivery);
            }
        }
    }

    /// Pipelines of this repository that the job starts, under the conditions of the job.
    fn children(&self, job: &Job<'a>) -> Vec<(String, Condition)> {
        let Some(include) = job.get("trigger").and_then(|t| t.get("include")) else {
            return Vec::new();
        };
        let variables = job.variables(&self.variables);
        let conditions = self.cases(job, &variables).into_iter().map(|c| c.condition).collect();
        let condition = self.outer(job).and(Condition::Any(conditions));
        let locals = include.items_or_self().into_iter().filter_map(|i| {
            let local = i.get("local").or_else(|| i.node.as_str().map(|_| i.clone()))?;
            resolve("", &fill(local.text()?, &variables))
        });
        locals.map(|path| (path, condition.clone())).collect()
    }
}

struct JobCase {
    condition: Condition,
    /// Set by the workflow's rule.
    variables: Variables,
    /// Set by the job's rule.
    rule_variables: Variables,
}

const REF_VARIABLES: [&str; 5] = [
    "CI_COMMIT_REF_NAME",
    "CI_COMMIT_REF_SLUG",
    "CI_COMMIT_BRANCH",
    "CI_BUILD_REF_NAME",
    "CI_BUILD_REF_SLUG",
];

fn mentions_ref(name: &str) -> bool {
    name.contains('$') && REF_VARIABLES.iter().any(|v| name.contains(v))
}

fn mentions_merge_request(name: &str) -> bool {
    name.contains("$CI_MERGE_REQUEST_") || name.contains("${CI_MERGE_REQUEST_") || name.contains("$CI_EXTERNAL_PULL_REQUEST_")
}

fn fill_ref(name: &str, branch: &str) -> String {
    let variables = REF_VARIABLES.iter().map(|v| ((*v).to_owned(), branch.to_owned())).collect();
    fill(name, &variables)
}

fn unresolved(job: &str, reason: &str, at: Location) -> Unresolved {
    Unresolved {
        tool: "gitlab-ci",
        reason: format!("job {job}: {reason}"),
        at,
    }
}

#[cfg(test)]
#[path = "gitlab_tests.rs"]
mod tests;
