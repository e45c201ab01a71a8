//! The budgets of hooks, as ratios measured in one run on repositories made here. Run with `cargo bench --bench hooks`.
//!
//! How is told in `support`. Memory is anonymous memory alone, as files that are mapped are not counted.
#![expect(clippy::disallowed_methods, reason = "a benchmark starts the programs it compares")]
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up must fail")]

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

mod support;

use support::{
    FLOWGATE, NOTHING, application, commit_all, compare, feed, filler, git, init, make_history, print_head, print_memory, run,
    time_of,
};

const COMMITS: usize = 25_000;
const FILES: usize = 2_500;
const TAGS: usize = 1_000;
/// Of anonymous memory, in MB.
const MEMORY: usize = 60;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bench = Bench {
        history: folder.path().join("history"),
        tree: folder.path().join("tree"),
        cache: folder.path().join("cache"),
        folder: folder.path().to_path_buf(),
    };
    make_history(&bench.history, COMMITS);
    make_tree(&bench.tree);
    print_head();
    bench.message();
    bench.staged();
    bench.pushes();
    bench.received();
    bench.fetch();
}

struct Bench {
    folder: PathBuf,
    history: PathBuf,
    tree: PathBuf,
    cache: PathBuf,
}

impl Bench {
    fn flowgate(&self, folder: &Path) -> Command {
        let mut command = Command::new(FLOWGATE);
        command.current_dir(folder).env("FLOWGATE_CACHE", &self.cache);
        command
    }

