//! Git command by hook by what was judged: which hooks the real git starts for each of its commands, and what flowgate looks at then.

use std::fs;
use std::path::PathBuf;

use crate::support::{Repo, make_executable};

const HOOKS: [&str; 5] = [
    "pre-commit",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "pre-push",
];

/// A repository on `feat/x`, one commit ahead of `main` and `dev`, with a bare remote that has those two.
struct Table {
    repo: Repo,
    remote: Repo,
    log: PathBuf,
}

impl Table {
    fn new() -> Self {
        Self::with(&HOOKS)
    }

    fn with(hooks: &[&str]) -> Self {
        let (repo, remote) = (Repo::new(), Repo::bare());
        repo.write("a.yaml", "a: 1\n").write("b.yaml", "b: 1\n");
        repo.commit("feat: begin");
        repo.git(&["branch", "dev"]);
        repo.git(&["remote", "add", "origin", &remote.path().display().to_string()]);
        repo.git(&["push", "--quiet", "origin", "main", "dev"]);
        repo.branch("feat/x").write("a.yaml", "a: 2\n");
        repo.commit("feat: two");
        let log = repo.path().join(".git/judged");
        fs::create_dir(&log).unwrap();
        repo.hook(hooks);
        let folder = repo.path().join(".git/hooks");
        for name in hooks {
            let script = format!(
                "#!/bin/sh\n[ {name} != reference-transaction ] || [ \"$1\" = prepared ] || exit 0\nlog='{0}'/$(ls '{0}' | wc -l).{name}\n: > \"$log\"\nexec '{1}' hook --format \"json=$log\" {name} \"$@\"\n",
                log.display(),
                env!("CARGO_BIN_EXE_flowgate")
            );
            make_executable(&folder.join(name), &script);
        }
        Self { repo, remote, log }
    }

    /// Runs git; tells each hook that started, and what flowgate judged in it.
    #[track_caller]
    fn check(&self, args: &[&str], expected: &[&str]) -> &Self {
        let run = self.repo.try_git(args);
        assert_eq!(run.code, Some(0), "git {args:?}: {}", run.stderr);
        assert_eq!(self.judged(), expected, "git {args:?}: {}", run.stderr);
        self
    }

    fn judged(&self) -> Vec<String> {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.log).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let told = files.iter().map(|file| {
            let name = file.extension().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(file).unwrap();
            fs::remove_file(file).unwrap();
            if text.is_empty() {
                return format!("{name}: nothing");
            }
            let report: serde_json::Value = serde_json::from_str(&text).unwrap();
            let count = |key: &str| report["summary"][key].as_u64().unwrap();
            let refs = |key: &str| report["target"][key].as_u64().unwrap();
            let counts = [
                ("files", count("files")),
                ("commits", count("commits")),
                ("branches", refs("branches")),
                ("tags", refs("tags")),
            ];
            let words: Vec<String> = counts
                .iter()
                .filter(|(_, number)| *number > 0)
                .map(|(key, number)| format!("{number} {key}"))
                .collect();
            format!("{name}: {}", words.join(", "))
        });
        told.collect()
    }
}

/// What a rebase, a cherry-pick and a revert start: Git says of them no more than of `commit -m`, and there the next hook judges.
const PICKED: [&str; 1] = ["prepare-commit-msg: nothing"];

const COMMIT: [&str; 3] = [
    "pre-commit: 2 files, 1 branches",
    "prepare-commit-msg: nothing",
    "commit-msg: 1 commits",
];

#[test]
fn commit() {
    let table = Table::new();
    table.repo.write("a.yaml", "a: 3\n");
    table.check(&["commit", "-a", "-m", "feat: three"], &COMMIT);
    table.repo.write("a.yaml", "a: 4\n").write("b.yaml", "b: 2\n");
    table.check(&["commit", "-m", "feat: part", "b.yaml"], &COMMIT);
    table
        .check(&["add", "a.yaml"], &[])
        .check(&["commit", "-m", "feat: plain"], &COMMIT);
    table.check(&["commit", "--amend", "--no-edit"], &COMMIT);
    table.check(
        &["commit", "--allow-empty", "--no-verify", "-m", "whatever"],
        &["prepare-commit-msg: nothing"],
    );
}

