//! What GitHub's triggers and job conditions say about branches and tags.

use std::collections::BTreeMap;

use crate::domain::location::Location;

use super::condition::{Condition, Names, What};
use super::github_expression::{Expression, Piece, pieces};
use super::site::Site;
use super::version::exact_version;

/// Values of `inputs`, `matrix` and `env` by path (`inputs.environment`), as written.
pub type Values = BTreeMap<String, Value>;

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    pub text: String,
    pub at: Location,
}

/// What a text can be.
#[derive(Debug, Clone, PartialEq)]
pub struct TextCase {
    /// When it is that.
    pub condition: Condition,
    pub text: CaseText,
    /// Where it is written, when that is elsewhere than the text that asks for it.
    pub at: Option<Location>,
}

/// A text, as far as it can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseText {
    Literal(String),
    /// Computed from the name of the branch; `{branch}` stands for it.
    FromBranch(String),
    /// Known only when it runs.
    Unknown(String),
}

/// Reads conditions of one job: where they stand, and the values they may use.
#[derive(Debug, Clone)]
pub struct Scope<'v> {
    pub values: &'v Values,
    pub at: Location,
    /// The condition as written.
    pub text: String,
}

/// Values may refer to values; a circle ends here.
const MAX_DEPTH: usize = 8;

/// The events and branches on which a workflow runs.
pub fn triggers(on: &Site<'_>) -> Condition {
    let event = |name: &str, site: &Site<'_>| Condition::fact(What::Event(name.to_owned()), site.location(), "");
    if on.node.is_mapping() {
        let parts = on.entries().into_iter().map(|(name, body)| {
            let filtered = filter(name, &body);
            event(name, &body).and(filtered)
        });
        return Condition::Any(parts.collect());
    }
    let names = on.items_or_self();
    Condition::Any(names.iter().filter_map(|n| Some(event(n.text()?, n))).collect())
}

/// The branches and tags that a trigger names.
fn filter(event: &str, body: &Site<'_>) -> Condition {
    if event == "release" {
        return Condition::fact(What::Tag(None), body.key_location(), "on release");
    }
    if !matches!(event, "push" | "workflow_run") {
        return Condition::Always;
    }
    let list = |key: &str| body.get(key).map(|l| l.items_or_self());
    let mut parts = Vec::new();
    if let Some(branches) = list("branches") {
        parts.push(names(&branches, &What::Branch, "branch"));
    }
    if let Some(tags) = list("tags") {
        parts.push(names(&tags, &|n| What::Tag(Some(n)), "tag"));
    }
    if let Some(branches) = list("branches-ignore") {
        let tag = Condition::fact(What::Tag(None), body.location(), "");
        parts.push(names(&branches, &What::Branch, "branch").negated().and(tag.negated()));
    }
    if let Some(tags) = list("tags-ignore") {
        let tag = Condition::fact(What::Tag(None), body.location(), "");
        parts.push(names(&tags, &|n| What::Tag(Some(n)), "tag").negated().and(tag));
    }
    if parts.is_empty() {
        Condition::Always
    } else {
        Condition::Any(parts)
    }
}

