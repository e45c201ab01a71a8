//! `flowgate demo`: builds the Acme example in a temporary folder and judges it.

use std::path::Path;

use clap::Parser as _;

use crate::git::{Recipe, RecipeError};

use super::args::{Arguments, Command, DemoArguments};
use super::check;
use super::run::{UNDECIDED, complain, print};

const GOOD: &str = include_str!("../../fixtures/acme.recipe");
const BROKEN: &str = include_str!("../../fixtures/acme-broken.recipe");

/// Builds and judges; the example that breaks every rule unless the good one is asked for.
pub fn run(arguments: &DemoArguments) -> u8 {
    let (recipe, story) = if arguments.good {
        (GOOD, "follows every rule")
    } else {
        (BROKEN, "breaks every rule once")
    };
    let (folder, is_kept) = match &arguments.keep {
        Some(folder) => (folder.clone(), true),
        None => (
            std::env::temp_dir().join(format!("flowgate-demo-{}", std::process::id())),
            false,
        ),
    };
    if folder.symlink_metadata().is_ok() {
        complain(&format!(
            "flowgate: {} is there already; name a new folder with --keep",
            folder.display()
        ));
        return UNDECIDED;
    }
    if let Err(error) = build(recipe, &folder) {
        complain(&format!("flowgate: {error}"));
        return UNDECIDED;
    }
    print(&format!(
        "The enterprise Acme as a repository that {story}, in {}:\n\n",
        folder.display()
    ));
    // Findings are what the example is for; only a run that could not judge has failed.
    let code = if judge(&folder) == UNDECIDED { UNDECIDED } else { 0 };
    if is_kept {
        return code;
    }
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        complain(&format!("flowgate: {} is left behind: {error}", folder.display()));
    }
    code
}

/// Makes the repository that a recipe tells.
fn build(recipe: &str, folder: &Path) -> Result<(), String> {
    let one_line = |errors: Vec<RecipeError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let recipe = Recipe::parse(recipe).map_err(one_line)?;
    recipe.build(folder).map_err(|error| error.to_string())
}

/// The same as typing `flowgate check --history` there.
fn judge(folder: &Path) -> u8 {
    let typed = ["flowgate", "check", "--history"];
    match Arguments::try_parse_from(typed) {
        Ok(Arguments {
            command: Command::Check(arguments),
            ..
        }) => check::run(Some(folder.to_path_buf()), Some(folder), *arguments),
        Ok(_) | Err(_) => UNDECIDED,
    }
}
