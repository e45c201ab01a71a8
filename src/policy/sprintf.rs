//! `sprintf` as OPA has it, which is Go's `fmt.Sprintf` over texts and numbers: a wrong verb or count shows in the text, it never fails.

use std::fmt::Write as _;

use regorus::Value;

use super::go_text::{GoNumber, displayed, exponential, general, quoted, quoted_character};

/// Widths and precisions beyond this are cut, as Go does, so that a format cannot ask for gigabytes.
const MAX_WIDTH: usize = 1_000_000;

/// Writes the arguments into the format.
pub(crate) fn sprintf(format: &str, args: &[Value]) -> String {
    let mut printer = Printer {
        out: String::with_capacity(format.len() + 16),
        rest: format,
        args: args.iter().map(Arg::of).collect(),
        next: 0,
        is_reordered: false,
    };
    printer.run();
    printer.out
}

enum Arg {
    Text(String),
    Number(GoNumber),
}

impl Arg {
    /// Texts and numbers are themselves; everything else is its text in Rego, as in OPA.
    fn of(value: &Value) -> Self {
        match (value, GoNumber::of(value)) {
            (_, Some(number)) => Self::Number(number),
            (Value::String(text), None) => Self::Text(text.to_string()),
            (other, None) => Self::Text(displayed(other)),
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Number(number) => number.type_name(),
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.plain(),
        }
    }
}

/// One directive between `%` and its verb.
#[derive(Default)]
struct Directive {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// An index `[n]` that names no argument.
    has_bad_index: bool,
}

struct Printer<'f> {
    out: String,
    rest: &'f str,
    args: Vec<Arg>,
    next: usize,
    /// An index `[n]` was used: then Go does not complain of arguments left over.
    is_reordered: bool,
}

impl Printer<'_> {
    fn run(&mut self) {
        while let Some((text, rest)) = self.rest.split_once('%') {
            self.out.push_str(text);
            self.rest = rest;
            self.directive();
        }
        self.out.push_str(self.rest);
        if !self.is_reordered && self.next < self.args.len() {
            let extra: Vec<String> = self
                .args
                .iter()
                .skip(self.next)
                .map(|a| format!("{}={}", a.type_name(), a.plain()))
                .collect();
            let _ = write!(self.out, "%!(EXTRA {})", extra.join(", "));
        }
    }

    fn directive(&mut self) {
        let mut directive = Directive::default();
        while let Some(flag) = self.rest.chars().next() {
            match flag {
                '-' => directive.minus = true,
                '+' => directive.plus = true,
                '#' => directive.sharp = true,
                ' ' => directive.space = true,
                '0' => directive.zero = true,
                _ => break,
            }
            self.skip(flag);
        }
        self.index(&mut directive);
        directive.width = self.amount(&mut directive, "%!(BADWIDTH)");
        if self.rest.starts_with('.') {
            self.skip('.');
            self.index(&mut directive);
            directive.precision = Some(self.amount(&mut directive, "%!(BADPREC)").unwrap_or(0));
        }
        self.index(&mut directive);
        let Some(verb) = self.rest.chars().next() else {
            self.out.push_str("%!(NOVERB)");
            return;
        };
        self.skip(verb);
        self.verb(verb, &directive);
    }

    fn verb(&mut self, verb: char, directive: &Directive) {
        if verb == '%' {
            self.out.push('%');
        } else if directive.has_bad_index {
            let _ = write!(self.out, "%!{verb}(BADINDEX)");
        } else if let Some(arg) = self.args.get(self.next) {
            self.next += 1;
            let text = formatted(verb, arg, directive);
            self.out.push_str(&text);
        } else {
            let _ = write!(self.out, "%!{verb}(MISSING)");
        }
    }

    fn skip(&mut self, c: char) {
        self.rest = self.rest.strip_prefix(c).unwrap_or(self.rest);
    }

    /// Reads `[n]`, which chooses the next argument.
    fn index(&mut self, directive: &mut Directive) {
        let Some(inside) = self.rest.strip_prefix('[') else { return };
        self.is_reordered = true;
        let Some((digits, rest)) = inside.split_once(']') else {
            directive.has_bad_index = true;
            self.rest = inside;
            return;
        };
        self.rest = rest;
        match digits.parse::<usize>() {
            Ok(number) if (1..=self.args.len()).contains(&number) => self.next = number - 1,
            _ => directive.has_bad_index = true,
        }
    }

    /// Reads digits, or `*`, which takes the amount from an argument.
    fn amount(&mut self, directive: &mut Directive, complaint: &str) -> Option<usize> {
        if self.rest.starts_with('*') {
            self.skip('*');
            let amount = match self.args.get(self.next) {
                Some(Arg::Number(number)) => number.small(),
                _ => None,
            };
            self.next += 1;
            match amount {
                Some(amount) if amount.unsigned_abs() <= MAX_WIDTH as u64 => {
                    directive.minus |= amount < 0;
                    return usize::try_from(amount.unsigned_abs()).ok();
                }
                _ => self.out.push_str(complaint),
            }
            return None;
        }
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!digits.is_empty()).then(|| digits.parse().unwrap_or(MAX_WIDTH).min(MAX_WIDTH))
    }
}

