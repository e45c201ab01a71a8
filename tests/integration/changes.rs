//! What a merge request does to values and versions, on repositories that the real git makes.

use flowgate::config::{ProfileText, Request, load};
use flowgate::domain::change::{Change, ChangeFacts, ProposedChange, Side};
use flowgate::domain::commit::CommitClass;
use flowgate::domain::flow::Flow;
use flowgate::facts::history::History;
use flowgate::facts::messages::Stream;
use flowgate::facts::{Needs, Place, change, history};
use flowgate::policy::source;
use proptest::prelude::*;

use crate::proposals;
use crate::support::Repo;

/// The flow of the default profile.
fn default_flow() -> Flow {
    let files = source::embedded();
    let profiles = ProfileText::among(files.iter().map(|f| (f.path.as_str(), &*f.text)));
    let request = Request {
        profiles: &profiles,
        profile_override: None,
        file: None,
        read: &|_| Err(String::new()),
        known_rules: &[],
        version: "0.1.0",
    };
    load(&request).unwrap().flow
}

/// Everything that is known of the change from HEAD to `main`.
fn history_of(place: &Place) -> History {
    let repository = place.repository().unwrap();
    let side = |branch: &str| Side {
        branch: Some(branch.to_owned()),
        ..Side::default()
    };
    let proposed = Change {
        source: side("feat/x"),
        target: side("main"),
        ..Change::default()
    };
    read(place, change::propose(repository, proposed, None, false).unwrap())
}

fn read(place: &Place, proposed: ProposedChange) -> History {
    let needs = Needs {
        change: true,
        ..Needs::default()
    };
    let stream = Stream {
        judge: None,
        batch: 1,
        is_kept: false,
        line: None,
    };
    let target = proposals::target(proposed);
    history::read(place.repository().unwrap(), &target, &default_flow(), needs, stream).unwrap()
}

fn facts(repo: &Repo) -> ChangeFacts {
    let place = Place::open(repo.path()).unwrap();
    *history_of(&place).change.unwrap()
}

/// One line for each value: place, before, after, and of a version its application, stage and what it was.
fn told(facts: &ChangeFacts) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let line = |value: &flowgate::domain::change::ValueChange| {
        let line = format!(
            "{}:{} {} -> {}",
            value.path,
            value.pointer,
            text(&value.before),
            text(&value.after)
        );
        match &value.version {
            Some(version) => format!(
                "{line} = {} on {}, had {}",
                version.application,
                text(&version.stage),
                version.had.join(" ")
            ),
            None => line,
        }
    };
    facts.values.iter().map(line).collect()
}

fn overlay(tag: &str) -> String {
    format!("resources: [../../base]\nimages:\n- name: acme/phippy\n  newTag: {tag}\n")
}

/// `main` with three versions of prd, the newest `1.3.0`, and int on the same; HEAD on a branch from there.
fn delivered() -> Repo {
    let repo = Repo::new();
    for version in ["1.1.0", "1.2.0", "1.3.0"] {
        repo.write("envs/prd/kustomization.yaml", overlay(version));
        repo.write("envs/int/kustomization.yaml", overlay("1.3.0"));
        repo.commit("fix: deliver");
    }
    repo.branch("feat/x");
    repo
}

#[track_caller]
fn check(repo: &Repo, expected: &[&str], is_rollback: bool) {
    repo.commit("fix: change");
    let facts = facts(repo);
    assert_eq!(
        (told(&facts), facts.is_rollback),
        (expected.iter().map(|s| (*s).to_owned()).collect(), is_rollback),
        "{:?}",
        facts.opaque
    );
}

const PRD: &str = "envs/prd/kustomization.yaml";
const BACK: &str = "envs/prd/kustomization.yaml:/images/0/newTag 1.3.0 -> 1.2.0 = acme/phippy on prd, had 1.2.0 1.1.0";

#[test]
fn a_version_that_the_stage_had_is_a_rollback() {
    let repo = delivered();
    repo.write(PRD, overlay("1.2.0"));
    check(&repo, &[BACK], true);
}

