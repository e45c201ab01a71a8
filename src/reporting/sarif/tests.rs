//! Whole logs. The official schema is asked in `tests/integration/report_formats.rs`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::limits::Limits;
use super::log::write_within;
use super::write;
use crate::domain::report::Report;
use crate::domain::rule::Level;
use crate::reporting::hostile_sample as hostile;
use crate::reporting::sample;

fn run(text: &str) -> Value {
    let log: Value = serde_json::from_str(text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    log["runs"][0].clone()
}

/// What GitHub asks of every result, and the notification that a cut leaves.
fn check(report: &Report, limits: &Limits) -> (Vec<Value>, Option<String>) {
    let run = run(&write_within(report, limits));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap().clone();
    let mut fingerprints = BTreeSet::new();
    for result in &results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let file = &result["locations"][0]["physicalLocation"];
        let uri = file["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.is_empty() && !uri.starts_with("./") && uri.is_ascii(), "{uri}");
        assert!(file["region"]["startLine"].as_u64().unwrap() >= 1);
        fingerprints.insert(result["partialFingerprints"]["primaryLocationLineHash"].clone().to_string());
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.contains(char::is_control) && !message.contains("]("), "{message:?}");
    }
    for rule in rules {
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 20);
        assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
    }
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let cut = notifications.iter().find(|n| n["descriptor"]["id"] == "cut");
    (results, cut.map(|cut| cut["message"]["text"].as_str().unwrap().to_owned()))
}

#[test]
fn a_finding_in_a_file_holds_everything() {
    let mut report = sample::full();
    report.findings.truncate(1);
    report.skips.truncate(2);
    report.rules.truncate(1);
    insta::assert_snapshot!(write(&report));
}

#[test]
fn an_empty_run_has_an_empty_list_of_results() {
    let run = run(&write(&sample::clean()));
    assert_eq!(run["results"], json!([]));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    assert_eq!(
        ids,
        ["argocd/floating-revision", "commits/conventional"],
        "not the one that is off"
    );
}

#[test]
fn what_could_not_be_judged_is_no_success() {
    let mut report = sample::clean();
    report.failures = sample::failures();
    let invocation = &run(&write(&report))["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let ids: Vec<&Value> = invocation["toolExecutionNotifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| &n["descriptor"]["id"])
        .collect();
    assert_eq!(ids, ["failure/policy", "failure/facts"]);
}

#[test]
fn every_place_text_and_size_is_what_github_takes() {
    for report in [
        sample::full(),
        hostile::report(),
        hostile::many(0),
        hostile::many(1),
        hostile::many(5000),
    ] {
        let (results, cut) = check(&report, &Limits::GITHUB);
        assert_eq!(results.len(), report.findings.len() + report.waived.len());
        assert_eq!(cut, None);
    }
}

#[test]
fn a_cut_leaves_the_worst_and_says_so() {
    let mut report = hostile::many(100);
    report.waived = sample::full().waived;
    let limits = Limits {
        results: 30,
        ..Limits::GITHUB
    };
    let (results, cut) = check(&report, &limits);
    assert_eq!(results.len(), 30);
    assert!(results.iter().all(|result| result["level"] == "error"));
    assert!(cut.unwrap().starts_with("71 results are left out"));
}

#[test]
fn a_log_that_is_too_big_for_the_upload_is_cut_by_its_compressed_size() {
    let report = hostile::many(1000);
    let whole = write(&report).len();
    let limits = Limits {
        compressed: 20_000,
        ..Limits::GITHUB
    };
    assert!(whole > 10 * limits.compressed, "{whole}");
    let (results, cut) = check(&report, &limits);
    let left_out = 1000 - results.len();
    assert!(!results.is_empty() && left_out > 0);
    assert!(cut.unwrap().starts_with(&format!("{left_out} results ")));
    let nothing = Limits {
        compressed: 1,
        ..Limits::GITHUB
    };
    assert_eq!(check(&report, &nothing).0.len(), 0, "and it ends");
}

#[test]
fn rules_beyond_the_limit_are_left_out_and_those_that_found_something_stay() {
    let mut report = hostile::many(1);
    report
        .rules
        .extend((0..40).map(|n| sample::outcome(&format!("a/r{n}"), Level::Error, 1, 0)));
    let limits = Limits {
        rules: 5,
        ..Limits::GITHUB
    };
    let (results, cut) = check(&report, &limits);
    assert_eq!(results.len(), 1);
    assert_eq!(
        cut.unwrap(),
        "37 rules are left out, because GitHub's upload takes no more. The JSON report holds all of them."
    );
}

#[test]
fn places_beyond_the_limit_are_counted() {
    let mut report = sample::full();
    report.findings.truncate(1);
    let related = report.findings[0].related[0].clone();
    report.findings[0].related = vec![related; 1200];
    let (results, _) = check(&report, &Limits::GITHUB);
    assert_eq!(results[0]["relatedLocations"].as_array().unwrap().len(), 999);
    let message = results[0]["message"]["text"].as_str().unwrap();
    assert!(message.ends_with("(201 more related places are left out)"), "{message}");
}
