//! Target to Facts, once: history, then files as a stream, then the joins over what they were reduced to.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::cache::codec::encoded;
use crate::cache::{Digest, Key, Segment};
use crate::config::Adopted;
use crate::delivery::join;
use crate::documents::Limits;
use crate::domain::delivery::Rows;
use crate::domain::file::{FileClass, FileFacts};
use crate::domain::flow::Flow;
use crate::domain::location::Location;
use crate::domain::report::{Failure, FailureKind, Skip};
use crate::domain::repository::Head;
use crate::domain::target::{Branches, Changed, Commits, Content, Target};
use crate::domain::weakening::Weakening;
use crate::git::{EntryKind, FileEntry, GitTrouble, Repository};

use super::adoption::{self, Line};
use super::critical_paths::Search;
use super::documents::{FileBytes, FileOutcome, Judge, process};
use super::files::{Listed, Selection, View, list, list_branches};
use super::history::{self, History};
use super::index::{Families, NamingFacts, families, naming};
use super::memory::{JoinRecord, Memory, RetainedFile, join_key};
use super::messages::{MessageJudge, Stream};
use super::needs::Needs;
use super::owners::{Owned, Owners, OwnersFile};
use super::place::{FactsError, Place};
use super::refs_lock::KnownRefs;
use super::sources::Sources;
use super::surroundings::{Around, ContextParts};
use super::weakenings::{self, GateChange};

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
    /// Hears of commits while their messages are in memory.
    pub messages: Option<&'a dyn MessageJudge>,
    /// How many it gets at once; see `Stream`.
    pub batch: usize,
    /// What `flowgate.refs.lock` knows.
    pub lock: &'a BTreeMap<String, KnownRefs>,
    /// Called before each file, from any thread; `Break` ends the work with `FactsError::Stopped`.
    pub tick: &'a (dyn Fn() -> ControlFlow<()> + Sync),
    /// For whose owners is asked, and who says it.
    pub owned: Owned<'a>,
    /// The gate before and after the change, where one is judged.
    pub gate: Option<&'a GateChange>,
    /// What earlier runs learnt under the same rules and configuration.
    pub cache: Option<&'a Segment>,
}

/// Everything observed about a target, and what the document rules said meanwhile.
pub struct Facts<V> {
    pub history: History,
    pub files: Vec<FileFacts>,
    pub rows: Rows,
    pub families: Families,
    pub naming: NamingFacts,
    pub sources: Sources,
    /// Who owns what; only when a rule asks.
    pub owners: Option<Owners>,
    /// What the change does to its gate; only when a rule asks.
    pub weakenings: Vec<Weakening>,
    pub verdicts: Vec<V>,
    /// Paths that the target changes, when it is about a change: findings elsewhere are not its own.
    pub changed: Option<BTreeSet<String>>,
    pub failures: Vec<Failure>,
    pub skips: Vec<Skip>,
    /// Commits, tags and branches from before adoption.
    pub before_adoption: usize,
    /// Argo CD Applications seen inside templates, which nobody can judge before they are rendered.
    pub embedded_applications: usize,
    /// The same for the same rows; only when there is a cache.
    pub rows_key: Option<Key>,
}

