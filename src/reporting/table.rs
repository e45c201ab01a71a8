//! The table by rule: those with something to say, and how many were silent.

use super::paint::Paint;
use super::summary::counted;
use crate::domain::report::RuleOutcome;
use crate::domain::rule::Level;

const HEADINGS: [&str; 5] = ["rule", "level", "findings", "waived", "skipped"];

/// `None` when there are no rules at all.
pub(super) fn block(rules: &[RuleOutcome], paint: &Paint) -> Option<String> {
    let (speaking, silent): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| speaks(rule));
    let lines = [rows(&speaking, paint), silence(&silent, !speaking.is_empty())];
    let text: String = lines.into_iter().flatten().collect();
    (!text.is_empty()).then_some(text)
}

fn speaks(rule: &RuleOutcome) -> bool {
    rule.findings + rule.waived + rule.skipped > 0
}

fn rows(rules: &[&RuleOutcome], paint: &Paint) -> Option<String> {
    let longest = rules.iter().map(|rule| rule.id.as_str().len()).max()?;
    let id = longest.max(HEADINGS[0].len());
    let [rule, level, findings, waived, skipped] = HEADINGS;
    // Colour comes after padding: the width of a format counts the colour's characters too.
    let mut text = format!(
        "{}\n",
        paint.quiet(&format!("{rule:id$}  {level:7}  {findings:>8}  {waived:>6}  {skipped:>7}"))
    );
    for rule in rules {
        let level = paint.level(rule.level, &format!("{:7}", rule.level.as_str()));
        let (findings, waived, skipped) = (rule.findings, rule.waived, rule.skipped);
        text.push_str(&format!(
            "{:id$}  {level}  {findings:>8}  {waived:>6}  {skipped:>7}\n",
            rule.id.as_str()
        ));
    }
    Some(text)
}

fn silence(rules: &[&RuleOutcome], others_speak: bool) -> Option<String> {
    let off = rules.iter().filter(|rule| rule.level == Level::Off).count();
    let idle = rules
        .iter()
        .filter(|rule| rule.level != Level::Off && rule.evaluated == 0)
        .count();
    let looked = rules.len() - off - idle;
    let other = if others_speak { "other " } else { "" };
    let mut parts = Vec::new();
    if looked > 0 {
        parts.push(format!(
            "{} found nothing",
            counted(looked, &format!("{other}rule"), &format!("{other}rules"))
        ));
    }
    if idle > 0 {
        parts.push(format!("{idle} had nothing to look at"));
    }
    if off > 0 {
        parts.push(format!("{off} {} off", if off == 1 { "is" } else { "are" }));
    }
    let line = match looked {
        0 => format!("rules without findings: {}\n", parts.join(", ")),
        _ => format!("{}\n", parts.join(", ")),
    };
    (!parts.is_empty()).then_some(line)
}
