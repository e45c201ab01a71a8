//! Which comments are found, and what each covers.

use proptest::prelude::*;

use crate::documents::{Limits, parse};
use crate::domain::waiver::WaiverComment;

const WAIVER: &str = "# flowgate: allow a/b until 2027-01-31: agreed";

fn found(path: &str, text: &str) -> Vec<WaiverComment> {
    let text = text.replace("WAIVER", WAIVER);
    parse(path, text.as_bytes(), &Limits::default()).waivers
}

/// Each comment as `line: first-last subject`, with `*` where it covers the file as a whole.
#[track_caller]
fn check_in(path: &str, text: &str, expected: &[&str]) {
    let told = found(path, text).into_iter().map(|comment| {
        let (first, last) = comment.lines;
        let star = if comment.is_whole_file { "*" } else { "" };
        let problems = comment.problems.join("; ");
        let lines = if first > last {
            problems
        } else {
            format!("{first}-{last}{star} {}", comment.subject)
        };
        format!("{}: {lines}", comment.at.start.line)
    });
    assert_eq!(told.collect::<Vec<_>>(), expected, "{text}");
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_in("a.yaml", text, expected);
}

#[test]
fn a_comment_behind_something_covers_its_line() {
    check("a: 1\nb: 2 WAIVER\nc: 3\n", &["2: 2-2 document 0/b (its line)"]);
    check("a:  WAIVER\n  b: 1\n", &["1: 1-1 document 0/a (its line)"]);
    check("a: 'x' WAIVER", &["1: 1-1 document 0/a (its line)"]);
    check("a: [\n  1,\n] WAIVER\n", &["3: 3-3 "]);
    check("a: |  WAIVER\n  text\nb: 1\n", &["1: 1-1 document 0/a (its line)"]);
}

#[test]
fn a_comment_that_stands_alone_covers_the_node_below_it() {
    check("a: 1\nWAIVER\nb:\n  c: 1\n  d: |\n    x\n\ne: 2\n", &["2: 3-6 document 0/b"]);
    check("a: 1\nWAIVER\n# more words\nb: 1\n", &["2: 4-4 document 0/b"]);
    check(
        "l:\n  WAIVER\n  - name: x\n    y: 1\n  - name: z\n",
        &["2: 3-4 document 0/l/[x]"],
    );
    check("l:\n  - 1\n  WAIVER\n  - - 2\n    - 3\n", &["3: 4-5 document 0/l/1"]);
    check("a: 1\nWAIVER\nb: {c: 1,\n  d: 2}\n", &["2: 3-4 document 0/b"]);
    check("a: {\n  WAIVER\n  b: 1, c: {\n  d: 1}, e: 2}\n", &["2: 3-4 document 0/a/b"]);
    check("a: |\n  text\nWAIVER\nb: 1\n", &["3: 4-4 document 0/b"]);
    check("l:\n- a: 1\n  WAIVER\n  b: 2\n", &["3: 4-4 document 0/l/0/b"]);
}

#[test]
fn an_alias_covers_where_it_is_written() {
    check("a: &x\n  b: 1\nc: 2\nWAIVER\nd: *x\n", &["4: 5-5 document 0/d"]);
    check("a: &x\n  b: 1\nWAIVER\nd:\n  <<: *x\n  e: 1\n", &["3: 4-6 document 0/d"]);
}

#[test]
fn a_comment_at_the_top_covers_its_document() {
    check("WAIVER\na: 1\nb: 2\n", &["1: 2-3* document 0"]);
    check("# License\nWAIVER\n\na: 1\nb: 2\n", &["2: 4-5* document 0"]);
    check("---\nWAIVER\na: 1\nb: 2\n---\nc: 1\n", &["2: 3-4* document 0"]);
    check("WAIVER\n---\na: 1\nb: 2\n", &["1: 3-4* document 0"]);
    check("a: 1\n---\nWAIVER\nb: 2\nc: 1\n", &["3: 4-5 document 1"]);
    check("a: 1\nWAIVER\n---\nb: 2\nc: 1\n", &["2: 4-5 document 1"]);
    check(
        "a: 1\n---\nWAIVER\nkind: K\nmetadata:\n  name: n\n  namespace: s\n",
        &["3: 4-7 K/s/n"],
    );
    check("WAIVER\n- a: 1\n- b: 2\n", &["1: 2-3* document 0"]);
}

#[test]
fn a_list_of_objects_is_one_document_to_a_comment() {
    let list = "WAIVER\napiVersion: v1\nkind: List\nitems:\n  WAIVER\n  - kind: A\n    metadata: {name: x}\n  - kind: B\n";
    check(list, &["1: 2-8* document 0", "5: 6-7 document 0/items/[x]"]);
}

