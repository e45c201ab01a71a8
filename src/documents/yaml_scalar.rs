//! What a plain YAML scalar means: the core schema of YAML 1.2, in which `yes`, `no`, `on` and `off` are strings.

use std::sync::Arc;

use saphyr_parser::Tag;

use super::document::NodeValue;

/// A value other than a string that plain text stands for; `None` when it is a string.
pub(super) fn resolve(text: &str) -> Option<NodeValue> {
    // Nearly every scalar of a real file is a word; its first letter already tells.
    match text.as_bytes().first() {
        None => Some(NodeValue::Null),
        Some(b'~' | b'n' | b'N') => is_null(text).then_some(NodeValue::Null),
        Some(b't' | b'T' | b'f' | b'F') => boolean(text).map(NodeValue::Bool),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => integer(text).or_else(|| float(text)),
        Some(_) => None,
    }
}

/// The value of a scalar that has a tag, and the tag when it stays on the node.
pub(super) fn resolve_tagged(text: &str, is_quoted: bool, tag: &Tag) -> (NodeValue, Option<Arc<str>>) {
    let string = || NodeValue::String(text.into());
    let value = match core_type(tag) {
        Some("null") if is_null(text) => NodeValue::Null,
        Some("bool") => boolean(text).map_or_else(string, NodeValue::Bool),
        Some("int") => integer(text).unwrap_or_else(string),
        Some("float") => match integer(text) {
            Some(NodeValue::Integer(_)) => text.parse().map_or_else(|_| string(), NodeValue::Float),
            Some(value) => value,
            None => float(text).unwrap_or_else(string),
        },
        // `!!binary`, `!!timestamp` and local tags: what the text means is for whoever knows the tag.
        _ if is_quoted || !text.is_empty() => string(),
        Some("str") => string(),
        _ => NodeValue::Null,
    };
    (value, tag_to_keep(tag))
}

/// The text of a tag with its `!`, unless it is one of the core schema.
pub(super) fn tag_to_keep(tag: &Tag) -> Option<Arc<str>> {
    match core_type(tag) {
        Some("" | "null" | "bool" | "int" | "float" | "str" | "seq" | "map") => None,
        Some(other) => Some(format!("!!{other}").into()),
        None if tag.handle.starts_with('!') => Some(format!("{}{}", tag.handle, tag.suffix).into()),
        None => Some(format!("!<{}{}>", tag.handle, tag.suffix).into()),
    }
}

/// `str` of `!!str` or `!<tag:yaml.org,2002:str>`; empty for a lone `!`, which says "not resolved".
fn core_type(tag: &Tag) -> Option<&str> {
    const CORE: &str = "tag:yaml.org,2002:";
    match tag.handle.as_str() {
        CORE => Some(&tag.suffix),
        "" if tag.suffix == "!" => Some(""),
        "" => tag.suffix.strip_prefix(CORE),
        _ => None,
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A decimal, octal (`0o17`) or hexadecimal (`0xff`) integer; beyond 64 bits as the nearest float.
fn integer(text: &str) -> Option<NodeValue> {
    if let Some(digits) = text.strip_prefix("0x") {
        return of_radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return of_radix(digits, 8);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse()
        .map(NodeValue::Integer)
        .or_else(|_| text.parse().map(NodeValue::Float))
        .ok()
}

/// A decimal fraction or exponent, an infinity, or not-a-number.
fn float(text: &str) -> Option<NodeValue> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if matches!(digits, ".inf" | ".Inf" | ".INF") {
        let infinity = if negative { f64::NEG_INFINITY } else { f64::INFINITY };
        return Some(NodeValue::Float(infinity));
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(NodeValue::Float(f64::NAN));
    }
    // Rust reads more words as floats than YAML does (`inf`, `nan`, `infinity`), so the grammar is checked first.
    is_decimal(digits).then(|| text.parse().map(NodeValue::Float).ok()).flatten()
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    exponent_fits && !(whole.is_empty() && fraction.is_empty()) && all_digits(whole) && all_digits(fraction)
}

fn of_radix(digits: &str, radix: u32) -> Option<NodeValue> {
    if digits.is_empty() {
        return None;
    }
    if let Ok(value) = i64::from_str_radix(digits, radix) {
        // `from_str_radix` takes a sign, the grammar does not.
        return digits
            .starts_with(|c: char| c.is_digit(radix))
            .then_some(NodeValue::Integer(value));
    }
    digits
        .chars()
        .try_fold(0.0, |sum, c| {
            Some(f64::from(radix).mul_add(sum, f64::from(c.to_digit(radix)?)))
        })
        .map(NodeValue::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<NodeValue>) {
        assert_eq!(resolve(text), expected, "{text:?}");
    }

    #[test]
    fn numbers_are_numbers() {
        check("0", Some(NodeValue::Integer(0)));
        check("-12", Some(NodeValue::Integer(-12)));
        check("+12", Some(NodeValue::Integer(12)));
        check("0644", Some(NodeValue::Integer(644)));
        check("0o17", Some(NodeValue::Integer(15)));
        check("0xFf", Some(NodeValue::Integer(255)));
        check("1.10", Some(NodeValue::Float(1.1)));
        check("1.", Some(NodeValue::Float(1.0)));
        check(".5", Some(NodeValue::Float(0.5)));
        check("1e3", Some(NodeValue::Float(1000.0)));
        check("-1.5E-1", Some(NodeValue::Float(-0.15)));
        check("9223372036854775807", Some(NodeValue::Integer(i64::MAX)));
        check("9223372036854775808", Some(NodeValue::Float(9_223_372_036_854_775_808.0)));
        check("0xffffffffffffffff", Some(NodeValue::Float(18_446_744_073_709_551_615.0)));
        check("-.inf", Some(NodeValue::Float(f64::NEG_INFINITY)));
        check("+.Inf", Some(NodeValue::Float(f64::INFINITY)));
        assert!(matches!(resolve(".NaN"), Some(NodeValue::Float(value)) if value.is_nan()));
    }

    #[test]
    fn words_that_look_like_numbers_are_strings() {
        for text in [
            "1.2.3",
            "v1",
            "1_000",
            "0x",
            "0xg",
            "0x-1",
            "0o8",
            "-",
            "+",
            ".",
            "..",
            "e3",
            "1e",
            "1e+",
            "12:30",
            "inf",
            "nan",
            "-.nan",
            "2024-01-01",
            "1.2e3.4",
            "+-1",
            "--1",
            "1 2",
            "-0x1",
            ".e1",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn null_and_booleans_have_three_spellings() {
        for text in ["", "~", "null", "Null", "NULL"] {
            check(text, Some(NodeValue::Null));
        }
        for text in ["true", "True", "TRUE"] {
            check(text, Some(NodeValue::Bool(true)));
        }
        for text in ["false", "False", "FALSE"] {
            check(text, Some(NodeValue::Bool(false)));
        }
    }

    #[test]
    fn words_of_yaml_1_1_stay_strings() {
        for text in ["yes", "no", "on", "off", "Yes", "NO", "On", "y", "n", "nULL", "tRUE", "None"] {
            check(text, None);
        }
    }
}
