//! The scripts of the component and the action, run as the hosts run them.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "cargo is where the PATH of whoever runs the test says; a skipped test must be seen"
)]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{gitlab_script, keys, step};
use crate::support::desk::{build_folder, builder, root};
use crate::support::{Run, make_executable, program, require, run, tool};

const VERSION: &str = concat!("flowgate ", env!("CARGO_PKG_VERSION"), "\n");
/// Answers as flowgate does and writes down how it was called.
const RECORDER: &str =
    "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'flowgate 9.9.9'; exit; fi\nprintf '%s\\n' \"$@\" >called\nexit 1\n";

/// A checkout and what is needed around it.
struct Checkout {
    folder: TempDir,
}

impl Checkout {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["checkout", "tools", "temporary"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that stands on the PATH before all others.
    fn puts(&self, name: &str, text: &str) -> String {
        let file = self.path("tools").join(name);
        make_executable(&file, text);
        file.to_string_lossy().into_owned()
    }

    fn runs(&self, shell: &[&str], script: &str, variables: &[(&str, &str)]) -> Run {
        let file = self.path("script");
        fs::write(&file, script).unwrap();
        let mut command = builder(program(shell[0], &self.path("checkout")));
        let tools = self.path("tools").to_string_lossy().into_owned();
        command.env("PATH", format!("{tools}:/usr/bin:/bin"));
        command.env("TMPDIR", self.path("temporary"));
        command.envs(variables.iter().copied());
        run(command.args(&shell[1..]).arg(&file))
    }

    /// Every argument that the recorder was given.
    fn called(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("checkout/called")).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

/// The shells that GitLab's runner may find in an image.
fn shells() -> Vec<Vec<&'static str>> {
    let all = [
        vec!["sh", "-e"],
        vec!["dash", "-e"],
        vec!["busybox", "sh", "-e"],
        vec!["bash", "-eo", "pipefail"],
    ];
    let there = |shell: &Vec<&str>| require(shell[0], tool(shell[0])).is_some();
    all.into_iter().filter(there).collect()
}

const BASH: [&str; 5] = ["bash", "--noprofile", "--norc", "-eo", "pipefail"];

#[test]
fn the_component_takes_the_binary_that_it_is_told() {
    let flowgate = env!("CARGO_BIN_EXE_flowgate");
    let sum = Sha256::digest(fs::read(flowgate).unwrap());
    let sum: String = sum.iter().map(|byte| format!("{byte:02X}")).collect();
    let url = format!("file://{flowgate}");
    for shell in shells() {
        let checkout = Checkout::new();
        let check = |given: &[(&str, &str)], expected: Result<&str, &str>| {
            let ran = checkout.runs(&shell, &gitlab_script(given, false), &[]);
            match expected {
                Ok(version) => assert_eq!(
                    (ran.code, ran.stdout.as_str()),
                    (Some(0), version),
                    "{shell:?} {given:?} {ran:?}"
                ),
                Err(why) => assert!(ran.code == Some(2) && ran.stderr.contains(why), "{shell:?} {given:?} {ran:?}"),
            }
        };
        check(&[("binary", flowgate)], Ok(VERSION));
        check(
            &[("binary", flowgate), ("sha256", &sum), ("version", env!("CARGO_PKG_VERSION"))],
            Ok(VERSION),
        );
        check(
            &[("binary", flowgate), ("sha256", &"0".repeat(64))],
            Err("the SHA-256 of the binary is"),
        );
        check(
            &[("binary", "/nowhere"), ("sha256", &sum)],
            Err("the SHA-256 of /nowhere cannot be told"),
        );
        check(
            &[("binary", flowgate), ("version", "9.9.9")],
            Err("the version 9.9.9 is asked for"),
        );
        check(&[("binary", "nowhere")], Err("./nowhere does not start"));
        check(&[("binary", "http://acme.com/flowgate")], Err("by https or from a file"));
        check(&[("binary", "file:///nowhere")], Err("cannot be downloaded"));
        check(&[], Err("set image, binary or source"));
        check(&[("sha256", &sum)], Err("say where that is"));
        check(
            &[("source", "https://gitlab.acme.com/tools/flowgate")],
            Err("set the version to build"),
        );
        if require("curl", tool("curl")).is_some() {
            check(&[("binary", &url), ("sha256", &sum)], Ok(VERSION));
        }
        checkout.puts("flowgate", RECORDER);
        check(&[], Ok("flowgate 9.9.9\n"));
    }
}

#[test]
fn the_component_judges_the_change_in_one_pipeline_and_the_revision_in_another() {
    for shell in shells() {
        let checkout = Checkout::new();
        let recorder = checkout.puts("recorder", RECORDER);
        let reports = [
            "gitlab=gl-code-quality-report.json",
            "junit=flowgate-junit.xml",
            "html=flowgate.html",
        ];
        let mut expected = vec!["merge-request", "--fail-on", "warning", "--format", "human"];
        expected.extend(reports.iter().flat_map(|report| ["--format", *report]));
        expected.extend(["--policies-from", "a b"]);
        let given = [
            ("binary", recorder.as_str()),
            ("fail-on", "warning"),
            ("policies-from", "a b"),
        ];
        let hostile = [
            ("CI_MERGE_REQUEST_IID", "12"),
            ("CI_MERGE_REQUEST_TITLE", "$(touch x)`touch x`'; touch x"),
        ];
        let ran = checkout.runs(&shell, &gitlab_script(&given, true), &hostile);
        assert_eq!(
            (ran.code, checkout.called()),
            (Some(1), owned(&expected)),
            "{shell:?} {ran:?}"
        );
        assert!(!checkout.path("checkout/x").exists());

        let ran = checkout.runs(&shell, &gitlab_script(&given, true), &[]);
        let mut expected = vec!["check", "--rev", "HEAD", "--fail-on", "warning", "--format", "human"];
        expected.extend(reports.iter().flat_map(|report| ["--format", *report]));
        assert_eq!(
            (ran.code, checkout.called()),
            (Some(1), owned(&expected)),
            "{shell:?} {ran:?}"
        );
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Runs a step of the action; the variables that its `env` sets to inputs are given by name, others are empty.
fn runs_step(checkout: &Checkout, id: &str, given: &[(&str, &str)]) -> Run {
    let step = step(id);
    let outputs = checkout.path("outputs").to_string_lossy().into_owned();
    let summary = checkout.path("summary").to_string_lossy().into_owned();
    let here = root().join("deploy/github/flowgate").to_string_lossy().into_owned();
    let mut variables: BTreeMap<&str, &str> = BTreeMap::new();
    let names = keys(&step["env"]);
    variables.extend(names.iter().map(|name| (name.as_str(), "")));
    variables.extend([
        ("GITHUB_OUTPUT", outputs.as_str()),
        ("GITHUB_STEP_SUMMARY", &summary),
        ("GITHUB_ACTION_PATH", &here),
    ]);
    variables.extend(given.iter().copied());
    let variables: Vec<(&str, &str)> = variables.into_iter().collect();
    checkout.runs(&BASH, step["run"].as_str().unwrap(), &variables)
}

#[test]
fn the_action_takes_the_binary_that_it_is_told() {
    let Some(_) = require("bash", tool("bash")) else { return };
    let checkout = Checkout::new();
    let flowgate = env!("CARGO_BIN_EXE_flowgate");
    let ran = runs_step(&checkout, "install", &[("binary", flowgate)]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), VERSION), "{ran:?}");
    assert_eq!(
        fs::read_to_string(checkout.path("outputs")).unwrap(),
        format!("flowgate={flowgate}\n")
    );

    // A docker that has one image with one program.
    checkout.puts(
        "docker",
        &format!("#!/bin/sh\ncase $1 in\ncreate) [ \"$2\" = acme/flowgate:1 ] && echo c1 ;;\ncp) [ \"$2\" = c1:/usr/local/bin/flowgate ] && cp {flowgate} \"$3\" ;;\nesac\n"),
    );
    let ran = runs_step(&checkout, "install", &[("image", "acme/flowgate:1")]);
    assert!(ran.code == Some(0) && ran.stdout.ends_with(VERSION), "{ran:?}");
    let ran = runs_step(&checkout, "install", &[("image", "acme/other:1")]);
    assert_ne!(ran.code, Some(0), "{ran:?}");
    let ran = runs_step(&checkout, "install", &[("image", "acme/flowgate:1"), ("binary", flowgate)]);
    assert!(ran.code == Some(2) && ran.stderr.contains("not both"), "{ran:?}");
}

/// As on a runner, where what a change names could run a shell if it went through one.
#[test]
fn the_action_judges_by_event_and_hands_the_reports_on() {
    let Some(_) = require("bash", tool("bash")) else { return };
    let checkout = Checkout::new();
    let recorder = checkout.puts(
        "recorder",
        &RECORDER.replace(
            "exit 1\n",
            "for word; do case $word in sarif=* | markdown=*) echo \"a report\" >\"${word#*=}\" ;; esac; done\nexit 1\n",
        ),
    );
    let check = |event: &str, given: &[(&str, &str)], command: &[&str]| {
        let mut variables = vec![
            ("flowgate", recorder.as_str()),
            ("fail_on", "error"),
            ("GITHUB_EVENT_NAME", event),
        ];
        variables.extend([("GITHUB_HEAD_REF", "$(touch x)")]);
        variables.extend(given.iter().copied());
        let ran = runs_step(&checkout, "judge", &variables);
        assert_eq!(ran.code, Some(1), "{event}: {ran:?}");
        let called = checkout.called();
        assert_eq!(called[..command.len()], *owned(command), "{event}");
        assert_eq!(
            called[command.len()..][..4],
            *owned(&["--fail-on", "error", "--format", "github"]),
            "{event}"
        );
        let outputs = fs::read_to_string(checkout.path("outputs")).unwrap();
        assert!(
            outputs.contains("sarif-file=/") && outputs.contains("markdown-file=/"),
            "{outputs}"
        );
        called
    };
    check("pull_request", &[], &["merge-request"]);
    check("merge_group", &[], &["merge-request"]);
    check("push", &[], &["check", "--rev", "HEAD"]);
    let called = check(
        "pull_request_review",
        &[("policies_from", "refs/heads/a b")],
        &["merge-request"],
    );
    assert!(called.ends_with(&owned(&["--policies-from", "refs/heads/a b"])), "{called:?}");

    checkout.puts("git", "#!/bin/sh\nprintf '%s\\n' \"$@\" >../fetched\n");
    check("pull_request_target", &[("number", "12")], &["merge-request"]);
    let fetched = fs::read_to_string(checkout.path("fetched")).unwrap();
    assert_eq!(
        fetched,
        "fetch\n--quiet\n--no-tags\norigin\n+refs/pull/12/head:refs/flowgate/change\n"
    );
    let variables = [
        ("flowgate", recorder.as_str()),
        ("GITHUB_EVENT_NAME", "pull_request_target"),
        ("number", "1;x"),
    ];
    let ran = runs_step(&checkout, "judge", &variables);
    assert!(ran.code == Some(2) && ran.stderr.contains("names no pull request"), "{ran:?}");
    assert!(!checkout.path("checkout/x").exists());
}

#[test]
fn a_version_is_built_of_its_tag() {
    for shell in shells() {
        let checkout = Checkout::new();
        checkout.puts(
            "cargo",
            "#!/bin/sh\n{ pwd; printf '%s\\n' \"$@\"; } >\"$TMPDIR/called\"\nmkdir \"$4/bin\"\nprintf '#!/bin/sh\\necho flowgate 1.2.0\\n' >\"$4/bin/flowgate\"\nchmod +x \"$4/bin/flowgate\"\n",
        );
        let given = [("source", "https://gitlab.acme.com/tools/flowgate"), ("version", "1.2.0")];
        let ran = checkout.runs(&shell, &gitlab_script(&given, false), &[]);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(0), "flowgate 1.2.0\n"),
            "{shell:?} {ran:?}"
        );
        let called = fs::read_to_string(checkout.path("temporary/called")).unwrap();
        let called: Vec<&str> = called.lines().collect();
        assert!(!Path::new(called[0]).starts_with(checkout.path("checkout")), "{called:?}");
        assert_eq!(called[1..4], ["install", "--locked", "--root"]);
        assert_eq!(
            called[5..],
            ["--git", "https://gitlab.acme.com/tools/flowgate", "--tag", "v1.2.0"]
        );
    }
}

