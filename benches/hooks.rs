//! The budgets of hooks, as ratios measured in one run on repositories made here. Run with `cargo bench --bench hooks`.
//!
//! Ratios bind, milliseconds only inform. Each figure is the median of several runs, after one that warms the disk cache.
#![expect(clippy::disallowed_methods, reason = "a benchmark starts the programs it compares")]
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up must fail")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const COMMITS: usize = 25_000;
const FILES: usize = 2_500;
const RUNS: usize = 7;
const FLOWGATE: &str = env!("CARGO_BIN_EXE_flowgate");
const NOTHING: &str = "0000000000000000000000000000000000000000";

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (history, tree, cache) = (
        folder.path().join("history"),
        folder.path().join("tree"),
        folder.path().join("cache"),
    );
    make_history(&history);
    make_tree(&tree);
    println!("{RUNS} runs each\n");
    println!(
        "{:<58} {:>9} {:>9} {:>7} {:>7}",
        "what", "flowgate", "floor", "ratio", "budget"
    );
    messages(folder.path(), &tree, &cache);
    staged(&tree, &cache);
    pushes(folder.path(), &history, &cache);
}

fn messages(folder: &Path, tree: &Path, cache: &Path) {
    let message = folder.join("message");
    std::fs::write(&message, "feat: say more\n").expect("a file");
    let floor = median(|| run(git(tree).args(["rev-parse", "--git-dir"])));
    let hook = median(|| run(hook(tree, cache, "commit-msg").arg(&message)));
    row("hook commit-msg / git rev-parse", hook, floor, 4.0);
}

fn staged(tree: &Path, cache: &Path) {
    std::fs::write(tree.join("apps/app1.yaml"), application(1, "1.3.0")).expect("a file");
    run(git(tree).args(["add", "-A"]));
    let status = median(|| run(git(tree).arg("status")));
    let warm = median(|| run(&mut hook(tree, cache, "pre-commit")));
    row(
        &format!("hook pre-commit, warm / git status, {FILES} files"),
        warm,
        status,
        5.0,
    );
    let check = || {
        let mut command = flowgate(tree, cache);
        command.args(["check", "--now", "2026-01-01", "--format", "json"]);
        command
    };
    let warm = median(|| run(&mut check()));
    row(&format!("check, warm / git status, {FILES} files"), warm, status, 6.0);
    let whole = median(|| run(check().arg("--no-cache")));
    let cold = median(|| run(flowgate(tree, cache).args(["hook", "--no-cache", "pre-commit"])));
    row("hook pre-commit, cold / check, cold", cold, whole, 1.2);
    println!(
        "{:<58} {:>6} MB (budget 60 MB)",
        "  RssAnon of hook pre-commit, warm",
        anonymous(&mut hook(tree, cache, "pre-commit"))
    );
}

fn pushes(folder: &Path, history: &Path, cache: &Path) {
    let id = |revision: &str| {
        let output = git(history).args(["rev-parse", revision]).output().expect("git runs");
        String::from_utf8(output.stdout).expect("an id").trim().to_owned()
    };
    let (tip, before) = (id("HEAD"), id("HEAD~10"));
    let line = |name: &str, old: &str| {
        let path = folder.join(name);
        std::fs::write(&path, format!("refs/heads/main {tip} refs/heads/main {old}\n")).expect("a file");
        path
    };
    let (few, all) = (line("few", &before), line("all", NOTHING));
    let push = |input: &Path, more: &[&str]| {
        let mut command = flowgate(history, cache);
        command.arg("hook").args(more).args(["pre-push", "server", "server"]);
        command.stdin(File::open(input).expect("a file"));
        command
    };
    let floor = median(|| run(git(history).args(["rev-parse", "--git-dir"])));
    let fifty = median(|| run(&mut push(&few, &[])));
    row("hook pre-push / git rev-parse, 50 commits", fifty, floor, 20.0);
    let log = median(|| run(git(history).args(["log", "--format=%B"])));
    let cold = median(|| run(&mut push(&all, &["--no-cache"])));
    row(&format!("hook pre-push, cold / git log, {COMMITS} commits"), cold, log, 6.0);
    let warm = median(|| run(&mut push(&all, &[])));
    row(&format!("hook pre-push, warm / git log, {COMMITS} commits"), warm, log, 2.5);
    for (what, more) in [("cold", &["--no-cache"][..]), ("warm", &[])] {
        let peak = anonymous(&mut push(&all, more));
        println!(
            "{:<58} {peak:>6} MB (budget 60 MB)",
            format!("  RssAnon of hook pre-push, {what}, {COMMITS} commits")
        );
    }
}

fn row(what: &str, measured: Duration, floor: Duration, budget: f64) {
    let milliseconds = |d: Duration| d.as_secs_f64() * 1000.0;
    let ratio = measured.as_secs_f64() / floor.as_secs_f64();
    println!(
        "{what:<58} {:>6.1} ms {:>6.1} ms {ratio:>6.2}x {budget:>6.1}x",
        milliseconds(measured),
        milliseconds(floor)
    );
}

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    work();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(work());
            started.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

