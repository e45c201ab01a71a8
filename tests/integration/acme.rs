//! The enterprise Acme: as it should be nothing is found, and broken every rule is.

use std::collections::BTreeSet;

use clap::Parser as _;
use flowgate::cli::args::{Arguments, CheckArguments, Command};
use flowgate::cli::judge::{day, days_since_epoch};
use flowgate::cli::prepare::{Origins, prepare};
use flowgate::cli::target::choose;
use flowgate::domain::gate::Gate;
use flowgate::domain::report::Report;
use flowgate::domain::rule::Severity;
use flowgate::evaluation::document_judge::base_input;
use flowgate::evaluation::run::Header;
use flowgate::evaluation::selection::Choice;
use flowgate::evaluation::{DocumentJudge, MessageJudge, Setup, run as evaluate};
use flowgate::facts::{Request, gather};
use flowgate::policy::{RuleSet, source};
use serde_json::Value;

use crate::pushes::judged;
use crate::support::Repo;

const GOOD: &str = include_str!("../../fixtures/acme.recipe");
const BROKEN: &str = include_str!("../../fixtures/acme-broken.recipe");
const NOW: &str = "2026-11-20";

#[test]
fn nothing_is_found_in_acme_as_it_should_be() {
    let repo = Repo::of_recipe(GOOD);
    for state in [
        &[][..],
        &["--history"],
        &["--all-branches"],
        &["--rev", "main"],
        &["--rev", "1.2.1"],
    ] {
        let ran = repo.flowgate(&[&["check", "--format", "json", "--now", NOW], state].concat());
        let report = ran.json();
        assert_eq!(ran.code, Some(0), "{state:?}: {ran:?}");
        assert_eq!(
            (&report["verdict"], &report["findings"]),
            (&Value::from("clean"), &Value::from(Vec::<Value>::new())),
            "{state:?}"
        );
        assert_eq!(report["failures"], Value::from(Vec::<Value>::new()), "{state:?}");
    }
}

