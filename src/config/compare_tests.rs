//! What is a weakening of a configuration, and what only looks like one.

use std::collections::BTreeMap;

use crate::domain::rule::{Level, RuleId};
use crate::domain::weakening::{Direction, Weakening};

use super::compare::{Side, compare};
use super::tests::shipped;
use super::{ConfigFile, Configuration, Request, load};

fn configuration(text: &str) -> Configuration {
    let profiles = shipped();
    let request = Request {
        profiles: &profiles,
        profile_override: None,
        file: Some(ConfigFile {
            path: "flowgate.yaml",
            bytes: text.as_bytes(),
        }),
        read: &|_| Err(String::new()),
        known_rules: &[],
        version: "0.1.0",
    };
    load(&request).unwrap()
}

fn differences(before: &str, after: &str) -> Vec<Weakening> {
    let rules: BTreeMap<RuleId, Level> = [
        ("commits/conventional", Level::Error),
        ("commits/no-fixup", Level::Warning),
        ("mapping/x", Level::Error),
    ]
    .map(|(id, level)| (RuleId::parse(id).unwrap(), level))
    .into();
    let (before, after) = (configuration(before), configuration(after));
    let side = |configuration| Side {
        configuration,
        rules: &rules,
        path: Some("flowgate.yaml"),
    };
    compare(side(&before), side(&after))
}

/// Kind, subject, values and direction of each.
fn check(before: &str, after: &str) -> Vec<String> {
    let rows = differences(before, after);
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    rows.iter()
        .map(|row| {
            let (before, after) = (text(&row.before), text(&row.after));
            format!(
                "{} {} {}: {before} -> {after}",
                row.direction.as_str(),
                row.kind.as_str(),
                row.subject
            )
        })
        .collect()
}

/// Weaker one way, and never weaker on the way back.
#[track_caller]
fn weaker(before: &str, after: &str, expected: &str) {
    assert_eq!(check(before, after), [expected], "{before} to {after}");
    let back = differences(after, before);
    assert!(
        !back.is_empty() && back.iter().all(|row| row.direction == Direction::Stronger),
        "{back:?}"
    );
}

#[test]
fn levels_go_down_by_rule_group_star_cap_and_path() {
    let from = "rules: {commits/conventional: error}\n";
    weaker(
        from,
        "rules: {commits/conventional: warning}\n",
        "weaker level-lowered commits/conventional: error -> warning",
    );
    weaker(
        from,
        "rules: {commits/conventional: 'off'}\n",
        "weaker rule-off commits/conventional: error -> off",
    );
    weaker(
        "",
        "rules: {commits: 'off'}\n",
        "weaker rule-off commits: error (commits/conventional and 1 more) -> off",
    );
    weaker(
        "",
        "rules: {'*': {at_most: info}}\n",
        "weaker level-lowered *: error (commits/conventional and 2 more) -> info",
    );
    weaker(
        "",
        "rules: {mapping/x: {paths: {'legacy/**': 'off'}}}\n",
        "weaker paths-level-lowered mapping/x in legacy/**: error -> off",
    );
}

#[test]
fn what_is_let_pass_by_name_is_told_by_name() {
    weaker("", "exclude: ['apps/**']\n", "weaker exclusion-added apps/**: - -> apps/**");
    weaker("", "bots: [mallory]\n", "weaker bot-added mallory: - -> mallory");
    weaker(
        "",
        "trust: {branches: ['feat/*']}\n",
        "weaker trust-added feat/*: - -> feat/*",
    );
    weaker(
        "tags: {ignore: []}\n",
        "tags: {ignore: ['^x$']}\n",
        "weaker tags-ignored ^x$: - -> ^x$",
    );
    weaker(
        "naming: {ignore: []}\n",
        "naming: {ignore: [old]}\n",
        "weaker exclusion-added old: - -> old",
    );
    weaker("", "adopted: 2026-01-01\n", "weaker adopted-moved adopted: - -> 2026-01-01");
    weaker(
        "adopted: 2026-01-01\n",
        "adopted: 2026-02-01\n",
        "weaker adopted-moved adopted: 2026-01-01 -> 2026-02-01",
    );
    weaker(
        "commits: {types: [feat]}\n",
        "commits: {types: [feat, wip]}\n",
        "weaker types-widened wip: - -> wip",
    );
    weaker(
        "commits: {scopes: [a]}\n",
        "commits: {scopes: []}\n",
        "weaker types-widened commits.scopes: a -> any scope",
    );
    weaker(
        "commits: {exempt: []}\n",
        "commits: {exempt: ['^x$']}\n",
        "weaker exempt-added ^x$: - -> ^x$",
    );
    weaker(
        "waivers: [{rule: mapping/x, reason: r, until: 2026-01-01}]\n",
        "waivers: [{rule: mapping/x, reason: r, until: 2027-01-01}, {rule: mapping/x, reason: r, until: 2026-01-01}]\n",
        "weaker waiver-added mapping/x everywhere: until 2026-01-01 -> until 2027-01-01",
    );
}

#[test]
fn owners_merges_and_patterns_let_more_in() {
    assert_eq!(
        check("", "owners: {policy: ['@mallory'], last-stage: ['@sre']}\n"),
        [
            "stronger owner-added last-stage @sre: - -> @sre",
            "weaker owner-added policy @mallory: - -> @mallory"
        ]
    );
    let widened = check("merges: {main: [release]}\n", "merges: {main: [release, feature]}\n");
    assert_eq!(widened, ["weaker merges-widened main: release -> feature, release"]);
    let pattern = check(
        "branches: {feature: {patterns: ['^feat/.+$']}}\n",
        "branches: {feature: {patterns: ['^feat/.+$', '.*']}}\n",
    );
    assert_eq!(pattern, ["weaker types-widened feature .*: - -> .*"]);
}

#[test]
fn another_profile_is_one_difference() {
    let found = check("", "profile: observe\n");
    let profiles: Vec<&String> = found.iter().filter(|row| row.contains("profile")).collect();
    assert_eq!(
        profiles,
        ["weaker profile-changed profile: gitflow-devops -> observe, under which 2 rules weigh less"],
        "{found:?}"
    );
    assert!(!found.iter().any(|row| row.contains("level-lowered")), "{found:?}");
}

#[test]
fn another_model_is_neither_weaker_nor_stronger() {
    let found = differences("", "stages: [dev, qa, prd]\ncomponents: [{name: a}]\nclusters: {c1: prd}\n");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|row| row.direction == Direction::Changed), "{found:?}");
}

#[test]
fn what_says_the_same_is_no_difference() {
    let text = "rules:\n  commits/conventional: warning\nexclude: [a/**, b/**]\n";
    for same in [
        "# why\nrules: {commits/conventional: {level: warning}}\nexclude:\n  - b/**\n  - a/**\n",
        "exclude: ['a/**', 'b/**']\nrules: {commits/conventional: warning}\nprofile: gitflow-devops\n",
        "exclude: ['a/**', 'b/**']\nrules: {commits/conventional: warning, mapping/x: error}\n",
    ] {
        assert_eq!(check(text, same), [""; 0], "{same}");
    }
    let waiver = |reason: &str| format!("waivers: [{{rule: mapping/x, path: a, reason: {reason}, until: 2026-01-01}}]\n");
    assert_eq!(check(&waiver("why"), &waiver("because")), [""; 0]);
}