fn flowgate(folder: &Path, cache: &Path) -> Command {
    let mut command = Command::new(FLOWGATE);
    command.current_dir(folder).env("FLOWGATE_CACHE", cache);
    command
}

fn hook(folder: &Path, cache: &Path, name: &str) -> Command {
    let mut command = flowgate(folder, cache);
    command.args(["hook", name]);
    command
}

/// Runs to the end; the exit code is the verdict and no concern here, but 2 would mean that nothing was measured.
fn run(command: &mut Command) {
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program starts");
    assert_ne!(status.code(), Some(2), "{command:?} could not judge");
}

/// The most anonymous memory that was seen, in MB: files that are mapped are not counted.
fn anonymous(command: &mut Command) -> usize {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("the child can be asked").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("RssAnon:"));
        let kilobytes = line.and_then(|v| v.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(kilobytes.unwrap_or(0));
    }
    peak / 1024
}

/// Commits with a merge at every tenth, one message of nine breaking a rule, packed.
fn make_history(folder: &Path) {
    init(folder);
    let mut stream = String::new();
    let mut number = 0;
    let mut commit = |stream: &mut String, branch: &str, message: &str, merged: Option<usize>| {
        number += 1;
        let who = format!("Dev <dev@acme.com> {} +0000", 1_700_000_000 + number * 60);
        let length = message.len();
        let _ = writeln!(
            stream,
            "commit refs/heads/{branch}\nmark :{number}\nauthor {who}\ncommitter {who}\ndata {length}\n{message}"
        );
        if let Some(merged) = merged {
            let _ = writeln!(stream, "merge :{merged}");
        }
        let content = format!("{number}\n");
        let _ = writeln!(
            stream,
            "M 100644 inline file{}\ndata {}\n{content}",
            number % 50,
            content.len()
        );
        number
    };
    commit(&mut stream, "main", "chore: begin", None);
    for i in 1..COMMITS / 10 {
        let topic = format!("feat/topic-{i}");
        let _ = writeln!(stream, "reset refs/heads/{topic}\nfrom refs/heads/main\n");
        let mut last = 0;
        for j in 0..8 {
            let message = if (i * 8 + j) % 9 == 0 {
                format!("Update thing {i}-{j}")
            } else {
                format!(
                    "feat(part{j}): do thing {i}-{j}\n\nThe longer story of this change, told over\na few lines.\n\nRefs: #12\n"
                )
            };
            last = commit(&mut stream, &topic, &message, None);
        }
        commit(&mut stream, "main", &format!("fix: small thing {i}"), None);
        commit(&mut stream, "main", &format!("Merge branch '{topic}'"), Some(last));
        let _ = writeln!(stream, "reset refs/heads/{topic}\nfrom {NOTHING}\n");
    }
    let mut child = git(folder)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(stream.as_bytes()).expect("git reads");
    drop(input);
    assert!(child.wait().expect("git ends").success());
    run(git(folder).args(["repack", "-adq"]));
    run(git(folder).args(["reset", "-q", "--hard", "main"]));
}

fn make_tree(folder: &Path) {
    init(folder);
    for i in 0..FILES {
        let name = if i % 2 == 0 { "config/map" } else { "apps/app" };
        let path = folder.join(format!("{name}{i}.yaml"));
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        let text = if i % 2 == 0 { filler(i) } else { application(i, "1.2.0") };
        std::fs::write(path, text).expect("a file");
    }
    run(git(folder).args(["add", "-A"]));
    run(git(folder).args([
        "-c",
        "user.name=Dev",
        "-c",
        "user.email=dev@acme.com",
        "commit",
        "-qm",
        "chore: begin",
    ]));
}

fn init(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    run(git(folder).args(["init", "-q", "-b", "main"]));
}

fn application(i: usize, revision: &str) -> String {
    let stage = ["dev", "int", "prd"][i % 3];
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app-shop{i}-{stage}\n  namespace: argocd\nspec:\n  project: shop\n  source:\n    repoURL: https://gitlab.acme.com/shop/s{i}.git\n    targetRevision: {revision}\n    path: deploy/{stage}\n  destination:\n    name: {stage}01\n    namespace: app-shop{i}-{stage}\n---\n{}",
        filler(i)
    )
}

/// A plain manifest of about seven kilobytes.
fn filler(i: usize) -> String {
    let mut text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map{i}\ndata:\n");
    let mut j = 0;
    while text.len() < 7_000 {
        let _ = write!(
            text,
            "  key-{j}: \"value {j} of map {i}\"\n  # a comment\n  list-{j}: &a{j}\n    - one\n    - {{port: {}}}\n",
            8000 + j
        );
        j += 1;
    }
    text
}
