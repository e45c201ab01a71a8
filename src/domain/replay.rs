//! What the gate of merge requests would have said of the changes of the past.

use super::report::{Failure, Trust, Verdict};
use super::rule::{RuleId, Severity};

/// One finding of a change, as far as a summary of many changes needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedFinding {
    pub rule: RuleId,
    pub severity: Severity,
    pub message: String,
    /// Path, ref or commit; `None` for the change as a whole.
    pub place: Option<String>,
}

/// A change of the past, and its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedChange {
    /// Object id of the commit that brought it to its target.
    pub commit: String,
    /// Day of that commit in UTC, `YYYY-MM-DD`; it counted as today.
    pub day: String,
    /// Number of the merge or pull request as its host writes it: `!12`, `#12`.
    pub number: Option<String>,
    /// Short name of the branch that was merged; `None` where the message does not tell.
    pub source: Option<String>,
    /// Short name of the branch that it went to.
    pub target: String,
    pub title: Option<String>,
    pub is_squash: bool,
    pub verdict: Verdict,
    /// Findings that it brought.
    pub findings: Vec<ReplayedFinding>,
    /// What could not be judged of it.
    pub failures: Vec<Failure>,
}

/// What one rule would have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedRule {
    pub id: RuleId,
    /// How many changes have a finding of it that stops them.
    pub stopped: usize,
    /// How many changes have a finding of it, whatever its severity.
    pub changes: usize,
    pub findings: usize,
    /// Newest changes with a finding of it, those that it stops first; positions in `Replay::changes`.
    pub examples: Vec<usize>,
}

/// The whole replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Newest first.
    pub changes: Vec<ReplayedChange>,
    /// Those that stop most first.
    pub rules: Vec<ReplayedRule>,
    /// Short names of the branches whose past it is.
    pub branches: Vec<String>,
    /// Commits between them that no message calls a change's.
    pub direct: usize,
    /// Merges between them that brought no change here: of another target, or of the same branch from another clone.
    pub elsewhere: usize,
    /// Commits, tags and branches older than `adopted:` that were left alone.
    pub before_adoption: usize,
    /// A branch's history ends where the clone was cut off, before as much as was asked for.
    pub is_cut: bool,
    pub profile: String,
    pub trust: Trust,
    /// Version of flowgate.
    pub tool: String,
}

/// So many examples are shown of a rule.
const EXAMPLES: usize = 3;

impl Replay {
    /// How many changes would have been stopped by findings.
    pub fn stopped(&self) -> usize {
        self.changes.iter().filter(|c| c.verdict == Verdict::Findings).count()
    }

    /// Changes of which something could not be judged.
    pub fn undecided(&self) -> impl Iterator<Item = &ReplayedChange> {
        self.changes.iter().filter(|change| !change.failures.is_empty())
    }

    /// What each rule did to these changes; a finding of this severity or above stops a change.
    pub fn tally(changes: &[ReplayedChange], limit: Severity) -> Vec<ReplayedRule> {
        let mut ids: Vec<&RuleId> = changes.iter().flat_map(|c| c.findings.iter().map(|f| &f.rule)).collect();
        ids.sort();
        ids.dedup();
        let mut rules: Vec<ReplayedRule> = ids.into_iter().map(|id| of_rule(id, changes, limit)).collect();
        rules.sort_by(|a, b| (b.stopped, b.changes, &a.id).cmp(&(a.stopped, a.changes, &b.id)));
        rules
    }
}

fn of_rule(id: &RuleId, changes: &[ReplayedChange], limit: Severity) -> ReplayedRule {
    let (mut stopping, mut telling, mut findings) = (Vec::new(), Vec::new(), 0);
    for (position, change) in changes.iter().enumerate() {
        let of_it: Vec<&ReplayedFinding> = change.findings.iter().filter(|f| f.rule == *id).collect();
        findings += of_it.len();
        if of_it.iter().any(|f| f.severity >= limit) {
            stopping.push(position);
        } else if !of_it.is_empty() {
            telling.push(position);
        }
    }
    ReplayedRule {
        id: id.clone(),
        stopped: stopping.len(),
        changes: stopping.len() + telling.len(),
        findings,
        examples: stopping.into_iter().chain(telling).take(EXAMPLES).collect(),
    }
}
