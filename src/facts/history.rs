//! Refs and commits of a target: which commits are asked for, and what cannot be had of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::change::ChangeFacts;
use crate::domain::commit::{Commit, CommitOrder};
use crate::domain::flow::{BranchRole, Flow};
use crate::domain::refs::{Branch, Fork, Reach, Tag};
use crate::domain::release::Release;
use crate::domain::report::{Failure, FailureKind, Skip, SkipCause};
use crate::domain::repository::{Head, InProgress, RepositoryFacts};
use crate::domain::rule::Reads;
use crate::domain::target::{Branches, Commits, Content, Tags, Target};
use crate::domain::update::{Push, RefUpdate};
use crate::git::version::parse_version;
use crate::git::{CommitRange, GitTrouble, Repository};

use super::landing::{Landing, hidden};
use super::messages::Stream;
use super::needs::Needs;
use super::place::FactsError;
use super::{change, forks, reach, releases, updates};

/// What Git knows about a target.
#[derive(Debug, Default)]
pub struct History {
    pub repository: Option<RepositoryFacts>,
    /// The branches that are looked at.
    pub branches: Vec<Branch>,
    /// The tags that are looked at.
    pub tags: Vec<Tag>,
    /// Short names of all tags, for what a branch's name may be mistaken for.
    pub tag_names: BTreeSet<String>,
    /// Those that stay in memory: a rule compares them with each other.
    pub commits: Vec<Commit>,
    /// All that were looked at; one that is not made yet is not among them.
    pub order: CommitOrder,
    /// How many were looked at.
    pub commit_count: usize,
    /// How many were judged and turned out to be none of those that were asked for.
    pub taken_back: usize,
    /// Commits from before adoption.
    pub before_adoption: usize,
    /// `A..B` in object ids, when a range was judged.
    pub range: Option<String>,
    /// What happens to refs.
    pub updates: Vec<RefUpdate>,
    /// How many commits they bring is still to be counted, by the walk that looks at them.
    pub(super) is_counting: bool,
    /// Who pushes.
    pub push: Push,
    /// Where branches started.
    pub forks: Vec<Fork>,
    /// Where the commits of the tags that are looked at lie, by the full names of the tags; `None` where nobody asks or nobody can tell.
    pub reach: Option<BTreeMap<String, Reach>>,
    /// What commits ask of the versions of the releases that are looked at.
    pub releases: Vec<Release>,
    /// What the merge or pull request does.
    pub change: Option<Box<ChangeFacts>>,
    /// Which commits of a push land where others build on.
    pub landing: Option<Landing>,
    pub failures: Vec<Failure>,
    pub skips: Vec<Skip>,
}

/// Reads refs, commits and the repository's own state as far as `needs` asks.
///
/// # Errors
/// When the repository itself cannot be read. A range that cannot be had is a failure in the result.
pub fn read(
    repository: &Repository,
    target: &Target,
    flow: &Flow,
    needs: Needs,
    stream: Stream<'_>,
) -> Result<History, FactsError> {
    let mut history = History::default();
    let role = |name: &str| flow.branch_role(name);
    let needs = needs.about(target);
    if let (Commits::Pending(pending), Needs::MESSAGES) = (&target.commits, needs) {
        history.take_pending(repository.pending(pending)?, stream);
        history.repository = Some(repository.facts_without_refs()?);
        return Ok(history);
    }
    let mut facts = repository.facts(&role)?;
    if !target.merging.is_empty() {
        facts.merging.clone_from(&target.merging);
        facts.in_progress = facts.in_progress.or(Some(InProgress::Merge));
    }
    history.push = target.push.clone();
    // A pipeline cannot mend what main and develop lack of each other either.
    let is_hook = matches!(target.branches, Branches::Current | Branches::Updated | Branches::Source);
    // Which branch is the trunk decides what a commit is compared with: a broken one must be told, whoever reads branches.
    let asks_trunk = needs.repository || (needs.history() && target.commits == Commits::NotOnTrunk);
    let asks_branches = needs.branches || needs.forks || needs.reach || needs.change || target.branches == Branches::All;
    let mut all = Vec::new();
    if asks_branches || asks_trunk {
        let (branches, trouble) = repository.branches()?;
        history.note(trouble);
        if asks_branches {
            history.branches = select(branches.clone(), target.branches, &facts);
            history.branches.extend(change::source(repository, target));
        }
        all = branches;
    }
    if let (Branches::Current, Some(branch)) = (target.branches, history.branches.first_mut()) {
        branch.standing = Some(forks::standing(repository, branch, &all, facts.trunk.as_deref())?);
    }
    if needs.tags && target.tags == Tags::All {
        let (tags, trouble) = repository.tags(&|name| parse_version(name, &flow.components))?;
        history.note(trouble);
        history.tag_names = tags.iter().map(|t| t.name.clone()).collect();
        history.tags = tags;
    } else if needs.tags {
        history.tag_names = repository.tag_names()?;
    }
    // No hook can mend what main and develop lack of each other, and it takes a walk through both.
    if needs.repository && !is_hook {
        diverge(repository, &mut facts, &mut history);
    }
    history.repository = Some(facts.clone());
    updates::read(repository, target, flow, needs, &mut history)?;
    if let Some(proposed) = &target.change {
        history.landing = Some(change::landing(flow, proposed));
    }
    if needs.history() {
        read_commits(repository, target, &facts, flow, &mut history, stream);
        if history.is_counting {
            updates::count_walked(&mut history);
        }
    }
    if needs.forks && is_hook {
        forks::read(repository, flow, &all, &target.updates, &mut history)?;
    }
    of_tags(repository, target, flow, needs, (&all, &mut history));
    if let (true, Some(proposed)) = (needs.change, &target.change) {
        history.take_change(change::read(repository, flow, proposed, &all)?);
    }
    Ok(history)
}

