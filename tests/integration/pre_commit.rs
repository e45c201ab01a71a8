//! The hook `pre-commit` under the real git: it judges what is about to be recorded, and nothing else.

use std::fs;
use std::process::Stdio;
use std::time::Instant;

use crate::support::{Repo, Run, flowgate, run};

/// Judged by rules over sets.
fn application(name: &str, revision: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app-{name}-prd\nspec:\n  source:\n    \
         repoURL: https://gitlab.acme.com/acme/{name}.git\n    path: deploy\n    targetRevision: {revision}\n  \
         destination:\n    name: prd01\n    namespace: app-{name}-prd\n"
    )
}

const GOOD: &str = "1.2.0";
const BAD: &str = "main";
/// Judged by a rule over documents.
const UNQUOTED: &str = "apiVersion: v2\nname: shop\nversion: 1.10\n";

/// On a topic branch with one commit, the hook in place.
fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("a/app.yaml", application("shop", GOOD));
    repo.commit("feat: begin");
    repo.branch("feat/x").hook(&["pre-commit", "pre-merge-commit"]);
    repo
}

/// Everything that a hook must leave as it is.
fn state(repo: &Repo) -> (String, Vec<u8>) {
    let status = repo.git(&["--no-optional-locks", "status", "--porcelain=v2", "--untracked-files=all"]);
    (status, fs::read(repo.path().join(".git/index")).unwrap())
}

