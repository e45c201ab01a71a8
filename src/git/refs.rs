//! Branches and tags. Pull-request refs, notes and the stash are none.

use std::collections::BTreeSet;
use std::path::Path;

use git2::{ObjectType, Oid, Reference};

use crate::domain::location::Location;
use crate::domain::refs::{Branch, Tag, Version};
use crate::domain::repository::Head;

use super::commits::person;
use super::repository::Repository;
use super::text::{from_path, of_bytes, reason};
use super::{GitError, GitTrouble};

const HEADS: &str = "refs/heads/";
const REMOTES: &str = "refs/remotes/";
const TAGS: &str = "refs/tags/";

impl Repository {
    /// Local and remote-tracking branches, by full name. One that cannot be read is told as trouble and left out.
    pub fn branches(&self) -> Result<(Vec<Branch>, Vec<GitTrouble>), GitError> {
        let head = self.head().ok();
        let head = head.as_ref().and_then(Head::reference);
        let remotes = self.remote_names();
        let (mut branches, mut troubles) = (Vec::new(), Vec::new());
        for folder in ["refs/heads", "refs/remotes"] {
            for found in self.references(folder, &mut troubles)? {
                let full = of_bytes(found.name_bytes());
                let Some((name, remote)) = split_branch(&full, &remotes) else {
                    continue;
                };
                match found.peel_to_commit() {
                    Ok(commit) => branches.push(Branch {
                        is_head: head == Some(full.as_str()),
                        name: name.to_owned(),
                        remote: remote.map(str::to_owned),
                        commit: commit.id().to_string(),
                        time: commit.time().seconds(),
                        reference: full,
                        standing: None,
                    }),
                    Err(e) => troubles.push(trouble(
                        &full,
                        &format!("the branch does not lead to a commit: {}", reason(&e)),
                    )),
                }
            }
        }
        branches.sort_by(|a: &Branch, b| a.reference.cmp(&b.reference));
        troubles.sort_by(|a, b| a.location.cmp(&b.location));
        Ok((branches, troubles))
    }

    /// All tags, by full name. `version` reads a version from a tag's short name: see `version::parse_version`. One that cannot be read
    /// is told as trouble and left out.
    pub fn tags(&self, version: &dyn Fn(&str) -> Option<Version>) -> Result<(Vec<Tag>, Vec<GitTrouble>), GitError> {
        let (mut tags, mut troubles) = (Vec::new(), Vec::new());
        for found in self.references("refs/tags", &mut troubles)? {
            let full = of_bytes(found.name_bytes());
            match read_tag(&self.inner, &found, &full) {
                Ok(mut tag) => {
                    tag.version = version(&tag.name);
                    tags.push(tag);
                }
                Err(message) => troubles.push(trouble(&full, &message)),
            }
        }
        tags.sort_by(|a: &Tag, b| a.reference.cmp(&b.reference));
        troubles.sort_by(|a, b| a.location.cmp(&b.location));
        Ok((tags, troubles))
    }

    /// Short names of all branches, remote-tracking ones included, and of all tags, without looking at what they lead to.
    pub fn ref_names(&self) -> Result<(BTreeSet<String>, BTreeSet<String>), GitError> {
        let remotes = self.remote_names();
        let (mut branches, mut tags) = (BTreeSet::new(), BTreeSet::new());
        for folder in ["refs/heads", "refs/remotes", "refs/tags"] {
            // A broken ref is told by who reads it.
            for found in self.references(folder, &mut Vec::new())? {
                let full = of_bytes(found.name_bytes());
                if let Some(name) = full.strip_prefix(TAGS) {
                    tags.insert(name.to_owned());
                } else if let Some((name, _)) = split_branch(&full, &remotes) {
                    branches.insert(name.to_owned());
                }
            }
        }
        Ok((branches, tags))
    }

    /// Short names of all tags, without looking at what they lead to.
    pub fn tag_names(&self) -> Result<BTreeSet<String>, GitError> {
        let fail = |e: git2::Error| GitError::failed("list refs/tags", &e);
        let mut names = BTreeSet::new();
        for found in self.inner.references_glob("refs/tags/*").map_err(fail)? {
            let full = of_bytes(found.map_err(fail)?.name_bytes());
            names.extend(full.strip_prefix(TAGS).map(str::to_owned));
        }
        Ok(names)
    }

