//! A proposed change (merge or pull request): as its host describes it, and what it does to commits and files.

use super::commit::Commit;
use super::location::Location;

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
    /// Accounts that approved it, by the host's word; `None` where nobody asked.
    pub approved_by: Option<Vec<String>>,
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

/// A change whose ends were found in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedChange {
    pub change: Change,
    /// Object id of the newest commit that somebody proposes; never the host's test merge.
    pub head: String,
    /// Object id of the target branch's tip.
    pub target_tip: String,
    /// Where the two parted, an object id: computed, never believed.
    pub base: String,
}

/// What became of a file between the base and the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileStatus {
    Added,
    Modified,
    Deleted,
    Renamed,
    /// Its content stayed; it became executable, a symbolic link, a submodule, or stopped being one.
    Mode,
}

impl FileStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "modified",
            Self::Deleted => "deleted",
            Self::Renamed => "renamed",
            Self::Mode => "mode",
        }
    }
}

/// A file that a change touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangedFile {
    /// As it is called at the head; for one that goes, as it was.
    pub path: String,
    /// As it was called at the base, where that was another name.
    pub from: Option<String>,
    pub status: FileStatus,
    /// Its mode bits differ as well.
    pub is_mode_changed: bool,
}

/// A value that is another one at the head than at the base, or is only at one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueChange {
    /// Path at the head; of a document that goes, at the base.
    pub path: String,
    /// Index of the document in its file.
    pub document: usize,
    /// JSON Pointer; items of a list of named things are told apart by name.
    pub pointer: String,
    /// The scalar as text; `None`: it was not there.
    pub before: Option<String>,
    /// The scalar as text; `None`: it is gone.
    pub after: Option<String>,
    /// What the value is for: the stage of its document, or of the part of it; `None` where nothing says one.
    pub stage: Option<String>,
    /// What version of what it says, if it says one.
    pub version: Option<VersionField>,
    pub at: Location,
}

/// A value that says which version of an application a stage gets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionField {
    pub application: String,
    /// `None` where nothing says which stage the file is for.
    pub stage: Option<String>,
    /// The field in words that are the same for all stages: its place with `*` for what names a stage.
    pub family: String,
    /// The version before, without what stands beside it: of `image: phippy:1.2.0` the `1.2.0`. `None`: there was none.
    pub from: Option<String>,
    /// The version after; `None`: there is none any more.
    pub to: Option<String>,
    /// Versions that the same field has had on the target's first-parent history, newest first, without what it is at the base.
    pub had: Vec<String>,
}

impl VersionField {
    /// Whether the version after is one that the field had before.
    pub fn is_set_back(&self) -> bool {
        self.to.as_ref().is_some_and(|to| self.had.contains(to))
    }
}

/// The version of an application on a stage, as the base of a change says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StageVersion {
    pub application: String,
    /// `None` where nothing says which stage the value is for.
    pub stage: Option<String>,
    /// As in `VersionField`.
    pub family: String,
    pub version: String,
    pub at: Location,
}

/// A merge among the commits of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedIn {
    /// Object id of the merge.
    pub commit: String,
    /// Object id of what it brought: its second parent.
    pub merged: String,
    /// Short names of branches of a role, other than the source, that have what it brought.
    pub from: Vec<String>,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeFacts {
    pub proposed: ProposedChange,
    /// Its title read as a commit message; `None` without title.
    pub title: Option<Commit>,
    /// How many commits are its own.
    pub commits: usize,
    /// Object ids of those of them that no other branch of a role has, newest first: what was made on the source itself.
    pub own: Vec<String>,
    /// Merges among `own`.
    pub merges: Vec<MergedIn>,
    pub files: Vec<ChangedFile>,
    /// Values of documents that can be read at both ends.
    pub values: Vec<ValueChange>,
    /// Paths of changed files whose values are not in `values`: no documents, or none that can be read.
    pub opaque: Vec<String>,
    /// What the base says of the applications whose versions are changed, on every stage.
    pub versions: Vec<StageVersion>,
    /// All that it does is to set versions back to such that the same stage already had.
    pub is_rollback: bool,
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
