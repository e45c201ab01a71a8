//! Evidence from paths: folders made for stages, file name slots, words in folder names; and how relative paths resolve.

use crate::domain::location::Location;
use crate::domain::stage::StageInference;

use super::context::Context;
use super::revision::is_templated;
use super::stage::StageEvidence;
use super::words::{Mention, WordPosition};

/// What a path is to the thing whose stage is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathUse {
    /// The file that holds it: only folders made for stages and unmistakable words speak.
    Own,
    /// Something it refers to: a whole folder name speaks too.
    Referenced,
}

/// How the file's own name is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileNames {
    /// A file of values: `values-prd.yaml`, `prd-values.yaml`, `prd.yaml`.
    Values,
    /// A file that describes a delivery: `application-prd.yaml`, `prd.yaml`.
    Deliveries,
    /// Any other: only unmistakable words, and weakly.
    Others,
    /// Not at all: pipelines are called after what they do.
    Unread,
}

/// The inference for a file or folder that is referred to.
pub fn stage_of_path(path: &str, location: &Location, context: &Context<'_>) -> StageInference {
    let mut evidence = StageEvidence::default();
    read_path(&mut evidence, "path", (path, location), PathUse::Referenced, context);
    if split_file(path).is_some() {
        read_file_name(&mut evidence, "file name", (path, location), FileNames::Values, context);
    }
    evidence.infer(context)
}

/// The stage that a file stands for by its own place and name, with strong evidence only.
pub fn stage_of_file(path: &str, names: FileNames, context: &Context<'_>) -> Option<String> {
    let mut evidence = StageEvidence::default();
    let location = Location::of_path(path);
    read_path(&mut evidence, "path", (path, &location), PathUse::Own, context);
    read_file_name(&mut evidence, "file name", (path, &location), names, context);
    let inference = evidence.infer(context);
    let is_strong = inference.evidence.first().is_some_and(|piece| piece.weight >= 60);
    inference.stage.filter(|_| is_strong)
}

/// Reads the folders of a path; of a file's path without the file's name.
pub fn read_path(
    evidence: &mut StageEvidence,
    source: &'static str,
    (path, location): (&str, &Location),
    of: PathUse,
    context: &Context<'_>,
) {
    if is_templated(path) {
        return;
    }
    if let Some(rule) = context.flow.paths.iter().find(|r| r.glob.is_match(path)) {
        match &rule.stage {
            Some(stage) => evidence.add("configured path", path, stage, 100, location.clone()),
            None => evidence.declare_stageless(),
        }
        return;
    }
    let folders = match (of, split_file(path)) {
        (PathUse::Own, _) => path.rsplit_once('/').map_or("", |(folders, _)| folders),
        (PathUse::Referenced, Some((folders, _))) => folders,
        (PathUse::Referenced, None) => path,
    };
    for (stage, weight) in walk(folders, of, context) {
        evidence.add(source, path, &stage, weight, location.clone());
    }
}

/// Reads the slot of a file's name.
pub fn read_file_name(
    evidence: &mut StageEvidence,
    source: &'static str,
    (path, location): (&str, &Location),
    names: FileNames,
    context: &Context<'_>,
) {
    let name = path.rsplit('/').next().unwrap_or(path);
    if names == FileNames::Unread || is_templated(name) {
        return;
    }
    if let Some(mention) = context.sibling_stage(path) {
        evidence.add(source, name, &mention.stage, 65, location.clone());
        return;
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mentions = context.words.mentions(&without_values(stem));
    let [mention] = mentions.as_slice() else { return };
    if let Some(weight) = file_name_weight(mention, names) {
        evidence.add(source, name, &mention.stage, weight, location.clone());
    }
}

/// The path that `reference` means when it stands in a file of `folder`; `None` when it leaves the repository.
pub fn resolve(folder: &str, reference: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a file.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path that ends in a file name with an extension of a document, as folders and file name.
fn split_file(path: &str) -> Option<(&str, &str)> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (_, extension) = name.rsplit_once('.')?;
    let is_document = matches!(extension, "yaml" | "yml" | "json" | "toml" | "tfvars" | "env" | "properties");
    is_document.then_some((folders, name))
}

/// `values-prd` and `prd-values` are files of stage `prd`.
fn without_values(stem: &str) -> String {
    let words: Vec<&str> = stem
        .split(['-', '_', '.'])
        .filter(|w| !matches!(*w, "values" | "value" | "auto" | "enc" | "sops"))
        .collect();
    words.join("-")
}

const fn file_name_weight(mention: &Mention, names: FileNames) -> Option<u8> {
    match (names, mention.position, mention.is_weak) {
        (FileNames::Values, WordPosition::Whole | WordPosition::Last | WordPosition::First, _)
        | (FileNames::Values, WordPosition::Inner, false)
        | (FileNames::Deliveries, WordPosition::Whole, _)
        | (FileNames::Deliveries, WordPosition::Last, false) => Some(65),
        (FileNames::Deliveries, WordPosition::First, false) => Some(55),
        (FileNames::Deliveries, WordPosition::Last, true)
        | (FileNames::Others, WordPosition::Whole | WordPosition::Last, false) => Some(40),
        _ => None,
    }
}

/// Where the walk stands, seen from the nearest folder that is made for stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Below no such folder.
    Outside,
    /// Its child; `is_things` when its children are things first and stages second (`apps/phippy/prd`).
    Child {
        is_things: bool,
    },
    /// Its grandchild.
    Grandchild,
    Deeper,
    /// Below a shared folder: what stands above no longer counts, words are no stages.
    Shared,
}

