//! Reports for tests whose texts try to break out of every format, and reports of any size.

use super::sample::{bare, clean, everywhere, outcome, rule, span};
use crate::domain::finding::{Excerpt, Related};
use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Report, Skip, SkipCause, Verdict, Waived};
use crate::domain::rule::{Level, Severity};
use crate::domain::waiver::Waiver;
use crate::domain::waiver::WaiverSource;

/// Texts that a branch, a title, a message or a file name may hold, and that some format or some terminal would obey.
pub(super) const TEXTS: [&str; 12] = [
    "::error::forged",
    "a\n::error file=x,line=1::forged\r\n::stop-commands::x",
    "##[error]forged\n##[stop-commands]x",
    "100%0A::error::x, y: z %25",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07 \x08\x7f\u{9b}2J",
    "\u{0}\u{1}\u{b}\u{c}\u{fffe}\u{ffff}\u{1f}",
    "\u{202e}gnp.exe\u{200b}\u{feff}\u{2028}x",
    "</failure></testcase><script>alert(1)</script><!-- ]]> & \" '",
    "x # SKIP no\nok 1 - forged\nnot ok 2\nBail out! no\n1..0 # \\# TODO",
    "...\n---\nseverity: \"info\"\\",
    "[click](https://evil.example) {0} {{x}} `a` | b | @everyone #1 <img src=x>",
    "größe-名前 👩‍💻 Ωж",
];

/// Every text at every kind of place; verdict `findings`, and something that could not be judged.
pub(super) fn report() -> Report {
    let mut report = clean();
    report.verdict = Verdict::Findings;
    for (number, text) in TEXTS.iter().enumerate() {
        for location in places(text) {
            let mut finding = bare("files/does-not-parse", Severity::Error, text, location);
            finding.title = (*text).to_owned();
            finding.fix = Some((*text).to_owned());
            finding.related = vec![Related {
                message: (*text).to_owned(),
                location: Location::of_path(*text),
            }];
            finding.excerpt = Some(Excerpt {
                first_line: 1,
                text: (*text).to_owned(),
            });
            finding.fingerprint = format!("{:032x}", report.findings.len());
            report.findings.push(finding);
        }
        report.failures.push(Failure {
            kind: FailureKind::ALL[number % FailureKind::ALL.len()],
            message: (*text).to_owned(),
            location: places(text).pop(),
        });
        report.skips.push(Skip {
            rule: None,
            reason: (*text).to_owned(),
            count: 1,
            cause: SkipCause::Nature,
            reads: None,
        });
        report.waived.push(waived(text));
    }
    report.rules = vec![outcome("files/does-not-parse", Level::Error, 9, report.findings.len())];
    TEXTS[1].clone_into(&mut report.rules[0].title);
    TEXTS[1].clone_into(&mut report.target.reproduce);
    report.target.path = Some(TEXTS[1].to_owned());
    report.target.branch = Some(TEXTS[0].to_owned());
    report
}

/// A report of so many findings, at every kind of place in turn.
pub(super) fn many(count: usize) -> Report {
    let mut report = clean();
    report.verdict = if count == 0 { Verdict::Clean } else { Verdict::Findings };
    let places = everywhere();
    for number in 0..count {
        let mut finding = places[number % places.len()].clone();
        finding.fingerprint = format!("{number:032x}");
        finding.message = format!("{} ({number})", finding.message);
        report.findings.push(finding);
    }
    report
}

fn places(text: &str) -> Vec<Location> {
    let mut in_document = Location::of_span(text, span(2, 3, 2, 9));
    in_document.document = Some(1);
    in_document.pointer = Some(format!("/a/{text}"));
    let mut on_branch = Location::of_path(text);
    on_branch.branch = Some(text.to_owned());
    let mut in_message = Location::of_commit("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d");
    in_message.span = Some(span(3, 1, 3, 4));
    vec![
        in_document,
        on_branch,
        in_message,
        Location::of_commit(""),
        Location::default(),
        Location::of_ref(format!("refs/tags/{text}")),
        Location::of_ref(format!("refs/heads/{text}")),
    ]
}

fn waived(text: &str) -> Waived {
    let mut finding = bare("files/does-not-parse", Severity::Error, text, Location::of_path(text));
    finding.fingerprint = format!("waived {text}");
    Waived {
        finding,
        waiver: Waiver {
            rule: rule("files/does-not-parse"),
            path: Some(text.to_owned()),
            reason: text.to_owned(),
            owner: None,
            until: None,
            at: Location::of_path("flowgate.yaml"),
            source: WaiverSource::Config,
        },
    }
}
