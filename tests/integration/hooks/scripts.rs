//! The scripts themselves, in every shell that is there, without any program on PATH.
#![expect(clippy::disallowed_methods, reason = "a shell is started to run them")]

use std::path::{Path, PathBuf};
use std::process::Command;

use flowgate::cli::hooks::script::script;
use flowgate::git::hooks::HookName;

use super::{executable, tool};
use crate::support::{self, Run};

/// Says what it was given, with nothing but what is built into a shell.
const STUB: &str = "#!/bin/sh\necho \"NAME($#): $*\"\nwhile read -r line; do echo \"NAME reads $line\"; done\nexit CODE\n";
const LINES: &str = "0a 1b refs/heads/x\n0a 2c refs/tags/y\n";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn program(&self, name: &str, code: u8) -> PathBuf {
        // Everything a path can hold that a shell would stumble over.
        let path = self.folder.path().join("it's a \"folder\" of\n$HOME").join(name);
        executable(&path, &STUB.replace("NAME", name).replace("CODE", &code.to_string()));
        path
    }

    fn hook(&self, hook: HookName, flowgate: &Path, chained: Option<u8>) -> PathBuf {
        let folder = self.folder.path().join("my hooks");
        let path = folder.join(hook.as_str());
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, script(hook, Some(flowgate))).unwrap();
        let before = folder.join(format!("{}.before-flowgate", hook.as_str()));
        let _ = std::fs::remove_file(&before);
        if let Some(code) = chained {
            executable(&before, &STUB.replace("NAME", "chained").replace("CODE", &code.to_string()));
        }
        path
    }
}

fn shells() -> Vec<(PathBuf, &'static [&'static str])> {
    let all: [(&str, &[&str]); 4] = [("sh", &[]), ("dash", &[]), ("bash", &["--posix"]), ("busybox", &["sh"])];
    all.into_iter()
        .filter_map(|(name, options)| Some((tool(name)?, options)))
        .collect()
}

fn run(shell: &(PathBuf, &[&str]), hook: &Path, arguments: &[&str], probe: bool) -> Run {
    let mut command = Command::new(&shell.0);
    command.env_clear().env("PATH", "").args(shell.1).arg(hook).args(arguments);
    if probe {
        command.env("FLOWGATE_PROBE", "1");
    }
    support::run_with_input(&mut command, LINES.as_bytes())
}

/// The first argument of each; the others are whatever.
fn arguments(hook: HookName) -> [&'static str; 2] {
    match hook {
        HookName::ReferenceTransaction => ["prepared", "b  c"],
        _ => ["a", "b  c"],
    }
}

#[test]
fn every_script_starts_flowgate_with_the_chained_hook_s_path() {
    let place = Place::new();
    let flowgate = place.program("flowgate", 7);
    for shell in shells() {
        for hook in HookName::ALL {
            let name = hook.as_str();
            let [first, second] = arguments(hook);
            let alone = place.hook(hook, &flowgate, None);
            let ran = run(&shell, &alone, &[first, second], false);
            let (read, count) = match hook {
                // One line was read by the script, and is handed on.
                HookName::ReferenceTransaction => ("--first-line 0a 1b refs/heads/x ", 6),
                _ => ("", 4),
            };
            assert_eq!(
                ran.stdout.lines().next(),
                Some(&*format!("flowgate({count}): hook {read}{name} {first} {second}")),
                "{shell:?} {ran:?}"
            );
            assert!(ran.stdout.contains("flowgate reads 0a 2c refs/tags/y"), "{shell:?} {ran:?}");
            assert_eq!((ran.code, &*ran.stderr), (Some(7), ""), "{shell:?} {ran:?}");

            let both = place.hook(hook, &flowgate, Some(3));
            let ran = run(&shell, &both, &[first, second], false);
            let chained = format!("{}.before-flowgate", both.display());
            let expected = format!("flowgate(6): hook --chained {chained} {name} {first} {second}");
            assert_eq!(ran.stdout.lines().next(), Some(&*expected), "{shell:?} {ran:?}");
            assert!(ran.stdout.contains("flowgate reads 0a 1b refs/heads/x"), "{shell:?} {ran:?}");
        }
    }
}

#[test]
fn without_flowgate_the_chained_hook_runs_and_servers_refuse() {
    let place = Place::new();
    let nowhere = place.folder.path().join("nowhere");
    for shell in shells() {
        for hook in HookName::ALL {
            let [first, second] = arguments(hook);
            let is_server = matches!(hook, HookName::PreReceive | HookName::Update);
            for chained in [None, Some(0), Some(3)] {
                let path = place.hook(hook, &nowhere, chained);
                let ran = run(&shell, &path, &[first, second], false);
                let expected = match chained.unwrap_or(0) {
                    0 if is_server => 1,
                    code => i32::from(code),
                };
                assert_eq!(ran.code, Some(expected), "{shell:?} {hook:?} {chained:?} {ran:?}");
                let told = ran.stderr.contains("flowgate is missing") && ran.stderr.contains("remove ");
                // The package of that name in a registry may be anybody's.
                assert!(!ran.stderr.contains("install --locked flowgate"), "{hook:?} {ran:?}");
                // A push that the chained hook refused has its reason already.
                assert_eq!(
                    told,
                    !is_server || chained != Some(3),
                    "{shell:?} {hook:?} {chained:?} {ran:?}"
                );
                let called =
                    format!("chained(2): {first} {second}\nchained reads 0a 1b refs/heads/x\nchained reads 0a 2c refs/tags/y\n");
                let expected = if chained.is_some() { called } else { String::new() };
                assert_eq!(ran.stdout, expected, "{shell:?} {hook:?} {chained:?} {ran:?}");

                let ran = run(&shell, &path, &[first, second], true);
                // Nobody gets a push past a server by a variable.
                assert_eq!(
                    (ran.code, &*ran.stdout, &*ran.stderr),
                    (Some(i32::from(is_server)), "flowgate missing\n", ""),
                    "{shell:?} {hook:?} {ran:?}"
                );
            }
        }
    }
}

