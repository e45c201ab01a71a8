//! Repositories in trouble: each gives the right exit code and a message that names place and remedy, and none looks clean.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::judged::{check, check_in, judge};
use crate::support::{self, Repo, flowgate_without_privileges, require};

const RUBBISH: &str = "rubbish";

/// A repository with a good history: main, and feat/x with one commit more.
fn good() -> Repo {
    let repo = Repo::new();
    repo.write("a.yaml", "a: 1\n")
        .write("apps/b.yaml", "b: 1\n")
        .commit("feat: begin");
    repo.branch("feat/x").write("c.yaml", "c: 1\n").commit("feat: add c");
    repo
}

/// One whose feat/x has a bad message.
fn bad() -> Repo {
    let repo = good();
    repo.commit(RUBBISH);
    repo
}

fn remove_object(repo: &Repo, id: &str) {
    let (folder, name) = id.split_at(2);
    fs::remove_file(repo.path().join(".git/objects").join(folder).join(name)).unwrap();
}

fn url(repo: &Repo) -> String {
    format!("file://{}", repo.path().display())
}

/// A clone beside other things in a temporary folder.
fn clone(repo: &Repo, options: &[&str]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("clone");
    let mut args = vec!["clone", "--quiet"];
    args.extend(options);
    let (url, to) = (url(repo), path.display().to_string());
    args.extend([url.as_str(), to.as_str()]);
    repo.git(&args);
    (folder, path)
}

#[test]
fn a_folder_without_git_is_judged_by_its_files_alone() {
    let folder = TempDir::new().unwrap();
    check_in(folder.path(), &[])
        .clean()
        .says("skips", &["no Git repository is looked at"]);
    fs::write(folder.path().join("a.yaml"), "a: [\n").unwrap();
    check_in(folder.path(), &[]).findings(&["a.yaml does not parse"]);
    for flag in [
        &["--staged"][..],
        &["--rev", "HEAD"],
        &["--range", "A..B"],
        &["--history"],
        &["--all-branches"],
    ] {
        check_in(folder.path(), flag).undecided(&[flag[0], "needs a Git repository", "-C DIR"]);
    }
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let repo = good();
    check(&repo, &["no/such"]).undecided(&["no/such", "no such file or folder"]);
    let gone = repo.path().join("gone");
    let command = &mut support::flowgate(repo.path());
    judge(command.arg("-C").arg(&gone).arg("check")).undecided(&["gone", "no such folder", "slip in the path"]);
}

#[test]
fn a_path_that_the_judged_state_lacks_does_not_look_clean() {
    let repo = good();
    repo.write(".gitignore", "ignored.yaml\n").write("ignored.yaml", "a: [\n");
    fs::create_dir(repo.path().join("empty")).unwrap();
    check(&repo, &["--rev", "HEAD", "no/such.yaml"]).undecided(&["no/such.yaml", "in the state that is judged", "slip"]);
    check(&repo, &["--staged", "nosuch.yaml"]).undecided(&["nosuch.yaml"]);
    check(&repo, &["ignored.yaml"]).undecided(&["ignored.yaml", "Git ignores it"]);
    check(&repo, &["empty", "a.yaml"]).clean();
    repo.git(&["rm", "-r", "--quiet", "apps"]);
    check(&repo, &["--rev", "HEAD", "apps/b.yaml"])
        .clean()
        .says("summary", &["1"]);
}

#[test]
fn a_bare_repository_needs_a_revision() {
    let repo = bad();
    repo.write("broken.yaml", "a: [\n").commit("feat: break");
    let (_folder, bare) = clone(&repo, &["--bare"]);
    check_in(&bare, &[]).undecided(&["bare", "--rev HEAD", "--all-branches"]);
    check_in(&bare, &["--staged"]).undecided(&["bare"]);
    check_in(&bare, &["--history"]).findings(&["broken.yaml", "commits/conventional"]);
    check_in(&bare, &["--rev", "HEAD"]).findings(&["broken.yaml does not parse"]);
    check_in(&bare, &["--rev", "HEAD", "--history"]).findings(&["broken.yaml", "commits/conventional"]);
    check_in(&bare, &["--all-branches"]).findings(&["broken.yaml does not parse"]);
    check_in(&bare, &["--range", "main..feat/x"]).findings(&["broken.yaml", "commits/conventional"]);
    let command = &mut support::flowgate(repo.path());
    judge(command.arg("-C").arg(&bare).args(["check", "--rev", "feat/x"])).findings(&["broken.yaml"]);
}

