//! The report for people: each finding with its lines, then what could not be judged, a table, and one sentence on the whole.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::escape::{no_commands, one_line};
use super::excerpt::{Lines, Snippet};
use super::paint::Paint;
use super::{Options, failures, place, summary, table};
use crate::domain::finding::{Finding, Related};
use crate::domain::report::Report;
use crate::domain::rule::RuleId;
use crate::domain::stage::Evidence;
use crate::domain::target::Content;

/// Findings of one rule that are shown unless everything is asked for.
const SHOWN: usize = 20;
/// Related places of one finding that are shown unless everything is asked for.
const RELATED: usize = 5;
/// Evidence for one stage that is shown unless everything is asked for.
const EVIDENCE: usize = 4;

/// Blocks with a blank line between them.
pub(super) fn write(report: &Report, options: &Options) -> String {
    let paint = Paint::new(options);
    let mut findings = Findings::new(&paint, options);
    findings.is_staged = report.target.kind == Content::Index.as_str();
    let mut blocks = findings.blocks(&report.findings);
    blocks.extend(failures::block(&report.failures, &paint, options.full));
    if !options.quiet {
        blocks.extend(summary::skips(&report.skips, &paint, options.full));
        blocks.extend(table::block(&report.rules, &paint));
        blocks.push(summary::last_lines(report, &paint));
    }
    no_commands(blocks.join("\n"))
}

/// Writes findings, and counts those it does not write.
struct Findings<'a> {
    paint: &'a Paint,
    options: &'a Options,
    /// What is staged was judged, and edits are made in the work tree.
    is_staged: bool,
    explained: BTreeSet<&'a RuleId>,
    hidden: BTreeMap<&'a RuleId, usize>,
}

impl<'a> Findings<'a> {
    fn new(paint: &'a Paint, options: &'a Options) -> Self {
        Self {
            paint,
            options,
            is_staged: false,
            explained: BTreeSet::new(),
            hidden: BTreeMap::new(),
        }
    }

    fn blocks(mut self, findings: &'a [Finding]) -> Vec<String> {
        let mut seen: BTreeMap<&RuleId, usize> = BTreeMap::new();
        let mut blocks = Vec::new();
        for finding in findings {
            let number = seen.entry(&finding.rule).or_default();
            *number += 1;
            if *number > SHOWN && !self.options.full {
                *self.hidden.entry(&finding.rule).or_default() += 1;
            } else {
                blocks.push(self.block(finding));
            }
        }
        if !self.hidden.is_empty() {
            blocks.push(self.more());
        }
        blocks
    }

    fn more(&self) -> String {
        let line = |(rule, count): (&&RuleId, &usize)| format!("... and {count} more of {rule} (--full shows all)\n");
        self.hidden.iter().map(line).collect()
    }

    fn block(&mut self, finding: &'a Finding) -> String {
        let lead = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        let snippet = Snippet {
            message: sentence(finding).into_owned(),
            severity: finding.severity,
            help: None,
            source: self.lines(finding),
        };
        let mut text = String::new();
        // Rendering fails only when the string does, or when the span lies outside of the lines, which `Lines` rules out.
        if self.paint.handler(&lead).render_report(&mut text, &snippet).is_err() || text.is_empty() {
            text = format!("  {lead} {}\n", snippet.message);
        }
        // miette indents the sentence; at the line's beginning it is found by `grep ^error`.
        let mut text = text.strip_prefix("  ").map(str::to_owned).unwrap_or(text);
        if snippet.source.is_none()
            && let Some(place) = compact_place(finding)
        {
            text.push_str(&format!("  {} {}\n", self.paint.arrow, self.paint.place(&place)));
        }
        self.push_advice(&mut text, finding);
        text
    }

    fn lines(&self, finding: &Finding) -> Option<Lines> {
        let (excerpt, span) = (finding.excerpt.as_ref()?, finding.location.span?);
        let name = source_name(finding)?;
        Lines::new(&name, excerpt, span, self.options.width, self.paint.ellipsis)
    }

    fn edit_advice(&self, finding: &Finding) -> String {
        let advice = "flowgate check --fix makes this edit, --diff shows it";
        match finding.location.path.as_ref().filter(|_| self.is_staged) {
            Some(path) => format!("{advice}; then stage it: git add {}", one_line(&shell_word(path))),
            None => advice.to_owned(),
        }
    }

