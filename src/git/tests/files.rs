//! Files of trees, the index and the work tree.

use std::fs;

use crate::git::{Content, EntryKind, FileEntry, GitError, Repository};

use super::support::{Sandbox, messages};

fn paths(listed: Result<(Vec<FileEntry>, Vec<crate::git::GitTrouble>), GitError>) -> Vec<String> {
    let (files, troubles) = listed.unwrap();
    assert_eq!(messages(&troubles), [""; 0]);
    files.into_iter().map(|file| file.path).collect()
}

/// The paths of the index, each of which is found by itself as well.
fn indexed(repository: &Repository) -> Vec<String> {
    let (files, _) = repository.index_files().unwrap();
    for file in files {
        assert_eq!(repository.index_file(&file.path).unwrap(), Some(file));
    }
    for missing in ["", "no", "no/such", "a", "a/", "/a", "../a", "A.TXT", "a\0b"] {
        assert_eq!(repository.index_file(missing).unwrap(), None, "{missing}");
    }
    paths(repository.index_files())
}

fn text(repository: &Repository, file: &FileEntry) -> String {
    match repository.read(file, 1000).unwrap() {
        Content::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
        Content::TooLarge(size) => format!("too large: {size}"),
    }
}

#[test]
fn tree_index_and_work_tree_each_have_their_own_state() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "*.log\n/out/\n");
    sandbox.write("gone.txt", "gone");
    sandbox.write("a/same.txt", "same");
    let commit = sandbox.commit_file("a/b.txt", "committed", "feat: a");
    sandbox.write("a/b.txt", "staged");
    sandbox.write("new.txt", "staged");
    sandbox.git(&["add", "a/b.txt", "new.txt"]);
    sandbox.write("a/b.txt", "on disk");
    fs::remove_file(sandbox.path().join("gone.txt")).unwrap();
    sandbox.write("untracked/c.txt", "untracked");
    sandbox.write("noise.log", "ignored");
    sandbox.write("out/d.txt", "ignored");
    let repository = sandbox.repository();
    assert_eq!(
        paths(repository.tree_files(&commit)),
        [".gitignore", "a/b.txt", "a/same.txt", "gone.txt"]
    );
    assert_eq!(
        indexed(&repository),
        [".gitignore", "a/b.txt", "a/same.txt", "gone.txt", "new.txt"]
    );
    assert_eq!(
        paths(repository.worktree_files()),
        [".gitignore", "a/b.txt", "a/same.txt", "new.txt", "untracked/c.txt"]
    );
    let read = |files: Vec<FileEntry>| text(&repository, &files[1]);
    assert_eq!(read(repository.tree_files(&commit).unwrap().0), "committed");
    assert_eq!(read(repository.index_files().unwrap().0), "staged");
    assert_eq!(read(repository.worktree_files().unwrap().0), "on disk");
    assert_eq!(repository.staged_changes().unwrap(), ["a/b.txt", "new.txt"]);
}

#[test]
fn an_unborn_branch_has_an_index_and_a_work_tree() {
    let sandbox = Sandbox::new();
    sandbox.write("a.txt", "a");
    sandbox.write("b.txt", "b");
    sandbox.git(&["add", "a.txt"]);
    let repository = sandbox.repository();
    assert_eq!(indexed(&repository), ["a.txt"]);
    assert_eq!(repository.staged_changes().unwrap(), ["a.txt"]);
    assert_eq!(paths(repository.worktree_files()), ["a.txt", "b.txt"]);
}

#[test]
fn a_staged_rename_is_told_by_its_new_path_and_a_deletion_not_at_all() {
    let sandbox = Sandbox::new();
    sandbox.write("gone.txt", "gone");
    sandbox.commit_file("old.txt", "text", "feat: a");
    sandbox.git(&["mv", "old.txt", "new.txt"]);
    sandbox.git(&["rm", "--quiet", "gone.txt"]);
    assert_eq!(sandbox.repository().staged_changes().unwrap(), ["new.txt"]);
}

#[test]
fn a_file_that_is_only_announced_is_in_the_work_tree_alone() {
    let sandbox = Sandbox::new();
    sandbox.commit("feat: a");
    sandbox.write("soon.txt", "soon");
    sandbox.git(&["add", "--intent-to-add", "soon.txt"]);
    let repository = sandbox.repository();
    assert_eq!(indexed(&repository), [""; 0]);
    assert_eq!(repository.staged_changes().unwrap(), [""; 0]);
    assert_eq!(paths(repository.worktree_files()), ["soon.txt"]);
}

#[test]
fn a_path_in_conflict_is_trouble_in_the_index_and_one_file_on_disk() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.txt", "a\n", "feat: a");
    sandbox.git(&["checkout", "--quiet", "-b", "x"]);
    sandbox.commit_file("a.txt", "x\n", "feat: x");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.commit_file("a.txt", "b\n", "feat: b");
    assert!(!sandbox.can(&["merge", "x"]));
    let repository = sandbox.repository();
    let (files, troubles) = repository.index_files().unwrap();
    assert_eq!(
        (files.len(), messages(&troubles)),
        (0, vec!["a.txt is in conflict: resolve it and `git add` it"])
    );
    assert_eq!(repository.index_file("a.txt").unwrap(), None);
    assert_eq!(paths(repository.worktree_files()), ["a.txt"]);
}

