//! The cache changes how long a run takes, and nothing else: no byte of a report, whatever stands in the cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flowgate::cache::layout::{Row, Table, file};
use tempfile::TempDir;

use crate::support::{self, Repo, Run, require};

const NOW: &str = "2026-11-20";
const ACME: &str = include_str!("../../fixtures/acme.recipe");
const BROKEN: &str = include_str!("../../fixtures/acme-broken.recipe");

/// A check with its cache in this folder; an empty name stands for none.
fn command(repo: &Repo, cache: &Path, args: &[&str]) -> Command {
    let mut command = support::flowgate(repo.path());
    command.env("FLOWGATE_CACHE", cache).arg("check").args(args);
    if !args.contains(&"--now") {
        command.args(["--now", NOW]);
    }
    command
}

fn check(repo: &Repo, cache: &Path, args: &[&str]) -> Run {
    support::run(&mut command(repo, cache, args))
}

/// A folder for a cache that is not there yet.
fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let cache = folder.path().join("cache");
    (folder, cache)
}

/// Checks without a cache, then with this one as it is, then with what it holds afterwards: the same bytes each time.
#[track_caller]
fn alike(repo: &Repo, cache: &Path, args: &[&str], about: &str) -> Run {
    let without = check(repo, Path::new(""), args);
    for state in ["as it was", "as it is then"] {
        assert_eq!(check(repo, cache, args), without, "{about}, {args:?}, the cache {state}");
    }
    without
}

/// The same for a command that another test has run.
#[track_caller]
pub(crate) fn answers_alike(repo: &Repo, args: &[&str], expected: &Run) {
    let (_folder, cache) = place();
    for state in ["cold", "warm"] {
        let mut command = support::flowgate(repo.path());
        let run = support::run(command.env("FLOWGATE_CACHE", &cache).args(args));
        assert_eq!(run, *expected, "{state}");
    }
}

/// The files of the cache that hold something.
fn segments(cache: &Path) -> Vec<PathBuf> {
    let files = walk(cache).into_iter();
    files
        .filter(|path| path.file_name().is_some_and(|name| name.len() == 40))
        .collect()
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| if path.is_dir() { walk(&path) } else { vec![path] };
    entries.flat_map(below).collect()
}

#[test]
fn a_report_is_the_same_without_a_cache_with_a_cold_and_with_a_warm_one() {
    for recipe in [ACME, BROKEN] {
        let repo = Repo::of_recipe(recipe);
        let (_folder, cache) = place();
        for args in [
            &["--format", "json"][..],
            &["--full"],
            &["--format", "json", "--history"],
            &["--format", "json", "--staged"],
            &["--format", "json", "--rev", "HEAD"],
            &["--format", "json", "--all-branches"],
            &["--format", "json", "--range", "HEAD~3..HEAD"],
            &["--format", "json", "--only", "mapping,files"],
            &["--format", "json", "--include-excluded", "--threads", "1"],
        ] {
            alike(&repo, &cache, args, "acme");
        }
        assert!(!segments(&cache).is_empty());
    }
}

