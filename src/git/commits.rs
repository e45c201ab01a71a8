//! The commits of a range, each object read once.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use git2::{ObjectType, Oid};

use crate::domain::commit::{Commit, Person};
use crate::domain::location::Location;

use super::commit_object::{CommitObject, RawPerson};
use super::repository::Repository;
use super::text::{of_bytes, reason};
use super::{GitError, GitTrouble, message};

/// Which commits are meant. All ids are object ids of commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitRange {
    /// Everything that `tip` reaches.
    All { tip: String },
    /// Everything that `tip` reaches and none of `hidden` does.
    Between { tip: String, hidden: Vec<String> },
}

impl CommitRange {
    pub fn tip(&self) -> &str {
        match self {
            Self::All { tip } | Self::Between { tip, .. } => tip,
        }
    }

    pub fn hidden(&self) -> &[String] {
        match self {
            Self::All { .. } => &[],
            Self::Between { hidden, .. } => hidden,
        }
    }
}

impl Repository {
    /// The commits of a range, newest first, none before its children. A commit that cannot be read is told as trouble, and the walk goes
    /// on beside it.
    pub fn commits(&self, range: &CommitRange) -> Result<(Vec<Commit>, Vec<GitTrouble>), GitError> {
        let mut reader = Reader::new(self)?;
        let ids: Result<Vec<Oid>, git2::Error> = match self.walk(range) {
            Ok(walk) => walk.collect(),
            Err(GitError::UnreadableObject { .. }) => return self.commits_around_damage(range, reader),
            Err(other) => return Err(other),
        };
        // libgit2 gives up the whole walk when one object is missing.
        let Ok(ids) = ids else {
            return self.commits_around_damage(range, reader);
        };
        let commits = ids.into_iter().filter_map(|id| reader.read(id)).collect();
        Ok((commits, reader.into_troubles()))
    }

    /// Ids of everything that a commit reaches, itself included.
    pub fn reachable(&self, tip: &str) -> Result<BTreeSet<String>, GitError> {
        let range = CommitRange::All { tip: tip.to_owned() };
        let ids = self.walk(&range)?.map(|id| id.map(|id| id.to_string()));
        ids.collect::<Result<_, _>>()
            .map_err(|e| GitError::failed("walk the history", &e))
    }

    /// One commit by its object id.
    pub fn commit(&self, id: &str) -> Result<Commit, GitError> {
        let mut reader = Reader::new(self)?;
        reader
            .try_read(Self::object_id(id)?)
            .map_err(|reason| GitError::UnreadableObject {
                object: id.to_owned(),
                reason,
            })
    }

    /// The same without libgit2's walk: everything that can be reached through readable commits, sorted here.
    fn commits_around_damage(
        &self,
        range: &CommitRange,
        mut reader: Reader<'_>,
    ) -> Result<(Vec<Commit>, Vec<GitTrouble>), GitError> {
        let hidden: Result<Vec<Oid>, GitError> = range.hidden().iter().map(|id| Self::object_id(id)).collect();
        let hidden = reader.reach(&hidden?, &BTreeMap::new());
        let reached = reader.reach(&[Self::object_id(range.tip())?], &hidden);
        Ok((newest_first(reached), reader.into_troubles()))
    }
}

/// Sorts commits so that none stands before its children, and else by time.
fn newest_first(mut commits: BTreeMap<String, Commit>) -> Vec<Commit> {
    let mut children: BTreeMap<String, usize> = BTreeMap::new();
    for parent in commits.values().flat_map(|commit| &commit.parents) {
        *children.entry(parent.clone()).or_default() += 1;
    }
    let is_tip = |commit: &&Commit| !children.contains_key(&commit.id);
    let mut ready: BinaryHeap<(i64, String)> = commits.values().filter(is_tip).map(|c| (c.time, c.id.clone())).collect();
    let mut sorted = Vec::with_capacity(commits.len());
    while let Some((_, id)) = ready.pop() {
        let Some(commit) = commits.remove(&id) else { continue };
        for parent in &commit.parents {
            let Some(count) = children.get_mut(parent) else { continue };
            *count = count.saturating_sub(1);
            if let (0, Some(parent)) = (*count, commits.get(parent)) {
                ready.push((parent.time, parent.id.clone()));
            }
        }
        sorted.push(commit);
    }
    sorted
}