    fn push_advice(&mut self, text: &mut String, finding: &'a Finding) {
        let mut line = |word: &str, rest: &str| text.push_str(&format!("  {} {rest}\n", self.paint.word(word)));
        if let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.is_empty()) {
            line("help:", &one_line(fix));
        }
        if !finding.edits.is_empty() {
            line("help:", &self.edit_advice(finding));
        }
        let title = one_line(&finding.title);
        if self.explained.insert(&finding.rule) {
            line("why:", &format!("{title} (flowgate rules explain {})", finding.rule));
        } else {
            line("why:", &title);
        }
        for believed in beliefs(&finding.evidence, self.options.full) {
            line("note:", &believed);
        }
        let shown = if self.options.full { finding.related.len() } else { RELATED };
        for related in finding.related.iter().take(shown) {
            line("also:", &second_place(related));
        }
        if finding.related.len() > shown {
            line(
                "also:",
                &format!("{} more places (--full shows all)", finding.related.len() - shown),
            );
        }
    }
}

/// One word for a shell, whatever is in the path.
fn shell_word(path: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | '@');
    if path.chars().all(is_plain) && !path.starts_with('-') {
        return Cow::Borrowed(path);
    }
    let lead = if path.starts_with('-') { "./" } else { "" };
    Cow::Owned(format!("'{lead}{}'", path.replace('\'', r"'\''")))
}

/// The message; a rule that says nothing still has a title.
fn sentence(finding: &Finding) -> Cow<'_, str> {
    let texts = [finding.message.as_str(), finding.title.as_str()];
    texts
        .into_iter()
        .find(|text| !text.trim().is_empty())
        .map_or(Cow::Borrowed("no message"), one_line)
}

/// What stands beside the line and column above an excerpt.
fn source_name(finding: &Finding) -> Option<String> {
    let location = &finding.location;
    let mut name = match (&location.path, &location.commit) {
        (Some(path), _) => one_line(path).into_owned(),
        (None, Some(commit)) if commit.is_empty() => "commit message".to_owned(),
        (None, Some(commit)) => format!("commit {}", place::short_commit(commit)),
        (None, None) => return None,
    };
    if let Some(branch) = &location.branch {
        name = format!("{}@{name}", one_line(branch));
    }
    Some(name)
}

/// The place of a finding without lines; for a commit whose message is at hand, with its subject.
fn compact_place(finding: &Finding) -> Option<String> {
    let place = place::describe(&finding.location)?;
    let message = finding
        .excerpt
        .as_ref()
        .filter(|excerpt| excerpt.first_line == 1 && finding.location.path.is_none());
    let subject = message.and_then(|excerpt| excerpt.text.lines().next());
    Some(match subject {
        Some(subject) => format!("{place} \"{}\"", one_line(subject)),
        None => place,
    })
}

/// One sentence for each stage that evidence speaks for.
fn beliefs(evidence: &[Evidence], full: bool) -> Vec<String> {
    let mut stages: Vec<&str> = Vec::new();
    for one in evidence {
        if !stages.contains(&one.stage.as_str()) {
            stages.push(&one.stage);
        }
    }
    let sentence = |stage: &str| {
        let of_stage: Vec<_> = evidence.iter().filter(|one| one.stage == stage).collect();
        let shown = if full { of_stage.len() } else { EVIDENCE.min(of_stage.len()) };
        let words = of_stage
            .iter()
            .take(shown)
            .map(|one| format!("{} {} ({})", one.source, one_line(&one.text), one.weight));
        let mut reasons: Vec<String> = words.collect();
        if of_stage.len() > shown {
            reasons.push(format!("{} more", of_stage.len() - shown));
        }
        format!("why flowgate believes \"{}\": {}", one_line(stage), reasons.join(", "))
    };
    stages.into_iter().map(sentence).collect()
}

fn second_place(related: &Related) -> String {
    let message = one_line(&related.message);
    match place::describe(&related.location) {
        Some(place) if message.is_empty() => place,
        Some(place) => format!("{place}: {message}"),
        None => message.into_owned(),
    }
}
