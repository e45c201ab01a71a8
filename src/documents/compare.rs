//! Which values differ between two states of a document; items of lists of named things are told apart by name. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Document, NodeRef, NodeValue, escape_pointer};

/// One step from a node to a value in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To the value under a key.
    Key(String),
    /// To the item of a list whose value under this key is that.
    Named { key: &'static str, name: String },
    /// To an item of a list by its position: before the change, where it was there.
    Index(usize),
}

/// The way from the root of a document to a value.
pub type Address = Vec<Step>;

/// A value that is another one, or is only at one side.
#[derive(Debug, Clone)]
pub struct Difference<'a> {
    pub address: Address,
    /// JSON Pointer after the change; of a value that is gone, before it.
    pub pointer: String,
    pub before: Option<NodeRef<'a>>,
    pub after: Option<NodeRef<'a>>,
    /// The scalar as text, with what tells it from the other one where their texts are the same.
    pub before_text: Option<String>,
    pub after_text: Option<String>,
}

/// Keys that name the items of a list, the usual ones first.
const NAMES: [&str; 11] = [
    "name",
    "id",
    "key",
    "alias",
    "project",
    "repository",
    "repoURL",
    "url",
    "chart",
    "path",
    "host",
];
/// Levels of collections; more than any document that is read has, aliases followed.
const DEEPEST: usize = 512;

/// All values that differ between two documents, in the order of the text after the change; `None` when they cannot be compared by keys
/// or differ in more than `most` values.
pub fn compare<'a>(before: Option<&'a Document>, after: Option<&'a Document>, most: usize) -> Option<Vec<Difference<'a>>> {
    of_nodes(before.map(Document::root), after.map(Document::root), most)
}

/// The same for nodes.
pub fn of_nodes<'a>(before: Option<NodeRef<'a>>, after: Option<NodeRef<'a>>, most: usize) -> Option<Vec<Difference<'a>>> {
    let mut walk = Walk {
        found: Vec::new(),
        most,
        address: Vec::new(),
        before: String::new(),
        after: String::new(),
    };
    walk.nodes(before, after)?;
    Some(walk.found)
}

/// The nodes on the way to a value, the root first and the value last.
pub fn follow<'a>(root: NodeRef<'a>, address: &[Step]) -> Option<Vec<NodeRef<'a>>> {
    let mut chain = vec![root];
    let mut node = root;
    for step in address {
        node = match step {
            Step::Key(key) => node.get(key)?,
            Step::Index(index) => node.item(*index)?,
            Step::Named { key, name } => {
                let is_it = |item: &NodeRef<'a>| item.get(key).and_then(NodeRef::as_text) == Some(name);
                let mut items = node.items().filter(is_it);
                items.next().filter(|_| items.next().is_none())?
            }
        };
        chain.push(node);
    }
    Some(chain)
}

/// Every scalar of a document with its address.
pub fn leaves(document: &Document, most: usize) -> Option<Vec<Difference<'_>>> {
    compare(None, Some(document), most)
}

/// Which documents of two states of a file are the same: by kind, namespace and name, else in order. Positions in the two lists.
pub fn pairs(before: &[&Document], after: &[&Document]) -> Vec<(Option<usize>, Option<usize>)> {
    if let ([_], [_]) = (before, after) {
        return vec![(Some(0), Some(0))];
    }
    let (old, new) = (identities(before), identities(after));
    let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    for (position, identity) in new.iter().enumerate() {
        pairs.push((old.iter().position(|other| other == identity), Some(position)));
    }
    for position in 0..old.len() {
        if pairs.iter().all(|(one, _)| *one != Some(position)) {
            pairs.push((Some(position), None));
        }
    }
    pairs
}

/// What tells a document of a file from the others.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    kind: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    /// Among those of the file that are the same in the rest.
    ordinal: usize,
}

/// The identity of each document of a file.
pub fn identities(documents: &[&Document]) -> Vec<Identity> {
    let mut seen: BTreeMap<Identity, usize> = BTreeMap::new();
    let identity = |document: &&Document| {
        let text = |keys: &[&str]| document.root().path(keys).and_then(NodeRef::as_text).map(str::to_owned);
        let identity = Identity {
            kind: text(&["kind"]),
            namespace: text(&["metadata", "namespace"]),
            name: text(&["metadata", "name"]),
            ordinal: 0,
        };
        let count = seen.entry(identity.clone()).or_default();
        *count += 1;
        Identity {
            ordinal: *count - 1,
            ..identity
        }
    };
    documents.iter().map(identity).collect()
}

struct Walk<'a> {
    found: Vec<Difference<'a>>,
    most: usize,
    address: Address,
    /// Pointers to where the walk is.
    before: String,
    after: String,
}