#[test]
fn a_version_that_the_stage_never_had_is_none() {
    let repo = delivered();
    repo.write(PRD, overlay("1.0.0"));
    let line = "envs/prd/kustomization.yaml:/images/0/newTag 1.3.0 -> 1.0.0 = acme/phippy on prd, had 1.2.0 1.1.0";
    check(&repo, &[line], false);
    // int never was on 1.2.0.
    let repo = delivered();
    repo.write("envs/int/kustomization.yaml", overlay("1.2.0"));
    check(
        &repo,
        &["envs/int/kustomization.yaml:/images/0/newTag 1.3.0 -> 1.2.0 = acme/phippy on int, had "],
        false,
    );
}

#[test]
fn form_and_comments_beside_it_change_nothing() {
    let repo = delivered();
    repo.write(
        PRD,
        "# back\nimages: [{newTag: '1.2.0', name: acme/phippy}]\nresources:\n  - ../../base\n",
    );
    check(&repo, &[BACK], true);
}

#[test]
fn one_more_changed_field_and_it_is_none() {
    let repo = delivered();
    repo.write(PRD, format!("{}replicas: [{{name: a, count: 3}}]\n", overlay("1.2.0")));
    let more = [
        "envs/prd/kustomization.yaml:/replicas/0/name - -> a",
        "envs/prd/kustomization.yaml:/replicas/0/count - -> 3",
    ];
    check(&repo, &[BACK, more[0], more[1]], false);
    let repo = delivered();
    repo.write(PRD, overlay("1.2.0").replace("acme/phippy", "evil/phippy"));
    assert!(!{
        repo.commit("fix: change");
        facts(&repo).is_rollback
    });
}

/// A change of something beside the version: the path that must be opaque, if one must be.
#[track_caller]
fn beside(change: impl Fn(&Repo), opaque: &[&str]) {
    let repo = delivered();
    repo.write(PRD, overlay("1.2.0"));
    change(&repo);
    repo.commit("fix: change");
    let facts = facts(&repo);
    assert_eq!(
        (facts.opaque.clone(), facts.is_rollback),
        (opaque.iter().map(|s| (*s).to_owned()).collect(), false)
    );
}

#[test]
fn what_cannot_be_compared_is_no_part_of_a_rollback() {
    beside(|repo| _ = repo.write("README.md", "x"), &["README.md"]);
    beside(|repo| _ = repo.write("new.yaml", "a: 1\n"), &["new.yaml"]);
    beside(
        |repo| _ = repo.git(&["rm", "--quiet", "envs/int/kustomization.yaml"]),
        &["envs/int/kustomization.yaml"],
    );
    beside(
        |repo| _ = repo.write("envs/int/kustomization.yaml", "a: {{ x }}\n"),
        &["envs/int/kustomization.yaml"],
    );
    beside(
        |repo| _ = repo.write("envs/int/kustomization.yaml", "a: [\n"),
        &["envs/int/kustomization.yaml"],
    );
    beside(
        |repo| _ = repo.write("envs/int/kustomization.yaml", "a: 1\na: 2\n"),
        &["envs/int/kustomization.yaml"],
    );
    beside(
        |repo| {
            _ = repo.write(
                "envs/int/kustomization.yaml",
                format!("{}# {}\n", overlay("1.3.0"), "x".repeat(5 << 20)),
            );
        },
        &["envs/int/kustomization.yaml"],
    );
    beside(
        |repo| _ = repo.git(&["mv", "envs/int/kustomization.yaml", "envs/int/Kustomization"]),
        &[],
    );
}