    /// The refs below a folder such as `refs/heads`. libgit2 passes over files there that hold no ref without a word: they are looked for.
    fn references(&self, folder: &str, troubles: &mut Vec<GitTrouble>) -> Result<Vec<Reference<'_>>, GitError> {
        let fail = |e: git2::Error| GitError::failed(format!("list {folder}"), &e);
        let found: Result<Vec<Reference<'_>>, git2::Error> =
            self.inner.references_glob(&format!("{folder}/*")).map_err(fail)?.collect();
        let found = found.map_err(fail)?;
        let seen: BTreeSet<String> = found.iter().map(|reference| of_bytes(reference.name_bytes())).collect();
        for name in loose_names(self.inner.commondir(), folder) {
            if !seen.contains(&name) {
                troubles.push(trouble(
                    &name,
                    "the ref is broken: its file holds neither an object id nor the name of a ref",
                ));
            }
        }
        Ok(found)
    }

    fn remote_names(&self) -> Vec<String> {
        let names = self.inner.remotes();
        let mut names: Vec<String> = names.iter().flat_map(|names| names.iter_bytes().map(of_bytes)).collect();
        // The longest first: a remote may be called `team/a` beside one called `team`.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names
    }
}

/// Full names of the refs that have a file of their own below a folder.
fn loose_names(git_dir: &Path, folder: &str) -> Vec<String> {
    walkdir::WalkDir::new(git_dir.join(folder))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| Some(from_path(entry.path().strip_prefix(git_dir).ok()?)))
        // A writer holds the lock of a ref while it changes it.
        .filter(|name| !name.ends_with(".lock"))
        .collect()
}

/// Short name and remote of a branch by its full name; `None` for `refs/remotes/<remote>/HEAD`, which is a pointer, not a branch.
fn split_branch<'n>(full: &'n str, remotes: &'n [String]) -> Option<(&'n str, Option<&'n str>)> {
    if let Some(name) = full.strip_prefix(HEADS) {
        return Some((name, None));
    }
    let rest = full.strip_prefix(REMOTES)?;
    let known = remotes
        .iter()
        .find_map(|remote| Some((rest.strip_prefix(remote.as_str())?.strip_prefix('/')?, remote.as_str())));
    let (name, remote) = match known {
        Some(pair) => pair,
        // A remote that is no longer configured; `refs/remotes/git-svn` has no remote in its name at all.
        None => rest.split_once('/').map_or((rest, rest), |(remote, name)| (name, remote)),
    };
    (name != "HEAD").then_some((name, Some(remote)))
}

fn read_tag(repository: &git2::Repository, found: &Reference<'_>, full: &str) -> Result<Tag, String> {
    let resolved = found.resolve().map_err(|e| format!("the ref is broken: {}", reason(&e)))?;
    let object = resolved.target().ok_or("the ref names no object")?;
    tag_of(repository, full, object)
}

/// The tag of this full name whose ref holds this object.
pub(super) fn tag_of(repository: &git2::Repository, full: &str, object: Oid) -> Result<Tag, String> {
    let unreadable = |e: git2::Error| format!("object {object} cannot be read: {}", reason(&e));
    let inner = repository.find_object(object, None).map_err(unreadable)?;
    let annotation = inner.as_tag();
    let outer = match annotation {
        Some(_) => inner.peel(ObjectType::Any).map_err(unreadable)?,
        None => inner.clone(),
    };
    let target_kind = match outer.kind() {
        Some(ObjectType::Commit) => "commit",
        Some(ObjectType::Tree) => "tree",
        Some(ObjectType::Blob) => "blob",
        _ => return Err(format!("object {object} is of an unknown kind")),
    };
    let tagger = annotation.and_then(git2::Tag::tagger);
    let time = tagger.as_ref().map(|t| t.when().seconds());
    let commit_time = || outer.as_commit().map_or(0, |commit| commit.time().seconds());
    Ok(Tag {
        name: full.strip_prefix(TAGS).unwrap_or(full).to_owned(),
        reference: full.to_owned(),
        object: object.to_string(),
        target: outer.id().to_string(),
        target_kind,
        is_annotated: annotation.is_some(),
        tagger: tagger.map(|t| person(t.name_bytes(), t.email_bytes())),
        message: annotation.and_then(|tag| tag.message_bytes()).map(of_bytes),
        time: time.unwrap_or_else(commit_time),
        version: None,
    })
}

fn trouble(reference: &str, message: &str) -> GitTrouble {
    GitTrouble {
        location: Location::of_ref(reference),
        message: message.to_owned(),
    }
}
