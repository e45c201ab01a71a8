//! The hooks about messages under the real git, and `flowgate commit-msg`.

use std::fs;

use crate::support::{Repo, Run, flowgate, run_with_input};

/// Puts what was written above what Git has written, as a person does.
const EDITOR: (&str, &str) = (
    "GIT_EDITOR",
    "f() { cat .git/draft \"$1\" > .git/both; cp .git/both \"$1\"; }; f",
);

/// With one commit, the hook in place.
fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("a", "1\n").commit("feat: begin");
    repo.hook(&["commit-msg"]);
    repo
}

/// How a message comes to Git.
#[derive(Debug, Clone, Copy)]
enum By {
    File,
    Editor,
}

fn commit(repo: &Repo, by: By, message: &[u8], more: &[&str]) -> Run {
    fs::write(repo.path().join(".git/draft"), message).unwrap();
    match by {
        By::File => repo.try_git(&[&["commit", "--allow-empty", "-F", ".git/draft"], more].concat()),
        By::Editor => repo.try_git_with(&[EDITOR], &[&["commit", "--allow-empty"], more].concat()),
    }
}

fn recorded(repo: &Repo) -> String {
    repo.git(&["log", "-1", "--format=%B"]).trim_end().to_owned()
}

#[track_caller]
fn passes(run: &Run) {
    assert_eq!((run.code, run.stderr.contains("flowgate")), (Some(0), false), "{run:?}");
}

