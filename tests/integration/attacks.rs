//! A change that tries to talk its way out of `flowgate merge-request`: whatever it does, what was found without it is still found.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{Repo, Run, flowgate, run};

const CONFIG: &str =
    "rules:\n  commits/conventional: error\n  argocd/floating-revision: error\npolicies: [gates]\nbots: [renovate]\n";

/// A rule of the project's own, which a change may try to edit.
const OWN_RULE: &str = r#"# METADATA
# title: There is a file that nobody may add
# description: For tests.
# custom:
#   severity: error
#   reads: [files]
package rules.house["forbidden"]

import rego.v1

report contains violation if {
	some file in input.files
	file.path == "forbidden.yaml"

	violation := {"message": "nobody may add it", "at": {"path": file.path}}
}
"#;

fn application(name: &str, revision: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app-{name}-prd\nspec:\n  source:\n    \
         repoURL: https://gitlab.acme.com/acme/{name}.git\n    path: deploy\n    targetRevision: {revision}\n  \
         destination:\n    name: prd01\n    namespace: app-{name}-prd\n"
    )
}

/// `main` and `dev` with a configuration and a rule of their own, and a change `feat/x` that breaks three rules.
fn project() -> Repo {
    let repo = Repo::new();
    repo.write("flowgate.yaml", CONFIG)
        .write("gates/rules/house/forbidden/forbidden.rego", OWN_RULE)
        .write("gates/rules/house/forbidden/forbidden.md", "# Forbidden\n")
        .write("apps/old.yaml", application("old", "1.2.0"));
    repo.commit("feat: begin");
    repo.branch("dev").write("README.md", "# Shop\n");
    repo.commit("docs: say what it is");
    repo.branch("feat/x")
        .write("apps/shop.yaml", application("shop", "main"))
        .write("forbidden.yaml", "x: 1\n");
    repo.commit("Add the shop");
    repo
}

const EXPECTED: [&str; 3] = ["argocd/floating-revision", "commits/conventional", "house/forbidden"];

fn gate(repo: &Repo, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = flowgate(repo.path());
    command.args(["merge-request", "--target", "dev", "--format", "json"]);
    command.args(arguments).envs(variables.iter().copied());
    run(&mut command)
}

/// Rule and fingerprint of every finding.
fn findings(run: &Run) -> BTreeSet<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let report = run.json();
    let found = report["findings"].as_array().unwrap().iter();
    found.map(|f| (text(&f["rule"]), text(&f["fingerprint"]))).collect()
}

fn rules(run: &Run) -> Vec<String> {
    findings(run).into_iter().map(|(rule, _)| rule).collect()
}

/// What a report says, in few lines.
fn said(run: &Run) -> String {
    let report = run.json();
    let (findings, failures) = (rules(run), &report["failures"]);
    format!("{} {findings:?} {failures}", report["verdict"])
}

/// Findings at least these, and a verdict that stops.
#[track_caller]
fn check_stopped(about: &str, before: &BTreeSet<(String, String)>, run: &Run) {
    assert_eq!(run.code, Some(1), "{about}: {}{}", said(run), run.stderr);
    let after = findings(run);
    let lost: Vec<_> = before.difference(&after).collect();
    assert!(lost.is_empty(), "{about}: {lost:?} {}", said(run));
}

