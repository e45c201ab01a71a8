//! A developer's desk: a home of its own, a repository on a topic branch, a remote, and this repository under the address that
//! docs/hooks.md gives it. Whoever set up hooks here must stop what is wrong at every gate.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{Run, make_executable, program, require, run, tool, tool_folders};

/// Where the guide says that this repository lives.
const ADDRESS: &str = "https://gitlab.acme.com/tools/flowgate";
/// What pip, cargo and their peers need to reach a registry from here, and nothing that changes what they build.
const NETWORK: [&str; 13] = [
    "CARGO_HTTP_CAINFO",
    "CARGO_HTTP_PROXY",
    "RUSTUP_TOOLCHAIN",
    "PIP_CERT",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
];
pub(crate) const GOOD: &str = "apiVersion: v2\nname: shop\nversion: 1.10.0\n";
pub(crate) const BAD: &str = "apiVersion: v2\nname: shop\nversion: 1.10\n";
/// What finds it.
pub(crate) const RULE_OF_BAD: &str = "versions/unquoted-version";
/// What finds `feet: ...`.
pub(crate) const RULE_OF_MESSAGE: &str = "commits/type-allowed";

pub(crate) struct Desk {
    home: TempDir,
    path: OsString,
}

impl Desk {
    /// With flowgate on the PATH; `None` without the programs that the test is about.
    #[track_caller]
    pub(crate) fn with_flowgate(programs: &[&str]) -> Option<Self> {
        let flowgate = Path::new(env!("CARGO_BIN_EXE_flowgate"));
        Self::set_up(programs, flowgate.parent().map(Path::to_owned))
    }

    /// With no flowgate but the one that a runner brings.
    #[track_caller]
    pub(crate) fn without_flowgate(programs: &[&str]) -> Option<Self> {
        Self::set_up(programs, None)
    }

    #[track_caller]
    fn set_up(programs: &[&str], flowgate: Option<PathBuf>) -> Option<Self> {
        for name in programs {
            require(name, tool(name))?;
        }
        require("a clone of this repository", root().join(".git").exists().then_some(()))?;
        let given = env::var_os("PATH").unwrap_or_default();
        let home = TempDir::new().unwrap();
        let first = [home.path().join("first")].into_iter().chain(flowgate).chain(tool_folders());
        let path = env::join_paths(first.chain(env::split_paths(&given))).unwrap();
        for folder in ["first", "work", "cache"] {
            fs::create_dir(home.path().join(folder)).unwrap();
        }
        let desk = Self { home, path };
        desk.configure_git();
        desk.publish_this_repository();
        desk.succeeds(&["git", "init", "--quiet", "--bare", "../remote.git"]);
        desk.succeeds(&["git", "init", "--quiet"]);
        desk.succeeds(&["git", "remote", "add", "origin", "../remote.git"]);
        desk.write("README.md", "A shop.\n");
        desk.record("feat: begin");
        desk.succeeds(&["git", "push", "--quiet", "origin", "main"]);
        desk.succeeds(&["git", "switch", "--quiet", "--create", "feat/shop"]);
        Some(desk)
    }

    /// The repository that is worked on.
    pub(crate) fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.work().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// A program at this desk.
    pub(crate) fn command(&self, words: &[impl AsRef<str>]) -> Command {
        let home = self.home.path();
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        let mut command = program(words[0], &self.work());
        command.args(&words[1..]).env("PATH", &self.path).env("HOME", home);
        command.env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"));
        command.env("XDG_CONFIG_HOME", home.join("config"));
        for (name, folder) in [
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_DATA_HOME", "cache/data"),
            ("PRE_COMMIT_HOME", "cache/pre-commit"),
            ("PREK_HOME", "cache/prek"),
        ] {
            command.env(name, home.join(folder));
        }
        with_network(command)
    }

    /// Lets a program fail, as if it were not there.
    pub(crate) fn take_away(&self, name: &str) {
        make_executable(&self.home.path().join("first").join(name), "#!/bin/sh\nexit 127\n");
    }

    /// Runs a program that may fail.
    pub(crate) fn run(&self, words: &[impl AsRef<str>]) -> Run {
        run(&mut self.command(words))
    }

    /// Runs a program that must not fail.
    #[track_caller]
    pub(crate) fn succeeds(&self, words: &[impl AsRef<str>]) -> Run {
        let ran = self.run(words);
        assert_eq!(ran.code, Some(0), "{}\n{}\n{}", said(words), ran.stdout, ran.stderr);
        ran
    }

    /// Runs a program that a finding of this rule must stop.
    #[track_caller]
    pub(crate) fn stops(&self, words: &[impl AsRef<str>], rule: &str) {
        let ran = self.run(words);
        let output = format!("{}\n{}\n{}", said(words), ran.stdout, ran.stderr);
        assert!(ran.code != Some(0), "is not stopped: {output}");
        assert!(output.contains(rule), "is not stopped for {rule}: {output}");
    }

    /// Stages everything and commits it past all hooks.
    pub(crate) fn record(&self, message: &str) {
        self.succeeds(&["git", "add", "--all"]);
        self.succeeds(&[
            "git",
            "commit",
            "--quiet",
            "--no-verify",
            "--allow-empty",
            "--message",
            message,
        ]);
    }

    /// Does what a section of docs/hooks.md says: blocks that begin with a file's name are files, others are typed.
    #[track_caller]
    pub(crate) fn follow(&self, heading: &str, rewritten: impl Fn(&str) -> String) {
        let page = fs::read_to_string(root().join("docs/hooks.md")).unwrap();
        let blocks = blocks_of(&page, heading);
        assert!(!blocks.is_empty(), "{heading}: nothing to follow");
        for block in blocks {
            let block = rewritten(&block);
            match block.strip_prefix("# ").and_then(|rest| rest.split_once('\n')) {
                Some((file, _)) => {
                    self.write(file, &block);
                    // Runners refuse a configuration that is not staged.
                    self.succeeds(&["git", "add", file]);
                }
                None => _ = self.succeeds(&["sh", "-euc", &block]),
            }
        }
        self.record("build: run hooks");
    }

