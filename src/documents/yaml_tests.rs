//! What YAML texts become.

use std::sync::Arc;

use super::document::{Document, NodeRef, NodeValue};
use super::format::Format;
use super::parse::{Broken, Limits, Loaded};
use super::yaml::load;

fn read(text: &str) -> Result<Loaded, Broken> {
    load(&Arc::from(text), Format::Yaml, &Limits::default())
}

fn documents(text: &str) -> Vec<Document> {
    read(text)
        .map(|loaded| loaded.documents)
        .map_err(|broken| broken.reason)
        .unwrap()
}

fn one(text: &str) -> Document {
    let mut documents = documents(text);
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0)
}

/// A node as JSON-like text.
fn show(node: NodeRef<'_>) -> String {
    let tag = node.tag().map(|tag| format!("{tag} ")).unwrap_or_default();
    let value = match node.value() {
        NodeValue::Null => "null".to_owned(),
        NodeValue::Bool(value) => value.to_string(),
        NodeValue::Integer(value) => value.to_string(),
        NodeValue::Float(value) => format!("{value:?}"),
        NodeValue::String(text) => format!("{:?}", &**text),
        NodeValue::Sequence(_) => format!("[{}]", node.items().map(show).collect::<Vec<_>>().join(", ")),
        NodeValue::Mapping(_) => {
            let entries: Vec<_> = node
                .entries()
                .map(|(key, value)| format!("{}: {}", show(key), show(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    };
    tag + &value
}

fn check(text: &str, expected: &str) {
    assert_eq!(show(one(text).root()), expected, "{text:?}");
}

/// The node's place as `line:column-line:column raw`.
fn check_place(text: &str, pointer: &str, expected: &str) {
    let document = one(text);
    let node = document.at(pointer).unwrap();
    let span = node.span();
    let shown = format!(
        "{}:{}-{}:{} {}",
        span.start.line,
        span.start.column,
        span.end.line,
        span.end.column,
        node.raw()
    );
    assert_eq!(shown, expected, "{pointer} of {text:?}");
}

fn check_broken(text: &str, reason: &str, line: u32, column: u32) {
    let broken = read(text).map(|loaded| loaded.documents.len()).unwrap_err();
    assert!(broken.reason.contains(reason), "{:?} lacks {reason:?}", broken.reason);
    assert_eq!((broken.at.line, broken.at.column), (line, column), "{}", broken.reason);
}

#[test]
fn scalars_have_the_types_of_the_core_schema() {
    check(
        "{a: 1, b: 1.10, c: true, d: ~, e: on, f: '1', g: \"x\", h: }",
        r#"{"a": 1, "b": 1.1, "c": true, "d": null, "e": "on", "f": "1", "g": "x", "h": null}"#,
    );
    check("on: push", r#"{"on": "push"}"#);
    check("1: a\ntrue: b\n~: c\n", r#"{1: "a", true: "b", null: "c"}"#);
}

#[test]
fn several_documents_are_counted_without_the_empty_ones() {
    let found = documents("# only a comment\n---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n---\nc\n");
    let shown: Vec<_> = found
        .iter()
        .map(|document| (document.index(), show(document.root())))
        .collect();
    assert_eq!(
        shown,
        [
            (0, r#"{"a": 1}"#.to_owned()),
            (1, r#"{"b": 2}"#.to_owned()),
            (2, r#""c""#.to_owned())
        ]
    );
    assert!(documents("").is_empty());
    assert!(documents("# nothing\n").is_empty());
    assert!(documents("---\n...\n").is_empty());
}

#[test]
fn directives_and_line_ends_of_windows_are_read() {
    check("%YAML 1.2\n---\na: 1\n", r#"{"a": 1}"#);
    check("a: 1\r\nb:\r\n  - c\r\n", r#"{"a": 1, "b": ["c"]}"#);
    check("a: |\r\n  x\r\n  y\r\n", r#"{"a": "x\ny\n"}"#);
}

#[test]
fn a_byte_order_mark_may_stand_before_each_document() {
    let found = documents("\u{feff}a: 1\n...\n\u{feff}---\nb: 2\n");
    assert_eq!(found.len(), 2);
}

#[test]
fn scalars_know_their_place() {
    let text = "a: 1.10\nb:   'q''s'  # c '\n\u{e4}: [\"\u{f6}\\\"\", x y]\nz: &n !t  v\n";
    check_place(text, "/a", "1:4-1:8 1.10");
    check_place(text, "/b", "2:6-2:12 'q''s'");
    check_place(text, "/\u{e4}/0", "3:5-3:10 \"\u{f6}\\\"\"");
    check_place(text, "/\u{e4}/1", "3:12-3:15 x y");
    check_place(text, "/z", "4:11-4:12 v");
}

#[test]
fn block_scalars_start_at_their_header() {
    let text = "a: | # c | d\n  x\n  y\n\nb: !t &n >-\n\n  z\nc: |\nd:\n  - |+\n    e\n\n";
    check_place(text, "/a", "1:4-3:4 | # c | d\n  x\n  y");
    check_place(text, "/b", "5:10-7:4 >-\n\n  z");
    check_place(text, "/c", "8:4-8:5 |");
    check_place(text, "/d/0", "10:5-11:6 |+\n    e");
    check(
        "a: |+\n  x\n\nb: >\n  x\n  y\nc: |2\n    z\n",
        r#"{"a": "x\n\n", "b": "x y\n", "c": "  z\n"}"#,
    );
}

#[test]
fn collections_end_with_their_last_word() {
    let text = "a:\n  b: 1\n  c:\n  - x\n  - y # z\n\n# comment\nd: {e: [1, 2] } # f\ng:\n- - 1\n  - 2\n- - -3\n";
    check_place(text, "/a", "2:3-5:6 b: 1\n  c:\n  - x\n  - y");
    check_place(text, "/a/c", "4:3-5:6 - x\n  - y");
    check_place(text, "/d", "8:4-8:16 {e: [1, 2] }");
    check_place(text, "/d/e", "8:8-8:14 [1, 2]");
    check_place(text, "/g", "10:1-12:7 - - 1\n  - 2\n- - -3");
    check_place(text, "/g/0", "10:3-11:6 - 1\n  - 2");
    check_place(text, "/g/1", "12:3-12:7 - -3");
    check_place("a: &x\n  - b\n", "/a", "2:3-2:6 - b");
    check_place("a: &x !t # c\n- b\n", "/a", "2:1-2:4 - b");
}

#[test]
fn missing_values_stand_where_they_would_be_written() {
    let text = "a:\nb: # c\n  -\n  - &x\nd: {e, f: }\ng: !t\n";
    check_place(text, "/a", "1:3-1:3 ");
    check_place(text, "/b/0", "3:4-3:4 ");
    check_place(text, "/b/1", "4:7-4:7 ");
    check_place(text, "/d/e", "5:6-5:6 ");
    check_place(text, "/d/f", "5:10-5:10 ");
    check_place(text, "/g", "6:6-6:6 ");
}

#[test]
fn aliases_share_the_node_of_their_anchor() {
    check(
        "a: &x {b: 1}\nc: *x\nd: [*x]\n",
        r#"{"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}]}"#,
    );
    check("&k a: 1\nb: *k\n", r#"{"a": 1, "b": "a"}"#);
    check_place("a: &x {b: 1}\nc: *x\n", "/c", "1:7-1:13 {b: 1}");
    check("a: &x 1\nb: &x 2\nc: *x\n", r#"{"a": 1, "b": 2, "c": 2}"#);
}

#[test]
fn aliases_that_lead_nowhere_are_refused() {
    check_broken("a: *x\n", "anchor", 1, 4);
    check_broken("a: &x 1\n---\nb: *x\n", "another document", 3, 4);
    check_broken("a: &x\n  b: *x\n", "inside the node", 2, 6);
    check_broken("&x [*x]\n", "inside the node", 1, 5);
}

#[test]
fn merge_keys_are_applied_and_own_keys_win() {
    check(
        "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n",
        r#"{"x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 3}}"#,
    );
    check(
        "- &x {a: 1}\n- &y {a: 2, b: 2}\n- c: 3\n  <<: [*x, *y]\n",
        r#"[{"a": 1}, {"a": 2, "b": 2}, {"c": 3, "a": 1, "b": 2}]"#,
    );
    check(
        "x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nz: {<<: *y}\n",
        r#"{"x": {"a": 1}, "y": {"a": 1, "b": 2}, "z": {"a": 1, "b": 2}}"#,
    );
}

#[test]
fn a_merge_key_in_quotes_is_a_key() {
    check("{\"<<\": {a: 1}}", r#"{"<<": {"a": 1}}"#);
    check("{a: <<}", r#"{"a": "<<"}"#);
}

#[test]
fn a_merge_of_no_mapping_is_reported() {
    let problems = read("a: 1\n<<: 2\n")
        .map(|loaded| loaded.problems)
        .map_err(|broken| broken.reason)
        .unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].at.line, 2);
}

#[test]
fn of_a_key_given_twice_the_last_one_wins() {
    let loaded = read("a: 1\nb: 2\na: 3\n\"b\": 4\na: 5\n")
        .map_err(|broken| broken.reason)
        .unwrap();
    assert_eq!(show(loaded.documents[0].root()), r#"{"b": 4, "a": 5}"#);
    let told: Vec<_> = loaded
        .problems
        .iter()
        .map(|p| (p.message.as_str(), p.at.line, p.at.column))
        .collect();
    assert_eq!(
        told,
        [
            ("key \"a\" given twice", 3, 1),
            ("key \"b\" given twice", 4, 1),
            ("key \"a\" given twice", 5, 1)
        ]
    );
}

#[test]
fn keys_given_twice_are_found_in_long_mappings() {
    let text: String = (0..100).map(|n| format!("k{n}: {n}\n")).collect();
    let loaded = read(&(text + "k50: x\n1: a\n'1': b\n"))
        .map_err(|broken| broken.reason)
        .unwrap();
    assert_eq!(loaded.problems.len(), 1);
    assert_eq!(loaded.problems[0].at.line, 101);
    assert_eq!(loaded.documents[0].at("/k50").and_then(NodeRef::as_str), Some("x"));
}

#[test]
fn local_tags_stay_and_core_tags_are_applied() {
    check(
        "a: !reference [x, y]\nb: !vault |\n  z\n",
        "{\"a\": !reference [\"x\", \"y\"], \"b\": !vault \"z\\n\"}",
    );
    check(
        "[!!str 1, !!int '2', !!float 3, !!bool 'true', !!null '', ! 4]",
        r#"["1", 2, 3.0, true, null, "4"]"#,
    );
    check(
        "[!Ref 5, !Ref, !<tag:yaml.org,2002:str> 6, !!binary YQ==]",
        r#"[!Ref "5", !Ref null, "6", !!binary "YQ=="]"#,
    );
    check("%TAG !e! tag:example.org:\n---\n!e!x {}\n", "!<tag:example.org:x> {}");
}

#[test]
fn deep_nesting_is_refused() {
    let limit = "nested deeper than 128 levels";
    check_broken(&"[".repeat(10_000), limit, 1, 256);
    check_broken(&"{".repeat(10_000), limit, 1, 256);
    check_broken(&"- ".repeat(10_000), limit, 1, 257);
    check_broken(
        &(0..200).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>(),
        limit,
        129,
        129,
    );
    check(&("[".repeat(128) + &"]".repeat(128)), &("[".repeat(128) + &"]".repeat(128)));
    check_broken(&("[".repeat(129) + &"]".repeat(129)), limit, 1, 129);
}

#[test]
fn nesting_through_aliases_counts() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for n in 1..200 {
        text += &format!("a{n}: &a{n} [*a{}]\n", n - 1);
    }
    check_broken(&text, "nested deeper than 128 levels", 128, 14);
}

#[test]
fn a_chain_of_merges_is_not_deep() {
    let mut text = "a0: &a0 {x: 1}\n".to_owned();
    for n in 1..300 {
        text += &format!("a{n}: &a{n} {{<<: *a{}}}\n", n - 1);
    }
    assert_eq!(one(&text).at("/a299").map(show).as_deref(), Some(r#"{"x": 1}"#));
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for n in 1..10 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(",");
        text += &format!("a{n}: &a{n} [{aliases}]\n");
    }
    check_broken(&text, "more than 1000000 values", 7, 10);
}

#[test]
fn broken_texts_are_told_in_plain_words() {
    check_broken("microservices-workload\nsubcomponents:\n", "`:`", 2, 14);
    check_broken("a: 1\nfoo\nb: 2\n", "no `:`", 2, 1);
    check_broken("a: b: c\n", "quotes", 1, 5);
    check_broken("a:\n\t- b\n", "tab", 2, 2);
    check_broken("a: 'b\n", "never closed", 1, 4);
    check_broken("a: [1, 2\n", "]", 2, 1);
    check_broken("a: [1, 2}\n", "]", 1, 9);
}
