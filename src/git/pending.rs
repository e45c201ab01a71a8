//! The commit that Git is about to make: who, onto which parents, and what it changes.

use std::collections::BTreeSet;

use git2::{DiffOptions, Oid};

use crate::domain::commit::{Commit, Message, Person};
use crate::domain::target::PendingCommit;

use super::repository::Repository;
use super::text::of_bytes;
use super::{GitError, command, commits, index, message};

impl Repository {
    /// The pending commit, with an empty id. The paths are only read when the message is no conventional commit: they can tell its type.
    pub fn pending(&self, pending: &PendingCommit) -> Result<Commit, GitError> {
        let parse = |parents: usize| message::parse_bytes(&pending.message, pending.encoding.as_deref(), parents);
        let mut message = parse(1);
        let parents = self.pending_parents(pending, &message)?;
        if parents.len() != 1 {
            message = parse(parents.len());
        }
        let paths = match message.conventional {
            Ok(_) => None,
            Err(_) => Some(self.pending_paths()?),
        };
        let configured = || {
            let signature = self.inner.signature().ok();
            signature.map_or_else(Person::default, |s| commits::person(s.name_bytes(), s.email_bytes()))
        };
        Ok(Commit {
            id: String::new(),
            parents,
            author: pending.author.clone().unwrap_or_else(configured),
            committer: pending.committer.clone().unwrap_or_else(configured),
            time: pending.author_time.unwrap_or_default(),
            message,
            paths,
            lands: None,
        })
    }

    fn pending_parents(&self, pending: &PendingCommit, message: &Message) -> Result<Vec<String>, GitError> {
        let Some(head) = self.head()?.commit().map(str::to_owned) else {
            return Ok(Vec::new());
        };
        let merged = std::fs::read_to_string(self.git_dir().join("MERGE_HEAD")).unwrap_or_default();
        let merged: Vec<String> = merged.lines().map(str::to_owned).collect();
        if merged.is_empty() && self.amends_merge(&head, pending, message) {
            return Ok(self.commit(&head)?.parents);
        }
        Ok(std::iter::once(head).chain(merged).collect())
    }

    /// Whether HEAD is a merge that this commit stands in for. Git tells no hook that it amends; but then it announces the author time of
    /// HEAD, which a script that commits twice in a second has as well, and only a merge is called like one.
    fn amends_merge(&self, head: &str, pending: &PendingCommit, message: &Message) -> bool {
        let commit = Oid::from_str(head).and_then(|id| self.inner.find_commit(id));
        let Ok(commit) = commit else { return false };
        let is_same_time = || pending.author_time == Some(commit.author().when().seconds());
        let subject = || message::parse_bytes(commit.message_raw_bytes(), None, 2).subject;
        commit.parent_count() > 1 && is_same_time() && (message.subject.starts_with("Merge ") || subject() == message.subject)
    }

    /// Paths in which the index differs from HEAD; when it does not, HEAD itself is amended, and its own changes count.
    fn pending_paths(&self) -> Result<Vec<String>, GitError> {
        let staged = self.index_differs_from("HEAD")?;
        if staged.is_empty() && self.resolve("HEAD^").is_ok() {
            return self.index_differs_from("HEAD^");
        }
        Ok(staged)
    }

    /// Paths that the index holds in another form than a revision, deleted ones too, sorted. Without that revision: all of the index.
    fn index_differs_from(&self, revision: &str) -> Result<Vec<String>, GitError> {
        let failed = |e: git2::Error| GitError::failed("compare the index with HEAD", &e);
        let tree = self.inner.revparse_single(&format!("{revision}^{{tree}}")).ok();
        let tree = tree.as_ref().and_then(|object| object.as_tree());
        let readable = self.inner.index().ok().filter(|i| !index::is_sparse(i));
        let Some(readable) = readable else {
            let arguments = ["diff-index", "--cached", "--name-only", "--no-renames", "-z", revision];
            let output = command::in_repository(self, &arguments)?;
            return Ok(output.split(|b| *b == 0).filter(|p| !p.is_empty()).map(of_bytes).collect());
        };
        let mut options = DiffOptions::new();
        options
            .include_typechange(true)
            .skip_binary_check(true)
            .ignore_submodules(false);
        let diff = self.inner.diff_tree_to_index(tree, Some(&readable), Some(&mut options));
        let diff = diff.map_err(failed)?;
        let paths = diff
            .deltas()
            .flat_map(|delta| [delta.old_file().path_bytes(), delta.new_file().path_bytes()]);
        let paths: BTreeSet<String> = paths.flatten().map(of_bytes).collect();
        Ok(paths.into_iter().collect())
    }
}
