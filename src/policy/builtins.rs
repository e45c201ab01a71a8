//! The functions that policies have: those of regorus without the ones that would look outside, and flowgate's own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use regorus::Value;
use regorus::unstable::BUILTINS;

use super::metadata::Annotations;
use super::near::nearest;
use super::package::{Before, PackagePath};
use super::patterns;
use super::rule_set::{Annotated, Module};
use super::sprintf::sprintf;
use super::value;

/// Lists longer than this are refused: one call would take all memory, and no limit of time looks inside a call.
const MAX_RANGE: i64 = 1_000_000;

type Function = fn(&[Value]) -> Result<Value, String>;

/// flowgate's own functions: name, number of arguments, body. They come before those of regorus.
const OWN: [(&str, u8, Function); 15] = [
    ("sprintf", 2, own_sprintf),
    ("rego.metadata.rule", 0, metadata_rule),
    ("rego.metadata.chain", 0, metadata_chain),
    ("flowgate.nearest", 2, flowgate_nearest),
    ("flowgate.glob", 2, patterns::glob),
    ("flowgate.slug", 1, flowgate_slug),
    ("regex.match", 2, patterns::is_match),
    ("regex.is_valid", 1, patterns::is_valid),
    ("regex.find_n", 3, patterns::find_n),
    ("regex.find_all_string_submatch_n", 3, patterns::find_all_string_submatch_n),
    ("regex.replace", 3, patterns::replace),
    ("regex.split", 2, patterns::split),
    ("numbers.range", 2, numbers_range),
    ("numbers.range_step", 3, numbers_range_step),
    ("rand.intn", 2, refused),
];

/// Names in OPA, and partly in regorus, that would make the same input give different answers.
const FORBIDDEN: [&str; 8] = [
    "rand.",
    "time.",
    "uuid.",
    "net.",
    "http.",
    "opa.runtime",
    "rego.parse_module",
    "test.",
];

/// Adds flowgate's own functions to an engine that has no extensions yet.
pub(crate) fn add_to(engine: &mut regorus::Engine) {
    for (name, arity, function) in OWN {
        let extension = move |args: Vec<Value>| {
            // What is not defined has no result; an error would end the whole query.
            if args.contains(&Value::Undefined) {
                return Ok(Value::Undefined);
            }
            function(&args).map_err(|message| std::io::Error::other(format!("{name}: {message}")).into())
        };
        // Fails only for a name that was added before, and the names above differ.
        let _ = engine.add_extension(name.to_owned(), arity, Box::new(extension));
    }
}

/// May policies call this name? `time.now_ns` and the like are refused even where regorus has them.
pub(crate) fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.iter().any(|prefix| name.starts_with(prefix))
}

/// Number of arguments of every function that policies may call; `None` for `print`, which takes any number.
pub(crate) fn arities() -> BTreeMap<&'static str, Option<usize>> {
    let inherited = BUILTINS.iter().map(|(name, (_, arity))| (*name, Some(usize::from(*arity))));
    let own = OWN.iter().map(|(name, arity, _)| (*name, Some(usize::from(*arity))));
    inherited
        .chain(own)
        .chain([("print", None)])
        .filter(|(name, _)| !is_forbidden(name))
        .collect()
}

/// Is the function one of flowgate's own? Those do not take a variable for the result as last argument.
pub(crate) fn is_own(name: &str) -> bool {
    OWN.iter().any(|(own, ..)| *own == name)
}

/// What `rego.metadata.*` tell about the rule that is being asked.
#[derive(Debug)]
pub(crate) struct CurrentRule {
    package: PackagePath,
    annotated: Annotated,
    /// Made for the first call: few rules ask.
    told: OnceLock<Told>,
}

#[derive(Debug)]
struct Told {
    rule: Value,
    chain: Value,
}

impl CurrentRule {
    pub(crate) fn of(module: &Module) -> Self {
        Self {
            package: module.package.clone(),
            annotated: module.annotated.clone(),
            told: OnceLock::new(),
        }
    }

    /// The annotations of the rule's `report` and of its package.
    fn told(&self) -> &Told {
        self.told.get_or_init(|| {
            let report = self.annotated.before(&Before::Definition("report".to_owned()));
            let package = self.annotated.before(&Before::Package);
            let path = || self.package.0.iter().map(String::as_str);
            let link = |path: Vec<&str>, annotations: Option<&Annotations>, scope: &str| {
                let annotations = annotations.map(|json| ("annotations", scoped(json, scope)));
                value::object([("path", value::strings(path))].into_iter().chain(annotations))
            };
            let mut chain = vec![link(path().chain(["report"]).collect(), report.as_ref(), "rule")];
            if package.is_some() {
                chain.push(link(path().collect(), package.as_ref(), "package"));
            }
            Told {
                rule: report.map_or_else(|| value::object([]), |json| scoped(&json, "rule")),
                chain: value::array(chain),
            }
        })
    }
}

fn scoped(annotations: &Annotations, scope: &str) -> Value {
    let mut fields = annotations.clone();
    fields.entry("scope").or_insert_with(|| scope.into());
    value::from_json(&serde_json::Value::Object(fields))
}

thread_local! {
    static CURRENT_RULE: RefCell<Option<Arc<CurrentRule>>> = const { RefCell::new(None) };
}

