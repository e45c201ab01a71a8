//! The comment as a host's renderer reads it: what it says, that it fits, and that no text of a repository does anything in it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;

use super::comment::write_within;
use super::inert;
use crate::domain::finding::{Excerpt, Finding, Related};
use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Report, Skip, SkipCause, Verdict};
use crate::domain::rule::Severity;
use crate::reporting::sample::{self, bare, span};
use crate::reporting::{Format, Options, write};

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).unwrap());
    };
}

pattern!(TAG, r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>");
pattern!(ANY_TAG, r"<[^>]*>");
pattern!(CODE, r"(?s)<code>.*?</code>|<pre>.*?</pre>");
pattern!(NUMBER, r"&#(\d+);");
// What hosts make a mention, a reference, a link or an emoji of.
pattern!(
    JOINED,
    r"(?i)(?:^|\W)@\w|(?:^|\W)[#!~%&^$]\w|\bgh-\d|://|\bwww\.|:\w+:|\b[0-9a-f]{7,}\b"
);
pattern!(LEFT_OUT, r"\n(\d+) findings? (?:is|are) left out here: ");

/// What the comment itself is made of.
const OURS: [&str; 20] = [
    "h3", "p", "br", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "details", "summary", "code", "span",
    "pre", "sub", "em", "b",
];

const HOSTILE: [&str; 22] = [
    "a|b|c",
    "a\\|b\\",
    "`x` `` ``` `",
    "<script>alert(1)</script>",
    "</code></pre></details><img src=x onerror=y>",
    "<!-- x",
    "[a](https://evil.example) ![b](https://evil.example/x.png)",
    "[a]: https://evil.example",
    "https://evil.example www.evil.example http://a.b",
    "mail ada@acme.example, @admin @acme/team",
    "#1 GH-1 !2 ~3 %4 &5 $6 ^7 acme/x#1 acme/x!1 [vulnerability:1] *iteration:1",
    "/merge\n/approve\r/close",
    "\n/merge",
    "# heading\n\n- list\n> quote",
    "**b** _i_ ~~s~~ ==m== $x$ $$y$$ :tada: {{x}} [[_TOC_]] [x] [^1]",
    "0123456789abcdef0123456789abcdef01234567",
    "\u{1b}[31mred\u{1b}]8;;https://evil.example\u{7}link",
    "::error::forged\n::set-output name=a::b",
    "\u{202e}reversed\u{200b}",
    "&lt;b&gt; &amp; &#64;admin &commat;admin",
    "<details><summary>x</summary>",
    "~~~\n```\n~~~",
];

#[test]
fn the_comment_begins_with_the_verdict_and_what_to_do() {
    let mut report = sample::full();
    report.findings.truncate(2);
    insta::assert_snapshot!(markdown(&report));
}

#[test]
fn an_empty_run_says_what_was_looked_at() {
    insta::assert_snapshot!(markdown(&sample::clean()), @"
    ### ✅ Passes: nothing was found, nothing is to be done

    Looked at work tree: 12 files, 30 documents, 2 commits, 3 branches, 1 tag, with 2 rules.

    Reproduce: <code>flowgate check</code>

    <sub>flowgate <code>0.1.0</code>, judged by the configuration and policies of the work tree, profile <code>gitflow-devops</code></sub>
    ");
}

#[test]
fn no_text_of_a_repository_does_anything() {
    for text in HOSTILE {
        let comment = markdown(&everywhere(text));
        check(&comment, text);
        assert!(comment.len() < 65_000);
    }
}

#[test]
fn text_is_shown_as_it_is() {
    for text in HOSTILE {
        let line = crate::reporting::escape::one_line(text).into_owned();
        for markdown in [inert::code(text), inert::prose(text)] {
            let html = rendered(&format!("x {markdown}\n"));
            let shown = plain(&html);
            // Backticks around a name become code.
            let backticks = |text: &str| text.replace('`', "");
            let expected = format!("x {}", backticks(&line));
            assert_eq!(backticks(&shown).trim(), expected.trim(), "{markdown}");
        }
    }
}

#[test]
fn a_command_in_a_fix_can_be_copied() {
    let fix = "git rebase -i 2c2d3f5df1b2^ and git push git@gitlab.acme.com:a/b.git feat!:x";
    assert_eq!(plain(&rendered(&inert::prose(fix))).trim(), fix);
    assert!(inert::prose(fix).is_ascii());
}

#[test]
fn the_comment_keeps_the_limit_and_counts_what_it_leaves_out() {
    for count in [1, 200, 5000] {
        let mut report = sample::full();
        let finding = |number: usize| {
            let mut finding = sample::in_file();
            finding.message = format!("number {number}: {}", "`long` ".repeat(40));
            finding.severity = Severity::ALL[number % 3];
            finding
        };
        report.findings = (0..count).map(finding).collect();
        for limit in [12_000, 65_000, 1_000_000] {
            let comment = write_within(&report, limit);
            assert!(comment.len() <= limit, "{count} findings, {} of {limit} bytes", comment.len());
            let rows = comment.matches("\n| ").count() - 1;
            let left_out = LEFT_OUT.captures(&comment).map_or(0, |found| found[1].parse().unwrap());
            assert_eq!(rows + left_out, count, "{limit}");
            assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
            if limit < 100_000 {
                check(&comment, "many");
            }
            if left_out > 0 && rows * 3 > count {
                assert!(comment.contains("| ❌ error"), "the gravest are shown");
            }
        }
    }
}

#[test]
fn one_huge_finding_does_not_hide_the_others() {
    let mut report = sample::full();
    let mut huge = sample::in_file();
    huge.message = "@<`".repeat(5000);
    huge.location.path = Some("<".repeat(5000));
    report.findings.insert(0, huge);
    let comment = markdown(&report);
    assert!(comment.contains("| nobody knows the author |"), "{comment}");
    assert!(comment.len() <= 65_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_inert(text in "(\\PC|[\r\n\t\u{1b}\u{202e}]|[`|@#<>\\\\\\[\\]()!:/$&*_~^]|www\\.|https?://|a@b\\.cc|GH-1){0,60}") {
        check(&markdown(&everywhere(&text)), &text);
    }
}

/// Neither a link nor a picture, only our elements, four cells in each row, and no line that is a quick action.
fn check(comment: &str, cause: &str) {
    let html = rendered(comment);
    for tag in TAG.captures_iter(&html) {
        assert!(OURS.contains(&&tag[2]), "<{}> from {cause:?}:\n{html}", &tag[2]);
        assert!(tag[3].trim_end_matches('/').trim().is_empty(), "{} from {cause:?}", &tag[0]);
    }
    for row in html.split("<tr>").skip(1) {
        let cells = row.matches("<td").count() + row.matches("<th>").count();
        assert_eq!(cells, 4, "{cause:?}: {row}");
    }
    let begins: BTreeSet<char> = comment.lines().filter_map(|line| line.trim_start().chars().next()).collect();
    assert!(!begins.contains(&'/') && !begins.contains(&':'), "{cause:?}:\n{comment}");
    let harmful = |c: char| !matches!(c, '\n' | '\t') && (c.is_control() || c == '\u{202e}' || c == '\u{200b}');
    assert!(!comment.contains(harmful), "{cause:?}:\n{comment}");
    for run in texts(&html) {
        assert!(!JOINED.is_match(&run), "{run:?} of {cause:?}");
    }
}

/// Runs of text as hosts search them: outside of code, one between two tags.
fn texts(html: &str) -> Vec<String> {
    let without = CODE.replace_all(html, "<code>");
    ANY_TAG.split(&without).map(decoded).collect()
}

fn plain(html: &str) -> String {
    decoded(&ANY_TAG.replace_all(html, ""))
}

fn decoded(text: &str) -> String {
    let text = NUMBER.replace_all(text, |found: &regex::Captures| {
        char::from_u32(found[1].parse().unwrap()).unwrap().to_string()
    });
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// With every extension that a host may have on, and raw HTML as it comes.
fn rendered(markdown: &str) -> String {
    let mut options = comrak::Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.inline_footnotes = true;
    extension.description_lists = true;
    extension.math_dollars = true;
    extension.math_code = true;
    extension.wikilinks_title_after_pipe = true;
    extension.alerts = true;
    extension.underline = true;
    extension.spoiler = true;
    extension.greentext = false;
    extension.subscript = true;
    extension.superscript = true;
    extension.highlight = true;
    options.render.r#unsafe = true;
    comrak::markdown_to_html(markdown, &options)
}

fn markdown(report: &Report) -> String {
    write(Format::Markdown, report, &Options::default())
}

/// A report in which every text is this one.
fn everywhere(text: &str) -> Report {
    let mut location = Location::of_span(text, span(1, 1, 1, 3));
    location.branch = Some(text.to_owned());
    let finding = Finding {
        title: text.to_owned(),
        fix: Some(text.to_owned()),
        excerpt: Some(Excerpt {
            first_line: 1,
            text: text.to_owned(),
        }),
        related: vec![Related {
            message: text.to_owned(),
            location: Location::of_ref(text),
        }],
        ..bare("files/any", Severity::Error, text, location)
    };
    let mut report = sample::full();
    report.verdict = Verdict::Findings;
    report.waived[0].finding = finding.clone();
    report.waived[0].waiver.reason = text.to_owned();
    report.waived[0].waiver.owner = Some(text.to_owned());
    report.waived[0].waiver.until = Some(text.to_owned());
    report.findings = vec![finding];
    report.failures = vec![Failure {
        kind: FailureKind::Io,
        message: format!("{text}\n{text}"),
        location: Some(Location::of_path(text)),
    }];
    report.skips = vec![Skip {
        rule: None,
        reason: text.to_owned(),
        count: 1,
        cause: SkipCause::Nature,
        reads: None,
    }];
    report.target.path = Some(text.to_owned());
    report.target.reproduce = text.to_owned();
    report.trust.source = text.to_owned();
    report.trust.revision = Some(text.to_owned());
    report.profile = text.to_owned();
    report.tool = text.to_owned();
    report
}
