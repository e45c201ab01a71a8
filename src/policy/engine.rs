//! Loads selected rules into regorus and asks them, one query per rule; an error inside a rule is a failure, never "no findings".

use std::collections::{BTreeMap, BTreeSet};
use std::mem::ManuallyDrop;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{LimitError, PolicyLengthConfig, Value};

use crate::domain::location::{Location, Span};
use crate::domain::report::{Failure, FailureKind};
use crate::domain::rule::{Reads, RuleId};

use super::builtins::{self, CurrentRule};
use super::front_end;
use super::loading::{self, Loaded, Scope};
use super::problem::PolicyError;
use super::regorus_error::located;
use super::rule_set::{Module, Rule, RuleSet};
use super::source::{MAX_FILE_BYTES, Origin};
use super::violation::{Violation, violations};

/// How far a policy may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one question to one rule. Checked between steps, and once more afterwards for a single step that took longer.
    pub time: Duration,
    /// Of `[` and `{` within each other in a policy's text: the parser's time doubles with each.
    pub nesting: usize,
    /// Width of a line of a policy in characters.
    pub columns: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(1),
            nesting: 12,
            columns: 16_384,
        }
    }
}

/// Rules that are checked and ready to be asked. Foreign ones are parsed by then; where only shipped ones were selected, which tests hold,
/// those of one kind are parsed when the first of them is asked: most of what a hook looks at is of no concern to most rules.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    warnings: Vec<PolicyError>,
}

#[derive(Debug)]
struct Shared {
    questions: BTreeMap<RuleId, Question>,
    parts: Vec<Part>,
    rule_set: RuleSet,
    data: Value,
    limits: Limits,
}

/// Rules that are parsed together.
#[derive(Debug, Default)]
struct Part {
    rules: Vec<RuleId>,
    /// Never taken apart: it lives as long as the process, and freeing its many small pieces takes a third of the time that making them took.
    engine: OnceLock<Result<ManuallyDrop<regorus::Engine>, Vec<PolicyError>>>,
}

#[derive(Debug)]
struct Question {
    /// Which of the parts holds it.
    part: usize,
    /// Such as `data.rules.mapping["argocd-branch-per-stage"].report`.
    query: String,
    path: String,
    /// Made for the first question.
    metadata: OnceLock<Arc<CurrentRule>>,
}

/// A rule that could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule {rule}: {message}")]
pub struct RuleFailure {
    pub rule: RuleId,
    /// `Policy`, or `Limit` when it went beyond its time.
    pub kind: FailureKind,
    pub message: String,
    /// The policy file in which it happened.
    pub path: String,
    pub line: Option<u32>,
    pub column: Option<u32>,
}

impl RuleFailure {
    /// As it stands in a report: what failed, and where in the policy.
    pub fn to_failure(&self) -> Failure {
        let mut location = Location::of_path(&self.path);
        location.span = self.line.map(|line| Span::point(line, self.column.unwrap_or(1)));
        Failure {
            kind: self.kind,
            message: self.to_string(),
            location: Some(location),
        }
    }
}

impl Engine {
    /// Takes the selected rules and the libraries they refer to, and nothing else. `data` becomes `data` in Rego: `{"flow": ...}`.
    ///
    /// # Errors
    /// All problems of all files at once: what does not parse, and for files from outside what the checks before loading find.
    pub fn prepare(
        rule_set: &RuleSet,
        selected: &BTreeSet<RuleId>,
        data: Value,
        limits: Limits,
    ) -> Result<Self, Vec<PolicyError>> {
        let known = selected.iter().filter_map(|id| rule_set.rule(id));
        let is_held_by_tests =
            known.clone().count() == selected.len() && known.clone().all(|rule| rule.origin == Origin::Shipped);
        let (parts, warnings) = if is_held_by_tests {
            (kinds(known), Vec::new())
        } else {
            let (part, warnings) = checked(rule_set, selected, &data, limits)?;
            (vec![part], warnings)
        };
        let mut questions = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            questions.extend(
                part.rules
                    .iter()
                    .filter_map(|id| Some((id.clone(), question(rule_set, id, index)?))),
            );
        }
        Ok(Self {
            shared: Arc::new(Shared {
                questions,
                parts,
                rule_set: rule_set.clone(),
                data,
                limits,
            }),
            warnings,
        })
    }

    /// What the author of a foreign policy should look at, though it can be used.
    pub fn warnings(&self) -> &[PolicyError] {
        &self.warnings
    }

    /// An engine of its own for one thread; costs less than a microsecond.
    pub fn worker(&self) -> Worker {
        Worker {
            engines: vec![None; self.shared.parts.len()],
            shared: Arc::clone(&self.shared),
        }
    }
}

