//! What is written is read again, and what is not version 1 is refused with its place.

use proptest::prelude::*;

use super::read;
use crate::domain::location::Location;
use crate::domain::report::{FailureKind, SkipCause, Verdict};
use crate::domain::rule::{Level, Severity};
use crate::domain::{finding::Excerpt, gate::Gate, report::Report, report::Skip};
use crate::reporting::json::write;
use crate::reporting::{hostile_sample as hostile, sample};

fn check(report: &Report) {
    let text = write(report);
    let again = read(&text).unwrap();
    assert_eq!(&again, report);
    assert_eq!(write(&again), text);
}

/// The sample as text, with one thing exchanged; what is said of it.
fn refused(from: &str, to: &str) -> String {
    let text = write(&sample::full());
    assert!(text.contains(from), "{from}");
    read(&text.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn reports_of_every_kind_are_read_again() {
    for report in [
        sample::clean(),
        sample::full(),
        hostile::report(),
        hostile::many(1),
        hostile::many(5000),
    ] {
        check(&report);
    }
}

#[test]
fn fields_of_a_later_flowgate_are_passed_over() {
    let text = write(&sample::full());
    let later = text.replace("\"verdict\"", "\"gained\": {\"later\": [1]},\n  \"verdict\"");
    assert_eq!(read(&later).unwrap(), sample::full());
    let earlier = text.replace("  \"already_there\": 0,\n", "");
    assert_ne!(earlier, text);
    assert_eq!(read(&earlier).unwrap(), sample::full());
}

#[test]
fn other_versions_and_other_files_are_refused() {
    let message = refused("flowgate/report/v1", "flowgate/report/v2");
    assert_eq!(
        message,
        "the report is of version `flowgate/report/v2`, and this flowgate reads `flowgate/report/v1`"
    );
    let no_report = "this is no report of flowgate: it has no `schema`";
    assert_eq!(read("{}").unwrap_err().to_string(), no_report);
    assert_eq!(
        read("{\"version\": \"2.1.0\", \"runs\": []}").unwrap_err().to_string(),
        no_report
    );
    let empty = read("").unwrap_err().to_string();
    assert_eq!(empty, "line 1, column 0: EOF while parsing a value");
    assert!(read("[]").is_err() && read("null").is_err());
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    insta::assert_snapshot!(refused("\"verdict\": \"findings\"", "\"verdict\": \"good\""), @r##"
    line 3, column 19: `good` is none of clean, findings, undecided
    "##);
    insta::assert_snapshot!(refused("\"severity\": \"error\"", "\"severity\": 3"), @r##"
    line 26, column 19: invalid type: integer `3`, expected a string
    "##);
    insta::assert_snapshot!(refused("\"rule\": \"argocd/floating-revision\"", "\"rule\": \"Argo\""), @r##"
    line 25, column 20: `Argo` is no id of a rule: group/name in lower case
    "##);
    insta::assert_snapshot!(refused("\"line\": 12,", ""), @r##"
    line 39, column 7: a place in a text needs `line`, `column`, `end_line` and `end_column`
    "##);
    insta::assert_snapshot!(refused("\"line\": 12,", "\"line\": 0,"), @r##"
    line 39, column 7: lines and columns count from 1
    "##);
    insta::assert_snapshot!(refused("\"end_line\": 12,", "\"end_line\": 11,"), @r##"
    line 39, column 7: a place in a text ends before it begins
    "##);
    insta::assert_snapshot!(refused("\"fingerprint\":", "\"finger\":"), @r##"
    line 88, column 5: missing field `fingerprint`
    "##);
    insta::assert_snapshot!(refused("\"count\": 340", "\"count\": -1"), @r##"
    line 248, column 17: invalid value: integer `-1`, expected usize
    "##);
    insta::assert_snapshot!(refused("\"tool\": \"argocd\"", &format!("\"tool\": \"{}\"", "x".repeat(65))), @r##"
    line 384, column 81: this is no name of a tool that delivers
    "##);
    let hostile = refused("\"verdict\": \"findings\"", "\"verdict\": \"\\u001b[2J\\n::error::x\"");
    assert!(!hostile.contains(char::is_control), "{hostile:?}");
    let text = write(&sample::full());
    assert!(read(&text[..text.len() / 2]).is_err(), "half a file");
}

fn any_location() -> impl Strategy<Value = Location> {
    let text = || proptest::option::of(any::<String>());
    let span = proptest::option::of((1u32..9, 1u32..9, 0u32..9, 0u32..9));
    let refs = (text(), text(), text(), text());
    (text(), span, text(), proptest::option::of(0usize..9), refs).prop_map(
        |(path, span, pointer, document, (branch, commit, reference, change))| Location {
            path,
            span: span.map(|(line, column, lines, columns)| sample::span(line, column, line + lines, column + columns)),
            pointer,
            document,
            branch,
            commit,
            reference,
            change,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn writing_reading_and_writing_gives_the_same_bytes(
        places in proptest::collection::vec((any_location(), any::<String>(), 0usize..3), 0..6),
        (verdict, gate, level, kind) in (0usize..3, 0usize..11, 0usize..4, 0usize..6),
        text in any::<String>(),
        count in any::<usize>(),
    ) {
        let mut report = sample::full();
        report.verdict = Verdict::ALL[verdict];
        report.gate = Gate::ALL[gate];
        report.already_there = count;
        report.rules[0].level = Level::ALL[level];
        report.rules[0].title.clone_from(&text);
        report.failures[0].kind = FailureKind::ALL[kind];
        report.skips.push(Skip { rule: None, reason: text.clone(), count, cause: SkipCause::Nature, reads: None });
        for (location, message, severity) in places {
            let mut finding = sample::bare("any/thing", Severity::ALL[severity], &message, location.clone());
            finding.fix = Some(text.clone());
            finding.excerpt = Some(Excerpt { first_line: 1, text: message });
            report.failures[0].location = Some(location);
            report.findings.push(finding);
        }
        check(&report);
    }
}
