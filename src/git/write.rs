//! Makes repositories: commits, branches and tags with given people and times, so that the same calls give the same object ids.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{Oid, RepositoryInitOptions, Signature, Time};

use crate::domain::commit::Person;

use super::GitError;
use super::repository::Repository;

/// What a new commit says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Author and committer.
    pub person: Person,
    /// Seconds since 1970-01-01 UTC.
    pub time: i64,
    /// The message as it is to be stored.
    pub message: String,
}

/// What happens to a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Write(Vec<u8>),
    WriteExecutable(Vec<u8>),
    /// A symlink with this target.
    Link(String),
    /// A submodule at this commit.
    Submodule(String),
    Delete,
}

/// A repository that is being made.
pub struct Writer {
    repository: git2::Repository,
}

impl Writer {
    /// Makes an empty repository with a work tree in `path`, HEAD on `initial_branch` (a short name).
    pub fn init(path: &Path, initial_branch: &str) -> Result<Self, GitError> {
        Self::init_with(path, initial_branch, RepositoryInitOptions::new().bare(false))
    }

    /// Makes an empty bare repository in `path`.
    pub fn init_bare(path: &Path, initial_branch: &str) -> Result<Self, GitError> {
        Self::init_with(path, initial_branch, RepositoryInitOptions::new().bare(true))
    }

    fn init_with(path: &Path, initial_branch: &str, options: &mut RepositoryInitOptions) -> Result<Self, GitError> {
        // Templates of the machine (hooks, excludes) would make repositories differ from one machine to the next.
        options
            .external_template(false)
            .no_reinit(true)
            .mkpath(true)
            .initial_head(initial_branch);
        let repository = git2::Repository::init_opts(path, options)
            .map_err(|e| GitError::failed(format!("make a repository in {}", path.display()), &e))?;
        Ok(Self { repository })
    }

    /// Makes a commit on a branch (short name; made when missing) with these parents (object ids) and gives its id. The tree is that of the
    /// first parent with the changes applied.
    pub fn commit(
        &self,
        branch: &str,
        parents: &[&str],
        stamp: &Stamp,
        changes: &BTreeMap<String, Change>,
    ) -> Result<String, GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("commit to {branch}"), &e);
        let mut found = Vec::new();
        for parent in parents {
            found.push(
                self.repository
                    .find_commit(Repository::object_id(parent)?)
                    .map_err(|e| GitError::object(parent, &e))?,
            );
        }
        let base = found.first().map(git2::Commit::tree).transpose().map_err(fail)?;
        let tree = self.apply(base, changes).map_err(fail)?;
        let tree = self.repository.find_tree(tree).map_err(fail)?;
        let signature = signature(&stamp.person, stamp.time)?;
        let parents: Vec<&git2::Commit<'_>> = found.iter().collect();
        let id = self
            .repository
            .commit(None, &signature, &signature, &stamp.message, &tree, &parents)
            .map_err(fail)?;
        self.point(&format!("refs/heads/{branch}"), id)?;
        Ok(id.to_string())
    }

    /// Makes a branch, or moves it, to a commit.
    pub fn branch(&self, name: &str, commit: &str) -> Result<(), GitError> {
        self.point(&format!("refs/heads/{name}"), Repository::object_id(commit)?)
    }

    /// Makes a tag without a tag object, to any object.
    pub fn lightweight_tag(&self, name: &str, target: &str) -> Result<(), GitError> {
        self.point(&format!("refs/tags/{name}"), Repository::object_id(target)?)
    }

    /// Makes a tag with a tag object, to any object, and gives the tag object's id.
    pub fn annotated_tag(&self, name: &str, target: &str, stamp: &Stamp) -> Result<String, GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("make the tag {name}"), &e);
        let target = self
            .repository
            .find_object(Repository::object_id(target)?, None)
            .map_err(fail)?;
        let tagger = signature(&stamp.person, stamp.time)?;
        let id = self
            .repository
            .tag_annotation_create(name, &target, &tagger, &stamp.message)
            .map_err(fail)?;
        self.point(&format!("refs/tags/{name}"), id)?;
        Ok(id.to_string())
    }

    /// Makes any ref, by its full name, such as `refs/remotes/origin/main`.
    pub fn reference(&self, full_name: &str, target: &str) -> Result<(), GitError> {
        self.point(full_name, Repository::object_id(target)?)
    }

    /// Makes a ref that names another ref, such as `refs/remotes/origin/HEAD`; both by full name.
    pub fn symbolic_reference(&self, full_name: &str, target: &str) -> Result<(), GitError> {
        self.repository
            .reference_symbolic(full_name, target, true, "flowgate")
            .map(|_| ())
            .map_err(|e| GitError::failed(format!("make {full_name}"), &e))
    }

    /// Sets the address of a remote.
    pub fn remote(&self, name: &str, url: &str) -> Result<(), GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("set the remote {name}"), &e);
        self.repository.remote(name, url).map(|_| ()).map_err(fail)
    }

    /// Puts HEAD on a branch (short name) and, when there is a work tree, its files there.
    pub fn checkout(&self, branch: &str) -> Result<(), GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("check out {branch}"), &e);
        self.repository.set_head(&format!("refs/heads/{branch}")).map_err(fail)?;
        if self.repository.is_bare() {
            return Ok(());
        }
        let mut options = git2::build::CheckoutBuilder::new();
        options.force().remove_untracked(true);
        self.repository.checkout_head(Some(&mut options)).map_err(fail)
    }

    fn point(&self, full_name: &str, id: Oid) -> Result<(), GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("make {full_name}"), &e);
        if !git2::Reference::is_valid_name(full_name) {
            return Err(GitError::Failed {
                action: format!("make {full_name}"),
                reason: "that is not a valid ref name".to_owned(),
            });
        }
        self.repository
            .reference(full_name, id, true, "flowgate")
            .map(|_| ())
            .map_err(fail)
    }

    fn apply(&self, base: Option<git2::Tree<'_>>, changes: &BTreeMap<String, Change>) -> Result<Oid, git2::Error> {
        let base = match base {
            Some(tree) => tree,
            None => self.repository.find_tree(self.repository.treebuilder(None)?.write()?)?,
        };
        let mut update = git2::build::TreeUpdateBuilder::new();
        for (path, change) in changes {
            let (content, mode) = match change {
                Change::Write(bytes) => (bytes.as_slice(), git2::FileMode::Blob),
                Change::WriteExecutable(bytes) => (bytes.as_slice(), git2::FileMode::BlobExecutable),
                Change::Link(target) => (target.as_bytes(), git2::FileMode::Link),
                Change::Submodule(commit) => {
                    update.upsert(path.as_str(), Oid::from_str(commit)?, git2::FileMode::Commit);
                    continue;
                }
                Change::Delete => {
                    update.remove(path.as_str());
                    continue;
                }
            };
            update.upsert(path.as_str(), self.repository.blob(content)?, mode);
        }
        update.create_updated(&self.repository, &base)
    }
}

fn signature(person: &Person, time: i64) -> Result<Signature<'static>, GitError> {
    Signature::new(&person.name, &person.email, &Time::new(time, 0))
        .map_err(|e| GitError::failed(format!("write as {} <{}>", person.name, person.email), &e))
}
