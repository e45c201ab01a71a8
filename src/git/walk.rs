//! Commits as a stream: each object is read once and handed on while the walk goes on; only ids, times and edges stay.
//!
//! libgit2's walk reads every object as well, but only to sort them, and throws their texts away.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use git2::Oid;

use crate::domain::commit::{Commit, CommitId};

use super::commit_object::CommitObject;
use super::commits::{Reader, parse};
use super::repository::Repository;
use super::{GitError, GitTrouble};

/// So many hidden commits older than everything found are still looked at: clocks differ.
const SLOP: usize = 64;

/// Number of a commit by its id. Asked for every parent of every commit, and never gone through: no order can show.
#[expect(clippy::disallowed_types, reason = "a tree map takes a third of a walk's time")]
type Numbers = std::collections::HashMap<Oid, u32>;

/// A commit as Git keeps it, its message not looked at yet.
#[derive(Debug)]
pub struct RawCommit {
    pub id: CommitId,
    /// Committer time, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// A shallow clone has not its parents.
    pub is_cut: bool,
    bytes: Vec<u8>,
}

impl RawCommit {
    /// Size of the object in bytes.
    pub const fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Reads its fields and cuts its message. `None` only for what a walk would not hand on.
    pub fn parse(&self) -> Option<Commit> {
        CommitObject::parse(&self.bytes).map(|object| parse(self.id.to_string(), &object, self.is_cut))
    }
}

/// What is known at the end of a walk.
#[derive(Debug, Default)]
pub struct Walked {
    /// Id and committer time, newest first, none before its children.
    pub commits: Vec<(CommitId, i64)>,
    /// How many were handed on that turned out to be hidden, because a hidden child has an earlier time.
    pub taken_back: usize,
    pub troubles: Vec<GitTrouble>,
}

/// Goes through everything that some commits reach and others do not, newest first as far as the clocks were right.
pub struct Walk<'r> {
    /// Until the walk ends.
    _uncached: Uncached,
    reader: Reader<'r>,
    nodes: Vec<Node>,
    /// Numbers of parents.
    edges: Vec<u32>,
    numbers: Numbers,
    /// By time, then in the order of arrival.
    queue: BinaryHeap<(i64, Reverse<u32>)>,
    /// How many in the queue are not hidden.
    wanted: usize,
    /// Time of the oldest commit handed on.
    oldest: i64,
    older_seen: usize,
    taken_back: usize,
}

/// libgit2 would keep every commit that passes, and the walk asks for none twice.
struct Uncached;

impl Uncached {
    fn new() -> Self {
        git2::opts::enable_caching(false);
        Self
    }
}

impl Drop for Uncached {
    fn drop(&mut self) {
        git2::opts::enable_caching(true);
    }
}

struct Node {
    id: Oid,
    time: i64,
    /// From where to where its parents stand among the edges.
    parents: std::ops::Range<usize>,
    is_hidden: bool,
    is_passed: bool,
    /// While it is in the queue.
    bytes: Option<Vec<u8>>,
}

impl Repository {
    /// A walk over everything that `tips` reach and none of `hidden` does; object ids of commits.
    ///
    /// # Errors
    /// When the object database cannot be opened, or an id is none. A commit that cannot be read is told at the end.
    pub fn stream(&self, tips: &[String], hidden: &[String]) -> Result<Walk<'_>, GitError> {
        let mut walk = Walk {
            _uncached: Uncached::new(),
            reader: Reader::new(self)?,
            nodes: Vec::new(),
            edges: Vec::new(),
            numbers: Numbers::new(),
            queue: BinaryHeap::new(),
            wanted: 0,
            oldest: i64::MAX,
            older_seen: 0,
            taken_back: 0,
        };
        for id in hidden {
            walk.arrive(Self::object_id(id)?, true);
        }
        for id in tips {
            walk.arrive(Self::object_id(id)?, false);
        }
        Ok(walk)
    }
}

impl Iterator for Walk<'_> {
    type Item = RawCommit;

    fn next(&mut self) -> Option<RawCommit> {
        while !self.is_done() {
            let (_, Reverse(number)) = self.queue.pop()?;
            let Some(node) = self.node(number) else { continue };
            node.is_passed = true;
            let (id, time, is_hidden) = (node.id, node.time, node.is_hidden);
            let Some(bytes) = node.bytes.take() else { continue };
            let is_cut = self.reader.is_cut(id);
            let start = self.edges.len();
            for parent in parents_of(&bytes, is_cut) {
                let parent = self.arrive(parent, is_hidden);
                self.edges.push(parent);
            }
            let parents = start..self.edges.len();
            if let Some(node) = self.node(number) {
                node.parents = parents;
            }
            if !is_hidden {
                self.wanted -= 1;
                self.oldest = self.oldest.min(time);
                return Some(RawCommit {
                    id: id_of(id),
                    time,
                    bytes,
                    is_cut,
                });
            }
        }
        None
    }
}

