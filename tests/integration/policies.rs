//! Policies that do not ship: a whole set from a folder, rules of a user's own, and what happens when one of them is broken.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Repo, Run, flowgate, run};

/// A rule that reports every branch, so that there is a finding beside whatever else goes wrong.
const SOUND: &str = r#"# METADATA
# title: There is a branch
# description: For tests.
# custom:
#   severity: error
#   reads: [branches]
package rules.house["sound"]

import rego.v1

report contains violation if {
	some branch in input.branches

	violation := {"message": sprintf("there is %s", [branch.name]), "at": branch.at}
}
"#;

/// The same rule under another name, with `line` as the first line of its body; that is line 12 of the file.
fn broken(line: &str) -> String {
    SOUND
        .replace("There is a branch", "It is broken")
        .replace("[\"sound\"]", "[\"broken\"]")
        .replace("\tsome branch in", &format!("\t{line}\n\tsome branch in"))
}

fn repository() -> Repo {
    let repo = Repo::new();
    repo.write("a.yaml", "a: 1\n").commit("feat: begin");
    repo
}

/// Writes a rule with its page into a set of policies, with a profile beside it.
fn add_rule(policies: &Path, name: &str, text: &str) {
    let folder = policies.join("rules/house").join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.rego")), text).unwrap();
    fs::write(folder.join(format!("{name}.md")), "# house\n").unwrap();
    let profile = "policies/profiles/gitflow-devops.yaml";
    fs::create_dir_all(policies.join("profiles")).unwrap();
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(profile),
        policies.join("profiles/gitflow-devops.yaml"),
    )
    .unwrap();
}

fn check(repo: &Repo, args: &[&str]) -> Run {
    repo.flowgate(&[&["check", "--format", "json", "--now", "2026-11-20"], args].concat())
}

/// `rule: place` of every finding, and `path:line message` of every failure.
fn told(report: &Value) -> (Vec<String>, Vec<String>) {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let finding = |f: &Value| format!("{}: {}", text(&f["rule"]), text(&f["location"]["ref"]));
    let failure = |f: &Value| {
        let path = text(&f["location"]["path"]);
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        format!(
            "{}: {name}:{} {}",
            text(&f["kind"]),
            f["location"]["line"],
            text(&f["message"])
        )
    };
    let list = |name: &str, one: &dyn Fn(&Value) -> String| report[name].as_array().unwrap().iter().map(one).collect();
    (list("findings", &finding), list("failures", &failure))
}

