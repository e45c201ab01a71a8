//! What a remote repository is known to have: its tracking refs here, by its own configuration.

use git2::{Direction, ReferenceType};

use super::repository::Repository;
use super::text::of_bytes;

/// What people call the branch that changes go to, where the remote's default branch is not known.
const TRUNKS: [&str; 4] = ["develop", "dev", "main", "master"];

/// One branch of a remote as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tracked {
    /// Full name there, such as `refs/heads/main`.
    pub reference: String,
    /// Full name here, such as `refs/remotes/origin/main`.
    pub tracking: String,
    /// Object id.
    pub commit: String,
}

impl Repository {
    /// What the remote of this name or address is known to have. An address that no remote has, and a remote that fetches nothing, are
    /// known to have nothing. Tracking refs that cannot be read are left out: more is then taken for new than is.
    pub fn tracked(&self, name: &str, url: &str) -> Vec<Tracked> {
        let names = self
            .inner
            .remotes()
            .map(|names| names.iter_bytes().map(of_bytes).collect::<Vec<_>>());
        let names = names.unwrap_or_default();
        let has_address = |remote: &git2::Remote<'_>| {
            let is = |address: Option<&[u8]>| address == Some(url.as_bytes());
            is(remote.url_bytes().into()) || is(remote.pushurl_bytes())
        };
        let is_named = names.iter().any(|known| known == name);
        let meant = |remote: &git2::Remote<'_>| {
            if is_named {
                remote.name().ok().flatten() == Some(name)
            } else {
                has_address(remote)
            }
        };
        let remotes = names.iter().filter_map(|name| self.inner.find_remote(name).ok());
        let mut tracked: Vec<Tracked> = remotes.filter(meant).flat_map(|remote| self.tracked_of(&remote)).collect();
        tracked.sort();
        tracked.dedup();
        tracked
    }

    fn tracked_of(&self, remote: &git2::Remote<'_>) -> Vec<Tracked> {
        let mut tracked = Vec::new();
        for spec in remote.refspecs().filter(|spec| spec.direction() == Direction::Fetch) {
            let Ok(pattern) = std::str::from_utf8(spec.dst_bytes()) else {
                continue;
            };
            let Ok(references) = self.inner.references_glob(pattern) else {
                continue;
            };
            for reference in references.flatten() {
                // `refs/remotes/origin/HEAD` names another one.
                let (Some(ReferenceType::Direct), Some(commit)) = (reference.kind(), reference.target()) else {
                    continue;
                };
                let tracking = of_bytes(reference.name_bytes());
                let there = spec.rtransform(&tracking).ok();
                tracked.extend(there.map(|there| Tracked {
                    reference: of_bytes(&there),
                    tracking,
                    commit: commit.to_string(),
                }));
            }
        }
        tracked
    }

    /// Whether all branches are here that there are: a clone fetches them all, and a repository without a remote has no others.
    pub fn sees_all_branches(&self) -> bool {
        self.inner.remotes().is_ok_and(|names| names.is_empty()) || self.fetches_all_branches()
    }

    /// Whether every remote is asked for all of its branches (`+refs/heads/*:...`); without a remote, whether the repository is bare.
    pub(super) fn fetches_all_branches(&self) -> bool {
        let Ok(names) = self.inner.remotes() else {
            return false;
        };
        let names: Vec<String> = names.iter_bytes().map(of_bytes).collect();
        let takes_all = |name: &String| {
            let remote = self.inner.find_remote(name);
            remote.is_ok_and(|remote| {
                let mut specs = remote.refspecs();
                specs.any(|spec| spec.direction() == Direction::Fetch && matches!(spec.src_bytes(), b"refs/heads/*" | b"refs/*"))
            })
        };
        if names.is_empty() {
            self.inner.is_bare()
        } else {
            names.iter().all(takes_all)
        }
    }

    /// The trunk of the remote that this repository comes from, by its tracking ref: `origin`, or the only remote there is.
    pub fn remote_trunk(&self) -> Option<String> {
        let remotes = self.inner.remotes().ok()?;
        let names: Vec<String> = remotes.iter_bytes().map(of_bytes).collect();
        let only = || names.first().filter(|_| names.len() == 1);
        let remote = names.iter().find(|name| *name == "origin").or_else(only)?;
        self.trunk_below(&format!("refs/remotes/{remote}/"))
    }

    /// The same for a folder of tracking refs: its default branch, else the first that has a usual name.
    pub fn trunk_below(&self, folder: &str) -> Option<String> {
        let is_there = |reference: &String| self.ref_object(reference).is_some();
        let usual = || TRUNKS.iter().map(|name| format!("{folder}{name}")).find(is_there);
        self.symbolic_target(&format!("{folder}HEAD")).filter(is_there).or_else(usual)
    }

    /// The ref that a symbolic one names: of `refs/remotes/origin/HEAD` the default branch there.
    pub fn symbolic_target(&self, reference: &str) -> Option<String> {
        let reference = self.inner.find_reference(reference).ok()?;
        reference.symbolic_target_bytes().map(of_bytes)
    }
}
