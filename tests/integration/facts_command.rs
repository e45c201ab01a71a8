//! `flowgate facts`: what it prints is what `policies/README.md` promises to authors, field by field.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::{self, Repo, Run};

const VERSION: [&str; 8] = ["text", "major", "minor", "patch", "pre", "build", "prefix", "component"];
const CONTRACT: &str = include_str!("../../policies/README.md");

/// The broken example of Acme, which has facts of every kind.
fn acme() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path().join("acme");
    let run = support::run(support::flowgate(folder.path()).args(["demo", "--keep", "acme"]));
    assert_eq!(run.code, Some(0), "{run:?}");
    (folder, repository)
}

fn facts(folder: &Path, args: &[&str]) -> Run {
    let run = support::run(support::flowgate(folder).arg("facts").args(args));
    assert_eq!(run.code, Some(0), "{run:?}");
    run
}

/// The blocks of the contract: what stands behind `// name` up to the next such line, as the set of its field names.
fn promised(heading: &str) -> BTreeSet<String> {
    let block = CONTRACT.split("```jsonc").nth(1).unwrap().split("```").next().unwrap();
    let mut fields = BTreeSet::new();
    let mut is_inside = false;
    for line in block.lines() {
        if let Some(comment) = line.strip_prefix("// ") {
            // A remark that goes on below its block names nothing new.
            if !comment.starts_with(' ') {
                is_inside = comment.starts_with(heading);
            }
            continue;
        }
        if is_inside {
            let code = line.split_once(" // ").map_or(line, |(code, _)| code);
            fields.extend(keys_in(code));
        }
    }
    assert!(!fields.is_empty(), "{heading} is not in the contract");
    fields
}

/// The texts in quotes before a colon.
fn keys_in(line: &str) -> Vec<String> {
    let parts: Vec<&str> = line.split('"').collect();
    let is_key = |i: &usize| i % 2 == 1 && parts.get(i + 1).is_some_and(|after| after.trim_start().starts_with(':'));
    (0..parts.len()).filter(is_key).map(|i| parts[i].to_owned()).collect()
}

/// Every field name of the values, at any depth; what stands under `skipped` is the user's own.
fn present(values: &[&Value], skipped: &[&str]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for value in values {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    names.insert(key.clone());
                    if !skipped.contains(&key.as_str()) {
                        names.extend(present(&[inner], skipped));
                    }
                }
            }
            Value::Array(items) => names.extend(present(&items.iter().collect::<Vec<_>>(), skipped)),
            _ => {}
        }
    }
    names
}

#[test]
fn every_promised_field_exists_and_no_other() {
    let (_folder, acme) = acme();
    std::fs::write(acme.join("twice.yaml"), "a: 1\na: 2\n").unwrap();
    let all = facts(&acme, &["--history"]).json();
    let input = &all["input"];
    let evidence = promised("EVIDENCE");
    let at: BTreeSet<String> = [
        "path",
        "document",
        "pointer",
        "line",
        "column",
        "end_line",
        "end_column",
        "ref",
        "commit",
    ]
    .map(str::to_owned)
    .into();
    let open = [
        "at",
        "value",
        "evidence",
        "from_evidence",
        "to_evidence",
        "destination_namespace_at",
    ];
    let kinds: BTreeMap<&str, &str> = [
        ("messages[], commits[]", "commits"),
        ("branches[]", "branches"),
        ("tags[]", "tags"),
        ("files[]", "files"),
        ("document", "documents"),
        ("deliveries[]", "deliveries"),
        ("edges[]", "edges"),
        ("repository", "repository"),
    ]
    .into();
    for (heading, field) in kinds {
        let mut wanted = promised(heading);
        // The example of a location in the contract is one of its forms; all forms are held together below.
        let inner: BTreeSet<String> = at.iter().filter(|name| !is_own(heading, name)).cloned().collect();
        wanted = wanted.difference(&inner).cloned().collect();
        let found: BTreeSet<String> = present(&[&input[field]], &open).difference(&inner).cloned().collect();
        let found: BTreeSet<String> = found.into_iter().filter(|name| !name.starts_with('!')).collect();
        wanted.extend(said_in_words(heading));
        assert_eq!(found, wanted, "{heading}");
    }
    let one = &input["deliveries"][0]["evidence"][0];
    assert_eq!(present(&[one], &["at"]), evidence);
    let places = present(
        &[
            &input["deliveries"][0]["at"],
            &input["tags"][0]["at"],
            &input["commits"][0]["at"],
        ],
        &[],
    );
    assert!(places.is_subset(&at), "{places:?}");
}

