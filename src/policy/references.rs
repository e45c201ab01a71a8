//! Reads single expressions of parsed Rego: references, patterns, places.

use regorus::Value;
use regorus::unstable::{Expr, Rule, RuleHead, Span};

/// Line and column, from 1.
pub(crate) type Site = (u32, u32);

/// Root variable, constant parts up to the first index that is computed, and all computed indexes (with the root when it is no variable).
pub(crate) fn flatten(expression: &Expr) -> (Option<&str>, Vec<String>, Vec<&Expr>) {
    let mut links = Vec::new();
    let mut current = expression;
    let root = loop {
        match current {
            Expr::RefDot { refr, field, .. } => {
                links.push(Ok(field.0.text().to_owned()));
                current = refr;
            }
            Expr::RefBrack { refr, index, .. } => {
                links.push(constant(index).map(str::to_owned).ok_or(&**index));
                current = refr;
            }
            Expr::Var { span, .. } => break Some(span.text()),
            _ => break None,
        }
    };
    let mut parts = Vec::new();
    let mut computed: Vec<&Expr> = Vec::new();
    if root.is_none() && !links.is_empty() {
        computed.push(current);
    }
    for link in links.into_iter().rev() {
        match link {
            Ok(part) if computed.is_empty() => parts.push(part),
            Ok(_) => {}
            Err(index) => computed.push(index),
        }
    }
    (root, parts, computed)
}

fn constant(index: &Expr) -> Option<&str> {
    match index {
        Expr::String {
            value: Value::String(text),
            ..
        }
        | Expr::RawString {
            value: Value::String(text),
            ..
        } => Some(text),
        _ => None,
    }
}

pub(crate) fn root_span(mut expression: &Expr) -> &Span {
    while let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = expression {
        expression = refr;
    }
    expression.span()
}

pub(crate) fn head_reference(rule: &Rule) -> &Expr {
    match rule {
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. } => refr,
        },
        Rule::Default { refr, .. } => refr,
    }
}

pub(crate) fn pattern_names(pattern: &Expr, declare: &mut dyn FnMut(&str, Site)) {
    match pattern {
        Expr::Var { span, .. } => declare(span.text(), site(span)),
        Expr::Array { items, .. } => items.iter().for_each(|item| pattern_names(item, declare)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| pattern_names(value, declare)),
        _ => {}
    }
}

/// Line, and column in characters: regorus counts a tab as four columns.
pub(crate) fn site(span: &Span) -> Site {
    let before = usize::try_from(span.start)
        .ok()
        .and_then(|start| span.source.contents().get(..start));
    let column = before.map(|text| text.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
    (
        span.line,
        column.and_then(|column| u32::try_from(column).ok()).unwrap_or(span.col),
    )
}
