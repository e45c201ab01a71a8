//! `flowgate.yaml` as it works on a check: levels, waivers, layers, adoption, components, versions.

use std::fs;

use crate::support::{Repo, Run};

const FLOATING: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: app-a-prd}\nspec:\n  source: {repoURL: 'https://git.acme.example/a/b.git', path: x, targetRevision: main}\n  destination: {namespace: app-a-prd}\n";

/// Rule, severity and place (path, ref or commit) of every finding.
fn found(run: &Run) -> Vec<String> {
    let report = run.json();
    assert_eq!(report["failures"], serde_json::json!([]), "{run:?}");
    let line = |finding: &serde_json::Value| {
        let at = &finding["location"];
        let place = ["path", "ref", "commit"]
            .iter()
            .find_map(|key| at[key].as_str())
            .unwrap_or("");
        format!(
            "{} {} {place}",
            finding["severity"].as_str().unwrap(),
            finding["rule"].as_str().unwrap()
        )
    };
    report["findings"].as_array().unwrap().iter().map(line).collect()
}

fn check(repo: &Repo, configuration: &str, args: &[&str]) -> Run {
    repo.write("flowgate.yaml", configuration);
    repo.flowgate(&[&["check", "--format=json", "--now=2026-11-20"], args].concat())
}

#[test]
fn the_level_of_a_rule_may_differ_by_path_and_group() {
    let repo = Repo::new();
    for folder in ["lab", "old", "apps"] {
        repo.write(&format!("{folder}/a.yaml"), FLOATING);
        repo.write(
            &format!("{folder}/kustomization.yaml"),
            "kind: Kustomization\nimages: [{name: a, newTag: 1.10}]\n",
        );
    }
    let run = check(
        &repo,
        "rules:\n  argocd:\n    level: error\n    paths: {'lab/**': off, 'old/**': warning}\n  versions/unquoted-version:\n    paths: {'lab/**': off, 'old/**': info}\n",
        &["--only", "argocd,versions"],
    );
    assert_eq!(
        found(&run),
        [
            "error argocd/floating-revision apps/a.yaml",
            "error versions/unquoted-version apps/kustomization.yaml",
            "warning argocd/floating-revision old/a.yaml",
            "info versions/unquoted-version old/kustomization.yaml",
        ]
    );
    let run = check(&repo, "rules: {argocd: off}\n", &["--only", "argocd"]);
    assert_eq!((run.code, found(&run).len()), (Some(0), 0));
}

#[test]
fn a_waiver_lets_a_path_a_ref_and_a_commit_pass_until_its_last_day() {
    let repo = Repo::new();
    repo.write("apps/a.yaml", FLOATING);
    let first = repo.commit("begun");
    repo.branch("what-is-this").tag("0.4");
    let waivers = |until: &str| {
        format!(
            "rules: {{versions/tag-not-semver: error}}\nwaivers:\n- {{rule: argocd/floating-revision, path: 'apps/**', reason: r, until: {until}}}\n- {{rule: commits/conventional, path: {}, reason: r, until: {until}}}\n- {{rule: branches/name-pattern, path: what-*, reason: r, until: {until}}}\n- {{rule: versions/tag-not-semver, path: '0.4', reason: r, owner: ops, until: {until}}}\n",
            &first[..10]
        )
    };
    let run = check(&repo, &waivers("2026-11-20"), &["--history"]);
    assert_eq!(found(&run), Vec::<String>::new());
    assert_eq!(run.code, Some(0));
    let waived = run.json()["waived"].clone();
    assert_eq!(waived.as_array().unwrap().len(), 4, "{waived:#}");
    let run = check(&repo, &waivers("2026-11-19"), &["--history"]);
    let told = found(&run)
        .iter()
        .filter(|finding| finding.contains("gate/waiver-hygiene"))
        .count();
    assert_eq!(
        (found(&run).len(), told),
        (8, 4),
        "an expired waiver lets nothing pass, and is told"
    );
    let words = repo.flowgate(&["check", "--history", "--now=2026-11-19"]).stdout;
    assert!(words.contains("4 findings let pass by waivers"), "{words}");
}

#[test]
fn a_file_that_is_extended_lies_beneath_and_may_stand_outside() {
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "rules: {argocd: warning, files: off}\n").unwrap();
    let repo = Repo::new();
    repo.write("a.yaml", FLOATING)
        .write("b.yaml", "a: [\n")
        .write("conf/base.yaml", "extends: [deeper.yaml]\n");
    repo.write("conf/deeper.yaml", "rules: {argocd: info}\n");
    let run = check(&repo, "extends: [conf/base.yaml]\n", &[]);
    assert_eq!(
        found(&run),
        ["info argocd/floating-revision a.yaml", "error files/does-not-parse b.yaml"]
    );
    let extended = format!("extends: ['{}']\nrules: {{files: error}}\n", outside.path().display());
    let run = check(&repo, &extended, &[]);
    assert_eq!(
        found(&run),
        ["warning argocd/floating-revision a.yaml", "error files/does-not-parse b.yaml"]
    );
    let run = check(&repo, "extends: [none.yaml]\n", &[]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.json()["failures"][0]["location"]["path"], "flowgate.yaml");
}

