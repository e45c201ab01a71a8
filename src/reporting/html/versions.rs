//! The matrix of versions: applications down, stages across.

use std::collections::{BTreeMap, BTreeSet};

use super::markup::Markup;
use super::page::Part;
use crate::domain::location::Location;
use crate::domain::report::Report;
use crate::reporting::stages::Stages;

/// The places that state each version, by version.
type Cell<'a> = BTreeMap<&'a str, Vec<&'a Location>>;

/// `None` where no version stands on any stage.
pub(super) fn section(report: &Report, stages: &Stages<'_>) -> Option<Part> {
    let mut rows: BTreeMap<&str, BTreeMap<&str, Cell<'_>>> = BTreeMap::new();
    let mut columns = BTreeSet::new();
    for version in &report.versions {
        columns.insert(stages.key(&version.stage));
        let row = rows.entry(&version.application).or_default();
        let cell = row.entry(&version.stage).or_default();
        cell.entry(&version.version).or_default().push(&version.location);
    }
    if rows.is_empty() {
        return None;
    }
    let mut part = Part::begin("versions", "Versions by application and stage", rows.len());
    let body = &mut part.body;
    body.raw("<div class=\"wide\" role=\"region\" aria-label=\"Versions by application and stage\" tabindex=\"0\">");
    body.raw("<table class=\"matrix\"><thead><tr><th scope=\"col\">Application</th>");
    for (_, stage) in &columns {
        body.raw("<th scope=\"col\">").text(stage).raw("</th>");
    }
    body.raw("</tr></thead><tbody>\n");
    for (application, row) in rows {
        body.raw("<tr><th scope=\"row\">").text(application).raw("</th>");
        for (_, stage) in &columns {
            push_cell(body, row.get(stage));
        }
        body.raw("</tr>\n");
    }
    body.raw("</tbody></table></div>\n</section>\n");
    Some(part)
}

fn push_cell(body: &mut Markup, cell: Option<&Cell<'_>>) {
    body.raw("<td>");
    match cell {
        None => {
            _ = body.raw("<span class=\"nothing\"><span aria-hidden=\"true\">–</span><span class=\"unseen\">none</span></span>");
        }
        Some(cell) => cell.iter().for_each(|(version, places)| push_version(body, version, places)),
    }
    body.raw("</td>");
}

fn push_version(body: &mut Markup, version: &str, places: &[&Location]) {
    body.raw("<details class=\"version\"><summary><code>")
        .text(version)
        .raw("</code>");
    if places.len() > 1 {
        body.raw(" <span class=\"count\"><span class=\"unseen\">at places: </span>")
            .count(places.len())
            .raw("</span>");
    }
    body.raw("</summary><ul>");
    for place in places {
        body.raw("<li>").place(place).raw("</li>");
    }
    body.raw("</ul></details>");
}