impl<'a> Walk<'a> {
    fn nodes(&mut self, before: Option<NodeRef<'a>>, after: Option<NodeRef<'a>>) -> Option<()> {
        if self.address.len() > DEEPEST {
            return None;
        }
        let is_leaf = |node: Option<NodeRef<'a>>| node.is_none_or(is_leaf);
        if let (Some(one), Some(other)) = (before, after) {
            if is_leaf(before) != is_leaf(after) || (!is_leaf(before) && one.is_mapping() != other.is_mapping()) {
                self.nodes(before, None)?;
                return self.nodes(None, after);
            }
            // What a tag makes of a collection is another thing.
            if !is_leaf(before) && one.tag() != other.tag() {
                self.tell(
                    before,
                    after,
                    Some(one.tag().unwrap_or("").to_owned()),
                    Some(other.tag().unwrap_or("").to_owned()),
                )?;
            }
        }
        if is_leaf(before) && is_leaf(after) {
            return self.leaf(before, after);
        }
        if before.or(after).is_some_and(NodeRef::is_mapping) {
            self.mapping(before, after)
        } else {
            self.sequence(before, after)
        }
    }

    fn leaf(&mut self, before: Option<NodeRef<'a>>, after: Option<NodeRef<'a>>) -> Option<()> {
        let (mut old, mut new) = (before.map(shown), after.map(shown));
        if let (Some(one), Some(other)) = (before, after)
            && old == new
        {
            if one.tag() == other.tag() && std::mem::discriminant(one.value()) == std::mem::discriminant(other.value()) {
                return Some(());
            }
            (old, new) = (Some(exact(one)), Some(exact(other)));
        }
        self.tell(before, after, old, new)
    }

    fn tell(
        &mut self,
        before: Option<NodeRef<'a>>,
        after: Option<NodeRef<'a>>,
        before_text: Option<String>,
        after_text: Option<String>,
    ) -> Option<()> {
        if self.found.len() >= self.most {
            return None;
        }
        let pointer = if after.is_some() { &self.after } else { &self.before };
        self.found.push(Difference {
            address: self.address.clone(),
            pointer: pointer.clone(),
            before,
            after,
            before_text,
            after_text,
        });
        Some(())
    }

    fn mapping(&mut self, before: Option<NodeRef<'a>>, after: Option<NodeRef<'a>>) -> Option<()> {
        let (old, new) = (entries(before)?, entries(after)?);
        let order = |node: Option<NodeRef<'a>>| node.into_iter().flat_map(NodeRef::entries);
        let keys = order(after).chain(order(before)).filter_map(|(key, _)| key.as_text());
        let mut done = BTreeSet::new();
        for key in keys.filter(|key| done.insert(*key)) {
            let escaped = escape_pointer(key);
            self.step(
                Step::Key(key.to_owned()),
                (&escaped, old.get(key).copied()),
                (&escaped, new.get(key).copied()),
            )?;
        }
        Some(())
    }

    fn sequence(&mut self, before: Option<NodeRef<'a>>, after: Option<NodeRef<'a>>) -> Option<()> {
        let items = |node: Option<NodeRef<'a>>| node.map(|node| node.items().collect::<Vec<_>>()).unwrap_or_default();
        let (old, new) = (items(before), items(after));
        let (one, other) = (named(&old), named(&new));
        let key = match (&one, &other) {
            (Some((key, _)), None) if new.is_empty() => Some(*key),
            (None, Some((key, _))) if old.is_empty() => Some(*key),
            (Some((key, _)), Some((same, _))) if key == same => Some(*key),
            _ => None,
        };
        let names = |names: Option<(&'static str, Vec<&'a str>)>| names.map(|(_, names)| names).unwrap_or_default();
        let (old_names, new_names) = (names(one), names(other));
        match key {
            // In another order they are another list: containers that start first, rules that match first.
            Some(key) if is_same_order(&old_names, &new_names) => self.named_items(key, (&old_names, &old), (&new_names, &new)),
            _ => self.items(&old, &new),
        }
    }

    fn named_items(
        &mut self,
        key: &'static str,
        (old_names, old): (&[&'a str], &[NodeRef<'a>]),
        (new_names, new): (&[&'a str], &[NodeRef<'a>]),
    ) -> Option<()> {
        let old_positions: BTreeMap<&str, usize> = old_names.iter().copied().zip(0..).collect();
        let new_positions: BTreeMap<&str, usize> = new_names.iter().copied().zip(0..).collect();
        let gone = old_names.iter().filter(|name| !new_positions.contains_key(**name));
        for name in new_names.iter().chain(gone) {
            let (from, to) = (old_positions.get(name).copied(), new_positions.get(name).copied());
            let step = Step::Named {
                key,
                name: (*name).to_owned(),
            };
            self.item(step, (from, old), (to, new))?;
        }
        Some(())
    }

