//! Rules over sets, asked once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::cache::codec::encoded;
use crate::cache::{Digest, Key};
use crate::domain::rule::Reads;
use crate::facts::Facts;
use crate::policy::value::{array, object};
use crate::policy::{Value, Worker};

use super::about_run::AboutRun;
use super::change_input::change_value;
use super::document_judge::{base_input, evaluate};
use super::finding::{Objects, Texts, draft};
use super::git_input::{branches_value, commit_value, reach_value, releases_value, repository_value, tags_value};
use super::known_sets::{KnownSets, TextsRead, key_of};
use super::outcome::Answer;
use super::owners_input::owners_value;
use super::row_input::{deliveries_value, edges_value, families_value, files_value, names_value, naming_value};
use super::run::Setup;
use super::selection::Selected;
use super::skips::missing_facts;
use super::update_input::{forks_value, push_value, updates_value};
use super::weakening_input::weakenings_value;

/// The parts of `input` for rules over sets; each is built when the first rule asks for it.
pub struct SetInput<'a, V> {
    setup: &'a Setup<'a>,
    facts: &'a Facts<V>,
    /// Message by commit, for the lines that a finding shows.
    messages: BTreeMap<&'a str, &'a str>,
    objects: Objects,
    files_key: OnceLock<Key>,
    parts: [OnceLock<Vec<(&'static str, Value)>>; Reads::ALL.len()],
    /// Known when everything else was judged.
    about_run: AboutRun,
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
            files_key: OnceLock::new(),
            parts: [const { OnceLock::new() }; Reads::ALL.len()],
            about_run: AboutRun::default(),
        }
    }

    /// Hands over what the run found out about itself, for the rules that are asked at its end.
    pub fn tell(&mut self, about_run: AboutRun) {
        self.about_run = about_run;
    }

    fn texts<'r>(&'r self, read: &'r TextsRead) -> Texts<'r> {
        Texts::Sources {
            files: &self.facts.sources,
            messages: &self.messages,
            objects: &self.objects,
            read,
        }
    }

    /// The same for the same files.
    pub fn files_key(&self) -> Key {
        *self.files_key.get_or_init(|| {
            let files = self.facts.files.iter().map(encoded);
            files.fold(Digest::of("files"), |key, file| key.bytes(&file)).key()
        })
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

    /// Whether there is none of what the rule is about. A shipped rule finds nothing then, as a test says of each, and need not be asked.
    pub fn is_empty_for(&self, rule: &Selected) -> bool {
        let Facts {
            history, files, rows, ..
        } = self.facts;
        let is_empty = |reads: &Reads| match reads {
            Reads::Commits => history.commits.is_empty(),
            Reads::Branches => history.branches.is_empty(),
            Reads::Tags => history.tags.is_empty(),
            Reads::Files => files.is_empty(),
            Reads::Deliveries => rows.deliveries.is_empty(),
            Reads::Edges => rows.edges.is_empty(),
            Reads::Names => rows.names.is_empty(),
            Reads::Updates => history.updates.is_empty(),
            Reads::Forks => history.forks.is_empty(),
            Reads::Reach => history.reach.as_ref().is_none_or(BTreeMap::is_empty),
            Reads::Releases => history.releases.is_empty(),
            Reads::Change => history.change.is_none(),
            Reads::Owners => self.facts.owners.is_none(),
            Reads::Waivers => self.about_run.waivers.is_empty(),
            Reads::Gaps => self.about_run.gaps.is_empty(),
            Reads::Weakenings => self.facts.weakenings.is_empty(),
            Reads::Repository | Reads::Messages | Reads::Documents => false,
        };
        rule.is_shipped && rule.reads.iter().all(is_empty)
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
                    repository.map_or(Value::Null, |r| repository_value(flow, r, self.setup.today)),
                )]
            }
            Reads::Updates => vec![
                ("updates", updates_value(flow, &history.updates)),
                ("push", push_value(flow, &history.push)),
            ],
            Reads::Forks => vec![("forks", forks_value(flow, &history.forks))],
            Reads::Reach => vec![("reach", reach_value(flow, history.reach.as_ref()))],
            Reads::Releases => vec![("releases", releases_value(&history.releases))],
            Reads::Change => {
                let change = history.change.as_ref();
                vec![("change", change.map_or(Value::Null, |change| change_value(flow, change)))]
            }
            Reads::Owners => vec![("owners", owners_value(self.facts.owners.as_ref()))],
            Reads::Waivers => vec![("waivers", array(self.about_run.waivers.iter().cloned()))],
            Reads::Gaps => vec![("gaps", array(self.about_run.gaps.iter().cloned()))],
            Reads::Weakenings => vec![("weakenings", weakenings_value(&self.facts.weakenings))],
            Reads::Messages | Reads::Documents => Vec::new(),
        }
    }
}

/// When a rule over sets is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// About what was gathered.
    First,
    /// About the run itself, when everything else was said.
    Last,
}

impl Phase {
    fn of(rule: &Selected) -> Self {
        let is_about_run = rule.reads.iter().any(|reads| reads.is_about_run());
        if is_about_run { Self::Last } else { Self::First }
    }
}

