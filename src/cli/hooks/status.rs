//! `flowgate hooks status`: what stands at the place of each hook, and where that is.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::run::print;
use crate::git::hooks::HooksHome;

use super::place::{Start, describe, find_runner};
use super::run::own_path;
use super::runners::Found;
use super::standing::{self, Standing, State};

/// Says it.
///
/// # Errors
/// When Git cannot be asked, or there is no folder of hooks to look at.
pub fn run(start: &Start, as_json: bool) -> Result<u8, String> {
    let home = start.home()?;
    let folder = folder(&home)?;
    let standing = standing::all(&folder);
    let runner = find_runner(&home, &folder, &standing);
    Ok(print(&if as_json {
        format!("{:#}\n", json(&home, &folder, &standing, runner.as_ref()))
    } else {
        text(&home, &folder, &standing, runner.as_ref())
    }))
}

/// The folder in which Git looks for hooks.
///
/// # Errors
/// When there is none.
pub fn folder(home: &HooksHome) -> Result<std::path::PathBuf, String> {
    home.folder().ok_or_else(|| match home.hooks_path() {
        Some(setting) => format!("{}: it is relative, and this is no work tree", describe(setting)),
        None => "there is no Git repository here\nrun this inside of one, or name one with -C DIR".to_owned(),
    })
}

/// A hook's state in a word or two.
pub fn state(stands: &Standing) -> &'static str {
    match stands.state {
        State::Ours if !stands.is_executable => "not executable",
        State::Other | State::Calls if !stands.is_executable => "other's, not executable",
        State::Other => "other's",
        state => state.as_str(),
    }
}

/// Whether a script holds the path of another flowgate than this one.
pub fn records_another(stands: &Standing) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let own = own_path().ok().and_then(|own| real(&own));
    stands.state.is_ours() && stands.recorded.as_deref().is_some_and(|recorded| real(recorded) != own)
}

fn text(home: &HooksHome, folder: &Path, standing: &[Standing], runner: Option<&Found>) -> String {
    let mut text = format!("hooks: {}\n", folder.display());
    if let Some(setting) = home.hooks_path() {
        text.push_str(&format!("{}\n", describe(setting)));
    }
    if let Some(found) = runner {
        text.push_str(&format!(
            "runner: {} ({})\n",
            found.runner.as_str(),
            found.configuration.display()
        ));
    }
    for stands in standing {
        let mut says = format!("{:<22} {}", stands.hook.as_str(), state(stands));
        if let Some(found) = runner.filter(|found| runs_flowgate(found, stands)) {
            let name = found.runner.as_str();
            says.push_str(&match found.next_command(&[stands.hook], std::slice::from_ref(stands)) {
                None => format!(", {name} runs flowgate"),
                Some(command) => format!(", {name} would run flowgate; first: {command}"),
            });
        }
        if stands.state.is_ours() && stands.has_before {
            says.push_str(&format!(", after {}", stands.before.display()));
        }
        if let Some(recorded) = stands.recorded.as_deref().filter(|_| records_another(stands)) {
            says.push_str(&format!(", starts {}", recorded.display()));
        }
        text.push_str(&format!("{says}\n"));
    }
    text
}

fn json(home: &HooksHome, folder: &Path, standing: &[Standing], runner: Option<&Found>) -> Value {
    let shown = |path: &Path| Value::String(path.display().to_string());
    let hooks: Vec<Value> = standing
        .iter()
        .map(|stands| {
            json!({
                "name": stands.hook.as_str(),
                "state": stands.state.as_str(),
                "path": shown(&stands.path),
                "executable": stands.is_executable,
                "flowgate": stands.recorded.as_deref().filter(|_| stands.state.is_ours()).map(shown),
                "chained": stands.has_before.then(|| shown(&stands.before)),
                "by_runner": runner.is_some_and(|found| runs_flowgate(found, stands)),
            })
        })
        .collect();
    json!({
        "folder": shown(folder),
        "hooks_path": home.hooks_path().map(|setting| json!({
            "value": shown(&setting.written),
            "scope": setting.scope.as_str(),
            "origin": setting.origin,
        })),
        "runner": runner.map(|found| json!({"name": found.runner.as_str(), "configuration": shown(&found.configuration)})),
        "hooks": hooks,
    })
}

/// Whether the runner's configuration calls flowgate in this hook.
pub fn runs_flowgate(found: &Found, stands: &Standing) -> bool {
    let hook = [stands.hook];
    found.unsupported(&hook).is_empty() && found.additions(&hook).is_empty()
}
