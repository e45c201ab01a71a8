//! Installing and taking away: nothing that stood there is lost, nothing stops running.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{ends_with, executable, listing};
use crate::support::{self, Repo};

const SPY: &str = "#!/bin/sh\n{ echo \"$0 $#: $*\"; cat; } >>spy.txt\n";

#[test]
fn an_installation_is_the_same_twice_and_is_taken_away_byte_for_byte() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    executable(&hooks.join("pre-push"), SPY);
    fs::set_permissions(hooks.join("pre-push"), fs::Permissions::from_mode(0o750)).unwrap();
    // Git does not run this one, and nobody else shall.
    fs::write(hooks.join("commit-msg"), "#!/bin/sh\nexit 9\n").unwrap();
    executable(&repo.path().join("tools/check"), "#!/bin/sh\necho linked >>spy.txt\n");
    std::os::unix::fs::symlink("../../tools/check", hooks.join("pre-commit")).unwrap();
    executable(&hooks.join("pre-merge-commit.sample"), "#!/bin/sh\nexit 9\n");
    let before = listing(&hooks);

    let planned = repo.flowgate(&["hooks", "install", "--dry-run"]);
    ends_with(&planned, 0);
    assert!(
        planned.stdout.contains("would: keep pre-push as pre-push.before-flowgate"),
        "{planned:?}"
    );
    assert_eq!(listing(&hooks), before);

    let first = repo.flowgate(&["hooks", "install"]);
    insta::assert_snapshot!(repo.redact(&first.stdout), @r"
    in [REPO]/.git/hooks:
    pre-commit            installed; the hook that stood there runs first, as pre-commit.before-flowgate
    commit-msg            installed; the hook that stood there was not executable, so that Git did not run it; it stays so, as commit-msg.before-flowgate
    pre-merge-commit      installed
    pre-push              installed; the hook that stood there runs first, as pre-push.before-flowgate
    ");
    let once = listing(&hooks);
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    assert_eq!(listing(&hooks), once);
    for (name, kept) in &before {
        let kept_as = if name.ends_with(".sample") {
            name.clone()
        } else {
            format!("{name}.before-flowgate")
        };
        assert_eq!(once.get(&kept_as), Some(kept), "{name}");
    }

    repo.write("a.txt", "a");
    repo.commit("feat: a");
    assert_eq!(fs::read_to_string(repo.path().join("spy.txt")).unwrap(), "linked\n");
    ends_with(&repo.flowgate(&["hooks", "uninstall", "--dry-run"]), 0);
    assert_eq!(listing(&hooks), once);
    ends_with(&repo.flowgate(&["hooks", "uninstall"]), 0);
    assert_eq!(listing(&hooks), before);
    let again = repo.flowgate(&["hooks", "uninstall"]);
    ends_with(&again, 0);
    assert!(again.stdout.contains("no hook of flowgate is installed"), "{again:?}");
}

/// The system ends who writes more than it allows, in the middle of an installation.
#[test]
fn an_installation_that_was_ended_half_way_is_taken_away_or_finished() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    executable(&hooks.join("pre-push"), SPY);
    executable(&hooks.join("pre-commit"), "#!/bin/sh\n");
    let before = listing(&hooks);
    let half = || {
        let mut shell = support::program("sh", repo.path());
        shell.args([
            "-c",
            "ulimit -f 0 && exec \"$0\" hooks install",
            env!("CARGO_BIN_EXE_flowgate"),
        ]);
        assert_ne!(support::run(&mut shell).code, Some(0));
        assert_eq!(listing(&hooks).get("pre-commit"), before.get("pre-commit"));
        assert!(hooks.join("pre-commit.before-flowgate").is_file());
    };
    half();
    ends_with(&repo.flowgate(&["hooks", "uninstall"]), 0);
    assert_eq!(listing(&hooks), before);
    half();
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    ends_with(&repo.flowgate(&["hooks", "uninstall"]), 0);
    assert_eq!(listing(&hooks), before);
    // Another hook under that name is nobody's copy.
    executable(&hooks.join("pre-commit.before-flowgate"), "#!/bin/sh\nexit 1\n");
    ends_with(&repo.flowgate(&["hooks", "uninstall"]), 2);
    assert!(hooks.join("pre-commit.before-flowgate").is_file());
}

