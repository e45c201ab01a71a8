//! Flux objects and the deliveries of their joins.

use crate::delivery::test_documents::{deliveries, rows};

fn repository(name: &str, namespace: &str, reference: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  \
         url: https://github.com/acme/shop\n{reference}"
    )
}

fn kustomization(name: &str, source: &str, path: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  path: \
         {path}\n  sourceRef: {{kind: GitRepository, name: {source}}}\n"
    )
}

#[test]
fn a_repository_alone_speaks_by_its_namespace() {
    assert_eq!(
        deliveries(&[("a.yaml", &repository("shop", "prod", "  ref:\n    branch: main\n"))]),
        ["a.yaml:9 shop main (branch) -> prd [follows]"]
    );
}

#[test]
fn the_effective_ref_follows_the_precedence() {
    let cases = [
        ("  ref: {branch: main, tag: 1.2.0}\n", "1.2.0 (semver)"),
        ("  ref: {tag: 1.2.0, semver: 1.2.x}\n", "1.2.x (range)"),
        ("  ref: {semver: 1.x, name: refs/heads/main}\n", "refs/heads/main (branch)"),
        (
            "  ref: {name: refs/heads/main, commit: 469b051d7a8a3e1d7c7c3b6d1c2f9d3ab12cd34e}\n",
            "469b051d7a8a3e1d7c7c3b6d1c2f9d3ab12cd34e (commit)",
        ),
        ("  ref: {branch: 1.2.0}\n", "1.2.0 (branch)"),
        ("  ref: {tag: stable}\n", "stable (tag)"),
        ("  ref: {}\n", "- (default)"),
        ("", "- (default)"),
    ];
    for (reference, expected) in cases {
        let found = deliveries(&[("a.yaml", &repository("shop", "prod", reference))]);
        assert!(found[0].contains(expected), "{found:?} {expected}");
    }
}

#[test]
fn a_kustomization_tells_the_stage_of_its_source() {
    let files = [
        ("source.yaml", repository("shop", "flux-system", "  ref: {branch: main}\n")),
        ("clusters/prod/shop.yaml", kustomization("shop", "shop", "./deploy")),
        ("clusters/dev/shop.yaml", kustomization("shop", "shop", "./deploy")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (*p, t.as_str())).collect();
    assert_eq!(
        deliveries(&files),
        [
            "source.yaml:8 shop main (branch) -> dev [follows]",
            "source.yaml:8 shop main (branch) -> prd [follows]",
        ]
    );
}

#[test]
fn the_bootstrap_is_no_environment_unless_its_branches_tell_the_clusters_apart() {
    let on = |branch: &str| repository("flux-system", "flux-system", &format!("  ref: {{branch: {branch}}}\n"));
    let check = |dev: &str, prod: &str, expected: &[&str]| {
        let (dev, prod) = (on(dev), on(prod));
        let files = [
            ("clusters/dev/flux-system/gotk-sync.yaml", dev.as_str()),
            ("clusters/prod/flux-system/gotk-sync.yaml", prod.as_str()),
        ];
        assert_eq!(deliveries(&files), expected);
    };
    check("main", "main", &[]);
    check(
        "dev",
        "main",
        &[
            "clusters/dev/flux-system/gotk-sync.yaml:8 flux-system dev (branch) -> dev [follows]",
            "clusters/prod/flux-system/gotk-sync.yaml:8 flux-system main (branch) -> prd [follows]",
        ],
    );
}

#[test]
fn releases_carry_the_version_of_their_chart_also_as_patches() {
    let release = |name: &str, chart: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: {name}}}\nspec:\n  chart:\n    spec:\n{chart}"
        )
    };
    let base = release(
        "podinfo",
        "      chart: podinfo\n      sourceRef: {kind: HelmRepository, name: podinfo}\n",
    );
    let patch = release("podinfo", "      version: '>=1.0.0'\n");
    let files = [
        ("apps/base/release.yaml", base.as_str()),
        ("apps/production/values.yaml", patch.as_str()),
    ];
    let found = rows(&files);
    assert_eq!(
        crate::delivery::test_documents::describe(&found),
        [
            "apps/base/release.yaml:6 podinfo - (default) -> ? [follows]",
            "apps/production/values.yaml:7 podinfo >=1.0.0 (range) -> prd [follows]",
        ]
    );
    assert!(found.deliveries.iter().all(|d| d.source.chart.as_deref() == Some("podinfo")));
}

#[test]
fn the_tenant_of_a_name_is_no_stage() {
    assert_eq!(
        deliveries(&[(
            "tenants/base/dev-team/sync.yaml",
            &repository("dev-team", "apps", "  ref: {branch: dev-team}\n")
        )]),
        ["tenants/base/dev-team/sync.yaml:8 dev-team dev-team (branch) -> ? [follows]"]
    );
}

#[test]
fn a_missing_source_is_unresolved_and_a_patch_is_nothing() {
    let found = rows(&[("a.yaml", &kustomization("a", "gone", "./x"))]);
    assert_eq!(found.unresolved[0].reason, "GitRepository gone is not among the files");
    let patch =
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {path: ./production}\n";
    let found = rows(&[("a.yaml", patch)]);
    assert!(found.deliveries.is_empty() && found.unresolved.is_empty());
}
