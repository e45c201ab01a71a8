//! One finding, waived or not.

use serde_json::{Value, json};

use super::limits::Limits;
use super::location::{artifact, of, region};
use super::rule::Rules;
use crate::domain::finding::{Edit, Finding, Related};
use crate::domain::report::Waived;
use crate::domain::rule::Severity;
use crate::domain::stage::Evidence;
use crate::reporting::escape::one_line;
use crate::reporting::subject::sentence;

/// A finding that counts.
pub(super) fn of_finding(finding: &Finding, rules: &Rules<'_>, anchor: &str, limits: &Limits) -> Value {
    let mut result = json!({
        "ruleId": finding.rule.as_str(),
        "kind": "fail",
        "level": level(finding.severity),
        "message": {"text": message(finding, limits)},
        "locations": [of(&finding.location, anchor)],
        "partialFingerprints": {
            "flowgate/v1": finding.fingerprint,
            // What GitHub tells findings apart by; it would hash the line, which for all that lie in no file is the same one.
            "primaryLocationLineHash": format!("{}:1", finding.fingerprint),
        },
        "suppressions": [],
    });
    if let Some(index) = rules.index(&finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().take(limits.related).enumerate();
        result["relatedLocations"] = related.map(|(number, related)| of_related(number, related, anchor)).collect();
    }
    if !finding.edits.is_empty() {
        result["fixes"] = json!([of_edits(finding)]);
    }
    if !finding.evidence.is_empty() {
        let evidence: Vec<String> = finding.evidence.iter().map(words).collect();
        result["properties"] = json!({"evidence": evidence});
    }
    result
}

/// A finding that a waiver lets pass.
pub(super) fn of_waived(waived: &Waived, rules: &Rules<'_>, anchor: &str, limits: &Limits) -> Value {
    let mut result = of_finding(&waived.finding, rules, anchor, limits);
    let waiver = &waived.waiver;
    result["suppressions"] = json!([{
        "kind": "external",
        "status": "accepted",
        "justification": one_line(&waiver.reason),
        "location": of(&waiver.at, anchor),
        "properties": {"owner": waiver.owner, "until": waiver.until},
    }]);
    result
}

/// A viewer makes a link of `[text](target)` also in plain text: a space in between, and it stays text.
pub(super) fn plain(text: &str) -> String {
    text.replace("](", "] (")
}

fn message(finding: &Finding, limits: &Limits) -> String {
    let mut message = sentence(finding);
    if let Some(fix) = &finding.fix {
        message.push_str(&format!(". To mend it: {}", one_line(fix)));
    }
    let others = finding.related.len().saturating_sub(limits.related);
    if others > 0 {
        message.push_str(&format!(" ({others} more related places are left out)"));
    }
    plain(&message)
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn of_related(number: usize, related: &Related, anchor: &str) -> Value {
    let mut location = of(&related.location, anchor);
    location["id"] = json!(number + 1);
    location["message"] = json!({"text": plain(&one_line(&related.message))});
    location
}

/// The edits of a finding belong together; each file once.
fn of_edits(finding: &Finding) -> Value {
    let mut files: Vec<(&str, Vec<Value>)> = Vec::new();
    for edit in &finding.edits {
        let replacement = replacement(edit);
        match files.iter_mut().find(|(path, _)| *path == edit.path) {
            Some((_, replacements)) => replacements.push(replacement),
            None => files.push((&edit.path, vec![replacement])),
        }
    }
    let changes = files
        .into_iter()
        .map(|(path, replacements)| json!({"artifactLocation": artifact(path), "replacements": replacements}));
    json!({
        "description": {"text": "what flowgate check --fix does"},
        "artifactChanges": changes.collect::<Vec<_>>(),
    })
}

fn replacement(edit: &Edit) -> Value {
    let mut deleted = region(edit.range);
    // Nothing is deleted where something is inserted; without its end that would be the rest of the line.
    deleted["endLine"] = json!(edit.range.end.line.max(1));
    deleted["endColumn"] = json!(edit.range.end.column.max(1));
    json!({"deletedRegion": deleted, "insertedContent": {"text": edit.text}})
}

fn words(evidence: &Evidence) -> String {
    let Evidence {
        source,
        text,
        stage,
        weight,
        ..
    } = evidence;
    format!("{}: {} is {} ({weight})", one_line(source), one_line(text), one_line(stage))
}
