//! `flowgate merge-request` in clones as GitLab's runner and GitHub's checkout make them, from real repositories.

use std::collections::BTreeSet;

use crate::support::{Repo, Run, flowgate, run};

const CONFIG: &str = "rules:\n  commits/conventional: error\n";

fn application(name: &str, revision: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app-{name}-prd\nspec:\n  source:\n    \
         repoURL: https://gitlab.acme.com/acme/{name}.git\n    path: deploy\n    targetRevision: {revision}\n  \
         destination:\n    name: prd01\n    namespace: app-{name}-prd\n"
    )
}

/// A project with `main` and `dev`, and one change on `feat/x` into `dev`.
struct Project {
    bare: Repo,
    work: Repo,
}

impl Project {
    fn new() -> Self {
        let project = Self {
            bare: Repo::bare(),
            work: Repo::new(),
        };
        let bare = project.bare.path().to_str().unwrap().to_owned();
        let work = &project.work;
        work.git(&["remote", "add", "origin", &bare]);
        work.write("flowgate.yaml", CONFIG)
            .write("apps/old.yaml", application("old", "main"));
        work.commit("feat: begin");
        work.branch("dev").write("README.md", "# Shop\n");
        work.commit("docs: say what it is");
        work.branch("feat/x").write("apps/shop.yaml", application("shop", "main"));
        work.commit("Add the shop");
        project.push();
        project
    }

    /// More on `dev` meanwhile, which is no part of the change.
    fn go_on(&self) {
        self.work.switch("dev").write("docs/more.md", "more\n");
        self.work.commit("Not conventional either");
        self.work.switch("feat/x");
        self.push();
    }

    fn push(&self) {
        self.work.git(&["push", "--quiet", "--force", "origin", "--all"]);
        self.work.git(&["push", "--quiet", "origin", "--tags"]);
    }

    fn id(&self, revision: &str) -> String {
        self.work.id(revision)
    }

    /// What the host merges for the test, on a ref of its own.
    fn test_merge(&self, reference: &str) -> String {
        let work = &self.work;
        work.git(&["switch", "--quiet", "--detach", "dev"]);
        work.git(&["merge", "--quiet", "--no-ff", "-m", "Merge feat/x into dev", "feat/x"]);
        let merge = self.id("HEAD");
        work.git(&["push", "--quiet", "--force", "origin", &format!("HEAD:{reference}")]);
        work.switch("feat/x");
        merge
    }

    /// A clone with all branches and tags, and HEAD at a commit of no branch, as `GIT_DEPTH: 0` and `fetch-depth: 0` give it.
    fn clone_at(&self, reference: &str) -> Repo {
        self.clone_with(reference, &[])
    }

    fn clone_with(&self, reference: &str, options: &[&str]) -> Repo {
        let clone = Repo::new();
        let url = format!("file://{}", self.bare.path().display());
        clone.git(&["remote", "add", "origin", &url]);
        let refspecs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
        let wanted: Vec<&str> = if options.is_empty() { refspecs.to_vec() } else { Vec::new() };
        let fetch = [&["fetch", "--quiet"], options, &["origin", reference], wanted.as_slice()].concat();
        clone.git(&fetch);
        let at = clone.id("FETCH_HEAD");
        clone.git(&["checkout", "--quiet", "--detach", &at]);
        clone
    }
}

fn gate(clone: &Repo, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = flowgate(clone.path());
    command.arg("merge-request").args(arguments);
    for (name, value) in variables {
        command.env(name, value);
    }
    run(&mut command)
}

/// Rule, place and fingerprint of every finding.
fn findings(run: &Run) -> BTreeSet<(String, String, String)> {
    let report = run.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let found = report["findings"].as_array().unwrap().iter();
    found
        .map(|f| {
            let place = ["path", "ref", "commit", "change"]
                .iter()
                .map(|key| text(&f["location"][key]));
            (text(&f["rule"]), place.collect::<Vec<_>>().concat(), text(&f["fingerprint"]))
        })
        .collect()
}

fn rules(run: &Run) -> Vec<String> {
    findings(run).into_iter().map(|(rule, ..)| rule).collect()
}