#[test]
fn a_repository_without_commits_is_judged_by_its_files() {
    let repo = Repo::new();
    for args in [&[][..], &["--staged"], &["--history"], &["--all-branches"]] {
        check(&repo, args).clean();
    }
    check(&repo, &[]).says("skips", &["HEAD has no commit yet"]);
    check(&repo, &["--rev", "HEAD"]).undecided(&["HEAD", "no such branch, tag or commit"]);
    check(&repo, &["--range", "A..B"]).undecided(&[": no such branch, tag or commit", "check the spelling"]);
    repo.write("a.yaml", "a: [\n");
    check(&repo, &[]).findings(&["a.yaml does not parse"]);
    check(&repo, &["--staged"]).clean();
    repo.git(&["add", "a.yaml"]);
    check(&repo, &["--staged"]).findings(&["a.yaml does not parse"]);
}

#[test]
fn a_detached_head_is_judged_by_its_commits() {
    let repo = bad();
    repo.git(&["checkout", "--quiet", "--detach"]);
    repo.git(&["branch", "--quiet", "-D", "feat/x"]);
    check(&repo, &[]).findings(&["commits/conventional"]);
    check(&repo, &["--all-branches"]).findings(&["commits/conventional"]);
    repo.git(&["checkout", "--quiet", "main"]);
    check(&repo, &[]).clean();
}

#[test]
fn a_broken_object_is_undecided_wherever_it_lies() {
    let (blob, tree, commit) = (good(), good(), good());
    remove_object(&blob, &blob.id("HEAD:apps/b.yaml"));
    check(&blob, &["--rev", "HEAD"]).undecided(&["apps/b.yaml", "cannot be read"]);
    check(&blob, &["--staged"]).undecided(&["apps/b.yaml", "cannot be read"]);
    check(&blob, &["--all-branches"]).undecided(&["apps/b.yaml", "cannot be read"]);
    remove_object(&tree, &tree.id("HEAD:apps"));
    check(&tree, &["--rev", "HEAD"]).undecided(&["folder apps", "cannot be read"]);
    check(&tree, &["--all-branches"]).undecided(&["folder apps", "cannot be read"]);
    remove_object(&commit, &commit.id("HEAD"));
    check(&commit, &[]).undecided(&["refs/heads/feat/x", "does not lead to a commit"]);
    check(&commit, &["--history", "--only", "commits"]).undecided(&["cannot be read"]);
    check(&commit, &["--rev", "feat/x"]).undecided(&["cannot be read", "git fsck"]);
    check(&commit, &["--range", "main..feat/x"]).undecided(&["cannot be read", "git fsck"]);
}

#[test]
fn a_commit_that_is_missing_in_the_history_is_undecided() {
    let repo = good();
    let first = repo.id("main");
    repo.git(&["branch", "--quiet", "-D", "main"]);
    repo.commit("feat: more");
    remove_object(&repo, &first);
    check(&repo, &["--history"]).undecided(&[&first, "cannot be read"]);
    check(&repo, &["--history", "--only", "commits"]).undecided(&[&first]);
}

#[test]
fn a_root_tree_that_is_missing_is_undecided() {
    let repo = good();
    remove_object(&repo, &repo.id("HEAD^{tree}"));
    check(&repo, &["--rev", "HEAD"]).undecided(&["cannot be read"]);
    check(&repo, &["--staged"]).verdict("undecided");
}

