//! The top of the page, with the verdict and what was looked at, and its foot, with what judged.

use super::markup::Markup;
use crate::domain::report::{Report, Verdict};
use crate::reporting::headline::Headline;
use crate::reporting::place::short_commit;
use crate::reporting::{summary, trust};

/// What the page is about, for its title.
pub(super) fn subject(report: &Report) -> Option<String> {
    let target = &report.target;
    let path = target.path.clone().filter(|path| path != ".");
    path.or_else(|| target.branch.clone())
}

/// Verdict, counts, what was looked at, and the command that says it again.
pub(super) fn head(report: &Report) -> Markup {
    let headline = Headline::new(report);
    let (class, sign) = match report.verdict {
        Verdict::Clean => ("verdict clean", "✓"),
        Verdict::Findings => ("verdict findings", "✕"),
        Verdict::Undecided => ("verdict undecided", "?"),
    };
    let mut head = Markup::new();
    head.raw("<p class=\"product\">flowgate <span>")
        .text(report.gate.as_str())
        .raw("</span></p>\n");
    head.raw("<div class=\"")
        .raw(class)
        .raw("\"><span class=\"sign\" aria-hidden=\"true\">")
        .raw(sign);
    head.raw("</span><div><h1>").raw(headline.title).raw("</h1>\n<p>");
    head.text(&sentence(&headline.advice)).raw("</p></div></div>\n");
    head.append(&counts(report));
    head.raw("<p class=\"looked\">").text(&summary::looked_at(report)).raw(".");
    for remark in remarks(report) {
        head.raw(" ").text(&remark).raw(".");
    }
    head.raw("</p>\n").append(&facts(report));
    head
}

fn counts(report: &Report) -> Markup {
    let summary = &report.summary;
    let tiles = [
        ("error", "errors", summary.errors),
        ("warning", "warnings", summary.warnings),
        ("info", "infos", summary.infos),
        ("failure", "not judged", report.failures.len()),
        ("waived", "waived", report.waived.len()),
    ];
    let mut list = Markup::new();
    list.raw("<dl class=\"tiles\">");
    for (class, name, count) in tiles {
        list.raw("<div class=\"tile ")
            .raw(class)
            .raw(if count == 0 { " none\"><dt>" } else { "\"><dt>" });
        list.raw(name).raw("</dt><dd>").count(count).raw("</dd></div>");
    }
    list.raw("</dl>\n");
    list
}

fn remarks(report: &Report) -> Vec<String> {
    let mut remarks = Vec::new();
    if report.already_there > 0 {
        remarks.push(summary::already_there(report.already_there));
    }
    if report.before_adoption > 0 {
        remarks.push(format!("{} older than adopted left alone", report.before_adoption));
    }
    remarks
}

fn facts(report: &Report) -> Markup {
    let target = &report.target;
    let path = target.path.as_deref().filter(|path| *path != ".").unwrap_or_default();
    let target_name = format!("{} {path}", target.kind);
    let rows = [
        ("Target", Some(target_name.trim().to_owned())),
        ("Branch", target.branch.clone()),
        ("Revision", target.revision.as_deref().map(short_commit)),
        ("Commits", target.range.clone()),
        ("Profile", Some(report.profile.clone())),
        ("Judged on", Some(report.now.clone())),
        ("Reproduce", Some(summary::command(report))),
    ];
    let mut list = Markup::new();
    list.raw("<dl class=\"facts\">");
    for (name, value) in rows {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        list.raw("<div><dt>")
            .raw(name)
            .raw("</dt><dd><code>")
            .text(&value)
            .raw("</code></dd></div>");
    }
    list.raw("</dl>");
    list
}

/// Which revision judged, whose digest, and by which flowgate.
pub(super) fn foot(report: &Report) -> Markup {
    let mut foot = Markup::new();
    foot.raw("<h2 id=\"trust\">What judged</h2>\n<p>")
        .prose(&sentence(&trust::line(report)))
        .raw("</p>\n<p>Digest <code>");
    foot.text(&report.trust.digest)
        .raw("</code></p>\n<p>flowgate <code>")
        .text(&report.tool)
        .raw("</code></p>");
    foot
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}
