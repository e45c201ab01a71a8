//! Which repositories open, which do not, and what is said about them.

use std::fs;

use crate::domain::flow::BranchRole;
use crate::domain::repository::{Head, InProgress};
use crate::git::{GitError, Repository};

use super::support::Sandbox;

fn roles(name: &str) -> Option<BranchRole> {
    match name {
        "main" | "master" => Some(BranchRole::Main),
        "dev" | "develop" => Some(BranchRole::Develop),
        _ => None,
    }
}

fn refusal(sandbox: &Sandbox) -> (String, String) {
    let error = Repository::discover(sandbox.path()).expect_err("it must not open");
    (error.to_string(), error.hint().unwrap_or_default())
}

#[test]
fn a_folder_without_a_repository_is_named() {
    let sandbox = Sandbox::folder();
    let error = Repository::discover(sandbox.path()).err().unwrap();
    assert!(matches!(error, GitError::NotARepository { .. }), "{error}");
    assert!(error.to_string().contains(&sandbox.path().display().to_string()), "{error}");
    assert!(Repository::discover(&sandbox.beside("nothing-there")).is_err());
}

#[test]
fn an_empty_repository_has_an_unborn_head() {
    let sandbox = Sandbox::new();
    let facts = sandbox.repository().facts(&roles).unwrap();
    assert_eq!(
        facts.head,
        Head::Unborn {
            reference: "refs/heads/main".to_owned()
        }
    );
    assert_eq!(
        (facts.default_branch, facts.trunk, facts.url, facts.in_progress),
        (None, None, None, None)
    );
    assert!(!facts.is_bare && !facts.is_shallow && !facts.is_partial && !facts.is_worktree);
}

#[test]
fn a_folder_inside_the_work_tree_finds_the_repository() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_file("a/b/c.txt", "c", "feat: a");
    let repository = Repository::discover(&sandbox.path().join("a/b")).unwrap();
    assert_eq!(repository.head().unwrap().commit(), Some(commit.as_str()));
    assert_eq!(repository.workdir().unwrap().canonicalize().unwrap(), sandbox.path());
    assert_eq!(repository.opener().open().unwrap().git_dir(), repository.git_dir());
}

#[test]
fn roles_trunk_and_default_branch_are_found() {
    let sandbox = Sandbox::new();
    sandbox.commit("feat: a");
    sandbox.git(&["branch", "dev"]);
    sandbox.git(&[
        "remote",
        "add",
        "origin",
        "https://user:secret@gitlab.acme.com/team-a/phippy.git",
    ]);
    let facts = sandbox.repository().facts(&roles).unwrap();
    assert_eq!(facts.main.as_deref(), Some("refs/heads/main"));
    assert_eq!(facts.develop.as_deref(), Some("refs/heads/dev"));
    assert_eq!(facts.trunk.as_deref(), Some("refs/heads/dev"));
    assert_eq!(facts.default_branch.as_deref(), Some("main"));
    assert_eq!(facts.url.as_deref(), Some("https://gitlab.acme.com/team-a/phippy.git"));
}

#[test]
fn the_default_branch_of_a_clone_is_the_one_of_its_origin() {
    let sandbox = Sandbox::new();
    sandbox.commit("feat: a");
    sandbox.git(&["branch", "dev"]);
    sandbox.git(&["checkout", "--quiet", "dev"]);
    let clone = sandbox.beside("clone");
    sandbox.git(&["clone", "--quiet", ".", &clone.display().to_string()]);
    let facts = Repository::discover(&clone).unwrap().facts(&roles).unwrap();
    assert_eq!(facts.default_branch.as_deref(), Some("dev"));
    assert_eq!(facts.main.as_deref(), Some("refs/remotes/origin/main"));
    assert_eq!(facts.develop.as_deref(), Some("refs/heads/dev"));
}

#[test]
fn a_bare_repository_opens_from_inside_and_names_what_it_lacks() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_file("a.txt", "a", "feat: a");
    let bare = sandbox.beside("bare.git");
    sandbox.git(&["clone", "--quiet", "--bare", ".", &bare.display().to_string()]);
    let repository = Repository::discover(&bare).unwrap();
    let facts = repository.facts(&roles).unwrap();
    assert!(facts.is_bare);
    assert_eq!(facts.default_branch.as_deref(), Some("main"));
    assert_eq!(repository.tree_files(&commit).unwrap().0.len(), 1);
    let error = repository.worktree_files().unwrap_err();
    assert!(error.hint().unwrap().contains("--rev"), "{error}");
    assert!(Repository::discover(&bare.join("refs")).is_ok());
}

#[test]
fn a_detached_head_has_a_commit_and_no_branch() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit("feat: a");
    sandbox.git(&["checkout", "--quiet", "--detach"]);
    assert_eq!(sandbox.repository().head().unwrap(), Head::Detached { commit });
}

#[test]
fn a_linked_worktree_is_one() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_file("a.txt", "a", "feat: a");
    let linked = sandbox.beside("linked");
    sandbox.git(&["worktree", "add", "--quiet", "-b", "feat/x", &linked.display().to_string()]);
    let repository = Repository::discover(&linked).unwrap();
    let facts = repository.facts(&roles).unwrap();
    assert!(facts.is_worktree && !facts.is_bare);
    assert_eq!(
        facts.head,
        Head::Branch {
            reference: "refs/heads/feat/x".to_owned(),
            commit
        }
    );
    assert_eq!(repository.worktree_files().unwrap().0.len(), 1);
    assert!(repository.opener().open().unwrap().facts(&roles).unwrap().is_worktree);
}

