//! `flowgate hooks doctor`: lets Git run each hook of ours and says which flowgate answers; names what stands in the way.

use std::path::Path;

use crate::cli::hook::run::PROBE;
use crate::cli::run::print;
use crate::cli::target::with_hint;
use crate::git::hooks::{HooksHome, HooksPath, Scope};
use crate::git::{GitError, Repository};

use super::place::{Start, back_to, describe, find_runner, quoted};
use super::run::{on_path, own_path};
use super::standing::{self, Standing, State};
use super::status::{folder, runs_flowgate};

/// The oldest git with `git hook run`.
const HOOK_RUN: (u32, u32) = (2, 36);
/// The oldest git with `git config --show-scope`.
const OLDEST: (u32, u32) = (2, 26);

/// What was found, in the order of looking.
#[derive(Debug, Default)]
struct Diagnosis {
    text: String,
    is_wrong: bool,
}

impl Diagnosis {
    fn fine(&mut self, what: &str) {
        self.text.push_str(&format!("ok     {what}\n"));
    }

    fn note(&mut self, what: &str) {
        self.text.push_str(&format!("note   {}\n", indented(what)));
    }

    /// What is wrong, and on the lines below what mends it.
    fn wrong(&mut self, what: &str) {
        self.is_wrong = true;
        self.text.push_str(&format!("wrong  {}\n", indented(what)));
    }
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n       ")
}

/// Looks.
///
/// # Errors
/// Never: what cannot be looked at is part of the diagnosis.
pub fn run(start: &Start) -> Result<u8, String> {
    let mut diagnosis = Diagnosis::default();
    examine(start, &mut diagnosis);
    print(&diagnosis.text);
    Ok(u8::from(diagnosis.is_wrong))
}

fn examine(start: &Start, diagnosis: &mut Diagnosis) {
    let Some(version) = git_version(diagnosis) else { return };
    let home = match start.home() {
        Ok(home) => home,
        Err(message) => return diagnosis.wrong(&message),
    };
    environment(&home, diagnosis);
    let folder = match folder(&home) {
        Ok(folder) => folder,
        Err(message) => return diagnosis.wrong(&message),
    };
    hooks_path(&home, &folder, diagnosis);
    index(start, &home, diagnosis);
    let standing = standing::all(&folder);
    let runner = find_runner(&home, &folder, &standing);
    let mut any = false;
    for stands in &standing {
        if let Some(found) = runner.as_ref().filter(|found| runs_flowgate(found, stands)) {
            any = true;
            let (name, configuration) = (found.runner.as_str(), found.configuration.display());
            match found.next_command(&[stands.hook], std::slice::from_ref(stands)) {
                None => match found.obstacle(stands.hook) {
                    None => diagnosis.fine(&format!("{}: {name} runs flowgate ({configuration})", stands.hook.as_str())),
                    Some(obstacle) => diagnosis.wrong(&format!("{}: {configuration}: {obstacle}", stands.hook.as_str())),
                },
                Some(command) => diagnosis.wrong(&format!(
                    "{}: {configuration} calls flowgate, but Git does not start {name} for this hook\nto mend it: {command}",
                    stands.hook.as_str()
                )),
            }
        } else {
            any |= matches!(stands.state, State::Ours | State::Outdated | State::Edited | State::Calls);
            hook(&home, stands, version, diagnosis);
        }
    }
    let by_name = runner.is_some() || standing.iter().any(|stands| stands.state == State::Calls);
    if any && by_name && on_path().is_empty() {
        diagnosis.wrong(
            "flowgate is not on PATH, and what is said above calls it by its name\nput it on PATH, in the file that your login shell reads",
        );
    }
    if !any {
        diagnosis.wrong("no hook of flowgate is installed here\nto install: flowgate hooks install");
    }
}

