//! What the benches share: repositories that are made, programs that are started, ratios and memory that are measured and printed.
//!
//! Ratios bind, milliseconds only inform. Both sides of a ratio run in turn, so that whatever else the machine does meets both; each figure is
//! a median, after a first run that warms the disk cache.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) const FLOWGATE: &str = env!("CARGO_BIN_EXE_flowgate");
pub(crate) const NOTHING: &str = "0000000000000000000000000000000000000000";

/// Runs of each side: at least so many, and more until they have taken so long together, as a run of a millisecond says little.
const RUNS: usize = 7;
const MOST_RUNS: usize = 101;
const LONG_ENOUGH: Duration = Duration::from_secs(2);

/// What is measured against what, and how many times as long it may take.
pub(crate) fn compare(what: &str, budget: f64, mut measured: impl FnMut() -> Duration, mut floor: impl FnMut() -> Duration) {
    let started = Instant::now();
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    measured();
    floor();
    while ours.len() < RUNS || (ours.len() < MOST_RUNS && started.elapsed() < LONG_ENOUGH) {
        let (own, other) = (measured().as_secs_f64(), floor().as_secs_f64());
        ours.push(own * 1000.0);
        theirs.push(other * 1000.0);
        ratios.push(own / other);
    }
    let (runs, ratio) = (ours.len(), median(ratios));
    println!(
        "{what:<58} {:>7.1} ms {:>7.1} ms {ratio:>6.2}x {budget:>6.1}x {runs:>5} {}",
        median(ours),
        median(theirs),
        word(ratio > budget)
    );
}

/// What the columns of `compare` are.
pub(crate) fn print_head() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!("load at the start {load}, {threads} threads\n");
    println!(
        "{:<58} {:>10} {:>10} {:>7} {:>7} {:>5}",
        "what", "flowgate", "floor", "ratio", "budget", "runs"
    );
}

/// The most memory of a kind, such as `RssAnon` or `VmHWM`, that was seen in some runs.
pub(crate) fn print_memory(what: &str, kind: &str, budget: usize, mut command: impl FnMut() -> Command) {
    let peak = (0..3).map(|_| peak_of(&mut command(), kind)).max().unwrap_or_default();
    println!(
        "{:<58} {peak:>7} MB {:>19} {budget:>4} MB {:>5} {}",
        format!("{kind} of {what}"),
        "",
        3,
        word(peak > budget)
    );
}

const fn word(is_beyond: bool) -> &'static str {
    if is_beyond { "BEYOND" } else { "" }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// How long some work takes.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    std::hint::black_box(work());
    started.elapsed()
}

/// Runs to the end; the exit code is the verdict and no concern here, but 2 would mean that nothing was measured.
pub(crate) fn run(command: &mut Command) {
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program starts");
    assert_ne!(status.code(), Some(2), "{command:?} could not judge");
}

/// How long a command takes.
pub(crate) fn time_of(command: &mut Command) -> Duration {
    timed(|| run(command))
}

fn peak_of(command: &mut Command, kind: &str) -> usize {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("the child can be asked").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let value = text.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
        let kilobytes = value.and_then(|v| v.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(kilobytes.unwrap_or(0));
    }
    peak / 1024
}

/// `git` in a folder, without the configuration of whoever runs the bench.
pub(crate) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

pub(crate) fn init(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    run(git(folder).args(["init", "-q", "-b", "main"]));
}

/// Commits everything that lies in the folder.
pub(crate) fn commit_all(folder: &Path) {
    run(git(folder).args(["add", "-A"]));
    let person = ["-c", "user.name=Dev", "-c", "user.email=dev@acme.com"];
    run(git(folder).args(person).args(["commit", "-qm", "chore: begin"]));
}

/// Runs `git` with a text on its standard input.
pub(crate) fn feed(folder: &Path, arguments: &[&str], text: &str) {
    let mut child = git(folder).args(arguments).stdin(Stdio::piped()).spawn().expect("git runs");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(text.as_bytes()).expect("git reads");
    drop(input);
    assert!(child.wait().expect("git ends").success());
}

/// Commits with a merge at every tenth, one message of nine breaking a rule, packed.
pub(crate) fn make_history(folder: &Path, commits: usize) {
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
        let file = number % 50;
        let _ = writeln!(stream, "M 100644 inline file{file}\ndata {}\n{content}", content.len());
        number
    };
    commit(&mut stream, "main", "chore: begin", None);
    for i in 1..commits / 10 {
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
        let _ = writeln!(stream, "reset refs/heads/{topic}\nfrom {NOTHING}\n");
    }
    feed(folder, &["fast-import", "--quiet"], &stream);
    run(git(folder).args(["repack", "-adq"]));
    run(git(folder).args(["reset", "-q", "--hard", "main"]));
}

/// An Argo CD Application at a revision, with a plain manifest behind it.
pub(crate) fn application(i: usize, revision: &str) -> String {
    let stage = ["dev", "int", "prd"][i % 3];
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app-shop{i}-{stage}\n  namespace: argocd\nspec:\n  project: shop\n  source:\n    repoURL: https://gitlab.acme.com/shop/s{i}.git\n    targetRevision: {revision}\n    path: deploy/{stage}\n  destination:\n    name: {stage}01\n    namespace: app-shop{i}-{stage}\n---\n{}",
        filler(i, 6_500)
    )
}

/// A plain manifest of about `bytes` bytes.
pub(crate) fn filler(i: usize, bytes: usize) -> String {
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
