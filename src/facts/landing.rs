//! Where the commits of a push land: on branches that others build on, or only on topics.

use crate::domain::flow::{BranchRole, Flow};
use crate::domain::target::{Commits, Target};
use crate::domain::update::{ProposedUpdate, RefKind, RefUpdate};
use crate::git::updates::{Graph, Reached};

/// Which commits of a push get to a branch of the flow that others build on, or to a tag.
#[derive(Debug)]
pub enum Landing {
    All,
    None,
    /// Refs of both kinds are pushed.
    Some(Reached),
}

impl Landing {
    /// `graph` makes the commits of the push with their parents; it is only called where refs of both kinds are pushed.
    ///
    /// # Errors
    /// Those of `graph`.
    pub fn of<E>(
        flow: &Flow,
        updates: &[RefUpdate],
        tips: &[Option<String>],
        graph: impl FnOnce() -> Result<Graph, E>,
    ) -> Result<Self, E> {
        let moved = || updates.iter().zip(tips).filter(|(_, tip)| tip.is_some());
        if moved().all(|(update, _)| is_landing_place(flow, update)) {
            return Ok(Self::All);
        }
        let landing: Vec<Option<String>> = moved()
            .filter(|(update, _)| is_landing_place(flow, update))
            .map(|(_, tip)| tip.clone())
            .collect();
        if landing.is_empty() {
            return Ok(Self::None);
        }
        Ok(Self::Some(graph()?.reached_by_any(&landing)))
    }

    /// Whether a commit, by its object id, lands.
    pub fn holds(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Some(reached) => reached.holds(id),
        }
    }
}

/// The commits below which a push is not looked at: all that is known, but where something lands not what only topic branches hold, as
/// nobody was held up by its messages there.
pub fn hidden(flow: &Flow, target: &Target) -> Vec<String> {
    let Commits::New { known, branches, .. } = &target.commits else {
        return Vec::new();
    };
    let lands = |update: &ProposedUpdate| {
        let kind = RefKind::of(&update.reference);
        let name = update.reference.strip_prefix("refs/heads/").unwrap_or_default();
        update.new.is_some() && is_place(flow, kind, name)
    };
    let is_landing = target.updates.iter().any(lands);
    let settled = branches
        .iter()
        .filter(|(name, _)| !is_landing || is_place(flow, RefKind::Branch, name));
    known.iter().chain(settled.map(|(_, commit)| commit)).cloned().collect()
}

fn is_landing_place(flow: &Flow, update: &RefUpdate) -> bool {
    is_place(flow, update.kind, &update.name)
}

fn is_place(flow: &Flow, kind: RefKind, name: &str) -> bool {
    match kind {
        RefKind::Tag => true,
        RefKind::Branch => flow.branch_role(name).is_some_and(BranchRole::is_landing_place),
        RefKind::Other => false,
    }
}
