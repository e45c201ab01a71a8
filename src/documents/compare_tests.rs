//! What differs between two texts, told by pointer.

use super::*;
use crate::documents::{Limits, parse};

fn check(before: &str, after: &str, expected: &[&str]) {
    let (old, new) = (
        parse("a.yaml", before.as_bytes(), &Limits::default()),
        parse("a.yaml", after.as_bytes(), &Limits::default()),
    );
    let (old, new): (Vec<&Document>, Vec<&Document>) = (old.documents.iter().collect(), new.documents.iter().collect());
    let mut told = Vec::new();
    for (from, to) in pairs(&old, &new) {
        let found = compare(from.map(|i| old[i]), to.map(|i| new[i]), 100).unwrap();
        told.extend(found.into_iter().map(|d| {
            let text = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            format!("{} {} -> {}", d.pointer, text(d.before_text), text(d.after_text))
        }));
    }
    assert_eq!(told, expected, "{before:?} -> {after:?}");
}

#[test]
fn a_value_is_told_by_its_pointer() {
    check("a: {b: 1}\nc: x\n", "a: {b: 2}\nc: x\n", &["/a/b 1 -> 2"]);
    check("a: 1\n", "b: 1\n", &["/b - -> 1", "/a 1 -> -"]);
    check("a: {}\n", "a: {b: [x]}\n", &["/a {} -> -", "/a/b/0 - -> x"]);
    check("a/b: 1\n", "a/b: 2\n", &["/a~1b 1 -> 2"]);
}

#[test]
fn form_and_comments_are_no_values() {
    check(
        "a: {b: 1, c: 'x'}\n",
        "# why\nc0: &x x\na:\n  c: x\n  b: 1\n",
        &["/c0 - -> x"],
    );
    check("a: &v 1\nb: *v\n", "a: 1\nb: 1\n", &[]);
}

#[test]
fn another_type_is_another_value() {
    check("a: '1'\n", "a: 1\n", &["/a \"1\" -> 1"]);
    check("a: 'null'\n", "a:\n", &["/a \"null\" -> null"]);
    check("a: x\n", "a: !vault x\n", &["/a \"x\" -> !vault \"x\""]);
    check("a: [x]\n", "a: !reference [x]\n", &["/a  -> !reference"]);
    check("a: 1.10\n", "a: 1.1\n", &["/a 1.10 -> 1.1"]);
    check("a: [1]\n", "a: {b: 1}\n", &["/a/0 1 -> -", "/a/b - -> 1"]);
}

#[test]
fn named_items_are_told_apart_by_name() {
    check(
        "images: [{name: b, tag: 1}]\n",
        "images: [{name: a, tag: 0}, {name: b, tag: 2}]\n",
        &["/images/0/name - -> a", "/images/0/tag - -> 0", "/images/1/tag 1 -> 2"],
    );
    check("a: [{id: 1}, {id: 2, x: y}]\n", "a: [{id: 2, x: y}]\n", &["/a/0/id 1 -> -"]);
}

#[test]
fn another_order_of_named_items_is_a_change() {
    check(
        "a: [{name: x}, {name: y}]\n",
        "a: [{name: y}, {name: x}]\n",
        &["/a/0/name x -> y", "/a/1/name y -> x"],
    );
}

#[test]
fn of_other_lists_the_ends_that_are_the_same_count_as_the_same() {
    check("a: [x, y]\n", "a: [w, x, y]\n", &["/a/0 - -> w"]);
    check("a: [x, y, z]\n", "a: [x, q, z]\n", &["/a/1 y -> q"]);
    check("a: [{name: x}, {name: x}]\n", "a: [{name: x}]\n", &["/a/1/name x -> -"]);
}

#[test]
fn documents_are_told_apart_by_kind_and_name() {
    let (a, b) = ("kind: A\nmetadata: {name: x}\nv: 1\n", "kind: B\nmetadata: {name: x}\nv: 1\n");
    check(&format!("{a}---\n{b}"), &format!("{b}---\n{a}"), &[]);
    check(
        &format!("{a}---\n{b}"),
        &format!("{a}---\n{}", b.replace("v: 1", "v: 2")),
        &["/v 1 -> 2"],
    );
    check("v: 1\n---\nv: 2\n", "v: 1\n---\nv: 3\n", &["/v 2 -> 3"]);
}

#[test]
fn lists_within_lists_are_looked_at_in_time() {
    let nested = |leaf: &str| format!("{}{leaf}{}", "[".repeat(120), "]".repeat(120));
    let pointer = "/0".repeat(120);
    check(&nested("1"), &nested("2"), &[&format!("{pointer} 1 -> 2")]);
}

#[test]
fn what_cannot_be_addressed_is_not_compared() {
    for text in ["{[a]: 1}\n", "1: a\n'1': b\n", "~: 1\n"] {
        let parsed = parse("a.yaml", text.as_bytes(), &Limits::default());
        assert!(leaves(&parsed.documents[0], 10).is_none(), "{text}");
    }
}

#[test]
fn a_value_is_found_again_by_its_address() {
    let parsed = parse("a.yaml", b"a: [{name: x, v: 1}, {name: y, v: 2}]\n", &Limits::default());
    let found = leaves(&parsed.documents[0], 10).unwrap();
    let address = &found[3].address;
    let other = parse("a.yaml", b"a: [{name: y, v: 3}]\n", &Limits::default());
    let chain = follow(other.documents[0].root(), address).unwrap();
    assert_eq!(chain.last().and_then(|node| node.as_text()), Some("3"));
    let twice = parse("a.yaml", b"a: [{name: y, v: 3}, {name: y, v: 4}]\n", &Limits::default());
    assert!(follow(twice.documents[0].root(), address).is_none());
}
