//! Every file of `fixtures/configurations`: the valid ones load and satisfy the schema, the invalid ones tell all their problems.

use std::collections::BTreeSet;
use std::fs;

use super::tests::{fixtures, load_file, told};

/// All problems of a file that is not valid.
fn invalid(name: &str) -> String {
    match load_file(&format!("invalid/{name}")) {
        Ok(_) => "no problem".to_owned(),
        Err(problems) => told(&problems),
    }
}

fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(fixtures().join(folder)).unwrap();
    entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

/// A file as an editor's YAML reads it.
fn as_json(path: &str) -> serde_json::Value {
    serde_yaml::from_slice(&fs::read(fixtures().join(path)).unwrap()).unwrap()
}

#[test]
fn every_valid_file_loads_and_satisfies_the_schema() {
    let schema = jsonschema::validator_for(&super::schema::json_schema()).unwrap();
    for name in names("valid") {
        let path = format!("valid/{name}");
        assert_eq!(load_file(&path).map(|_| ()).map_err(|p| told(&p)), Ok(()), "{name}");
        let value = as_json(&path);
        let errors: Vec<String> = schema
            .iter_errors(&value)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        // A file without any key is none to an editor.
        assert!(errors.is_empty() || value.is_null(), "{name}: {errors:#?}");
    }
}

#[test]
fn files_of_a_wrong_shape_do_not_satisfy_the_schema() {
    let schema = jsonschema::validator_for(&super::schema::json_schema()).unwrap();
    for name in names("invalid").into_iter().filter(|n| n.starts_with("shape-")) {
        assert!(!schema.is_valid(&as_json(&format!("invalid/{name}"))), "{name}");
    }
}

#[test]
fn every_invalid_file_is_shown_here_with_its_problems() {
    let shown = include_str!("fixture_tests.rs");
    for name in names("invalid") {
        assert!(shown.contains(&format!("invalid(\"{name}\")")), "{name}");
    }
}

#[test]
fn what_does_not_parse_is_told_with_its_place() {
    assert!(invalid("broken.yaml").starts_with("invalid/broken.yaml:3:6 cannot be parsed: "));
    assert!(invalid("duplicate-key.yaml").starts_with("invalid/duplicate-key.yaml:2:1 "));
}

