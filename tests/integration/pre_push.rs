//! `flowgate hook pre-push`, started by real pushes to real repositories.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Repo, Run, flowgate, make_executable, program, run_with_input};

/// `main` at the remote, and here in the same state; the hook is installed and keeps its last report.
struct Pushes {
    repo: Repo,
    remote: Repo,
}

impl Pushes {
    fn new() -> Self {
        let pushes = Self::before_the_first_push();
        pushes.repo.git(&["push", "--quiet", "--no-verify", "origin", "main"]);
        pushes
    }

    fn before_the_first_push() -> Self {
        let (repo, remote) = (Repo::new(), Repo::bare());
        repo.write("a.yaml", "a: 1\n").write("old.yaml", "a: [\n");
        repo.commit("feat: begin");
        repo.git(&["remote", "add", "origin", &remote.path().display().to_string()]);
        let script = format!(
            "#!/bin/sh\nexec '{}' hook --format json=.git/report --format human=.git/text pre-push \"$@\"\n",
            env!("CARGO_BIN_EXE_flowgate")
        );
        let hook = repo.path().join(".git/hooks/pre-push");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        make_executable(&hook, &script);
        Self { repo, remote }
    }

    /// Git's exit code, what was judged, and which rules found something.
    fn push(&self, args: &[&str]) -> String {
        let report = self.repo.path().join(".git/report");
        let _ = fs::remove_file(&report);
        let run = self.repo.try_git(&[&["push", "--quiet"], args].concat());
        format!("{} {}", run.code.unwrap(), told(&fs::read(&report).unwrap_or_default()))
    }

    #[track_caller]
    fn check(&self, args: &[&str], expected: &str) -> &Self {
        let text = || fs::read_to_string(self.repo.path().join(".git/text")).unwrap_or_default();
        assert_eq!(self.push(args), expected, "git push {args:?}: {}", text());
        self
    }

    /// The hook alone, with these variables and this standard input.
    fn hook(&self, variables: &[(&str, &str)], input: &str) -> Run {
        let mut command = flowgate(self.repo.path());
        command
            .args(["hook", "--format", "json", "pre-push"])
            .envs(variables.iter().copied());
        run_with_input(&mut command, input.as_bytes())
    }
}

fn told(report: &[u8]) -> String {
    let Ok(report) = serde_json::from_slice::<serde_json::Value>(report) else {
        return "nothing".to_owned();
    };
    let number = |part: &str, key: &str| report[part][key].as_u64().unwrap();
    let mut words: Vec<String> = [
        ("summary", "files"),
        ("summary", "commits"),
        ("target", "branches"),
        ("target", "tags"),
    ]
    .iter()
    .map(|(part, key)| (number(part, key), key))
    .filter(|(count, _)| *count > 0)
    .map(|(count, key)| format!("{count} {key}"))
    .collect();
    let rules: BTreeSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["rule"].as_str().unwrap())
        .collect();
    words.extend(rules.into_iter().map(str::to_owned));
    words.extend((!report["failures"].as_array().unwrap().is_empty()).then(|| report["failures"].to_string()));
    words.join(", ")
}

#[test]
fn what_the_remote_has_not_is_judged() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    repo.branch("feat/x").write("b.yaml", "b: 1\n");
    repo.commit("feat: b");
    repo.write("c.yaml", "c: 1\n");
    repo.commit("feat: c");
    // Of the file that was broken before nobody hears: it is not of this change.
    pushes.check(&["origin", "HEAD~1:refs/heads/feat/x"], "0 3 files, 1 commits, 1 branches");
    pushes.check(&["origin", "feat/x"], "0 4 files, 1 commits, 1 branches");
    // Everything is there: Git starts the hook without a line.
    pushes.check(&["origin", "feat/x"], "0 nothing");
    pushes.check(&["origin", "feat/x:refs/heads/feat/same"], "0 1 branches");
    repo.git(&["tag", "-a", "-m", "1.0.0", "1.0.0", "main"]);
    pushes.check(&["origin", "1.0.0"], "0 1 tags");
    repo.git(&["notes", "add", "-m", "seen", "HEAD"]);
    pushes.check(&["origin", "refs/notes/commits"], "0 ");
    pushes.check(&["origin", ":refs/heads/feat/same"], "0 ");
    // Rewritten: only what is new since.
    repo.git(&["commit", "--quiet", "--amend", "-m", "feat: another c"]);
    pushes.check(&["--force", "origin", "feat/x"], "0 4 files, 1 commits, 1 branches");
}

