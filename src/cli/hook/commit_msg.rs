//! `commit-msg`: the message as Git will record it, by the rules about messages alone. Work tree, files and other refs are not read.

use super::conclusion::{Errand, conclude, is_staged};
use super::context::{Context, file_argument, place};
use super::message::{Draft, judge, origin};
use super::question::cannot_open;
use crate::cli::run::{UNDECIDED, complain};

const ERRAND: Errand<'static> = Errand {
    what: "this commit",
    command: "git commit",
    again: Some("flowgate commit-msg --edit"),
};

/// Runs the hook.
pub fn run(context: &Context<'_>) -> u8 {
    let Some(path) = file_argument(context, 0) else {
        complain(
            "flowgate: usage: flowgate hook commit-msg FILE\nGit names the file that holds the message, such as .git/COMMIT_EDITMSG",
        );
        return UNDECIDED;
    };
    let file = match std::fs::read(path) {
        Ok(file) => file,
        Err(error) => {
            complain(&format!(
                "flowgate: the message cannot be read: {}: {error}\nusage: flowgate hook commit-msg FILE",
                path.display()
            ));
            return UNDECIDED;
        }
    };
    let place = match place() {
        Ok(place) => place,
        Err(error) => return cannot_open(context, &error),
    };
    let draft = match Draft::new(&place, file, origin()) {
        Ok(draft) => draft,
        Err(error) => return cannot_open(context, &error),
    };
    let message = draft.recorded();
    // Git gives up by itself, and says so.
    if message.is_empty() {
        return 0;
    }
    let report = judge(context, &place, &draft, message);
    conclude(context, &report, ERRAND, &|failure| is_staged(&place, failure))
}
