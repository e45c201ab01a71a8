//! The paths through which everything else can be changed: what the last stage runs, the pipelines, the rules and who owns them.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::discovery::CANDIDATES;
use crate::delivery::Context;
use crate::delivery::folder::{FileNames, folder_of, stage_of_file};
use crate::documents::codeowners::Owned;
use crate::documents::exclude::default_exclusion;
use crate::documents::format::Format;
use crate::domain::delivery::Rows;

use super::owners::OwnersFile;

/// Why a path matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathClass {
    /// What the last stage of the flow runs.
    LastStage,
    /// What the host runs for every change: the pipeline and its local includes, workflows.
    Pipeline,
    /// CODEOWNERS itself.
    OwnersFile,
    /// flowgate's configuration.
    Configuration,
    /// Folders with the user's own rules.
    Policies,
    /// What belongs to one release, across repositories.
    ReleaseManifest,
    /// Terraform.
    Infrastructure,
}

impl PathClass {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LastStage => "last-stage",
            Self::Pipeline => "pipeline",
            Self::OwnersFile => "owners-file",
            Self::Configuration => "configuration",
            Self::Policies => "policies",
            Self::ReleaseManifest => "release-manifest",
            Self::Infrastructure => "infrastructure",
        }
    }
}

/// A file, or a folder whose files of this class all have the same owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalPath {
    /// A folder ends in `/`.
    pub path: String,
    /// The first of its files.
    pub example: String,
    /// How many files it stands for.
    pub files: usize,
    pub class: PathClass,
    /// Of a path of the last stage.
    pub stage: Option<String>,
    pub owned: Owned,
}

/// Where critical paths are looked for.
pub struct Search<'a> {
    pub context: &'a Context<'a>,
    /// All paths of one tree.
    pub paths: &'a BTreeSet<String>,
    /// What its documents were reduced to.
    pub rows: &'a Rows,
    /// Short name of the branch whose tree is looked at; only when several are.
    pub branch: Option<&'a str>,
    /// Folders with the user's own rules.
    pub policies: &'a [String],
    pub is_excluded: &'a dyn Fn(&str) -> bool,
    /// Files that are release manifests by their content.
    pub manifests: &'a BTreeSet<String>,
}

/// What stands in one row: class, stage, and the folder that belongs together (with `/` at its end) or the file.
type Place = (PathClass, Option<String>, String);