#[test]
fn several_refs_are_one_push_and_each_tree_is_judged_once() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    repo.branch("feat/x").write("b.yaml", "b: [\n");
    repo.commit("feat: b");
    for name in ["feat/y", "feat/z"] {
        repo.git(&["branch", name]);
    }
    let found = pushes.push(&["origin", "feat/x", "feat/y", "feat/z"]);
    assert_eq!(found, "1 3 files, 1 commits, 3 branches, files/does-not-parse");
    assert_eq!(pushes.remote.git(&["branch", "--list", "feat/*"]), "");
}

#[test]
fn a_tag_may_name_any_object() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    repo.git(&["tag", "1.0.0", "HEAD^{tree}"]);
    repo.git(&["tag", "-a", "-m", "1.1.0", "1.1.0", "HEAD:a.yaml"]);
    let found = pushes.push(&["origin", "1.0.0", "1.1.0"]);
    assert!(found.contains("2 tags"), "{found}");
}

#[test]
fn the_first_push_of_everything() {
    let pushes = Pushes::before_the_first_push();
    let repo = &pushes.repo;
    // Nothing is there to compare with: the broken file is new to the remote.
    pushes.check(&["origin", "main"], "1 2 files, 1 commits, 1 branches, files/does-not-parse");
    repo.git(&["rm", "--quiet", "old.yaml"]);
    repo.commit("fix: remove what is broken");
    pushes.check(&["origin", "main"], "0 1 files, 2 commits, 1 branches");
}

#[test]
fn what_no_other_hook_saw_is_judged_here() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    repo.branch("feat/x").write("b.yaml", "b: 1\n");
    repo.commit("Update the thing");
    let topic = pushes.push(&["origin", "feat/x"]);
    assert!(
        topic.starts_with("0 ") && topic.contains("commits/conventional"),
        "people push for review: {topic}"
    );
    repo.switch("main").git(&["merge", "--quiet", "--ff-only", "feat/x"]);
    // The remote has the commit, on a branch where nobody builds on it.
    repo.write("c.yaml", "c: 1\n");
    repo.commit("Update another thing");
    let landing = pushes.push(&["origin", "main"]);
    assert!(
        landing.starts_with("1 ") && landing.contains("commits/conventional"),
        "{landing}"
    );
}

#[test]
fn the_command_that_leaves_rules_out_names_all_that_stop_and_no_other() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    repo.hook(&["pre-push"]);
    repo.branch("feat/x").write("b.yaml", "b: [\n");
    repo.write("Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.10\n");
    repo.commit("Update the thing");
    let push = ["push", "--quiet", "origin", "feat/x"];
    let stopped = repo.try_git(&push);
    assert_eq!(stopped.code, Some(1));
    let lead = "leave these rules out this once: FLOWGATE_SKIP=";
    let line = stopped.stderr.lines().find_map(|line| line.strip_prefix(lead));
    let rules = line.and_then(|line| line.strip_suffix(" git push")).unwrap_or_default();
    assert_eq!(rules, "versions/unquoted-version,files/does-not-parse", "{}", stopped.stderr);
    let passed = repo.try_git_with(&[("FLOWGATE_SKIP", rules)], &push);
    assert_eq!(passed.code, Some(0), "{}", passed.stderr);
    assert!(passed.stderr.contains("warning[commits/conventional]"), "{}", passed.stderr);
}

#[test]
fn somebody_elses_push_is_not_guessed() {
    let pushes = Pushes::new();
    let other = Repo::new();
    other.git(&["fetch", "--quiet", &pushes.remote.path().display().to_string(), "main"]);
    other.git(&["switch", "--quiet", "-c", "work", "FETCH_HEAD"]);
    other.write("other.yaml", "a: 1\n");
    let unknown = other.commit("feat: other");
    other.git(&["push", "--quiet", &pushes.remote.path().display().to_string(), "work:main"]);
    let repo = &pushes.repo;
    repo.write("b.yaml", "b: 1\n");
    repo.commit("feat: b");
    // Git refuses it in any case: what is told is what mends it, as far as it can be known here.
    pushes.check(
        &["origin", "main"],
        "1 3 files, 1 commits, 1 branches, branches/no-direct-commit, branches/no-rewrite",
    );
    let text = fs::read_to_string(repo.path().join(".git/text")).unwrap();
    for words in [
        "help: git fetch origin first",
        "help: git fetch first, then push the commits as a branch",
        &format!("what it has now, {}, is not in this clone", &unknown[..12]),
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(pushes.remote.id("main"), unknown);
    assert!(repo.try_git(&["cat-file", "-e", &unknown]).code != Some(0));
}

#[test]
fn a_remote_without_a_name_is_known_by_its_address() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    repo.branch("feat/x").write("b.yaml", "b: 1\n");
    repo.commit("feat: b");
    let address = pushes.remote.path().display().to_string();
    pushes.check(&[&address, "feat/x:refs/heads/feat/one"], "0 3 files, 1 commits, 1 branches");
    // No remote has this address, so only the old values of refs tell what is there.
    repo.git(&["remote", "remove", "origin"]);
    pushes.check(
        &[&address, "feat/x:refs/heads/main"],
        "0 3 files, 1 commits, 1 branches, branches/no-direct-commit",
    );
    pushes.check(
        &[&address, "feat/x:refs/heads/feat/two"],
        "1 3 files, 2 commits, 1 branches, files/does-not-parse",
    );
}

