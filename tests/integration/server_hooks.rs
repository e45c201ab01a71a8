//! The hooks `pre-receive` and `update` under real pushes into real bare repositories: what lands, what does not, and who decides.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{Repo, Run, flowgate, make_executable, run, run_with_input};

const BAD: &str = "main";
const GOOD: &str = "1.2.0";
const RULE: &str = "argocd/floating-revision";
const ZERO: &str = "0000000000000000000000000000000000000000";

fn application(name: &str, revision: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app-{name}-prd\nspec:\n  source:\n    \
         repoURL: https://gitlab.acme.com/acme/{name}.git\n    path: deploy\n    targetRevision: {revision}\n  \
         destination:\n    name: prd01\n    namespace: app-{name}-prd\n"
    )
}

/// A bare repository with a hook, and somebody's work that is pushed there.
struct Server {
    bare: Repo,
    work: Repo,
}

impl Server {
    /// Empty, with this hook and these flags.
    fn empty(hook: &str, flags: &str) -> Self {
        let server = Self {
            bare: Repo::bare(),
            work: Repo::new(),
        };
        server.install(hook, flags);
        let bare = server.bare.path().to_str().unwrap().to_owned();
        server.work.git(&["remote", "add", "origin", &bare]);
        server
    }

    /// With a commit on `main` that no rule is against.
    fn new(hook: &str, flags: &str) -> Self {
        let server = Self::empty(hook, flags);
        server.work.write("a/app.yaml", application("shop", GOOD));
        server.work.commit("feat: begin");
        passes(&server.push(&["main"]));
        server
    }

    fn install(&self, hook: &str, flags: &str) {
        let program = flowgate(self.bare.path());
        let program = program.get_program().to_str().unwrap().to_owned();
        let script = format!("#!/bin/sh\nexec '{program}' hook {flags} {hook} \"$@\"\n");
        fs::create_dir_all(self.bare.path().join("hooks")).unwrap();
        make_executable(&self.bare.path().join("hooks").join(hook), &script);
    }

    fn push(&self, refspecs: &[&str]) -> Run {
        self.push_with(&[], refspecs)
    }

    fn push_with(&self, variables: &[(&str, &str)], refspecs: &[&str]) -> Run {
        let arguments = [&["push", "origin"], refspecs].concat();
        self.work.try_git_with(variables, &arguments)
    }

    /// Starts a branch at `main` with one file more.
    fn branch(&self, name: &str, path: &str, content: impl AsRef<[u8]>) -> String {
        self.work.switch("main").branch(name).write(path, content);
        self.work.commit("feat: more")
    }

    /// Every file below `objects`, and every ref.
    fn state(&self) -> (BTreeSet<String>, String) {
        let mut files = BTreeSet::new();
        list(&self.bare.path().join("objects"), &mut files);
        (files, self.bare.git(&["for-each-ref"]))
    }

    /// A push that must leave nothing behind.
    #[track_caller]
    fn refuses(&self, refspecs: &[&str], words: &[&str]) -> Run {
        let before = self.state();
        let run = self.push(refspecs);
        refused(&run, words);
        assert_eq!(self.state(), before, "{refspecs:?}");
        run
    }
}

fn list(folder: &Path, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        files.insert(entry.path().display().to_string());
        if entry.path().is_dir() {
            list(&entry.path(), files);
        }
    }
}

#[track_caller]
fn passes(run: &Run) {
    assert_eq!((run.code, run.stderr.contains("flowgate")), (Some(0), false), "{run:?}");
}

#[track_caller]
fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.code, Some(1), "{run:?}");
    let said = sentences(run);
    for word in words.iter().chain(&["[remote rejected]"]) {
        assert!(said.contains(word), "{word}: {}", run.stderr);
    }
}

