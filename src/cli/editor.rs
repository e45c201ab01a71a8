//! The user's editor, started as Git starts it. Which one it is, Git says.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::Command;

use crate::git::Repository;

use super::target::with_hint;

/// Opens a file and waits until the editor is closed: the words of the setting go to a shell, with the file behind them.
///
/// # Errors
/// When there is no editor, or it fails; in words for people.
#[expect(clippy::disallowed_methods, reason = "the user's own editor, which Git names")]
pub fn open(repository: &Repository, file: &Path) -> Result<(), String> {
    let editor = repository
        .editor()
        .map_err(|error| with_hint(&error.to_string(), error.hint()))?;
    let script = format!("{editor} \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(&editor).arg(file);
    // What we print may be caught by a script; the editor's screen is not meant for it.
    if !std::io::stdout().is_terminal() {
        command.stdout(std::io::stderr());
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!(
            "the editor {editor} failed ({status}); the message stays as it was\ngit config core.editor names another one"
        )),
        Err(error) => Err(format!("the editor {editor} cannot be started: {error}")),
    }
}
