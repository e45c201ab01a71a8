//! `flowgate hooks install`: writes the scripts, keeps the hooks that stood there, or tells a runner's configuration what it lacks.

use std::path::Path;

use crate::cli::args::InstallArguments;
use crate::cli::run::{UNDECIDED, complain, print};
use crate::git::hooks::HookName;

use super::place::{Place, Start, quoted};
use super::plan::{self, Mode, Step, name_of};
use super::run::own_path;
use super::runners::{Edit, Found};
use super::script::script;
use super::standing::{Standing, State};

/// What will become of one hook.
struct Planned {
    hook: HookName,
    steps: Vec<Step>,
    /// For people.
    says: String,
}

/// Installs.
///
/// # Errors
/// Why nothing was written.
pub fn run(start: &Start, arguments: &InstallArguments) -> Result<u8, String> {
    let place = start.place(arguments.global)?;
    let _held = place.hold();
    let standing = place.standing();
    let hooks = if arguments.hooks.is_empty() {
        place.default_hooks()
    } else {
        arguments.hooks.clone()
    };
    let chosen: Vec<&Standing> = standing.iter().filter(|stands| hooks.contains(&stands.hook)).collect();
    // Where flowgate was put beside a runner once, it stays.
    let is_beside = arguments.force || chosen.iter().all(|stands| stands.state.is_ours());
    let Some(found) = place.runner(&standing).filter(|_| !is_beside) else {
        return scripts(&place, &chosen, arguments);
    };
    // What the runner cannot run is nobody's place but ours; it is written when somebody names it.
    let own = found.unsupported(&hooks);
    let (own, theirs): (Vec<&Standing>, Vec<&Standing>) = chosen.into_iter().partition(|stands| own.contains(&stands.hook));
    let theirs: Vec<HookName> = theirs.iter().map(|stands| stands.hook).collect();
    let by_runner = if theirs.is_empty() {
        0
    } else {
        with_runner(&found, &theirs, &standing, arguments)?
    };
    if own.is_empty() || arguments.hooks.is_empty() {
        return Ok(by_runner);
    }
    Ok(scripts(&place, &own, arguments)?.max(by_runner))
}

/// Puts our scripts where Git looks.
fn scripts(place: &Place, chosen: &[&Standing], arguments: &InstallArguments) -> Result<u8, String> {
    // A path of this machine has no place in a file that a team shares.
    let own = own_path()?;
    let flowgate = (!place.is_in_work_tree).then_some(own.as_path());
    let planned = chosen.iter().map(|stands| plan_hook(stands, flowgate));
    let planned = all_or_refusals(planned.collect())?;
    let changes = planned.iter().any(|planned| !planned.steps.is_empty());
    if changes && place.is_in_work_tree && !arguments.write && !arguments.dry_run {
        return Ok(show_lines(place, &planned));
    }
    let mut text = format!("in {}:\n", place.folder.display());
    for planned in &planned {
        if arguments.dry_run {
            text.extend(planned.steps.iter().map(|step| format!("would: {}\n", step.describe())));
        } else {
            plan::carry_out(&planned.steps)?;
            text.push_str(&format!("{:<21} {}\n", planned.hook.as_str(), planned.says));
        }
    }
    if chosen.iter().any(|stands| stands.hook == HookName::ReferenceTransaction) {
        text.push_str(COST);
    }
    if place.is_in_work_tree && changes {
        text.push_str(&names_of_changed(place, &planned));
    }
    Ok(print(&text))
}

const COST: &str = "reference-transaction: Git starts this hook for every ref and every state, so a fetch of 1,000 tags takes up to \
                    3 times what it takes with a hook that does nothing.\n";

fn plan_hook(stands: &Standing, flowgate: Option<&Path>) -> Result<Planned, String> {
    let planned = |steps: Vec<Step>, says: String| {
        Ok(Planned {
            hook: stands.hook,
            steps,
            says,
        })
    };
    let (path, before) = (stands.path.display(), stands.before.display());
    let content = script(stands.hook, flowgate);
    let write = Step::Write {
        path: stands.path.clone(),
        content: content.clone(),
        mode: Mode::Executable,
    };
    let behind = if stands.has_before {
        format!("; after {}", name_of(&stands.before))
    } else {
        String::new()
    };
    match stands.state {
        State::Ours | State::Outdated if stands.content == content && stands.is_executable => {
            planned(Vec::new(), format!("installed already{behind}"))
        }
        State::Ours | State::Outdated => planned(vec![write], format!("brought up to date{behind}")),
        State::Edited => Err(format!(
            "{path} is flowgate's script with changes by hand; it stays as it is\n\
             keep the changes elsewhere, then: flowgate hooks uninstall --force --hook {}",
            stands.hook.as_str()
        )),
        State::Unusable => Err(format!("{path} is no file that can be read; move it away")),
        State::Missing if stands.has_before => Err(format!(
            "{before} is there, but no {path} that would run it\nbring it back: mv {} {}\nor remove it",
            quoted(&stands.before),
            quoted(&stands.path)
        )),
        State::Missing => planned(vec![write], "installed".to_owned()),
        State::Calls => planned(Vec::new(), "left as it is: the hook there calls flowgate itself".to_owned()),
        State::Other => beside(stands, write),
    }
}

