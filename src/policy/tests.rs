//! Rules given as text, asked as the program asks them: loading, answers, failures, limits.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::report::FailureKind;
use crate::domain::rule::RuleId;

use super::value::from_json;
use super::{Engine, Limits, Origin, PolicyFile, RuleFailure, RuleSet, Value, Violation, rego_tests};

pub(super) const METADATA: &str =
    "# METADATA\n# title: T\n# description: D\n# custom:\n#   severity: error\n#   reads: [branches]\n";

pub(super) fn file(path: &str, text: &str, origin: Origin) -> PolicyFile {
    PolicyFile {
        path: path.to_owned(),
        text: Cow::Owned(text.to_owned()),
        origin,
    }
}

/// A foreign rule `own/<name>` with the shortest metadata; its body begins on line 9.
pub(super) fn rule(name: &str, body: &str) -> PolicyFile {
    let text = format!("{METADATA}package rules.own[\"{name}\"]\n\n{body}\n");
    file(&format!("{name}.rego"), &text, Origin::External)
}

pub(super) fn rule_set(files: Vec<PolicyFile>) -> RuleSet {
    let (set, problems) = RuleSet::load(files);
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
    set
}

pub(super) fn data() -> Value {
    from_json(&serde_json::json!({"flow": {"stages": ["dev", "prd"]}}))
}

pub(super) fn all(set: &RuleSet) -> BTreeSet<RuleId> {
    set.rules().map(|r| r.id.clone()).collect()
}

fn prepare(files: Vec<PolicyFile>, limits: Limits) -> Engine {
    let set = rule_set(files);
    Engine::prepare(&set, &all(&set), data(), limits).unwrap()
}

fn ask(body: &str, input: serde_json::Value) -> Result<Vec<Violation>, RuleFailure> {
    let engine = prepare(vec![rule("x", body)], Limits::default());
    engine.worker().evaluate(&RuleId::parse("own/x").unwrap(), from_json(&input))
}

fn messages(body: &str, input: serde_json::Value) -> Vec<String> {
    ask(body, input).unwrap().into_iter().map(|v| v.message).collect()
}

const BRANCHES: &str = r#"report contains violation if {
	some branch in input.branches
	not branch.name in data.flow.stages

	violation := {"message": sprintf("%s is no stage", [branch.name]), "at": {"ref": branch.name}}
}"#;

#[test]
fn a_rule_answers_from_input_and_data_in_a_stable_order() {
    let input = serde_json::json!({"branches": [{"name": "x"}, {"name": "dev"}, {"name": "a"}]});
    assert_eq!(messages(BRANCHES, input), ["a is no stage", "x is no stage"]);
}

#[test]
fn a_rule_that_is_undefined_finds_nothing() {
    assert_eq!(messages(BRANCHES, serde_json::json!({})), Vec::<String>::new());
    assert_eq!(
        messages("report := {1} if input.missing", serde_json::json!({})),
        Vec::<String>::new()
    );
}

#[test]
fn a_worker_forgets_the_question_before() {
    let engine = prepare(vec![rule("x", BRANCHES)], Limits::default());
    let id = RuleId::parse("own/x").unwrap();
    let mut worker = engine.worker();
    for (name, expected) in [("x", 1), ("dev", 0), ("y", 1)] {
        let input = from_json(&serde_json::json!({"branches": [{"name": name}]}));
        assert_eq!(worker.evaluate(&id, input).unwrap().len(), expected, "{name}");
    }
}

#[test]
fn an_error_in_a_rule_is_a_failure_with_its_line() {
    let failure = ask(
        "report contains v if {\n\tv := to_number(input.x)\n}",
        serde_json::json!({"x": "one"}),
    )
    .unwrap_err();
    assert_eq!(
        (
            failure.kind,
            failure.path.as_str(),
            failure.line,
            failure.to_string().as_str()
        ),
        (
            FailureKind::Policy,
            "x.rego",
            Some(10),
            "rule own/x: could not parse string as number"
        )
    );
}

#[test]
fn an_error_under_a_negation_is_a_failure_too() {
    let body = "report contains v if {\n\tnot to_number(\"one\")\n\tv := {\"message\": \"m\", \"at\": {\"path\": \"a\"}}\n}";
    assert_eq!(ask(body, serde_json::json!({})).unwrap_err().kind, FailureKind::Policy);
}

#[test]
fn an_error_in_one_rule_leaves_the_others_their_answer() {
    let broken = rule("broken", "report contains to_number(\"one\")");
    let engine = prepare(vec![rule("x", BRANCHES), broken], Limits::default());
    let mut worker = engine.worker();
    let input = from_json(&serde_json::json!({"branches": [{"name": "a"}]}));
    assert!(worker.evaluate(&RuleId::parse("own/broken").unwrap(), input.clone()).is_err());
    assert_eq!(worker.evaluate(&RuleId::parse("own/x").unwrap(), input).unwrap().len(), 1);
}

