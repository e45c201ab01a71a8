//! The comment: the verdict and what to do, a table of the findings, and everything else folded away, within the host's limit.

use super::inert;
use crate::domain::finding::{Excerpt, Finding};
use crate::domain::location::Span;
use crate::domain::report::{Failure, Report, Skip, Verdict, Waived};
use crate::domain::rule::Severity;
use crate::reporting::headline::Headline;
use crate::reporting::{place, summary, trust};

/// Bytes of a comment. GitHub takes 65,536 characters, GitLab 1,000,000, the summary of a step 1 MiB; the rest is for who posts it.
const LIMIT: usize = 65_000;
/// Characters of a message and of a place in the table; the details have all.
const MESSAGE: usize = 240;
const PLACE: usize = 100;
/// Lines of an excerpt, and characters of each.
const LINES: usize = 12;
const COLUMNS: usize = 160;
/// Related places and evidence of one finding.
const RELATED: usize = 10;

/// The report within the limit that every host takes.
pub(in crate::reporting) fn write(report: &Report) -> String {
    write_within(report, LIMIT)
}

/// The report in at most so many bytes, as far as verdict and counts alone leave it possible.
pub(super) fn write_within(report: &Report, limit: usize) -> String {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    // Stable: what is left out at the end weighs least.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let tail = tail(report, limit / 6);
    let mut text = head(report);
    push_failures(&mut text, &report.failures, limit / 4);
    push_table(&mut text, &findings, limit * 6 / 10);
    push_details(&mut text, &findings, limit.saturating_sub(tail.len()));
    text.push_str(&tail);
    text
}

fn head(report: &Report) -> String {
    let headline = Headline::new(report);
    let sign = match report.verdict {
        Verdict::Clean => "✅",
        Verdict::Findings => "❌",
        Verdict::Undecided => "⚠️",
    };
    let mut remarks = vec![inert::prose(&summary::looked_at(report))];
    // The heading says already that nothing was found.
    if !report.findings.is_empty() || !report.failures.is_empty() {
        remarks.insert(0, summary::found(report));
    }
    if !report.waived.is_empty() {
        remarks.push(format!(
            "{} by waivers",
            summary::counted(report.waived.len(), "finding let pass", "findings let pass")
        ));
    }
    if report.already_there > 0 {
        remarks.push(summary::already_there(report.already_there));
    }
    if report.before_adoption > 0 {
        remarks.push(format!("{} older than adopted left alone", report.before_adoption));
    }
    format!(
        "### {sign} {}: {}\n\n{}.\n",
        headline.title,
        headline.advice,
        remarks.join(". ")
    )
}

fn push_failures(text: &mut String, failures: &[Failure], until: usize) {
    if failures.is_empty() {
        return;
    }
    text.push_str("\n**Could not be judged:**\n\n");
    let left_out = fill(text, failures.iter().map(failure), until);
    if left_out > 0 {
        text.push_str(&format!("- and {left_out} more\n"));
    }
}

fn failure(failure: &Failure) -> String {
    let (message, advice) = failure.message.split_once('\n').unwrap_or((&failure.message, ""));
    let mut line = format!("- **{}**: {}", failure.kind.as_str(), inert::prose(message));
    if let Some(place) = failure.location.as_ref().and_then(place::describe) {
        line.push_str(&format!(" ({})", inert::short_code(&place, PLACE)));
    }
    if !advice.is_empty() {
        line.push_str(&format!("<br>What to do: {}", inert::prose(advice)));
    }
    line.push('\n');
    line
}

fn push_table(text: &mut String, findings: &[&Finding], until: usize) {
    if findings.is_empty() {
        return;
    }
    text.push_str("\n| severity | rule | place | what |\n|---|---|---|---|\n");
    let left_out = fill(text, findings.iter().map(|finding| row(finding)), until);
    if left_out > 0 {
        let more = summary::counted(left_out, "finding is", "findings are");
        text.push_str(&format!("\n{more} left out here: a comment has room for so much only.\n"));
    }
}

fn row(finding: &Finding) -> String {
    let sign = match finding.severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Info => "ℹ️",
    };
    let place = place::describe(&finding.location).map_or_else(|| "–".to_owned(), |place| inert::short_code(&place, PLACE));
    format!(
        "| {sign} {} | {} | {place} | {} |\n",
        finding.severity.as_str(),
        inert::code(finding.rule.as_str()),
        inert::short_prose(message(finding), MESSAGE)
    )
}

/// The message; a rule that says nothing still has a title.
fn message(finding: &Finding) -> &str {
    let texts = [finding.message.as_str(), finding.title.as_str()];
    texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or("no message")
}

fn push_details(text: &mut String, findings: &[&Finding], until: usize) {
    const CLOSE: &str = "</details>\n";
    /// Room for the line that counts what is left out.
    const COUNT: usize = 80;
    let open = "\n<details><summary>Lines and fixes</summary>\n\n";
    let Some(until) = until
        .checked_sub(CLOSE.len() + COUNT)
        .filter(|until| text.len() + open.len() < *until)
    else {
        return;
    };
    if findings.is_empty() {
        return;
    }
    text.push_str(open);
    let left_out = fill(text, findings.iter().map(|finding| detail(finding)), until);
    if left_out > 0 {
        let more = summary::counted(left_out, "finding is", "findings are");
        text.push_str(&format!("{more} left out here.\n\n"));
    }
    text.push_str(CLOSE);
}

