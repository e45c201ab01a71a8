//! The page as a whole: the template with its parts filled in, and the policy that lets nothing else run.

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::markup::Markup;
use super::{deliveries, findings, head, lists, versions};
use crate::domain::report::Report;
use crate::reporting::headline::Headline;
use crate::reporting::stages::Stages;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The whole page.
pub(in crate::reporting) fn write(report: &Report) -> String {
    let stages = Stages::new(report);
    let mut title = Markup::new();
    title.text(Headline::new(report).title);
    if let Some(name) = head::subject(report) {
        title.raw(": ").text(&name);
    }
    let parts = [
        lists::failures(report),
        Some(findings::section(report, &stages)),
        versions::section(report, &stages),
        deliveries::section(report, &stages),
        lists::waived(report),
        lists::skips(report),
        lists::rules(report),
    ];
    let (mut contents, mut main) = (Markup::new(), Markup::new());
    for part in parts.iter().flatten() {
        main.append(&part.body);
        contents.raw("<li><a href=\"#").raw(part.id).raw("\">").raw(part.name);
        contents
            .raw(" <span class=\"count\">")
            .count(part.count)
            .raw("</span></a></li>");
    }
    fill(|name| match name {
        "policy" => policy(),
        "title" => title.as_str().to_owned(),
        "style" => STYLE.to_owned(),
        "script" => SCRIPT.to_owned(),
        "head" => head::head(report).as_str().to_owned(),
        "contents" => contents.as_str().to_owned(),
        "main" => main.as_str().to_owned(),
        "foot" => head::foot(report).as_str().to_owned(),
        _ => String::new(),
    })
}

/// A part of the page that the list of contents leads to.
pub(super) struct Part {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// How many things are in it.
    pub(super) count: usize,
    pub(super) body: Markup,
}

impl Part {
    /// Begins a part; the caller closes the section.
    pub(super) fn begin(id: &'static str, name: &'static str, count: usize) -> Self {
        let mut body = Markup::new();
        body.raw("<section aria-labelledby=\"")
            .raw(id)
            .raw("\">\n<h2 tabindex=\"-1\" id=\"");
        body.raw(id).raw("\">").raw(name).raw(" <span class=\"count\">");
        body.count(count).raw("</span></h2>\n");
        Self { id, name, count, body }
    }
}

/// Puts each part in the place of its name between double braces. One pass: what is filled in is not looked at again, so that
/// no text of a report can name a part.
fn fill(part: impl Fn(&str) -> String) -> String {
    let mut pieces = PAGE.split("{{");
    let mut page = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        page.push_str(&part(name));
        page.push_str(rest);
    }
    page
}

/// Our style and our script by their hashes, and nothing else: no network, no handler in an attribute, no evaluated text.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
        hash(STYLE),
        hash(SCRIPT)
    )
}
