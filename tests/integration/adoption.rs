//! How a team begins: what stands there is let pass by waivers or a baseline, and what is new is not.

use std::path::Path;

use flowgate::cli::deadline::Deadline;
use flowgate::cli::judge::{Plan, day, judge};
use flowgate::cli::prepare::{Origins, Reach, prepare};
use flowgate::domain::gate::Gate;
use flowgate::domain::report::{Report, TargetSummary, Verdict};
use flowgate::domain::rule::Severity;
use flowgate::domain::target::{Branches, Changed, Content, Target};
use flowgate::evaluation::selection::Choice;
use flowgate::facts::Place;
use serde_json::Value;
use tempfile::TempDir;

use crate::cache::answers_alike;
use crate::judged::check;
use crate::support::Repo;

const RULE: &str = "argocd/floating-revision";
const NOW: &str = "2026-11-20";

/// An application whose last stage follows a branch, with this behind the revision.
fn application(name: &str, comment: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app-{name}-prd\nspec:\n  destination: {{namespace: app-{name}-prd, name: prd01}}\n  source:\n    repoURL: https://git.acme.example/team/{name}.git\n    path: deploy\n    targetRevision: dev{comment}\n"
    )
}

fn waiver(until: &str) -> String {
    format!(" # flowgate: allow {RULE} until {until}: the release train is built in spring")
}

/// A repository with this application on main.
fn repo(text: &str) -> Repo {
    let repo = Repo::new();
    repo.write("apps/cart.yaml", text);
    repo.commit("feat: begin");
    repo
}

/// Rule and first words of each finding.
fn found(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let told = findings.map(|f| {
        let words: Vec<&str> = f["message"].as_str().unwrap().split(' ').take(5).collect();
        format!("{} {}", f["rule"].as_str().unwrap(), words.join(" "))
    });
    told.collect()
}

#[test]
fn a_comment_lets_a_finding_pass_and_the_report_says_which() {
    let repo = repo(&application("cart", &waiver("2026-11-20")));
    let report = check(&repo, &[]).report;
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(report["waived"][0]["finding"]["rule"], RULE);
    let waiver = &report["waived"][0]["waiver"];
    assert_eq!(waiver["source"], "comment");
    assert_eq!(waiver["until"], "2026-11-20");
    assert_eq!(waiver["location"]["path"], "apps/cart.yaml");
}

#[test]
fn a_comment_above_covers_its_node_and_one_at_the_top_its_document() {
    let text = application("cart", "");
    let comment = waiver("2027-01-31");
    let above = text.replace("  source:\n", &format!(" {comment}\n  source:\n"));
    assert_eq!(found(&check(&repo(&above), &[]).report), [""; 0]);
    let elsewhere = text.replace("  destination:", &format!(" {comment}\n  destination:"));
    assert_eq!(
        found(&check(&repo(&elsewhere), &[]).report),
        [
            "gate/waiver-hygiene nothing is left that the",
            "argocd/floating-revision Application `app-cart-prd` takes stage `prd`"
        ]
    );
    let two = format!("{}\n{text}---\n{}", comment.trim(), application("shop", ""));
    assert_eq!(
        found(&check(&repo(&two), &[]).report),
        ["argocd/floating-revision Application `app-shop-prd` takes stage `prd`"]
    );
}

#[test]
fn a_comment_says_the_same_from_the_cache() {
    for comment in [waiver("2027-01-31"), waiver("2026-01-31"), " # flowgate: allow".to_owned()] {
        let repo = repo(&application("cart", &comment));
        for format in ["json", "human"] {
            let args = ["check", "--now", NOW, "--format", format];
            answers_alike(&repo, &args, &repo.flowgate(&args));
        }
    }
}