fn gitlab<'a>(kind: &'a str, head: &'a str, target: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("CI", "true"),
        ("GITLAB_CI", "true"),
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_MERGE_REQUEST_EVENT_TYPE", kind),
        ("CI_MERGE_REQUEST_IID", "12"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "feat/x"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "dev"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", head),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", target),
        ("CI_MERGE_REQUEST_TITLE", "feat: the shop"),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_PROJECT_PATH", "acme/shop"),
        ("CI_MERGE_REQUEST_PROJECT_PATH", "acme/shop"),
        ("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", "acme/shop"),
    ]
}

const EXPECTED: [&str; 2] = ["argocd/floating-revision", "commits/conventional"];

#[test]
fn every_kind_of_pipeline_gives_the_same_findings() {
    let project = Project::new();
    project.go_on();
    let (head, target) = (project.id("feat/x"), project.id("dev"));
    let merge = project.test_merge("refs/merge-requests/12/merge");

    let detached = project.clone_at("refs/heads/feat/x");
    let mut variables = gitlab("detached", "", "");
    variables.push(("CI_COMMIT_SHA", &head));
    let first = gate(&detached, &variables, &["--format", "json"]);
    let expected = findings(&first);
    assert_eq!(rules(&first), EXPECTED, "{}", first.stdout);
    assert_eq!(first.code, Some(1));

    let merged = project.clone_at("refs/merge-requests/12/merge");
    for kind in ["merged_result", "merge_train"] {
        let mut variables = gitlab(kind, &head, &target);
        variables.push(("CI_COMMIT_SHA", &merge));
        let run = gate(&merged, &variables, &["--format", "json"]);
        assert_eq!(findings(&run), expected, "{kind}");
    }
    // Without any host: the branch itself.
    let by_hand = gate(
        &project.work,
        &[],
        &["--target", "dev", "--title", "feat: the shop", "--format", "json"],
    );
    assert_eq!(findings(&by_hand), expected);
    // GitHub's test merge, with its event.
    let event = serde_json::json!({
        "pull_request": {
            "number": 12, "title": "feat: the shop",
            "head": {"ref": "feat/x", "sha": head, "repo": {"full_name": "acme/shop"}},
            "base": {"ref": "dev", "sha": project.id("main"), "repo": {"full_name": "acme/shop", "default_branch": "main"}},
        },
        "repository": {"full_name": "acme/shop", "default_branch": "main"},
    });
    let file = merged.path().join(".git/event.json");
    std::fs::write(&file, event.to_string()).unwrap();
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
        ("GITHUB_REF", "refs/pull/12/merge"),
        ("GITHUB_SHA", &merge),
        ("GITHUB_REPOSITORY", "acme/shop"),
    ];
    let run = gate(&merged, &variables, &["--format", "json"]);
    assert_eq!(findings(&run), expected, "{}", run.stdout);
}

#[test]
fn a_merge_queue_is_judged_by_what_it_brings() {
    let project = Project::new();
    let queue = "refs/heads/gh-readonly-queue/dev/pr-12-0123456789012345678901234567890123456789";
    let merge = project.test_merge(queue);
    let clone = project.clone_at(queue);
    let event = serde_json::json!({
        "merge_group": {"head_sha": merge, "head_ref": queue, "base_sha": project.id("dev"), "base_ref": "refs/heads/dev"},
        "repository": {"full_name": "acme/shop", "default_branch": "main"},
    });
    let file = clone.path().join(".git/event.json");
    std::fs::write(&file, event.to_string()).unwrap();
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "merge_group"),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
        ("GITHUB_SHA", &merge),
        ("GITHUB_REPOSITORY", "acme/shop"),
    ];
    let run = gate(&clone, &variables, &["--format", "json"]);
    assert_eq!(rules(&run), EXPECTED, "{}", run.stdout);
}

#[test]
fn what_stood_there_before_is_counted_and_stops_nobody() {
    let project = Project::new();
    let run = gate(&project.work, &[], &["--target", "dev", "--format", "json"]);
    assert_eq!(run.json()["already_there"], 1, "{}", run.stdout);
    let run = gate(&project.work, &[], &["--target", "dev", "--all", "--format", "json"]);
    assert_eq!(
        rules(&run),
        ["argocd/floating-revision", "argocd/floating-revision", "commits/conventional"]
    );
}

