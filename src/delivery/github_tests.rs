//! GitHub workflows and the deliveries of their jobs.

use crate::delivery::test_documents::{deliveries, describe, rows};

const PATH: &str = ".github/workflows/a.yml";

fn check(text: &str, expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|e| format!("{PATH}:{e}")).collect();
    assert_eq!(deliveries(&[(PATH, text)]), expected);
}

#[test]
fn the_condition_of_a_job_ties_it_to_its_branch() {
    check(
        "on:
  push: {branches: [main, develop]}
  pull_request: {branches: [main]}
jobs:
  test: {runs-on: x}
  deploy:
    if: github.ref == 'refs/heads/develop'
    environment: staging
",
        &["7 deploy develop (branch) -> int [pipeline]"],
    );
}

#[test]
fn conditions_are_read_in_all_their_forms() {
    for (condition, expected) in [
        ("github.ref_name == 'main'", "main (branch)"),
        ("${{ github.ref == 'refs/heads/main' }}", "main (branch)"),
        (
            "github.event_name == 'push' && github.ref == 'refs/heads/main'",
            "main (branch)",
        ),
        ("!(github.ref != 'refs/heads/main')", "main (branch)"),
        ("startsWith(github.ref, 'refs/heads/release/')", "release/* (branch)"),
        ("contains(github.ref, 'release')", "*release* (branch)"),
        ("startsWith(github.ref, 'refs/tags/v')", "v* (tag)"),
        ("startsWith(github.ref, 'refs/tags/')", "- (tag)"),
        ("github.ref_type == 'tag'", "- (tag)"),
        ("contains(fromJSON('[\"refs/heads/main\"]'), github.ref)", "main (branch)"),
        (
            "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)",
            "- (default)",
        ),
        (
            "github.base_ref == 'main' && github.event.pull_request.merged",
            "main (branch)",
        ),
    ] {
        let text = format!(
            "on: [push, pull_request]\njobs:\n  a:\n    if: {}\n    environment: {{name: production}}\n",
            quoted(condition)
        );
        check(&text, &[&format!("4 a {expected} -> prd [pipeline]")]);
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[test]
fn conditions_about_other_things_tie_to_nothing() {
    for condition in [
        "always()",
        "github.ref != 'refs/heads/main'",
        "github.actor == 'x'",
        "github.event.pull_request.merged == true",
        "inputs.x == 'main'",
        "(((",
    ] {
        check(
            &format!(
                "on: push\njobs:\n  a:\n    if: {}\n    environment: production\n",
                quoted(condition)
            ),
            &[],
        );
    }
}

#[test]
fn the_trigger_ties_where_the_job_does_not() {
    check(
        "on:
  push:
    branches: [main, 'release/**', '!release/old']
jobs:
  a: {environment: production}
",
        &[
            "3 a main (branch) -> prd [pipeline]",
            "3 a release/** (branch) -> prd [pipeline]",
        ],
    );
    check(
        "on: {push: {tags: ['v*']}}\njobs: {a: {environment: production}}\n",
        &["1 a v* (tag) -> prd [pipeline]"],
    );
    check(
        "on: {release: {types: [published]}}\njobs: {a: {environment: production}}\n",
        &["1 a - (tag) -> prd [pipeline]"],
    );
    check(
        "on: {push: {branches-ignore: [main]}}\njobs: {a: {environment: production}}\n",
        &[],
    );
    check("on: {push: {branches: ['**']}}\njobs: {a: {environment: production}}\n", &[]);
    check(
        "on: {pull_request: {branches: [main], types: [closed]}}\njobs: {a: {environment: production}}\n",
        &[],
    );
    check(
        "on: {workflow_run: {workflows: [ci], branches: [main]}}\njobs: {a: {environment: production}}\n",
        &["1 a main (branch) -> prd [pipeline]"],
    );
}

#[test]
fn people_choose_when_they_start_a_run() {
    check(
        "on:
  workflow_dispatch: {inputs: {environment: {type: choice, options: [staging, production]}}}
jobs:
  a: {environment: '${{ inputs.environment }}'}
  b: {environment: '${{ github.event.inputs.environment }}'}
",
        &[],
    );
}

#[test]
fn a_choice_by_branch_is_followed_on_both_sides() {
    check(
        "on: {push: {branches: [main, develop]}}
jobs:
  a:
    environment: ${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}
",
        &[
            "4 a develop (branch) -> int [pipeline]",
            "4 a main (branch) -> prd [pipeline]",
        ],
    );
}

#[test]
fn an_environment_computed_from_the_branch_is_told_at_its_name() {
    let found = rows(&[(
        PATH,
        "on: {push: {branches: [staging, main]}}\njobs:\n  a:\n    environment: ${{ github.ref_name }}\n  b:\n    environment: preview-${{ github.head_ref }}\n",
    )]);
    assert_eq!(
        describe(&found),
        [
            format!("{PATH}:4 a main (branch) -> ? [pipeline]"),
            format!("{PATH}:4 a staging (branch) -> int [pipeline]"),
            format!("{PATH}:6 b main (branch) -> ? [preview]"),
            format!("{PATH}:6 b staging (branch) -> ? [preview]"),
        ]
    );
    assert!(found.deliveries.iter().all(|d| d.environment_from_branch));
}

#[test]
fn what_is_known_only_when_it_runs_is_unresolved() {
    let found = rows(&[(PATH, "on: push\njobs:\n  a:\n    environment: ${{ needs.x.outputs.env }}\n")]);
    assert!(found.deliveries.is_empty());
    assert_eq!(
        found.unresolved[0].reason,
        "job a: environment ${{ needs.x.outputs.env }} is known only when the job runs"
    );
}

#[test]
fn a_matrix_makes_several_environments() {
    check(
        "on: {push: {branches: [main]}}
jobs:
  a:
    strategy: {matrix: {environment: [staging, production]}}
    environment: ${{ matrix.environment }}
",
        &["1 a main (branch) -> int [pipeline]", "1 a main (branch) -> prd [pipeline]"],
    );
    check(
        "on: {push: {branches: [main, develop]}}
jobs:
  a:
    strategy:
      matrix:
        include:
        - {environment: staging, branch: develop}
        - {environment: production, branch: main}
    if: github.ref_name == matrix.branch
    environment: ${{ matrix.environment }}
",
        &[
            "9 a develop (branch) -> int [pipeline]",
            "9 a main (branch) -> prd [pipeline]",
        ],
    );
}

#[test]
fn a_job_is_skipped_with_the_job_it_needs() {
    check(
        "on: push
jobs:
  gate: {if: github.ref == 'refs/heads/main'}
  a: {needs: [gate], environment: production}
  b: {needs: gate, if: always(), environment: production}
",
        &["3 a main (branch) -> prd [pipeline]"],
    );
}

#[test]
fn local_workflows_run_under_the_condition_of_their_caller() {
    let files = [
        (
            PATH,
            "on: {push: {branches: [main, develop]}}
jobs:
  prod:
    if: github.ref == 'refs/heads/main'
    uses: ./.github/workflows/deploy.yml
    with: {environment: production}
  choice:
    uses: ./.github/workflows/deploy.yml
    with:
      environment: ${{ github.ref_name == 'develop' && 'dev' || 'staging' }}
  elsewhere:
    uses: acme/ci/.github/workflows/deploy.yml@main
    with: {environment: staging}
",
        ),
        (
            ".github/workflows/deploy.yml",
            "on: {workflow_call: {inputs: {environment: {type: string}}}}\njobs:\n  run: {environment: '${{ inputs.environment }}'}\n",
        ),
    ];
    assert_eq!(
        deliveries(&files),
        [
            format!("{PATH}:1 elsewhere develop (branch) -> int [pipeline]"),
            format!("{PATH}:1 elsewhere main (branch) -> int [pipeline]"),
            format!("{PATH}:10 choice / run develop (branch) -> dev [pipeline]"),
            format!("{PATH}:10 choice / run main (branch) -> int [pipeline]"),
            format!("{PATH}:4 prod / run main (branch) -> prd [pipeline]"),
        ]
    );
}

#[test]
fn tests_of_pull_requests_have_an_environment_but_no_stage() {
    let job = |name: &str| format!("jobs:\n  a: {{environment: {name}}}\n");
    let both = "on: {push: {branches: [main]}, pull_request: {}}\n";
    check(&format!("{both}{}", job("test")), &[]);
    check(&format!("{both}{}", job("staging")), &["1 a main (branch) -> int [pipeline]"]);
    let push = "on: {push: {branches: [main]}}\n";
    check(&format!("{push}{}", job("test")), &["1 a main (branch) -> int [pipeline]"]);
}

#[test]
fn circles_end() {
    let text = "on: {push: {branches: [main]}, workflow_call: {}}
jobs:
  a: {uses: ./.github/workflows/a.yml}
  b: {needs: c, environment: production}
  c: {needs: [b, c, gone]}
";
    assert!(deliveries(&[(PATH, text)]).contains(&format!("{PATH}:1 b main (branch) -> prd [pipeline]")));
}