    /// What every runner must do, whichever way it was set up.
    #[track_caller]
    pub(crate) fn holds(&self) {
        self.stops_staged_content();
        self.stops_a_message();
        self.stops_a_merge();
        self.stops_a_push();
    }

    /// Bad content that is staged, and good content on disk; then the good one staged, and a change that only deletes.
    #[track_caller]
    pub(crate) fn stops_staged_content(&self) {
        self.write("Chart.yaml", BAD);
        self.succeeds(&["git", "add", "Chart.yaml"]);
        self.stops(&["git", "commit", "--message", "feat: begin the chart"], RULE_OF_BAD);
        self.write("Chart.yaml", GOOD);
        self.succeeds(&["git", "add", "Chart.yaml"]);
        self.succeeds(&["git", "commit", "--message", "feat: begin the chart"]);
        self.succeeds(&["git", "rm", "--quiet", "Chart.yaml"]);
        self.succeeds(&["git", "commit", "--message", "feat: drop the chart"]);
    }

    #[track_caller]
    pub(crate) fn stops_a_message(&self) {
        self.write("notes.txt", "one\n");
        self.succeeds(&["git", "add", "notes.txt"]);
        self.stops(&["git", "commit", "--message", "feet: take notes"], RULE_OF_MESSAGE);
        self.succeeds(&["git", "commit", "--message", "feat: take notes"]);
    }

    /// A branch that brings bad content, which a merge without conflict would record.
    #[track_caller]
    pub(crate) fn stops_a_merge(&self) {
        self.succeeds(&["git", "switch", "--quiet", "--create", "feat/chart"]);
        self.write("Chart.yaml", BAD);
        self.record("feat: begin the chart");
        self.succeeds(&["git", "switch", "--quiet", "feat/shop"]);
        self.stops(&["git", "merge", "--no-ff", "--no-edit", "feat/chart"], RULE_OF_BAD);
        self.succeeds(&["git", "merge", "--abort"]);
    }

    /// A commit that no hook has seen.
    #[track_caller]
    pub(crate) fn stops_a_push(&self) {
        self.write("chart/Chart.yaml", BAD);
        self.record("feat: move the chart");
        self.stops(&["git", "push", "origin", "feat/shop"], RULE_OF_BAD);
        let refs = self.succeeds(&["git", "ls-remote", "origin"]).stdout;
        assert!(!refs.contains("refs/heads/feat/shop"), "is pushed: {refs}");
        self.write("chart/Chart.yaml", GOOD);
        self.record("fix: quote the version");
        self.succeeds(&["git", "push", "origin", "feat/shop"]);
    }

    fn configure_git(&self) {
        let here = self.home.path().join("flowgate");
        let lines = [
            "[user]\n\tname = Ada Author\n\temail = ada@acme.example",
            "[init]\n\tdefaultBranch = main\n\ttemplateDir =",
            "[gc]\n\tauto = 0",
            // A pipeline's clone may belong to somebody else.
            "[safe]\n\tdirectory = *",
            "[protocol \"file\"]\n\tallow = always",
            &format!("[url {:?}]\n\tinsteadOf = {ADDRESS}", here.display().to_string()),
        ];
        fs::write(self.home.path().join(".gitconfig"), lines.join("\n")).unwrap();
    }

    /// As the clone is now, also a shallow or detached one, or one with work in it: its files as one commit under the version's tag.
    fn publish_this_repository(&self) {
        let listed = run(self
            .command(&["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root()));
        let here = self.home.path().join("flowgate");
        for path in listed.stdout.split_terminator('\0') {
            let (from, to) = (root().join(path), here.join(path));
            if from.is_file() {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(from, to).unwrap();
            }
        }
        let version = concat!("v", env!("CARGO_PKG_VERSION"));
        for words in [
            &["git", "init", "--quiet"][..],
            &["git", "add", "--all"],
            &["git", "commit", "--quiet", "--message", "feat: publish"],
            &["git", "tag", "--annotate", "--message", version, version],
        ] {
            let ran = run(self.command(words).current_dir(&here));
            assert_eq!(ran.code, Some(0), "{words:?}: {ran:?}");
        }
    }
}

/// A command as it would be typed.
fn said(words: &[impl AsRef<str>]) -> String {
    words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ")
}

/// A command that builds flowgate, with the toolchain and the crates of whoever runs the test.
pub(crate) fn builder(mut command: Command) -> Command {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        command.env(name, env::var_os(name).unwrap_or_else(|| home.join(folder).into()));
    }
    with_network(command)
}

/// A target directory that only this build uses, kept from run to run.
pub(crate) fn build_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn with_network(mut command: Command) -> Command {
    command.envs(NETWORK.iter().filter_map(|name| Some((*name, env::var_os(name)?))));
    command
}

/// The folder of this repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The fenced blocks below a heading, up to the next one of any depth.
fn blocks_of(page: &str, heading: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let (mut is_inside, mut block) = (false, None::<String>);
    for line in page.lines() {
        match &mut block {
            Some(text) if line == "```" => {
                blocks.push(std::mem::take(text));
                block = None;
            }
            Some(text) => text.extend([line, "\n"]),
            None if line.starts_with("```") && is_inside => block = Some(String::new()),
            None if line.starts_with('#') => is_inside = line.trim_start_matches('#').trim() == heading,
            None => {}
        }
    }
    blocks
}
