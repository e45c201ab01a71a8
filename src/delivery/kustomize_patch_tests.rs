//! Overlays and the deliveries of what they patch.

use crate::delivery::test_documents::deliveries;

const BASE: &str = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source:
    repoURL: https://github.com/acme/shop
    targetRevision: HEAD
    path: deploy
  destination: {namespace: shop}
";
const BASE_KUSTOMIZATION: &str = "resources: [app.yaml]\n";
const BASE_LINE: &str = "base/app.yaml:7 shop HEAD (default) -> ? [follows]";

fn check(overlay: &str, patch: &str, expected: &[&str]) {
    let files = [
        ("base/app.yaml", BASE),
        ("base/kustomization.yaml", BASE_KUSTOMIZATION),
        ("overlays/prod/kustomization.yaml", overlay),
        ("overlays/prod/patch.yaml", patch),
    ];
    assert_eq!(deliveries(&files), expected);
}

#[test]
fn a_strategic_patch_decides_the_revision_of_its_overlay() {
    check(
        "resources: [../../base]\npatches:\n- path: patch.yaml\n",
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source:
    targetRevision: prod
",
        &[BASE_LINE, "overlays/prod/patch.yaml:6 shop prod (branch) -> prd [follows]"],
    );
}

#[test]
fn a_json_patch_does_so_too() {
    check(
        "resources: [../../base]\nnameSuffix: -eu\npatches:\n- path: patch.yaml\n  target: {kind: Application, name: shop}\n",
        "- op: replace\n  path: /spec/source/targetRevision\n  value: prod\n",
        &[BASE_LINE, "overlays/prod/patch.yaml:3 shop-eu prod (branch) -> prd [follows]"],
    );
}

#[test]
fn an_inline_patch_has_its_own_line() {
    check(
        "resources: [../../base]
patches:
- target: {kind: Application}
  patch: |-
    - op: replace
      path: /spec/source/targetRevision
      value: prod
",
        "a: 1\n",
        &[
            BASE_LINE,
            "overlays/prod/kustomization.yaml:7 shop prod (branch) -> prd [follows]",
        ],
    );
}

#[test]
fn patches_of_other_things_change_nothing() {
    check(
        "resources: [../../base, ../../base, ../prod]\npatches:\n- path: patch.yaml\n  target: {kind: Deployment}\n- 5\n",
        "a: 1\n",
        &[BASE_LINE],
    );
}