impl History {
    pub(super) fn note(&mut self, trouble: Vec<GitTrouble>) {
        self.failures.extend(trouble.into_iter().map(|t| Failure {
            kind: FailureKind::Io,
            message: t.message,
            location: Some(t.location),
        }));
    }

    fn take_pending(&mut self, commit: Commit, stream: Stream<'_>) {
        if let Some(judge) = stream.judge {
            judge.judge(0, std::slice::from_ref(&commit));
        }
        self.commit_count = 1;
        self.commits.extend(stream.is_kept.then_some(commit));
    }

    fn take_change(&mut self, (facts, unknown): (ChangeFacts, Option<&'static str>)) {
        self.change = Some(Box::new(facts));
        if let Some(reason) = unknown {
            self.skip(SkipCause::History, Reads::Change, reason);
        }
    }

    fn fail(&mut self, error: &FactsError) {
        let advice = error.hint().map(|h| format!("\n{h}")).unwrap_or_default();
        self.failures.push(Failure {
            kind: FailureKind::Facts,
            message: format!("{error}{advice}"),
            location: None,
        });
    }

    /// Notes that the facts of one kind are not whole.
    pub(super) fn skip(&mut self, cause: SkipCause, reads: Reads, reason: impl Into<String>) {
        self.skips.push(Skip {
            rule: None,
            reason: reason.into(),
            count: 1,
            cause,
            reads: Some(reads),
        });
    }
}

/// What takes a walk for the tags that are looked at; only where somebody asks.
fn of_tags(repository: &Repository, target: &Target, flow: &Flow, needs: Needs, (all, history): (&[Branch], &mut History)) {
    if needs.reach {
        match reach::read(repository, flow, all, &target.updates, &history.tags) {
            Ok(reach) => history.reach = reach,
            Err(error) => history.fail(&error.into()),
        }
    }
    if needs.releases {
        match releases::read(repository, flow, &history.tags, target.tags) {
            Ok(releases) => history.releases = releases,
            Err(error) => history.fail(&error.into()),
        }
    }
}

/// The branches a target asks for. A remote-tracking branch whose local twin is there too is the same branch to a person.
fn select(branches: Vec<Branch>, wanted: Branches, facts: &RepositoryFacts) -> Vec<Branch> {
    let head = facts.head.reference();
    match wanted {
        // What an update makes is no branch yet: it is read with the updates. A source may have another name here, or none.
        Branches::None | Branches::Updated | Branches::Source => Vec::new(),
        Branches::Current => branches.into_iter().filter(|b| Some(b.reference.as_str()) == head).collect(),
        Branches::Local => branches.into_iter().filter(|b| b.remote.is_none()).collect(),
        Branches::All => {
            let local: BTreeSet<String> = branches
                .iter()
                .filter(|b| b.remote.is_none())
                .map(|b| b.name.clone())
                .collect();
            let mut seen = BTreeSet::new();
            branches
                .into_iter()
                .filter(|b| b.remote.is_none() || (!local.contains(&b.name) && seen.insert(b.name.clone())))
                .collect()
        }
    }
}

fn diverge(repository: &Repository, facts: &mut RepositoryFacts, history: &mut History) {
    let (Some(main), Some(develop)) = (facts.main.clone(), facts.develop.clone()) else {
        return;
    };
    if facts.is_shallow {
        history.skip(
            SkipCause::History,
            Reads::Repository,
            "the clone is shallow: what main has and develop lacks cannot be known (git fetch --unshallow)",
        );
        return;
    }
    for (ahead, behind) in [(&main, &develop), (&develop, &main)] {
        match repository.divergence(ahead, behind) {
            Ok(divergence) => facts.divergence.push(divergence),
            Err(error) => history.fail(&error.into()),
        }
    }
}

fn read_commits(
    repository: &Repository,
    target: &Target,
    facts: &RepositoryFacts,
    flow: &Flow,
    history: &mut History,
    stream: Stream<'_>,
) {
    let role = |name: &str| flow.branch_role(name);
    if let Commits::Pending(pending) = &target.commits {
        match repository.pending(pending) {
            Ok(commit) => history.take_pending(commit, stream),
            Err(error) => history.fail(&error.into()),
        }
        return;
    }
    let walk = match commit_range(repository, target, facts, &role, &hidden(flow, target)) {
        Ok(Asked::Range(range, shown)) => {
            history.range = shown;
            repository.stream(&[range.tip().to_owned()], range.hidden())
        }
        Ok(Asked::New { tips, known }) => repository.stream(&tips, &known),
        Ok(Asked::Nothing(reason)) => {
            if let Some(reason) = reason {
                history.skip(SkipCause::Nature, Reads::Messages, reason);
            }
            return;
        }
        Err(error) => return history.fail(&error),
    };
    let passed = match walk {
        Ok(walk) => stream.pass(walk, history.landing.as_ref()),
        Err(error) => return history.fail(&error.into()),
    };
    history.note(passed.troubles);
    history.commit_count = passed.order.len();
    history.order = passed.order;
    history.commits = passed.commits;
    history.taken_back = passed.taken_back;
    history.before_adoption = passed.before_adoption;
}

enum Asked {
    Range(CommitRange, Option<String>),
    New {
        tips: Vec<String>,
        known: Vec<String>,
    },
    /// Nothing to look at, and why, when a person would wonder.
    Nothing(Option<&'static str>),
}

fn commit_range(
    repository: &Repository,
    target: &Target,
    facts: &RepositoryFacts,
    role: &dyn Fn(&str) -> Option<BranchRole>,
    hidden: &[String],
) -> Result<Asked, FactsError> {
    match &target.commits {
        Commits::None | Commits::Pending(_) => Ok(Asked::Nothing(None)),
        Commits::One(revision) => {
            let tip = repository.resolve(revision)?;
            let hidden = repository.commit(&tip)?.parents;
            Ok(Asked::Range(CommitRange::Between { tip, hidden }, None))
        }
        Commits::Range { from, to } => {
            let (from, to) = (repository.resolve(from)?, repository.resolve(to)?);
            let range = repository.range(&from, &to)?;
            Ok(Asked::Range(range, Some(format!("{from}..{to}"))))
        }
        Commits::History => {
            let tip = match &target.content {
                Content::Revision(revision) => Some(repository.resolve(revision)?),
                _ => facts.head.commit().map(str::to_owned),
            };
            let Some(tip) = tip else {
                return Ok(Asked::Nothing(Some("HEAD has no commit yet")));
            };
            if facts.is_shallow {
                return Err(FactsError::Shallow {
                    asked: "the whole history".into(),
                });
            }
            Ok(Asked::Range(CommitRange::All { tip }, None))
        }
        Commits::NotOnTrunk => not_on_trunk(repository, facts, role),
        Commits::New { tips, .. } => Ok(new_commits(repository, tips, hidden)),
    }
}

/// What is pushed may be a tag, of a tree even; what the other side has may not be here at all.
fn new_commits(repository: &Repository, tips: &[String], known: &[String]) -> Asked {
    let commits = |ids: &[String]| ids.iter().filter_map(|id| repository.peel(id)).collect();
    Asked::New {
        tips: commits(tips),
        known: commits(known),
    }
}

fn not_on_trunk(
    repository: &Repository,
    facts: &RepositoryFacts,
    role: &dyn Fn(&str) -> Option<BranchRole>,
) -> Result<Asked, FactsError> {
    let Some(tip) = facts.head.commit() else {
        return Ok(Asked::Nothing(Some("HEAD has no commit yet")));
    };
    let own = match &facts.head {
        Head::Branch { reference, .. } => reference.as_str(),
        Head::Unborn { .. } | Head::Detached { .. } => "",
    };
    let (branches, _) = repository.branches()?;
    let on_role = branches
        .iter()
        .filter(|b| matches!(role(&b.name), Some(BranchRole::Main | BranchRole::Develop)));
    let own_is_role = own
        .strip_prefix("refs/heads/")
        .and_then(role)
        .is_some_and(|r| matches!(r, BranchRole::Main | BranchRole::Develop));
    let hidden: BTreeSet<String> = on_role.filter(|b| b.reference != own).map(|b| b.commit.clone()).collect();
    if hidden.is_empty() {
        let reason = if own_is_role {
            None
        } else if facts.is_shallow {
            // The trunk is there, and this clone was made without it.
            return Err(FactsError::Shallow {
                asked: "which commits are not on the trunk".into(),
            });
        } else {
            Some(
                "no branch has the role main or develop, so no commit is known to be missing on it; --range A..B or --history names commits",
            )
        };
        return Ok(Asked::Nothing(reason));
    }
    if facts.is_shallow {
        let mut is_known = false;
        for other in &hidden {
            is_known |= repository.range(other, tip).is_ok();
        }
        if !is_known {
            return Err(FactsError::Shallow {
                asked: "which commits are not on the trunk".into(),
            });
        }
    }
    let hidden: Vec<String> = hidden.into_iter().collect();
    Ok(Asked::Range(
        CommitRange::Between {
            tip: tip.to_owned(),
            hidden,
        },
        None,
    ))
}
