//! The grammar of conventional commits, case by case.

use crate::git::message::parse;

fn check_ok(raw: &str, kind: &str, scope: Option<&str>, breaking: bool, description: &str) {
    let found = parse(raw, 1).conventional.unwrap_or_else(|e| panic!("{raw:?}: {}", e.reason));
    assert_eq!(
        (
            found.kind.as_str(),
            found.scope.as_deref(),
            found.breaking,
            found.description.as_str()
        ),
        (kind, scope, breaking, description),
        "{raw:?}"
    );
}

fn check_err(raw: &str, reason: &str, line: u32, column: u32) {
    match parse(raw, 1).conventional {
        Ok(found) => panic!("{raw:?} was taken for {found:?}"),
        Err(error) => assert_eq!(
            (error.reason.as_str(), error.line, error.column),
            (reason, line, column),
            "{raw:?}"
        ),
    }
}

#[test]
fn headers_are_read() {
    check_ok("feat: a", "feat", None, false, "a");
    check_ok(
        "feat(cart): add voucher field\n",
        "feat",
        Some("cart"),
        false,
        "add voucher field",
    );
    check_ok("fix!: b", "fix", None, true, "b");
    check_ok("fix(api)!: b", "fix", Some("api"), true, "b");
    check_ok("fix:  two blanks", "fix", None, false, "two blanks");
    check_ok("FEAT: a", "FEAT", None, false, "a");
    check_ok("ci/cd: a", "ci/cd", None, false, "a");
    check_ok("fix(api, ui): a", "fix", Some("api, ui"), false, "a");
    check_ok("fix(a/b,c): a", "fix", Some("a/b,c"), false, "a");
    check_ok("revert: feat: a", "revert", None, false, "feat: a");
    check_ok(
        "fix(state): fix(controller): display",
        "fix",
        Some("state"),
        false,
        "fix(controller): display",
    );
    check_ok("docs: a (#12): b", "docs", None, false, "a (#12): b");
    check_ok("wip: half of it", "wip", None, false, "half of it");
    check_ok("\n\nfeat: a", "feat", None, false, "a");
    check_ok("\u{feff}feat: a\r\n\r\nbody\r\n", "feat", None, false, "a");
    check_ok("feat: a\n \t\nbody\n\nBREAKING CHANGE: b\n", "feat", None, true, "a");
}

#[test]
fn reasons_name_the_place() {
    check_err("", "the message is empty", 1, 1);
    check_err("  \n", "the message is empty", 2, 1);
    check_err("Update feature 1", "no type: the first word is not followed by a colon", 1, 7);
    check_err("update", "no colon after the type", 1, 7);
    check_err("feat:a", "no space after the colon", 1, 6);
    check_err("feat:\ta", "no space after the colon", 1, 6);
    check_err("feat:", "no description after the colon", 1, 6);
    check_err("feat: \n\nbody", "no description after the colon", 1, 6);
    check_err("feat : a", "a blank before the colon", 1, 5);
    check_err("feat(x) : a", "a blank before the colon", 1, 8);
    check_err("feat (x): a", "a blank before the scope", 1, 5);
    check_err("feat(): a", "an empty scope: name one, or leave the parentheses out", 1, 5);
    check_err("feat(x: a", "the parenthesis of the scope is never closed", 1, 5);
    check_err("feat(a b): c", "a blank inside the scope", 1, 7);
    check_err("feat( a): c", "a blank inside the scope", 1, 6);
    check_err("feat(a(b)): c", "a parenthesis inside the scope", 1, 7);
    check_err("feat!(x): a", "the `!` belongs behind the scope", 1, 6);
    check_err("feat(x)a: b", "no colon after the scope", 1, 8);
    check_err("feat): a", "a closing parenthesis without an opening one", 1, 5);
    check_err(": a", "no type before the colon", 1, 1);
    check_err("(x): a", "no type before the scope", 1, 1);
    check_err(" feat: a", "blanks before the type", 1, 1);
    check_err("\n feat: a", "blanks before the type", 2, 1);
    check_err("Draft: feat: a", "`Draft:` stands before the type", 1, 1);
    check_err("WIP: fix(x): a", "`WIP:` stands before the type", 1, 1);
    check_err("Draft: WIP: feat: a", "`Draft:` stands before the type", 1, 1);
    check_err("feat: a\nb", "no blank line between the subject and the body", 2, 1);
    check_err("feat: a\rb", "a carriage return inside the subject", 1, 8);
    check_err(
        "Revert \"feat: a\"",
        "no type: the first word is not followed by a colon",
        1,
        7,
    );
    check_err("größe(ä b): c", "a blank inside the scope", 1, 8);
}

#[test]
fn footers_are_read() {
    let footers = |raw: &str| {
        let found = parse(raw, 1).conventional.unwrap();
        found
            .footers
            .iter()
            .map(|(token, value)| format!("{token}={value}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        footers("fix: a\n\nbody\n\nRefs: #1\nFixes #2\nNote: one\n two\n"),
        ["Refs=#1", "Fixes=2", "Note=one\n two"]
    );
    assert_eq!(footers("fix: a\n\nhttps://acme.com/x\n\nRefs: #1"), ["Refs=#1"]);
    assert_eq!(footers("fix: a\n\nFixes: #1\nRefs:"), ["Fixes=#1", "Refs="]);
    assert_eq!(footers("fix: a"), [""; 0]);
}

#[test]
fn a_breaking_change_is_found_in_the_footer_alone_when_it_is_spelt_right() {
    let breaking = |raw: &str| {
        let found = parse(raw, 1).conventional.unwrap();
        (found.breaking, found.breaking_description.unwrap_or_default())
    };
    assert_eq!(breaking("fix: a\n\nBREAKING CHANGE: b"), (true, "b".to_owned()));
    assert_eq!(breaking("fix: a\n\nBREAKING-CHANGE: b"), (true, "b".to_owned()));
    assert_eq!(breaking("fix!: a"), (true, "a".to_owned()));
    assert_eq!(breaking("fix: a\n\nbreaking change: b"), (false, String::new()));
    assert_eq!(breaking("fix: a\n\nBREAKING CHANGE: b\n\nRefs:"), (true, "b".to_owned()));
}

#[test]
fn a_message_of_a_megabyte_is_read_in_one_go() {
    let mut raw = String::from("feat: a\n\n");
    for at in 0..10_000 {
        raw.push_str(&format!("Refs-{at}: {}\n", "x".repeat(90)));
    }
    let message = parse(&raw, 1);
    assert_eq!(
        (message.trailers.len(), message.conventional.unwrap().footers.len()),
        (10_000, 10_000)
    );
}

#[test]
fn a_line_of_marks_does_not_nest() {
    let raw = "wip: ".repeat(200_000) + "x";
    assert!(parse(&raw, 1).conventional.is_err());
}