fn git_version(diagnosis: &mut Diagnosis) -> Option<(u32, u32)> {
    match HooksHome::version() {
        Err(error) => {
            diagnosis.wrong(&format!("{error}\ninstall git, or put it on PATH"));
            None
        }
        Ok(version) if version < OLDEST => {
            diagnosis.wrong(&format!(
                "git {}.{} is too old: it cannot say who set core.hooksPath\ninstall git {}.{} or newer",
                version.0, version.1, OLDEST.0, OLDEST.1
            ));
            None
        }
        Ok(version) => {
            diagnosis.fine(&format!("git {}.{}", version.0, version.1));
            Some(version)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
fn environment(home: &HooksHome, diagnosis: &mut Diagnosis) {
    const TELLING: [&str; 5] = [
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
    ];
    let set: Vec<&str> = TELLING.into_iter().filter(|name| std::env::var_os(name).is_some()).collect();
    if !set.is_empty() {
        diagnosis.note(&format!(
            "{} in the environment: Git reads another configuration here than in a shell without",
            set.join(", ")
        ));
    }
    if std::env::var_os(PROBE).is_some() {
        diagnosis.wrong(&format!(
            "{} is set, so no hook of flowgate judges anything\nto mend it: unset {}",
            PROBE, PROBE
        ));
    }
    if let Some(setting) = home.hooks_path().filter(|setting| setting.scope == Scope::Command) {
        diagnosis.wrong(&format!(
            "{}: Git's environment replaces the hooks\nunset it",
            describe(setting)
        ));
    }
}

fn hooks_path(home: &HooksHome, folder: &Path, diagnosis: &mut Diagnosis) {
    let Some(setting) = home.hooks_path() else {
        return diagnosis.fine(&format!("hooks in {}", folder.display()));
    };
    let default = match &home.repository {
        Some(repository) => repository.common_dir.join("hooks"),
        None => folder.to_path_buf(),
    };
    if setting.written.as_os_str().is_empty() || (folder.exists() && !folder.is_dir()) {
        return diagnosis.wrong(&format!(
            "{}: no folder, so Git runs no hooks\nto mend it: {}",
            describe(setting),
            back_to(&default, setting)
        ));
    }
    diagnosis.note(&describe(setting));
    let overridden = |other: &&HooksPath| other.folder != setting.folder;
    if let Some(other) = home.settings.iter().rev().skip(1).find(overridden) {
        diagnosis.note(&format!("it hides another: {}", describe(other)));
    }
    if default == folder {
        return;
    }
    let seen = standing::all(folder);
    let runs = |hidden: &Standing| {
        seen.iter()
            .any(|stands| stands.hook == hidden.hook && (stands.state.is_ours() || stands.state == State::Calls))
    };
    for stands in standing::all(&default)
        .iter()
        .filter(|stands| stands.state.is_ours() && !runs(stands))
    {
        diagnosis.wrong(&format!(
            "{} is flowgate's, but Git does not look there\nto mend it: flowgate hooks install; or let Git look there: {}",
            stands.path.display(),
            back_to(&default, setting)
        ));
    }
}

/// What `flowgate hook pre-commit` would meet.
fn index(start: &Start, home: &HooksHome, diagnosis: &mut Diagnosis) {
    if home.repository.as_ref().is_none_or(|repository| repository.is_bare) {
        return;
    }
    let fail = |error: &GitError, diagnosis: &mut Diagnosis| diagnosis.wrong(&with_hint(&error.to_string(), error.hint()));
    let opened = if start.is_named {
        Repository::discover(&start.folder)
    } else {
        Repository::from_environment()
    };
    let repository = match opened {
        Ok(repository) => repository,
        Err(error) => return fail(&error, diagnosis),
    };
    match (repository.index_files(), repository.index_needs_git()) {
        (Err(error), _) => fail(&error, diagnosis),
        (Ok(_), Some(why)) => diagnosis.note(&format!(
            "the index is read by starting git, which costs hooks some milliseconds: {why}"
        )),
        (Ok(_), None) => {}
    }
}

fn hook(home: &HooksHome, stands: &Standing, version: (u32, u32), diagnosis: &mut Diagnosis) {
    let name = stands.hook.as_str();
    let path = stands.path.display();
    match stands.state {
        State::Missing if stands.has_before => diagnosis.wrong(&format!(
            "{name}: {} is there, but nothing runs it\nto mend it: rename it to {path}",
            stands.before.display()
        )),
        State::Missing => {}
        State::Other => diagnosis.note(&format!("{name}: {path} is not flowgate's, and was not run")),
        State::Calls if !stands.is_executable => diagnosis.wrong(&format!(
            "{name}: {path} calls flowgate, but is not executable, so Git does not run it\nto mend it: chmod +x {}",
            quoted(&stands.path)
        )),
        State::Calls => diagnosis.note(&format!(
            "{name}: {path} calls flowgate; it is not flowgate's, and was not run"
        )),
        State::Unusable => diagnosis.wrong(&format!("{name}: {path} is no file that can be read")),
        State::Edited => diagnosis.wrong(&format!(
            "{name}: {path} was changed since flowgate wrote it, and was not run\n\
             keep the changes elsewhere, then: flowgate hooks uninstall --force, flowgate hooks install"
        )),
        State::Ours | State::Outdated if !stands.is_executable => diagnosis.wrong(&format!(
            "{name}: {path} is not executable, so Git does not run it\nto mend it: flowgate hooks install"
        )),
        State::Ours | State::Outdated => {
            if stands.state == State::Outdated {
                diagnosis.note(&format!(
                    "{name}: another flowgate wrote {path}\nto bring it up to date: flowgate hooks install --hook {name}"
                ));
            }
            if let Some(recorded) = stands.recorded.as_deref().filter(|recorded| !recorded.exists()) {
                return diagnosis.wrong(&format!(
                    "{name}: {path} starts {}, which is not there any more\nto mend it: flowgate hooks install --hook {name}",
                    recorded.display()
                ));
            }
            ask(home, stands, version, diagnosis);
        }
    }
}

/// Lets Git start the hook, which then only says who it is.
fn ask(home: &HooksHome, stands: &Standing, version: (u32, u32), diagnosis: &mut Diagnosis) {
    let name = stands.hook.as_str();
    if version < HOOK_RUN {
        return diagnosis.note(&format!(
            "{name}: installed; git {}.{} or newer is needed to try it",
            HOOK_RUN.0, HOOK_RUN.1
        ));
    }
    let answer = match home.run(stands.hook, (PROBE, "1")) {
        Ok(run) => run.output,
        Err(error) => return diagnosis.wrong(&format!("{name}: {error}")),
    };
    let answered = answer
        .lines()
        .find_map(|line| line.strip_prefix("flowgate ")?.split_once(' '));
    let own = own_path().ok().and_then(|own| own.canonicalize().ok());
    match answered {
        Some((version, path)) if version != env!("CARGO_PKG_VERSION") || Path::new(path).canonicalize().ok() != own => {
            diagnosis.wrong(&format!(
                "{name}: answered by flowgate {version} at {path}, and this is flowgate {} at {}\n\
                 to take this one: flowgate hooks install --hook {name}",
                env!("CARGO_PKG_VERSION"),
                own.unwrap_or_default().display()
            ));
        }
        Some((version, path)) => diagnosis.fine(&format!("{name}: flowgate {version} at {path}")),
        None if answer.lines().any(|line| line == "flowgate missing") => diagnosis.wrong(&format!(
            "{name}: the script finds no flowgate\nto mend it: flowgate hooks install --hook {name}"
        )),
        None => diagnosis.wrong(&format!(
            "{name}: {} gave no answer: {}",
            stands.path.display(),
            answer.trim()
        )),
    }
}
