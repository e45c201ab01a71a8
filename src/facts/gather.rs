//! Target to Facts, once: history, then files as a stream, then the joins over what they were reduced to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::Adopted;
use crate::delivery::refs_knowledge::{KnownRefs as Known, RefsKnowledge};
use crate::delivery::repository_url::normalise;
use crate::delivery::{Context, join};
use crate::documents::{Document, Limits};
use crate::domain::delivery::Rows;
use crate::domain::file::{FileClass, FileFacts};
use crate::domain::flow::Flow;
use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Skip};
use crate::domain::repository::Head;
use crate::domain::revision::Known as KnownFrom;
use crate::domain::target::{Branches, Changed, Commits, Content, Target};
use crate::git::GitTrouble;

use super::adoption;
use super::documents::{FileBytes, FileOutcome, Judge, process};
use super::files::{Listed, Selection, list, list_branches, process_all};
use super::history::{self, History};
use super::index::{Families, NamingFacts, families, naming};
use super::needs::Needs;
use super::place::{FactsError, Place};
use super::refs_lock::KnownRefs;
use super::sources::Sources;

/// Everything that decides what is gathered.
pub struct Request<'a> {
    pub place: &'a Place,
    pub target: &'a Target,
    pub flow: &'a Flow,
    pub needs: Needs,
    /// `exclude:` of the configuration.
    pub is_excluded: &'a (dyn Fn(&str) -> bool + Sync),
    /// Vendored files and test data are looked at too.
    pub include_excluded: bool,
    /// The paths about whose documents rules are asked; `None`: those that the target changes, or all.
    pub judged: Option<&'a BTreeSet<String>>,
    pub adopted: Option<&'a Adopted>,
    /// What `flowgate.refs.lock` knows.
    pub lock: &'a BTreeMap<String, KnownRefs>,
    /// Called once for each file, from any thread.
    pub tick: &'a (dyn Fn() + Sync),
}

/// Everything observed about a target, and what the document rules said meanwhile.
pub struct Facts<V> {
    pub history: History,
    pub files: Vec<FileFacts>,
    pub rows: Rows,
    pub families: Families,
    pub naming: NamingFacts,
    pub sources: Sources,
    pub verdicts: Vec<V>,
    /// Paths that the target changes, when it is about a change: findings elsewhere are not its own.
    pub changed: Option<BTreeSet<String>>,
    pub failures: Vec<Failure>,
    pub skips: Vec<Skip>,
    /// Commits, tags and branches from before adoption.
    pub before_adoption: usize,
    /// Argo CD Applications seen inside templates, which nobody can judge before they are rendered.
    pub embedded_applications: usize,
}

/// Gathers what the rules need.
///
/// # Errors
/// When the target as a whole cannot be had. Trouble with a part of it is a failure in the result.
pub fn gather<J: Judge>(request: &Request<'_>, judge: &J) -> Result<Facts<J::Verdict>, FactsError> {
    let mut history = History::default();
    let mut before_adoption = 0;
    if let Some(repository) = request.place.repository() {
        history = history::read(repository, request.target, request.flow, request.needs)?;
        // What is not made yet is never from before.
        let adopted = request
            .adopted
            .filter(|_| !matches!(request.target.commits, Commits::Pending(_)));
        if let Some(adopted) = adopted {
            before_adoption = adoption::draw_line(repository, adopted, &mut history)?;
        }
    }
    let changed = changed_paths(request)?;
    let mut gathered = Gathered::new(request, &history)?;
    if request.needs.content() {
        gathered.content(request, &history, changed.as_ref(), judge)?;
    }
    let Gathered { mut facts, .. } = gathered;
    facts.families = families(request.flow, &facts.rows.deliveries);
    facts.naming = naming(request.flow, &facts.rows.names);
    facts.failures.append(&mut history.failures);
    facts.skips.append(&mut history.skips);
    facts.history = history;
    facts.changed = changed;
    facts.before_adoption = before_adoption;
    Ok(facts)
}

fn changed_paths(request: &Request<'_>) -> Result<Option<BTreeSet<String>>, FactsError> {
    let Some(repository) = request.place.repository() else {
        return Ok(None);
    };
    let target = request.target;
    let paths = match (&target.changed, &target.content, &target.commits) {
        (Changed::All, ..) => return Ok(None),
        (Changed::Since(old), Content::Revision(revision), _) => {
            repository.changed_paths(old.as_deref(), &repository.resolve(revision)?)?
        }
        (Changed::Default, Content::Index, _) => repository.staged_changes()?,
        (Changed::Default, Content::Revision(_), Commits::Range { from, to }) => {
            let (from, to) = (repository.resolve(from)?, repository.resolve(to)?);
            // A shallow clone that does not reach back to where the two parted must not pass for a range without common history.
            repository.range(&from, &to)?;
            let base = repository.merge_base(&from, &to)?;
            repository.changed_paths(base.as_deref(), &to)?
        }
        _ => return Ok(None),
    };
    Ok(Some(paths.into_iter().collect()))
}