/// Patterns of a trigger; one that starts with `!` takes names away again.
fn names(list: &[Site<'_>], wrap: &dyn Fn(Names) -> What, word: &str) -> Condition {
    let mut wanted = Vec::new();
    let mut unwanted = Vec::new();
    for site in list {
        let Some(text) = site.text().filter(|t| !t.is_empty()) else {
            continue;
        };
        let (pattern, into) = match text.strip_prefix('!') {
            Some(pattern) => (pattern, &mut unwanted),
            None => (text, &mut wanted),
        };
        let note = format!("on push to {word} {pattern}");
        let condition = if pattern.chars().all(|c| matches!(c, '*' | '/')) {
            Condition::fact(What::Other(note.clone()), site.location(), "")
        } else {
            Condition::fact(wrap(pattern_names(pattern)), site.location(), &note)
        };
        into.push(condition);
    }
    let wanted = Condition::Any(wanted);
    if unwanted.is_empty() {
        wanted
    } else {
        Condition::Any(unwanted).negated().and(wanted)
    }
}

fn pattern_names(pattern: &str) -> Names {
    if pattern.contains(['*', '?', '[', '+']) {
        Names::Pattern {
            text: pattern.to_owned(),
            // In GitHub's patterns `+` repeats what stands before it.
            glob: pattern.replace('+', "*"),
        }
    } else {
        Names::Exact(pattern.to_owned())
    }
}

impl Scope<'_> {
    /// The condition that an expression states.
    pub fn condition(&self, expression: &Expression) -> Condition {
        self.condition_at(expression, 0)
    }

    /// What a string can be, with the condition for each case.
    pub fn text_cases(&self, text: &str) -> Vec<TextCase> {
        self.text_cases_at(text, 0)
    }

    fn text_cases_at(&self, text: &str, depth: usize) -> Vec<TextCase> {
        const MAX_CASES: usize = 50;
        let mut cases = vec![TextCase {
            condition: Condition::Always,
            text: CaseText::Literal(String::new()),
            at: None,
        }];
        for piece in pieces(text) {
            let options = match piece {
                Piece::Text(text) => vec![literal(&text)],
                Piece::Expression(expression) => self.value_cases(&expression, depth),
                Piece::Unread(text) => vec![unknown(&text)],
            };
            let combined = cases.iter().flat_map(|case| options.iter().map(move |o| joined(case, o)));
            cases = combined.take(MAX_CASES).collect();
        }
        cases
    }

    /// What an expression can be: `a && 'x' || 'y'` is `x` if `a`, else `y`.
    fn value_cases(&self, expression: &Expression, depth: usize) -> Vec<TextCase> {
        if depth > MAX_DEPTH {
            return vec![unknown("")];
        }
        match expression {
            Expression::Text(text) | Expression::Plain(text) => vec![literal(text)],
            Expression::Any(left, right) => {
                let mut cases = Vec::new();
                let mut none_before = Condition::Always;
                for case in self.value_cases(left, depth + 1) {
                    // What is left empty gives way to the other side.
                    if case.text == CaseText::Literal(String::new()) || matches!(&case.text, CaseText::Literal(t) if t == "false")
                    {
                        continue;
                    }
                    let condition = match case.text {
                        CaseText::Unknown(ref text) => case.condition.clone().and(self.fact(What::Other(text.clone()))),
                        _ => case.condition.clone(),
                    };
                    none_before = none_before.and(condition.clone().negated());
                    cases.push(TextCase { condition, ..case });
                }
                for case in self.value_cases(right, depth + 1) {
                    let condition = none_before.clone().and(case.condition);
                    cases.push(TextCase { condition, ..case });
                }
                cases
            }
            Expression::All(left, right) => {
                let condition = self.condition_at(left, depth + 1);
                let cases = self.value_cases(right, depth + 1).into_iter();
                cases
                    .map(|case| TextCase {
                        condition: condition.clone().and(case.condition),
                        ..case
                    })
                    .collect()
            }
            Expression::Path(path) => self.path_cases(path, depth),
            Expression::Call(name, arguments) if name == "format" => vec![self.formatted(arguments, depth)],
            Expression::Call(..) | Expression::Not(_) | Expression::Equal(..) | Expression::Compare => vec![unknown("")],
        }
    }

    fn path_cases(&self, path: &str, depth: usize) -> Vec<TextCase> {
        if let Some(value) = self.values.get(&input_path(path)) {
            // What decides the value stands where the value is written.
            let there = Scope {
                values: self.values,
                at: value.at.clone(),
                text: value.text.clone(),
            };
            let mut cases = there.text_cases_at(&value.text, depth + 1);
            for case in &mut cases {
                case.at.get_or_insert_with(|| value.at.clone());
            }
            return cases;
        }
        let text = match path {
            "github.ref_name" | "github.ref" | "github.head_ref" | "github.base_ref" => {
                CaseText::FromBranch("{branch}".to_owned())
            }
            _ => CaseText::Unknown(path.to_owned()),
        };
        vec![TextCase {
            condition: Condition::Always,
            text,
            at: None,
        }]
    }

    /// `format('deploy-{0}', github.ref_name)`, as far as every argument has one value.
    fn formatted(&self, arguments: &[Expression], depth: usize) -> TextCase {
        let Some((Expression::Text(template), rest)) = arguments.split_first() else {
            return unknown("format");
        };
        let mut filled = template.clone();
        let mut is_from_branch = false;
        for (index, argument) in rest.iter().enumerate() {
            match self.value_cases(argument, depth + 1).as_slice() {
                [
                    TextCase {
                        text: CaseText::Literal(text),
                        ..
                    },
                ] => filled = filled.replace(&format!("{{{index}}}"), text),
                [
                    TextCase {
                        text: CaseText::FromBranch(text),
                        ..
                    },
                ] => {
                    filled = filled.replace(&format!("{{{index}}}"), text);
                    is_from_branch = true;
                }
                _ => return unknown("format"),
            }
        }
        TextCase {
            condition: Condition::Always,
            text: if is_from_branch {
                CaseText::FromBranch(filled)
            } else {
                CaseText::Literal(filled)
            },
            at: None,
        }
    }

    fn condition_at(&self, expression: &Expression, depth: usize) -> Condition {
        if depth > MAX_DEPTH * 8 {
            return self.other("");
        }
        match expression {
            Expression::All(left, right) => {
                let left = self.condition_at(left, depth + 1);
                left.and(self.condition_at(right, depth + 1))
            }
            Expression::Any(left, right) => {
                Condition::Any(vec![self.condition_at(left, depth + 1), self.condition_at(right, depth + 1)])
            }
            Expression::Not(inner) => self.condition_at(inner, depth + 1).negated(),
            Expression::Equal(left, right) => self.equal(left, right),
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Plain(text) if text == "true" => Condition::Always,
            Expression::Plain(text) if matches!(text.as_str(), "false" | "null" | "0") => Condition::Never,
            Expression::Text(text) if text.is_empty() => Condition::Never,
            Expression::Text(_) | Expression::Plain(_) => Condition::Always,
            Expression::Path(path) => self.other(path),
            Expression::Compare => self.other("comparison"),
        }
    }

    fn equal(&self, left: &Expression, right: &Expression) -> Condition {
        let (path, value) = match (left, right) {
            (Expression::Path(path), value) if !self.values.contains_key(&input_path(path)) => (path, value),
            (value, Expression::Path(path)) if !self.values.contains_key(&input_path(path)) => (path, value),
            (Expression::Path(path), value) => return self.known_equal(path, value),
            _ => return self.other(&format!("{left:?} {right:?}")),
        };
        if is_default_branch(value) {
            return match path.as_str() {
                "github.ref_name" | "github.ref" => self.fact(What::DefaultBranch),
                _ => self.other(path),
            };
        }
        let cases = self.value_cases(value, 0);
        let [
            TextCase {
                text: CaseText::Literal(text),
                ..
            },
        ] = cases.as_slice()
        else {
            return self.other(&format!("{path} {value:?}"));
        };
        self.path_is(path, text)
    }

    /// A comparison with an input or a matrix value whose text is known is decided.
    fn known_equal(&self, path: &str, value: &Expression) -> Condition {
        let known = self.path_cases(path, 0);
        let wanted = self.value_cases(value, 0);
        match (known.as_slice(), wanted.as_slice()) {
            ([one], [other]) => match (&one.text, &other.text) {
                (CaseText::Literal(one), CaseText::Literal(other)) if one.eq_ignore_ascii_case(other) => Condition::Always,
                (CaseText::Literal(_), CaseText::Literal(_)) => Condition::Never,
                _ => self.other(path),
            },
            _ => self.other(path),
        }
    }

    fn path_is(&self, path: &str, text: &str) -> Condition {
        match path {
            "github.ref" | "github.event.ref" => match full_name(text) {
                Some(FullName::Branch(name)) => self.fact(What::Branch(Names::Exact(name))),
                Some(FullName::Tag(name)) => self.fact(What::Tag(Some(Names::Exact(name)))),
                None => self.fact(What::Branch(Names::Exact(text.to_owned()))),
            },
            "github.ref_name" if exact_version(text).is_some() => self.fact(What::Tag(Some(Names::Exact(text.to_owned())))),
            "github.ref_name" | "github.event.workflow_run.head_branch" => self.fact(What::Branch(Names::Exact(text.to_owned()))),
            "github.base_ref"
            | "github.head_ref"
            | "github.event.pull_request.base.ref"
            | "github.event.pull_request.head.ref" => self.fact(What::MergeRequestBranch(Names::Exact(text.to_owned()))),
            "github.ref_type" if text == "tag" => self.fact(What::Tag(None)),
            "github.ref_type" if text == "branch" => self.fact(What::Tag(None)).negated(),
            "github.event_name" => self.fact(What::Event(text.to_owned())),
            _ => self.other(&format!("{path} {text}")),
        }
    }

    fn call(&self, name: &str, arguments: &[Expression]) -> Condition {
        let (text, path) = match arguments {
            [Expression::Path(path), Expression::Text(text)] => (text, path),
            // `contains(fromJSON('["refs/heads/main"]'), github.ref)`
            [Expression::Call(function, inner), Expression::Path(path)] if name == "contains" && function == "fromjson" => {
                let [Expression::Text(list)] = inner.as_slice() else {
                    return self.other(name);
                };
                let texts = list
                    .split(',')
                    .map(|t| t.trim_matches(|c: char| c.is_whitespace() || "[]\"".contains(c)));
                return Condition::Any(texts.map(|t| self.path_is(path, t)).collect());
            }
            _ => return self.other(&format!("{name} {arguments:?}")),
        };
        let is_ref = matches!(path.as_str(), "github.ref" | "github.ref_name");
        let is_merge_request = matches!(path.as_str(), "github.base_ref" | "github.head_ref");
        if !(is_ref || is_merge_request) {
            return self.other(&format!("{name} {path} {text}"));
        }
        let (wrap, text): (fn(Names) -> What, String) = match full_name(text) {
            Some(FullName::Tag(tag)) if tag.is_empty() => return self.fact(What::Tag(None)),
            Some(FullName::Tag(tag)) => (|n| What::Tag(Some(n)), tag),
            Some(FullName::Branch(branch)) if branch.is_empty() => return self.fact(What::Tag(None)).negated(),
            Some(FullName::Branch(branch)) => (What::Branch, branch),
            None if text.contains("refs/tags") => return self.fact(What::Tag(None)),
            None if is_merge_request => (What::MergeRequestBranch, text.clone()),
            None if text == "v" => (|n| What::Tag(Some(n)), text.clone()),
            None => (What::Branch, text.clone()),
        };
        let glob = match name {
            "startswith" => format!("{text}*"),
            "endswith" => format!("*{text}"),
            "contains" => format!("*{text}*"),
            _ => return self.other(name),
        };
        self.fact(wrap(Names::Pattern {
            text: glob.clone(),
            glob,
        }))
    }

    fn fact(&self, what: What) -> Condition {
        Condition::fact(what, self.at.clone(), &self.text)
    }

    fn other(&self, what: &str) -> Condition {
        self.fact(What::Other(what.to_owned()))
    }
}

