//! The checks over made-up files: each offence is found, and what only looks like one is not.

use super::files::{Source, code_of, sources_of};
use super::*;

fn tree(files: &[(&str, &str)]) -> Vec<Source> {
    sources_of(owned(files))
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn an_import_from_above_or_beside_is_found() {
    let files = tree(&[
        (
            "src/git/a.rs",
            "use crate::domain::x;\nuse crate::git::y;\n// crate::cli\nlet s = \"crate::cli\";",
        ),
        ("src/git/b.rs", "use crate::documents::x;"),
        ("src/domain/c.rs", "use crate::{domain::{a, b}, cli};"),
        ("src/wing.rs", ""),
        ("src/facts/d.rs", "fn f() { crate::nowhere::g() }"),
        ("src/main.rs", "use crate::anything;"),
    ]);
    assert_eq!(
        imports_that_climb(&files),
        [
            "src/git/b.rs: `git` imports `documents`, which is not below it",
            "src/domain/c.rs: `domain` imports `cli`, which is not below it",
            "src/wing.rs: `wing` stands on no floor",
            "src/facts/d.rs: imports `nowhere`, which stands on no floor",
        ]
    );
}

#[test]
fn a_long_file_and_one_without_a_sentence_are_found() {
    let long = format!("//! Two\n//! lines.\n{}", "\n".repeat(499));
    let files = tree(&[
        ("src/a.rs", &long),
        ("src/b.rs", "//! Module b\n"),
        ("src/c.rs", "use x;\n//! Late.\n"),
        ("src/d.rs", ""),
    ]);
    assert_eq!(long_files(&files), ["src/a.rs: 501 lines; cut it by noun or verb"]);
    assert_eq!(files_without_a_sentence(&files).len(), 3);
}

#[test]
fn code_in_a_mod_file_is_found() {
    let good = "//! Doc.\n#[cfg(test)]\nmod tests;\npub(super) use a::{\n    b,\n};\n#[derive(Debug)]\npub enum AError {\n    X,\n}\nimpl AError {\n    fn hint() {}\n}\nimpl From<b::C> for AError {\n}\n";
    let bad = "//! Doc.\npub struct Thing;\nfn f() {}\nimpl Thing {}\n";
    let files = tree(&[
        ("src/git/mod.rs", good),
        ("src/policy/mod.rs", bad),
        ("src/git/tests/mod.rs", bad),
    ]);
    assert_eq!(
        mod_files_with_content(&files),
        [
            "src/policy/mod.rs:2: pub struct Thing;",
            "src/policy/mod.rs:3: fn f() {}",
            "src/policy/mod.rs:4: impl Thing {}"
        ]
    );
}

#[test]
fn words_outside_of_their_room_are_found() {
    let body = "use std::process::{ExitCode, Command};\nfn f() { println!(\"git2\"); std::env::var(\"X\") }\n#[cfg(test)]\nmod tests {\n    use git2;\n}\n";
    let files = tree(&[
        ("src/facts/a.rs", body),
        ("src/git/b.rs", "use git2;"),
        ("src/facts/mod.rs", "#[cfg(test)]\nmod c;"),
        ("src/facts/c.rs", body),
    ]);
    assert_eq!(
        named_outside(&files, &["src/git/"], PROGRAMS),
        ["src/facts/a.rs:1: process::{ExitCode, Command"]
    );
    assert_eq!(
        named_outside(&files, &[], OUTSIDE_WORLD),
        ["src/facts/a.rs:2: println!", "src/facts/a.rs:2: env::var"]
    );
    assert_eq!(named_outside(&files, &["src/facts/"], PROGRAMS), ["src/git/b.rs:1: git2"]);
}

#[test]
fn serde_in_the_domain_is_found() {
    let files = tree(&[
        ("src/domain/a.rs", "#[derive(Serialize)]"),
        ("src/domain/b.rs", "//! No serde."),
        ("src/policy/c.rs", "use serde;"),
    ]);
    assert_eq!(serde_in_the_domain(&files), ["src/domain/a.rs"]);
}

#[test]
fn names_of_nothing_are_found() {
    let paths = [
        "src/git/utils.rs",
        "src/common/a.rs",
        "src/git_helpers.rs",
        "src/git/commonality.rs",
    ]
    .map(str::to_owned);
    assert_eq!(meaningless_names(paths.into_iter()).len(), 3);
}

#[test]
fn an_incomplete_rule_is_found() {
    let page = "# a/b-c\n## Why\n## Avoid\n```\n## no heading\n```\n### One\n## Prefer\n## Options\n## When to waive\n";
    let good = [
        ("policies/rules/a/b-c/b-c.rego", "# METADATA\n\npackage rules.a[\"b-c\"]\n"),
        ("policies/rules/a/b-c/b-c_test.rego", "package rules.a[\"b-c_test\"]\n"),
        ("policies/rules/a/b-c/b-c.md", page),
        ("policies/lib/x/x.rego", ""),
        ("policies/lib/x/x_test.rego", ""),
    ];
    assert_eq!(incomplete_rules(&owned(&good)), [""; 0]);
    assert_eq!(incomplete_libraries(&owned(&good)), [""; 0]);
    let bad = [
        ("policies/rules/a/b-c/b-c.rego", "package rules.a.b-c\n"),
        ("policies/rules/a/b-c/b_c.md", page),
        ("policies/rules/a/d/d.rego", "package rules.a.d\n"),
        ("policies/rules/a/d/d_test.rego", "package rules.a.d_test\n"),
        ("policies/rules/a/d/d.md", "## Why\n## Prefer\n"),
        ("policies/rules/a/stray.rego", ""),
        ("policies/lib/x/x.rego", ""),
    ];
    assert_eq!(
        incomplete_rules(&owned(&bad)),
        [
            "policies/rules/a/stray.rego: stands in no rule's folder (policies/rules/<group>/<name>/)",
            "policies/rules/a/b-c/: lacks b-c.md",
            "policies/rules/a/b-c/: lacks b-c_test.rego",
            "policies/rules/a/b-c/: does not know what to do with b_c.md",
            "policies/rules/a/b-c/b-c.rego: says `package rules.a.b-c` instead of `package rules.a[\"b-c\"]`",
            "policies/rules/a/d/d.md: has the headings [\"Why\", \"Prefer\"] instead of [\"Why\", \"Avoid\", \"Prefer\", \"Options\", \"When to waive\"]",
        ]
    );
    assert_eq!(incomplete_libraries(&owned(&bad)), ["policies/lib/x/: lacks x_test.rego"]);
}

#[test]
fn an_unexplained_dependency_is_found() {
    let manifest = "name = \"x\"\n[dependencies]\n# Why.\na = \"1\"\nb = { version = \"1\", features = [\n    \"f\",\n] }\n[dev-dependencies.c]\n[lints.rust]\nd = 1\n";
    assert_eq!(unexplained_dependencies(manifest).len(), 2);
}

#[test]
fn literals_and_comments_are_no_code() {
    assert_eq!(
        code_of("a(\"b\\\"c\", 'd', '\\'') // e\n/* f\n */ g::<'h>(r#\"i\"j\"#)"),
        "a(      ,    ,     )     \n    \n    g::<'h>(        )"
    );
}
