//! Which versions of flowgate may judge: looked at before everything else, because another version may know other keys.

use semver::{Version, VersionReq};

use crate::documents::Document;
use crate::domain::location::Location;

use super::problem::{ConfigProblem, ProblemKind};
use super::scalar::Complaint;

/// The problem when the document's `requires` does not admit `version`. What cannot be read as a range is left to validation.
pub(super) fn check(path: &str, document: &Document, version: &str) -> Option<ConfigProblem> {
    let node = document.root().get("requires")?;
    let text = node.as_text()?;
    let wanted = parse(text).ok()?;
    let own = Version::parse(version).ok()?;
    if wanted.matches(&own) {
        return None;
    }
    let span = node.span();
    Some(ConfigProblem {
        kind: ProblemKind::Version,
        message: format!(
            "this is flowgate {version}, but {path}:{} requires {text}: in a clone of flowgate, go to such a version and run `cargo install --locked --path .`",
            span.start.line
        ),
        location: Location {
            pointer: Some("/requires".to_owned()),
            ..Location::of_span(path, span)
        },
        hint: None,
    })
}

/// Reads an exact version (`1.4.2`, as cargo and Terraform understand it) or a range.
pub(super) fn parse(text: &str) -> Result<VersionReq, Complaint> {
    let text = text.trim();
    let range = match Version::parse(text) {
        Ok(_) => format!("={text}"),
        Err(_) => text.to_owned(),
    };
    VersionReq::parse(&range).map_err(|error| {
        let hint = "write a version such as `1.4.2`, or a range such as `>=1.4, <2`";
        (format!("is not a range of versions: {error}"), Some(hint.to_owned()))
    })
}
