//! The values that differ between two states of a file, with the versions among them. Knows nothing of Git.

use std::sync::Arc;

use crate::delivery::folder::stage_of_path;
use crate::delivery::version_application::{family, stage_of_value};
use crate::delivery::version_field::{Place, VersionValue, is_version_file};
use crate::delivery::{Context, reduce};
use crate::documents::compare::{self, Address, Difference, Identity};
use crate::documents::{Document, Limits, NodeRef, ParsedFile, parse};
use crate::domain::change::{ChangedFile, ValueChange, VersionField};
use crate::domain::file::FileClass;
use crate::domain::location::Location;

/// Differing values of one file; one with more is opaque.
const MOST_VALUES: usize = 10_000;

/// A value that differs, and where it was at the base.
pub(super) struct Found {
    pub value: ValueChange,
    /// Where it stands in the file, for versions.
    pub field: Option<VersionPlace>,
}

/// Where a version stands, in words that hold for every state of its file.
pub(super) struct VersionPlace {
    /// At the base.
    pub path: String,
    pub identity: Identity,
    pub address: Address,
    pub value: VersionValue,
}

/// What differs between two states of a file; `None` where one of them cannot be read for certain.
pub(super) fn differences(file: &ChangedFile, before: &[u8], after: &[u8], context: &Context<'_>) -> Option<Vec<Found>> {
    let from = file.from.as_ref().unwrap_or(&file.path);
    let (before, after) = (State::read(from, before)?, State::read(&file.path, after)?);
    // Nobody writes more beside the items of a list than kind and version, and what is there belongs to no document.
    if before.beside_items() != after.beside_items() {
        return None;
    }
    let mut found = Vec::new();
    for (old, new) in compare::pairs(&before.documents(), &after.documents()) {
        let identity = match (old, new) {
            (Some(position), _) => before.identities.get(position),
            (None, Some(position)) => after.identities.get(position),
            (None, None) => None,
        };
        let pair = Pair {
            file,
            before: old.and_then(|position| before.documents.get(position)),
            after: new.and_then(|position| after.documents.get(position)),
            identity: identity.cloned().unwrap_or_default(),
            context,
        };
        found.extend(pair.differences()?);
        if found.len() > MOST_VALUES {
            return None;
        }
    }
    Some(found)
}

/// A document at the base and at the head.
struct Pair<'a> {
    file: &'a ChangedFile,
    before: Option<&'a Arc<Document>>,
    after: Option<&'a Arc<Document>>,
    identity: Identity,
    context: &'a Context<'a>,
}

impl Pair<'_> {
    fn differences(&self) -> Option<Vec<Found>> {
        let document = |side: Option<&Arc<Document>>| side.map(Arc::clone);
        let (before, after) = (document(self.before), document(self.after));
        let differences = compare::compare(before.as_deref(), after.as_deref(), MOST_VALUES)?;
        let document = self.after.or(self.before)?;
        if differences.is_empty() {
            return Some(Vec::new());
        }
        let of_document = reduce(&self.context.unasked(), &self.file.path, document).stage.stage;
        let found = |difference: &Difference<'_>| {
            let stage = stage_at(document, &self.file.path, &difference.address, self.context);
            let stage = stage.or_else(|| of_document.clone());
            let (version, field) = self.version(difference, stage.as_ref()).unzip();
            Found {
                value: value(self.file, document, difference, stage, version),
                field,
            }
        };
        Some(differences.iter().map(found).collect())
    }

    fn version(&self, difference: &Difference<'_>, stage: Option<&String>) -> Option<(VersionField, VersionPlace)> {
        let address = &difference.address;
        let path = self.file.from.as_ref().unwrap_or(&self.file.path);
        let name = self.context.stage_words().left_out(path);
        let read = |document: Option<&Arc<Document>>, path: &str, is_there: bool| {
            let document = document.filter(|_| is_there)?;
            Place::of(path, document).version(document, address, &name)
        };
        let from = read(self.before, path, difference.before.is_some());
        let to = read(self.after, &self.file.path, difference.after.is_some());
        // What was no version and becomes one, or the version of something else, is more than another version.
        let is_same = match (&from, &to) {
            (Some(from), Some(to)) => from.application == to.application && from.rest == to.rest,
            (Some(_), None) => difference.after.is_none(),
            (None, Some(_)) => difference.before.is_none(),
            (None, None) => false,
        };
        let value = from.clone().or_else(|| to.clone()).filter(|_| is_same)?;
        let version = VersionField {
            application: value.application.clone(),
            stage: stage.cloned(),
            family: family(path, address, self.context.stage_words()),
            from: from.map(|from| from.version),
            to: to.map(|to| to.version),
            had: Vec::new(),
        };
        let place = VersionPlace {
            path: path.clone(),
            identity: self.identity.clone(),
            address: address.clone(),
            value,
        };
        Some((version, place))
    }
}

