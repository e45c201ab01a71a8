//! What docs/hooks.md tells developers to do stops at every gate: flowgate's own hooks, and hook runners from their registries.

use std::fs;
use std::path::Path;

use crate::support::desk::{BAD, Desk, GOOD, RULE_OF_BAD, RULE_OF_MESSAGE, build_folder, builder, root};
use crate::support::{run, tool};

#[test]
fn no_runner_at_all() {
    let Some(desk) = Desk::with_flowgate(&[]) else { return };
    desk.follow("flowgate's own hooks", str::to_owned);
    desk.holds();
}

#[test]
fn pre_commit_with_flowgate_on_the_path() {
    let Some(desk) = Desk::with_flowgate(&["pre-commit"]) else {
        return;
    };
    desk.follow("pre-commit", str::to_owned);
    // The stage that no hook of Git starts.
    desk.write("Chart.yaml", BAD);
    desk.succeeds(&["git", "add", "--all"]);
    let everything = ["pre-commit", "run", "--hook-stage", "manual", "--all-files"];
    desk.stops(&everything, RULE_OF_BAD);
    desk.succeeds(&["git", "rm", "--quiet", "--force", "Chart.yaml"]);
    desk.succeeds(&everything);
    desk.holds();
}

#[test]
fn prek_with_flowgate_on_the_path() {
    let Some(desk) = Desk::with_flowgate(&["prek"]) else {
        return;
    };
    desk.follow("prek", str::to_owned);
    desk.holds();
}

#[test]
fn lefthook() {
    let Some(desk) = Desk::with_flowgate(&["lefthook"]) else {
        return;
    };
    desk.follow("lefthook", str::to_owned);
    desk.holds();
}

#[test]
fn husky() {
    let Some(desk) = Desk::with_flowgate(&["husky", "npx"]) else {
        return;
    };
    // As `npm install --save-dev husky` leaves it.
    let bin = tool("husky").unwrap();
    let modules = bin.parent().and_then(|bin| bin.parent()).unwrap();
    desk.succeeds(&["ln", "-s", &modules.to_string_lossy(), "node_modules"]);
    desk.write(".gitignore", "node_modules\n");
    desk.follow("husky", str::to_owned);
    desk.holds();
}

/// The clone itself, as `try-repo` takes it, which no address and no tag stands for.
#[test]
fn try_repo_of_this_clone() {
    for runner in ["pre-commit", "prek"] {
        let Some(desk) = Desk::with_flowgate(&[runner]) else {
            continue;
        };
        tries(
            &desk,
            runner,
            [
                "flowgate-installed",
                "flowgate-commit-msg-installed",
                "flowgate-pre-push-installed",
            ],
        );
    }
}

/// Each hook that `try-repo` runs, in its stage: wrong is stopped, right passes.
#[track_caller]
fn tries(desk: &Desk, runner: &str, [staged, message, push]: [&str; 3]) {
    let clone = root().to_string_lossy();
    let words = |hook, stage, more: &[&'static str]| {
        let words = [runner, "try-repo", &clone, hook, "--hook-stage", stage];
        words
            .into_iter()
            .chain(more.iter().copied())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let at_commit = words(staged, "pre-commit", &[]);
    desk.write("Chart.yaml", BAD);
    desk.succeeds(&["git", "add", "--all"]);
    desk.stops(&at_commit, RULE_OF_BAD);
    desk.write("Chart.yaml", GOOD);
    desk.succeeds(&["git", "add", "--all"]);
    desk.succeeds(&at_commit);

    let at_message = words(message, "commit-msg", &["--commit-msg-filename", ".git/COMMIT_EDITMSG"]);
    desk.write(".git/COMMIT_EDITMSG", "feet: begin the chart\n");
    desk.stops(&at_message, RULE_OF_MESSAGE);
    desk.write(".git/COMMIT_EDITMSG", "feat: begin the chart\n");
    desk.succeeds(&at_message);

    let at_push = words(push, "pre-push", &PUSH);
    desk.write("Chart.yaml", BAD);
    desk.record("feat: begin the chart");
    desk.stops(&at_push, RULE_OF_BAD);
    desk.write("Chart.yaml", GOOD);
    desk.record("fix: quote the version");
    desk.succeeds(&at_push);
}

/// What the runners' own pre-push hook says of `git push origin feat/shop`.
const PUSH: [&str; 12] = [
    "--from-ref",
    "main",
    "--to-ref",
    "feat/shop",
    "--local-branch",
    "refs/heads/feat/shop",
    "--remote-branch",
    "refs/heads/feat/shop",
    "--remote-name",
    "origin",
    "--remote-url",
    "../remote.git",
];

/// `language: rust` is what users without a published file have: `cargo install` by the framework, in its own clone.
#[test]
fn pre_commit_builds_it_from_source() {
    let Some(desk) = Desk::without_flowgate(&["pre-commit", "cargo"]) else {
        return;
    };
    desk.write("Chart.yaml", BAD);
    desk.succeeds(&["git", "add", "--all"]);
    let clone = root().to_string_lossy();
    let words = ["pre-commit", "try-repo", &clone, "flowgate", "--verbose"];
    let mut command = builder(desk.command(&words));
    command.env("CARGO_TARGET_DIR", build_folder("source"));
    // A release build in everything but the time it takes.
    for (name, value) in [("LTO", "off"), ("OPT_LEVEL", "0"), ("CODEGEN_UNITS", "16"), ("STRIP", "none")] {
        command.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
    }
    let ran = run(&mut command);
    // Each run builds another clone: of what is built, only the dependencies serve the next one.
    forget(&build_folder("source").join("release/deps"));
    assert!(
        ran.code == Some(1) && ran.stdout.contains(RULE_OF_BAD),
        "{}\n{}",
        ran.stdout,
        ran.stderr
    );
}

/// Removes what was built of flowgate itself.
fn forget(built: &Path) {
    for entry in fs::read_dir(built).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().trim_start_matches("lib").starts_with("flowgate-") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}
