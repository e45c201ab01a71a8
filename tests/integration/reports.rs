//! Reports of real runs: the schema, fingerprints, findings of one cause, and the command that reproduces them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{self, Repo, Run};

const SCHEMA: &str = include_str!("../../schemas/report-v1.schema.json");

fn application(name: &str, revision: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: app-{name}-prd}}\nspec:\n  source: {{repoURL: 'https://git.acme.example/a/{name}.git', path: x, targetRevision: {revision}}}\n  destination: {{namespace: app-{name}-prd}}\n"
    )
}

fn valid(run: &Run) -> Value {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let report = run.json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{report:#}");
    report
}

/// Message to fingerprint.
fn fingerprints(repo: &Repo) -> BTreeMap<String, String> {
    let report = valid(&repo.flowgate(&["check", "--format=json"]));
    let findings = report["findings"].as_array().unwrap();
    let text = |f: &Value, key: &str| f[key].as_str().unwrap().to_owned();
    let by_message: BTreeMap<_, _> = findings
        .iter()
        .map(|f| (text(f, "message"), text(f, "fingerprint")))
        .collect();
    assert_eq!(by_message.len(), findings.len(), "messages tell them apart");
    let different: BTreeSet<_> = by_message.values().collect();
    assert_eq!(different.len(), findings.len(), "fingerprints are unique");
    by_message
}

#[test]
fn reports_with_every_kind_of_location_follow_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    support::run(support::flowgate(folder.path()).args(["demo", "--keep", "acme"]));
    let acme = folder.path().join("acme");
    let mut seen = BTreeSet::new();
    for args in [
        &["--history"][..],
        &["--all-branches"],
        &["--rev", "HEAD"],
        &["--range", "HEAD~2..HEAD"],
        &["--staged"],
    ] {
        let run = support::run(support::flowgate(&acme).args(["check", "--format=json"]).args(args));
        let report = valid(&run);
        for finding in report["findings"].as_array().unwrap() {
            seen.extend(finding["location"].as_object().unwrap().keys().cloned());
            let has_branch = finding["location"].get("branch").is_some();
            assert_eq!(
                has_branch,
                args == ["--all-branches"] && finding["location"].get("path").is_some()
            );
        }
    }
    let all = [
        "branch",
        "column",
        "commit",
        "document",
        "end_column",
        "end_line",
        "line",
        "path",
        "pointer",
        "ref",
    ];
    assert_eq!(seen, all.map(str::to_owned).into());
}

#[test]
fn a_run_that_cannot_begin_still_writes_its_reports() {
    let repo = Repo::new();
    repo.write("flowgate.yaml", "nonsense: 1\n");
    for args in [
        &[][..],
        &["--rev", "none"],
        &["-C", "none"],
        &["--only", "none"],
        &["--policies", "none"],
        &["none.yaml"],
    ] {
        let run = repo.flowgate(&[&["check", "--format=json"], args].concat());
        let report = valid(&run);
        assert_eq!((run.code, &report["verdict"]), (Some(2), &"undecided".into()), "{run:?}");
        assert!(!report["failures"].as_array().unwrap().is_empty());
    }
}

#[test]
fn fingerprints_stay_when_lines_move_and_documents_change_places() {
    let repo = Repo::new();
    let (a, b, c) = (application("a", "main"), application("b", "dev"), application("c", "1.10"));
    repo.write("apps.yaml", format!("{a}---\n{b}---\n{c}"));
    let before = fingerprints(&repo);
    assert!(before.len() > 3, "{before:?}");
    repo.write("apps.yaml", format!("# a remark\n\n{a}---\n# another\n{b}---\n{c}"));
    assert_eq!(fingerprints(&repo), before);
    repo.write("apps.yaml", format!("{c}---\n{b}---\n{a}"));
    assert_eq!(fingerprints(&repo), before);
    repo.write("apps.yaml", format!("{c}---\n{b}"));
    let fewer = fingerprints(&repo);
    assert!(
        fewer.len() < before.len() && fewer.iter().all(|(message, print)| before.get(message) == Some(print)),
        "{fewer:?}"
    );
}

