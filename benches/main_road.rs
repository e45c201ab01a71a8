//! The main road's budgets, as ratios measured in one run on repositories made here. Run with `cargo bench --bench main_road`.
//!
//! Ratios bind, milliseconds only inform. Each figure is the median of several runs, after one that warms the disk cache.
#![expect(clippy::disallowed_methods, reason = "a benchmark starts the programs it compares")]
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up must fail")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use saphyr_parser::{Parser, StrInput};

const COMMITS: usize = 10_000;
const FILES: usize = 2_500;
const RUNS: usize = 7;
const FLOWGATE: &str = env!("CARGO_BIN_EXE_flowgate");

fn main() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let history = folder.path().join("history");
    let tree = folder.path().join("tree");
    make_history(&history);
    make_tree(&tree);
    println!("{RUNS} runs each, {threads} threads\n");
    println!(
        "{:<58} {:>9} {:>9} {:>7} {:>7}",
        "what", "flowgate", "floor", "ratio", "budget"
    );

    let log = median(|| run(git(&history).args(["log", "--format=%B"])));
    let check = median(|| run(flowgate(&history).args(["--history", "--only", "commits"])));
    row(
        &format!("check --history --only commits / git log, {COMMITS} commits"),
        check,
        log,
        5.0,
    );

    let texts = read_texts(&tree);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    let drain = median(|| pool.install(|| texts.par_iter().map(|t| drain(t)).sum::<usize>()));
    let files = median(|| run(flowgate(&tree).args(["--threads", &threads.to_string()])));
    row(
        &format!("check / draining the parser's events, {FILES} files"),
        files,
        drain,
        3.0,
    );

    let version = median(|| run(Command::new("git").arg("--version")));
    let own = median(|| run(Command::new(FLOWGATE).arg("--version")));
    row("flowgate --version / git --version", own, version, 2.0);

    let peak = peak_memory(flowgate(&tree).args(["--threads", &threads.to_string()]));
    println!("\npeak memory of the check of the tree: {peak} MB (budget 300 MB)");
    let peak = peak_memory(flowgate(&history).args(["--history", "--only", "commits"]));
    println!("peak memory of the check of the history: {peak} MB (budget 300 MB)");
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

fn flowgate(folder: &Path) -> Command {
    let mut command = Command::new(FLOWGATE);
    command
        .arg("-C")
        .arg(folder)
        .args(["check", "--now", "2026-01-01", "--format", "json"]);
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

fn peak_memory(command: &mut Command) -> usize {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("the child can be asked").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let high_water = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kilobytes = high_water
            .and_then(|v| v.trim().trim_end_matches(" kB").parse().ok())
            .unwrap_or(0);
        peak = peak.max(kilobytes);
    }
    peak / 1024
}

fn drain(text: &str) -> usize {
    let parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(text);
    parser.take_while(Result::is_ok).count()
}

fn read_texts(tree: &Path) -> Vec<String> {
    let output = git(tree).args(["ls-files"]).output().expect("git runs");
    let names = String::from_utf8(output.stdout).expect("names are UTF-8");
    names
        .lines()
        .map(|name| std::fs::read_to_string(tree.join(name)).expect("a text"))
        .collect()
}

/// Commits with a merge at every tenth, one message of ten breaking a rule, packed.
fn make_history(folder: &Path) {
    init(folder);
    let mut stream = String::new();
    let mut number = 0;
    let mut commit = |stream: &mut String, branch: &str, message: &str, merged: Option<usize>| {
        number += 1;
        let time = 1_700_000_000 + number * 60;
        let who = format!("Dev <dev@acme.com> {time} +0000");
        let _ = writeln!(
            stream,
            "commit refs/heads/{branch}\nmark :{number}\nauthor {who}\ncommitter {who}\ndata {}\n{message}",
            message.len()
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
            let body =
                "The longer story of this change, told over\na few lines so that the message has a usual size.\n\nRefs: #12\n";
            let message = if (i * 8 + j) % 9 == 0 {
                format!("Update thing {i}-{j}")
            } else {
                format!("feat(part{j}): do thing {i}-{j}\n\n{body}")
            };
            last = commit(&mut stream, &topic, &message, None);
        }
        commit(&mut stream, "main", &format!("fix: small thing {i}"), None);
        commit(&mut stream, "main", &format!("Merge branch '{topic}'"), Some(last));
        let _ = writeln!(
            stream,
            "reset refs/heads/{topic}\nfrom 0000000000000000000000000000000000000000\n"
        );
    }
    feed(folder, &["fast-import", "--quiet"], &stream);
    run(git(folder).args(["repack", "-adq"]));
    run(git(folder).args(["reset", "-q", "--hard", "main"]));
}

/// Half of the files of kinds that rules read, one in twenty with a finding, one in twenty broken or a template.
fn make_tree(folder: &Path) {
    init(folder);
    for i in 0..FILES {
        let (path, text) = match i % 20 {
            0 => (
                format!("charts/c{i}/templates/d.yaml"),
                format!("a: {{{{ .Values.a }}}}\n{}", filler(i, 7_000)),
            ),
            1 => (format!("apps/app{i}.yaml"), application(i, "main")),
            n if n < 8 => (format!("apps/app{i}.yaml"), application(i, "1.2.0")),
            n if n < 10 => (format!("flux/source{i}.yaml"), git_repository(i)),
            _ => (format!("config/map{i}.yaml"), filler(i, 7_000)),
        };
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
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

fn feed(folder: &Path, arguments: &[&str], text: &str) {
    let mut child = git(folder).args(arguments).stdin(Stdio::piped()).spawn().expect("git runs");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(text.as_bytes())
        .expect("git reads");
    assert!(child.wait().expect("git ends").success());
}

fn application(i: usize, revision: &str) -> String {
    let stage = ["dev", "int", "prd"][i % 3];
    let head = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app-shop{i}-{stage}\n  namespace: argocd\nspec:\n  project: shop\n  source:\n    repoURL: https://gitlab.acme.com/shop/s{i}.git\n    targetRevision: {revision}\n    path: deploy/{stage}\n  destination:\n    name: {stage}01\n    namespace: app-shop{i}-{stage}\n---\n"
    );
    head + &filler(i, 6_500)
}

fn git_repository(i: usize) -> String {
    let head = format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: source{i}\nspec:\n  interval: 1m\n  url: https://gitlab.acme.com/shop/f{i}.git\n  ref:\n    tag: 1.2.0\n---\n"
    );
    head + &filler(i, 6_500)
}

/// A plain manifest of about `bytes` bytes.
fn filler(i: usize, bytes: usize) -> String {
    let mut text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map{i}\n  labels:\n    app.kubernetes.io/name: map{i}\ndata:\n"
    );
    let mut j = 0;
    while text.len() < bytes {
        let _ = write!(
            text,
            "  key-{j}: \"value {j} of map {i}\"\n  # a comment as people write them\n  list-{j}: &a{j}\n    - one\n    - {{name: two, port: {}}}\n    - three words here\n",
            8000 + j
        );
        j += 1;
    }
    text
}
