//! Sets of policy files: what is read from them, and every way in which a file is refused.

use std::collections::BTreeSet;

use crate::domain::gate::Gate;
use crate::domain::rule::{Level, Reads, RuleId};

use super::built::built_in;
use super::engine::{Limits, empty_engine};
use super::lexemes::{Kind, Lexeme, lexemes};
use super::loading::{self, Scope};
use super::tests::{METADATA, file, rule, rule_set};
use super::{Listed, Origin, PolicyFile, RuleSet, source};

const WHOLE: &str = "# METADATA
# title: A title
# description: \"One sentence: with a colon.\"
# custom:
#   severity: warning
#   reads: [deliveries, branches]
#   kinds: [argocd.Application]
#   gates: [scan, pre-push]
#   sources: [S0.18, S1.8]
#   formerly: [old/name]
#   options:
#     days: 30
#     words: [a, b]
package rules.mapping[\"some-rule\"]
";

fn shipped(path: &str, text: &str) -> PolicyFile {
    file(path, text, Origin::Shipped)
}

fn refused(files: Vec<PolicyFile>, expected: &[&str]) {
    let (_, problems) = RuleSet::load(files);
    assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
}

/// Refuses a foreign rule whose block is the given one.
fn refused_metadata(block: &str, expected: &[&str]) {
    let commented: String = block.lines().map(|line| format!("# {line}\n")).collect();
    refused(
        vec![file(
            "a.rego",
            &format!("# METADATA\n{commented}package rules.a.b\n"),
            Origin::External,
        )],
        expected,
    );
}

#[test]
fn a_rule_is_read_whole() {
    let files = vec![
        shipped("policies/rules/mapping/some-rule/some-rule.rego", WHOLE),
        shipped("policies/rules/mapping/some-rule/some-rule.md", "# Page"),
        shipped("policies/README.md", "# Contract"),
        shipped("policies/profiles/p.yaml", "a: 1"),
    ];
    let set = rule_set(files);
    let rule = set.rule(&RuleId::parse("mapping/some-rule").unwrap()).unwrap();
    assert_eq!(
        (rule.title.as_str(), rule.description.as_str()),
        ("A title", "One sentence: with a colon.")
    );
    assert_eq!((rule.severity, rule.origin), (Level::Warning, Origin::Shipped));
    assert!(rule.reads.iter().eq(&[Reads::Branches, Reads::Deliveries]));
    assert!(rule.gates.iter().eq(&[Gate::Scan, Gate::PrePush]));
    assert_eq!(
        (rule.sources.join(" "), rule.formerly[0].as_str()),
        ("S0.18 S1.8".to_owned(), "old/name")
    );
    assert_eq!(
        serde_json::Value::from(rule.options.clone()),
        serde_json::json!({"days": 30, "words": ["a", "b"]})
    );
    assert_eq!(
        (rule.page.as_str(), &*rule.page_text),
        ("rules/mapping/some-rule/some-rule.md", "# Page")
    );
    assert_eq!(set.rules().count(), 1);
}

#[test]
fn a_foreign_rule_may_lie_anywhere_and_needs_no_page() {
    let set = rule_set(vec![rule("x", "report contains 1")]);
    let rule = set.rule(&RuleId::parse("own/x").unwrap()).unwrap();
    assert_eq!(
        (rule.page.as_str(), rule.page_text.as_ref(), rule.path.as_str()),
        ("", "", "x.rego")
    );
}

#[test]
fn a_shipped_rule_needs_its_folder_and_its_page() {
    let text = format!("{METADATA}package rules.a.b\n");
    refused(
        vec![shipped("policies/rules/a/b/b.rego", &text)],
        &["policies/rules/a/b/b.rego: rule a/b has no page policies/rules/a/b/b.md beside it"],
    );
    refused(
        vec![shipped("policies/rules/a/c/c.rego", &text)],
        &["policies/rules/a/c/c.rego:7:1: package rules.a.b does not match its folder, which asks for rules/a/b/b.rego"],
    );
}

#[test]
fn packages_that_say_nothing_useful_are_refused() {
    let foreign = |text: &str| vec![file("a.rego", text, Origin::External)];
    refused(foreign("x := 1\n"), &["a.rego: has no `package` line"]);
    refused(
        foreign("package main\n"),
        &["a.rego:1:1: package main is neither `rules.<group>.<name>` nor `lib.<name>`"],
    );
    refused(
        foreign("package rules.a.b.c\n"),
        &["a.rego:1:1: package rules.a.b.c is neither `rules.<group>.<name>` nor `lib.<name>`"],
    );
    refused(
        foreign("package rules.A[\"b c\"]\n"),
        &["a.rego:1:1: `A/b c` is not a rule id of the form group/name"],
    );
    refused(
        foreign("\npackage rules.a.b\n"),
        &["a.rego:2:1: has no `# METADATA` block before its package"],
    );
    refused(
        vec![file("a_test.rego", "package rules.a.b\n", Origin::External)],
        &["a_test.rego:1:1: package rules.a.b of a test does not end in `_test`"],
    );
}

#[test]
fn a_package_given_twice_is_refused_with_both_files() {
    let text = format!("{METADATA}package rules.a.b\n");
    let twice = ["one.rego", "two.rego"].map(|path| file(path, &text, Origin::External));
    refused(
        twice.to_vec(),
        &["two.rego:7:1: package rules.a.b is also declared by one.rego"],
    );
}

#[test]
fn a_foreign_file_may_not_use_a_shipped_package_nor_one_below_it() {
    let with = |path: &str, text: &str| {
        vec![
            file(path, text, Origin::External),
            shipped("policies/lib/bots/bots.rego", "package lib.bots\n"),
            shipped("policies/rules/a/b/b_test.rego", "package rules.a.b_test\n"),
        ]
    };
    let tail = "of policies/lib/bots/bots.rego, which ships with flowgate: its definitions would be merged into it";
    refused(
        with("x.rego", "package lib.bots\n"),
        &[&format!("x.rego:1:1: package lib.bots lies in lib.bots {tail}")],
    );
    refused(
        with("x.rego", "package lib[\"bots\"].x\n"),
        &[&format!("x.rego:1:1: package lib.bots.x lies in lib.bots {tail}")],
    );
    let escaped = "package lib[\"\\u0062ots\"]\n";
    refused(
        with("x.rego", escaped),
        &[&format!("x.rego:1:1: package lib.bots lies in lib.bots {tail}")],
    );
    refused(
        with("x_test.rego", "package rules.a.b_test\n"),
        &[
            "x_test.rego:1:1: package rules.a.b_test lies in rules.a.b_test of policies/rules/a/b/b_test.rego, which ships with flowgate: its definitions would be merged into it",
        ],
    );
    refused(with("x.rego", "package lib.robots\n"), &[]);
}

#[test]
fn all_problems_of_a_metadata_block_are_reported_with_their_lines() {
    refused_metadata(
        "titel: T\ncustom:\n  severity: fatal\n  reads: [deliverys, documents, tags]\n  gates: [pre-comit]\n  formerly: [Old]\n  kind: [x]",
        &[
            "a.rego:1:1: metadata key `title` is missing",
            "a.rego:1:1: metadata key `description` is missing",
            "a.rego:2:1: metadata key `titel` is unknown, did you mean `title`?",
            "a.rego:4:1: metadata key `custom.severity` does not know `fatal`",
            "a.rego:5:1: metadata key `custom.reads` does not know `deliverys`, did you mean `deliveries`?",
            "a.rego:5:1: `reads: [documents]` stands alone, because it is handed over differently from other facts",
            "a.rego:6:1: metadata key `custom.gates` does not know `pre-comit`, did you mean `pre-commit`?",
            "a.rego:7:1: `Old` is not a rule id of the form group/name",
            "a.rego:8:1: metadata key `custom.kind` is unknown, did you mean `kinds`?",
        ],
    );
}

#[test]
fn keys_of_the_wrong_kind_are_named() {
    refused_metadata(
        "title: 1\ndescription: ''\ncustom:\n  severity: off\n  reads: tags\n  options: [a]\n  kinds: {a: 1}",
        &[
            "a.rego:2:1: metadata key `title` must be a text",
            "a.rego:3:1: metadata key `description` must be a text",
            "a.rego:6:1: metadata key `custom.reads` must be a list of words",
            "a.rego:7:1: metadata key `custom.options` must be a mapping of names to defaults",
            "a.rego:8:1: metadata key `custom.kinds` must be a list of words",
        ],
    );
    refused_metadata(
        "title: T\ndescription: D\ncustom: []",
        &[
            "a.rego:4:1: metadata key `custom` must be a mapping",
            "a.rego:4:1: metadata key `custom.severity` is missing",
            "a.rego:4:1: metadata key `custom.reads` is missing",
        ],
    );
    refused_metadata(
        "title: T\ndescription: D\ncustom:\n  severity: error\n  reads: []",
        &["a.rego:6:1: metadata key `custom.reads` is missing"],
    );
    refused_metadata(
        "title: T\ndescription: D\ncustom:\n  severity: error\n  reads: [tags]\n  keys: [tag]",
        &["a.rego:7:1: metadata key `custom.keys` narrows documents, which this rule does not read"],
    );
}

#[test]
fn a_block_that_is_no_yaml_is_refused_at_its_line_with_advice() {
    let text = "# METADATA\n# title: T\n# description: One: two\npackage rules.a.b\n";
    let (_, problems) = RuleSet::load(vec![file("a.rego", text, Origin::External)]);
    assert_eq!(
        problems[0].to_string(),
        "a.rego:3:1: metadata is not YAML: mapping values are not allowed in this context"
    );
    assert!(problems[0].hint().unwrap().starts_with("quote texts"));
    refused_metadata(
        "- a",
        &["a.rego:1:1: metadata is not YAML: it must be a mapping of keys to values"],
    );
}

#[test]
fn an_unknown_key_of_a_definitions_block_is_refused_too() {
    let text = format!("{METADATA}package rules.a.b\n\n# METADATA\n# titel: R\nreport contains 1\n");
    refused(
        vec![file("a.rego", &text, Origin::External)],
        &["a.rego:10:1: metadata key `titel` is unknown, did you mean `title`?"],
    );
}

#[test]
fn what_ships_loads_without_problems() {
    rule_set(source::embedded());
}

#[test]
fn what_the_build_read_is_what_reading_gives() {
    assert!(built_in().is_some(), "the build could not read a policy");
    let (built, problems) = RuleSet::built_in_with(Vec::new());
    assert_eq!(problems, []);
    let (read, problems) = RuleSet::load(source::embedded());
    assert_eq!(problems, []);
    assert_eq!(built.rules().collect::<Vec<_>>(), read.rules().collect::<Vec<_>>());
    assert_eq!(built.libraries(), read.libraries());
    assert_eq!(built.tests().collect::<Vec<_>>(), read.tests().collect::<Vec<_>>());
    let listed = |set: &RuleSet| -> Vec<String> {
        let told = |rule: Listed<'_>| {
            let reads = Reads::ALL.map(|reads| rule.reads_one_of(&BTreeSet::from([reads])));
            let gates = Gate::ALL.map(|gate| rule.judges_at(gate));
            let options: BTreeSet<&str> = rule.options().collect();
            let former: Vec<&str> = rule.formerly().collect();
            let mentions = set.mentions(rule.id);
            format!("{} {reads:?} {gates:?} {options:?} {former:?} {mentions:?}", rule.id)
        };
        set.listed().map(told).collect()
    };
    assert_eq!(listed(&built), listed(&read));
}

