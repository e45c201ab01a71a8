//! What a rule is called, what it reads, and how much it weighs; never which rules there are.

use std::fmt;

/// Identity of a rule: `<group>/<name>`, the same as folder, package, configuration key and page title.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(String);

impl RuleId {
    /// Takes `group/name` where both are lower-case words joined by `-`; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (group, name) = text.split_once('/')?;
        (is_slug(group) && is_slug(name)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn group(&self) -> &str {
        self.0.split_once('/').map_or("", |(group, _)| group)
    }

    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// How much a finding weighs. Ordered: `Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// The level at which a rule is enforced: a severity, or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Off,
    Info,
    Warning,
    Error,
}

impl Level {
    pub const ALL: [Self; 4] = [Self::Off, Self::Info, Self::Warning, Self::Error];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.as_str() == text)
    }

    /// The severity of findings at this level; `None` when the rule is off.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// One kind of fact that a rule may declare under `reads:`. See `policies/README.md` for the input of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reads {
    /// Commit messages, each judged on its own; handed over in batches of any size.
    Messages,
    /// All commits of the range at once.
    Commits,
    Branches,
    Tags,
    Change,
    Files,
    /// One document at a time.
    Documents,
    Deliveries,
    Edges,
    /// Names of applications, namespaces and projects found in all documents.
    Names,
    Repository,
    /// What a push or a ref transaction does to refs, and who does it.
    Updates,
    /// Where branches parted from those that have a role.
    Forks,
    /// Which branches have the commits of tags.
    Reach,
    /// Releases compared with those before them.
    Releases,
    /// CODEOWNERS, and what it says of the paths that matter most.
    Owners,
    /// What lets findings pass: asked once all findings are known, as is `Gaps`.
    Waivers,
    /// What this run could not judge, and why.
    Gaps,
    /// What a change does to the gate that judges it.
    Weakenings,
}

impl Reads {
    pub const ALL: [Self; 19] = [
        Self::Messages,
        Self::Commits,
        Self::Branches,
        Self::Tags,
        Self::Change,
        Self::Files,
        Self::Documents,
        Self::Deliveries,
        Self::Edges,
        Self::Names,
        Self::Repository,
        Self::Updates,
        Self::Forks,
        Self::Reach,
        Self::Releases,
        Self::Owners,
        Self::Waivers,
        Self::Gaps,
        Self::Weakenings,
    ];

    /// Whether it is about the run itself, so that it is known only when everything else was judged.
    pub const fn is_about_run(self) -> bool {
        matches!(self, Self::Waivers | Self::Gaps)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Commits => "commits",
            Self::Branches => "branches",
            Self::Tags => "tags",
            Self::Change => "change",
            Self::Files => "files",
            Self::Documents => "documents",
            Self::Deliveries => "deliveries",
            Self::Edges => "edges",
            Self::Names => "names",
            Self::Repository => "repository",
            Self::Updates => "updates",
            Self::Forks => "forks",
            Self::Reach => "reach",
            Self::Releases => "releases",
            Self::Owners => "owners",
            Self::Waivers => "waivers",
            Self::Gaps => "gaps",
            Self::Weakenings => "weakenings",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}
