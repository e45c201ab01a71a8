//! What the rules answered, before it becomes a report: drafts, failures, and how often each rule was asked.

use std::collections::BTreeMap;

use crate::domain::finding::Draft;
use crate::domain::report::Failure;
use crate::domain::rule::Reads;
use crate::facts::history::History;
use crate::policy::RuleFailure;

use super::document_judge::DocumentVerdict;
use super::message_judge::Heard;
use super::selection::Selection;

/// How often each rule of the selection was asked, by its position.
#[derive(Debug, Clone, Default)]
pub struct Tally(Vec<usize>);

impl Tally {
    pub fn asked(&self, position: usize) -> usize {
        self.0.get(position).copied().unwrap_or(0)
    }

    fn take_back(&mut self, position: usize, count: usize) {
        if let Some(slot) = self.0.get_mut(position) {
            *slot = slot.saturating_sub(count);
        }
    }

    fn add(&mut self, position: usize, count: usize) {
        if let Some(slot) = self.0.get_mut(position) {
            *slot += count;
        }
    }
}

/// All answers of a run.
#[derive(Debug, Default)]
pub struct Answers {
    pub drafts: Vec<Draft>,
    pub failures: Vec<RuleFailure>,
    pub tally: Tally,
}

impl Answers {
    pub fn new(rules: usize) -> Self {
        Self {
            tally: Tally(vec![0; rules]),
            ..Self::default()
        }
    }

    pub fn take_document(&mut self, verdict: DocumentVerdict) {
        for position in verdict.asked {
            self.tally.add(position, 1);
        }
        self.drafts.extend(verdict.drafts);
        self.failures.extend(verdict.failures);
    }

    pub fn take(&mut self, answer: Answer) {
        self.tally.add(answer.position, answer.asked);
        self.drafts.extend(answer.drafts);
        self.failures.extend(answer.failure);
    }

    /// What was said of messages. Commits that turned out to be none of those that were asked for are taken back.
    pub fn take_messages(&mut self, selection: &Selection, history: &History, heard: Heard) {
        let about_messages = || {
            let rules = selection.rules.iter().enumerate();
            rules
                .filter(|(_, rule)| rule.reads.contains(&Reads::Messages))
                .map(|(at, _)| at)
        };
        for position in about_messages() {
            self.tally.add(position, heard.remembered_commits);
        }
        let mut drafts = std::mem::replace(&mut self.drafts, heard.remembered);
        for (_, answers) in heard.answers {
            self.append(answers);
        }
        if history.taken_back > 0 {
            let is_asked_for = |id: &str| history.order.position(id).is_some();
            self.drafts
                .retain(|d| d.finding.location.commit.as_deref().is_none_or(is_asked_for));
            for position in about_messages() {
                self.tally.take_back(position, history.taken_back);
            }
        }
        drafts.append(&mut self.drafts);
        self.drafts = drafts;
    }

    pub fn append(&mut self, answers: Vec<Answer>) {
        for answer in answers {
            self.take(answer);
        }
    }
}

/// What one rule answered to one question.
#[derive(Debug)]
pub struct Answer {
    /// Position of the rule in the selection.
    pub position: usize,
    /// How many things the question was about.
    pub asked: usize,
    pub drafts: Vec<Draft>,
    pub failure: Option<RuleFailure>,
}

/// One failure for each rule and cause, however many documents met it.
pub fn failures_of(failures: Vec<RuleFailure>) -> Vec<Failure> {
    let mut grouped: BTreeMap<(String, String), (Failure, usize)> = BTreeMap::new();
    for failure in failures {
        let key = (failure.rule.to_string(), failure.message.clone());
        grouped.entry(key).or_insert_with(|| (failure.to_failure(), 0)).1 += 1;
    }
    let grouped = grouped.into_values().map(|(mut failure, count)| {
        if count > 1 {
            failure.message.push_str(&format!(" (and {} times more)", count - 1));
        }
        failure
    });
    grouped.collect()
}