/// What Git shows, with the lines joined that were folded.
fn sentences(run: &Run) -> String {
    let line = |line: &str| {
        let line = line.strip_prefix("remote: ").unwrap_or(line);
        line.strip_prefix("GL-HOOK-ERR: ").unwrap_or(line).trim().to_owned()
    };
    run.stderr.lines().map(line).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_refused_push_names_ref_commit_rule_and_remedy_and_leaves_no_object() {
    let server = Server::new("pre-receive", "");
    let commit = server.branch("feat/x", "a/b.yaml", application("blog", BAD));
    let words = [
        RULE,
        "feat/x@a/b.yaml:9:21",
        "help: write a released version",
        "flowgate stops this push.",
        "judged by the built-in rules (main has no configuration)",
        &format!("refused refs/heads/feat/x ({}): {RULE}", &commit[..10]),
    ];
    let run = server.refuses(&["feat/x"], &words);
    let said = run.stderr.lines().filter(|line| line.starts_with("remote: "));
    assert!(said.clone().count() > 5, "{run:?}");
    assert!(said.clone().all(|line| !line.contains('\u{1b}')), "{run:?}");
    // The sentences, not the lines of files.
    assert!(said.clone().all(|line| line.trim_end().chars().count() <= 110), "{run:?}");

    server.work.write("a/b.yaml", application("blog", GOOD));
    server.work.commit("fix: a version");
    passes(&server.push(&["feat/x"]));
    passes(&server.push(&["feat/x"]));

    // What only warns is told, and is not why the push is refused.
    server.work.write("a/c.yaml", application("mail", BAD));
    server.work.commit("Add mail");
    let run = server.refuses(&["feat/x"], &[RULE, "warning[commits/conventional]"]);
    let (_, why) = run.stderr.split_once("refused refs/heads/feat/x").unwrap();
    assert!(why.contains(RULE) && !why.contains("commits/conventional"), "{run:?}");
}

#[test]
fn many_refs_are_judged_together_and_the_one_at_fault_is_named() {
    let server = Server::new("pre-receive", "--time-limit 300");
    let bad = server.branch("feat/bad", "a/b.yaml", application("blog", BAD));
    let good: Vec<String> = ["one", "two", "three"]
        .map(|name| server.branch(&format!("feat/{name}"), "a/b.yaml", application(name, GOOD)))
        .to_vec();
    let refspecs = |commit_of: &dyn Fn(usize) -> String| -> Vec<String> {
        (0..50).map(|n| format!("{}:refs/heads/feat/n{n}", commit_of(n))).collect()
    };
    let one_bad = refspecs(&|n| if n == 17 { bad.clone() } else { good[n % 3].clone() });
    let one_bad: Vec<&str> = one_bad.iter().map(String::as_str).collect();
    server.refuses(&one_bad, &["refused refs/heads/feat/n17", "refused with it: 49 refs more"]);
    let all_good = refspecs(&|n| good[n % 3].clone());
    let all_good: Vec<&str> = all_good.iter().map(String::as_str).collect();
    passes(&server.push(&all_good));
    assert_eq!(server.bare.git(&["for-each-ref", "refs/heads/feat"]).lines().count(), 50);
}

#[test]
fn without_a_line_there_is_nothing_to_refuse_and_a_strange_line_is_refused() {
    let server = Server::new("pre-receive", "");
    let bare = server.bare.path();
    let head = server.bare.id("main");
    for (hook, input, code, word) in [
        (vec!["pre-receive"], String::new(), 0, ""),
        (vec!["pre-receive"], "what is this\n".to_owned(), 2, "line 1"),
        (
            vec!["update", "refs/heads/main"],
            String::new(),
            2,
            "flowgate hook update REF OLD NEW",
        ),
        (
            vec!["update", "refs/heads/x", "1", "2"],
            String::new(),
            2,
            "flowgate hook update REF OLD NEW",
        ),
        // Whose object is nowhere: nobody knows what it is.
        (
            vec!["pre-receive"],
            format!("{ZERO} {} refs/heads/feat/x\n", "1".repeat(40)),
            2,
            "stops it",
        ),
        // A branch at a file.
        (
            vec!["pre-receive"],
            format!("{ZERO} {} refs/heads/feat/x\n", server.bare.id("main:a/app.yaml")),
            2,
            "stops it",
        ),
        (vec!["update", "refs/heads/feat/x", ZERO, &head], String::new(), 0, ""),
    ] {
        let run = run_with_input(flowgate(bare).arg("hook").args(&hook), input.as_bytes());
        assert_eq!(run.code, Some(code), "{hook:?} {run:?}");
        assert!(run.stderr.contains(word), "{hook:?} {run:?}");
        assert_eq!(run.stdout, "", "{hook:?}");
    }
}

#[test]
fn a_host_is_spoken_to_in_its_own_form() {
    let server = Server::new("pre-receive", "");
    server.branch("feat/x", "a/b.yaml", application("blog", BAD).replace('\n', "\r\n"));
    let run = server.push_with(&[("GL_ID", "user-1"), ("GL_REPOSITORY", "project-1")], &["feat/x"]);
    refused(&run, &[RULE]);
    let said: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("remote: ")).collect();
    assert!(said.len() > 5, "{run:?}");
    for line in said {
        assert!(line.starts_with("remote: GL-HOOK-ERR: "), "{line:?}");
        assert!(!line.contains(['\u{1b}', '\r']), "{line:?}");
    }
    // Repositories of the host itself.
    for variables in [
        [("GL_ID", "user-1"), ("GL_REPOSITORY", "wiki-1")],
        [("GL_ID", "user-1"), ("GL_REPOSITORY", "design-1")],
        [("GL_ID", "user-1"), ("GL_PROJECT_PATH", "acme/shop.wiki.git")],
        [("GITEA_PUSHER_NAME", "ada"), ("GITEA_REPO_IS_WIKI", "true")],
    ] {
        let run = server.push_with(&variables, &["feat/x"]);
        assert_eq!(run.code, Some(0), "{variables:?} {run:?}");
        assert!(sentences(&run).contains("which is not judged"), "{run:?}");
        passes(&server.push(&[":feat/x"]));
    }
}