/// What a change adds to get rid of the findings.
type Attack = (&'static str, fn(&Repo));

const OFF: &str = "rules: {'*': off}\nbots: ['*']\nexclude: ['**']\n";

fn link(repo: &Repo, to: &str, path: &str) {
    let place = repo.path().join(path);
    if place.is_dir() {
        std::fs::remove_dir_all(&place).unwrap();
    } else {
        _ = std::fs::remove_file(&place);
    }
    std::os::unix::fs::symlink(to, place).unwrap();
}

const CONTENT: [Attack; 21] = [
    ("turns its rules off", |repo| {
        repo.write(
            "flowgate.yaml",
            "rules: {argocd/floating-revision: off, commits/conventional: off}\n",
        );
    }),
    ("turns everything off", |repo| {
        repo.write("flowgate.yaml", OFF);
    }),
    ("adds an exclusion", |repo| {
        repo.write("flowgate.yaml", format!("{CONFIG}exclude: ['apps/**', forbidden.yaml]\n"));
    }),
    ("adds a bot", |repo| {
        repo.write("flowgate.yaml", CONFIG.replace("[renovate]", "['*', ada@acme.example]"));
    }),
    ("adds a waiver", |repo| {
        let waivers = "waivers:\n  - {rule: '*', paths: ['**'], until: 2099-01-01, reason: I want it}\n";
        repo.write("flowgate.yaml", format!("{CONFIG}{waivers}"));
    }),
    ("adds a waiver as a comment", |repo| {
        let comment = "targetRevision: main # flowgate: allow argocd/floating-revision until 2026-12-31: it is ours";
        repo.write(
            "apps/shop.yaml",
            application("shop", "main").replace("targetRevision: main", comment),
        );
    }),
    ("adds a baseline", |repo| {
        let run = repo.flowgate(&["baseline", "write"]);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        assert!(repo.path().join("flowgate.baseline.json").exists());
    }),
    ("breaks the configuration", |repo| {
        repo.write("flowgate.yaml", "rules: [\n");
    }),
    ("moves the configuration", |repo| {
        repo.git(&["rm", "--quiet", "flowgate.yaml"]);
        repo.write(".config/flowgate.yaml", OFF);
    }),
    ("adds a second configuration", |repo| {
        repo.write(".flowgate.yaml", OFF);
    }),
    ("removes the configuration", |repo| {
        repo.git(&["rm", "--quiet", "flowgate.yaml"]);
    }),
    ("makes the configuration a symlink", |repo| {
        repo.write("mine.yaml", OFF);
        link(repo, "mine.yaml", "flowgate.yaml");
    }),
    ("edits a policy", |repo| {
        let rule = OWN_RULE.replace("forbidden.yaml", "other.txt");
        repo.write("gates/rules/house/forbidden/forbidden.rego", rule);
    }),
    ("breaks a policy", |repo| {
        repo.write("gates/rules/house/forbidden/forbidden.rego", "package rules.house[\n");
    }),
    ("makes the policies a symlink", |repo| link(repo, "apps", "gates")),
    ("adds a policy in place of a built-in one", |repo| {
        let rule = "package rules.argocd[\"floating-revision\"]\n\nimport rego.v1\n\nreport := set()\n";
        repo.write("gates/rules/argocd/floating-revision/floating-revision.rego", rule);
        repo.write("policies/rules/argocd/floating-revision/floating-revision.rego", rule);
        repo.write("gates/lib/stages/stages.rego", "package lib.stages\n");
    }),
    ("adds attributes", |repo| {
        let attributes = "* -text -diff binary export-ignore linguist-generated linguist-vendored filter=none\n";
        repo.write(".gitattributes", attributes)
            .write("apps/.gitattributes", attributes);
    }),
    ("adds ignore files", |repo| {
        for name in [
            ".gitignore",
            ".flowgateignore",
            ".ignore",
            ".rgignore",
            ".dockerignore",
            ".helmignore",
            "apps/.gitignore",
        ] {
            repo.write(name, "*\n");
        }
        repo.git(&["add", "--force", "--all"]);
    }),
    ("adds hostile documents beside it", |repo| {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        repo.write("apps/bomb.yaml", bomb)
            .write("apps/deep.yaml", "[".repeat(100_000))
            .write("apps/deep.json", "{\"a\":".repeat(100_000))
            .write("apps/nul.yaml", b"kind: Application\0\xff\xfe\n");
    }),
    ("adds a submodule", |repo| {
        repo.write(".gitmodules", "[submodule \"x\"]\n\tpath = lib\n\turl = ../x.git\n");
        let head = repo.id("HEAD");
        repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},lib")]);
    }),
    ("removes the gate from the pipeline", |repo| {
        repo.write(
            ".gitlab-ci.yml",
            "variables: {FLOWGATE_SKIP: '*'}\nflowgate: {script: 'true', allow_failure: true}\n",
        );
    }),
];

