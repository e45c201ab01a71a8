//! ApplicationSets: one Application per element that is literal, one with placeholders where elements cannot be known.

use std::sync::Arc;

use crate::documents::document::Document;
use crate::domain::delivery::{DeliveryMode, Rows, Unresolved};
use crate::domain::stage::StageInference;

use super::argocd::Application;
use super::context::Context;
use super::generators::{Generators, reads_files};
use super::parameters::{Parameters, Reader};
use super::site::Site;
use super::slots::{NameOf, is_stage_key, read_name_as, read_value};
use super::stage::{StageEvidence, covering};

/// Whether the elements depend on the content of other files, so that only the join can tell them.
pub fn needs_files(object: &Site<'_>) -> bool {
    generators(object).iter().any(reads_files)
}

/// The rows of all elements, and the stage, which stays open when the elements are of several stages.
pub fn extract(object: &Site<'_>, context: &Context<'_>, documents: &[(String, Arc<Document>)]) -> (Rows, StageInference) {
    let mut rows = Rows::default();
    let mut stages = Vec::new();
    let Some(template) = object.at(&["spec", "template"]) else {
        return (rows, StageInference::default());
    };
    let mut sets = Vec::new();
    let generators_of = Generators { context, documents };
    for generator in generators(object) {
        let expansion = generators_of.expand(&generator, &Parameters::default(), 0);
        sets.extend(expansion.sets);
        rows.unresolved.extend(expansion.unresolved);
    }
    if sets.is_empty() {
        sets.push(Parameters::default());
    }
    for set in &sets {
        let application = Application {
            holder: object.path,
            object: template.clone(),
            reader: Reader::with(set),
            kind: "argocd.ApplicationSet",
            mode: if set.is_preview {
                DeliveryMode::Preview
            } else {
                DeliveryMode::Follows
            },
            element: element_evidence(set, context),
            generated_by: object.at(&["metadata", "name"]).and_then(|n| n.text().map(str::to_owned)),
        };
        let extracted = application.extract(context);
        rows.append(extracted.rows);
        stages.push(extracted.evidence.infer(context));
    }
    if let Some(patch) = object.at(&["spec", "templatePatch"])
        && patch.text().is_some_and(|t| t.contains("targetRevision"))
    {
        rows.unresolved.push(Unresolved {
            tool: "argocd",
            reason: "the template patch may change the revision".to_owned(),
            at: patch.key_location(),
        });
    }
    let stages: Vec<&StageInference> = stages.iter().collect();
    (rows, covering(&stages, context))
}

/// Elements name their stage and cluster by keys: `{env: prd}`, `{cluster: prd01}`.
fn element_evidence(set: &Parameters, context: &Context<'_>) -> StageEvidence {
    let mut evidence = StageEvidence::default();
    for (key, value) in &set.values {
        let name = key.rsplit('.').next().unwrap_or(key);
        let text = (value.text.as_str(), value.location.clone());
        if is_stage_key(name, context) {
            read_value(&mut evidence, "element", text, 90, context);
        } else if matches!(name, "cluster" | "clusterName" | "cluster_name") {
            read_name_as(&mut evidence, "element's cluster", text, NameOf::Cluster, context);
        }
    }
    evidence
}

fn generators<'a>(object: &Site<'a>) -> Vec<Site<'a>> {
    object.at(&["spec", "generators"]).map(|g| g.items()).unwrap_or_default()
}

#[cfg(test)]
#[path = "application_set_tests.rs"]
mod tests;
