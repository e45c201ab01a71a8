//! From flags and paths to the target that is judged.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::domain::report::TargetSummary;
use crate::domain::target::{Branches, Changed, Commits, Content, Tags, Target};
use crate::facts::{FactsError, Place};
use crate::git::{EntryKind, FileEntry, GitError};

use super::args::TargetArguments;

/// An opened place and what of it is judged.
#[derive(Debug)]
pub struct Chosen {
    pub place: Place,
    pub target: Target,
    pub summary: TargetSummary,
}

/// What is wrong with the target a person named.
#[derive(Debug)]
pub struct TargetProblem {
    pub message: String,
    /// The repository or file is at fault, not the arguments.
    pub is_facts: bool,
}

impl TargetProblem {
    fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_facts: false,
        }
    }
}

/// Opens the place and builds the target.
///
/// # Errors
/// When the place cannot be opened or the paths do not lie in it.
pub fn choose(directory: Option<&Path>, paths: &[PathBuf], arguments: &TargetArguments) -> Result<Chosen, TargetProblem> {
    let start = directory.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    if paths.iter().any(|p| p.as_os_str() == "-") {
        return from_input(start, paths, arguments);
    }
    let paths: Vec<PathBuf> = paths.iter().map(|p| start.join(p)).collect();
    // One folder that is named stands for itself: `flowgate check ../other` judges the other repository.
    let opened_at = match paths.as_slice() {
        [only] if only.is_dir() => only.clone(),
        _ => start,
    };
    let place = open(directory, &opened_at).map_err(|error| TargetProblem {
        message: with_hint(&error.to_string(), error.hint()),
        is_facts: true,
    })?;
    let paths = below_root(&place, &paths, arguments)?;
    let target = target(&place, paths, arguments)?;
    let summary = summary(&target, arguments);
    Ok(Chosen { place, target, summary })
}

/// Git tells a hook by its environment which repository and which index it runs for, as of `git commit -a`; `-C` and a folder elsewhere
/// name another one.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
pub(super) fn open(directory: Option<&Path>, opened_at: &Path) -> Result<Place, FactsError> {
    let git_dir = std::env::var_os("GIT_DIR").map(PathBuf::from);
    let is_named = git_dir.is_some() || std::env::var_os("GIT_INDEX_FILE").is_some();
    if directory.is_some() || !is_named {
        return Place::open(opened_at);
    }
    let named = Place::from_environment(git_dir.as_deref());
    if opened_at == Path::new(".") {
        return match named {
            Err(FactsError::Git(GitError::NotARepository { .. })) => Place::open(opened_at),
            named => named,
        };
    }
    let other = Place::open(opened_at)?;
    let git_dir_of = |place: &Place| place.repository().and_then(|r| r.git_dir().canonicalize().ok());
    match named {
        Ok(named) if git_dir_of(&named) == git_dir_of(&other) => Ok(named),
        _ => Ok(other),
    }
}

/// A sentence and what to do about it.
pub fn with_hint(message: &str, hint: Option<String>) -> String {
    match hint {
        Some(hint) => format!("{message}\n{hint}"),
        None => message.to_owned(),
    }
}

fn from_input(start: PathBuf, paths: &[PathBuf], arguments: &TargetArguments) -> Result<Chosen, TargetProblem> {
    if paths.len() > 1 {
        return Err(TargetProblem::usage(
            "`-` reads all documents from standard input and stands alone; leave out the other paths",
        ));
    }
    let names_state =
        arguments.staged || arguments.rev.is_some() || arguments.range.is_some() || arguments.history || arguments.all_branches;
    if names_state {
        return Err(TargetProblem::usage(
            "`-` judges standard input alone; leave out --staged, --rev, --range, --history and --all-branches",
        ));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| TargetProblem {
        message: format!("standard input: {error}"),
        is_facts: true,
    })?;
    let target = Target::of_content(Content::Input(bytes));
    let summary = TargetSummary {
        kind: "standard input".to_owned(),
        ..TargetSummary::default()
    };
    // Configuration and refs lock are those of the repository around; where none can be opened, of the folder itself.
    let around = Place::open(&start).ok().and_then(|place| place.root().map(Path::to_path_buf));
    Ok(Chosen {
        place: Place::Input(around.unwrap_or(start)),
        target,
        summary,
    })
}

/// Paths from the root of the place. In a revision's tree a path need not exist on disk.
fn below_root(place: &Place, paths: &[PathBuf], arguments: &TargetArguments) -> Result<Vec<String>, TargetProblem> {
    let Some(root) = place.root() else {
        return Ok(paths.iter().map(|p| p.to_string_lossy().into_owned()).collect());
    };
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let on_disk = !(arguments.staged || arguments.rev.is_some() || arguments.range.is_some() || arguments.all_branches);
    let mut below = Vec::new();
    for path in paths {
        if on_disk && path.symlink_metadata().is_err() {
            return Err(TargetProblem::usage(format!("{}: no such file or folder", path.display())));
        }
        let full = absolute(path);
        let Ok(relative) = full.strip_prefix(&root) else {
            return Err(TargetProblem::usage(format!(
                "{} is outside of {}; name that place with -C",
                path.display(),
                root.display()
            )));
        };
        // As lists of files write it, also where the name is no UTF-8.
        let relative = FileEntry::on_disk(relative, EntryKind::File).path;
        below.push(if relative.is_empty() { ".".to_owned() } else { relative });
    }
    Ok(below)
}