/// Runs a question while `rego.metadata.*` tell about `rule`.
pub(crate) fn with_current_rule<T>(rule: &Arc<CurrentRule>, ask: impl FnOnce() -> T) -> T {
    CURRENT_RULE.with(|current| current.replace(Some(Arc::clone(rule))));
    let answer = ask();
    CURRENT_RULE.with(|current| current.replace(None));
    answer
}

fn own_sprintf(args: &[Value]) -> Result<Value, String> {
    match args {
        [Value::String(format), Value::Array(args)] => Ok(Value::from(sprintf(format, &args.to_vec()))),
        [Value::String(_), _] => Err("the second argument must be an array".to_owned()),
        _ => Err("the first argument must be a text".to_owned()),
    }
}

fn metadata_rule(_: &[Value]) -> Result<Value, String> {
    Ok(current(|told| told.rule.clone()))
}

fn metadata_chain(_: &[Value]) -> Result<Value, String> {
    Ok(current(|told| told.chain.clone()))
}

fn current(read: impl FnOnce(&Told) -> Value) -> Value {
    CURRENT_RULE.with(|current| current.borrow().as_deref().map_or(Value::Undefined, |rule| read(rule.told())))
}

fn flowgate_nearest(args: &[Value]) -> Result<Value, String> {
    let (Some(word), Some(words)) = (text(args, 0), args.get(1).and_then(texts)) else {
        return Err("takes a word and a list of words".to_owned());
    };
    Ok(nearest(word, words).map_or(Value::Undefined, Value::from))
}

fn flowgate_slug(args: &[Value]) -> Result<Value, String> {
    let text = text(args, 0).ok_or("takes a text")?.to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    Ok(Value::from(words.join("-")))
}

fn numbers_range(args: &[Value]) -> Result<Value, String> {
    range(args, 1)
}

fn numbers_range_step(args: &[Value]) -> Result<Value, String> {
    let step = integer(args, 2)
        .filter(|step| *step > 0)
        .ok_or("the step must be a whole number above 0")?;
    range(args, step)
}

fn range(args: &[Value], step: i64) -> Result<Value, String> {
    let (Some(from), Some(to)) = (integer(args, 0), integer(args, 1)) else {
        return Err("takes whole numbers".to_owned());
    };
    let step = if from <= to { step } else { -step };
    let count = (i128::from(to) - i128::from(from)) / i128::from(step) + 1;
    if count > i128::from(MAX_RANGE) {
        return Err(format!(
            "{count} numbers are more than the {MAX_RANGE} that a policy may ask for"
        ));
    }
    let numbers = std::iter::successors(Some(from), |n| n.checked_add(step));
    Ok(value::array(
        numbers.take(usize::try_from(count).unwrap_or(0)).map(Value::from),
    ))
}

fn refused(_: &[Value]) -> Result<Value, String> {
    Err("is not available to policies, so that the same input always gives the same answer".to_owned())
}

pub(crate) fn text(args: &[Value], index: usize) -> Option<&str> {
    args.get(index).and_then(as_text)
}

pub(crate) fn integer(args: &[Value], index: usize) -> Option<i64> {
    match args.get(index)? {
        Value::Number(number) => number.as_i64(),
        _ => None,
    }
}

/// The texts of an array or set; `None` when an element is no text.
fn texts(list: &Value) -> Option<Vec<&str>> {
    match list {
        Value::Array(items) => items.iter().map(as_text).collect(),
        Value::Set(items) => items.iter_sorted().map(as_text).collect(),
        _ => None,
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::engine::{Limits, empty_engine};

    /// Calls a function with so many arguments that are undefined, and gives the error's text.
    fn call(name: &str, count: usize) -> String {
        let mut engine = empty_engine(Limits::default());
        let args = vec!["input.missing"; count].join(", ");
        let text = format!("package t\nr := {name}({args})\n");
        engine.add_policy("t.rego".to_owned(), text).unwrap();
        engine
            .eval_rule("data.t.r".to_owned())
            .map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn every_function_that_is_allowed_is_known_to_the_engine() {
        for (name, arity) in arities() {
            // Known only under names that no policy can write.
            if !name.starts_with("__") {
                assert_eq!(call(name, arity.unwrap_or(1)), "", "{name}");
            }
        }
        assert!(call("no.such", 1).contains("could not find function no.such"));
    }

    #[test]
    fn nothing_that_looks_outside_is_allowed() {
        let outside = [
            "time.",
            "rand.",
            "uuid.",
            "net.",
            "http.",
            "opa.",
            "crypto.",
            "io.",
            "providers.",
            "rego.parse",
        ];
        let names = arities();
        let found: Vec<_> = names
            .keys()
            .filter(|name| outside.iter().any(|prefix| name.starts_with(prefix)))
            .collect();
        assert_eq!(found, Vec::<&&str>::new());
    }

    #[test]
    fn randomness_fails_even_where_no_check_looked() {
        let mut engine = empty_engine(Limits::default());
        engine
            .add_policy("t.rego".to_owned(), "package t\nr := rand.intn(\"a\", 5)\n".to_owned())
            .unwrap();
        assert!(
            engine
                .eval_rule("data.t.r".to_owned())
                .unwrap_err()
                .to_string()
                .contains("is not available to policies")
        );
    }
}
