//! Helm charts and values files: the stage that values name. Templates are never read.

use crate::domain::location::Location;

use super::context::Context;
use super::folder::{FileNames, PathUse, read_file_name, read_path};
use super::site::Site;
use super::slots::{is_stage_key, read_value};
use super::stage::StageEvidence;

/// Evidence for a file of values: its place, its name, and keys such as `global.stage`.
pub fn values_evidence(root: &Site<'_>, context: &Context<'_>) -> StageEvidence {
    let mut evidence = StageEvidence::default();
    let own = Location::of_path(root.path);
    read_path(&mut evidence, "path", (root.path, &own), PathUse::Own, context);
    read_file_name(&mut evidence, "file name", (root.path, &own), FileNames::Values, context);
    read_value_keys(&mut evidence, root, context);
    evidence
}

/// Reads keys that name a stage, down to the second level, and parameters of that name (`[{name, value}]`).
pub fn read_value_keys(evidence: &mut StageEvidence, values: &Site<'_>, context: &Context<'_>) {
    for parameter in values.items() {
        if let Some(name) = parameter.text_of("name")
            && is_stage_key(name.rsplit('.').next().unwrap_or(name), context)
            && let Some(value) = parameter.get("value")
        {
            read_key(evidence, &value, context);
        }
    }
    for (key, value) in values.entries() {
        if is_stage_key(key, context) {
            read_key(evidence, &value, context);
        }
        for (key, value) in value.entries() {
            if is_stage_key(key, context) {
                read_key(evidence, &value, context);
            }
        }
    }
}

fn read_key(evidence: &mut StageEvidence, value: &Site<'_>, context: &Context<'_>) {
    if let Some(text) = value.text() {
        read_value(evidence, "values key", (text, value.location()), 50, context);
    }
}