#[test]
fn every_rule_is_broken_in_the_broken_acme_and_only_where_its_remarks_say() {
    let repo = Repo::of_recipe(BROKEN);
    let ran = repo.flowgate(&["check", "--history", "--format", "json", "--now", NOW]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap();
    let found: BTreeSet<&str> = findings.iter().filter_map(|f| f["rule"].as_str()).collect();
    let (rules, _) = RuleSet::load(source::embedded());
    let (all, pushed): (BTreeSet<&str>, _) = (rules.rules().map(|r| r.id.as_str()).collect(), shown_elsewhere());
    assert!(found.is_disjoint(&pushed), "what the repository shows needs no push");
    assert_eq!(
        found.union(&pushed).copied().collect::<BTreeSet<&str>>(),
        all,
        "each rule needs a case in fixtures/acme-broken.recipe, or a push of it in PUSHES, or a request in REQUESTS"
    );
    let mut places: Vec<String> = findings
        .iter()
        .map(|f| format!("{} {}", f["rule"].as_str().unwrap(), place(&repo, f)))
        .collect();
    places.sort();
    insta::assert_snapshot!(places.join("\n"), @r##"
    argocd/floating-revision argocd/more/app-blog-prd.yaml:11:21
    argocd/floating-revision argocd/sets/forum.yaml:12:52
    branches/name-charset refs/heads/feat/Gift-Cards
    branches/name-pattern refs/heads/prd
    branches/same-name-as-tag refs/heads/release/1.3.0
    commits/breaking-change-marked `feat(phippy): drop the old wishes`:3:1
    commits/conventional `Update feature 1`:1:7
    commits/no-fixup `fixup! feat(phippy): keep a list of wishes`:1:1
    commits/revert-names-commit `Revert "feat(phippy): drop the old wishes"`:1:1
    commits/type-allowed `feet(phippy): sort the wishes`:1:1
    files/does-not-parse services/goldie/chart/values-dev.yaml:1:1
    flux/floating-revision clusters/prd01/wiki.yaml:8:17
    flux/ref-not-explicit clusters/dev01/tools.yaml:6:1
    gate/waiver-hygiene apps/news/envs/dev/config.yaml:6:19
    history/backmerge-missing refs/heads/dev
    mapping/applicationset-branch-per-stage argocd/sets/forum.yaml:11:52
    mapping/applicationset-branch-per-stage argocd/sets/forum.yaml:12:52
    mapping/argocd-branch-per-stage argocd/more/app-blog-dev.yaml:11:21
    mapping/argocd-branch-per-stage argocd/more/app-blog-prd.yaml:11:21
    mapping/flux-branch-per-stage clusters/dev01/wiki.yaml:8:17
    mapping/flux-branch-per-stage clusters/prd01/wiki.yaml:8:17
    mapping/github-branch-decides-environment .github/workflows/deploy.yaml:4:16
    mapping/gitlab-branch-decides-environment .gitlab-ci.yml:8:11
    mapping/stage-named-branch refs/heads/prd
    mapping/stage-named-branch-followed argocd/more/app-chat-dev.yaml:11:21
    naming/application-name-pattern argocd/more/cs-smtp-prd1.yaml:4:9
    naming/application-namespace-differs argocd/more/app-helper-prd.yaml:14:16
    naming/namespace-not-dns-label platform/phippy.yaml:4:9
    naming/namespace-starts-with-digit platform/lives.yaml:4:9
    naming/stage-word-canonical argocd/more/ps-mail-prod01.yaml:4:9
    owners/codeowners-valid .gitlab/CODEOWNERS:2:10
    owners/critical-path-unowned apps/news/envs/prd/kustomization.yaml:null:null
    stages/cross-stage-reference apps/news/envs/prd/kustomization.yaml:3:13
    stages/evidence-conflict argocd/more/app-cart-prd.yaml:13:11
    stages/shared-namespace argocd/more/ps-queue-int01.yaml:14:16
    versions/release-tag-off-main refs/tags/release/1.3.0
    versions/tag-annotated refs/tags/1.2.2
    versions/tag-not-semver refs/tags/v0.1
    versions/unquoted-version apps/helper/kustomization.yaml:6:13
    "##);
}

/// Rules that the repository as it lies there does not break.
fn shown_elsewhere() -> BTreeSet<&'static str> {
    let requested = REQUESTS.iter().map(|(rule, _)| *rule);
    let pushed = PUSHES.iter().map(|(rule, _)| *rule);
    pushed.chain(requested).chain(ELSEWHERE).collect()
}

/// What shows only where something is missing, see `adoption.rs`; what only the pages of the rules show, as Acme has the branches and
/// versions that it needs.
const ELSEWHERE: [&str; 6] = [
    "gate/weakened",
    "gate/facts-missing",
    "branches/role-branches-missing",
    "history/foxtrot-merge",
    "versions/bump-too-small",
    "versions/prerelease-tag-on-topic",
];

/// What only a push of the broken Acme shows; the remarks at the end of its recipe tell the same.
const PUSHES: [(&str, &str); 5] = [
    ("branches/no-direct-commit", "refs/heads/dev: dev~1 -> dev"),
    ("branches/no-rewrite", "refs/heads/main: dev -> main"),
    ("branches/wrong-base", "refs/heads/hotfix/1.3.1: none -> feat/wish-list"),
    ("versions/not-monotonic", "refs/tags/1.2.0-rc.9: none -> dev"),
    ("versions/tag-moved", "refs/tags/1.2.1: 1.2.1 -> main"),
];

#[test]
fn rules_about_pushes_are_broken_by_pushes_of_the_broken_acme() {
    let repo = Repo::of_recipe(BROKEN);
    for (rule, line) in PUSHES {
        let report = judged(&repo, rule, line);
        assert_eq!(report.failures, [], "{rule}");
        let found: Vec<_> = report.findings.iter().map(|f| (f.rule.as_str(), f.severity)).collect();
        assert_eq!(found, [(rule, Severity::Error)], "{rule}: {line}");
    }
}

/// What only a merge request of the broken Acme shows.
const REQUESTS: [(&str, &[&str]); 8] = [
    (
        "stages/change-touches-many-stages",
        &["--source", "chore/promote-1.2.1", "--target", "main"],
    ),
    ("branches/merge-target", &["--source", "feat/wish-list", "--target", "main"]),
    (
        "commits/title-conventional",
        &[
            "--source",
            "feat/wish-list",
            "--target",
            "dev",
            "--squash",
            "--title",
            "Wish list",
        ],
    ),
    (
        "history/role-branches-squashed",
        &["--source", "main", "--target", "dev", "--squash", "--title", "chore: back"],
    ),
    (
        "history/release-content",
        &["--source", "release/2.0.0", "--target", "main", "--head", "feat/wish-list"],
    ),
    (
        "history/develop-in-release",
        &["--source", "release/2.0.0", "--target", "main", "--head", "feat/long-thing"],
    ),
    (
        "commits/ticket-missing",
        &["--source", "fix/nice-thing", "--target", "dev", "--config", "strict.yaml"],
    ),
    (
        "commits/scope-known",
        &["--source", "feat/wish-list", "--target", "dev", "--config", "strict.yaml"],
    ),
];

/// Rules that are off unless a team wants them.
const STRICT: &str = "commits: {scopes: [shop]}\nrules: {commits/scope-known: error, commits/ticket-missing: error}\n";

#[test]
fn rules_about_merge_requests_are_broken_by_requests_of_the_broken_acme() {
    let repo = Repo::of_recipe(BROKEN);
    repo.write("strict.yaml", STRICT);
    for (rule, flags) in REQUESTS {
        let head = ["--head", flags[1]];
        let head = if flags.contains(&"--head") { &[][..] } else { &head[..] };
        let run = repo.flowgate(&[&["merge-request", "--only", rule, "--format", "json"], head, flags].concat());
        let report = run.json();
        assert_eq!(report["failures"], serde_json::json!([]), "{rule}");
        let found: BTreeSet<_> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["rule"].as_str())
            .collect();
        assert_eq!(found, BTreeSet::from([Some(rule)]), "{rule}: {flags:?}");
    }
}

