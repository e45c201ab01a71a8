//! Which jobs run the gate, and which of their differences weaken it.

use std::sync::Arc;

use super::gate_jobs::compare;
use super::gate_sources::gate_jobs;
use crate::documents::document::Document;
use crate::documents::parse::{Limits, parse};

type Files<'a> = &'a [(&'a str, &'a str)];

fn documents(files: Files<'_>) -> Vec<(String, Arc<Document>)> {
    let documents = |(path, text): &(&str, &str)| {
        let parsed = parse(path, text.as_bytes(), &Limits::default()).documents;
        assert!(!parsed.is_empty(), "{path} is not read:\n{text}");
        let named = parsed.into_iter().map(|document| ((*path).to_owned(), Arc::new(document)));
        named.collect::<Vec<_>>()
    };
    files.iter().flat_map(documents).collect()
}

fn check(before: Files<'_>, after: Files<'_>) -> Vec<String> {
    let rows = compare(&gate_jobs(&documents(before)), &gate_jobs(&documents(after)));
    rows.iter()
        .map(|row| {
            let after = row.after.as_deref().unwrap_or("-");
            format!("{} {} {}: {after}", row.direction.as_str(), row.kind.as_str(), row.subject)
        })
        .collect()
}

const CI: &str = ".gitlab-ci.yml";
const JOB: &str = "gate:\n  script:\n    - flowgate merge-request\n";

#[track_caller]
fn gitlab(after: &str, expected: &[&str]) {
    assert_eq!(check(&[(CI, JOB)], &[(CI, after)]), expected, "{after}");
}

#[test]
fn a_gitlab_job_that_is_gone_may_fail_or_does_not_run() {
    gitlab("other:\n  script: [make]\n", &["weaker gate-job-removed gate: -"]);
    // Its name alone is no gate.
    gitlab(
        "gate:\n  script: [echo flowgate merge-request]\n",
        &["weaker gate-job-removed gate: -"],
    );
    gitlab(
        &format!("{JOB}  allow_failure: true\n"),
        &["weaker gate-job-may-fail gate: allow_failure"],
    );
    gitlab(
        &format!("{JOB}  allow_failure: {{exit_codes: [1]}}\n"),
        &["weaker gate-job-may-fail gate: allow_failure"],
    );
    gitlab(
        &format!("{JOB}  when: manual\n"),
        &["weaker gate-job-changed gate: when: manual"],
    );
    gitlab(
        &format!("{JOB}  rules: [{{when: never}}]\n"),
        &["weaker gate-job-changed gate: when: never or manual in all rules"],
    );
    gitlab(
        &format!("{JOB}  rules: [{{if: $A}}]\n"),
        &["changed gate-job-changed gate: what decides when it runs"],
    );
    gitlab(
        "gate:\n  script: [flowgate merge-request || true]\n",
        &["weaker gate-job-may-fail gate: the failure of flowgate merge-request is swallowed"],
    );
    gitlab(
        "gate:\n  extends: .lax\n  script: [flowgate merge-request]\n.lax:\n  allow_failure: true\n",
        &["weaker gate-job-may-fail gate: allow_failure"],
    );
}

#[test]
fn a_call_that_asks_for_less_is_told_option_by_option() {
    gitlab(
        "gate:\n  script: [flowgate merge-request --fail-on never --skip commits --format json]\n",
        &[
            "weaker gate-job-changed gate --fail-on never: --fail-on never",
            "weaker gate-job-changed gate --skip commits: --skip commits",
        ],
    );
    gitlab("gate:\n  script: [flowgate merge-request --fail-on warning --all]\n", &[]);
    gitlab(
        "gate:\n  script: [flowgate check]\n",
        &[
            "weaker gate-job-changed gate flowgate check instead of flowgate merge-request: flowgate check instead of flowgate merge-request",
        ],
    );
}

#[test]
fn variables_that_the_gate_would_believe_are_told() {
    gitlab(
        &format!(
            "variables: {{CI_DEFAULT_BRANCH: mine, GIT_DEPTH: '0', COLOUR: red}}\n{JOB}  variables: {{FLOWGATE_SKIP: commits}}\n"
        ),
        &[
            "weaker pipeline-variable CI_DEFAULT_BRANCH of gate: mine",
            "weaker pipeline-variable FLOWGATE_SKIP of gate: commits",
        ],
    );
    gitlab(
        "gate:\n  before_script: [export GIT_DIR=/tmp/x]\n  script: [flowgate merge-request]\n",
        &["weaker pipeline-variable GIT_DIR of gate: /tmp/x"],
    );
    // It does not reach the gate.
    gitlab(&format!("{JOB}other:\n  variables: {{GIT_DIR: x}}\n  script: [make]\n"), &[]);
    gitlab(
        &format!("variables: {{GIT_DIR: x}}\n{JOB}  inherit: {{variables: false}}\n"),
        &[],
    );
}

