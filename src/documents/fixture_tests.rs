//! What the files under `fixtures/documents` become, and that real repositories parse.

use std::fs;
use std::path::{Path, PathBuf};

use crate::domain::file::FileClass;

use super::document::{NodeRef, NodeValue};
use super::format::Format;
use super::parse::{Limits, ParsedFile, parse};

fn fixture(path: &str) -> ParsedFile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    parse(path, &fs::read(folder.join(path)).unwrap(), &Limits::default())
}

/// Each line is `pointer line:column value`.
fn check(path: &str, document: usize, expected: &[&str]) {
    let file = fixture(path);
    assert_eq!(file.class, FileClass::Parsed, "{path}");
    for line in expected {
        let pointer = line.split(" @").next().unwrap();
        let node = file.documents[document]
            .at(pointer)
            .unwrap_or_else(|| panic!("{path} has no {pointer}"));
        let span = node.span();
        assert_eq!(
            format!("{pointer} @{}:{} {}", span.start.line, span.start.column, show(node)),
            *line,
            "{path}"
        );
    }
}

fn show(node: NodeRef<'_>) -> String {
    match node.value() {
        NodeValue::String(text) => format!("{:?}", &**text),
        NodeValue::Sequence(items) => format!("[{}]", items.len()),
        NodeValue::Mapping(entries) => format!("{{{}}}", entries.len()),
        NodeValue::Null => "null".to_owned(),
        _ => format!("{:?} {}", node.value(), node.raw()),
    }
}

fn check_broken(path: &str, expected: &str) {
    match fixture(path).class {
        FileClass::Broken { reason, at } => assert_eq!(format!("{}:{} {reason}", at.line, at.column), expected),
        other => panic!("{path} is {other:?}"),
    }
}

fn problems(path: &str) -> Vec<String> {
    let told = fixture(path).problems.into_iter();
    told.map(|problem| format!("{}:{} {}", problem.at.line, problem.at.column, problem.message))
        .collect()
}

#[test]
fn good_yaml_is_read() {
    check(
        "yaml/good.yaml",
        0,
        &[
            "/kind @4:7 \"Application\"",
            "/metadata/annotations/note @9:11 \"Two lines,\\nkept as they are.\\n\"",
            "/spec/source/targetRevision @16:21 \"1.10\"",
            "/spec/syncPolicy/automated/prune @21:35 Bool(true) true",
        ],
    );
    check("yaml/good.yaml", 1, &["/items @24:8 [0]"]);
}

#[test]
fn odd_yaml_is_read() {
    check(
        "yaml/odd.yaml",
        0,
        &[
            "/on @3:5 [1]",
            "/version @4:10 Float(1.1) 1.10",
            "/big @5:6 Float(1.8446744073709552e19) 18446744073709551616",
            "/use @8:3 {2}",
            "/use/a @6:17 Integer(1) 1",
            "/use/b @9:6 Integer(3) 3",
            "/script @10:20 [2]",
            "/nothing @14:9 null",
        ],
    );
    assert_eq!(fixture("yaml/odd.yaml").documents.len(), 1);
    assert_eq!(problems("yaml/odd.yaml"), ["14:1 key \"nothing\" given twice"]);
}

#[test]
fn yaml_that_is_no_document_is_told() {
    check_broken(
        "yaml/broken.yaml",
        "4:16 a `:` where no value may stand; a text with `: ` in it needs quotes, a wrong indent looks the same",
    );
    check_broken(
        "yaml/conflict.yaml",
        "2:1 a merge conflict marker; an unfinished merge was committed",
    );
    assert_eq!(fixture("yaml/encrypted.yaml").class, FileClass::Encrypted);
    let template = fixture("yaml/template.yaml");
    assert_eq!(template.class, FileClass::Templated { by: "helm" });
    assert_eq!(template.embedded_applications, 1);
}

#[test]
fn good_and_odd_json_is_read() {
    check(
        "json/good.json",
        0,
        &[
            " @1:1 {7}",
            "/version @3:14 \"1.2.0\"",
            "/stages/2 @4:28 \"prd\"",
            "/ratio @6:12 Float(0.5) 0.5",
            "/parent @8:13 null",
        ],
    );
    check(
        "json/odd.json",
        0,
        &[
            "/text @3:10 \"z\u{fc}rich \u{1f600} \\\"\"",
            "/big @4:9 Float(1.8446744073709552e19) 18446744073709551616",
            "/twice @6:11 Integer(2) 2",
        ],
    );
    assert_eq!(problems("json/odd.json"), ["6:2 key \"twice\" given twice"]);
}

