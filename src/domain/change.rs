//! A proposed change (merge or pull request): filled by `ci`, which the merge-request gate brings.

/// A merge or pull request as its host describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Short name of the source branch.
    pub source: String,
    /// Short name of the target branch.
    pub target: String,
}
