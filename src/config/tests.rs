//! Configurations from `fixtures/configurations` and the shipped profiles, loaded whole.

use std::fs;
use std::path::PathBuf;

use crate::domain::rule::{Level, RuleId};

use super::*;

/// Loads a configuration text on top of the shipped profiles; files that `extends` names are read from the fixtures.
pub(super) fn load_text(text: &str) -> Result<Configuration, Vec<ConfigProblem>> {
    load_with(None, text)
}

pub(super) fn load_with(profile: Option<&str>, text: &str) -> Result<Configuration, Vec<ConfigProblem>> {
    let profiles = shipped();
    let read = |path: &str| fs::read(fixtures().join(path)).map_err(|error| error.kind().to_string());
    load(&Request {
        profiles: &profiles,
        profile_override: profile,
        file: Some(ConfigFile {
            path: "flowgate.yaml",
            bytes: text.as_bytes(),
        }),
        read: &read,
        known_rules: &known_rules(),
        version: "0.3.1",
    })
}

fn shipped() -> Vec<ProfileText> {
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

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/configurations")
}

/// Problems as `line:column message (hint)`, one a line; the path only where it is another file.
pub(super) fn told(problems: &[ConfigProblem]) -> String {
    let mut text = String::new();
    for problem in problems {
        if let Some(path) = problem.location.path.as_deref().filter(|p| *p != "flowgate.yaml") {
            text.push_str(path);
            text.push(':');
        }
        if let Some(span) = problem.location.span {
            text.push_str(&format!("{}:{} ", span.start.line, span.start.column));
        }
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
