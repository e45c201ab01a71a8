//! The controls that narrow the list of findings; hidden until the script takes them over.

use std::collections::BTreeMap;

use super::findings::Entry;
use super::markup::{Markup, grouped};
use crate::domain::rule::Severity;
use crate::reporting::stages::Stages;

/// One native control for each thing to filter by.
pub(super) fn form(entries: &[Entry<'_>], stages: &Stages<'_>) -> Markup {
    let mut markup = Markup::new();
    markup.raw("<form id=\"filters\" class=\"filters\" role=\"search\" aria-label=\"Filter the findings\" hidden>\n");
    markup.raw("<details id=\"fold\" open><summary>Filters</summary>\n<div class=\"controls\">\n");
    markup.append(&severities(entries));
    markup
        .raw("<p class=\"field\"><label for=\"q\">Text</label><input id=\"q\" name=\"q\" type=\"search\" autocomplete=\"off\" ");
    markup.raw("spellcheck=\"false\" placeholder=\"in message, place and lines\"></p>\n");
    let rules = counts(entries.iter().map(|entry| entry.finding.rule.as_str()));
    markup.append(&choice("rule", "Rule", "Every rule", rules.into_iter().collect()));
    let stated = counts(entries.iter().flat_map(|entry| entry.stages.iter().copied()));
    let mut stated: Vec<(&str, usize)> = stated.into_iter().collect();
    stated.sort_by_key(|(stage, _)| stages.key(stage));
    markup.append(&choice("stage", "Stage", "Every stage, and none", stated));
    let files = counts(entries.iter().filter_map(|entry| entry.finding.location.path.as_deref()));
    markup.append(&choice("file", "File", "Every file, and none", files.into_iter().collect()));
    markup.raw("<p class=\"field\"><button type=\"reset\">Show all</button></p>\n</div></details></form>\n");
    markup
}

fn counts<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn severities(entries: &[Entry<'_>]) -> Markup {
    let mut markup = Markup::new();
    markup.raw("<fieldset><legend>Severity</legend>");
    for severity in Severity::ALL.into_iter().rev() {
        let count = entries.iter().filter(|entry| entry.finding.severity == severity).count();
        let name = severity.as_str();
        markup
            .raw("<label class=\"check ")
            .raw(name)
            .raw("\"><input type=\"checkbox\" name=\"severity\" value=\"");
        markup
            .raw(name)
            .raw("\" checked> ")
            .raw(name)
            .raw(" <span class=\"count\">")
            .count(count)
            .raw("</span></label>");
    }
    markup.raw("</fieldset>\n");
    markup
}

/// Nothing where there is nothing to choose from.
fn choice(id: &'static str, name: &'static str, all: &'static str, options: Vec<(&str, usize)>) -> Markup {
    let mut markup = Markup::new();
    if options.is_empty() {
        return markup;
    }
    markup
        .raw("<p class=\"field\"><label for=\"")
        .raw(id)
        .raw("\">")
        .raw(name)
        .raw("</label><select id=\"")
        .raw(id);
    markup
        .raw("\" name=\"")
        .raw(id)
        .raw("\"><option value=\"\">")
        .raw(all)
        .raw("</option>");
    for (option, count) in options {
        markup.raw("<option").attribute("value", option).raw(">");
        markup.text(option).text(&format!(" ({})", grouped(count))).raw("</option>");
    }
    markup.raw("</select></p>\n");
    markup
}
