//! What a user lets pass, with reason, owner and end date: in the configuration, or as a comment beside what it is about.

use super::location::{Location, Span};
use super::rule::RuleId;

/// What lets findings of one rule pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    pub rule: RuleId,
    /// Glob over paths; for refs and commits the ref's short name or the commit's id. `None` means everywhere. Of a comment the path of
    /// its file, which is no glob.
    pub path: Option<String>,
    pub reason: String,
    pub owner: Option<String>,
    /// Last day on which it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Where it is written.
    pub at: Location,
    pub source: WaiverSource,
}

/// Where a waiver is written, and so what it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaiverSource {
    /// It covers what its path says.
    Config,
    /// It covers lines of its own file.
    Comment(Reach),
}

impl WaiverSource {
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Comment(_) => "comment",
        }
    }
}

/// The lines that a comment covers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// First and last line, from 1; the last one before the first one covers none.
    pub lines: (u32, u32),
    /// What is said of the file as a whole is covered too: the comment stands at its top.
    pub is_whole_file: bool,
    /// Short names of the branches that hold the file in this form; empty when one tree is looked at.
    pub branches: Vec<String>,
}

impl Reach {
    /// Whether a place in the same file is covered.
    pub fn holds(&self, location: &Location) -> bool {
        let (first, last) = self.lines;
        let is_there = match location.span {
            Some(span) => (first..=last).contains(&span.start.line),
            None => self.is_whole_file,
        };
        let is_branch = |branch: &String| self.branches.contains(branch);
        is_there && location.branch.as_ref().is_none_or(is_branch)
    }
}

/// A comment that is addressed to flowgate, as it was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverComment {
    /// The comment, from its `#` to its last character.
    pub at: Span,
    /// The rule as it is written; `None` where none is named.
    pub rule: Option<String>,
    /// The last day; `None` where none is given, or what is given is none.
    pub until: Option<String>,
    pub reason: Option<String>,
    /// What keeps it from being a waiver; empty when it is one.
    pub problems: Vec<String>,
    /// First and last line that it covers; see `Reach`.
    pub lines: (u32, u32),
    pub is_whole_file: bool,
    /// What it stands at, in words that stay the same when lines move: object and path of keys.
    pub subject: String,
}

impl WaiverComment {
    /// The waiver; `None` when something is wrong with it, so that it lets nothing pass.
    pub fn waiver(&self, path: &str, branches: &[String]) -> Option<Waiver> {
        if !self.problems.is_empty() {
            return None;
        }
        Some(Waiver {
            rule: RuleId::parse(self.rule.as_deref()?)?,
            path: Some(path.to_owned()),
            reason: self.reason.clone()?,
            owner: None,
            until: Some(self.until.clone()?),
            at: self.location(path, branches),
            source: WaiverSource::Comment(Reach {
                lines: self.lines,
                is_whole_file: self.is_whole_file,
                branches: branches.to_vec(),
            }),
        })
    }

    /// Where it stands, in a file of this path.
    pub fn location(&self, path: &str, branches: &[String]) -> Location {
        Location {
            branch: branches.first().cloned(),
            ..Location::of_span(path, self.at)
        }
    }

    /// What tells it from others when an older state is looked at.
    pub fn identity(&self, path: &str) -> CommentIdentity {
        CommentIdentity {
            path: path.to_owned(),
            rule: self.rule.clone(),
            until: self.until.clone(),
            reason: self.reason.clone(),
            subject: self.subject.clone(),
        }
    }
}

/// A comment without its line: the same one where the file grew above it, another one as soon as it covers something else, says
/// something else or holds longer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommentIdentity {
    /// As the file is called in what is judged.
    pub path: String,
    pub rule: Option<String>,
    pub until: Option<String>,
    pub reason: Option<String>,
    pub subject: String,
}
