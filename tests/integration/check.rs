//! `flowgate check`: which files, refs and commits each way of asking looks at, and what the exit code says.

use std::collections::BTreeSet;

use crate::support::{self, Repo, Run};

const BROKEN: &str = "a: [\n";

/// Rule and place (path, short ref or subject) of every finding.
fn found(run: &Run) -> BTreeSet<String> {
    let report = run.json();
    assert_eq!(report["failures"], serde_json::json!([]), "{run:?}");
    let line = |finding: &serde_json::Value| {
        let at = &finding["location"];
        let subject = finding["excerpt"]["text"].as_str().and_then(|text| text.lines().next());
        let place = at["path"].as_str().or(at["ref"].as_str()).or(subject).unwrap_or("");
        format!("{} {place}", finding["rule"].as_str().unwrap().split('/').next().unwrap())
    };
    report["findings"].as_array().unwrap().iter().map(line).collect()
}

fn check(repo: &Repo, args: &[&str]) -> BTreeSet<String> {
    found(&repo.flowgate(&[&["check", "--format=json"], args].concat()))
}

fn set(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// main with one commit, dev with a file and an odd message, and an odd branch on top of it.
fn flow() -> Repo {
    let repo = Repo::new();
    repo.commit("feat: begin");
    repo.tag("0.1").branch("dev").write("old.yaml", BROKEN).commit("odd on dev");
    repo.branch("odd_branch").write("new.yaml", BROKEN).commit("odd on branch");
    repo
}

#[test]
fn by_default_files_refs_and_commits_that_are_not_on_the_trunk_are_judged() {
    let repo = flow();
    repo.write("untracked.yaml", BROKEN)
        .write("ignored.yaml", BROKEN)
        .write(".gitignore", "ignored.yaml\n");
    let expected = set(&[
        "files old.yaml",
        "files new.yaml",
        "files untracked.yaml",
        "branches refs/heads/odd_branch",
        "versions refs/tags/0.1",
        "commits odd on branch",
    ]);
    assert_eq!(check(&repo, &[]), expected);
    repo.switch("dev");
    let on_dev = check(&repo, &["--only=commits"]);
    assert_eq!(on_dev, set(&["commits odd on dev"]), "what main lacks");
}

#[test]
fn on_the_trunk_the_commits_that_were_not_pushed_are_judged() {
    let origin = Repo::new();
    origin.commit("odd and pushed");
    let clone = Repo::bare();
    let folder = clone.path().join("work");
    clone.git(&["clone", "--quiet", origin.path().to_str().unwrap(), folder.to_str().unwrap()]);
    clone.git(&[
        "-C",
        folder.to_str().unwrap(),
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "odd and here",
    ]);
    let run = support::run(support::flowgate(&folder).args(["check", "--format=json", "--only=commits"]));
    assert_eq!(found(&run), set(&["commits odd and here"]));
}

#[test]
fn paths_narrow_the_files() {
    let repo = Repo::new();
    for path in ["a.yaml", "x/b.yaml", "x/y/c.yaml", "vendor/v.yaml", "vendor/w.yaml"] {
        repo.write(path, BROKEN);
    }
    assert_eq!(check(&repo, &["a.yaml"]), set(&["files a.yaml"]));
    assert_eq!(
        check(&repo, &["x", "a.yaml"]),
        set(&["files a.yaml", "files x/b.yaml", "files x/y/c.yaml"])
    );
    assert_eq!(
        check(&repo, &["vendor/v.yaml", "."]).len(),
        4,
        "one vendored file was named, the other was not"
    );
    let below = support::run(support::flowgate(&repo.path().join("x")).args(["check", "y", "--format=json"]));
    assert_eq!(found(&below), set(&["files x/y/c.yaml"]));
    assert_eq!(check(&repo, &["-C", "x", "b.yaml"]), set(&["files x/b.yaml"]));
    let missing = repo.flowgate(&["check", "none.yaml"]);
    assert_eq!(missing.code, Some(2));
}

#[test]
fn staged_is_what_the_index_holds_and_only_what_changed() {
    let repo = flow();
    repo.write("staged.yaml", BROKEN).git(&["add", "staged.yaml"]);
    repo.write("staged.yaml", "a: 1\n").write("untracked.yaml", BROKEN);
    assert_eq!(
        check(&repo, &["--staged"]),
        set(&["files staged.yaml", "branches refs/heads/odd_branch"])
    );
}

#[test]
fn a_revision_is_judged_from_its_tree_also_in_a_bare_repository() {
    let repo = flow();
    let bare = Repo::bare();
    bare.git(&["fetch", "--quiet", repo.path().to_str().unwrap(), "+refs/*:refs/*"]);
    for place in [&repo, &bare] {
        assert_eq!(
            check(place, &["--rev", "dev", "--only=files,commits"]),
            set(&["files old.yaml"])
        );
    }
    let refs = check(&bare, &["--rev=main"]);
    assert_eq!(refs, set(&["branches refs/heads/odd_branch", "versions refs/tags/0.1"]));
    assert_eq!(bare.flowgate(&["check"]).code, Some(2), "a bare repository has no work tree");
}

#[test]
fn a_range_is_its_commits_and_their_files_at_its_end() {
    let repo = flow();
    repo.write("new.yaml", "a: 1\n").write("later.yaml", BROKEN);
    let found = check(&repo, &["--range", "dev..HEAD"]);
    assert!(
        found.is_superset(&set(&["files new.yaml", "commits odd on branch"])),
        "{found:?}"
    );
    assert!(
        !found.contains("files old.yaml") && !found.contains("files later.yaml"),
        "{found:?}"
    );
    for range in ["dev", "dev...HEAD", "none..HEAD"] {
        assert_eq!(repo.flowgate(&["check", "--range", range]).code, Some(2), "{range}");
    }
}

#[test]
fn the_history_is_every_commit() {
    let repo = flow();
    assert_eq!(
        check(&repo, &["--history", "--only=commits"]),
        set(&["commits odd on dev", "commits odd on branch"])
    );
}

#[test]
fn a_finding_that_branches_share_is_told_once() {
    let repo = flow();
    repo.git(&["update-ref", "refs/remotes/origin/elsewhere", "dev"]);
    repo.git(&["update-ref", "refs/remotes/origin/dev", "dev"]);
    let run = repo.flowgate(&["check", "--all-branches", "--only=files", "--format=json"]);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    let paths: Vec<_> = findings.iter().map(|f| f["location"]["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths.iter().collect::<BTreeSet<_>>(),
        ["new.yaml", "old.yaml"].iter().collect()
    );
    assert_eq!(paths.len(), 2, "{findings:#?}");
    let shared = findings.iter().find(|f| f["location"]["path"] == "old.yaml").unwrap();
    let mut branches: BTreeSet<&str> = shared["related"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|r| r["location"]["branch"].as_str())
        .collect();
    branches.insert(shared["location"]["branch"].as_str().unwrap());
    assert_eq!(branches, ["dev", "elsewhere", "odd_branch"].into());
}

#[test]
fn severities_below_the_limit_do_not_fail() {
    let repo = Repo::new();
    repo.write("twice.yaml", "a: 1\na: 2\n");
    let code = |args: &[&str]| repo.flowgate(&[&["check"], args].concat()).code;
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on=warning"]), Some(1));
    repo.write("broken.yaml", BROKEN);
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--fail-on=never"]), Some(0));
    assert_eq!(code(&["--skip=files/does-not-parse"]), Some(0));
    assert_eq!(code(&["--profile=observe"]), Some(0));
}

#[test]
fn any_number_of_threads_gives_the_same_report() {
    let repo = flow();
    let report = |threads: &str| {
        repo.flowgate(&["check", "--history", "--format=json", "--threads", threads])
            .stdout
    };
    assert_eq!(report("1"), report("4"));
    assert_eq!(repo.flowgate(&["check", "--threads", "0"]).code, Some(2));
}