#[test]
fn a_broken_ref_is_named_by_every_rule_that_needs_it() {
    let repo = bad();
    fs::write(repo.path().join(".git/refs/heads/main"), "rubbish\n").unwrap();
    for only in ["branches", "commits", "history"] {
        check(&repo, &["--only", only]).undecided(&["refs/heads/main", "the ref is broken"]);
    }
    check(&repo, &["--only", "files"]).clean();
    fs::create_dir_all(repo.path().join(".git/refs/tags")).unwrap();
    fs::write(repo.path().join(".git/refs/tags/1.0.0"), "").unwrap();
    check(&repo, &["--only", "versions"]).undecided(&["refs/tags/1.0.0", "the ref is broken"]);
    fs::write(repo.path().join(".git/refs/heads/feat/x"), "rubbish\n").unwrap();
    check(&repo, &[]).undecided(&["HEAD"]);
}

#[test]
fn a_broken_repository_is_no_plain_folder() {
    let repo = good();
    fs::remove_file(repo.path().join(".git/HEAD")).unwrap();
    check(&repo, &[]).undecided(&[".git", "no repository that Git can open", "git status"]);
    check_in(&repo.path().join("apps"), &[]).undecided(&[".git"]);
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(".git"), "gitdir: /no/where\n").unwrap();
    check_in(folder.path(), &[]).undecided(&[".git", "no repository that Git can open"]);
    let broken = good();
    fs::write(broken.path().join(".git/config"), "[core\n").unwrap();
    check(&broken, &[]).verdict("undecided");
    let packed = good();
    fs::write(packed.path().join(".git/packed-refs"), "rubbish\n").unwrap();
    check(&packed, &[]).verdict("undecided");
    let index = good();
    fs::write(index.path().join(".git/index"), "rubbish").unwrap();
    check(&index, &[]).undecided(&["index cannot be read", "git status"]);
    check(&index, &["--staged"]).undecided(&["index cannot be read"]);
    check(&index, &["--rev", "HEAD"]).clean();
}

#[test]
fn a_submodule_is_left_to_its_own_repository() {
    let inner = good();
    inner.write("broken.yaml", "a: [\n").commit("feat: break");
    let outer = Repo::new();
    outer.git(&["submodule", "--quiet", "add", &url(&inner), "mod.yaml"]);
    outer.commit("feat: add a module");
    for args in [&[][..], &["--staged"], &["--rev", "HEAD"], &["--all-branches"]] {
        check(&outer, args).clean();
    }
    check(&outer, &["mod.yaml/broken.yaml", "x"]).verdict("undecided");
    check(&outer, &["mod.yaml/broken.yaml"]).undecided(&["mod.yaml/broken.yaml", "another repository"]);
    check(&outer, &["mod.yaml"]).findings(&["broken.yaml does not parse"]);
}

#[test]
fn merges_of_every_shape_are_walked() {
    let octopus = Repo::new();
    octopus.commit("feat: begin");
    for name in ["feat/a", "feat/b", "feat/c"] {
        octopus
            .switch("main")
            .branch(name)
            .write(&format!("{name}.yaml"), "a: 1\n")
            .commit(RUBBISH);
    }
    octopus.switch("main");
    octopus.git(&["merge", "--quiet", "-m", "Merge branches", "feat/a", "feat/b", "feat/c"]);
    let judged = check(&octopus, &["--history"]);
    assert_eq!(judged.findings(&["commits/conventional"]).report["summary"]["commits"], 5);

    let crossed = Repo::new();
    crossed.commit("feat: begin");
    crossed.branch("dev").write("d.yaml", "d: 1\n").commit(RUBBISH);
    crossed.switch("main").write("m.yaml", "m: 1\n").commit("feat: m");
    let (main, dev) = (crossed.id("main"), crossed.id("dev"));
    crossed.git(&["merge", "--quiet", "--no-ff", "-m", "Merge dev", &dev]);
    crossed.switch("dev");
    crossed.git(&["merge", "--quiet", "--no-ff", "-m", "Merge main", &main]);
    crossed.branch("feat/x").write("x.yaml", "x: 1\n").commit(RUBBISH);
    let judged = check(&crossed, &["--range", "main..feat/x"]);
    assert_eq!(judged.verdict("findings").report["summary"]["commits"], 2);
}