#[test]
fn what_only_looks_like_a_waiver_lets_nothing_pass() {
    let old = "argocd/floating-revision Application `app-cart-prd` takes stage `prd`";
    let ended = format!("gate/waiver-hygiene the waiver of {RULE} ended");
    let malformed = "gate/waiver-hygiene this comment lets nothing pass:";
    let check_comment = |comment: &str, expected: &[&str]| {
        let report = check(&repo(&application("cart", comment)), &[]).report;
        assert_eq!(found(&report), expected, "{comment}");
        let hygiene = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["rule"] == "gate/waiver-hygiene");
        assert!(hygiene.clone().all(|f| f["severity"] == "warning"), "{comment}");
    };
    check_comment(&waiver("2026-11-19"), &[old, &ended]);
    check_comment(&format!(" # flowgate: allow {RULE}"), &[old, malformed]);
    check_comment(&format!(" # flowgate: ignore {RULE}"), &[old, malformed]);
    check_comment(" # see the handbook of flowgate: allow nothing", &[old]);
    check_comment(
        " # flowgate: allow argocd/floating-revisions until 2027-01-31: x",
        &[old, "gate/waiver-hygiene the waiver names argocd/floating-revisions, and"],
    );
    let quoted = application(
        "cart",
        "\n    note: \"# flowgate: allow argocd/floating-revision until 2027-01-31: x\"",
    );
    assert_eq!(found(&check(&repo(&quoted), &[]).report), [old]);
}

#[test]
fn a_waiver_is_unused_only_to_a_run_that_looked_everywhere() {
    let text = application("cart", &waiver("2027-01-31")).replace("targetRevision: dev", "targetRevision: 1.2.0");
    let repo = repo(&text);
    let config = format!("waivers:\n  - {{rule: {RULE}, path: apps/, reason: moved, until: 2027-01-31}}\n");
    repo.write("flowgate.yaml", config);
    repo.commit("chore: waive");
    let unused = "gate/waiver-hygiene nothing is left that the";
    assert_eq!(found(&check(&repo, &[]).report), [unused, unused]);
    for args in [
        &["--skip", RULE][..],
        &["--only", "gate"],
        &["--range", "HEAD~1..HEAD"],
        &["--staged"],
        &["apps"],
        &["apps/cart.yaml"],
    ] {
        assert_eq!(found(&check(&repo, args).report), [""; 0], "{args:?}");
    }
}

#[test]
fn a_waiver_without_end_is_told_and_can_be_let_pass_by_the_configuration_alone() {
    let repo = repo(&application("cart", ""));
    let config = |more: &str| format!("waivers:\n  - {{rule: {RULE}, reason: agreed}}\n{more}");
    repo.write("flowgate.yaml", config(""));
    assert_eq!(
        found(&check(&repo, &[]).report),
        [format!("gate/waiver-hygiene the waiver of {RULE} has")]
    );
    let more = "  - {rule: gate/waiver-hygiene, path: flowgate.yaml, reason: agreed, until: 2027-01-31}\n";
    repo.write("flowgate.yaml", config(more));
    assert_eq!(found(&check(&repo, &[]).report), [""; 0]);
    let comment = "  # flowgate: allow gate/waiver-hygiene until 2027-01-31: agreed\n";
    repo.write("flowgate.yaml", config("").replace("  - {", &format!("{comment}  - {{")));
    assert_eq!(found(&check(&repo, &[]).report).len(), 1);
}

/// The gate of merge requests over a change from `base` to `head`, as far as waivers, baseline and missing facts go.
fn gate(repo: &Repo, base: &str, head: &str) -> Report {
    let target = Target {
        changed: Changed::Since(Some(base.to_owned())),
        ..Target::of_content(Content::Revision(head.to_owned()))
    };
    gate_in(Gate::MergeRequest, repo.path(), base, &target)
}

