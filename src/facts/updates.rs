//! What a push or a ref transaction does to refs: each update with what is known of it, and the branches and tags as they will be.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::flow::{BranchRole, Flow};
use crate::domain::location::Location;
use crate::domain::refs::{Branch, Tag, Version};
use crate::domain::target::{Branches, Commits, Tags, Target};
use crate::domain::update::{DIRECT, Highest, Operation, ProposedUpdate, RefKind, RefUpdate};
use crate::git::updates::{Brought, Graph};
use crate::git::version::{parse_version, precedence};
use crate::git::{GitError, GitTrouble, Repository};

use super::history::History;
use super::landing::{Landing, hidden};
use super::needs::Needs;
use super::place::FactsError;

/// Fills in what the target's updates do, as far as `needs` asks.
///
/// # Errors
/// When the history cannot be walked.
pub fn read(
    repository: &Repository,
    target: &Target,
    flow: &Flow,
    needs: Needs,
    history: &mut History,
) -> Result<(), FactsError> {
    if target.updates.is_empty() {
        return Ok(());
    }
    let reading = Reading::new(repository, target, flow)?;
    if needs.tags {
        reading.rename_tags(&mut history.tag_names);
        if target.tags == Tags::Updated {
            history.tags = reading.tags(history);
        }
    }
    if (needs.branches || needs.forks) && target.branches == Branches::Updated {
        history.branches = reading.branches(history);
    }
    if needs.updates || needs.history() {
        let mut updates = reading.proposals();
        history.landing = Some(reading.landing(&updates)?);
        if needs.updates {
            let is_shallow = history.repository.as_ref().is_some_and(|r| r.is_shallow);
            history.is_counting = reading.measure(is_shallow, &mut updates, needs.history() && reading.is_walked())?;
            history.updates = updates;
        }
    }
    Ok(())
}

/// Fills in how many commits updates bring, where the walk that looked at them has counted: all of them lead to the same one.
pub fn count_walked(history: &mut History) {
    let count = history.commit_count + history.before_adoption;
    let leads = |update: &&mut RefUpdate| update.kind != RefKind::Other && update.proposed.new.is_some();
    for update in history.updates.iter_mut().filter(leads) {
        update.commits = count;
    }
}

struct Reading<'a> {
    repository: &'a Repository,
    flow: &'a Flow,
    /// With the present values where Git gave none.
    proposed: Vec<ProposedUpdate>,
    /// The commits that the new values lead to.
    tips: Vec<Option<String>>,
    /// The commits that refs of the other side lead to.
    known: Vec<&'a str>,
    /// Those of them below which messages were judged as strictly as they are now.
    settled: Vec<String>,
    /// What is pushed is looked at commit by commit.
    is_new: bool,
    /// It comes to where nothing is yet: a repository that moves in with its history.
    is_first: bool,
    graph: OnceCell<Graph>,
}

impl<'a> Reading<'a> {
    fn new(repository: &'a Repository, target: &'a Target, flow: &'a Flow) -> Result<Self, FactsError> {
        let proposed: Vec<ProposedUpdate> = target.updates.iter().map(|u| with_present_value(repository, u)).collect();
        let commit = |u: &ProposedUpdate| {
            let new = u.new.as_ref().filter(|_| RefKind::of(&u.reference) != RefKind::Other)?;
            repository.commit_behind(new)
        };
        Ok(Self {
            tips: proposed.iter().map(commit).collect(),
            known: match &target.commits {
                Commits::New { known, branches, .. } => {
                    let branches = branches.iter().map(|(_, commit)| commit);
                    known.iter().chain(branches).map(String::as_str).collect()
                }
                _ => Vec::new(),
            },
            is_new: matches!(target.commits, Commits::New { .. }),
            is_first: is_first(target) && proposed.iter().all(|update| update.old.is_none()),
            settled: hidden(flow, target),
            repository,
            flow,
            proposed,
            graph: OnceCell::new(),
        })
    }

