//! What stands around the findings: what could not be judged, was let pass or was left out, and what each rule did.

use std::collections::BTreeMap;

use super::findings::message;
use super::markup::Markup;
use super::page::Part;
use crate::domain::report::{Report, Waived};
use crate::domain::rule::RuleId;

/// Each with its place and what to do; `None` when everything could be judged.
pub(super) fn failures(report: &Report) -> Option<Part> {
    if report.failures.is_empty() {
        return None;
    }
    let mut part = Part::begin("failures", "Could not be judged", report.failures.len());
    part.body.raw("<ul class=\"list\" role=\"list\">\n");
    for failure in &report.failures {
        let (message, advice) = failure.message.split_once('\n').unwrap_or((&failure.message, ""));
        let body = part
            .body
            .raw("<li class=\"finding failure\"><p class=\"top\"><span class=\"badge failure\">");
        body.raw(failure.kind.as_str())
            .raw("</span></p>\n<h3>")
            .prose(message)
            .raw("</h3>");
        if let Some(location) = &failure.location {
            body.raw("<p class=\"where\">").place(location).raw("</p>");
        }
        if !advice.is_empty() {
            body.raw("<dl class=\"advice\"><div class=\"fix\"><dt>Fix</dt><dd>")
                .prose(advice)
                .raw("</dd></div></dl>");
        }
        body.raw("</li>\n");
    }
    part.body.raw("</ul>\n</section>\n");
    Some(part)
}

/// Findings that waivers let pass, each with reason, owner and end.
pub(super) fn waived(report: &Report) -> Option<Part> {
    if report.waived.is_empty() {
        return None;
    }
    let mut part = Part::begin("waived", "Let pass by waivers", report.waived.len());
    part.body.raw("<ul class=\"list\" role=\"list\">\n");
    report.waived.iter().for_each(|waived| push_waived(&mut part.body, waived));
    part.body.raw("</ul>\n</section>\n");
    Some(part)
}

fn push_waived(body: &mut Markup, waived: &Waived) {
    let (finding, waiver) = (&waived.finding, &waived.waiver);
    body.raw("<li class=\"finding waived\"><p class=\"top\"><span class=\"badge waived\">waived</span> <code class=\"rule\">");
    body.text(finding.rule.as_str())
        .raw("</code> <span class=\"quiet\">")
        .raw(finding.severity.as_str())
        .raw("</span></p>\n<h3>");
    body.prose(message(finding))
        .raw("</h3>\n<p class=\"where\">")
        .place(&finding.location)
        .raw("</p>\n<dl class=\"advice\">");
    body.raw("<div><dt>Reason</dt><dd>").prose(&waiver.reason).raw("</dd></div>");
    let more = [("Owner", &waiver.owner), ("Until", &waiver.until)];
    for (name, value) in more {
        if let Some(value) = value {
            body.raw("<div><dt>")
                .raw(name)
                .raw("</dt><dd>")
                .text(value)
                .raw("</dd></div>");
        }
    }
    body.raw("<div><dt>Waiver</dt><dd>")
        .place(&waiver.at)
        .raw("</dd></div></dl></li>\n");
}

/// What rules did not look at, by reason.
pub(super) fn skips(report: &Report) -> Option<Part> {
    if report.skips.is_empty() {
        return None;
    }
    let mut reasons: BTreeMap<(&str, usize), Vec<Option<&RuleId>>> = BTreeMap::new();
    for skip in &report.skips {
        reasons
            .entry((&skip.reason, skip.count))
            .or_default()
            .push(skip.rule.as_ref());
    }
    let mut part = Part::begin("skipped", "Not looked at", reasons.len());
    let body = &mut part.body;
    body.raw("<div class=\"wide\" role=\"region\" aria-label=\"Not looked at\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Reason</th>");
    body.raw("<th scope=\"col\" class=\"amount\">Times</th><th scope=\"col\">Rules</th></tr></thead><tbody>\n");
    for ((reason, count), rules) in reasons {
        body.raw("<tr><td>")
            .prose(reason)
            .raw("</td><td class=\"amount\">")
            .count(count)
            .raw("</td><td>");
        for (index, rule) in rules.into_iter().enumerate() {
            body.raw(if index > 0 { ", " } else { "" });
            match rule {
                None => _ = body.raw("every rule"),
                Some(rule) => _ = body.raw("<code>").text(rule.as_str()).raw("</code>"),
            }
        }
        body.raw("</td></tr>\n");
    }
    body.raw("</tbody></table></div>\n</section>\n");
    Some(part)
}

/// The table by rule, folded: it is long and mostly silent.
pub(super) fn rules(report: &Report) -> Option<Part> {
    if report.rules.is_empty() {
        return None;
    }
    let mut part = Part::begin("rules", "Rules", report.rules.len());
    let body = &mut part.body;
    body.raw("<details class=\"fold\"><summary>What each rule did</summary>\n");
    body.raw("<div class=\"wide\" role=\"region\" aria-label=\"What each rule did\" tabindex=\"0\"><table><thead><tr>");
    body.raw("<th scope=\"col\">Rule</th><th scope=\"col\">Level</th>");
    for name in ["Asked", "Findings", "Waived", "Skipped"] {
        body.raw("<th scope=\"col\" class=\"amount\">").raw(name).raw("</th>");
    }
    body.raw("</tr></thead><tbody>\n");
    for rule in &report.rules {
        body.raw("<tr><td><code>")
            .text(rule.id.as_str())
            .raw("</code><br><span class=\"quiet\">")
            .prose(&rule.title);
        body.raw("</span></td><td><span class=\"badge ")
            .raw(rule.level.as_str())
            .raw("\">")
            .raw(rule.level.as_str())
            .raw("</span></td>");
        for count in [rule.evaluated, rule.findings, rule.waived, rule.skipped] {
            body.raw(if count == 0 {
                "<td class=\"amount zero\">"
            } else {
                "<td class=\"amount\">"
            });
            body.count(count).raw("</td>");
        }
        body.raw("</tr>\n");
    }
    body.raw("</tbody></table></div></details>\n</section>\n");
    Some(part)
}
