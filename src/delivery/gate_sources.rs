//! Where a repository runs flowgate: jobs of GitLab and GitHub, and the configurations of hook runners.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::documents::document::{Document, NodeRef};

use super::condition::Condition;
use super::gate_command::{Script, call, is_flowgate};
use super::gate_jobs::GateJob;
use super::gitlab_include::{Files, load};
use super::gitlab_job::{Definitions, Job};
use super::gitlab_rules::literal_variables;
use super::kind::kind_of;
use super::site::Site;

/// Everything that runs flowgate, in the order of the files.
pub fn gate_jobs(documents: &[(String, Arc<Document>)]) -> Vec<GateJob> {
    let mut jobs = Vec::new();
    let mut files = Files::new();
    for (path, document) in documents {
        let root = Site::root(path, document);
        if path.starts_with(".github/workflows/") {
            github(&root, &mut jobs);
        } else if matches!(path.as_str(), ".pre-commit-config.yaml" | ".pre-commit-config.yml") {
            pre_commit(&root, &mut jobs);
        } else if is_lefthook(path) {
            lefthook(&root, &mut jobs);
        } else if kind_of(path, document) == "gitlab.ci" || !path.starts_with('.') {
            files.insert(path, root);
        }
    }
    gitlab(&files, &mut jobs);
    jobs
}

/// Whether a file is read for its gate jobs by its name alone.
pub fn is_gate_file(path: &str) -> bool {
    super::kind::is_gitlab_pipeline(path) && !path.contains('/')
        || path.starts_with(".gitlab/ci/")
        || path.starts_with(".gitlab-ci/")
        || path.starts_with(".github/workflows/")
        || matches!(path, ".pre-commit-config.yaml" | ".pre-commit-config.yml")
        || is_lefthook(path)
}

fn is_lefthook(path: &str) -> bool {
    matches!(path, "lefthook.yml" | "lefthook.yaml" | ".lefthook.yml" | ".lefthook.yaml")
}

/// What a GitLab file includes from its own repository, as written.
pub fn local_includes(path: &str, document: &Document) -> Vec<String> {
    let root = Site::root(path, document);
    let includes = root.get("include").map(|i| i.items_or_self()).unwrap_or_default();
    let locals = includes.iter().flat_map(|include| {
        let local = include
            .get("local")
            .or_else(|| include.node.as_str().map(|_| include.clone()));
        local.map(|local| local.items_or_self()).unwrap_or_default()
    });
    let texts = locals.filter_map(|local| Some(local.text()?.trim_start_matches('/').to_owned()));
    texts.filter(|text| !text.contains("://")).collect()
}

fn gitlab(files: &Files<'_>, jobs: &mut Vec<GateJob>) {
    let pipeline = load(".gitlab-ci.yml", Condition::Always, files);
    let definitions = Definitions::of(&pipeline.parts);
    let workflow = definitions
        .all("workflow")
        .iter()
        .map(|site| shape(site.node))
        .collect::<String>();
    for job in definitions.jobs() {
        let mut script = Script::default();
        for line in ["before_script", "script"]
            .iter()
            .filter_map(|key| job.get(key))
            .flat_map(|s| definitions.entries(s))
        {
            script.add(line.text().unwrap_or_default());
        }
        if script.calls.is_empty() {
            continue;
        }
        let Some(at) = definitions.all(job.name).into_iter().next() else {
            continue;
        };
        let inherits = job
            .get("inherit")
            .and_then(|i| i.get("variables"))
            .and_then(|v| v.node.as_bool())
            != Some(false);
        let outer = if inherits { definitions.variables() } else { BTreeMap::new() };
        let mut gate = GateJob::new("job", job.name, at.key_location());
        gate.variables = job.variables(&outer);
        gate.take(script);
        gitlab_conditions(&job, &mut gate);
        gate.when.push_str(&workflow);
        jobs.push(gate);
    }
    for part in &pipeline.parts {
        for include in part.root.get("include").map(|i| i.items_or_self()).unwrap_or_default() {
            gitlab_include(&include, &definitions, jobs);
        }
    }
}

