//! Where something is: a file with its lines, and a branch, tag or commit by name.

use serde_json::{Map, Value, json};

use crate::domain::location::{Location, Span};
use crate::domain::report::Report;
use crate::reporting::escape::one_line;
use crate::reporting::subject::{CONFIGURATION, beside_the_path};

/// The file that stands for what lies in none.
pub(super) fn anchor(report: &Report) -> &str {
    report.trust.configuration.as_deref().unwrap_or(CONFIGURATION)
}

/// A location with a file, and with a name where the path does not say everything.
pub(super) fn of(location: &Location, anchor: &str) -> Value {
    let mut of = match &location.path {
        Some(path) => json!({"physicalLocation": physical(path, location.span)}),
        None => json!({"physicalLocation": physical(anchor, Some(Span::point(1, 1)))}),
    };
    let names = logical(location);
    if !names.is_empty() {
        of["logicalLocations"] = Value::Array(names);
    }
    of
}

/// Also for edits: the file alone.
pub(super) fn artifact(path: &str) -> Value {
    json!({"uri": uri(path), "uriBaseId": "%SRCROOT%"})
}

/// The end is exclusive, here and there.
pub(super) fn region(span: Span) -> Value {
    let (line, column) = (span.start.line.max(1), span.start.column.max(1));
    let mut region = json!({"startLine": line, "startColumn": column});
    // A place without width has no end that readers agree on.
    if span.end > span.start {
        region["endLine"] = json!(span.end.line.max(line));
        region["endColumn"] = json!(span.end.column.max(1));
    }
    region
}

fn physical(path: &str, span: Option<Span>) -> Value {
    // A whole file begins somewhere: without a line GitHub shows nothing.
    let span = span.unwrap_or(Span::point(1, 1));
    json!({"artifactLocation": artifact(path), "region": region(span)})
}

/// What is known beside path and line, by the words of SARIF where it has one.
fn logical(location: &Location) -> Vec<Value> {
    let mut names = Vec::new();
    let mut add = |kind: &str, name: &str, full: &str| {
        names.push(json!({"name": one_line(name), "fullyQualifiedName": one_line(full), "kind": kind}));
    };
    if let Some(reference) = &location.reference {
        let (kind, name) = short(reference);
        add(kind, name, reference);
    }
    if let Some(branch) = &location.branch {
        add("branch", branch, &format!("refs/heads/{branch}"));
    }
    match location.commit.as_deref() {
        Some("") => add("commit", "not made yet", "not made yet"),
        Some(commit) => add("commit", commit, commit),
        None => {}
    }
    if let Some(pointer) = location.pointer.as_ref().filter(|_| location.path.is_some()) {
        add("member", pointer, &document(location, pointer));
    }
    if names.is_empty() && location.path.is_none() {
        let name = beside_the_path(location).unwrap_or_default();
        let mut only = Map::new();
        only.insert("name".to_owned(), json!(name));
        only.insert("kind".to_owned(), json!("repository"));
        names.push(Value::Object(only));
    }
    names
}

/// The pointer, behind the number of its document where a file has several.
fn document(location: &Location, pointer: &str) -> String {
    location
        .document
        .map_or_else(|| pointer.to_owned(), |number| format!("{number}#{pointer}"))
}

fn short(reference: &str) -> (&'static str, &str) {
    let kinds = [("refs/heads/", "branch"), ("refs/remotes/", "branch"), ("refs/tags/", "tag")];
    let known = kinds
        .into_iter()
        .find_map(|(prefix, kind)| Some((kind, reference.strip_prefix(prefix)?)));
    known.unwrap_or(("reference", reference))
}

/// A relative reference after RFC 3986: whatever is no letter, digit or one of `-._~/` is escaped, so that no name becomes a scheme,
/// a query or another host.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_references_and_nothing_else() {
        assert_eq!(uri("apps/prd/a-b_c.yaml"), "apps/prd/a-b_c.yaml");
        assert_eq!(uri("javascript:alert(1)"), "javascript%3Aalert%281%29");
        assert_eq!(uri("a b?c#d%e\n"), "a%20b%3Fc%23d%25e%0A");
        assert_eq!(uri("größe"), "gr%C3%B6%C3%9Fe");
    }

    #[test]
    fn a_place_without_width_has_no_end() {
        assert_eq!(region(Span::point(3, 4)), json!({"startLine": 3, "startColumn": 4}));
    }

    #[test]
    fn what_lies_in_no_file_has_a_name_and_the_configuration() {
        let tag = of(&Location::of_ref("refs/tags/x"), ".flowgate.yaml");
        assert_eq!(tag["physicalLocation"]["artifactLocation"]["uri"], ".flowgate.yaml");
        assert_eq!(tag["physicalLocation"]["region"]["startLine"], 1);
        let named = json!([{"name": "x", "fullyQualifiedName": "refs/tags/x", "kind": "tag"}]);
        assert_eq!(tag["logicalLocations"], named);
        let nothing = of(&Location::default(), "flowgate.yaml");
        assert_eq!(
            nothing["logicalLocations"],
            json!([{"name": "repository", "kind": "repository"}])
        );
    }
}