/// Asks every rule over sets of this phase once.
pub fn ask_sets<V: Sync>(setup: &Setup<'_>, facts: &Facts<V>, input: &SetInput<'_, V>, phase: Phase) -> Vec<Answer> {
    let rules: Vec<(usize, &Selected)> = setup
        .selection
        .rules
        .iter()
        .enumerate()
        .filter(|(_, r)| !r.reads.contains(&Reads::Documents) && !r.reads.contains(&Reads::Messages))
        .filter(|(_, r)| Phase::of(r) == phase && missing_facts(r, facts).is_none())
        .collect();
    if rules.is_empty() {
        return Vec::new();
    }
    let known = setup
        .content
        .map(|segment| KnownSets::new(segment, &facts.sources, &input.messages));
    let key = |rule: &Selected| known.as_ref().and_then(|_| key_of(setup, facts, input, rule));
    let (idle, rules): (Vec<_>, Vec<_>) = rules.into_iter().partition(|(_, rule)| input.is_empty_for(rule));
    let answer = |position, drafts| Answer {
        position,
        asked: 1,
        drafts,
        failure: None,
    };
    let mut answers: Vec<Answer> = idle.into_iter().map(|(position, _)| answer(position, Vec::new())).collect();
    let mut open = Vec::new();
    for (position, rule) in rules {
        let key = key(rule);
        match known.as_ref().and_then(|known| known.recall(&key?)) {
            Some(drafts) => answers.push(answer(position, drafts)),
            None => open.push((position, rule, key)),
        }
    }
    // Side by side before the rules begin: a rule that waits for its part would keep its thread from other work.
    let reads: BTreeSet<Reads> = open.iter().flat_map(|(_, rule, _)| rule.reads.iter().copied()).collect();
    let reads: Vec<Reads> = reads.into_iter().collect();
    side_by_side(&reads, || (), |(), reads| drop(input.part(*reads)));
    answers.extend(side_by_side(
        &open,
        || setup.engine.worker(),
        |worker, (position, rule, key)| {
            if (setup.stopped)().is_some() {
                return answer(*position, Vec::new());
            }
            let read = TextsRead::default();
            let answer = ask(worker, input.texts(&read), (*position, rule), input.of(rule), 1);
            if let (Some(known), Some(key), None) = (&known, key, &answer.failure) {
                known.remember(*key, &answer.drafts, read);
            }
            answer
        },
    ));
    answers.sort_by_key(|answer| answer.position);
    answers
}

/// One by one in all threads, so that none is left with a row of slow ones. For a single one no thread is started: that takes longer
/// than it does.
fn side_by_side<T: Sync, W, R: Send>(
    items: &[T],
    worker: impl Fn() -> W + Sync + Send,
    one: impl Fn(&mut W, &T) -> R + Sync + Send,
) -> Vec<R> {
    // Without anything to do no worker either: the first one makes the engine.
    if items.is_empty() {
        return Vec::new();
    }
    if items.len() == 1 {
        let mut worker = worker();
        return items.iter().map(|item| one(&mut worker, item)).collect();
    }
    items.par_iter().with_max_len(1).map_init(worker, one).collect()
}

/// Asks one rule one question about `asked` things.
pub(super) fn ask(
    worker: &mut Result<Worker, String>,
    texts: Texts<'_>,
    (position, rule): (usize, &Selected),
    input: Value,
    asked: usize,
) -> Answer {
    let (violations, failure) = match evaluate(worker, &rule.id, input) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigFile, ProfileText, Request, load};
    use crate::domain::gate::Gate;
    use crate::evaluation::flow_input;
    use crate::evaluation::run::Header;
    use crate::evaluation::selection::{Choice, select};
    use crate::facts::history::History;
    use crate::facts::index::{Families, NamingFacts};
    use crate::policy::{Engine, Limits, RuleSet, source};

    fn nothing(naming_applies: bool) -> Facts<()> {
        Facts {
            history: History::default(),
            files: Vec::new(),
            rows: crate::domain::delivery::Rows::default(),
            rows_key: None,
            families: Families::default(),
            naming: NamingFacts {
                applies: naming_applies,
                reason: String::new(),
            },
            sources: crate::facts::sources::Sources::default(),
            owners: None,
            weakenings: Vec::new(),
            verdicts: Vec::new(),
            changed: None,
            failures: Vec::new(),
            skips: Vec::new(),
            before_adoption: 0,
            embedded_applications: 0,
        }
    }

    #[test]
    fn no_shipped_rule_finds_anything_where_there_is_nothing() {
        let files = source::embedded();
        let profiles = ProfileText::among(files.iter().map(|f| (f.path.as_str(), &*f.text)));
        let request = Request {
            profiles: &profiles,
            profile_override: None,
            file: Some(ConfigFile {
                path: "flowgate.yaml",
                bytes: b"rules: {'*': error}\n",
            }),
            read: &|_| Err(String::new()),
            known_rules: &[],
            version: "0.1.0",
        };
        let configuration = load(&request).unwrap();
        let (rules, _) = RuleSet::load(files);
        let all = Choice::ALL;
        for gate in Gate::ALL {
            let selection = select(&rules, &configuration, gate, all).unwrap();
            let data = flow_input::data(&configuration.flow);
            let engine = Engine::prepare(&rules, &selection.ids(), data, Limits::default()).unwrap();
            let setup = Setup {
                gate,
                now: "2026-11-20",
                today: 20_777,
                flow: &configuration.flow,
                selection: &selection,
                engine: &engine,
                rules: &rules,
                waivers: &[],
                trusted_comments: None,
                whole: crate::evaluation::waiver_input::Whole::default(),
                refs_required: false,
                fail_on: None,
                renamed: &BTreeMap::new(),
                content: None,
                stopped: &|| None,
                header: Header::default(),
            };
            for facts in [nothing(true), nothing(false)] {
                let input = SetInput::new(&setup, &facts);
                let idle: Vec<&Selected> = selection.rules.iter().filter(|rule| input.is_empty_for(rule)).collect();
                assert!(gate != Gate::Scan || idle.len() > 20, "{}", idle.len());
                for rule in idle {
                    let found = engine.worker().evaluate(&rule.id, input.of(rule));
                    assert_eq!(found, Ok(Vec::new()), "{}", rule.id);
                }
            }
        }
    }
}
