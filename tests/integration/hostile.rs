//! Hostile content: odd names, huge, deep and broken files, and messages that no editor writes. Nothing panics, hangs or hides.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::judged::{check, check_in, judge, judged, sober};
use crate::support::{self, Repo};

const BROKEN: &str = "a: [\n";

/// A folder without Git with one file.
fn folder(name: &str, content: impl AsRef<[u8]>) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    folder
}

#[test]
fn symlinks_are_never_followed() {
    let outside = folder("secret.yaml", BROKEN);
    let repo = Repo::new();
    repo.write("a.yaml", "a: 1\n");
    symlink(outside.path().join("secret.yaml"), repo.path().join("link.yaml")).unwrap();
    symlink("/etc", repo.path().join("etc")).unwrap();
    symlink(outside.path(), repo.path().join("out")).unwrap();
    symlink("loop.yaml", repo.path().join("loop.yaml")).unwrap();
    symlink(".", repo.path().join("here")).unwrap();
    check(&repo, &[]).clean().says("skips", &["symlink"]);
    check_in(repo.path(), &["link.yaml"]).clean().says("skips", &["symlink"]);
    repo.commit("feat: add links");
    for args in [&["--staged"][..], &["--rev", "HEAD"], &["--all-branches"]] {
        check(&repo, args).clean();
    }
    fs::remove_dir_all(repo.path().join(".git")).unwrap();
    check_in(repo.path(), &[]).clean().says("skips", &["symlink"]);
}

#[test]
fn odd_names_are_judged_and_shown_safely() {
    let names: [&[u8]; 8] = [
        b"with space.yaml",
        b"new\nline.yaml",
        b"quote'\".yaml",
        b"bell\x07esc\x1b[31m.yaml",
        b"latin\xe9.yaml",
        b"back\\slash.yaml",
        b"-dash.yaml",
        "snow\u{2603}.yaml".as_bytes(),
    ];
    for name in names {
        let repo = Repo::new();
        let file = PathBuf::from(OsStr::from_bytes(name));
        fs::write(repo.path().join(&file), BROKEN).unwrap();
        check(&repo, &[]).findings(&["does not parse"]);
        let mut named = support::flowgate(repo.path());
        let named = judge(named.args(["check", "--format", "human=human.txt"]).arg(dotted(&file)));
        assert_eq!(named.findings(&["does not parse"]).report["summary"]["files"], 1, "{name:?}");
        fs::remove_file(repo.path().join("human.txt")).unwrap();
        repo.commit("feat: add a file");
        check(&repo, &["--rev", "HEAD"]).findings(&["does not parse"]);
        check(&repo, &["--all-branches"]).findings(&["does not parse"]);
    }
}

/// `./name`, so that a name that begins with a dash is no flag.
fn dotted(file: &Path) -> PathBuf {
    Path::new(".").join(file)
}

#[test]
fn a_huge_file_is_skipped_by_name_and_not_read() {
    let repo = Repo::new();
    repo.write("a.yaml", BROKEN);
    let file = fs::File::create(repo.path().join("huge.yaml")).unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    check(&repo, &[])
        .findings(&["a.yaml"])
        .says("skips", &["file is larger than"]);
}

#[test]
fn deep_nesting_is_a_finding_in_every_format() {
    let deep = 10_000;
    let files = [
        ("flow.yaml", format!("{}{}\n", "[".repeat(deep), "]".repeat(deep))),
        ("map.yaml", format!("{}{}\n", "{a: ".repeat(deep), "}".repeat(deep))),
        ("block.yaml", format!("{}a\n", "- ".repeat(deep))),
        ("keys.yaml", (0..2000).map(|i| format!("{}a:\n", " ".repeat(i))).collect()),
        ("open.yaml", "[".repeat(deep)),
        ("questions.yaml", "? ".repeat(deep)),
        ("a.json", format!("{}{}", "[".repeat(deep), "]".repeat(deep))),
        ("b.json", "{\"a\":".repeat(deep)),
        ("a.toml", format!("a = {}{}", "[".repeat(deep), "]".repeat(deep))),
        ("b.toml", format!("{} = 1\n", vec!["a"; deep].join("."))),
    ];
    for (name, text) in files {
        check_in(folder(name, text).path(), &[]).findings(&[name, "does not parse"]);
    }
}