#[track_caller]
fn stops(run: &Run, words: &[&str]) {
    assert_eq!(run.code, Some(1), "{run:?}");
    for word in words
        .iter()
        .chain(&["flowgate stops this commit.\nwrite it anew: flowgate commit-msg --edit"])
    {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
}

/// Settings of the repository, how the message comes, its bytes, and what is recorded or which words reject it.
type Case = (
    &'static [(&'static str, &'static str)],
    By,
    &'static [u8],
    Result<&'static str, &'static str>,
);

const COMMENT: &[u8] = b"# a comment\nfeat: a\n";
const SEMICOLON: &[u8] = b"; a comment\nfeat: a\n";
const BELOW: &[u8] = b"feat: a\n\n# ------------------------ >8 ------------------------\n# Below.\nBREAKING CHANGE\n";

const CASES: [Case; 16] = [
    (&[], By::Editor, COMMENT, Ok("feat: a")),
    (&[], By::File, COMMENT, Err("\"# a comment\" is not a conventional commit")),
    (&[("commit.cleanup", "strip")], By::File, COMMENT, Ok("feat: a")),
    (&[("commit.cleanup", "default")], By::Editor, COMMENT, Ok("feat: a")),
    (
        &[("commit.cleanup", "whitespace")],
        By::Editor,
        COMMENT,
        Err("\"# a comment\""),
    ),
    (&[("commit.cleanup", "verbatim")], By::File, COMMENT, Err("\"# a comment\"")),
    (
        &[("commit.cleanup", "verbatim")],
        By::File,
        b"\n\nfeat: a  \n",
        Ok("\n\nfeat: a"),
    ),
    (&[("commit.cleanup", "scissors")], By::Editor, COMMENT, Err("\"# a comment\"")),
    (&[("commit.cleanup", "scissors")], By::Editor, BELOW, Ok("feat: a")),
    (&[], By::File, b"feat: a\n \t\n\nbody\n\n\n", Ok("feat: a\n\nbody")),
    (&[("core.commentChar", ";")], By::Editor, SEMICOLON, Ok("feat: a")),
    (&[("core.commentChar", ";")], By::Editor, COMMENT, Err("\"# a comment\"")),
    (
        &[("core.commentString", "//")],
        By::Editor,
        b"// a comment\nfeat: a\n",
        Ok("feat: a"),
    ),
    (&[("core.commentChar", "auto")], By::Editor, COMMENT, Ok("feat: a")),
    (&[("core.commentChar", "auto")], By::Editor, SEMICOLON, Err("\"; a comment\"")),
    (&[("commit.verbose", "true")], By::Editor, COMMENT, Ok("feat: a")),
];

#[test]
fn what_git_will_record_is_judged() {
    for (settings, by, message, expected) in CASES {
        let repo = repo();
        // What the editor gets of the diff is no part of the message.
        repo.write("a", "BREAKING CHANGE: not in the message\n").git(&["add", "a"]);
        for (key, value) in settings {
            repo.git(&["config", key, value]);
        }
        let run = commit(&repo, by, message, &[]);
        match expected {
            Ok(text) => {
                passes(&run);
                assert_eq!(recorded(&repo), text, "{settings:?}");
            }
            Err(words) => stops(&run, &["error[commits/conventional]", words]),
        }
        // The same from the files of the configuration, without git, as for everybody who types no `-c`.
        let file = repo.path().join(".git/COMMIT_EDITMSG");
        let editor = if matches!(by, By::File) { ":" } else { "vi" };
        let mut command = flowgate(repo.path());
        command.args(["hook", "commit-msg"]).arg(&file).env("GIT_EDITOR", editor);
        assert_eq!(Run::from(command.output().unwrap()).code, run.code, "{settings:?}, {by:?}");
    }
}

#[test]
fn messages_that_git_itself_makes_pass() {
    let repo = repo();
    passes(&commit(&repo, By::Editor, b"", &["--verbose", "--fixup", "HEAD"]));
    passes(&repo.try_git(&["commit", "--allow-empty", "--squash", "HEAD", "--no-edit"]));
    let reverted = repo.id("HEAD");
    let revert = format!("Revert \"feat: begin\"\n\nThis reverts commit {reverted}.\n");
    passes(&commit(&repo, By::File, revert.as_bytes(), &[]));
    // A warning is told and stops nobody.
    let run = commit(&repo, By::File, b"Revert \"feat: begin\"\n", &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("warning[commits/revert-names-commit]"), "{run:?}");
    assert!(!run.stderr.contains("stops"), "{run:?}");

    repo.branch("feat/x").write("b", "1\n").commit_as("feat: b");
    repo.switch("main");
    // Its message has no line break at the end.
    passes(&repo.try_git(&["merge", "--no-ff", "feat/x"]));
    assert_eq!(recorded(&repo), "Merge branch 'feat/x'");
    passes(&repo.try_git(&["commit", "--amend", "--no-edit"]));
    passes(&repo.try_git(&["commit", "--amend", "-m", "Merge the work on b"]));
    stops(
        &commit(&repo, By::File, b"Update b\n", &[]),
        &["write this subject instead: chore: Update b"],
    );

    repo.switch("feat/x").write("b", "2\n").commit_as("fix: b");
    repo.switch("main").write("b", "3\n").commit_as("fix: other b");
    assert_eq!(repo.try_git(&["merge", "feat/x"]).code, Some(1));
    repo.write("b", "4\n").git(&["add", "b"]);
    passes(&repo.try_git(&["commit", "--no-edit"]));

    repo.switch("feat/x").write("c", "1\n").commit_as("chore: tidy");
    repo.write("d", "1\n").commit_as("feat(cart): add d");
    repo.write("e", "1\n").commit_as("fix: e");
    repo.switch("main").git(&["merge", "--squash", "feat/x"]);
    stops(
        &repo.try_git(&["commit", "--no-edit"]),
        &[
            "\"Squashed commit of the following:\"",
            "write this subject instead: feat(cart): add d",
        ],
    );
}

#[test]
fn an_empty_message_is_left_to_git() {
    let repo = repo();
    for (by, message) in [
        (By::File, b"".as_slice()),
        (By::Editor, b"# only\n\n#comments\n"),
        (By::Editor, b""),
    ] {
        let run = commit(&repo, by, message, &[]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(
            run.stderr.contains("empty commit message") && !run.stderr.contains("flowgate"),
            "{run:?}"
        );
    }
}

#[test]
fn a_corrected_line_is_printed_and_accepted() {
    for (staged, message, expected) in [
        ("src/a.rs", "feet: add x", "feat: add x"),
        ("src/a.rs", "Feat: add x", "feat: add x"),
        ("src/a.rs", "feat:add x", "feat: add x"),
        ("src/a.rs", "feet(cart)!:add x", "feat(cart)!: add x"),
        ("src/a.rs", "feature: add x", "feat: add x"),
        ("src/a.rs", "feat(the cart): add x", "feat(the-cart): add x"),
        ("src/a.rs", "[fix] a", "fix: a"),
        ("src/a.rs", "Add x", "feat: Add x"),
        ("src/a.rs", "some words", ""),
        ("docs/a.md", "some words", "docs: some words"),
        (".gitlab-ci.yml", "some words", "ci: some words"),
        (".github/workflows/a.yml", "Add a job", "ci: Add a job"),
        ("tests/a.rs", "some words", "test: some words"),
        ("Cargo.lock", "some words", "build: some words"),
        ("apps/test/values.yaml", "some words", ""),
    ] {
        let repo = repo();
        repo.write(staged, "x: 1\n").git(&["add", "--all"]);
        let run = commit(&repo, By::File, message.as_bytes(), &[]);
        let is_warning = run.code == Some(0);
        let printed = run
            .stderr
            .lines()
            .find_map(|line| line.split_once("write this subject instead: "));
        assert_eq!(printed.map_or("", |(_, subject)| subject), expected, "{message}: {run:?}");
        assert!(!is_warning || message == "Feat: add x", "{message}");
        if !expected.is_empty() {
            passes(&commit(&repo, By::File, expected.as_bytes(), &[]));
        }
    }
    // A path that is deleted counts as well, and an amended commit has its own.
    let repo = repo();
    repo.write("README.md", "a\n").commit_as("docs: a");
    let amended = commit(&repo, By::File, b"some words", &["--amend"]);
    stops(&amended, &["write this subject instead: docs: some words"]);
    repo.git(&["rm", "--quiet", "README.md"]);
    stops(&commit(&repo, By::File, b"some words", &[]), &["docs: some words"]);
}

#[test]
fn long_and_strange_messages_get_their_verdict() {
    let repo = repo();
    let check = |message: &[u8], code: i32, words: &str| {
        let run = run_with_input(flowgate(repo.path()).args(["commit-msg", "-"]), message);
        let shown = String::from_utf8_lossy(&message[..message.len().min(40)]).into_owned();
        assert_eq!(run.code, Some(code), "{shown}: {}", &run.stdout[..run.stdout.len().min(2000)]);
        assert!(run.stdout.contains(words), "{shown}: {}", run.stdout);
        assert!(run.stdout.len() < 4000, "{shown}: {} bytes are said", run.stdout.len());
    };
    let megabyte = |beginning: &str, rest: &str| [beginning, &rest.repeat((1 << 20) / rest.len())].concat();
    check(megabyte("feat: a\n\n", "a line of words\n").as_bytes(), 0, "clean");
    check(megabyte("a line of words ", "a").as_bytes(), 1, "a line of words aaaa");
    check(
        megabyte("feet: ", "a b").as_bytes(),
        1,
        "write this subject instead: feat: a b",
    );
    check(megabyte("feat:", "(((").as_bytes(), 1, "no space after the colon");
    let comments = megabyte("# a\n", "# comments only\n#\n");
    check(comments.as_bytes(), 1, "the commit message is empty");
    let handed_over = megabyte("# a\n\n", "# handed over\n");
    check(handed_over.as_bytes(), 1, "\"# a\" is not a conventional commit");
    let footers: String = (0..10_000).map(|n| format!("Refs: #{n}\n")).collect();
    check(format!("feat: a\n\n{footers}").as_bytes(), 0, "clean");
    check(format!("a\n\n{footers}").as_bytes(), 1, "\"a\" is not a conventional commit");
    check(b"\xef\xbb\xbffeat: a\r\n\r\nbody\r\n", 0, "clean");
    check(b"feat: a\r\nbody\r\n", 1, "no blank line between the subject and the body");
    // Git records such bytes as Latin-1 in UTF-8.
    check(b"feat caf\xe9\n", 1, "caf\u{e9}");
    check(b"feat: a\0b\n", 0, "clean");
    check(b"fe\0at a\n", 1, "\\x00");
    repo.git(&["config", "i18n.commitEncoding", "ISO-8859-1"]);
    check(b"feat caf\xe9\n", 1, "caf\u{e9}");
}

#[test]
fn what_is_wrong_with_the_configuration_stops_only_who_staged_it() {
    let repo = repo();
    let broken = "commits:\n  types: [feat\n";
    repo.write("flowgate.yaml", broken).git(&["add", "flowgate.yaml"]);
    let run = commit(&repo, By::File, b"feat: a\n", &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("flowgate.yaml") && run.stderr.contains("stops it"),
        "{run:?}"
    );
    repo.git(&["commit", "--quiet", "--no-verify", "-m", "feat: break it"]);
    repo.write("b", "1\n").git(&["add", "b"]);
    let run = commit(&repo, By::File, b"feat: a\n", &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stderr
            .contains("flowgate could not judge everything and lets this commit pass"),
        "{run:?}"
    );
    // The index decides, not the work tree: mended and staged, it judges again.
    repo.write("flowgate.yaml", "commits:\n  types: [story]\n")
        .git(&["add", "flowgate.yaml"]);
    repo.write("flowgate.yaml", broken);
    stops(&commit(&repo, By::File, b"feat: a\n", &[]), &["types are story"]);
    passes(&commit(&repo, By::File, b"story: a\n", &[]));
    let skipping = repo.try_git_with(
        &[("FLOWGATE_SKIP", "commits/type-allowed")],
        &["commit", "--allow-empty", "-m", "feat: a"],
    );
    assert_eq!(skipping.code, Some(0), "{skipping:?}");
    assert!(
        skipping.stderr.contains("FLOWGATE_SKIP leaves out commits/type-allowed"),
        "{skipping:?}"
    );
}

#[test]
fn a_hook_without_its_file_says_how_it_is_used() {
    let repo = repo();
    for arguments in [&["hook", "commit-msg"][..], &["hook", "commit-msg", "nowhere"]] {
        let run = repo.flowgate(arguments);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains("usage: flowgate hook commit-msg FILE"), "{run:?}");
    }
    let run = repo.flowgate(&["commit-msg", "nowhere"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("nowhere: there is no message"), "{run:?}");
}

#[test]
fn a_rejected_message_is_edited_with_the_findings_below_it() {
    for settings in [
        &[][..],
        &[("core.commentChar", ";")],
        &[("core.commentChar", "auto")],
        &[("commit.cleanup", "verbatim")],
        &[("commit.cleanup", "whitespace"), ("core.commentString", "//")],
    ] {
        let repo = repo();
        for (key, value) in settings {
            repo.git(&["config", key, value]);
        }
        repo.write("b", "1\n").git(&["add", "b"]);
        stops(&commit(&repo, By::File, b"feet: b\n\n#1 is done\n", &[]), &["feet"]);
        let edit = |script: &str, arguments: &[&str]| {
            let editor = format!("f() {{ cp \"$1\" .git/seen; {script}; }}; f");
            let mut command = flowgate(repo.path());
            Run::from(
                command
                    .arg("commit-msg")
                    .args(arguments)
                    .env("GIT_EDITOR", editor)
                    .output()
                    .unwrap(),
            )
        };
        let file = repo.path().join(".git/COMMIT_EDITMSG");
        let message = fs::read_to_string(&file).unwrap();
        // Nothing of a message that was handed over is taken for a comment.
        assert_eq!(message, "feet: b\n\n#1 is done\n", "{settings:?}");

        let still = edit("true", &["--edit"]);
        assert_eq!(still.code, Some(1), "{still:?}");
        assert!(still.stdout.contains("type \"feet\" is not agreed"), "{still:?}");
        assert!(still.stderr.contains("flowgate commit-msg --edit"), "{still:?}");
        let seen = fs::read_to_string(repo.path().join(".git/seen")).unwrap();
        assert!(seen.contains("error[commits/type-allowed] type \"feet\""), "{seen}");
        assert!(seen.contains("help: write this subject instead: feat: b"), "{seen}");

        let failed = edit("false", &["--edit"]);
        assert_eq!(failed.code, Some(2), "{failed:?}");
        assert!(failed.stderr.contains("failed (exit status: 1)"), "{failed:?}");
        let emptied = edit(": > \"$1\"", &["--edit"]);
        assert_eq!(emptied.code, Some(2), "{emptied:?}");
        let kept = fs::read_to_string(&file).unwrap();
        assert_eq!(kept, message, "{settings:?}");

        let good = edit("sed -i s/feet/feat/ \"$1\"", &["--edit", "--commit"]);
        assert_eq!(
            (good.code, good.stdout.as_str()),
            (Some(0), "git commit -F .git/COMMIT_EDITMSG\n"),
            "{good:?}"
        );
        passes(&repo.try_git(&["commit", "-F", ".git/COMMIT_EDITMSG"]));
        assert_eq!(recorded(&repo), "feat: b\n\n#1 is done", "{settings:?}");
        assert!(repo.git(&["show", "--stat", "HEAD"]).contains("b | 1 +"));
    }
}

#[test]
fn whoever_writes_a_message_is_told_the_types() {
    let editor = (
        "GIT_EDITOR",
        "f() { cp \"$1\" .git/seen; cat .git/draft \"$1\" > .git/both; cp .git/both \"$1\"; }; f",
    );
    for (settings, prefix) in [
        (&[][..], Some("#")),
        (&[("core.commentChar", ";")], Some(";")),
        (&[("core.commentChar", "auto")], Some("#")),
        (&[("commit.cleanup", "scissors")], Some("#")),
        (&[("commit.verbose", "true")], Some("#")),
        (&[("commit.verbose", "true"), ("commit.cleanup", "scissors")], Some("#")),
        (&[("commit.cleanup", "verbatim")], None),
        (&[("commit.cleanup", "whitespace")], None),
    ] {
        let repo = Repo::new();
        repo.write("a", "1\n").commit("feat: begin");
        repo.branch("feature/cart").hook(&["commit-msg", "prepare-commit-msg"]);
        for (key, value) in settings {
            repo.git(&["config", key, value]);
        }
        fs::write(repo.path().join(".git/draft"), "feat: a\n\n").unwrap();
        let seen = || fs::read_to_string(repo.path().join(".git/seen")).unwrap();
        passes(&repo.try_git_with(&[editor], &["commit", "--allow-empty"]));
        let told = prefix.map(|prefix| format!("\n{prefix} this branch suggests: feat: \n"));
        let line = told.clone().unwrap_or_else(|| "flowgate".to_owned());
        assert_eq!(seen().contains(&line), told.is_some(), "{settings:?}: {}", seen());
        if told.is_some() {
            assert_eq!(recorded(&repo), "feat: a", "{settings:?}");
        }
        // Who amends has a message already; who hands one over sees no editor.
        fs::write(repo.path().join(".git/draft"), "").unwrap();
        passes(&repo.try_git_with(&[editor], &["commit", "--amend", "--allow-empty"]));
        assert!(!seen().contains("flowgate"), "{settings:?}");
        passes(&repo.try_git(&["commit", "--allow-empty", "-m", "fix: a"]));
        assert_eq!(recorded(&repo), "fix: a");
    }
    let repo = Repo::new();
    repo.commit("feat: begin");
    let file = repo.path().join(".git/draft");
    fs::write(&file, "\n# Please enter\n#\n").unwrap();
    let prepare = || {
        assert_eq!(repo.flowgate(&["hook", "prepare-commit-msg", ".git/draft"]).code, Some(0));
        fs::read_to_string(&file).unwrap()
    };
    let once = prepare();
    assert!(
        once.starts_with("\n# Please enter\n#\n# flowgate: begin with a type"),
        "{once}"
    );
    assert_eq!(prepare(), once);
}

#[test]
fn where_no_other_hook_runs_a_bad_message_is_a_warning() {
    let repo = Repo::new();
    repo.write("a", "1\n").commit("feat: begin");
    repo.branch("feat/x").write("b", "1\n").commit("bad words");
    repo.switch("main").write("c", "1\n").commit("feat: c");
    repo.hook(&["commit-msg", "prepare-commit-msg"]);
    let warns = |run: &Run| {
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stderr.contains("\"bad words\" is not a conventional commit"), "{run:?}");
        assert!(run.stderr.contains("flowgate: Git goes on; git commit --amend"), "{run:?}");
    };
    warns(&repo.try_git(&["cherry-pick", "feat/x"]));
    passes(&repo.try_git(&["revert", "--no-edit", "HEAD"]));
    repo.git(&["switch", "--quiet", "feat/x"]);
    let rebased = repo.try_git(&["rebase", "HEAD~1", "--force-rebase"]);
    warns(&rebased);
    // Of a plain commit only the hook speaks that can stop it.
    let run = commit(&repo, By::File, b"worse words\n", &[]);
    stops(&run, &["\"worse words\""]);
    assert_eq!(run.stderr.matches("\"worse words\" is not").count(), 1, "{run:?}");
}

impl Repo {
    /// Commits the whole work tree past the hooks.
    fn commit_as(&self, message: &str) -> &Self {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--no-verify", "-m", message]);
        self
    }
}

/// Also where Git itself has to be asked, as libgit2 reads no split index, HEAD is what it is and not what somebody put in its place.
#[test]
fn what_is_staged_is_compared_with_head_itself() {
    let repo = repo();
    repo.git(&["update-index", "--split-index"]);
    repo.write("docs/a.md", "a\n").git(&["add", "."]);
    let words = ["write this subject instead: docs: some words"];
    stops(&commit(&repo, By::File, b"some words", &[]), &words);
    // One that has all that is staged, so that nothing would differ.
    let tree = repo.git(&["write-tree"]);
    let other = repo.git(&["commit-tree", &tree, "-p", "HEAD", "-m", "feat: b"]);
    repo.git(&["replace", "HEAD", &other]);
    stops(&commit(&repo, By::File, b"some words", &[]), &words);
}
