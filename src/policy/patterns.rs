//! Regular expressions and path globs for policies, with the results of OPA; compiled once per thread.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex::Regex;
use regorus::Value;

use super::builtins::{integer, text};
use super::value::{array, string, strings};

/// Compiled patterns of each kind kept per thread.
const MAX_PATTERNS: usize = 256;
/// Bytes that a compiled regular expression may take.
const MAX_REGEX_BYTES: usize = 10 * 1024 * 1024;

thread_local! {
    static REGEXES: RefCell<BTreeMap<String, Regex>> = const { RefCell::new(BTreeMap::new()) };
    static GLOBS: RefCell<BTreeMap<String, globset::GlobMatcher>> = const { RefCell::new(BTreeMap::new()) };
}

pub(crate) fn glob(args: &[Value]) -> Result<Value, String> {
    let (Some(pattern), Some(path)) = (text(args, 0), text(args, 1)) else {
        return Err("takes a pattern and a path".to_owned());
    };
    GLOBS.with(|globs| {
        with_compiled(&mut globs.borrow_mut(), pattern, compile_glob, |glob| {
            Value::Bool(glob.is_match(path))
        })
    })
}

// regorus has the functions below, too, but compiles their patterns at every call, which takes many times as long as a small rule.

pub(crate) fn is_match(args: &[Value]) -> Result<Value, String> {
    let (pattern, value) = pattern_and_text(args)?;
    with_regex(pattern, |regex| Value::Bool(regex.is_match(value)))
}

pub(crate) fn is_valid(args: &[Value]) -> Result<Value, String> {
    let is_valid = text(args, 0).is_some_and(|pattern| with_regex(pattern, |_| Value::Null).is_ok());
    Ok(Value::Bool(is_valid))
}

pub(crate) fn find_n(args: &[Value]) -> Result<Value, String> {
    let (pattern, value) = pattern_and_text(args)?;
    let count = count(args)?;
    with_regex(pattern, |regex| {
        strings(regex.find_iter(value).take(count).map(|found| found.as_str()))
    })
}

/// A group that took no part is the empty text.
pub(crate) fn find_all_string_submatch_n(args: &[Value]) -> Result<Value, String> {
    let (pattern, value) = pattern_and_text(args)?;
    let count = count(args)?;
    with_regex(pattern, |regex| {
        let groups = |found: regex::Captures<'_>| strings(found.iter().map(|group| group.map_or("", |g| g.as_str())));
        array(regex.captures_iter(value).take(count).map(groups))
    })
}

/// The text comes first here; `$1` and `${name}` stand for groups.
pub(crate) fn replace(args: &[Value]) -> Result<Value, String> {
    let (Some(value), Some(pattern), Some(by)) = (text(args, 0), text(args, 1), text(args, 2)) else {
        return Err("takes a text, a pattern and a text".to_owned());
    };
    with_regex(pattern, |regex| string(&regex.replace_all(value, by)))
}

/// As Go splits: an empty match at either end cuts nothing off.
pub(crate) fn split(args: &[Value]) -> Result<Value, String> {
    let (pattern, value) = pattern_and_text(args)?;
    if value.is_empty() && !pattern.is_empty() {
        return Ok(strings([""]));
    }
    with_regex(pattern, |regex| {
        let mut parts = Vec::new();
        let (mut begin, mut end) = (0, 0);
        for found in regex.find_iter(value) {
            end = found.start();
            if found.end() > 0 {
                parts.push(&value[begin..end]);
            }
            begin = found.end();
        }
        if end != value.len() {
            parts.push(&value[begin..]);
        }
        strings(parts)
    })
}

fn pattern_and_text(args: &[Value]) -> Result<(&str, &str), String> {
    text(args, 0)
        .zip(text(args, 1))
        .ok_or_else(|| "takes a pattern and a text".to_owned())
}

