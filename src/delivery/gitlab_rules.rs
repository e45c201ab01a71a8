//! GitLab's conditions: the `if` expressions of rules, and the lists under `only` and `except`.

use std::collections::BTreeMap;

use crate::domain::location::Location;

use super::condition::{Condition, Names, What};
use super::ref_pattern::{is_version_expression, matches_everything, names_of_expression};
use super::site::Site;
use super::version::exact_version;

/// Variables with literal values.
pub type Variables = BTreeMap<String, String>;

/// One entry of `rules` that lets a job run.
#[derive(Debug, Clone)]
pub struct RuleCase {
    pub condition: Condition,
    /// Variables that the entry sets.
    pub variables: Variables,
}

/// The cases in which rules let a job run: each entry under its condition, unless an earlier one said `when: never`.
pub fn rule_cases(rules: &[Site<'_>], variables: &Variables) -> Vec<RuleCase> {
    let mut cases = Vec::new();
    let mut barred: Vec<Condition> = Vec::new();
    for rule in rules {
        let mut condition = match rule.get("if") {
            Some(site) => expression(&site, variables),
            None => Condition::Always,
        };
        for key in ["changes", "exists"] {
            if let Some(site) = rule.get(key) {
                condition = condition.and(Condition::fact(What::Other(key.to_owned()), site.location(), ""));
            }
        }
        if rule.text_of("when") == Some("never") {
            let is_final = condition == Condition::Always;
            barred.push(condition.negated());
            if is_final {
                break;
            }
            continue;
        }
        let is_final = condition == Condition::Always;
        // What was barred first stands first: the entry's own condition is the more telling one.
        let condition = barred
            .iter()
            .fold(Condition::Always, |all, bar| all.and(bar.clone()))
            .and(condition);
        cases.push(RuleCase {
            condition,
            variables: literal_variables(rule),
        });
        if is_final {
            break;
        }
    }
    cases
}

/// The condition of `only` and `except`.
pub fn only_and_except(only: Option<&Site<'_>>, except: Option<&Site<'_>>, variables: &Variables) -> Condition {
    let only = only.map_or(Condition::Always, |site| refs(site, variables));
    let except = except.map_or(Condition::Never, |site| refs(site, variables));
    if except == Condition::Never {
        only
    } else {
        except.negated().and(only)
    }
}

/// The variables of a mapping's `variables`, as far as they are literal.
pub fn literal_variables(site: &Site<'_>) -> Variables {
    let mut variables = Variables::new();
    for (name, value) in site.get("variables").map(|v| v.entries()).unwrap_or_default() {
        if let Some(text) = value.text().or_else(|| value.text_of("value")) {
            variables.insert(name.to_owned(), text.to_owned());
        }
    }
    variables
}

/// Fills `$NAME` and `${NAME}` with the variables that are known; the others stay.
pub fn fill(text: &str, variables: &Variables) -> String {
    let mut filled = text.to_owned();
    // A variable may hold another one; a cycle ends by itself.
    for _ in 0..5 {
        let next = fill_once(&filled, variables);
        if next == filled || next.len() > 4096 {
            break;
        }
        filled = next;
    }
    filled
}

fn fill_once(text: &str, variables: &Variables) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('$') {
        filled.push_str(before);
        let (name, after, written) = variable(tail);
        match variables.get(name) {
            Some(value) if !name.is_empty() => filled.push_str(value),
            _ => {
                filled.push('$');
                filled.push_str(written);
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Name of the variable, the text after it, and the reference as written without `$`.
fn variable(tail: &str) -> (&str, &str, &str) {
    if let Some(braced) = tail.strip_prefix('{')
        && let Some(end) = braced.find('}')
    {
        let name = braced.get(..end).unwrap_or_default();
        return (
            name,
            braced.get(end + 1..).unwrap_or_default(),
            tail.get(..end + 2).unwrap_or_default(),
        );
    }
    let end = tail
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(tail.len());
    let (name, after) = tail.split_at_checked(end).unwrap_or((tail, ""));
    (name, after, name)
}

/// The condition that the `if` of a rule states.
pub fn expression(site: &Site<'_>, variables: &Variables) -> Condition {
    let Some(text) = site.text() else {
        return Condition::Always;
    };
    let at = site.location();
    let mut parser = Parser {
        tokens: tokenize(text),
        position: 0,
        variables,
        at: &at,
        text,
        depth: 0,
    };
    let parsed = parser.any().filter(|_| parser.position == parser.tokens.len());
    parsed.unwrap_or_else(|| other(text, &at, text))
}

fn other(what: &str, at: &Location, text: &str) -> Condition {
    Condition::fact(What::Other(what.to_owned()), at.clone(), text)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Variable(String),
    Text(String),
    Expression(String),
    Null,
    Sign(&'static str),
}

/// The tokens of an expression; what cannot be read becomes a sign that no rule expects.
fn tokenize(text: &str) -> Vec<Token> {
    const SIGNS: [&str; 8] = ["==", "!=", "=~", "!~", "&&", "||", "(", ")"];
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let sign = SIGNS.iter().find(|s| rest.starts_with(**s));
        if let Some(sign) = sign {
            tokens.push(Token::Sign(sign));
            rest = rest.strip_prefix(sign).unwrap_or_default();
        } else if first == '$' {
            let (name, after, _) = variable(rest.strip_prefix('$').unwrap_or_default());
            tokens.push(Token::Variable(name.to_owned()));
            rest = after;
        } else if matches!(first, '"' | '\'') {
            let body = rest.get(1..).unwrap_or_default();
            let end = body.find(first).unwrap_or(body.len());
            tokens.push(Token::Text(body.get(..end).unwrap_or_default().to_owned()));
            rest = body.get(end + 1..).unwrap_or_default();
        } else if first == '/' {
            let (pattern, after) = regular_expression(rest.get(1..).unwrap_or_default());
            tokens.push(Token::Expression(pattern));
            rest = after;
        } else if let Some(after) = rest.strip_prefix("null") {
            tokens.push(Token::Null);
            rest = after;
        } else {
            tokens.push(Token::Sign("?"));
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
        rest = rest.trim_start();
    }
    tokens
}

/// The expression up to its closing slash, and the text after its flags.
fn regular_expression(text: &str) -> (String, &str) {
    let mut is_escaped = false;
    for (index, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '/' => {
                let after = text.get(index + 1..).unwrap_or_default();
                let after = after.trim_start_matches(|c: char| c.is_ascii_lowercase());
                return (text.get(..index).unwrap_or_default().to_owned(), after);
            }
            _ => {}
        }
    }
    (text.to_owned(), "")
}

struct Parser<'p> {
    tokens: Vec<Token>,
    position: usize,
    variables: &'p Variables,
    at: &'p Location,
    text: &'p str,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Option<Condition> {
        let mut parts = vec![self.all()?];
        while self.accept("||") {
            parts.push(self.all()?);
        }
        Some(if parts.len() == 1 {
            parts.pop()?
        } else {
            Condition::Any(parts)
        })
    }

    fn all(&mut self) -> Option<Condition> {
        let mut parts = vec![self.single()?];
        while self.accept("&&") {
            parts.push(self.single()?);
        }
        Some(if parts.len() == 1 {
            parts.pop()?
        } else {
            Condition::All(parts)
        })
    }

    fn single(&mut self) -> Option<Condition> {
        if self.accept("(") {
            self.depth += 1;
            if self.depth > 64 {
                return None;
            }
            let inner = self.any()?;
            self.depth -= 1;
            return self.accept(")").then_some(inner);
        }
        let left = self.operand()?;
        for sign in ["==", "!=", "=~", "!~"] {
            if self.accept(sign) {
                let right = self.operand()?;
                let condition = self.compare(left, right, sign.ends_with('~'));
                return Some(if sign.starts_with('!') {
                    condition.negated()
                } else {
                    condition
                });
            }
        }
        Some(self.is_set(&left))
    }

    fn operand(&mut self) -> Option<Token> {
        let token = self
            .tokens
            .get(self.position)
            .filter(|t| !matches!(t, Token::Sign(_)))?
            .clone();
        self.position += 1;
        Some(token)
    }

    fn accept(&mut self, sign: &'static str) -> bool {
        let is_next = self.tokens.get(self.position) == Some(&Token::Sign(sign));
        self.position += usize::from(is_next);
        is_next
    }

    fn compare(&self, left: Token, right: Token, is_match: bool) -> Condition {
        let (name, value) = match (left, right) {
            (Token::Variable(name), value) if !is_reference(&value) || is_reference(&Token::Variable(name.clone())) => {
                (name, value)
            }
            (value, Token::Variable(name)) => (name, value),
            _ => return self.other(self.text),
        };
        if let Token::Variable(other) = &value
            && other == "CI_DEFAULT_BRANCH"
        {
            return match role(&name) {
                Role::Branch => self.fact(What::DefaultBranch),
                _ => self.other(self.text),
            };
        }
        if value == Token::Null {
            return self.is_set(&Token::Variable(name)).negated();
        }
        let value = match value {
            // A variable that is set elsewhere still stands for one name.
            Token::Variable(other) => self.variables.get(&other).cloned().unwrap_or_else(|| format!("${other}")),
            Token::Text(text) | Token::Expression(text) => text,
            Token::Null | Token::Sign(_) => return self.other(self.text),
        };
        let value = fill(&value, self.variables);
        match role(&name) {
            Role::Branch if value == "$CI_DEFAULT_BRANCH" => self.fact(What::DefaultBranch),
            Role::Branch if is_match => self.matching(&value, What::Branch),
            Role::Branch if value.is_empty() => self.fact(What::Tag(None)),
            Role::Branch if exact_version(&value).is_some() => self.fact(What::Tag(Some(Names::Exact(value)))),
            Role::Branch => self.fact(What::Branch(Names::Exact(value))),
            Role::Tag if is_match => self.matching(&value, |names| What::Tag(Some(names))),
            Role::Tag if value.is_empty() => self.fact(What::Tag(None)).negated(),
            Role::Tag => self.fact(What::Tag(Some(Names::Exact(value)))),
            Role::MergeRequest => self.fact(What::Event("merge_request_event".to_owned())),
            Role::Source if !is_match => self.fact(What::Event(value)),
            Role::Source | Role::Other => self.other(&format!("${name} {value}")),
        }
    }

    /// The names that a regular expression admits.
    fn matching(&self, expression: &str, wrap: impl Fn(Names) -> What) -> Condition {
        let body = strip_slashes(expression);
        if is_version_expression(body) {
            let names = Names::Pattern {
                text: format!("/{body}/"),
                glob: "*".to_owned(),
            };
            return self.fact(What::Tag(Some(names)));
        }
        let names = names_of_expression(body, &format!("/{body}/"));
        let mut parts: Vec<Condition> = names
            .into_iter()
            .map(|n| {
                if matches_everything(&n) {
                    self.other(expression)
                } else {
                    self.fact(wrap(n))
                }
            })
            .collect();
        if parts.len() == 1 {
            parts.pop().unwrap_or(Condition::Always)
        } else {
            Condition::Any(parts)
        }
    }

    fn is_set(&self, operand: &Token) -> Condition {
        match operand {
            Token::Variable(name) => match role(name) {
                Role::Tag => self.fact(What::Tag(None)),
                Role::MergeRequest => self.fact(What::Event("merge_request_event".to_owned())),
                Role::Branch if name == "CI_COMMIT_BRANCH" => self.fact(What::Tag(None)).negated(),
                _ => self.other(&format!("${name}")),
            },
            Token::Text(text) if text.is_empty() => Condition::Never,
            Token::Null => Condition::Never,
            _ => Condition::Always,
        }
    }

    fn fact(&self, what: What) -> Condition {
        Condition::fact(what, self.at.clone(), self.text)
    }

    fn other(&self, what: &str) -> Condition {
        other(what, self.at, self.text)
    }
}

enum Role {
    Branch,
    Tag,
    MergeRequest,
    Source,
    Other,
}

fn role(variable: &str) -> Role {
    match variable {
        "CI_COMMIT_BRANCH" | "CI_COMMIT_REF_NAME" | "CI_COMMIT_REF_SLUG" | "CI_BUILD_REF_NAME" | "CI_BUILD_REF_SLUG" => {
            Role::Branch
        }
        "CI_COMMIT_TAG" | "CI_BUILD_TAG" => Role::Tag,
        "CI_PIPELINE_SOURCE" => Role::Source,
        _ if variable.starts_with("CI_MERGE_REQUEST_") || variable == "CI_OPEN_MERGE_REQUESTS" => Role::MergeRequest,
        _ => Role::Other,
    }
}

/// Whether a token is one of the variables by which GitLab names the ref.
fn is_reference(token: &Token) -> bool {
    matches!(token, Token::Variable(name) if !matches!(role(name), Role::Other))
}

fn strip_slashes(expression: &str) -> &str {
    expression
        .strip_prefix('/')
        .map_or(expression, |e| e.rsplit_once('/').map_or(e, |(body, _)| body))
}

/// The refs that `only` or `except` lists; conditions on variables are met besides.
fn refs(site: &Site<'_>, variables: &Variables) -> Condition {
    if !site.node.is_mapping() {
        return any_ref(&site.items_or_self());
    }
    let mut condition = Condition::Always;
    if let Some(names) = site.get("refs") {
        condition = condition.and(any_ref(&names.items_or_self()));
    }
    if let Some(expressions) = site.get("variables") {
        let parts = expressions.items_or_self().iter().map(|e| expression(e, variables)).collect();
        condition = condition.and(Condition::Any(parts));
    }
    if let Some(changes) = site.get("changes") {
        condition = condition.and(other("changes", &changes.location(), ""));
    }
    condition
}

fn any_ref(names: &[Site<'_>]) -> Condition {
    let parts: Vec<Condition> = names.iter().filter_map(single_ref).collect();
    if parts.is_empty() {
        Condition::Always
    } else {
        Condition::Any(parts)
    }
}

fn single_ref(site: &Site<'_>) -> Option<Condition> {
    let text = site.text()?;
    let at = site.location();
    let fact = |what| Condition::fact(what, at.clone(), text);
    Some(match text {
        "branches" => fact(What::Tag(None)).negated(),
        "tags" => fact(What::Tag(None)),
        "merge_requests" => fact(What::Event("merge_request_event".to_owned())),
        "api" | "chat" | "external" | "external_pull_requests" | "pipelines" | "pushes" | "schedules" | "triggers" | "web" => {
            fact(What::Event(text.to_owned()))
        }
        _ if text.starts_with('/') => {
            let body = strip_slashes(text);
            if is_version_expression(body) {
                let names = Names::Pattern {
                    text: text.to_owned(),
                    glob: "*".to_owned(),
                };
                return Some(fact(What::Tag(Some(names))));
            }
            let names = names_of_expression(body, text);
            let parts = names.into_iter().map(|n| {
                if matches_everything(&n) {
                    fact(What::Other(text.to_owned()))
                } else {
                    fact(What::Branch(n))
                }
            });
            Condition::Any(parts.collect())
        }
        _ => {
            let name = text.split_once('@').map_or(text, |(name, _)| name);
            if exact_version(name).is_some() {
                fact(What::Tag(Some(Names::Exact(name.to_owned()))))
            } else {
                fact(What::Branch(Names::Exact(name.to_owned())))
            }
        }
    })
}
