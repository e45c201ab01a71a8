//! Where a check runs.

/// The place in a change's life at which flowgate judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    Scan,
    PreCommit,
    CommitMsg,
    PreMergeCommit,
    PrePush,
    PreReceive,
    Update,
    ReferenceTransaction,
    /// After a branch was entered: the earliest moment to say that its name or base is wrong. Stops nothing.
    PostCheckout,
    MergeRequest,
    PreSync,
}

impl Gate {
    pub const ALL: [Self; 11] = [
        Self::Scan,
        Self::PreCommit,
        Self::CommitMsg,
        Self::PreMergeCommit,
        Self::PrePush,
        Self::PreReceive,
        Self::Update,
        Self::ReferenceTransaction,
        Self::PostCheckout,
        Self::MergeRequest,
        Self::PreSync,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::PreCommit => "pre-commit",
            Self::CommitMsg => "commit-msg",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
            Self::Update => "update",
            Self::ReferenceTransaction => "reference-transaction",
            Self::PostCheckout => "post-checkout",
            Self::MergeRequest => "merge-request",
            Self::PreSync => "pre-sync",
        }
    }

    /// Whether a change is let in or not by its word alone, so that what cannot be judged must not pass.
    pub const fn decides(self) -> bool {
        matches!(self, Self::MergeRequest | Self::PreReceive | Self::Update | Self::PreSync)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.as_str() == text)
    }
}