fn gate_in(gate: Gate, folder: &Path, base: &str, target: &Target) -> Report {
    let place = Place::open(folder).unwrap();
    let trusted = Content::Revision(base.to_owned());
    let origins = Origins {
        place: &place,
        content: &trusted,
        config: None,
        policies: None,
        profile: None,
        is_cached: false,
        cache: None,
        reach: Reach::Repository,
    };
    let prepared = prepare(origins, gate, Choice::ALL).unwrap_or_else(|failures| panic!("{failures:?}"));
    let plan = Plan {
        gate,
        place: &place,
        target,
        summary: TargetSummary::default(),
        prepared: &prepared,
        lock: &std::collections::BTreeMap::new(),
        now: day(Some(NOW)).unwrap(),
        fail_on: Some(Severity::Error),
        include_excluded: false,
        before: Some(base.to_owned()),
        gate_change: None,
        trusted: Some(base.to_owned()),
        baseline: None,
        deadline: Deadline::NONE,
    };
    judge(&plan).unwrap()
}

fn told(report: &Report) -> Vec<String> {
    let findings = report.findings.iter();
    findings.map(|f| format!("{} {}", f.severity.as_str(), f.rule)).collect()
}

#[test]
fn a_waiver_that_comes_with_a_change_lets_nothing_pass_in_it() {
    let repo = repo(&application("cart", "").replace("Revision: dev", "Revision: 1.2.0"));
    let base = repo.id("HEAD");
    repo.write("apps/cart.yaml", application("cart", &waiver("2027-01-31")));
    let head = repo.commit("feat: follow dev");
    let report = gate(&repo, &base, &head);
    assert_eq!(told(&report), ["error argocd/floating-revision", "error gate/waiver-hygiene"]);
    assert!(report.waived.is_empty());
    // Once it is trusted it counts.
    repo.write("README.md", "x");
    let next = repo.commit("docs: more");
    assert_eq!(told(&gate(&repo, &head, &next)), [""; 0]);
}

#[test]
fn a_trusted_waiver_goes_along_when_its_file_grows_or_is_renamed_and_not_when_it_moves_or_holds_longer() {
    let text = application("cart", &waiver("2027-01-31"));
    let repo = repo(&text);
    let base = repo.id("HEAD");
    repo.git(&["mv", "apps/cart.yaml", "apps/basket.yaml"]);
    repo.write("apps/basket.yaml", format!("# Bought by many.\n{text}"));
    let renamed = repo.commit("chore: rename");
    let report = gate(&repo, &base, &renamed);
    assert_eq!(told(&report), [""; 0]);
    assert_eq!(report.waived.len(), 1);
    repo.write("apps/basket.yaml", text.replace("2027-01-31", "2028-01-31"));
    let longer = repo.commit("chore: longer");
    assert!(told(&gate(&repo, &base, &longer)).contains(&"error gate/waiver-hygiene".to_owned()));
    repo.write(
        "apps/basket.yaml",
        format!("{}\n{}", waiver("2027-01-31").trim(), application("cart", "")),
    );
    let wider = repo.commit("chore: wider");
    assert!(told(&gate(&repo, &base, &wider)).contains(&"error gate/waiver-hygiene".to_owned()));
}

#[test]
fn a_waiver_that_a_change_takes_away_leaves_its_finding_to_the_change() {
    let repo = repo(&application("cart", &waiver("2027-01-31")));
    let base = repo.id("HEAD");
    repo.write("apps/cart.yaml", application("cart", ""));
    let head = repo.commit("chore: no waiver");
    assert_eq!(told(&gate(&repo, &base, &head)), ["error argocd/floating-revision"]);
}

#[test]
fn a_shallow_clone_leaves_the_verdict_open_with_the_line_that_mends_it() {
    let repo = repo("a: 1\n");
    repo.branch("feat/x").commit("feat: more");
    repo.switch("main").commit("feat: go on");
    let folder = TempDir::new().unwrap();
    let (from, to) = (format!("file://{}", repo.path().display()), folder.path().join("clone"));
    let clone = |depth: &[&str]| {
        let words = [
            &["clone", "--quiet", "--no-single-branch", "--branch", "feat/x"],
            depth,
            &[&from, &to.display().to_string()],
        ];
        repo.git(&words.concat());
        let target = Target {
            branches: Branches::Current,
            ..Target::of_content(Content::Revision("HEAD".to_owned()))
        };
        let report = gate_in(Gate::Update, &to, &repo.id("feat/x"), &target);
        std::fs::remove_dir_all(&to).unwrap();
        report
    };
    let report = clone(&["--depth", "1"]);
    assert_eq!(report.verdict, Verdict::Undecided, "{:?} {:?}", report.failures, report.skips);
    let message = &report.failures[0].message;
    assert!(
        message.starts_with("gate/facts-missing: branches/wrong-base could not judge: "),
        "{message}"
    );
    assert!(message.contains("GIT_DEPTH: 0"), "{message}");
    assert_eq!(clone(&[]).failures, []);
}