fn gitlab_conditions(job: &Job<'_>, gate: &mut GateJob) {
    let text = |site: &Site<'_>, key: &str| site.text_of(key).map(str::to_owned);
    let rules = job.get("rules").map(|rules| rules.items()).unwrap_or_default();
    let is_lenient = |node: NodeRef<'_>| node.as_bool() == Some(true) || node.is_mapping();
    let lenient = job.get("allow_failure").filter(|site| is_lenient(site.node));
    if lenient.is_some()
        || rules
            .iter()
            .any(|rule| rule.get("allow_failure").is_some_and(|a| is_lenient(a.node)))
    {
        gate.may_fail.get_or_insert("allow_failure".to_owned());
    }
    let when = job.get("when").and_then(|site| site.text().map(str::to_owned));
    let is_idle = |when: Option<&str>| matches!(when, Some("manual" | "never"));
    let runs = |rule: &Site<'_>| !is_idle(text(rule, "when").or_else(|| when.clone()).as_deref());
    if rules.is_empty() && is_idle(when.as_deref()) || !rules.is_empty() && !rules.iter().any(runs) {
        gate.off = Some(format!(
            "when: {}",
            when.unwrap_or_else(|| "never or manual in all rules".to_owned())
        ));
    }
    for key in ["rules", "only", "except"] {
        gate.when
            .push_str(&job.get(key).map(|site| shape(site.node)).unwrap_or_default());
    }
    let image = job
        .get("image")
        .and_then(|site| site.text().or_else(|| site.text_of("name")).map(str::to_owned));
    gate.source = image.map(|image| without_version(&image)).unwrap_or_default();
}

/// A component, or a template of another project or address, that brings the job.
fn gitlab_include(include: &Site<'_>, definitions: &Definitions<'_>, jobs: &mut Vec<GateJob>) {
    let texts = ["component", "remote", "project"]
        .iter()
        .filter_map(|key| include.text_of(key));
    let files = include.get("file").map(|file| file.items_or_self()).unwrap_or_default();
    let source = texts.chain(files.iter().filter_map(Site::text)).collect::<Vec<_>>().join(" ");
    let is_elsewhere = ["component", "remote", "project"]
        .iter()
        .any(|key| include.get(key).is_some());
    if !is_elsewhere
        || !source
            .split([' ', '/'])
            .any(|part| is_flowgate(part.trim_end_matches(".yml")))
    {
        return;
    }
    let inputs = include.get("inputs");
    let input = |key: &str| inputs.as_ref().and_then(|inputs| inputs.text_of(key));
    let mut gate = GateJob::new("included job", input("job-name").unwrap_or("flowgate"), include.location());
    let arguments = inputs.iter().flat_map(Site::entries);
    let arguments: Vec<String> = arguments
        .filter_map(|(key, value)| Some(format!("--{key}={}", value.text()?)))
        .collect();
    gate.calls.push(call(&arguments));
    if input("allow-failure") == Some("true") {
        gate.may_fail = Some("allow-failure: true".to_owned());
    }
    // A job of the same name changes what the include brings.
    if let Some(job) = definitions.jobs().iter().find(|job| job.name == gate.name) {
        gitlab_conditions(job, &mut gate);
        for site in definitions.all(job.name) {
            gate.variables.extend(literal_variables(&site));
        }
    }
    gate.when
        .push_str(&include.get("rules").map(|site| shape(site.node)).unwrap_or_default());
    gate.source = without_version(&source);
    jobs.push(gate);
}

fn github(root: &Site<'_>, jobs: &mut Vec<GateJob>) {
    let on = root.get("on").or_else(|| root.get("true"));
    let names = |site: &Site<'_>| -> Vec<String> {
        let words = site.items_or_self().into_iter().filter_map(|s| s.text().map(str::to_owned));
        words
            .chain(site.entries().into_iter().map(|(key, _)| key.to_owned()))
            .collect()
    };
    let events = on.as_ref().map(names).unwrap_or_default();
    let runs = events
        .iter()
        .any(|event| event.starts_with("pull_request") || event == "workflow_call");
    for (id, job) in root.get("jobs").map(|jobs| jobs.entries()).unwrap_or_default() {
        let mut gate = GateJob::new("job", id, job.key_location());
        let mut script = Script::default();
        let mut conditions = vec![&job];
        let steps = job.get("steps").map(|steps| steps.items()).unwrap_or_default();
        let reusable = job.text_of("uses").filter(|uses| names_flowgate(uses));
        if let Some(uses) = reusable {
            gate.source = without_version(uses);
            gate.calls.push(inputs_of(&job));
        }
        for step in &steps {
            let before = script.calls.len();
            script.add(step.text_of("run").unwrap_or_default());
            let uses = step.text_of("uses").filter(|uses| names_flowgate(uses));
            if let Some(uses) = uses {
                gate.source = without_version(uses);
                gate.calls.push(inputs_of(step));
            }
            if uses.is_some() || script.calls.len() > before {
                conditions.push(step);
            }
        }
        gate.take(script);
        if gate.calls.is_empty() {
            continue;
        }
        for site in [root].into_iter().chain(conditions.iter().copied()) {
            for (name, value) in site.get("env").map(|env| env.entries()).unwrap_or_default() {
                gate.variables
                    .insert(name.to_owned(), value.text().unwrap_or_default().to_owned());
            }
        }
        for site in conditions {
            github_condition(site, &mut gate);
        }
        if !runs {
            gate.off
                .get_or_insert("its workflow does not run for pull requests".to_owned());
        }
        gate.when.push_str(&on.as_ref().map(|on| shape(on.node)).unwrap_or_default());
        jobs.push(gate);
    }
}