impl Search<'_> {
    /// Every critical path with its owners, by class and path.
    pub fn owned_by(&self, file: &OwnersFile) -> Vec<CriticalPath> {
        let mut places: BTreeMap<Place, BTreeMap<Owned, Vec<&str>>> = BTreeMap::new();
        for (path, place) in self.critical(file) {
            let owned = file.owners_of(path);
            places.entry(place).or_default().entry(owned).or_default().push(path);
        }
        let mut rows = Vec::new();
        for ((class, stage, root), by_owner) in places {
            let is_alone = by_owner.len() == 1;
            for (owned, files) in by_owner {
                let Some(first) = files.first() else { continue };
                let path = if is_alone { root.clone() } else { common_folder(&files) };
                rows.push(CriticalPath {
                    path,
                    example: (*first).to_owned(),
                    files: files.len(),
                    class,
                    stage: stage.clone(),
                    owned,
                });
            }
        }
        rows
    }

    fn critical(&self, file: &OwnersFile) -> Vec<(&str, Place)> {
        let pipelines = self.pipelines();
        let delivered = self.delivered();
        let last = self.context.flow.stages.last().map(|stage| stage.name.as_str());
        let mut stages = Stages {
            context: self.context,
            folders: BTreeMap::new(),
        };
        let mut found = Vec::new();
        for path in self.paths {
            if (self.is_excluded)(path) || default_exclusion(path).is_some() {
                continue;
            }
            let path = path.as_str();
            let own = |class| Some((class, None, path.to_owned()));
            let in_folder = |folder: &str| format!("{}/", folder.trim_end_matches('/'));
            let policies = self.policies.iter().map(|folder| in_folder(folder));
            let policies = policies.into_iter().find(|folder| path.starts_with(folder.as_str()));
            let place = if file.located.path == Some(path) {
                own(PathClass::OwnersFile)
            } else if CANDIDATES.contains(&path) {
                own(PathClass::Configuration)
            } else if let Some(folder) = policies {
                Some((PathClass::Policies, None, folder))
            } else if is_workflow(path) {
                Some((PathClass::Pipeline, None, ".github/workflows/".to_owned()))
            } else if pipelines.contains(path) {
                own(PathClass::Pipeline)
            } else if self.manifests.contains(path) {
                own(PathClass::ReleaseManifest)
            } else {
                let is_last = delivered.contains(path) || last.is_some_and(|last| stages.of(path).as_deref() == Some(last));
                let stage = last.filter(|_| is_last).map(str::to_owned);
                stage.map(|stage| {
                    let root = stages.root(path, &stage);
                    (PathClass::LastStage, Some(stage), root)
                })
            };
            found.extend(place.map(|place| (path, place)));
            if is_terraform(path) {
                let folder = folder_of(path);
                let folder = if folder.is_empty() {
                    path.to_owned()
                } else {
                    in_folder(folder)
                };
                found.push((path, (PathClass::Infrastructure, None, folder)));
            }
        }
        found
    }

    /// GitLab's pipeline and what it includes from this repository.
    fn pipelines(&self) -> BTreeSet<&str> {
        let of_branch = |branch: Option<&str>| branch == self.branch;
        let includes = self.rows.edges.iter();
        let includes = includes.filter(|edge| edge.kind == "gitlab-ci.include" && of_branch(edge.at.branch.as_deref()));
        includes.map(|edge| edge.to.as_str()).chain([".gitlab-ci.yml"]).collect()
    }

    /// Files that say what goes to the last stage and to no other.
    fn delivered(&self) -> BTreeSet<&str> {
        let mut ranks: BTreeMap<&str, BTreeSet<Option<usize>>> = BTreeMap::new();
        for delivery in &self.rows.deliveries {
            if let (Some(path), true) = (delivery.at.path.as_deref(), delivery.at.branch.as_deref() == self.branch) {
                ranks.entry(path).or_default().insert(delivery.stage.rank);
            }
        }
        let last = self.context.flow.stages.len().checked_sub(1);
        let only_last = BTreeSet::from([last]);
        let is_last = |ranks: &BTreeSet<Option<usize>>| last.is_some() && *ranks == only_last;
        ranks
            .into_iter()
            .filter(|(_, ranks)| is_last(ranks))
            .map(|(path, _)| path)
            .collect()
    }
}

/// What folders and file names say of stages, each folder asked once.
struct Stages<'a> {
    context: &'a Context<'a>,
    folders: BTreeMap<String, Option<String>>,
}

impl Stages<'_> {
    fn of(&mut self, path: &str) -> Option<String> {
        // A picture or a page called `prd` is not what runs there.
        let is_named =
            Format::of_path(path).is_some() || [".tfvars", ".env", ".properties"].iter().any(|end| path.ends_with(end));
        if is_named {
            return stage_of_file(path, FileNames::Values, self.context);
        }
        self.of_folder(folder_of(path))
    }

    fn of_folder(&mut self, folder: &str) -> Option<String> {
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let stage = stage_of_file(&format!("{folder}/-"), FileNames::Unread, self.context).filter(|_| !folder.is_empty());
        self.folders.insert(folder.to_owned(), stage.clone());
        stage
    }

    /// The outermost folder above a path that is of the stage as a whole; the path itself when only the file is.
    fn root(&mut self, path: &str, stage: &str) -> String {
        let folder = folder_of(path);
        let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
        for end in ends {
            let outer = folder.get(..end).unwrap_or_default();
            if self.of_folder(outer).as_deref() == Some(stage) {
                return format!("{outer}/");
            }
        }
        path.to_owned()
    }
}

fn is_workflow(path: &str) -> bool {
    let name = path.strip_prefix(".github/workflows/");
    name.is_some_and(|name| !name.contains('/') && [".yml", ".yaml"].iter().any(|end| name.ends_with(end)))
}

fn is_terraform(path: &str) -> bool {
    [".tf", ".tf.json", ".tfvars", ".tfvars.json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// The innermost folder of all files, with `/` at its end; empty when they share none.
fn common_folder(files: &[&str]) -> String {
    let (Some(first), Some(last)) = (files.first(), files.last()) else {
        return String::new();
    };
    if files.len() == 1 {
        return (*first).to_owned();
    }
    // Sorted: what the outermost two share, all share.
    let shared = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
    let end = first
        .as_bytes()
        .get(..shared)
        .and_then(|shared| shared.iter().rposition(|b| *b == b'/'));
    end.and_then(|end| first.get(..=end)).unwrap_or_default().to_owned()
}
