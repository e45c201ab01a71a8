//! `gate/weakened`: what a change does to the gate that judges it, in real repositories.

use crate::support::{Repo, Run};

const CONFIG: &str = "rules:\n  commits/conventional: error\npolicies: [rego]\nowners: {policy: ['@ada']}\n";
const GITLAB: &str = "flowgate:\n  script:\n    - flowgate merge-request\n";
const POLICY: &str = "rego/rules/local/no-todo/no-todo.rego";

fn policy(severity: &str, body: &str) -> String {
    format!(
        "# METADATA\n# title: A file is called TODO\n# description: Nobody reads it.\n# custom:\n#   severity: {severity}\n#   reads: [files]\n\
         package rules.local[\"no-todo\"]\n\nimport rego.v1\n\nreport contains violation if {{\n\tsome file in input.files\n\t{body}\n\n\t\
         violation := {{\"message\": \"a TODO\", \"at\": file.at}}\n}}\n"
    )
}

const BODY: &str = "file.path == \"TODO.yaml\"";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("flowgate.yaml", CONFIG)
        .write(".gitlab-ci.yml", GITLAB)
        .write(
            ".pre-commit-config.yaml",
            "repos: [{repo: 'https://x', hooks: [{id: flowgate}]}]\n",
        )
        .write(POLICY, policy("warning", BODY));
    repo.commit("feat: start");
    repo.branch("feat/x");
    repo
}

fn gate(repo: &Repo, arguments: &[&str]) -> Run {
    let fixed = [
        "merge-request",
        "--target",
        "main",
        "--only",
        "gate/weakened",
        "--format",
        "json",
    ];
    repo.flowgate(&[fixed.as_slice(), arguments].concat())
}

/// Severity, place and message of each finding, sorted.
fn told(run: &Run) -> Vec<String> {
    let report = run.json();
    assert_eq!(report["failures"].as_array().map(Vec::len), Some(0), "{}", run.stdout);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut told: Vec<String> = findings
        .map(|f| {
            let message = text(&f["message"]);
            let message = message.split("; this change is judged").next().unwrap().to_owned();
            format!("{} {}: {message}", text(&f["severity"]), text(&f["location"]["path"]))
        })
        .collect();
    told.sort();
    told
}

/// What is told of one change to one file.
#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let repo = repo();
    repo.write(path, text);
    repo.commit("feat: go on");
    let run = gate(&repo, &[]);
    assert_eq!(told(&run), expected, "{path}: {text}\n{}", run.stdout);
    let is_stopped = expected.iter().any(|line| line.starts_with("error"));
    assert_eq!(run.code, Some(u8::from(is_stopped).into()), "{}", run.stdout);
}

#[test]
fn each_weakening_of_the_configuration_is_told() {
    let off = CONFIG.replace("conventional: error", "conventional: 'off'");
    check(
        "flowgate.yaml",
        &off,
        &["error flowgate.yaml: \"commits/conventional\" is turned off: its level goes from error to off"],
    );
    for (more, message) in [
        ("exclude: ['apps/**']\n", "\"apps/**\" is excluded from judgement"),
        ("bots: [mallory]\n", "\"mallory\" counts as a bot"),
        (
            "trust: {branches: ['feat/*']}\n",
            "branches called \"feat/*\" judge themselves",
        ),
        (
            "adopted: 2026-01-01\n",
            "the line before which nothing is judged moves (\"adopted\"): 2026-01-01",
        ),
        (
            "waivers: [{rule: commits/conventional, reason: later}]\n",
            "a waiver lets pass \"commits/conventional everywhere\": without end",
        ),
    ] {
        let expected = format!("error flowgate.yaml: {message}");
        check("flowgate.yaml", &format!("{CONFIG}{more}"), &[&expected]);
    }
    check(
        "flowgate.yaml",
        &CONFIG.replace("['@ada']", "['@ada', '@mallory']"),
        &["error flowgate.yaml: another owner: \"policy @mallory\""],
    );
    check(
        "flowgate.yaml",
        "rules: [",
        &[
            "error flowgate.yaml: the configuration \"flowgate.yaml\" cannot be loaded any more: cannot be parsed: expected a value",
        ],
    );
}

#[test]
fn policies_are_compared_as_text() {
    check(
        POLICY,
        &policy("warning", "file.path == \"NEVER.yaml\""),
        &[&format!("error {POLICY}: the policy \"{POLICY}\" is changed (local/no-todo)")],
    );
    check(
        POLICY,
        &policy("'off'", BODY),
        &["error flowgate.yaml: \"local/no-todo\" is turned off: its level goes from warning to off"],
    );
    check(POLICY, &policy("error", BODY), &[]);
    check(
        POLICY,
        &format!("{}\n# a remark\n", policy("warning", &format!("{BODY} # why"))),
        &[],
    );
    let repo = repo();
    repo.git(&["rm", "-q", POLICY]);
    repo.write("rego/README.md", "none\n");
    repo.commit("feat: go on");
    assert_eq!(
        told(&gate(&repo, &[])),
        [format!("error {POLICY}: the policy \"{POLICY}\" is gone (local/no-todo)")]
    );
}

