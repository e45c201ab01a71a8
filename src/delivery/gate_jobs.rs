//! Jobs and hooks that run flowgate, before and after a change: which are gone, may fail, do not run, or ask for less.

use std::collections::BTreeMap;

use crate::domain::location::Location;
use crate::domain::weakening::{Direction, Weakening, WeakeningKind as Kind};

use super::gate_command::{Call, Script};

/// One job or hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateJob {
    /// `job`, `included job` or `hook`.
    what: &'static str,
    /// As its file names it.
    pub name: String,
    pub at: Location,
    /// What lets its failure pass.
    pub may_fail: Option<String>,
    /// Why it does not run by itself.
    pub off: Option<String>,
    /// When it runs, without layout: only to be compared.
    pub when: String,
    /// What brings flowgate, without its version: only to be compared.
    pub source: String,
    pub calls: Vec<Call>,
    /// All that it is given.
    pub variables: BTreeMap<String, String>,
}

impl GateJob {
    pub(super) fn new(what: &'static str, name: &str, at: Location) -> Self {
        Self {
            what,
            name: name.to_owned(),
            at,
            may_fail: None,
            off: None,
            when: String::new(),
            source: String::new(),
            calls: Vec::new(),
            variables: BTreeMap::new(),
        }
    }

    pub(super) fn take(&mut self, script: Script) {
        if let Some(swallowed) = script.calls.iter().find(|call| call.is_swallowed) {
            self.may_fail = Some(format!("the failure of flowgate {} is swallowed", swallowed.command));
        }
        self.calls.extend(script.calls);
        self.variables.extend(script.variables);
    }

    const fn is_hook(&self) -> bool {
        matches!(self.what.as_bytes(), b"hook")
    }
}

/// Options by which a call asks for less, or by which it says itself what the host should say.
const LOOSENING: [&str; 16] = [
    "skip",
    "only",
    "config",
    "policies",
    "policies-from",
    "profile",
    "approvals",
    "target",
    "source",
    "head",
    "target-tip",
    "author",
    "host",
    "refs",
    "binary",
    "now",
];

/// Variables of GitLab's runner that say how it fetches, and nothing about the change.
const RUNNER: [&str; 10] = [
    "GIT_DEPTH",
    "GIT_STRATEGY",
    "GIT_CHECKOUT",
    "GIT_CLEAN_FLAGS",
    "GIT_FETCH_EXTRA_FLAGS",
    "GIT_LFS_SKIP_SMUDGE",
    "GIT_SUBMODULE_STRATEGY",
    "GIT_SUBMODULE_DEPTH",
    "GIT_SUBMODULE_UPDATE_FLAGS",
    "GIT_CLONE_PATH",
];

/// What differs, sorted. A job that is called otherwise or lies elsewhere is the same while it does the same.
pub fn compare(before: &[GateJob], after: &[GateJob]) -> Vec<Weakening> {
    let mut rows = Vec::new();
    for was in before {
        match counterpart(was, before, after) {
            Some(is) => changed(was, is, &mut rows),
            None => rows.push(removed(was)),
        }
    }
    rows.sort();
    rows.dedup();
    rows
}

fn counterpart<'a>(was: &GateJob, before: &[GateJob], after: &'a [GateJob]) -> Option<&'a GateJob> {
    let same_name = |job: &&GateJob| job.is_hook() == was.is_hook() && job.name == was.name;
    let same_file = after.iter().filter(same_name).find(|job| job.at.path == was.at.path);
    let is_new = |job: &&GateJob| {
        before
            .iter()
            .all(|other| other.name != job.name || other.at.path != job.at.path)
    };
    let moved = || after.iter().filter(same_name).find(is_new);
    let renamed = || {
        let mut fresh = after.iter().filter(is_new);
        fresh.find(|job| job.is_hook() == was.is_hook() && job.calls == was.calls)
    };
    same_file.or_else(moved).or_else(renamed)
}

fn removed(was: &GateJob) -> Weakening {
    Weakening {
        kind: if was.is_hook() {
            Kind::HookConfigurationDropped
        } else {
            Kind::GateJobRemoved
        },
        subject: was.name.clone(),
        before: Some(format!("the {} runs flowgate", was.what)),
        after: None,
        direction: Direction::Weaker,
        at: Location::of_path(was.at.path.as_deref().unwrap_or_default()),
    }
}

