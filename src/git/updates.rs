//! What new values of refs bring: the commits that are nowhere yet where they go, walked once however many refs there are.

use std::collections::{BTreeMap, BTreeSet};

use git2::{ObjectType, Oid, Sort};

use crate::domain::refs::{Branch, Tag};
use crate::domain::update::DirectCommit;

use super::GitError;
use super::commit_object::CommitObject;
use super::refs::tag_of;
use super::repository::Repository;

/// Refs that are followed at once: one bit for each.
const AT_ONCE: usize = 64;
/// A parent that is not among the commits of the walk.
const OUTSIDE: u32 = u32::MAX;

/// Commits that some tips reach and what is known does not: newest first, none before its children.
#[derive(Debug, Default)]
pub struct Brought {
    order: Vec<Oid>,
}

/// The commits at which some others end.
#[derive(Debug)]
pub struct Border {
    /// Where the first-parent line ends; `None` when it ends at a root.
    pub start: Option<String>,
    /// All others.
    pub others: BTreeSet<String>,
}

/// The same commits with their parents.
#[derive(Debug)]
pub struct Graph {
    /// Sorted by id: the position in the order.
    places: Vec<(Oid, u32)>,
    order: Vec<Oid>,
    /// Where the parents of the commit at a position begin in `parents`; one more than there are commits.
    starts: Vec<u32>,
    parents: Vec<u32>,
}