#[test]
fn a_malformed_violation_is_a_failure_that_names_rule_and_field() {
    let failure = ask("report contains {\"message\": \"m\", \"where\": 1}", serde_json::json!({})).unwrap_err();
    assert_eq!(failure.to_string(), "rule own/x: field `where` of a violation is unknown");
}

#[test]
fn a_rule_beyond_its_time_is_a_failure_of_the_limit() {
    let limits = Limits {
        time: Duration::from_millis(20),
        ..Limits::default()
    };
    let slow = "xs := numbers.range(1, 3000)\nreport contains v if {\n\tsome a in xs\n\tsome b in xs\n\ta * b == -1\n\tv := a\n}";
    let in_function = format!(
        "f(x) if {{\n\tsome a in xs\n\tsome b in xs\n\ta * b == x\n}}\n{}",
        slow.replace("a * b == -1", "f(-1)")
    );
    for body in [slow, in_function.as_str()] {
        let engine = prepare(vec![rule("x", body)], limits);
        let failure = engine
            .worker()
            .evaluate(&RuleId::parse("own/x").unwrap(), Value::new_object())
            .unwrap_err();
        assert_eq!(failure.kind, FailureKind::Limit, "{failure}");
        assert!(failure.to_string().contains("beyond its limit of 20ms"), "{failure}");
    }
}

#[test]
fn one_long_step_beyond_the_time_is_noticed_afterwards() {
    let limits = Limits {
        time: Duration::from_micros(1),
        ..Limits::default()
    };
    let engine = prepare(
        vec![rule("x", "report contains v if count(numbers.range(1, 100000)) == input.x\n")],
        limits,
    );
    let failure = engine
        .worker()
        .evaluate(&RuleId::parse("own/x").unwrap(), Value::new_object())
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Limit);
}

#[test]
fn a_range_that_would_take_all_memory_is_an_error() {
    let failure = ask(
        "report contains v if v := numbers.range(1, 100000000000)",
        serde_json::json!({}),
    )
    .unwrap_err();
    assert!(
        failure.message.contains("100000000000 numbers are more than the 1000000"),
        "{failure}"
    );
}

#[test]
fn a_rule_that_was_not_selected_cannot_be_asked() {
    let engine = prepare(vec![rule("x", BRANCHES)], Limits::default());
    let failure = engine
        .worker()
        .evaluate(&RuleId::parse("own/y").unwrap(), Value::new_object())
        .unwrap_err();
    assert!(failure.message.contains("not loaded"), "{failure}");
}

#[test]
fn lines_beyond_the_default_width_are_read_and_beyond_ours_refused() {
    let wide = |width: usize| {
        rule(
            "x",
            &format!("x := \"{}\"\nreport contains v if v := input.x", "a".repeat(width)),
        )
    };
    let prepare = |files| {
        let set = rule_set(files);
        Engine::prepare(&set, &all(&set), data(), Limits::default())
            .map(drop)
            .map_err(|p| p[0].to_string())
    };
    assert_eq!(prepare(vec![wide(2_000)]), Ok(()));
    let refused = prepare(vec![wide(20_000)]).unwrap_err();
    assert!(refused.starts_with("x.rego:9:"), "{refused}");
}

#[test]
fn libraries_are_loaded_through_imports_and_only_those_that_are_used() {
    let lib = |name: &str, text: &str| {
        file(
            &format!("lib/{name}.rego"),
            &format!("package lib.{name}\n\n{text}\n"),
            Origin::External,
        )
    };
    let broken = lib("broken", "this does not parse");
    let a = lib("a", "import data.lib.b\n\nloud(text) := upper(b.same(text))");
    let b = lib("b", "same(text) := text");
    let x = rule(
        "x",
        "import data.lib.a\n\nreport contains {\"message\": a.loud(\"m\"), \"at\": {\"path\": \"p\"}}",
    );
    let engine = prepare(vec![broken, a, b, x], Limits::default());
    let found = engine
        .worker()
        .evaluate(&RuleId::parse("own/x").unwrap(), Value::new_object())
        .unwrap();
    assert_eq!(found[0].message, "M");
}

#[test]
fn printed_text_does_not_disturb() {
    let body = "report contains v if {\n\tprint(\"hello\")\n\tv := {\"message\": \"m\", \"at\": {\"path\": \"p\"}}\n}";
    assert_eq!(messages(body, serde_json::json!({})), ["m"]);
}

