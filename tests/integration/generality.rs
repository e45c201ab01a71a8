//! Small configurations as public repositories have them, each beside a look-alike: every finding is expected at its line, and no other.
//!
//! The files of `generality/` hold them. `=== sentence` begins a repository, `branches:` and `tags:` give it refs, `--- path` begins a file.
//! A line that ends in `#= group` must get a finding of that group of rules, of level error unless `:warning` or `:info` stands behind;
//! `= ref group` expects one about a ref. The marks are taken out before the files are written. Rules about commits take no part.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::Repo;

const MARK: &str = "#=";

/// Path and line, or a ref; then group and level.
type Expectation = (String, String);

#[derive(Debug, Default)]
struct Scenario {
    sentence: String,
    branches: Vec<String>,
    tags: Vec<String>,
    files: Vec<(String, String)>,
    expected: BTreeSet<Expectation>,
}

#[test]
fn argo_cd_is_judged_as_a_careful_reader_would() {
    judge_all("argocd.txt");
}

#[test]
fn flux_is_judged_as_a_careful_reader_would() {
    judge_all("flux.txt");
}

#[test]
fn gitlab_ci_is_judged_as_a_careful_reader_would() {
    judge_all("gitlab.txt");
}

#[test]
fn github_actions_are_judged_as_a_careful_reader_would() {
    judge_all("github.txt");
}

#[test]
fn stages_are_told_apart_as_a_careful_reader_would() {
    judge_all("stages.txt");
}

#[test]
fn refs_are_judged_as_a_careful_reader_would() {
    judge_all("refs.txt");
}

#[test]
fn versions_and_files_are_judged_as_a_careful_reader_would() {
    judge_all("files.txt");
}

fn judge_all(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/integration/generality")
        .join(file);
    let scenarios = read(&std::fs::read_to_string(path).unwrap());
    assert!(!scenarios.is_empty());
    let wrong: Vec<String> = scenarios.iter().filter_map(judge).collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        scenarios.len(),
        wrong.join("\n")
    );
}

/// What is not as expected.
fn judge(scenario: &Scenario) -> Option<String> {
    let repo = Repo::new();
    for (path, content) in &scenario.files {
        repo.write(path, content);
    }
    repo.commit("chore: begin");
    for branch in &scenario.branches {
        repo.git(&["branch", branch]);
    }
    for tag in &scenario.tags {
        repo.tag(tag);
    }
    let args = [
        "check",
        "--format",
        "json",
        "--now",
        "2026-02-01",
        "--skip",
        "commits,history",
    ];
    let ran = repo.flowgate(&args);
    crate::cache::answers_alike(&repo, &args, &ran);
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    let found: BTreeSet<Expectation> = findings.iter().map(place).collect();
    let told = |(place, what): &Expectation| {
        let messages = findings
            .iter()
            .filter(|f| self::place(f) == (place.clone(), what.clone()))
            .map(|f| format!("\n      {} {}", f["rule"], f["message"]));
        format!("{place} {what}{}", messages.collect::<String>())
    };
    let missed = scenario
        .expected
        .difference(&found)
        .map(|e| format!("\n    missed {}", told(e)));
    let alarms = found
        .difference(&scenario.expected)
        .map(|e| format!("\n    alarm {}", told(e)));
    let failures = report["failures"].as_array().unwrap().iter().map(|f| format!("\n    {f}"));
    let wrong: String = missed.chain(alarms).chain(failures).collect();
    (!wrong.is_empty()).then(|| format!("  {}{wrong}", scenario.sentence))
}

fn place(finding: &Value) -> Expectation {
    let location = &finding["location"];
    let place = match (location["path"].as_str(), location["ref"].as_str()) {
        (Some(path), _) => format!("{path}:{}", location["line"].as_u64().unwrap_or(0)),
        (None, Some(reference)) => reference.to_owned(),
        (None, None) => String::new(),
    };
    let group = finding["rule"].as_str().unwrap().split('/').next().unwrap();
    let what = match finding["severity"].as_str().unwrap() {
        "error" => group.to_owned(),
        level => format!("{group}:{level}"),
    };
    (place, what)
}

fn read(text: &str) -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for line in text.lines() {
        if let Some(sentence) = line.strip_prefix("=== ") {
            scenarios.push(Scenario {
                sentence: sentence.to_owned(),
                ..Scenario::default()
            });
        } else if let Some(scenario) = scenarios.last_mut() {
            scenario.read(line);
        }
    }
    scenarios
}

impl Scenario {
    fn read(&mut self, line: &str) {
        let words = |rest: &str| rest.split_whitespace().map(str::to_owned).collect();
        if let Some(path) = line.strip_prefix("--- ") {
            self.files.push((path.to_owned(), String::new()));
        } else if let Some((path, content)) = self.files.last_mut() {
            let (kept, marks) = line.split_once(MARK).unwrap_or((line, ""));
            content.push_str(if marks.is_empty() { kept } else { kept.trim_end() });
            content.push('\n');
            let place = format!("{path}:{}", content.lines().count());
            self.expected
                .extend(marks.split_whitespace().map(|m| (place.clone(), m.to_owned())));
        } else if let Some(rest) = line.strip_prefix("branches:") {
            self.branches = words(rest);
        } else if let Some(rest) = line.strip_prefix("tags:") {
            self.tags = words(rest);
        } else if let Some(rest) = line.strip_prefix("= ") {
            let (place, what) = rest.split_once(' ').unwrap();
            self.expected
                .extend(what.split_whitespace().map(|w| (place.to_owned(), w.to_owned())));
        } else {
            assert!(line.trim().is_empty(), "not understood: {line}");
        }
    }
}