#[test]
fn good_and_odd_toml_is_read() {
    check(
        "toml/good.toml",
        0,
        &[
            "/title @1:9 \"phippy\"",
            "/deploy @3:1 {3}",
            "/deploy/since @5:9 \"2026-01-31\"",
            "/deploy/clusters @7:1 [2]",
            "/deploy/clusters/0/slots/1 @9:13 Integer(2) 2",
            "/deploy/clusters/1 @11:1 {1}",
        ],
    );
    check(
        "toml/odd.toml",
        0,
        &[
            "/b/c/x @2:5 Float(1.1) 1.10",
            "/a/quoted key @4:16 \"raw\\n\"",
            "/b/y/z/w @8:13 Integer(16) 0x10",
            "/b/inf @9:7 Float(-inf) -inf",
        ],
    );
}

#[test]
fn broken_json_and_toml_is_told() {
    check_broken("json/broken.json", "3:3 expected `,` or `}`");
    check_broken("toml/broken.toml", "3:1 duplicate key");
}

fn check_json(text: &str, expected: &str) {
    match parse("a.json", text.as_bytes(), &Limits::default()).class {
        FileClass::Broken { reason, at } => assert_eq!(format!("{}:{} {reason}", at.line, at.column), expected, "{text}"),
        other => assert_eq!(other.as_str(), expected, "{text}"),
    }
}

#[test]
fn json_is_strict_but_for_comments() {
    check_json("[1, 2, ]", "1:6 a comma with nothing after it");
    check_json("[1, 2, ] // why not", "parsed");
    check_json("{'a': 1}", "1:2 expected a key in double quotes or `}`");
    check_json("[01]", "1:2 `01` is no JSON number");
    check_json("[1.]", "1:2 `1.` is no JSON number");
    check_json("[-]", "1:2 `-` is no JSON number");
    check_json("[1e5, -0.5E-3, 0]", "parsed");
    check_json("[NaN]", "1:2 `NaN` is no JSON value; a text needs double quotes");
    check_json("[\"a\nb\"]", "1:2 a text that is never closed");
    check_json("[\"a\tb\"]", "1:4 a control character in a text; write it as an escape");
    check_json(
        "[\"\\x\"]",
        "1:3 an escape that JSON does not know; write `\\\\` for a backslash",
    );
    check_json("[\"\\u12\"]", "1:3 `\\u` wants four hexadecimal digits");
    check_json("{\"a\" 1}", "1:6 expected `:` after a key");
    check_json("{\"a\": 1} x", "1:10 text after the end of the document");
    check_json("{\"a\": [1", "1:7 a `[` that is never closed");
    check_json("{\"a\": ", "1:7 the file ends where a value is expected");
    check_json("/* x", "1:1 a comment that is never closed");
    check_json("[1,,2]", "1:4 expected a value");
}

/// Every file of the real repositories' default branches is read; the broken ones are those that their authors broke.
#[test]
#[expect(clippy::print_stderr, reason = "a test that looked at nothing says so")]
fn real_repositories_parse() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    let Ok(entries) = fs::read_dir(&corpora) else {
        eprintln!("skipped: ../shared");
        return;
    };
    let bundles = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let bundles = bundles.filter(|path| path.to_string_lossy().ends_with(".config.bundle"));
    let mut broken = Vec::new();
    for bundle in bundles {
        let clone = tempfile::tempdir().unwrap();
        git(clone.path(), &["clone", "--quiet", &bundle.to_string_lossy(), "."]);
        let mut files = Vec::new();
        collect(clone.path(), &mut files);
        let repository = bundle.file_name().unwrap().to_string_lossy().replace(".config.bundle", "");
        for file in files {
            let path = file.strip_prefix(clone.path()).unwrap().to_string_lossy().replace('\\', "/");
            if Format::of_path(&path).is_none() {
                continue;
            }
            if let FileClass::Broken { at, .. } = parse(&path, &fs::read(&file).unwrap(), &Limits::default()).class {
                broken.push(format!("{repository}/{path}:{}", at.line));
            }
        }
    }
    broken.sort();
    assert_eq!(
        broken,
        [
            "microsoft+fabrikate/testdata/badjsoncomponent/component.json:1",
            "microsoft+fabrikate/testdata/badjsonconfig/config/common.json:1",
            "microsoft+fabrikate/testdata/badyamlcomponent/component.yaml:2",
            "microsoft+fabrikate/testdata/badyamlconfig/config/common.yaml:13",
            "vinaymanjunath2001+multibranch-fullstack-cicd/helm/fullstack-app/values-dev.yaml:23",
        ]
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bundle is unpacked by git itself; the readers of this room start nothing"
)]
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = std::process::Command::new("git");
    // A hook that runs these tests points git at its own repository.
    command
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE");
    let status = command.args(arguments).current_dir(folder).status();
    assert!(status.unwrap().success(), "git {arguments:?}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_symlink() || path.ends_with(".git") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
