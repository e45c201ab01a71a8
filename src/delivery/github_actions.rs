//! GitHub workflows: which branch or tag lets a job deploy to which environment, through local reusable workflows too.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::documents::document::Document;
use crate::domain::delivery::{DeliveryMode, Rows, Unresolved};
use crate::domain::location::Location;

use super::condition::{Condition, Names, Tie, What};
use super::context::Context;
use super::github_condition::{CaseText, Scope, TextCase, Value, Values, triggers};
use super::github_expression::parse_condition;
use super::kind::kind_of;
use super::pipeline::{Environment, is_preview_name, pipeline_delivery};
use super::site::Site;
use super::slots::is_stage_key;

/// GitHub allows ten levels of reusable workflows.
const MAX_DEPTH: usize = 10;
/// Rows of a matrix that are told apart.
const MAX_ROWS: usize = 50;

type Workflows<'a> = BTreeMap<&'a str, Site<'a>>;

/// The deliveries of all workflows among the documents.
pub fn rows(documents: &[(String, Arc<Document>)], context: &Context<'_>) -> Rows {
    let mut workflows = Workflows::new();
    for (path, document) in documents {
        if kind_of(path, document) == "github.workflow" {
            workflows.entry(path).or_insert_with(|| Site::root(path, document));
        }
    }
    let mut reader = Reader {
        workflows: &workflows,
        context,
        rows: Rows::default(),
    };
    for root in workflows.values() {
        let Some(on) = root.get("on") else { continue };
        let run = Run {
            root: root.clone(),
            condition: without_calls(triggers(&on)),
            inputs: Values::new(),
            caller: String::new(),
            depth: 0,
        };
        reader.workflow(&run);
    }
    reader.rows
}

/// One run of a workflow: by its own triggers, or because a job calls it.
struct Run<'a> {
    root: Site<'a>,
    condition: Condition,
    inputs: Values,
    /// Names of the jobs that call it, with ` / `.
    caller: String,
    depth: usize,
}

struct Reader<'r, 'a, 'c> {
    workflows: &'r Workflows<'a>,
    context: &'c Context<'c>,
    rows: Rows,
}

impl<'a> Reader<'_, 'a, '_> {
    fn workflow(&mut self, run: &Run<'a>) {
        let Some(jobs) = run.root.get("jobs") else { return };
        for (name, job) in jobs.entries() {
            for matrix in matrix_rows(&job) {
                let mut values = run.inputs.clone();
                values.extend(environment_variables(&run.root));
                values.extend(matrix);
                let condition = run.condition.clone().and(needed(&jobs, &job, &values, 0));
                let condition = condition.and(own_condition(&job, &values));
                self.job(run, name, &job, &values, condition);
            }
        }
    }

    fn job(&mut self, run: &Run<'a>, name: &str, job: &Site<'a>, values: &Values, condition: Condition) {
        let name = if run.caller.is_empty() {
            name.to_owned()
        } else {
            format!("{} / {name}", run.caller)
        };
        if let Some(uses) = job.get("uses") {
            self.call(run, &name, job, &uses, values, condition);
            return;
        }
        let Some(site) = job.get("environment") else { return };
        let site = if site.node.is_mapping() {
            site.get("name")
        } else {
            Some(site)
        };
        if let Some(site) = site {
            self.deploy(&name, &site, values, &condition);
        }
    }

    /// A job that calls another workflow of this repository, or hands an environment to one of another repository.
    fn call(&mut self, run: &Run<'a>, name: &str, job: &Site<'a>, uses: &Site<'a>, values: &Values, condition: Condition) {
        let local = uses
            .text()
            .and_then(|u| u.strip_prefix("./"))
            .and_then(|p| self.workflows.get(p));
        let handed = job.get("with").map(|w| w.entries()).unwrap_or_default();
        let Some(root) = local.filter(|_| run.depth < MAX_DEPTH) else {
            for (key, site) in &handed {
                let key = key.to_lowercase().replace('-', "_");
                if is_stage_key(&key, self.context) || key.contains("environment") {
                    self.deploy(name, site, values, &condition);
                }
            }
            return;
        };
        let mut inputs = Values::new();
        for (key, body) in root
            .at(&["on", "workflow_call", "inputs"])
            .map(|i| i.entries())
            .unwrap_or_default()
        {
            if let Some(default) = body.get("default") {
                inputs.extend(value(&default).map(|v| (format!("inputs.{}", key.to_lowercase()), v)));
            }
        }
        for (key, site) in &handed {
            // The caller's own inputs and matrix are filled here, because the callee has others.
            if let Some(mut handed) = value(site) {
                handed.text = fill_known(&handed.text, values);
                inputs.insert(format!("inputs.{}", key.to_lowercase()), handed);
            }
        }
        let called = Run {
            root: root.clone(),
            condition,
            inputs,
            caller: name.to_owned(),
            depth: run.depth + 1,
        };
        self.workflow(&called);
    }

