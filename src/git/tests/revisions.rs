//! Revisions and ranges.

use crate::git::{CommitRange, GitError, Repository};

use super::support::Sandbox;

#[test]
fn a_revision_is_resolved_to_a_commit() {
    let sandbox = Sandbox::new();
    let first = sandbox.commit("feat: a");
    let second = sandbox.commit("feat: b");
    sandbox.git(&["tag", "-a", "-m", "x", "1.0.0", "HEAD~1"]);
    sandbox.git(&["update-ref", "refs/remotes/origin/dev", "HEAD"]);
    let repository = sandbox.repository();
    for (revision, commit) in [
        ("HEAD", &second),
        ("@", &second),
        ("main~1", &first),
        ("refs/heads/main", &second),
        ("1.0.0", &first),
        ("refs/tags/1.0.0", &first),
        ("origin/dev", &second),
        (&first, &first),
        (&first[..8], &first),
    ] {
        assert_eq!(&repository.resolve(revision).unwrap(), commit, "{revision}");
    }
}

#[test]
fn what_is_no_commit_is_told() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.txt", "a", "feat: a");
    let repository = sandbox.repository();
    for revision in [
        "nowhere",
        "",
        "..",
        "main~9",
        "refs/heads/x",
        "1234567890123456789012345678901234567890",
        "-x",
        "\0",
    ] {
        assert!(repository.resolve(revision).is_err(), "{revision}");
    }
    let error = repository.resolve("HEAD:a.txt").unwrap_err();
    assert_eq!(error.to_string(), "HEAD:a.txt: names a blob, not a commit");
    assert!(Sandbox::new().repository().resolve("HEAD").is_err());
}

#[test]
fn a_branch_and_a_tag_of_one_name_are_told_apart_by_their_full_names() {
    let sandbox = Sandbox::new();
    let first = sandbox.commit("feat: a");
    sandbox.git(&["tag", "1.2.0"]);
    sandbox.git(&["checkout", "--quiet", "-b", "1.2.0"]);
    let second = sandbox.commit("feat: b");
    let repository = sandbox.repository();
    for revision in ["1.2.0", "1.2.0~1", "heads/1.2.0"] {
        let error = repository.resolve(revision);
        if revision == "heads/1.2.0" {
            assert_eq!(error.unwrap(), second);
            continue;
        }
        let error = error.unwrap_err();
        assert!(matches!(error, GitError::AmbiguousRevision { .. }), "{error}");
        assert_eq!(error.hint().unwrap(), "name it in full: refs/heads/1.2.0 or refs/tags/1.2.0");
    }
    assert_eq!(repository.resolve("refs/tags/1.2.0").unwrap(), first);
    assert_eq!(repository.resolve("refs/heads/1.2.0").unwrap(), second);
}

#[test]
fn a_shallow_clone_never_yields_a_range_that_it_cannot_know() {
    let sandbox = Sandbox::new();
    sandbox.commit("feat: a");
    sandbox.git(&["checkout", "--quiet", "-b", "feat/x"]);
    for subject in ["feat: x1", "feat: x2", "feat: x3"] {
        sandbox.commit(subject);
    }
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.commit("feat: b");
    let clone = sandbox.beside("shallow");
    let url = format!("file://{}", sandbox.path().display());
    sandbox.git(&[
        "clone",
        "--quiet",
        "--depth=2",
        "--no-single-branch",
        &url,
        &clone.display().to_string(),
    ]);
    let repository = Repository::discover(&clone).unwrap();
    let (from, to) = (
        repository.resolve("main").unwrap(),
        repository.resolve("origin/feat/x").unwrap(),
    );
    assert_eq!(repository.merge_base(&from, &to).unwrap(), None);
    let error = repository.range(&from, &to).unwrap_err();
    assert!(matches!(error, GitError::NoMergeBase { .. }), "{error}");
    assert!(error.hint().unwrap().contains("git fetch --unshallow"));
    // Within what the clone holds, ranges are as good as elsewhere.
    let (commits, _) = repository
        .commits(&repository.range(&repository.resolve("main~1").unwrap(), &from).unwrap())
        .unwrap();
    assert_eq!(commits.len(), 1);
    let (all, troubles) = repository.commits(&CommitRange::All { tip: from }).unwrap();
    assert_eq!((all.len(), all[1].parents.len(), troubles.len()), (2, 0, 0));
}

#[test]
fn a_range_that_runs_into_the_end_of_a_shallow_history_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.commit("feat: a");
    sandbox.git(&["checkout", "--quiet", "-b", "feat/x"]);
    for subject in ["feat: x1", "feat: x2", "feat: x3", "feat: x4"] {
        sandbox.commit(subject);
    }
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "feat/x"]);
    sandbox.commit("feat: b");
    let clone = sandbox.beside("shallow");
    let url = format!("file://{}", sandbox.path().display());
    sandbox.git(&["clone", "--quiet", "--depth=3", &url, &clone.display().to_string()]);
    let repository = Repository::discover(&clone).unwrap();
    // `main~2` is there as the first parent of the merge; the other side is cut off.
    let (from, to) = (repository.resolve("main~2").unwrap(), repository.resolve("main").unwrap());
    let error = repository.range(&from, &to).unwrap_err();
    assert!(matches!(error, GitError::CutRange { .. }), "{error}");
}

#[test]
fn histories_without_a_common_root_have_a_range_and_no_merge_base() {
    let sandbox = Sandbox::new();
    let from = sandbox.commit("feat: a");
    sandbox.git(&["checkout", "--quiet", "--orphan", "other"]);
    sandbox.commit("feat: b");
    let to = sandbox.commit("feat: c");
    let repository = sandbox.repository();
    assert_eq!(repository.merge_base(&from, &to).unwrap(), None);
    let (commits, _) = repository.commits(&repository.range(&from, &to).unwrap()).unwrap();
    assert_eq!(commits.len(), 2);
}
