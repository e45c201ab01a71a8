//! What a push does to refs, as real pushes to a real bare repository show it: the facts come from its pre-receive hook.

use std::fs;
use std::path::PathBuf;

use flowgate::config::{ProfileText, Request, load};
use flowgate::domain::flow::Flow;
use flowgate::domain::target::{Commits, Content, Target};
use flowgate::domain::update::ProposedUpdate;
use flowgate::facts::messages::Stream;
use flowgate::facts::{Needs, Place, history};
use flowgate::policy::source;
use serde_json::Value;

use crate::support::{self, Repo};

/// A remote whose pre-receive hook writes down what it sees, and a clone of it.
struct Remote {
    bare: Repo,
    clone: Repo,
}

impl Remote {
    fn new() -> Self {
        let (bare, clone) = (Repo::bare(), Repo::new());
        let hook = bare.path().join("hooks/pre-receive");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        let flowgate = env!("CARGO_BIN_EXE_flowgate");
        fs::write(
            &hook,
            format!("#!/bin/sh\n'{flowgate}' facts --now 2026-11-20 --updates - > facts.json\n"),
        )
        .unwrap();
        executable(&hook);
        clone.git(&["remote", "add", "origin", &bare.path().display().to_string()]);
        Self { bare, clone }
    }

    /// Pushes, and gives what the hook saw.
    #[track_caller]
    fn push(&self, refspecs: &[&str]) -> Value {
        _ = fs::remove_file(self.facts());
        self.clone.git(&[&["push", "--quiet", "origin"], refspecs].concat());
        let text = fs::read_to_string(self.facts()).unwrap();
        let seen: Value = serde_json::from_str(&text).unwrap();
        seen["input"].clone()
    }

    fn facts(&self) -> PathBuf {
        self.bare.path().join("facts.json")
    }
}

