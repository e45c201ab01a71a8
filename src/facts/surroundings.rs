//! What `delivery` needs to know of the surroundings of a file, prepared only when a file is reduced that nothing is known of.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::cache::{Digest, Key};
use crate::delivery::Context;
use crate::delivery::refs_knowledge::{KnownRefs as Known, RefsKnowledge};
use crate::delivery::repository_url::normalise;
use crate::domain::flow::Flow;
use crate::domain::revision::Known as KnownFrom;

use super::gather::Request;
use super::history::History;
use super::place::FactsError;

/// The surroundings without the paths, which differ from branch to branch.
pub struct ContextParts<'a> {
    flow: &'a Flow,
    refs: RefsKnowledge,
    repository_url: Option<String>,
    default_branch: Option<String>,
}

impl<'a> ContextParts<'a> {
    /// # Errors
    /// When the refs of the repository cannot be listed.
    pub fn new(request: &Request<'a>, history: &History) -> Result<Self, FactsError> {
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

    /// What every file's rows may follow from, whatever it asks.
    pub fn base(&self) -> Key {
        let base = Digest::of("base").optional(self.repository_url.as_deref());
        base.optional(self.default_branch.as_deref()).key()
    }
}

/// The surroundings of the files of one tree.
pub struct Around<'a> {
    parts: &'a ContextParts<'a>,
    paths: &'a BTreeSet<String>,
    context: OnceLock<Context<'a>>,
}

impl<'a> Around<'a> {
    pub const fn new(parts: &'a ContextParts<'a>, paths: &'a BTreeSet<String>) -> Self {
        Self {
            parts,
            paths,
            context: OnceLock::new(),
        }
    }

    /// The context, of which nothing was asked yet.
    pub fn context(&self) -> Context<'a> {
        self.shared().unasked()
    }

    /// The context that all files share.
    pub fn shared(&self) -> &Context<'a> {
        self.context.get_or_init(|| {
            Context::new(
                self.parts.flow,
                &self.parts.refs,
                self.parts.repository_url.clone(),
                self.parts.default_branch.clone(),
                self.paths,
            )
        })
    }

    /// The same for the same surroundings: then every question has the same answer.
    pub fn key(&self) -> Key {
        let mut digest = Digest::of("surroundings").bytes(&self.parts.base());
        for path in self.paths {
            digest = digest.text(path);
        }
        digest = digest.text("");
        for (name, refs) in &self.parts.refs.repositories {
            digest = digest
                .text(name)
                .optional(refs.default_branch.as_deref())
                .text(refs.known.as_str());
            for names in [&refs.heads, &refs.tags] {
                digest = names.iter().fold(digest, |digest, name| digest.text(name)).text("");
            }
        }
        digest.key()
    }
}
