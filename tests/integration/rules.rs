//! The rules that ship: their Rego tests, their metadata, and what the checks before loading say of them.

use std::collections::{BTreeMap, BTreeSet};

use flowgate::config::{Configuration, KnownRule, ProfileText, Request, load};
use flowgate::domain::gate::Gate;
use flowgate::evaluation::flow_input;
use flowgate::evaluation::selection::{Choice, select};
use flowgate::policy::rego_tests::{self, TestResult};
use flowgate::policy::{Limits, PolicyFile, Rule, RuleSet, Value, check_everything, source};

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

fn known_rule(rule: &Rule) -> KnownRule {
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

/// Statements of each source of the model: `S0.1` to `S0.54`, and so on.
const STATEMENTS: [(&str, usize); 5] = [("S0", 54), ("S1", 18), ("S2", 14), ("S3", 14), ("S4", 13)];

/// Others name these.
const FIXED: [&str; 6] = [
    "commits/conventional",
    "branches/name-pattern",
    "versions/tag-not-semver",
    "argocd/floating-revision",
    "flux/floating-revision",
    "files/does-not-parse",
];

#[test]
fn the_tests_of_every_rule_notice_when_it_is_silent_and_when_it_cries_wolf() {
    let (rules, configuration) = shipped();
    let data = flow_input::data(&configuration.flow);
    let files = source::embedded();
    let mut offences = Vec::new();
    for rule in rules.rules() {
        let (silent, loud) = (
            failing(&files, rule, &data, &|text| text.replace(HEAD, &format!("{HEAD}\n\tfalse\n"))),
            failing(&files, rule, &data, &|text| {
                format!("{text}\n{HEAD}\n\tviolation := {WOLF}\n}}\n")
            }),
        );
        if silent.is_empty() {
            offences.push(format!("{}: no test fails when it reports nothing", rule.id));
        }
        if !loud.iter().any(|name| !silent.contains(name)) {
            offences.push(format!("{}: no test holds that it is silent about something", rule.id));
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

const HEAD: &str = "report contains violation if {";
const WOLF: &str = r#"{"message": "wolf", "at": {"path": "wolf", "document": 0, "pointer": "/wolf", "line": 9999, "column": 1, "ref": "refs/heads/wolf", "commit": "wolf"}, "fix": "run", "subject": "wolf", "severity": "info", "edits": [], "related": []}"#;

/// The tests of a rule that fail once its text is changed.
fn failing(files: &[PolicyFile], rule: &Rule, data: &Value, change: &dyn Fn(&str) -> String) -> BTreeSet<String> {
    let folder = rule.path.rsplit_once('/').unwrap().0;
    let near = |file: &&PolicyFile| {
        let is_library = file.path.starts_with("policies/lib/") && !file.path.ends_with("_test.rego");
        is_library || file.path.starts_with(&format!("{folder}/"))
    };
    let mut set: Vec<PolicyFile> = files.iter().filter(near).cloned().collect();
    let changed = set.iter_mut().find(|file| file.path == rule.path).unwrap();
    let text = change(&changed.text);
    assert_ne!(text, changed.text, "{}: is written otherwise", rule.id);
    changed.text = text.into();
    let (set, errors) = RuleSet::load(set);
    assert!(errors.is_empty(), "{errors:?}");
    let results = rego_tests::run(&set, data, Limits::default());
    let is_run = |test: &&TestResult| test.name.starts_with("test_");
    assert!(results.iter().all(|test| is_run(&test)), "{}: {results:?}", rule.id);
    results
        .iter()
        .filter(|test| !test.passed)
        .map(|test| test.name.clone())
        .collect()
}

#[test]
fn what_rules_declare_is_whole_and_names_what_there_is() {
    let (rules, _) = shipped();
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    let mut offences = Vec::new();
    for rule in rules.rules() {
        let id = rule.id.as_str();
        if let Some(other) = titles.insert(&rule.title, id) {
            offences.push(format!("{id}: has the title of {other}"));
        }
        if !rule.description.ends_with('.') {
            offences.push(format!("{id}: its description is no sentence"));
        }
        if rule.sources.is_empty() {
            offences.push(format!("{id}: names no statement of the model"));
        }
        let unknown = rule.sources.iter().filter(|source| !is_statement(source));
        offences.extend(unknown.map(|source| format!("{id}: the model has no statement {source}")));
        if rule.page_text.lines().next() != Some(&format!("# {id}")) {
            offences.push(format!("{id}: its page begins otherwise"));
        }
        offences.extend(wrong_options(&rule.page_text, rule.options.keys()).map(|why| format!("{id}: {why}")));
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
    let ids: BTreeSet<&str> = rules.rules().map(|r| r.id.as_str()).collect();
    let missing: Vec<_> = FIXED.iter().filter(|id| !ids.contains(*id)).collect();
    assert!(missing.is_empty(), "others name {missing:?}");
}

fn is_statement(id: &str) -> bool {
    STATEMENTS.iter().any(|(source, count)| {
        let number = id.strip_prefix(source).and_then(|rest| rest.strip_prefix('.'));
        number
            .and_then(|n| n.parse().ok())
            .is_some_and(|n: usize| (1..=*count).contains(&n))
    })
}

/// Options that the page does not tell, and options that it tells and the rule does not have.
fn wrong_options<'o>(page: &str, options: impl Iterator<Item = &'o String>) -> impl Iterator<Item = String> {
    let section = page
        .split("\n## ")
        .find_map(|section| section.strip_prefix("Options\n"))
        .unwrap_or_default();
    let told: BTreeSet<String> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name.to_owned()))
        .collect();
    let has: BTreeSet<String> = options.cloned().collect();
    let untold = has
        .difference(&told)
        .map(|name| format!("its page does not tell the option {name}"));
    let unknown = told
        .difference(&has)
        .map(|name| format!("its page tells an option {name} that it does not have"));
    untold.chain(unknown).collect::<Vec<_>>().into_iter()
}

#[test]
fn the_default_profile_gives_every_rule_the_level_it_declares() {
    let (rules, configuration) = shipped();
    let choice = Choice::ALL;
    // Some are asked in hooks only.
    let selections = Gate::ALL.map(|gate| select(&rules, &configuration, gate, choice).unwrap());
    let selected = selections.iter().flat_map(|selection| &selection.rules);
    let levels: BTreeMap<&str, &str> = selected.map(|r| (r.id.as_str(), r.level.as_str())).collect();
    // What is off is asked nowhere.
    let on = rules
        .rules()
        .filter(|rule| rule.severity != flowgate::domain::rule::Level::Off);
    let declared: BTreeMap<&str, &str> = on.map(|r| (r.id.as_str(), r.severity.as_str())).collect();
    assert_eq!(levels, declared, "the table of README.md shows what is declared");
}
