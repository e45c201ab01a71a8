//! What a rule returns, read from its Rego value; a field that is unknown or of the wrong kind is named, never dropped.

use regorus::Value;

use crate::domain::rule::Severity;

use super::near::nearest;

/// One thing that a rule says is wrong. The host adds id, title, level and page.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    pub message: String,
    pub at: At,
    pub fix: Option<String>,
    /// Asked for by the rule; the host lowers the rule's level to it, never raises it.
    pub severity: Option<Severity>,
    /// What it is about in words that stay the same when lines move.
    pub subject: Option<String>,
    pub related: Vec<RelatedViolation>,
    pub evidence: Vec<EvidenceValue>,
    pub edits: Vec<EditValue>,
    /// The rule could not judge, which is no finding but leaves the verdict open; `undecided` in Rego.
    pub is_undecided: bool,
}

/// Where: in a document, a file, a commit's message, or a ref. The host turns pointers into lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    pub path: Option<String>,
    /// Index of the document in its file, from 0.
    pub document: Option<usize>,
    /// JSON Pointer into the document.
    pub pointer: Option<String>,
    /// The key under which `pointer` stands is meant, not its value.
    pub key: bool,
    /// From 1, as all lines and columns here.
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub end_line: Option<u32>,
    pub end_column: Option<u32>,
    pub branch: Option<String>,
    pub commit: Option<String>,
    /// Full ref name; `ref` in Rego.
    pub reference: Option<String>,
    /// Part of a merge or pull request.
    pub change: Option<String>,
}

/// A second place that belongs to a violation.
#[derive(Debug, Clone, PartialEq)]
pub struct RelatedViolation {
    pub message: String,
    pub at: At,
}

/// Evidence as it was handed to the rule in `input`.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceValue {
    pub source: String,
    pub text: String,
    pub stage: String,
    pub weight: u8,
    pub at: At,
}

/// A replacement of the text at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct EditValue {
    pub at: At,
    pub text: String,
}

/// Why a value is no violation: the field's path and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedViolation {
    #[error("`report` must be a set of objects, but is {0}")]
    NotASet(&'static str),
    #[error("field `{field}` of a violation must be {expected}, but is {found}")]
    WrongType {
        field: String,
        expected: &'static str,
        found: String,
    },
    #[error("field `{0}` of a violation is missing")]
    Missing(String),
    #[error("field `{field}` of a violation is unknown{}", near.as_ref().map_or_else(String::new, |n| format!(", did you mean `{n}`?")))]
    Unknown { field: String, near: Option<String> },
    #[error("field `{0}` of a violation names no place: it needs one of path, commit, ref, change")]
    NoPlace(String),
}

/// The violations of a rule's `report`, in a stable order; undefined is none.
///
/// # Errors
/// The first field that is not as `policies/README.md` says.
pub fn violations(report: &Value) -> Result<Vec<Violation>, MalformedViolation> {
    let items: Vec<&Value> = match report {
        Value::Undefined => return Ok(Vec::new()),
        // Sorted by value, so that the order does not hang on how the set came to be.
        Value::Set(items) => items.iter_sorted().collect(),
        other => return Err(MalformedViolation::NotASet(type_name(other))),
    };
    items
        .into_iter()
        .map(|item| violation(&Fields::of(item, String::new())?))
        .collect()
}

fn violation(fields: &Fields<'_>) -> Result<Violation, MalformedViolation> {
    fields.allow(&[
        "message",
        "at",
        "fix",
        "severity",
        "subject",
        "related",
        "evidence",
        "edits",
        "undecided",
    ])?;
    Ok(Violation {
        message: fields.text("message")?,
        at: at(&fields.required("at")?, &fields.name("at"))?,
        fix: fields.optional_text("fix")?,
        severity: match fields.optional_text("severity")? {
            Some(word) => Some(
                Severity::parse(&word).ok_or_else(|| fields.wrong("severity", "error, warning or info", &Value::from(word)))?,
            ),
            None => None,
        },
        subject: fields.optional_text("subject")?,
        related: fields.list("related", |related| {
            related.allow(&["message", "at"])?;
            Ok(RelatedViolation {
                message: related.text("message")?,
                at: at(&related.required("at")?, &related.name("at"))?,
            })
        })?,
        evidence: fields.list("evidence", |evidence| {
            evidence.allow(&["source", "text", "stage", "weight", "at"])?;
            Ok(EvidenceValue {
                source: evidence.text("source")?,
                text: evidence.text("text")?,
                stage: evidence.text("stage")?,
                weight: u8::try_from(evidence.number("weight")?.unwrap_or(0)).unwrap_or(u8::MAX),
                at: place(&evidence.required("at")?, &evidence.name("at"))?,
            })
        })?,
        edits: fields.list("edits", |edit| {
            edit.allow(&["at", "text"])?;
            Ok(EditValue {
                at: at(&edit.required("at")?, &edit.name("at"))?,
                text: edit.text("text")?,
            })
        })?,
        is_undecided: fields.flag("undecided")?,
    })
}

