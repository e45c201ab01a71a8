//! Rules about messages, asked while the messages are in memory: some commits at once, on whichever thread has them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::cache::Segment;
use crate::domain::commit::{Commit, CommitId};
use crate::domain::finding::Draft;
use crate::domain::flow::Flow;
use crate::domain::learnt::Said;
use crate::domain::report::Failure;
use crate::domain::rule::Reads;
use crate::facts::messages::MessageJudge as Judge;
use crate::facts::sources::Sources;
use crate::policy::value::{array, object};
use crate::policy::{Value, Worker, Workers};

use super::finding::{Objects, Texts};
use super::git_input::commit_value;
use super::known_sets::TextsRead;
use super::outcome::Answer;
use super::selection::{Selected, Selection};
use super::set_rules::ask;

/// Asks message rules, and gathers what they answer.
pub struct MessageJudge<'a> {
    rules: Vec<(usize, &'a Selected)>,
    flow: &'a Flow,
    /// What every rule sees: gate and day.
    base: Vec<(&'static str, Value)>,
    engine: &'a dyn Workers,
    known: Option<&'a Segment>,
    /// See `Setup`.
    stopped: &'a (dyn Fn() -> Option<Failure> + Sync),
    idle: Mutex<Vec<Result<Worker, String>>>,
    heard: Mutex<Heard>,
}

/// What the rules said of all commits.
#[derive(Debug, Default)]
pub struct Heard {
    /// By the number of the batch.
    pub answers: Vec<(usize, Vec<Answer>)>,
    /// Of commits that need not be read.
    pub remembered: Vec<Draft>,
    pub remembered_commits: usize,
}

impl<'a> MessageJudge<'a> {
    pub fn new(
        selection: &'a Selection,
        engine: &'a dyn Workers,
        flow: &'a Flow,
        base: Vec<(&'static str, Value)>,
        known: Option<&'a Segment>,
        stopped: &'a (dyn Fn() -> Option<Failure> + Sync),
    ) -> Self {
        let rules = selection.rules.iter().enumerate();
        Self {
            rules: rules.filter(|(_, rule)| rule.reads.contains(&Reads::Messages)).collect(),
            flow,
            base,
            engine,
            known,
            stopped,
            idle: Mutex::new(Vec::new()),
            heard: Mutex::new(Heard::default()),
        }
    }

    /// Everything that was said, in the order of the commits.
    pub fn heard(self) -> Heard {
        let mut heard = self.heard.into_inner().unwrap_or_else(PoisonError::into_inner);
        heard.answers.sort_by_key(|(number, _)| *number);
        heard
    }

    fn ask(&self, commits: &[Commit]) -> Vec<Answer> {
        let idle = self.idle.lock().ok().and_then(|mut workers| workers.pop());
        let mut worker = idle.unwrap_or_else(|| self.engine.worker());
        let messages = array(commits.iter().map(|commit| commit_value(self.flow, commit)));
        let texts = commits.iter().map(|c| (c.id.as_str(), c.message.raw.as_str())).collect();
        let texts = Texts::Sources {
            files: &Sources::default(),
            messages: &texts,
            objects: &Objects::default(),
            read: &TextsRead::default(),
        };
        let one = |(position, rule): &(usize, &Selected)| {
            let mut fields = self.base.clone();
            fields.push(("options", rule.options.clone()));
            fields.push(("messages", messages.clone()));
            ask(&mut worker, texts, (*position, rule), object(fields), commits.len())
        };
        let answers = self.rules.iter().map(one).collect();
        if let Ok(mut workers) = self.idle.lock() {
            workers.push(worker);
        }
        answers
    }
}

impl Judge for MessageJudge<'_> {
    fn knows(&self, id: &CommitId, lands: Option<bool>) -> bool {
        let Some(said) = self.known.and_then(|known| known.commit(id, lands)) else {
            return false;
        };
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.remembered.extend(said.drafts);
        heard.remembered_commits += 1;
        true
    }

    fn goes_on(&self) -> bool {
        (self.stopped)().is_none()
    }

    fn judge(&self, number: usize, commits: &[Commit]) {
        if self.rules.is_empty() || !self.goes_on() {
            return;
        }
        let answers = self.ask(commits);
        if let Some(known) = self.known {
            learn(known, commits, &answers);
        }
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.answers.push((number, answers));
    }
}

/// Keeps what was said, commit by commit; nothing when a rule failed, or said something that belongs to none of them.
fn learn(known: &Segment, commits: &[Commit], answers: &[Answer]) {
    let mut said: BTreeMap<&str, Said> = commits.iter().map(|c| (c.id.as_str(), Said::default())).collect();
    for answer in answers {
        if answer.failure.is_some() {
            return;
        }
        for draft in &answer.drafts {
            let commit = draft.finding.location.commit.as_deref();
            let Some(said) = commit.and_then(|id| said.get_mut(id)) else {
                return;
            };
            said.drafts.push(draft.clone());
        }
    }
    for commit in commits {
        if let (Some(id), Some(said)) = (CommitId::parse(&commit.id), said.get(commit.id.as_str())) {
            known.remember_commit(&id, commit.lands, said);
        }
    }
}
