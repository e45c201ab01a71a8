//! What is known of the branches and tags of source repositories: from the repository at hand, or from a refs lock.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::revision::Known;

/// Branches and tags by normalised repository URL (`github.com/acme/phippy`).
#[derive(Debug, Clone, Default)]
pub struct RefsKnowledge {
    pub repositories: BTreeMap<String, KnownRefs>,
}

/// The refs of one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRefs {
    /// Short name of the branch that its HEAD stands for.
    pub default_branch: Option<String>,
    /// Short names of its branches.
    pub heads: BTreeSet<String>,
    /// Short names of its tags.
    pub tags: BTreeSet<String>,
    /// Where this is known from.
    pub known: Known,
}

impl RefsKnowledge {
    /// The refs of a repository by its normalised URL.
    pub fn of(&self, repository: &str) -> Option<&KnownRefs> {
        self.repositories.get(repository).or_else(|| {
            // Hosts differ in whether the path's case counts; no two repositories differ by it alone.
            self.repositories
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(repository))
                .map(|(_, refs)| refs)
        })
    }
}
