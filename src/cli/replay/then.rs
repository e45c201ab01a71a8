//! Branches and tags as they stood before a change landed, as far as the clone still tells.

use std::collections::BTreeMap;

use super::history::PastChange;
use super::line::{Line, Until, walk};
use crate::domain::flow::{BranchRole, Flow};
use crate::domain::refs::Tag;
use crate::git::{GitError, Repository};

/// What was where, and when.
#[derive(Debug)]
pub(super) struct Then {
    /// Of branches that others build on.
    lines: Vec<Line>,
    /// Short name and tip of all other branches: where they were earlier nobody knows.
    others: Vec<(String, String)>,
    tags: Vec<Tag>,
}

impl Then {
    /// Reads back to `time`, seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// When refs or commits cannot be read.
    pub(super) fn read(
        repository: &Repository,
        flow: &Flow,
        branches: &BTreeMap<String, (String, i64)>,
        time: i64,
    ) -> Result<Self, GitError> {
        let (mut lines, mut others) = (Vec::new(), Vec::new());
        for (name, (tip, _)) in branches {
            if flow.branch_role(name).is_some_and(BranchRole::is_landing_place) {
                lines.push(walk(repository, (name, tip), Until::Time(time), &|_| false)?);
            } else {
                others.push((name.clone(), tip.clone()));
            }
        }
        let (mut tags, _) = repository.tags(&|_| None)?;
        tags.retain(|tag| !tag.reference.contains('\\'));
        Ok(Self { lines, others, tags })
    }

    /// Full name to object id, before this change landed: its target at its first parent, its source at its head, other branches at their
    /// newest commit of before, and the tags that were made before.
    pub(super) fn refs(&self, past: &PastChange) -> BTreeMap<String, String> {
        let PastChange { change, commit, .. } = past;
        let head = |name: &str| format!("refs/heads/{name}");
        let mut refs: BTreeMap<String, String> = BTreeMap::new();
        refs.extend(self.others.iter().map(|(name, tip)| (head(name), tip.clone())));
        for line in &self.lines {
            let then = line.commits.iter().find(|c| c.time <= commit.time && c.id != commit.id);
            refs.extend(then.map(|then| (head(&line.branch), then.id.clone())));
        }
        let tags = self.tags.iter().filter(|tag| tag.time < commit.time);
        refs.extend(tags.map(|tag| (tag.reference.clone(), tag.object.clone())));
        for side in [&change.source, &change.target] {
            if let (Some(name), Some(id)) = (side.branch.as_ref().filter(|name| is_ref_name(name)), &side.commit) {
                refs.insert(head(name), id.clone());
            }
        }
        refs
    }
}

/// Whether Git would take it for a branch's name: it comes from a message, which anybody may write.
fn is_ref_name(name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock") && !part.ends_with('.');
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c);
    !name.contains(is_odd) && !name.contains("..") && !name.contains("@{") && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::is_ref_name;

    #[test]
    fn only_what_git_takes_for_a_branch_becomes_one() {
        for name in ["main", "feat/x", "revert-1a2b", "é", "it's"] {
            assert!(is_ref_name(name), "{name}");
        }
        for name in [
            "", "a b", "a\nb", "../a", "a//b", "/a", "a.lock", "a..b", "a@{b", ".a", "a:b", "a\\b",
        ] {
            assert!(!is_ref_name(name), "{name}");
        }
    }
}
