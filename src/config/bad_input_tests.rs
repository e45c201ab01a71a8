//! No text makes loading panic, and every problem of the user's own file has a place in it.

use proptest::prelude::*;

use super::tests::load_bytes;

/// Words that have a meaning somewhere in a configuration, and some that have none.
const WORDS: [&str; 36] = [
    "stages",
    "name",
    "aliases",
    "weak_aliases",
    "was",
    "clusters",
    "branches",
    "role",
    "patterns",
    "base",
    "merges",
    "components",
    "tag",
    "tags",
    "commits",
    "types",
    "naming",
    "application",
    "cluster",
    "paths",
    "exclude",
    "adopted",
    "rules",
    "level",
    "at_most",
    "options",
    "policies",
    "waivers",
    "rule",
    "extends",
    "profile",
    "requires",
    "dev",
    "*",
    "commits/conventional",
    "feature",
];

fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Err(problems) = load_bytes("flowgate.yaml", bytes) else {
        return Ok(());
    };
    prop_assert!(!problems.is_empty());
    for problem in problems {
        prop_assert!(!problem.message.is_empty());
        prop_assert_eq!(problem.location.path.as_deref(), Some("flowgate.yaml"));
    }
    Ok(())
}

fn scalar() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        prop::sample::select(&WORDS[..]).prop_map(Into::into),
        "[(\\[{*?!<>=.~^a-z0-9 /-]{0,12}".prop_map(Into::into),
        "\\PC{0,12}".prop_map(Into::into),
    ]
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    scalar().prop_recursive(5, 40, 6, |inner| {
        let key = prop_oneof![4 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec((key, inner), 0..8)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_under_the_known_keys_makes_loading_panic(value in value()) {
        check(value.to_string().as_bytes())?;
    }

    #[test]
    fn no_bytes_make_loading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes)?;
    }

    #[test]
    fn no_damage_to_a_whole_file_makes_loading_panic(at in 0..2000_usize, length in 0..40_usize, text in "\\PC{0,8}") {
        let mut whole = include_bytes!("../../fixtures/configurations/valid/full.yaml").to_vec();
        let start = at.min(whole.len());
        let end = (start + length).min(whole.len());
        whole.splice(start..end, text.into_bytes());
        check(&whole)?;
    }
}