/// Paragraphs between a rule's line and the next; each begins with a word of ours.
fn detail(finding: &Finding) -> String {
    let place =
        place::describe(&finding.location).map_or_else(|| "the repository as a whole".to_owned(), |place| inert::code(&place));
    let mut text = format!(
        "<details><summary>{} {} {place}</summary>\n\nWhat: {}\n\n",
        finding.severity.as_str(),
        inert::code(finding.rule.as_str()),
        inert::prose(message(finding))
    );
    if let Some(excerpt) = &finding.excerpt {
        text.push_str(&lines(excerpt, finding.location.span));
    }
    if let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.is_empty()) {
        text.push_str(&format!("Fix: {}\n\n", inert::prose(fix)));
    }
    if !finding.edits.is_empty() {
        text.push_str("Edit: <code>flowgate check --fix</code> makes it, <code>flowgate check --diff</code> shows it\n\n");
    }
    let explain = inert::code(&format!("flowgate rules explain {}", finding.rule));
    text.push_str(&format!("Why: {} ({explain})\n\n", inert::prose(&finding.title)));
    for related in finding.related.iter().take(RELATED) {
        let place = place::describe(&related.location).map(|place| inert::code(&place));
        let parts = [place, Some(inert::prose(&related.message)).filter(|text| !text.is_empty())];
        text.push_str(&format!(
            "Also: {}\n\n",
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        ));
    }
    if finding.related.len() > RELATED {
        text.push_str(&format!("Also: {} more places\n\n", finding.related.len() - RELATED));
    }
    text.push_str("</details>\n\n");
    text
}

/// Each line behind its number: no line of a repository begins one of the comment.
fn lines(excerpt: &Excerpt, span: Option<Span>) -> String {
    let mut text = "<pre>\n".to_owned();
    let numbered = (excerpt.first_line..).zip(excerpt.text.split('\n'));
    for (number, line) in numbered.take(LINES) {
        let is_marked = span.is_some_and(|span| (span.start.line..=span.end.line).contains(&number));
        text.push_str(&format!("{}{number:>5} | ", if is_marked { ">" } else { " " }));
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.chars()
            .take(COLUMNS)
            .for_each(|c| inert::push_preformatted(&mut text, c));
        text.push_str(if line.chars().nth(COLUMNS).is_some() { "…\n" } else { "\n" });
    }
    text.push_str("</pre>\n\n");
    text
}

/// Waivers, skips and what judged: shown in any case, in a share of the limit.
fn tail(report: &Report, limit: usize) -> String {
    let mut text = String::new();
    if !report.waived.is_empty() {
        text.push_str("\n<details><summary>Let pass by waivers</summary>\n\n");
        let left_out = fill(&mut text, report.waived.iter().map(waived), limit / 2);
        push_more(&mut text, left_out);
    }
    if !report.skips.is_empty() {
        text.push_str("\n<details><summary>Not looked at</summary>\n\n");
        let left_out = fill(&mut text, report.skips.iter().map(skip), limit);
        push_more(&mut text, left_out);
    }
    let command = summary::command(report);
    if !command.is_empty() {
        text.push_str(&format!("\nReproduce: {}\n", inert::code(&command)));
    }
    let tool = inert::code(&report.tool);
    text.push_str(&format!(
        "\n<sub>flowgate {tool}, {}</sub>\n",
        inert::prose(&trust::line(report))
    ));
    text
}

fn push_more(text: &mut String, left_out: usize) {
    if left_out > 0 {
        text.push_str(&format!("- and {left_out} more\n"));
    }
    text.push_str("\n</details>\n");
}

fn waived(waived: &Waived) -> String {
    let Waived { finding, waiver } = waived;
    let place = place::describe(&finding.location).map_or_else(String::new, |place| format!(" {}", inert::code(&place)));
    let until = waiver
        .until
        .as_ref()
        .map_or_else(String::new, |until| format!(", until {}", inert::code(until)));
    let owner = waiver
        .owner
        .as_ref()
        .map_or_else(String::new, |owner| format!(", owner {}", inert::code(owner)));
    let rule = inert::code(finding.rule.as_str());
    format!("- {rule}{place}: {}{until}{owner}\n", inert::prose(&waiver.reason))
}

fn skip(skip: &Skip) -> String {
    let rule = skip
        .rule
        .as_ref()
        .map_or_else(|| "every rule".to_owned(), |rule| inert::code(rule.as_str()));
    format!("- {} × {}: {rule}\n", skip.count, inert::prose(&skip.reason))
}

/// Appends what fits, and counts what does not. One that is too large does not hide those behind it.
fn fill(text: &mut String, items: impl Iterator<Item = String>, until: usize) -> usize {
    let mut left_out = 0;
    for item in items {
        if text.len() + item.len() <= until {
            text.push_str(&item);
        } else {
            left_out += 1;
        }
    }
    left_out
}
