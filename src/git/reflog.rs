//! When a branch was made here, as the reflogs of a work tree tell, and what a fetch in progress has written.

use super::repository::Repository;
use super::text::of_bytes;

/// A branch is made and gone to in one command; this many seconds lie between the two entries at most.
const ONE_COMMAND: i64 = 2;

/// Entries of HEAD's reflog that can fall into that time.
const RECENT: usize = 50;

impl Repository {
    /// Whether HEAD went to this branch by the command that made it: its reflog has one entry, as old as the last one of HEAD. Without
    /// reflogs nobody knows, and the answer is no.
    pub fn is_just_made(&self, branch: &str) -> bool {
        let Ok(own) = self.inner.reflog(branch) else { return false };
        let Ok(head) = self.inner.reflog("HEAD") else { return false };
        let (Some(made), None, Some(went)) = (own.get(0), own.get(1), head.get(0)) else {
            return false;
        };
        let (made, went) = (made.committer().when().seconds(), went.committer().when().seconds());
        let name = branch.strip_prefix("refs/heads/").unwrap_or(branch);
        let came_before = |entry: git2::ReflogEntry<'_>| {
            let message = entry.message_bytes().map(of_bytes).unwrap_or_default();
            message.strip_suffix(name).is_some_and(|rest| rest.ends_with(" to "))
        };
        let has_been_there = (1..head.len().min(RECENT)).filter_map(|i| head.get(i)).any(came_before);
        !has_been_there && made.abs_diff(went) <= ONE_COMMAND.unsigned_abs()
    }

    /// Whether a remote-tracking branch has this name and leads to this object.
    pub fn is_tracked_at(&self, branch: &str, object: &str) -> bool {
        let Ok(remotes) = self.inner.remotes() else { return false };
        remotes
            .iter_bytes()
            .filter_map(|remote| std::str::from_utf8(remote).ok())
            .any(|remote| self.ref_object(&format!("refs/remotes/{remote}/{branch}")).as_deref() == Some(object))
    }

    /// What the last `git fetch` brought, or one brings that is at work: it writes each ref down before it makes it here.
    pub fn fetched(&self) -> Fetched {
        let text = std::fs::read(self.git_dir().join("FETCH_HEAD")).unwrap_or_default();
        Fetched(text.split(|b| *b == b'\n').filter_map(fetched_line).collect())
    }
}

/// Object id and name of each ref that a fetch brought: `branch 'main'`, `tag '1.0.0'`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched(Vec<(String, String)>);

impl Fetched {
    /// Whether this ref comes from there: with this object, under its own name or with folders before it.
    pub fn has(&self, reference: &str, object: &str) -> bool {
        let is_it = |what: &str| {
            let name = what.strip_suffix('\'').and_then(|what| what.split_once(" '"));
            name.is_some_and(|(kind, name)| match kind {
                "tag" => reference.strip_prefix("refs/tags/") == Some(name),
                _ => reference.strip_suffix(name).is_some_and(|folders| folders.ends_with('/')),
            })
        };
        self.0.iter().any(|(id, what)| id == object && is_it(what))
    }
}

/// `<object id> TAB not-for-merge TAB branch 'x' of <url>`
fn fetched_line(line: &[u8]) -> Option<(String, String)> {
    let line = of_bytes(line);
    let mut parts = line.splitn(3, '\t');
    let (id, _, what) = (parts.next()?, parts.next()?, parts.next()?);
    let end = what.find("' of ")?;
    Some((id.to_owned(), what.get(..=end)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Fetched, fetched_line};

    #[test]
    fn a_fetched_ref_is_known_by_object_and_name() {
        let lines = [
            "1a\tnot-for-merge\tbranch 'feat/x' of /srv/shop",
            "2b\t\ttag '1.0.0' of ssh://host/shop",
            "",
            "what",
        ];
        let fetched = Fetched(lines.iter().filter_map(|line| fetched_line(line.as_bytes())).collect());
        for (reference, object, expected) in [
            ("refs/heads/feat/x", "1a", true),
            ("refs/heads/there/feat/x", "1a", true),
            ("refs/heads/feat/x", "2b", false),
            ("refs/heads/my-feat/x", "1a", false),
            ("refs/heads/y", "1a", false),
            ("refs/tags/1.0.0", "2b", true),
            ("refs/tags/v/1.0.0", "2b", false),
        ] {
            assert_eq!(fetched.has(reference, object), expected, "{reference} {object}");
        }
    }
}