#[test]
fn refs_of_other_repositories_are_skipped_unless_they_are_required() {
    let repo = repo(&application("cart", ""));
    let base = repo.id("HEAD");
    repo.write("README.md", "x");
    let head = repo.commit("docs: more");
    let report = gate(&repo, &base, &head);
    let skip = report.skips.iter().find(|skip| skip.reason.contains("flowgate refs update"));
    assert_eq!(skip.map(|skip| skip.count), Some(1), "{:?}", report.skips);
    assert!(report.failures.is_empty(), "{:?}", report.failures);
    repo.write("flowgate.yaml", "refs: required\n");
    let strict = repo.commit("chore: require refs");
    repo.write("README.md", "y");
    let head = repo.commit("docs: more");
    let report = gate(&repo, &strict, &head);
    assert_eq!(report.verdict.exit_code(), 2);
    let message = &report.failures[0].message;
    assert!(message.starts_with("gate/facts-missing: "), "{message}");
    assert!(message.contains("run `flowgate refs update`"), "{message}");
    // In a scan nothing but the finding is said.
    assert_eq!(check(&repo, &[]).report["failures"].as_array().unwrap().len(), 0);
}

#[test]
fn a_baseline_counts_what_was_there_and_reports_what_is_new() {
    let repo = repo(&application("cart", ""));
    let written = repo.flowgate(&["baseline", "write", "--now", NOW]);
    assert_eq!((written.code, written.stderr.as_str()), (Some(0), ""));
    assert!(written.stdout.starts_with("findings written to flowgate.baseline.json: 1\n"));
    let report = check(&repo, &[]).report;
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(report["baselined"]["findings"], 1);
    assert_eq!(report["baselined"]["gone"], 0);
    assert_eq!(found(&check(&repo, &["--no-baseline"]).report).len(), 1);
    // A line above changes nothing, another application is new.
    repo.write("apps/cart.yaml", format!("# cart\n{}", application("cart", "")));
    repo.write("apps/shop.yaml", application("shop", ""));
    let report = check(&repo, &[]).report;
    assert_eq!(
        found(&report),
        ["argocd/floating-revision Application `app-shop-prd` takes stage `prd`"]
    );
    assert_eq!(report["verdict"], "findings");
}

#[test]
fn what_is_gone_is_told_by_a_run_that_looked_everywhere_and_prune_takes_it_out() {
    let repo = repo(&application("cart", ""));
    repo.write("apps/shop.yaml", application("shop", ""));
    repo.flowgate(&["baseline", "write", "--now", NOW]);
    repo.write(
        "apps/shop.yaml",
        application("shop", "").replace("Revision: dev", "Revision: 1.2.0"),
    );
    repo.write("apps/more.yaml", application("more", ""));
    let human = repo.flowgate(&["check", "--now", NOW]).stdout;
    let line = "1 finding stands in flowgate.baseline.json and stops nobody (--no-baseline shows all). 1 finding in flowgate.baseline.json is gone: `flowgate baseline prune` shrinks it.";
    assert!(human.contains(line), "{human}");
    for args in [&["--only", "commits"][..], &["apps"], &["--skip", RULE]] {
        let gone = &check(&repo, args).report["baselined"]["gone"];
        assert!(gone.is_null() || gone == 0, "{args:?}: {gone}");
    }
    let pruned = repo.flowgate(&["baseline", "prune", "--now", NOW]).stdout;
    assert_eq!(pruned, "findings taken out of flowgate.baseline.json: 1, left in it: 1\n");
    let report = check(&repo, &[]).report;
    assert_eq!(report["baselined"]["gone"], 0);
    // It adds none.
    assert_eq!(
        found(&report),
        ["argocd/floating-revision Application `app-more-prd` takes stage `prd`"]
    );
}

