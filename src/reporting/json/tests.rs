//! The written reports against the committed schema, closed so that a field it does not know is found.

use std::path::Path;

use serde_json::{Value, json};

use super::write;
use crate::domain::delivery::DeliveryMode;
use crate::domain::gate::Gate;
use crate::domain::report::{FailureKind, Report, Verdict};
use crate::domain::revision::{Known, RevisionClass};
use crate::domain::rule::{Level, Severity};
use crate::reporting::sample;

#[test]
fn a_report_with_every_kind_of_location_satisfies_the_schema() {
    check(&sample::full());
}

#[test]
fn a_clean_report_satisfies_the_schema() {
    check(&sample::clean());
}

#[test]
fn a_finding_at_each_place_alone_satisfies_the_schema() {
    for finding in sample::everywhere() {
        let mut report = sample::clean();
        report.findings = vec![finding];
        check(&report);
    }
}

#[test]
fn the_schema_refuses_what_is_not_version_1() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let mut report = written(&sample::full());
    assert!(validator.is_valid(&report));
    report["gained"] = json!("later");
    assert!(validator.is_valid(&report), "version 1 may gain fields");
    report["findings"][0].as_object_mut().unwrap().remove("fingerprint");
    assert!(!validator.is_valid(&report), "and never loses one");
}

#[test]
fn the_schema_lists_the_words_of_the_domain() {
    let schema = schema();
    let words = |pointer: &str| schema.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(words("/properties/verdict/enum"), json!(Verdict::ALL.map(Verdict::as_str)));
    assert_eq!(words("/properties/gate/enum"), json!(Gate::ALL.map(Gate::as_str)));
    assert_eq!(
        words("/$defs/finding/properties/severity/enum"),
        json!(Severity::ALL.map(Severity::as_str))
    );
    assert_eq!(
        words("/$defs/rule/properties/level/enum"),
        json!(Level::ALL.map(Level::as_str))
    );
    assert_eq!(
        words("/$defs/failure/properties/kind/enum"),
        json!(FailureKind::ALL.map(FailureKind::as_str))
    );
    assert_eq!(
        words("/$defs/revision/properties/class/enum"),
        json!(RevisionClass::ALL.map(RevisionClass::as_str))
    );
    let known = [Known::Grammar, Known::Repository, Known::RefsLock].map(Known::as_str);
    assert_eq!(words("/$defs/revision/properties/known/enum"), json!(known));
    let modes = [
        DeliveryMode::Follows,
        DeliveryMode::Pipeline,
        DeliveryMode::MachineWritten,
        DeliveryMode::Preview,
    ];
    assert_eq!(
        words("/$defs/delivery/properties/mode/enum"),
        json!(modes.map(DeliveryMode::as_str))
    );
}

#[test]
fn what_is_unknown_is_left_out_of_a_finding() {
    let mut report = sample::clean();
    report.findings = vec![sample::everywhere().swap_remove(4)];
    let report = written(&report);
    assert_eq!(
        report["findings"][0],
        json!({
            "rule": "branches/name-pattern",
            "severity": "warning",
            "title": "Title of the rule",
            "message": "`Feature_1` fits no type of branch",
            "fingerprint": "abababababababababababababababab",
            "location": {"ref": "refs/heads/Feature_1"},
            "related": [],
            "evidence": [],
        })
    );
}

#[test]
fn a_place_in_a_file_is_written_flat() {
    let report = written(&sample::full());
    assert_eq!(
        report["findings"][0]["location"],
        json!({
            "path": "apps/prd/phippy.yaml", "line": 12, "column": 21, "end_line": 12, "end_column": 25,
            "pointer": "/spec/source/targetRevision", "document": 0,
        })
    );
    assert_eq!(
        report["findings"][0]["edits"],
        json!([{
            "path": "apps/prd/phippy.yaml",
            "range": {"line": 12, "column": 21, "end_line": 12, "end_column": 25},
            "text": "1.2.0",
        }])
    );
}

#[test]
fn a_skip_of_every_rule_names_none() {
    let report = written(&sample::full());
    assert_eq!(
        report["skips"][0],
        json!({"rule": null, "reason": "templated by design (helm)", "count": 340})
    );
}

#[test]
fn the_text_is_pretty_and_ends_with_one_line_break() {
    let text = write(&sample::clean());
    assert!(
        text.starts_with("{\n  \"schema\": \"flowgate/report/v1\",\n  \"verdict\": \"clean\",\n"),
        "{text}"
    );
    assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
}

/// Validates the report against the closed schema and lists every offence.
fn check(report: &Report) {
    let mut closed = schema();
    close(&mut closed);
    let validator = jsonschema::draft202012::new(&closed).unwrap();
    let report = written(report);
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// Forbids fields that the schema does not name: readers must bear them, this version must not write them.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.values_mut().for_each(close);
            if map.get("type") == Some(&json!("object")) && map.contains_key("properties") {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/report-v1.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn written(report: &Report) -> Value {
    serde_json::from_str(&write(report)).unwrap()
}
