//! Applications and the rows they become.

use crate::delivery::test_documents::{deliveries, rows};

const HEAD: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\n";

fn check(body: &str, expected: &[&str]) {
    let text = format!("{HEAD}{body}");
    assert_eq!(deliveries(&[("apps.yaml", &text)]), expected);
}

#[test]
fn an_application_says_what_goes_where() {
    check(
        "metadata: {name: app-phippy-prd, namespace: argocd}
spec:
  source:
    repoURL: https://github.com/acme/phippy.git
    targetRevision: 1.2.0
    path: deploy
  destination: {name: prd01, namespace: app-phippy-prd}
",
        &["apps.yaml:7 app-phippy-prd 1.2.0 (semver) -> prd [follows]"],
    );
}

#[test]
fn a_missing_revision_is_the_default_branch_at_the_source() {
    check(
        "metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://github.com/acme/shop
    path: .
",
        &["apps.yaml:5 shop-prod - (default) -> prd [follows]"],
    );
}

#[test]
fn every_source_is_a_delivery_and_charts_have_no_branches() {
    check(
        "metadata: {name: shop-staging}
spec:
  source: {repoURL: https://ignored.example.org/x}
  sources:
  - repoURL: https://charts.example.org
    chart: shop
    targetRevision: 1.*
    helm:
      valueFiles: [$values/envs/staging/values.yaml]
  - repoURL: https://github.com/acme/values
    targetRevision: dev
    ref: values
",
        &[
            "apps.yaml:13 shop-staging dev (branch) -> int [follows]",
            "apps.yaml:9 shop-staging 1.* (range) -> int [follows]",
        ],
    );
}

#[test]
fn hydrated_branches_are_written_by_a_machine() {
    check(
        "metadata: {name: shop-dev}
spec:
  sourceHydrator:
    drySource: {repoURL: https://github.com/acme/shop, path: envs/dev, targetRevision: main}
    syncSource: {targetBranch: environments/dev, path: dev}
    hydrateTo: {targetBranch: environments/dev-next}
",
        &[
            "apps.yaml:6 shop-dev main (branch) -> dev [follows]",
            "apps.yaml:7 shop-dev environments/dev (branch) -> dev [machine-written]",
            "apps.yaml:8 shop-dev environments/dev-next (branch) -> dev [machine-written]",
        ],
    );
}

#[test]
fn the_management_side_is_no_evidence() {
    check(
        "metadata: {name: shop, namespace: argocd-prd}
spec:
  source: {repoURL: https://github.com/acme/shop, targetRevision: main}
  destination: {server: https://kubernetes.default.svc, name: in-cluster, namespace: shop}
",
        &["apps.yaml:5 shop main (branch) -> ? [follows]"],
    );
}

#[test]
fn a_template_value_is_templated() {
    check(
        "metadata: {name: 'shop-{{env}}'}
spec:
  source: {repoURL: https://github.com/acme/shop, targetRevision: '{{branch}}'}
",
        &["apps.yaml:5 shop-{{env}} {{branch}} (templated) -> ? [follows]"],
    );
}

#[test]
fn a_path_that_contradicts_the_name_stays_visible_with_its_line() {
    let text = format!(
        "{HEAD}metadata: {{name: prod-thoth-tutorial}}
spec:
  source:
    repoURL: https://github.com/acme/thoth
    path: manifests/overlays/test
    targetRevision: master
  destination: {{name: smaug, namespace: examples}}
"
    );
    let rows = rows(&[("envs/moc/apps.yaml", &text)]);
    let pieces: Vec<(&str, &str, u8, u32)> = rows.deliveries[0]
        .stage
        .evidence
        .iter()
        .map(|e| (&*e.source, e.stage.as_str(), e.weight, e.location.span.unwrap().start.line))
        .collect();
    assert_eq!(pieces, [("name", "prd", 75, 3), ("source path", "int", 70, 7)]);
}

#[test]
fn files_of_this_repository_become_edges() {
    let text = format!(
        "{HEAD}metadata: {{name: shop-prod}}
spec:
  source:
    repoURL: https://github.com/acme/shop
    path: charts/shop
    helm:
      valueFiles: [values.yaml, values-dev.yaml, ../../envs/dev/values.yaml]
"
    );
    let files = [
        ("argocd/shop.yaml", text.as_str()),
        ("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\n"),
        ("charts/shop/values.yaml", "a: 1\n"),
        ("charts/shop/values-dev.yaml", "a: 1\n"),
        ("envs/dev/values.yaml", "a: 1\n"),
    ];
    let edges: Vec<String> = rows(&files)
        .edges
        .iter()
        .map(|e| format!("{} {} -> {:?}", e.kind, e.to, e.to_stage.stage))
        .collect();
    assert_eq!(
        edges,
        [
            "argocd.path charts/shop -> None",
            "helm.valueFiles charts/shop/values.yaml -> None",
            "helm.valueFiles charts/shop/values-dev.yaml -> Some(\"dev\")",
            "helm.valueFiles envs/dev/values.yaml -> Some(\"dev\")",
        ]
    );
}

#[test]
fn names_carry_their_destination() {
    let text = format!("{HEAD}metadata: {{name: a}}\nspec: {{destination: {{name: prd01, namespace: 9lives}}}}\n");
    let rows = rows(&[("a.yaml", &text)]);
    let name = &rows.names[0];
    assert_eq!(name.text, "a");
    assert_eq!(name.destination_namespace.as_ref().map(|(n, _)| n.as_str()), Some("9lives"));
    assert_eq!(name.destination_cluster.as_deref(), Some("prd01"));
    assert_eq!(name.stage.stage.as_deref(), Some("prd"));
}
