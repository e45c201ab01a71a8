//! What a change does to the gate that judges it: its configuration, its policies, and the jobs and hooks that run it.

use super::location::Location;

/// What is another thing at the head of a change than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeakeningKind {
    LevelLowered,
    RuleOff,
    PathsLevelLowered,
    OptionChanged,
    ExclusionAdded,
    BotAdded,
    ExemptAdded,
    WaiverAdded,
    OwnerAdded,
    TrustAdded,
    AdoptedMoved,
    ProfileChanged,
    MergesWidened,
    TagsIgnored,
    TypesWidened,
    /// Stages, clusters, naming: another model, which is neither weaker nor stronger.
    ModelChanged,
    PolicyChanged,
    PolicyRemoved,
    ConfigurationMoved,
    ConfigurationRemoved,
    ConfigurationBroken,
    GateJobRemoved,
    GateJobMayFail,
    GateJobChanged,
    HookConfigurationDropped,
    PipelineVariable,
}

impl WeakeningKind {
    /// The word by which rules know it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LevelLowered => "level-lowered",
            Self::RuleOff => "rule-off",
            Self::PathsLevelLowered => "paths-level-lowered",
            Self::OptionChanged => "option-changed",
            Self::ExclusionAdded => "exclusion-added",
            Self::BotAdded => "bot-added",
            Self::ExemptAdded => "exempt-added",
            Self::WaiverAdded => "waiver-added",
            Self::OwnerAdded => "owner-added",
            Self::TrustAdded => "trust-added",
            Self::AdoptedMoved => "adopted-moved",
            Self::ProfileChanged => "profile-changed",
            Self::MergesWidened => "merges-widened",
            Self::TagsIgnored => "tags-ignored",
            Self::TypesWidened => "types-widened",
            Self::ModelChanged => "model-changed",
            Self::PolicyChanged => "policy-changed",
            Self::PolicyRemoved => "policy-removed",
            Self::ConfigurationMoved => "configuration-moved",
            Self::ConfigurationRemoved => "configuration-removed",
            Self::ConfigurationBroken => "configuration-broken",
            Self::GateJobRemoved => "gate-job-removed",
            Self::GateJobMayFail => "gate-job-may-fail",
            Self::GateJobChanged => "gate-job-changed",
            Self::HookConfigurationDropped => "hook-configuration-dropped",
            Self::PipelineVariable => "pipeline-variable",
        }
    }
}

/// Which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    Weaker,
    Stronger,
    /// Nobody can tell from outside whether more or less passes.
    Changed,
}

impl Direction {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weaker => "weaker",
            Self::Stronger => "stronger",
            Self::Changed => "changed",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weakening {
    pub kind: WeakeningKind,
    /// What it is about: a rule's id, a glob, a job's name. Written by whoever made the change.
    pub subject: String,
    /// As it was, in words for people; `None`: it was not there.
    pub before: Option<String>,
    /// As it is at the head; `None`: it is gone.
    pub after: Option<String>,
    pub direction: Direction,
    /// In the head's file; of what is gone, the path it had.
    pub at: Location,
}

impl Weakening {
    /// Whether both are about the same thing, whatever became of it.
    pub fn is_about(&self, other: &Self) -> bool {
        let family = |kind| match kind {
            WeakeningKind::RuleOff => WeakeningKind::LevelLowered,
            WeakeningKind::PolicyRemoved => WeakeningKind::PolicyChanged,
            kind => kind,
        };
        family(self.kind) == family(other.kind) && self.subject == other.subject
    }
}
