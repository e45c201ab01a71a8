//! `flowgate facts`: prints exactly what rules see.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::domain::gate::Gate;
use crate::domain::refs::Branch;
use crate::domain::report::TargetSummary;
use crate::domain::rule::Reads;
use crate::domain::target::{Branches, Commits, Content, Tags, Target};
use crate::evaluation::about_run::{AboutRun, gaps};
use crate::evaluation::document_input::document_value;
use crate::evaluation::document_judge::{DocumentVerdict, base_input};
use crate::evaluation::run::{Header, Setup};
use crate::evaluation::selection::Choice;
use crate::evaluation::set_rules::SetInput;
use crate::evaluation::waiver_input::{Judged, Waivers, Whole};
use crate::evaluation::{flow_input, git_input};
use crate::facts::documents::{DocumentFacts, Judge};
use crate::facts::messages::BATCH;
use crate::facts::owners::Owned;
use crate::facts::{Facts, Needs, Request, gather};
use crate::git::push::parse_received;
use crate::policy::Value;
use crate::policy::value::{array, object, to_json};

use super::args::FactsArguments;
use super::judge::{day, days_since_epoch, known_refs, set_threads};
use super::prepare::{Origins, Prepared, prepare};
use super::rules::in_words;
use super::run::{UNDECIDED, complain, print};
use super::target::{Chosen, choose, open};

/// Judges nothing.
pub struct Silent;

impl Judge for Silent {
    type Verdict = DocumentVerdict;

    fn judge(&self, _: &DocumentFacts<'_>) -> DocumentVerdict {
        DocumentVerdict::default()
    }
}

/// Keeps what document rules would see.
struct Witness;

impl Judge for Witness {
    type Verdict = Value;

    fn judge(&self, facts: &DocumentFacts<'_>) -> Value {
        document_value(facts)
    }
}

/// Runs the command.
pub fn run(directory: Option<PathBuf>, arguments: FactsArguments) -> u8 {
    match text(directory, arguments) {
        Ok((text, is_whole)) => match print(&text) {
            0 if !is_whole => UNDECIDED,
            code => code,
        },
        Err(messages) => {
            for message in messages {
                complain(&format!("flowgate: {message}"));
            }
            UNDECIDED
        }
    }
}

fn needs(arguments: &FactsArguments) -> Needs {
    let nothing = Needs::default();
    if arguments.commit.is_some() {
        Needs {
            commits: true,
            ..nothing
        }
    } else if arguments.updates.is_some() {
        Needs {
            branches: true,
            tags: true,
            updates: true,
            forks: true,
            ..nothing
        }
    } else if arguments.paths.is_empty() {
        Needs::ALL
    } else {
        Needs {
            documents: true,
            ..nothing
        }
    }
}

/// The facts, and whether all of them could be had.
fn text(directory: Option<PathBuf>, arguments: FactsArguments) -> Result<(String, bool), Vec<String>> {
    let directory = directory.as_deref();
    let mut chosen = match &arguments.updates {
        Some(file) => of_updates(directory, file).map_err(|message| vec![message])?,
        None => choose(directory, &arguments.paths, &arguments.target).map_err(|problem| vec![problem.message])?,
    };
    if let Some(commit) = &arguments.commit {
        chosen.target.commits = Commits::One(commit.clone());
    }
    let rules = &arguments.rules;
    let say = |failure| vec![in_words(&failure)];
    let now = day(rules.now.as_deref()).map_err(say)?;
    set_threads(rules.threads).map_err(say)?;
    let choice = Choice {
        only: &rules.only,
        skip: &rules.skip,
        ..Choice::ALL
    };
    let prepared = prepare(Origins::of(&chosen, &rules.model), Gate::Scan, choice)
        .map_err(|failures| failures.iter().map(in_words).collect::<Vec<_>>())?;
    let lock = known_refs(&chosen.place, &chosen.target.content, rules).map_err(say)?;
    let configuration = &prepared.model.configuration;
    let request = Request {
        place: &chosen.place,
        target: &chosen.target,
        flow: &configuration.flow,
        needs: needs(&arguments),
        is_excluded: &|path| configuration.is_excluded(path),
        include_excluded: arguments.target.include_excluded,
        judged: None,
        adopted: configuration.adopted.as_ref(),
        messages: None,
        batch: BATCH,
        lock: &lock,
        tick: &|| ControlFlow::Continue(()),
        owned: Owned::by_judged(&configuration.policies),
        gate: None,
        cache: None,
    };
    let mut facts = gather(&request, &Witness).map_err(|error| vec![error.to_string()])?;
    let mut failures: Vec<String> = facts.failures.iter().map(in_words).collect();
    failures.dedup();
    for failure in &failures {
        complain(&format!("flowgate: {failure}"));
    }
    if arguments.commit.is_some() {
        let commits = facts
            .history
            .commits
            .iter()
            .map(|c| git_input::commit_value(&configuration.flow, c));
        return Ok((to_json(&object([("messages", array(commits))])), failures.is_empty()));
    }
    if arguments.updates.is_some() {
        return Ok((everything(&prepared, &mut facts, now, &OF_UPDATES), failures.is_empty()));
    }
    if !arguments.paths.is_empty() {
        let documents = array(std::mem::take(&mut facts.verdicts));
        return Ok((to_json(&object([("documents", documents)])), failures.is_empty()));
    }
    Ok((everything(&prepared, &mut facts, now, &Reads::ALL), failures.is_empty()))
}

