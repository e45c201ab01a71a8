//! Where the commits of a push land: on branches that others build on, or only on topics.

use crate::domain::flow::{BranchRole, Flow};
use crate::domain::update::{RefKind, RefUpdate};
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
    pub fn of<'g, E>(
        flow: &Flow,
        updates: &[RefUpdate],
        tips: &[Option<String>],
        graph: impl FnOnce() -> Result<&'g Graph, E>,
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

fn is_landing_place(flow: &Flow, update: &RefUpdate) -> bool {
    match update.kind {
        RefKind::Tag => true,
        RefKind::Branch => flow.branch_role(&update.name).is_some_and(BranchRole::is_landing_place),
        RefKind::Other => false,
    }
}