#[test]
fn histories_without_a_common_root_are_ranges_too() {
    let repo = good();
    repo.git(&["checkout", "--quiet", "--orphan", "other"]);
    repo.write("o.yaml", "a: [\n").commit(RUBBISH);
    check(&repo, &["--range", "main..other"]).findings(&["o.yaml does not parse", "commits/conventional"]);
    repo.git(&["merge", "--quiet", "--allow-unrelated-histories", "-m", "Merge", "feat/x"]);
    let judged = check(&repo, &["--history"]);
    assert_eq!(judged.verdict("findings").report["summary"]["commits"], 4);
}

#[test]
fn a_name_of_branch_and_tag_must_be_said_in_full() {
    let repo = bad();
    repo.git(&["tag", "feat/x", "main"]);
    check(&repo, &["--rev", "feat/x"]).undecided(&["refs/heads/feat/x", "refs/tags/feat/x", "name it in full"]);
    check(&repo, &["--range", "main..feat/x"]).undecided(&["refs/heads/feat/x", "refs/tags/feat/x"]);
    check(&repo, &["--rev", "refs/tags/feat/x", "--only", "files"]).clean();
    check(&repo, &["--range", "main..refs/heads/feat/x"]).findings(&["commits/conventional"]);
    check(&repo, &[]).findings(&["branches/same-name-as-tag"]);
}

#[test]
fn a_shallow_clone_never_looks_clean_where_it_cannot_know() {
    let repo = bad();
    repo.commit("rubbish once more");
    let depth = "GIT_DEPTH: 0";
    let (_folder, only) = clone(&repo, &["--depth=1", "--branch=feat/x"]);
    check_in(&only, &[]).undecided(&["shallow", depth, "git fetch --unshallow"]);
    check_in(&only, &["--history"]).undecided(&["shallow", depth]);
    check_in(&only, &["--only", "files"]).clean();
    let (_folder, both) = clone(&repo, &["--depth=1", "--branch=feat/x", "--no-single-branch"]);
    check_in(&both, &[]).undecided(&["shallow", depth]);
    for args in [
        &["--range", "origin/main..HEAD"][..],
        &["--range", "origin/main..HEAD", "--only", "files"],
    ] {
        check_in(&both, args).undecided(&["shallow", "where the two parted", depth]);
    }
    let (_folder, deep) = clone(&repo, &["--depth=4", "--branch=feat/x", "--no-single-branch"]);
    check_in(&deep, &[]).findings(&["commits/conventional"]);
    let (_folder, main) = clone(&repo, &["--depth=1", "--branch=main"]);
    check_in(&main, &[]).clean();
}

#[test]
fn a_partial_clone_says_what_it_lacks() {
    let repo = good();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let (_folder, partial) = clone(&repo, &["--filter=blob:none", "--no-checkout"]);
    check_in(&partial, &["--rev", "HEAD"]).undecided(&["apps/b.yaml", "cannot be read"]);
    check_in(&partial, &["--rev", "HEAD", "--history", "--only", "commits"]).clean();
}

#[test]
fn what_libgit2_cannot_open_is_refused_with_a_way_out() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().display().to_string();
    let any = Repo::new();
    let can = |format: &str| {
        let args = ["-C", &path, "init", "--quiet", format, format.rsplit('=').next().unwrap()];
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| any.git(&args)));
        made.ok().map(|_| folder.path().join(format.rsplit('=').next().unwrap()))
    };
    if let Some(sha256) = require("git with SHA-256", can("--object-format=sha256")) {
        check_in(&sha256, &[]).undecided(&["object format sha256", "SHA-1"]);
        check_in(&sha256, &["--only", "commits"]).verdict("undecided");
    }
    if let Some(reftable) = require("git with reftable", can("--ref-format=reftable")) {
        check_in(&reftable, &[]).undecided(&["ref storage reftable", "git refs migrate"]);
    }
    let unknown = good();
    unknown.git(&["config", "core.repositoryformatversion", "1"]);
    fs::write(
        unknown.path().join(".git/config"),
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tflying = true\n",
    )
    .unwrap();
    check(&unknown, &[]).undecided(&["extensions.flying", "git config --local --list"]);
}

