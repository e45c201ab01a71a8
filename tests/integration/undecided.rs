//! Configuration, policies and arguments that cannot be used: exit code 2, the place, the remedy, and still the asked reports.

use std::fs;

use serde_json::Value;

use crate::judged::{Judged, check, judge, judged, sober};
use crate::support::{self, Repo};

fn with(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    repo.write("a.yaml", "a: 1\n").commit("feat: begin");
    for (path, text) in files {
        repo.write(path, text);
    }
    repo
}

/// Judges, and holds that the report is written to a file as well as to standard output, with the same verdict.
#[track_caller]
fn refused(repo: &Repo, args: &[&str], words: &[&str]) -> Judged {
    let file = repo.path().join(".git/report.json");
    _ = fs::remove_file(&file);
    let run = support::run(support::flowgate(repo.path()).arg("check").args(args).args([
        "--format",
        "json",
        "--format",
        "json=.git/report.json",
    ]));
    let said = judged(&run);
    said.undecided(words);
    let written: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(written, said.report);
    said
}

#[test]
fn a_broken_configuration_names_place_and_remedy() {
    let at = |text: &str, words: &[&str]| _ = refused(&with(&[("flowgate.yaml", text)]), &[], words);
    at("stages: [\n", &["cannot be parsed", "flowgate.yaml"]);
    at("stagse: []\n", &["stagse", "stages", "flowgate.yaml"]);
    at("stages: 1\n", &["stages", "flowgate.yaml"]);
    at(
        "rules: {commits/conventionel: {level: off}}\n",
        &["conventionel", "commits/conventional"],
    );
    at("profile: gitflow-devop\n", &["gitflow-devop", "gitflow-devops"]);
    at("extends: [nowhere.yaml]\n", &["nowhere.yaml", "flowgate.yaml"]);
    at("extends: [flowgate.yaml]\n", &["flowgate.yaml"]);
    for word in ["flows", "catalog", "argocd", "overrides"] {
        at(&format!("{word}: {{}}\n"), &[word, "reserved"]);
    }
    at("adopted: yesterday\n", &["yesterday"]);
    at(&"[".repeat(10_000), &["flowgate.yaml"]);
    at("a: 1\0\n", &["flowgate.yaml"]);
    refused(
        &with(&[
            ("flowgate.yaml", "profile: observe\n"),
            (".flowgate.yaml", "profile: observe\n"),
        ]),
        &[],
        &["several configurations", "keep one"],
    );
    refused(
        &with(&[
            ("flowgate.yaml", "extends: [b.yaml]\n"),
            ("b.yaml", "extends: [flowgate.yaml]\n"),
        ]),
        &[],
        &["b.yaml"],
    );
}