#[test]
fn whatever_a_change_brings_what_was_found_is_still_found() {
    let repo = project();
    let first = gate(&repo, &[], &[]);
    let before = findings(&first);
    assert_eq!(rules(&first), EXPECTED, "{}{}", said(&first), first.stderr);
    for (about, attack) in CONTENT {
        repo.git(&["switch", "--quiet", "--force-create", "attack", "feat/x"]);
        attack(&repo);
        repo.commit("chore: calm down");
        let run = gate(&repo, &[], &["--source", "feat/x"]);
        // What cannot be read is a failure beside the findings, which may decide the code.
        check_stopped(about, &before, &run);
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.git(&["clean", "--quiet", "-ffdx"]);
    }
}

#[test]
fn a_file_may_go_by_another_name() {
    let repo = project();
    let before = rules(&gate(&repo, &[], &[]));
    // One that stood there before it broke the rule, and a new one.
    repo.git(&["mv", "apps/shop.yaml", "apps/x.YAML"]);
    repo.git(&["mv", "apps/old.yaml", "apps/older.yaml"]);
    repo.write("apps/older.yaml", application("old", "dev"));
    repo.commit("refactor: names");
    let run = gate(&repo, &[], &[]);
    assert_eq!(run.code, Some(1));
    let after = rules(&run);
    assert!(before.iter().all(|rule| after.contains(rule)), "{}", said(&run));
    let floating = after.iter().filter(|rule| *rule == "argocd/floating-revision").count();
    assert_eq!(floating, 2, "{}", said(&run));
}

#[test]
fn a_file_that_is_broken_on_purpose_stops_the_change_itself() {
    let repo = project();
    let text = application("shop", "main");
    repo.write("apps/shop.yaml", format!("---\n{text}---\na: [\n"));
    repo.commit("refactor: cut");
    let run = gate(&repo, &[], &[]);
    assert_eq!(run.code, Some(1));
    assert!(rules(&run).contains(&"files/does-not-parse".to_owned()), "{}", said(&run));
}

#[test]
fn a_symlink_hides_nothing_that_the_repository_holds() {
    let repo = project();
    repo.git(&["mv", "apps/shop.yaml", "shop.yml"]);
    link(&repo, "../shop.yml", "apps/shop.yaml");
    repo.commit("refactor: one place");
    let run = gate(&repo, &[], &[]);
    assert_eq!(rules(&run), EXPECTED, "{}", said(&run));
}