#[test]
fn reference_transaction_starts_flowgate_only_for_branches_and_tags_that_are_about_to_change() {
    let place = Place::new();
    let flowgate = place.program("flowgate", 7);
    let ask = |shell: &(PathBuf, &[&str]), path: &Path, state: &str, input: &str| {
        let mut command = Command::new(&shell.0);
        command.env_clear().env("PATH", "").args(shell.1).arg(path).arg(state);
        support::run_with_input(&mut command, input.as_bytes())
    };
    let only_others = "0a 1b refs/remotes/o/x\n0a 1b HEAD\n0a ref:refs/heads/x HEAD\n3c 3c refs/heads/same\n";
    for shell in shells() {
        let alone = place.hook(HookName::ReferenceTransaction, &flowgate, None);
        for (state, input) in [
            ("preparing", LINES),
            ("committed", LINES),
            ("aborted", LINES),
            ("prepared", only_others),
            ("prepared", ""),
        ] {
            let ran = ask(&shell, &alone, state, input);
            assert_eq!(
                (ran.code, &*ran.stdout, &*ran.stderr),
                (Some(0), "", ""),
                "{shell:?} {state} {ran:?}"
            );
        }
        let ran = ask(&shell, &alone, "prepared", &format!("{only_others}{LINES}"));
        assert!(
            ran.stdout
                .contains("--first-line 0a 1b refs/heads/x reference-transaction prepared"),
            "{ran:?}"
        );

        // A shell reads slowly: a long list is flowgate's to read.
        let ran = ask(&shell, &alone, "prepared", &only_others.repeat(3));
        assert!(ran.stdout.contains("flowgate reads 0a 1b refs/remotes/o/x"), "{ran:?}");

        let both = place.hook(HookName::ReferenceTransaction, &flowgate, Some(3));
        for state in ["preparing", "committed", "aborted"] {
            let ran = ask(&shell, &both, state, only_others);
            assert_eq!(ran.code, Some(3), "{shell:?} {state} {ran:?}");
            assert!(
                ran.stdout
                    .starts_with(&format!("chained(1): {state}\nchained reads 0a 1b refs/remotes/o/x\n")),
                "{ran:?}"
            );
        }
    }
}

#[test]
fn flowgate_runs_the_chained_hook_as_git_would() {
    let place = Place::new();
    let flowgate = |chained: &Path| {
        let mut command = support::flowgate(place.folder.path());
        command.arg("hook").arg("--chained").arg(chained);
        command
    };
    let good = place.program("chained", 0);
    let ran = support::run_with_input(flowgate(&good).args(["pre-push", "-x", "b  c"]), b"");
    assert_eq!(ran.stdout, "chained(2): -x b  c\n", "{ran:?}");

    let bad = place.program("bad", 3);
    let ran = support::run_with_input(flowgate(&bad).args(["pre-push", "origin", "url"]), LINES.as_bytes());
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(
        ran.stdout,
        "bad(2): origin url\nbad reads 0a 1b refs/heads/x\nbad reads 0a 2c refs/tags/y\n"
    );

    let killed = place.folder.path().join("killed");
    executable(&killed, "#!/bin/sh\nkill -TERM $$\n");
    assert_eq!(support::run(flowgate(&killed).arg("pre-commit")).code, Some(143));

    // No interpreter named: a script for sh.
    let bare = place.folder.path().join("bare");
    executable(&bare, "echo \"bare $1\"; exit 4\n");
    let ran = support::run(flowgate(&bare).args(["commit-msg", "file"]));
    assert_eq!((ran.code, &*ran.stdout), (Some(4), "bare file\n"), "{ran:?}");

    let lost = place.folder.path().join("lost");
    executable(&lost, "#!/no/such/interpreter\n");
    let ran = support::run(flowgate(&lost).arg("pre-commit"));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stderr.contains("stood here before flowgate's and cannot be run"),
        "{ran:?}"
    );

    let ran = support::run(flowgate(&bad).arg("pre-commit").env("FLOWGATE_PROBE", "1"));
    let answer = format!("flowgate {} {}\n", env!("CARGO_PKG_VERSION"), env!("CARGO_BIN_EXE_flowgate"));
    assert_eq!((ran.code, ran.stdout), (Some(0), answer));
}
