//! Parameters of a generator and the filling of placeholders: `{{env}}`, `{{ .env | lower }}`, `{{index .path.segments 1}}`.

use std::collections::BTreeMap;

use crate::documents::document::escape_pointer;
use crate::domain::location::Location;

use super::site::Site;

/// A text with the place where a person would change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    pub location: Location,
}

/// The parameters of one element of a generator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    pub values: BTreeMap<String, Text>,
    /// Comes from a generator of merge requests.
    pub is_preview: bool,
}

/// Texts that a patch puts at pointers of a document.
pub type Overrides = BTreeMap<String, Text>;

/// Reads texts of a document, with patches applied and the placeholders filled as far as the parameters go.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reader<'p> {
    parameters: Option<&'p Parameters>,
    overrides: Option<&'p Overrides>,
}

impl<'p> Reader<'p> {
    pub const fn with(parameters: &'p Parameters) -> Self {
        Self {
            parameters: Some(parameters),
            overrides: None,
        }
    }

    pub const fn patched(overrides: &'p Overrides) -> Self {
        Self {
            parameters: None,
            overrides: Some(overrides),
        }
    }

    /// The text of a scalar. Its place is that of the last parameter that filled it, because there it is decided.
    pub fn read(&self, site: &Site<'_>) -> Option<Text> {
        if let Some(text) = self.overridden(&site.pointer) {
            return Some(text);
        }
        let text = site.text()?;
        let plain = Text {
            text: text.to_owned(),
            location: site.location(),
        };
        let Some(parameters) = self.parameters else {
            return Some(plain);
        };
        Some(fill(text, parameters).map_or(plain, |(text, filled)| Text {
            text,
            location: filled.unwrap_or_else(|| site.location()),
        }))
    }

    /// The text under a key.
    pub fn read_key(&self, site: &Site<'_>, key: &str) -> Option<Text> {
        self.read_at(site, &[key])
    }

    /// The text at a path of keys, which a patch may have added.
    pub fn read_at(&self, site: &Site<'_>, keys: &[&str]) -> Option<Text> {
        let keys_text: Vec<String> = keys.iter().map(|k| escape_pointer(k)).collect();
        self.overridden(&format!("{}/{}", site.pointer, keys_text.join("/")))
            .or_else(|| self.read(&site.at(keys)?))
    }

    fn overridden(&self, pointer: &str) -> Option<Text> {
        self.overrides?.get(pointer).cloned()
    }
}

/// Fills the placeholders that the parameters know; `None` when there is none to fill.
fn fill(text: &str, parameters: &Parameters) -> Option<(String, Option<Location>)> {
    if !text.contains("{{") {
        return None;
    }
    let mut filled = String::new();
    let mut location = None;
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((expression, after)) = tail.split_once("}}") else {
            filled.push_str("{{");
            rest = tail;
            continue;
        };
        match evaluate(expression, parameters) {
            Some((value, place)) => {
                filled.push_str(&value);
                location = place.or(location);
            }
            None => {
                filled.push_str("{{");
                filled.push_str(expression);
                filled.push_str("}}");
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    Some((filled, location))
}

fn evaluate(expression: &str, parameters: &Parameters) -> Option<(String, Option<Location>)> {
    let expression = expression.trim().trim_matches('-').trim();
    let mut stages = expression.split('|').map(str::trim);
    let mut value = operand(stages.next()?, parameters);
    for stage in stages {
        let (function, argument) = stage.split_once(' ').unwrap_or((stage, ""));
        value = match (function, value) {
            ("lower", Some((text, place))) => Some((text.to_lowercase(), place)),
            ("upper", Some((text, place))) => Some((text.to_uppercase(), place)),
            ("trim" | "toString" | "normalize" | "default" | "quote" | "squote", Some(value)) => Some(value),
            ("default", None) => literal(argument).map(|text| (text, None)),
            _ => return None,
        };
    }
    value
}

fn operand(text: &str, parameters: &Parameters) -> Option<(String, Option<Location>)> {
    if let Some(text) = literal(text) {
        return Some((text, None));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let key = match words.as_slice() {
        [key] => key_of(key),
        ["index", key, position] if position.bytes().all(|b| b.is_ascii_digit()) => format!("{}[{position}]", key_of(key)),
        ["index", key, rest @ ..] if !rest.is_empty() => {
            let rest: Option<Vec<String>> = rest.iter().map(|w| literal(w)).collect();
            format!("{}.{}", key_of(key), rest?.join("."))
        }
        ["lower" | "normalize" | "toString" | "trim", key] => key_of(key),
        ["default", fallback, key] => {
            return lookup(&key_of(key), parameters).or_else(|| literal(fallback).map(|t| (t, None)));
        }
        _ => return None,
    };
    lookup(&key, parameters)
}

fn lookup(key: &str, parameters: &Parameters) -> Option<(String, Option<Location>)> {
    let value = parameters.values.get(key)?;
    Some((value.text.clone(), Some(value.location.clone())))
}

fn key_of(text: &str) -> String {
    text.trim_start_matches('$').trim_start_matches('.').to_owned()
}

fn literal(text: &str) -> Option<String> {
    let text = text.trim();
    ['"', '\'', '`']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let value = |text: &str| Text {
            text: text.to_owned(),
            location: Location::default(),
        };
        let parameters = Parameters {
            values: [
                ("env".to_owned(), value("PRD")),
                ("path.segments[1]".to_owned(), value("int")),
                ("metadata.labels.env".to_owned(), value("dev")),
            ]
            .into(),
            is_preview: false,
        };
        let filled = fill(text, &parameters).map_or_else(|| text.to_owned(), |(t, _)| t);
        assert_eq!(filled, expected);
    }

    #[test]
    fn placeholders_are_filled_as_far_as_known() {
        check("shop-{{env}}", "shop-PRD");
        check("shop-{{ .env | lower }}-{{x}}", "shop-prd-{{x}}");
        check("{{index .path.segments 1}}", "int");
        check(r#"{{ index .metadata.labels "env" }}"#, "dev");
        check(r#"{{ .branch | default "main" }}"#, "main");
        check(r#"{{ default "main" .branch }}"#, "main");
        check("{{- .env -}}", "PRD");
    }

    #[test]
    fn what_is_not_understood_stays_as_it_is() {
        for text in [
            "{{ if .env }}a{{ end }}",
            "{{",
            "}}{{",
            "{{}}",
            "{{ .env | sha256sum }}",
            "plain",
        ] {
            check(text, text);
        }
    }
}