#[test]
fn branch_types_need_role_and_patterns_and_name_only_types_that_exist() {
    insta::assert_snapshot!(invalid("branches.yaml"), @r"
    invalid/branches.yaml:2:3 branch type `spike` has no `role` (a branch type needs `role` and `patterns`, here or in a file beneath)
    invalid/branches.yaml:3:3 branch type `topic` has no `patterns` (a branch type needs `role` and `patterns`, here or in a file beneath)
    invalid/branches.yaml:3:30 there is no branch type `develp` (did you mean `develop`?)
    invalid/branches.yaml:4:18 `nothing` under `branches.broken.role` is not one of `main`, `develop`, `release`, `hotfix`, `topic`, `environment`, `bot`, `infrastructure`
    invalid/branches.yaml:4:38 `(` under `branches.broken.patterns[0]` is not a regular expression: unclosed group
    invalid/branches.yaml:6:22 there is no branch type `featur` (did you mean `feature`?)
    invalid/branches.yaml:7:3 there is no branch type `mian` (did you mean `main`?)
    ");
}

#[test]
fn a_circle_of_files_is_told_from_its_other_end() {
    insta::assert_snapshot!(invalid("extends-circle-back.yaml"), @r"
    invalid/extends-circle-back.yaml:2:11 `typs` is not a key of `commits` (did you mean `types`?)
    invalid/extends-circle.yaml:1:11 `extends` leads in a circle: invalid/extends-circle-back.yaml -> invalid/extends-circle.yaml -> invalid/extends-circle-back.yaml
    ");
}

#[test]
fn a_circle_of_files_is_told_with_its_way() {
    insta::assert_snapshot!(invalid("extends-circle.yaml"), @r"
    invalid/extends-circle-back.yaml:1:11 `extends` leads in a circle: invalid/extends-circle.yaml -> invalid/extends-circle-back.yaml -> invalid/extends-circle.yaml
    invalid/extends-circle-back.yaml:2:11 `typs` is not a key of `commits` (did you mean `types`?)
    ");
}

#[test]
fn a_file_that_cannot_be_read_is_told_where_it_is_named() {
    insta::assert_snapshot!(invalid("extends-missing.yaml"), @"invalid/extends-missing.yaml:1:11 cannot read `not-there.yaml`: entity not found (paths are relative to the file that names them: this one is invalid/not-there.yaml)");
}

#[test]
fn names_have_known_placeholders_and_components_one_series() {
    insta::assert_snapshot!(invalid("naming.yaml"), @r"
    invalid/naming.yaml:3:24 `{ap}` is not a placeholder of names (did you mean `app`?)
    invalid/naming.yaml:3:24 `{type}-{ap}-{stage}` has no `{app}` (write `{app}` where the name of the software stands)
    invalid/naming.yaml:3:58 `{app}-{stage` has a brace without its partner
    invalid/naming.yaml:4:5 kind of software `svc` has no `namespace`
    invalid/naming.yaml:5:12 `{stage}[` is not a regular expression: unclosed character class
    invalid/naming.yaml:7:25 `phippy` must hold `{version}` once (such as `phippy/{version}`)
    invalid/naming.yaml:8:5 component `phippy` is given twice
    ");
}

#[test]
fn an_unknown_profile_does_not_hide_the_other_problems() {
    insta::assert_snapshot!(invalid("profile.yaml"), @r"
    invalid/profile.yaml:1:10 there is no profile `gitflow-devop` (did you mean `gitflow-devops`?)
    invalid/profile.yaml:2:15 stage `dev` is given twice
    ");
}

#[test]
fn another_version_is_the_only_problem_and_one_line() {
    insta::assert_snapshot!(invalid("requires.yaml"), @"invalid/requires.yaml:1:11 this is flowgate 0.3.1, but invalid/requires.yaml:1 requires >=1, <2: in a clone of flowgate, go to such a version and run `cargo install --locked --path .`");
}

#[test]
fn rules_groups_and_options_must_exist() {
    insta::assert_snapshot!(invalid("rules.yaml"), @r"
    invalid/rules.yaml:2:3 there is no rule `branches/name-patern` (did you mean `branches/name-pattern`?)
    invalid/rules.yaml:3:3 there is no rule `versions/conventional` (did you mean `commits/conventional`?)
    invalid/rules.yaml:4:3 there is no rule `completely/different` (`flowgate rules list` shows them all)
    invalid/rules.yaml:5:3 there is no group of rules `branch` (did you mean `branches`?)
    invalid/rules.yaml:6:3 there is no group of rules `conventional` (did you mean `commits/conventional`?)
    invalid/rules.yaml:7:23 options belong to a rule, and `commits` is none (move `lenient` to the id of a rule that has it)
    invalid/rules.yaml:8:36 `leniant` is not an option of `commits/conventional` (did you mean `lenient`?)
    invalid/rules.yaml:9:38 `strict` is not an option of `branches/tag-collision` (it has none)
    invalid/rules.yaml:11:12 there is no rule `versions/tag-not-semvar` (did you mean `versions/tag-not-semver`?)
    ");
}

#[test]
fn the_configuration_is_a_mapping() {
    insta::assert_snapshot!(invalid("shape-list.yaml"), @"invalid/shape-list.yaml:1:1 the configuration must be a mapping, not a list");
}

#[test]
fn items_of_lists_need_their_keys() {
    insta::assert_snapshot!(invalid("shape-missing.yaml"), @r"
    invalid/shape-missing.yaml:2:5 a stage needs `name` (`name`: canonical name)
    invalid/shape-missing.yaml:3:14 a component needs `name` (`name`: name of the component, as in its tags)
    invalid/shape-missing.yaml:4:16 a repository needs `url` (`url`: its URL, in any form)
    invalid/shape-missing.yaml:5:9 a path needs `stage` (`stage`: its stage; null for none)
    invalid/shape-missing.yaml:5:26 a path needs `path` (`path`: a glob over paths)
    invalid/shape-missing.yaml:7:5 a waiver needs `reason` (`reason`: why this may pass)
    invalid/shape-missing.yaml:8:5 a waiver needs `rule` (`rule`: id of the rule)
    ");
}

#[test]
fn reserved_keys_are_refused_with_that_word() {
    insta::assert_snapshot!(invalid("shape-reserved.yaml"), @r"
    invalid/shape-reserved.yaml:1:1 `flows` is reserved for a later version of flowgate (take it out)
    invalid/shape-reserved.yaml:2:1 `catalog` is reserved for a later version of flowgate (take it out)
    invalid/shape-reserved.yaml:3:1 `argocd` is reserved for a later version of flowgate (take it out)
    invalid/shape-reserved.yaml:4:1 `overrides` is reserved for a later version of flowgate (take it out)
    ");
}

#[test]
fn unknown_keys_are_answered_with_near_ones() {
    insta::assert_snapshot!(invalid("shape-unknown-keys.yaml"), @r"
    invalid/shape-unknown-keys.yaml:1:1 `stage` is not a key of the configuration (did you mean `stages`?)
    invalid/shape-unknown-keys.yaml:2:1 `profil` is not a key of the configuration (did you mean `profile`?)
    invalid/shape-unknown-keys.yaml:4:17 `alias` is not a key of a stage (did you mean `aliases`?)
    invalid/shape-unknown-keys.yaml:6:13 `pattern` is not a key of a branch type (did you mean `patterns`?)
    invalid/shape-unknown-keys.yaml:6:33 `colour` is not a key of a branch type (known: `role`, `patterns`, `example`, `base`, `was`)
    invalid/shape-unknown-keys.yaml:7:8 `anotated` is not a key of `tags` (did you mean `annotated`?)
    invalid/shape-unknown-keys.yaml:9:50 `util` is not a key of a waiver (did you mean `until`?)
    invalid/shape-unknown-keys.yaml:11:26 `levle` is not a key of a rule's settings (did you mean `level`?)
    ");
}

#[test]
fn words_dates_and_levels_are_checked() {
    insta::assert_snapshot!(invalid("shape-words.yaml"), @r"
    invalid/shape-words.yaml:2:12 `Pre Prod` under `stages[0].name` must be lower-case letters and digits, joined by `-` (write `pre-prod`)
    invalid/shape-words.yaml:2:31 `pipelines` under `stages[0].writers` is not one of `any`, `ci`
    invalid/shape-words.yaml:2:49 `next week` under `stages[0].since` is not a date (write a day of the calendar as `YYYY-MM-DD`)
    invalid/shape-words.yaml:4:3 `Feature`, a branch type here, must be lower-case letters and digits, joined by `-` (write `feature`)
    invalid/shape-words.yaml:5:20 `always` under `commits.enforce` is not one of `all`, `landing`
    invalid/shape-words.yaml:6:16 `strickt` under `naming.mode` is not one of `strict`, `detect`, `off` (did you mean `strict`?)
    invalid/shape-words.yaml:8:12 `fatal` under `rules.commits` is not one of `off`, `info`, `warning`, `error`
    invalid/shape-words.yaml:9:40 `quiet` under `rules.commits/conventional.paths.docs` is not one of `off`, `info`, `warning`, `error`
    invalid/shape-words.yaml:10:3 `Commits/Conventional`, a rule here, is not the id of a rule (an id has the form `group/name`; `flowgate rules list` shows them all)
    invalid/shape-words.yaml:12:12 `conventional` under `waivers[0].rule` is not the id of a rule (an id has the form `group/name`; `flowgate rules list` shows them all)
    invalid/shape-words.yaml:12:49 `31.12.2027` under `waivers[0].until` is not a date (write a day of the calendar as `YYYY-MM-DD`)
    ");
}

#[test]
fn values_of_the_wrong_kind_are_named() {
    insta::assert_snapshot!(invalid("shape-wrong-kinds.yaml"), @r"
    invalid/shape-wrong-kinds.yaml:1:9 `stages` must be a list, not `dev` (write `[dev]`)
    invalid/shape-wrong-kinds.yaml:2:11 `branches` must be a mapping, not a list
    invalid/shape-wrong-kinds.yaml:3:19 `merges.develop` must be a list, not `feature` (write `[feature]`)
    invalid/shape-wrong-kinds.yaml:5:3 `components` must be a list, not a mapping
    invalid/shape-wrong-kinds.yaml:6:7 `tags` must be a mapping, not `off`
    invalid/shape-wrong-kinds.yaml:7:18 `commits.types` must be a list, not `feat` (write `[feat]`)
    invalid/shape-wrong-kinds.yaml:7:33 `commits.enforce` must be a word, not a list
    invalid/shape-wrong-kinds.yaml:8:28 `naming.namespace_digits` must be `true` or `false`, not `yes`
    invalid/shape-wrong-kinds.yaml:9:19 `clusters.prd01` must be a mapping or a word, not a list
    invalid/shape-wrong-kinds.yaml:10:8 `paths` must be a mapping or a list, not `envs`
    invalid/shape-wrong-kinds.yaml:11:10 `exclude` must be a list, not a mapping
    invalid/shape-wrong-kinds.yaml:12:10 `waivers` must be a list, not a mapping
    invalid/shape-wrong-kinds.yaml:13:8 `rules` must be a mapping, not a list
    invalid/shape-wrong-kinds.yaml:14:8 `bots[0]` must be text, not a list
    invalid/shape-wrong-kinds.yaml:14:18 `bots[1]` is empty
    invalid/shape-wrong-kinds.yaml:15:18 `owners.policy` must be a list, not `@acme` (write `[@acme]`)
    invalid/shape-wrong-kinds.yaml:16:10 `adopted` must be a date or the id of a commit, not a list
    ");
}

#[test]
fn a_word_and_a_cluster_belong_to_one_stage() {
    insta::assert_snapshot!(invalid("stages.yaml"), @r"
    invalid/stages.yaml:2:58 cluster `c01` belongs to stage `prd` already (a cluster has one stage)
    invalid/stages.yaml:3:27 `test` cannot stand for stage `int`: it stands for `dev` already (a word belongs to one stage)
    invalid/stages.yaml:3:45 cluster `c01` belongs to stage `prd` already (a cluster has one stage)
    invalid/stages.yaml:4:49 `int` cannot stand for stage `prd`: it stands for `int` already (a word belongs to one stage)
    invalid/stages.yaml:4:61 `dev` cannot stand for stage `prd`: it stands for `dev` already (a word belongs to one stage)
    invalid/stages.yaml:5:5 stage `dev` is given twice
    invalid/stages.yaml:8:8 there is no stage `prodd` (known: `dev`, `int`, `prd`)
    invalid/stages.yaml:10:12 there is no stage `qa` (known: `dev`, `int`, `prd`)
    ");
}

#[test]
fn tags_and_keys_that_are_no_words_are_refused() {
    insta::assert_snapshot!(invalid("tags-and-keys.yaml"), @r"
    invalid/tags-and-keys.yaml:1:29 the tag `!reference` has no meaning here (take it out)
    invalid/tags-and-keys.yaml:2:3 a key of the configuration is not a word
    ");
}

#[test]
fn a_second_document_is_refused() {
    insta::assert_snapshot!(invalid("two-documents.yaml"), @"invalid/two-documents.yaml:3:1 there is a second document (keep one document in the file)");
}

#[test]
fn patterns_globs_versions_and_days_must_be_usable() {
    insta::assert_snapshot!(invalid("words.yaml"), @r"
    invalid/words.yaml:1:11 `latest` under `requires` is not a range of versions: unexpected character 'l' while parsing major version number (write a version such as `1.4.2`, or a range such as `>=1.4, <2`)
    invalid/words.yaml:2:11 `https://acme.com/flowgate.yaml` under `extends[0]` is not a path (flowgate fetches nothing: name a file or folder on this machine)
    invalid/words.yaml:3:29 `2026-02-30` under `stages[0].since` is not a date (write a day of the calendar as `YYYY-MM-DD`)
    invalid/words.yaml:5:24 `feat/(.+` under `branches.feature.patterns[0]` is not a regular expression: unclosed group
    invalid/words.yaml:5:36 `[a-` under `branches.feature.patterns[1]` is not a regular expression: unclosed character class
    invalid/words.yaml:6:19 `*` under `tags.patterns[0]` is not a regular expression: repetition operator missing expression
    invalid/words.yaml:7:11 `a/[b` under `exclude[0]` is not a glob over paths: unclosed character class; missing ']'
    invalid/words.yaml:7:19 `!c` under `exclude[1]` is not a glob over paths: there are no exceptions with `!`
    invalid/words.yaml:7:25 `../d` under `exclude[2]` is not a glob over paths: it leads out of the repository
    invalid/words.yaml:7:31 `exclude[3]` is not a glob over paths: it names nothing
    invalid/words.yaml:8:9 `x/{a,b`, a path here, is not a glob over paths: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
    invalid/words.yaml:9:10 `20260101` under `adopted` is neither a date nor the id of a commit (write a day as `YYYY-MM-DD`, or the id of a commit (at least 7 digits, lower case))
    invalid/words.yaml:11:45 `waivers[0].reason` is empty
    invalid/words.yaml:11:56 `[` under `waivers[0].path` is not a glob over paths: unclosed character class; missing ']'
    invalid/words.yaml:11:68 `2027-13-01` under `waivers[0].until` is not a date (write a day of the calendar as `YYYY-MM-DD`)
    ");
}