/// Somebody else's hook is kept, and ours takes its place.
fn beside(stands: &Standing, write: Step) -> Result<Planned, String> {
    let (path, before) = (stands.path.display(), stands.before.display());
    let planned = |steps: Vec<Step>, says: String| Planned {
        hook: stands.hook,
        steps,
        says,
    };
    // An installation that was interrupted had got that far.
    let is_kept_already = std::fs::read(&stands.before).is_ok_and(|kept| kept == stands.content);
    if stands.has_before && !is_kept_already {
        return Err(format!(
            "{path} is not flowgate's, and {before}, where it would be kept, is taken\n\
             look at both, and move one away, such as: mv {} {}",
            quoted(&stands.before),
            quoted(&stands.before.with_extension("old"))
        ));
    }
    let keep = Step::Keep {
        from: stands.path.clone(),
        to: stands.before.clone(),
    };
    let steps = if is_kept_already { vec![write] } else { vec![keep, write] };
    let runs = if stands.is_executable {
        "runs first, as"
    } else {
        "was not executable, so that Git did not run it; it stays so, as"
    };
    Ok(planned(
        steps,
        format!("installed; the hook that stood there {runs} {}", name_of(&stands.before)),
    ))
}

/// Nothing is written while one hook cannot be.
fn all_or_refusals(planned: Vec<Result<Planned, String>>) -> Result<Vec<Planned>, String> {
    let (good, refused): (Vec<_>, Vec<_>) = planned.into_iter().partition(Result::is_ok);
    if refused.is_empty() {
        return Ok(good.into_iter().flatten().collect());
    }
    let messages: Vec<String> = refused.into_iter().filter_map(Result::err).collect();
    Err(format!("nothing was written\n{}", messages.join("\n")))
}

/// For a folder of hooks that a team tracks.
fn show_lines(place: &Place, planned: &[Planned]) -> u8 {
    let mut text = format!(
        "{} is in the work tree, where files belong to the team. Add this line to each of these files:\n\n",
        place.folder.display()
    );
    for planned in planned.iter().filter(|planned| !planned.steps.is_empty()) {
        let name = planned.hook.as_str();
        let path = place.folder.join(name);
        let first = if path.exists() { "" } else { "#!/bin/sh\n    " };
        text.push_str(&format!(
            "  {}\n    {first}flowgate hook {name} \"$@\" || exit\n\n",
            path.display()
        ));
    }
    text.push_str("Or: flowgate hooks install --write\n");
    text.push_str(&names_of_changed(place, planned));
    print(&text);
    UNDECIDED
}

fn names_of_changed(place: &Place, planned: &[Planned]) -> String {
    let mut text = String::new();
    for step in planned.iter().flat_map(|planned| &planned.steps) {
        let (Step::Write { path, .. } | Step::Keep { to: path, .. }) = step else {
            continue;
        };
        let is = if place.home.is_tracked(path) { "modified" } else { "new" };
        text.push_str(&format!("{is}: {}\n", path.display()));
    }
    text
}

fn with_runner(found: &Found, hooks: &[HookName], standing: &[Standing], arguments: &InstallArguments) -> Result<u8, String> {
    let name = found.runner.as_str();
    let edits = found.additions(hooks);
    let mut next = found
        .next_command(hooks, standing)
        .map(|command| format!("Then let {name} take part in each of these hooks: {command}\n"))
        .unwrap_or_default();
    for obstacle in hooks.iter().filter_map(|hook| found.obstacle(*hook)) {
        next.push_str(&format!("Mind {}: {obstacle}\n", found.configuration.display()));
    }
    if edits.is_empty() {
        return Ok(print(&format!(
            "{name} runs flowgate already: {}\n{next}",
            found.configuration.display()
        )));
    }
    if arguments.write && !arguments.dry_run {
        write_edits(&edits)?;
        let written: String = edits
            .iter()
            .map(|edit| format!("modified: {}\n", edit.path.display()))
            .collect();
        return Ok(print(&format!("{written}{name} runs flowgate from now on\n{next}")));
    }
    let mut text = format!("{name} runs the hooks here, so flowgate does not take its place.\n");
    text.push_str(&shown(&edits, "Add to"));
    if edits.iter().all(|edit| edit.after.is_ok()) {
        text.push_str("Or let flowgate add these lines: flowgate hooks install --write\n");
    }
    text.push_str(&next);
    print(&text);
    Ok(if arguments.dry_run { 0 } else { UNDECIDED })
}

/// Lines for people to copy.
pub fn shown(edits: &[Edit], what: &str) -> String {
    edits
        .iter()
        .map(|edit| format!("{what} {}:\n\n{}\n", edit.path.display(), edit.lines))
        .collect()
}

/// Writes every file, or none when one must be written by hand.
///
/// # Errors
/// The lines and the reason; or the file that could not be written.
pub fn write_edits(edits: &[Edit]) -> Result<(), String> {
    let mut steps = Vec::new();
    for edit in edits {
        let path = edit.path.clone();
        match &edit.after {
            Err(why) => {
                complain(&shown(edits, "By hand, in"));
                return Err(format!("nothing was written: {}: {why}", path.display()));
            }
            Ok(after) if after.is_empty() => steps.push(Step::Remove { path }),
            Ok(after) => steps.push(Step::Write {
                mode: if path.exists() { Mode::AsItIs } else { Mode::Executable },
                content: after.clone().into_bytes(),
                path,
            }),
        }
    }
    plan::carry_out(&steps)
}
