//! What one run found out, in the order in which it is written.

use super::delivery::Delivery;
use super::finding::Finding;
use super::gate::Gate;
use super::location::Location;
use super::rule::{Level, Reads, RuleId};
use super::waiver::Waiver;

/// The answer, and the exit code that carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Clean,
    Findings,
    Undecided,
}

impl Verdict {
    pub const ALL: [Self; 3] = [Self::Clean, Self::Findings, Self::Undecided];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Undecided => "undecided",
        }
    }

    /// 0 clean, 1 findings, 2 undecided.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Undecided => 2,
        }
    }
}

/// What could not be used or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// Arguments that cannot be used together or name nothing.
    Usage,
    Config,
    Policy,
    /// Facts that cannot be had: no range, a repository that cannot be opened.
    Facts,
    /// An object or file that cannot be read.
    Io,
    /// A rule or an input went beyond a limit.
    Limit,
}

impl FailureKind {
    pub const ALL: [Self; 6] = [Self::Usage, Self::Config, Self::Policy, Self::Facts, Self::Io, Self::Limit];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Policy => "policy",
            Self::Facts => "facts",
            Self::Io => "io",
            Self::Limit => "limit",
        }
    }
}

/// Something that could not be judged. Never looks clean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    pub kind: FailureKind,
    /// What happened and what to do about it, in whole sentences.
    pub message: String,
    pub location: Option<Location>,
}

/// A rule that did not look at something, and why. Never changes the verdict of a scan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skip {
    /// `None` when it concerns every rule that would have read the thing.
    pub rule: Option<RuleId>,
    pub reason: String,
    pub count: usize,
    pub cause: SkipCause,
    /// The facts that are not whole, when rules are asked all the same; `None` where nothing is lacking that a rule could have read.
    pub reads: Option<Reads>,
}

/// Why something was not looked at, and so who could change that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipCause {
    /// It is as it is meant to be: a template, an encrypted file, a rule about merge requests where there is none.
    Nature,
    /// The clone is shallow.
    History,
    /// A branch or commit of this repository was not fetched.
    Refs,
    /// There is more of it than flowgate walks through.
    Size,
    /// Nobody has told what refs another repository has.
    OtherRepository,
}

impl SkipCause {
    pub const ALL: [Self; 5] = [Self::Nature, Self::History, Self::Refs, Self::Size, Self::OtherRepository];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nature => "nature",
            Self::History => "history",
            Self::Refs => "refs",
            Self::Size => "size",
            Self::OtherRepository => "other-repository",
        }
    }

    /// Whether this repository, or the pipeline that fetched it, can supply what was lacking.
    pub const fn is_curable_here(self) -> bool {
        matches!(self, Self::History | Self::Refs)
    }

    /// What to do about it; `None` where nothing is to be done.
    pub const fn remedy(self) -> Option<&'static str> {
        match self {
            Self::Nature | Self::Size => None,
            Self::History => Some(
                "fetch the whole history: git fetch --unshallow (GitLab CI: `GIT_DEPTH: 0` under `variables:`; actions/checkout: \
                 `fetch-depth: 0`)",
            ),
            Self::Refs => Some(
                "fetch the branch: git fetch origin '+refs/heads/*:refs/remotes/origin/*' (actions/checkout: `fetch-depth: 0`)",
            ),
            Self::OtherRepository => Some("run `flowgate refs update` and commit flowgate.refs.lock"),
        }
    }
}

/// A finding that a waiver lets pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Waived {
    pub finding: Finding,
    pub waiver: Waiver,
}

/// What one rule did in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOutcome {
    pub id: RuleId,
    pub title: String,
    pub level: Level,
    /// Path of the rule's page, relative to the policies.
    pub page: String,
    /// How many things it was asked about (documents, messages, or 1 for a set).
    pub evaluated: usize,
    pub findings: usize,
    pub waived: usize,
    pub skipped: usize,
}

/// How much was looked at and found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub files: usize,
    pub documents: usize,
    pub commits: usize,
    pub rules: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
}

/// Which version of which application stands on which stage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StageVersion {
    pub application: String,
    pub stage: String,
    pub version: String,
    pub location: Location,
}

/// Where configuration and policies came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// `worktree`, `index`, `revision`, `embedded`, `directory`, ...
    pub source: String,
    /// How people call that state: a branch's name; why the built-in rules judge. `None` where it is the state that is judged.
    pub name: Option<String>,
    /// Object id of the revision they were read from, if any.
    pub revision: Option<String>,
    /// Path of the configuration that judged, where it is a file of the repository.
    pub configuration: Option<String>,
    /// SHA-256 over the effective configuration and policies, in hexadecimal.
    pub digest: String,
}

/// What was looked at, in words and ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetSummary {
    /// `work tree`, `index`, `revision`, `directory`, `standard input`.
    pub kind: String,
    /// Path of the repository or directory as the user named it.
    pub path: Option<String>,
    /// Object id of the judged tree's commit, or of HEAD.
    pub revision: Option<String>,
    /// The merge or pull request: `!12 feat/x to dev`.
    pub change: Option<String>,
    /// Current branch, short.
    pub branch: Option<String>,
    /// The commits that were judged, as `A..B` in object ids.
    pub range: Option<String>,
    /// Branches whose names were judged.
    pub branches: usize,
    pub tags: usize,
    /// The command that gives the same report, without the program's own path.
    pub reproduce: String,
}

/// What was found earlier and is written down, so that it stops nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baselined {
    /// Path of the baseline.
    pub path: String,
    /// Findings that are in it.
    pub findings: usize,
    /// Those in it that are no more; `None` when not everything was looked at.
    pub gone: Option<usize>,
}

/// The whole result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub verdict: Verdict,
    pub gate: Gate,
    pub target: TargetSummary,
    pub summary: Summary,
    pub findings: Vec<Finding>,
    pub failures: Vec<Failure>,
    pub skips: Vec<Skip>,
    pub waived: Vec<Waived>,
    pub rules: Vec<RuleOutcome>,
    pub deliveries: Vec<Delivery>,
    pub versions: Vec<StageVersion>,
    /// Commits, tags and branches older than `adopted:` that were left alone.
    pub before_adoption: usize,
    /// Findings that stood before the change that is judged; they stop nobody.
    pub already_there: usize,
    /// What a baseline says; `None` where there is none.
    pub baselined: Option<Baselined>,
    /// The day that counts as today, `YYYY-MM-DD`.
    pub now: String,
    pub profile: String,
    pub trust: Trust,
    /// Version of flowgate.
    pub tool: String,
}
