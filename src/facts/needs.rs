//! Which facts the enabled rules read; what nobody reads is not gathered.

use std::collections::BTreeSet;

use crate::domain::rule::Reads;
use crate::domain::target::Target;

/// The facts that a run needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// Commits to be compared with each other, which stay in memory.
    pub commits: bool,
    /// Commits that are looked at one by one, while they pass.
    pub messages: bool,
    pub branches: bool,
    pub tags: bool,
    /// The list of files and what became of each.
    pub files: bool,
    /// Documents themselves, for rules that look at one at a time.
    pub documents: bool,
    /// What documents are reduced to: deliveries, edges, names.
    pub rows: bool,
    pub repository: bool,
    /// What happens to refs.
    pub updates: bool,
    /// Where branches started.
    pub forks: bool,
    /// Which branches have the commits of tags.
    pub reach: bool,
    /// What commits ask of the versions of releases.
    pub releases: bool,
    /// What a merge or pull request does.
    pub change: bool,
    /// Who owns what. What documents are reduced to is needed for it.
    pub owners: bool,
    /// What a change does to its gate.
    pub weakenings: bool,
}

impl Needs {
    /// Messages alone.
    pub const MESSAGES: Self = Self {
        commits: false,
        messages: true,
        branches: false,
        tags: false,
        files: false,
        documents: false,
        rows: false,
        repository: false,
        updates: false,
        forks: false,
        reach: false,
        releases: false,
        change: false,
        owners: false,
        weakenings: false,
    };

    /// Everything there is, for `flowgate facts`.
    pub const ALL: Self = Self {
        commits: true,
        messages: true,
        branches: true,
        tags: true,
        files: true,
        documents: true,
        rows: true,
        repository: true,
        updates: true,
        forks: true,
        reach: true,
        releases: true,
        change: true,
        owners: true,
        weakenings: true,
    };

    /// What rules with these `reads` need.
    pub fn of<'a>(reads: impl IntoIterator<Item = &'a BTreeSet<Reads>>) -> Self {
        let mut needs = Self::default();
        for one in reads.into_iter().flatten() {
            match one {
                Reads::Messages => needs.messages = true,
                Reads::Commits => needs.commits = true,
                Reads::Branches => {
                    needs.branches = true;
                    // Whether a tag has the same name is a fact about a branch.
                    needs.tags = true;
                }
                Reads::Tags => needs.tags = true,
                // Comments stand in files.
                Reads::Files | Reads::Waivers => needs.files = true,
                Reads::Documents => needs.documents = true,
                Reads::Deliveries | Reads::Edges | Reads::Names => needs.rows = true,
                Reads::Repository => needs.repository = true,
                Reads::Updates => needs.updates = true,
                Reads::Forks => needs.forks = true,
                Reads::Releases => {
                    needs.releases = true;
                    needs.tags = true;
                }
                Reads::Reach => {
                    needs.reach = true;
                    needs.tags = true;
                }
                Reads::Change => needs.change = true,
                Reads::Weakenings => {
                    needs.weakenings = true;
                    // Without a change nothing is compared.
                    needs.change = true;
                }
                Reads::Owners => {
                    needs.owners = true;
                    // What goes to the last stage, and what a pipeline includes.
                    needs.rows = true;
                }
                Reads::Gaps => {}
            }
        }
        needs
    }

    /// The same for a target: where it is about no change, a rule that would look at one too costs nothing.
    pub const fn about(self, target: &Target) -> Self {
        Self {
            change: self.change && target.change.is_some(),
            ..self
        }
    }

    /// Whether commits are walked.
    pub const fn history(self) -> bool {
        self.commits || self.messages
    }

    /// Whether any file has to be opened.
    pub const fn content(self) -> bool {
        self.files || self.documents || self.rows
    }

    /// Whether Git's refs or history are needed.
    pub const fn git(self) -> bool {
        self.history()
            || self.branches
            || self.tags
            || self.repository
            || self.updates
            || self.forks
            || self.change
            || self.weakenings
    }
}