#[test]
fn a_change_cannot_weaken_what_judges_it() {
    let project = Project::new();
    let work = &project.work;
    let before = findings(&gate(work, &[], &["--target", "dev", "--format", "json"]));
    work.write("flowgate.yaml", "rules:\n  '*': off\nbots: ['*']\nexclude: ['**']\n");
    work.commit("chore: calm down");
    let run = gate(work, &[], &["--target", "dev", "--format", "json"]);
    assert!(findings(&run).is_superset(&before), "{}", run.stdout);
    let trust = &run.json()["trust"];
    assert_eq!(
        (&trust["name"], &trust["revision"]),
        (&"main".into(), &project.id("main").into())
    );

    let policies = work.path().join("mine");
    std::fs::create_dir(&policies).unwrap();
    let nowhere = policies.to_str().unwrap();
    let hostile = [
        ("FLOWGATE_POLICIES", nowhere),
        ("FLOWGATE_SKIP", "commits/conventional,argocd/floating-revision"),
        ("FLOWGATE_CACHE", nowhere),
        ("XDG_CACHE_HOME", nowhere),
        ("GIT_DIR", nowhere),
        ("GIT_INDEX_FILE", nowhere),
        ("GIT_OBJECT_DIRECTORY", nowhere),
        ("GIT_CONFIG_GLOBAL", nowhere),
        ("GIT_REPLACE_REF_BASE", "refs/heads/"),
    ];
    let run = gate(work, &hostile, &["--target", "dev", "--format", "json"]);
    assert!(findings(&run).is_superset(&before), "{}{}", run.stdout, run.stderr);
}

#[test]
fn the_target_judges_where_it_is_protected_or_trusted() {
    let project = Project::new();
    let work = &project.work;
    work.switch("dev")
        .write("flowgate.yaml", "rules:\n  commits/conventional: off\n");
    work.commit("chore: let words be free");
    work.switch("feat/x");
    project.push();
    let clone = project.clone_at("refs/heads/feat/x");
    let judged = |protected: &str| {
        let head = project.id("feat/x");
        let mut variables = gitlab("detached", "", "");
        variables.extend([
            ("CI_COMMIT_SHA", head.as_str()),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED", protected),
        ]);
        gate(&clone, &variables, &["--format", "json"])
    };
    assert_eq!(rules(&judged("false")), EXPECTED);
    let run = judged("true");
    assert_eq!(rules(&run), ["argocd/floating-revision"]);
    assert_eq!(run.json()["trust"]["revision"], project.id("dev").as_str());

    // The default branch lends its trust; what the target says of itself does not count.
    work.switch("dev").write(
        "flowgate.yaml",
        "rules:\n  commits/conventional: off\ntrust: {branches: [dev]}\n",
    );
    work.commit("chore: trust me");
    work.switch("feat/x");
    project.push();
    let run = gate(work, &[], &["--target", "dev", "--format", "json"]);
    assert_eq!(run.json()["trust"]["name"], "main");
    work.switch("main")
        .write("flowgate.yaml", format!("{CONFIG}trust: {{branches: [dev]}}\n"));
    work.commit("chore: trust dev");
    work.switch("feat/x");
    project.push();
    let run = gate(work, &[], &["--target", "dev", "--format", "json"]);
    assert_eq!(run.json()["trust"]["name"], "dev", "{}", run.stdout);
}

