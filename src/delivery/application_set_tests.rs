//! ApplicationSets and the deliveries of their elements.

use crate::delivery::test_documents::{deliveries, rows};

const HEAD: &str = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: shops}\nspec:\n";
const TEMPLATE: &str = "  template:
    metadata: {name: 'shop-{{env}}'}
    spec:
      source: {repoURL: https://github.com/acme/shop, targetRevision: '{{branch}}', path: 'deploy/{{env}}'}
      destination: {namespace: 'shop-{{env}}'}
";

fn check(body: &str, expected: &[&str]) {
    let text = format!("{HEAD}{body}");
    assert_eq!(deliveries(&[("sets.yaml", &text)]), expected);
}

#[test]
fn each_element_of_a_list_is_a_delivery_at_its_place() {
    check(
        &format!(
            "  generators:
  - list:
      elements:
      - {{env: dev, branch: develop}}
      - env: prod
        branch: main
{TEMPLATE}"
        ),
        &[
            "sets.yaml:10 shop-prod main (branch) -> prd [follows]",
            "sets.yaml:8 shop-dev develop (branch) -> dev [follows]",
        ],
    );
}

#[test]
fn an_element_says_its_stage_by_its_keys() {
    check(
        "  generators:
  - list:
      elements:
      - {env: dev, name: blue}
      - {cluster: engineering-prod, name: green}
  template:
    metadata: {name: 'shop-{{name}}'}
    spec: {source: {repoURL: https://github.com/acme/shop, targetRevision: main}}
",
        &[
            "sets.yaml:12 shop-blue main (branch) -> dev [follows]",
            "sets.yaml:12 shop-green main (branch) -> prd [follows]",
        ],
    );
}

#[test]
fn a_matrix_combines_its_generators() {
    check(
        &format!(
            "  goTemplate: true
  generators:
  - matrix:
      generators:
      - list: {{elements: [{{branch: main}}]}}
      - list: {{elements: [{{env: dev}}, {{env: prod}}]}}
{TEMPLATE}"
        ),
        &[
            "sets.yaml:9 shop-dev main (branch) -> dev [follows]",
            "sets.yaml:9 shop-prod main (branch) -> prd [follows]",
        ],
    );
}

#[test]
fn a_merge_overrides_by_its_keys() {
    check(
        &format!(
            "  generators:
  - merge:
      mergeKeys: [env]
      generators:
      - list: {{elements: [{{env: dev, branch: main}}, {{env: prod, branch: main}}]}}
      - list: {{elements: [{{env: dev, branch: develop}}]}}
{TEMPLATE}"
        ),
        &[
            "sets.yaml:10 shop-dev develop (branch) -> dev [follows]",
            "sets.yaml:9 shop-prod main (branch) -> prd [follows]",
        ],
    );
}

#[test]
fn directories_of_this_repository_are_elements() {
    let text = format!(
        "{HEAD}  generators:
  - git:
      repoURL: https://github.com/acme/shop
      directories: [{{path: deploy/*}}, {{path: deploy/base, exclude: true}}]
  template:
    metadata: {{name: 'shop-{{{{.path.basename}}}}'}}
    spec:
      source: {{repoURL: https://github.com/acme/shop, targetRevision: HEAD, path: '{{{{.path.path}}}}'}}
"
    );
    let files = [
        ("sets.yaml", text.as_str()),
        ("deploy/dev/a.yaml", "a: 1"),
        ("deploy/prod/a.yaml", "a: 1"),
        ("deploy/base/a.yaml", "a: 1"),
    ];
    assert_eq!(
        deliveries(&files),
        [
            "sets.yaml:12 shop-dev HEAD (default) -> dev [follows]",
            "sets.yaml:12 shop-prod HEAD (default) -> prd [follows]",
        ]
    );
}

#[test]
fn files_of_this_repository_give_parameters() {
    let text = format!(
        "{HEAD}  generators:\n  - git: {{repoURL: https://github.com/acme/shop, files: [{{path: 'envs/*/config.json'}}]}}\n{TEMPLATE}"
    );
    let files = [
        ("sets.yaml", text.as_str()),
        ("envs/dev/config.json", r#"{"env": "dev", "branch": "develop"}"#),
        ("envs/prod/config.json", "{\n \"env\": \"prod\",\n \"branch\": \"main\"\n}"),
    ];
    assert_eq!(
        deliveries(&files),
        [
            "envs/dev/config.json:1 shop-dev develop (branch) -> dev [follows]",
            "envs/prod/config.json:3 shop-prod main (branch) -> prd [follows]",
        ]
    );
}

#[test]
fn merge_requests_are_previews_and_clusters_stay_open() {
    check(
        "  generators:
  - pullRequest: {github: {owner: acme}}
  template:
    metadata: {name: 'preview-{{number}}'}
    spec: {source: {repoURL: https://github.com/acme/shop, targetRevision: '{{head_sha}}'}}
",
        &["sets.yaml:9 preview-{{number}} {{head_sha}} (templated) -> ? [preview]"],
    );
    check(
        "  generators:
  - clusters:
      selector: {matchLabels: {env: prod}}
  template:
    metadata: {name: 'shop-{{metadata.labels.env}}'}
    spec: {source: {repoURL: https://github.com/acme/shop, targetRevision: main}}
",
        &["sets.yaml:10 shop-prod main (branch) -> prd [follows]"],
    );
}

#[test]
fn what_only_argo_cd_knows_is_unresolved() {
    let text = format!("{HEAD}  generators:\n  - scmProvider: {{github: {{organization: acme}}}}\n{TEMPLATE}");
    let rows = rows(&[("sets.yaml", &text)]);
    assert_eq!(rows.deliveries.len(), 1);
    assert_eq!(rows.deliveries[0].generated_by.as_deref(), Some("shops"));
    assert_eq!(rows.unresolved.len(), 1);
    assert_eq!(
        rows.unresolved[0].reason,
        "the elements of generator scmProvider are known to Argo CD only"
    );
}

#[test]
fn odd_shapes_do_no_harm() {
    for body in [
        "  generators: 5\n",
        "  generators: [1, {list: [x]}]\n  template: {}\n",
        "  template: {spec: {sources: {a: 1}}}\n",
    ] {
        check(body, &[]);
    }
}