/// A repository with a symlink and a folder that lead out, a submodule and a repository that is none; and the commit before the folder
/// was replaced.
#[cfg(unix)]
fn with_things_not_to_follow() -> (Sandbox, String) {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    let outside = sandbox.beside("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.yaml"), "secret").unwrap();
    let inner = Sandbox::new();
    inner.commit_file("inner.txt", "i", "feat: i");
    sandbox.git(&[
        "submodule",
        "--quiet",
        "add",
        &inner.path().display().to_string(),
        "modules/inner",
    ]);
    symlink(&outside, sandbox.path().join("link")).unwrap();
    sandbox.write("folder/secret.yaml", "public");
    let commit = sandbox.commit("feat: a");
    fs::remove_dir_all(sandbox.path().join("folder")).unwrap();
    symlink(&outside, sandbox.path().join("folder")).unwrap();
    sandbox.git(&["init", "--quiet", "nested"]);
    sandbox.write("nested/n.txt", "n");
    (sandbox, commit)
}

#[cfg(unix)]
#[test]
fn symlinks_and_submodules_are_listed_and_never_followed() {
    let (sandbox, commit) = with_things_not_to_follow();
    let repository = sandbox.repository();
    let kinds = |files: &[FileEntry]| {
        files
            .iter()
            .map(|f| format!("{}={}", f.path, f.kind.as_str()))
            .collect::<Vec<_>>()
    };
    let (tree, _) = repository.tree_files(&commit).unwrap();
    let expected = [
        ".gitmodules=file",
        "folder/secret.yaml=file",
        "link=symlink",
        "modules/inner=submodule",
    ];
    assert_eq!(kinds(&tree), expected);
    let (disk, _) = repository.worktree_files().unwrap();
    let expected = [
        ".gitmodules=file",
        "folder=symlink",
        "link=symlink",
        "modules/inner=submodule",
        "nested=submodule",
    ];
    assert_eq!(kinds(&disk), expected);
    for file in tree
        .iter()
        .chain(&disk)
        .filter(|f| matches!(f.kind, EntryKind::Symlink | EntryKind::Submodule))
    {
        let error = repository.read(file, 1000).unwrap_err();
        assert!(matches!(error, GitError::NotFollowed { .. }), "{error}");
    }
    let module = Repository::discover(&sandbox.path().join("modules/inner")).unwrap();
    assert_eq!(paths(module.worktree_files()), ["inner.txt"]);
}

#[cfg(unix)]
#[test]
fn no_entry_reads_anything_outside_the_work_tree() {
    let (sandbox, _) = with_things_not_to_follow();
    let repository = sandbox.repository();
    for raw in [
        "folder/secret.yaml",
        "../outside/secret.yaml",
        "link/secret.yaml",
        "/etc/passwd",
    ] {
        let forged = FileEntry {
            path: raw.to_owned(),
            raw: raw.as_bytes().to_vec(),
            blob: None,
            size: None,
            kind: EntryKind::File,
            indexed: None,
        };
        assert!(repository.read(&forged, 1000).is_err(), "{raw}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn odd_file_names_are_read_from_everywhere() {
    use std::os::unix::ffi::OsStrExt as _;
    let sandbox = Sandbox::new();
    for name in [
        &b"a b.yaml"[..],
        b"line\nbreak.yaml",
        b"caf\xe9/\xe9.yaml",
        b"\xc3\xa9.yaml",
        b"-x.yaml",
        b"tab\t.yaml",
    ] {
        let path = sandbox.path().join(std::ffi::OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "text").unwrap();
    }
    let untracked = paths(sandbox.repository().worktree_files());
    let commit = sandbox.commit("feat: a");
    let repository = sandbox.repository();
    let expected = [
        "-x.yaml",
        "a b.yaml",
        "caf\\xe9/\\xe9.yaml",
        "line\nbreak.yaml",
        "tab\t.yaml",
        "é.yaml",
    ];
    assert_eq!(untracked, expected);
    assert_eq!(paths(repository.tree_files(&commit)), expected);
    assert_eq!(indexed(&repository), expected);
    assert_eq!(paths(repository.worktree_files()), expected);
    assert_eq!(repository.changed_paths(None, &commit).unwrap(), expected);
    for file in repository
        .worktree_files()
        .unwrap()
        .0
        .iter()
        .chain(&repository.tree_files(&commit).unwrap().0)
    {
        assert_eq!(text(&repository, file), "text", "{}", file.path);
    }
}

#[test]
fn a_file_beyond_the_limit_is_measured_and_not_read() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_file("big.txt", &"x".repeat(2000), "feat: a");
    let repository = sandbox.repository();
    for files in [
        repository.tree_files(&commit).unwrap().0,
        repository.worktree_files().unwrap().0,
    ] {
        assert_eq!(text(&repository, &files[0]), "too large: 2000");
    }
}

#[test]
fn a_missing_object_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("kept.txt", "kept");
    let commit = sandbox.commit_file("folder/a.txt", "a", "feat: a");
    let (blob, tree) = (
        sandbox.git(&["rev-parse", "HEAD:kept.txt"]),
        sandbox.git(&["rev-parse", "HEAD:folder"]),
    );
    sandbox.lose(&blob);
    sandbox.lose(&tree);
    let repository = sandbox.repository();
    let (files, troubles) = repository.tree_files(&commit).unwrap();
    assert_eq!(files.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["kept.txt"]);
    assert!(
        troubles[0]
            .message
            .starts_with(&format!("folder folder (tree {tree}) cannot be read")),
        "{}",
        troubles[0].message
    );
    assert_eq!(troubles[0].location.path.as_deref(), Some("folder"));
    let error = repository.read(&files[0], 1000).unwrap_err();
    assert!(
        error.to_string().contains(&blob) && error.hint().unwrap().contains("git fsck"),
        "{error}"
    );
}