#[test]
fn the_branches_of_a_fork_are_not_trusted() {
    let project = Project::new();
    let work = &project.work;
    // The fork's own main, which says what its owner likes.
    work.switch("main").write("flowgate.yaml", "rules: {'*': off}\n");
    work.commit("chore: my rules");
    work.switch("feat/x");
    project.push();
    let clone = project.clone_at("refs/heads/feat/x");
    let (head, base) = (project.id("feat/x"), project.id("dev"));
    let mut variables = gitlab("detached", "", "");
    variables.extend([
        ("CI_COMMIT_SHA", head.as_str()),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()),
        ("CI_PROJECT_PATH", "mallory/shop"),
        ("CI_MERGE_REQUEST_PROJECT_PATH", "acme/shop"),
        ("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", "mallory/shop"),
    ]);
    let run = gate(&clone, &variables, &["--format", "json"]);
    assert_eq!(rules(&run), EXPECTED, "{}", run.stdout);
    let name = run.json()["trust"]["name"].as_str().unwrap().to_owned();
    assert!(name.contains("clone of another project than acme/shop"), "{name}");
    // Nor is the fork's own dev what the change goes to: it may hold everything already.
    work.git(&["push", "--quiet", "--force", "origin", "feat/x:dev"]);
    let ahead = project.clone_at("refs/heads/feat/x");
    assert_eq!(findings(&gate(&ahead, &variables, &["--format", "json"])), findings(&run));
    let without: Vec<_> = variables
        .iter()
        .copied()
        .filter(|(name, _)| !name.contains("DIFF_BASE"))
        .collect();
    let undecided = gate(&ahead, &without, &[]);
    assert_eq!(undecided.code, Some(2), "{}", undecided.stdout);
    assert!(undecided.stdout.contains("--target-tip"), "{}", undecided.stdout);
    // A folder of the operator's judges where it is named.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flowgate.yaml"), "rules: {commits/conventional: off}\n").unwrap();
    let run = gate(
        &clone,
        &variables,
        &["--format", "json", "--policies-from", folder.path().to_str().unwrap()],
    );
    assert_eq!(rules(&run), ["argocd/floating-revision"], "{}", run.stdout);
}

#[test]
fn a_shallow_clone_is_undecided_until_it_is_deepened() {
    let project = Project::new();
    project.go_on();
    let clone = project.clone_with("refs/heads/feat/x", &["--depth", "1"]);
    let head = project.id("feat/x");
    let mut variables = gitlab("detached", "", "");
    variables.push(("CI_COMMIT_SHA", &head));
    let run = gate(&clone, &variables, &[]);
    assert_eq!(run.code, Some(2), "{}", run.stdout);
    assert!(
        run.stdout.contains("GIT_DEPTH: 0") && run.stdout.contains("fetch-depth: 0"),
        "{}",
        run.stdout
    );
    // The target is there, and still not where the two parted.
    clone.git(&[
        "fetch",
        "--quiet",
        "--depth",
        "1",
        "origin",
        "+refs/heads/dev:refs/remotes/origin/dev",
    ]);
    let run = gate(&clone, &variables, &[]);
    assert_eq!(run.code, Some(2), "{}", run.stdout);
    assert!(run.stdout.contains("GIT_DEPTH: 0"), "{}", run.stdout);
    let run = gate(&clone, &variables, &["--deepen", "--format", "json"]);
    assert_eq!(rules(&run), EXPECTED, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("fetching the history of dev and main"), "{}", run.stderr);
}

#[test]
fn without_a_change_nothing_is_judged_and_nothing_passes() {
    let project = Project::new();
    for (variables, arguments, expected) in [
        (vec![], vec![], "name its target"),
        (
            vec![("GITLAB_CI", "true"), ("CI_PIPELINE_SOURCE", "push")],
            vec![],
            "merge_request_event",
        ),
        (vec![], vec!["--target", "nowhere"], "nowhere"),
        (vec![], vec!["--target", "dev", "--head", "0123456"], "0123456"),
        (
            vec![],
            vec!["--target", "dev", "--policies-from", "nobody"],
            "neither such a revision",
        ),
        (vec![], vec!["--target", "dev", "--approvals", "none.json"], "none.json"),
    ] {
        let run = gate(&project.work, &variables, &arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stdout);
        assert!(run.stdout.contains(expected), "{arguments:?}: {}", run.stdout);
    }
}

#[test]
fn the_command_in_the_report_gives_the_same_report() {
    let project = Project::new();
    let run = gate(
        &project.work,
        &[],
        &["--target", "dev", "--title", "It's a shop", "--format", "json"],
    );
    let command = run.json()["target"]["reproduce"].as_str().unwrap().to_owned();
    project.work.switch("main");
    let mut shell = crate::support::program("sh", project.work.path());
    let program = flowgate(project.work.path());
    let folder = std::path::Path::new(program.get_program()).parent().unwrap().to_owned();
    shell.env("FLOWGATE_CACHE", "");
    shell.args(["-c", &format!("PATH={}:$PATH; {command} --format json", folder.display())]);
    let again = crate::support::run(&mut shell);
    assert_eq!(findings(&again), findings(&run), "{command}: {}", again.stderr);
}