#[test]
fn merge() {
    let table = Table::new();
    let repo = &table.repo;
    table.check(&["switch", "-c", "feat/y", "dev"], &[]);
    repo.write("b.yaml", "b: 2\n");
    table.check(&["commit", "-a", "-m", "feat: y"], &COMMIT);
    let merged = [
        "pre-merge-commit: 2 files, 1 branches",
        "prepare-commit-msg: nothing",
        "commit-msg: 1 commits",
    ];
    table.check(&["merge", "--no-edit", "feat/x"], &merged);

    // With a conflict Git stops, and the commit that ends it is one like any other.
    table.check(&["switch", "--quiet", "-c", "feat/z", "dev"], &[]);
    repo.write("a.yaml", "a: 9\n");
    table.check(&["commit", "-a", "-m", "feat: nine"], &COMMIT);
    assert_eq!(repo.try_git(&["merge", "--no-edit", "feat/x"]).code, Some(1));
    assert_eq!(table.judged(), [""; 0]);
    repo.write("a.yaml", "a: 10\n");
    table.check(&["add", "a.yaml"], &[]).check(&["commit", "--no-edit"], &COMMIT);

    // A fast-forward starts nothing at all: the push repeats what it passed over.
    table.check(&["switch", "--quiet", "-c", "feat/w", "dev"], &[]);
    table.check(&["merge", "--ff-only", "feat/x"], &[]);

    table.check(&["switch", "--quiet", "-c", "feat/v", "dev"], &[]);
    table
        .check(&["merge", "--squash", "feat/x"], &[])
        .check(&["commit", "-m", "feat: squashed"], &COMMIT);
}

#[test]
fn commits_that_are_made_from_others() {
    let table = Table::new();
    let repo = &table.repo;
    table.check(&["switch", "--quiet", "-c", "feat/y", "dev"], &[]);
    repo.write("b.yaml", "b: 2\n");
    table.check(&["commit", "-a", "-m", "feat: y"], &COMMIT);
    // None of these starts a hook that judges: the push repeats what they passed over.
    table.check(&["rebase", "--quiet", "feat/x"], &PICKED);
    table.check(&["switch", "--quiet", "-c", "feat/z", "dev"], &[]);
    table.check(&["cherry-pick", "feat/y"], &PICKED);
    table.check(&["revert", "--no-edit", "HEAD"], &PICKED);
    let patch = repo.git(&["format-patch", "-1", "--stdout", "feat/y"]);
    table.repo.write(".git/one.patch", patch + "\n");
    table.check(&["switch", "--quiet", "-c", "feat/w", "feat/x"], &[]);
    table.check(&["am", "--quiet", ".git/one.patch"], &[]);
    repo.write("a.yaml", "a: 5\n");
    table.check(&["stash"], &[]).check(&["stash", "pop"], &[]);
}

#[test]
fn refs() {
    let table = Table::new();
    table.check(&["branch", "feat/w"], &[]);
    table.check(&["tag", "-a", "-m", "1.0.0", "1.0.0"], &[]);
    table.check(&["tag", "-d", "1.0.0"], &[]);
    table.check(&["worktree", "add", "--quiet", "-b", "feat/linked", ".git/linked"], &[]);
    table.check(&["fetch", "--quiet"], &[]);
}