impl Repository {
    /// The commits that `tips` reach and none of `hidden` does; both are object ids, and what is not here, or leads to no commit, is passed
    /// over.
    pub fn brought<'i>(
        &self,
        tips: impl IntoIterator<Item = &'i str>,
        hidden: impl IntoIterator<Item = &'i str>,
    ) -> Result<Brought, GitError> {
        let fail = |e: git2::Error| GitError::failed("walk what is new", &e);
        let mut walk = self.inner.revwalk().map_err(fail)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).map_err(fail)?;
        let mut is_empty = true;
        for tip in tips.into_iter().filter_map(|id| self.commit_of(id)) {
            walk.push(tip).map_err(|e| GitError::object(tip, &e))?;
            is_empty = false;
        }
        if is_empty {
            return Ok(Brought::default());
        }
        for id in hidden.into_iter().filter_map(|id| self.commit_of(id)) {
            walk.hide(id).map_err(|e| GitError::object(id, &e))?;
        }
        let order = walk.collect::<Result<_, _>>().map_err(fail)?;
        Ok(Brought { order })
    }

    /// Reads the parents of each commit.
    pub fn graph(&self, brought: Brought) -> Result<Graph, GitError> {
        let odb = self
            .inner
            .odb()
            .map_err(|e| GitError::failed("open the object database", &e))?;
        let boundary = self.shallow_boundary();
        let order = brought.order;
        let mut places: Vec<(Oid, u32)> = order.iter().copied().zip(0..).collect();
        places.sort_unstable();
        let (mut starts, mut parents) = (vec![0], Vec::new());
        for id in &order {
            if !boundary.contains(id) {
                let object = odb.read(*id).map_err(|e| GitError::object(id, &e))?;
                let commit = CommitObject::parse(object.data());
                let ids = commit.iter().flat_map(|commit| &commit.parents);
                parents.extend(ids.map(|parent| hexadecimal(parent).map_or(OUTSIDE, |parent| place_in(&places, parent))));
            }
            starts.push(u32::try_from(parents.len()).unwrap_or(OUTSIDE));
        }
        Ok(Graph {
            places,
            order,
            starts,
            parents,
        })
    }

    /// Where some commits end: `brought` of one tip.
    pub fn graph_border(&self, brought: Brought, tip: &str) -> Result<Border, GitError> {
        let graph = self.graph(brought)?;
        let mut start = None;
        let mut next = hexadecimal(tip.as_bytes()).map_or(OUTSIDE, |tip| place_in(&graph.places, tip));
        while let Some(id) = graph.order.get(next as usize) {
            next = graph.parents_of(next as usize).first().copied().unwrap_or(OUTSIDE);
            if next == OUTSIDE {
                start = self.first_parent(*id);
            }
        }
        let mut others = BTreeSet::new();
        for (place, id) in graph.order.iter().enumerate() {
            if graph.parents_of(place).contains(&OUTSIDE) {
                let commit = self.commit(&id.to_string())?;
                others.extend(commit.parents.into_iter().filter(|parent| !graph.holds(parent)));
            }
        }
        others.retain(|id| start.as_ref() != Some(id));
        Ok(Border { start, others })
    }

    fn first_parent(&self, id: Oid) -> Option<String> {
        self.commit(&id.to_string()).ok()?.parents.into_iter().next()
    }

    /// Those of the wanted commits that are on the first-parent line of one of these tips; all of them object ids.
    pub fn on_first_parent_line<'w>(
        &self,
        tips: &BTreeSet<&str>,
        wanted: &BTreeSet<&'w str>,
    ) -> Result<BTreeSet<&'w str>, GitError> {
        let ids: BTreeMap<Oid, &str> = wanted.iter().filter_map(|id| Some((Oid::from_str(id).ok()?, *id))).collect();
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
        for tip in tips {
            let mut next = Some(Self::object_id(tip)?);
            while let Some(id) = next.filter(|id| found.len() < ids.len() && seen.insert(*id)) {
                found.extend(ids.get(&id).copied());
                let commit = self.inner.find_commit(id).map_err(|e| GitError::object(id, &e))?;
                next = commit.parent_id(0).ok();
            }
        }
        Ok(found)
    }

    /// Whether an object is here.
    pub fn has_object(&self, id: &str) -> bool {
        let odb = self.inner.odb();
        odb.is_ok_and(|odb| Oid::from_str(id).is_ok_and(|id| odb.exists(id)))
    }

    /// The commit that an object leads to, through any number of tags; `None` when it is not here, or leads to something else.
    pub fn commit_behind(&self, object: &str) -> Option<String> {
        self.commit_of(object).map(|id| id.to_string())
    }

    /// Whether a commit is an ancestor of another one, or the same; both are object ids of commits.
    pub fn is_ancestor(&self, ancestor: &str, descendant: &str) -> Result<bool, GitError> {
        let (ancestor, descendant) = (Self::object_id(ancestor)?, Self::object_id(descendant)?);
        let is_below = || self.inner.graph_descendant_of(descendant, ancestor);
        Ok(ancestor == descendant
            || is_below().map_err(|e| GitError::failed(format!("compare {ancestor} and {descendant}"), &e))?)
    }

    /// What a ref names at present, without following it: an object id.
    pub fn present_value(&self, reference: &str) -> Option<String> {
        let found = self.inner.find_reference(reference).ok()?;
        found.resolve().ok()?.target().map(|id| id.to_string())
    }

    /// A tag of this full name as it is when its ref holds this object. `version` is left out.
    ///
    /// # Errors
    /// A short reason when the object cannot be read.
    pub fn tag_at(&self, reference: &str, object: &str) -> Result<Tag, String> {
        let id = Self::object_id(object).map_err(|e| e.to_string())?;
        tag_of(&self.inner, reference, id)
    }

    /// A branch of this full name as it is when its ref holds this object; `None` when that leads to no commit here.
    pub fn branch_at(&self, reference: &str, name: &str, object: &str) -> Option<Branch> {
        let commit = self.inner.find_commit(self.commit_of(object)?).ok()?;
        Some(Branch {
            reference: reference.to_owned(),
            name: name.to_owned(),
            remote: None,
            commit: commit.id().to_string(),
            time: commit.time().seconds(),
            is_head: false,
            standing: None,
        })
    }

    fn commit_of(&self, object: &str) -> Option<Oid> {
        let id = Self::object_id(object).ok()?;
        let object = self.inner.find_object(id, None).ok()?;
        object.peel(ObjectType::Commit).ok().map(|commit| commit.id())
    }
}

impl Brought {
    pub const fn len(&self) -> usize {
        self.order.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Object ids, newest first.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        self.order.iter().map(ToString::to_string)
    }
}

impl Graph {
    /// How many of the commits each tip reaches.
    pub fn counts(&self, tips: &[Option<String>]) -> Vec<usize> {
        let mut counts = Vec::with_capacity(tips.len());
        for some in tips.chunks(AT_ONCE) {
            let mut of_chunk = vec![0; some.len()];
            for mask in self.reached(some) {
                for (bit, count) in of_chunk.iter_mut().enumerate() {
                    *count += usize::from(mask >> bit & 1 == 1);
                }
            }
            counts.extend(of_chunk);
        }
        counts
    }

