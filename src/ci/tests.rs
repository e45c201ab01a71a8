//! Recorded environments of every kind in `fixtures/ci`, each with the Change that is read from it, and environments that nobody recorded.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use regex::Regex;

use crate::domain::change::{Change, Host, PipelineKind};

use super::{CiError, Environment, detect, event_path, read};

fn fixtures(host: Host) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("fixtures/ci").join(host.as_str())
}

/// `NAME=value` lines; `\n` in a value is a line feed.
fn variables(text: &str) -> BTreeMap<String, String> {
    let pair = |line: &str| {
        let (name, value) = line.split_once('=').unwrap();
        (name.to_owned(), value.replace("\\n", "\n"))
    };
    text.lines().map(pair).collect()
}

/// What is told of a recorded environment: the fields of its Change that hold something, or the error with its hint.
fn told(host: Host, kind: &str) -> String {
    let file = |ending: &str| fs::read_to_string(fixtures(host).join(format!("{kind}.{ending}"))).ok();
    let variables = variables(&file("env").unwrap());
    assert_eq!(detect(&variables), Some(host), "{kind}");
    let event = file("json");
    let environment = Environment {
        variables: &variables,
        event: event.as_deref(),
    };
    match read(host, environment) {
        Ok(change) => {
            let text = format!("{change:#?}\n");
            let text = Regex::new(r"(?m)^.*: None,\n").unwrap().replace_all(&text, "");
            Regex::new(r"Some\(\s+(.*),\s+\)")
                .unwrap()
                .replace_all(&text, "$1")
                .into_owned()
        }
        Err(error) => format!("{error}\n{}", error.hint()),
    }
}

#[test]
fn each_recorded_environment_gives_its_change() {
    for host in Host::ALL {
        let mut kinds = Vec::new();
        for entry in fs::read_dir(fixtures(host)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            kinds.extend(name.strip_suffix(".env").map(str::to_owned));
        }
        kinds.sort();
        assert!(kinds.len() > 8, "{kinds:?}");
        for kind in kinds {
            insta::with_settings!({
                snapshot_path => fixtures(host),
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, {
                insta::assert_snapshot!(kind.clone(), told(host, &kind));
            });
        }
    }
}

/// A recorded environment with other values for some variables, and another event.
fn with(host: Host, kind: &str, changes: &[(&str, &str)], event: Option<&str>) -> Result<Change, CiError> {
    let mut variables = variables(&fs::read_to_string(fixtures(host).join(format!("{kind}.env"))).unwrap());
    for (name, value) in changes {
        variables.insert((*name).to_owned(), (*value).to_owned());
    }
    read(
        host,
        Environment {
            variables: &variables,
            event,
        },
    )
}

#[track_caller]
fn check_event(event: &str, expected: &str) {
    let error = with(Host::GitHub, "pull-request", &[], Some(event)).unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert!(!error.hint().is_empty());
}

#[test]
fn an_event_that_is_no_event_is_named_with_its_place() {
    let path = "`/home/runner/work/_temp/_github_workflow/event.json`";
    check_event("", &format!("{path}:1:0: the event is not JSON: EOF while parsing a value"));
    check_event(
        "{\n  \"number\": 12,\n}",
        &format!("{path}:3:1: the event is not JSON: trailing comma"),
    );
    check_event(
        "{\"number\": 1e999}",
        &format!("{path}:1:16: the event is not JSON: number out of range"),
    );
    check_event(
        &"[".repeat(100_000),
        &format!("{path}:1:128: the event is not JSON: recursion limit exceeded"),
    );
    check_event("[]", "the event is `a list`, not an object");
    check_event("{\"pull_request\": 7}", "pull_request is `7`, not an object");
    check_event("{\"number\": 99999999999999999999}", "number is `1e+20`, not a whole number");
    check_event(
        "{\"pull_request\": {\"number\": -1}}",
        "pull_request.number is `-1`, not a whole number",
    );
    check_event(
        "{\"pull_request\": {\"title\": [\"a\"]}}",
        "pull_request.title is `a list`, not a text",
    );
    check_event(
        "{\"pull_request\": {\"labels\": [{\"name\": 3}]}}",
        "pull_request.labels[0].name is `3`, not a text",
    );
    check_event(
        "{\"pull_request\": {\"head\": {\"sha\": \"main\\u001b[31m\"}}}",
        "pull_request.head.sha is `main\\u{1b}[31m`, not a full object id",
    );
}

#[test]
fn an_event_may_leave_out_everything_that_variables_tell() {
    for event in [
        "{}",
        "null",
        "{\"pull_request\": null, \"merge_group\": null}",
        "{\"pull_request\": {}}",
    ] {
        let change = with(Host::GitHub, "pull-request", &[], Some(event)).unwrap();
        assert_eq!(change.number, Some(12), "{event}");
        assert_eq!(change.source.branch.as_deref(), Some("feat/cart"), "{event}");
        assert_eq!(change.target.branch.as_deref(), Some("dev"), "{event}");
        assert_eq!(change.kind, Some(PipelineKind::MergedResult), "{event}");
        assert_eq!(change.title, None, "{event}");
    }
}

#[test]
fn a_value_that_gitlab_never_writes_is_an_error() {
    let check = |name: &str, value: &str, expected: &str| {
        let error = with(Host::GitLab, "detached", &[(name, value)], None).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check("CI_MERGE_REQUEST_IID", "+12", "CI_MERGE_REQUEST_IID is `+12`, not a number");
    check(
        "CI_MERGE_REQUEST_IID",
        "99999999999999999999",
        "CI_MERGE_REQUEST_IID is `99999999999999999999`, not a number",
    );
    check(
        "CI_MERGE_REQUEST_EVENT_TYPE",
        "merged_results",
        "CI_MERGE_REQUEST_EVENT_TYPE is `merged_results`, not detached, merged_result or merge_train",
    );
    check(
        "CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED",
        "True",
        "CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED is `True`, not true or false",
    );
    check("CI_COMMIT_SHA", "8f4b2c1", "CI_COMMIT_SHA is `8f4b2c1`, not a full object id");
    let long = "é".repeat(81);
    let expected = format!("CI_COMMIT_SHA is `{}...`, not a full object id", "é".repeat(80));
    check("CI_COMMIT_SHA", &long, &expected);
}

#[test]
fn an_object_id_of_zeros_is_none() {
    let zeros = "0".repeat(40);
    let changes = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", zeros.as_str())];
    let change = with(Host::GitLab, "detached", &changes, None).unwrap();
    assert_eq!(change.base_hint, None);
}

#[test]
fn queues_of_branches_that_look_like_queues() {
    let check = |name: &str, target: &str, number: Option<u64>| {
        let event = serde_json::json!({"merge_group": {"head_ref": name}}).to_string();
        let change = with(Host::GitHub, "merge-group", &[], Some(&event)).unwrap();
        assert_eq!(
            (change.target.branch.as_deref(), change.number),
            (Some(target), number),
            "{name}"
        );
    };
    check("refs/heads/gh-readonly-queue/main/pr-7-abc", "main", Some(7));
    check("gh-readonly-queue/a/pr-1-x/pr-7-abc", "a/pr-1-x", Some(7));
    for name in [
        "refs/heads/gh-readonly-queue/main/pr-x-abc",
        "gh-readonly-queue/pr-7-abc",
        "refs/heads/main",
    ] {
        let event = serde_json::json!({"merge_group": {"head_ref": name}}).to_string();
        let error = with(Host::GitHub, "merge-group", &[], Some(&event)).unwrap_err();
        assert_eq!(error.to_string(), "merge_group.base_ref is not set", "{name}");
    }
}

#[test]
fn hosts_are_told_by_their_own_variable() {
    let check = |pairs: &[(&str, &str)], expected: Option<Host>| {
        let variables: BTreeMap<String, String> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(detect(&variables), expected, "{pairs:?}");
    };
    check(&[], None);
    check(&[("CI", "true")], None);
    check(&[("GITLAB_CI", "true")], Some(Host::GitLab));
    check(&[("GITHUB_ACTIONS", "true")], Some(Host::GitHub));
    check(&[("GITHUB_ACTIONS", "")], None);
    check(&[("GITHUB_ACTIONS", "false")], None);
    check(&[("GITHUB_TOKEN", "x")], None);
    let variables = variables("GITHUB_EVENT_PATH=/event.json");
    assert_eq!(event_path(Host::GitHub, &variables), Some("/event.json"));
    assert_eq!(event_path(Host::GitLab, &variables), None);
}

/// Values at which readers stumble.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("true".to_owned()),
        Just("merge_request_event".to_owned()),
        Just("pull_request".to_owned()),
        Just("merge_group".to_owned()),
        Just("refs/pull/1/merge".to_owned()),
        Just("refs/heads/gh-readonly-queue/é/pr-1-".to_owned()),
        "[0-9]{0,25}",
        "[0-9a-f]{40}",
        any::<String>(),
    ]
}

