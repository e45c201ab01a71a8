//! What files become, and what holds for every file whatever is in it.

use std::sync::Arc;

use proptest::prelude::*;

use crate::domain::file::FileClass;

use super::document::{Document, NodeRef, NodeValue, escape_pointer};
use super::parse::{Limits, ParsedFile, parse};

fn read(path: &str, text: &str) -> ParsedFile {
    parse(path, text.as_bytes(), &Limits::default())
}

fn check(path: &str, text: &str, expected: &FileClass) {
    assert_eq!(read(path, text).class, *expected, "{path}: {text:?}");
}

fn check_broken(path: &str, text: &str, expected: &str, line: u32, column: u32) {
    match read(path, text).class {
        FileClass::Broken { reason, at } => {
            assert!(reason.contains(expected), "{reason:?} lacks {expected:?}");
            assert_eq!((at.line, at.column), (line, column), "{reason}");
        }
        other => panic!("{text:?} is {other:?}"),
    }
}

const HELM: FileClass = FileClass::Templated { by: "helm" };
const JINJA: FileClass = FileClass::Templated { by: "jinja" };
const PLACEHOLDERS: FileClass = FileClass::Templated { by: "placeholders" };

const CONFLICT: &str = "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n";

#[test]
fn a_file_is_read_by_its_extension() {
    let formats = [
        ("a.yaml", "a: 1"),
        ("b.yml", "a: 1"),
        ("c.json", "{\"a\": 1}"),
        ("d.toml", "a = 1"),
        ("-", "a: 1"),
        ("-", "{\"a\":\t1}"),
    ];
    for (path, text) in formats {
        let file = read(path, text);
        assert_eq!(file.class, FileClass::Parsed, "{path}");
        assert_eq!(
            file.documents[0].at("/a").map(|node| node.value()),
            Some(&NodeValue::Integer(1)),
            "{path}"
        );
    }
    check("c.json", "a: 1", &read("c.json", "a: 1").class);
    check_broken("c.json", "{a: 1}", "double quotes", 1, 2);
}

#[test]
fn a_file_without_documents_is_empty() {
    for text in ["", "\n", "# comment\n", "---\n", "\u{feff}"] {
        check("a.yaml", text, &FileClass::Empty);
    }
    check("a.json", " \n", &FileClass::Empty);
    check("a.toml", "# comment\n", &FileClass::Empty);
}

#[test]
fn limits_and_encodings_are_told() {
    let limits = Limits {
        bytes: 3,
        ..Limits::default()
    };
    assert_eq!(
        parse("a.yaml", b"a: 1", &limits).class,
        FileClass::TooLarge { bytes: 4, limit: 3 }
    );
    assert_eq!(parse("a.yaml", b"a\0", &Limits::default()).class, FileClass::NotText);
    assert_eq!(parse("a.yaml", b"a: \xe4", &Limits::default()).class, FileClass::NotText);
    let utf_16 = b"\xff\xfea\0:\0 \0\xe4\0\n\0";
    let file = parse("a.yaml", utf_16, &Limits::default());
    assert_eq!(file.documents[0].at("/a").and_then(NodeRef::as_str), Some("\u{e4}"));
}

#[test]
fn encrypted_files_are_not_read() {
    check(
        "a.yaml",
        "a: ENC[AES256_GCM,data:x]\nsops:\n  mac: ENC[AES256_GCM,data:y]\n",
        &FileClass::Encrypted,
    );
    check(
        "a.json",
        "{\"a\": \"ENC[AES256_GCM,data:x]\",\n\t\"sops\": {}}",
        &FileClass::Encrypted,
    );
    check("a.yaml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n", &FileClass::Encrypted);
    assert_eq!(
        parse("a.yaml", b"\0GITCRYPT\0abc", &Limits::default()).class,
        FileClass::Encrypted
    );
    check("a.yaml", "sops: {version: 3}\n", &FileClass::Parsed);
    check("a.yaml", "a: how ENC[AES256_GCM, works\n", &FileClass::Parsed);
}

#[test]
fn helm_templates_are_no_broken_yaml() {
    check(
        "chart/templates/a.yaml",
        "{{- if .Values.x }}\na: {{ .Values.y }}\n{{- end }}\n",
        &HELM,
    );
    check("chart/templates/a.yaml", "a: \"{{ .Values.y }}\"\n", &HELM);
    check("chart/templates/a.yaml", "a: b-{{ include \"name\" . }}\n", &HELM);
    check("elsewhere/a.yaml", "a: {{ .Values.y }}\n", &HELM);
    check("chart/templates/a.yaml", "a: 1\n", &FileClass::Parsed);
    check("chart/values.yaml", "a: \"{{ .Values.y }}\"\n", &FileClass::Parsed);
    check("a.json", "{\"a\": {{ .Values.y }}}", &HELM);
}

