//! Paths and the stages they speak for.

use std::collections::BTreeSet;

use super::*;
use crate::delivery::refs_knowledge::RefsKnowledge;
use crate::delivery::test_flow;
use crate::domain::flow::PathRule;

fn with_context<T>(paths: &[&str], run: impl FnOnce(&Context<'_>) -> T) -> T {
    let mut flow = test_flow::default();
    let glob = |pattern: &str| globset::Glob::new(pattern).unwrap().compile_matcher();
    for (pattern, stage) in [("legacy/blue/**", Some("prd")), ("docs/**", None)] {
        flow.paths.push(PathRule {
            glob: glob(pattern),
            pattern: pattern.to_owned(),
            stage: stage.map(str::to_owned),
        });
    }
    let paths: BTreeSet<String> = paths.iter().map(|p| (*p).to_owned()).collect();
    let refs = RefsKnowledge::default();
    run(&Context::new(&flow, &refs, None, None, &paths))
}

fn evidence(path: &str, of: PathUse, files: &[&str]) -> Option<(String, u8)> {
    with_context(files, |context| {
        let mut evidence = StageEvidence::default();
        read_path(&mut evidence, "path", (path, &Location::of_path(path)), of, context);
        let inference = evidence.infer(context);
        inference.evidence.first().map(|e| (e.stage.clone(), e.weight))
    })
}

fn own(path: &str, expected: Option<(&str, u8)>) {
    let found = evidence(path, PathUse::Own, &[]);
    assert_eq!(found.as_ref().map(|(s, w)| (s.as_str(), *w)), expected, "{path}");
}

fn referenced(path: &str, expected: Option<(&str, u8)>) {
    let found = evidence(path, PathUse::Referenced, &[]);
    assert_eq!(found.as_ref().map(|(s, w)| (s.as_str(), *w)), expected, "{path}");
}

#[test]
fn folders_made_for_stages_speak() {
    own("envs/prd/app.yaml", Some(("prd", 70)));
    own("envs/prod-eu/kustomization.yml", Some(("prd", 70)));
    own("envs/qa/kustomization.yml", Some(("int", 70)));
    own("overlays/rick-test/a.yaml", Some(("int", 70)));
    own("apps/phippy/prd/app.yaml", Some(("prd", 70)));
    own("apps/production/kustomization.yaml", Some(("prd", 70)));
    own("k8s/environments/dev/kustomization.yaml", Some(("dev", 70)));
    own("clusters/prd01/app.yaml", Some(("prd", 70)));
    own("live/prod/vpc/a.yaml", Some(("prd", 70)));
    own("environments/live/dev/a.yaml", Some(("dev", 70)));
    own("envs/moc/smaug/thoth/prod/app.yaml", Some(("prd", 60)));
}

#[test]
fn everyday_words_speak_only_in_slots() {
    own("src/test/a.yaml", None);
    own("docs/dev/a.yaml", None);
    own("tests/a.yaml", None);
    own("k8s/dev/a.yaml", None);
    own("apps/dev-portal/app.yaml", None);
    own("tenants/production/kustomization.yaml", Some(("prd", 30)));
}

#[test]
fn negated_and_foreign_words_say_nothing() {
    own("envs/non-prod/a.yaml", None);
    own("envs/load-gpu/a.yaml", None);
    own("envs/integration-non-gpu/a.yaml", Some(("int", 70)));
}

#[test]
fn shared_folders_have_no_stage_and_stop_inheritance() {
    referenced("variants/non-prod", None);
    referenced("variants/prod", None);
    own("base/app.yaml", None);
    own("envs/prod/base/a.yaml", None);
    own("charts/phippy/envs/prod/values.yaml", Some(("prd", 70)));
    own("tenants/base/dev-team/sync.yaml", None);
}

#[test]
fn a_referenced_folder_speaks_with_its_whole_name() {
    referenced("k8s/dev", Some(("dev", 60)));
    referenced("manifests/registry/prod", Some(("prd", 62)));
    referenced("./production", Some(("prd", 62)));
    referenced("manifests/overlays/test", Some(("int", 70)));
    referenced("k8s/dev/values.yaml", Some(("dev", 60)));
    referenced("src/test/java", None);
    referenced("{{path}}/prod", None);
}

#[test]
fn siblings_show_a_folder_that_holds_stages() {
    let files = ["k8s/dev/a.yaml", "k8s/prod/a.yaml", "docs/dev/a.md", "docs/test/a.md"];
    assert_eq!(evidence("k8s/dev/a.yaml", PathUse::Own, &files), Some(("dev".to_owned(), 70)));
    assert_eq!(evidence("docs/dev/a.md", PathUse::Own, &files), None);
}

#[test]
fn siblings_show_a_file_that_is_one_of_several_stages() {
    let files = [
        "argocd/dev-shop.yaml",
        "argocd/prod-shop.yaml",
        "argocd/dev-team.yaml",
        "docs/dev-a.md",
        "docs/prod-a.md",
    ];
    let weight = |path: &str| {
        with_context(&files, |context| {
            let mut evidence = StageEvidence::default();
            let own = Location::of_path(path);
            read_file_name(&mut evidence, "file name", (path, &own), FileNames::Deliveries, context);
            evidence.infer(context).evidence.first().map(|e| e.weight)
        })
    };
    assert_eq!(weight("argocd/dev-shop.yaml"), Some(65));
    assert_eq!(weight("argocd/dev-team.yaml"), None);
}

#[test]
fn the_innermost_stage_folder_wins() {
    own("clusters/production/apps/staging/a.yaml", Some(("int", 70)));
}

#[test]
fn the_configuration_wins_over_every_guess() {
    own("legacy/blue/overlays/dev/a.yaml", Some(("prd", 100)));
    own("docs/overlays/prod/a.yaml", None);
}

#[test]
fn file_names_speak_by_what_the_file_is() {
    let cases = [
        ("values-prd.yaml", FileNames::Values, Some(65)),
        ("values.prod.yaml", FileNames::Values, Some(65)),
        ("dev-values.yaml", FileNames::Values, Some(65)),
        ("prod.yaml", FileNames::Deliveries, Some(65)),
        ("application-production.yaml", FileNames::Deliveries, Some(65)),
        ("core-test.yaml", FileNames::Deliveries, Some(40)),
        ("prod-thoth.yaml", FileNames::Deliveries, Some(55)),
        ("dev-team.yaml", FileNames::Deliveries, None),
        ("test.yaml", FileNames::Others, None),
        ("test.yaml", FileNames::Unread, None),
        ("values.yaml", FileNames::Values, None),
        ("values-nonprod.yaml", FileNames::Values, None),
    ];
    for (name, names, expected) in cases {
        let weight = with_context(&[], |context| {
            let mut evidence = StageEvidence::default();
            read_file_name(&mut evidence, "file name", (name, &Location::of_path(name)), names, context);
            evidence.infer(context).evidence.first().map(|e| e.weight)
        });
        assert_eq!(weight, expected, "{name}");
    }
}

#[test]
fn references_resolve_against_their_folder() {
    assert_eq!(resolve("envs/prd", "../../base").as_deref(), Some("base"));
    assert_eq!(resolve("envs/prd", "./app.yaml").as_deref(), Some("envs/prd/app.yaml"));
    assert_eq!(resolve("", "../x"), None);
    assert_eq!(resolve("a", "..").as_deref(), Some(""));
}