impl Shared {
    /// The engine of a part, parsed by whoever asks first.
    fn engine(&self, part: usize) -> Option<Result<&regorus::Engine, &[PolicyError]>> {
        let Part { rules, engine } = self.parts.get(part)?;
        let load = || {
            let roots: Vec<&Module> = rules.iter().filter_map(|id| Some(&self.rule_set.rule(id)?.module)).collect();
            let loaded = loading::load(&self.rule_set, &roots, empty_engine(self.limits), self.limits, Scope::Nothing);
            analysed(&self.rule_set, &roots, loaded, self.data.clone(), self.limits)
        };
        Some(match engine.get_or_init(|| load().map(ManuallyDrop::new)) {
            Ok(engine) => Ok(engine),
            Err(problems) => Err(problems),
        })
    }
}

/// The rules by group and by what they read: what is asked together.
fn kinds<'r>(rules: impl Iterator<Item = &'r Rule>) -> Vec<Part> {
    let mut kinds: BTreeMap<(&str, &BTreeSet<Reads>), Part> = BTreeMap::new();
    for rule in rules {
        kinds
            .entry((rule.id.group(), &rule.reads))
            .or_default()
            .rules
            .push(rule.id.clone());
    }
    kinds.into_values().collect()
}

/// All rules, parsed and checked, and the warnings about them.
fn checked(
    rule_set: &RuleSet,
    selected: &BTreeSet<RuleId>,
    data: &Value,
    limits: Limits,
) -> Result<(Part, Vec<PolicyError>), Vec<PolicyError>> {
    let mut problems = Vec::new();
    let mut roots: Vec<&Module> = Vec::new();
    for id in selected {
        match rule_set.rule(id) {
            Some(rule) => roots.push(&rule.module),
            None => problems.push(loading::unknown_rule(rule_set, id)),
        }
    }
    let mut loaded = loading::load(rule_set, &roots, empty_engine(limits), limits, Scope::Foreign);
    problems.append(&mut loaded.problems);
    let checked = front_end::check(&loaded, data, Scope::Foreign);
    problems.extend(checked.errors);
    if !problems.is_empty() {
        return Err(sorted(problems));
    }
    let engine = analysed(rule_set, &roots, loaded, data.clone(), limits)?;
    let part = Part {
        rules: selected.iter().cloned().collect(),
        engine: OnceLock::from(Ok(ManuallyDrop::new(engine))),
    };
    Ok((part, checked.warnings))
}

/// With data, and analysed, so that the clones for the threads need not be.
fn analysed(
    rule_set: &RuleSet,
    roots: &[&Module],
    loaded: Loaded<'_>,
    data: Value,
    limits: Limits,
) -> Result<regorus::Engine, Vec<PolicyError>> {
    let Loaded {
        mut engine, problems, ..
    } = loaded;
    if !problems.is_empty() {
        return Err(sorted(problems));
    }
    if let Err(error) = engine.add_data(data) {
        return Err(vec![loading::problem_of(located(&error.to_string()), "data", "")]);
    }
    let problems = loading::analyse(rule_set, roots, &mut engine, || empty_engine(limits), limits);
    if problems.is_empty() { Ok(engine) } else { Err(problems) }
}

/// Asks rules, one at a time.
#[derive(Debug, Clone)]
pub struct Worker {
    /// Clones of the parts' engines, of those that it was asked for.
    engines: Vec<Option<regorus::Engine>>,
    shared: Arc<Shared>,
}

impl Worker {
    /// The clone of a part's engine, made when it is asked for the first time.
    fn engine_of(&mut self, rule: &RuleId, part: usize) -> Result<&mut regorus::Engine, RuleFailure> {
        match self.engines.get_mut(part) {
            Some(Some(engine)) => Ok(engine),
            Some(slot) => match self.shared.engine(part) {
                Some(Ok(base)) => Ok(slot.insert(base.clone())),
                Some(Err(problems)) => Err(problems
                    .first()
                    .map_or_else(|| not_loaded(rule), |error| unusable(rule, error))),
                None => Err(not_loaded(rule)),
            },
            None => Err(not_loaded(rule)),
        }
    }

