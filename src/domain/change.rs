//! A proposed change (merge or pull request) as its host describes it; what it does to files and refs is found out by `facts`.

/// Whose pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    GitLab,
    GitHub,
}

impl Host {
    pub const ALL: [Self; 2] = [Self::GitLab, Self::GitHub];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitLab => "gitlab",
            Self::GitHub => "github",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|host| host.as_str() == text)
    }
}

/// What the pipeline has checked out, by the words of the hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PipelineKind {
    /// The source branch as it is.
    Detached,
    /// A merge of source and target that the host made for the test; nobody wrote it, and it is no commit of the change.
    MergedResult,
    /// The same on top of the changes before it in GitLab's merge train.
    MergeTrain,
    /// The same on top of the changes before it in GitHub's merge queue.
    MergeQueue,
}

impl PipelineKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detached => "detached",
            Self::MergedResult => "merged-result",
            Self::MergeTrain => "merge-train",
            Self::MergeQueue => "merge-queue",
        }
    }

    /// Whether HEAD is a merge that the host made.
    pub const fn is_synthetic(self) -> bool {
        !matches!(self, Self::Detached)
    }
}

/// One end of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// Short name of the branch; `None` where nobody said.
    pub branch: Option<String>,
    /// The project as its host names it: `team-a/phippy`. Case as the host writes it.
    pub project: Option<String>,
    /// Object id of the branch's tip as the host says it; `None` where it says none (an empty variable is none).
    pub commit: Option<String>,
    /// Whether the host protects the branch; `None` where it does not say.
    pub is_protected: Option<bool>,
}

/// A merge or pull request as its host, or flags, describe it. All text is written by whoever made the change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    pub host: Option<Host>,
    pub kind: Option<PipelineKind>,
    pub source: Side,
    pub target: Side,
    /// Number in its project: `12` of `!12` and `#12`.
    pub number: Option<u64>,
    pub url: Option<String>,
    /// As typed, with `Draft:` and the like.
    pub title: Option<String>,
    pub description: Option<String>,
    /// The host handed over only the beginning of the description.
    pub is_description_cut: bool,
    pub labels: Vec<String>,
    /// Account that opened the change, by the host's word.
    pub author: Option<String>,
    /// Account that caused this pipeline, by the host's word.
    pub pusher: Option<String>,
    pub is_draft: Option<bool>,
    /// Its commits will be made one; `None` where the host does not tell before the merge.
    pub squash: Option<bool>,
    /// Short name of the target project's default branch.
    pub default_branch: Option<String>,
    /// The project whose repository the pipeline has cloned: of a fork's own pipeline the fork.
    pub cloned_project: Option<String>,
    /// What the host names as the base of the difference: a hint only, it goes stale when the target is changed.
    pub base_hint: Option<String>,
}

impl Change {
    /// Whether source and target lie in different projects; `None` where one of them is not known.
    pub fn is_fork(&self) -> Option<bool> {
        let (source, target) = (self.source.project.as_deref()?, self.target.project.as_deref()?);
        Some(!source.eq_ignore_ascii_case(target))
    }

    /// Whether the clone is of another project than the one that is changed: its refs say nothing about the target.
    pub fn is_cloned_elsewhere(&self) -> bool {
        match (self.cloned_project.as_deref(), self.target.project.as_deref()) {
            (Some(cloned), Some(target)) => !cloned.eq_ignore_ascii_case(target),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: Option<&str>, target: Option<&str>, cloned: Option<&str>) -> (Option<bool>, bool) {
        let side = |project: Option<&str>| Side {
            project: project.map(str::to_owned),
            ..Side::default()
        };
        let change = Change {
            source: side(source),
            target: side(target),
            cloned_project: cloned.map(str::to_owned),
            ..Change::default()
        };
        (change.is_fork(), change.is_cloned_elsewhere())
    }

    #[test]
    fn a_fork_is_another_project_whatever_its_branches_are_called() {
        assert_eq!(
            check(Some("ada/phippy"), Some("team-a/phippy"), Some("ada/phippy")),
            (Some(true), true)
        );
        assert_eq!(
            check(Some("Team-A/phippy"), Some("team-a/phippy"), Some("team-a/phippy")),
            (Some(false), false)
        );
        assert_eq!(check(None, Some("team-a/phippy"), None), (None, false));
    }

    #[test]
    fn hosts_are_read_by_their_names() {
        for host in Host::ALL {
            assert_eq!(Host::parse(host.as_str()), Some(host));
        }
    }
}
