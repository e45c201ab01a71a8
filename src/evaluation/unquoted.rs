//! Plain scalars of a document that are no strings: what a version written without quotes becomes.

use crate::documents::{NodeRef, NodeValue, escape_pointer};
use crate::policy::Value;
use crate::policy::value::{array, object, string as text};

use super::document_input::key_text;

/// `input.document.unquoted`.
pub fn unquoted_value(root: NodeRef<'_>) -> Value {
    let mut found = Vec::new();
    collect(root, "", "", &mut found);
    array(found)
}

fn collect(node: NodeRef<'_>, pointer: &str, name: &str, found: &mut Vec<Value>) {
    for (key, value) in node.entries() {
        let Some(key) = key_text(key) else { continue };
        let pointer = || format!("{pointer}/{}", escape_pointer(key));
        match type_of(value) {
            Type::Collection => collect(value, &pointer(), key, found),
            Type::Unquoted(kind) => found.push(scalar(value, &pointer(), (key, key), kind)),
            Type::Other => {}
        }
    }
    for (index, item) in node.items().enumerate() {
        let pointer = || format!("{pointer}/{index}");
        match type_of(item) {
            Type::Collection => collect(item, &pointer(), name, found),
            Type::Unquoted(kind) => found.push(scalar(item, &pointer(), ("", name), kind)),
            Type::Other => {}
        }
    }
}

fn scalar(node: NodeRef<'_>, pointer: &str, (key, name): (&str, &str), kind: &str) -> Value {
    object([
        ("pointer", text(pointer)),
        ("key", text(key)),
        ("name", text(name)),
        ("raw", text(node.raw())),
        ("type", text(kind)),
    ])
}

enum Type {
    Collection,
    Unquoted(&'static str),
    Other,
}

fn type_of(node: NodeRef<'_>) -> Type {
    match node.value() {
        NodeValue::Mapping(_) | NodeValue::Sequence(_) => Type::Collection,
        NodeValue::Integer(_) | NodeValue::Float(_) => Type::Unquoted("number"),
        NodeValue::Bool(_) => Type::Unquoted("bool"),
        NodeValue::Null | NodeValue::String(_) => Type::Other,
    }
}

/// Words that a key may be, or end in: `tag` is the last word of `imageTag`, `image_tag` and `image-tag`, not of `stag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyWords(Vec<String>);

impl KeyWords {
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(words.into_iter().map(str::to_owned).collect())
    }

    /// Does any unquoted scalar below `node` stand under such a key? An item of a list stands under the key of the list.
    pub fn are_in(&self, node: NodeRef<'_>) -> bool {
        self.are_below(node, "")
    }

    fn are_below(&self, node: NodeRef<'_>, name: &str) -> bool {
        let found = |value: NodeRef<'_>, name: &str| match type_of(value) {
            Type::Collection => self.are_below(value, name),
            Type::Unquoted(_) => self.fit(name),
            Type::Other => false,
        };
        node.entries()
            .any(|(key, value)| key_text(key).is_some_and(|key| found(value, key)))
            || node.items().any(|item| found(item, name))
    }

    fn fit(&self, key: &str) -> bool {
        self.0.iter().any(|word| ends_in_word(key, word))
    }
}

fn ends_in_word(key: &str, word: &str) -> bool {
    let start = key.len().checked_sub(word.len());
    let Some((before, end)) = start.and_then(|start| key.split_at_checked(start)) else {
        return false;
    };
    let begins_word = end.starts_with(|c: char| c.is_uppercase()) || !before.ends_with(char::is_alphabetic);
    begins_word && end.eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{Limits, parse};

    fn fits(key: &str) -> bool {
        KeyWords::new(["tag", "version", "targetRevision"]).fit(key)
    }

    #[test]
    fn a_key_fits_when_it_ends_in_a_word() {
        for key in [
            "tag",
            "Tag",
            "imageTag",
            "image_tag",
            "IMAGE-TAG",
            "GOVERSION",
            "apps/version",
            "targetRevision",
        ] {
            assert!(fits(key), "{key}");
        }
        for key in ["", "stag", "tags", "conversion", "versions", "rag", "\u{e4}tag"] {
            assert!(!fits(key), "{key}");
        }
    }

    fn check(yaml: &str, expected: &[(&str, &str)]) {
        let documents = parse("a.yaml", yaml.as_bytes(), &Limits::default()).documents;
        let root = documents[0].root();
        let found = unquoted_value(root);
        let text = |item: &Value, key: &str| item[key].as_string().unwrap().to_string();
        let found: Vec<_> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|i| (text(i, "pointer"), text(i, "name")))
            .collect();
        let expected: Vec<_> = expected.iter().map(|(p, n)| ((*p).to_owned(), (*n).to_owned())).collect();
        assert_eq!(found, expected, "{yaml}");
        let is_version = expected.iter().any(|(_, name)| name == "version");
        assert_eq!(KeyWords::new(["version"]).are_in(root), is_version, "{yaml}");
    }

    #[test]
    fn the_name_of_a_scalar_is_its_nearest_key() {
        check("a/b: 1\nc: x\nversion: '1.10'\n", &[("/a~1b", "a/b")]);
        check(
            "version: [3.9, 3.10]\n",
            &[("/version/0", "version"), ("/version/1", "version")],
        );
        check(
            "version: [[1.0], {x: 1}]\n",
            &[("/version/0/0", "version"), ("/version/1/x", "x")],
        );
        check("- 1\n- version: true\n", &[("/0", ""), ("/1/version", "version")]);
    }
}