#[cfg(unix)]
#[test]
fn symlinks_and_modes_are_opaque() {
    let link = |repo: &Repo| {
        std::fs::remove_file(repo.path().join("envs/int/kustomization.yaml")).unwrap();
        std::os::unix::fs::symlink("../prd/kustomization.yaml", repo.path().join("envs/int/kustomization.yaml")).unwrap();
    };
    beside(link, &["envs/int/kustomization.yaml"]);
    let executable = |repo: &Repo| {
        use std::os::unix::fs::PermissionsExt as _;
        let path = repo.path().join("envs/int/kustomization.yaml");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    beside(executable, &["envs/int/kustomization.yaml"]);
}

#[test]
fn tag_and_digest_go_back_together() {
    let image = |tag: &str, digest: &str| {
        format!("image: {{repository: acme/phippy, tag: {tag}, digest: 'sha256:{digest}'}}\nreplicas: 2\n")
    };
    let repo = Repo::new();
    for (tag, digest) in [("1.2.0", "aaaaaaa1"), ("1.3.0", "bbbbbbb2")] {
        repo.write("chart/values-prd.yaml", image(tag, digest));
        repo.commit("fix: deliver");
    }
    repo.branch("feat/x")
        .write("chart/values-prd.yaml", image("1.2.0", "aaaaaaa1"));
    let lines = [
        "chart/values-prd.yaml:/image/tag 1.3.0 -> 1.2.0 = acme/phippy on prd, had 1.2.0",
        "chart/values-prd.yaml:/image/digest sha256:bbbbbbb2 -> sha256:aaaaaaa1 = acme/phippy on prd, had sha256:aaaaaaa1",
    ];
    check(&repo, &lines, true);
}

#[test]
fn another_repository_of_an_image_is_no_version_of_it() {
    let pod = |image: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: shop-prd}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}\n"
        )
    };
    let repo = Repo::new();
    for image in ["evil/a:1.0.0", "acme/a:1.1.0", "acme/a:1.2.0"] {
        repo.write("a.yaml", pod(image));
        repo.commit("fix: deliver");
    }
    repo.branch("feat/x").write("a.yaml", pod("evil/a:1.0.0"));
    check(
        &repo,
        &["a.yaml:/spec/containers/0/image acme/a:1.2.0 -> evil/a:1.0.0"],
        false,
    );
    repo.write("a.yaml", pod("acme/a:1.0.0"));
    // Only the other repository was ever on 1.0.0.
    check(
        &repo,
        &["a.yaml:/spec/containers/0/image acme/a:1.2.0 -> acme/a:1.0.0 = acme/a on prd, had 1.1.0"],
        false,
    );
    repo.write("a.yaml", pod("acme/a:1.1.0"));
    check(
        &repo,
        &["a.yaml:/spec/containers/0/image acme/a:1.2.0 -> acme/a:1.1.0 = acme/a on prd, had 1.1.0"],
        true,
    );
}

#[test]
fn a_moving_name_is_no_version_to_go_back_to() {
    let values = |tag: &str| format!("image: {{repository: a, tag: {tag}}}\n");
    let repo = Repo::new();
    for tag in ["latest", "1.2.0"] {
        repo.write("chart/values-prd.yaml", values(tag));
        repo.commit("fix: deliver");
    }
    repo.branch("feat/x").write("chart/values-prd.yaml", values("latest"));
    check(
        &repo,
        &["chart/values-prd.yaml:/image/tag 1.2.0 -> latest = a on prd, had latest"],
        false,
    );
}

#[test]
fn only_the_first_parents_of_the_target_tell_what_it_had() {
    let repo = delivered();
    // On a branch that was merged, prd was never delivered.
    repo.switch("main").branch("feat/other").write(PRD, overlay("9.9.9"));
    repo.commit("fix: try");
    repo.write(PRD, overlay("1.3.0"));
    repo.commit("fix: undo");
    repo.switch("main").merge("feat/other");
    repo.git(&["switch", "--quiet", "--detach", "main"]);
    repo.write(PRD, overlay("9.9.9"));
    let line = "envs/prd/kustomization.yaml:/images/0/newTag 1.3.0 -> 9.9.9 = acme/phippy on prd, had 1.2.0 1.1.0";
    check(&repo, &[line], false);
}

#[test]
fn a_field_is_the_same_wherever_its_named_item_stands() {
    let repo = delivered();
    let two = |tag: &str| {
        format!("resources: [../../base]\nimages:\n- name: acme/hello\n  newTag: 5.0.0\n- name: acme/phippy\n  newTag: {tag}\n")
    };
    repo.switch("main").write(PRD, two("1.3.0"));
    repo.commit("fix: add hello");
    repo.git(&["switch", "--quiet", "--detach"]);
    repo.write(PRD, two("1.2.0"));
    check(&repo, &[&BACK.replace("/images/0", "/images/1")], true);
}

