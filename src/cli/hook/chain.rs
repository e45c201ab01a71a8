//! The hook that stood in Git's place before ours: run first, with the same arguments, standard input, folder and environment.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// Starts the chained hook and waits for its end. `input` is what it reads on standard input; with `None` it has ours.
/// Returns its status; 128 and the number of the signal that ended it.
///
/// # Errors
/// The sentence for a hook that cannot be started, such as one whose interpreter is missing.
pub fn run(chained: &Path, arguments: &[OsString], input: Option<&[u8]>) -> Result<u8, String> {
    let fail = |error: std::io::Error| {
        format!(
            "{}: this hook stood here before flowgate's and cannot be run: {error}",
            chained.display()
        )
    };
    let mut child = start(chained, arguments, input.is_some()).map_err(fail)?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // A hook that ends without reading closes the pipe, which is its right. It has our output, so nothing can wait for us.
        let _ = stdin.write_all(input);
    }
    child.wait().map(code).map_err(fail)
}

/// As Git does it: a file without an interpreter of its own is a shell script.
fn start(chained: &Path, arguments: &[OsString], is_fed: bool) -> std::io::Result<Child> {
    const NO_PROGRAM: [i32; 2] = [8 /* ENOEXEC */, 193 /* ERROR_BAD_EXE_FORMAT */];
    // Without a slash the name would be looked for on PATH.
    let chained = match chained.parent() {
        Some(folder) if folder.as_os_str().is_empty() => PathBuf::from(".").join(chained),
        _ => chained.to_path_buf(),
    };
    match command(chained.as_os_str(), is_fed).args(arguments).spawn() {
        Err(error) if error.raw_os_error().is_some_and(|code| NO_PROGRAM.contains(&code)) => {
            command(OsStr::new("sh"), is_fed).arg(&chained).args(arguments).spawn()
        }
        started => started,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the hook that a person had installed before is theirs to run; nothing of the repository's content is"
)]
fn command(program: &OsStr, is_fed: bool) -> Command {
    let mut command = Command::new(program);
    if is_fed {
        command.stdin(Stdio::piped());
    }
    command
}

#[cfg(unix)]
fn code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt as _;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}