enum FullName {
    Branch(String),
    Tag(String),
}

fn full_name(text: &str) -> Option<FullName> {
    text.strip_prefix("refs/heads/")
        .map(|n| FullName::Branch(n.to_owned()))
        .or_else(|| text.strip_prefix("refs/tags/").map(|n| FullName::Tag(n.to_owned())))
}

/// `github.event.inputs.x` is the older way to write `inputs.x`.
fn input_path(path: &str) -> String {
    path.strip_prefix("github.event.")
        .filter(|p| p.starts_with("inputs."))
        .unwrap_or(path)
        .to_owned()
}

fn is_default_branch(expression: &Expression) -> bool {
    match expression {
        Expression::Path(path) => path == "github.event.repository.default_branch",
        Expression::Call(name, arguments) if name == "format" => matches!(
            arguments.as_slice(),
            [Expression::Text(template), value] if template == "refs/heads/{0}" && is_default_branch(value)
        ),
        _ => false,
    }
}

fn literal(text: &str) -> TextCase {
    TextCase {
        condition: Condition::Always,
        text: CaseText::Literal(text.to_owned()),
        at: None,
    }
}

fn unknown(text: &str) -> TextCase {
    TextCase {
        condition: Condition::Always,
        text: CaseText::Unknown(text.to_owned()),
        at: None,
    }
}

fn joined(one: &TextCase, other: &TextCase) -> TextCase {
    let text = match (&one.text, &other.text) {
        (CaseText::Literal(a), CaseText::Literal(b)) => CaseText::Literal(format!("{a}{b}")),
        (CaseText::Unknown(text), _) | (_, CaseText::Unknown(text)) => CaseText::Unknown(text.clone()),
        (CaseText::Literal(a) | CaseText::FromBranch(a), CaseText::Literal(b) | CaseText::FromBranch(b)) => {
            CaseText::FromBranch(format!("{a}{b}"))
        }
    };
    TextCase {
        condition: one.condition.clone().and(other.condition.clone()),
        text,
        at: one.at.clone().or_else(|| other.at.clone()),
    }
}