#[test]
fn another_version_is_told_in_one_line() {
    let repo = with(&[("flowgate.yaml", "requires: '>=99'\nstagse: []\n")]);
    let judged = refused(&repo, &[], &["99"]);
    let failures = judged.report["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 1, "{failures:?}");
}

#[test]
fn a_broken_policy_names_its_file_and_line() {
    let good = "# METADATA\n# title: A rule\n# description: d.\n# custom:\n#   severity: error\n#   reads: [files]\n#   kinds: []\n#   gates: []\n\
        #   sources: [S0.1]\n#   formerly: []\n#   options: {}\npackage rules.own[\"rule\"]\n\nimport rego.v1\n\n\
        report contains violation if {\n\tsome file in input.files\n\tviolation := {\"message\": \"m\", \"at\": file.at}\n}\n";
    let page =
        "# A rule\n\n## Why\n\nw\n\n## Avoid\n\na\n\n## Prefer\n\np\n\n## Options\n\nNone.\n\n## When to waive\n\nNever.\n";
    let own = |rego: &str| {
        with(&[
            ("flowgate.yaml", "policies: [own]\n"),
            ("own/rules/own/rule/rule.rego", rego),
            ("own/rules/own/rule/rule.md", page),
        ])
    };
    check(&own(good), &[]).findings(&["own/rule"]);
    refused(&own(&good.replace(":= {", ":= {{")), &[], &["rule.rego"]);
    refused(&own(&good.replace("severity", "severitty")), &[], &["severitty", "rule.rego"]);
    refused(
        &own(&good.replace("input.files", "no_such(input.files)")),
        &[],
        &["no_such", "rule.rego"],
    );
    refused(
        &own(&good.replace("rules.own[\"rule\"]", "rules.commits[\"conventional\"]")),
        &[],
        &["rule.rego"],
    );
    refused(&with(&[("flowgate.yaml", "policies: [nowhere]\n")]), &[], &["nowhere"]);
    refused(&with(&[]), &["--policies", "nowhere"], &["nowhere"]);
}

#[test]
fn an_induced_error_does_not_hide_a_finding() {
    let rule = "# METADATA\n# title: A rule\n# description: d.\n# custom:\n#   severity: error\n#   reads: [files]\n#   kinds: []\n#   gates: []\n\
        #   sources: [S0.1]\n#   formerly: []\n#   options: {}\npackage rules.own[\"rule\"]\n\nimport rego.v1\n\n\
        report contains violation if {\n\tsome file in input.files\n\tviolation := {\"message\": sprintf(\"%d\", [to_number(file.path)]), \"at\": file.at}\n}\n";
    let page =
        "# A rule\n\n## Why\n\nw\n\n## Avoid\n\na\n\n## Prefer\n\np\n\n## Options\n\nNone.\n\n## When to waive\n\nNever.\n";
    let repo = with(&[
        ("flowgate.yaml", "policies: [own]\n"),
        ("own/rules/own/rule/rule.rego", rule),
        ("own/rules/own/rule/rule.md", page),
    ]);
    check(&repo, &[]).undecided(&["own/rule"]);
    repo.write("broken.yaml", "a: [\n");
    check(&repo, &[])
        .findings(&["broken.yaml does not parse"])
        .says("failures", &["own/rule"]);
    check(&repo, &["--fail-on", "never"]).undecided(&["own/rule"]);
}

#[test]
fn arguments_that_cannot_be_used_are_named() {
    let repo = with(&[]);
    refused(
        &repo,
        &["--rev", "nowhere"],
        &["nowhere", "no such branch, tag or commit", "check the spelling"],
    );
    refused(&repo, &["--rev", ""], &["--rev", "variable is empty"]);
    refused(&repo, &["--rev", "HEAD:a.yaml"], &["HEAD:a.yaml", "blob"]);
    refused(&repo, &["--range", "main"], &["--range main", "A..B"]);
    refused(&repo, &["--range", "a...b"], &["three dots"]);
    for empty in ["..", "..HEAD", "HEAD..", "@.."] {
        refused(&repo, &["--range", empty], &[empty, "variable is empty"]);
    }
    refused(&repo, &["--range", "nowhere..HEAD"], &["nowhere"]);
    let zero = format!("{}..HEAD", "0".repeat(40));
    refused(&repo, &["--range", &zero], &["0000"]);
    refused(&repo, &["--config", "nowhere.yaml"], &["nowhere.yaml"]);
    refused(&repo, &["--profile", "gitflow-devop"], &["gitflow-devop", "gitflow-devops"]);
    refused(&repo, &["--now", "tomorrow"], &["--now tomorrow", "YYYY-MM-DD"]);
    refused(&repo, &["--threads", "0"], &["--threads 0", "at least one"]);
    refused(&repo, &["--threads", "1000000"], &["--threads 1000000", "at most"]);
    refused(
        &repo,
        &["--only", "commits/conventionel"],
        &["conventionel", "commits/conventional"],
    );
    refused(&repo, &["--skip", "nowhere"], &["nowhere"]);
    refused(&repo, &["--refs", "nowhere.json"], &["nowhere.json"]);
}

#[test]
fn a_format_that_is_not_known_is_an_argument_that_does_not_parse() {
    let repo = with(&[]);
    for args in [
        &["--format", "jsn"][..],
        &["--format", "json="],
        &["--fail-on", "sometimes"],
        &["--nowhere"],
    ] {
        let run = repo.flowgate(&[&["check"], args].concat());
        sober(&run);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{run:?}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_not_clean() {
    let repo = with(&[]);
    let run = repo.flowgate(&["check", "--format", "json=no/such/folder/report.json"]);
    sober(&run);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("no/such/folder/report.json"), "{run:?}");
    repo.write("broken.yaml", "a: [\n");
    let run = repo.flowgate(&["check", "--format", "json=no/such/folder/report.json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
}

#[test]
fn a_broken_refs_lock_says_how_to_renew_it() {
    let lock = |text: &str| with(&[("flowgate.refs.lock", text)]);
    for text in ["{", "{}", "[]", "", "{\"schema\": \"flowgate/refs-lock/v1\"}"] {
        refused(&lock(text), &[], &["flowgate.refs.lock", "flowgate refs update"]);
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    refused(&lock(&deep), &[], &["flowgate.refs.lock"]);
}

#[test]
fn what_the_target_lacks_is_written_too() {
    let repo = with(&[]);
    refused(&repo, &["no/such"], &["no/such"]);
    let command = &mut support::flowgate(repo.path());
    judge(command.args(["-C", "no/such", "check"])).undecided(&["no/such"]);
    fs::write(repo.path().join(".git/refs/heads/main"), "rubbish").unwrap();
    refused(&repo, &[], &["HEAD"]);
}