/// Both, one after the other, so that the second finds what the first has built.
#[test]
fn without_a_binary_both_build_flowgate() {
    let (Some(_), Some(_)) = (require("cargo", tool("cargo")), require("bash", tool("bash"))) else {
        return;
    };
    if env::var_os("FLOWGATE_TEST_REQUIRE").is_none() {
        println!("skipped: a build from source takes minutes; FLOWGATE_TEST_REQUIRE=1 has it done");
        return;
    }
    let checkout = Checkout::new();
    // What a change lays there for cargo is not read.
    fs::create_dir(checkout.path("checkout/.cargo")).unwrap();
    fs::write(
        checkout.path("checkout/.cargo/config.toml"),
        "[build]\nrustc-wrapper = \"/nowhere\"\n",
    )
    .unwrap();
    fs::write(
        checkout.path("checkout/rust-toolchain.toml"),
        "[toolchain]\nchannel = \"nowhere\"\n",
    )
    .unwrap();
    let target = build_folder("pipelines").to_string_lossy().into_owned();
    let path = env::var("PATH").unwrap();
    // A release build in everything but the time it takes.
    let build = [
        ("PATH", path.as_str()),
        ("CARGO_TARGET_DIR", target.as_str()),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_STRIP", "none"),
    ];
    let ran = runs_step(&checkout, "install", &build);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), VERSION), "{}", ran.stderr);
    let source = root().to_string_lossy();
    let ran = checkout.runs(&["sh", "-e"], &gitlab_script(&[("source", &source)], false), &build);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), VERSION), "{}", ran.stderr);
}