#[test]
fn of_what_is_built_in_the_same_is_parsed_as_when_the_parser_tells_what_is_needed() {
    let (set, _) = RuleSet::built_in_with(Vec::new());
    for rule in set.rules() {
        let parsed = |scope| {
            let limits = Limits::default();
            let loaded = loading::load(&set, &[&rule.module], empty_engine(limits), limits, scope);
            assert_eq!(loaded.problems, []);
            let packages = loaded.engine.get_policy_package_components().unwrap();
            packages
                .into_iter()
                .map(|package| package.components)
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(parsed(Scope::Nothing), parsed(Scope::Foreign), "{}", rule.id);
    }
}

#[test]
fn a_foreign_file_beside_what_is_built_in_is_refused_and_taken_as_beside_what_was_read() {
    let files = [
        format!("{METADATA}package lib.messages\n"),
        format!("{METADATA}package rules.commits.conventional\n"),
        "package lib.messages_test\n".to_owned(),
        format!("{METADATA}package rules.own.name\n"),
    ];
    let paths = ["a.rego", "b.rego", "c_test.rego", "d.rego"];
    let own = || {
        paths
            .iter()
            .zip(&files)
            .map(|(path, text)| file(path, text, Origin::External))
            .collect::<Vec<_>>()
    };
    let (built, problems) = RuleSet::built_in_with(own());
    let (read, expected) = RuleSet::load(source::embedded().into_iter().chain(own()).collect());
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(problems, expected);
    assert_eq!(built.rules().collect::<Vec<_>>(), read.rules().collect::<Vec<_>>());
}

#[test]
fn the_code_of_what_is_built_in_has_every_sign_in_its_place() {
    let built = built_in().unwrap();
    for module in built.rules.iter().map(|rule| &rule.module).chain(built.libraries) {
        let signs: Vec<Lexeme<'_>> = lexemes(module.file.text).filter(|l| l.kind != Kind::Comment).collect();
        assert_eq!(lexemes(module.code).collect::<Vec<_>>(), signs, "{}", module.file.path);
    }
}