#[test]
fn a_billion_laughs_are_not_counted_out() {
    let mut text = String::from("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for pair in ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi", "ij"] {
        let (from, to) = pair.split_at(1);
        text.push_str(&format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 10].join(",")));
    }
    check_in(folder("laugh.yaml", &text).path(), &[]).findings(&["laugh.yaml does not parse", "more than"]);
    let merged = text
        .replace('[', "{<<: [")
        .replace(']', "]}")
        .replace("x,x,x,x,x,x,x,x,x,x", "{x: 1}");
    check_in(folder("merge.yaml", merged).path(), &[]);
}

#[test]
fn what_the_bytes_are_is_said() {
    let utf_16 = |text: &str| {
        [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect::<Vec<u8>>()
    };
    check_in(folder("a.yaml", "a: 1\na: 2\n").path(), &[])
        .clean()
        .says("findings", &["key", "twice"]);
    check_in(folder("a.yaml", b"a: 1\0\n").path(), &[])
        .clean()
        .says("skips", &["not text"]);
    check_in(folder("a.yaml", b"a: \xe9\n").path(), &[])
        .clean()
        .says("skips", &["not text"]);
    check_in(folder("a.yaml", utf_16("a: 1\n")).path(), &[]).clean();
    check_in(folder("a.yaml", utf_16("name: [\n")).path(), &[]).findings(&["a.yaml does not parse", "name: ["]);
    check_in(folder("a.yaml", "\u{feff}a: 1\r\nb: [\r\n").path(), &[]).findings(&["a.yaml does not parse"]);
    check_in(folder("a.yaml", "\u{feff}a: 1\r\nb: 2\r\n").path(), &[]).clean();
    check_in(folder("a.yaml", "a: \"\\u001b[31m\"\nb: \u{1}\n").path(), &[]);
}

#[test]
fn pipes_and_devices_are_not_read() {
    let empty = TempDir::new().unwrap();
    for name in ["a.yaml", "flowgate.yaml"] {
        mkfifo(&empty.path().join(name));
    }
    check_in(empty.path(), &[]).undecided(&["flowgate.yaml", "neither a file nor a folder"]);
    fs::remove_file(empty.path().join("flowgate.yaml")).unwrap();
    check_in(empty.path(), &[]).clean();
    symlink("/dev/zero", empty.path().join("flowgate.yaml")).unwrap();
    check_in(empty.path(), &[]).undecided(&["flowgate.yaml", "neither a file nor a folder"]);
}

#[expect(clippy::disallowed_methods, reason = "the standard library makes no pipes with a name")]
fn mkfifo(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn messages_that_no_editor_writes_are_judged() {
    let large = format!("feat: a\n\n{}", "x".repeat(1024 * 1024));
    let header = "iso-8859-1";
    // Message, declared encoding, and what is said; nothing: clean.
    let messages: [(&[u8], Option<&str>, Option<&str>); 13] = [
        (b"", None, Some("commits/conventional")),
        (b"\n\n", None, Some("commits/conventional")),
        (b"feat: caf\xe9\n", Some(header), None),
        (b"caf\xe9\n", Some(header), Some("commits/conventional")),
        (b"feat: caf\xe9\n", None, None),
        (b"caf\xe9\n", None, Some("commits/conventional")),
        ("\u{feff}feat: a\n".as_bytes(), None, None),
        ("\u{feff}rubbish\n".as_bytes(), None, Some("commits/conventional")),
        (b"feat: a\r\n\r\nbody\r\n", None, None),
        (b"rubbish\r\n", None, Some("commits/conventional")),
        (large.as_bytes(), None, None),
        (&[b'x'; 1024 * 1024], None, Some("commits/conventional")),
        (b"\x1b[31mrubbish\x07", None, Some("commits/conventional")),
    ];
    for (message, encoding, said) in messages {
        let repo = Repo::new();
        commit_object(&repo, message, encoding);
        let judged = check(&repo, &["--history"]);
        match said {
            Some(rule) => _ = judged.findings(&[rule]),
            None => _ = judged.clean(),
        }
        assert_eq!(judged.report["summary"]["commits"], 1);
    }
    let repo = Repo::new();
    commit_object(&repo, b"rubbish\0feat: hidden\n", None);
    check(&repo, &["--history"]).findings(&["commits/"]);
}

/// Writes a commit object as it is and lets main name it.
fn commit_object(repo: &Repo, message: &[u8], encoding: Option<&str>) {
    let tree = repo.git(&["mktree", "--missing"]);
    let mut bytes = format!("tree {tree}\nauthor A <a@b> 1767225600 +0000\ncommitter C <c@d> 1767225600 +0000\n").into_bytes();
    bytes.extend(
        encoding
            .map(|name| format!("encoding {name}\n"))
            .unwrap_or_default()
            .into_bytes(),
    );
    bytes.push(b'\n');
    bytes.extend(message);
    let file = repo.path().join(".git/message");
    fs::write(&file, bytes).unwrap();
    let id = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", ".git/message"]);
    repo.git(&["update-ref", "refs/heads/main", &id]);
}

#[test]
fn standard_input_that_holds_nothing_is_undecided() {
    let repo = Repo::new();
    let read = |input: &[u8]| {
        let mut command = support::flowgate(repo.path());
        let run = support::run_with_input(command.args(["check", "-", "--now", "2026-11-20", "--format", "json"]), input);
        judged(&run)
    };
    read(b"").undecided(&["standard input is empty", "before the pipe"]);
    read(b" \n").undecided(&["standard input is empty"]);
    read(b"a: [\n").findings(&["does not parse"]);
    read(b"Error: no such chart: 'x\n").findings(&["does not parse"]);
    read(b"a: \0\n").undecided(&["standard input is not text"]);
    read(b"a: 1\n").clean();
    let deep = "[".repeat(100_000);
    read(deep.as_bytes()).findings(&["does not parse"]);
    let command = &mut support::flowgate(repo.path());
    judge(command.args(["check", "-", "--staged"])).undecided(&["standard input", "--staged"]);
}

#[test]
fn facts_that_could_not_be_read_are_told_by_the_exit_code() {
    let repo = Repo::new();
    repo.write("a.yaml", "a: 1\n").commit("feat: begin");
    let whole = repo.flowgate(&["facts", "--now", "2026-11-20"]);
    assert_eq!(whole.code, Some(0), "{whole:?}");
    fs::create_dir_all(repo.path().join(".git/refs/tags")).unwrap();
    fs::write(repo.path().join(".git/refs/tags/1.0.0"), "rubbish").unwrap();
    let part = repo.flowgate(&["facts", "--now", "2026-11-20"]);
    sober(&part);
    assert_eq!(part.code, Some(2), "{part:?}");
    assert!(part.stderr.contains("the ref is broken"), "{}", part.stderr);
    assert!(part.json()["input"].is_object());
}

#[test]
fn a_message_whose_every_line_says_breaking_is_judged() {
    let repo = Repo::new();
    for line in ["breaking\n", "Breaking change: none\n", "breaking changes are prose\n"] {
        let body = line.repeat(1_000_000 / line.len());
        for (end, code) in [("", 0), ("breaking change: this\n", 1)] {
            repo.write("message", format!("feat: add x\n\n{body}{end}"));
            let mut command = support::flowgate(repo.path());
            let words = [
                "hook",
                "--only",
                "commits/breaking-change-marked",
                "--fail-on",
                "warning",
                "commit-msg",
                "message",
            ];
            let run = support::run(command.args(words));
            assert_eq!(run.code, Some(code), "{line:?} {end:?} {:.2000}", run.stderr);
            assert!(!run.stderr.contains("could not"), "{:.2000}", run.stderr);
        }
    }
}
