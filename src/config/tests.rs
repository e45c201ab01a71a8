//! Configurations from `fixtures/configurations` and the shipped profiles, loaded whole.

use std::fs;
use std::path::PathBuf;

use crate::domain::rule::{Level, RuleId};

use super::*;

/// Loads a text as `flowgate.yaml` on top of the shipped profiles.
pub(super) fn load_text(text: &str) -> Result<Configuration, Vec<ConfigProblem>> {
    load_bytes("flowgate.yaml", text.as_bytes())
}

/// Loads a file of the fixtures by its path there.
pub(super) fn load_file(path: &str) -> Result<Configuration, Vec<ConfigProblem>> {
    load_bytes(path, &fs::read(fixtures().join(path)).unwrap())
}

/// Files that `extends` names are read from the fixtures.
pub(super) fn load_bytes(path: &str, bytes: &[u8]) -> Result<Configuration, Vec<ConfigProblem>> {
    let profiles = shipped();
    let read = |path: &str| fs::read(fixtures().join(path)).map_err(|error| error.kind().to_string());
    load(&Request {
        profiles: &profiles,
        profile_override: None,
        file: Some(ConfigFile { path, bytes }),
        read: &read,
        known_rules: &known_rules(),
        version: "0.3.1",
    })
}

pub(super) fn shipped() -> Vec<ProfileText> {
    ProfileText::among([
        (
            "policies/profiles/gitflow-devops.yaml",
            include_str!("../../policies/profiles/gitflow-devops.yaml"),
        ),
        (
            "policies/profiles/observe.yaml",
            include_str!("../../policies/profiles/observe.yaml"),
        ),
    ])
}

fn known_rules() -> Vec<KnownRule> {
    let rule = |id: &str, formerly: &[&str], options: &[&str]| KnownRule {
        id: id.to_owned(),
        formerly: formerly.iter().map(|f| (*f).to_owned()).collect(),
        group: id.split_once('/').map_or(id, |(group, _)| group).to_owned(),
        options: options.iter().map(|o| (*o).to_owned()).collect(),
    };
    vec![
        rule("branches/name-pattern", &["branches/pattern"], &[]),
        rule("branches/tag-collision", &[], &[]),
        rule("commits/conventional", &[], &["lenient", "types"]),
        rule("versions/tag-not-semver", &[], &[]),
    ]
}

pub(super) fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/configurations")
}

/// Problems as `path:line:column message (hint)`, one a line.
pub(super) fn told(problems: &[ConfigProblem]) -> String {
    let mut text = String::new();
    for problem in problems {
        text.push_str(problem.location.path.as_deref().unwrap_or_default());
        if let Some(span) = problem.location.span {
            text.push_str(&format!(":{}:{}", span.start.line, span.start.column));
        }
        text.push(' ');
        text.push_str(&problem.message);
        if let Some(hint) = &problem.hint {
            text.push_str(&format!(" ({hint})"));
        }
        text.push('\n');
    }
    text
}

fn level(configuration: &Configuration, rule: &str, path: Option<&str>) -> Level {
    configuration.level_of(&RuleId::parse(rule).unwrap(), Level::Error, path)
}

#[test]
fn the_shipped_profiles_have_no_problems() {
    for name in ["gitflow-devops", "observe"] {
        let profiles = shipped();
        let loaded = load(&Request {
            profiles: &profiles,
            profile_override: Some(name),
            file: None,
            read: &|_| Err("nothing to read".to_owned()),
            known_rules: &known_rules(),
            version: "0.3.1",
        });
        assert_eq!(
            loaded.map_err(|problems| told(&problems)).map(|c| c.profile),
            Ok(name.to_owned())
        );
    }
}

#[test]
fn observe_lowers_every_level_to_warning_until_the_users_file_says_error() {
    let configuration = load_text("profile: observe\nrules: {commits: error, versions/tag-not-semver: 'off'}").unwrap();
    assert_eq!(level(&configuration, "branches/name-pattern", None), Level::Warning);
    assert_eq!(level(&configuration, "commits/conventional", None), Level::Error);
    assert_eq!(level(&configuration, "versions/tag-not-semver", None), Level::Off);
}

