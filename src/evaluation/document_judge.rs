//! Document rules, asked while the document is in memory; a rule is only called for the kinds and keys it declares.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::domain::finding::Draft;
use crate::domain::learnt::Said;
use crate::domain::report::FailureKind;
use crate::domain::rule::{Level, Reads, RuleId};
use crate::facts::documents::{DocumentFacts, Judge};
use crate::policy::value::{object, string as text};
use crate::policy::{RuleFailure, Value, Violation, Worker, Workers};

use super::document_input::document_value;
use super::finding::{Texts, draft};
use super::selection::{Selected, Selection};

/// What the document rules said about one document.
#[derive(Debug, Default)]
pub struct DocumentVerdict {
    pub drafts: Vec<Draft>,
    pub failures: Vec<RuleFailure>,
    /// Positions in the selection of the rules that were asked.
    pub asked: Vec<usize>,
}

/// Asks document rules. Shared by all threads; each call borrows an engine of its own.
pub struct DocumentJudge<'a> {
    rules: Vec<(usize, &'a Selected)>,
    /// Positions in `rules` by kind, and those of rules for every kind.
    by_kind: BTreeMap<&'a str, Vec<usize>>,
    every_kind: Vec<usize>,
    base: Vec<(&'static str, Value)>,
    engine: &'a dyn Workers,
    idle: Mutex<Vec<Worker>>,
}

impl<'a> DocumentJudge<'a> {
    /// `base` is what every rule sees: gate and day.
    pub fn new(selection: &'a Selection, engine: &'a dyn Workers, base: Vec<(&'static str, Value)>) -> Self {
        let rules: Vec<(usize, &Selected)> = selection
            .rules
            .iter()
            .enumerate()
            .filter(|(_, r)| r.reads.contains(&Reads::Documents))
            .collect();
        let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut every_kind = Vec::new();
        for (position, (_, rule)) in rules.iter().enumerate() {
            if rule.kinds.is_empty() {
                every_kind.push(position);
            }
            for kind in &rule.kinds {
                by_kind.entry(kind.as_str()).or_default().push(position);
            }
        }
        Self {
            rules,
            by_kind,
            every_kind,
            base,
            engine,
            idle: Mutex::new(Vec::new()),
        }
    }

    fn worker(&self) -> Result<Worker, String> {
        let idle = self.idle.lock().ok().and_then(|mut workers| workers.pop());
        idle.map_or_else(|| self.engine.worker(), Ok)
    }

    fn give_back(&self, worker: Worker) {
        if let Ok(mut workers) = self.idle.lock() {
            workers.push(worker);
        }
    }
}

impl Judge for DocumentJudge<'_> {
    type Verdict = DocumentVerdict;

    fn judge(&self, facts: &DocumentFacts<'_>) -> DocumentVerdict {
        let mut verdict = DocumentVerdict::default();
        let of_kind = self.by_kind.get(facts.reduced.kind.as_str()).map_or(&[][..], Vec::as_slice);
        let mut asked = of_kind
            .iter()
            .chain(&self.every_kind)
            .filter_map(|i| self.rules.get(*i))
            .peekable();
        if asked.peek().is_none() {
            return verdict;
        }
        let document = OnceCell::new();
        let texts = Texts::Document {
            path: facts.path,
            branch: facts.branch,
            document: facts.document,
        };
        let mut worker = None;
        for (position, rule) in asked {
            if rule.level_at(Some(facts.path)) == Level::Off {
                continue;
            }
            verdict.asked.push(*position);
            if rule.keys.as_ref().is_some_and(|keys| !keys.are_in(facts.document.root())) {
                continue;
            }
            // Made for the first rule that wants it: most documents hold nothing that a rule is about.
            let document = document.get_or_init(|| document_value(facts));
            let worker = worker.get_or_insert_with(|| self.worker());
            let mut fields = self.base.clone();
            fields.push(("options", rule.options.clone()));
            fields.push(("document", document.clone()));
            match evaluate(worker, &rule.id, object(fields)) {
                Ok(violations) => verdict.drafts.extend(violations.into_iter().map(|v| draft(rule, v, texts))),
                Err(mut failure) => {
                    failure.message = format!("{} (asked about {})", failure.message, facts.path);
                    verdict.failures.push(failure);
                }
            }
        }
        if let Some(Ok(worker)) = worker {
            self.give_back(worker);
        }
        verdict
    }

    fn said(&self, verdicts: &[DocumentVerdict]) -> Option<Said> {
        let mut said = Said::default();
        for verdict in verdicts {
            if !verdict.failures.is_empty() {
                return None;
            }
            said.drafts.extend(verdict.drafts.iter().cloned());
            // Other rules of the selection may be others the next time.
            let number = |asked: &usize| self.rules.iter().position(|(position, _)| position == asked);
            said.asked.extend(verdict.asked.iter().filter_map(number));
        }
        Some(said)
    }

    fn verdict(&self, said: Said) -> Option<DocumentVerdict> {
        let position = |number: &usize| self.rules.get(*number).map(|(position, _)| *position);
        Some(DocumentVerdict {
            asked: said.asked.iter().map(position).collect::<Option<_>>()?,
            drafts: said.drafts,
            failures: Vec::new(),
        })
    }
}

/// Asks a rule; that there is no engine is told as if the rule had failed.
pub fn evaluate(worker: &mut Result<Worker, String>, rule: &RuleId, input: Value) -> Result<Vec<Violation>, RuleFailure> {
    match worker {
        Ok(worker) => worker.evaluate(rule, input),
        Err(reason) => Err(RuleFailure {
            rule: rule.clone(),
            kind: FailureKind::Policy,
            message: reason.clone(),
            path: String::new(),
            line: None,
            column: None,
        }),
    }
}

/// What every rule sees beside its facts.
pub fn base_input(gate: &str, now: &str) -> Vec<(&'static str, Value)> {
    vec![("gate", text(gate)), ("now", text(now))]
}