fn changed(was: &GateJob, is: &GateJob, rows: &mut Vec<Weakening>) {
    let mut note = |kind, subject: &str, before: Option<&str>, after: Option<&str>, direction| {
        rows.push(Weakening {
            kind,
            subject: subject.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
            direction,
            at: is.at.clone(),
        });
    };
    match (&was.may_fail, &is.may_fail) {
        (None, Some(how)) => note(Kind::GateJobMayFail, &is.name, None, Some(how), Direction::Weaker),
        (Some(how), None) => note(Kind::GateJobMayFail, &is.name, Some(how), None, Direction::Stronger),
        _ => {}
    }
    match (&was.off, &is.off) {
        (None, Some(how)) => note(Kind::GateJobChanged, &is.name, None, Some(how), Direction::Weaker),
        (Some(how), None) => note(Kind::GateJobChanged, &is.name, Some(how), None, Direction::Stronger),
        (None, None) if was.when != is.when => {
            let (before, after) = (None, Some("what decides when it runs"));
            note(Kind::GateJobChanged, &is.name, before, after, Direction::Changed);
        }
        _ => {}
    }
    if was.source != is.source && !was.source.is_empty() {
        let source = Some(is.source.as_str()).filter(|source| !source.is_empty());
        note(Kind::GateJobChanged, &is.name, Some(&was.source), source, Direction::Changed);
    }
    for option in loosened(was, is) {
        note(
            Kind::GateJobChanged,
            &format!("{} {option}", is.name),
            None,
            Some(&option),
            Direction::Weaker,
        );
    }
    for (name, value) in is.variables.iter().filter(|(name, _)| is_telling(name)) {
        let old = was.variables.get(name);
        if old != Some(value) {
            let subject = format!("{name} of {}", is.name);
            let (old, value) = (old.map(String::as_str), Some(value.as_str()));
            note(Kind::PipelineVariable, &subject, old, value, Direction::Weaker);
        }
    }
}

/// Options that ask for less than before, as they are typed.
fn loosened(was: &GateJob, is: &GateJob) -> Vec<String> {
    let options = |job: &GateJob| job.calls.iter().flat_map(|call| call.options.clone()).collect::<Vec<_>>();
    let known = options(was);
    let bar = |options: &[(String, String)]| {
        let values = options.iter().filter(|(name, _)| name == "fail-on");
        // `error` unless said otherwise; `warning` stops more.
        values
            .map(|(_, value)| value.clone())
            .next_back()
            .unwrap_or_else(|| "error".to_owned())
    };
    let is_loosening = |(name, value): &(String, String)| {
        let is_new = !known.iter().any(|(known, old)| known == name && old == value);
        is_new && LOOSENING.contains(&name.as_str()) && !(value.is_empty() && name == "policies-from")
    };
    let new = options(is);
    let mut loosened: Vec<String> = new
        .iter()
        .filter(|option| is_loosening(option))
        .map(|(name, value)| format!("--{name} {value}").trim_end().to_owned())
        .collect();
    let (old_bar, new_bar) = (bar(&known), bar(&new));
    // In the order of what passes.
    let rank = |word: &str| ["warning", "error", "never"].iter().position(|known| *known == word);
    if rank(&new_bar) > rank(&old_bar) {
        loosened.push(format!("--fail-on {new_bar}"));
    }
    let asks = |job: &GateJob| job.calls.iter().any(|call| call.command == "merge-request");
    if asks(was) && !asks(is) {
        let command = is.calls.first().map(|call| call.command.clone()).unwrap_or_default();
        loosened.push(format!("flowgate {command} instead of flowgate merge-request"));
    }
    loosened.sort();
    loosened.dedup();
    loosened
}

/// Whether flowgate, or the Git that it reads, would believe a variable of this name.
fn is_telling(name: &str) -> bool {
    let is_runners = RUNNER.contains(&name) || name.starts_with("GIT_SUBMODULE_");
    let gitlab = ["CI_MERGE_REQUEST_", "CI_COMMIT_", "CI_PROJECT_"]
        .iter()
        .any(|start| name.starts_with(start))
        || matches!(name, "CI_DEFAULT_BRANCH" | "CI_PIPELINE_SOURCE" | "CI_SERVER_URL");
    let github = matches!(
        name,
        "GITHUB_ACTIONS"
            | "GITHUB_ACTOR"
            | "GITHUB_BASE_REF"
            | "GITHUB_EVENT_NAME"
            | "GITHUB_EVENT_PATH"
            | "GITHUB_HEAD_REF"
            | "GITHUB_REF"
            | "GITHUB_REPOSITORY"
            | "GITHUB_SERVER_URL"
            | "GITHUB_SHA"
    );
    gitlab || github || name.starts_with("FLOWGATE_") || name.starts_with("GIT_") && !is_runners
}
