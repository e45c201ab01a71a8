//! `flowgate refs update`: what other repositories' refs are, asked of real ones, and what a check does with it.

use std::fs;

use crate::support::Repo;

fn application(url: &str, revision: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: app-a-prd}}\nspec:\n  source: {{repoURL: '{url}', path: x, targetRevision: {revision}}}\n  destination: {{namespace: app-a-prd}}\n"
    )
}

#[test]
fn a_word_that_is_a_tag_of_its_repository_is_no_branch() {
    let source = Repo::new();
    source.commit("feat: begin");
    source.tag("stable-seven").tag("1.0.0").git(&["branch", "dev"]);
    let url = format!("file://{}", source.path().display());
    let repo = Repo::new();
    repo.write("a.yaml", application(&url, "stable-seven"));
    let class = |args: &[&str]| {
        let run = repo.flowgate(&[&["check", "--format=json", "--only=argocd"], args].concat());
        let revision = run.json()["deliveries"][0]["revision"].clone();
        (
            revision["class"].as_str().unwrap().to_owned(),
            revision["known"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(class(&[]), ("branch".to_owned(), "grammar".to_owned()));
    let run = repo.flowgate(&["refs", "update"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let lock = fs::read_to_string(repo.path().join("flowgate.refs.lock")).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&lock).unwrap();
    let entry = parsed["repositories"].as_object().unwrap().values().next().unwrap();
    assert_eq!(entry["branches"], serde_json::json!(["dev", "main"]));
    assert_eq!(entry["tags"], serde_json::json!(["1.0.0", "stable-seven"]));
    assert_eq!(entry["default"], "main");
    assert_eq!(class(&[]), ("tag".to_owned(), "refs-lock".to_owned()));
    repo.flowgate(&["refs", "update"]);
    assert_eq!(
        fs::read_to_string(repo.path().join("flowgate.refs.lock")).unwrap(),
        lock,
        "the same refs, the same bytes"
    );
    fs::rename(repo.path().join("flowgate.refs.lock"), repo.path().join("elsewhere")).unwrap();
    assert_eq!(class(&["--refs", "elsewhere"]).0, "tag");
}

#[test]
fn a_repository_that_cannot_be_asked_is_told_and_the_others_are_written() {
    let source = Repo::new();
    source.commit("feat: begin");
    let repo = Repo::new();
    repo.write("a.yaml", application(&format!("file://{}", source.path().display()), "main"));
    repo.write("b.yaml", application("file:///no/such/repository.git", "main"));
    let run = repo.flowgate(&["refs", "update", "--refs", "my.lock"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("file:///no/such/repository.git"), "{run:?}");
    assert!(run.stdout.starts_with("1 of 2 repositories written"), "{run:?}");
}

#[test]
fn a_lock_that_cannot_be_used_is_undecided() {
    let repo = Repo::new();
    repo.write("flowgate.refs.lock", "{}").write("a.yaml", "a: 1\n");
    let run = repo.flowgate(&["check", "--format=json"]);
    assert_eq!(run.code, Some(2));
    let message = run.json()["failures"][0]["message"].as_str().unwrap().to_owned();
    assert!(
        message.starts_with("flowgate.refs.lock: ") && message.contains("flowgate refs update"),
        "{message}"
    );
}