#[test]
fn status_says_what_stands_where() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    executable(&hooks.join("pre-push"), SPY);
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    executable(&hooks.join("update"), "#!/bin/sh\n");
    fs::write(hooks.join("pre-receive"), "#!/bin/sh\n").unwrap();
    let status = repo.flowgate(&["hooks", "status"]);
    insta::assert_snapshot!(repo.redact(&status.stdout), @r"
    hooks: [REPO]/.git/hooks
    pre-commit             installed
    prepare-commit-msg     not installed
    commit-msg             installed
    pre-merge-commit       installed
    pre-push               installed, after [REPO]/.git/hooks/pre-push.before-flowgate
    post-checkout          not installed
    reference-transaction  not installed
    pre-receive            other's, not executable
    update                 other's
    ");
    let json = repo.flowgate(&["hooks", "status", "--json"]).json();
    assert_eq!(json["hooks"][0]["state"], "installed");
    assert_eq!(json["hooks"][0]["flowgate"], env!("CARGO_BIN_EXE_flowgate"));
}

#[test]
fn the_chained_hook_has_git_s_arguments_and_input_and_its_no_is_final() {
    let repo = Repo::new();
    repo.write("a.txt", "a");
    repo.commit("feat: a");
    let remote = Repo::bare();
    let hooks = repo.path().join(".git/hooks");
    executable(&hooks.join("pre-push"), &format!("{SPY}exit 3\n"));
    ends_with(&repo.flowgate(&["hooks", "install", "--hook", "pre-push"]), 0);
    let url = remote.path().to_str().unwrap();
    let pushed = support::run(support::flowgate(repo.path()).args([
        "hook",
        "--chained",
        ".git/hooks/pre-push.before-flowgate",
        "pre-push",
        "origin",
        url,
    ]));
    ends_with(&pushed, 3);
    fs::remove_file(repo.path().join("spy.txt")).unwrap();

    let mut refused = git(&repo, &["push", url, "HEAD:refs/heads/x"]);
    let refused = support::run(&mut refused);
    assert_ne!(refused.code, Some(0), "{refused:?}");
    let spied = fs::read_to_string(repo.path().join("spy.txt")).unwrap();
    let (head, zeros) = (repo.id("HEAD"), "0".repeat(40));
    assert_eq!(
        spied,
        format!(".git/hooks/pre-push.before-flowgate 2: {url} {url}\nHEAD {head} refs/heads/x {zeros}\n")
    );
    assert_eq!(remote.git(&["for-each-ref"]), "");
}

#[test]
fn what_somebody_changed_or_put_in_the_way_stays() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);

    let edited = format!("{}echo mine\n", fs::read_to_string(hooks.join("pre-commit")).unwrap());
    fs::write(hooks.join("pre-commit"), &edited).unwrap();
    let before = listing(&hooks);
    let refused = repo.flowgate(&["hooks", "install"]);
    ends_with(&refused, 2);
    assert!(
        refused.stderr.contains("changes by hand") && refused.stderr.contains("uninstall --force"),
        "{refused:?}"
    );
    assert_eq!(listing(&hooks), before);
    let refused = repo.flowgate(&["hooks", "uninstall"]);
    ends_with(&refused, 2);
    assert!(
        refused.stderr.contains("changed by hand since flowgate wrote it"),
        "{refused:?}"
    );
    assert_eq!(listing(&hooks).into_keys().collect::<Vec<_>>(), ["pre-commit"]);
    ends_with(&repo.flowgate(&["hooks", "uninstall", "--force"]), 0);
    assert_eq!(listing(&hooks).len(), 0);

    // Nothing is written while one hook cannot be.
    executable(&hooks.join("pre-push"), SPY);
    fs::write(hooks.join("pre-push.before-flowgate"), "somebody's").unwrap();
    let before = listing(&hooks);
    let refused = repo.flowgate(&["hooks", "install"]);
    ends_with(&refused, 2);
    assert!(
        refused.stderr.contains("is taken") && refused.stderr.contains("mv "),
        "{refused:?}"
    );
    assert_eq!(listing(&hooks), before);
    // As an installation leaves it that was stopped in the middle.
    fs::copy(hooks.join("pre-push"), hooks.join("pre-push.before-flowgate")).unwrap();
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    assert_eq!(fs::read_to_string(hooks.join("pre-push.before-flowgate")).unwrap(), SPY);
    fs::remove_file(hooks.join("pre-push")).unwrap();
    let refused = repo.flowgate(&["hooks", "install"]);
    ends_with(&refused, 2);
    assert!(refused.stderr.contains("bring it back: mv "), "{refused:?}");
}