/// The stage that a value is for by its own place: what stands around it in the document, or the name of a file of versions, which has nothing
/// else to tell it.
pub(super) fn stage_at(document: &Document, path: &str, address: &Address, context: &Context<'_>) -> Option<String> {
    let of_file = || stage_of_path(path, &Location::of_path(path), context).stage;
    let own = stage_of_value(document, address, context);
    own.or_else(|| is_version_file(path).then(of_file).flatten())
}

fn value(
    file: &ChangedFile,
    document: &Document,
    difference: &Difference<'_>,
    stage: Option<String>,
    version: Option<VersionField>,
) -> ValueChange {
    let path = if difference.after.is_some() {
        &file.path
    } else {
        file.from.as_ref().unwrap_or(&file.path)
    };
    ValueChange {
        path: path.clone(),
        document: document.index(),
        pointer: difference.pointer.clone(),
        before: difference.before_text.clone(),
        after: difference.after_text.clone(),
        stage,
        version,
        at: location(path, document, &difference.pointer),
    }
}

/// A state of a file: its documents, and what tells them apart.
pub(super) struct State {
    pub documents: Vec<Arc<Document>>,
    pub identities: Vec<Identity>,
}

impl State {
    /// `None` where not everything in it is known: templates, secrets, what does not parse, keys given twice.
    pub(super) fn read(path: &str, bytes: &[u8]) -> Option<Self> {
        let ParsedFile {
            class,
            documents,
            problems,
            ..
        } = parse(path, bytes, &Limits::default());
        let is_known = matches!(class, FileClass::Parsed | FileClass::Empty) && problems.is_empty();
        if !is_known {
            return None;
        }
        let identities = compare::identities(&documents.iter().collect::<Vec<_>>());
        Some(Self {
            documents: documents.into_iter().map(Arc::new).collect(),
            identities,
        })
    }

    /// What Kubernetes lists say beside their items, which are documents of their own.
    fn beside_items(&self) -> Vec<(&str, &str)> {
        let mut lists: Vec<NodeRef<'_>> = self.documents.iter().filter_map(|document| document.list()).collect();
        lists.dedup_by_key(|list| list.span());
        let entries = lists.into_iter().flat_map(NodeRef::entries);
        let beside = entries.filter(|(key, _)| key.as_text() != Some("items"));
        beside.map(|(key, value)| (key.raw(), value.raw())).collect()
    }

    pub(super) fn documents(&self) -> Vec<&Document> {
        self.documents.iter().map(AsRef::as_ref).collect()
    }

    /// The document that is the same as one of another state.
    pub(super) fn document(&self, identity: &Identity) -> Option<&Arc<Document>> {
        match self.documents.as_slice() {
            [only] => Some(only),
            documents => documents.get(self.identities.iter().position(|own| own == identity)?),
        }
    }
}

/// The place of a value in a document.
pub(super) fn location(path: &str, document: &Document, pointer: &str) -> Location {
    let node = document.at(pointer);
    let place = node.map_or_else(|| Location::of_path(path), |node| Location::of_span(path, node.span()));
    Location {
        pointer: Some(pointer.to_owned()),
        document: Some(document.index()),
        ..place
    }
}