/// The facts while they come in.
struct Gathered<'a, V> {
    facts: Facts<V>,
    context: ContextParts<'a>,
}

/// What `delivery` needs to know of the surroundings.
struct ContextParts<'a> {
    flow: &'a Flow,
    refs: RefsKnowledge,
    repository_url: Option<String>,
    default_branch: Option<String>,
}

impl<'a> ContextParts<'a> {
    fn new(request: &Request<'a>, history: &History) -> Result<Self, FactsError> {
        let facts = history.repository.as_ref();
        let repository_url = facts.and_then(|f| f.url.clone());
        let default_branch = facts.and_then(|f| f.default_branch.clone());
        let mut refs = RefsKnowledge::default();
        for (name, known) in request.lock {
            refs.repositories.insert(
                name.clone(),
                Known {
                    default_branch: known.default_branch.clone(),
                    heads: known.branches.iter().cloned().collect(),
                    tags: known.tags.iter().cloned().collect(),
                    known: KnownFrom::RefsLock,
                },
            );
        }
        // Of the repository at hand its own refs tell; a lock that names it as well was made where more may be known.
        if let (true, Some(repository), Some(name)) = (
            request.needs.rows,
            request.place.repository(),
            repository_url.as_deref().and_then(normalise),
        ) {
            let (heads, tags) = repository.ref_names()?;
            refs.repositories.entry(name).or_insert_with(|| Known {
                default_branch: default_branch.clone(),
                heads,
                tags,
                known: KnownFrom::Repository,
            });
        }
        Ok(Self {
            flow: request.flow,
            refs,
            repository_url,
            default_branch,
        })
    }

    fn with<'b>(&'b self, paths: &'b BTreeSet<String>) -> Context<'b> {
        Context::new(
            self.flow,
            &self.refs,
            self.repository_url.clone(),
            self.default_branch.clone(),
            paths,
        )
    }
}

impl<'a, V: Send> Gathered<'a, V> {
    fn new(request: &Request<'a>, history: &History) -> Result<Self, FactsError> {
        Ok(Self {
            facts: Facts {
                history: History::default(),
                files: Vec::new(),
                rows: Rows::default(),
                families: Families::default(),
                naming: NamingFacts {
                    applies: false,
                    reason: String::new(),
                },
                sources: Sources::default(),
                verdicts: Vec::new(),
                changed: None,
                failures: Vec::new(),
                skips: Vec::new(),
                before_adoption: 0,
                embedded_applications: 0,
            },
            context: ContextParts::new(request, history)?,
        })
    }

    fn content<J: Judge<Verdict = V>>(
        &mut self,
        request: &Request<'_>,
        history: &History,
        changed: Option<&BTreeSet<String>>,
        judge: &J,
    ) -> Result<(), FactsError> {
        if let Content::Input(bytes) = &request.target.content {
            let paths = BTreeSet::new();
            let file = FileBytes {
                path: "-",
                branches: &[],
                bytes,
                limits: INPUT,
                is_judged: true,
            };
            let outcome = process(file, &self.context.with(&paths), judge);
            self.facts.failures.extend(unread_input(&outcome.facts.class, bytes));
            self.take(vec![outcome], &[]);
            return Ok(());
        }
        let (listed, tips) = self.listed(request, history)?;
        self.facts.failures.extend(missing_paths(request, &listed));
        let paths: BTreeSet<String> = listed.iter().map(|l| l.entry.path.clone()).collect();
        let selection = Selection {
            is_excluded: request.is_excluded,
            include_excluded: request.include_excluded,
            paths: &request.target.paths,
            // Rules over sets need the whole tree even when only some files changed; only without them the rest stays closed.
            only: if request.needs.rows { None } else { changed },
            judged: request.judged.or(changed),
        };
        let outcomes = process_all(
            request.place,
            &listed,
            &selection,
            &self.context.with(&paths),
            judge,
            request.tick,
        );
        self.take(outcomes, &tips);
        Ok(())
    }

    /// The files, and the short names of the branches they come from when there are several.
    fn listed(&mut self, request: &Request<'_>, history: &History) -> Result<(Vec<Listed>, Vec<String>), FactsError> {
        if let (Branches::All, Some(repository)) = (request.target.branches, request.place.repository()) {
            let tips = tips(history);
            let names = tips.iter().map(|(name, _)| name.clone()).collect();
            let (listed, troubles) = list_branches(repository, &tips)?;
            self.note(troubles);
            return Ok((listed, names));
        }
        let (entries, troubles) = list(request.place, &request.target.content)?;
        self.note(troubles);
        let listed = entries.into_iter().map(|entry| Listed {
            entry,
            branches: Vec::new(),
        });
        Ok((listed.collect(), Vec::new()))
    }

    fn note(&mut self, troubles: Vec<GitTrouble>) {
        self.facts.failures.extend(troubles.into_iter().map(|t| Failure {
            kind: FailureKind::Io,
            message: t.message,
            location: Some(t.location),
        }));
    }