#[test]
fn a_linked_worktree_is_judged_by_its_own_branch_and_files() {
    let repo = bad();
    let folder = TempDir::new().unwrap();
    let linked = folder.path().join("linked");
    repo.git(&[
        "worktree",
        "add",
        "--quiet",
        "-b",
        "feat/y",
        &linked.display().to_string(),
        "feat/x",
    ]);
    fs::write(linked.join("w.yaml"), "a: [\n").unwrap();
    check_in(&linked, &[]).findings(&["w.yaml does not parse", "commits/conventional"]);
    check_in(&linked, &["--staged"]).clean();
    assert_eq!(check_in(&linked, &[]).report["target"]["branch"], "feat/y");
}

#[test]
fn a_subfolder_finds_the_repository_and_its_own_paths() {
    let repo = good();
    repo.write("apps/broken.yaml", "a: [\n").write("broken.yaml", "a: [\n");
    let apps = repo.path().join("apps");
    check_in(&apps, &[]).findings(&["apps/broken.yaml"]);
    let judged = check_in(&apps, &["broken.yaml"]);
    assert_eq!(
        judged.findings(&["apps/broken.yaml"]).report["findings"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    check_in(&apps, &["../broken.yaml"]).findings(&["broken.yaml"]);
    check_in(&apps, &["."]).findings(&["apps/broken.yaml"]);
    let command = &mut support::flowgate(repo.path());
    judge(command.args(["-C", "apps", "check", "b.yaml"])).clean();
    let command = &mut support::flowgate(repo.path());
    judge(command.args(["-C", "apps", "check", "broken.yaml"])).findings(&["apps/broken.yaml"]);
    check(&repo, &["a.yaml", "/etc/hostname"]).undecided(&["/etc/hostname", "outside of", "-C"]);
}

#[test]
fn an_index_in_conflict_is_undecided_and_the_work_tree_tells_the_markers() {
    let repo = good();
    repo.write("a.yaml", "a: 2\n").commit("feat: two");
    repo.switch("main").write("a.yaml", "a: 3\n").commit("feat: three");
    conflict(&repo, "merge");
    check(&repo, &["--staged"]).undecided(&["a.yaml is in conflict", "git add"]);
    check(&repo, &[]).findings(&["a.yaml does not parse", "conflict"]);
    repo.git(&["merge", "--abort"]);
    conflict(&repo, "rebase");
    check(&repo, &["--staged"]).undecided(&["a.yaml is in conflict"]);
    check(&repo, &[]).findings(&["a.yaml does not parse"]);
}

/// Merges or rebases feat/x, which ends in a conflict.
#[expect(clippy::disallowed_methods, reason = "a git that must fail")]
fn conflict(repo: &Repo, how: &str) {
    let status = std::process::Command::new("git")
        .current_dir(repo.path())
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "core.editor=true",
            how,
            "feat/x",
        ])
        .output()
        .unwrap()
        .status;
    assert!(!status.success());
}

#[test]
fn sparse_and_split_indexes_are_read() {
    let sparse = good();
    sparse.write("apps/broken.yaml", "a: [\n").commit("feat: break");
    sparse.git(&["sparse-checkout", "init", "--cone", "--sparse-index"]);
    sparse.git(&["sparse-checkout", "set", "none"]);
    check(&sparse, &[]).clean();
    check(&sparse, &["--rev", "HEAD"]).findings(&["apps/broken.yaml"]);
    sparse.write("new.yaml", "a: [\n");
    sparse.git(&["add", "--sparse", "new.yaml"]);
    check(&sparse, &["--staged"]).findings(&["new.yaml"]);
    let split = good();
    split.git(&["update-index", "--split-index"]);
    split.write("new.yaml", "a: [\n");
    split.git(&["add", "new.yaml"]);
    check(&split, &["--staged"]).findings(&["new.yaml"]);
    check(&split, &[]).findings(&["new.yaml"]);
}

