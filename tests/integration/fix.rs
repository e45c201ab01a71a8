//! `flowgate check --fix` and `--diff`: edits that keep what a file means.

use std::fs;

use crate::support::{self, Repo};

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n  - name: ü\n    newTag: 1.10 # the tenth\n  - {name: b, newTag: 2.0}\n";

fn read(repo: &Repo, path: &str) -> String {
    String::from_utf8(fs::read(repo.path().join(path)).unwrap()).unwrap()
}

fn quoted(text: &str) -> String {
    text.replace("1.10", "\"1.10\"").replace("2.0", "\"2.0\"")
}

fn repo(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    for (path, text) in files {
        repo.write(path, text);
    }
    repo
}

#[test]
fn versions_get_quotes_and_nothing_else_changes() {
    let crlf = KUSTOMIZATION.replace('\n', "\r\n");
    let marked = "\u{feff}images: [{name: a, newTag: 1.10}]\nkind: Kustomization";
    let files = [
        ("a/kustomization.yaml", KUSTOMIZATION),
        ("crlf/kustomization.yaml", crlf.as_str()),
        ("mark/kustomization.yaml", marked),
    ];
    let repo = repo(&files);
    let run = repo.flowgate(&["check", "--fix", "--only=versions"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stderr, "edits made: 5, in files: 3\n");
    for (path, text) in files {
        assert_eq!(read(&repo, path), quoted(text));
    }
    assert_eq!(
        repo.flowgate(&["check", "--fix", "--only=versions"]).stderr,
        "",
        "there is nothing left"
    );
}

#[test]
fn what_is_left_decides_the_exit_code() {
    let repo = repo(&[("kustomization.yaml", KUSTOMIZATION), ("broken.yaml", "a: [\n")]);
    let run = repo.flowgate(&["check", "--fix", "--format=json", "--threads=2"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let report = run.json();
    let rules: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["rule"].clone())
        .collect();
    assert_eq!(rules, ["files/does-not-parse"]);
}

#[test]
fn edits_reach_their_files_from_a_subfolder_and_from_elsewhere() {
    for (folder, args) in [("deep", &[][..]), (".", &["-C", "deep"])] {
        let repo = repo(&[("a/kustomization.yaml", KUSTOMIZATION), ("deep/x", "")]);
        let run =
            support::run(
                support::flowgate(&repo.path().join(folder))
                    .args(args)
                    .args(["check", "--fix", "--only=versions"]),
            );
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(read(&repo, "a/kustomization.yaml"), quoted(KUSTOMIZATION));
    }
    let plain = tempfile::tempdir().unwrap();
    fs::create_dir(plain.path().join("a")).unwrap();
    fs::write(plain.path().join("a/kustomization.yaml"), KUSTOMIZATION).unwrap();
    let run = support::run(support::flowgate(plain.path()).args(["check", "a", "--fix", "--only=versions"]));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        fs::read_to_string(plain.path().join("a/kustomization.yaml")).unwrap(),
        quoted(KUSTOMIZATION)
    );
}

#[test]
fn a_diff_changes_nothing_and_git_applies_it() {
    let crlf = KUSTOMIZATION.replace('\n', "\r\n");
    let repo = repo(&[
        ("a b/kustomization.yaml", KUSTOMIZATION),
        ("kustomization.yaml", crlf.trim_end()),
    ]);
    let run = repo.flowgate(&["check", "--diff", "--only=versions", "--format=json=report.json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(read(&repo, "a b/kustomization.yaml"), KUSTOMIZATION);
    assert!(read(&repo, "report.json").contains("\"edits\""));
    let patch = tempfile::NamedTempFile::new().unwrap();
    fs::write(patch.path(), &run.stdout).unwrap();
    repo.git(&["apply", patch.path().to_str().unwrap()]);
    assert_eq!(read(&repo, "a b/kustomization.yaml"), quoted(KUSTOMIZATION));
    assert_eq!(read(&repo, "kustomization.yaml"), quoted(crlf.trim_end()));
    insta::assert_snapshot!(run.stdout.lines().take(10).collect::<Vec<_>>().join("\n"), @r#"
    --- a/a b/kustomization.yaml
    +++ b/a b/kustomization.yaml
    @@ -2,5 +2,5 @@
     kind: Kustomization
     images:
       - name: ü
    -    newTag: 1.10 # the tenth
    +    newTag: "1.10" # the tenth
    -  - {name: b, newTag: 2.0}
    +  - {name: b, newTag: "2.0"}
    "#);
}

#[test]
fn only_the_work_tree_is_edited() {
    let repo = repo(&[("kustomization.yaml", KUSTOMIZATION)]);
    repo.commit("feat: begin");
    for args in [
        &["--staged"][..],
        &["--rev", "HEAD"],
        &["--range", "HEAD..HEAD"],
        &["--all-branches"],
        &["-"],
    ] {
        for flag in ["--fix", "--diff"] {
            let run = repo.flowgate(&[&["check", flag], args].concat());
            assert_eq!(run.code, Some(2), "{run:?}");
            let told = format!("{}{}", run.stdout, run.stderr);
            assert!(told.contains(&format!("{flag} edits files of the work tree")), "{told}");
        }
    }
    assert_eq!(read(&repo, "kustomization.yaml"), KUSTOMIZATION);
    let both = repo.flowgate(&["check", "--fix", "--diff"]);
    assert_eq!(both.code, Some(2));
}

#[test]
fn what_cannot_be_edited_is_told() {
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(KUSTOMIZATION.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let repo = Repo::new();
    repo.write("kustomization.yaml", &utf16);
    let run = repo.flowgate(&["check", "--fix", "--only=versions", "--format=json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let failure = &run.json()["failures"][0];
    assert_eq!(failure["location"]["path"], "kustomization.yaml");
    assert!(
        failure["message"].as_str().unwrap().starts_with("cannot be edited: "),
        "{failure}"
    );
    assert_eq!(fs::read(repo.path().join("kustomization.yaml")).unwrap(), utf16);
}
