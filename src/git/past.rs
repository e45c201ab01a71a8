//! What files were along the first-parent line of a commit.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;

use super::GitError;
use super::file::EntryKind;
use super::repository::Repository;

/// The contents that some files have had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Object ids of contents by path, newest first, each once.
    pub blobs: BTreeMap<String, Vec<String>>,
    /// There is more history than was looked at: the clone is shallow, an object is missing, or there were too many commits.
    pub is_cut: bool,
}

impl Repository {
    /// The contents that files have had from `tip` back along its first parents, at most `most` commits. Paths are those of UTF-8 names;
    /// a file is followed under this path only. What cannot be read ends the walk and is told by `is_cut`.
    ///
    /// # Errors
    /// When `tip` is no object id.
    pub fn past_files(&self, tip: &str, paths: &BTreeSet<&str>, most: usize) -> Result<Past, GitError> {
        let mut line = Line::of(paths);
        let boundary = self.shallow_boundary();
        let mut next = Some(Self::object_id(tip)?);
        let mut walked = 0;
        while let Some(id) = next {
            let read = self.inner.find_commit(id).ok().filter(|_| walked < most);
            let Some(commit) = read.filter(|commit| line.visit(&self.inner, commit.tree_id()).is_some()) else {
                return Ok(line.past(true));
            };
            walked += 1;
            next = commit.parent_id(0).ok();
            if boundary.contains(&id) {
                return Ok(line.past(true));
            }
        }
        Ok(line.past(false))
    }
}

/// The folders and files that are looked at, as a tree of their own, and what each was when it was last seen.
struct Line {
    nodes: Vec<Node>,
    found: BTreeMap<String, Vec<Oid>>,
}

#[derive(Default)]
struct Node {
    /// Of a file its path.
    path: Option<String>,
    children: BTreeMap<String, usize>,
    last: Option<Oid>,
    seen: BTreeSet<Oid>,
}

impl Line {
    fn of(paths: &BTreeSet<&str>) -> Self {
        let mut nodes = vec![Node::default()];
        for path in paths {
            let mut at = 0;
            for name in path.split('/') {
                let new = nodes.len();
                let Some(node) = nodes.get_mut(at) else { break };
                at = *node.children.entry(name.to_owned()).or_insert(new);
                if at == new {
                    nodes.push(Node::default());
                }
            }
            if let Some(node) = nodes.get_mut(at) {
                node.path = Some((*path).to_owned());
            }
        }
        Self {
            nodes,
            found: BTreeMap::new(),
        }
    }

    /// Looks at one commit's tree; folders that are as they were a commit later are not opened. `None` when one cannot be read.
    fn visit(&mut self, repository: &git2::Repository, root: Oid) -> Option<()> {
        let mut open = vec![(0, root)];
        while let Some((at, id)) = open.pop() {
            let node = self.nodes.get_mut(at)?;
            if node.last.replace(id) == Some(id) {
                continue;
            }
            let tree = repository.find_tree(id).ok()?;
            for (name, child) in node.children.clone() {
                let Some(entry) = tree.get_name(&name) else { continue };
                match entry.kind() {
                    Some(git2::ObjectType::Tree) => open.push((child, entry.id())),
                    Some(git2::ObjectType::Blob) => self.note(child, entry.id(), entry.filemode_raw())?,
                    _ => {}
                }
            }
        }
        Some(())
    }

    fn note(&mut self, at: usize, id: Oid, mode: i32) -> Option<()> {
        let kind = u32::try_from(mode).ok().and_then(EntryKind::of_mode);
        let node = self.nodes.get_mut(at)?;
        let is_file = matches!(kind, Some(EntryKind::File | EntryKind::Executable));
        if let (true, Some(path)) = (is_file, &node.path)
            && node.seen.insert(id)
        {
            self.found.entry(path.clone()).or_default().push(id);
        }
        Some(())
    }

    fn past(self, is_cut: bool) -> Past {
        let blobs = self.found.into_iter();
        Past {
            blobs: blobs
                .map(|(path, ids)| (path, ids.iter().map(Oid::to_string).collect()))
                .collect(),
            is_cut,
        }
    }
}