#[test]
fn what_is_older_than_adoption_is_one_count() {
    let repo = Repo::new();
    repo.commit("one");
    let adopted = repo.commit("two");
    repo.tag("0.1").git(&["branch", "odd_branch"]);
    repo.commit("feat: three");
    repo.tag("0.2");
    let run = check(&repo, &format!("adopted: {adopted}\n"), &["--history"]);
    assert_eq!(found(&run), ["error versions/tag-not-semver refs/tags/0.2"], "{run:?}");
    let words = repo.flowgate(&["check", "--history"]).stdout;
    assert!(words.contains("4 older than `adopted` left alone"), "{words}");
    let run = check(&repo, "adopted: 2026-01-02\n", &["--history"]);
    assert_eq!(found(&run), Vec::<String>::new(), "all of it is from the day before");
    let run = check(&repo, "adopted: 2026-01-01\n", &["--history"]);
    assert!(found(&run).len() > 3, "that day is judged: {run:?}");
}

#[test]
fn each_component_has_its_own_series_of_versions() {
    let repo = Repo::new();
    repo.write("charts/phippy/Chart.yaml", "apiVersion: v2\nname: phippy\nversion: 1.2.0\n");
    repo.commit("feat: begin");
    let revisions = [
        ("phippy/1.2.0", true),
        ("phippy-1.2.0", true),
        ("phippy@1.2.0", true),
        ("phippy/v1.2.0", true),
        ("phippy@v1.2.0", true),
        ("phippy/main", false),
    ];
    for (revision, is_version) in revisions {
        // With and without `v` in one series is a finding of its own.
        if is_version && !revision.contains('v') {
            repo.tag(revision);
        }
        let file = format!("apps/{}.yaml", revision.replace('/', "_"));
        repo.write(
            &file,
            FLOATING.replace("targetRevision: main", &format!("targetRevision: '{revision}'")),
        );
    }
    let run = check(
        &repo,
        "components: [{name: phippy, path: charts/phippy}]\n",
        &["--only=argocd,versions"],
    );
    assert_eq!(found(&run), ["error argocd/floating-revision apps/phippy_main.yaml"]);
    let deliveries = run.json()["deliveries"].clone();
    let classes: Vec<_> = deliveries
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["revision"]["class"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(classes.iter().filter(|c| *c == "semver").count(), 5, "{classes:?}");
    let found_alone = check(&repo, "", &["--only=argocd"]);
    assert_eq!(
        found(&found_alone),
        ["error argocd/floating-revision apps/phippy_main.yaml"],
        "without being declared"
    );
}

#[test]
fn a_configuration_for_another_version_says_how_to_get_it() {
    let run = check(&Repo::new(), "requires: '>=99'\nnonsense: 1\n", &[]);
    assert_eq!(run.code, Some(2));
    let failures = run.json()["failures"].clone();
    assert_eq!(failures.as_array().unwrap().len(), 1, "{failures}");
    assert!(failures[0]["message"].as_str().unwrap().contains(">=99"), "{failures}");
}

#[test]
fn a_stage_that_was_renamed_is_known_by_both_names() {
    let repo = Repo::new();
    repo.write("apps/a.yaml", FLOATING.replace("app-a-prd", "app-a-final"));
    let run = check(
        &repo,
        "stages:\n- {name: dev}\n- {name: live, was: [final]}\n",
        &["--only=argocd"],
    );
    assert_eq!(found(&run), ["error argocd/floating-revision apps/a.yaml"]);
    assert_eq!(run.json()["deliveries"][0]["stage"], "live");
}

#[test]
fn a_configuration_may_be_named_and_the_profile_too() {
    let repo = Repo::new();
    repo.write("a.yaml", FLOATING)
        .write("other.yml", "rules: {argocd: info}\n")
        .write("deep/x", "");
    let run = check(&repo, "rules: {argocd: off}\n", &["--config", "other.yml"]);
    assert_eq!(found(&run), ["info argocd/floating-revision a.yaml"]);
    let run = check(&repo, "", &["--profile", "observe"]);
    assert_eq!(found(&run), ["warning argocd/floating-revision a.yaml"]);
    assert_eq!(run.json()["profile"], "observe");
    let run = check(&repo, "", &["-C", "deep", "--config", "../other.yml"]);
    assert_eq!(found(&run), ["info argocd/floating-revision a.yaml"]);
}
