//! `input.weakenings` as `policies/README.md` describes it.

use crate::domain::weakening::Weakening;
use crate::policy::Value;
use crate::policy::value::{array, object, optional_string as optional, string as text};

use super::row_input::at_value;

/// `input.weakenings`.
pub(super) fn weakenings_value(weakenings: &[Weakening]) -> Value {
    array(weakenings.iter().map(|weakening| {
        object([
            ("kind", text(weakening.kind.as_str())),
            ("subject", text(&weakening.subject)),
            ("before", optional(weakening.before.as_deref())),
            ("after", optional(weakening.after.as_deref())),
            ("direction", text(weakening.direction.as_str())),
            ("at", at_value(&weakening.at)),
        ])
    }))
}