#[test]
fn the_nearest_file_wins_and_appending_lists_append() {
    let configuration = load_file("valid/full.yaml").unwrap();
    let flow = &configuration.flow;
    assert_eq!(flow.commits.scopes, ["phippy", "goldie"], "lists replace");
    assert_eq!(configuration.policies, ["valid/team-policy", "valid/policy", "policies"]);
    assert!(configuration.is_excluded("vendor/a.yaml") && configuration.is_excluded("third_party/a/b.yaml"));
    assert!(configuration.is_excluded("a/b.generated.yaml") && !configuration.is_excluded("apps/a.yaml"));
    let bots: Vec<&str> = flow.bots.iter().rev().take(3).map(String::as_str).collect();
    assert_eq!(bots, ["svc-*@acme.com", "acme robot", "team robot"]);
    assert_eq!(
        configuration.files,
        ["policies/profiles/gitflow-devops.yaml", "valid/team.yaml", "valid/full.yaml"]
    );
    assert_eq!(configuration.adopted, Some(Adopted::Date("2026-01-01".to_owned())));
}

#[test]
fn types_of_the_user_come_first_and_null_takes_one_away() {
    let flow = load_file("valid/full.yaml").unwrap().flow;
    let names: Vec<&str> = flow.branch_types.iter().take(3).map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["spike", "experiment", "main"]);
    let type_of = |name: &str| flow.branch_type(name).map(|t| t.name.as_str());
    assert_eq!(type_of("style/x"), None);
    assert_eq!(type_of("feat/x"), Some("feature"), "its role stays the profile's");
    assert_eq!(type_of("feature/x"), None, "its patterns are the user's");
    assert_eq!(type_of("topic/x"), Some("feature"), "former patterns keep the type");
    assert_eq!(flow.merges.get("support"), None);
    let prefixes: Vec<&str> = flow.naming.types.iter().map(|t| t.prefix.as_str()).collect();
    assert_eq!(prefixes, ["svc", "cs", "app"]);
}

#[test]
fn stages_gather_their_words_and_clusters() {
    let flow = load_file("valid/full.yaml").unwrap().flow;
    let tst = &flow.stages[1];
    assert!(tst.aliases == ["tst"] && tst.weak_aliases == ["test", "check"] && tst.optional);
    assert_eq!(
        (tst.since.as_deref(), &tst.clusters),
        (Some("2026-09-01"), &vec!["tst01".to_owned()])
    );
    assert_eq!(flow.stages[0].was, ["sandbox"]);
    let clusters: Vec<(&str, Option<&str>)> = flow.clusters.iter().map(|c| (c.name.as_str(), c.stage.as_deref())).collect();
    let expected = [("no", Some("pre-prod")), ("prd01", Some("prd")), ("tst01", Some("tst"))];
    assert_eq!(clusters, expected, "an alias names its stage");
    assert_eq!(flow.stages[3].clusters, ["prd01"]);
    let paths: Vec<(&str, Option<&str>)> = flow.paths.iter().map(|p| (p.pattern.as_str(), p.stage.as_deref())).collect();
    assert_eq!(paths, [("legacy/**", None), ("envs/eu/prod", Some("prd"))]);
}

#[test]
fn a_negating_word_yields_to_a_stage_and_to_an_alias() {
    let flow = load_file("valid/words-that-negate.yaml").unwrap().flow;
    assert_eq!(flow.negators, ["non", "not", "anti"]);
}

#[test]
fn paths_may_be_a_list_of_pairs() {
    let configuration = load_file("valid/exact-version.yaml").unwrap();
    let paths: Vec<(&str, Option<&str>)> = configuration
        .flow
        .paths
        .iter()
        .map(|p| (p.pattern.as_str(), p.stage.as_deref()))
        .collect();
    assert_eq!(
        paths,
        [("envs/eu", Some("prd")), ("**/shared", None), ("envs/dev01", Some("dev"))]
    );
    assert_eq!(configuration.adopted, Some(Adopted::Commit("0c63ce5".to_owned())));
}

#[test]
fn levels_go_by_file_then_path_then_precision() {
    let configuration = load_file("valid/full.yaml").unwrap();
    assert_eq!(level(&configuration, "commits/conventional", None), Level::Warning);
    assert_eq!(level(&configuration, "commits/conventional", Some("docs/a.txt")), Level::Info);
    assert_eq!(level(&configuration, "commits/conventional", Some("a/b.md")), Level::Off);
    assert_eq!(
        level(&configuration, "branches/tag-collision", None),
        Level::Warning,
        "at most"
    );
    assert_eq!(
        level(&configuration, "versions/tag-not-semver", None),
        Level::Info,
        "by group"
    );
    let text = "extends: [valid/team.yaml]\nrules: {commits: info}";
    let configuration = load_text(text).unwrap();
    let nearer = level(&configuration, "commits/conventional", None);
    assert_eq!(
        nearer,
        Level::Info,
        "the nearer file's group is stronger than the id in another"
    );
}

