//! Where policy files come from: the table built into the binary, or a folder. Reads texts; judges nothing.

use std::borrow::Cow;
use std::path::Path;

use super::package::{Before, Block, BlockText, Outline, PackagePath};
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
struct Embedded {
    path: &'static str,
    text: &'static str,
    /// `None` for what is no policy, and for a policy that the build could not read: it is read and told at the start, as any other.
    prepared: Option<Prepared>,
}

/// What stands at the top of an embedded policy, read when it was built: reading a hundred texts takes longer than judging a commit.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) package: &'static [&'static str],
    /// The name of what a block of annotations stands before, `None` for the package; and the block as JSON.
    pub(crate) annotations: &'static [(Option<&'static str>, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/policies.rs"));

impl Prepared {
    pub(crate) fn outline(&self) -> Outline {
        let block = |(definition, json): &(Option<&str>, &'static str)| Block {
            line: 1,
            text: BlockText::Json(json),
            before: definition.map_or(Before::Package, |name| Before::Definition(name.to_owned())),
        };
        Outline {
            package: PackagePath(self.package.iter().map(|part| (*part).to_owned()).collect()),
            place: (1, 1),
            blocks: self.annotations.iter().map(block).collect(),
        }
    }
}

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

/// What the build read of a file, when it is one that was built in and still has the very text.
pub(crate) fn prepared(file: &PolicyFile) -> Option<&'static Prepared> {
    let Cow::Borrowed(text) = file.text else { return None };
    let index = EMBEDDED.binary_search_by(|embedded| embedded.path.cmp(&file.path)).ok()?;
    let embedded = EMBEDDED.get(index)?;
    let is_embedded = file.origin == Origin::Shipped && std::ptr::eq(embedded.text, text);
    embedded.prepared.as_ref().filter(|_| is_embedded)
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
    use crate::policy::RuleSet;

    #[test]
    fn embedded_files_come_in_order_of_path() {
        let paths: Vec<String> = embedded().into_iter().map(|f| f.path).collect();
        assert!(paths.is_sorted());
        assert!(paths.contains(&"policies/README.md".to_owned()), "{paths:?}");
    }

    #[test]
    fn what_the_build_prepared_is_what_reading_gives() {
        let read = |file: PolicyFile| PolicyFile {
            // Another text in memory, so that nothing is known of it.
            text: Cow::Owned(file.text.into_owned()),
            ..file
        };
        assert!(
            embedded()
                .iter()
                .filter(|f| f.path.ends_with(".rego"))
                .all(|f| prepared(f).is_some())
        );
        let (prepared, problems) = RuleSet::load(embedded());
        assert_eq!(problems, []);
        let (plain, problems) = RuleSet::load(embedded().into_iter().map(read).collect());
        assert_eq!(problems, []);
        assert_eq!(prepared, plain);
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
