//! What a person names with a revision, and ranges between two of them.

use git2::{ErrorCode, ObjectType, Oid, Sort};

use super::GitError;
use super::commits::CommitRange;
use super::repository::Repository;

/// Fewer digits are never taken for the beginning of an object id.
const SHORTEST_ID: usize = 4;

impl Repository {
    /// The commit that a revision names: a full ref name, a short one, an object id, `HEAD~2`, ... Tags are peeled. A short name that is
    /// both a branch and a tag is an error that names both.
    pub fn resolve(&self, revision: &str) -> Result<String, GitError> {
        self.refuse_ambiguous(revision)?;
        let unknown = || GitError::UnknownRevision {
            revision: revision.to_owned(),
        };
        let object = self.look_up(revision).map_err(|e| match e.code() {
            ErrorCode::NotFound => self.lost_object(revision).unwrap_or_else(unknown),
            ErrorCode::InvalidSpec | ErrorCode::UnbornBranch => unknown(),
            // A word that is no ref is tried as the beginning of an object id, and may be too short for one.
            ErrorCode::Ambiguous if base_of(revision).len() < SHORTEST_ID => unknown(),
            _ => GitError::failed(format!("resolve {revision}"), &e),
        })?;
        let commit = object.peel(ObjectType::Commit).map_err(|e| match e.code() {
            ErrorCode::NotFound => GitError::object(object.id(), &e),
            _ => GitError::NotACommit {
                revision: revision.to_owned(),
                kind: object.kind().map_or("object", |kind| kind.str()).to_owned(),
            },
        })?;
        Ok(commit.id().to_string())
    }

    /// A full name or id is that one alone: by Git's own rules `refs/heads/x` that is not there may also be the branch
    /// `refs/heads/refs/heads/x`, and an object that is not there a branch that is called like its id.
    fn look_up(&self, revision: &str) -> Result<git2::Object<'_>, git2::Error> {
        if is_full_id(revision) {
            return self.inner.find_object(Oid::from_str(revision)?, None);
        }
        if revision.starts_with("refs/") && base_of(revision) == revision {
            return self.inner.find_reference(revision)?.peel(ObjectType::Any);
        }
        self.inner.revparse_single(revision)
    }

    /// Whether there is a ref of exactly this full name, wherever it leads.
    pub fn has_ref(&self, full: &str) -> bool {
        self.inner.find_reference(full).is_ok()
    }

    /// The commit that an object id leads to: itself, or what a tag finally names. `None` for another object, and for one that is not here.
    pub fn peel(&self, id: &str) -> Option<String> {
        let object = self.inner.find_object(Self::object_id(id).ok()?, None).ok()?;
        let commit = object.peel(ObjectType::Commit).ok()?;
        Some(commit.id().to_string())
    }

    /// The best common ancestor; `None` when there is none, or when a shallow clone does not hold it.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>, GitError> {
        match self.inner.merge_base(Self::object_id(one)?, Self::object_id(other)?) {
            Ok(id) => Ok(Some(id.to_string())),
            Err(e) if e.code() == ErrorCode::NotFound && e.class() == git2::ErrorClass::Merge => Ok(None),
            Err(e) => Err(GitError::failed(format!("find the merge base of {one} and {other}"), &e)),
        }
    }

    /// The commits that `to` reaches and `from` does not, both object ids. A shallow clone that cannot tell is an error, never a range
    /// that is too long or too short.
    pub fn range(&self, from: &str, to: &str) -> Result<CommitRange, GitError> {
        let range = CommitRange::Between {
            tip: to.to_owned(),
            hidden: vec![from.to_owned()],
        };
        let boundary = self.shallow_boundary();
        if boundary.is_empty() {
            return Ok(range);
        }
        if self.merge_base(from, to)?.is_none() {
            return Err(GitError::NoMergeBase {
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
        for id in self.walk(&range)? {
            let id = id.map_err(|e| GitError::failed(format!("walk {from}..{to}"), &e))?;
            if boundary.contains(&id) {
                return Err(GitError::CutRange {
                    from: from.to_owned(),
                    to: to.to_owned(),
                    commit: id.to_string(),
                });
            }
        }
        Ok(range)
    }

    /// Ids of a range, newest first; a commit never before its children.
    pub(super) fn walk(&self, range: &CommitRange) -> Result<git2::Revwalk<'_>, GitError> {
        let fail = |e: git2::Error| GitError::failed("walk the history", &e);
        let mut walk = self.inner.revwalk().map_err(fail)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).map_err(fail)?;
        walk.push(Self::object_id(range.tip())?)
            .map_err(|e| GitError::object(range.tip(), &e))?;
        for hidden in range.hidden() {
            walk.hide(Self::object_id(hidden)?)
                .map_err(|e| GitError::object(hidden, &e))?;
        }
        Ok(walk)
    }

    /// The ref is there, and what it names is not: no slip of the pen, but a broken repository.
    fn lost_object(&self, revision: &str) -> Option<GitError> {
        let found = self.inner.resolve_reference_from_short_name(base_of(revision)).ok()?;
        let object = found.resolve().ok()?.target()?;
        let error = self.inner.find_object(object, None).err()?;
        Some(GitError::object(object, &error))
    }

    fn refuse_ambiguous(&self, revision: &str) -> Result<(), GitError> {
        let base = base_of(revision);
        if base.is_empty() || base == "HEAD" || base == "@" || base.starts_with("refs/") || is_full_id(base) {
            return Ok(());
        }
        let exists = |name: &str| self.inner.find_reference(name).is_ok();
        let (branch, tag) = (format!("refs/heads/{base}"), format!("refs/tags/{base}"));
        if exists(&branch) && exists(&tag) {
            return Err(GitError::AmbiguousRevision {
                revision: revision.to_owned(),
                branch,
                tag,
            });
        }
        Ok(())
    }
}

/// The name before `~2`, `^`, `@{...}` or `:path`.
fn base_of(revision: &str) -> &str {
    let end = [revision.find(['~', '^', ':']), revision.find("@{")]
        .into_iter()
        .flatten()
        .min();
    end.and_then(|end| revision.get(..end)).unwrap_or(revision)
}

fn is_full_id(text: &str) -> bool {
    text.len() == 40 && Oid::from_str(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::base_of;

    #[test]
    fn the_name_ends_where_an_operator_begins() {
        for (revision, base) in [
            ("main", "main"),
            ("main~2", "main"),
            ("main^{tree}", "main"),
            ("main@{1}", "main"),
            ("a@b", "a@b"),
            (":/text", ""),
        ] {
            assert_eq!(base_of(revision), base, "{revision}");
        }
    }
}