    fn brought(&self) -> Result<Brought, GitError> {
        let olds = self.proposed.iter().filter_map(|u| u.old.as_deref());
        let tips = self.tips.iter().flatten().map(String::as_str);
        self.repository.brought(tips, self.known.iter().copied().chain(olds))
    }

    /// Walked once, and only when somebody asks for more than a number.
    fn graph(&self) -> Result<&Graph, GitError> {
        if let Some(graph) = self.graph.get() {
            return Ok(graph);
        }
        let graph = self.repository.graph(self.brought()?)?;
        Ok(self.graph.get_or_init(|| graph))
    }

    /// The tags that there will be.
    fn rename_tags(&self, names: &mut BTreeSet<String>) {
        for update in self.proposed.iter().filter(|u| RefKind::of(&u.reference) == RefKind::Tag) {
            let name = short(&update.reference);
            if update.new.is_some() {
                names.insert(name.to_owned());
            } else {
                names.remove(name);
            }
        }
    }

    fn branches(&self, history: &mut History) -> Vec<Branch> {
        let mut branches = Vec::new();
        for update in self.proposed.iter().filter(|u| RefKind::of(&u.reference) == RefKind::Branch) {
            let Some(new) = &update.new else { continue };
            match self.repository.branch_at(&update.reference, short(&update.reference), new) {
                Some(branch) => branches.push(branch),
                None => history.note(vec![trouble(&update.reference, &format!("object {new} is no commit here"))]),
            }
        }
        branches
    }

    fn tags(&self, history: &mut History) -> Vec<Tag> {
        let mut tags = Vec::new();
        for update in self.proposed.iter().filter(|u| RefKind::of(&u.reference) == RefKind::Tag) {
            let Some(new) = &update.new else { continue };
            match self.tag(&update.reference, new) {
                Ok(tag) => tags.push(tag),
                Err(reason) => history.note(vec![trouble(&update.reference, &reason)]),
            }
        }
        tags
    }

    fn tag(&self, reference: &str, object: &str) -> Result<Tag, String> {
        let mut tag = self.repository.tag_at(reference, object)?;
        tag.version = self.version(&tag.name);
        Ok(tag)
    }

    fn version(&self, name: &str) -> Option<Version> {
        parse_version(name, &self.flow.components)
    }

    /// What can be said without looking at any history.
    fn proposals(&self) -> Vec<RefUpdate> {
        let proposal = |update: &ProposedUpdate| {
            let kind = RefKind::of(&update.reference);
            let name = short(&update.reference);
            let is_tag = kind == RefKind::Tag;
            let object = update.new.as_ref().or(update.old.as_ref()).filter(|_| is_tag);
            RefUpdate {
                kind,
                name: name.to_owned(),
                operation: Operation::Unknown,
                from: update.old.as_ref().and_then(|old| self.repository.commit_behind(old)),
                commits: 0,
                direct: Vec::new(),
                direct_count: 0,
                keeps_line: None,
                tag: object.and_then(|object| self.tag(&update.reference, object).ok()),
                version: self.version(name).filter(|_| is_tag),
                highest: None,
                proposed: update.clone(),
            }
        };
        self.proposed.iter().map(proposal).collect()
    }

    fn landing(&self, updates: &[RefUpdate]) -> Result<Landing, GitError> {
        // What comes with a repository was written elsewhere and is there already; nobody can be asked to write it anew.
        if self.is_first {
            return Ok(Landing::None);
        }
        Landing::of(self.flow, updates, &self.tips, || {
            let tips = self.tips.iter().flatten().map(String::as_str);
            let settled = self.settled.iter().map(String::as_str);
            self.repository.graph(self.repository.brought(tips, settled)?)
        })
    }

    /// Whether the walk over what is pushed goes through what `brought` would: then no old value hides more than what is known.
    fn is_walked(&self) -> bool {
        let known: BTreeSet<&str> = self.known.iter().copied().collect();
        let settled: BTreeSet<&str> = self.settled.iter().map(String::as_str).collect();
        let mut olds = self.proposed.iter().filter_map(|u| u.old.as_deref());
        self.is_new && known == settled && olds.all(|old| known.contains(old))
    }

