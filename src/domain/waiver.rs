//! What a user lets pass, with reason, owner and end date.

use super::location::Location;
use super::rule::RuleId;

/// A waiver from the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    pub rule: RuleId,
    /// Glob over paths; for refs and commits the ref's short name or the commit's id. `None` means everywhere.
    pub path: Option<String>,
    pub reason: String,
    pub owner: Option<String>,
    /// Last day on which it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Where it is written.
    pub at: Location,
}