#[test]
fn a_rule_knows_its_own_metadata() {
    let body = "# METADATA\n# title: R\nreport contains {\"message\": m, \"at\": {\"path\": \"p\"}} if {\n\tchain := rego.metadata.chain()\n\tm := sprintf(\"%s %v %s\", [rego.metadata.rule().title, chain[0].path, chain[1].annotations.title])\n}";
    assert_eq!(
        messages(body, serde_json::json!({})),
        ["R [\"rules\", \"own\", \"x\", \"report\"] T"]
    );
}

#[test]
fn flowgates_own_functions_answer() {
    let check = |expression: &str, expected: &[&str]| {
        let body =
            format!("report contains {{\"message\": m, \"at\": {{\"path\": \"p\"}}}} if m := sprintf(\"%v\", [{expression}])");
        assert_eq!(messages(&body, serde_json::json!({})), expected, "{expression}");
    };
    check("flowgate.nearest(\"faeture\", [\"fix\", \"feature\"])", &["feature"]);
    check("flowgate.nearest(\"zzz\", {\"fix\", \"feature\"})", &[]);
    check("flowgate.glob(\"apps/**/*.yaml\", \"apps/a/b/c.yaml\")", &["true"]);
    check("flowgate.glob(\"apps/*.yaml\", \"apps/a/c.yaml\")", &["false"]);
    check("flowgate.slug(\" Add: Ümläut's _way_ \")", &["add-ümläut-s-way"]);
    check("regex.match(`^\\d+$`, \"12\")", &["true"]);
    check("regex.match(`^[a-c]+$`, \"abd\")", &["false"]);
    check("numbers.range(3, 1)", &["[3, 2, 1]"]);
    check("numbers.range_step(1, 6, 2)", &["[1, 3, 5]"]);
    check("flowgate.slug(input.missing)", &[]);
}

#[test]
fn a_wrong_argument_of_flowgates_functions_is_a_failure() {
    for call in [
        "sprintf(\"%s\", \"x\")",
        "flowgate.glob(\"[\", \"x\")",
        "flowgate.nearest(1, [])",
        "regex.match(\"(a\", \"a\")",
    ] {
        let failure = ask(&format!("report contains v if v := {call}"), serde_json::json!({})).unwrap_err();
        assert_eq!((failure.kind, failure.line), (FailureKind::Policy, Some(9)), "{failure}");
    }
}

#[test]
fn sprintf_never_fails_open() {
    let body = "report contains {\"message\": m, \"at\": {\"path\": \"p\"}} if m := sprintf(\"%d%% of %s %s\", [1.5, \"x\"])";
    assert_eq!(messages(body, serde_json::json!({})), ["%!d(float64=1.5)% of x %!s(MISSING)"]);
}

#[test]
fn rego_tests_pass_fail_and_break_one_by_one() {
    let test = "package rules.own[\"x_test\"]\n\nimport data.rules.own.x\n\ntest_good if count(x.report) == 1 with input as {\"branches\": [{\"name\": \"q\"}]}\n\ntest_bad if {\n\tprint(\"seen\")\n\tcount(x.report) == 2 with input as {\"branches\": []}\n}\n\ntest_error if to_number(\"x\")\n\ntest_own_stages if count(x.report) == 0 with input as {\"branches\": [{\"name\": \"q\"}]} with data.flow.stages as [\"q\"]\n\nhelper := 1\n";
    let set = rule_set(vec![rule("x", BRANCHES), file("x_test.rego", test, Origin::External)]);
    let results = rego_tests::run(&set, &data(), Limits::default());
    let told: Vec<String> = results
        .iter()
        .map(|r| format!("{} {:?} {} {}", r.name, r.line, r.passed, r.message))
        .collect();
    assert_eq!(
        told,
        [
            "test_good Some(5) true ",
            "test_bad Some(7) false is undefined: a line of it does not hold\nx_test.rego:8: seen",
            "test_error Some(12) false fails at x_test.rego:12: could not parse string as number",
            "test_own_stages Some(14) true ",
        ]
    );
}

#[test]
fn a_test_file_that_does_not_parse_is_a_failed_test() {
    let set = rule_set(vec![file(
        "x_test.rego",
        "package rules.own.x_test\n\ntest_a if {",
        Origin::External,
    )]);
    let results = rego_tests::run(&set, &data(), Limits::default());
    assert_eq!(
        (results.len(), results[0].passed, results[0].name.as_str()),
        (1, false, "x_test.rego")
    );
}

#[test]
fn an_engine_can_be_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Engine>();
    shared::<super::Worker>();
}
