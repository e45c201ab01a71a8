//! Builds Rego values cheaply and writes them as stable JSON.

use std::collections::BTreeMap;

use regorus::Value;

/// An object of string keys; of a key given twice the last one.
pub fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let fields: BTreeMap<Value, Value> = fields.into_iter().map(|(key, value)| (Value::from(key), value)).collect();
    Value::from(fields)
}

/// An array in the given order.
pub fn array(items: impl IntoIterator<Item = Value>) -> Value {
    Value::from(items.into_iter().collect::<Vec<Value>>())
}

pub fn string(text: &str) -> Value {
    Value::from(text)
}

/// The text, or `null`: in `input` unknown is null, never missing.
pub fn optional_string(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

/// An array of texts.
pub fn strings<'a>(texts: impl IntoIterator<Item = &'a str>) -> Value {
    array(texts.into_iter().map(Value::from))
}

/// An array of texts.
pub fn texts(texts: &[String]) -> Value {
    strings(texts.iter().map(String::as_str))
}

/// Copies a JSON value; numbers that JSON cannot hold do not occur in it.
pub fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => number(n),
        serde_json::Value::String(s) => Value::from(s.as_str()),
        serde_json::Value::Array(items) => array(items.iter().map(from_json)),
        serde_json::Value::Object(fields) => object(fields.iter().map(|(key, value)| (key.as_str(), from_json(value)))),
    }
}

/// Pretty JSON with sorted keys and a final line break; sets are written as sorted arrays, undefined as null.
pub fn to_json(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(&to_serde(value)).unwrap_or_default();
    text.push('\n');
    text
}

/// Copies into a JSON value, keys sorted; keys that are no strings are written as compact JSON.
pub fn to_serde(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::Undefined => serde_json::Value::Null,
        Value::Bool(b) => serde_json::Value::Bool(*b),
        Value::Number(n) => {
            let integer = n
                .as_i64()
                .map(serde_json::Number::from)
                .or_else(|| n.as_u64().map(serde_json::Number::from));
            let number = integer.or_else(|| n.as_f64().and_then(serde_json::Number::from_f64));
            // Beyond both kinds only the digits are left.
            number.map_or_else(|| serde_json::Value::String(n.format_decimal()), serde_json::Value::Number)
        }
        Value::String(s) => serde_json::Value::String(s.to_string()),
        Value::Array(items) => items.iter().map(to_serde).collect(),
        Value::Set(items) => items.iter_sorted().map(to_serde).collect(),
        Value::Object(fields) => {
            let mut sorted: Vec<(String, serde_json::Value)> = fields
                .iter_sorted()
                .map(|(key, value)| (key_text(key), to_serde(value)))
                .collect();
            sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
            sorted.into_iter().collect::<serde_json::Map<_, _>>().into()
        }
    }
}

fn number(number: &serde_json::Number) -> Value {
    if let Some(n) = number.as_i64() {
        Value::from(n)
    } else if let Some(n) = number.as_u64() {
        Value::from(n)
    } else {
        number.as_f64().map_or(Value::Null, Value::from)
    }
}

fn key_text(key: &Value) -> String {
    match key {
        Value::String(text) => text.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_comes_back_the_same_with_sorted_keys() {
        let json = serde_json::json!({"b": [1, -2, 1.5, null], "a": {"y": true, "x": "ä"}});
        assert_eq!(
            to_json(&from_json(&json)),
            "{\n  \"a\": {\n    \"x\": \"ä\",\n    \"y\": true\n  },\n  \"b\": [\n    1,\n    -2,\n    1.5,\n    null\n  ]\n}\n"
        );
    }

    #[test]
    fn large_numbers_keep_their_digits() {
        let json = serde_json::json!([u64::MAX, i64::MIN]);
        assert_eq!(to_serde(&from_json(&json)), json);
    }

    #[test]
    fn an_unknown_text_is_null() {
        assert_eq!(
            object([("a", optional_string(None)), ("b", strings(["x"]))]).to_string(),
            r#"{"a":null,"b":["x"]}"#
        );
    }
}