#[test]
fn an_older_script_and_a_moved_flowgate_are_brought_up_to_date() {
    let repo = Repo::new();
    let hook = repo.path().join(".git/hooks/commit-msg");
    let moved = repo.path().join("it's \"moved\"").join("flowgate");
    fs::create_dir_all(moved.parent().unwrap()).unwrap();
    // From another process, for the reason that `executable` has.
    #[expect(clippy::disallowed_methods, reason = "cp copies")]
    let mut copy = std::process::Command::new("cp");
    ends_with(&support::run(copy.arg(env!("CARGO_BIN_EXE_flowgate")).arg(&moved)), 0);
    let mut command = support::flowgate(repo.path());
    let path = command
        .get_envs()
        .find(|(name, _)| *name == "PATH")
        .and_then(|(_, value)| value)
        .unwrap()
        .to_owned();
    #[expect(clippy::disallowed_methods, reason = "the copy is what is tested")]
    let mut copy = std::process::Command::new(&moved);
    copy.current_dir(repo.path())
        .env_clear()
        .env("PATH", path)
        .env("HOME", repo.path());
    ends_with(&support::run(copy.args(["hooks", "install"])), 0);
    let doctor = repo.flowgate(&["hooks", "doctor"]);
    ends_with(&doctor, 1);
    assert!(doctor.stdout.contains("commit-msg: answered by flowgate"), "{doctor:?}");
    let status = repo.flowgate(&["hooks", "status"]);
    assert!(status.stdout.contains("/it's \"moved\"/flowgate"), "{status:?}");

    fs::remove_file(&moved).unwrap();
    let doctor = repo.flowgate(&["hooks", "doctor"]);
    ends_with(&doctor, 1);
    assert!(doctor.stdout.contains("which is not there any more"), "{doctor:?}");
    assert_eq!(doctor.stdout.matches("commit-msg: ").count(), 1, "told once: {doctor:?}");
    let installed = support::run(command.args(["hooks", "install"]));
    assert!(
        installed.stdout.contains("commit-msg            brought up to date"),
        "{installed:?}"
    );
    ends_with(&repo.flowgate(&["hooks", "doctor"]), 0);

    // A script of hooks/, copied by hand.
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/commit-msg");
    fs::copy(source, &hook).unwrap();
    assert!(
        repo.flowgate(&["hooks", "status"])
            .stdout
            .contains("commit-msg             outdated")
    );
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
    let doctor = repo.flowgate(&["hooks", "doctor"]);
    assert!(doctor.stdout.contains("commit-msg is not executable"), "{doctor:?}");
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    ends_with(&repo.flowgate(&["hooks", "doctor"]), 0);
}

#[test]
fn a_hook_that_calls_flowgate_itself_is_left_alone_and_others_come_on_request() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    let own = "#!/bin/sh\nflowgate hook pre-commit\n";
    executable(&hooks.join("pre-commit"), own);
    let installed = repo.flowgate(&["hooks", "install"]);
    assert!(
        installed.stdout.contains("pre-commit            left as it is"),
        "{installed:?}"
    );
    assert_eq!(fs::read_to_string(hooks.join("pre-commit")).unwrap(), own);

    let asked = repo.flowgate(&[
        "hooks",
        "install",
        "--hook",
        "reference-transaction",
        "--hook",
        "post-checkout",
    ]);
    ends_with(&asked, 0);
    assert!(asked.stdout.contains("a fetch of 1,000 tags takes up to"), "{asked:?}");
    assert!(hooks.join("post-checkout").is_file() && hooks.join("reference-transaction").is_file());
    repo.write("a.txt", "a");
    fs::remove_file(hooks.join("pre-commit")).unwrap();
    repo.commit("feat: a");
    repo.branch("feature/b");
    let wrong = repo.flowgate(&["hooks", "install", "--hook", "post-commit"]);
    ends_with(&wrong, 2);
}