    fn take(&mut self, outcomes: Vec<FileOutcome<V>>, tips: &[String]) {
        let mut retained: Vec<(Vec<String>, String, Arc<Document>)> = Vec::new();
        for outcome in outcomes {
            let branches = outcome.facts.branches.clone();
            let branch = branches.first().cloned();
            let mut rows = outcome.rows;
            if let Some(branch) = &branch {
                rows.set_branch(branch);
            }
            self.facts.rows.append(rows);
            self.facts.verdicts.extend(outcome.verdicts);
            self.facts.embedded_applications += outcome.embedded_applications;
            if let Some(text) = outcome.text {
                self.facts.sources.insert(branch, outcome.facts.path.clone(), text);
            }
            retained.extend(outcome.retained.into_iter().map(|r| (branches.clone(), r.path, r.document)));
            self.facts.files.push(outcome.facts);
        }
        if tips.is_empty() {
            let all = retained
                .iter()
                .map(|(_, path, document)| (path.clone(), Arc::clone(document)))
                .collect();
            self.join(all, None);
        }
        for tip in tips {
            let of_tip = |(branches, path, document): &(Vec<String>, String, Arc<Document>)| {
                branches.contains(tip).then(|| (path.clone(), Arc::clone(document)))
            };
            let documents = retained.iter().filter_map(of_tip).collect();
            self.join(documents, Some(tip));
        }
    }

    fn join(&mut self, documents: Vec<(String, Arc<Document>)>, branch: Option<&str>) {
        let paths: BTreeSet<String> = self
            .facts
            .files
            .iter()
            .filter(|f| branch.is_none_or(|b| f.branches.iter().any(|x| x == b)))
            .map(|f| f.path.clone())
            .collect();
        let mut rows = join(&self.context.with(&paths), &documents);
        if let Some(branch) = branch {
            rows.set_branch(branch);
            for (path, document) in &documents {
                self.facts
                    .sources
                    .insert(Some(branch.to_owned()), path.clone(), Arc::clone(document.text()));
            }
        }
        self.facts.rows.append(rows);
    }
}

/// A path that a person named and nothing stands for: judging nothing must not look clean.
fn missing_paths(request: &Request<'_>, listed: &[Listed]) -> Vec<Failure> {
    let is_there = |path: &str| {
        let is_below = |l: &Listed| {
            let rest = l.entry.path.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        listed.iter().any(is_below)
    };
    let reads_disk = matches!(request.target.content, Content::WorkTree | Content::Directory(_));
    let is_folder = |path: &str| reads_disk && request.place.root().is_some_and(|root| root.join(path).is_dir());
    let missing = |path: &&String| !matches!(path.as_str(), "" | ".") && !is_there(path) && !is_folder(path);
    let message = if reads_disk {
        "nothing to look at here: Git ignores it, or it lies in another repository\nleave it out, or name that repository with -C DIR"
    } else {
        "no such file or folder in the state that is judged\nlook for a slip in the path; it is read from the current folder"
    };
    let failure = |path: &String| Failure {
        kind: FailureKind::Usage,
        message: message.to_owned(),
        location: Some(Location::of_path(path)),
    };
    request.target.paths.iter().filter(missing).map(failure).collect()
}

/// What a cluster answers may be far larger than a file that people write, and there is only one of it.
const INPUT: Limits = Limits {
    bytes: 512 * 1024 * 1024,
    depth: 128,
    nodes: 50_000_000,
};

/// Among many files one that nobody can read is a skip; when it is all there is, nothing was judged.
fn unread_input(class: &FileClass, bytes: &[u8]) -> Option<Failure> {
    let (kind, what) = match class {
        _ if bytes.trim_ascii().is_empty() => (
            FailureKind::Io,
            "is empty\nlook whether the command before the pipe failed".to_owned(),
        ),
        FileClass::TooLarge { limit, .. } => (FailureKind::Limit, format!("is larger than {limit} bytes")),
        FileClass::NotText => (FailureKind::Io, "is not text".to_owned()),
        FileClass::Encrypted => (FailureKind::Io, "is encrypted".to_owned()),
        _ => return None,
    };
    Some(Failure {
        kind,
        message: format!("standard input {what}"),
        location: None,
    })
}

/// Short name and commit of every branch that is looked at: the default branch first, since it stands for those that share a file.
fn tips(history: &History) -> Vec<(String, String)> {
    let default = history.repository.as_ref().and_then(|r| r.default_branch.as_deref());
    let mut tips: Vec<(String, String)> = history.branches.iter().map(|b| (b.name.clone(), b.commit.clone())).collect();
    if let Some(Head::Detached { commit }) = history.repository.as_ref().map(|r| &r.head)
        && tips.iter().all(|(_, c)| c != commit)
    {
        tips.push(("HEAD".to_owned(), commit.clone()));
    }
    tips.sort_by_key(|(name, _)| (Some(name.as_str()) != default, name.clone()));
    tips
}