fn walk(folders: &str, of: PathUse, context: &Context<'_>) -> Vec<(String, u8)> {
    let flow = context.flow;
    let segments: Vec<&str> = folders
        .split('/')
        .filter(|s| !s.is_empty() && *s != "." && *s != "..")
        .collect();
    let mut found: Vec<(Mention, u8)> = Vec::new();
    let mut place = Place::Outside;
    let mut walked = String::new();
    for (index, segment) in segments.iter().enumerate() {
        let is_known_root = context.is_stage_root(&walked);
        let is_last = index + 1 == segments.len();
        if !walked.is_empty() {
            walked.push('/');
        }
        walked.push_str(segment);
        let lower = segment.to_lowercase();
        let slot = best(context.words.mentions(segment), |m| {
            weigh(m, place, is_known_root, of, is_last)
        });
        // `live` is a stage's word and a folder made for stages: what stands below it tells.
        let is_folder = flow.stage_folders.contains(&lower);
        let holds_stage = segments.get(index + 1).is_some_and(|s| names_whole(s, context));
        if let Some((mention, weight)) = slot.filter(|(_, w)| !is_folder || (*w >= 70 && !holds_stage)) {
            found.push((mention, weight));
            place = if weight >= 60 { Place::Deeper } else { next(place) };
        } else if flow.shared_folders.contains(&lower) {
            found.clear();
            place = Place::Shared;
        } else if is_folder {
            place = Place::Child {
                is_things: lower == "apps",
            };
        } else {
            place = next(place);
        }
    }
    settle(found)
}

fn names_whole(segment: &str, context: &Context<'_>) -> bool {
    let mentions = context.words.mentions(segment);
    mentions.iter().any(|m| m.position == WordPosition::Whole)
}

/// The strongest of the stages that one segment names; none when two are equally strong.
fn best(mentions: Vec<Mention>, weigh: impl Fn(&Mention) -> Option<u8>) -> Option<(Mention, u8)> {
    let mut weighed: Vec<(Mention, u8)> = mentions.into_iter().filter_map(|m| weigh(&m).map(|w| (m, w))).collect();
    weighed.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    match weighed.as_slice() {
        [(first, weight), (second, other), ..] if weight == other && first.stage != second.stage => None,
        _ => weighed.into_iter().next(),
    }
}

const fn next(place: Place) -> Place {
    match place {
        Place::Child { .. } => Place::Grandchild,
        Place::Grandchild => Place::Deeper,
        other => other,
    }
}

fn weigh(mention: &Mention, place: Place, is_known_root: bool, of: PathUse, is_last: bool) -> Option<u8> {
    let is_whole = mention.position == WordPosition::Whole;
    if is_known_root && is_whole && place != Place::Shared {
        return Some(70);
    }
    match (place, mention.is_weak) {
        (Place::Shared, _) => None,
        (Place::Child { .. }, false) | (Place::Grandchild, false) => Some(70),
        // `apps/dev-portal` is an application, `clusters/dev-eu` a cluster of stage dev.
        (Place::Child { is_things: false }, true) if mention.position != WordPosition::Inner => Some(70),
        (Place::Child { .. } | Place::Grandchild, true) if is_whole => Some(70),
        (Place::Deeper, false) if is_whole => Some(60),
        (Place::Outside, false) if is_whole && of == PathUse::Referenced => Some(62),
        (_, false) => Some(if of == PathUse::Referenced { 40 } else { 30 }),
        (Place::Outside | Place::Deeper, true) if is_whole && is_last && of == PathUse::Referenced => Some(60),
        _ => None,
    }
}

/// Of several stage folders on one way the innermost speaks; the outer ones stay visible, but are not strong:
/// `clusters/production/apps/staging` holds what stage staging has on that cluster.
fn settle(found: Vec<(Mention, u8)>) -> Vec<(String, u8)> {
    let strongest = found.iter().map(|(_, w)| *w).max().unwrap_or(0);
    let innermost = found.iter().rposition(|(_, w)| *w >= 60 || *w == strongest);
    found
        .into_iter()
        .enumerate()
        .map(|(index, (mention, weight))| {
            let weight = if Some(index) == innermost { weight } else { weight.min(55) };
            (mention.stage, weight)
        })
        .collect()
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