#[test]
fn a_framework_that_reads_gits_lines_itself() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    repo.branch("feat/x").write("b.yaml", "b: 1\n");
    let tip = repo.commit("feat: b");
    let (main, url) = (repo.id("main"), pushes.remote.path().display().to_string());
    let judged = |variables: &[(&str, &str)]| {
        let run = pushes.hook(variables, "");
        format!("{} {}", run.code.unwrap(), told(run.stdout.as_bytes()))
    };
    let remote = [("PRE_COMMIT_REMOTE_NAME", "origin"), ("PRE_COMMIT_REMOTE_URL", url.as_str())];
    let with = |more: &[(&'static str, &str)]| judged(&[&remote[..], more].concat());
    let branches = [
        ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/feat/x"),
        ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/feat/x"),
    ];
    let range = [("PRE_COMMIT_FROM_REF", main.as_str()), ("PRE_COMMIT_TO_REF", tip.as_str())];
    assert_eq!(
        with(&[&branches[..], &range[..]].concat()),
        "0 3 files, 1 commits, 1 branches"
    );
    // Everything is pushed, the first commit included: there is no range then.
    assert_eq!(with(&branches), "0 3 files, 1 commits, 1 branches");
    assert_eq!(judged(&[]), "0 nothing");
    let odd = pushes.hook(&[], "what\n");
    assert!(odd.code == Some(2) && odd.stderr.contains("line 1"), "{odd:?}");
}

#[test]
fn another_configuration_at_the_target_is_told() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    repo.hook(&["pre-push"]);
    repo.branch("feat/x").write("flowgate.yaml", "# nothing but words\n");
    repo.commit("feat: say nothing");
    let silent = repo.try_git(&["push", "origin", "feat/x"]);
    assert!(
        silent.code == Some(0) && !silent.stderr.contains("another configuration"),
        "{silent:?}"
    );
    repo.write("flowgate.yaml", "profile: observe\n");
    repo.commit("feat: observe");
    let told = repo.try_git(&["push", "origin", "feat/x"]);
    assert!(
        told.stderr.contains("flowgate: origin/feat/x has another configuration"),
        "{told:?}"
    );
}

#[test]
fn a_long_history_is_judged_whole() {
    let pushes = Pushes::new();
    let repo = &pushes.repo;
    let stream: String = (0..2_000)
        .map(|i| {
            let from = if i == 0 { "from refs/heads/main\n" } else { "" };
            let message = if i % 500 == 0 {
                format!("Update {i}")
            } else {
                format!("feat: {i}")
            };
            let who = format!("Dev <dev@acme.example> {} +0000", 1_800_000_000 + i * 60);
            format!(
                "commit refs/heads/feat/long\ncommitter {who}\ndata {}\n{message}\n{from}\n",
                message.len()
            )
        })
        .collect();
    let mut git = program("git", repo.path());
    git.args(["fast-import", "--quiet"]);
    assert_eq!(run_with_input(&mut git, stream.as_bytes()).code, Some(0));
    let found = pushes.push(&["origin", "feat/long"]);
    assert!(
        found.contains("2000 commits") && found.contains("commits/conventional"),
        "{found}"
    );
    let text = fs::read_to_string(repo.path().join(".git/report")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let messages = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["message"].as_str().unwrap());
    let updates: Vec<&str> = messages
        .filter(|m| m.contains("Update"))
        .map(|m| m.split('"').nth(1).unwrap())
        .collect();
    assert_eq!(
        updates,
        ["Update 1500", "Update 1000", "Update 500", "Update 0"],
        "newest first"
    );
}