#[test]
fn pushes() {
    let table = Table::new();
    let repo = &table.repo;
    repo.write("a.yaml", "a: 3\n");
    repo.git(&["commit", "--quiet", "--no-verify", "-a", "-m", "feat: three"]);
    table.judged();
    // Only what the remote does not have counts, wherever it goes.
    let push = |args: &[&str], expected: &[&str]| {
        table.check(&[&["push", "--quiet", "origin"], args].concat(), expected);
    };
    let (one, none) = ("pre-push: 2 files, 1 commits, 1 branches", "pre-push: ");
    push(&["HEAD~1:refs/heads/feat/first"], &[one]);
    push(&["feat/x"], &[one]);
    push(&["feat/x"], &["pre-push: nothing"]);
    push(&["feat/x:refs/heads/feat/same"], &["pre-push: 1 branches"]);
    repo.write("b.yaml", "b: 2\n");
    repo.git(&["commit", "--quiet", "--no-verify", "-a", "-m", "feat: four"]);
    table.judged();
    push(&["feat/x"], &[one]);
    repo.git(&["commit", "--quiet", "--no-verify", "--amend", "-m", "feat: other four"]);
    table.judged();
    push(&["--force", "feat/x"], &[one]);
    push(&["--delete", "feat/first"], &[none]);
    repo.git(&["tag", "-a", "-m", "1.0.0", "1.0.0", "main"]);
    repo.git(&["branch", "feat/y"]);
    push(&["1.0.0"], &["pre-push: 1 tags"]);
    // What others use is not taken away: stopped, and so judged.
    assert_eq!(repo.try_git(&["push", "origin", "--delete", "1.0.0"]).code, Some(1));
    assert_eq!(table.judged(), [none]);
    repo.git(&["tag", "-a", "-m", "1.1.0", "1.1.0", "main"]);
    push(&["1.1.0", "feat/y", ":feat/same"], &["pre-push: 1 branches, 1 tags"]);
    push(&["--no-verify", "feat/y:feat/z"], &[]);
    let branches = table.remote.git(&["for-each-ref", "--format=%(refname:lstrip=2)"]);
    assert_eq!(branches, "dev\nfeat/x\nfeat/y\nfeat/z\nmain\n1.0.0\n1.1.0");
}

#[test]
fn branches_that_are_gone_to() {
    let table = Table::with(&["post-checkout"]);
    let made = ["post-checkout: 1 branches"];
    let passed = ["post-checkout: nothing"];
    table.check(&["switch", "--quiet", "-c", "feat/y", "dev"], &made);
    table.check(&["switch", "--quiet", "feat/x"], &passed);
    table.check(&["checkout", "--quiet", "-b", "feat/z"], &made);
    table.check(&["checkout", "--quiet", "dev", "--", "a.yaml"], &passed);
    table.check(&["reset", "--quiet", "--hard"], &[]);
    table.check(&["worktree", "add", "--quiet", "-b", "feat/linked", ".git/linked"], &passed);
    table.check(&["branch", "feat/w"], &[]);
    table.check(&["switch", "--quiet", "--detach", "main"], &passed);
    // A branch of the remote's is not of this desk.
    table
        .repo
        .git(&["push", "--quiet", "origin", "feat/y:refs/heads/feat/theirs"]);
    table.check(&["switch", "--quiet", "feat/theirs"], &passed);
}

#[test]
fn refs_that_are_about_to_change() {
    let table = Table::with(&["reference-transaction"]);
    let repo = &table.repo;
    table.check(&["branch", "feat/w"], &["reference-transaction: 1 branches"]);
    table.check(&["tag", "1.0.0", "main"], &["reference-transaction: 1 tags"]);
    // A name that stands or goes is judged nowhere, in however many transactions Git does it.
    repo.write("a.yaml", "a: 3\n");
    for args in [
        &["tag", "-d", "1.0.0"][..],
        &["branch", "-D", "feat/w"],
        &["commit", "--quiet", "-a", "-m", "feat: three"],
        &["push", "--quiet", "origin", "feat/x"],
        &["fetch", "--quiet"],
    ] {
        repo.git(args);
        let judged = table.judged();
        assert!(
            judged.iter().all(|told| told == "reference-transaction: nothing"),
            "{args:?}: {judged:?}"
        );
    }
}
