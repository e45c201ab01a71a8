//! `flowgate replay` over histories that real git made.

use serde_json::Value;

use crate::support::{Repo, Run};

const SCHEMA: &str = include_str!("../../schemas/replay-v1.schema.json");
const STRICT: &str = "rules:\n  commits/conventional: error\n";

fn application(revision: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: app-shop-prd}}\nspec:\n  source: {{repoURL: \
         'https://git.acme.example/a/shop.git', path: x, targetRevision: {revision}}}\n  destination: {{namespace: app-shop-prd}}\n"
    )
}

/// Merges a branch into the current one under exactly this message.
fn land(repo: &Repo, branch: &str, message: &str) -> String {
    repo.git(&["merge", "--quiet", "--no-ff", "--message", message, branch]);
    repo.id("HEAD")
}

/// A topic branch with one commit, and back.
fn topic(repo: &Repo, from: &str, name: &str, message: &str) {
    repo.switch(from).branch(name);
    repo.write(&format!("docs/{}.md", name.replace('/', "-")), message);
    repo.commit(message);
    repo.switch(from);
}

/// The report, which follows its schema.
#[track_caller]
fn replay(repo: &Repo, args: &[&str]) -> Value {
    let run = repo.flowgate(&[&["replay", "--format", "json"], args].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let report = run.json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{report:#}");
    report
}

/// `number source>target verdict rules` of each change, newest first.
fn told(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let changes = report["changes"].as_array().unwrap().iter();
    let line = |change: &Value| {
        let mut rules: Vec<String> = change["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| text(&f["rule"]))
            .collect();
        rules.dedup();
        let squash = if change["squash"] == true { " squash" } else { "" };
        format!(
            "{} {}>{}{squash} {} {}",
            text(&change["number"]),
            text(&change["source"]),
            text(&change["target"]),
            text(&change["verdict"]),
            rules.join(" ")
        )
        .trim_end()
        .to_owned()
    };
    changes.map(line).collect()
}

/// A repository with `main` and `dev`, and one change of every kind into `dev`.
fn project() -> Repo {
    let repo = Repo::new();
    repo.write("flowgate.yaml", STRICT).write("README.md", "# Shop\n");
    repo.commit("feat: begin");
    repo.branch("dev");
    topic(&repo, "dev", "feat/a", "feat: a");
    land(&repo, "feat/a", "Merge branch 'feat/a' into dev");
    topic(&repo, "dev", "feat/b", "Add b");
    land(&repo, "feat/b", "Merge pull request #2 from ada/feat/b\n\nfeat: b");
    topic(&repo, "dev", "Odd_Name", "feat: c");
    land(
        &repo,
        "Odd_Name",
        "Merge branch 'Odd_Name' into 'dev'\n\nfeat: c\n\nSee merge request a/shop!3",
    );
    repo.write("docs/d.md", "d");
    repo.commit("feat: d (#4)");
    repo.write("docs/e.md", "e");
    repo.commit("feat: e\n\nSee merge request a/shop!5");
    repo.write("docs/f.md", "f");
    repo.commit("pushed without asking anybody");
    repo
}

#[test]
fn every_kind_of_change_is_found_and_judged_as_the_gate_would() {
    let repo = project();
    let report = replay(&repo, &["--last", "50"]);
    assert_eq!(
        told(&report),
        [
            "!5 ->dev squash clean",
            "#4 ->dev squash clean",
            "!3 Odd_Name>dev findings branches/name-charset branches/name-pattern",
            "#2 feat/b>dev findings commits/conventional",
            "- feat/a>dev clean",
        ]
    );
    let count = |key: &str| report[key].as_u64().unwrap();
    assert_eq!((count("judged"), count("stopped"), count("undecided")), (5, 2, 0));
    // The first commit and the one that was pushed.
    assert_eq!((count("direct"), count("elsewhere")), (2, 0));
    assert_eq!(told(&replay(&repo, &["--last", "2"])).len(), 2);
    assert_eq!(replay(&repo, &["--since", "2026-01-02"])["judged"], 0);
    assert_eq!(replay(&repo, &["--since", "2026-01-01"])["judged"], 5);
    assert_eq!(replay(&repo, &["--last", "9", "--branch", "main"])["judged"], 0);
    assert_eq!(replay(&repo, &["--last", "9", "--skip", "branches"])["stopped"], 1);
}

#[test]
fn people_read_the_count_first_and_then_what_each_rule_would_stop() {
    let run = project().flowgate(&["replay", "--last", "50"]);
    assert_eq!(run.code, Some(0));
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn a_proposed_model_judges_in_place_of_the_one_of_head() {
    let repo = project();
    repo.write("proposed.yaml", "rules:\n  commits/conventional: off\n  branches: off\n");
    let report = replay(&repo, &["--last", "50", "--config", "proposed.yaml"]);
    assert_eq!((&report["judged"], &report["stopped"]), (&5.into(), &0.into()));
    // What is not committed does not judge.
    repo.write("flowgate.yaml", "rules:\n  commits/conventional: off\n");
    assert_eq!(replay(&repo, &["--last", "50"])["stopped"], 2);
}

#[test]
fn the_verdict_on_a_change_is_that_of_the_gate_before_it_was_merged() {
    let repo = Repo::new();
    repo.write("flowgate.yaml", STRICT);
    repo.commit("feat: begin");
    repo.branch("dev");
    repo.write("apps/old.yaml", application("dev").replace("shop", "old"));
    repo.commit("feat: what stood there before");
    repo.branch("feat/shop").write("apps/shop.yaml", application("dev"));
    repo.commit("Add the shop");
    // Meanwhile.
    repo.switch("dev").write("docs/more.md", "more");
    repo.commit("docs: more");
    let gate = repo
        .flowgate(&[
            "merge-request",
            "--format=json",
            "--source=feat/shop",
            "--target=dev",
            "--head=feat/shop",
        ])
        .json();
    land(&repo, "feat/shop", "Merge branch 'feat/shop' into dev");
    repo.git(&["branch", "--quiet", "--delete", "feat/shop"]);
    repo.tag("1.0.0");
    let replayed = replay(&repo, &["--last", "1"]);
    let of = |findings: &Value| -> Vec<(Value, Value, Value)> {
        let findings = findings.as_array().unwrap().iter();
        findings
            .map(|f| (f["rule"].clone(), f["severity"].clone(), f["message"].clone()))
            .collect()
    };
    assert!(of(&gate["findings"]).len() >= 2, "{gate:#}");
    assert_eq!(of(&replayed["changes"][0]["findings"]), of(&gate["findings"]));
}

#[test]
fn a_branch_that_was_moved_forward_is_judged_where_the_change_went() {
    let repo = project();
    repo.switch("main");
    repo.git(&["merge", "--quiet", "--ff-only", "dev"]);
    let targets = |report: &Value| -> Vec<String> { told(report) };
    let before = targets(&replay(&repo, &["--last", "50"]));
    assert_eq!(before.len(), 5);
    assert!(before.iter().all(|line| line.contains(">dev")), "{before:?}");
}

#[test]
fn merges_of_the_same_branch_and_into_other_ones_are_no_changes() {
    let repo = Repo::new();
    repo.write("a", "a");
    repo.commit("feat: begin");
    for (name, message) in [
        ("x", "Merge branch 'main' of host:a/b"),
        ("y", "Merge branch 'main' into feat/y"),
        ("z", "Merge branch 'feat/z'"),
    ] {
        topic(&repo, "main", &format!("feat/{name}"), &format!("feat: {name}"));
        land(&repo, &format!("feat/{name}"), message);
    }
    let report = replay(&repo, &["--last", "9"]);
    assert_eq!(told(&report), ["- feat/z>main findings branches/merge-target"]);
    assert_eq!(report["elsewhere"], 2);
}

#[test]
fn what_a_fork_calls_its_branch_is_a_topic() {
    let repo = Repo::new();
    repo.git(&["remote", "add", "origin", "https://github.example/acme/shop.git"]);
    repo.write("a", "a");
    repo.commit("feat: begin");
    repo.branch("dev");
    for (name, message) in [
        ("feat/x", "Merge pull request #1 from ada/dev\n\nfeat: x"),
        ("feat/y", "Merge pull request #2 from acme/main\n\nfeat: y"),
        ("feat/z", "Merge pull request #3 from acme/dev\n\nfeat: z"),
        ("feat/m", "Merge pull request #4 from ada/main\n\nfeat: m"),
    ] {
        topic(&repo, "dev", name, "feat: x");
        land(&repo, name, message);
    }
    let report = replay(&repo, &["--last", "9", "--only", "branches"]);
    assert_eq!(
        told(&report),
        [
            "#4 main>dev clean",
            "#3 dev>dev clean",
            "#2 main>dev clean",
            "#1 dev>dev clean"
        ]
    );
    // A name that says nothing of a fork is judged by its type.
    repo.git(&["remote", "remove", "origin"]);
    let report = replay(&repo, &["--last", "9", "--only", "branches"]);
    assert_eq!(told(&report)[1], "#3 dev>dev clean");
}

#[test]
fn a_day_of_the_past_counts_as_today_for_its_changes() {
    let repo = Repo::new();
    repo.write("flowgate.yaml", STRICT);
    repo.commit("feat: begin");
    repo.branch("dev");
    topic(&repo, "dev", "feat/shop", "Add the shop");
    land(&repo, "feat/shop", "Merge branch 'feat/shop' into dev");
    assert_eq!(replay(&repo, &["--last", "1"])["changes"][0]["day"], "2026-01-01");
    let waived = |until: &str| {
        let waiver = format!("{STRICT}waivers:\n  - {{rule: commits/conventional, reason: agreed, until: {until}}}\n");
        repo.write("proposed.yaml", waiver);
        replay(&repo, &["--last", "1", "--config", "proposed.yaml"])["stopped"].clone()
    };
    assert_eq!((waived("2026-01-01"), waived("2025-12-31")), (0.into(), 1.into()));
    repo.write("proposed.yaml", format!("{STRICT}adopted: 2026-01-02\n"));
    let report = replay(&repo, &["--last", "1", "--config", "proposed.yaml"]);
    assert_eq!(
        (&report["stopped"], &report["before_adoption"]),
        (&0.into(), &2.into()),
        "{report:#}"
    );
}

#[test]
fn messages_of_strangers_break_nothing() {
    let repo = Repo::new();
    repo.write("a", "a");
    repo.commit("feat: begin");
    for (n, message) in [
        "Merge branch '../../x' into main",
        "Merge branch 'main.lock' into main",
        "Merge pull request #99999999999999999999999 from a/b\n\n\u{1b}[31m::error::x",
        "Merge pull request #1 from -/--upload-pack=x\n\n<b>x</b>",
        "Merge branch '",
    ]
    .iter()
    .enumerate()
    {
        topic(&repo, "main", &format!("feat/x{n}"), "feat: x");
        land(&repo, &format!("feat/x{n}"), message);
    }
    let report = replay(&repo, &["--last", "9"]);
    assert_eq!(
        (&report["judged"], &report["undecided"]),
        (&5.into(), &0.into()),
        "{report:#}"
    );
    let human = repo.flowgate(&["replay", "--last", "9"]).stdout;
    assert!(!human.contains('\u{1b}'), "{human}");
}

#[test]
fn nothing_is_written_to_the_repository() {
    let repo = project();
    let state = || {
        let all = repo.git(&["for-each-ref"]);
        (all, repo.git(&["count-objects", "-v"]), repo.git(&["status", "--porcelain"]))
    };
    let before = state();
    replay(&repo, &["--last", "50"]);
    assert_eq!(state(), before);
}

#[test]
fn a_shallow_clone_says_that_there_is_more() {
    let repo = project();
    let clone = tempfile::tempdir().unwrap();
    let (from, to) = (format!("file://{}", repo.path().display()), clone.path().join("clone"));
    let shown = to.display().to_string();
    repo.git(&["clone", "--quiet", "--depth", "3", "--branch", "dev", &from, &shown]);
    let run = repo.flowgate(&["-C", &shown, "replay", "--last", "50"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("git fetch --unshallow"), "{}", run.stdout);
}

#[test]
fn what_cannot_be_replayed_is_told_with_its_remedy() {
    let repo = project();
    let check = |args: &[&str], expected: &str| {
        let run: Run = repo.flowgate(&[&["replay"], args].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(run.stderr.contains(expected), "{args:?}: {}", run.stderr);
    };
    check(&[], "--last");
    check(&["--last", "0"], "at least one change");
    check(&["--since", "yesterday"], "YYYY-MM-DD");
    check(&["--last", "1", "--branch", "gone"], "git fetch origin");
    check(&["--last", "1", "--config", "gone.yaml"], "gone.yaml");
    let empty = tempfile::tempdir().unwrap();
    check(
        &["--last", "1", "-C", &empty.path().display().to_string()],
        "needs a Git repository",
    );
}
