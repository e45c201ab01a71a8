//! Which branch is the default one, and which has the main and develop role.

use std::collections::BTreeMap;

use crate::domain::flow::BranchRole;
use crate::domain::refs::Branch;
use crate::domain::repository::RoleBranch;

use super::repository::Repository;
use super::text::of_bytes;

impl Repository {
    /// Short name of the default branch: where `refs/remotes/origin/HEAD` points; of a bare repository, where its own HEAD points; else the
    /// branch that has the main role.
    pub(super) fn default_branch(&self, branches: &[Branch], roles: &dyn Fn(&str) -> Option<BranchRole>) -> Option<String> {
        let pointer = |name: &str, prefix: &str| {
            let head = self.inner.find_reference(name).ok()?;
            let target = of_bytes(head.symbolic_target_bytes()?);
            let exists = branches.iter().any(|b| b.reference == target);
            exists.then(|| target.strip_prefix(prefix).map(str::to_owned))?
        };
        // A bare repository is what others clone from: its HEAD is what they get as default branch.
        let own = || {
            if self.inner.is_bare() {
                pointer("HEAD", "refs/heads/")
            } else {
                None
            }
        };
        pointer("refs/remotes/origin/HEAD", "refs/remotes/origin/")
            .or_else(own)
            .or_else(|| {
                let full = branch_of_role(branches, roles, BranchRole::Main, None)?;
                branches.iter().find(|b| b.reference == full).map(|b| b.name.clone())
            })
    }
}

/// The branches that have the main or develop role; twins of one name are one.
pub(super) fn role_branches(branches: &[Branch], roles: &dyn Fn(&str) -> Option<BranchRole>) -> Vec<RoleBranch> {
    let mut found: BTreeMap<&str, RoleBranch> = BTreeMap::new();
    // By full name, so that a local one comes before those of remotes.
    for branch in branches {
        if matches!(roles(&branch.name), Some(BranchRole::Main | BranchRole::Develop)) {
            let of_name = found.entry(&branch.name).or_insert_with(|| RoleBranch {
                name: branch.name.clone(),
                reference: branch.reference.clone(),
                remotes: Vec::new(),
            });
            of_name.remotes.extend(branch.remote.clone());
        }
    }
    found.into_values().collect()
}

/// Full name of the branch that has a role. Among several: a local one before one of `origin` before those of other remotes, then the
/// default branch, then the first by name.
pub(super) fn branch_of_role(
    branches: &[Branch],
    roles: &dyn Fn(&str) -> Option<BranchRole>,
    role: BranchRole,
    default_branch: Option<&str>,
) -> Option<String> {
    let nearness = |branch: &Branch| match branch.remote.as_deref() {
        None => 0,
        Some("origin") => 1,
        Some(_) => 2,
    };
    branches
        .iter()
        .filter(|branch| roles(&branch.name) == Some(role))
        .min_by_key(|branch| {
            (
                nearness(branch),
                default_branch != Some(branch.name.as_str()),
                &branch.reference,
            )
        })
        .map(|branch| branch.reference.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(references: &[&str], default_branch: Option<&str>, expected: Option<&str>) {
        let branch = |full: &&str| {
            let remote = full.strip_prefix("refs/remotes/").and_then(|rest| rest.split('/').next());
            Branch {
                reference: (*full).to_owned(),
                name: full.rsplit('/').next().unwrap_or_default().to_owned(),
                remote: remote.map(str::to_owned),
                commit: String::new(),
                time: 0,
                is_head: false,
                standing: None,
            }
        };
        let branches: Vec<Branch> = references.iter().map(branch).collect();
        let roles = |name: &str| matches!(name, "main" | "master").then_some(BranchRole::Main);
        let found = branch_of_role(&branches, &roles, BranchRole::Main, default_branch);
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn a_local_branch_is_taken_before_a_remote_one() {
        check(
            &["refs/remotes/origin/main", "refs/heads/master"],
            None,
            Some("refs/heads/master"),
        );
    }

    #[test]
    fn the_default_branch_is_taken_before_the_first_by_name() {
        check(
            &["refs/heads/main", "refs/heads/master"],
            Some("master"),
            Some("refs/heads/master"),
        );
        check(&["refs/heads/main", "refs/heads/master"], None, Some("refs/heads/main"));
    }

    #[test]
    fn origin_is_taken_before_other_remotes() {
        check(
            &["refs/remotes/fork/main", "refs/remotes/origin/main"],
            None,
            Some("refs/remotes/origin/main"),
        );
    }

    #[test]
    fn without_a_branch_of_the_role_there_is_none() {
        check(&["refs/heads/dev"], None, None);
    }
}
