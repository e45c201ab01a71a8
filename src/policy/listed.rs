//! The rules of a set, each with what has to be known to choose among them, and read whole when it is asked for.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::domain::gate::Gate;
use crate::domain::rule::{Reads, RuleId};

use super::built::BuiltRule;
use super::metadata;
use super::package::Before;
use super::rule_set::{Module, Rule, rule};

/// A rule that was read, or one that is built in and is read when it is asked for.
#[derive(Debug)]
pub(crate) enum Slot {
    Read(Box<Rule>),
    Built(&'static BuiltRule, OnceLock<Option<Box<Rule>>>),
}

impl Slot {
    pub(crate) const fn built(rule: &'static BuiltRule) -> Self {
        Self::Built(rule, OnceLock::new())
    }

    /// A test reads every rule that is built in, so that none is missing here.
    pub(crate) fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Read(rule) => Some(rule),
            Self::Built(built, slot) => slot.get_or_init(|| read_built(built).map(Box::new)).as_deref(),
        }
    }
}

/// What is known of every rule without reading all that it says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'s> {
    pub id: &'s RuleId,
    slot: &'s Slot,
}

impl<'s> Listed<'s> {
    pub(crate) const fn new(id: &'s RuleId, slot: &'s Slot) -> Self {
        Self { id, slot }
    }

    /// Is this its id, its group, or an id that it once had?
    pub fn is_called(&self, word: &str) -> bool {
        self.id.as_str() == word || self.id.group() == word || self.formerly().any(|former| former == word)
    }

    /// Ids that it once had.
    pub fn formerly(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        let (read, built) = match self.slot {
            Slot::Read(rule) => (Some(rule.formerly.iter().map(RuleId::as_str)), None),
            Slot::Built(built, _) => (None, Some(built.formerly())),
        };
        read.into_iter().flatten().chain(built.into_iter().flatten())
    }

    /// Names of its options.
    pub fn options(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        let (read, built) = match self.slot {
            Slot::Read(rule) => (Some(rule.options.keys().map(String::as_str)), None),
            Slot::Built(built, _) => (None, Some(built.options())),
        };
        read.into_iter().flatten().chain(built.into_iter().flatten())
    }

    /// Does it read one of these at least?
    pub fn reads_one_of(&self, reads: &BTreeSet<Reads>) -> bool {
        match self.slot {
            Slot::Read(rule) => !reads.is_disjoint(&rule.reads),
            Slot::Built(built, _) => built.reads.iter().any(|read| reads.contains(read)),
        }
    }

    /// Does it judge at this gate?
    pub fn judges_at(&self, gate: Gate) -> bool {
        match self.slot {
            Slot::Read(rule) => rule.gates.is_empty() || rule.gates.contains(&gate),
            Slot::Built(built, _) => built.gates.is_empty() || built.gates.contains(&gate),
        }
    }

    /// All of it.
    pub fn rule(&self) -> Option<&'s Rule> {
        self.slot.rule()
    }
}

fn read_built(built: &'static BuiltRule) -> Option<Rule> {
    let path = built.module.file.path;
    let block = built.module.blocks().find(|block| block.before == Before::Package)?;
    let metadata = metadata::rule_metadata(path, &block, &metadata::read(path, &block).ok()?).ok()?;
    let module = Module::built(&built.module);
    Some(rule(
        RuleId::parse(built.id)?,
        metadata,
        Some(Cow::Borrowed(built.page.text)),
        module,
    ))
}
