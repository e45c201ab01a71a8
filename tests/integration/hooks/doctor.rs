//! `flowgate hooks doctor`: what it names, and that it runs nobody else's hook.

use std::fs;

use super::{ends_with, executable};
use crate::support::{self, Repo};

#[test]
fn it_names_what_is_in_the_way_and_runs_nobody_else_s_hook() {
    let repo = Repo::new();
    let hooks = repo.path().join(".git/hooks");
    executable(&hooks.join("pre-commit"), "#!/bin/sh\necho ran >ran.txt\n");
    let nothing = repo.flowgate(&["hooks", "doctor"]);
    ends_with(&nothing, 1);
    assert!(
        nothing.stdout.contains("pre-commit is not flowgate's, and was not run"),
        "{nothing:?}"
    );
    assert!(
        nothing.stdout.contains("no hook of flowgate is installed here"),
        "{nothing:?}"
    );

    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    let edited = format!("{}echo ran >ran.txt\n", fs::read_to_string(hooks.join("pre-push")).unwrap());
    fs::write(hooks.join("pre-push"), edited).unwrap();
    let doctor = repo.flowgate(&["hooks", "doctor"]);
    ends_with(&doctor, 1);
    let text = repo
        .redact(&doctor.stdout)
        .replace(env!("CARGO_BIN_EXE_flowgate"), "[FLOWGATE]");
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("ok     git ")).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    note   GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM in the environment: Git reads another configuration here than in a shell without
    ok     hooks in [REPO]/.git/hooks
    ok     pre-commit: flowgate 0.1.0 at [FLOWGATE]
    ok     commit-msg: flowgate 0.1.0 at [FLOWGATE]
    ok     pre-merge-commit: flowgate 0.1.0 at [FLOWGATE]
    wrong  pre-push: [REPO]/.git/hooks/pre-push was changed since flowgate wrote it, and was not run
           keep the changes elsewhere, then: flowgate hooks uninstall --force, flowgate hooks install
    ");
    assert!(!repo.path().join("ran.txt").exists());
}

#[test]
fn hooks_that_a_setting_hides_are_named_and_so_is_an_index_that_only_git_reads() {
    let repo = Repo::new();
    repo.write("a.txt", "a");
    repo.commit("feat: a");
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    repo.git(&["config", "core.hooksPath", "/somewhere/else"]);
    let doctor = repo.flowgate(&["hooks", "doctor"]);
    ends_with(&doctor, 1);
    assert!(doctor.stdout.contains("but Git does not look there"), "{doctor:?}");

    repo.git(&["config", "--unset", "core.hooksPath"]);
    ends_with(&repo.flowgate(&["hooks", "doctor"]), 0);
    repo.git(&["update-index", "--split-index"]);
    repo.write("b.txt", "b");
    repo.git(&["add", "b.txt"]);
    let doctor = repo.flowgate(&["hooks", "doctor"]);
    assert!(
        doctor.stdout.contains("note   the index is read by starting git"),
        "{doctor:?}"
    );

    let mut probing = support::flowgate(repo.path());
    let doctor = support::run(probing.env("FLOWGATE_PROBE", "1").args(["hooks", "doctor"]));
    ends_with(&doctor, 1);
    assert!(doctor.stdout.contains("unset FLOWGATE_PROBE"), "{doctor:?}");
    let mut without_git = support::flowgate(repo.path());
    let doctor = support::run(without_git.env("PATH", "").args(["hooks", "doctor"]));
    ends_with(&doctor, 1);
    assert!(doctor.stdout.contains("install git"), "{doctor:?}");
}