/// A place that must name a path, a commit or a ref. A commit may be null: a message that is not yet committed.
fn at(value: &Value, name: &str) -> Result<At, MalformedViolation> {
    let names_place = |object: &regorus::value::Object| {
        ["path", "commit", "ref", "change"]
            .iter()
            .any(|key| object.contains_key(&Value::from(*key)))
    };
    match value {
        Value::Object(object) if !names_place(object) => Err(MalformedViolation::NoPlace(name.to_owned())),
        _ => place(value, name),
    }
}

/// A place that may be empty, as evidence that comes from no file has it.
fn place(value: &Value, name: &str) -> Result<At, MalformedViolation> {
    if *value == Value::Null {
        return Ok(At::default());
    }
    let fields = Fields::of(value, name.to_owned())?;
    fields.allow(&[
        "path",
        "document",
        "pointer",
        "key",
        "line",
        "column",
        "end_line",
        "end_column",
        "branch",
        "commit",
        "ref",
        "change",
    ])?;
    let document = fields.number("document")?;
    Ok(At {
        path: fields.optional_text("path")?,
        document: document.map(|n| usize::try_from(n).unwrap_or(usize::MAX)),
        pointer: fields.optional_text("pointer")?,
        key: fields.flag("key")?,
        line: fields.position("line")?,
        column: fields.position("column")?,
        end_line: fields.position("end_line")?,
        end_column: fields.position("end_column")?,
        branch: fields.optional_text("branch")?,
        commit: fields.optional_text("commit")?,
        reference: fields.optional_text("ref")?,
        change: fields.optional_text("change")?,
    })
}

/// The fields of one object and the path that leads to it.
struct Fields<'v> {
    object: &'v regorus::value::Object,
    prefix: String,
}

impl<'v> Fields<'v> {
    fn of(value: &'v Value, prefix: String) -> Result<Self, MalformedViolation> {
        match value {
            Value::Object(object) => Ok(Self { object, prefix }),
            other if prefix.is_empty() => Err(MalformedViolation::NotASet(type_name_of_item(other))),
            other => Err(MalformedViolation::WrongType {
                field: prefix,
                expected: "an object",
                found: described(other),
            }),
        }
    }

    fn name(&self, key: &str) -> String {
        if self.prefix.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.prefix)
        }
    }

    fn allow(&self, known: &[&str]) -> Result<(), MalformedViolation> {
        for key in self.object.keys_sorted() {
            let is_known = matches!(key, Value::String(text) if known.contains(&text.as_ref()));
            if !is_known {
                let text = key.as_string().map_or_else(|_| key.to_string(), |text| text.to_string());
                return Err(MalformedViolation::Unknown {
                    near: nearest(&text, known.iter().copied()).map(str::to_owned),
                    field: self.name(&text),
                });
            }
        }
        Ok(())
    }

    /// The value of a key; null counts as absent.
    fn get(&self, key: &str) -> Option<&'v Value> {
        self.object.get(&Value::from(key)).filter(|value| **value != Value::Null)
    }

    fn required(&self, key: &str) -> Result<Value, MalformedViolation> {
        let value = self.object.get(&Value::from(key)).cloned();
        match value {
            Some(Value::Null) | None if !self.prefix.starts_with("evidence") => Err(MalformedViolation::Missing(self.name(key))),
            value => Ok(value.unwrap_or(Value::Null)),
        }
    }

    fn text(&self, key: &str) -> Result<String, MalformedViolation> {
        self.optional_text(key)?
            .ok_or_else(|| MalformedViolation::Missing(self.name(key)))
    }

    fn optional_text(&self, key: &str) -> Result<Option<String>, MalformedViolation> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.to_string())),
            Some(other) => Err(self.wrong(key, "a text", other)),
        }
    }

    fn number(&self, key: &str) -> Result<Option<u64>, MalformedViolation> {
        match self.get(key) {
            None => Ok(None),
            Some(value @ Value::Number(number)) => match number.as_u64() {
                Some(number) => Ok(Some(number)),
                None => Err(self.wrong(key, "a whole number from 0", value)),
            },
            Some(other) => Err(self.wrong(key, "a whole number from 0", other)),
        }
    }

    fn position(&self, key: &str) -> Result<Option<u32>, MalformedViolation> {
        Ok(self.number(key)?.map(|n| u32::try_from(n).unwrap_or(u32::MAX)))
    }

    fn flag(&self, key: &str) -> Result<bool, MalformedViolation> {
        match self.get(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong(key, "true or false", other)),
        }
    }

    /// An array or set of objects; absent is empty.
    fn list<T>(
        &self,
        key: &str,
        read: impl Fn(&Fields<'_>) -> Result<T, MalformedViolation>,
    ) -> Result<Vec<T>, MalformedViolation> {
        let items: Vec<&Value> = match self.get(key) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().collect(),
            Some(Value::Set(items)) => items.iter_sorted().collect(),
            Some(other) => return Err(self.wrong(key, "a list of objects", other)),
        };
        let numbered = items.into_iter().enumerate();
        numbered
            .map(|(index, item)| read(&Fields::of(item, format!("{}[{index}]", self.name(key)))?))
            .collect()
    }

    fn wrong(&self, key: &str, expected: &'static str, found: &Value) -> MalformedViolation {
        MalformedViolation::WrongType {
            field: self.name(key),
            expected,
            found: described(found),
        }
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Undefined => "undefined",
    }
}