fn formatted(verb: char, arg: &Arg, directive: &Directive) -> String {
    let done = match (arg, verb) {
        (arg, 'T') => Some(padded(arg.type_name().to_owned(), directive, false)),
        (Arg::Text(text), verb) => text_verb(verb, text, directive),
        (Arg::Number(GoNumber::Float(float)), verb) => float_verb(verb, *float, directive),
        (Arg::Number(number), verb) => integer_verb(verb, number, directive),
    };
    done.unwrap_or_else(|| format!("%!{verb}({}={})", arg.type_name(), arg.plain()))
}

fn text_verb(verb: char, text: &str, directive: &Directive) -> Option<String> {
    let cut: String = match directive.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    };
    let text = match verb {
        'v' if directive.sharp => quoted(&cut),
        's' | 'v' => cut,
        'q' if directive.sharp && !cut.contains(['`', '\n', '\r']) => format!("`{cut}`"),
        'q' => quoted(&cut),
        'x' | 'X' => {
            let bytes = text.as_bytes().iter().take(directive.precision.unwrap_or(usize::MAX));
            bytes.fold(String::new(), |mut hex, byte| {
                let _ = if verb == 'x' {
                    write!(hex, "{byte:02x}")
                } else {
                    write!(hex, "{byte:02X}")
                };
                hex
            })
        }
        _ => return None,
    };
    Some(padded(text, directive, true))
}

fn integer_verb(verb: char, number: &GoNumber, directive: &Directive) -> Option<String> {
    let (prefix, digits) = match verb {
        'd' | 'v' => ("", number.digits(10)),
        'b' => (if directive.sharp { "0b" } else { "" }, number.digits(2)),
        'o' => (if directive.sharp { "0" } else { "" }, number.digits(8)),
        'O' => ("0o", number.digits(8)),
        'x' => (if directive.sharp { "0x" } else { "" }, number.digits(16)),
        'X' => (if directive.sharp { "0X" } else { "" }, number.digits(16).to_uppercase()),
        'c' => return Some(padded(number.character().to_string(), directive, true)),
        'q' => return Some(padded(quoted_character(number.character()), directive, true)),
        'U' => return Some(padded(format!("U+{:0>4}", number.digits(16).to_uppercase()), directive, true)),
        _ => return None,
    };
    let digits = match directive.precision {
        Some(precision) => format!("{digits:0>precision$}"),
        None => digits,
    };
    Some(signed(
        number.is_negative(),
        prefix,
        digits,
        directive,
        directive.precision.is_none(),
    ))
}

fn float_verb(verb: char, float: f64, directive: &Directive) -> Option<String> {
    let size = float.abs();
    let digits = match verb {
        'f' | 'F' => format!("{size:.*}", directive.precision.unwrap_or(6)),
        'e' | 'E' => exponential(&format!("{size:.*e}", directive.precision.unwrap_or(6))),
        'g' | 'G' | 'v' => general(size, directive.precision),
        _ => return None,
    };
    let digits = if verb.is_uppercase() { digits.to_uppercase() } else { digits };
    Some(signed(float.is_sign_negative(), "", digits, directive, true))
}

/// Puts sign and prefix before the digits; zeros go between them.
fn signed(is_negative: bool, prefix: &str, digits: String, directive: &Directive, may_fill: bool) -> String {
    let sign = match (is_negative, directive.plus, directive.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    };
    let head = format!("{sign}{prefix}");
    if directive.zero && !directive.minus && may_fill {
        let width = directive.width.unwrap_or(0).saturating_sub(head.len());
        return format!("{head}{digits:0>width$}");
    }
    padded(head + &digits, directive, false)
}

