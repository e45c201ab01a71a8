//! Rules over sets, asked once, and rules over messages, asked in batches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::domain::commit::Commit;
use crate::domain::rule::Reads;
use crate::facts::Facts;
use crate::policy::value::{array, object};
use crate::policy::{Value, Worker};

use super::document_judge::base_input;
use super::finding::{Objects, Texts, draft};
use super::git_input::{branches_value, commit_value, repository_value, tags_value};
use super::outcome::Answer;
use super::row_input::{deliveries_value, edges_value, families_value, files_value, names_value, naming_value};
use super::run::Setup;
use super::selection::Selected;
use super::skips::missing_facts;

/// The parts of `input` for rules over sets; each is built when the first rule asks for it.
pub struct SetInput<'a, V> {
    setup: &'a Setup<'a>,
    facts: &'a Facts<V>,
    /// Message by commit, for the lines that a finding shows.
    messages: BTreeMap<&'a str, &'a str>,
    objects: Objects,
    parts: [OnceLock<Vec<(&'static str, Value)>>; Reads::ALL.len()],
}

impl<'a, V> SetInput<'a, V> {
    pub fn new(setup: &'a Setup<'a>, facts: &'a Facts<V>) -> Self {
        Self {
            setup,
            facts,
            messages: facts
                .history
                .commits
                .iter()
                .map(|c| (c.id.as_str(), c.message.raw.as_str()))
                .collect(),
            objects: Objects::default(),
            parts: [const { OnceLock::new() }; Reads::ALL.len()],
        }
    }

    fn texts(&self) -> Texts<'_> {
        Texts::Sources {
            files: &self.facts.sources,
            messages: &self.messages,
            objects: &self.objects,
        }
    }

    /// What a rule with these facts sees.
    pub fn of(&self, rule: &Selected) -> Value {
        let mut fields = base_input(self.setup.gate.as_str(), self.setup.now);
        fields.push(("options", rule.options.clone()));
        for reads in &rule.reads {
            fields.extend(self.part(*reads));
        }
        object(fields)
    }

    /// The facts of one kind, as fields of `input`.
    pub fn part(&self, reads: Reads) -> Vec<(&'static str, Value)> {
        let slot = Reads::ALL.iter().position(|r| *r == reads).and_then(|i| self.parts.get(i));
        slot.map(|slot| slot.get_or_init(|| self.build(reads)).clone())
            .unwrap_or_default()
    }

    fn build(&self, reads: Reads) -> Vec<(&'static str, Value)> {
        let Facts {
            history,
            files,
            rows,
            families,
            naming,
            ..
        } = self.facts;
        let flow = self.setup.flow;
        match reads {
            Reads::Commits => vec![("commits", array(history.commits.iter().map(|c| commit_value(flow, c))))],
            Reads::Branches => vec![("branches", branches_value(flow, &history.branches, &history.tag_names))],
            Reads::Tags => vec![("tags", tags_value(flow, &history.tags))],
            Reads::Files => vec![("files", files_value(files))],
            Reads::Deliveries => vec![
                ("deliveries", deliveries_value(flow, &rows.deliveries, families)),
                ("families", families_value(families)),
            ],
            Reads::Edges => vec![("edges", edges_value(&rows.edges))],
            Reads::Names => vec![("names", names_value(flow, &rows.names)), ("naming", naming_value(naming))],
            Reads::Repository => {
                let repository = history.repository.as_ref();
                vec![(
                    "repository",
                    repository.map_or(Value::Null, |r| repository_value(r, self.setup.today)),
                )]
            }
            Reads::Messages | Reads::Documents | Reads::Change => Vec::new(),
        }
    }
}

/// Asks every rule over sets once.
pub fn ask_sets<V: Sync>(setup: &Setup<'_>, facts: &Facts<V>, input: &SetInput<'_, V>) -> Vec<Answer> {
    let rules: Vec<(usize, &Selected)> = setup
        .selection
        .rules
        .iter()
        .enumerate()
        .filter(|(_, r)| !r.reads.contains(&Reads::Documents) && !r.reads.contains(&Reads::Messages))
        .filter(|(_, r)| missing_facts(r, facts).is_none())
        .collect();
    // Even for no work at all threads would be started.
    if rules.is_empty() {
        return Vec::new();
    }
    // Side by side before the rules begin: a rule that waits for its part would keep its thread from other work.
    let reads: BTreeSet<Reads> = rules.iter().flat_map(|(_, rule)| rule.reads.iter().copied()).collect();
    let reads: Vec<Reads> = reads.into_iter().collect();
    reads.par_iter().with_max_len(1).for_each(|reads| drop(input.part(*reads)));
    rules
        .par_iter()
        // One by one, so that no thread is left with a row of slow ones.
        .with_max_len(1)
        .map_init(
            || setup.engine.worker(),
            |worker, (position, rule)| ask(worker, input.texts(), (*position, rule), input.of(rule), 1),
        )
        .collect()
}

/// Asks every rule over messages, in batches of `setup.batch`.
pub fn ask_messages<V: Sync>(setup: &Setup<'_>, facts: &Facts<V>, input: &SetInput<'_, V>) -> Vec<Answer> {
    let rules: Vec<(usize, &Selected)> = setup
        .selection
        .rules
        .iter()
        .enumerate()
        .filter(|(_, r)| r.reads.contains(&Reads::Messages))
        .collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let of_batch = |worker: &mut Worker, batch: &[Commit]| {
        let messages = array(batch.iter().map(|c| commit_value(setup.flow, c)));
        let one = |(position, rule): &(usize, &Selected)| {
            let mut fields = base_input(setup.gate.as_str(), setup.now);
            fields.push(("options", rule.options.clone()));
            fields.push(("messages", messages.clone()));
            ask(worker, input.texts(), (*position, rule), object(fields), batch.len())
        };
        rules.iter().map(one).collect::<Vec<_>>()
    };
    let batches: Vec<_> = facts.history.commits.chunks(setup.batch.max(1)).collect();
    // A hook has one message, and starting threads would take longer than judging it.
    if let [only] = batches.as_slice() {
        return of_batch(&mut setup.engine.worker(), only);
    }
    batches
        .par_iter()
        .map_init(|| setup.engine.worker(), |worker, batch| of_batch(worker, batch))
        .flatten_iter()
        .collect()
}

fn ask(worker: &mut Worker, texts: Texts<'_>, (position, rule): (usize, &Selected), input: Value, asked: usize) -> Answer {
    let (violations, failure) = match worker.evaluate(&rule.id, input) {
        Ok(violations) => (violations, None),
        Err(failure) => (Vec::new(), Some(failure)),
    };
    Answer {
        position,
        asked,
        drafts: violations.into_iter().map(|v| draft(rule, v, texts)).collect(),
        failure,
    }
}