/// What updates are about.
const OF_UPDATES: [Reads; 4] = [Reads::Updates, Reads::Forks, Reads::Branches, Reads::Tags];

/// The target of a push that brings these updates to this repository.
fn of_updates(directory: Option<&Path>, file: &Path) -> Result<Chosen, String> {
    let place = open(directory, directory.unwrap_or(Path::new("."))).map_err(|error| error.to_string())?;
    let repository = place.repository().ok_or("--updates needs a Git repository")?;
    let mut lines = Vec::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut lines)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut lines))
    };
    read.map_err(|error| format!("--updates {}: {error}", file.display()))?;
    let updates = parse_received(&lines).map_err(|error| format!("--updates {}: {error}", file.display()))?;
    let (branches, _) = repository.branches().map_err(|error| error.to_string())?;
    let is_updated = |branch: &&Branch| updates.iter().any(|update| update.reference == branch.reference);
    let known = branches.iter().filter(|b| !is_updated(b)).map(|b| b.commit.clone()).collect();
    let target = Target {
        commits: Commits::New {
            tips: updates.iter().filter_map(|update| update.new.clone()).collect(),
            known,
            branches: Vec::new(),
        },
        branches: Branches::Updated,
        tags: Tags::Updated,
        updates,
        ..Target::of_content(Content::Nothing)
    };
    Ok(Chosen {
        place,
        target,
        summary: TargetSummary::default(),
    })
}

/// What can be said of the run before anything was judged: no waiver is known to be of use.
fn about_run(setup: &Setup<'_>, facts: &Facts<Value>) -> AboutRun {
    let judged = Judged {
        facts,
        skips: &facts.skips,
        failures: &facts.failures,
    };
    AboutRun {
        waivers: Waivers::of(setup, &facts.files).values(setup, &judged, &[]),
        gaps: gaps(setup, facts, &facts.skips, &facts.failures),
    }
}

/// These parts of `input`, and `data`, with the documents in one list.
fn everything(prepared: &Prepared, facts: &mut Facts<Value>, now: jiff::civil::Date, parts: &[Reads]) -> String {
    let configuration = &prepared.model.configuration;
    let documents = array(std::mem::take(&mut facts.verdicts));
    let now_text = now.to_string();
    let setup = Setup {
        gate: Gate::Scan,
        now: &now_text,
        today: days_since_epoch(now),
        flow: &configuration.flow,
        selection: &prepared.selection,
        engine: &prepared.engine,
        rules: &prepared.model.rules,
        waivers: &configuration.waivers,
        trusted_comments: None,
        whole: Whole::default(),
        refs_required: configuration.refs_required,
        fail_on: None,
        renamed: &BTreeMap::new(),
        content: None,
        stopped: &|| None,
        header: Header::default(),
    };
    let about_run = about_run(&setup, facts);
    let mut input = SetInput::new(&setup, facts);
    input.tell(about_run);
    let mut fields: BTreeMap<&str, Value> = base_input(Gate::Scan.as_str(), &now_text).into_iter().collect();
    if parts.contains(&Reads::Documents) {
        fields.insert("documents", documents);
    }
    for reads in parts {
        fields.extend(input.part(*reads));
    }
    let data = flow_input::data(&configuration.flow);
    to_json(&object([("input", object(fields)), ("data", data)]))
}
