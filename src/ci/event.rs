//! GitHub's event as typed values; a missing key and `null` are the same: not told.

use serde_json::Value;

use crate::domain::change::Host;

use super::CiError;
use super::variables::{object_id, odd};

/// A value of the event with its place, such as `pull_request.base.ref`.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    value: Option<&'a Value>,
    place: String,
}

/// The whole event; `path` is for messages.
pub(super) fn parse(text: &str, path: &str) -> Result<Value, CiError> {
    serde_json::from_str(text).map_err(|error| CiError::EventNotJson {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
        cause: cause(&error),
    })
}

/// The message of serde_json without the place that it ends with.
fn cause(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

impl<'a> Field<'a> {
    pub(super) fn of(event: &'a Value) -> Self {
        Self {
            value: Some(event).filter(|value| !value.is_null()),
            place: String::new(),
        }
    }

    /// What stands under the key; nothing where there is no object.
    pub(super) fn get(&self, key: &str) -> Result<Self, CiError> {
        let place = match self.place.as_str() {
            "" => key.to_owned(),
            place => format!("{place}.{key}"),
        };
        let value = match self.value {
            None => None,
            Some(Value::Object(object)) => object.get(key).filter(|value| !value.is_null()),
            Some(other) => return Err(self.odd(other, "an object")),
        };
        Ok(Self { value, place })
    }

    pub(super) fn is_told(&self) -> bool {
        self.value.is_some()
    }

    /// An empty text is none.
    pub(super) fn text(&self) -> Result<Option<String>, CiError> {
        Ok(self.raw_text()?.filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// The text as it is, also when it is empty.
    pub(super) fn raw_text(&self) -> Result<Option<&'a str>, CiError> {
        match self.value {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.odd(other, "a text")),
        }
    }

    pub(super) fn flag(&self) -> Result<Option<bool>, CiError> {
        match self.value {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.odd(other, "true or false")),
        }
    }

    pub(super) fn number(&self) -> Result<Option<u64>, CiError> {
        let Some(value) = self.value else { return Ok(None) };
        match value.as_u64() {
            Some(number) => Ok(Some(number)),
            None => Err(self.odd(value, "a whole number")),
        }
    }

    pub(super) fn object_id(&self) -> Result<Option<String>, CiError> {
        match self.text()? {
            None => Ok(None),
            Some(found) => object_id(Host::GitHub, &self.place, &found),
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> Result<Vec<Self>, CiError> {
        let items = match self.value {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(self.odd(other, "a list")),
        };
        let field = |(index, value): (usize, &'a Value)| Self {
            value: Some(value).filter(|value| !value.is_null()),
            place: format!("{}[{index}]", self.place),
        };
        Ok(items.iter().enumerate().map(field).collect())
    }

    fn odd(&self, found: &Value, expected: &'static str) -> CiError {
        let place = if self.place.is_empty() { "the event" } else { &self.place };
        let found = match found {
            // A whole subtree would say less than its kind.
            Value::Object(_) => "an object".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            other => other.to_string(),
        };
        odd(Host::GitHub, place, &found, expected)
    }
}