#[test]
fn a_former_id_of_a_rule_is_followed_in_levels_and_waivers() {
    let configuration = load_file("valid/full.yaml").unwrap();
    let rule = RuleId::parse("branches/name-pattern").unwrap();
    assert!(configuration.levels.origin_of(&rule, None).is_some());
    assert_eq!(configuration.waivers[1].rule, rule);
    assert_eq!(
        configuration.waivers[0].path.as_deref(),
        Some("0.4"),
        "numbers stay as written"
    );
}

#[test]
fn options_merge_and_every_value_knows_where_it_is_written() {
    let configuration = load_file("valid/full.yaml").unwrap();
    let rule = RuleId::parse("commits/conventional").unwrap();
    let options = serde_json::Value::Object(configuration.options_of(&rule));
    assert_eq!(options, serde_json::json!({"lenient": true, "types": ["wip"]}));
    let origin = |pointer: &str| {
        configuration
            .origin(pointer)
            .map(|o| format!("{}:{}", o.path, o.span.start.line))
    };
    assert_eq!(origin("/commits/types"), Some("valid/full.yaml:42".to_owned()));
    assert_eq!(
        origin("/rules/branches~1name-pattern/level"),
        Some("valid/full.yaml:78".to_owned())
    );
    assert_eq!(origin("/branches/experiment/role"), Some("valid/team.yaml:4".to_owned()));
    let profile = origin("/branches/feature/role").unwrap();
    assert!(profile.starts_with("policies/profiles/gitflow-devops.yaml:"), "{profile}");
    assert_eq!(origin("/nothing/here"), None);
}

#[test]
fn folders_with_rules_are_known_before_the_rules_are() {
    let text = "policies: [policy]\nrules: {acme/own: error}\nwaivers: [{rule: acme/own, reason: x}]";
    let request = Request {
        profiles: &shipped(),
        profile_override: None,
        file: Some(ConfigFile {
            path: ".config/flowgate.yaml",
            bytes: text.as_bytes(),
        }),
        read: &|_| Err("nothing to read".to_owned()),
        known_rules: &[],
        version: "0.3.1",
    };
    assert_eq!(Opened::read(&request).unwrap().policy_folders(), [".config/policy"]);
    assert!(load(&request).is_ok(), "without known rules every name passes");
}

#[test]
fn a_profile_that_is_asked_for_wins_over_the_one_that_is_written() {
    let profiles = shipped();
    let request = Request {
        profiles: &profiles,
        profile_override: Some("observe"),
        file: Some(ConfigFile {
            path: "flowgate.yaml",
            bytes: b"profile: gitflow-devops",
        }),
        read: &|_| Err("nothing to read".to_owned()),
        known_rules: &[],
        version: "0.3.1",
    };
    assert_eq!(load(&request).unwrap().profile, "observe");
    let unknown = load(&Request {
        profile_override: Some("obserf"),
        ..request
    });
    assert_eq!(
        told(&unknown.unwrap_err()),
        " there is no profile `obserf` (did you mean `observe`?)\n"
    );
}

#[test]
fn another_version_is_told_before_what_another_version_may_know() {
    let text = "requires: 0.3.0\nfuture: true";
    let problems = load_text(text).unwrap_err();
    assert!(problems.len() == 1 && problems[0].kind == ProblemKind::Version && !problems[0].message.contains('\n'));
    for range in ["0.3.1", ">=0.3, <0.4", "~0.3", "0.3", "*"] {
        assert!(load_text(&format!("requires: '{range}'")).is_ok(), "{range}");
    }
}

#[test]
fn links_that_lead_in_circles_end() {
    let profiles = shipped();
    let request = Request {
        profiles: &profiles,
        profile_override: None,
        file: Some(ConfigFile {
            path: "flowgate.yaml",
            bytes: b"extends: [a/flowgate.yaml, b/flowgate.yaml]",
        }),
        // Every folder holds itself under two names.
        read: &|_| Ok(b"extends: [a/flowgate.yaml, b/flowgate.yaml]".to_vec()),
        known_rules: &[],
        version: "0.3.1",
    };
    let problems = load(&request).unwrap_err();
    assert!(problems.iter().any(|p| p.message.contains("more than 16 levels or 64 files")));
}

#[test]
fn a_rule_that_is_off_may_be_on_at_a_path() {
    let text = "rules: {commits: {level: 'off', paths: {apps: warning}}, '*': {at_most: info}}";
    let configuration = load_text(text).unwrap();
    let rule = RuleId::parse("commits/conventional").unwrap();
    assert_eq!(level(&configuration, rule.as_str(), None), Level::Off);
    assert_eq!(level(&configuration, rule.as_str(), Some("apps/a.yaml")), Level::Info);
    assert_eq!(configuration.levels.highest_of(&rule, Level::Error), Level::Info);
}
