//! GitLab pipelines and the deliveries of their jobs.

use crate::delivery::test_documents::{deliveries, rows};

/// Each delivery as `line revision (class) -> stage`, one file.
fn check(text: &str, expected: &[&str]) {
    check_files(&[(".gitlab-ci.yml", text)], expected);
}

fn check_files(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(deliveries(files), expected);
}

#[test]
fn only_ties_a_job_to_its_branch() {
    check(
        "deploy:
  only: [staging]
  environment: {name: staging}
  script: [make]
",
        &[".gitlab-ci.yml:2 deploy staging (branch) -> int [pipeline]"],
    );
    check(
        "deploy:
  only:
    refs: [main@acme/shop, tags, /^release-.*$/]
    variables: [$DEPLOY]
  environment: production
",
        &[
            ".gitlab-ci.yml:3 deploy - (tag) -> prd [pipeline]",
            ".gitlab-ci.yml:3 deploy /^release-.*$/ (branch) -> prd [pipeline]",
            ".gitlab-ci.yml:3 deploy main (branch) -> prd [pipeline]",
        ],
    );
}

#[test]
fn rules_tie_a_job_to_its_branch() {
    for (condition, expected) in [
        ("$CI_COMMIT_BRANCH == \"develop\"", "develop (branch)"),
        ("'develop' == $CI_COMMIT_REF_NAME", "develop (branch)"),
        ("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "- (default)"),
        ("$CI_COMMIT_BRANCH =~ /^release/", "/^release/ (branch)"),
        ("$CI_COMMIT_BRANCH =~ /^main$/i && $DEPLOY == \"yes\"", "main (branch)"),
        (
            "($CI_COMMIT_BRANCH == \"main\" || $X) && $CI_PIPELINE_SOURCE == \"push\"",
            "main (branch)",
        ),
        ("$CI_COMMIT_TAG", "- (tag)"),
        ("$CI_COMMIT_TAG =~ /^v\\d+/", "/^v\\d+/ (tag)"),
        (
            "$CI_COMMIT_REF_NAME =~ /^\\d+\\.\\d+\\.\\d+$/",
            "/^\\d+\\.\\d+\\.\\d+$/ (tag)",
        ),
        ("$CI_COMMIT_BRANCH == $SET_ELSEWHERE", "$SET_ELSEWHERE (templated)"),
    ] {
        let text = format!(
            "deploy:\n  environment: staging\n  rules:\n    - if: '{}'\n",
            condition.replace('\'', "''")
        );
        check(&text, &[&format!(".gitlab-ci.yml:4 deploy {expected} -> int [pipeline]")]);
    }
}

#[test]
fn conditions_about_other_things_tie_to_nothing() {
    for condition in [
        "$CI_COMMIT_BRANCH != \"main\"",
        "$CI_COMMIT_REF_PROTECTED == \"true\"",
        "$CI_PIPELINE_SOURCE == \"merge_request_event\"",
        "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME == \"main\"",
        "$CI_COMMIT_BRANCH",
        "$CI_COMMIT_BRANCH =~ /.*/",
        "$X == ",
        "((((",
    ] {
        let text = format!("deploy:\n  environment: staging\n  rules:\n    - if: '{condition}'\n");
        check(&text, &[]);
    }
}

#[test]
fn never_is_an_exclusion_and_what_it_leaves_is_a_tie() {
    check(
        "deploy:
  environment: production
  rules:
    - if: $CI_COMMIT_BRANCH == \"main\"
      when: never
    - if: $CI_COMMIT_TAG
",
        &[".gitlab-ci.yml:6 deploy - (tag) -> prd [pipeline]"],
    );
    check(
        "deploy:
  environment: production
  rules:
    - if: $CI_COMMIT_BRANCH != \"main\"
      when: never
    - when: manual
",
        &[".gitlab-ci.yml:4 deploy main (branch) -> prd [pipeline]"],
    );
    check(
        "deploy:
  environment: production
  rules:
    - when: never
    - if: $CI_COMMIT_BRANCH == \"main\"
",
        &[],
    );
}

#[test]
fn except_takes_branches_away() {
    check("deploy: {environment: production, except: [main]}\n", &[]);
    check(
        "deploy: {environment: production, only: [main, dev], except: [dev]}\n",
        &[".gitlab-ci.yml:1 deploy main (branch) -> prd [pipeline]"],
    );
}

#[test]
fn the_workflow_ties_and_sets_variables() {
    check(
        "workflow:
  rules:
    - if: $CI_COMMIT_BRANCH == \"main\"
      variables: {TARGET: production}
    - if: $CI_COMMIT_BRANCH == \"staging\"
      variables: {TARGET: staging}
deploy:
  environment: $TARGET
  script: [make]
",
        &[
            ".gitlab-ci.yml:3 deploy main (branch) -> prd [pipeline]",
            ".gitlab-ci.yml:5 deploy staging (branch) -> int [pipeline]",
        ],
    );
}

#[test]
fn branch_names_may_stand_in_variables() {
    check(
        "variables: {BRANCH_DEVELOP: develop, PATTERN: /^release/}
deploy:
  environment: {name: \"$STAGE\"}
  rules:
    - if: $CI_COMMIT_BRANCH == $BRANCH_DEVELOP
      variables: {STAGE: staging}
    - if: $CI_COMMIT_BRANCH =~ $PATTERN
      variables: {STAGE: production}
",
        &[
            ".gitlab-ci.yml:5 deploy develop (branch) -> int [pipeline]",
            ".gitlab-ci.yml:7 deploy /^release/ (branch) -> prd [pipeline]",
        ],
    );
}

#[test]
fn extends_references_and_anchors_are_followed() {
    check(
        ".main: &main
  rules:
    - if: $CI_COMMIT_BRANCH == \"main\"
.prod:
  environment: {name: production}
by_extends:
  extends: [.prod, .main]
by_reference:
  environment: staging
  rules:
    - !reference [.main, rules]
by_anchor:
  <<: *main
  environment: {name: staging}
whole_reference:
  environment: staging
  rules: !reference [.main, rules]
",
        &[
            ".gitlab-ci.yml:3 by_anchor main (branch) -> int [pipeline]",
            ".gitlab-ci.yml:3 by_extends main (branch) -> prd [pipeline]",
            ".gitlab-ci.yml:3 by_reference main (branch) -> int [pipeline]",
            ".gitlab-ci.yml:3 whole_reference main (branch) -> int [pipeline]",
        ],
    );
}

#[test]
fn included_files_are_part_of_the_pipeline() {
    check_files(
        &[
            (
                ".gitlab-ci.yml",
                "include:
  - ci/plain.yml
  - local: /ci/guarded.yml
    rules:
      - if: $CI_COMMIT_BRANCH == \"staging\"
  - local: ci/more/*.yml
  - project: acme/ci
    file: deploy.yml
",
            ),
            (
                "ci/plain.yml",
                "plain: {script: [a], environment: production, only: [main]}\n",
            ),
            ("ci/guarded.yml", "guarded: {script: [a], environment: staging, stage: x}\n"),
            (
                "ci/more/a.yml",
                "more: {script: [a], environment: production, only: [prod]}\n",
            ),
            (
                "ci/unused.yml",
                "unused: {script: [a], environment: production, only: [main]}\n",
            ),
        ],
        &[
            ".gitlab-ci.yml:5 guarded staging (branch) -> int [pipeline]",
            "ci/more/a.yml:1 more prod (branch) -> prd [pipeline]",
            "ci/plain.yml:1 plain main (branch) -> prd [pipeline]",
        ],
    );
}

#[test]
fn includes_from_elsewhere_are_told() {
    let found = rows(&[(
        ".gitlab-ci.yml",
        "include:\n  - project: acme/ci\n    file: a.yml\n  - remote: https://x/y.yml\n  - gone.yml\n",
    )]);
    let reasons: Vec<&str> = found.unresolved.iter().map(|u| u.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "include of gone.yml is not among the files that could be read",
            "include of remote https://x/y.yml is not among the files",
            "include of project acme/ci is not among the files",
        ]
    );
}

#[test]
fn the_including_file_overrides_what_it_includes() {
    check_files(
        &[
            (".gitlab-ci.yml", "include: ci/a.yml\ndeploy: {only: [release]}\n"),
            ("ci/a.yml", "deploy: {script: [a], environment: production, only: [main]}\n"),
        ],
        &[".gitlab-ci.yml:2 deploy release (branch) -> prd [pipeline]"],
    );
}

#[test]
fn child_pipelines_run_under_the_condition_of_their_trigger() {
    check_files(
        &[
            (
                ".gitlab-ci.yml",
                "child:\n  trigger: {include: [{local: ci/child.yml}]}\n  rules:\n    - if: $CI_COMMIT_BRANCH == \"main\"\n",
            ),
            (
                "ci/child.yml",
                "deploy: {script: [a], environment: production}\nother: {script: [b], stage: x}\n",
            ),
        ],
        &[".gitlab-ci.yml:4 deploy main (branch) -> prd [pipeline]"],
    );
}

#[test]
fn an_environment_computed_from_the_branch_is_told_at_its_name() {
    let found = rows(&[(
        ".gitlab-ci.yml",
        "deploy:\n  environment: $CI_COMMIT_REF_NAME\nother:\n  only: [staging, main]\n  environment:\n    name: env/$CI_COMMIT_BRANCH\n",
    )]);
    assert_eq!(
        crate::delivery::test_documents::describe(&found),
        [
            ".gitlab-ci.yml:2 deploy $CI_COMMIT_REF_NAME (templated) -> ? [pipeline]",
            ".gitlab-ci.yml:6 other main (branch) -> ? [pipeline]",
            ".gitlab-ci.yml:6 other staging (branch) -> int [pipeline]",
        ]
    );
    assert!(found.deliveries.iter().all(|d| d.environment_from_branch));
}

#[test]
fn review_environments_are_previews() {
    check(
        "review:
  environment: {name: review/$CI_COMMIT_REF_SLUG, auto_stop_in: 1 week}
  rules: [{if: $CI_MERGE_REQUEST_ID}]
stop:
  environment: {name: review/$CI_COMMIT_REF_SLUG, action: stop}
",
        &[".gitlab-ci.yml:2 review $CI_COMMIT_REF_NAME (templated) -> ? [preview]"],
    );
}

#[test]
fn jobs_without_a_stage_to_reach_say_nothing_of_stages() {
    check(
        ".hidden: {environment: production, only: [main]}
test: {script: [a], only: [main]}
stop: {environment: {name: production, action: stop}, only: [main]}
docs: {environment: product-docs, only: [main]}
",
        &[".gitlab-ci.yml:4 docs main (branch) -> ? [pipeline]"],
    );
}

#[test]
fn the_tier_speaks_where_the_name_does_not() {
    check(
        "deploy:
  environment: {name: shop, deployment_tier: production}
  only: [main]
",
        &[".gitlab-ci.yml:3 deploy main (branch) -> prd [pipeline]"],
    );
}

#[test]
fn a_matrix_makes_several_environments() {
    check(
        "deploy:
  parallel: {matrix: [{TARGET: [staging, production]}]}
  environment: $TARGET
  only: [main]
",
        &[
            ".gitlab-ci.yml:4 deploy main (branch) -> int [pipeline]",
            ".gitlab-ci.yml:4 deploy main (branch) -> prd [pipeline]",
        ],
    );
}

#[test]
fn pipelines_in_folders_run_only_when_they_are_included() {
    check_files(
        &[("examples/.gitlab-ci.yml", "a: {environment: production, only: [main]}\n")],
        &[],
    );
    check_files(
        &[(".gitlab-ci.staging.yml", "a: {environment: staging, only: [staging]}\n")],
        &[".gitlab-ci.staging.yml:1 a staging (branch) -> int [pipeline]"],
    );
}

#[test]
fn circles_end() {
    check_files(
        &[
            (
                ".gitlab-ci.yml",
                "include: [ci/a.yml]\na: {extends: b, environment: production}\nb: {extends: a, only: [main]}\n",
            ),
            (
                "ci/a.yml",
                "include: [.gitlab-ci.yml, ci/a.yml]\n.x: !reference [.x]\nc: {script: [a], rules: !reference [c, rules], environment: production}\n",
            ),
        ],
        &[
            ".gitlab-ci.yml:3 a main (branch) -> prd [pipeline]",
            ".gitlab-ci.yml:3 b main (branch) -> prd [pipeline]",
        ],
    );
}
