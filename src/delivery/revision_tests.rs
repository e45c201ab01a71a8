//! Ref expressions and their classes.

use std::collections::BTreeSet;

use super::*;
use crate::delivery::refs_knowledge::{KnownRefs, RefsKnowledge};
use crate::delivery::test_flow;
use crate::domain::pattern::Pattern;

const REPOSITORY: &str = "github.com/acme/phippy";

fn source() -> Source {
    Source {
        url: Some("https://github.com/acme/phippy.git".to_owned()),
        repository: Some(REPOSITORY.to_owned()),
        ..Source::default()
    }
}

fn check(text: Option<&str>, expected: RevisionClass) {
    let mut flow = test_flow::default();
    flow.tags.patterns = vec![Pattern::whole_name(r"release-\d.*"), Pattern::whole_name("v-[0-9a-f]{7}")];
    let refs = RefsKnowledge::default();
    let paths = BTreeSet::new();
    let context = Context::new(&flow, &refs, None, None, &paths);
    assert_eq!(classify(text, &source(), &context).class, expected, "{text:?}");
}

fn known(refs: &RefsKnowledge, text: &str) -> Revision {
    let flow = test_flow::default();
    let paths = BTreeSet::new();
    classify(Some(text), &source(), &Context::new(&flow, refs, None, None, &paths))
}

fn knowledge(default: &str, heads: &[&str], tags: &[&str]) -> RefsKnowledge {
    let set = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    RefsKnowledge {
        repositories: [(
            REPOSITORY.to_owned(),
            KnownRefs {
                default_branch: Some(default.to_owned()),
                heads: set(heads),
                tags: set(tags),
                known: Known::RefsLock,
            },
        )]
        .into(),
    }
}

#[test]
fn missing_and_head_are_the_default_branch() {
    check(None, RevisionClass::Default);
    check(Some(""), RevisionClass::Default);
    check(Some("HEAD"), RevisionClass::Default);
    check(Some("refs/heads/HEAD"), RevisionClass::Default);
}

#[test]
fn words_are_branches() {
    for text in [
        "main",
        "prod",
        "release/1.2.0",
        "hotfix/1.2.1",
        "main-2024",
        "deadbeef",
        "refs/heads/main",
        "refs/heads/1.2.0",
        "refs/pull/12/head",
        "refs/merge-requests/12/head",
        "phippy/main",
    ] {
        check(Some(text), RevisionClass::Branch);
    }
}

#[test]
fn versions_are_exact_with_or_without_component() {
    for text in [
        "v1.2.3",
        "1.2.3-rc.1",
        "1.2.3+build.1",
        "phippy/1.2.0",
        "phippy-1.2.0",
        "phippy@1.2.0",
        "aws/v0.1.0",
        "refs/tags/1.2.0",
        "refs/tags/phippy/1.2.0",
    ] {
        check(Some(text), RevisionClass::Semver);
    }
}

#[test]
fn ranges_match_tags_only() {
    for text in ["1.2", "1", "*", "1.*", ">=1.0.0 <2.0.0", "~1.2", "^1.2.3", "*-0"] {
        check(Some(text), RevisionClass::Range);
    }
}

#[test]
fn hexadecimal_is_a_commit() {
    check(Some("469b051d7a8a3e1d7c7c3b6d1c2f9d3ab12cd34e"), RevisionClass::Commit);
    check(Some("469b051"), RevisionClass::ShortCommit);
    check(Some("cafe123"), RevisionClass::ShortCommit);
}

#[test]
fn other_tags_are_tags() {
    for text in ["release-1.5.3-2.1.0", "v-f9a05b7", "refs/tags/v1", "2024.01.15"] {
        check(Some(text), RevisionClass::Tag);
    }
}

#[test]
fn placeholders_are_templated() {
    for text in ["{{.branch}}", "$ARGOCD_APP_REVISION", "<branch>", "__BRANCH__", "${REF}"] {
        check(Some(text), RevisionClass::Templated);
    }
}

#[test]
fn known_refs_win_over_the_grammar() {
    let refs = knowledge("develop", &["develop", "main", "1.2.0", "cafe123"], &["stable", "9.9.9"]);
    assert_eq!(known(&refs, "stable").class, RevisionClass::Tag);
    assert_eq!(known(&refs, "stable").known, Known::RefsLock);
    assert_eq!(known(&refs, "1.2.0").class, RevisionClass::Branch);
    assert_eq!(known(&refs, "cafe123").class, RevisionClass::Branch);
    assert_eq!(known(&refs, "develop").class, RevisionClass::Default);
    assert_eq!(known(&refs, "develop").branch.as_deref(), Some("develop"));
    assert_eq!(known(&refs, "main").class, RevisionClass::Branch);
    assert_eq!(known(&refs, "unheard").known, Known::Grammar);
}

fn same_branch(flow: &Flow, one: &Revision, other: &Revision) -> bool {
    branch_key(one, &[other], flow) == branch_key(other, &[one], flow)
}

#[test]
fn head_and_a_main_branch_of_an_unknown_repository_may_be_one() {
    let flow = test_flow::default();
    let none = RefsKnowledge::default();
    let (head, master, dev) = (known(&none, "HEAD"), known(&none, "master"), known(&none, "dev"));
    assert!(same_branch(&flow, &head, &master));
    assert!(!same_branch(&flow, &head, &dev));
    assert!(!same_branch(&flow, &master, &dev));
    assert!(same_branch(&flow, &dev, &dev));
    let refs = knowledge("develop", &["develop", "main"], &[]);
    assert!(!same_branch(&flow, &known(&refs, "develop"), &known(&refs, "main")));
}

#[test]
fn charts_have_versions_and_tags_but_no_branches() {
    let flow = test_flow::default();
    let (refs, paths) = (RefsKnowledge::default(), BTreeSet::new());
    let context = Context::new(&flow, &refs, None, None, &paths);
    let chart = Source {
        chart: Some("phippy".to_owned()),
        ..Source::default()
    };
    let class = |text| classify(text, &chart, &context).class;
    assert_eq!(class(None), RevisionClass::Default);
    assert_eq!(class(Some("1.*")), RevisionClass::Range);
    assert_eq!(class(Some("1.2.0")), RevisionClass::Semver);
    assert_eq!(class(Some("latest")), RevisionClass::Tag);
}