#[test]
fn a_shallow_clone_and_a_partial_one_are_told_apart() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.txt", "a", "feat: a");
    sandbox.commit_file("a.txt", "b", "feat: b");
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path().display());
    let (shallow, partial) = (sandbox.beside("shallow"), sandbox.beside("partial"));
    sandbox.git(&["clone", "--quiet", "--depth=1", &url, &shallow.display().to_string()]);
    sandbox.git(&[
        "clone",
        "--quiet",
        "--filter=blob:none",
        "--no-checkout",
        &url,
        &partial.display().to_string(),
    ]);
    let facts = Repository::discover(&shallow).unwrap().facts(&roles).unwrap();
    assert!(facts.is_shallow && !facts.is_partial);
    let repository = Repository::discover(&partial).unwrap();
    let facts = repository.facts(&roles).unwrap();
    assert!(facts.is_partial && !facts.is_shallow);
    let (files, _) = repository.tree_files(facts.head.commit().unwrap()).unwrap();
    let error = repository.read(&files[0], 100).unwrap_err();
    assert!(error.hint().unwrap().contains("partial clone"), "{error}");
}

#[test]
fn what_libgit2_cannot_read_is_named_with_a_way_out() {
    let sandbox = Sandbox::folder();
    if sandbox.can(&["init", "--quiet", "--object-format=sha256", "."]) {
        let (error, hint) = refusal(&sandbox);
        assert!(error.contains("object format sha256"), "{error}");
        assert!(hint.contains("SHA-1"), "{hint}");
    }
    let sandbox = Sandbox::folder();
    if sandbox.can(&["init", "--quiet", "--ref-format=reftable", "."]) {
        let (error, hint) = refusal(&sandbox);
        assert!(error.contains("ref storage reftable"), "{error}");
        assert!(hint.contains("git refs migrate"), "{hint}");
    }
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.repositoryformatversion", "1"]);
    sandbox.git(&["config", "extensions.flying", "true"]);
    let (error, _) = refusal(&sandbox);
    assert!(error.contains("extensions.flying"), "{error}");
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.repositoryformatversion", "7"]);
    let (error, _) = refusal(&sandbox);
    assert!(error.contains("format version 7"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_repository_of_another_user_tells_how_to_trust_it() {
    let sandbox = Sandbox::new();
    let other = 54_321;
    let is_given = [sandbox.path().to_path_buf(), sandbox.path().join(".git")]
        .iter()
        .all(|path| std::os::unix::fs::chown(path, Some(other), Some(other)).is_ok());
    if !is_given {
        // Only root can give files away.
        return;
    }
    let (error, hint) = refusal(&sandbox);
    assert!(error.contains("another user"), "{error}");
    assert_eq!(
        hint,
        format!(
            "if you trust it: git config --global --add safe.directory {}",
            sandbox.path().display()
        )
    );
}

#[test]
fn what_git_has_begun_is_known() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.txt", "a\n", "feat: a");
    sandbox.git(&["checkout", "--quiet", "-b", "feat/x"]);
    sandbox.commit_file("a.txt", "x\n", "feat: x");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.commit_file("a.txt", "b\n", "feat: b");
    assert!(!sandbox.can(&["merge", "feat/x"]));
    assert_eq!(
        sandbox.repository().facts(&roles).unwrap().in_progress,
        Some(InProgress::Merge)
    );
    sandbox.git(&["merge", "--abort"]);
    assert!(!sandbox.can(&["rebase", "feat/x"]));
    assert_eq!(
        sandbox.repository().facts(&roles).unwrap().in_progress,
        Some(InProgress::Rebase)
    );
    sandbox.git(&["rebase", "--abort"]);
    assert!(!sandbox.can(&["cherry-pick", "feat/x"]));
    assert_eq!(
        sandbox.repository().facts(&roles).unwrap().in_progress,
        Some(InProgress::CherryPick)
    );
}

#[test]
fn a_head_that_cannot_be_read_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.commit("feat: a");
    fs::write(sandbox.path().join(".git/refs/heads/main"), "rubbish\n").unwrap();
    assert!(sandbox.repository().head().is_err());
}

/// Git runs the hook, and the hook runs this very test once more, with the environment that hooks have.
#[cfg(unix)]
#[test]
fn the_index_of_a_hook_is_the_one_that_will_be_committed() {
    use std::os::unix::fs::PermissionsExt as _;
    if is_in_hook() {
        let repository = Repository::from_environment().unwrap();
        assert_eq!(repository.staged_changes().unwrap(), ["a.txt"]);
        assert_eq!(repository.opener().open().unwrap().staged_changes().unwrap(), ["a.txt"]);
        fs::write(repository.git_dir().join("hook-was-here"), "").unwrap();
        // What a person would see who looks there without the environment: `commit -a` has not touched that index yet.
        assert_eq!(
            Repository::discover(std::path::Path::new("."))
                .unwrap()
                .opener()
                .open()
                .unwrap()
                .staged_changes()
                .unwrap(),
            [""; 0]
        );
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.txt", "a", "feat: a");
    let hook = sandbox.path().join(".git/hooks/pre-commit");
    let test = "git::tests::opening::the_index_of_a_hook_is_the_one_that_will_be_committed";
    let program = std::env::current_exe().unwrap();
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(
        &hook,
        format!(
            "#!/bin/sh\nFLOWGATE_TEST_IN_HOOK=1 exec '{}' --exact {test} >&2\n",
            program.display()
        ),
    )
    .unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.write("a.txt", "b");
    sandbox.git(&["commit", "--quiet", "--all", "-m", "feat: b"]);
    assert!(sandbox.path().join(".git/hook-was-here").exists());
}

#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    reason = "the hook tells its child by the environment that it is one"
)]
fn is_in_hook() -> bool {
    std::env::var_os("FLOWGATE_TEST_IN_HOOK").is_some()
}