#[test]
fn of_a_renamed_file_values_are_told_and_had_is_known() {
    let repo = delivered();
    repo.git(&["mv", "envs/prd/kustomization.yaml", "envs/prd/kustomization.yml"]);
    repo.write("envs/prd/kustomization.yml", overlay("1.2.0"));
    check(&repo, &[&BACK.replace("kustomization.yaml", "kustomization.yml")], false);
}

#[test]
fn a_revert_of_a_delivery_is_a_rollback() {
    let repo = delivered();
    repo.git(&["revert", "--no-edit", "HEAD"]);
    let facts = facts(&repo);
    assert_eq!((told(&facts), facts.is_rollback), (vec![BACK.to_owned()], true));
}

#[test]
fn the_base_says_which_version_every_stage_has() {
    let repo = delivered();
    repo.write("envs/prd/kustomization.yaml", overlay("1.2.0"));
    repo.commit("fix: change");
    let versions = facts(&repo).versions;
    let lines: Vec<String> = versions
        .iter()
        .map(|v| format!("{} {:?} {} {}", v.application, v.stage, v.version, v.family))
        .collect();
    let family = "envs/*/kustomization.yaml#/images/acme/phippy/newTag";
    assert_eq!(
        lines,
        [
            format!("acme/phippy Some(\"int\") 1.3.0 {family}"),
            format!("acme/phippy Some(\"prd\") 1.3.0 {family}")
        ]
    );
}

#[test]
fn stages_within_one_file_are_told_apart() {
    let set = |prd: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: x}}\nspec:\n  generators:\n  - list:\n      elements:\n      \
             - {{env: int, chart: phippy, targetRevision: 1.3.0}}\n      - {{env: prd, chart: phippy, targetRevision: {prd}}}\n"
        )
    };
    let repo = Repo::new();
    repo.write("a.yaml", set("1.2.0"));
    repo.commit("fix: deliver");
    repo.branch("feat/x").write("a.yaml", set("1.3.0"));
    let line = "a.yaml:/spec/generators/0/list/elements/1/targetRevision 1.2.0 -> 1.3.0 = phippy on prd, had ";
    check(&repo, &[line], false);
    let versions = facts(&repo).versions;
    let lines: Vec<String> = versions.iter().map(|v| format!("{:?} {}", v.stage, v.version)).collect();
    assert_eq!(lines, ["Some(\"int\") 1.3.0", "Some(\"prd\") 1.2.0"]);
}

#[test]
fn a_shallow_clone_says_what_it_cannot_know() {
    let repo = delivered();
    repo.write(PRD, overlay("1.1.0"));
    repo.commit("fix: change");
    let clone = Repo::new();
    let url = format!("file://{}", repo.path().display());
    clone.git(&["fetch", "--quiet", "--depth=2", &url, "feat/x", "main:refs/heads/target"]);
    clone.git(&["update-ref", "refs/remotes/origin/main", "refs/heads/target"]);
    clone.git(&["switch", "--quiet", "--detach", "FETCH_HEAD"]);
    let place = Place::open(clone.path()).unwrap();
    let history = history_of(&place);
    let facts = history.change.unwrap();
    assert!(!facts.is_rollback && told(&facts).len() == 1, "{:?}", told(&facts));
    let reasons: Vec<&str> = history.skips.iter().map(|skip| skip.reason.as_str()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("GIT_DEPTH")), "{reasons:?}");
}

/// The findings of a rule about a merge request, with their weights.
fn found(repo: &Repo, rule: &str, lines: &str) -> Vec<String> {
    let report = proposals::judged(repo, rule, lines);
    assert_eq!(report.failures, []);
    report.findings.iter().map(|f| f.severity.as_str().to_owned()).collect()
}

