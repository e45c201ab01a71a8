//! Commits as a stream: read by the walk, judged beside it while the message is in memory, dropped.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::commit::{Commit, CommitId, CommitOrder};
use crate::git::{GitTrouble, RawCommit, Walk};

use super::adoption::Line;
use super::landing::Landing;

/// A good number of commits to be judged at once; more saves little, fewer cost a call each.
pub const BATCH: usize = 32;
/// A batch is full earlier when its commits are so large together, in bytes.
const BATCH_BYTES: usize = 256 * 1024;
/// Fewer batches are judged sooner than threads are started.
const FEW: usize = 3;
/// How many batches may wait for a worker. Beyond that the walk judges, instead of going on.
const WAITING: usize = 16;

/// Hears of every commit while its message is in memory. `evaluation` is one; facts know only this.
pub trait MessageJudge: Sync {
    /// Whether what is to be said of a commit is known without its message; if so, it is said now.
    /// `lands` as in `Commit`.
    fn knows(&self, id: &CommitId, lands: Option<bool>) -> bool;
    /// Whether there is still time to judge; once there is none, there never is.
    fn goes_on(&self) -> bool;
    /// `number` counts the batches, so that answers can be put in order again.
    fn judge(&self, number: usize, commits: &[Commit]);
}

/// What becomes of the commits on their way.
#[derive(Clone, Copy)]
pub struct Stream<'a> {
    pub judge: Option<&'a dyn MessageJudge>,
    /// How many are judged at once. No part of the contract: any number gives the same report.
    pub batch: usize,
    /// They stay in memory: a rule compares them with each other.
    pub is_kept: bool,
    /// What is older is counted and not judged.
    pub line: Option<&'a Line>,
}

/// What is left when all have passed.
#[derive(Debug, Default)]
pub struct Passed {
    pub order: CommitOrder,
    /// Only when they are kept, in this order.
    pub commits: Vec<Commit>,
    pub before_adoption: usize,
    /// How many were judged and are none of the commits that were asked for.
    pub taken_back: usize,
    pub troubles: Vec<GitTrouble>,
}

impl Stream<'_> {
    /// Lets all commits of a walk pass.
    pub fn pass(self, mut walk: Walk<'_>, landing: Option<&Landing>) -> Passed {
        let lands = |id: &CommitId| landing.map(|landing| landing.holds(&id.to_string()));
        let kept = Mutex::new(BTreeMap::new());
        let work = |number: usize, batch: &[RawCommit]| {
            let commit = |raw: &RawCommit| {
                let commit = raw.parse()?;
                Some(Commit {
                    lands: lands(&raw.id),
                    ..commit
                })
            };
            let commits: Vec<Commit> = batch.iter().filter_map(commit).collect();
            if let Some(judge) = self.judge {
                judge.judge(number, &commits);
            }
            if let (true, Ok(mut kept)) = (self.is_kept, kept.lock()) {
                kept.extend(batch.iter().map(|raw| raw.id).zip(commits));
            }
        };
        let goes_on = |_: &RawCommit| self.judge.is_none_or(MessageJudge::goes_on);
        let mut wanted = walk.by_ref().take_while(goes_on).filter(|raw| self.is_wanted(raw, &lands));
        let mut batches =
            std::iter::from_fn(|| Some(batch_of(&mut wanted, self.batch)).filter(|batch| !batch.is_empty())).enumerate();
        let first: Vec<(usize, Vec<RawCommit>)> = batches.by_ref().take(FEW).collect();
        if first.len() < FEW {
            first.iter().for_each(|(number, batch)| work(*number, batch));
        } else {
            let waiting = AtomicUsize::new(0);
            rayon::in_place_scope(|scope| {
                let (waiting, work) = (&waiting, &work);
                for (number, batch) in first.into_iter().chain(batches) {
                    if waiting.load(Ordering::Relaxed) >= WAITING {
                        work(number, &batch);
                        continue;
                    }
                    waiting.fetch_add(1, Ordering::Relaxed);
                    scope.spawn(move |_| {
                        work(number, &batch);
                        waiting.fetch_sub(1, Ordering::Relaxed);
                    });
                }
            });
        }
        self.passed(walk, kept.into_inner().unwrap_or_default())
    }

    fn is_wanted(&self, raw: &RawCommit, lands: &dyn Fn(&CommitId) -> Option<bool>) -> bool {
        let is_old = self.line.is_some_and(|line| line.is_before(Some(&raw.id), raw.time));
        !is_old && (self.is_kept || !self.judge.is_some_and(|judge| judge.knows(&raw.id, lands(&raw.id))))
    }

    fn passed(self, walk: Walk<'_>, mut kept: BTreeMap<CommitId, Commit>) -> Passed {
        let mut walked = walk.finish();
        let all = walked.commits.len();
        if let Some(line) = self.line {
            walked.commits.retain(|(id, time)| !line.is_before(Some(id), *time));
        }
        let ids = || walked.commits.iter().map(|(id, _)| *id);
        Passed {
            before_adoption: all - walked.commits.len(),
            order: CommitOrder::new(ids()),
            commits: ids().filter_map(|id| kept.remove(&id)).collect(),
            taken_back: walked.taken_back,
            troubles: walked.troubles,
        }
    }
}

fn batch_of(commits: &mut impl Iterator<Item = RawCommit>, size: usize) -> Vec<RawCommit> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < size.max(1) && bytes < BATCH_BYTES {
        let Some(raw) = commits.next() else { break };
        bytes += raw.size();
        batch.push(raw);
    }
    batch
}
