//! Joins across documents that Rego would have to make pair by pair: families of deliveries, and whether names follow the grammar.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::delivery::NameGrammar;
use crate::delivery::revision::branch_key;
use crate::delivery::words::StageWords;
use crate::domain::delivery::{Delivery, DeliveryMode, Name, NameRole};
use crate::domain::flow::{Flow, NamingMode};
use crate::domain::revision::Revision;

/// Deliveries of one source: the same repository, and the same path once stage words are taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Family {
    /// Positions in the list of deliveries.
    pub deliveries: Vec<usize>,
    /// Branch to the stages it serves. The default branch, however it is written, is the empty name.
    pub branches: BTreeMap<String, BTreeSet<String>>,
    /// Stage to the branches it follows.
    pub stages: BTreeMap<String, BTreeSet<String>>,
}

/// The families, and for each delivery the key of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Families {
    pub families: BTreeMap<String, Family>,
    /// Key by position of the delivery; `None` for pipelines, charts and sources without an address.
    pub of: Vec<Option<String>>,
}

/// Groups deliveries into families.
pub fn families(flow: &Flow, deliveries: &[Delivery]) -> Families {
    let mut found = Families::default();
    let words = StageWords::of(flow);
    for (position, delivery) in deliveries.iter().enumerate() {
        let key = family_key(&words, delivery);
        if let Some(key) = &key {
            found.families.entry(key.clone()).or_default().deliveries.push(position);
        }
        found.of.push(key);
    }
    for family in found.families.values_mut() {
        let members: Vec<&Delivery> = family.deliveries.iter().filter_map(|i| deliveries.get(*i)).collect();
        let revisions: Vec<&Revision> = members.iter().map(|d| &d.revision).collect();
        for delivery in &members {
            let Some(branch) = branch_key(&delivery.revision, &revisions, flow) else {
                continue;
            };
            for stage in stages_of(delivery) {
                family.branches.entry(branch.clone()).or_default().insert(stage.clone());
                family.stages.entry(stage).or_default().insert(branch.clone());
            }
        }
    }
    found
}

fn family_key(words: &StageWords, delivery: &Delivery) -> Option<String> {
    if delivery.mode != DeliveryMode::Follows || delivery.source.chart.is_some() {
        return None;
    }
    let repository = delivery.source.repository.as_deref()?;
    let path = delivery
        .source
        .path
        .as_deref()
        .unwrap_or("")
        .trim_matches(|c| c == '/' || c == '.');
    Some(format!("{repository}//{}", words.left_out(path)))
}

fn stages_of(delivery: &Delivery) -> Vec<String> {
    match &delivery.stage.stage {
        Some(stage) => vec![stage.clone()],
        None => delivery.stage.stages.clone(),
    }
}

/// Names that stand outside the naming grammar by configuration.
#[derive(Debug, Clone, Default)]
pub struct IgnoredNames(GlobSet);

impl IgnoredNames {
    /// Compiles the globs of a flow; one that does not compile is left out, its error is the configuration's.
    pub fn of(flow: &Flow) -> Self {
        let mut globs = GlobSetBuilder::new();
        for glob in flow.naming.ignore.iter().filter_map(|glob| Glob::new(glob).ok()) {
            globs.add(glob);
        }
        Self(globs.build().unwrap_or_default())
    }

    pub fn contain(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

/// Whether names are judged by the naming grammar here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamingFacts {
    pub applies: bool,
    /// One sentence for messages.
    pub reason: String,
}

/// Looks whether the repository shows that it follows the naming grammar: at least one application does, and at least a third of all.
pub fn naming(flow: &Flow, names: &[Name]) -> NamingFacts {
    let stated = |applies, reason: &str| NamingFacts {
        applies,
        reason: reason.to_owned(),
    };
    match flow.naming.mode {
        NamingMode::Strict => return stated(true, "the configuration says naming.mode: strict"),
        NamingMode::Off => return stated(false, "the configuration says naming.mode: off"),
        NamingMode::Detect => {}
    }
    let mut applications: BTreeSet<&str> = names
        .iter()
        .filter(|n| n.role == NameRole::Application)
        .map(|n| n.text.as_str())
        .collect();
    let mut conforming = 0;
    // Where nothing bears a name there is nothing to compile patterns for.
    if !applications.is_empty() {
        let ignored = IgnoredNames::of(flow);
        let grammar = NameGrammar::of(flow);
        applications.retain(|name| !ignored.contain(name));
        conforming = applications
            .iter()
            .filter(|name| grammar.is_canonical_application(name))
            .count();
    }
    NamingFacts {
        applies: conforming > 0 && conforming * 3 >= applications.len(),
        reason: format!("{conforming} of {} application names follow the grammar", applications.len()),
    }
}
