//! The hooks `reference-transaction` and `post-checkout` under the real git: who makes a branch or a tag by a wrong name is told at once,
//! and nobody is told of what came from elsewhere.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Repo, Run, flowgate, make_executable, run_with_input};

const NAME: &str = "branches/name-pattern";

/// On `main` with a commit, the hooks in place.
fn repo(hooks: &[&str]) -> Repo {
    let repo = Repo::new();
    repo.write("a.yaml", "a: 1\n");
    repo.commit("feat: begin");
    repo.hook(hooks);
    repo
}

/// A repository that has another one as `origin`, with the hooks in place and nothing fetched.
fn with_origin(hooks: &[&str]) -> (Repo, Repo) {
    let origin = Repo::new();
    origin.write("a.yaml", "a: 1\n");
    origin.commit("feat: begin");
    let repo = Repo::new();
    repo.git(&["remote", "add", "origin", origin.path().to_str().unwrap()]);
    repo.hook(hooks);
    (origin, repo)
}

#[track_caller]
fn silent(run: &Run) {
    assert_eq!((run.code, run.stderr.contains("flowgate")), (Some(0), false), "{run:?}");
}

#[track_caller]
fn warns(run: &Run, words: &[&str]) {
    assert_eq!(run.code, Some(0), "{run:?}");
    for word in words {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
}

#[test]
fn a_branch_that_is_made_by_a_wrong_name_is_told_and_made() {
    let repo = repo(&["reference-transaction"]);
    warns(&repo.try_git(&["branch", "my-stuff"]), &[NAME, "my-stuff"]);
    warns(&repo.try_git(&["switch", "--create", "other_stuff"]), &[NAME]);
    // Neither work on it nor its end.
    silent(&repo.try_git(&["commit", "--allow-empty", "--message", "feat: more"]));
    silent(&repo.try_git(&["commit", "--amend", "--allow-empty", "--no-edit"]));
    silent(&repo.try_git(&["switch", "main"]));
    silent(&repo.try_git(&["branch", "--force", "my-stuff", "main"]));
    silent(&repo.try_git(&["branch", "--delete", "--force", "my-stuff"]));
    silent(&repo.try_git(&["branch", "--move", "other_stuff", "feat/other-stuff"]));
    silent(&repo.try_git(&["branch", "feat/login-form"]));
    silent(&repo.try_git(&["update-ref", "refs/notes/what", "HEAD"]));
    // Zeros for the old value, of a branch that is there.
    repo.git(&["-c", "core.hooksPath=/dev/null", "branch", "my-stuff"]);
    silent(&repo.try_git(&["update-ref", "refs/heads/my-stuff", "feat/other-stuff"]));
}

#[test]
fn what_a_fetch_brings_is_not_told() {
    let (origin, repo) = with_origin(&["reference-transaction"]);
    for number in 0..5 {
        origin.git(&["tag", &format!("v.{number}")]);
        origin.tag(&format!("what-{number}"));
    }
    origin.branch("odd_Name");
    origin.commit("feat: odd");
    silent(&repo.try_git(&["fetch", "origin"]));
    silent(&repo.try_git(&["switch", "odd_Name"]));
    assert_eq!(repo.git(&["tag"]).lines().count(), 10);
    // A tag alone, and branches under the names they have there.
    origin.tag("late");
    silent(&repo.try_git(&["fetch", "origin", "tag", "late"]));
    origin.git(&["branch", "odder_Name"]);
    origin.commit("feat: odder");
    silent(&repo.try_git(&["fetch", "origin", "+refs/heads/odd*:refs/heads/from-there/odd*"]));
    silent(&repo.try_git(&["fetch", "origin"]));
    // After it, what is made here is told again.
    warns(&repo.try_git(&["branch", "their_Stuff", "origin/odder_Name"]), &[NAME]);
    repo.commit("feat: here");
    warns(&repo.try_git(&["branch", "my_Stuff"]), &[NAME]);
}

#[test]
fn other_states_and_strange_lines_hold_nobody_up() {
    let repo = repo(&[]);
    let id = repo.id("HEAD");
    let zero = "0".repeat(40);
    let line = format!("{zero} {id} refs/heads/my_Stuff\n");
    for (state, input, word) in [
        ("preparing", line.as_str(), ""),
        ("committed", &line, ""),
        ("aborted", &line, ""),
        ("prepared", "", ""),
        ("prepared", &format!("{zero} ref:refs/heads/my_Stuff HEAD\n"), ""),
        ("prepared", &format!("{zero} {id} refs/stash\n{zero} {id} ORIG_HEAD\n"), ""),
        ("prepared", "what\n", "line 1"),
        ("prepared", &line, NAME),
    ] {
        let run = run_with_input(
            flowgate(repo.path()).args(["hook", "reference-transaction", state]),
            input.as_bytes(),
        );
        assert_eq!(
            (run.code, run.stderr.is_empty()),
            (Some(0), word.is_empty()),
            "{state} {input} {run:?}"
        );
        assert!(run.stderr.contains(word), "{run:?}");
    }
}

#[test]
fn a_broken_configuration_is_told_and_holds_nobody_up() {
    let repo = repo(&["reference-transaction", "post-checkout"]);
    repo.write("flowgate.yaml", "rules: {nothing/at-all: error}\n");
    repo.commit("feat: configuration");
    let run = repo.try_git(&["switch", "--create", "feat/x"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("nothing/at-all"), "{run:?}");
    assert_eq!(repo.git(&["branch", "--show-current"]), "feat/x");
}

#[test]
fn a_new_branch_is_looked_at_when_head_goes_there_first() {
    let repo = repo(&["post-checkout"]);
    let run = repo.try_git(&["switch", "--create", "my-stuff"]);
    warns(&run, &[NAME, "git branch -m my-stuff feat/my-stuff"]);
    silent(&repo.try_git(&["switch", "main"]));
    // An old one does not nag, with a commit of its own or without one.
    silent(&repo.try_git(&["switch", "my-stuff"]));
    repo.commit("feat: more");
    silent(&repo.try_git(&["switch", "main"]));
    silent(&repo.try_git(&["switch", "my-stuff"]));
    silent(&repo.try_git(&["switch", "--create", "feat/login-form"]));
    warns(&repo.try_git(&["checkout", "-b", "other-stuff"]), &[NAME]);
    // Files, no branch, another work tree, a rebase.
    silent(&repo.try_git(&["checkout", "--", "a.yaml"]));
    silent(&repo.try_git(&["switch", "--detach"]));
    let elsewhere = tempfile::TempDir::new().unwrap();
    let tree = elsewhere.path().join("my-tree");
    silent(&repo.try_git(&["worktree", "add", tree.to_str().unwrap()]));
    silent(&repo.try_git(&["rebase", "--force-rebase", "main", "my-stuff"]));
}

#[test]
fn a_new_branch_that_started_at_the_wrong_one_is_warned_of() {
    let repo = repo(&["post-checkout"]);
    repo.git(&["branch", "dev"]);
    silent(&repo.try_git(&["switch", "dev"]));
    repo.commit("feat: what others build on");
    silent(&repo.try_git(&["switch", "--create", "feat/good"]));
    silent(&repo.try_git(&["switch", "main"]));
    repo.commit("feat: only on main");
    warns(
        &repo.try_git(&["switch", "--create", "feat/x"]),
        &["branches/wrong-base", "dev"],
    );
    assert_eq!(repo.git(&["branch", "--show-current"]), "feat/x");
}

/// Git starts both hooks for one command; what only the later one sees is still told.
#[test]
fn two_hooks_of_one_command_tell_a_name_once() {
    let repo = repo(&[]);
    repo.git(&["branch", "dev"]);
    let both = [
        "hooks",
        "install",
        "--hook",
        "post-checkout",
        "--hook",
        "reference-transaction",
    ];
    assert_eq!(repo.flowgate(&both).code, Some(0));
    let run = repo.try_git(&["switch", "--create", "my-stuff"]);
    warns(&run, &[NAME]);
    assert_eq!(run.stderr.matches(&format!("warning[{NAME}]")).count(), 1, "{run:?}");
    silent(&repo.try_git(&["switch", "dev"]));
    repo.commit("feat: what others build on");
    silent(&repo.try_git(&["switch", "main"]));
    repo.commit("feat: only on main");
    warns(&repo.try_git(&["switch", "--create", "feat/x"]), &["branches/wrong-base"]);
    // A hook that Git does not run has told nothing.
    let hook = repo.path().join(".git/hooks/reference-transaction");
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    warns(&repo.try_git(&["switch", "--create", "other-stuff"]), &[NAME]);
    // Somebody else's has neither.
    make_executable(&hook, "#!/bin/sh\nexit 0\n");
    warns(&repo.try_git(&["switch", "--create", "more-stuff"]), &[NAME]);
}

#[test]
fn a_clone_and_a_branch_of_a_remote_are_nobodys_own() {
    let (origin, repo) = with_origin(&["post-checkout", "reference-transaction"]);
    origin.branch("odd_Name");
    let template = tempfile::TempDir::new().unwrap();
    fs::create_dir_all(template.path().join("hooks")).unwrap();
    for name in ["post-checkout", "reference-transaction"] {
        fs::copy(
            repo.path().join(".git/hooks").join(name),
            template.path().join("hooks").join(name),
        )
        .unwrap();
    }
    let template = format!("--template={}", template.path().display());
    let from = origin.path().to_str().unwrap();
    silent(&repo.try_git(&["clone", &template, "--branch", "odd_Name", from, "there"]));
    silent(&repo.try_git(&["fetch", "origin"]));
    silent(&repo.try_git(&["switch", "odd_Name"]));
}

/// Two rules may be against one name; nobody is sent from one new name to another.
#[test]
fn the_new_name_that_is_proposed_is_the_last_one() {
    let repo = repo(&["reference-transaction"]);
    for name in ["My_Stuff", "Feat/Login", "Release/1.2.0", "Bug/ABC", "feat/a#B"] {
        let run = repo.try_git(&["branch", name]);
        let commands: BTreeSet<&str> = run
            .stderr
            .lines()
            .filter_map(|line| line.split_once("help: git branch -m "))
            .map(|(_, c)| c)
            .collect();
        assert_eq!(commands.len(), 1, "{run:?}");
        let command = commands.first().unwrap();
        let new = command.rsplit(' ').next().unwrap();
        silent(&repo.try_git(&["branch", new]));
    }
    // Who knows how it is written without them is asked for a name.
    let run = repo.try_git(&["branch", "Feature/Ünï"]);
    warns(&run, &[NAME, "branches/name-charset", "rename it to one of"]);
    assert!(!run.stderr.contains("git branch -m Feature"), "{run:?}");
}
