//! Repositories made from Rust.

use std::collections::BTreeMap;

use tempfile::TempDir;

use crate::domain::commit::Person;
use crate::git::write::{Change, Stamp};
use crate::git::{CommitRange, Repository, Writer};

fn stamp(message: &str, time: i64) -> Stamp {
    Stamp {
        person: Person {
            name: "Ada".to_owned(),
            email: "ada@acme.com".to_owned(),
        },
        time,
        message: message.to_owned(),
    }
}

fn files(list: &[(&str, &str)]) -> BTreeMap<String, Change> {
    list.iter()
        .map(|(path, text)| ((*path).to_owned(), Change::Write(text.as_bytes().to_vec())))
        .collect()
}

fn build(folder: &TempDir) -> String {
    let writer = Writer::init(&folder.path().join("made"), "main").unwrap();
    let root = writer
        .commit(
            "main",
            &[],
            &stamp("feat: a\n", 1000),
            &files(&[("a.txt", "a"), ("d/b.txt", "b")]),
        )
        .unwrap();
    let side = writer
        .commit("feat/x", &[&root], &stamp("feat: x\n", 2000), &files(&[("x.txt", "x")]))
        .unwrap();
    let mut changes = files(&[("x.txt", "x")]);
    changes.insert("d/b.txt".to_owned(), Change::Delete);
    changes.insert("run.sh".to_owned(), Change::WriteExecutable(b"true".to_vec()));
    changes.insert("link".to_owned(), Change::Link("a.txt".to_owned()));
    let merge = writer
        .commit("main", &[&root, &side], &stamp("Merge branch 'feat/x'\n", 3000), &changes)
        .unwrap();
    writer.annotated_tag("1.0.0", &merge, &stamp("1.0.0\n", 3000)).unwrap();
    writer.lightweight_tag("light", &root).unwrap();
    writer.branch("dev", &merge).unwrap();
    writer.remote("origin", "https://gitlab.acme.com/team-a/phippy.git").unwrap();
    writer.reference("refs/remotes/origin/main", &merge).unwrap();
    writer
        .symbolic_reference("refs/remotes/origin/HEAD", "refs/remotes/origin/main")
        .unwrap();
    writer.checkout("main").unwrap();
    merge
}

#[test]
fn the_same_calls_make_the_same_ids() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let tip = build(&one);
    assert_eq!(tip, build(&other));
    let repository = Repository::discover(&one.path().join("made")).unwrap();
    let (commits, _) = repository.commits(&CommitRange::All { tip: tip.clone() }).unwrap();
    assert_eq!(commits.len(), 3);
    assert_eq!(commits[0].parents.len(), 2);
    let (tree, _) = repository.tree_files(&tip).unwrap();
    let paths: Vec<&str> = tree.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["a.txt", "link", "run.sh", "x.txt"]);
    let (disk, _) = repository.worktree_files().unwrap();
    assert_eq!(disk.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), paths);
    assert_eq!(repository.staged_changes().unwrap(), [""; 0]);
    let (tags, _) = repository.tags(&|_| None).unwrap();
    assert_eq!(tags.iter().map(|t| t.is_annotated).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_name_that_git_refuses_is_an_error() {
    let folder = TempDir::new().unwrap();
    let writer = Writer::init_bare(&folder.path().join("bare.git"), "main").unwrap();
    let commit = writer.commit("main", &[], &stamp("feat: a", 1), &files(&[])).unwrap();
    assert!(writer.branch("a..b", &commit).is_err());
    assert!(writer.branch("x", "1234567890123456789012345678901234567890").is_err());
    assert!(
        writer
            .commit("main", &["nonsense"], &stamp("feat: b", 2), &files(&[]))
            .is_err()
    );
    assert!(Writer::init_bare(&folder.path().join("bare.git"), "main").is_err());
}