#[test]
fn a_folder_stands_in_for_the_rules_that_ship() {
    let (repo, policies) = (repository(), tempfile::tempdir().unwrap());
    add_rule(policies.path(), "sound", SOUND);
    let folder = policies.path().to_str().unwrap();
    for ran in [
        check(&repo, &["--policies", folder]),
        run(flowgate(repo.path())
            .env("FLOWGATE_POLICIES", folder)
            .args(["check", "--format", "json"])),
    ] {
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let report = ran.json();
        assert_eq!(told(&report).0, ["house/sound: refs/heads/main"]);
        let ids: Vec<&str> = report["rules"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|r| r["id"].as_str())
            .collect();
        assert_eq!(ids, ["house/sound"], "only what the folder holds");
    }
    let changed = SOUND.replace("there is", "behold");
    add_rule(policies.path(), "sound", &changed);
    let report = check(&repo, &["--policies", folder]).json();
    assert_eq!(report["findings"][0]["message"], "behold main", "an author never rebuilds");
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let ran = check(&repository(), &["--policies", "no/such/folder"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let (_, failures) = told(&ran.json());
    assert!(failures[0].starts_with("policy: folder:null cannot be read"), "{failures:?}");
}

/// What a policy does wrong, and how the failure begins that tells it.
const BROKEN_BEFORE_THEY_RUN: [(&str, &str, &str); 6] = [
    (
        "#   severity: error",
        "#   severitty: error",
        "policy: broken.rego:5 metadata key `custom.severitty` is unknown, did you mean",
    ),
    (
        "some branch in input.branches",
        "some branch in in input.branches",
        "policy: broken.rego:13 ",
    ),
    (
        "LINE",
        "conut(input.branches) > 0",
        "policy: broken.rego:12 function `conut` is not defined, did you mean `count`?",
    ),
    (
        "LINE",
        "count(input.branches, 1) > 0",
        "policy: broken.rego:12 function `count` takes 1 arguments, but is given 2",
    ),
    (
        "LINE",
        "time.now_ns() > 0",
        "policy: broken.rego:12 function `time.now_ns` is not available to policies",
    ),
    (
        "LINE",
        "x := [[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]",
        "policy: broken.rego:12 brackets nest 13 deep",
    ),
];

#[test]
fn a_policy_that_cannot_be_used_is_told_with_file_and_line() {
    for is_own_set in [true, false] {
        for (wrong, instead, expected) in BROKEN_BEFORE_THEY_RUN {
            let text = broken("LINE").replace(wrong, instead).replace("LINE", "true");
            let (repo, policies) = (repository(), tempfile::tempdir().unwrap());
            let ran = if is_own_set {
                add_rule(policies.path(), "broken", &text);
                check(&repo, &["--policies", policies.path().to_str().unwrap()])
            } else {
                repo.write("flowgate.yaml", "policies: [house]\n")
                    .write("house/broken.rego", &text);
                check(&repo, &[])
            };
            let (findings, failures) = told(&ran.json());
            assert_eq!((ran.code, findings.len()), (Some(2), 0), "{instead}: {ran:?}");
            assert_eq!(ran.json()["verdict"], "undecided");
            assert!(failures.iter().any(|f| f.starts_with(expected)), "{instead}: {failures:?}");
        }
    }
}

/// What a rule does when it is asked, and how the failure begins.
const BROKEN_WHEN_ASKED: [(&str, &str); 3] = [
    (
        "1 / (count(input.branches) - count(input.branches)) > 0",
        "policy: broken.rego:12 rule house/broken: ",
    ),
    ("to_number(\"one\") > 0", "policy: broken.rego:12 rule house/broken: "),
    (
        "count([1 | some i in numbers.range(1, 4000); some j in numbers.range(1, 4000); i == j]) > 0",
        "limit: broken.rego:null rule house/broken: it was stopped after ",
    ),
];

#[test]
fn a_rule_that_fails_makes_the_run_undecided_and_hides_no_finding() {
    for (line, expected) in BROKEN_WHEN_ASKED {
        let repo = repository();
        repo.write("flowgate.yaml", "policies: [house]\n")
            .write("house/broken.rego", broken(line))
            .write("house/sound.rego", SOUND);
        let alone = check(&repo, &["--only", "house/broken"]);
        let (findings, failures) = told(&alone.json());
        assert_eq!((alone.code, findings.len()), (Some(2), 0), "{line}: {alone:?}");
        assert!(
            failures.len() == 1 && failures[0].starts_with(expected),
            "{line}: {failures:?}"
        );

        let beside = check(&repo, &["--only", "house"]);
        let report = beside.json();
        assert_eq!(
            (beside.code, &report["verdict"]),
            (Some(1), &Value::from("findings")),
            "{line}"
        );
        let (findings, failures) = told(&report);
        assert_eq!(findings, ["house/sound: refs/heads/main"]);
        assert!(
            failures.len() == 1 && failures[0].starts_with(expected),
            "{line}: {failures:?}"
        );

        let human = repo.flowgate(&["check", "--only", "house"]);
        assert!(human.stdout.contains("rule house/broken"), "{line}: {}", human.stdout);
    }
}

#[test]
fn rules_of_a_users_own_judge_beside_those_that_ship() {
    let repo = repository();
    repo.write(
        "flowgate.yaml",
        "policies: [house]\nrules:\n  house/sound: {level: warning}\n",
    );
    repo.write("house/sound.rego", SOUND).commit("chore: add a rule");
    for state in [&[][..], &["--staged"], &["--rev", "HEAD"]] {
        let ran = check(&repo, state);
        let report = ran.json();
        assert_eq!(ran.code, Some(0), "{state:?}: {ran:?}");
        assert_eq!(told(&report).0, ["house/sound: refs/heads/main"], "{state:?}");
        assert_eq!(report["findings"][0]["severity"], "warning");
        assert!(report["rules"].as_array().unwrap().len() > 1, "{state:?}");
    }
}

#[test]
fn a_package_that_ships_is_refused_to_others() {
    for package in [
        "package rules.commits.conventional",
        "package rules.commits.conventional.extra",
        "package rules.commits[\"conventional\"]",
        "package rules.commits",
        "package rules",
        "package lib.messages",
        "package lib.messages.extra",
        "package lib",
    ] {
        let repo = repository();
        repo.write("flowgate.yaml", "policies: [house]\n")
            .write("house/mine.rego", SOUND.replace("package rules.house[\"sound\"]", package));
        let ran = check(&repo, &[]);
        let (findings, failures) = told(&ran.json());
        assert_eq!(
            (ran.code, findings.len(), failures.len()),
            (Some(2), 0, 1),
            "{package}: {ran:?}"
        );
        assert!(
            failures[0].starts_with("policy: mine.rego:7 ") && failures[0].contains("ships with flowgate"),
            "{package}: {failures:?}"
        );
    }
}