/// Gathers what the rules need.
///
/// # Errors
/// When the target as a whole cannot be had. Trouble with a part of it is a failure in the result.
pub fn gather<J: Judge>(request: &Request<'_>, judge: &J) -> Result<Facts<J::Verdict>, FactsError> {
    let mut history = History::default();
    let mut before_adoption = 0;
    if let Some(repository) = request.place.repository() {
        // What is not made yet is never from before.
        let adopted = request
            .adopted
            .filter(|_| !matches!(request.target.commits, Commits::Pending(_)));
        let line = adopted.map(|adopted| Line::of(repository, adopted)).transpose()?;
        let stream = Stream {
            judge: request.messages,
            batch: request.batch,
            is_kept: request.needs.commits,
            line: line.as_ref(),
        };
        history = history::read(repository, request.target, request.flow, request.needs, stream)?;
        before_adoption = history.before_adoption + line.map_or(0, |line| adoption::leave_out_refs(&line, &mut history));
    }
    let changed = changed_paths(request)?;
    let mut gathered = Gathered::new(request, &history)?;
    if request.needs.content() {
        gathered.content(request, &history, changed.as_ref(), judge)?;
    }
    let Gathered { mut facts, .. } = gathered;
    if let (true, Some(gate), Some(repository), Some(proposed)) = (
        request.needs.weakenings,
        request.gate,
        request.place.repository(),
        &request.target.change,
    ) {
        facts.weakenings = weakenings::read(request.place, repository, proposed, gate)?;
    }
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
    context: Arc<ContextParts<'a>>,
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
                sources: Sources::of(request.place),
                owners: None,
                weakenings: Vec::new(),
                verdicts: Vec::new(),
                changed: None,
                failures: Vec::new(),
                skips: Vec::new(),
                before_adoption: 0,
                embedded_applications: 0,
                rows_key: None,
            },
            context: Arc::new(ContextParts::new(request, history)?),
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
            let entry = FileEntry::on_disk(Path::new("-"), EntryKind::File);
            let outcome = process(file, Around::new(&self.context, &paths).shared(), judge);
            self.facts.failures.extend(unread_input(&outcome.facts.class, bytes));
            self.take(vec![(&entry, outcome)], &[], None);
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
        // Of its own, so that what is gathered can be written to meanwhile.
        let parts = Arc::clone(&self.context);
        let around = Around::new(&parts, &paths);
        let memory = request.cache.map(|segment| Memory::new(segment, &parts, &around));
        let view = View {
            // The repository itself stays in this thread.
            opener: request.place.repository().map(Repository::opener),
            root: request.place.root(),
            selection: &selection,
            around: &around,
            memory: memory.as_ref(),
            judge,
            tick: request.tick,
        };
        let outcomes = view.process_all(&listed)?;
        self.take(outcomes, &tips, request.cache);
        if request.needs.owners {
            let url = history.repository.as_ref().and_then(|r| r.url.as_deref());
            self.owners(request, url, &listed, tips.first().map(String::as_str))?;
        }
        Ok(())
    }

    /// Of several branches the first speaks: the file is read from the branch that a change goes to.
    fn owners(
        &mut self,
        request: &Request<'_>,
        url: Option<&str>,
        listed: &[Listed],
        tip: Option<&str>,
    ) -> Result<(), FactsError> {
        let is_here = |l: &&Listed| tip.is_none_or(|tip| l.branches.iter().any(|branch| branch == tip));
        let entries: Vec<&FileEntry> = listed.iter().filter(is_here).map(|l| &l.entry).collect();
        let file = match request.owned.from {
            Some(content) => OwnersFile::of_content(request.place, content, url)?,
            None => OwnersFile::among(request.place, &entries, url),
        };
        self.facts.skips.extend(file.skip.clone());
        self.facts.failures.extend(file.failure.clone());
        // Most repositories name no owners anywhere: then there is nothing to say of any path.
        if file.located.found.is_empty() && request.flow.owners.is_empty() {
            return Ok(());
        }
        let paths: BTreeSet<String> = entries.iter().map(|entry| entry.path.clone()).collect();
        // Lines of another state are not those that a reader finds at the place.
        if let (Some(path), Some((text, id)), None) = (file.located.path, &file.text, request.owned.from) {
            let branch = tip.map(str::to_owned);
            self.facts.sources.insert(branch, path.to_owned(), *id, Arc::clone(text));
        }
        let parts = Arc::clone(&self.context);
        let around = Around::new(&parts, &paths);
        let search = Search {
            context: around.shared(),
            paths: &paths,
            rows: &self.facts.rows,
            branch: tip,
            policies: request.owned.policies,
            is_excluded: &|path| (request.is_excluded)(path),
            manifests: &BTreeSet::new(),
        };
        self.facts.owners = Some(Owners::of(request.place, file, &entries, &search));
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

    fn take(&mut self, outcomes: Vec<(&FileEntry, FileOutcome<V>)>, tips: &[String], cache: Option<&Segment>) {
        let mut retained: Vec<RetainedFile> = Vec::new();
        let mut key = cache.map(|_| Digest::of("rows"));
        for (entry, outcome) in outcomes {
            let branches = outcome.facts.branches.clone();
            let branch = branches.first().cloned();
            key = key.map(|key| match outcome.rows_key {
                Some(rows) => key.optional(branch.as_deref()).bytes(&rows),
                None => key.bytes(&encoded(&outcome.rows)),
            });
            let mut rows = outcome.rows;
            if let Some(branch) = &branch {
                rows.set_branch(branch);
            }
            self.facts.rows.append(rows);
            self.facts.verdicts.extend(outcome.verdicts);
            self.facts.embedded_applications += outcome.embedded_applications;
            match outcome.text {
                Some(text) => self.facts.sources.insert(branch, entry.path.clone(), outcome.id, text),
                None if outcome.is_shown => self.facts.sources.insert_unread(branch, outcome.id, entry.clone()),
                None => {}
            }
            if !outcome.retained.positions.is_empty() {
                retained.push(RetainedFile::new(entry, branches, outcome.id, outcome.retained));
            }
            self.facts.files.push(outcome.facts);
        }
        let joins = if tips.is_empty() {
            let all = retained.iter().collect();
            vec![self.join(&all, None, cache)]
        } else {
            let mut joins = Vec::new();
            for tip in tips {
                let of_tip = retained.iter().filter(|file| file.branches.contains(tip)).collect();
                joins.push(self.join(&of_tip, Some(tip), cache));
            }
            joins
        };
        self.facts.rows_key = joins
            .iter()
            .fold(key, |key, join| Some(key?.bytes(&join.as_ref()?[..])))
            .map(Digest::key);
    }

    /// Adds the rows of a join; gives what stands for them, when there is a cache.
    fn join(&mut self, files: &Vec<&RetainedFile>, branch: Option<&str>, cache: Option<&Segment>) -> Option<Key> {
        let paths: BTreeSet<String> = self
            .facts
            .files
            .iter()
            .filter(|f| branch.is_none_or(|b| f.branches.iter().any(|x| x == b)))
            .map(|f| f.path.clone())
            .collect();
        let parts = Arc::clone(&self.context);
        let around = Around::new(&parts, &paths);
        if let Some(branch) = branch {
            for file in files {
                file.show(branch, &mut self.facts.sources);
            }
        }
        let key = cache.and_then(|_| join_key(&around, &parts, files));
        let known = cache.and_then(|cache| cache.get::<JoinRecord>(&key?, ""));
        let is_known = known.is_some();
        let JoinRecord { rows, key: rows_key } = known.unwrap_or_else(|| {
            let sources = &self.facts.sources;
            let documents: Vec<_> = files.iter().flat_map(|file| file.documents(sources)).collect();
            JoinRecord::of(join(around.shared(), &documents))
        });
        if let (Some(cache), Some(key), false) = (cache, key, is_known || !self.facts.sources.troubles().is_empty()) {
            cache.put(
                key,
                "",
                &JoinRecord {
                    rows: rows.clone(),
                    key: rows_key,
                },
            );
        }
        let mut rows = rows;
        if let Some(branch) = branch {
            rows.set_branch(branch);
        }
        self.facts.rows.append(rows);
        cache.map(|_| rows_key)
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