#[test]
fn a_file_that_may_not_be_read_is_undecided() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = good();
    let path = repo.path().join("a.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Permissions do not hold for root, unless that is taken away.
    if fs::read(&path).is_err() {
        check(&repo, &[]).undecided(&["a.yaml", "cannot be read"]);
    } else if let Some(mut command) = require("setpriv", flowgate_without_privileges(repo.path())) {
        judge(command.arg("check")).undecided(&["a.yaml", "cannot be read"]);
    }
}

#[test]
fn a_hook_of_commit_all_sees_the_index_that_will_be_committed() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = good();
    let hook = repo.path().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let flowgate = env!("CARGO_BIN_EXE_flowgate");
    let script = format!("#!/bin/sh\n'{flowgate}' check --staged --format json=.git/report.json >&2\n");
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    repo.write("a.yaml", "a: [\n");
    assert!(!commit_all(&repo, repo.path()), "the hook let it pass");
    let report = fs::read_to_string(repo.path().join(".git/report.json")).unwrap();
    assert!(report.contains("a.yaml does not parse"), "{report}");
    repo.write("a.yaml", "a: 2\n");
    assert!(commit_all(&repo, &repo.path().join("apps")));
    let folder = TempDir::new().unwrap();
    let linked = folder.path().join("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "feat/y", &linked.display().to_string()]);
    fs::write(&hook, format!("#!/bin/sh\n'{flowgate}' check --staged >&2\n")).unwrap();
    fs::write(linked.join("a.yaml"), "a: [\n").unwrap();
    assert!(!commit_all(&repo, &linked), "the hook let it pass in a linked worktree");
    fs::write(linked.join("a.yaml"), "a: 3\n").unwrap();
    assert!(commit_all(&repo, &linked));
}

#[expect(clippy::disallowed_methods, reason = "a git that may fail")]
fn commit_all(repo: &Repo, folder: &Path) -> bool {
    let mut git = std::process::Command::new("git");
    git.current_dir(folder)
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "commit",
            "--quiet",
            "-a",
            "-m",
            "feat: change",
        ])
        .env("HOME", repo.path());
    git.output().unwrap().status.success()
}

#[test]
fn the_environment_of_git_names_the_repository_unless_a_person_does() {
    let (one, other) = (good(), good());
    one.write("one.yaml", "a: [\n");
    let in_other = || {
        let mut command = support::flowgate(other.path());
        command.env("GIT_DIR", one.path().join(".git"));
        command
    };
    judge(in_other().arg("check")).findings(&["one.yaml"]);
    judge(in_other().args(["-C", "."]).arg("check")).clean();
    judge(in_other().args(["check", "apps"])).clean();
    let gone = &mut support::flowgate(other.path());
    judge(gone.env("GIT_DIR", "/no/where").arg("check")).undecided(&["GIT_DIR", "/no/where", "unset"]);
}

#[test]
fn a_folder_that_may_not_be_read_hides_nothing_of_its_neighbours() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(folder.path().join("broken.yaml"), "a: [\n").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if let Some(mut command) = require("setpriv", flowgate_without_privileges(folder.path())) {
        let judged = judge(command.arg("check"));
        judged.findings(&["broken.yaml"]).says("failures", &["closed cannot be read"]);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_history_of_a_bare_repository_is_that_of_its_head() {
    let source = good();
    let beside = TempDir::new().unwrap();
    let bare = beside.path().join("bare.git");
    source.commit("Update things");
    source.git(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    check_in(&bare, &["--history", "--only", "commits"]).findings(&["Update things"]);
}
