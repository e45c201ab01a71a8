//! The pages of rules do not lie: what stands under Avoid is found by the rule, what stands under Prefer is not.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use flowgate::domain::report::Report;
use flowgate::domain::rule::RuleId;
use flowgate::policy::value::from_json;
use flowgate::policy::{Engine, Limits, RuleSet, Value, source};

use crate::pushes::judged;
use crate::support::{Repo, Run, flowgate, run};

/// More threads than two processors: most of the time is waiting for git and for the program to start.
const THREADS: usize = 4;

/// One example of a page: a repository told by its blocks.
#[derive(Debug)]
struct Example {
    /// Such as `commits/conventional`.
    rule: String,
    /// `path:line` of its first block.
    place: String,
    is_to_avoid: bool,
    blocks: Vec<Block>,
}

#[derive(Debug, PartialEq)]
enum Block {
    File {
        path: String,
        text: String,
    },
    Recipe(String),
    Commit(String),
    Push(String),
    /// Lines `<flag of merge-request>: <value>`.
    Change(String),
    /// What the rule sees, where no repository of a page can make it so.
    Input(String),
}

#[test]
fn every_example_of_every_page_gets_the_verdict_that_the_page_gives() {
    let mut examples = Vec::new();
    for file in source::embedded() {
        if let Some(rule) = rule_of(&file.path) {
            let found = examples_in(&file.path, rule, &file.text);
            for is_to_avoid in [true, false] {
                let heading = if is_to_avoid { "Avoid" } else { "Prefer" };
                assert!(
                    found.iter().any(|e| e.is_to_avoid == is_to_avoid),
                    "{}: no example under {heading}",
                    file.path
                );
            }
            examples.extend(found);
        }
    }
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(example) = examples.get(next.fetch_add(1, Ordering::Relaxed)) {
                    wrong.lock().unwrap().extend(judge(example));
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{} of {} examples:\n{}",
        wrong.len(),
        examples.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_heading_starts_an_example_and_blocks_before_the_next_belong_together() {
    let page = "## Avoid\n\n```yaml path=a.yaml\na: 1\n```\n\n```commit\nx\n```\n\n### B\n\n```recipe\non main\n```\n\n```sh\nls\n```\n\n## Prefer\n\n```commit\nfeat: x\n\nbody\n```\n\n## Options\n\n```commit\nno\n```\n";
    let found = examples_in("p.md", "a/b".to_owned(), page);
    let summary: Vec<_> = found
        .iter()
        .map(|e| (e.place.as_str(), e.is_to_avoid, e.blocks.len()))
        .collect();
    assert_eq!(summary, [("p.md:3", true, 2), ("p.md:13", true, 1), ("p.md:23", false, 1)]);
    assert_eq!(found[2].blocks, [Block::Commit("feat: x\n\nbody\n".to_owned())]);
}

#[test]
fn a_page_that_lies_is_told() {
    let lie = |is_to_avoid, messages: &[&str]| {
        judge(&Example {
            rule: "commits/conventional".to_owned(),
            place: "p.md:1".to_owned(),
            is_to_avoid,
            blocks: messages.iter().map(|m| Block::Commit((*m).to_owned())).collect(),
        })
        .unwrap()
    };
    assert!(lie(false, &["Update feature 1"]).starts_with("p.md:1: commits/conventional: is preferred, but: "));
    assert!(lie(true, &["feat: x"]).contains("to be avoided, but nothing is found"));
    assert!(lie(true, &["Update feature 1", "feat: x"]).contains("the message \"feat: x\" is to be avoided, but not found"));
}

/// `policies/rules/<group>/<name>/<name>.md` is the page of `<group>/<name>`.
fn rule_of(path: &str) -> Option<String> {
    let folder = path.strip_prefix("policies/rules/")?.strip_suffix(".md")?;
    folder.rsplit_once('/').map(|(rule, _)| rule.to_owned())
}

fn examples_in(path: &str, rule: String, page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut section = None;
    let mut starts_new = true;
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = match heading.trim() {
                "Avoid" => Some(true),
                "Prefer" => Some(false),
                _ => None,
            };
            starts_new = true;
        } else if line.starts_with("### ") {
            starts_new = true;
        } else if let Some(info) = line.strip_prefix("```") {
            let text: String = lines
                .by_ref()
                .take_while(|(_, line)| *line != "```")
                .flat_map(|(_, line)| [line, "\n"])
                .collect();
            let (Some(is_to_avoid), Some(block)) = (section, block(info, text)) else {
                continue;
            };
            if std::mem::take(&mut starts_new) {
                examples.push(Example {
                    rule: rule.clone(),
                    place: format!("{path}:{}", index + 1),
                    is_to_avoid,
                    blocks: Vec::new(),
                });
            }
            examples.last_mut().unwrap().blocks.push(block);
        }
    }
    examples
}

/// A block that makes part of a repository; others are for readers.
fn block(info: &str, text: String) -> Option<Block> {
    match info.trim() {
        "recipe" => Some(Block::Recipe(text)),
        "commit" => Some(Block::Commit(text)),
        "push" => Some(Block::Push(text)),
        "change" => Some(Block::Change(text)),
        "json input" => Some(Block::Input(text)),
        info => info.split_once(" path=").map(|(_, path)| Block::File {
            path: path.to_owned(),
            text,
        }),
    }
}

