//! The ready-made pieces for pipelines in `deploy/`: GitLab's component and GitHub's action. Their scripts are run as the hosts run them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use regex::Regex;
use serde_yaml::Value;
use tempfile::TempDir;

use crate::support::desk::root;
use crate::support::{program, require, run, tool};

mod scripts;

const COMPONENT: &str = "deploy/gitlab/templates/flowgate/template.yml";
const ACTION: &str = "deploy/github/flowgate/action.yml";

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Header and body of the component.
fn component() -> (String, String) {
    let text = read(COMPONENT);
    let (header, body) = text.split_once("\n---\n").unwrap();
    (header.to_owned(), body.to_owned())
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn keys(value: &Value) -> BTreeSet<String> {
    let mapping = value.as_mapping().unwrap();
    mapping.keys().map(|key| key.as_str().unwrap().to_owned()).collect()
}

/// The body of the component as GitLab makes it of the inputs; what is not given has its default.
fn interpolated(given: &[(&str, &str)]) -> String {
    let (header, body) = component();
    let inputs = &yaml(&header)["spec"]["inputs"];
    let given: BTreeMap<&str, &str> = given.iter().copied().collect();
    let fill = |found: &regex::Captures<'_>| {
        let name = &found[1];
        let input = inputs.get(name).unwrap_or_else(|| panic!("no input {name}"));
        let value = given
            .get(name)
            .map(|value| (*value).to_owned())
            .unwrap_or_else(|| match &input["default"] {
                Value::Bool(default) => default.to_string(),
                default => default.as_str().unwrap().to_owned(),
            });
        if let Some(pattern) = input.get("regex") {
            let pattern = Regex::new(pattern.as_str().unwrap()).unwrap();
            assert!(pattern.is_match(&value), "{name}: {value}");
        }
        value
    };
    placeholder().replace_all(&body, fill).into_owned()
}

fn placeholder() -> Regex {
    Regex::new(r"\$\[\[ inputs\.([a-z0-9-]+) \]\]").unwrap()
}

/// What GitLab's runner feeds to one shell: the lines before, and the script when it is `judged`.
fn gitlab_script(given: &[(&str, &str)], is_judged: bool) -> String {
    let job = &yaml(&interpolated(given))[".flowgate"];
    let keys = if is_judged {
        &["before_script", "script"][..]
    } else {
        &["before_script"]
    };
    let lines = keys.iter().flat_map(|key| job[*key].as_sequence().unwrap().iter());
    lines.map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

/// A step of the action by its id.
fn step(id: &str) -> Value {
    let action = yaml(&read(ACTION));
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    steps
        .iter()
        .find(|step| step.get("id").and_then(Value::as_str) == Some(id))
        .unwrap()
        .clone()
}

/// Lines between the marks, without their indentation.
fn installation(text: &str) -> Vec<&str> {
    let inside = text
        .split_once("# <install>\n")
        .unwrap()
        .1
        .split_once("# </install>")
        .unwrap()
        .0;
    let lines: Vec<&str> = inside.lines().filter(|line| !line.trim().is_empty()).collect();
    let indentation = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap();
    lines.into_iter().map(|line| &line[indentation..]).collect()
}

#[test]
fn both_install_in_the_same_way() {
    let (component, action) = (read(COMPONENT), read(ACTION));
    assert_eq!(installation(&component), installation(&action));
}

#[test]
fn every_input_is_described_and_used() {
    let (header, body) = component();
    let inputs = &yaml(&header)["spec"]["inputs"];
    let used: BTreeSet<String> = placeholder().captures_iter(&body).map(|found| found[1].to_owned()).collect();
    assert_eq!(keys(inputs), used, "{COMPONENT}");
    let action = yaml(&read(ACTION));
    let used = Regex::new(r"inputs\.([a-z0-9-]+)").unwrap();
    let used: BTreeSet<String> = used.captures_iter(&read(ACTION)).map(|found| found[1].to_owned()).collect();
    assert_eq!(keys(&action["inputs"]), used, "{ACTION}");
    for inputs in [inputs, &action["inputs"]] {
        for (name, input) in inputs.as_mapping().unwrap() {
            let description = input["description"].as_str().unwrap();
            assert!(description.ends_with('.') && input.get("default").is_some(), "{name:?}");
        }
    }
}

#[test]
fn the_job_sees_the_whole_history_and_nothing_that_a_change_set_for_it() {
    let job = &yaml(&interpolated(&[]))[".flowgate"];
    let told = |keys: &[&str]| {
        let mut value = job;
        for key in keys {
            value = &value[*key];
        }
        serde_yaml::to_string(value).unwrap().trim_end().to_owned()
    };
    assert_eq!(told(&["variables", "GIT_DEPTH"]), "'0'");
    assert_eq!(told(&["variables", "GIT_STRATEGY"]), "fetch");
    assert_eq!(told(&["inherit"]), "default: false\nvariables: false");
    assert_eq!((told(&["cache"]), told(&["needs"])), ("[]".to_owned(), "[]".to_owned()));
    assert_eq!(told(&["artifacts", "when"]), "always");
    assert_eq!(
        told(&["artifacts", "reports"]),
        "codequality: gl-code-quality-report.json\njunit: flowgate-junit.xml"
    );
    assert_eq!(
        told(&["rules"]),
        "- if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n- if: $CI_COMMIT_TAG\n- if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"
    );
}

#[test]
fn no_text_of_a_change_goes_through_a_shell() {
    // GitLab: names are the shell's to expand, and this one is a number of GitLab's.
    let script = gitlab_script(&[], true);
    let names = Regex::new(r"\$\{?((?:CI|GITLAB|FLOWGATE)_\w+)").unwrap();
    let found: BTreeSet<&str> = names.captures_iter(&script).map(|found| found.extract::<1>().1[0]).collect();
    assert_eq!(found, BTreeSet::from(["CI_MERGE_REQUEST_IID"]));
    // An input stands in single quotes, and its pattern admits none.
    let inputs = &yaml(&component().0)["spec"]["inputs"];
    for (name, input) in inputs.as_mapping().unwrap() {
        let (name, hostile) = (name.as_str().unwrap(), "'; touch x; '");
        let is_shell = Regex::new(&format!(r"'[^'\n]*\$\[\[ inputs\.{name} \]\][^'\n]*'"))
            .unwrap()
            .is_match(&component().1);
        let refuses = |pattern: &Value| !Regex::new(pattern.as_str().unwrap()).unwrap().is_match(hostile);
        let is_closed = input.get("options").is_some() || input.get("regex").is_some_and(refuses);
        assert!(is_closed || !is_shell, "{name}");
    }
    // GitHub: an expression is put into the script before the shell sees it.
    let action = yaml(&read(ACTION));
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        let script = step.get("run").and_then(Value::as_str).unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
        assert!(!script.contains("eval") && !script.contains("GITHUB_HEAD_REF"), "{script}");
    }
}