/// Reads commit objects and remembers what it could not read.
struct Reader<'r> {
    odb: git2::Odb<'r>,
    /// Commits whose parents a shallow clone does not have.
    boundary: BTreeSet<Oid>,
    troubles: BTreeMap<String, String>,
}

impl<'r> Reader<'r> {
    fn new(repository: &'r Repository) -> Result<Self, GitError> {
        Ok(Self {
            odb: repository
                .inner
                .odb()
                .map_err(|e| GitError::failed("open the object database", &e))?,
            boundary: repository.shallow_boundary(),
            troubles: BTreeMap::new(),
        })
    }

    fn read(&mut self, id: Oid) -> Option<Commit> {
        match self.try_read(id) {
            Ok(commit) => Some(commit),
            Err(reason) => {
                self.troubles.insert(id.to_string(), reason);
                None
            }
        }
    }

    fn try_read(&mut self, id: Oid) -> Result<Commit, String> {
        let object = self.odb.read(id).map_err(|e| reason(&e))?;
        if object.kind() != ObjectType::Commit {
            return Err(format!("it is a {}, not a commit", object.kind()));
        }
        let parsed = CommitObject::parse(object.data()).ok_or("it is not a well-formed commit")?;
        let encoding = parsed.encoding.and_then(|name| std::str::from_utf8(name).ok());
        let message = message::parse_bytes(parsed.message, encoding, parsed.parents.len());
        let text = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
        let parents = if self.boundary.contains(&id) {
            &[]
        } else {
            parsed.parents.as_slice()
        };
        Ok(Commit {
            id: id.to_string(),
            parents: parents.iter().copied().map(text).collect(),
            author: person_of(&parsed.author, encoding),
            committer: person_of(&parsed.committer, encoding),
            time: parsed.committer.time,
            message,
            paths: None,
            lands: None,
        })
    }

    /// Everything that `from` reaches, without `stop` and what lies behind it.
    fn reach(&mut self, from: &[Oid], stop: &BTreeMap<String, Commit>) -> BTreeMap<String, Commit> {
        let mut found = BTreeMap::new();
        let mut seen: BTreeSet<Oid> = from.iter().copied().collect();
        let mut next: Vec<Oid> = from.to_vec();
        while let Some(id) = next.pop() {
            if stop.contains_key(&id.to_string()) {
                continue;
            }
            let Some(commit) = self.read(id) else { continue };
            next.extend(
                commit
                    .parents
                    .iter()
                    .filter_map(|p| Oid::from_str(p).ok())
                    .filter(|p| seen.insert(*p)),
            );
            found.insert(commit.id.clone(), commit);
        }
        found
    }

    fn into_troubles(self) -> Vec<GitTrouble> {
        let trouble = |(id, reason): (String, String)| GitTrouble {
            message: format!("commit {id} cannot be read: {reason}"),
            location: Location::of_commit(id),
        };
        self.troubles.into_iter().map(trouble).collect()
    }
}

fn person_of(raw: &RawPerson<'_>, encoding: Option<&str>) -> Person {
    let text = |bytes: &[u8]| match message::decode(bytes, encoding) {
        (text, false) => text,
        (_, true) => of_bytes(bytes),
    };
    Person {
        name: text(raw.name),
        email: text(raw.email),
    }
}

pub(super) fn person(name: &[u8], email: &[u8]) -> Person {
    Person {
        name: of_bytes(name),
        email: of_bytes(email),
    }
}