impl Walk<'_> {
    /// The end: the order of what was handed on.
    pub fn finish(self) -> Walked {
        Walked {
            commits: self.order(),
            taken_back: self.taken_back,
            troubles: self.reader.into_troubles(),
        }
    }

    fn node(&mut self, number: u32) -> Option<&mut Node> {
        self.nodes.get_mut(number as usize)
    }

    /// Whether only hidden commits are left, and none of them can reach anything that was handed on.
    fn is_done(&mut self) -> bool {
        if self.wanted > 0 {
            return false;
        }
        match self.queue.peek() {
            None => true,
            Some((time, _)) if *time < self.oldest => {
                self.older_seen += 1;
                self.older_seen > SLOP
            }
            Some(_) => self.oldest == i64::MAX,
        }
    }

    /// Takes in a commit that is met, as a tip or as a parent, and gives its number.
    fn arrive(&mut self, id: Oid, is_hidden: bool) -> u32 {
        if let Some(number) = self.numbers.get(&id).copied() {
            if is_hidden {
                self.hide(number);
            }
            return number;
        }
        let number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.numbers.insert(id, number);
        let read = self.reader.raw(id);
        let time = read.as_ref().map_or(0, |(time, _)| *time);
        if read.is_some() {
            self.queue.push((time, Reverse(number)));
            self.wanted += usize::from(!is_hidden);
        }
        self.nodes.push(Node {
            id,
            time,
            parents: 0..0,
            is_hidden,
            is_passed: false,
            bytes: read.map(|(_, bytes)| bytes),
        });
        number
    }

    /// Hides a commit and everything known behind it.
    fn hide(&mut self, number: u32) {
        let mut next = vec![number];
        while let Some(number) = next.pop() {
            let Some(node) = self.nodes.get_mut(number as usize).filter(|node| !node.is_hidden) else {
                continue;
            };
            node.is_hidden = true;
            if node.is_passed {
                self.taken_back += 1;
                next.extend(self.edges.get(node.parents.clone()).unwrap_or_default());
            } else if node.bytes.is_some() {
                self.wanted -= 1;
            }
        }
    }

    fn order(&self) -> Vec<(CommitId, i64)> {
        let is_kept = |node: &Node| node.is_passed && !node.is_hidden;
        let parents = |node: &Node| self.edges.get(node.parents.clone()).unwrap_or_default();
        let mut children = vec![0_u32; self.nodes.len()];
        for parent in self.nodes.iter().filter(|node| is_kept(node)).flat_map(parents) {
            if let Some(count) = children.get_mut(*parent as usize) {
                *count += 1;
            }
        }
        let mut ready: BinaryHeap<(i64, Reverse<u32>)> = (self.nodes.iter().zip(0_u32..).zip(&children))
            .filter(|((node, _), count)| is_kept(node) && **count == 0)
            .map(|((node, number), _)| (node.time, Reverse(number)))
            .collect();
        let mut sorted = Vec::with_capacity(self.nodes.len());
        while let Some((time, Reverse(number))) = ready.pop() {
            let Some(node) = self.nodes.get(number as usize) else {
                continue;
            };
            sorted.push((id_of(node.id), time));
            for parent in parents(node) {
                let (Some(count), Some(node)) = (children.get_mut(*parent as usize), self.nodes.get(*parent as usize)) else {
                    continue;
                };
                *count = count.saturating_sub(1);
                if *count == 0 && is_kept(node) {
                    ready.push((node.time, Reverse(*parent)));
                }
            }
        }
        sorted
    }
}

fn parents_of(bytes: &[u8], is_cut: bool) -> Vec<Oid> {
    let parents = CommitObject::parse(bytes).filter(|_| !is_cut).map(|object| object.parents);
    let id = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|text| Oid::from_str(text).ok());
    parents.unwrap_or_default().into_iter().filter_map(id).collect()
}

pub(super) fn id_of(id: Oid) -> CommitId {
    CommitId::of(id.as_bytes().try_into().unwrap_or([0; 20]))
}