fn git(repo: &Repo, arguments: &[&str]) -> std::process::Command {
    let model = support::flowgate(repo.path());
    #[expect(clippy::disallowed_methods, reason = "git that may fail")]
    let mut command = std::process::Command::new("git");
    command.current_dir(repo.path()).env_clear().args(arguments);
    command.envs(model.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

#[test]
fn what_a_runner_s_configuration_keeps_from_running_is_told() {
    let repo = Repo::new();
    repo.write(
        ".pre-commit-config.yaml",
        "files: ^charts/\nrepos:\n- repo: meta\n  hooks:\n  - id: identity\n",
    );
    let mind = "`files:` at the top leaves out the file of the message too";
    let shown = repo.flowgate(&["hooks", "install"]);
    ends_with(&shown, 2);
    assert!(shown.stdout.contains(mind), "{shown:?}");
    let other = repo.flowgate(&["hooks", "install", "--hook", "pre-push", "--write"]);
    ends_with(&other, 0);
    assert!(!other.stdout.contains(mind), "{other:?}");
    ends_with(&repo.flowgate(&["hooks", "install", "--write"]), 0);
    let hook = "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n";
    executable(&repo.path().join(".git/hooks/commit-msg"), hook);
    let doctor = repo.flowgate(&["hooks", "doctor"]);
    ends_with(&doctor, 1);
    assert!(
        doctor.stdout.contains("wrong  commit-msg: ") && doctor.stdout.contains(mind),
        "{doctor:?}"
    );
}

#[test]
fn a_folder_that_nobody_may_write_to_stays_as_it_is() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    executable(&hooks.join("pre-commit"), SPY);
    let before = listing(&hooks);
    fs::set_permissions(repo.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&hooks, fs::Permissions::from_mode(0o555)).unwrap();
    let Some(mut command) = support::flowgate_without_privileges(repo.path()) else {
        return;
    };
    let refused = support::run(command.args(["hooks", "install"]));
    fs::set_permissions(&hooks, fs::Permissions::from_mode(0o755)).unwrap();
    ends_with(&refused, 2);
    assert!(
        repo.redact(&refused.stderr)
            .contains("see who may write there: ls -ld [REPO]/.git/hooks\n"),
        "{refused:?}"
    );
    assert_eq!(listing(&hooks), before);
}

#[test]
fn a_file_of_a_runner_that_holds_nothing_else_goes_with_it() {
    let repo = Repo::new();
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    executable(&repo.path().join(".husky/_/h"), "#!/usr/bin/env sh\n");
    executable(&repo.path().join(".husky/pre-commit"), "echo lint\n");
    ends_with(&repo.flowgate(&["hooks", "install", "--write"]), 0);
    let gone = repo.flowgate(&["hooks", "uninstall", "--write"]);
    ends_with(&gone, 0);
    for line in ["modified: [REPO]/.husky/pre-commit\n", "removed: [REPO]/.husky/commit-msg\n"] {
        assert!(repo.redact(&gone.stdout).contains(line), "{gone:?}");
    }
    assert!(!repo.path().join(".husky/commit-msg").exists());
}

/// Starts `flowgate hooks` and does not wait.
fn started(repo: &Repo, word: &str) -> std::process::Child {
    let mut command = support::flowgate(repo.path());
    command.args(["hooks", word]);
    command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    command.spawn().unwrap()
}

#[test]
fn many_at_once_and_one_that_is_killed_lose_no_hook() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    executable(&hooks.join("pre-commit"), SPY);
    let before = listing(&hooks);
    for round in 0..20 {
        let words = ["install", "uninstall", "install", "uninstall", "install"];
        let all: Vec<_> = words.iter().map(|word| started(&repo, word)).collect();
        for mut child in all {
            assert_eq!(child.wait().unwrap().code(), Some(0), "round {round}");
        }
        // The last one killed at some moment: later ones are further on.
        let mut killed = started(&repo, if round % 2 == 0 { "install" } else { "uninstall" });
        for _ in 0..round * 50_000 {
            std::hint::spin_loop();
        }
        killed.kill().unwrap();
        killed.wait().unwrap();
        assert!(hooks.join("pre-commit").exists(), "round {round}");
        ends_with(&repo.flowgate(&["hooks", "install"]), 0);
        ends_with(&repo.flowgate(&["hooks", "uninstall"]), 0);
        assert_eq!(listing(&hooks), before, "round {round}");
    }
    // What was being written then.
    fs::write(hooks.join(".pre-push.flowgate-4711"), "#!/bin/sh\n").unwrap();
    fs::write(hooks.join(".pre-push.flowgate-notes"), "mine\n").unwrap();
    ends_with(&repo.flowgate(&["hooks", "uninstall"]), 0);
    assert_eq!(
        listing(&hooks).into_keys().collect::<Vec<_>>(),
        [".pre-push.flowgate-notes", "pre-commit"]
    );
}