/// JSON of any shape under the keys that are looked at.
fn event() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        value().prop_map(Into::into),
    ];
    let key = proptest::sample::select(
        [
            "pull_request",
            "merge_group",
            "head",
            "base",
            "ref",
            "sha",
            "repo",
            "full_name",
            "labels",
            "name",
            "user",
            "login",
            "number",
            "auto_merge",
            "merge_method",
            "title",
            "body",
            "draft",
            "head_ref",
            "base_ref",
            "head_sha",
            "repository",
        ]
        .as_slice(),
    );
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|object| serde_json::Value::Object(object.into_iter().collect())),
        ]
    })
}

/// The variables that are looked at, gathered from the fixtures.
fn names() -> Vec<String> {
    let files = [("detached", Host::GitLab), ("pull-request", Host::GitHub)];
    let text = |(kind, host): (&str, Host)| fs::read_to_string(fixtures(host).join(format!("{kind}.env"))).unwrap();
    files
        .into_iter()
        .flat_map(|file| variables(&text(file)).into_keys())
        .collect()
}

proptest! {
    #[test]
    fn no_environment_ends_in_a_panic(
        changes in proptest::collection::btree_map(proptest::sample::select(names()), value(), 0..12),
        json in event(),
        text in any::<String>(),
    ) {
        let json = json.to_string();
        for host in Host::ALL {
            for kind in ["detached", "pull-request", "merge-group"] {
                let path = fixtures(Host::ALL[usize::from(kind != "detached")]).join(format!("{kind}.env"));
                let mut variables = variables(&fs::read_to_string(path).unwrap());
                variables.extend(changes.clone());
                for event in [None, Some(json.as_str()), Some(text.as_str())] {
                    match read(host, Environment { variables: &variables, event }) {
                        Ok(change) => prop_assert_eq!(change.host, Some(host)),
                        Err(error) => prop_assert!(!error.to_string().contains(char::is_control) && !error.hint().is_empty()),
                    }
                }
            }
        }
    }
}