    /// How many of these tips reach each commit, by its position.
    pub fn reaching(&self, tips: &[Option<String>]) -> Vec<u32> {
        let mut reaching = vec![0; self.order.len()];
        for some in tips.chunks(AT_ONCE) {
            for (number, mask) in reaching.iter_mut().zip(self.reached(some)) {
                *number += mask.count_ones();
            }
        }
        reaching
    }

    /// Ids of the commits that at least one of these tips reaches, sorted.
    pub fn reached_by_any(&self, tips: &[Option<String>]) -> Reached {
        let reaching = self.reaching(tips);
        let is_reached = |place: &u32| reaching.get(*place as usize).is_some_and(|n| *n > 0);
        let ids = self.places.iter().filter(|(_, place)| is_reached(place)).map(|(id, _)| *id);
        Reached(ids.collect())
    }

    /// The commits of the first-parent line from a tip that are no merges, as far as they are among these, newest first; those that `is_apart`
    /// tells by their position are passed over.
    pub fn first_parent_line(&self, tip: &str, is_apart: &dyn Fn(usize) -> bool) -> Vec<String> {
        let mut line = Vec::new();
        let mut next = hexadecimal(tip.as_bytes()).map_or(OUTSIDE, |tip| place_in(&self.places, tip));
        while let Some(id) = self.order.get(next as usize) {
            let parents = self.parents_of(next as usize);
            if parents.len() < 2 && !is_apart(next as usize) {
                line.push(id.to_string());
            }
            next = parents.first().copied().unwrap_or(OUTSIDE);
        }
        line
    }

    /// Whether a commit is among these.
    pub fn holds(&self, id: &str) -> bool {
        hexadecimal(id.as_bytes()).is_some_and(|id| place_in(&self.places, id) != OUTSIDE)
    }

    fn parents_of(&self, place: usize) -> &[u32] {
        let start = self.starts.get(place).copied().unwrap_or_default();
        let end = self.starts.get(place + 1).copied().unwrap_or(start);
        self.parents.get(start as usize..end as usize).unwrap_or_default()
    }

    /// For each commit the tips that reach it, one bit each. No commit stands before its children, so that one pass is enough.
    fn reached(&self, tips: &[Option<String>]) -> Vec<u64> {
        let mut masks = vec![0; self.order.len()];
        for (bit, tip) in tips.iter().enumerate() {
            let place = tip.as_ref().and_then(|tip| hexadecimal(tip.as_bytes()));
            let place = place.map_or(OUTSIDE, |tip| place_in(&self.places, tip));
            if let Some(mask) = masks.get_mut(place as usize) {
                *mask |= 1_u64 << bit;
            }
        }
        for place in 0..self.order.len() {
            let mask = masks.get(place).copied().unwrap_or_default();
            for parent in self.parents_of(place) {
                if let Some(below) = masks.get_mut(*parent as usize) {
                    *below |= mask;
                }
            }
        }
        masks
    }
}

/// A set of commits.
#[derive(Debug)]
pub struct Reached(Vec<Oid>);

impl Reached {
    /// Whether a commit, by its object id, is one of them.
    pub fn holds(&self, id: &str) -> bool {
        hexadecimal(id.as_bytes()).is_some_and(|id| self.0.binary_search(&id).is_ok())
    }
}

impl Repository {
    /// What a direct commit says of itself.
    pub fn direct(&self, id: &str) -> Result<DirectCommit, GitError> {
        let commit = self.commit(id)?;
        Ok(DirectCommit {
            commit: commit.id,
            subject: commit.message.subject,
            author: commit.author,
        })
    }
}

fn hexadecimal(digits: &[u8]) -> Option<Oid> {
    Oid::from_str(std::str::from_utf8(digits).ok()?).ok()
}

fn place_in(places: &[(Oid, u32)], id: Oid) -> u32 {
    let found = places.binary_search_by(|(other, _)| other.cmp(&id)).ok();
    found.and_then(|at| places.get(at)).map_or(OUTSIDE, |(_, place)| *place)
}