#[track_caller]
fn stops(run: &Run, words: &[&str]) {
    assert_eq!(run.code, Some(1), "{run:?}");
    for word in words.iter().chain(&["flowgate stops this commit"]) {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
}

#[track_caller]
fn passes(run: &Run) {
    assert_eq!((run.code, run.stderr.contains("flowgate")), (Some(0), false), "{run:?}");
}

#[test]
fn the_index_is_judged_and_not_the_work_tree() {
    let repo = repo();
    // Staged and bad, mended on disk.
    repo.write("a/b.yaml", application("blog", BAD));
    repo.git(&["add", "a/b.yaml"]);
    repo.write("a/b.yaml", application("blog", GOOD));
    stops(
        &repo.try_git(&["commit", "-m", "feat: b"]),
        &["a/b.yaml:9:21", "argocd/floating-revision"],
    );
    // Git itself refreshed its index then; after that nothing changes any more.
    let before = state(&repo);
    assert_eq!(repo.try_git(&["commit", "-m", "feat: b"]).code, Some(1));
    assert_eq!(state(&repo), before);

    // Staged and good, spoilt on disk, and a file that Git does not know.
    repo.git(&["add", "a/b.yaml"]);
    repo.write("a/b.yaml", application("blog", BAD));
    repo.write("a/untracked.yaml", application("news", BAD));
    passes(&repo.try_git(&["commit", "-m", "feat: b"]));
    assert_eq!(repo.git(&["status", "--porcelain"]), " M a/b.yaml\n?? a/untracked.yaml");
}

#[test]
fn each_way_to_commit_has_an_index_of_its_own() {
    let repo = repo();
    repo.write("a/b.yaml", application("blog", GOOD));
    repo.write("a/c.yaml", application("news", GOOD));
    repo.commit("feat: more");

    repo.write("a/b.yaml", application("blog", BAD));
    stops(&repo.try_git(&["commit", "-a", "-m", "feat: all"]), &["a/b.yaml:9:21"]);

    // Only the named file is committed: what is staged beside it waits.
    repo.git(&["add", "a/b.yaml"]);
    repo.write("a/c.yaml", application("news", "1.3.0"));
    passes(&repo.try_git(&["commit", "-m", "feat: part", "a/c.yaml"]));
    stops(&repo.try_git(&["commit", "-m", "feat: part", "a/b.yaml"]), &["a/b.yaml:9:21"]);

    // A linked work tree has one too.
    let folder = repo.path().join("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "feat/y", "linked"]);
    fs::write(folder.join("a/d.yaml"), application("mail", BAD)).unwrap();
    repo.git(&["-C", "linked", "add", "a/d.yaml"]);
    stops(
        &repo.try_git(&["-C", "linked", "commit", "-m", "feat: d"]),
        &["a/d.yaml:9:21"],
    );
}

#[test]
fn a_document_rule_looks_at_the_staged_half_of_a_file() {
    let repo = repo();
    repo.write("Chart.yaml", UNQUOTED);
    repo.git(&["add", "Chart.yaml"]);
    repo.write("Chart.yaml", UNQUOTED.replace("1.10", "\"1.10\""));
    stops(
        &repo.try_git(&["commit", "-m", "feat: chart"]),
        &["versions/unquoted-version", "Chart.yaml:3:10"],
    );
    repo.git(&["add", "Chart.yaml"]);
    passes(&repo.try_git(&["commit", "-m", "feat: chart"]));
}

#[test]
fn only_what_the_change_brings_stops_it() {
    let repo = Repo::new();
    repo.write("a/app.yaml", application("shop", BAD))
        .write("charts/shop/Chart.yaml", UNQUOTED);
    repo.commit("feat: begin");
    repo.branch("feat/x").hook(&["pre-commit"]);

    // Another line of a file with an old finding.
    repo.write("charts/shop/Chart.yaml", format!("# the shop\n{UNQUOTED}description: x\n"));
    let run = repo.try_git(&["commit", "-a", "-m", "feat: describe"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stderr.contains("2 findings stood before this change and stop nobody"),
        "{run:?}"
    );

    // Git's renames are followed.
    repo.git(&["mv", "charts/shop", "charts/store"]);
    repo.git(&["mv", "a/app.yaml", "a/shop.yaml"]);
    let run = repo.try_git(&["commit", "-m", "feat: move"]);
    assert_eq!(run.code, Some(0), "{run:?}");

    // A second one beside an old one.
    repo.write("a/blog.yaml", application("blog", BAD));
    repo.git(&["add", "."]);
    let run = repo.try_git(&["commit", "-m", "feat: blog"]);
    stops(&run, &["a/blog.yaml:9:21", "1 finding stood before"]);
    assert!(!run.stderr.contains("a/shop.yaml:"), "{run:?}");
}

#[test]
fn a_change_answers_for_what_it_breaks_in_other_files() {
    let repo = Repo::new();
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\n";
    repo.write("envs/prd/kustomization.yaml", kustomization)
        .write("base/kustomization.yaml", kustomization.replace("[../../base]", "[]"))
        .write("envs/dev/kustomization.yaml", kustomization);
    repo.commit("feat: begin");
    repo.branch("feat/x").hook(&["pre-commit"]);
    repo.write("envs/prd/kustomization.yaml", kustomization.replace("../../base", "../dev"));
    stops(
        &repo.try_git(&["commit", "-a", "-m", "feat: reuse"]),
        &["stages/cross-stage-reference", "envs/prd/kustomization.yaml"],
    );
}

#[test]
fn the_first_commit_of_a_repository_is_judged_whole() {
    let repo = Repo::new();
    repo.hook(&["pre-commit"]);
    repo.git(&["symbolic-ref", "HEAD", "refs/heads/feat/x"]);
    repo.write("a/app.yaml", application("shop", BAD));
    repo.git(&["add", "."]);
    stops(&repo.try_git(&["commit", "-m", "feat: begin"]), &["a/app.yaml:9:21"]);
    repo.write("a/app.yaml", application("shop", GOOD));
    passes(&repo.try_git(&["commit", "-a", "-m", "feat: begin"]));
}

#[test]
fn an_index_that_libgit2_cannot_read_gives_the_same_verdict() {
    let expected = {
        let repo = repo();
        repo.write("a/b.yaml", application("blog", BAD));
        repo.git(&["mv", "a/app.yaml", "a/shop.yaml"]);
        repo.git(&["add", "."]);
        repo.try_git(&["commit", "-m", "feat: b"])
    };
    stops(&expected, &["a/b.yaml:9:21"]);
    for prepare in [
        &["update-index", "--split-index"][..],
        &["sparse-checkout", "set", "--cone", "--sparse-index", "a"][..],
    ] {
        let repo = repo();
        repo.write("b/c/d.yaml", "a: 1\n");
        repo.commit("chore: another folder");
        repo.git(prepare);
        repo.write("a/b.yaml", application("blog", BAD));
        repo.git(&["mv", "a/app.yaml", "a/shop.yaml"]);
        repo.git(&["add", "a"]);
        let run = repo.try_git(&["commit", "-m", "feat: b"]);
        assert_eq!((run.code, &run.stderr), (expected.code, &expected.stderr), "{prepare:?}");
    }
}

#[test]
fn a_repository_that_cannot_be_opened_holds_nobody_up() {
    for arguments in [
        &["init", "--quiet", "--template=", "--object-format=sha256"][..],
        &["init", "--quiet", "--template=", "--ref-format=reftable"][..],
    ] {
        let repo = Repo::made_by(arguments);
        repo.hook(&["pre-commit"]);
        repo.write("a.yaml", "a: 1\n");
        repo.git(&["add", "."]);
        let run = repo.try_git(&["commit", "-m", "feat: a"]);
        assert_eq!(run.code, Some(0), "{run:?}");
        for words in ["which flowgate cannot read", "nothing was judged; Git goes on"] {
            assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        }
    }
}

#[test]
fn a_rule_can_be_left_out_once_and_that_is_said() {
    let repo = repo();
    repo.write("a/b.yaml", application("blog", BAD));
    repo.git(&["add", "."]);
    let run = repo.try_git_with(&[("FLOWGATE_SKIP", "argocd/floating-revision")], &["commit", "-m", "feat: b"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stderr.contains("FLOWGATE_SKIP leaves out argocd/floating-revision"),
        "{run:?}"
    );
    // A slip in the name leaves nothing out.
    repo.write("a/b.yaml", application("blog", "dev"));
    repo.write("a/c.yaml", application("news", "dev"));
    repo.git(&["add", "."]);
    let run = repo.try_git_with(&[("FLOWGATE_SKIP", "argocd/floating-revison")], &["commit", "-m", "feat: c"]);
    stops(&run, &["FLOWGATE_SKIP: no rule", "did you mean \"argocd/floating-revision\""]);
    assert!(!run.stderr.contains("leaves out"), "{run:?}");
}

#[test]
fn a_broken_configuration_stops_only_the_commit_that_breaks_it() {
    let repo = repo();
    repo.write("flowgate.yaml", "profil: x\n");
    repo.git(&["add", "."]);
    let run = repo.try_git(&["commit", "-m", "feat: configure"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("flowgate could not judge this commit and stops it"),
        "{run:?}"
    );

    repo.git(&["commit", "--quiet", "--no-verify", "-m", "feat: configure"]);
    repo.write("b.txt", "b");
    repo.git(&["add", "."]);
    let run = repo.try_git(&["commit", "-m", "feat: b"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("profil"), "{run:?}");
    assert!(run.stderr.contains("lets this commit pass"), "{run:?}");
}

#[test]
fn a_runner_s_pre_commit_in_a_merge_is_the_hook_of_the_merge() {
    let repo = repo();
    repo.write("b.txt", "b").commit("feat: b");
    let head = repo.id("HEAD");
    let gate = |variables: &[(&str, &str)]| {
        let mut command = flowgate(repo.path());
        command
            .args(["hook", "--format", "json", "pre-commit"])
            .envs(variables.iter().copied());
        run(&mut command).json()["gate"].clone()
    };
    assert_eq!(gate(&[]), "pre-commit");
    assert_eq!(gate(&[(&format!("GITHEAD_{head}"), "feat/x")]), "pre-merge-commit");
}

#[test]
fn another_configuration_on_the_remote_s_trunk_is_told_in_one_line() {
    let repo = repo();
    let told = |message: &str| {
        let run = repo.try_git(&["commit", "--allow-empty", "-m", message]);
        assert_eq!(run.code, Some(0), "{run:?}");
        run.stderr
    };
    repo.write("flowgate.yaml", "profile: observe\n").git(&["add", "."]);
    // Nobody knows of a trunk elsewhere.
    assert_eq!(told("feat: observe"), "");
    let remote = Repo::bare();
    repo.git(&["remote", "add", "upstream", &remote.path().display().to_string()]);
    repo.git(&["push", "--quiet", "--no-verify", "upstream", "main"]);
    assert_eq!(
        told("feat: more"),
        "flowgate: upstream/main has another configuration than the one that judged this; what passes here may be stopped there\n"
    );
    // Another text that means the same.
    repo.write("flowgate.yaml", "# nothing but words\n").git(&["add", "."]);
    assert_eq!(told("feat: say nothing"), "");
    // Where the remote has named its default branch, that one counts.
    repo.git(&["push", "--quiet", "--no-verify", "upstream", "HEAD~1:refs/heads/next"]);
    repo.git(&["remote", "set-head", "upstream", "next"]);
    assert!(told("feat: even more").starts_with("flowgate: upstream/next has another configuration"));
}

#[test]
fn a_hook_that_is_killed_leaves_everything_as_it_was() {
    const MOMENTS: u32 = 50;
    let repo = repo();
    for number in 0..40 {
        repo.write(&format!("b/{number}.yaml"), application(&format!("x{number}"), GOOD));
    }
    repo.git(&["add", "."]);
    repo.write("b/0.yaml", application("x0", BAD))
        .write("untracked.yaml", "a: [\n");
    let before = state(&repo);
    let cache = tempfile::TempDir::new().unwrap();
    let start = || {
        let mut command = flowgate(repo.path());
        command.args(["hook", "pre-commit"]).env("FLOWGATE_CACHE", cache.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let whole = || {
        let started = Instant::now();
        assert_eq!(start().status().unwrap().code(), Some(0));
        started.elapsed()
    };
    // The machine may be busy at any time: the moments lie in the shortest of several runs, which is the fewest that one takes.
    whole();
    let mut shortest = (0..5).map(|_| whole()).min().unwrap();
    let (mut killed, mut moment, mut tries) = (0, 0, 0);
    while moment < MOMENTS {
        let started = Instant::now();
        let mut child = start().spawn().unwrap();
        while started.elapsed() < shortest * moment / MOMENTS {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        let was_running = child.wait().unwrap().code().is_none();
        assert_eq!(state(&repo), before, "killed at moment {moment}");
        killed += u32::from(was_running);
        // One that came to its end first was faster than all before it.
        if !was_running && tries < MOMENTS {
            shortest = shortest * 19 / 20;
            tries += 1;
        } else {
            moment += 1;
        }
    }
    assert!(killed > MOMENTS / 2, "only {killed} were still running");
    assert_eq!(start().status().unwrap().code(), Some(0));
    assert_eq!(state(&repo), before);
}

#[test]
fn a_cherry_pick_that_is_finished_on_a_protected_branch_is_told_and_a_merge_is_not() {
    let repo = Repo::new();
    repo.write("f", "a");
    repo.commit("feat: begin");
    repo.branch("dev").branch("fix/x");
    repo.write("f", "b");
    repo.commit("fix: b");
    repo.git(&["switch", "-q", "dev"]);
    repo.write("f", "c");
    repo.commit("fix: c");
    repo.hook(&["pre-commit"]);
    for (command, word) in [("cherry-pick", "this cherry-pick would go to \"dev\""), ("merge", "")] {
        assert_ne!(repo.try_git(&[command, "fix/x"]).code, Some(0));
        repo.write("f", command);
        repo.git(&["add", "f"]);
        let run = repo.try_git(&["commit", "-m", "fix: b again"]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stderr.contains(word), "{run:?}");
        assert_eq!(run.stderr.contains("no-direct-commit"), command == "cherry-pick", "{run:?}");
    }
}

/// The edit is made on disk, and what is staged would stay as bad as it was.
#[test]
fn the_edit_that_is_proposed_comes_with_its_staging() {
    let repo = repo();
    repo.write("it's a/Chart.yaml", UNQUOTED);
    repo.git(&["add", "."]);
    let advice = r"makes this edit, --diff shows it; then stage it: git add 'it'\''s a/Chart.yaml'";
    stops(&repo.try_git(&["commit", "-m", "feat: chart"]), &[advice]);
    // What is on disk needs none.
    let checked = repo.flowgate(&["check"]);
    assert!(!checked.stdout.contains("git add"), "{checked:?}");
    assert_eq!(repo.flowgate(&["check", "--fix"]).code, Some(0));
    repo.git(&["add", "it's a/Chart.yaml"]);
    passes(&repo.try_git(&["commit", "-m", "feat: chart"]));
}
