//! What several documents say together: pipelines with their includes, Flux objects with their sources, patches with their bases.

use std::sync::Arc;

use crate::documents::document::Document;
use crate::domain::delivery::Rows;

use super::context::Context;
use super::flux_join::FluxObjects;
use super::kind::kind_of;
use super::kustomize_patch::Overlays;
use super::site::Site;
use super::{application_set, flux, github_actions, gitlab_ci};

/// Kinds of Flux that are joined; static, because the objects carry them.
const FLUX: [&str; 6] = [
    "flux.GitRepository",
    "flux.OCIRepository",
    "flux.HelmRepository",
    "flux.HelmChart",
    "flux.HelmRelease",
    "flux.Kustomization",
];

/// The rows that only several documents together yield. `retained` are the documents that `reduce` asked to keep.
pub fn join(context: &Context<'_>, retained: &[(String, Arc<Document>)]) -> Rows {
    // The order in which files were read must not show.
    let mut retained: Vec<(String, Arc<Document>)> = retained.to_vec();
    retained.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.index().cmp(&b.1.index())));
    let mut rows = Rows::default();
    let mut flux_objects = Vec::new();
    for (path, document) in &retained {
        let kind = kind_of(path, document);
        let root = Site::root(path, document);
        if flux::is_joined(&kind) {
            flux_objects.extend(FLUX.iter().find(|k| **k == kind).map(|k| (*k, root)));
        } else if kind == "argocd.ApplicationSet" {
            rows.append(application_set::extract(&root, context, &retained).0);
        }
    }
    rows.append(FluxObjects::new(flux_objects, context).rows());
    rows.append(gitlab_ci::rows(&retained, context));
    rows.append(github_actions::rows(&retained, context));
    rows.append(Overlays::new(&retained, context).rows());
    rows
}