#[test]
fn every_promised_field_of_updates_exists_and_no_other() {
    let repo = Repo::new();
    let first = repo.commit("feat: start");
    repo.tag("1.0.0").branch("dev");
    let on_dev = repo.commit("feat: directly");
    repo.git(&["switch", "--quiet", "--create", "feat/x", &first]);
    let on_topic = repo.commit("feat: a");
    repo.git(&["branch", "release/1.0.0", &first]);
    let tag = repo.tag("1.0.1").id("1.0.1");
    repo.git(&["update-ref", "-d", "refs/heads/feat/x"]);
    repo.git(&["update-ref", "-d", "refs/tags/1.0.1"]);
    let zeros = "0".repeat(40);
    let lines = format!("{first} {on_dev} refs/heads/dev\n{zeros} {on_topic} refs/heads/feat/x\n{zeros} {tag} refs/tags/1.0.1\n");
    let run = support::run_with_input(
        support::flowgate(repo.path()).args(["facts", "--updates", "-"]),
        lines.as_bytes(),
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    let all = run.json();
    let input = &all["input"];
    let tag = promised("tags[]");
    let version: BTreeSet<String> = VERSION.map(str::to_owned).into();
    let mut updates = promised("updates[]");
    updates.extend(tag.iter().cloned());
    updates.extend(version);
    assert_eq!(present(&[&input["updates"]], &["at"]), updates);
    assert_eq!(present(&[&input["push"]], &[]), promised("push"));
    // What stands under `at` in the contract's examples is one form of a place.
    assert_eq!(present(&[&input["forks"]], &[]), promised("forks[]"));
    assert_eq!(input["branches"][0]["ref"], "refs/heads/dev");
    assert_eq!(input["tags"][0]["name"], "1.0.1");
    let keys: Vec<&String> = input.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["branches", "forks", "gate", "now", "push", "tags", "updates"]);
}

/// Fields that the contract names in a remark.
fn said_in_words(heading: &str) -> BTreeSet<String> {
    match heading {
        // `version: like a tag's`
        "branches[]" => VERSION.map(str::to_owned).into(),
        // `or {"reason", "line", "column"}`
        "messages[], commits[]" => ["reason", "line", "column"].map(str::to_owned).into(),
        _ => BTreeSet::new(),
    }
}

/// Fields of a kind that have the name of a field of a location.
fn is_own(heading: &str, name: &str) -> bool {
    match heading {
        "messages[], commits[]" => matches!(name, "commit" | "line" | "column"),
        "branches[]" => matches!(name, "ref" | "commit"),
        "tags[]" => name == "ref",
        "files[]" | "deliveries[]" => name == "path",
        "document" => matches!(name, "path" | "pointer"),
        "repository" => matches!(name, "ref" | "commit"),
        _ => false,
    }
}

#[test]
fn names_families_and_the_model_are_as_promised() {
    let (_folder, acme) = acme();
    let all = facts(&acme, &[]).json();
    let input = &all["input"];
    let names = promised("names[] and naming");
    let open = ["at", "evidence", "destination_namespace_at"];
    let mut found = present(&[&input["names"], &input["naming"]], &open);
    assert!(found.remove("evidence"));
    found.insert("evidence".to_owned());
    assert_eq!(found, names);
    for family in input["families"].as_object().unwrap().values() {
        let fields: Vec<&String> = family.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["branches", "deliveries", "stages"]);
    }
    let flow = &all["data"]["flow"];
    let top: BTreeSet<&str> = flow.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        top,
        [
            "stages",
            "branch_types",
            "merges",
            "tags",
            "commits",
            "naming",
            "clusters",
            "components",
            "bots",
            "owners"
        ]
        .into()
    );
    for (part, example) in [("stages", "writers"), ("branch_types", "example")] {
        let fields = present(&[&flow[part]], &[]);
        assert!(
            fields.is_subset(&promised("data.flow")) && fields.contains(example),
            "{fields:?}"
        );
    }
}

#[test]
fn one_file_one_commit_or_standard_input_are_shown_alone() {
    let repo = Repo::new();
    repo.write("a/x.yaml", "a: 1\n---\nb: 1.10\n").write("y.yaml", "c: 1\n");
    let first = repo.commit("feat: begin");
    repo.commit("fix: go on");
    let documents = facts(repo.path(), &["a"]).json();
    let fields: Vec<_> = documents.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["documents"]);
    let paths: Vec<_> = documents["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["path"].clone(), d["index"].clone()))
        .collect();
    assert_eq!(paths, [("a/x.yaml".into(), 0.into()), ("a/x.yaml".into(), 1.into())]);
    assert_eq!(documents["documents"][1]["unquoted"][0]["raw"], "1.10");
    let commit = facts(repo.path(), &["--commit", "HEAD~1"]).json();
    assert_eq!(commit["messages"].as_array().unwrap().len(), 1);
    assert_eq!(commit["messages"][0]["commit"], first.as_str());
    let mut command = support::flowgate(repo.path());
    let input = support::run_with_input(command.args(["facts", "-"]), b"d: 1\n");
    assert_eq!(input.json()["documents"][0]["value"]["d"], 1);
    let missing = repo.flowgate(&["facts", "--commit", "nonsense"]);
    assert_eq!(missing.code, Some(2), "{missing:?}");
}

#[test]
fn every_promised_field_of_owners_exists_and_no_other() {
    let repo = Repo::new();
    repo.write(".github/CODEOWNERS", "/overlays/prd/ @sre\n* @dev\n!x\n");
    repo.write("CODEOWNERS", "* @dev\n");
    repo.write("overlays/prd/values.yaml", "a: 1\n");
    repo.commit("feat: start");
    let run = repo.flowgate(&["facts"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let owners = &run.json()["input"]["owners"];
    // What `at` and `example` hold are places.
    assert_eq!(present(&[owners], &["at", "example"]), promised("owners"));
    assert_eq!(owners["file"]["dialect"], "github");
    assert_eq!(owners["unread"], serde_json::json!(["CODEOWNERS"]));
    let prd = owners["paths"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["class"] == "last-stage");
    let prd = prd.unwrap();
    assert_eq!((&prd["path"], &prd["stage"]), (&"overlays/prd/".into(), &"prd".into()));
    assert_eq!(
        (&prd["owners"], &prd["at"]["line"]),
        (&serde_json::json!(["@dev"]), &2.into())
    );
}
