//! What the other tests stand on stands itself.

use std::process::Stdio;

use crate::support::{self, Repo, Run};

#[test]
fn the_same_steps_give_the_same_commits() {
    let steps = || {
        let repo = Repo::new();
        repo.write("a/b.yaml", "a: 1\n").commit("feat: begin\n\nbody");
        repo.branch("feat/x").write("c.yaml", "c: 1\n").commit("feat: add c");
        repo.switch("main").tag("1.0.0");
        repo.merge("feat/x")
    };
    let merged = steps();
    assert_eq!(merged.len(), 40);
    assert_eq!(merged, steps());
}

#[test]
fn a_message_is_recorded_as_it_is() {
    let repo = Repo::new();
    repo.commit("  # odd \n\n\n");
    assert_eq!(
        repo.git(&["log", "-1", "--format=%B|%an|%ce|%ct"]),
        "  # odd \n\n\n|Ada Author|carl@acme.example|1767225720"
    );
}

#[test]
fn git_sees_no_configuration_of_the_machine() {
    let repo = Repo::bare();
    assert_eq!(
        repo.git(&["config", "--list", "--show-scope", "--name-only"])
            .lines()
            .find(|line| line.starts_with("global")),
        None
    );
    assert_eq!(repo.git(&["rev-parse", "--is-bare-repository"]), "true");
}

#[test]
fn a_path_of_the_machine_is_not_shown() {
    let repo = Repo::new();
    let text = format!(
        "{}/a and {}",
        repo.path().display(),
        repo.path().canonicalize().unwrap().display()
    );
    assert_eq!(repo.redact(&text), "[REPO]/a and [REPO]");
}

#[test]
fn flowgate_runs_without_the_callers_environment() {
    let repo = Repo::new();
    let command = support::flowgate(repo.path());
    let names: Vec<_> = command
        .get_envs()
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .collect();
    assert!(
        !names
            .iter()
            .any(|name| (name.starts_with("FLOWGATE_") && name != "FLOWGATE_CACHE") || name == "NO_COLOR" || name == "GIT_DIR"),
        "{names:?}"
    );
    assert!(repo.flowgate(&["--version"]).code.is_some(), "ended by a signal");
    let read = support::run_with_input(
        support::flowgate(repo.path()).arg("--version").stderr(Stdio::null()),
        &[b'a'; 100_000],
    );
    assert!(read.code.is_some(), "ended by a signal");
}

#[test]
fn output_is_read_as_json() {
    let run = Run {
        code: Some(0),
        stdout: "{\"a\": 1}\n".to_owned(),
        stderr: String::new(),
    };
    assert_eq!(run.json()["a"], 1);
}

#[test]
fn what_is_found_is_not_skipped() {
    assert_eq!(support::require("a thing", Some(1)), Some(1));
    assert_eq!(support::shared("no/such/file"), None);
}