    /// The violations that a rule sees in `input`, in a stable order. A rule that is undefined sees none.
    ///
    /// # Errors
    /// The rule raised an error, went beyond its time, returned something that is no violation, or was not selected.
    pub fn evaluate(&mut self, rule: &RuleId, input: Value) -> Result<Vec<Violation>, RuleFailure> {
        let shared = Arc::clone(&self.shared);
        let (Some(question), Some(declared)) = (shared.questions.get(rule), shared.rule_set.rule(rule)) else {
            return Err(not_loaded(rule));
        };
        let metadata = question.metadata.get_or_init(|| Arc::new(CurrentRule::of(&declared.module)));
        let engine = self.engine_of(rule, question.part)?;
        let started = Instant::now();
        engine.set_input(input);
        let answer = builtins::with_current_rule(metadata, || engine.eval_rule(question.query.clone()));
        // Printed text would gather in the engine for as long as it lives.
        let _ = engine.take_prints();
        let limit = shared.limits.time;
        let too_slow = |took: Duration| {
            let message = format!("it was stopped after {took:.1?}, beyond its limit of {limit:?}");
            failure(rule, FailureKind::Limit, &question.path, message)
        };
        let report = match answer {
            Ok(report) => report,
            Err(error) => {
                let located = located(&error.to_string()).counted_by(engine);
                // Inside a function regorus keeps only the text of its error, so the type alone does not tell.
                if located.message.starts_with("execution exceeded time limit") {
                    return Err(too_slow(started.elapsed()));
                }
                let is_limit = error.downcast_ref::<LimitError>().is_some();
                let kind = if is_limit { FailureKind::Limit } else { FailureKind::Policy };
                let path = located.path.unwrap_or_else(|| question.path.clone());
                return Err(RuleFailure {
                    line: located.line,
                    column: located.column,
                    ..failure(rule, kind, &path, located.message)
                });
            }
        };
        // The timer does not look inside one builtin, so a single long step is seen only here.
        let took = started.elapsed();
        if took > limit {
            return Err(too_slow(took));
        }
        violations(&report).map_err(|malformed| failure(rule, FailureKind::Policy, &question.path, malformed.to_string()))
    }
}

fn not_loaded(rule: &RuleId) -> RuleFailure {
    let message = "it was not loaded, so it cannot be asked".to_owned();
    failure(rule, FailureKind::Policy, "", message)
}

fn unusable(rule: &RuleId, error: &PolicyError) -> RuleFailure {
    RuleFailure {
        line: error.line,
        column: error.column,
        ..failure(rule, FailureKind::Policy, &error.path, error.problem.to_string())
    }
}

fn failure(rule: &RuleId, kind: FailureKind, path: &str, message: String) -> RuleFailure {
    RuleFailure {
        rule: rule.clone(),
        kind,
        message,
        path: path.to_owned(),
        line: None,
        column: None,
    }
}

fn question(rule_set: &RuleSet, id: &RuleId, part: usize) -> Option<Question> {
    let rule = rule_set.rule(id)?;
    Some(Question {
        part,
        query: format!("data.{}.report", rule.module.package),
        path: rule.path.clone(),
        metadata: OnceLock::new(),
    })
}

pub(crate) fn sorted(mut problems: Vec<PolicyError>) -> Vec<PolicyError> {
    problems.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    problems.dedup();
    problems
}

/// Without policies, with limits, strict errors and flowgate's own functions.
pub(crate) fn empty_engine(limits: Limits) -> regorus::Engine {
    let mut engine = regorus::Engine::new();
    // An error that were only "undefined" would let a violation vanish.
    engine.set_strict_builtin_errors(true);
    // Without this, `print` writes to stderr from inside the library.
    engine.set_gather_prints(true);
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: limits.time,
        check_interval: NonZeroU32::new(256).unwrap_or(NonZeroU32::MIN),
    });
    engine.set_policy_length_config(PolicyLengthConfig {
        max_col: NonZeroU32::new(limits.columns).unwrap_or(NonZeroU32::MIN),
        max_file_bytes: NonZeroUsize::new(MAX_FILE_BYTES).unwrap_or(NonZeroUsize::MIN),
        ..PolicyLengthConfig::default()
    });
    builtins::add_to(&mut engine);
    engine
}