/// Where a finding is, in words that stay when the recipe's objects get other ids.
fn place(repo: &Repo, finding: &Value) -> String {
    let location = &finding["location"];
    if let Some(path) = location["path"].as_str() {
        return format!("{path}:{}:{}", location["line"], location["column"]);
    }
    if let Some(name) = location["ref"].as_str() {
        return name.to_owned();
    }
    let subject = repo.git(&["log", "-1", "--format=%s", location["commit"].as_str().unwrap()]);
    format!("`{subject}`:{}:{}", location["line"], location["column"])
}

#[test]
fn the_remarks_of_the_broken_acme_name_every_rule_and_no_other() {
    let (rules, _) = RuleSet::load(source::embedded());
    let all: BTreeSet<&str> = rules.rules().map(|r| r.id.as_str()).collect();
    let remarks = BROKEN.lines().filter(|line| line.starts_with("# "));
    let words = remarks.flat_map(|line| line.split([' ', ':', ';', ',']));
    let named: BTreeSet<&str> = words
        .filter(|word| word.split_once('/').is_some_and(|(group, _)| is_group(&all, group)))
        .collect();
    assert_eq!(named, all);
}

fn is_group(rules: &BTreeSet<&str>, group: &str) -> bool {
    rules
        .iter()
        .any(|id| id.strip_prefix(group).is_some_and(|rest| rest.starts_with('/')))
}

