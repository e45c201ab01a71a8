//! `flowgate check -`: documents that another program writes.

use crate::support::{self, Repo, Run};

const APPLICATIONS: &str = r#"{"apiVersion": "v1", "kind": "List", "items": [
{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "app-a-dev", "namespace": "argocd"},
 "spec": {"source": {"repoURL": "https://git.acme.example/a/b.git", "path": "deploy", "targetRevision": "main"},
          "destination": {"namespace": "app-a-dev", "server": "https://dev"}}},
{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "app-a-prd", "namespace": "argocd"},
 "spec": {"source": {"repoURL": "https://git.acme.example/a/b.git", "path": "deploy", "targetRevision": "HEAD"},
          "destination": {"namespace": "app-a-prd", "server": "https://prd"}}}
]}
"#;

fn judge(repo: &Repo, args: &[&str], input: &str) -> Run {
    support::run_with_input(support::flowgate(repo.path()).arg("check").args(args), input.as_bytes())
}

/// Rule, document, pointer and line of every finding.
fn places(run: &Run) -> Vec<String> {
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    let place = |finding: &serde_json::Value| {
        let location = &finding["location"];
        format!(
            "{} {}#{}{} line {}",
            finding["rule"].as_str().unwrap(),
            location["path"].as_str().unwrap(),
            location["document"],
            location["pointer"].as_str().unwrap_or(""),
            location["line"]
        )
    };
    findings.iter().map(place).collect()
}

#[test]
fn a_list_of_kubectl_is_judged_item_by_item() {
    let run = judge(&Repo::new(), &["-", "--format", "json"], APPLICATIONS);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(
        places(&run),
        ["argocd/floating-revision -#1/spec/source/targetRevision line 6"]
    );
    assert_eq!(run.json()["summary"]["documents"], 2);
}

#[test]
fn document_rules_see_the_items_of_a_list() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: argoproj.io/v1alpha1\n  kind: Application\n  metadata: {name: app-a-dev}\n  spec:\n    source: {repoURL: 'https://git.acme.example/a/b.git', path: x, targetRevision: 1.10}\n    destination: {namespace: app-a-dev}\n";
    let run = judge(&Repo::new(), &["-", "--only", "versions", "--format=json"], list);
    assert_eq!(
        places(&run),
        ["versions/unquoted-version -#0/spec/source/targetRevision line 8"]
    );
    let repo = Repo::new();
    repo.write("list.yaml", list);
    let run = repo.flowgate(&["check", "--only", "versions", "--format=json"]);
    assert_eq!(
        places(&run),
        ["versions/unquoted-version list.yaml#0/spec/source/targetRevision line 8"]
    );
}

#[test]
fn what_helm_renders_is_judged_document_by_document() {
    let rendered = "---\n# Source: phippy/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# Source: phippy/templates/app.yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: app-a-prd}\nspec:\n  source: {repoURL: 'https://git.acme.example/a/b.git', path: x, targetRevision: main}\n  destination: {namespace: app-a-prd}\n---\n";
    let run = judge(&Repo::new(), &["-", "--format=json"], rendered);
    assert_eq!(
        places(&run),
        ["argocd/floating-revision -#1/spec/source/targetRevision line 12"]
    );
}

#[test]
fn applications_inside_templates_are_counted_and_the_command_is_named() {
    let repo = Repo::new();
    repo.write("chart/Chart.yaml", "apiVersion: v2\nname: phippy\nversion: 1.0.0\n");
    repo.write(
        "chart/templates/app.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {{ .Release.Name }}\n",
    );
    let report = repo.flowgate(&["check", "--format=json"]).json();
    let embedded = &report["skips"][0];
    assert_eq!(
        embedded["reason"],
        "Argo CD Applications inside templates; `helm template . | flowgate check -` judges them as rendered"
    );
    assert_eq!(embedded["count"], 1);
}

#[test]
fn the_configuration_of_the_repository_around_holds_in_its_subfolders_too() {
    let repo = Repo::new();
    repo.write("flowgate.yaml", "rules: {argocd/floating-revision: off}\n");
    repo.write("deep/er/x", "");
    for folder in [".", "deep/er"] {
        let run = judge(&repo, &["-", "--format=json"], APPLICATIONS);
        assert_eq!(run.code, Some(0), "{run:?}");
        let mut command = support::flowgate(&repo.path().join(folder));
        let run = support::run_with_input(command.args(["check", "-", "--quiet"]), APPLICATIONS.as_bytes());
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{folder}: {run:?}");
    }
}

#[test]
fn what_is_no_text_or_does_not_parse_never_looks_clean() {
    let repo = Repo::new();
    let broken = judge(&repo, &["-", "--format=json"], "a: [\n");
    assert_eq!(broken.code, Some(1), "{broken:?}");
    let mut command = support::flowgate(repo.path());
    let binary = support::run_with_input(command.args(["check", "-", "--format=json"]), &[0, 159, 146, 150, 0, 1]);
    assert_eq!(binary.code, Some(2), "{binary:?}");
    assert_eq!(binary.json()["failures"][0]["message"], "standard input is not text");
}

#[test]
fn a_large_answer_of_a_cluster_is_read() {
    let mut list = String::from("{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n");
    for number in 0..5 {
        let filler = "x".repeat(1_000_000);
        list.push_str(&format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {{\"name\": \"c{number}\"}}, \"data\": {{\"a\": \"{filler}\"}}}},\n"
        ));
    }
    list.push_str("{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\"}]}\n");
    let run = judge(&Repo::new(), &["-", "--format=json"], &list);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.json()["summary"]["documents"], 6);
}

#[test]
fn standard_input_stands_alone() {
    let repo = Repo::new();
    for (args, reason) in [
        (&["-", "a.yaml"][..], "stands alone"),
        (&["-", "--staged"], "leave out --staged"),
        (&["-", "--rev", "HEAD"], "leave out --staged, --rev"),
    ] {
        let run = judge(&repo, &[args, &["--format=json"]].concat(), "a: 1\n");
        assert_eq!(run.code, Some(2), "{run:?}");
        let message = run.json()["failures"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(reason), "{message}");
    }
}
