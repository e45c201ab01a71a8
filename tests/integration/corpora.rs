//! Real configuration and histories with expected verdicts, when `../shared/corpora` is there: every row that is not excused must hold.
#![expect(clippy::print_stderr, reason = "recall and false alarms are told to whoever runs the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::{Repo, flowgate, require, run, shared};

/// A family of `verdicts.tsv` and the group of rules that stands for it.
const FAMILIES: [(&str, &[&str]); 9] = [
    ("env-branch-map", &["mapping"]),
    ("floating-rev", &["argocd", "flux", "helm"]),
    ("stage-isolation", &["stages"]),
    ("branch-name", &["branches"]),
    ("tag-semver", &["versions"]),
    ("gitflow-merge", &["history"]),
    ("naming-", &["naming"]),
    ("commit-cc", &["commits"]),
    ("yaml-parse", &["files"]),
];

#[derive(Debug)]
struct Row {
    repository: String,
    family: String,
    place: String,
    expected: String,
}

/// What flowgate found in all bundles of one repository: group, and the places it can be named by.
#[derive(Debug, Default)]
struct Found {
    by_group: BTreeMap<String, BTreeSet<String>>,
    subjects: BTreeMap<String, String>,
    commits: usize,
}

#[test]
fn the_corpora_get_the_verdicts_that_their_readers_gave() {
    let Some(corpora) = require("../shared/corpora", shared("corpora")) else {
        return;
    };
    let rows = rows(&corpora.join("verdicts.tsv"));
    let excused = excused();
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let mut misses = Vec::new();
    let mut used = BTreeSet::new();
    let mut tally: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for row in &rows {
        let judged = found
            .entry(row.repository.clone())
            .or_insert_with(|| judge(&corpora, &row.repository));
        let is_reported = is_reported(row, judged);
        let [right, missed, quiet, alarm] = tally.entry(row.family.clone()).or_default();
        let counter = match (row.expected.as_str(), is_reported) {
            ("yes", true) => right,
            ("yes", false) => missed,
            ("no", false) => quiet,
            ("no", true) => alarm,
            _ => continue,
        };
        *counter += 1;
        if (row.expected == "yes") != is_reported {
            let key = (row.repository.clone(), row.family.clone(), row.place.clone());
            if excused.contains(&key) || excused.contains(&(String::from("*"), row.family.clone(), String::from("*"))) {
                used.insert(key);
            } else {
                misses.push(format!(
                    "{} {} {} expected {}",
                    row.repository, row.family, row.place, row.expected
                ));
            }
        }
    }
    for (family, [right, missed, quiet, alarm]) in &tally {
        eprintln!(
            "{family}: {right} of {} reported, {alarm} false alarms of {}",
            right + missed,
            quiet + alarm
        );
    }
    let unused: Vec<_> = excused.iter().filter(|e| e.0 != "*" && !used.contains(*e)).collect();
    assert!(misses.is_empty(), "not as expected:\n{}", misses.join("\n"));
    assert!(unused.is_empty(), "excused without need: {unused:?}");
}

fn rows(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().unwrap();
        Row {
            repository: next(),
            family: next(),
            place: next(),
            expected: next(),
        }
    };
    text.lines().skip(1).map(row).collect()
}

fn excused() -> BTreeSet<(String, String, String)> {
    let text = include_str!("../corpora-exceptions.tsv");
    let mut excused = BTreeSet::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        assert!(
            fields.len() == 4 && !fields[3].is_empty(),
            "an exception needs repository, family, place and reason: {line}"
        );
        excused.insert((fields[0].to_owned(), fields[1].to_owned(), fields[2].to_owned()));
    }
    excused
}

fn judge(corpora: &Path, repository: &str) -> Found {
    let mut found = Found::default();
    let name = repository.replace('/', "+");
    for kind in ["config", "history"] {
        let bundle = corpora.join(format!("{name}.{kind}.bundle"));
        if !bundle.exists() {
            continue;
        }
        let repo = Repo::new();
        repo.git(&["clone", "--quiet", bundle.to_str().unwrap(), "clone"]);
        let folder = repo.path().join("clone");
        take(&mut found, &folder, &["--all-branches"]);
        if kind == "history" {
            take(&mut found, &folder, &["--history", "--only", "commits"]);
        }
    }
    found
}

fn take(found: &mut Found, folder: &Path, flags: &[&str]) {
    let ran = run(flowgate(folder)
        .args(["check", "--format", "json", "--now", "2026-11-20"])
        .args(flags));
    let report = ran.json();
    let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.commits += report["summary"]["commits"]
        .as_u64()
        .map_or(0, |n| usize::try_from(n).unwrap());
    for finding in report["findings"].as_array().unwrap() {
        let group = text(finding, "/rule").unwrap().split('/').next().unwrap().to_owned();
        let places = found.by_group.entry(group).or_default();
        let related = finding["related"].as_array().into_iter().flatten().map(|r| &r["location"]);
        for location in std::iter::once(&finding["location"]).chain(related) {
            let branch = text(location, "/branch").unwrap_or_default();
            if let (Some(path), Some(line)) = (text(location, "/path"), location["line"].as_u64()) {
                places.insert(format!("{path}:{line}"));
                places.insert(format!("{branch}::{path}:{line}"));
            }
            if let Some(reference) = text(location, "/ref") {
                // Branches of a clone are remote-tracking; the rows name them as their own repository does.
                places.insert(reference.replace("refs/remotes/origin/", "refs/heads/"));
            }
            if let Some(commit) = text(location, "/commit") {
                let subject = text(finding, "/excerpt/text").unwrap_or_default();
                found
                    .subjects
                    .insert(commit, subject.lines().next().unwrap_or_default().to_owned());
            }
        }
    }
}

fn is_reported(row: &Row, found: &Found) -> bool {
    let groups = FAMILIES.iter().find(|(family, _)| row.family.starts_with(family)).unwrap().1;
    let places = || groups.iter().filter_map(|g| found.by_group.get(*g)).flatten();
    if row.family == "commit-cc" && row.place == "-" {
        return found.subjects.len() * 20 > found.commits.min(1000);
    }
    if let Some(subject) = row.place.strip_prefix("commit-subject:") {
        return found.subjects.values().any(|s| s == subject);
    }
    if row.place == "-" {
        return places().next().is_some();
    }
    places().any(|p| *p == row.place)
}
