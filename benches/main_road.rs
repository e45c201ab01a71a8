//! The main road's budgets, as ratios measured in one run on repositories made here. Run with `cargo bench --bench main_road`.
//!
//! How is told in `support`.
#![expect(clippy::disallowed_methods, reason = "a benchmark starts the programs it compares")]
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up must fail")]

use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use saphyr_parser::{Parser, StrInput};

mod support;

use support::{
    FLOWGATE, application, commit_all, compare, filler, git, init, make_history, print_head, print_memory, time_of, timed,
};

const COMMITS: usize = 10_000;
const FILES: usize = 2_500;

fn main() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let history = folder.path().join("history");
    let tree = folder.path().join("tree");
    make_history(&history, COMMITS);
    make_tree(&tree);
    print_head();

    let of_history = || {
        let mut command = flowgate(&history);
        command.args(["--history", "--only", "commits"]);
        command
    };
    let of_tree = || {
        let mut command = flowgate(&tree);
        command.args(["--threads", &threads.to_string()]);
        command
    };
    compare(
        &format!("check --history --only commits / git log, {COMMITS} commits"),
        5.0,
        || time_of(&mut of_history()),
        || time_of(git(&history).args(["log", "--format=%B"])),
    );
    let texts = read_texts(&tree);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    compare(
        &format!("check / draining the parser's events, {FILES} files"),
        3.0,
        || time_of(&mut of_tree()),
        || timed(|| pool.install(|| texts.par_iter().map(|t| drain(t)).sum::<usize>())),
    );
    compare(
        "flowgate --version / git --version",
        2.0,
        || time_of(Command::new(FLOWGATE).arg("--version")),
        || time_of(Command::new("git").arg("--version")),
    );
    print_memory("the check of the tree", "VmHWM", 300, of_tree);
    print_memory("the check of the history", "VmHWM", 300, of_history);
}

/// Without what earlier runs learnt.
fn flowgate(folder: &Path) -> Command {
    let mut command = Command::new(FLOWGATE);
    command.arg("-C").arg(folder);
    command.args(["check", "--now", "2026-01-01", "--format", "json", "--no-cache"]);
    command
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
    commit_all(folder);
}

fn git_repository(i: usize) -> String {
    let head = format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: source{i}\nspec:\n  interval: 1m\n  url: https://gitlab.acme.com/shop/f{i}.git\n  ref:\n    tag: 1.2.0\n---\n"
    );
    head + &filler(i, 6_500)
}
