//! From when on a repository is judged: what is older stays as one count.

use super::scalar::is_date;
use super::tree::Node;

/// The point from which on commits, tags and branches are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adopted {
    /// A day, `YYYY-MM-DD`; that day is judged.
    Date(String),
    /// A full or abbreviated object id; the commit itself and what it reaches are older.
    Commit(String),
}

pub(super) fn build(node: &Node) -> Option<Adopted> {
    let text = node.text()?.to_owned();
    Some(if is_date(&text) {
        Adopted::Date(text)
    } else {
        Adopted::Commit(text)
    })
}
