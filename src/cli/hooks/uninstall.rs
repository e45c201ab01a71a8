//! `flowgate hooks uninstall`: takes the scripts away and brings back what stood there, byte for byte.

use crate::cli::args::UninstallArguments;
use crate::cli::run::{UNDECIDED, complain, print};

use super::install::{shown, write_edits};
use super::place::{Place, Start};
use super::plan::{self, Step};
use super::standing::{Standing, State};

/// Uninstalls.
///
/// # Errors
/// Why nothing could be changed.
pub fn run(start: &Start, arguments: &UninstallArguments) -> Result<u8, String> {
    let place = start.place(arguments.global)?;
    let _held = place.hold();
    let standing = place.standing();
    let chosen = standing
        .iter()
        .filter(|stands| arguments.hooks.is_empty() || arguments.hooks.contains(&stands.hook));
    let (mut text, mut steps, mut refusals) = (String::new(), Vec::new(), Vec::new());
    for stands in chosen {
        match plan_hook(stands, arguments.force) {
            Ok(Some((step, says))) => {
                steps.push(step);
                text.push_str(&format!("{:<21} {says}\n", stands.hook.as_str()));
            }
            Ok(None) => {}
            Err(refusal) => {
                refusals.push(refusal);
            }
        }
    }
    if !steps.is_empty() && place.is_in_work_tree && !arguments.write && !arguments.dry_run {
        return Err(in_work_tree(&place, &steps));
    }
    if arguments.dry_run {
        text = steps.iter().map(|step| format!("would: {}\n", step.describe())).collect();
    } else {
        plan::carry_out(&steps)?;
    }
    let mut code = if refusals.is_empty() { 0 } else { UNDECIDED };
    let edits = place.runner(&standing).map(|found| found.removals()).unwrap_or_default();
    if !edits.is_empty() {
        if arguments.write && !arguments.dry_run {
            write_edits(&edits)?;
            for edit in &edits {
                let is_gone = edit.after.as_ref().is_ok_and(String::is_empty);
                let became = if is_gone { "removed" } else { "modified" };
                text.push_str(&format!("{became}: {}\n", edit.path.display()));
            }
        } else {
            text.push_str(&shown(&edits, "Take out of"));
            text.push_str("Or let flowgate do it: flowgate hooks uninstall --write\n");
            code = if arguments.dry_run { code } else { UNDECIDED };
        }
    }
    if !text.is_empty() && !steps.is_empty() {
        text = format!("in {}:\n{text}", place.folder.display());
    }
    for refusal in &refusals {
        complain(&format!("flowgate: {refusal}"));
    }
    if text.is_empty() && refusals.is_empty() {
        text = format!("no hook of flowgate is installed in {}\n", place.folder.display());
    }
    print(&text);
    Ok(code)
}

fn plan_hook(stands: &Standing, force: bool) -> Result<Option<(Step, String)>, String> {
    let path = stands.path.display();
    match stands.state {
        State::Ours | State::Outdated => {}
        State::Edited if force => {}
        State::Edited => {
            return Err(format!(
                "{path} was changed by hand since flowgate wrote it, and stays\nlook at it, then: flowgate hooks uninstall --force"
            ));
        }
        State::Other if is_kept_twice(stands) => {
            let step = Step::Remove {
                path: stands.before.clone(),
            };
            let says = "was not installed whole; the hook there stays, and its copy is taken away".to_owned();
            return Ok(Some((step, says)));
        }
        State::Missing | State::Other | State::Calls | State::Unusable if stands.has_before => {
            return Err(format!(
                "{path} is not flowgate's; {} stays as well: it is the hook that stood there before",
                stands.before.display()
            ));
        }
        State::Missing | State::Other | State::Calls | State::Unusable => return Ok(None),
    }
    Ok(Some(if stands.has_before {
        let step = Step::Rename {
            from: stands.before.clone(),
            to: stands.path.clone(),
        };
        (step, "taken away; the hook from before is back".to_owned())
    } else {
        let step = Step::Remove {
            path: stands.path.clone(),
        };
        (step, "taken away".to_owned())
    }))
}

/// An installation that was interrupted had kept the hook under its other name, and not yet written over it.
fn is_kept_twice(stands: &Standing) -> bool {
    let permissions = |path| std::fs::metadata(path).map(|file| file.permissions()).ok();
    let is_same = || std::fs::read(&stands.before).is_ok_and(|kept| kept == stands.content);
    stands.has_before && is_same() && permissions(&stands.before) == permissions(&stands.path)
}

fn in_work_tree(place: &Place, steps: &[Step]) -> String {
    let steps: String = steps.iter().map(|step| format!("\n{}", step.describe())).collect();
    format!(
        "{} is in the work tree, where files belong to the team\nto change it nevertheless: flowgate hooks uninstall --write{steps}",
        place.folder.display()
    )
}