#[test]
fn branches_and_tags_of_this_repository_are_known_by_its_own_refs() {
    let repo = Repo::of_recipe(BROKEN);
    let report = repo
        .flowgate(&["check", "--only", "argocd", "--format", "json", "--now", NOW])
        .json();
    let known = |name: &str| {
        let deliveries = report["deliveries"].as_array().unwrap();
        let found = deliveries.iter().find(|d| d["name"] == name).unwrap();
        format!(
            "{} {}",
            found["revision"]["text"].as_str().unwrap(),
            found["revision"]["known"].as_str().unwrap()
        )
    };
    assert_eq!(known("app-blog-dev"), "dev repository");
    assert_eq!(known("app-phippy-prd"), "1.2.1 repository");
    assert_eq!(known("app-chat-dev"), "env/dev grammar", "there is no such branch");
    assert_eq!(known("wiki-dev"), "develop grammar", "of another repository");
}

#[test]
fn the_size_of_batches_changes_nothing_that_a_rule_of_ours_says() {
    let repo = Repo::of_recipe(BROKEN);
    let one = in_batches(&repo, 1);
    assert!(one.summary.commits > 32, "one batch would show nothing");
    assert_eq!(one.findings.len(), in_batches(&repo, 1000).findings.len());
    assert_eq!(one, in_batches(&repo, 32));

    // A rule that counts its batch would be caught.
    repo.write("flowgate.yaml", "policies: [house]\n").write(
        "house/batch.rego",
        "# METADATA\n# title: Counts\n# description: For tests.\n# custom:\n#   severity: error\n#   reads: [messages]\n\
         package rules.house.batch\n\nimport rego.v1\n\nreport contains violation if {\n\
         \tsome commit in input.messages\n\n\tviolation := {\"message\": sprintf(\"%d\", [count(input.messages)]), \"at\": commit.at}\n}\n",
    );
    assert_ne!(in_batches(&repo, 1), in_batches(&repo, 32));
}

/// `flowgate check --history` with so many messages at once; there is no flag for it, because it is nobody's business.
fn in_batches(repo: &Repo, batch: usize) -> Report {
    let arguments = arguments(&["flowgate", "check", "--history"]);
    let chosen = choose(Some(repo.path()), &[], &arguments.target).unwrap();
    let prepared = prepare(Origins::of(&chosen, &arguments.rules.model), Gate::Scan, Choice::ALL)
        .unwrap_or_else(|failures| panic!("{failures:?}"));
    let configuration = &prepared.model.configuration;
    let judge = DocumentJudge::new(&prepared.selection, &prepared.engine, base_input(Gate::Scan.as_str(), NOW));
    let base = base_input(Gate::Scan.as_str(), NOW);
    let messages = MessageJudge::new(
        &prepared.selection,
        &prepared.engine,
        &configuration.flow,
        base,
        None,
        &|| None,
    );
    let facts = gather(
        &Request {
            place: &chosen.place,
            target: &chosen.target,
            flow: &configuration.flow,
            needs: prepared.selection.needs(),
            is_excluded: &|path| configuration.is_excluded(path),
            include_excluded: false,
            judged: None,
            adopted: configuration.adopted.as_ref(),
            messages: Some(&messages),
            batch,
            lock: &std::collections::BTreeMap::new(),
            tick: &|| std::ops::ControlFlow::Continue(()),
            owned: flowgate::facts::owners::Owned::by_judged(&[]),
            gate: None,
            cache: None,
        },
        &judge,
    )
    .unwrap();
    let setup = Setup {
        stopped: &|| None,
        gate: Gate::Scan,
        now: NOW,
        today: days_since_epoch(day(Some(NOW)).unwrap()),
        flow: &configuration.flow,
        selection: &prepared.selection,
        engine: &prepared.engine,
        rules: &prepared.model.rules,
        waivers: &configuration.waivers,
        trusted_comments: None,
        whole: flowgate::evaluation::waiver_input::Whole::default(),
        refs_required: false,
        fail_on: Some(Severity::Error),
        renamed: &std::collections::BTreeMap::new(),
        content: None,
        header: Header::default(),
    };
    evaluate(&setup, facts, messages.heard())
}

fn arguments(typed: &[&str]) -> CheckArguments {
    match Arguments::try_parse_from(typed).unwrap().command {
        Command::Check(arguments) => *arguments,
        other => panic!("{other:?}"),
    }
}
