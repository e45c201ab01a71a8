//! `pre-push`: what the remote does not have yet. Every commit rule is repeated here, since merges, rebases, cherry-picks and
//! fast-forwards run no other hook.

use super::arrival::{self, Arrival};
use super::conclusion::{Errand, conclude, say};
use super::configuration::tell_difference;
use super::context::{Context, place, variable};
use super::question::cannot_open;
use crate::cli::run::UNDECIDED;
use crate::domain::target::Content;
use crate::domain::update::{ProposedUpdate, Push, RefKind};
use crate::facts::Place;
use crate::git::Repository;
use crate::git::push::parse_pushed;
use crate::git::tracking::Tracked;
use crate::git::url::without_credentials;

/// Runs the hook.
pub fn run(context: &Context<'_>) -> u8 {
    let errand = Errand {
        what: "this push",
        command: "git push",
        again: None,
    };
    let pushed = match parse_pushed(&context.input) {
        Ok(pushed) => pushed,
        Err(error) => {
            say(context, &format!("flowgate: standard input, {error}"));
            return UNDECIDED;
        }
    };
    let framework = Framework::from_environment().filter(|_| pushed.is_empty());
    if pushed.is_empty() && framework.is_none() {
        return 0;
    }
    let place = match place() {
        Ok(place) => place,
        Err(error) => return cannot_open(context, &error),
    };
    let Some((arrival, tracked)) = arrival(context, &place, pushed, framework.as_ref()) else {
        return 0;
    };
    let report = arrival::judge(context, &place, &arrival);
    let target = place.repository().and_then(|r| target(r, &arrival.updates, &tracked));
    if let Some(target) = target {
        tell_difference(context, &place, &arrival.origin, &target);
    }
    conclude(context, &report, errand, &|_| false)
}

/// What is pushed and what the remote has, as far as that is known here; `None` when nothing is pushed.
fn arrival(
    context: &Context<'_>,
    place: &Place,
    pushed: Vec<ProposedUpdate>,
    framework: Option<&Framework>,
) -> Option<(Arrival, Vec<Tracked>)> {
    let repository = place.repository()?;
    let remote = Remote::of(context, framework);
    let tracked = repository.tracked(&remote.name, &remote.url);
    let mut known: Vec<String> = tracked.iter().map(|t| t.commit.clone()).collect();
    let updates = match framework {
        None => pushed,
        Some(framework) => {
            known.extend(framework.from.clone());
            framework.updates(repository, &tracked)
        }
    };
    if updates.is_empty() {
        return None;
    }
    known.extend(updates.iter().filter_map(|update| update.old.clone()));
    known.sort();
    known.dedup();
    // What somebody else pushed meanwhile is not here; the rules tell it, and nobody guesses what it holds.
    let known = known.iter().filter_map(|id| repository.peel(id)).collect();
    let is_branch = |t: &&Tracked| RefKind::of(&t.reference) == RefKind::Branch;
    let branches = tracked.iter().filter(is_branch).map(|t| t.commit.as_str());
    let from = framework.and_then(|framework| framework.from.as_deref());
    let arrival = Arrival {
        origin: origin(repository, &updates),
        push: Push {
            remote: (remote.name != remote.url).then(|| remote.name.clone()),
            url: Some(without_credentials(&remote.url)).filter(|url| !url.is_empty()),
            ..Push::default()
        },
        known,
        branches: branches.chain(from).filter_map(|id| repository.peel(id)).collect(),
        places: Vec::new(),
        updates,
    };
    Some((arrival, tracked))
}

/// Name and address as Git gives them; both are the address when the remote has no name.
struct Remote {
    name: String,
    url: String,
}

impl Remote {
    fn of(context: &Context<'_>, framework: Option<&Framework>) -> Self {
        let word = |position: usize| context.words().get(position).map(|word| word.to_string_lossy().into_owned());
        let name = word(0).or_else(|| framework?.remote.clone()).unwrap_or_default();
        Self {
            url: word(1).or_else(|| framework?.url.clone()).unwrap_or_else(|| name.clone()),
            name,
        }
    }
}

/// What pre-commit and prek tell of a push: they read Git's lines themselves, and hand on the first ref that brings something.
struct Framework {
    /// Absent when everything is pushed, the first commit included.
    from: Option<String>,
    /// Absent likewise; then the local branch says it.
    to: Option<String>,
    remote: Option<String>,
    url: Option<String>,
    remote_branch: String,
    local_branch: Option<String>,
}

impl Framework {
    fn from_environment() -> Option<Self> {
        let text = |name: &str| variable(&format!("PRE_COMMIT_{name}")).filter(|value| !value.is_empty());
        Some(Self {
            remote_branch: text("REMOTE_BRANCH")?,
            local_branch: text("LOCAL_BRANCH"),
            from: text("FROM_REF"),
            to: text("TO_REF"),
            remote: text("REMOTE_NAME"),
            url: text("REMOTE_URL"),
        })
    }

    /// The one update. Where the ref is not known at the remote, `FROM_REF` is only a commit that the remote has.
    fn updates(&self, repository: &Repository, tracked: &[Tracked]) -> Vec<ProposedUpdate> {
        let reference = match self.remote_branch.starts_with("refs/") {
            true => self.remote_branch.clone(),
            false => format!("refs/heads/{}", self.remote_branch),
        };
        let tip = self.to.as_ref().or(self.local_branch.as_ref());
        let new = tip.and_then(|tip| repository.resolve(tip).ok());
        let is_there = tracked.iter().any(|t| t.reference == reference);
        let update = |new: String| ProposedUpdate {
            reference,
            old: self.from.clone().filter(|_| is_there),
            new: Some(new),
            local: self.local_branch.clone(),
        };
        new.map(update).into_iter().collect()
    }
}

/// The state that configuration is read from: the first branch that is pushed, else HEAD.
fn origin(repository: &Repository, updates: &[ProposedUpdate]) -> Content {
    let tip = |update: &ProposedUpdate| update.new.as_ref().and_then(|new| repository.peel(new));
    let is_branch = |update: &&ProposedUpdate| RefKind::of(&update.reference) == RefKind::Branch;
    let branch = updates.iter().filter(is_branch).find_map(tip);
    let head = || repository.head().ok()?.commit().map(str::to_owned);
    let tip = branch.or_else(head).or_else(|| updates.iter().find_map(tip));
    tip.map_or(Content::Nothing, Content::Revision)
}

/// The remote's own state of the first branch that is pushed, else of its trunk.
fn target(repository: &Repository, updates: &[ProposedUpdate], tracked: &[Tracked]) -> Option<String> {
    let branch = updates
        .iter()
        .find(|u| u.new.is_some() && RefKind::of(&u.reference) == RefKind::Branch)?;
    let is_it = tracked.iter().find(|t| t.reference == branch.reference);
    if let Some(own) = is_it {
        return Some(own.tracking.clone());
    }
    let folder = |t: &Tracked| {
        t.tracking
            .strip_suffix(t.reference.strip_prefix("refs/heads/")?)
            .map(str::to_owned)
    };
    repository.trunk_below(&tracked.iter().find_map(folder)?)
}
