//! Commits of a range and their messages.

use crate::domain::commit::CommitClass;
use crate::git::CommitRange;

use super::support::{Sandbox, messages};

fn subjects(sandbox: &Sandbox, range: &CommitRange) -> Vec<String> {
    let (commits, troubles) = sandbox.repository().commits(range).unwrap();
    assert_eq!(messages(&troubles), [""; 0]);
    commits.into_iter().map(|commit| commit.message.subject).collect()
}

fn all(tip: &str) -> CommitRange {
    CommitRange::All { tip: tip.to_owned() }
}

#[test]
fn a_commit_is_read_with_people_times_and_parents() {
    let sandbox = Sandbox::new();
    let first = sandbox.commit("feat: a\n");
    let second = sandbox.commit("fix(cart)!: b\n\nWhy.\n\nRefs: #1\n");
    let commit = sandbox.repository().commit(&second).unwrap();
    assert_eq!(commit.parents, [first]);
    assert_eq!(
        (commit.author.name.as_str(), commit.committer.email.as_str()),
        ("Ada", "cem@acme.com")
    );
    assert_eq!(commit.time.to_string(), sandbox.git(&["log", "-1", "--format=%ct"]));
    assert_eq!(commit.message.trailers, [("Refs".to_owned(), "#1".to_owned())]);
    let conventional = commit.message.conventional.unwrap();
    assert!(conventional.breaking);
    assert_eq!(conventional.scope.as_deref(), Some("cart"));
}

#[test]
fn a_range_holds_what_its_tip_adds() {
    let sandbox = Sandbox::new();
    let from = sandbox.commit("feat: a");
    sandbox.commit("feat: b");
    let tip = sandbox.commit("feat: c");
    let range = sandbox.repository().range(&from, &tip).unwrap();
    assert_eq!(subjects(&sandbox, &range), ["feat: c", "feat: b"]);
    assert_eq!(subjects(&sandbox, &all(&tip)), ["feat: c", "feat: b", "feat: a"]);
}

#[test]
fn octopus_and_criss_cross_merges_and_several_roots_are_walked() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a", "a", "feat: root");
    for branch in ["one", "two"] {
        sandbox.git(&["checkout", "--quiet", "-b", branch, "main"]);
        sandbox.commit_file(branch, "x", &format!("feat: {branch}"));
    }
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.commit_file("b", "b", "feat: main");
    sandbox.git(&["merge", "--quiet", "-m", "octopus", "one", "two"]);
    // Criss-cross: each side merges what the other was before.
    sandbox.git(&["checkout", "--quiet", "-b", "left", "one"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "left", "two"]);
    sandbox.git(&["checkout", "--quiet", "-b", "right", "two"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "right", "one"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "cross", "left", "right"]);
    sandbox.git(&["checkout", "--quiet", "--orphan", "island"]);
    sandbox.commit("feat: island");
    sandbox.git(&["checkout", "--quiet", "-f", "main"]);
    sandbox.git(&["merge", "--quiet", "--allow-unrelated-histories", "-m", "join", "island"]);
    let tip = sandbox.git(&["rev-parse", "HEAD"]);
    let (commits, troubles) = sandbox.repository().commits(&all(&tip)).unwrap();
    assert_eq!(troubles.len(), 0);
    let expected: usize = sandbox.git(&["rev-list", "--count", "HEAD"]).parse().unwrap();
    assert_eq!(commits.len(), expected);
    let octopus = commits.iter().find(|c| c.message.subject == "octopus").unwrap();
    assert_eq!((octopus.parents.len(), octopus.message.class), (3, CommitClass::Merge));
    assert_eq!(commits.iter().filter(|c| c.parents.is_empty()).count(), 2);
    for (at, commit) in commits.iter().enumerate() {
        assert!(
            commits[..at].iter().all(|earlier| !commit.parents.contains(&earlier.id)),
            "a parent before its child"
        );
    }
    let (left, right) = (sandbox.git(&["rev-parse", "left"]), sandbox.git(&["rev-parse", "right"]));
    assert!(sandbox.repository().merge_base(&left, &right).unwrap().is_some());
}

#[test]
fn messages_of_every_encoding_are_read() {
    let sandbox = Sandbox::new();
    let latin = sandbox.commit_bytes(b"fix: caf\xe9\n", &["-c", "i18n.commitEncoding=ISO-8859-1"]);
    let lossy = sandbox.object(
        "commit",
        b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nfix: caf\xe9\n",
    );
    let people = sandbox.object("commit", b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Ren\xe9 <a@b> 1 +0000\ncommitter Ren\xe9 <a@b> 1 +0000\nencoding latin1\n\nfix: a\n");
    let nul = sandbox.object(
        "commit",
        b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nfix: a\0b\n",
    );
    let bom = sandbox.commit("\u{feff}feat: bom\n");
    let crlf = sandbox.commit("feat: crlf\r\n\r\nbody\r\n\r\nRefs: #1\r\n");
    let empty = sandbox.commit("");
    let repository = sandbox.repository();
    let message = |id: &str| repository.commit(id).unwrap().message;
    assert_eq!(
        (message(&latin).subject.as_str(), message(&latin).is_lossy),
        ("fix: café", false)
    );
    assert_eq!(
        (message(&lossy).subject.as_str(), message(&lossy).is_lossy),
        ("fix: caf\u{fffd}", true)
    );
    assert_eq!(repository.commit(&people).unwrap().author.name, "René");
    assert_eq!(repository.commit(&lossy).unwrap().author.name, "A");
    assert_eq!(message(&nul).raw, "fix: a\0b\n");
    assert!(message(&bom).conventional.is_ok());
    assert!(message(&crlf).conventional.is_ok());
    assert_eq!(message(&crlf).trailers, [("Refs".to_owned(), "#1".to_owned())]);
    let error = message(&empty).conventional.unwrap_err();
    assert_eq!(
        (error.reason.as_str(), error.line, error.column),
        ("the message is empty", 1, 1)
    );
}

#[test]
fn a_missing_commit_is_told_and_the_walk_goes_on_beside_it() {
    let sandbox = Sandbox::new();
    let root = sandbox.commit("feat: root");
    let lost = sandbox.commit("feat: lost");
    sandbox.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    sandbox.commit("feat: side");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    let tip = sandbox.commit("feat: tip");
    sandbox.lose(&lost);
    let repository = sandbox.repository();
    let found = |range: &CommitRange| {
        let (commits, troubles) = repository.commits(range).unwrap();
        let places: Vec<Option<String>> = troubles.iter().map(|t| t.location.commit.clone()).collect();
        assert_eq!(places, [Some(lost.clone())]);
        assert!(troubles[0].message.contains(&lost), "{}", troubles[0].message);
        commits.into_iter().map(|c| c.message.subject).collect::<Vec<_>>()
    };
    assert_eq!(found(&all(&tip)), ["feat: tip", "merge", "feat: side", "feat: root"]);
    let hidden = CommitRange::Between { tip, hidden: vec![root] };
    assert_eq!(found(&hidden), ["feat: tip", "merge", "feat: side"]);
}

#[test]
fn a_commit_object_that_is_none_is_told() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.txt", "a", "feat: a");
    let repository = sandbox.repository();
    let blob = sandbox.git(&["rev-parse", "HEAD:a.txt"]);
    let error = repository.commit(&blob).unwrap_err();
    assert!(error.to_string().contains("a blob, not a commit"), "{error}");
    assert!(repository.commit("nonsense").is_err());
}