#[test]
fn a_comment_above_nothing_says_so() {
    let nothing = "nothing that it could cover begins on the line below it";
    check("a: 1\nWAIVER\n", &[&format!("2: {nothing}")]);
    check("a: 1\nWAIVER\n\nb: 1\n", &[&format!("2: {nothing}")]);
    check("a:\n  b: [1,\n  WAIVER\n  ]\n", &[&format!("3: {nothing}")]);
    check("WAIVER\n", &[&format!("1: {nothing}")]);
    check("a: 1\nWAIVER\n\n---\nb: 1\n", &[&format!("2: {nothing}")]);
}

#[test]
fn toml_covers_tables_and_keys() {
    check_in("a.toml", "WAIVER\na = 1\nb = 2\n", &["1: 2-3* document 0"]);
    check_in(
        "a.toml",
        "z = 1\nWAIVER\n[a.b]\nc = 1\nd = 2\n[a.e]\nf = 1\n",
        &["2: 3-5 document 0/a/b"],
    );
    check_in(
        "a.toml",
        "z = 1\nWAIVER\n[[a]]\nc = 1\n[[a]]\nc = 2\n",
        &["2: 3-4 document 0/a/0"],
    );
    check_in(
        "a.toml",
        "z = 1\nWAIVER\na = [\n 1,\n 2 ]\nb = 2# no\n",
        &["2: 3-5 document 0/a"],
    );
    check_in(
        "a.toml",
        "z = 1# flowgate: allow a/b until 2027-01-31: x\n",
        &["1: 1-1 document 0/z (its line)"],
    );
    check_in("a.toml", "z = '''\n# flowgate: allow a/b\n'''\n", &[]);
}

#[test]
fn what_only_looks_like_a_comment_is_none() {
    check("a: 'WAIVER'\n", &[]);
    check("a: \"x WAIVER\"\n", &[]);
    check("a: \"x\n  WAIVER\n  y\"\n", &[]);
    check("a: |\n  WAIVER\n  text\n", &[]);
    check("a: >-\n  text\n\n  WAIVER\n", &[]);
    check("a: x#flowgate:\n", &[]);
    check("a: 1 # see WAIVER\n", &[]);
    check("a: 1 ## flowgate: allow a/b\n", &[]);
    check("a: 1 # flowgate says no\n", &[]);
    check("a: 1 # notflowgate: allow a/b\n", &[]);
    check_in("a.json", "{\"a\": \"WAIVER\"}", &[]);
}

#[test]
fn a_comment_knows_its_place_behind_letters_of_several_bytes() {
    let comments = found("a.yaml", "ä: ö\r\nü: 'é' WAIVER\r\n");
    assert_eq!((comments[0].at.start.line, comments[0].at.start.column), (2, 8));
    assert_eq!(comments[0].reason.as_deref(), Some("agreed"));
}

proptest! {
    #[test]
    fn comments_are_found_and_strings_are_not(lines in proptest::collection::vec(0..6_u8, 1..20)) {
        let (mut text, mut expected) = (String::from("first: 1\n"), Vec::new());
        let mut line = 1;
        for (at, kind) in lines.into_iter().enumerate() {
            let (written, comment) = match kind {
                0 => (format!("k{at}: 1 WAIVER\n"), Some(1)),
                1 => (format!("WAIVER\nk{at}:\n  x: 1\n"), Some(1)),
                2 => (format!("k{at}: |\n  WAIVER\n  # y\n"), None),
                3 => (format!("k{at}: 'x WAIVER'\n"), None),
                4 => (format!("k{at}: \"\n  WAIVER\n  \" # ok\n"), None),
                _ => (format!("k{at}: [x, # y\n  'WAIVER'] # z\n"), None),
            };
            expected.extend(comment.map(|within: u32| line + within));
            line += u32::try_from(written.lines().count()).unwrap();
            text.push_str(&written);
        }
        let lines: Vec<u32> = found("a.yaml", &text).iter().map(|comment| comment.at.start.line).collect();
        prop_assert_eq!(lines, expected, "{}", text);
    }

    #[test]
    fn no_text_takes_it_down(text in "(# flowgate: allow|a/b until|---|\n|\r| |:|-|a|'|\"|\\{|\\[|\\||é){0,40}") {
        let yaml = found("a.yaml", &text);
        let toml = found("a.toml", &text);
        for comment in yaml.iter().chain(&toml) {
            prop_assert!(comment.at.start <= comment.at.end);
        }
    }
}