#[test]
fn other_templates_are_told_by_their_signs() {
    check("a.yaml", "{% if x %}\na: 1\n{% endif %}\n", &JINJA);
    check("a.yaml", "a: {{ x }}\n", &JINJA);
    check("a.yaml", "<% if x %>\na: 1\n", &FileClass::Templated { by: "erb" });
    check("a.yaml", "${MANIFESTS}\n", &PLACEHOLDERS);
    check("a.yaml", "a: 1\n${REST}\n", &PLACEHOLDERS);
    check("a.yaml", "a: [${X}, ${Y}]\n", &PLACEHOLDERS);
    check("a.yaml", "a: @IMAGE@\n", &PLACEHOLDERS);
}

#[test]
fn expressions_inside_texts_make_no_template() {
    check("a.yaml", "a: ${X}\nb: x-${Y}.z\n", &FileClass::Parsed);
    check("a.yaml", "if: ${{ github.ref == 'x' }}\n", &FileClass::Parsed);
    check(
        "apps/set.yaml",
        "name: '{{name}}'\npath: apps/{{ .path.basename }}\n",
        &FileClass::Parsed,
    );
    check(
        "templates/set.yaml",
        "name: '{{name}}'\nx: \"{{ .path.basename }}\"\n",
        &FileClass::Parsed,
    );
    check("a.yaml", "a: {b: {c: 1}}\nd: { {e: 1}: 2}\n", &FileClass::Parsed);
}

#[test]
fn a_broken_file_does_not_hide_as_a_template() {
    check_broken("a.yaml", "a: '{{ x }}'\n# {{ y }}\nb: [1\n", "]", 4, 1);
    check_broken("a.yaml", "a: |\n  {{ x }}\nb: c: d\n", "quotes", 3, 5);
    check_broken("a.yaml", "a: x-{{ y }}\nb: c: d\n", "quotes", 2, 5);
    check_broken("a.yaml", &"{".repeat(10_000), "nested deeper than 128 levels", 1, 256);
    check_broken(
        "a.yaml",
        &("{".repeat(10_000) + &"}".repeat(10_000)),
        "nested deeper than 128 levels",
        1,
        256,
    );
}

#[test]
fn merge_conflicts_are_named() {
    for path in ["a.yaml", "a.json", "a.toml", "templates/a.yaml"] {
        check_broken(path, CONFLICT, "merge conflict marker", 2, 1);
    }
    check_broken(
        "templates/a.yaml",
        &format!("a: {{{{ .Values.x }}}}\n{CONFLICT}"),
        "merge conflict marker",
        3,
        1,
    );
    check_broken("a.yaml", "a: 1\n<<<<<<< HEAD\nb: 1\n", "merge conflict marker", 2, 1);
    check_broken("a.yaml", &CONFLICT.replace('\n', "\r\n"), "merge conflict marker", 2, 1);
    check("a.yaml", "a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\n", &FileClass::Parsed);
    check("a.yaml", "a: 1 # <<<<<<< HEAD\nb: =======\n", &FileClass::Parsed);
}

#[test]
fn applications_inside_templates_are_counted() {
    let text = "{{- range .Values.apps }}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\n---\nkind: \"ApplicationSet\" # x\n---\nkind: ApplicationThing\n{{ end }}\n";
    assert_eq!(read("templates/a.yaml", text).embedded_applications, 2);
    assert_eq!(
        read("templates/a.yaml", "a: {{ .Values.x }}\nkind: Application\n").embedded_applications,
        0
    );
}

#[test]
fn toml_cannot_nest_its_way_out_of_the_stack() {
    let keys = vec!["a"; 79].join(".");
    let text = format!("a={}1{}", format!("{{{keys}=").repeat(79), "}".repeat(79));
    check_broken("a.toml", &text, "nested deeper than 128 levels", 1, 259);
    check_broken("a.toml", &format!("a={}", "[".repeat(10_000)), "nested deeper", 1, 83);
}

/// The pointer of every value, reached from the root; keys that are no strings have none.
fn pointers(node: NodeRef<'_>, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    for (index, item) in node.items().enumerate() {
        pointers(item, &format!("{pointer}/{index}"), found);
    }
    for (key, value) in node.entries() {
        if let Some(key) = key.as_str() {
            pointers(value, &format!("{pointer}/{}", escape_pointer(key)), found);
        }
    }
}