#[test]
fn changed_paths_are_those_that_the_later_commit_holds() {
    let sandbox = Sandbox::new();
    sandbox.write("gone.txt", "gone");
    sandbox.write("same.txt", "same");
    let from = sandbox.commit_file("a.txt", "a", "feat: a");
    fs::remove_file(sandbox.path().join("gone.txt")).unwrap();
    sandbox.write("d/new.txt", "new");
    let to = sandbox.commit_file("a.txt", "b", "feat: b");
    let repository = sandbox.repository();
    assert_eq!(repository.changed_paths(Some(&from), &to).unwrap(), ["a.txt", "d/new.txt"]);
    assert_eq!(
        repository.changed_paths(None, &from).unwrap(),
        ["a.txt", "gone.txt", "same.txt"]
    );
    assert_eq!(repository.changed_paths(Some(&to), &to).unwrap(), [""; 0]);
}

#[test]
fn an_index_that_libgit2_cannot_read_is_read_by_git() {
    let sandbox = Sandbox::new();
    sandbox.write("a/one.txt", "1");
    sandbox.write("b/two.txt", "2");
    sandbox.commit("feat: a");
    sandbox.write("b/two.txt", "3");
    sandbox.git(&["add", "b/two.txt"]);
    sandbox.git(&["update-index", "--split-index"]);
    sandbox.write("new.txt", "4");
    let repository = sandbox.repository();
    assert_eq!(indexed(&repository), ["a/one.txt", "b/two.txt"]);
    assert_eq!(repository.staged_changes().unwrap(), ["b/two.txt"]);
    assert_eq!(paths(repository.worktree_files()), ["a/one.txt", "b/two.txt", "new.txt"]);
    sandbox.git(&["update-index", "--no-split-index"]);
    sandbox.commit("feat: b");
    sandbox.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "a"]);
    let repository = sandbox.repository();
    assert_eq!(indexed(&repository), ["a/one.txt", "b/two.txt", "new.txt"]);
    assert_eq!(repository.staged_changes().unwrap(), [""; 0]);
    assert_eq!(paths(repository.worktree_files()), ["a/one.txt", "new.txt"]);
}

#[test]
fn an_index_is_known_to_lack_a_name_only_where_all_paths_stand_in_it() {
    let holds = |sandbox: &Sandbox| sandbox.repository().index_may_hold("wanted.yaml", None);
    let sandbox = Sandbox::new();
    assert!(holds(&sandbox), "no index yet");
    sandbox.write("a/other.yaml", "a: 1\n");
    sandbox.git(&["add", "-A"]);
    assert!(!holds(&sandbox));
    for (form, restore) in [
        (
            &["update-index", "--index-version", "4"][..],
            &["update-index", "--index-version", "2"][..],
        ),
        (&["update-index", "--split-index"], &["update-index", "--no-split-index"]),
    ] {
        sandbox.git(form);
        assert!(holds(&sandbox), "{form:?}");
        sandbox.git(restore);
        assert!(!holds(&sandbox), "{restore:?}");
    }
    sandbox.write("a/wanted.yaml", "a: 1\n");
    sandbox.git(&["add", "-A"]);
    assert!(holds(&sandbox));
    let named = sandbox.repository().git_dir().join("named");
    fs::copy(sandbox.repository().git_dir().join("index"), &named).unwrap();
    sandbox.git(&["rm", "-q", "--cached", "a/wanted.yaml"]);
    assert!(!holds(&sandbox));
    assert!(sandbox.repository().index_may_hold("wanted.yaml", Some(&named)));
}

#[test]
fn a_damaged_index_is_named() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.txt", "a", "feat: a");
    fs::write(sandbox.path().join(".git/index"), "rubbish").unwrap();
    let error = sandbox.repository().index_files().unwrap_err();
    assert!(error.to_string().contains("index"), "{error}");
    assert!(error.hint().is_some());
    assert!(sandbox.repository().worktree_files().is_err());
}