#[test]
fn a_rollback_from_any_branch_stops_nothing() {
    let repo = delivered();
    repo.switch("main").branch("my-stuff").write(PRD, overlay("1.2.0"));
    repo.commit("fix: back");
    assert_eq!(found(&repo, "branches/name-pattern", "my-stuff -> main"), ["info"]);
    repo.write("envs/int/kustomization.yaml", overlay("1.2.0"));
    repo.commit("fix: one more, which int never had");
    assert_eq!(found(&repo, "branches/name-pattern", "my-stuff -> main"), ["error"]);
}

#[test]
fn a_rollback_of_two_stages_is_told_and_stops_nothing() {
    let repo = Repo::new();
    let write = |version: &str| {
        for stage in ["int", "prd"] {
            repo.write(&format!("envs/{stage}/kustomization.yaml"), overlay(version));
        }
    };
    for version in ["1.2.0", "1.3.0"] {
        write(version);
        repo.commit("fix: deliver");
    }
    repo.branch("feat/x");
    write("1.4.0");
    repo.commit("feat: new");
    let rule = "stages/change-touches-many-stages";
    assert_eq!(found(&repo, rule, "feat/x -> main"), ["warning"]);
    write("1.2.0");
    repo.commit("revert: back");
    assert_eq!(found(&repo, rule, "feat/x -> main"), ["info"]);
}

#[test]
fn the_buttons_of_hosts_make_requests_that_pass() {
    let repo = delivered();
    let delivery = repo.id("main");
    let short = &delivery[..8];
    repo.git(&["switch", "--quiet", "main"]);
    for (branch, title) in [
        (format!("revert-{short}"), "Revert \"fix: deliver\"".to_owned()),
        ("revert-12-feat/x".to_owned(), "Revert \"fix: deliver\"".to_owned()),
        (format!("cherry-pick-{short}"), "fix: deliver".to_owned()),
    ] {
        repo.git(&["switch", "--quiet", "--create", &branch, "main"]);
        repo.git(&["revert", "--no-edit", &delivery]);
        let lines = format!("{branch} -> main\n{title}");
        for rule in ["branches", "commits", "stages"] {
            let weights = found(&repo, rule, &lines);
            // That it goes straight to main is told, and stops nothing.
            assert!(weights.iter().all(|weight| weight == "info"), "{rule}: {lines}: {weights:?}");
        }
        let place = Place::open(repo.path()).unwrap();
        let proposed = proposals::proposed(&repo, &branch, "main", Some(&title));
        let facts = read(&place, proposed).change.unwrap();
        assert!(facts.is_rollback, "{branch}");
        let class = facts.title.unwrap().message.class;
        let expected = if branch.starts_with("revert") {
            CommitClass::Revert
        } else {
            CommitClass::Normal
        };
        assert_eq!(class, expected, "{title}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn earlier_versions_alone_are_a_rollback_and_nothing_more_is(
        history in prop::collection::vec(prop::collection::vec(0_usize..4, 3), 2..5),
        back in 0_usize..3,
        edit in 0_usize..5,
    ) {
        let repo = Repo::new();
        let write = |versions: &[usize]| {
            for (stage, version) in ["dev", "int", "prd"].iter().zip(versions) {
                repo.write(&format!("envs/{stage}/kustomization.yaml"), overlay(&format!("1.{version}.0")));
            }
        };
        repo.write("config.yaml", "limit: 3\nlist: [{name: a, v: 1}]\n");
        for versions in &history {
            write(versions);
            repo.commit("fix: deliver");
        }
        repo.branch("feat/x");
        let earlier = &history[back % history.len()];
        write(earlier);
        repo.commit("fix: change");
        prop_assert_eq!(facts(&repo).is_rollback, Some(earlier) != history.last());
        match edit {
            0 => repo.write("config.yaml", "limit: 4\nlist: [{name: a, v: 1}]\n"),
            1 => repo.write("config.yaml", "limit: 3\nlist: [{name: b, v: 1}]\n"),
            2 => repo.write("envs/dev/kustomization.yaml", overlay("7.0.0")),
            3 => repo.write("notes.txt", "x"),
            _ => repo.write("config.yaml", "limit: '3'\nlist: [{name: a, v: 1}]\n"),
        };
        repo.commit("fix: one more");
        prop_assert!(!facts(&repo).is_rollback);
    }
}
