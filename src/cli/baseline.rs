//! `flowgate baseline`: writes down what is found today, and takes out what is no more.

use std::path::{Path, PathBuf};

use crate::domain::gate::Gate;
use crate::domain::report::{Failure, FailureKind, Report};
use crate::evaluation::baselined::gone;
use crate::evaluation::selection::Choice;
use crate::facts::baseline::{Baseline, Entry, FILE_NAME};

use super::args::{BaselineArguments, BaselineCommand, FailOn, RuleArguments, TargetArguments};
use super::deadline::Deadline;
use super::judge::{Plan, day, judge, known_refs, whole};
use super::prepare::{Origins, Prepared, prepare};
use super::rules::in_words;
use super::run::{UNDECIDED, complain, print};
use super::target::{Chosen, choose};

/// Runs the command.
pub fn run(directory: Option<PathBuf>, command: BaselineCommand) -> u8 {
    let done = match command {
        BaselineCommand::Write(arguments) => write(directory.as_deref(), arguments),
        BaselineCommand::Prune(arguments) => prune(directory.as_deref(), arguments),
    };
    match done {
        Ok(text) => print(&text),
        Err(failures) => {
            for failure in failures {
                complain(&format!("flowgate: {}", in_words(&failure)));
            }
            UNDECIDED
        }
    }
}

fn write(directory: Option<&Path>, arguments: BaselineArguments) -> Result<String, Vec<Failure>> {
    let found = Found::today(directory, arguments)?;
    let baseline = Baseline::new(found.shown(), found.report.findings.iter().map(Entry::of));
    found.save(&baseline)?;
    Ok(format!(
        "findings written to {}: {}\nCommit it: from now on only what is new is reported.\n",
        found.shown(),
        baseline.len()
    ))
}

fn prune(directory: Option<&Path>, arguments: BaselineArguments) -> Result<String, Vec<Failure>> {
    let found = Found::today(directory, arguments)?;
    let shown = found.shown();
    let text = std::fs::read(&found.file).map_err(|error| {
        let message = format!("{shown}: {error}\nflowgate baseline write makes one");
        vec![failure(FailureKind::Io, message)]
    })?;
    let known = Baseline::parse(&shown, &String::from_utf8_lossy(&text))
        .map_err(|reason| vec![failure(FailureKind::Config, format!("{shown}: {reason}"))])?;
    let Found {
        report,
        prepared,
        chosen,
        ..
    } = &found;
    let gone = gone(report, &known, &report.findings, &prepared.selection, whole(&chosen.target)).unwrap_or_default();
    let kept = known.entries().filter(|entry| !gone.contains(entry)).cloned();
    let kept = Baseline::new(shown.clone(), kept);
    found.save(&kept)?;
    Ok(format!(
        "findings taken out of {shown}: {}, left in it: {}\n",
        gone.len(),
        kept.len()
    ))
}

/// What is found today, without any baseline.
struct Found {
    report: Report,
    prepared: Prepared,
    chosen: Chosen,
    file: PathBuf,
}

impl Found {
    /// Judges everything, as `flowgate check` does.
    fn today(directory: Option<&Path>, arguments: BaselineArguments) -> Result<Self, Vec<Failure>> {
        let BaselineArguments { file, model, refs, now } = arguments;
        let rules = RuleArguments {
            only: Vec::new(),
            skip: Vec::new(),
            fail_on: FailOn::Error,
            model,
            refs,
            baseline: None,
            no_baseline: true,
            now,
            no_cache: false,
            cache: None,
            threads: None,
        };
        let chosen = choose(directory, &[], &TargetArguments::default())
            .map_err(|problem| vec![failure(FailureKind::Facts, problem.message)])?;
        let root = chosen.place.root();
        let file = file.or_else(|| root.map(|root| root.join(FILE_NAME))).ok_or_else(|| {
            let message = "this repository is bare, so that there is no folder to write to\nname a file with --file FILE";
            vec![failure(FailureKind::Usage, message.to_owned())]
        })?;
        let now = day(rules.now.as_deref()).map_err(|failure| vec![failure])?;
        let prepared = prepare(Origins::of(&chosen, &rules.model).cached(&rules), Gate::Scan, Choice::ALL)?;
        let lock = known_refs(&chosen.place, &chosen.target.content, &rules).map_err(|failure| vec![failure])?;
        let plan = Plan {
            gate: Gate::Scan,
            place: &chosen.place,
            target: &chosen.target,
            summary: chosen.summary.clone(),
            prepared: &prepared,
            lock: &lock,
            now,
            fail_on: None,
            include_excluded: false,
            before: None,
            trusted: None,
            gate_change: None,
            baseline: None,
            deadline: Deadline::NONE,
        };
        let report = judge(&plan).map_err(|failure| vec![failure])?;
        if !report.failures.is_empty() {
            let mut failures = report.failures;
            failures.push(failure(
                FailureKind::Usage,
                "not everything could be judged, so that nothing is written".to_owned(),
            ));
            return Err(failures);
        }
        Ok(Self {
            report,
            prepared,
            chosen,
            file,
        })
    }

    /// How the file is called in messages: by its name where it lies at the root.
    fn shown(&self) -> String {
        let root = self.chosen.place.root();
        let inside = root.and_then(|root| self.file.strip_prefix(root).ok());
        inside.unwrap_or(&self.file).display().to_string()
    }

    fn save(&self, baseline: &Baseline) -> Result<(), Vec<Failure>> {
        std::fs::write(&self.file, baseline.write())
            .map_err(|error| vec![failure(FailureKind::Io, format!("{}: {error}", self.file.display()))])
    }
}

fn failure(kind: FailureKind, message: String) -> Failure {
    Failure {
        kind,
        message,
        location: None,
    }
}
