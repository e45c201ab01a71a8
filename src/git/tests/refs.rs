//! Branches and tags.

use std::fs;

use crate::git::remote::ls_remote;
use crate::git::version::parse_version;

use super::support::{Sandbox, messages};

fn branches(sandbox: &Sandbox) -> Vec<String> {
    let (branches, troubles) = sandbox.repository().branches().unwrap();
    assert_eq!(messages(&troubles), [""; 0]);
    branches
        .iter()
        .map(|b| format!("{} {} {}", b.reference, b.name, b.remote.as_deref().unwrap_or("-")))
        .collect()
}

#[test]
fn only_heads_and_remote_tracking_refs_are_branches() {
    let sandbox = Sandbox::new();
    sandbox.commit("feat: a");
    sandbox.git(&["branch", "feat/x"]);
    sandbox.git(&["remote", "add", "team/a", "https://x/y"]);
    for name in [
        "refs/remotes/origin/main",
        "refs/remotes/team/a/fix/y",
        "refs/pull/1/head",
        "refs/merge-requests/1/head",
        "refs/notes/commits",
        "refs/stash",
    ] {
        sandbox.git(&["update-ref", name, "HEAD"]);
    }
    sandbox.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    let expected = [
        "refs/heads/feat/x feat/x -",
        "refs/heads/main main -",
        "refs/remotes/origin/main main origin",
        "refs/remotes/team/a/fix/y fix/y team/a",
    ];
    assert_eq!(branches(&sandbox), expected);
    sandbox.git(&["pack-refs", "--all"]);
    assert_eq!(branches(&sandbox), expected);
    let (found, _) = sandbox.repository().branches().unwrap();
    let heads: Vec<&str> = found.iter().filter(|b| b.is_head).map(|b| b.name.as_str()).collect();
    assert_eq!(heads, ["main"]);
}

#[test]
fn tags_are_peeled_and_read() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_file("a.txt", "a", "feat: a");
    sandbox.git(&["tag", "light"]);
    sandbox.git(&["tag", "-a", "-m", "First.", "phippy/v1.2.0"]);
    sandbox.git(&["tag", "-a", "-m", "Around.", "nested", "phippy/v1.2.0"]);
    sandbox.git(&["tag", "tree", "HEAD^{tree}"]);
    sandbox.git(&["tag", "-a", "-m", "A file.", "blob", "HEAD:a.txt"]);
    sandbox.git(&["pack-refs", "--all"]);
    let (tags, troubles) = sandbox.repository().tags(&|name| parse_version(name, &[])).unwrap();
    assert_eq!(messages(&troubles), [""; 0]);
    let names: Vec<(&str, &str, bool)> = tags
        .iter()
        .map(|t| (t.name.as_str(), t.target_kind, t.is_annotated))
        .collect();
    let expected = [
        ("blob", "blob", true),
        ("light", "commit", false),
        ("nested", "commit", true),
        ("phippy/v1.2.0", "commit", true),
        ("tree", "tree", false),
    ];
    assert_eq!(names, expected);
    let release = tags.iter().find(|t| t.name == "phippy/v1.2.0").unwrap();
    assert_eq!(
        (release.target.as_str(), release.message.as_deref()),
        (commit.as_str(), Some("First.\n"))
    );
    assert_ne!(release.object, release.target);
    assert_eq!(release.tagger.as_ref().unwrap().name, "Cem");
    assert!(release.time > 1_700_000_000);
    assert_eq!(release.version.as_ref().unwrap().component.as_deref(), Some("phippy"));
    let light = tags.iter().find(|t| t.name == "light").unwrap();
    assert_eq!(
        (light.object.as_str(), light.time > 0, &light.tagger),
        (commit.as_str(), true, &None)
    );
}

#[test]
fn a_broken_ref_is_told_and_does_not_stop_the_rest() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_file("a.txt", "a", "feat: a");
    let refs = sandbox.path().join(".git/refs");
    fs::write(refs.join("heads/empty"), "").unwrap();
    fs::write(refs.join("heads/rubbish"), "rubbish\n").unwrap();
    fs::write(refs.join("heads/missing"), "1234567890123456789012345678901234567890\n").unwrap();
    let blob = sandbox.git(&["rev-parse", "HEAD:a.txt"]);
    fs::write(refs.join("heads/blob"), format!("{blob}\n")).unwrap();
    fs::write(refs.join("tags/missing"), "1234567890123456789012345678901234567890\n").unwrap();
    sandbox.git(&["tag", "1.0.0"]);
    let repository = sandbox.repository();
    let (branches, troubles) = repository.branches().unwrap();
    assert_eq!(
        branches.iter().map(|b| b.commit.as_str()).collect::<Vec<_>>(),
        [commit.as_str()]
    );
    let places: Vec<&str> = troubles.iter().filter_map(|t| t.location.reference.as_deref()).collect();
    assert_eq!(
        places,
        [
            "refs/heads/blob",
            "refs/heads/empty",
            "refs/heads/missing",
            "refs/heads/rubbish"
        ]
    );
    let (tags, troubles) = repository.tags(&|_| None).unwrap();
    assert_eq!((tags.len(), troubles.len()), (1, 1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_written_out() {
    use std::os::unix::ffi::OsStrExt as _;
    let sandbox = Sandbox::new();
    let commit = sandbox.commit("feat: a");
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    fs::write(sandbox.path().join(".git/refs/heads").join(name), format!("{commit}\n")).unwrap();
    assert_eq!(
        branches(&sandbox),
        ["refs/heads/caf\\xe9 caf\\xe9 -", "refs/heads/main main -"]
    );
}

#[test]
fn another_repository_is_asked_for_its_refs() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit("feat: a");
    sandbox.git(&["branch", "feat/x"]);
    sandbox.git(&["tag", "-a", "-m", "x", "1.0.0"]);
    let refs = ls_remote(&sandbox.path().display().to_string()).unwrap();
    assert_eq!(refs.heads.keys().collect::<Vec<_>>(), ["feat/x", "main"]);
    assert_eq!(refs.tags.get("1.0.0"), Some(&commit));
    assert_eq!(refs.default_branch.as_deref(), Some("main"));
    let error = ls_remote(&sandbox.beside("nothing").display().to_string()).unwrap_err();
    assert!(error.to_string().starts_with("`git ls-remote --symref -- "), "{error}");
}