fn padded(text: String, directive: &Directive, may_fill: bool) -> String {
    let missing = directive.width.unwrap_or(0).saturating_sub(text.chars().count());
    match (directive.minus, directive.zero && may_fill) {
        (true, _) => text + &" ".repeat(missing),
        (false, true) => "0".repeat(missing) + &text,
        (false, false) => " ".repeat(missing) + &text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, args: &str, expected: &str) {
        let args = Value::from_json_str(args).unwrap();
        assert_eq!(
            sprintf(format, &args.as_array().unwrap().to_vec()),
            expected,
            "{format} {args}"
        );
    }

    #[test]
    fn texts_and_numbers_are_written_as_go_writes_them() {
        check("%s follows %v", r#"["app", "main"]"#, "app follows main");
        check("%d of %d", "[1, -2]", "1 of -2");
        check("100%% %s", r#"["ok"]"#, "100% ok");
        check("%v %v %v", "[1.5, 100000, 0.1]", "1.5 100000 0.1");
        check("%v %v", "[1234567.5, 0.00001]", "1.2345675e+06 1e-05");
    }

    #[test]
    fn width_precision_and_flags_are_kept() {
        check(
            "[%5d|%-5d|%05d|%+d|% d]",
            "[42, 42, 42, 42, 42]",
            "[   42|42   |00042|+42| 42]",
        );
        check(
            "[%10s|%-10s|%.2s|%5.1s]",
            r#"["abc", "abc", "äbc", "äbc"]"#,
            "[       abc|abc       |äb|    ä]",
        );
        check(
            "%.2f %5.2f %f %6.1f|",
            "[3.14159, 3.14159, 1.5, 2.25]",
            "3.14  3.14 1.500000    2.2|",
        );
        check(
            "%05d %.3d %x %X %#x %o %#o %O %b %#b %c %U %q",
            "[-42, 7, 255, 255, 255, 8, 8, 8, 5, 5, 228, 228, 228]",
            "-0042 007 ff FF 0xff 10 010 0o10 101 0b101 ä U+00E4 'ä'",
        );
        check("%*d|%-*d|%.*f", "[5, 42, 5, 42, 2, 3.14159]", "   42|42   |3.14");
    }

    #[test]
    fn floats_have_all_forms() {
        check(
            "%e %E %.1e",
            "[1234.5678, 0.00012, 12345.5]",
            "1.234568e+03 1.200000E-04 1.2e+04",
        );
        check(
            "%g %g %g %G",
            "[0.5, 0.00000012, 1234567.5, 0.00000012]",
            "0.5 1.2e-07 1.2345675e+06 1.2E-07",
        );
        check("%.3g %.10g %.2g", "[1234.5, 1234.5, 0.000123456]", "1.23e+03 1234.5 0.00012");
        check("%+.1f %08.2f %-8.1f|", "[1.25, -1.5, 1.5]", "+1.2 -0001.50 1.5     |");
    }

    #[test]
    fn arguments_can_be_chosen_by_number() {
        check("%[2]s before %[1]s", r#"["b", "a"]"#, "a before b");
        check("%[1]s %[1]q %s", r#"["a", "b"]"#, "a \"a\" b");
        check("%[3]s %[x]d %[1", r#"["a"]"#, "%!s(BADINDEX) %!d(BADINDEX) %!(NOVERB)");
    }

    #[test]
    fn everything_else_is_its_text_in_rego() {
        check("%v %v %v", r#"[true, null, ["a", 1]]"#, "true null [\"a\", 1]");
        check(
            "%s",
            r#"[{"b": [], "a": {"x": "y\n"}}]"#,
            "{\"a\": {\"x\": \"y\\n\"}, \"b\": []}",
        );
        let sets = Value::from_json_str("[1, 2]")
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .cloned()
            .collect::<std::collections::BTreeSet<_>>();
        assert_eq!(sprintf("%v %v", &[Value::from(sets), Value::new_set()]), "{1, 2} set()");
    }

    #[test]
    fn a_wrong_verb_or_count_shows_in_the_text() {
        check("%d", r#"["x"]"#, "%!d(string=x)");
        check("%d %t", "[1.5, true]", "%!d(float64=1.5) %!t(string=true)");
        check("%s %s", r#"["x"]"#, "x %!s(MISSING)");
        check("%s", r#"["x", 1, 2.5]"#, "x%!(EXTRA int=1, float64=2.5)");
        check("%s %z %", "[7, 7]", "%!s(int=7) %!z(int=7) %!(NOVERB)");
        check("%*d", r#"["x", 1]"#, "%!(BADWIDTH)1");
        check("%e %T %T", "[5, 5, 18446744073709551615]", "%!e(int=5) int *big.Int");
    }

    #[test]
    fn quotes_escape_what_cannot_be_seen() {
        check(
            "%q %q %#q %x",
            r#"["a\"\n\u0001", "ü\u200b", "raw", "hi"]"#,
            "\"a\\\"\\n\\x01\" \"ü\\u200b\" `raw` 6869",
        );
    }

    #[test]
    fn large_integers_keep_their_digits() {
        let big = Value::from(u128::from(u64::MAX) + 1);
        let args = [big.clone(), Value::from(u64::MAX), big];
        assert_eq!(
            sprintf("%d %v %x", &args),
            "18446744073709551616 18446744073709551615 10000000000000000"
        );
    }

    #[test]
    fn an_absurd_width_is_cut() {
        let args = [Value::from("x")];
        assert_eq!(sprintf("%99999999999999999999s", &args).len(), MAX_WIDTH);
    }
}