    fn hook(&self, folder: &Path, words: &[&str], input: Option<&Path>) -> Command {
        let mut command = self.flowgate(folder);
        command.arg("hook").args(words);
        command.stdin(File::open(input.unwrap_or_else(|| Path::new("/dev/null"))).expect("a file"));
        command
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    fn message(&self) {
        let message = self.write("message", "feat: say more\n");
        let hook = || self.hook(&self.tree, &["commit-msg", &message.to_string_lossy()], None);
        compare(
            "hook commit-msg / git rev-parse",
            4.0,
            || time_of(&mut hook()),
            || self.rev_parse(),
        );
        memory("hook commit-msg", hook);
        let draft = self.write("draft", "");
        memory("hook prepare-commit-msg", || {
            self.hook(&self.tree, &["prepare-commit-msg", &draft.to_string_lossy()], None)
        });
        let tip = self.id("HEAD");
        let words = ["post-checkout", tip.as_str(), tip.as_str(), "1"];
        memory("hook post-checkout", || self.hook(&self.tree, &words, None));
        let created = self.write("created", &format!("{NOTHING} {tip} refs/heads/feat/new\n"));
        memory("hook reference-transaction", || {
            self.hook(&self.history, &["reference-transaction", "prepared"], Some(&created))
        });
    }

    fn rev_parse(&self) -> Duration {
        time_of(git(&self.tree).args(["rev-parse", "--git-dir"]))
    }

    fn staged(&self) {
        std::fs::write(self.tree.join("apps/app1.yaml"), application(1, "1.3.0")).expect("a file");
        run(git(&self.tree).args(["add", "-A"]));
        let status = || time_of(git(&self.tree).arg("status"));
        let hook = || self.hook(&self.tree, &["pre-commit"], None);
        let check = || {
            let mut command = self.flowgate(&self.tree);
            command.args(["check", "--now", "2026-01-01"]);
            command
        };
        let what = format!("hook pre-commit, warm / git status, {FILES} files");
        compare(&what, 5.0, || time_of(&mut hook()), status);
        let what = format!("check, warm / git status, {FILES} files");
        compare(&what, 6.0, || time_of(&mut check()), status);
        let what = format!("check --format json, warm / git status, {FILES} files");
        compare(&what, 6.0, || time_of(check().args(["--format", "json"])), status);
        compare(
            "hook pre-commit, cold / check, cold",
            1.2,
            || time_of(&mut self.hook(&self.tree, &["--no-cache", "pre-commit"], None)),
            || time_of(check().arg("--no-cache")),
        );
        memory("hook pre-commit, warm", hook);
        memory("hook pre-merge-commit, warm", || {
            self.hook(&self.tree, &["pre-merge-commit"], None)
        });
    }

    fn pushes(&self) {
        let (tip, before) = (self.id("HEAD"), self.id("HEAD~10"));
        let line = |old: &str| format!("refs/heads/main {tip} refs/heads/main {old}\n");
        let (few, all) = (self.write("few", &line(&before)), self.write("all", &line(NOTHING)));
        let push = |input: &Path, options: &[&str]| {
            let words = [options, &["pre-push", "server", "server"]].concat();
            self.hook(&self.history, &words, Some(input))
        };
        let filling = || {
            let empty = self.folder.join("empty");
            let _ = std::fs::remove_dir_all(&empty);
            let mut command = push(&all, &[]);
            command.env("FLOWGATE_CACHE", empty);
            command
        };
        let brought = git(&self.history)
            .args(["rev-list", "--count", &format!("{before}..{tip}")])
            .output()
            .expect("git runs");
        let brought = String::from_utf8_lossy(&brought.stdout).trim().to_owned();
        let what = format!("hook pre-push / git rev-parse, {brought} commits");
        compare(&what, 20.0, || time_of(&mut push(&few, &[])), || self.rev_parse());
        let log = || time_of(git(&self.history).args(["log", "--format=%B"]));
        let of = |what: &str| format!("hook pre-push, {what} / git log, {COMMITS} commits");
        compare(&of("warm"), 2.5, || time_of(&mut push(&all, &[])), log);
        compare(&of("cold"), 6.0, || time_of(&mut push(&all, &["--no-cache"])), log);
        compare(&of("filling"), 6.0, || time_of(&mut filling()), log);
        memory("hook pre-push, some commits, warm", || push(&few, &[]));
        memory("hook pre-push, 25,000 commits, warm", || push(&all, &[]));
        memory("hook pre-push, 25,000 commits, cold", || push(&all, &["--no-cache"]));
        memory("hook pre-push, 25,000 commits, filling", filling);
    }

    /// On a server that has the objects in another folder, as Git keeps what it has not accepted yet, and no ref.
    fn received(&self) {
        let server = self.folder.join("server");
        std::fs::create_dir_all(&server).expect("a folder");
        run(git(&server).args(["init", "-q", "--bare"]));
        let objects = self.history.join(".git/objects");
        std::fs::write(server.join("objects/info/alternates"), format!("{}\n", objects.display())).expect("a file");
        let tip = self.id("HEAD");
        let all = self.write("received", &format!("{NOTHING} {tip} refs/heads/main\n"));
        let what = format!("hook pre-receive / git log, {COMMITS} commits");
        compare(
            &what,
            6.0,
            || time_of(&mut self.hook(&server, &["pre-receive"], Some(&all))),
            || time_of(git(&self.history).args(["log", "--format=%B"])),
        );
        memory("hook pre-receive, 25,000 commits", || {
            self.hook(&server, &["pre-receive"], Some(&all))
        });
        let words = ["update", "refs/heads/main", NOTHING, tip.as_str()];
        memory("hook update, 25,000 commits", || self.hook(&server, &words, None));
    }

    fn fetch(&self) {
        let source = self.folder.join("source");
        init(&source);
        std::fs::write(source.join("file"), "").expect("a file");
        commit_all(&source);
        let mut tags = String::new();
        for number in 0..TAGS {
            let _ = writeln!(tags, "create refs/tags/v1.0.{number} HEAD");
        }
        feed(&source, &["update-ref", "--stdin"], &tags);
        let what = format!("git fetch of {TAGS} tags: reference-transaction / exit 0");
        compare(
            &what,
            3.0,
            || {
                self.fetched(&source, |clone| {
                    let hooks = ["hooks", "install", "--hook", "reference-transaction"];
                    run(self.flowgate(clone).args(hooks).env("GIT_CONFIG_GLOBAL", "/dev/null"));
                })
            },
            || self.fetched(&source, idle_hook),
        );
    }

    /// How long a fetch of all tags takes in a new repository whose hooks were put there.
    fn fetched(&self, source: &Path, install: impl FnOnce(&Path)) -> Duration {
        let clone = self.folder.join("clone");
        let _ = std::fs::remove_dir_all(&clone);
        init(&clone);
        run(git(&clone).args(["remote", "add", "origin", &source.to_string_lossy()]));
        install(&clone);
        assert!(clone.join(".git/hooks/reference-transaction").exists(), "the hook is there");
        time_of(git(&clone).args(["fetch", "-q", "--tags", "origin"]))
    }

    fn id(&self, revision: &str) -> String {
        let output = git(&self.history).args(["rev-parse", revision]).output().expect("git runs");
        String::from_utf8(output.stdout).expect("an id").trim().to_owned()
    }
}

fn memory(what: &str, command: impl FnMut() -> Command) {
    print_memory(what, "RssAnon", MEMORY, command);
}

/// What Git's own start of a hook costs.
fn idle_hook(clone: &Path) {
    let hooks = clone.join(".git/hooks");
    std::fs::create_dir_all(&hooks).expect("a folder");
    let path = hooks.join("reference-transaction");
    std::fs::write(&path, "#!/bin/sh\nexit 0\n").expect("a file");
    run(Command::new("chmod").arg("+x").arg(path));
}

fn make_tree(folder: &Path) {
    init(folder);
    for i in 0..FILES {
        let (name, text) = if i % 2 == 0 {
            ("config/map", filler(i, 7_000))
        } else {
            ("apps/app", application(i, "1.2.0"))
        };
        let path = folder.join(format!("{name}{i}.yaml"));
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    commit_all(folder);
}
