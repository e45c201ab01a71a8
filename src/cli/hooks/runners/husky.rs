//! husky: one file of shell lines for each hook, in the folder above the one that `core.hooksPath` names.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::git::hooks::HookName;

use super::runner::{Edit, calls};

/// A file of which nothing but our line is left was written by us.
const OPENING: &str = "#!/usr/bin/env sh\n";

/// The folder with the hooks, when this is where husky lets Git look: `.husky/_` since version 9, `.husky` before.
pub fn configuration(folder: &Path) -> Option<PathBuf> {
    let is_husky = |path: &Path| path.file_name() == Some(OsStr::new(".husky"));
    if is_husky(folder) {
        return Some(folder.to_path_buf());
    }
    let parent = folder.parent()?;
    let is_generated = folder.file_name() == Some(OsStr::new("_")) && (is_husky(parent) || folder.join("h").is_file());
    is_generated.then(|| parent.to_path_buf())
}

/// A line for each hook that does not call flowgate yet.
pub fn additions(folder: &Path, hooks: &[HookName]) -> Vec<Edit> {
    hooks.iter().filter_map(|hook| addition(folder, *hook)).collect()
}

/// Our lines, where they stand.
pub fn removals(folder: &Path) -> Vec<Edit> {
    HookName::ALL
        .into_iter()
        .filter_map(|hook| {
            let path = folder.join(hook.as_str());
            let text = std::fs::read_to_string(&path).ok()?;
            let line = line(hook);
            let at = text.find(&format!("\n{line}\n"))?;
            let (before, after) = (text.get(..=at)?, text.get(at + line.len() + 2..)?);
            let left = format!("{before}{after}");
            Some(Edit {
                path,
                lines: format!("{line}\n"),
                after: Ok(if left == OPENING { String::new() } else { left }),
            })
        })
        .collect()
}

fn addition(folder: &Path, hook: HookName) -> Option<Edit> {
    let path = folder.join(hook.as_str());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => OPENING.to_owned(),
        Err(error) => {
            return Some(Edit {
                lines: format!("{}\n", line(hook)),
                after: Err(error.to_string()),
                path,
            });
        }
    };
    if calls(&text, hook) {
        return None;
    }
    let line = line(hook);
    // A line behind one of these would never be reached.
    let ends_early = |line: &str| {
        ["exit", "exec"]
            .iter()
            .any(|word| line.split_whitespace().next() == Some(word))
    };
    let after = if text.lines().any(ends_early) {
        Err("the file ends before its last line (`exit` or `exec`), so the place must be chosen by hand".to_owned())
    } else if text.contains('\r') {
        Err("the file has the line ends of Windows".to_owned())
    } else {
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let opening = if text.is_empty() { OPENING } else { "" };
        Ok(format!("{opening}{text}{newline}{line}\n"))
    };
    Some(Edit {
        path,
        lines: format!("{line}\n"),
        after,
    })
}

fn line(hook: HookName) -> String {
    match hook {
        HookName::PreCommit | HookName::PreMergeCommit => format!("flowgate hook {}", hook.as_str()),
        HookName::CommitMsg => "flowgate hook commit-msg \"$1\"".to_owned(),
        _ => format!("flowgate hook {} \"$@\"", hook.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_once_and_taken_out_again() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("pre-commit");
        std::fs::write(&own, "npm test").unwrap();
        let hooks = [HookName::PreCommit, HookName::CommitMsg];
        let added = additions(folder.path(), &hooks);
        assert_eq!(added[0].after.as_deref(), Ok("npm test\nflowgate hook pre-commit\n"));
        assert_eq!(
            added[1].after.as_deref(),
            Ok("#!/usr/bin/env sh\nflowgate hook commit-msg \"$1\"\n")
        );
        for edit in added {
            std::fs::write(&edit.path, edit.after.unwrap()).unwrap();
        }
        assert_eq!(additions(folder.path(), &hooks), []);
        let removed = removals(folder.path());
        let left: Vec<_> = removed.iter().map(|edit| edit.after.as_deref().unwrap()).collect();
        assert_eq!(left, ["npm test\n", ""]);
    }

    #[test]
    fn a_file_that_ends_early_is_left_to_people() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pre-push"), "npm test\nexit 0\n").unwrap();
        let edits = additions(folder.path(), &[HookName::PrePush]);
        assert_eq!(edits[0].lines, "flowgate hook pre-push \"$@\"\n");
        assert!(edits[0].after.is_err());
    }
}