fn type_name_of_item(value: &Value) -> &'static str {
    match value {
        Value::Null => "a set with null",
        Value::Bool(_) => "a set with a boolean",
        Value::Number(_) => "a set with a number",
        Value::String(_) => "a set with a text",
        Value::Array(_) => "a set with an array",
        _ => "a set with something else",
    }
}

/// Type and, when short, the value itself.
fn described(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 40 {
        format!("{} ({text})", type_name(value))
    } else {
        type_name(value).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: Result<&str, &str>) {
        let items = Value::from_json_str(json).unwrap();
        let set: std::collections::BTreeSet<Value> = items.as_array().unwrap().iter().cloned().collect();
        let found = violations(&Value::from(set));
        let found = found
            .map(|list| list.iter().map(|v| format!("{v:?}")).collect::<Vec<_>>().join("\n"))
            .map_err(|e| e.to_string());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert!(found.contains(expected), "{found}"),
            (found, expected) => assert_eq!(found.as_deref().map_err(String::as_str), expected),
        }
    }

    #[test]
    fn every_form_of_a_place_is_read() {
        check(
            r#"[{"message": "m", "at": {"path": "a", "document": 1, "pointer": "/x", "key": true}}]"#,
            Ok("document: Some(1), pointer: Some(\"/x\"), key: true"),
        );
        check(
            r#"[{"message": "m", "at": {"path": "a", "line": 3, "column": 1, "end_line": 4, "end_column": 2}}]"#,
            Ok("end_line: Some(4), end_column: Some(2)"),
        );
        check(
            r#"[{"message": "m", "at": {"commit": null, "line": 1}}]"#,
            Ok("line: Some(1)"),
        );
        check(
            r#"[{"message": "m", "at": {"ref": "refs/heads/x"}}]"#,
            Ok("reference: Some(\"refs/heads/x\")"),
        );
    }

    #[test]
    fn optional_fields_are_read_and_null_is_absent() {
        check(
            r#"[{"message": "m", "at": {"path": "a"}, "fix": null, "severity": "info", "subject": "s",
                 "related": [{"message": "r", "at": {"path": "b"}}], "edits": [{"at": {"path": "a"}, "text": "t"}],
                 "evidence": [{"source": "path", "text": "x", "stage": "prd", "weight": 80, "at": {}}]}]"#,
            Ok("fix: None, severity: Some(Info), subject: Some(\"s\"), related: [RelatedViolation { message: \"r\""),
        );
    }

    #[test]
    fn a_malformed_field_is_named() {
        check(r#"[{"at": {"path": "a"}}]"#, Err("field `message` of a violation is missing"));
        check(r#"[{"message": "m"}]"#, Err("field `at` of a violation is missing"));
        check(
            r#"[{"message": 1, "at": {"path": "a"}}]"#,
            Err("field `message` of a violation must be a text, but is a number (1)"),
        );
        check(
            r#"[{"message": "m", "at": {}}]"#,
            Err("field `at` of a violation names no place: it needs one of path, commit, ref, change"),
        );
        check(
            r#"[{"message": "m", "at": {"path": "a"}, "fixx": "f"}]"#,
            Err("field `fixx` of a violation is unknown, did you mean `fix`?"),
        );
        check(
            r#"[{"message": "m", "at": {"path": "a", "line": -1}}]"#,
            Err("field `at.line` of a violation must be a whole number from 0, but is a number (-1)"),
        );
        check(
            r#"[{"message": "m", "at": {"path": "a"}, "severity": "fatal"}]"#,
            Err("field `severity` of a violation must be error, warning or info, but is a text (\"fatal\")"),
        );
        check(
            r#"[{"message": "m", "at": {"path": "a"}, "edits": [{"text": "t"}]}]"#,
            Err("field `edits[0].at` of a violation is missing"),
        );
        check(
            r#"["text"]"#,
            Err("`report` must be a set of objects, but is a set with a text"),
        );
    }

    #[test]
    fn undefined_is_none_and_a_scalar_is_malformed() {
        assert_eq!(violations(&Value::Undefined), Ok(Vec::new()));
        assert_eq!(
            violations(&Value::Bool(true)),
            Err(MalformedViolation::NotASet("true or false"))
        );
    }
}
