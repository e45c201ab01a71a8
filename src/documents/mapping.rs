//! The entries of a mapping put in order: merge keys applied, keys given twice reported.

use std::collections::BTreeSet;

use crate::domain::file::FileProblem;

use super::document::{Node, NodeArena, NodeId, NodeValue};

type Entry = (NodeId, NodeId);

/// At most so many problems of one file are told: a broken generator would repeat one a thousand times.
pub(super) const MOST_PROBLEMS: usize = 100;

/// Below this many entries comparing each with each is faster than sorting.
const FEW: usize = 16;

/// Drops all but the last of the entries with one key, and tells of each later one.
pub(super) fn without_repeated(arena: &NodeArena, mut entries: Vec<Entry>, problems: &mut Vec<FileProblem>) -> Vec<Entry> {
    let repeated = repeated(arena, &entries);
    if repeated.is_empty() {
        return entries;
    }
    for (_, again) in &repeated {
        let Some((key, _)) = entries.get(*again) else { continue };
        let message = format!("key {} given twice", Key::of(arena, *key).shown());
        tell(problems, message, arena.get(*key));
    }
    let earlier: BTreeSet<usize> = repeated.iter().map(|(earlier, _)| *earlier).collect();
    let mut index = 0;
    entries.retain(|_| {
        index += 1;
        !earlier.contains(&(index - 1))
    });
    entries
}

/// Replaces each merge key by the entries it brings. Keys of the mapping itself win, then those of the earlier source.
pub(super) fn with_merged(arena: &NodeArena, entries: Vec<Entry>, problems: &mut Vec<FileProblem>) -> Vec<Entry> {
    let mut keys: BTreeSet<Key<'_>> = entries
        .iter()
        .filter(|(key, _)| !is_merge_key(arena.get(*key)))
        .map(|(key, _)| Key::of(arena, *key))
        .collect();
    let mut result = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if !is_merge_key(arena.get(key)) {
            result.push((key, value));
            continue;
        }
        let alone = [value];
        let sources = match &arena.get(value).value {
            NodeValue::Sequence(items) => items.as_slice(),
            _ => &alone,
        };
        for source in sources {
            if let NodeValue::Mapping(entries) = &arena.get(*source).value {
                result.extend(entries.iter().filter(|(key, _)| keys.insert(Key::of(arena, *key))));
            } else {
                let message = "merge key `<<` wants a mapping or a list of mappings".to_owned();
                tell(problems, message, arena.get(key));
            }
        }
    }
    result
}

/// A plain `<<`.
pub(super) fn is_merge_key(node: &Node) -> bool {
    !node.is_quoted && node.tag.is_none() && matches!(&node.value, NodeValue::String(text) if &**text == "<<")
}

fn tell(problems: &mut Vec<FileProblem>, message: String, node: &Node) {
    if problems.len() < MOST_PROBLEMS {
        let at = node.span.start;
        problems.push(FileProblem { message, at });
    }
}

/// Pairs of indices of entries with the same key: one, and the next after it.
fn repeated(arena: &NodeArena, entries: &[Entry]) -> Vec<(usize, usize)> {
    let key = |index: usize| entries.get(index).map(|(key, _)| Key::of(arena, *key));
    if entries.len() <= FEW && !(1..entries.len()).any(|later| (0..later).any(|earlier| key(earlier) == key(later))) {
        return Vec::new();
    }
    let mut sorted: Vec<_> = (0..entries.len()).map(|index| (key(index), index)).collect();
    sorted.sort_unstable();
    let same = sorted.windows(2).filter_map(|pair| match pair {
        [(a, earlier), (b, later)] if a == b => Some((*earlier, *later)),
        _ => None,
    });
    let mut pairs: Vec<_> = same.collect();
    pairs.sort_unstable_by_key(|(_, later)| *later);
    pairs
}

/// A key as far as it can be the same as another. Collections as keys are never the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(u64),
    String(&'a str),
    Collection(NodeId),
}

impl<'a> Key<'a> {
    fn of(arena: &'a NodeArena, id: NodeId) -> Self {
        match &arena.get(id).value {
            NodeValue::Null => Self::Null,
            NodeValue::Bool(value) => Self::Bool(*value),
            NodeValue::Integer(value) => Self::Integer(*value),
            NodeValue::Float(value) => Self::Float(value.to_bits()),
            NodeValue::String(text) => Self::String(text),
            NodeValue::Sequence(_) | NodeValue::Mapping(_) => Self::Collection(id),
        }
    }

    fn shown(self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(bits) => f64::from_bits(bits).to_string(),
            Self::String(text) => format!("\"{text}\""),
            Self::Collection(_) => "that is a collection".to_owned(),
        }
    }
}