fn check_document(document: &Document) {
    let lines = document.text().split(['\n', '\r']).count();
    for node in document.nodes() {
        let span = node.span();
        assert!(
            span.start <= span.end && span.start.line >= 1 && span.start.column >= 1,
            "{span:?}"
        );
        assert!(span.end.line as usize <= lines, "{span:?} of {lines} lines");
        if let (NodeValue::String(text), false) = (node.value(), node.is_quoted() || node.raw().contains(['\n', '\r'])) {
            assert_eq!(&**text, node.raw());
        }
    }
    let mut found = Vec::new();
    pointers(document.root(), "", &mut found);
    for pointer in found {
        assert!(document.at(&pointer).is_some(), "{pointer}");
    }
}

const PIECES: [&str; 60] = [
    "a",
    "b: ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    " ",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    ": ",
    ":",
    "&x ",
    "*x",
    "!t ",
    "!!str ",
    "|",
    ">",
    "|+\n",
    ">-\n",
    "# c",
    "---\n",
    "...\n",
    "\u{feff}",
    "\u{e4}",
    "\u{1f600}",
    "\t",
    "\r\n",
    "<<: ",
    "<<: *x",
    "? ",
    "1",
    "1.10",
    "null",
    "true",
    "\\",
    "\\x41",
    "''",
    "{{ x }}",
    "${X}",
    "=======\n",
    "<<<<<<< a\n",
    ">>>>>>> b\n",
    "//",
    "/*",
    "\"a\":",
    "[a]\n",
    "[[a]]\n",
    "a = 1\n",
    "a.b = 'x'\n",
    "=",
    "\u{85}",
    "- |\n",
    "a:\n",
    "@",
    "-",
];

fn any_path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a.yaml", "a.json", "a.toml", "templates/a.yaml", "-"])
}

proptest! {
    #[test]
    fn any_bytes_are_survived(path in any_path(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        parse(path, &bytes, &Limits::default());
    }

    #[test]
    fn what_is_found_lies_where_it_is_said_to(path in any_path(), pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40)) {
        for document in read(path, &pieces.concat()).documents {
            check_document(&document);
        }
    }

    #[test]
    fn json_reads_what_it_wrote(text in any::<String>(), number in any::<i64>()) {
        let written = serde_json::json!({"text": text, "list": [number, null, true]}).to_string();
        let file = read("a.json", &written);
        prop_assert_eq!(&file.class, &FileClass::Parsed);
        let root = file.documents[0].root();
        prop_assert_eq!(root.get("text").and_then(NodeRef::as_str), Some(text.as_str()));
        prop_assert_eq!(file.documents[0].at("/list/0").map(NodeRef::value), Some(&NodeValue::Integer(number)));
    }

    #[test]
    fn quoted_yaml_reads_what_json_wrote(text in "[^\u{0}-\u{1f}\u{7f}-\u{9f}\u{feff}]*") {
        let written = format!("a: {}\n", serde_json::json!(text));
        let file = read("a.yaml", &written);
        prop_assert_eq!(&file.class, &FileClass::Parsed);
        prop_assert_eq!(file.documents[0].at("/a").and_then(NodeRef::as_str), Some(text.as_str()));
        let raw = file.documents[0].at("/a").map(NodeRef::raw);
        prop_assert_eq!(raw, written.get(3..written.len() - 1));
    }
}

#[test]
fn documents_of_one_file_share_its_text() {
    let file = read("a.yaml", "a: 1\n---\nb: 2\n");
    assert!(Arc::ptr_eq(file.documents[0].text(), file.documents[1].text()));
}

#[test]
fn a_list_of_objects_is_opened_into_documents() {
    let text = "a: 1\n---\napiVersion: v1\nkind: List\nitems:\n- {kind: A, n: 1.10}\n- {kind: B}\n---\nb: 2\n";
    let parsed = parse("x.yaml", text.as_bytes(), &Limits::default());
    let seen: Vec<_> = parsed
        .documents
        .iter()
        .map(|d| (d.index(), d.root().raw().trim_end(), d.root().span().start.line))
        .collect();
    assert_eq!(
        seen,
        [
            (0, "a: 1", 1),
            (1, "{kind: A, n: 1.10}", 6),
            (2, "{kind: B}", 7),
            (3, "b: 2", 9)
        ]
    );
    let empty = parse("x.yaml", b"apiVersion: v1\nkind: List\nitems: []\n", &Limits::default());
    assert_eq!(empty.documents.len(), 1);
    let other = parse("x.yaml", b"kind: ShoppingList\nitems: [{a: 1}]\n", &Limits::default());
    assert_eq!(other.documents.len(), 1, "without an apiVersion it is nobody's list");
}