/// What is wrong with an example, in one line.
fn judge(example: &Example) -> Option<String> {
    let told = |why: String| Some(format!("{}: {}: {why}", example.place, example.rule));
    if let [Block::Input(text)] = &*example.blocks {
        return judge_input(example, text).and_then(told);
    }
    let recipe = example.blocks.iter().find_map(|block| match block {
        Block::Recipe(text) => Some(text),
        _ => None,
    });
    let repo = recipe.map_or_else(Repo::new, |text| Repo::of_recipe(text));
    let mut commits = Vec::new();
    for block in &example.blocks {
        match block {
            Block::File { path, text } => _ = repo.write(path, text),
            Block::Commit(message) => commits.push(repo.commit(message)),
            Block::Recipe(_) | Block::Push(_) | Block::Change(_) | Block::Input(_) => {}
        }
    }
    let pushed = example.blocks.iter().find_map(|block| match block {
        Block::Push(lines) => Some(lines),
        _ => None,
    });
    if let Some(lines) = pushed {
        return judge_push(example, &judged(&repo, &example.rule, lines)).and_then(told);
    }
    let ran = ran(&repo, example);
    let report = ran.json();
    let found = report["findings"].as_array().unwrap();
    if report["failures"].as_array().is_none_or(|failures| !failures.is_empty()) {
        return told(format!("cannot be judged: {}", report["failures"]));
    }
    if let Some(other) = found.iter().find(|f| f["rule"] != example.rule.as_str()) {
        return told(format!("a finding of another rule: {other}"));
    }
    if report["rules"][0]["evaluated"] == 0 {
        return told(format!(
            "the rule is never asked, so this shows nothing; skipped: {}",
            report["skips"]
        ));
    }
    if !example.is_to_avoid {
        return (!found.is_empty()).then(|| told(format!("is preferred, but: {}", found[0]["message"])))?;
    }
    if found.is_empty() {
        return told(format!(
            "is to be avoided, but nothing is found; skipped: {}",
            report["skips"]
        ));
    }
    // Each message is an example of its own.
    let silent = commits
        .iter()
        .find(|id| !found.iter().any(|f| f["location"]["commit"] == id.as_str()));
    silent.and_then(|id| {
        told(format!(
            "the message {:?} is to be avoided, but not found",
            repo.git(&["log", "-1", "--format=%s", id])
        ))
    })
}

/// The gate for a merge request, where the example is one, else the check.
fn ran(repo: &Repo, example: &Example) -> Run {
    let change = example.blocks.iter().find_map(|block| match block {
        Block::Change(lines) => Some(lines),
        _ => None,
    });
    let mut command = flowgate(repo.path());
    match change {
        Some(lines) => _ = command.arg("merge-request").args(flags(lines)).args(trusted_file(repo)),
        None => _ = command.args(["check", "--history", "--fail-on", "warning"]),
    }
    run(command
        .args(["--format", "json", "--only", example.rule.as_str()])
        .args(["--now", "2026-11-20"]))
}

fn flags(lines: &str) -> Vec<String> {
    let pair = |line: &str| {
        let (flag, value) = line
            .split_once(": ")
            .unwrap_or_else(|| panic!("{line}: no `<flag>: <value>`"));
        [format!("--{flag}"), value.to_owned()]
    };
    lines.lines().flat_map(pair).collect()
}

/// A configuration that the page shows as a file judges, though no branch holds it.
fn trusted_file(repo: &Repo) -> Vec<String> {
    let file = repo.path().join("flowgate.yaml");
    let words = ["--config".to_owned(), file.display().to_string()];
    if file.is_file() { words.to_vec() } else { Vec::new() }
}

/// The same for what a rule sees; what is wrong with it.
fn judge_input(example: &Example, text: &str) -> Option<String> {
    let (rules, _) = RuleSet::load(source::embedded());
    let id = RuleId::parse(&example.rule).unwrap();
    let input = from_json(&serde_json::from_str(text).unwrap());
    let engine = Engine::prepare(&rules, &BTreeSet::from([id.clone()]), Value::new_object(), Limits::default()).unwrap();
    let violations = match engine.worker().evaluate(&id, input) {
        Ok(violations) => violations,
        Err(failure) => return Some(format!("cannot be judged: {failure:?}")),
    };
    match (example.is_to_avoid, violations.first()) {
        (true, None) => Some("is to be avoided, but nothing is found".to_owned()),
        (false, Some(violation)) => Some(format!("is preferred, but: {}", violation.message)),
        _ => None,
    }
}

/// The same for a push; what is wrong with it.
fn judge_push(example: &Example, report: &Report) -> Option<String> {
    if !report.failures.is_empty() {
        return Some(format!("cannot be judged: {:?}", report.failures));
    }
    if report.rules.iter().all(|rule| rule.evaluated == 0) {
        return Some(format!(
            "the rule is never asked, so this shows nothing; skipped: {:?}",
            report.skips
        ));
    }
    match (example.is_to_avoid, report.findings.first()) {
        (true, None) => Some("is to be avoided, but nothing is found".to_owned()),
        (false, Some(finding)) => Some(format!("is preferred, but: {}", finding.message)),
        _ => None,
    }
}