    fn deploy(&mut self, job: &str, site: &Site<'a>, values: &Values, condition: &Condition) {
        let Some(text) = site.text().filter(|t| !t.is_empty()) else {
            return;
        };
        let scope = Scope {
            values,
            at: site.location(),
            text: text.to_owned(),
        };
        for case in scope.text_cases(text) {
            let whole = condition.clone().and(case.condition.clone());
            let Ok(ties) = whole.ties(self.context.default_branch.as_deref()) else {
                self.unresolve(job, "its conditions have too many cases", site.location());
                return;
            };
            if !self.is_for_tests(&case, &whole) {
                self.emit(job, site, &case, &ties);
            }
        }
    }

    /// Tests may have an environment for their secrets, called `test` or the like. They run for pull requests too, so that no branch
    /// decides what it serves.
    fn is_for_tests(&self, case: &TextCase, condition: &Condition) -> bool {
        let CaseText::Literal(name) = &case.text else { return false };
        let mentions = self.context.words.mentions(name);
        let is_everyday = !mentions.is_empty() && mentions.iter().all(|m| m.is_weak);
        let request = Condition::fact(What::Event("pull_request".to_owned()), Location::default(), "");
        let with_request = condition.clone().and(request);
        is_everyday && with_request.is_possible(self.context.default_branch.as_deref())
    }

    fn emit(&mut self, job: &str, site: &Site<'a>, case: &TextCase, ties: &[Tie]) {
        let written = site.text().unwrap_or_default();
        let (name, is_from_branch) = match &case.text {
            CaseText::Literal(name) if name.is_empty() => return,
            CaseText::Literal(name) => (name.as_str(), false),
            CaseText::FromBranch(name) => (name.as_str(), true),
            // A person chooses when the run is started by hand.
            CaseText::Unknown(path) if path.starts_with("inputs.") || path.starts_with("github.event.inputs.") => return,
            CaseText::Unknown(_) => {
                let reason = format!("environment {written} is known only when the job runs");
                self.unresolve(job, &reason, site.location());
                return;
            }
        };
        let is_preview = is_preview_name(name) && (is_from_branch || name.contains("{branch}"));
        let mode = if is_preview {
            DeliveryMode::Preview
        } else {
            DeliveryMode::Pipeline
        };
        let is_chosen_by_branch = case.condition.asks_for_ref();
        let environment = |tie: Option<&Tie>| {
            let branch = match tie.map(|t| &t.what) {
                Some(What::Branch(Names::Exact(branch)) | What::MergeRequestBranch(Names::Exact(branch))) => Some(branch),
                _ => None,
            };
            Environment {
                name: branch.map_or_else(|| name.replace("{branch}", "${branch}"), |b| name.replace("{branch}", b)),
                written: written.to_owned(),
                at: case
                    .at
                    .clone()
                    .filter(|_| is_chosen_by_branch)
                    .unwrap_or_else(|| site.location()),
                tier: None,
                is_from_branch,
                is_chosen_by_branch,
            }
        };
        let any_ref = "${{ github.ref_name }}";
        let made = |tie: Option<&Tie>| {
            pipeline_delivery(
                ("github-actions", "github.workflow", job),
                mode,
                &environment(tie),
                tie,
                any_ref,
                self.context,
            )
        };
        let mut made_all: Vec<_> = ties.iter().map(|t| made(Some(t))).collect();
        if made_all.is_empty() && is_from_branch {
            made_all.push(made(None));
        }
        for delivery in made_all {
            if !self.rows.deliveries.contains(&delivery) {
                self.rows.deliveries.push(delivery);
            }
        }
    }

    fn unresolve(&mut self, job: &str, reason: &str, at: Location) {
        let unresolved = Unresolved {
            tool: "github-actions",
            reason: format!("job {job}: {reason}"),
            at,
        };
        if !self.rows.unresolved.contains(&unresolved) {
            self.rows.unresolved.push(unresolved);
        }
    }
}

/// A workflow that is only called has no run of its own.
fn without_calls(condition: Condition) -> Condition {
    let Condition::Any(parts) = condition else { return condition };
    let is_call = |c: &Condition| matches!(c, Condition::Fact(f) if f.what == What::Event("workflow_call".to_owned()));
    let parts: Vec<Condition> = parts.into_iter().filter(|c| !is_call(c)).collect();
    if parts.is_empty() {
        Condition::Never
    } else {
        Condition::Any(parts)
    }
}

