//! The rules that ship: their Rego tests, their metadata, and what the checks before loading say of them.

use flowgate::config::{Configuration, KnownRule, ProfileText, Request, load};
use flowgate::evaluation::flow_input;
use flowgate::policy::rego_tests::{self, TestResult};
use flowgate::policy::{Limits, PolicyFile, RuleSet, check_everything, source};

/// The rule set of this binary and the model that the default profile gives.
fn shipped() -> (RuleSet, Configuration) {
    let files: Vec<PolicyFile> = source::embedded();
    let profiles = ProfileText::among(files.iter().map(|f| (f.path.as_str(), &*f.text)));
    let (rules, errors) = RuleSet::load(files.clone());
    assert!(errors.is_empty(), "{errors:#?}");
    let known: Vec<KnownRule> = rules.rules().map(known_rule).collect();
    let configuration = load(&Request {
        profiles: &profiles,
        profile_override: None,
        file: None,
        read: &|path| Err(format!("{path}: nothing is read here")),
        known_rules: &known,
        version: "0.1.0",
    });
    (rules, configuration.unwrap())
}

fn known_rule(rule: &flowgate::policy::Rule) -> KnownRule {
    KnownRule {
        id: rule.id.to_string(),
        formerly: rule.formerly.iter().map(ToString::to_string).collect(),
        group: rule.id.group().to_owned(),
        options: rule.options.keys().cloned().collect(),
    }
}

#[test]
fn every_rego_test_passes() {
    let (rules, configuration) = shipped();
    let data = flow_input::data(&configuration.flow);
    let results = rego_tests::run(&rules, &data, Limits::default());
    let told = |test: &TestResult| {
        let line = test.line.unwrap_or(1);
        format!("{}:{line}: {} {}", test.file, test.name, test.message)
    };
    let failed: Vec<String> = results.iter().filter(|test| !test.passed).map(told).collect();
    assert!(
        failed.is_empty(),
        "{} of {} tests do not pass:\n{}",
        failed.len(),
        results.len(),
        failed.join("\n")
    );
    let tested = |path: &str| results.iter().any(|test| test.file == path.replace(".rego", "_test.rego"));
    let libraries = rules.libraries().iter().map(|l| l.path.as_str());
    let untested: Vec<&str> = rules
        .rules()
        .map(|r| r.path.as_str())
        .chain(libraries)
        .filter(|p| !tested(p))
        .collect();
    assert!(untested.is_empty(), "no test of these was run: {untested:?}");
}

#[test]
fn the_checks_before_loading_find_no_error_in_what_ships() {
    let (rules, configuration) = shipped();
    let checked = check_everything(&rules, &flow_input::data(&configuration.flow), Limits::default());
    let told: Vec<String> = checked.errors.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}