#[test]
fn sixty_applications_of_one_generator_are_one_finding() {
    let elements: String = (0..60).map(|n| format!("      - {{name: app-a{n:02}-prd}}\n")).collect();
    let repo = Repo::new();
    repo.write(
        "set.yaml",
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: apps}}\nspec:\n  generators:\n  - list:\n      elements:\n{elements}  template:\n    metadata: {{name: '{{{{name}}}}'}}\n    spec:\n      source: {{repoURL: 'https://git.acme.example/a/b.git', path: x, targetRevision: main}}\n      destination: {{namespace: '{{{{name}}}}'}}\n"
        ),
    );
    let report = valid(&repo.flowgate(&["check", "--only=argocd", "--format=json"]));
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(
        findings[0]["message"].as_str().unwrap().contains("60") || findings[0]["message"].as_str().unwrap().contains("59 more"),
        "{}",
        findings[0]["message"]
    );
}

#[test]
#[expect(clippy::disallowed_methods, reason = "what is pasted goes to a shell")]
fn the_command_that_reproduces_gives_the_same_findings_when_it_is_pasted() {
    let repo = Repo::new();
    repo.write("it's a/apps.yaml", application("a", "main"))
        .write("b/apps.yaml", application("b", "main"));
    repo.write("other.yaml", "rules: {argocd: warning}\n").write("deep/x", "");
    repo.commit("feat: begin");
    for args in [
        &["--only", "argocd,naming"][..],
        &["--rev", "HEAD", "--skip=files", "it's a"],
        &["-C", "deep", "--config", "../other.yaml", "--fail-on=warning"],
        &["--profile=observe", "--now=2026-11-20", "b"],
        &["--history"],
        &["--range=HEAD..HEAD"],
    ] {
        let first = repo.flowgate(&[&["check", "--format=json"], args].concat());
        let report = valid(&first);
        let typed = report["target"]["reproduce"].as_str().unwrap();
        let pasted = typed.replacen("flowgate", &format!("'{}'", env!("CARGO_BIN_EXE_flowgate")), 1) + " --format json";
        let mut shell = std::process::Command::new("sh");
        let second: Run = shell.current_dir(repo.path()).args(["-c", &pasted]).output().unwrap().into();
        assert_eq!((second.code, second.json()), (first.code, report.clone()), "{typed}");
    }
}

#[test]
fn people_are_shown_twenty_findings_of_a_rule_unless_they_ask_for_all() {
    let repo = Repo::new();
    for n in 0..25 {
        repo.write(&format!("{n:02}.yaml"), "a: [\n");
    }
    let count = |run: &Run| run.stdout.lines().filter(|l| l.starts_with("error[")).count();
    let some = repo.flowgate(&["check"]);
    assert_eq!(count(&some), 20);
    assert!(
        some.stdout
            .contains("... and 5 more of files/does-not-parse (--full shows all)")
    );
    assert_eq!(count(&repo.flowgate(&["check", "--full"])), 25);
    let quiet = repo.flowgate(&["check", "--quiet", "--full"]).stdout;
    assert!(!quiet.contains("reproduce:") && !quiet.contains("other rules"), "{quiet}");
}

#[test]
fn several_reports_are_written_at_once() {
    let repo = Repo::new();
    repo.write("a.yaml", "a: [\n");
    let run = repo.flowgate(&[
        "check",
        "--format",
        "human",
        "--format",
        "json=out.json",
        "--format=human=out.txt",
    ]);
    assert_eq!(run.code, Some(1));
    assert_eq!(std::fs::read_to_string(repo.path().join("out.txt")).unwrap(), run.stdout);
    let json = std::fs::read_to_string(repo.path().join("out.json")).unwrap();
    assert!(json.contains("files/does-not-parse"));
    let unwritable = repo.flowgate(&["check", "--only=naming", "--format", "json=none/out.json"]);
    assert_eq!(unwritable.code, Some(2), "{unwritable:?}");
}