    /// Without names: what is the same at the beginning and at the end is, the rest stands against each other in order.
    fn items(&mut self, old: &[NodeRef<'a>], new: &[NodeRef<'a>]) -> Option<()> {
        let same = |(one, other): &(&NodeRef<'a>, &NodeRef<'a>)| is_same(**one, **other);
        let start = old.iter().zip(new).take_while(same).count();
        let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
        let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
        let (old_end, new_end) = (old.len() - end, new.len() - end);
        for index in start..old_end.max(new_end) {
            let (from, to) = (Some(index).filter(|i| *i < old_end), Some(index).filter(|i| *i < new_end));
            self.item(Step::Index(index), (from, old), (to, new))?;
        }
        Some(())
    }

    fn item(
        &mut self,
        step: Step,
        (from, old): (Option<usize>, &[NodeRef<'a>]),
        (to, new): (Option<usize>, &[NodeRef<'a>]),
    ) -> Option<()> {
        let pointer = |index: Option<usize>| index.map(|i| i.to_string()).unwrap_or_default();
        let (old_item, new_item) = (from.and_then(|i| old.get(i)), to.and_then(|i| new.get(i)));
        self.step(step, (&pointer(from), old_item.copied()), (&pointer(to), new_item.copied()))
    }

    fn step(&mut self, step: Step, before: (&str, Option<NodeRef<'a>>), after: (&str, Option<NodeRef<'a>>)) -> Option<()> {
        let (old, new) = (self.before.len(), self.after.len());
        self.before.extend(["/", before.0]);
        self.after.extend(["/", after.0]);
        self.address.push(step);
        self.nodes(before.1, after.1)?;
        self.address.pop();
        self.before.truncate(old);
        self.after.truncate(new);
        Some(())
    }
}

/// Whether two nodes hold the same. Of its own: comparing by differences would look at lists within lists again and again.
fn is_same(one: NodeRef<'_>, other: NodeRef<'_>) -> bool {
    let is_alike = one.tag() == other.tag() && std::mem::discriminant(one.value()) == std::mem::discriminant(other.value());
    if !is_alike || is_leaf(one) || is_leaf(other) {
        return is_alike && is_leaf(one) && is_leaf(other) && shown(one) == shown(other);
    }
    if one.is_sequence() {
        return one.items().count() == other.items().count()
            && one.items().zip(other.items()).all(|(one, other)| is_same(one, other));
    }
    let (Some(old), Some(new)) = (entries(Some(one)), entries(Some(other))) else {
        return false;
    };
    let is_other = |(key, value): (&&str, &NodeRef<'_>)| new.get(key).is_some_and(|other| is_same(*value, *other));
    old.len() == new.len() && old.iter().all(is_other)
}

/// Entries by the text of their keys; `None` when a key has none, or two have the same.
fn entries(node: Option<NodeRef<'_>>) -> Option<BTreeMap<&str, NodeRef<'_>>> {
    let mut entries = BTreeMap::new();
    for (key, value) in node.into_iter().flat_map(NodeRef::entries) {
        if key.tag().is_some() || entries.insert(key.as_text()?, value).is_some() {
            return None;
        }
    }
    Some(entries)
}

/// The key by which every item of a list has a name of its own, and the names.
fn named<'a>(items: &[NodeRef<'a>]) -> Option<(&'static str, Vec<&'a str>)> {
    let names = |key: &&'static str| {
        let mut seen = BTreeSet::new();
        let name = |item: &NodeRef<'a>| item.get(key)?.as_text().filter(|name| seen.insert(*name));
        let names: Option<Vec<&str>> = items.iter().map(name).collect();
        names.map(|names| (*key, names))
    };
    NAMES.iter().filter(|_| !items.is_empty()).find_map(names)
}

fn is_same_order(old: &[&str], new: &[&str]) -> bool {
    let (old_names, new_names): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
    let kept = old.iter().filter(|name| new_names.contains(name));
    kept.eq(new.iter().filter(|name| old_names.contains(name)))
}

/// A scalar, or a collection without anything in it.
fn is_leaf(node: NodeRef<'_>) -> bool {
    match node.value() {
        NodeValue::Sequence(items) => items.is_empty(),
        NodeValue::Mapping(entries) => entries.is_empty(),
        _ => true,
    }
}

fn shown(node: NodeRef<'_>) -> String {
    let text = match node.value() {
        NodeValue::Null => "null",
        NodeValue::Sequence(_) => "[]",
        NodeValue::Mapping(_) => "{}",
        _ => node.as_text().unwrap_or_default(),
    };
    text.to_owned()
}

/// With tag and quotes.
fn exact(node: NodeRef<'_>) -> String {
    let text = match node.value() {
        NodeValue::String(text) => format!("\"{}\"", text.as_str()),
        _ => shown(node),
    };
    match node.tag() {
        Some(tag) => format!("{tag} {text}"),
        None => text,
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