fn executable(path: &std::path::Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// One line for each update: name, operation, number of commits, number of direct ones.
fn told(input: &Value) -> Vec<String> {
    let line = |update: &Value| {
        format!(
            "{} {} {} {}",
            update["name"].as_str().unwrap(),
            update["operation"].as_str().unwrap(),
            update["commits"],
            update["direct_count"]
        )
    };
    input["updates"].as_array().unwrap().iter().map(line).collect()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect()
}

fn of_lines(repo: &Repo, lines: &str) -> Value {
    let mut command = support::flowgate(repo.path());
    let run = support::run_with_input(command.args(["facts", "--updates", "-"]), lines.as_bytes());
    assert_eq!(run.code, Some(0), "{run:?}");
    run.json()["input"].clone()
}

#[test]
fn each_operation_is_told_by_what_it_does() {
    let remote = Remote::new();
    let clone = &remote.clone;
    let first = clone.commit("feat: start");
    clone.commit("feat: second");
    assert_eq!(told(&remote.push(&["main"])), ["main create 2 0"]);
    // Objects in quarantine are found: nothing of this push is in the repository before the hook ends.
    let third = clone.commit("feat: third");
    let seen = remote.push(&["main"]);
    assert_eq!(told(&seen), ["main fast-forward 1 1"]);
    assert_eq!(seen["updates"][0]["direct"][0]["commit"], third.as_str());
    assert_eq!(seen["updates"][0]["direct"][0]["subject"], "feat: third");
    assert_eq!(seen["branches"][0]["commit"], third.as_str());
    assert_eq!(seen["branches"][0]["ref"], "refs/heads/main");
    assert_eq!(told(&remote.push(&["HEAD~1:refs/heads/feat/x"])), ["feat/x create 0 0"]);
    clone.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    clone.commit("feat: another third");
    let seen = remote.push(&["+main"]);
    assert_eq!(told(&seen), ["main force 1 1"]);
    assert_eq!(seen["updates"][0]["from"], third.as_str());
    // A deletion has no quarantine, and makes no branch.
    let seen = remote.push(&[":feat/x"]);
    assert_eq!(told(&seen), ["feat/x delete 0 0"]);
    assert_eq!(
        (&seen["updates"][0]["new"], &seen["branches"]),
        (&Value::Null, &Value::from(Vec::<Value>::new()))
    );

    // Tags: made, moved, gone; the object that arrives is the tag's.
    let object = clone.tag("1.0.0").id("1.0.0");
    let seen = remote.push(&["1.0.0"]);
    let tag = &seen["updates"][0];
    assert_eq!(told(&seen), ["1.0.0 create 0 0"]);
    assert_eq!(
        (&tag["new"], &tag["kind"], &tag["is_release"]),
        (&object.as_str().into(), &"tag".into(), &true.into())
    );
    assert_eq!(
        (&tag["tag"]["annotated"], &tag["tag"]["target"]),
        (&true.into(), &clone.id("HEAD").into())
    );
    assert_eq!(names(&seen["tags"]), ["1.0.0"]);
    clone.git(&["tag", "--force", "1.0.0", &first]);
    let seen = remote.push(&["+1.0.0"]);
    assert_eq!(told(&seen), ["1.0.0 force 0 0"]);
    assert_eq!(seen["updates"][0]["tag"]["annotated"], false);
    let seen = remote.push(&[":1.0.0"]);
    assert_eq!(told(&seen), ["1.0.0 delete 0 0"]);
    assert_eq!(seen["updates"][0]["tag"]["target"], first.as_str());
    // What is neither a branch nor a tag.
    assert_eq!(told(&remote.push(&["HEAD:refs/notes/x"])), ["refs/notes/x create 0 0"]);
}

#[test]
fn only_what_came_by_no_merge_and_from_nowhere_else_is_direct() {
    let remote = Remote::new();
    let clone = &remote.clone;
    clone.commit("feat: start");
    clone.branch("dev");
    remote.push(&["main", "dev"]);
    clone.branch("feat/x").commit("feat: a");
    clone.commit("feat: b");
    clone.switch("dev").merge("feat/x");
    assert_eq!(told(&remote.push(&["dev"])), ["dev fast-forward 3 0"], "a merge");
    clone.switch("feat/x").git(&["merge", "--quiet", "--ff-only", "dev"]);
    clone.commit("feat: c");
    remote.push(&["feat/x"]);
    clone.switch("dev").git(&["merge", "--quiet", "--ff-only", "feat/x"]);
    assert_eq!(
        told(&remote.push(&["dev"])),
        ["dev fast-forward 0 0"],
        "the remote has the topic"
    );
    clone.switch("feat/x").commit("feat: d");
    clone.switch("dev").git(&["merge", "--quiet", "--ff-only", "feat/x"]);
    let seen = remote.push(&["dev", "feat/x"]);
    assert_eq!(
        told(&seen),
        ["dev fast-forward 1 0", "feat/x fast-forward 1 1"],
        "the topic goes along"
    );
    // Two role branches, or a tag, do not hide each other's direct commits.
    clone.commit("feat: e");
    clone
        .tag("2.0.0")
        .switch("main")
        .git(&["merge", "--quiet", "--ff-only", "dev"]);
    let seen = remote.push(&["main", "dev", "2.0.0"]);
    assert_eq!(
        told(&seen),
        ["dev fast-forward 1 1", "main fast-forward 1 1", "2.0.0 create 1 0"]
    );
}

#[test]
fn many_refs_are_counted_each_for_itself() {
    let remote = Remote::new();
    let clone = &remote.clone;
    let first = clone.commit("feat: start");
    remote.push(&["main"]);
    let mut refspecs: Vec<String> = Vec::new();
    // More than one machine word of them: each one commit longer than the one before.
    for number in 1..=70 {
        clone.commit(&format!("feat: {number}"));
        refspecs.push(format!("HEAD:refs/heads/feat/{number:03}"));
        let last = refspecs.last_mut().unwrap();
        *last = last.replace("HEAD", &clone.id("HEAD"));
    }
    let refspecs: Vec<&str> = refspecs.iter().map(String::as_str).collect();
    let seen = remote.push(&refspecs);
    let expected: Vec<String> = (1..=70).map(|n| format!("feat/{n:03} create {n} 0")).collect();
    assert_eq!(told(&seen), expected);
    let deletes: Vec<String> = (1..=70).map(|n| format!(":feat/{n:03}")).collect();
    let deletes: Vec<&str> = deletes.iter().map(String::as_str).collect();
    assert!(told(&remote.push(&deletes)).iter().all(|line| line.ends_with("delete 0 0")));
    assert_ne!(first, clone.id("HEAD"));
}

#[test]
fn what_is_not_here_is_never_called_a_force() {
    let repo = Repo::new();
    repo.commit("feat: start");
    let second = repo.commit("feat: second");
    let (nowhere, zeros) = ("1".repeat(40), "0".repeat(40));
    let seen = of_lines(
        &repo,
        &format!("{nowhere} {second} refs/heads/main\n{nowhere} {zeros} refs/tags/1.0.0\n"),
    );
    assert_eq!(told(&seen), ["main unknown 2 2", "1.0.0 delete 0 0"]);
    assert_eq!(
        (&seen["updates"][0]["from"], &seen["updates"][1]["tag"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(seen["updates"][1]["is_release"], true, "the name tells");

    // A ref transaction names no old value for a ref that is there.
    let seen = of_lines(&repo, &format!("{zeros} {second} refs/heads/main\n"));
    assert_eq!(told(&seen), ["main fast-forward 0 0"]);

    // A new value that is not here: nothing is clean.
    let mut command = support::flowgate(repo.path());
    let lines = format!("{zeros} {nowhere} refs/heads/feat/x\n");
    let run = support::run_with_input(command.args(["facts", "--updates", "-"]), lines.as_bytes());
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("is no commit here"), "{run:?}");

    // In a shallow clone an ancestor may be among what was left out.
    repo.commit("feat: third");
    repo.git(&["branch", "old", "HEAD~1"]);
    let folder = tempfile::tempdir().unwrap();
    let shallow = folder.path().join("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(&[
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        &url,
        &shallow.display().to_string(),
    ]);
    let (old, new) = (repo.id("HEAD~1"), repo.id("HEAD"));
    let mut command = support::flowgate(&shallow);
    let lines = format!("{old} {new} refs/heads/main\n{zeros} {new} refs/heads/feat/x\n");
    let run = support::run_with_input(command.args(["facts", "--updates", "-"]), lines.as_bytes());
    assert_eq!(told(&run.json()["input"])[0], "main unknown 0 0");
}

#[test]
fn the_highest_release_is_of_the_same_line() {
    let repo = Repo::new();
    repo.commit("feat: start");
    for name in [
        "1.2.0",
        "1.2.10-rc.9",
        "1.2.9",
        "1.3.0",
        "cart/1.2.11",
        "v1",
        "nightly-1.2.99",
    ] {
        repo.tag(name);
    }
    let zeros = "0".repeat(40);
    let highest = |name: &str| {
        let object = repo.id("1.2.0");
        let seen = of_lines(&repo, &format!("{zeros} {object} refs/tags/{name}\n"));
        let found = &seen["updates"][0]["highest"]["name"];
        found.as_str().map(str::to_owned)
    };
    assert_eq!(highest("1.2.1").as_deref(), Some("1.2.10-rc.9"));
    assert_eq!(highest("1.3.1").as_deref(), Some("1.3.0"));
    assert_eq!(highest("cart/1.2.0").as_deref(), Some("cart/1.2.11"));
    assert_eq!(highest("2.0.0"), None);
    assert_eq!(highest("latest"), None);
    assert_eq!(highest("1.3.0"), None, "not itself");
}

#[test]
fn where_a_branch_started_is_seen_through_other_topics_and_merges() {
    let repo = Repo::new();
    repo.commit("feat: start");
    repo.branch("dev").commit("feat: on dev");
    repo.branch("feat/base").commit("feat: a");
    repo.branch("feat/stacked").commit("feat: b");
    repo.switch("main").commit("fix: on main");
    repo.branch("feat/of-main").commit("feat: c");
    repo.branch("feat/mended").merge("dev");
    repo.git(&["switch", "--quiet", "--create", "feat/same", "dev~1"]);
    let zeros = "0".repeat(40);
    let fork = |name: &str| {
        let seen = of_lines(&repo, &format!("{zeros} {} refs/heads/{name}\n", repo.id(name)));
        let fork = &seen["forks"][0];
        (
            names(&fork["from"]).join(" "),
            names(&fork["merged"]).join(" "),
            fork["own_commits"].as_u64().unwrap(),
        )
    };
    let expected = |from: &str, merged: &str, own| (from.to_owned(), merged.to_owned(), own);
    assert_eq!(fork("feat/base"), expected("dev", "", 1));
    assert_eq!(fork("feat/stacked"), expected("dev", "", 2));
    assert_eq!(fork("feat/of-main"), expected("main", "", 1));
    assert_eq!(fork("feat/mended"), expected("main", "dev", 2));
    assert_eq!(fork("feat/same"), expected("dev main", "", 0));
}

/// The flow of the default profile.
fn default_flow() -> Flow {
    let files = source::embedded();
    let profiles = ProfileText::among(files.iter().map(|f| (f.path.as_str(), &*f.text)));
    let request = Request {
        profiles: &profiles,
        profile_override: None,
        file: None,
        read: &|_| Err(String::new()),
        known_rules: &[],
        version: "0.1.0",
    };
    load(&request).unwrap().flow
}

#[test]
fn a_commit_lands_where_others_build_on_it() {
    let repo = Repo::new();
    let first = repo.commit("feat: start");
    let on_main = repo.commit("feat: on main");
    repo.git(&["switch", "--quiet", "--create", "feat/x", &first]);
    let on_topic = repo.commit("feat: on a topic");
    let tagged = repo.commit("feat: tagged");
    let tag = repo.tag("1.0.0").id("1.0.0");
    let place = Place::open(repo.path()).unwrap();
    let flow = default_flow();
    let lands = |commit: &str, updates: &[(&str, &str)]| {
        let update = |(reference, new): &(&str, &str)| ProposedUpdate {
            reference: (*reference).to_owned(),
            old: None,
            new: Some((*new).to_owned()),
            local: Some((*reference).to_owned()),
        };
        let target = Target {
            commits: Commits::One(commit.to_owned()),
            updates: updates.iter().map(update).collect(),
            ..Target::of_content(Content::Nothing)
        };
        let needs = Needs {
            commits: true,
            ..Needs::default()
        };
        let stream = Stream {
            judge: None,
            batch: 1,
            is_kept: true,
            line: None,
        };
        let read = history::read(place.repository().unwrap(), &target, &flow, needs, stream).unwrap();
        read.commits.first().unwrap().lands
    };
    let (main, topic, role) = ("refs/heads/main", "refs/heads/feat/x", "refs/heads/release/1.0.0");
    assert_eq!(lands(&on_main, &[]), None);
    assert_eq!(lands(&on_main, &[(main, &on_main)]), Some(true));
    assert_eq!(lands(&on_topic, &[(topic, &tagged)]), Some(false));
    assert_eq!(lands(&on_topic, &[("refs/heads/my-stuff", &tagged)]), Some(false));
    // Refs of both kinds: each commit for itself.
    let both = [(main, on_main.as_str()), (topic, tagged.as_str())];
    assert_eq!(lands(&on_main, &both), Some(true));
    assert_eq!(lands(&first, &both), Some(true));
    assert_eq!(lands(&on_topic, &both), Some(false));
    // A tag is a landing place, too, and arrives as its own object.
    assert_eq!(lands(&on_topic, &[(topic, &tagged), ("refs/tags/1.0.0", &tag)]), Some(true));
    assert_eq!(lands(&tagged, &[(role, &on_topic), (topic, &tagged)]), Some(false));
    assert_eq!(lands(&on_topic, &[(role, &on_topic), (topic, &tagged)]), Some(true));
}
