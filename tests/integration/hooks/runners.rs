//! husky, lefthook, pre-commit and prek as their registries have them: flowgate runs through each of them, beside what they ran before.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{ends_with, executable, tool};
use crate::support::{self, Repo, Run};

/// Stands for flowgate: writes down how it was called.
const SPY: &str = "#!/bin/sh\n{ echo \"$*\"; [ \"$2\" != pre-push ] || cat; } >>\"$SPY\"\n";

/// A repository with a remote, a runner, and a flowgate that only writes down how it was called.
struct Team {
    repo: Repo,
    remote: Repo,
    home: tempfile::TempDir,
    path: OsString,
}

impl Team {
    fn new(tool: &Path) -> Self {
        let repo = Repo::new();
        let model = support::flowgate(repo.path());
        let home = tempfile::tempdir().unwrap();
        executable(&home.path().join("bin/flowgate"), SPY);
        let inherited = model
            .get_envs()
            .find(|(name, _)| *name == "PATH")
            .and_then(|(_, path)| path)
            .unwrap();
        let mut folders = vec![home.path().join("bin"), tool.parent().unwrap().to_path_buf()];
        folders.extend(std::env::split_paths(inherited));
        Self {
            path: std::env::join_paths(folders).unwrap(),
            remote: Repo::bare(),
            repo,
            home,
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Run {
        #[expect(clippy::disallowed_methods, reason = "the runner, and git that starts it")]
        let mut command = Command::new(program);
        let model = support::flowgate(self.repo.path());
        command.current_dir(self.repo.path()).env_clear().args(arguments);
        command.envs(model.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command
            .env("PATH", &self.path)
            .env("SPY", self.spy())
            .env("HOME", self.home.path());
        command.envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@acme.example")]);
        command.envs([("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@acme.example")]);
        support::run(&mut command)
    }

    fn doctor(&self) -> Run {
        self.run(env!("CARGO_BIN_EXE_flowgate"), &["hooks", "doctor"])
    }

    fn spy(&self) -> PathBuf {
        self.home.path().join("spy.txt")
    }

    fn spied(&self) -> String {
        let text = fs::read_to_string(self.spy()).unwrap_or_default();
        let _ = fs::remove_file(self.spy());
        text
    }

    #[track_caller]
    fn expect(&self, program: &str, arguments: &[&str]) -> Run {
        let run = self.run(program, arguments);
        ends_with(&run, 0);
        run
    }

    /// Commits and pushes; both flowgate and the runner's own check must have run in each.
    #[track_caller]
    fn commits_and_pushes(&self) -> String {
        let url = self.remote.path().to_str().unwrap();
        let committed = self.expect("git", &["commit", "--allow-empty", "--message", "feat: a"]);
        let spied = self.spied();
        let said = format!("{}{}", committed.stdout, committed.stderr);
        assert!(spied.contains("hook pre-commit\n"), "{spied} {said}");
        assert!(spied.contains("hook commit-msg .git/COMMIT_EDITMSG\n"), "{spied} {said}");
        assert!(
            self.home.path().join("own.txt").exists(),
            "the team's own hook did not run: {said}"
        );
        let pushed = self.expect("git", &["push", url, "HEAD:refs/heads/x"]);
        let spied = self.spied();
        assert!(spied.contains("hook pre-push"), "{spied} {pushed:?}");
        spied
    }

    fn own(&self) -> String {
        format!("touch {}", self.home.path().join("own.txt").display())
    }
}

const CHOSEN: [&str; 8] = [
    "hooks",
    "install",
    "--hook",
    "pre-commit",
    "--hook",
    "commit-msg",
    "--hook",
    "pre-push",
];

/// Shown, then written, then there already; then taken out again.
#[track_caller]
fn shown_and_written(team: &Team, file: &str) {
    let before = fs::read_to_string(team.repo.path().join(file)).unwrap();
    let shown = team.repo.flowgate(&CHOSEN);
    ends_with(&shown, 2);
    assert!(shown.stdout.contains("flowgate hook commit-msg"), "{shown:?}");
    assert!(shown.stdout.contains(file), "{shown:?}");
    assert_eq!(fs::read_to_string(team.repo.path().join(file)).unwrap(), before);
    let written = team.repo.flowgate(&[&CHOSEN[..], &["--write"]].concat());
    ends_with(&written, 0);
    assert!(written.stdout.contains("modified: "), "{written:?}");
    let after = fs::read_to_string(team.repo.path().join(file)).unwrap();
    let again = team.repo.flowgate(&CHOSEN);
    ends_with(&again, 0);
    assert!(again.stdout.contains("runs flowgate already"), "{again:?}");
    ends_with(&team.repo.flowgate(&["hooks", "uninstall"]), 2);
    ends_with(&team.repo.flowgate(&["hooks", "uninstall", "--write"]), 0);
    assert_eq!(
        fs::read_to_string(team.repo.path().join(file)).unwrap().trim_end(),
        before.trim_end()
    );
    ends_with(&team.repo.flowgate(&[&CHOSEN[..], &["--write"]].concat()), 0);
    assert_eq!(fs::read_to_string(team.repo.path().join(file)).unwrap(), after);
}

fn framework(name: &str) {
    let Some(tool) = support::require(name, tool(name)) else {
        return;
    };
    let team = Team::new(&tool);
    let own = team.own();
    let text = format!(
        "# ours\nrepos:\n  - repo: local\n    hooks:\n      - {{id: own, name: own, language: system, entry: {own}, always_run: true, pass_filenames: false}}\n"
    );
    team.repo.write(".pre-commit-config.yaml", text);
    team.repo.git(&["add", ".pre-commit-config.yaml"]);
    team.expect(name, &["install"]);
    shown_and_written(&team, ".pre-commit-config.yaml");
    let doctor = team.doctor();
    ends_with(&doctor, 1);
    assert!(
        doctor.stdout.contains(&format!("{name} install --hook-type commit-msg")),
        "{doctor:?}"
    );
    let status = team.repo.flowgate(&["hooks", "status"]).stdout;
    assert!(
        status.contains(&format!("pre-commit             other's, {name} runs flowgate\n")),
        "{status}"
    );
    assert!(
        status.contains(&format!(
            "pre-push               not installed, {name} would run flowgate; first: "
        )),
        "{status}"
    );
    team.expect(name, &["install", "--hook-type", "commit-msg", "--hook-type", "pre-push"]);
    ends_with(&team.doctor(), 0);
    team.expect("git", &["add", ".pre-commit-config.yaml"]);
    team.commits_and_pushes();
}

#[test]
fn pre_commit_runs_flowgate() {
    framework("pre-commit");
}

#[test]
fn prek_runs_flowgate() {
    framework("prek");
    let Some(tool) = support::require("prek", tool("prek")) else {
        return;
    };
    let team = Team::new(&tool);
    let own = team.own();
    let text = format!(
        "# ours\n[[repos]]\nrepo = \"local\"\nhooks = [{{ id = \"own\", name = \"own\", language = \"system\", entry = \"{own}\", always_run = true, pass_filenames = false }}]\n"
    );
    team.repo.write("prek.toml", text);
    team.repo.git(&["add", "prek.toml"]);
    shown_and_written(&team, "prek.toml");
    team.expect(
        "prek",
        &[
            "install",
            "--hook-type",
            "pre-commit",
            "--hook-type",
            "commit-msg",
            "--hook-type",
            "pre-push",
        ],
    );
    team.expect("git", &["add", "prek.toml"]);
    team.commits_and_pushes();
}

#[test]
fn lefthook_runs_flowgate() {
    let Some(tool) = support::require("lefthook", tool("lefthook")) else {
        return;
    };
    let own = |team: &Team| team.own();
    for (file, text) in [
        (
            "lefthook.yml",
            "# ours\npre-commit:\n  commands:\n    own:\n      run: OWN # fast\n",
        ),
        (
            ".config/lefthook.yaml",
            "pre-commit:\n  jobs:\n    - name: own\n      run: OWN\n",
        ),
        ("lefthook.toml", "[pre-commit.commands.own]\nrun = \"OWN\"\n"),
    ] {
        let team = Team::new(&tool);
        team.repo.write(file, text.replace("OWN", &own(&team)));
        team.repo.git(&["add", "."]);
        shown_and_written(&team, file);
        team.expect("lefthook", &["install"]);
        team.expect("lefthook", &["validate"]);
        ends_with(&team.doctor(), 0);
        team.expect("git", &["add", "."]);
        let without = team.repo.flowgate(&["hooks", "doctor"]);
        assert!(without.stdout.contains("flowgate is not on PATH"), "{without:?}");
        let spied = team.commits_and_pushes();
        let (url, head) = (team.remote.path().display(), team.repo.id("HEAD"));
        assert!(
            spied.contains(&format!("hook pre-push {url} {url}\nHEAD {head} refs/heads/x ")),
            "{spied}"
        );
    }
}

#[test]
fn husky_runs_flowgate() {
    let Some(tool) = support::require("husky", tool("husky")) else {
        return;
    };
    let team = Team::new(&tool);
    team.expect("husky", &[]);
    team.repo.write(".husky/pre-commit", format!("{}\n", team.own()));
    shown_and_written(&team, ".husky/pre-commit");
    let url = team.remote.path().to_str().unwrap();
    team.expect("git", &["commit", "--allow-empty", "--message", "feat: first"]);
    team.spied();
    team.commits_and_pushes();
    assert_eq!(
        fs::read_to_string(team.repo.path().join(".husky/pre-push")).unwrap(),
        "#!/usr/bin/env sh\nflowgate hook pre-push \"$@\"\n"
    );
    ends_with(&team.doctor(), 0);
    team.expect("git", &["push", url, "HEAD:refs/heads/y"]);
    assert!(team.spied().contains(&format!("hook pre-push {url} {url}\nHEAD ")));
}

#[test]
fn a_runner_s_hook_is_chained_when_that_is_asked_for_and_hk_has_its_lines_shown() {
    if let Some(tool) = support::require("pre-commit", tool("pre-commit")) {
        let team = Team::new(&tool);
        let own = team.own();
        team.repo.write(
            ".pre-commit-config.yaml",
            format!("repos:\n- repo: local\n  hooks:\n  - {{id: own, name: own, language: system, entry: {own}, always_run: true, pass_filenames: false}}\n"),
        );
        team.repo.git(&["add", "."]);
        team.expect("pre-commit", &["install"]);
        ends_with(&team.repo.flowgate(&["hooks", "install", "--force"]), 0);
        team.expect("git", &["commit", "--message", "feat: a"]);
        assert!(team.home.path().join("own.txt").exists());
        ends_with(&team.repo.flowgate(&["hooks", "install"]), 0);
        // Who is installed again afterwards keeps ours, and ours keeps its own chain.
        team.expect("pre-commit", &["install"]);
        executable(
            &team.repo.path().join(".git/hooks/pre-commit.before-flowgate"),
            "#!/bin/sh\ntouch chained.txt\n",
        );
        team.expect("git", &["commit", "--allow-empty", "--message", "feat: b"]);
        assert!(team.repo.path().join("chained.txt").exists());
    }

    let repo = Repo::new();
    repo.write("hk.pkl", "amends \"package://example/hk.pkl\"\n");
    let shown = repo.flowgate(&["hooks", "install"]);
    ends_with(&shown, 2);
    insta::assert_snapshot!(repo.redact(&shown.stdout), @r#"
    hk runs the hooks here, so flowgate does not take its place.
    Add to [REPO]/hk.pkl:

    hooks {
      ["pre-commit"] {
        steps {
          ["flowgate"] {
            check = "flowgate hook pre-commit"
          }
        }
      }
      ["commit-msg"] {
        steps {
          ["flowgate"] {
            check = "flowgate hook commit-msg {{commit_msg_file}}"
          }
        }
      }
      ["pre-push"] {
        steps {
          ["flowgate"] {
            check = "flowgate hook pre-push {{hook_args}} <<'END_OF_REFS'\n{{hook_stdin}}END_OF_REFS"
          }
        }
      }
    }

    Then let hk take part in each of these hooks: hk install
    "#);
    // What hk does not run is nobody else's place.
    ends_with(&repo.flowgate(&["hooks", "install", "--hook", "reference-transaction"]), 0);
    assert!(repo.path().join(".git/hooks/reference-transaction").is_file());
    let shown = repo.flowgate(&["hooks", "install", "--hook", "pre-commit", "--hook", "pre-push", "--write"]);
    ends_with(&shown, 2);
    assert!(shown.stderr.contains("check = \"flowgate hook pre-commit\""), "{shown:?}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "?? hk.pkl");
}

/// hk fills the refs of a push into the command as they are, and a ref may be called like a piece of a shell script.
#[test]
fn a_ref_that_is_pushed_through_hk_is_never_run() {
    let repo = Repo::new();
    repo.write("hk.pkl", "");
    let shown = repo.flowgate(&["hooks", "install", "--hook", "pre-push"]).stdout;
    let check = shown.lines().find_map(|line| line.trim().strip_prefix("check = \"")).unwrap();
    let names = ["it's", "a';>ran;'b", "$(>ran)", "`>ran`", "\\'\""];
    let zero = "0".repeat(40);
    let refs: String = names
        .iter()
        .map(|name| format!("refs/heads/{name} {zero} refs/heads/{name} {zero}\n"))
        .collect();
    let filled = check.trim_end_matches('"').replace("\\n", "\n");
    let filled = filled
        .replace("{{hook_stdin}}", &refs)
        .replace("{{hook_args}}", "origin ../remote");
    executable(&repo.path().join("bin/flowgate"), "#!/bin/sh\necho \"$@\"\ncat\n");
    let path = format!("{}:/usr/bin:/bin", repo.path().join("bin").display());
    let mut shell = support::program("sh", repo.path());
    let run = support::run(shell.args(["-o", "errexit", "-c", &filled]).env("PATH", path));
    ends_with(&run, 0);
    assert_eq!(run.stdout, format!("hook pre-push origin ../remote\n{refs}"));
    assert!(!repo.path().join("ran").exists());
}

/// A person's own configuration stands over the team's, and both are hk's.
#[test]
fn hk_is_found_by_each_of_its_configurations() {
    for name in ["hk.pkl", ".config/hk.pkl", "hk.local.pkl", ".config/hk.local.pkl"] {
        let repo = Repo::new();
        repo.write(name, "");
        let shown = repo.flowgate(&["hooks", "install"]);
        ends_with(&shown, 2);
        assert!(
            repo.redact(&shown.stdout).contains(&format!("Add to [REPO]/{name}:")),
            "{shown:?}"
        );
    }
}
