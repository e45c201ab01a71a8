//! Where policy files come from: the table built into the binary, or a folder. Reads texts; judges nothing.

use std::borrow::Cow;
use std::path::Path;

use crate::documents::kept::{Kept, KeptEvent};

use super::problem::{PolicyError, Problem};

/// Files beyond this size (bytes) are refused: no hand-written policy comes near it.
pub(crate) const MAX_FILE_BYTES: usize = 1024 * 1024;

/// Who is responsible for a policy file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Built into the binary; held by tests before it ships.
    Shipped,
    /// Stands in for what ships, read from a folder while its author works on it: what ships may be changed, and is checked.
    Replacement,
    /// A user's own; may not touch a shipped package.
    External,
}

impl Origin {
    /// Whether the file is a part of flowgate itself.
    pub const fn is_own(self) -> bool {
        matches!(self, Self::Shipped | Self::Replacement)
    }
}

/// One file of a set of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// How messages name it, with `/`.
    pub path: String,
    pub text: Cow<'static, str>,
    pub origin: Origin,
}

/// One file as `build.rs` embeds it.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) path: &'static str,
    pub(crate) text: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// The policies, pages and profiles that were built into the binary, in order of path (`policies/rules/...`).
pub fn embedded() -> Vec<PolicyFile> {
    EMBEDDED
        .iter()
        .map(|file| PolicyFile {
            path: file.path.to_owned(),
            text: Cow::Borrowed(file.text),
            origin: Origin::Shipped,
        })
        .collect()
}

/// SHA-256 over the texts of `embedded()` in hexadecimal, each with its length before it.
pub const fn embedded_digest() -> &'static str {
    EMBEDDED_DIGEST
}

/// The profiles among what is built in: path, text, and what the parser says of the text.
pub fn embedded_profiles() -> impl Iterator<Item = (&'static str, &'static str, Option<&'static [KeptEvent]>)> {
    let profiles = EMBEDDED.iter().filter(|file| file.path.starts_with("policies/profiles/"));
    profiles.map(|file| {
        let kept = KEPT.iter().find(|(path, _)| *path == file.path);
        (file.path, file.text, kept.map(|(_, events)| *events))
    })
}

/// All `.rego`, `.md` and `.yaml` files beneath `folder`, in order of path; paths begin with `folder` as it was given.
///
/// # Errors
/// Every folder or file that cannot be read, is too large or is not text.
pub fn from_directory(folder: &Path, origin: Origin) -> Result<Vec<PolicyFile>, Vec<PolicyError>> {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_policy_file(entry.path()) => match read(entry.path(), origin) {
                Ok(file) => files.push(file),
                Err(problem) => problems.push(problem),
            },
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(folder);
                let cause = error
                    .io_error()
                    .map_or_else(|| "links form a loop".to_owned(), std::io::Error::to_string);
                problems.push(PolicyError::of_file(&display(path), Problem::Unreadable(cause)));
            }
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

fn is_policy_file(path: &Path) -> bool {
    matches!(path.extension().and_then(|e| e.to_str()), Some("rego" | "md" | "yaml"))
}

fn read(path: &Path, origin: Origin) -> Result<PolicyFile, PolicyError> {
    let name = display(path);
    let unreadable = |cause: String| PolicyError::of_file(&name, Problem::Unreadable(cause));
    let size = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?.len();
    if size > MAX_FILE_BYTES as u64 {
        return Err(unreadable(format!(
            "{size} bytes are more than the {MAX_FILE_BYTES} that a policy may have"
        )));
    }
    let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| PolicyError::of_file(&name, Problem::NotText))?;
    Ok(PolicyFile {
        path: name,
        text: Cow::Owned(text),
        origin,
    })
}

fn display(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::{Limits, parse, parse_kept};

    #[test]
    fn embedded_files_come_in_order_of_path() {
        let paths: Vec<String> = embedded().into_iter().map(|f| f.path).collect();
        assert!(paths.is_sorted());
        assert!(paths.contains(&"policies/README.md".to_owned()), "{paths:?}");
    }

    #[test]
    fn what_the_build_kept_of_a_profile_is_what_the_parser_says() {
        let limits = Limits::default();
        let mut names = Vec::new();
        for (path, text, events) in embedded_profiles() {
            let events = events.unwrap_or_else(|| panic!("the build kept nothing of {path}"));
            let kept = format!("{:?}", parse_kept(text, events, &limits));
            assert_eq!(kept, format!("{:?}", parse(path, text.as_bytes(), &limits)), "{path}");
            names.push(path);
        }
        assert_eq!(
            names,
            ["policies/profiles/gitflow-devops.yaml", "policies/profiles/observe.yaml"]
        );
    }

    #[test]
    fn a_folder_gives_its_policies_and_leaves_other_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("rules/a/b")).unwrap();
        for (name, text) in [
            ("rules/a/b/b.rego", "package rules.a.b"),
            ("rules/a/b/notes.txt", ""),
            ("z.md", "# z"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let files = from_directory(folder.path(), Origin::External).unwrap();
        let names: Vec<&str> = files.iter().map(|f| f.path.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["b.rego", "z.md"]);
    }

    #[test]
    fn every_file_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.rego"), [0xff, 0xfe]).unwrap();
        std::fs::write(folder.path().join("b.rego"), vec![b' '; MAX_FILE_BYTES + 1]).unwrap();
        let problems = from_directory(folder.path(), Origin::External).unwrap_err();
        assert_eq!(problems.len(), 2);
        assert_eq!(*problems[0].problem, Problem::NotText);
        assert!(
            problems[1].to_string().contains("b.rego: cannot be read: 1048577 bytes"),
            "{}",
            problems[1]
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let problems = from_directory(Path::new("no/such/folder"), Origin::External).unwrap_err();
        assert!(
            problems[0].to_string().starts_with("no/such/folder: cannot be read:"),
            "{}",
            problems[0]
        );
    }
}
