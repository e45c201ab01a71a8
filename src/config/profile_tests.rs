//! What the shipped default profile says: types of branches, stages and their words, the merge matrix, tags, commits, bots, names.

use crate::domain::commit::Person;
use crate::domain::flow::{BranchRole, Flow, Writers};

use super::tests::load_text;

fn flow() -> Flow {
    load_text("").unwrap().flow
}

#[test]
fn branches_have_the_type_that_people_mean() {
    let expected = [
        ("main", "main"),
        ("master", "main"),
        ("dev", "develop"),
        ("develop", "develop"),
        ("development", "develop"),
        ("gh-pages", "infrastructure"),
        ("pages", "infrastructure"),
        ("release/1.2.0", "release"),
        ("release/v1.2.0", "release"),
        ("release/1.2", "release"),
        ("release/1.2.0-rc.1", "release"),
        ("release/phippy/1.2.0", "release"),
        ("release/phippy-1.2.0", "release"),
        ("hotfix/1.2.1", "hotfix"),
        ("hotfix/login-crash", "hotfix"),
        ("support/1.x", "support"),
        ("release/1.2.x", "support"),
        ("1.x", "support"),
        ("16-2-stable", "support"),
        ("feat/login-form", "feature"),
        ("feature/GH-126", "feature"),
        ("feature/implement-hooks", "feature"),
        ("feature/test", "feature"),
        ("feat/PROJ-12-voucher", "feature"),
        ("fix/31-result-api", "fix"),
        ("bugfix/nice-thing", "fix"),
        ("docs/install", "docs"),
        ("chore/tidy", "chore"),
        ("refactor/walker", "refactor"),
        ("ci/25-auto-merge-release-please", "ci"),
        ("perf/parse", "perf"),
        ("test/corpora", "test"),
        ("build/musl", "build"),
        ("style/fmt", "style"),
        ("revert/voucher", "revert"),
    ];
    check(&expected);
}

#[test]
fn branches_of_hosts_and_bots_have_a_type() {
    let expected = [
        ("revert-189-fix-operate-first-appset-whitelist", "revert"),
        ("revert-110-nested-subdir-docs", "revert"),
        ("revert-12-feature/login", "revert"),
        ("revert-0c63ce57", "revert"),
        ("revert-pr-12", "revert"),
        ("revert-3f2a9c1be0d44e0f8a1b2c3d4e5f60718293a4b5", "revert"),
        ("cherry-pick-0c63ce57", "cherry-pick"),
        ("cherry-pick-3f2a9c1b-2", "cherry-pick"),
        ("cherry-pick-1234-to-release-1.2", "cherry-pick"),
        ("cherrypick-1234-to-main", "cherry-pick"),
        ("42-fix-login", "issue"),
        ("7-2nd-attempt", "issue"),
        ("PROJ-12-voucher", "issue"),
        ("PROJ-12", "issue"),
        ("Xantier-patch-7", "patch"),
        ("Irma12-patch-1", "patch"),
        ("jane.doe-main-patch-12345", "patch"),
        ("patch-1", "patch"),
        ("renovate/configure", "bot"),
        ("renovate/all-minor-patch", "bot"),
        ("dependabot/nuget/src/AutoMapper-14.0.0", "bot"),
        ("dependabot/github_actions/actions/checkout-7", "bot"),
        ("snyk-upgrade-fc23bcbee8fdb3d5d38aadc4e235ead8", "bot"),
        ("snyk-fix-98384e942d6b3ad1339b0167abd713c2", "bot"),
        ("pre-commit-ci-update-config", "bot"),
        ("copilot/fix-1", "bot"),
        ("codex/add-tests", "bot"),
        ("cursor/mend-login-1a2b", "bot"),
        ("devin/1717-login", "bot"),
        ("gemini/mend-login", "bot"),
        ("jules/login", "bot"),
        ("openhands-fix-issue-12", "bot"),
        ("sweep/add-tests", "bot"),
        ("claude/issue-12", "bot"),
        ("cursor/refactor-api", "bot"),
        ("devin/1700000000-fix", "bot"),
        ("l10n_main", "bot"),
        ("l10n/de", "bot"),
        ("crowdin/main", "bot"),
        ("weblate-phippy-web", "bot"),
        ("backport/1.x/pr-12", "bot"),
        ("backport-12-to-1.x", "bot"),
        ("mergify/bp/1.x/pr-12", "merge-queue"),
        ("gh-readonly-queue/main/pr-12-0c63ce57", "merge-queue"),
        ("release-please--branches--main", "release-tool"),
        ("release-please--branches--main--components--phippy", "release-tool"),
        ("release-plz-2026-11-20T10-00-00Z", "release-tool"),
        ("changeset-release/main", "release-tool"),
    ];
    check(&expected);
}