#[test]
fn the_hosts_schemas_accept_both() {
    let Some(checker) = require("check-jsonschema", tool("check-jsonschema")) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let check = |schema: &str, name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        let ran = run(program(&checker, folder.path())
            .args(["--builtin-schema", schema, "--data-transform", "gitlab-ci"])
            .arg(&file));
        assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
    };
    check("vendor.gitlab-ci", "header.yml", &component().0);
    // A hidden job may hold anything: under another name it is checked as the job that it becomes.
    let job = |given: &[(&str, &str)]| {
        interpolated(given)
            .replacen(".flowgate:", "judge:", 1)
            .replace("extends: .flowgate", "extends: judge")
    };
    check("vendor.gitlab-ci", "body.yml", &job(&[]));
    check(
        "vendor.gitlab-ci",
        "others.yml",
        &job(&[("allow-failure", "true"), ("fail-on", "never"), ("stage", ".pre")]),
    );
    check("vendor.github-actions", "action.yml", &read(ACTION));
    for (page, schema) in [
        ("docs/gitlab.md", "vendor.gitlab-ci"),
        ("docs/github.md", "vendor.github-workflows"),
    ] {
        let examples = yaml_blocks(&read(page));
        assert!(examples.len() > 1, "{page}");
        for (index, example) in examples.iter().enumerate() {
            check(schema, &format!("example-{index}.yml"), example);
        }
    }
}

/// The fenced YAML of a page.
fn yaml_blocks(page: &str) -> Vec<String> {
    let blocks = Regex::new(r"(?s)```yaml\n(.*?)```").unwrap();
    blocks.captures_iter(page).map(|found| found[1].to_owned()).collect()
}

#[test]
fn the_pages_name_inputs_that_there_are() {
    let known = keys(&yaml(&component().0)["spec"]["inputs"]);
    for example in yaml_blocks(&read("docs/gitlab.md")) {
        for include in yaml(&example)
            .get("include")
            .and_then(Value::as_sequence)
            .into_iter()
            .flatten()
        {
            let given = include.get("inputs").map(keys).unwrap_or_default();
            assert!(given.is_subset(&known), "{given:?}");
        }
    }
    let known = keys(&yaml(&read(ACTION))["inputs"]);
    for example in yaml_blocks(&read("docs/github.md")) {
        let workflow = yaml(&example);
        for (_, job) in workflow["jobs"].as_mapping().unwrap() {
            for step in job.get("steps").and_then(Value::as_sequence).into_iter().flatten() {
                let is_ours = step["uses"]
                    .as_str()
                    .unwrap()
                    .starts_with("acme/flowgate/deploy/github/flowgate@");
                let given = step.get("with").map(keys).unwrap_or_default();
                assert!(!is_ours || given.is_subset(&known), "{given:?}");
            }
        }
    }
}
