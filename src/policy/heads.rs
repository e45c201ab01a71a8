//! Finds heads of rules in which one undefined element makes regorus lose all elements, without an error unless it comes first.

use regorus::unstable::{Expr, Literal, Query, RuleHead};

use super::references::{flatten, root_span};

/// Does the head compute something from variables of a body that loops? In OPA the element is left out; here the whole set may be lost.
///
/// `is_local` tells whether a name is a variable of the clause.
pub(crate) fn is_open(head: &RuleHead, query: Option<&Query>, is_local: &dyn Fn(&str) -> bool) -> bool {
    let (refr, value) = match head {
        RuleHead::Set { refr, key, .. } => (refr, key.as_ref()),
        RuleHead::Compr { refr, assign, .. } => (refr, assign.as_ref().map(|assign| &assign.value)),
        // A function takes the elements that are defined.
        RuleHead::Func { .. } => return false,
    };
    let parts: Vec<&Expr> = flatten(refr).2.into_iter().chain(value.map(|value| &**value)).collect();
    let may_be_undefined = parts.iter().any(|part| is_computed(part, is_local));
    may_be_undefined
        && (parts.iter().any(|part| iterates(part)) || query.is_some_and(|query| query.stmts.iter().any(|s| loops(&s.literal))))
}

fn loops(literal: &Literal) -> bool {
    match literal {
        Literal::SomeVars { .. } | Literal::SomeIn { .. } => true,
        Literal::Expr { expr, .. } => iterates(expr),
        // What they loop over stays inside.
        Literal::NotExpr { .. } | Literal::Every { .. } => false,
    }
}

/// A reference into a local variable, or a call with one: both may be undefined for one element and defined for the next.
fn is_computed(expression: &Expr, is_local: &dyn Fn(&str) -> bool) -> bool {
    match expression {
        Expr::RefDot { .. } | Expr::RefBrack { .. } => is_local(root_span(expression).text()) || iterates(expression),
        Expr::Call { params, .. } => params.iter().any(|param| uses_local(param, is_local)),
        other => children(other).iter().any(|child| is_computed(child, is_local)),
    }
}

fn uses_local(expression: &Expr, is_local: &dyn Fn(&str) -> bool) -> bool {
    match expression {
        Expr::Var { span, .. } => is_local(span.text()),
        other => is_computed(other, is_local) || children(other).iter().any(|child| uses_local(child, is_local)),
    }
}

/// Is there an index that is a variable, as in `xs[i]`? Whether it is bound before makes no difference here.
fn iterates(expression: &Expr) -> bool {
    match expression {
        Expr::RefDot { .. } | Expr::RefBrack { .. } => {
            let indexes = flatten(expression).2;
            indexes
                .iter()
                .any(|index| matches!(index, Expr::Var { .. }) || iterates(index))
        }
        other => children(other).iter().any(|child| iterates(child)),
    }
}

/// The parts of an expression, without those of comprehensions: an undefined element is only left out there.
fn children(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().map(|item| &**item).collect(),
        Expr::Object { fields, .. } => fields.iter().flat_map(|(_, key, value)| [&**key, &**value]).collect(),
        Expr::Call { params, .. } => params.iter().map(|param| &**param).collect(),
        Expr::UnaryExpr { expr, .. } => vec![expr],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs, rhs],
        Expr::Membership {
            key, value, collection, ..
        } => key.iter().chain([value, collection]).map(|part| &**part).collect(),
        _ => Vec::new(),
    }
}
