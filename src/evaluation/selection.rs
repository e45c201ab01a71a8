//! Which rules are asked in this run, at which level, with which options.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::Configuration;
use crate::config::levels::Levels;
use crate::domain::gate::Gate;
use crate::domain::report::{Failure, FailureKind};
use crate::domain::rule::{Level, Reads, RuleId, Severity};
use crate::facts::Needs;
use crate::policy::value::from_json;
use crate::policy::{Listed, Mentions, Origin, Rule, RuleSet, Value};

use super::unquoted::KeyWords;

/// One rule that is asked.
#[derive(Debug, Clone)]
pub struct Selected {
    pub id: RuleId,
    pub title: String,
    pub page: String,
    pub level: Level,
    pub reads: BTreeSet<Reads>,
    /// Empty means every kind.
    pub kinds: BTreeSet<String>,
    /// Which unquoted scalars a document must hold to be asked about; `None`: it need not hold any.
    pub keys: Option<KeyWords>,
    pub formerly: Vec<RuleId>,
    /// Whether it came with flowgate; tests know such a rule.
    pub is_shipped: bool,
    /// `input.options`.
    pub options: Value,
    /// Whether it may look at the day and the gate.
    pub mentions: Mentions,
    /// The rule's own level.
    default: Level,
    levels: Arc<Levels>,
}

impl Selected {
    /// The id that fingerprints are made of.
    pub fn oldest_id(&self) -> &str {
        self.formerly.first().unwrap_or(&self.id).as_str()
    }

    /// The level for a place; findings where it is off are dropped by the caller.
    pub fn level_at(&self, path: Option<&str>) -> Level {
        self.levels.level_of(&self.id, self.default, path)
    }

    /// The severity for a place; the mildest where the rule is off.
    pub fn severity_at(&self, path: Option<&str>) -> Severity {
        self.level_at(path).severity().unwrap_or(Severity::Info)
    }
}

/// The rules of a run.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub rules: Vec<Selected>,
}

impl Selection {
    /// What has to be gathered for these rules.
    pub fn needs(&self) -> Needs {
        Needs::of(self.rules.iter().map(|r| &r.reads))
    }

    /// The rules that look at files, or at what files are reduced to.
    pub fn of_content(&self) -> Self {
        let is_content = |rule: &&Selected| Needs::of([&rule.reads]).content();
        Self {
            rules: self.rules.iter().filter(is_content).cloned().collect(),
        }
    }

    pub fn ids(&self) -> BTreeSet<RuleId> {
        self.rules.iter().map(|r| r.id.clone()).collect()
    }

    /// Ids that rules once had.
    pub fn formerly(&self) -> BTreeMap<RuleId, Vec<String>> {
        let names = |rule: &Selected| rule.formerly.iter().map(ToString::to_string).collect();
        self.rules.iter().map(|r| (r.id.clone(), names(r))).collect()
    }
}

/// What the command line says about rules.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// Rule ids or groups; empty means all.
    pub only: &'a [String],
    pub skip: &'a [String],
    /// The same from a developer's environment: a word that names no rule leaves nothing out, and holds nobody up.
    pub left_out: &'a [String],
    /// Only rules that read one of these at least; `None` means all.
    pub reads: Option<&'a BTreeSet<Reads>>,
}

impl Choice<'_> {
    /// Every rule.
    pub const ALL: Self = Self {
        only: &[],
        skip: &[],
        left_out: &[],
        reads: None,
    };
}

/// Selects rules: enabled by level, meant for the gate, chosen on the command line.
///
/// # Errors
/// A failure for each word of `only` and `skip` that names no rule and no group.
pub fn select(rules: &RuleSet, configuration: &Configuration, gate: Gate, choice: Choice<'_>) -> Result<Selection, Vec<Failure>> {
    let unknown: Vec<Failure> = choice
        .only
        .iter()
        .chain(choice.skip)
        .filter_map(|word| unknown(rules, word))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let named = |rule: &Listed<'_>, words: &[String]| words.iter().any(|word| rule.is_called(word));
    let chosen = rules.listed().filter(|rule| {
        (choice.only.is_empty() || named(rule, choice.only))
            && !named(rule, choice.skip)
            && !named(rule, choice.left_out)
            && rule.judges_at(gate)
            && choice.reads.is_none_or(|reads| rule.reads_one_of(reads))
    });
    let levels = Arc::new(configuration.levels.clone());
    let rules = chosen
        .filter_map(|rule| selected(rules.mentions(rule.id), rule.rule()?, configuration, &levels))
        .collect();
    Ok(Selection { rules })
}

fn selected(mentions: Mentions, rule: &Rule, configuration: &Configuration, levels: &Arc<Levels>) -> Option<Selected> {
    let level = configuration.level_of(&rule.id, rule.severity, None);
    if configuration.levels.highest_of(&rule.id, rule.severity) == Level::Off {
        return None;
    }
    let mut options = rule.options.clone();
    for (key, value) in configuration.options_of(&rule.id) {
        options.insert(key, value);
    }
    Some(Selected {
        id: rule.id.clone(),
        title: rule.title.clone(),
        page: rule.page.clone(),
        level,
        reads: rule.reads.clone(),
        kinds: rule.kinds.clone(),
        keys: (!rule.keys.is_empty()).then(|| KeyWords::new(rule.keys.iter().map(String::as_str).chain(keys_option(&options)))),
        formerly: rule.formerly.clone(),
        is_shipped: rule.origin == Origin::Shipped,
        options: from_json(&serde_json::Value::Object(options)),
        mentions,
        default: rule.severity,
        levels: Arc::clone(levels),
    })
}

/// The words of the option `keys`, by which a user may name further keys.
fn keys_option(options: &serde_json::Map<String, serde_json::Value>) -> impl Iterator<Item = &str> {
    let words = options.get("keys").and_then(serde_json::Value::as_array);
    words.into_iter().flatten().filter_map(serde_json::Value::as_str)
}

/// One sentence for each word that names no rule and no group.
pub fn unknown_words(rules: &RuleSet, words: &[String]) -> Vec<String> {
    words
        .iter()
        .filter_map(|word| unknown(rules, word))
        .map(|failure| failure.message)
        .collect()
}

fn unknown(rules: &RuleSet, word: &str) -> Option<Failure> {
    if rules.listed().any(|rule| rule.is_called(word)) {
        return None;
    }
    let known = rules.listed().flat_map(|r| [r.id.as_str(), r.id.group()]);
    let near = known
        .map(|name| (strsim::jaro_winkler(name, word), name))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
    let advice = match near {
        Some((_, name)) => format!("did you mean {name:?}?"),
        None => "flowgate rules list names them all".to_owned(),
    };
    Some(Failure {
        kind: FailureKind::Usage,
        message: format!("no rule and no group is called {word:?}; {advice}"),
        location: None,
    })
}