    /// Whether it is left to the walk to count the commits: see `count_walked`.
    fn measure(&self, is_shallow: bool, updates: &mut [RefUpdate], is_walked: bool) -> Result<bool, FactsError> {
        for (update, tip) in updates.iter_mut().zip(&self.tips) {
            update.operation = self.operation(update, tip.as_deref(), is_shallow)?;
            if !is_shallow {
                update.keeps_line = self.keeps_line(update, tip.as_deref())?;
            }
        }
        let is_counting = self.count(updates, is_walked)?;
        let made: BTreeSet<String> = updates
            .iter()
            .filter(|u| u.kind == RefKind::Tag && u.operation == Operation::Create)
            .map(|u| u.name.clone())
            .collect();
        let has_version = |u: &RefUpdate| u.version.is_some() && u.operation != Operation::Delete;
        if updates.iter().any(has_version) {
            let lines = self.lines(&made)?;
            for update in updates.iter_mut().filter(|u| has_version(u)) {
                update.highest = self.highest(update, &lines);
            }
        }
        Ok(is_counting)
    }

    fn operation(&self, update: &RefUpdate, tip: Option<&str>, is_shallow: bool) -> Result<Operation, GitError> {
        let proposed = &update.proposed;
        let (old, new) = match (&proposed.old, &proposed.new) {
            (_, None) => return Ok(Operation::Delete),
            (None, Some(_)) => return Ok(Operation::Create),
            (Some(old), Some(new)) => (old, new),
        };
        if old == new {
            return Ok(Operation::FastForward);
        }
        if !self.repository.has_object(old) {
            return Ok(Operation::Unknown);
        }
        let (Some(from), Some(tip)) = (&update.from, tip) else {
            return Ok(Operation::Force);
        };
        Ok(match self.repository.is_ancestor(from, tip)? {
            true => Operation::FastForward,
            // What a shallow clone left out may lead there.
            false if is_shallow => Operation::Unknown,
            false => Operation::Force,
        })
    }

    /// Whether the first-parent line from the new tip comes to the old one, and not only a side of one of its merges.
    fn keeps_line(&self, update: &RefUpdate, tip: Option<&str>) -> Result<Option<bool>, GitError> {
        let is_landing_place = self.flow.branch_role(&update.name).is_some_and(BranchRole::is_landing_place);
        let moves = update.kind == RefKind::Branch && update.operation == Operation::FastForward;
        let (Some(from), Some(tip)) = (update.from.as_deref().filter(|_| is_landing_place && moves), tip) else {
            return Ok(None);
        };
        if from == tip {
            return Ok(Some(true));
        }
        let brought = self.repository.brought([tip], [from])?;
        let border = self.repository.graph_border(brought, tip)?;
        Ok(Some(border.start.as_deref() == Some(from)))
    }

    /// How many commits each update brings, and which of them came to its branch directly.
    /// `true` when the former is left to the walk.
    fn count(&self, updates: &mut [RefUpdate], is_walked: bool) -> Result<bool, GitError> {
        let distinct: BTreeSet<&String> = self.tips.iter().flatten().collect();
        let has_line = |u: &RefUpdate| u.kind == RefKind::Branch && !matches!(u.operation, Operation::Create | Operation::Delete);
        if distinct.len() < 2 && !updates.iter().any(has_line) && self.graph.get().is_none() {
            // One tip reaches all of it: no parent has to be read to count that, and nothing at all where it is walked anyway.
            let all_lead = self
                .proposed
                .iter()
                .zip(&self.tips)
                .all(|(u, tip)| u.new.is_none() || tip.is_some());
            if is_walked && all_lead && distinct.len() == 1 {
                return Ok(true);
            }
            let count = self.brought()?.len();
            for (update, _) in updates.iter_mut().zip(&self.tips).filter(|(_, tip)| tip.is_some()) {
                update.commits = count;
            }
            return Ok(false);
        }
        let graph = self.graph()?;
        for (update, count) in updates.iter_mut().zip(graph.counts(&self.tips)) {
            update.commits = count;
        }
        let is_apart = |u: &RefUpdate| u.kind == RefKind::Branch && !is_line(self.flow, u);
        let topics: Vec<Option<String>> = updates
            .iter()
            .zip(&self.tips)
            .filter(|(update, _)| is_apart(update))
            .map(|(_, tip)| tip.clone())
            .collect();
        let reaching = graph.reaching(&topics);
        for (update, tip) in updates.iter_mut().zip(&self.tips) {
            let Some(tip) = tip.as_ref().filter(|_| has_line(update)) else {
                continue;
            };
            // A topic reaches its own commits.
            let own = u32::from(is_apart(update));
            let is_elsewhere = |place: usize| reaching.get(place).is_some_and(|number| *number > own);
            let line = graph.first_parent_line(tip, &is_elsewhere);
            update.direct_count = line.len();
            let named = line.iter().take(DIRECT).map(|id| self.repository.direct(id));
            update.direct = named.collect::<Result<_, _>>()?;
        }
        Ok(false)
    }