#[test]
fn a_baseline_that_cannot_be_used_leaves_the_verdict_open() {
    let repo = repo(&application("cart", ""));
    for (text, expected) in [
        ("{", "not valid JSON"),
        ("{\"schema\": \"flowgate/baseline/v9\"}", "schema is \"flowgate/baseline/v9\""),
        (
            "{\"schema\": \"flowgate/baseline/v1\", \"findings\": [1]}",
            "findings[0] has no text `rule`",
        ),
    ] {
        repo.write("flowgate.baseline.json", text);
        let report = check(&repo, &[]).report;
        assert_eq!(report["verdict"], "undecided");
        assert!(
            report["failures"][0]["message"].as_str().unwrap().contains(expected),
            "{report}"
        );
        assert_eq!(report["failures"][0]["location"]["path"], "flowgate.baseline.json");
    }
}

#[test]
fn a_fingerprint_counts_for_its_own_rule_and_a_revision_for_its_own_baseline() {
    let repo = repo(&application("cart", ""));
    repo.flowgate(&["baseline", "write", "--now", NOW]);
    let path = repo.path().join("flowgate.baseline.json");
    let text = std::fs::read_to_string(path).unwrap();
    repo.commit("chore: begin with what is there");
    repo.write("flowgate.baseline.json", text.replace(RULE, "flux/floating-revision"));
    assert_eq!(found(&check(&repo, &[]).report).len(), 1);
    assert_eq!(found(&check(&repo, &["--rev", "HEAD"]).report), [""; 0]);
    assert_eq!(found(&check(&repo, &["--rev", "HEAD~1"]).report).len(), 1);
}

#[test]
fn nothing_is_written_when_not_everything_could_be_judged() {
    let repo = repo(&application("cart", ""));
    repo.write("flowgate.yaml", "stages: 3\n");
    let run = repo.flowgate(&["baseline", "write"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(!repo.path().join("flowgate.baseline.json").exists());
    let run = repo.flowgate(&["baseline", "prune"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}

#[test]
fn only_what_a_change_brings_is_reported_when_that_is_asked_for() {
    let repo = repo(&application("cart", ""));
    repo.branch("feat/shop");
    repo.write("apps/cart.yaml", format!("# cart\n{}", application("cart", "")));
    repo.write("apps/shop.yaml", application("shop", ""));
    repo.git(&["add", "--all"]);
    let new = ["argocd/floating-revision Application `app-shop-prd` takes stage `prd`"];
    assert_eq!(found(&check(&repo, &["--staged"]).report).len(), 2);
    assert_eq!(found(&check(&repo, &["--staged", "--new-only"]).report), new);
    repo.commit("feat: a shop");
    let report = check(&repo, &["--range", "main..HEAD", "--new-only"]).report;
    assert_eq!(
        (found(&report), &report["already_there"]),
        (new.map(str::to_owned).to_vec(), &Value::from(1))
    );
    let refused = check(&repo, &["--new-only"]).report;
    assert_eq!(refused["failures"][0]["kind"], "usage");
}

#[test]
fn hooks_count_what_the_baseline_holds() {
    let repo = Repo::new();
    repo.write("apps/cart.yaml", application("cart", ""));
    repo.flowgate(&["baseline", "write", "--now", NOW]);
    repo.commit("feat: begin");
    repo.git(&["rm", "--quiet", "--cached", "apps/cart.yaml"]);
    repo.git(&["commit", "--quiet", "--message", "feat: take it away"]);
    repo.branch("feat/cart").hook(&["pre-commit"]);
    repo.git(&["add", "--all"]);
    let run = repo.try_git(&["commit", "--message", "feat: bring it back"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stderr
            .contains("1 finding stands in flowgate.baseline.json and stops nobody"),
        "{run:?}"
    );
}