/// The job's own `if`.
fn own_condition(job: &Site<'_>, values: &Values) -> Condition {
    let Some(site) = job.get("if") else { return Condition::Always };
    let Some(text) = site.text() else { return Condition::Always };
    let scope = Scope {
        values,
        at: site.location(),
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    match parse_condition(text) {
        Some(expression) => scope.condition(&expression),
        None => Condition::fact(What::Other(text.to_owned()), site.location(), text),
    }
}

/// A job is skipped when one that it needs was skipped, unless its own condition says `always()`.
fn needed(jobs: &Site<'_>, job: &Site<'_>, values: &Values, depth: usize) -> Condition {
    let own = job.text_of("if").unwrap_or_default();
    if depth > 5 || ["always(", "failure(", "cancelled("].iter().any(|f| own.contains(f)) {
        return Condition::Always;
    }
    let mut condition = Condition::Always;
    for name in job.get("needs").map(|n| n.items_or_self()).unwrap_or_default() {
        let Some(other) = name.text().and_then(|n| jobs.get(n)) else {
            continue;
        };
        condition = condition
            .and(needed(jobs, &other, values, depth + 1))
            .and(own_condition(&other, values));
    }
    condition
}

/// The rows of a job's matrix, as values `matrix.<key>`; one empty row without a matrix.
fn matrix_rows(job: &Site<'_>) -> Vec<Values> {
    let Some(matrix) = job.at(&["strategy", "matrix"]).filter(|m| m.node.is_mapping()) else {
        return vec![Values::new()];
    };
    let mut rows = vec![Values::new()];
    for (key, list) in matrix.entries() {
        if matches!(key, "include" | "exclude") || !list.node.is_sequence() {
            continue;
        }
        let options: Vec<Values> = list.items().iter().map(|item| flat(&format!("matrix.{key}"), item)).collect();
        if options.is_empty() {
            continue;
        }
        let combined = rows.iter().flat_map(|row| {
            options.iter().map(move |option| {
                let mut row = row.clone();
                row.extend(option.clone());
                row
            })
        });
        rows = combined.take(MAX_ROWS).collect();
    }
    let included: Vec<Values> = matrix
        .get("include")
        .map(|i| i.items())
        .unwrap_or_default()
        .iter()
        .map(|item| flat("matrix", item))
        .collect();
    if rows.iter().all(BTreeMap::is_empty) && !included.is_empty() {
        return included.into_iter().take(MAX_ROWS).collect();
    }
    for extra in included {
        // An entry that agrees with a row extends it; another one is a row of its own.
        let mut is_used = false;
        for row in &mut rows {
            let shared: Vec<&String> = extra.keys().filter(|k| row.contains_key(*k)).collect();
            if !shared.is_empty()
                && shared
                    .iter()
                    .all(|k| row.get(*k).map(|v| &v.text) == extra.get(*k).map(|v| &v.text))
            {
                row.extend(extra.clone());
                is_used = true;
            }
        }
        if !is_used && rows.len() < MAX_ROWS {
            rows.push(extra);
        }
    }
    rows
}

fn flat(prefix: &str, site: &Site<'_>) -> Values {
    let mut values = Values::new();
    if let Some(value) = value(site) {
        values.insert(prefix.to_lowercase(), value);
    }
    for (key, inner) in site.entries() {
        if let Some(value) = value(&inner) {
            values.insert(format!("{prefix}.{key}").to_lowercase(), value);
        }
        for (deep, inner) in inner.entries() {
            values.extend(value(&inner).map(|v| (format!("{prefix}.{key}.{deep}").to_lowercase(), v)));
        }
    }
    values
}

fn environment_variables(root: &Site<'_>) -> Values {
    let entries = root.get("env").map(|e| e.entries()).unwrap_or_default();
    let named = entries
        .into_iter()
        .filter_map(|(key, site)| Some((format!("env.{}", key.to_lowercase()), value(&site)?)));
    named.collect()
}

fn value(site: &Site<'_>) -> Option<Value> {
    Some(Value {
        text: site.text()?.to_owned(),
        at: site.location(),
    })
}

/// Puts known values in the place of `${{ inputs.x }}`; anything longer stays for the callee.
fn fill_known(text: &str, values: &Values) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("${{") {
        filled.push_str(before);
        let Some((inner, after)) = tail.split_once("}}") else {
            filled.push_str("${{");
            rest = tail;
            continue;
        };
        match values.get(&inner.trim().to_lowercase()) {
            Some(value) if !value.text.contains("${{") => filled.push_str(&value.text),
            _ => {
                filled.push_str("${{");
                filled.push_str(inner);
                filled.push_str("}}");
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
#[path = "github_tests.rs"]
mod tests;
