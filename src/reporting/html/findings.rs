//! The findings of the page, the gravest first, each with its lines, why it matters and what mends it.

use super::markup::Markup;
use super::page::Part;
use super::{excerpt, filters};
use crate::domain::finding::{Finding, Related};
use crate::domain::report::Report;
use crate::domain::stage::Evidence;
use crate::reporting::escape::one_line;
use crate::reporting::stages::Stages;
use crate::reporting::summary;

/// A finding and the stages it belongs to.
pub(super) struct Entry<'a> {
    pub(super) finding: &'a Finding,
    pub(super) stages: Vec<&'a str>,
}

/// Filters and list; where nothing was found, what was looked at.
pub(super) fn section<'a>(report: &'a Report, stages: &Stages<'a>) -> Part {
    let mut part = Part::begin("findings", "Findings", report.findings.len());
    if report.findings.is_empty() {
        part.body.append(&nothing(report)).raw("</section>\n");
        return part;
    }
    let entry = |finding| Entry {
        finding,
        stages: stages.of(finding),
    };
    let mut entries: Vec<Entry<'_>> = report.findings.iter().map(entry).collect();
    // Stable: within a severity the order stays the report's.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.finding.severity));
    part.body
        .raw("<div class=\"split\">\n")
        .append(&filters::form(&entries, stages));
    part.body
        .raw("<div class=\"results\">\n<p id=\"shown\" class=\"shown\" role=\"status\" aria-live=\"polite\"></p>\n");
    part.body.raw("<ol id=\"list\" class=\"list\" role=\"list\">\n");
    for entry in &entries {
        push_finding(&mut part.body, entry);
    }
    part.body.raw("</ol>\n</div>\n</div>\n</section>\n");
    part
}

fn nothing(report: &Report) -> Markup {
    let mut markup = Markup::new();
    let title = if report.failures.is_empty() {
        "Nothing was found."
    } else {
        "Nothing was found in what could be judged."
    };
    markup
        .raw("<div class=\"empty\"><p><strong>")
        .raw(title)
        .raw("</strong></p><p>");
    markup.text(&summary::looked_at(report)).raw(".</p></div>\n");
    markup
}

fn push_finding(markup: &mut Markup, entry: &Entry<'_>) {
    let finding = entry.finding;
    markup.raw("<li class=\"finding ").raw(finding.severity.as_str()).raw("\"");
    markup.attribute("data-severity", finding.severity.as_str());
    markup.attribute("data-rule", finding.rule.as_str());
    markup.attribute("data-file", finding.location.path.as_deref().unwrap_or_default());
    markup.raw(" data-stages=\"");
    for stage in &entry.stages {
        // No name holds a line break once it is escaped.
        markup.text(stage).raw("\n");
    }
    markup.raw("\">\n<p class=\"top\"><span class=\"badge ");
    markup
        .raw(finding.severity.as_str())
        .raw("\">")
        .raw(finding.severity.as_str())
        .raw("</span> <code class=\"rule\">");
    markup.text(finding.rule.as_str()).raw("</code>");
    for stage in &entry.stages {
        markup.raw(" <span class=\"stage\">").text(stage).raw("</span>");
    }
    markup
        .raw("</p>\n<h3>")
        .prose(message(finding))
        .raw("</h3>\n<p class=\"where\">");
    markup.place(&finding.location);
    if let Some(pointer) = finding.location.pointer.as_ref().filter(|_| finding.location.span.is_some()) {
        markup.raw(" <code class=\"pointer\">").text(pointer).raw("</code>");
    }
    markup.raw("</p>\n");
    if let Some(lines) = &finding.excerpt {
        markup.append(&excerpt::lines(lines, finding.location.span));
    }
    markup.append(&advice(finding)).append(&more(finding)).raw("</li>\n");
}

/// The message; a rule that says nothing still has a title.
pub(super) fn message(finding: &Finding) -> &str {
    let texts = [finding.message.as_str(), finding.title.as_str()];
    texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or("no message")
}

fn advice(finding: &Finding) -> Markup {
    let mut markup = Markup::new();
    markup.raw("<dl class=\"advice\">");
    if let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.is_empty()) {
        markup
            .raw("<div class=\"fix\"><dt>Fix</dt><dd>")
            .prose(fix)
            .raw("</dd></div>");
    }
    if !finding.edits.is_empty() {
        markup.raw("<div><dt>Edit</dt><dd><code>flowgate check --fix</code> makes it, <code>--diff</code> shows it</dd></div>");
    }
    markup
        .raw("<div><dt>Why</dt><dd>")
        .prose(&finding.title)
        .raw("<br><code class=\"quiet\">flowgate rules explain ");
    markup.text(finding.rule.as_str()).raw("</code></dd></div></dl>\n");
    markup
}

fn more(finding: &Finding) -> Markup {
    let mut markup = Markup::new();
    if !finding.related.is_empty() {
        markup.raw("<details><summary>").count(finding.related.len());
        markup
            .raw(if finding.related.len() == 1 {
                " related place"
            } else {
                " related places"
            })
            .raw("</summary><ul>");
        finding.related.iter().for_each(|related| push_related(&mut markup, related));
        markup.raw("</ul></details>\n");
    }
    if !finding.evidence.is_empty() {
        markup.raw("<details><summary>Why this stage</summary><ul>");
        finding
            .evidence
            .iter()
            .for_each(|evidence| push_evidence(&mut markup, evidence));
        markup.raw("</ul></details>\n");
    }
    markup
}

fn push_related(markup: &mut Markup, related: &Related) {
    markup.raw("<li>").place(&related.location);
    if !one_line(&related.message).is_empty() {
        markup.raw(" ").prose(&related.message);
    }
    markup.raw("</li>");
}

fn push_evidence(markup: &mut Markup, evidence: &Evidence) {
    markup.raw("<li><span class=\"stage\">").text(&evidence.stage).raw("</span> ");
    markup
        .text(&evidence.source)
        .raw(" <code>")
        .text(&evidence.text)
        .raw("</code> <span class=\"quiet\">weight ");
    markup
        .number(evidence.weight.into())
        .raw(" · </span>")
        .place(&evidence.location)
        .raw("</li>");
}
