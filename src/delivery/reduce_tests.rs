//! Documents of all kinds and what is left of them, down to shapes that nobody would write.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::delivery::refs_knowledge::RefsKnowledge;
use crate::delivery::test_documents::{parse, rows, rows_in};
use crate::delivery::test_flow;

fn stage_of(path: &str, text: &str) -> (String, Option<String>) {
    let flow = test_flow::default();
    let (refs, paths) = (RefsKnowledge::default(), BTreeSet::new());
    let context = Context::new(&flow, &refs, None, None, &paths);
    let reduced = reduce(&context, path, &parse(path, text)[0]);
    (reduced.kind, reduced.stage.stage)
}

fn check(path: &str, text: &str, kind: &str, stage: Option<&str>) {
    let found = stage_of(path, text);
    assert_eq!((found.0.as_str(), found.1.as_deref()), (kind, stage), "{path}");
}

#[test]
fn stages_of_documents_come_from_what_they_are() {
    check(
        "k8s/a.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod}\n",
        "k8s.Namespace",
        Some("prd"),
    );
    let labelled = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {acme.com/env: staging}}\n";
    check("a.yaml", labelled, "k8s.ConfigMap", Some("int"));
    check("chart/values-prd.yaml", "a: 1\n", "helm.values", Some("prd"));
    check("chart/values.yaml", "global: {stage: int}\n", "helm.values", Some("int"));
    check(
        "overlays/uat/kustomization.yaml",
        "namespace: uat\n",
        "kustomize.Kustomization",
        Some("int"),
    );
    check(".github/workflows/test.yaml", "on: push\n", "github.workflow", None);
    check("src/test/a.yaml", "a: 1\n", "unknown", None);
}

#[test]
fn a_comment_above_a_document_names_its_stage() {
    let text = "# flowgate:stage=prd\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: shop-dev}\n";
    check("a.yaml", text, "k8s.ConfigMap", Some("prd"));
}

#[test]
fn namespaces_and_projects_are_names() {
    let files = [
        ("a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: 9lives\n"),
        (
            "b.yaml",
            "apiVersion: project.openshift.io/v1\nkind: Project\nmetadata: {name: shop}\n",
        ),
        ("kustomization.yaml", "namespace: shop-dev\n"),
    ];
    let names: Vec<(NameRole, String, u32)> = rows(&files)
        .names
        .into_iter()
        .map(|n| (n.role, n.text, n.at.span.unwrap().start.line))
        .collect();
    assert_eq!(
        names,
        [
            (NameRole::Namespace, "9lives".to_owned(), 4),
            (NameRole::Project, "shop".to_owned(), 3),
            (NameRole::Namespace, "shop-dev".to_owned(), 1),
        ]
    );
}

#[test]
fn a_list_holds_its_items() {
    let text = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "shop-prod"},
         "spec": {"source": {"repoURL": "https://github.com/acme/shop", "targetRevision": "main"}}}]}"#;
    let rows = rows(&[("list.json", text)]);
    assert_eq!(rows.deliveries.len(), 1);
    assert_eq!(
        (rows.deliveries[0].at.pointer.as_deref(), rows.deliveries[0].at.document),
        (Some("/spec/source/targetRevision"), Some(0))
    );
}

/// Words that make documents look like the ones that are read.
const WORDS: [&str; 40] = [
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "namespace",
    "labels",
    "env",
    "spec",
    "source",
    "sources",
    "repoURL",
    "targetRevision",
    "path",
    "helm",
    "valueFiles",
    "destination",
    "server",
    "generators",
    "list",
    "elements",
    "git",
    "directories",
    "template",
    "ref",
    "branch",
    "url",
    "sourceRef",
    "chart",
    "on",
    "push",
    "branches",
    "jobs",
    "if",
    "environment",
    "rules",
    "only",
    "extends",
    "include",
    "resources",
    "patches",
];

const TEXTS: [&str; 24] = [
    "argoproj.io/v1alpha1",
    "Application",
    "ApplicationSet",
    "source.toolkit.fluxcd.io/v1",
    "GitRepository",
    "kustomize.toolkit.fluxcd.io/v1",
    "Kustomization",
    "helm.toolkit.fluxcd.io/v2",
    "HelmRelease",
    "https://github.com/acme/shop",
    "prod",
    "main",
    "{{env}}",
    "$CI_COMMIT_BRANCH == 'main' && $X =~ /^(a|b/",
    "${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}",
    "${{ matrix.env",
    "../../..",
    "/",
    "- op: replace\n  path: /spec\n  value: {a: [1]}\n",
    "**/*",
    "deploy",
    "v1",
    "List",
    "",
];

fn document() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        prop::sample::select(TEXTS.to_vec()).prop_map(serde_json::Value::from),
        prop::sample::select(WORDS.to_vec()).prop_map(serde_json::Value::from),
        ".{0,12}".prop_map(serde_json::Value::from),
    ];
    scalar.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map(prop::sample::select(WORDS.to_vec()), inner, 0..8)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

/// A document of a kind that is read, with arbitrary values where others are expected.
fn typed() -> impl Strategy<Value = (String, String)> {
    let kinds = vec![
        ("a.json", "argoproj.io/v1alpha1", "Application"),
        ("b.json", "argoproj.io/v1alpha1", "ApplicationSet"),
        ("c.json", "source.toolkit.fluxcd.io/v1", "GitRepository"),
        ("d.json", "kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
        ("e.json", "helm.toolkit.fluxcd.io/v2", "HelmRelease"),
        ("kustomization.yaml", "kustomize.config.k8s.io/v1beta1", "Kustomization"),
        (".gitlab-ci.yml", "", ""),
        (".github/workflows/a.yml", "", ""),
        ("promotion.json", "promoter.argoproj.io/v1alpha1", "PromotionStrategy"),
    ];
    (prop::sample::select(kinds), document(), document(), document()).prop_map(
        |((path, version, kind), spec, metadata, extra)| {
            let mut object = serde_json::Map::new();
            if !kind.is_empty() {
                object.insert("apiVersion".to_owned(), version.into());
                object.insert("kind".to_owned(), kind.into());
            }
            for key in ["spec", "jobs", "job", "patches"] {
                object.insert(key.to_owned(), spec.clone());
            }
            for key in ["metadata", "on", "include", "resources", "workflow"] {
                object.insert(key.to_owned(), metadata.clone());
            }
            for key in ["variables", "deploy", ".base", "namespace"] {
                object.insert(key.to_owned(), extra.clone());
            }
            (path.to_owned(), serde_json::Value::Object(object).to_string())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_shape_of_documents_does_harm(files in prop::collection::vec(typed(), 1..4)) {
        let flow = test_flow::default();
        let refs = RefsKnowledge::default();
        let paths: BTreeSet<String> = files.iter().map(|(p, _)| p.clone()).collect();
        let context = Context::new(&flow, &refs, None, None, &paths);
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        let first = rows_in(&context, &files);
        prop_assert_eq!(first, rows_in(&context, &files));
    }
}