#[test]
fn branches_of_bots_that_mend_and_update_have_a_type() {
    let expected = [
        ("greenkeeper-lodash-4.0.0", "bot"),
        ("update/sbt-1.9.0", "bot"),
        ("update/cats-core-2.10.0", "bot"),
        ("whitesource/configure", "bot"),
        ("alert-autofix-12", "bot"),
        ("advisory-fix-1", "bot"),
        ("chore/GHA-301837-stepsecurity-remediation", "bot"),
        ("chore-GHA-301837-stepsecurity-remediation", "bot"),
        ("socket/fix/GHSA-1234-5678-90ab", "bot"),
        ("update/series/1.x/cats-core-2.10.0", "bot"),
        ("translations_79b2d482755244ef9bc86b9951a1ebc2_ar", "bot"),
        ("patchback/backports/1.x/0c63ce57/pr-12", "bot"),
        ("jules-9588893365322302084-daabd2d3", "bot"),
        ("junie-issue-2-59562", "bot"),
        ("coderabbitai/docstrings/1a2b3c4", "bot"),
        ("junie/issue-12", "bot"),
        ("gitauto/issue-12", "bot"),
        ("Q-DEV-issue-12-1700000000", "bot"),
        ("trunk-merge/pr-12/0c63ce57", "merge-queue"),
        ("trunk-temp/pr-12/0c63ce57", "merge-queue"),
    ];
    check(&expected);
}

#[test]
fn topics_that_read_like_a_bot_s_have_no_type() {
    let names = [
        "mend-login",
        "snyk-setup",
        "jules-login",
        "junie-issue",
        "translations_de",
        "patchback",
    ];
    check(&names.map(|name| (name, "none")));
}

#[test]
fn look_alikes_have_no_type() {
    let names = [
        "my-stuff",
        "update/readme",
        "updates/sbt-1.9.0",
        "alert-autofix",
        "advisory-fix-login",
        "imgbotx",
        "renovatefoo/x",
        "codexx/y",
        "revert-me",
        "revert-foo",
        "cherry-pick-this",
        "alice-patch",
        "patch-x",
        "alice-patch-1x",
        "feature",
        "feat/",
        "feats/x",
        "feature-x",
        "hotfixes",
        "hotfix",
        "release",
        "release/svc/prod",
        "release/svc/dev",
        "release/next",
        "release/1",
        "releases/1.2.0",
        "main-2024",
        "mainline",
        "main/x",
        "maintenance",
        "dev-team",
        "develop-2",
        "devel",
        "1.0.0-alpha0",
        "1.2.0",
        "v1.2.0",
        "v-next",
        "2024-06-01",
        "prod",
        "staging",
        "env/prod",
        "test",
        "test-branch",
        "docs-site",
        "infra/7-external-secrets-operator",
        "jane/fix-login",
        "renovated",
        "dependabots",
        "cherry-pick-fix",
        "revert-it",
        "patch-work",
        "copilot",
        "pages-old",
        "Feature/x",
        "phippy/main",
    ];
    let expected: Vec<(&str, &str)> = names.iter().map(|name| (*name, "none")).collect();
    check(&expected);
}

