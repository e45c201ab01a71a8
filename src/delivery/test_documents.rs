//! Documents for unit tests, parsed as the real ones are.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::documents::document::Document;
use crate::documents::parse::{self, Limits};
use crate::domain::delivery::Rows;

use super::context::Context;
use super::refs_knowledge::RefsKnowledge;
use super::test_flow;

pub(crate) fn parse(path: &str, text: &str) -> Vec<Arc<Document>> {
    let parsed = parse::parse(path, text.as_bytes(), &Limits::default());
    parsed.documents.into_iter().map(Arc::new).collect()
}

/// The rows of a whole repository: each document reduced, then what was retained joined.
pub(crate) fn rows(files: &[(&str, &str)]) -> Rows {
    let flow = test_flow::default();
    let refs = RefsKnowledge::default();
    let paths: BTreeSet<String> = files.iter().map(|(p, _)| (*p).to_owned()).collect();
    let context = Context::new(&flow, &refs, None, None, &paths);
    rows_in(&context, files)
}

pub(crate) fn rows_in(context: &Context<'_>, files: &[(&str, &str)]) -> Rows {
    let mut rows = Rows::default();
    let mut retained = Vec::new();
    for (path, text) in files {
        for document in parse(path, text) {
            let reduced = super::reduce::reduce(context, path, &document);
            rows.append(reduced.rows);
            if reduced.retained {
                retained.push(((*path).to_owned(), document));
            }
        }
    }
    rows.append(super::join::join(context, &retained));
    rows
}

/// Deliveries as one line each: `file:line revision(class) -> stage`, with the mode unless it is the tool's usual one.
pub(crate) fn deliveries(files: &[(&str, &str)]) -> Vec<String> {
    describe(&rows(files))
}

pub(crate) fn describe(rows: &Rows) -> Vec<String> {
    let mut lines: Vec<String> = rows
        .deliveries
        .iter()
        .map(|d| {
            let line = d.at.span.map_or(0, |s| s.start.line);
            let text = d.revision.text.as_deref().unwrap_or("-");
            format!(
                "{}:{line} {} {text} ({}) -> {} [{}]",
                d.at.path.as_deref().unwrap_or("?"),
                d.name.as_deref().unwrap_or("?"),
                d.revision.class.as_str(),
                d.stage.stage.as_deref().unwrap_or("?"),
                d.mode.as_str()
            )
        })
        .collect();
    lines.sort();
    lines
}