/// An application of a stage, with what only the surroundings tell: its folder, its siblings, the refs of this very repository.
fn application(name: &str, revision: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  source: {{repoURL: https://git.acme.com/team/app.git, targetRevision: {revision}, path: live/eu}}\n  destination: {{name: x, namespace: {name}}}\n"
    )
}

fn varied() -> Repo {
    let repo = Repo::new();
    repo.git(&["remote", "add", "origin", "https://git.acme.com/team/app.git"]);
    repo.write("apps/dev-shop.yaml", application("shop", "main"))
        .write("apps/one.yaml", application("one", "feat/x"))
        .write("apps/range.yaml", application("range", "1.*"))
        .write("things/live/a.yaml", application("a", "develop"))
        .write("things/eu/b.yaml", application("b", "1.0.0"))
        .write("twice.yaml", "a: 1\na: 2\n")
        .write("broken.yaml", "a: [\n")
        .write("chart/values.yaml", "image: {tag: 1.10}\n")
        .write(
            ".gitlab-ci.yml",
            "deploy:\n  script: x\n  environment: prod\n  rules: [{if: '$CI_COMMIT_BRANCH == \"prod\"'}]\n",
        )
        .write(
            "set.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\nspec:\n  generators: [{git: {repoURL: https://git.acme.com/team/app.git, revision: HEAD, directories: [{path: things/*}]}}]\n  template:\n    metadata: {name: '{{path.basename}}'}\n    spec:\n      source: {repoURL: https://git.acme.com/team/app.git, targetRevision: HEAD, path: '{{path}}'}\n      destination: {name: x, namespace: y}\n",
        );
    repo.commit("feat: begin");
    repo.git(&["branch", "develop"]);
    repo
}

const POLICY: &str = "# METADATA\n# title: T\n# description: D\n# custom:\n#   severity: warning\n#   reads: [documents]\npackage rules.house[\"named\"]\n\nimport rego.v1\n\nreport contains violation if {\n\tviolation := {\"message\": sprintf(\"ONE %s\", [input.WORD]), \"at\": {\"path\": input.document.path, \"pointer\": \"\"}}\n}\n";

#[test]
fn one_thing_after_the_other_changes_and_the_cache_never_answers_for_yesterday() {
    let repo = varied();
    let (_folder, cache) = place();
    type Change<'a> = (&'a str, &'a dyn Fn());
    let remove = |path: &str| fs::remove_file(repo.path().join(path)).unwrap();
    let policy = |word: &str, says: &str| {
        let text = POLICY.replace("WORD", word).replace("ONE", says);
        repo.write("house/rules/house/named/named.rego", text)
            .write("house/rules/house/named/named.md", "# T\n");
    };
    let changes: [Change<'_>; 24] = [
        ("nothing", &|| {}),
        ("a sibling", &|| {
            _ = repo.write("apps/prod-shop.yaml", application("shop2", "main"));
        }),
        ("it is staged", &|| _ = repo.git(&["add", "-A"])),
        ("a branch of the name that is named", &|| _ = repo.git(&["branch", "feat/x"])),
        ("a tag of that name", &|| _ = repo.git(&["tag", "feat/x"])),
        ("a tag in the range", &|| _ = repo.tag("1.2.0")),
        ("a later tag in the range", &|| _ = repo.tag("1.9.0")),
        ("a stage folder beside the other one", &|| {
            _ = repo.write("things/prod/c.yaml", application("c", "main"));
        }),
        ("the path that a source names", &|| _ = repo.write("live/eu/d.yaml", "a: 1\n")),
        ("a kustomization", &|| {
            _ = repo.write("apps/kustomization.yaml", "resources: [one.yaml]\n");
        }),
        ("a commit", &|| _ = repo.commit("Added things")),
        ("a folder of another name", &|| {
            fs::rename(repo.path().join("things"), repo.path().join("stages")).unwrap();
        }),
        ("a text of the same length", &|| {
            _ = repo.write("apps/one.yaml", application("two", "feat/x"));
        }),
        ("a comment before a finding", &|| {
            _ = repo.write("chart/values.yaml", "# x\nimage: {tag: 1.10}\n");
        }),
        ("a file that is gone", &|| remove("broken.yaml")),
        ("a refs lock", &|| {
            let refs = "{\"schema\": \"flowgate/refs-lock/v1\", \"repositories\": {\"git.acme.com/team/app\": {\"url\": \"x\", \"default\": \"develop\", \"branches\": [\"feat/x\"], \"tags\": [\"1.5.0\"]}}}\n";
            _ = repo.write("flowgate.refs.lock", refs);
        }),
        ("no refs lock", &|| remove("flowgate.refs.lock")),
        ("another address", &|| {
            _ = repo.git(&["remote", "set-url", "origin", "https://git.acme.com/team/other.git"]);
        }),
        ("a level", &|| {
            _ = repo.write("flowgate.yaml", "rules: {files: {level: warning}}\n");
        }),
        ("an excluded folder", &|| {
            _ = repo.write("flowgate.yaml", "exclude: ['apps/**']\n");
        }),
        ("a rule that sees the day", &|| {
            policy("now", "one");
            _ = repo.write("flowgate.yaml", "policies: [house]\n");
        }),
        ("the same rule with other words", &|| policy("now", "two")),
        ("the same rule about the gate", &|| policy("gate", "two")),
        ("line ends", &|| {
            repo.write(".gitattributes", "* text eol=crlf\n");
            repo.git(&["add", "-A"]);
            repo.git(&["commit", "-qm", "x"]);
            repo.git(&["rm", "-rq", "--cached", "."]);
            repo.git(&["reset", "-q", "--hard"]);
        }),
    ];
    for (number, (about, change)) in changes.into_iter().enumerate() {
        change();
        let states = [
            &["--format", "json"][..],
            &["--format", "json", "--staged"],
            &["--format", "json", "--all-branches"],
            &["--format", "json", "--now", "2026-11-21"],
        ];
        // The work tree each time, the others in turn.
        for args in [states[0], states[1 + number % 3]] {
            let without = check(&repo, Path::new(""), args);
            assert_eq!(check(&repo, &cache, args), without, "{about}, {args:?}");
        }
    }
    alike(&repo, &cache, &["--format", "json", "--all-branches"], "in the end");
}

#[test]
fn what_the_index_says_of_a_file_is_believed_only_while_the_file_is_untouched() {
    let repo = Repo::new();
    repo.write("a.yaml", "tag: 1.10\n").write("b.yaml", "b: 1\n");
    repo.commit("feat: begin");
    let (_folder, cache) = place();
    for round in 0..6 {
        // Again and again within one tick of the clock, the length always the same.
        let text = if round % 2 == 0 { "tag: 1.20\n" } else { "tag: [1.3\n" };
        repo.write("a.yaml", text);
        alike(&repo, &cache, &["--format", "json"], "rewritten");
        repo.git(&["add", "-A"]);
        repo.write("a.yaml", "tag: 1.40\n");
        alike(&repo, &cache, &["--format", "json"], "rewritten after it was added");
    }
    // A filter that keeps the length: on disk there is another content than in the index.
    repo.git(&["config", "filter.turn.clean", "tr xy yx"]);
    repo.git(&["config", "filter.turn.smudge", "tr xy yx"]);
    repo.write(".gitattributes", "c.yaml filter=turn\n")
        .write("c.yaml", "x: 1\ny: 2\nx: 3\n");
    repo.commit("feat: turn");
    for args in [
        &["--format", "json", "--staged"][..],
        &["--format", "json", "--rev", "HEAD"],
        &["--format", "json"],
    ] {
        alike(&repo, &cache, args, "a filter");
    }
}

#[test]
fn a_warm_check_reads_no_content() {
    let repo = varied();
    let (_folder, cache) = place();
    let args = ["--format", "json", "--rev", "HEAD"];
    let whole = alike(&repo, &cache, &args, "whole");
    for id in repo.git(&["ls-tree", "-r", "--format=%(objectname)", "HEAD"]).lines() {
        let object = repo.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
        if object.exists() {
            fs::remove_file(object).unwrap();
        }
    }
    assert_eq!(check(&repo, &cache, &args), whole);
    let without = check(&repo, Path::new(""), &args);
    assert_eq!(without.code, Some(2));
    assert!(without.stdout.contains("cannot be read"), "{without:?}");
}

#[test]
fn a_warm_check_asks_no_rule() {
    let repo = Repo::of_recipe(BROKEN);
    let (_folder, cache) = place();
    let args = ["--format", "json", "--history"];
    alike(&repo, &cache, &args, "whole");
    // What is not asked again is answered by what was kept: here by other words of the same length.
    let words: [(&[u8], &[u8]); 3] = [(b"quotes", b"QUOTES"), (b"follows", b"FOLLOWS"), (b"commit", b"COMMIT")];
    for path in segments(&cache) {
        let bytes = fs::read(&path).unwrap();
        let key = bytes[24..44].try_into().unwrap();
        let table = Table::of(bytes, &key).unwrap();
        let turned: Vec<(usize, Vec<u8>)> = (0..table.len())
            .map(|at| (at, turned(table.row(at).unwrap().value, &words)))
            .collect();
        let rows = turned.iter().map(|(at, value)| Row {
            value,
            ..table.row(*at).unwrap()
        });
        fs::write(&path, file(&key, rows)).unwrap();
    }
    let warm = check(&repo, &cache, &args);
    assert!(
        warm.stdout.contains("FOLLOWS") || warm.stdout.contains("QUOTES"),
        "documents or sets were asked again"
    );
    assert!(warm.stdout.contains("COMMIT"), "messages were asked again");
}

fn turned(value: &[u8], words: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut value = value.to_vec();
    for (old, new) in words {
        for at in 0..value.len().saturating_sub(old.len()) {
            if value[at..].starts_with(old) {
                value[at..at + new.len()].copy_from_slice(new);
            }
        }
    }
    value
}

#[test]
fn a_damaged_cache_is_as_if_there_were_none() {
    let repo = varied();
    let (_folder, cache) = place();
    let args = ["--format", "json", "--history"];
    let whole = alike(&repo, &cache, &args, "whole");
    type Damage<'a> = &'a dyn Fn(&mut Vec<u8>);
    let damages: [Damage<'_>; 6] = [
        &|bytes| bytes.truncate(bytes.len() / 2),
        &|bytes| bytes.truncate(10),
        &|bytes| bytes.clear(),
        // A later format.
        &|bytes| bytes[8] += 1,
        // A number of rows, and a length, that no memory holds.
        &|bytes| bytes[12..16].fill(0xff),
        &|bytes| {
            let middle = bytes.len() / 2;
            bytes[middle..].iter_mut().for_each(|byte| *byte = !*byte);
        },
    ];
    for (number, damage) in damages.iter().enumerate() {
        for path in segments(&cache) {
            let mut bytes = fs::read(&path).unwrap();
            damage(&mut bytes);
            fs::write(&path, bytes).unwrap();
        }
        assert_eq!(check(&repo, &cache, &args), whole, "damage {number}");
        assert_eq!(check(&repo, &cache, &args), whole, "after damage {number}");
    }
    for path in segments(&cache) {
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
    }
    assert_eq!(check(&repo, &cache, &args), whole, "folders in their place");
}

#[test]
fn two_hundred_processes_share_one_cache() {
    let repo = Repo::new();
    repo.write("a.yaml", "a: 1\na: 2\n").write("b.yaml", application("b", "main"));
    repo.commit("rubbish");
    let (_folder, cache) = place();
    let args = ["--format", "json", "--history"];
    let expected = check(&repo, Path::new(""), &args);
    for wave in 0..10 {
        // Each wave meets content that no earlier one has seen.
        repo.write("c.yaml", format!("# {wave}\na: 1\n"));
        let spawn = |_| {
            let mut command = command(&repo, &cache, &args);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.args(["--threads", "1"]).spawn().unwrap()
        };
        let children: Vec<_> = (0..20).map(spawn).collect();
        let without = check(&repo, Path::new(""), &args);
        assert_ne!(without.stdout, expected.stdout);
        for child in children {
            let run = Run::from(child.wait_with_output().unwrap());
            let same = |text: &str| text.replace(" --threads 1", "");
            assert_eq!(
                (run.code, same(&run.stdout), run.stderr),
                (without.code, without.stdout.clone(), String::new())
            );
        }
    }
}

#[test]
fn killed_at_any_moment_a_run_leaves_a_cache_that_is_whole() {
    let repo = varied();
    let (_folder, cache) = place();
    let args = ["--format", "json"];
    for round in 0..30_u64 {
        repo.write("c.yaml", format!("# {round}\na: 1\n"));
        let mut command = command(&repo, &cache, &args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Moments spread over the time that a run takes; how long that is here does not matter.
        let begun = std::time::Instant::now();
        while begun.elapsed().as_millis() < u128::from(round * 7 % 60) && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
        if round % 5 == 0 {
            alike(&repo, &cache, &args, "after a kill");
        }
    }
}

#[test]
fn a_repository_cannot_bring_a_cache_along() {
    let repo = varied();
    let args = ["--format", "json"];
    let without = check(&repo, Path::new(""), &args);
    for inside in [
        repo.path().join(".cache/flowgate"),
        repo.path().join(".git/flowgate"),
        PathBuf::from("cache"),
    ] {
        let run = check(&repo, &inside, &args);
        assert_eq!((run.code, &run.stdout), (without.code, &without.stdout));
        assert!(
            run.stderr.contains("inside of the repository") && run.stderr.contains("FLOWGATE_CACHE"),
            "{run:?}"
        );
        assert!(!repo.path().join(&inside).exists());
    }
}

#[test]
fn where_nothing_can_be_written_or_named_there_is_no_cache() {
    let repo = varied();
    let (folder, cache) = place();
    let args = ["--format", "json"];
    let whole = alike(&repo, &cache, &args, "whole");
    let named = |name: &str, value: &Path| {
        let mut command = command(&repo, Path::new(""), &args);
        let command = command.env_remove("FLOWGATE_CACHE").env_remove("HOME").env(name, value);
        support::run(command)
    };
    assert_eq!(named("NOTHING", Path::new("")), whole);
    assert_eq!(named("XDG_CACHE_HOME", Path::new("relative")), whole);
    assert_eq!(named("XDG_CACHE_HOME", &folder.path().join("xdg")), whole);
    assert!(cfg!(windows) || folder.path().join("xdg/flowgate/v1").is_dir());
    assert_eq!(named("HOME", &folder.path().join("home")), whole);
    assert!(cfg!(windows) || folder.path().join("home/.cache/flowgate/v1").is_dir());
    let before = walk(&cache).len();
    assert_eq!(
        check(&repo, &cache, &["--format", "json", "--no-cache", "--history"]).code,
        Some(1)
    );
    assert_eq!(walk(&cache).len(), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let close = |mode| {
            for path in walk(&cache).iter().filter_map(|path| path.parent()) {
                fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            }
        };
        close(0o500);
        if let Some(mut command) = require("setpriv", support::flowgate_without_privileges(repo.path())) {
            repo.write("new.yaml", "a: 1\na: 2\n");
            let run = support::run(command.env("FLOWGATE_CACHE", &cache).args(["check", "--now", NOW]).args(args));
            assert_eq!(run, check(&repo, Path::new(""), &args));
        }
        close(0o700);
        fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).unwrap();
        let run = check(&repo, &cache, &args);
        assert!(run.stderr.contains("other users may write there"), "{run:?}");
    }
}

/// The system ends a process that writes more than `ulimit -f` allows: nobody's commit fails for what is only kept to be quick.
#[test]
#[cfg(unix)]
fn a_limit_on_files_ends_no_run() {
    let repo = Repo::new();
    repo.write("Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.10\n");
    repo.commit("feat: begin");
    let (_folder, cache) = place();
    let without = check(&repo, Path::new(""), &[]);
    let mut shell = support::program("sh", repo.path());
    shell.args(["-c", "ulimit -f 0 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_flowgate")]);
    shell.args(["check", "--now", NOW]).env("FLOWGATE_CACHE", &cache);
    assert_eq!(support::run(&mut shell), without);
    assert_eq!(segments(&cache), Vec::<PathBuf>::new());
}