    /// The releases that there are already, each line from the highest down.
    fn lines(&self, made: &BTreeSet<String>) -> Result<Lines, GitError> {
        let mut lines = Lines::new();
        for name in self.repository.tag_names()?.difference(made) {
            if let Some(version) = self.version(name).filter(|v| self.flow.is_release_tag(name, Some(v))) {
                lines.entry(line_of(&version)).or_default().push((name.clone(), version));
            }
        }
        for line in lines.values_mut() {
            line.sort_by(|(_, a), (_, b)| precedence(b, a));
        }
        Ok(lines)
    }

    /// A clone may have tags that were never pushed: of those a later one is no reason against an earlier.
    fn highest(&self, update: &RefUpdate, lines: &Lines) -> Option<Highest> {
        let made_at = update.tag.as_ref().map(|tag| tag.time);
        let is_pushed_from_here = update.proposed.local.is_some();
        let line = lines.get(&line_of(update.version.as_ref()?))?;
        line.iter()
            .filter(|(name, _)| *name != update.name)
            .find_map(|(name, version)| {
                let reference = format!("refs/tags/{name}");
                let tag = self.tag(&reference, &self.repository.present_value(&reference)?).ok()?;
                let is_there = !is_pushed_from_here || made_at.is_none_or(|made_at| tag.time <= made_at);
                is_there.then(|| Highest {
                    name: name.clone(),
                    version: version.clone(),
                    target: tag.target,
                })
            })
    }
}

/// Component, major and minor number to the tags of that line.
type Lines = BTreeMap<(Option<String>, u64, u64), Vec<(String, Version)>>;

fn line_of(version: &Version) -> (Option<String>, u64, u64) {
    (version.component.clone(), version.major, version.minor)
}

/// Whether a branch has a line of its own that commits come to by merges.
fn is_line(flow: &Flow, update: &RefUpdate) -> bool {
    matches!(
        flow.branch_role(&update.name),
        Some(BranchRole::Main | BranchRole::Develop | BranchRole::Environment)
    )
}

/// A ref transaction may name no old value, although the ref exists. Before a push the ref is another repository's: there, none means none.
/// Whether the other side has no branch and no tag.
fn is_first(target: &Target) -> bool {
    matches!(&target.commits, Commits::New { known, branches, .. } if known.is_empty() && branches.is_empty())
}

fn with_present_value(repository: &Repository, update: &ProposedUpdate) -> ProposedUpdate {
    let mut update = update.clone();
    if update.old.is_none() && update.local.is_none() {
        update.old = repository.present_value(&update.reference);
    }
    update
}

/// The name as people say it.
fn short(reference: &str) -> &str {
    let name = reference.strip_prefix("refs/heads/");
    name.or_else(|| reference.strip_prefix("refs/tags/")).unwrap_or(reference)
}

fn trouble(reference: &str, message: &str) -> GitTrouble {
    GitTrouble {
        location: Location::of_ref(reference),
        message: message.to_owned(),
    }
}