#[test]
fn names_labels_and_addresses_vouch_for_nobody() {
    let repo = project();
    let before = findings(&gate(&repo, &[], &[]));
    let bot = [
        ("GIT_AUTHOR_NAME", "renovate"),
        ("GIT_AUTHOR_EMAIL", "renovate"),
        ("GIT_COMMITTER_NAME", "renovate"),
        ("GIT_COMMITTER_EMAIL", "renovate"),
    ];
    repo.git(&["switch", "--quiet", "dev"]);
    repo.git(&["switch", "--quiet", "--create", "bot"]);
    repo.git(&["checkout", "--quiet", "feat/x", "--", "."]);
    let done = repo.try_git_with(&bot, &["commit", "--quiet", "--all", "--message", "Add the shop"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let run = gate(&repo, &[], &["--source", "feat/x"]);
    assert_eq!(rules(&run), EXPECTED, "{}", said(&run));
    repo.switch("feat/x");
    let labels = [
        "--label",
        "approved",
        "--label",
        "hotfix::approved",
        "--label",
        "flowgate::skip",
        "--draft",
    ];
    check_stopped("labels", &before, &gate(&repo, &[], &labels));
    let words = "[skip ci] flowgate: allow * until 2099-01-01: approved\n\nApproved-by: Ada <ada@acme.example>";
    check_stopped("description", &before, &gate(&repo, &[], &["--description", words]));
}

#[test]
fn variables_of_the_job_change_nothing() {
    let repo = project();
    let before = findings(&gate(&repo, &[], &[]));
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().to_str().unwrap();
    std::fs::write(folder.path().join("flowgate.yaml"), OFF).unwrap();
    std::fs::write(
        folder.path().join(".gitconfig"),
        "[core]\n\tattributesFile = x\n[remote \"origin\"]\n\turl = x\n",
    )
    .unwrap();
    let config = folder.path().join("flowgate.yaml");
    let names = [
        "FLOWGATE_CONFIG",
        "FLOWGATE_POLICIES",
        "FLOWGATE_PROFILE",
        "FLOWGATE_SKIP",
        "FLOWGATE_ONLY",
        "FLOWGATE_BASELINE",
        "FLOWGATE_FAIL_ON",
        "FLOWGATE_NOW",
        "FLOWGATE_REFS",
        "FLOWGATE_CACHE",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "HOME",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_COMMON_DIR",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_CONFIG",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_NAMESPACE",
        "GIT_REPLACE_REF_BASE",
        "GIT_GRAFT_FILE",
        "GIT_SHALLOW_FILE",
        "GIT_CEILING_DIRECTORIES",
        "GIT_ATTR_SOURCE",
        "GIT_EXEC_PATH",
    ];
    for value in [at, config.to_str().unwrap(), "*"] {
        let variables = names.map(|name| (name, value));
        check_stopped(value, &before, &gate(&repo, &variables, &[]));
    }
}

#[test]
fn a_cache_that_other_rules_filled_is_not_asked() {
    let repo = project();
    let before = findings(&gate(&repo, &[], &[]));
    let cache = tempfile::tempdir().unwrap();
    let at = cache.path().to_str().unwrap();
    let weak = cache.path().join("weak.yaml");
    std::fs::write(&weak, OFF).unwrap();
    let weak = weak.to_str().unwrap();
    let variables = [("FLOWGATE_CACHE", at), ("XDG_CACHE_HOME", at)];
    for arguments in [
        vec!["check"],
        vec!["check", "--config", weak],
        vec!["check", "--rev", "HEAD", "--config", weak],
    ] {
        let mut command = flowgate(repo.path());
        run(command.args(arguments).envs(variables));
    }
    let held = |folder: &Path| std::fs::read_dir(folder).unwrap().count();
    assert!(held(cache.path()) > 1, "nothing was cached");
    check_stopped("cache", &before, &gate(&repo, &variables, &[]));
    check_stopped("named cache", &before, &gate(&repo, &variables, &["--cache", at]));
}

#[test]
fn refs_that_look_like_the_trusted_ones_are_not_taken_for_them() {
    let repo = project();
    let before = findings(&gate(&repo, &[], &[]));
    repo.git(&["switch", "--quiet", "--create", "weak", "main"]);
    repo.write("flowgate.yaml", OFF);
    let weak = repo.commit("chore: weak");
    repo.switch("feat/x");
    for name in [
        "refs/tags/main",
        "refs/tags/dev",
        "refs/heads/origin/main",
        "refs/heads/origin/dev",
        "refs/heads/refs/heads/main",
        "refs/heads/refs/remotes/origin/main",
        "refs/tags/refs/remotes/origin/main",
        "refs/tags/refs/remotes/origin/dev",
        "refs/remotes/upstream/main",
        "refs/tags/HEAD",
        "refs/heads/HEAD",
        "refs/main",
    ] {
        repo.git(&["update-ref", name, &weak]);
        check_stopped(name, &before, &gate(&repo, &[], &[]));
    }
    let head = repo.id("HEAD");
    repo.git(&["update-ref", &format!("refs/heads/{head}"), &weak]);
    check_stopped("a branch named like the head", &before, &gate(&repo, &[], &["--head", &head]));
}

#[test]
fn objects_that_stand_in_for_others_are_not_read() {
    let repo = project();
    let before = findings(&gate(&repo, &[], &[]));
    repo.git(&["switch", "--quiet", "--create", "weak", "main"]);
    repo.write("flowgate.yaml", OFF);
    let weak = repo.commit("chore: weak");
    repo.switch("feat/x");
    repo.git(&["replace", "main", &weak]);
    repo.git(&["replace", "HEAD", "dev"]);
    check_stopped("replaced", &before, &gate(&repo, &[], &[]));
}

#[test]
fn a_history_that_was_cut_by_hand_is_not_taken_for_the_whole() {
    let repo = project();
    let before = findings(&gate(&repo, &[], &[]));
    // The parent of the head is said to be none, or the head's own parent to be the target.
    repo.write("x.md", "x\n").commit("docs: x");
    let (head, hidden, dev) = (repo.id("HEAD"), repo.id("HEAD~1"), repo.id("dev"));
    let git = repo.path().join(".git");
    std::fs::create_dir_all(git.join("info")).unwrap();
    for graft in [
        format!("{head}\n"),
        format!("{head} {dev}\n"),
        format!("{dev} {hidden}\n"),
        format!("{dev} {head}\n"),
    ] {
        std::fs::write(git.join("info/grafts"), &graft).unwrap();
        let run = gate(&repo, &[], &[]);
        let is_found = findings(&run).is_superset(&before);
        assert!(
            run.code == Some(2) || (run.code == Some(1) && is_found),
            "graft {graft}: {}",
            said(&run)
        );
    }
    std::fs::remove_file(git.join("info/grafts")).unwrap();
    for cut in [&head, &hidden, &dev] {
        std::fs::write(git.join("shallow"), format!("{cut}\n")).unwrap();
        let run = gate(&repo, &[], &[]);
        let is_found = findings(&run).is_superset(&before);
        assert!(
            run.code == Some(2) || (run.code == Some(1) && is_found),
            "{cut}: {}",
            said(&run)
        );
    }
}

#[test]
fn a_branch_in_the_place_of_a_tag_does_not_judge() {
    let repo = project();
    repo.git(&["tag", "model-1", "main"]);
    let before = findings(&gate(&repo, &[], &["--policies-from", "model-1"]));
    assert_eq!(before.len(), 3);
    repo.git(&["switch", "--quiet", "--create", "model-1", "main"]);
    repo.write("flowgate.yaml", OFF);
    repo.commit("chore: weak");
    repo.switch("feat/x");
    let run = gate(&repo, &[], &["--policies-from", "model-1"]);
    assert_eq!(run.code, Some(2), "{}", said(&run));
    assert!(run.stdout.contains("refs/tags/model-1"), "{}", run.stdout);
    check_stopped(
        "in full",
        &before,
        &gate(&repo, &[], &["--policies-from", "refs/tags/model-1"]),
    );
}

#[test]
fn a_merge_of_the_changes_own_is_not_taken_for_the_hosts() {
    let repo = project();
    // Everything stands on the first parent, and the second is the target itself.
    repo.git(&["switch", "--quiet", "dev"]);
    repo.write("more.md", "x\n").commit("docs: more");
    repo.switch("feat/x").merge("dev");
    let event = repo.path().join(".git/event.json");
    std::fs::write(&event, "{}").unwrap();
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
        ("GITHUB_REF", "refs/pull/12/merge"),
        ("GITHUB_HEAD_REF", "feat/x"),
        ("GITHUB_BASE_REF", "dev"),
    ];
    let run = gate(&repo, &variables, &[]);
    assert_eq!(rules(&run), EXPECTED, "{}", said(&run));
}

#[test]
fn a_target_whose_configuration_is_weak_does_not_judge() {
    let repo = project();
    let before = findings(&gate(&repo, &[], &[]));
    repo.git(&["switch", "--quiet", "--create", "soft", "dev"]);
    repo.write("flowgate.yaml", format!("{OFF}trust: {{branches: [soft, '**']}}\n"));
    repo.commit("chore: soft");
    repo.switch("feat/x");
    let mut command = flowgate(repo.path());
    let run = run(command.args(["merge-request", "--target", "soft", "--format", "json"]));
    check_stopped("retargeted", &before, &run);
    assert_eq!(run.json()["trust"]["name"], "main");
}

#[test]
fn a_target_that_is_no_branch_is_undecided() {
    let repo = project();
    for name in [
        "../main",
        "main..dev",
        "--upload-pack=x",
        "-",
        "main~0",
        "main^",
        "HEAD",
        "@",
        "dev@{0}",
        ":/feat",
        "",
        "refs/heads/dev",
    ] {
        let run = run(flowgate(repo.path()).args(["merge-request", "--format", "json", &format!("--target={name}")]));
        assert_eq!(run.code, Some(2), "{name}: {}", run.stdout);
    }
}

/// Texts at which a reader of a report stumbles, without what Git forbids in the name of a branch.
const HOSTILE: &str = "x\u{202e}::error::a##[command]b|`<script>alert(1)</script>]]>&amp;![i](j)%0A'\"$(id)";

#[test]
fn no_text_of_a_change_breaks_a_report() {
    let repo = project();
    let file = "apps/a\n::error::x\n##[command]y\u{1b}[31m <b> `|`.yaml";
    let branch = format!("feat/{}", HOSTILE.replace([':', '[', '^', '~', '?', '*', ' '], "-"));
    repo.git(&["switch", "--quiet", "--create", &branch]);
    repo.write(file, application("b", "main"));
    repo.commit(&format!(
        "{HOSTILE}\n\n::error::body\n##[command]y\n\u{1b}]0;x\u{7}\n</failure>]]>"
    ));
    let title = format!("{HOSTILE}\n::stop-commands::x\r::error::z\u{1b}[2J\u{0}\u{9b}").replace('\0', "");
    let huge = format!("{title}{}", "x".repeat(100_000));
    let folder = tempfile::tempdir().unwrap();
    for title in [&title, &huge] {
        let formats = [
            "json", "sarif", "gitlab", "junit", "github", "tap", "markdown", "html", "human",
        ];
        let mut command = flowgate(repo.path());
        command.args([
            "merge-request",
            "--target",
            "dev",
            "--title",
            title,
            "--label",
            title,
            "--author",
            title,
        ]);
        command.args(["--description", title]);
        for format in formats {
            command.arg(format!("--format={format}={}", folder.path().join(format).display()));
        }
        let done = run(&mut command);
        assert_eq!(done.code, Some(1), "{}", done.stderr);
        check_reports(folder.path(), &formats);
    }
}

/// Each report can be read, and nothing of it is obeyed by what shows it.
#[track_caller]
fn check_reports(folder: &Path, formats: &[&str]) {
    let read = |format: &str| std::fs::read_to_string(folder.join(format)).unwrap();
    for format in ["json", "sarif", "gitlab"] {
        serde_json::from_str::<serde_json::Value>(&read(format)).unwrap();
    }
    for format in formats {
        let text = read(format);
        // JSON escapes what is below a space, and no more.
        let is_json = ["json", "sarif", "gitlab"].contains(format);
        let is_raw = |c: char| c.is_control() && c != '\n' && !(is_json && c > ' ');
        assert!(
            !text.contains(is_raw),
            "{format}: {:?}",
            text.split(is_raw).next().map(|s| s.len())
        );
    }
    let human = read("human");
    assert!(
        !human.contains("##[") && !human.lines().any(|line| line.trim_start().starts_with("::")),
        "{human}"
    );
    assert!(human.len() < 60_000, "{}", human.len());
    let commands = ["::error ", "::warning ", "::notice ", "flowgate: "];
    for line in read("github").lines() {
        assert!(commands.iter().any(|command| line.starts_with(command)), "{line}");
    }
    for line in read("tap").lines() {
        let is_tap = ["TAP ", "1..", "ok ", "not ok ", "  ", "#", "Bail out!"]
            .iter()
            .any(|word| line.starts_with(word));
        assert!(is_tap && !line.contains("##["), "{line}");
    }
    assert!(!read("junit").contains("<script") && !read("markdown").contains("<script"));
    assert!(!read("html").contains("<script>alert"));
}
