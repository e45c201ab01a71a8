//! Reports as people see them.

use proptest::prelude::*;

use super::sample::{self, bare, span};
use super::{Format, Options, write};
use crate::domain::finding::{Excerpt, Finding, Related};
use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Report, Skip, SkipCause, Verdict};
use crate::domain::rule::Severity;

#[test]
fn a_clean_report_is_two_sentences_and_a_command() {
    insta::assert_snapshot!(human(&sample::clean()), @"
    1 rule found nothing, 1 had nothing to look at, 1 is off

    clean: nothing found. Looked at work tree: 12 files, 30 documents, 2 commits, 3 branches, 1 tag, with 2 rules.
    reproduce: flowgate check
    ");
}

#[test]
fn a_finding_in_a_file_shows_its_lines_and_why() {
    insta::assert_snapshot!(findings(vec![sample::in_file()]), @r#"
    error[argocd/floating-revision] app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here
        ╭─[apps/prd/phippy.yaml:12:21]
     10 │   source:
     11 │     repoURL: https://gitlab.acme.com/phippy
     12 │     targetRevision: main
        ·                     ────
     13 │     path: deploy/prd
     14 │   x: y
        ╰────
      help: pin a release: targetRevision: 1.2.0
      help: flowgate check --fix makes this edit, --diff shows it
      why: An application of the last stage follows something that moves (flowgate rules explain argocd/floating-revision)
      note: why flowgate believes "prd": destination namespace app-phippy-prd (80), path apps/prd/phippy.yaml (70)
      also: apps/int/phippy.yaml:12:21: app-phippy-int follows it as well
    "#);
}

#[test]
fn a_finding_without_lines_names_its_place() {
    insta::assert_snapshot!(findings(sample::everywhere().split_off(1)), @r#"
    error[commits/conventional] no type before the colon
       ╭─[commit 1a2b3c4d5e:1:1]
     1 │ Update feature 1
       · ──────
       ╰────
      help: git commit --amend -m "feat: update feature 1"
      why: Title of the rule (flowgate rules explain commits/conventional)

    info[commits/body] the body is empty
      ╰─▶ commit 1a2b3c4d5e "Update feature 1"
      why: Title of the rule (flowgate rules explain commits/body)

    info[commits/author] nobody knows the author
      ╰─▶ commit 1a2b3c4d5e
      why: Title of the rule (flowgate rules explain commits/author)

    warning[branches/name-pattern] `Feature_1` fits no type of branch
      ╰─▶ branch Feature_1
      why: Title of the rule (flowgate rules explain branches/name-pattern)

    warning[branches/name-pattern] `x` fits no type of branch
      ╰─▶ remote branch origin/x
      why: Title of the rule

    error[versions/tag-not-semver] `release-7` is no version
      ╰─▶ tag release-7
      why: Title of the rule (flowgate rules explain versions/tag-not-semver)

    error[files/does-not-parse] cannot be read
      ╰─▶ b.yaml
      why: Title of the rule (flowgate rules explain files/does-not-parse)

    error[files/does-not-parse] key `a` given twice
      ╰─▶ a.yaml:3:1 on branch feat/x
      why: Title of the rule

    info[stages/order] stage `dev` stands alone
      ╰─▶ flowgate.yaml at /stages/0
      why: Title of the rule (flowgate rules explain stages/order)

    warning[history/back-merge] main has 2 commits that dev lacks
      why: Title of the rule (flowgate rules explain history/back-merge)
    "#);
}

#[test]
fn the_end_says_what_was_not_judged_and_why() {
    let mut report = sample::full();
    report.findings.clear();
    insta::assert_snapshot!(human(&report), @"
    could not be judged (2):
      failure[policy] mapping/own-rule: undefined function `conains`. Did you mean `contains`?
        ╰─▶ policy/own-rule.rego:12:2
      failure[facts] no merge base of dev and main: the clone is shallow. Run git fetch --unshallow.

    skipped:
      1 x no flowgate.refs.lock: mapping/other
      4 x no flowgate.refs.lock: argocd/floating-revision, flux/floating-revision
      340 x templated by design (helm): every rule

    rule                      level    findings  waived  skipped
    argocd/floating-revision  error           1       1        4
    commits/conventional      error           1       0        0
    1 other rule found nothing

    findings: 5 errors, 3 warnings, 3 infos, 2 failures. Looked at work tree: 12 files, 30 documents, 2 commits, 3 branches, 1 tag, with 2 rules. Skipped: no flowgate.refs.lock (3 rules), templated by design (helm) (340). 1 finding let pass by waivers. 300 older than `adopted` left alone.
    reproduce: flowgate check
    ");
}

#[test]
fn failures_alone_are_undecided() {
    let mut report = sample::clean();
    report.verdict = Verdict::Undecided;
    report.failures = sample::failures();
    insta::assert_snapshot!(human(&report), @"
    could not be judged (2):
      failure[policy] mapping/own-rule: undefined function `conains`. Did you mean `contains`?
        ╰─▶ policy/own-rule.rego:12:2
      failure[facts] no merge base of dev and main: the clone is shallow. Run git fetch --unshallow.

    1 rule found nothing, 1 had nothing to look at, 1 is off

    undecided: 2 failures. Looked at work tree: 12 files, 30 documents, 2 commits, 3 branches, 1 tag, with 2 rules.
    reproduce: flowgate check
    ");
}

#[test]
fn many_findings_of_one_rule_are_cut_and_counted() {
    let one = |number: usize| {
        bare(
            "commits/conventional",
            Severity::Error,
            &format!("number {number}"),
            Location::default(),
        )
    };
    let mut report = sample::clean();
    report.findings = (1..=23).map(one).collect();
    report
        .findings
        .push(bare("commits/author", Severity::Info, "alone", Location::default()));
    let cut = write(
        Format::Human,
        &report,
        &Options {
            quiet: true,
            ..Options::default()
        },
    );
    assert!(
        cut.contains("number 20\n") && !cut.contains("number 21\n") && cut.contains("alone\n"),
        "{cut}"
    );
    assert!(
        cut.ends_with("\n... and 3 more of commits/conventional (--full shows all)\n"),
        "{cut}"
    );
    let full = write(
        Format::Human,
        &report,
        &Options {
            quiet: true,
            full: true,
            ..Options::default()
        },
    );
    assert!(full.contains("number 23\n") && !full.contains("--full"), "{full}");
}

#[test]
fn many_failures_of_one_kind_are_cut_and_counted() {
    let failure = |number| Failure {
        kind: FailureKind::Io,
        message: format!("object {number} is missing"),
        location: None,
    };
    let mut report = sample::clean();
    report.failures = (1..=22).map(failure).collect();
    let text = human(&report);
    assert!(
        text.contains("could not be judged (22):\n") && text.contains("object 20 is missing\n"),
        "{text}"
    );
    assert!(
        text.contains("  ... and 2 more of io (--full shows all)\n") && !text.contains("object 21 "),
        "{text}"
    );
}

#[test]
fn many_places_of_one_finding_are_cut_and_counted() {
    let related = |number: u32| Related {
        message: String::new(),
        location: Location::of_ref(format!("refs/heads/b{number}")),
    };
    let mut finding = bare("stages/order", Severity::Info, "told once", Location::of_path("set.yaml"));
    finding.related = (1..=60).map(related).collect();
    finding.evidence = (1..=6).map(|weight| sample::evidence("path", "prd", weight)).collect();
    insta::assert_snapshot!(findings(vec![finding]), @r#"
    info[stages/order] told once
      ╰─▶ set.yaml
      why: Title of the rule (flowgate rules explain stages/order)
      note: why flowgate believes "prd": path prd (1), path prd (2), path prd (3), path prd (4), 2 more
      also: branch b1
      also: branch b2
      also: branch b3
      also: branch b4
      also: branch b5
      also: 55 more places (--full shows all)
    "#);
}

#[test]
fn texts_from_the_repository_cannot_command_the_terminal() {
    let mut location = Location::of_span("a\x1b[2J\nerror[x/y] b.yaml", span(2, 4, 2, 9));
    location.branch = Some("x\r\u{202e}y".to_owned());
    let mut finding = bare(
        "files/does-not-parse",
        Severity::Error,
        "bad \x1b]0;title\x07\nerror[a/b] forged",
        location,
    );
    finding.title = "title\x1b[8m".to_owned();
    finding.fix = Some("run\n\x1b[31mrm".to_owned());
    finding.evidence = vec![sample::evidence("path", "prd\x1b[1m\n", 70)];
    finding.related = vec![Related {
        message: "next\nline".to_owned(),
        location: Location::of_ref("refs/tags/\x1b[5m"),
    }];
    finding.excerpt = Some(Excerpt {
        first_line: 1,
        text: "ok: 1\r\nk: \x1b[31m\u{200b}red\x08 # x\r\nend: \u{9b}2J".to_owned(),
    });
    let mut report = sample::clean();
    report.verdict = Verdict::Findings;
    report.findings = vec![finding];
    report.failures = vec![Failure {
        kind: FailureKind::Io,
        message: "cannot read \x1b[7m".to_owned(),
        location: Some(Location::of_path("\n")),
    }];
    report.skips = vec![Skip {
        rule: None,
        reason: "odd\x1b\n".to_owned(),
        count: 1,
        cause: SkipCause::Nature,
        reads: None,
    }];
    report.target.reproduce = "check 'a\n\x1b'".to_owned();
    report.target.path = Some("\x1b[3m".to_owned());
    insta::assert_snapshot!(human(&report), @r#"
    error[files/does-not-parse] bad \x1b]0;title\x07\nerror[a/b] forged
       ╭─[x\r\u{202e}y@a\x1b[2J\nerror[x/y] b.yaml:2:4]
     1 │ ok: 1
     2 │ k: \x1b[31m\u{200b}red\x08 # x
       ·    ────────
     3 │ end: \x9b2J
       ╰────
      help: run\n\x1b[31mrm
      why: title\x1b[8m (flowgate rules explain files/does-not-parse)
      note: why flowgate believes "prd": path prd\x1b[1m\n (70)
      also: tag \x1b[5m: next\nline

    could not be judged (1):
      failure[io] cannot read \x1b[7m
        ╰─▶ \n

    skipped:
      1 x odd\x1b\n: every rule

    1 rule found nothing, 1 had nothing to look at, 1 is off

    findings: 1 failure. Looked at work tree \x1b[3m: 12 files, 30 documents, 2 commits, 3 branches, 1 tag, with 2 rules. Skipped: odd\x1b\n (1).
    reproduce: flowgate check 'a\n\x1b'
    "#);
}

#[test]
fn wide_characters_and_tabs_keep_the_underline_in_place() {
    let excerpt = Excerpt {
        first_line: 7,
        text: "名前: フロー\n\tgröße:\t\"1.10\" # 名\nend".to_owned(),
    };
    let at = |line, column, end_column| Finding {
        excerpt: Some(excerpt.clone()),
        ..bare(
            "files/quotes",
            Severity::Warning,
            "größe 名前",
            Location::of_span("データ.yaml", span(line, column, line, end_column)),
        )
    };
    insta::assert_snapshot!(findings(vec![at(7, 5, 8), at(8, 9, 15), at(9, 4, 4)]), @r#"
    warning[files/quotes] größe 名前
       ╭─[データ.yaml:7:5]
     7 │ 名前: フロー
       ·       ──────
     8 │     größe:  "1.10" # 名
     9 │ end
       ╰────
      why: Title of the rule (flowgate rules explain files/quotes)

    warning[files/quotes] größe 名前
       ╭─[データ.yaml:8:9]
     7 │ 名前: フロー
     8 │     größe:  "1.10" # 名
       ·             ──────
     9 │ end
       ╰────
      why: Title of the rule

    warning[files/quotes] größe 名前
       ╭─[データ.yaml:9:4]
     7 │ 名前: フロー
     8 │     größe:  "1.10" # 名
     9 │ end
       ·    ▲
       ╰────
      why: Title of the rule
    "#);
}

#[test]
fn long_lines_are_cut_around_the_finding() {
    let line = format!(
        "{{\"a\": \"{}\", \"tag\": 1.10, \"z\": \"{}\"}}",
        "x".repeat(300),
        "y".repeat(300)
    );
    let finding = Finding {
        excerpt: Some(Excerpt {
            first_line: 1,
            text: line,
        }),
        ..bare(
            "files/quotes",
            Severity::Warning,
            "1.10 is a number",
            Location::of_span("a.json", span(1, 317, 1, 321)),
        )
    };
    insta::assert_snapshot!(findings(vec![finding]), @r#"
    warning[files/quotes] 1.10 is a number
       ╭─[a.json:1:317]
     1 │ …xxxxxxxxxxxxx", "tag": 1.10, "z": "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
       ·                        ────
       ╰────
      why: Title of the rule (flowgate rules explain files/quotes)
    "#);
}

#[test]
fn a_span_over_several_lines_underlines_the_first() {
    let mut finding = sample::in_file();
    finding.location.span = Some(span(11, 5, 14, 3));
    finding.evidence.clear();
    finding.edits.clear();
    insta::assert_snapshot!(findings(vec![finding]), @"
    error[argocd/floating-revision] app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here
        ╭─[apps/prd/phippy.yaml:11:5]
     10 │   source:
     11 │     repoURL: https://gitlab.acme.com/phippy
        ·     ───────────────────────────────────────
     12 │     targetRevision: main
     13 │     path: deploy/prd
        ╰────
      help: pin a release: targetRevision: 1.2.0
      why: An application of the last stage follows something that moves (flowgate rules explain argocd/floating-revision)
      also: apps/int/phippy.yaml:12:21: app-phippy-int follows it as well
    ");
}

#[test]
fn lines_that_do_not_hold_the_span_are_not_shown() {
    for line in [9, 15, u32::MAX] {
        let mut finding = sample::in_file();
        finding.location.span = Some(span(line, 1, line, 2));
        let text = findings(vec![finding]);
        assert!(text.contains(&format!("  ╰─▶ apps/prd/phippy.yaml:{line}:1\n")), "{text}");
    }
}

#[test]
fn a_plain_terminal_gets_ascii() {
    let options = Options {
        unicode: false,
        ..Options::default()
    };
    let mut report = sample::full();
    report.findings.truncate(3);
    let text = write(Format::Human, &report, &options);
    assert!(text.is_ascii(), "{text}");
    assert!(text.contains("\n  --> commit 1a2b3c4d5e \"Update feature 1\"\n"), "{text}");
}

#[test]
fn there_is_colour_only_when_asked_for() {
    let report = sample::full();
    assert!(!human(&report).contains('\x1b'));
    let color = write(
        Format::Human,
        &report,
        &Options {
            color: true,
            ..Options::default()
        },
    );
    assert!(
        color.starts_with("\x1b[31merror[argocd/floating-revision]\x1b[0m app-phippy-prd"),
        "{color}"
    );
    assert_eq!(without_colour(&color), human(&report), "colour changes nothing else");
}

#[test]
fn a_quiet_report_holds_findings_and_failures_only() {
    let quiet = Options {
        quiet: true,
        ..Options::default()
    };
    assert_eq!(write(Format::Human, &sample::clean(), &quiet), "");
    let text = write(Format::Human, &sample::full(), &quiet);
    assert!(
        text.contains("error[argocd/floating-revision]") && text.contains("failure[facts]"),
        "{text}"
    );
    assert!(
        !text.contains("skipped") && !text.contains("Looked at") && !text.contains("reproduce"),
        "{text}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_any_span_are_shown_without_harm(
        text in "(\\PC|[\r\n\t\u{1b}\u{9b}\u{202e}]|名){0,80}",
        message in "(\\PC|[\r\n\t\u{1b}]){0,40}",
        (first_line, line, column, lines, columns) in (0u32..4, 0u32..8, 0u32..60, 0u32..3, 0u32..30),
        width in 0usize..120,
    ) {
        let place = span(line, column, line + lines, column.saturating_add(columns));
        let mut report = sample::clean();
        report.findings = vec![Finding {
            excerpt: Some(Excerpt { first_line, text: text.clone() }),
            fix: Some(message.clone()),
            ..bare("files/any", Severity::Error, &message, Location::of_span(text, place))
        }];
        let shown = write(Format::Human, &report, &Options { width, ..Options::default() });
        prop_assert!(!shown.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{shown:?}");
        prop_assert_eq!(shown.matches("\nerror[").count() + usize::from(shown.starts_with("error[")), 1, "{}", shown);
    }
}

/// The report with everything but findings, as a terminal without colour shows it.
fn human(report: &Report) -> String {
    write(Format::Human, report, &Options::default())
}

/// Findings alone.
fn findings(findings: Vec<Finding>) -> String {
    let mut report = sample::clean();
    report.findings = findings;
    write(
        Format::Human,
        &report,
        &Options {
            quiet: true,
            ..Options::default()
        },
    )
}

fn without_colour(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}