/// How many results are wanted; a negative number stands for all.
fn count(args: &[Value]) -> Result<usize, String> {
    let count = integer(args, 2).ok_or("the third argument must be a whole number")?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn with_regex(pattern: &str, ask: impl FnOnce(&Regex) -> Value) -> Result<Value, String> {
    REGEXES.with(|regexes| with_compiled(&mut regexes.borrow_mut(), pattern, compile_regex, ask))
}

fn compile_glob(pattern: &str) -> Result<globset::GlobMatcher, String> {
    let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
    let glob = glob.map_err(|error| format!("`{pattern}` is no path glob: {}", error.kind()))?;
    Ok(glob.compile_matcher())
}

fn compile_regex(pattern: &str) -> Result<Regex, String> {
    let regex = regex::RegexBuilder::new(pattern).size_limit(MAX_REGEX_BYTES).build();
    regex.map_err(|error| {
        // The library draws the pattern with an arrow over several lines; its last line is the sentence.
        let text = error.to_string();
        let sentence = text.lines().last().unwrap_or_default();
        format!(
            "`{pattern}` is no regular expression: {}",
            sentence.trim_start_matches("error: ")
        )
    })
}

/// Asks a compiled pattern, which is kept for the next time; all are forgotten when there are too many.
fn with_compiled<T>(
    kept: &mut BTreeMap<String, T>,
    pattern: &str,
    compile: fn(&str) -> Result<T, String>,
    ask: impl FnOnce(&T) -> Value,
) -> Result<Value, String> {
    if let Some(compiled) = kept.get(pattern) {
        return Ok(ask(compiled));
    }
    let compiled = compile(pattern)?;
    let answer = ask(&compiled);
    if kept.len() >= MAX_PATTERNS {
        kept.clear();
    }
    kept.insert(pattern.to_owned(), compiled);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Function = fn(&[Value]) -> Result<Value, String>;

    /// Calls a function with these arguments as JSON and compares with the result as JSON.
    fn check(function: Function, args: &str, expected: &str) {
        let args = Value::from_json_str(args).unwrap();
        let answer = function(&args.as_array().unwrap().to_vec()).unwrap();
        assert_eq!(answer, Value::from_json_str(expected).unwrap(), "{args}");
    }

    #[test]
    fn results_are_those_of_opa() {
        check(is_match, r#"["^a+$", "aa"]"#, "true");
        check(find_n, r#"["a.", "axaya", -1]"#, r#"["ax", "ay"]"#);
        check(find_n, r#"["a.", "axaya", 1]"#, r#"["ax"]"#);
        check(find_n, r#"["a.", "axaya", 0]"#, "[]");
        check(
            find_all_string_submatch_n,
            r#"["a(b)?(c)", "abcac", -1]"#,
            r#"[["abc", "b", "c"], ["ac", "", "c"]]"#,
        );
        check(replace, r#"["feat-1", "-([0-9])$", "-0$1"]"#, r#""feat-01""#);
        check(replace, r#"["abc", "(?P<x>b)", "<${x}>"]"#, r#""a<b>c""#);
        check(is_valid, r#"["a("]"#, "false");
        check(is_valid, "[1]", "false");
        check(is_valid, r#"["a"]"#, "true");
    }

    #[test]
    fn texts_are_split_as_go_splits_them() {
        check(split, r#"["", "abc"]"#, r#"["a", "b", "c"]"#);
        check(split, r#"["x*", "axbxc"]"#, r#"["a", "b", "c"]"#);
        check(split, r#"[",", ",a,"]"#, r#"["", "a", ""]"#);
        check(split, r#"[",", ""]"#, r#"[""]"#);
        check(split, r#"[",", "abc"]"#, r#"["abc"]"#);
    }

    #[test]
    fn a_broken_pattern_is_an_error_with_its_reason() {
        let args = [Value::from("a("), Value::from("x"), Value::from(1)];
        for function in [is_match as Function, find_n, find_all_string_submatch_n, split] {
            assert!(function(&args).unwrap_err().starts_with("`a(` is no regular expression: "));
        }
        assert!(find_n(&[Value::from("a"), Value::from("x"), Value::from("1")]).is_err());
    }

    #[test]
    fn many_globs_are_forgotten_but_still_answer() {
        for number in 0..MAX_PATTERNS * 2 {
            let args = [Value::from(format!("a/{number}/*")), Value::from(format!("a/{number}/b"))];
            assert_eq!(glob(&args), Ok(Value::Bool(true)));
        }
        GLOBS.with(|globs| assert!(globs.borrow().len() <= MAX_PATTERNS));
    }
}