/// The path without links in its folders; its last part stays as it is, so that a link is judged as a link.
fn absolute(path: &Path) -> PathBuf {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    };
    let parent = if parent.as_os_str().is_empty() {
        Path::new(".")
    } else {
        parent
    };
    // A folder that only a revision has is not on disk; one above it is.
    parent.canonicalize().unwrap_or_else(|_| absolute(parent)).join(name)
}

fn target(place: &Place, paths: Vec<String>, arguments: &TargetArguments) -> Result<Target, TargetProblem> {
    let Place::Repository(repository) = place else {
        return plain(place, paths, arguments);
    };
    let is_bare = repository.workdir().is_none();
    let names_tree = arguments.rev.is_some() || arguments.range.is_some() || arguments.all_branches || arguments.history;
    if is_bare && !names_tree {
        return Err(TargetProblem {
            message: "this repository is bare, so there is no work tree to look at\nname a revision: flowgate check --rev HEAD, or --all-branches"
                .to_owned(),
            is_facts: true,
        });
    }
    // What a bare repository has instead of a work tree: HEAD's tree, unless nothing was committed yet.
    let has_head_only = is_bare && repository.head().is_ok_and(|head| head.commit().is_some());
    let content = if has_head_only {
        Content::Revision("HEAD".to_owned())
    } else {
        Content::WorkTree
    };
    let mut target = Target {
        commits: Commits::NotOnTrunk,
        branches: Branches::Local,
        tags: Tags::All,
        paths,
        ..Target::of_content(content)
    };
    if arguments.staged {
        target.content = Content::Index;
        target.changed = Changed::Default;
        target.commits = Commits::None;
        target.branches = Branches::Current;
        target.tags = Tags::None;
    } else if let Some(revision) = &arguments.rev {
        if revision.is_empty() {
            return Err(TargetProblem::usage(
                "--rev names no revision; write one such as --rev HEAD, and look whether a variable is empty",
            ));
        }
        target.content = Content::Revision(revision.clone());
        target.commits = Commits::None;
    } else if let Some(range) = &arguments.range {
        let (from, to) = split_range(range)?;
        target.content = Content::Revision(to.clone());
        target.changed = Changed::Default;
        target.commits = Commits::Range { from, to };
        target.branches = Branches::None;
        target.tags = Tags::None;
    }
    // Who names files asks about these files; a state that is named beside them brings its refs and commits along.
    if names_files(&target.paths) && arguments.range.is_none() {
        target.commits = Commits::None;
        target.branches = Branches::None;
        target.tags = Tags::None;
    }
    if arguments.history {
        target.commits = Commits::History;
    }
    if arguments.all_branches {
        target.branches = Branches::All;
    }
    Ok(target)
}

/// Whether paths leave anything of the repository out.
fn names_files(paths: &[String]) -> bool {
    !paths.is_empty() && paths.iter().all(|path| path != ".")
}

fn plain(place: &Place, paths: Vec<String>, arguments: &TargetArguments) -> Result<Target, TargetProblem> {
    let asked = [
        (arguments.staged, "--staged"),
        (arguments.rev.is_some(), "--rev"),
        (arguments.range.is_some(), "--range"),
        (arguments.history, "--history"),
        (arguments.all_branches, "--all-branches"),
    ];
    let root = place.root().map(Path::to_path_buf).unwrap_or_default();
    if let Some((_, flag)) = asked.iter().find(|(given, _)| *given) {
        return Err(TargetProblem {
            message: format!(
                "{flag} needs a Git repository, and {} is in none\nname one with -C DIR, or leave {flag} out to judge the files alone",
                root.display()
            ),
            is_facts: true,
        });
    }
    Ok(Target {
        paths,
        ..Target::of_content(Content::Directory(root))
    })
}

fn split_range(range: &str) -> Result<(String, String), TargetProblem> {
    if range.contains("...") {
        return Err(TargetProblem::usage(format!(
            "--range {range}: three dots name both sides; write A..B for the commits of B that A lacks"
        )));
    }
    let Some((from, to)) = range.split_once("..") else {
        return Err(TargetProblem::usage(format!(
            "--range {range}: a range is written A..B, such as origin/main..HEAD"
        )));
    };
    // An empty side is HEAD to Git; when that leaves nothing, a variable of a pipeline was not set.
    let is_head = |side: &str| matches!(side, "" | "HEAD" | "@");
    if is_head(from) && is_head(to) && (from.is_empty() || to.is_empty()) {
        return Err(TargetProblem::usage(format!(
            "--range {range}: both sides are HEAD, so there is nothing between them; write A..B, and look whether a variable is empty"
        )));
    }
    let or_head = |side: &str| if side.is_empty() { "HEAD".to_owned() } else { side.to_owned() };
    Ok((or_head(from), or_head(to)))
}

fn summary(target: &Target, arguments: &TargetArguments) -> TargetSummary {
    let kind = match &target.content {
        Content::WorkTree if arguments.all_branches => "all branches",
        content => content.as_str(),
    };
    TargetSummary {
        kind: kind.to_owned(),
        ..TargetSummary::default()
    }
}