fn check(expected: &[(&str, &str)]) {
    let flow = flow();
    let found: Vec<(&str, &str)> = expected
        .iter()
        .map(|(name, _)| (*name, flow.branch_type(name).map_or("none", |t| t.name.as_str())))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn an_example_of_a_type_is_of_that_type() {
    let flow = flow();
    for branch_type in &flow.branch_types {
        let example = [
            ("<X.Y.Z>", "1.2.0"),
            ("<X>", "1"),
            ("<words>", "some-words"),
            ("<number>", "42"),
            ("<title>", "title"),
            ("<commit>", "0c63ce57"),
            ("<branch>", "main"),
            ("<change>", "pr-1"),
            ("<package>", "serde"),
            ("<user>", "jane"),
            ("<n>", "1"),
        ];
        let name = example.iter().fold(branch_type.example.clone(), |text, (placeholder, word)| {
            text.replace(placeholder, word)
        });
        assert_eq!(flow.branch_type(&name).map(|t| &t.name), Some(&branch_type.name), "{name}");
    }
}

#[test]
fn stages_are_three_in_order_and_their_words_are_weak_or_strong() {
    let flow = flow();
    let names: Vec<&str> = flow.stages.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["dev", "int", "prd"]);
    let writers: Vec<Writers> = flow.stages.iter().map(|s| s.writers).collect();
    assert_eq!(writers, [Writers::Any, Writers::Ci, Writers::Any]);
    let strong: Vec<&str> = flow.stages.iter().flat_map(|s| &s.aliases).map(String::as_str).collect();
    assert_eq!(strong, ["tst", "uat", "staging", "stg", "prd", "prod", "production"]);
    let weak: Vec<&str> = flow.stages.iter().flat_map(|s| &s.weak_aliases).map(String::as_str).collect();
    let expected = "dev development develop int integration test testing qa acceptance sit stage live";
    assert_eq!(weak.join(" "), expected);
    assert_eq!(flow.negators, ["non", "no", "not", "anti", "pre"]);
}

#[test]
fn the_merge_matrix_lets_every_topic_reach_develop_and_none_main() {
    let flow = flow();
    for branch_type in flow.branch_types.iter().filter(|t| t.role == BranchRole::Topic) {
        assert!(flow.merges["develop"].contains(&branch_type.name), "{}", branch_type.name);
        assert!(!flow.merges["main"].contains(&branch_type.name), "{}", branch_type.name);
    }
    assert_eq!(flow.merges["main"], ["release", "hotfix", "release-tool", "merge-queue"]);
    assert_eq!(flow.merges["release"], ["fix", "cherry-pick", "revert"]);
}

#[test]
fn moving_and_marking_tags_are_set_apart_and_bad_versions_are_not() {
    let flow = flow();
    let is_ignored = |tag: &str| flow.tags.ignore.iter().any(|p| p.is_match(tag));
    for tag in ["v1", "latest", "nightly-2026-01-01", "deploy/prd"] {
        assert!(is_ignored(tag), "{tag}");
    }
    for tag in ["0.4", "v0.1", "release1", "v1.2.0", "phippy/1.2.0", "nightlyish"] {
        assert!(!is_ignored(tag), "{tag}");
    }
    assert!(flow.tags.patterns.is_empty() && flow.tags.annotated);
}

#[test]
fn what_bots_write_is_exempt_and_what_people_write_is_not() {
    let flow = flow();
    let is_exempt = |subject: &str| flow.commits.exempt.iter().any(|p| p.is_match(subject));
    for subject in [
        "Bump serde from 1.0.1 to 1.0.2",
        "Bump lodash from 4.17.20 to 4.17.21 in /web",
        "Bump GraphQL.Client.Serializer.SystemTextJson in /src",
        "Bump lodash and webpack in /web",
        "Bump the minor group across 2 directories with 3 updates",
        "[pre-commit.ci] auto fixes from pre-commit.com hooks",
        "Translated using Weblate (German)",
        "New Crowdin updates",
    ] {
        assert!(is_exempt(subject), "{subject}");
    }
    for subject in [
        "Bump version",
        "Bump version in the chart",
        "Update feature 1",
        "Merge branch 'x'",
        "1.2.0",
    ] {
        assert!(!is_exempt(subject), "{subject}");
    }
}

#[test]
fn bots_are_known_by_name_or_address() {
    let flow = flow();
    let person = |name: &str, email: &str| Person {
        name: name.to_owned(),
        email: email.to_owned(),
    };
    assert!(flow.is_bot(&person(
        "dependabot[bot]",
        "49699333+dependabot[bot]@users.noreply.github.com"
    )));
    assert!(flow.is_bot(&person("release", "project_12_bot_a1@noreply.gitlab.acme.com")));
    assert!(!flow.is_bot(&person("Bob Otter", "bob@acme.com")));
}