#[test]
fn jobs_and_hooks_are_part_of_the_gate() {
    check(
        ".gitlab-ci.yml",
        "other:\n  script: [make]\n",
        &["error .gitlab-ci.yml: the job \"flowgate\", which runs flowgate, is gone"],
    );
    check(
        ".gitlab-ci.yml",
        &format!("{GITLAB}  allow_failure: true\n"),
        &["error .gitlab-ci.yml: the job \"flowgate\", which runs flowgate, may fail: allow_failure"],
    );
    check(
        ".gitlab-ci.yml",
        &format!("variables: {{CI_DEFAULT_BRANCH: feat/x}}\n{GITLAB}"),
        &["error .gitlab-ci.yml: the pipeline sets \"CI_DEFAULT_BRANCH of flowgate\": feat/x"],
    );
    check(
        ".pre-commit-config.yaml",
        "repos: []\n",
        &["error .pre-commit-config.yaml: the hook \"flowgate\", which runs flowgate, is gone"],
    );
}

#[test]
fn what_only_looks_like_a_weakening_is_silent() {
    check("README.md", "flowgate merge-request || true\n", &[]);
    check(
        "flowgate.yaml",
        &format!("# why\n\n{}", CONFIG.replace("  commits", "    commits")),
        &[],
    );
    check("flowgate.yaml", &format!("{CONFIG}commits: {{types: [feat]}}\n"), &[]);
    check(".gitlab-ci.yml", &format!("# why\n{GITLAB}  timeout: 5 minutes\n"), &[]);
    check(
        "other/.gitlab-ci.yml",
        "flowgate:\n  script: [flowgate merge-request]\n  allow_failure: true\n",
        &[],
    );
    let repo = repo();
    repo.git(&["mv", "flowgate.yaml", ".flowgate.yaml"]);
    repo.commit("chore: move it");
    assert_eq!(told(&gate(&repo, &[])), [""; 0]);
}

#[test]
fn a_configuration_that_is_gone_is_one_finding() {
    let repo = repo();
    repo.git(&["rm", "-q", "flowgate.yaml"]);
    repo.commit("feat: go on");
    let told = told(&gate(&repo, &[]));
    assert!(
        told.contains(&"error flowgate.yaml: the configuration \"flowgate.yaml\" is gone".to_owned()),
        "{told:#?}"
    );
}

#[test]
fn only_what_the_change_does_itself_counts() {
    let repo = repo();
    repo.write("README.md", "x\n");
    repo.commit("feat: go on");
    // Meanwhile the trusted branch raises a level and takes an exclusion in.
    repo.switch("main");
    let later = format!(
        "{}exclude: ['vendor/**']\n",
        CONFIG.replace("owners", "bots: [renovate]\nowners")
    );
    repo.write("flowgate.yaml", &later);
    repo.commit("feat: exclude what is not ours");
    repo.switch("feat/x");
    assert_eq!(told(&gate(&repo, &[])), [""; 0]);
    // Taking the same over is no weakening of what is trusted.
    repo.write("flowgate.yaml", &later);
    repo.commit("feat: take it over");
    assert_eq!(told(&gate(&repo, &[])), [""; 0]);
    repo.write("flowgate.yaml", format!("{later}adopted: 2026-01-01\n"));
    repo.commit("feat: more");
    assert_eq!(told(&gate(&repo, &[])).len(), 1);
}

#[test]
fn an_owner_of_the_policy_can_approve_it_and_nobody_else() {
    let repo = repo();
    repo.write("flowgate.yaml", CONFIG.replace("conventional: error", "conventional: info"));
    repo.commit("feat: go on");
    let approvals = |names: &[&str]| {
        let users: Vec<_> = names
            .iter()
            .map(|name| serde_json::json!({"user": {"username": name}}))
            .collect();
        let file = repo.path().join(".git/approvals.json");
        std::fs::write(&file, serde_json::json!({"approved_by": users}).to_string()).unwrap();
        file.display().to_string()
    };
    let severity = |names: &[&str], more: &[&str]| {
        let file = approvals(names);
        let run = gate(&repo, &[&["--approvals", &file], more].concat());
        told(&run)[0].split(' ').next().unwrap().to_owned()
    };
    assert_eq!(severity(&["ada"], &[]), "info");
    assert_eq!(severity(&["bob"], &[]), "error");
    assert_eq!(severity(&[], &["--label", "approved"]), "error");
    assert_eq!(severity(&["ada"], &["--author", "ada"]), "error");
    // Whoever is named by the change itself is no owner yet.
    repo.write("flowgate.yaml", CONFIG.replace("'@ada'", "'@ada', '@bob'"));
    repo.commit("feat: more owners");
    assert_eq!(severity(&["bob"], &[]), "error");
}
