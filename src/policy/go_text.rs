//! Values as Go and OPA write them: quoted texts, numbers by kind, collections with a blank after comma and colon.

use std::fmt::Write as _;

use regorus::Value;

/// A number as OPA hands it to `fmt`: integers are exact, everything else is a float.
pub(crate) enum GoNumber {
    /// Holds a number without a fraction; regorus does not export the type by name.
    Integer(Value),
    Float(f64),
}

impl GoNumber {
    /// `None` when the value is no number.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            // A float without fraction counts as an integer only as long as it is one exactly.
            Value::Number(number) if number.as_i64().is_some() || !number.format_bin().is_empty() => {
                Some(Self::Integer(value.clone()))
            }
            Value::Number(number) => Some(Self::Float(number.as_f64().unwrap_or(f64::NAN))),
            _ => None,
        }
    }

    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Float(_) => "float64",
            Self::Integer(_) if self.small().is_some() => "int",
            Self::Integer(_) => "*big.Int",
        }
    }

    /// As `%v` writes it.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Float(float) => {
                let sign = if float.is_sign_negative() { "-" } else { "" };
                format!("{sign}{}", general(float.abs(), None))
            }
            Self::Integer(_) => format!("{}{}", if self.is_negative() { "-" } else { "" }, self.digits(10)),
        }
    }

    /// The integer, when it fits into 64 bits.
    pub(crate) fn small(&self) -> Option<i64> {
        match self {
            Self::Integer(Value::Number(number)) => number.as_i64(),
            _ => None,
        }
    }

    pub(crate) fn is_negative(&self) -> bool {
        match self {
            Self::Integer(Value::Number(number)) => number
                .as_i64()
                .map_or_else(|| number.format_bin().starts_with('-'), |n| n < 0),
            Self::Integer(_) => false,
            Self::Float(float) => float.is_sign_negative(),
        }
    }

    /// The integer's digits without sign, in lower case. Base 2, 8, 10 or 16.
    pub(crate) fn digits(&self, base: u32) -> String {
        let Self::Integer(Value::Number(number)) = self else {
            return String::new();
        };
        let digits = match base {
            2 => number.format_bin(),
            8 => number.format_octal(),
            16 => number.format_hex(),
            // A float without fraction would be written in decimals of its own.
            _ => number
                .to_big()
                .map_or_else(|_| number.format_decimal(), |big| big.to_string()),
        };
        digits.trim_start_matches('-').to_owned()
    }

    /// The character with this number; the replacement character when there is none, as in Go.
    pub(crate) fn character(&self) -> char {
        let code = self.small().and_then(|n| u32::try_from(n).ok());
        code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

/// The shorter of decimal and exponential form; without precision the fewest digits that name the number. Takes no sign.
pub(crate) fn general(size: f64, precision: Option<usize>) -> String {
    if !size.is_finite() {
        return if size.is_nan() { "NaN".to_owned() } else { "+Inf".to_owned() };
    }
    let precision = precision.map(|p| p.max(1));
    let scientific = match precision {
        Some(precision) => format!("{size:.*e}", precision - 1),
        None => format!("{size:e}"),
    };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let mantissa = without_trailing_zeros(mantissa);
    let digits = i64::try_from(mantissa.chars().filter(char::is_ascii_digit).count()).unwrap_or(i64::MAX);
    let limit = match precision.map(|p| i64::try_from(p).unwrap_or(i64::MAX)) {
        Some(precision) if precision > digits && digits > exponent => digits,
        Some(precision) => precision,
        None => 6,
    };
    // With `limit` equal to the digits, a number such as 100 (one digit, exponent 2) is still written in full.
    if exponent < -4 || exponent >= limit {
        return exponential(&format!("{mantissa}e{exponent}"));
    }
    let decimals = usize::try_from((digits - 1 - exponent).max(0)).unwrap_or(0);
    format!("{size:.decimals$}")
}

/// `1.5e7` as Go writes it: `1.5e+07`.
pub(crate) fn exponential(text: &str) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// Any value as OPA displays it within text: texts in quotes, `{"a": 1}`, `set()`.
pub(crate) fn displayed(value: &Value) -> String {
    let mut out = String::new();
    display(value, &mut out);
    out
}

fn display(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(&quoted(text)),
        Value::Array(items) => list(out, ('[', ']'), items.iter(), display),
        Value::Set(items) if items.is_empty() => out.push_str("set()"),
        Value::Set(items) => list(out, ('{', '}'), items.iter_sorted(), display),
        Value::Object(fields) => list(out, ('{', '}'), fields.iter_sorted(), |(key, value), out| {
            display(key, out);
            out.push_str(": ");
            display(value, out);
        }),
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

fn list<T>(out: &mut String, brackets: (char, char), items: impl Iterator<Item = T>, write: impl Fn(T, &mut String)) {
    out.push(brackets.0);
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(item, out);
    }
    out.push(brackets.1);
}

/// A text in double quotes as Go's `strconv.Quote` writes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        escape(c, '"', &mut out);
    }
    out.push('"');
    out
}

/// A character in single quotes as Go's `strconv.QuoteRune` writes it.
pub(crate) fn quoted_character(c: char) -> String {
    let mut out = String::from("'");
    escape(c, '\'', &mut out);
    out.push('\'');
    out
}

fn escape(c: char, quote: char, out: &mut String) {
    let code = u32::from(c);
    let _ = match c {
        '\\' => write!(out, "\\\\"),
        c if c == quote => write!(out, "\\{c}"),
        '\x07' => write!(out, "\\a"),
        '\x08' => write!(out, "\\b"),
        '\x0c' => write!(out, "\\f"),
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        '\x0b' => write!(out, "\\v"),
        '"' | '\'' => write!(out, "{c}"),
        _ if code < 0x20 || code == 0x7f => write!(out, "\\x{code:02x}"),
        // The standard library's debug form knows which characters cannot be seen, though it writes them otherwise.
        _ if is_hidden(c) && code > 0xffff => write!(out, "\\U{code:08x}"),
        _ if is_hidden(c) => write!(out, "\\u{code:04x}"),
        _ => write!(out, "{c}"),
    };
}

fn is_hidden(c: char) -> bool {
    // Within a text, Rust leaves combining characters as they are, and so does Go.
    format!("{:?}", format!("a{c}")).contains("\\u{")
}

fn without_trailing_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}
