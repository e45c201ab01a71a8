//! An engine that is made when the first rule has to be asked: most runs have asked everything before.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use regorus::Value;

use crate::domain::rule::RuleId;

use super::engine::{Engine, Limits, Worker};
use super::problem::PolicyError;
use super::rule_set::RuleSet;

/// Gives each thread an engine of its own.
pub trait Workers: Sync {
    /// # Errors
    /// Why no rule can be asked.
    fn worker(&self) -> Result<Worker, String>;
}

impl Workers for Engine {
    fn worker(&self) -> Result<Worker, String> {
        Ok(Self::worker(self))
    }
}

/// Rules that will be loaded and checked when they are needed.
#[derive(Debug)]
pub struct Deferred {
    rules: Arc<RuleSet>,
    selected: BTreeSet<RuleId>,
    data: Value,
    engine: OnceLock<Result<Engine, Vec<PolicyError>>>,
}

impl Deferred {
    /// What `Engine::prepare` takes, for later.
    pub const fn new(rules: Arc<RuleSet>, selected: BTreeSet<RuleId>, data: Value) -> Self {
        Self {
            rules,
            selected,
            data,
            engine: OnceLock::new(),
        }
    }

    /// Makes the engine, unless it is there.
    ///
    /// # Errors
    /// Everything that is wrong with the policies.
    pub fn prepare(&self) -> Result<&Engine, &[PolicyError]> {
        let prepare = || Engine::prepare(&self.rules, &self.selected, self.data.clone(), Limits::default());
        self.engine.get_or_init(prepare).as_ref().map_err(Vec::as_slice)
    }
}

impl Workers for Deferred {
    fn worker(&self) -> Result<Worker, String> {
        let told = |problems: &[PolicyError]| {
            let first = problems.first().map(ToString::to_string);
            format!("the policies cannot be used: {}", first.unwrap_or_default())
        };
        self.prepare().map(Engine::worker).map_err(told)
    }
}