#[test]
fn the_same_job_elsewhere_or_in_other_words_is_no_difference() {
    gitlab("# why\n'gate':\n  script:\n\n    - 'flowgate merge-request'\n", &[]);
    gitlab("policy gate:\n  script: [flowgate merge-request]\n", &[]);
    gitlab(&format!("{JOB}  timeout: 5 minutes\nother: {{script: [make]}}\n"), &[]);
    let included = [(CI, "include: ci/gate.yml\n"), ("ci/gate.yml", JOB)];
    assert_eq!(check(&[(CI, JOB)], &included), [""; 0]);
    assert_eq!(
        check(&included, &[(CI, "a: {script: [x]}\n"), ("ci/gate.yml", JOB)]),
        ["weaker gate-job-removed gate: -"]
    );
}

#[test]
fn an_included_gate_is_a_gate() {
    let include = |rest: &str| format!("include:\n  - component: gitlab.acme.com/tools/flowgate-component/flowgate@{rest}\n");
    let before = include("0.1.0");
    let found = |after: &str| check(&[(CI, &before)], &[(CI, after)]);
    assert_eq!(found("a: {script: [x]}\n"), ["weaker gate-job-removed flowgate: -"]);
    assert_eq!(found(&include("0.2.0")), [""; 0]);
    assert_eq!(
        found(&include("0.1.0\n    inputs: {allow-failure: true, fail-on: never}")),
        [
            "weaker gate-job-may-fail flowgate: allow-failure: true",
            "weaker gate-job-changed flowgate --fail-on never: --fail-on never"
        ]
    );
    assert_eq!(
        found(&format!("{before}flowgate:\n  allow_failure: true\n")),
        ["weaker gate-job-may-fail flowgate: allow_failure"]
    );
    assert_eq!(found(&include("mine")).len(), 1);
}

const WORKFLOW: &str = ".github/workflows/gate.yml";

#[test]
fn a_github_job_is_read_with_its_step() {
    let workflow = |on: &str, job: &str, step: &str| {
        format!(
            "on: {on}\njobs:\n  gate:\n    runs-on: x\n{job}    steps:\n      - uses: actions/checkout@v4\n      - uses: acme/tools/deploy/github/flowgate@v1\n{step}"
        )
    };
    let before = workflow("pull_request", "", "");
    let found = |after: &str| check(&[(WORKFLOW, &before)], &[(WORKFLOW, after)]);
    assert_eq!(found(&before.replace("@v1", "@v2")), [""; 0]);
    assert_eq!(
        found(&workflow("pull_request", "    continue-on-error: true\n", "")),
        ["weaker gate-job-may-fail gate: continue-on-error: true"]
    );
    assert_eq!(
        found(&workflow("pull_request", "", "        continue-on-error: true\n")),
        ["weaker gate-job-may-fail gate: continue-on-error: true"]
    );
    assert_eq!(
        found(&workflow("pull_request", "", "        if: ${{ false }}\n")),
        ["weaker gate-job-changed gate: if: false"]
    );
    assert_eq!(
        found(&workflow("push", "", "")),
        ["weaker gate-job-changed gate: its workflow does not run for pull requests"]
    );
    assert_eq!(
        found(&workflow(
            "pull_request",
            "",
            "        env: {GITHUB_BASE_REF: x, GITHUB_TOKEN: y}\n"
        )),
        ["weaker pipeline-variable GITHUB_BASE_REF of gate: x"]
    );
    // Another step's own affair.
    let other = before.replace("checkout@v4", "checkout@v4\n        continue-on-error: true");
    assert_eq!(found(&other), [""; 0]);
    assert_eq!(
        check(&[(WORKFLOW, &before)], &[(".github/workflows/ci.yml", &before)]),
        [""; 0]
    );
}

#[test]
fn hooks_of_hook_runners_are_hooks() {
    let path = ".pre-commit-config.yaml";
    let before = "repos:\n  - repo: https://x\n    hooks:\n      - id: flowgate\n      - id: ruff\n";
    let found = |after: &str| check(&[(path, before)], &[(path, after)]);
    assert_eq!(
        found("repos:\n  - repo: https://x\n    hooks:\n      - id: ruff\n"),
        ["weaker hook-configuration-dropped flowgate: -"]
    );
    assert_eq!(
        found("repos:\n  - repo: https://x\n    hooks:\n      - id: flowgate\n"),
        [""; 0]
    );
    assert_eq!(
        check(&[(path, before)], &[]),
        ["weaker hook-configuration-dropped flowgate: -"]
    );
    let lefthook = "pre-commit:\n  commands:\n    gate:\n      run: flowgate check --staged\n";
    assert_eq!(
        check(
            &[("lefthook.yml", lefthook)],
            &[("lefthook.yml", &format!("{lefthook}      skip: true\n"))]
        ),
        ["weaker gate-job-changed pre-commit gate: skip: true"]
    );
}