/// What a job or its step says of failing and running.
fn github_condition(site: &Site<'_>, gate: &mut GateJob) {
    let lenient = site.text_of("continue-on-error").filter(|text| *text != "false");
    if let Some(text) = lenient {
        gate.may_fail = Some(format!("continue-on-error: {text}"));
    }
    let condition = site.text_of("if").unwrap_or_default();
    let bare = condition.trim_start_matches("${{").trim_end_matches("}}").trim();
    if bare == "false" {
        gate.off = Some("if: false".to_owned());
    }
    gate.when.push_str(bare);
    gate.when.push(';');
}

/// What a step hands over, as options.
fn inputs_of(step: &Site<'_>) -> super::gate_command::Call {
    let with = step.get("with").map(|with| with.entries()).unwrap_or_default();
    let arguments = with
        .iter()
        .filter_map(|(key, value)| Some(format!("--{key}={}", value.text()?)));
    call(&arguments.collect::<Vec<_>>())
}

fn names_flowgate(uses: &str) -> bool {
    uses.split('/').any(|part| is_flowgate(part.trim_end_matches(".yml")))
}

fn pre_commit(root: &Site<'_>, jobs: &mut Vec<GateJob>) {
    for repo in root.get("repos").map(|repos| repos.items()).unwrap_or_default() {
        for hook in repo.get("hooks").map(|hooks| hooks.items()).unwrap_or_default() {
            let id = hook.text_of("id").unwrap_or_default();
            let mut script = Script::default();
            script.add(hook.text_of("entry").unwrap_or_default());
            if id != "flowgate" && !id.starts_with("flowgate-") && script.calls.is_empty() {
                continue;
            }
            let mut gate = GateJob::new("hook", id, hook.location());
            gate.take(script);
            let arguments = hook.get("args").map(|args| args.items()).unwrap_or_default();
            let arguments: Vec<String> = arguments.iter().filter_map(|a| a.text().map(str::to_owned)).collect();
            gate.calls.push(call(&arguments));
            let stages = hook.get("stages").map(|stages| stages.items()).unwrap_or_default();
            if !stages.is_empty() && stages.iter().all(|stage| stage.text() == Some("manual")) {
                gate.off = Some("stages: [manual]".to_owned());
            }
            gate.when = ["files", "exclude", "stages"]
                .iter()
                .filter_map(|key| Some(shape(hook.get(key)?.node)))
                .collect();
            jobs.push(gate);
        }
    }
}

fn lefthook(root: &Site<'_>, jobs: &mut Vec<GateJob>) {
    for (hook, site) in root.entries() {
        let named = site.get("commands").map(|commands| commands.entries()).unwrap_or_default();
        let listed = site.get("jobs").map(|jobs| jobs.items()).unwrap_or_default();
        let listed = listed.into_iter().map(|job| (job.text_of("name").unwrap_or("job"), job));
        for (name, command) in named.into_iter().chain(listed) {
            let mut script = Script::default();
            script.add(command.text_of("run").unwrap_or_default());
            if script.calls.is_empty() {
                continue;
            }
            let mut gate = GateJob::new("hook", &format!("{hook} {name}"), command.location());
            gate.take(script);
            if command.text_of("skip") == Some("true") {
                gate.off = Some("skip: true".to_owned());
            }
            gate.when = ["glob", "exclude", "skip", "only"]
                .iter()
                .filter_map(|key| Some(shape(command.get(key)?.node)))
                .collect();
            jobs.push(gate);
        }
    }
}

/// Without a version or digest behind it: another release of the same is no other gate; a branch is.
fn without_version(source: &str) -> String {
    let strip = |word: &str| {
        let at = word
            .rfind('@')
            .or_else(|| word.rfind(':').filter(|at| !word[*at..].contains('/')));
        let is_version = |text: &str| {
            let digits = text.trim_start_matches('v');
            digits.starts_with(|c: char| c.is_ascii_digit())
                || text.starts_with("sha256:")
                || text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
        };
        match at {
            Some(at) if is_version(&word[at + 1..]) => word[..at].to_owned(),
            _ => word.to_owned(),
        }
    };
    source.split(' ').map(strip).collect::<Vec<_>>().join(" ")
}

/// The value without its layout.
fn shape(node: NodeRef<'_>) -> String {
    if node.is_mapping() {
        let entries: Vec<String> = node
            .entries()
            .map(|(key, value)| format!("{}:{}", key.as_text().unwrap_or_default(), shape(value)))
            .collect();
        return format!("{{{}}}", entries.join(","));
    }
    if node.is_sequence() {
        return format!("[{}]", node.items().map(shape).collect::<Vec<_>>().join(","));
    }
    node.as_text().unwrap_or_default().trim().to_owned()
}
