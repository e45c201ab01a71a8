//! The commits of a range, each object read once.

use std::collections::{BTreeMap, BTreeSet};

use git2::{ObjectType, Oid};

use crate::domain::commit::{Commit, CommitId, Person};
use crate::domain::location::Location;

use super::commit_object::{CommitObject, RawPerson};
use super::repository::Repository;
use super::text::{of_bytes, reason};
use super::walk::id_of;
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
        let mut walk = self.stream(&[range.tip().to_owned()], range.hidden())?;
        let mut found: BTreeMap<CommitId, Commit> = BTreeMap::new();
        for raw in walk.by_ref() {
            found.extend(raw.parse().map(|commit| (raw.id, commit)));
        }
        let walked = walk.finish();
        let commits = walked.commits.iter().filter_map(|(id, _)| found.remove(id)).collect();
        Ok((commits, walked.troubles))
    }

    /// Ids of everything that a commit reaches, itself included.
    pub fn reachable(&self, tip: &str) -> Result<BTreeSet<CommitId>, GitError> {
        let range = CommitRange::All { tip: tip.to_owned() };
        let ids = self.walk(&range)?.map(|id| id.map(id_of));
        ids.collect::<Result<_, _>>()
            .map_err(|e| GitError::failed("walk the history", &e))
    }

    /// One commit by its object id.
    pub fn commit(&self, id: &str) -> Result<Commit, GitError> {
        let reader = Reader::new(self)?;
        reader
            .try_read(Self::object_id(id)?)
            .map_err(|reason| GitError::UnreadableObject {
                object: id.to_owned(),
                reason,
            })
    }
}

/// Reads commit objects and remembers what it could not read.
pub(super) struct Reader<'r> {
    odb: git2::Odb<'r>,
    /// Commits whose parents a shallow clone does not have.
    boundary: BTreeSet<Oid>,
    troubles: BTreeMap<String, String>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(repository: &'r Repository) -> Result<Self, GitError> {
        Ok(Self {
            odb: repository
                .inner
                .odb()
                .map_err(|e| GitError::failed("open the object database", &e))?,
            boundary: repository.shallow_boundary(),
            troubles: BTreeMap::new(),
        })
    }

    /// Whether a shallow clone ends at this commit.
    pub(super) fn is_cut(&self, id: Oid) -> bool {
        self.boundary.contains(&id)
    }

    /// Committer time and bytes of a commit.
    pub(super) fn raw(&mut self, id: Oid) -> Option<(i64, Vec<u8>)> {
        match self.with(id, |object, bytes| (object.committer.time, bytes.to_vec())) {
            Ok(raw) => Some(raw),
            Err(reason) => {
                self.troubles.insert(id.to_string(), reason);
                None
            }
        }
    }

    fn try_read(&self, id: Oid) -> Result<Commit, String> {
        self.with(id, |object, _| parse(id.to_string(), object, self.is_cut(id)))
    }

    fn with<T>(&self, id: Oid, read: impl FnOnce(&CommitObject<'_>, &[u8]) -> T) -> Result<T, String> {
        let object = self.odb.read(id).map_err(|e| reason(&e))?;
        if object.kind() != ObjectType::Commit {
            return Err(format!("it is a {}, not a commit", object.kind()));
        }
        let parsed = CommitObject::parse(object.data()).ok_or("it is not a well-formed commit")?;
        Ok(read(&parsed, object.data()))
    }

    pub(super) fn into_troubles(self) -> Vec<GitTrouble> {
        let trouble = |(id, reason): (String, String)| GitTrouble {
            message: format!("commit {id} cannot be read: {reason}"),
            location: Location::of_commit(id),
        };
        self.troubles.into_iter().map(trouble).collect()
    }
}

/// The commit of an object; of one at which a shallow clone ends (`is_cut`), without parents.
pub(super) fn parse(id: String, object: &CommitObject<'_>, is_cut: bool) -> Commit {
    let encoding = object.encoding.and_then(|name| std::str::from_utf8(name).ok());
    let text = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
    let parents = if is_cut { &[] } else { object.parents.as_slice() };
    Commit {
        id,
        parents: parents.iter().copied().map(text).collect(),
        author: person_of(&object.author, encoding),
        committer: person_of(&object.committer, encoding),
        time: object.committer.time,
        message: message::parse_bytes(object.message, encoding, object.parents.len()),
        paths: None,
        lands: None,
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