#[test]
fn nobody_is_judged_by_what_he_pushes() {
    let server = Server::empty("pre-receive", "");
    // Into an empty repository, with a configuration that asks for nothing.
    server.work.write("flowgate.yaml", "rules: {argocd: off}\n");
    server.work.write("a/app.yaml", application("shop", BAD));
    server.work.commit("feat: begin");
    server.refuses(
        &["main"],
        &[RULE, "judged by the built-in rules (refs/heads/main does not exist yet)"],
    );
    server.work.write("flowgate.yaml", "rules: {files: off}\n");
    server.work.write("a/app.yaml", application("shop", GOOD));
    server.work.commit("feat: begin anew");
    passes(&server.push(&["main"]));

    // On a branch of one's own, and on the default branch, it counts from the next push.
    let off = "rules: {argocd: off}\n";
    server
        .work
        .branch("feat/x")
        .write("flowgate.yaml", off)
        .write("a/b.yaml", application("blog", BAD));
    server.work.commit("feat: both at once");
    let by_main = format!("judged by the configuration of main at {}", &server.bare.id("main")[..10]);
    server.refuses(&["feat/x"], &[RULE, &by_main]);
    server.refuses(
        &["feat/x:main"],
        &[
            RULE,
            &by_main,
            "the configuration that this brings to main counts from the next push",
        ],
    );
    server.work.switch("main").write("flowgate.yaml", off);
    server.work.commit("feat: no rules for argocd");
    let run = server.push(&["main"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(sentences(&run).contains("counts from the next push"), "{run:?}");
    passes(&server.push(&["feat/x"]));
}

#[test]
fn the_operator_says_by_what_is_judged() {
    let server = Server::new("pre-receive", "");
    server.work.branch("policy").write("flowgate.yaml", "rules: {argocd: off}\n");
    server.work.commit("chore: policy");
    // A tag of the same name as the trusted branch is nobody's word.
    server.branch("feat/x", "a/b.yaml", application("blog", BAD));
    let outside = tempfile::TempDir::new().unwrap();
    let file = outside.path().join("server.yaml");
    fs::write(&file, "rules: {argocd: off}\n").unwrap();

    server.install("pre-receive", "--policies-from policy");
    refused(&server.push(&["feat/x"]), &["--policies-from policy"]);
    server.install("pre-receive", "--skip branches");
    assert_eq!(server.push(&["policy", "main:refs/tags/policy"]).code, Some(0));
    server.install("pre-receive", "--policies-from policy");
    passes(&server.push(&["feat/x"]));
    passes(&server.push(&[":feat/x"]));

    server.install("pre-receive", &format!("--config '{}'", file.display()));
    passes(&server.push(&["feat/x"]));
    passes(&server.push(&[":feat/x"]));
    fs::write(&file, "rules: {argocd: error}\n").unwrap();
    server.refuses(&["feat/x"], &[RULE, "judged by", "server.yaml on the server"]);
    fs::write(&file, "rules: {argocd: what}\n").unwrap();
    server.refuses(&["feat/x"], &["stops it", "only who runs the server can mend it"]);
}

#[test]
fn no_variable_weakens_anything_on_a_server() {
    let empty = tempfile::TempDir::new().unwrap();
    let folder = empty.path().to_str().unwrap();
    for hook in ["pre-receive", "update"] {
        let server = Server::new(hook, "");
        server.branch("feat/x", "a/b.yaml", application("blog", BAD));
        for variable in [
            ("FLOWGATE_SKIP", RULE),
            ("FLOWGATE_POLICIES", folder),
            ("FLOWGATE_CACHE", folder),
            ("FLOWGATE_PROBE", "1"),
        ] {
            refused(&server.push_with(&[variable], &["feat/x"]), &[RULE]);
        }
        let probe = run(flowgate(server.bare.path()).args(["hook", hook]).env("FLOWGATE_PROBE", "1"));
        assert_eq!(probe.code, Some(0), "{probe:?}");
        assert!(probe.stdout.starts_with("flowgate "), "{probe:?}");
    }
}

#[test]
fn a_broken_configuration_locks_nobody_out_who_mends_it() {
    let server = Server::new("pre-receive", "");
    let break_it = |text: &str| {
        server.work.switch("main").write("flowgate.yaml", text);
        server.work.commit("feat: a configuration")
    };
    break_it("rules: {nothing/at-all: error}\n");
    server.refuses(
        &["main"],
        &["nothing/at-all", "cannot be used, and nobody would get through after it"],
    );
    break_it("extends: ['/etc/passwd']\n");
    let run = server.refuses(&["main"], &["lies outside of the repository"]);
    assert!(!run.stderr.contains("root:"), "{run:?}");
    break_it("policies: [/etc]\n");
    server.refuses(&["main"], &["lies outside of the repository"]);

    // It came there when nobody looked.
    break_it("rules: {nothing/at-all: error}\n");
    fs::remove_file(server.bare.path().join("hooks/pre-receive")).unwrap();
    passes(&server.push(&["main"]));
    server.install("pre-receive", "");
    server.branch("feat/x", "b.yaml", "a: 1\n");
    server.refuses(
        &["feat/x"],
        &[
            "nothing/at-all",
            "until it is mended only pushes pass whose branches all bring one that can",
        ],
    );
    server.refuses(&["main:refs/tags/1.0.0"], &["until it is mended"]);
    // Who mends it is judged all the same, by the built-in rules.
    server
        .work
        .switch("main")
        .branch("fix/x")
        .write("flowgate.yaml", "rules: {}\n");
    server.work.commit("fix: the configuration");
    server.refuses(&["fix/x", "feat/x"], &["until it is mended"]);
    server.work.write("a/b.yaml", application("blog", BAD));
    server.work.commit("feat: in passing");
    server.refuses(
        &["fix/x"],
        &[
            RULE,
            "judged by the built-in rules (the configuration of main cannot be used)",
        ],
    );
    server.work.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    for target in ["fix/x", "fix/x:main"] {
        let run = server.push(&[target]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(
            sentences(&run).contains("nobody else gets through until a push mends it"),
            "{run:?}"
        );
    }
    passes(&server.push(&[":fix/x"]));
}

#[test]
fn a_push_that_takes_too_long_is_refused_and_told_what_to_do() {
    let server = Server::new("pre-receive", "");
    server.branch("feat/x", "b.yaml", "a: 1\n");
    server.install("pre-receive", "--time-limit 0");
    server.refuses(
        &["feat/x"],
        &[
            "not everything was judged within 0 seconds",
            "push in smaller parts",
            "flowgate could not judge this push",
        ],
    );
    server.install("pre-receive", "--time-limit 300");
    passes(&server.push(&["feat/x"]));
}

#[test]
fn only_what_a_push_brings_stops_it() {
    let server = Server::new("pre-receive", "");
    fs::remove_file(server.bare.path().join("hooks/pre-receive")).unwrap();
    server.work.write("a/old.yaml", application("old", BAD));
    server.work.commit("feat: from before");
    passes(&server.push(&["main"]));
    server.install("pre-receive", "");

    server
        .work
        .write("a/old.yaml", format!("# owner: ada\n{}", application("old", BAD)));
    server.work.commit("docs: an owner");
    let run = server.push(&["main"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(sentences(&run).contains("1 finding stood before this change"), "{run:?}");
    // A new branch is compared with where it parted from the others.
    server.work.branch("feat/x").write("b.yaml", "a: 1\n");
    server.work.commit("feat: more");
    assert_eq!(server.push(&["feat/x"]).code, Some(0));
    server.work.write("a/new.yaml", application("new", BAD));
    server.work.commit("feat: worse");
    let run = server.refuses(&["feat/x"], &["a/new.yaml"]);
    assert!(!run.stderr.contains("a/old.yaml"), "{run:?}");

    // What came by a ref whose tree nobody judges has not stood anywhere.
    assert_eq!(server.push(&["feat/x:refs/notes/x"]).code, Some(0));
    server.refuses(&["feat/x"], &["a/new.yaml"]);
    server.refuses(&["feat/x:refs/heads/feat/y"], &["a/new.yaml"]);
}

#[test]
fn every_kind_of_update_is_judged() {
    let server = Server::new("pre-receive", "");
    let good = server.branch("feat/x", "b.yaml", "a: 1\n");
    passes(&server.push(&["feat/x"]));
    // Forced, onto something bad and onto something good.
    server.work.git(&["reset", "--quiet", "--hard", "main"]);
    server.work.write("a/b.yaml", application("blog", BAD));
    server.work.commit("feat: other");
    server.refuses(&["--force", "feat/x"], &[RULE]);
    server.refuses(&["--atomic", "--force", "feat/x", "main:refs/heads/feat/y"], &[RULE]);
    server.work.write("a/b.yaml", application("blog", GOOD));
    server.work.git(&["add", "--all"]);
    server.work.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    passes(&server.push(&["--force", "feat/x"]));
    // A tag, annotated; a deletion alone has no quarantine.
    server.work.switch("main").tag("1.2.0");
    passes(&server.push(&["1.2.0"]));
    passes(&server.push(&[":feat/x"]));
    passes(&server.push(&[&format!("{good}:refs/heads/feat/z")]));
    assert_eq!(server.bare.git(&["fsck", "--full", "--no-dangling"]), "");
}

#[test]
fn objects_of_an_alternate_are_found() {
    let server = Server::new("pre-receive", "");
    let fork = Repo::made_by(&["init", "--quiet", "--template=", "--initial-branch=main", "--bare"]);
    let objects = server.bare.path().join("objects");
    fs::create_dir_all(fork.path().join("objects/info")).unwrap();
    fs::write(
        fork.path().join("objects/info/alternates"),
        format!("{}\n", objects.display()),
    )
    .unwrap();
    let fork = Server {
        bare: fork,
        work: server.work,
    };
    fork.install("pre-receive", "");
    let path = fork.bare.path().to_str().unwrap().to_owned();
    fork.work.git(&["remote", "set-url", "origin", &path]);
    passes(&fork.push(&["main"]));
    fork.branch("feat/x", "a/b.yaml", application("blog", BAD));
    fork.refuses(&["feat/x"], &["a/b.yaml"]);
}

#[test]
fn update_holds_up_one_ref_and_lets_the_others_through() {
    let server = Server::new("update", "");
    server.branch("feat/bad", "a/b.yaml", application("blog", BAD));
    server.branch("feat/good", "a/b.yaml", application("blog", GOOD));
    let run = server.push(&["feat/bad", "feat/good"]);
    refused(&run, &[RULE, "flowgate stops this ref.", "refused refs/heads/feat/bad"]);
    assert!(!run.stderr.contains("refused refs/heads/feat/good"), "{run:?}");
    let refs = server.bare.git(&["for-each-ref", "--format=%(refname:short)"]);
    assert_eq!(refs, "feat/good\nmain");
}

#[test]
fn no_ref_is_a_way_around_what_is_judged_where_it_lands() {
    let server = Server::new("pre-receive", "");
    let message = "commits/conventional";
    server.branch("feat/x", "b.yaml", "a: 1\n");
    server
        .work
        .git(&["commit", "--quiet", "--amend", "--message", "what is this"]);
    server.refuses(&["feat/x:main"], &[message]);
    // By notes, by a branch of one's own, by both: a message that was let off there counts where it lands.
    assert_eq!(server.push(&["feat/x:refs/notes/x", "feat/x:refs/for/x"]).code, Some(0));
    server.refuses(&["feat/x:main"], &[message, "branches/no-direct-commit"]);
    let run = server.push(&["feat/x"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(sentences(&run).contains(&format!("warning[{message}]")), "{run:?}");
    server.refuses(&["feat/x:main"], &[message]);
    server.refuses(&["feat/x:main", "feat/x:refs/heads/feat/y"], &[message]);
    server.refuses(&["feat/x:refs/tags/1.0.0"], &[message]);
    for alias in ["refs/heads/feat/alias", "refs/x/alias"] {
        server.bare.git(&["symbolic-ref", alias, "refs/heads/main"]);
        server.refuses(&[&format!("feat/x:{alias}")], &[message, "refused refs/heads/main"]);
        server.bare.git(&["symbolic-ref", "--delete", alias]);
    }
    // By a merge as well; and what landed once is not looked at again.
    server.work.switch("main");
    server
        .work
        .git(&["merge", "--quiet", "--no-ff", "--message", "Merge branch 'feat/x'", "feat/x"]);
    server.refuses(&["main"], &[message]);
    server.install("pre-receive", "--skip commits");
    assert_eq!(server.push(&["main"]).code, Some(0));
    server.install("pre-receive", "");
    server.work.branch("feat/z").write("c.yaml", "a: 1\n");
    server.work.commit("feat: on top");
    passes(&server.push(&["feat/z"]));
    server.work.git(&["tag", "--annotate", "--message", "1.0.0", "1.0.0", "main"]);
    passes(&server.push(&["1.0.0"]));
}

#[test]
fn what_the_server_judges_by_is_not_taken_away() {
    let server = Server::new("pre-receive", "--policies-from policy");
    fs::remove_file(server.bare.path().join("hooks/pre-receive")).unwrap();
    passes(&server.push(&["main:refs/heads/policy"]));
    server.install("pre-receive", "--policies-from policy");
    server.refuses(
        &[":policy"],
        &["refs/heads/policy holds the configuration", "--policies-from"],
    );
    server.install("pre-receive", "");
    server.bare.git(&["config", "receive.denyDeleteCurrent", "ignore"]);
    server.refuses(&[":main"], &["refs/heads/main holds the configuration"]);
    // A lock that cannot be used would keep everybody out.
    server.work.switch("main").write("flowgate.refs.lock", "{{{\n");
    server.work.commit("feat: a lock");
    let push = ["main"];
    server.refuses(&push, &["flowgate.refs.lock", "nobody would get through after it"]);
    fs::remove_file(server.bare.path().join("hooks/pre-receive")).unwrap();
    passes(&server.push(&push));
    server.install("pre-receive", "");
    server.work.branch("feat/x").write("b.yaml", "a: 1\n");
    server.work.commit("feat: more");
    server.refuses(&["feat/x"], &["until it is mended"]);
    server.work.git(&["rm", "--quiet", "flowgate.refs.lock"]);
    server.work.commit("fix: no lock");
    let run = server.push(&["feat/x:main"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        sentences(&run).contains("nobody else gets through until a push mends it"),
        "{run:?}"
    );
}

#[test]
fn a_server_has_a_cache_only_where_the_operator_names_one() {
    let outside = tempfile::TempDir::new().unwrap();
    let cache = outside.path().join("cache");
    let flag = format!("--cache '{}'", cache.display());
    for hook in ["pre-receive", "update"] {
        let server = Server::new(hook, "");
        assert!(!cache.exists());
        server.branch("feat/x", "a/b.yaml", application("blog", BAD));
        let expected = server.push(&["feat/x"]);
        refused(&expected, &[RULE]);
        server.install(hook, &flag);
        for state in ["cold", "warm"] {
            let run = server.push(&["feat/x"]);
            assert_eq!((run.code, &run.stderr), (expected.code, &expected.stderr), "{state}");
            let mut files = BTreeSet::new();
            list(&cache, &mut files);
            assert!(
                files.iter().any(|file| file.len() > cache.display().to_string().len() + 40),
                "{files:?}"
            );
        }
        // What came with a push, or from who shares the machine, is not believed.
        server.install(hook, "--cache objects/cache");
        refused(
            &server.push(&["feat/x"]),
            &[RULE, "no cache in objects/cache", "--cache names it"],
        );
        fs::set_permissions(&cache, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        server.install(hook, &flag);
        refused(&server.push(&["feat/x"]), &[RULE, "no cache in"]);
        fs::remove_dir_all(&cache).unwrap();
    }
}

#[test]
fn rules_see_the_options_of_a_push_and_who_pushes() {
    let server = Server::new("pre-receive", "");
    server.bare.git(&["config", "receive.advertisePushOptions", "true"]);
    server.work.write("flowgate.yaml", "policies: [rules]\n").write(
        "rules/frozen.rego",
        "# METADATA\n# title: A frozen repository takes only what says so\n# description: Frozen.\n# custom:\n#   severity: error\n#   reads: [updates]\n\
         package rules.house[\"frozen\"]\n\nimport rego.v1\n\nreport contains {\"message\": sprintf(\"%v pushes with %v\", [input.push.user, input.push.options]), \"at\": {\"ref\": input.updates[0].ref}} if {\n\
         \tnot \"thaw\" in input.push.options\n}\n",
    );
    server.work.commit("feat: rules of our own");
    let run = server.push(&["main"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    server.branch("feat/x", "b.yaml", "a: 1\n");
    let pushes = |options: &[&str]| server.push_with(&[("GL_USERNAME", "ada")], &[options, &["feat/x"]].concat());
    refused(&pushes(&["--push-option=no"]), &["ada pushes with"]);
    passes(&pushes(&["--push-option=no", "--push-option=thaw"]));
}

/// `refs/replace/<id>` puts another object in the place of one that was judged: whoever reads `main` on the server would read that.
#[test]
fn no_object_takes_the_place_of_a_judged_one() {
    for hook in ["pre-receive", "update"] {
        let server = Server::new(hook, "");
        let judged = server.work.id("main:a/app.yaml");
        server.work.write("bad.yaml", application("shop", BAD));
        let other = server.work.git(&["hash-object", "-w", "bad.yaml"]);
        server.work.git(&["replace", &judged, &other]);
        let replacement = format!("refs/replace/{judged}");
        let words = [replacement.as_str(), "another object", "core.useReplaceRefs false"];
        refused(&server.push(&[&replacement]), &words);
        server.bare.git(&["config", "core.useReplaceRefs", "false"]);
        passes(&server.push(&[&replacement]));
        server.bare.git(&["config", "--unset", "core.useReplaceRefs"]);
        passes(&server.push(&[&format!(":{replacement}")]));
    }
}

/// Replacements that the operator has made, or that are only in a clone, hide nothing.
#[test]
fn objects_are_judged_and_not_what_replaces_them() {
    let server = Server::new("pre-receive", "");
    let bad = server.branch("feat/bad", "a/app.yaml", application("shop", BAD));
    server.work.git(&["replace", &bad, "main"]);
    server.refuses(&["feat/bad"], &[RULE]);
    let main = server.bare.id("main");
    server.bare.git(&["update-ref", &format!("refs/replace/{bad}"), &main]);
    server.refuses(&["feat/bad"], &[RULE]);
}

#[test]
fn a_shallow_clone_pushes_what_it_has_and_is_told_why_more_is_needed() {
    let server = Server::new("pre-receive", "");
    for name in ["one", "two"] {
        server.branch(&format!("feat/{name}"), "a/app.yaml", application(name, GOOD));
        passes(&server.push(&[&format!("feat/{name}")]));
    }
    let clone = Repo::new();
    let url = format!("file://{}", server.bare.path().display());
    clone.git(&["fetch", "--quiet", "--depth=1", &url, "feat/two"]);
    clone.git(&["switch", "--quiet", "--create", "feat/three", "FETCH_HEAD"]);
    clone.write("b/app.yaml", application("cart", GOOD)).commit("feat: go on");
    passes(&clone.try_git(&["push", &url, "feat/three"]));
    clone
        .write("b/app.yaml", application("cart", BAD))
        .commit("feat: follow main");
    refused(&clone.try_git(&["push", &url, "feat/three"]), &[RULE]);
    // A server that takes a history without its beginning gets what nobody can judge.
    let empty = Server::empty("pre-receive", "");
    empty.bare.git(&["config", "receive.shallowUpdate", "true"]);
    let bare = empty.bare.path().to_str().unwrap();
    let run = clone.try_git(&["push", bare, "HEAD~1:refs/heads/main"]);
    refused(&run, &["comes from a shallow clone", "git fetch --unshallow"]);
}

/// Messages of a history that was written elsewhere cannot be asked for anew; its content can be mended by one commit more.
#[test]
fn a_repository_that_moves_in_is_not_held_up_by_its_old_messages() {
    for hook in ["pre-receive", "update"] {
        let server = Server::empty(hook, "");
        server.work.write("a/app.yaml", application("shop", BAD));
        server.work.commit("Initial commit");
        refused(&server.push(&["main"]), &[RULE, "warning[commits/conventional]"]);
        server.work.write("a/app.yaml", application("shop", GOOD));
        server.work.commit("follow a version");
        server.work.tag("1.0.0");
        let run = server.push(&["main"]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let said = sentences(&run);
        assert!(said.contains("first push into an empty repository"), "{said}");
        passes(&server.push(&["1.0.0"]));
        // From then on what lands is asked about.
        server.work.commit("more of the same");
        refused(&server.push(&["main"]), &["error[commits/conventional]"]);
    }
}
