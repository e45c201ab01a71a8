//! One document becomes rows; documents that only make sense together are kept for the join.

use std::sync::Arc;

use crate::documents::document::{Document, NodeRef};
use crate::domain::delivery::{Name, NameRole, Rows};
use crate::domain::location::Location;
use crate::domain::stage::StageInference;

use super::argocd::Application;
use super::context::Context;
use super::folder::{FileNames, PathUse, read_file_name, read_path};
use super::kind::kind_of;
use super::site::Site;
use super::slots::{NameOf, read_metadata, read_name};
use super::stage::StageEvidence;
use super::{application_set, flux, helm, kustomize, promoter};

/// What remains of a document once it is dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reduced {
    pub kind: String,
    /// Its own `metadata.name` (or `name` of a chart).
    pub name: Option<String>,
    /// Its own `metadata.namespace`.
    pub namespace: Option<String>,
    pub api_version: Option<String>,
    pub stage: StageInference,
    pub rows: Rows,
    /// The join needs the document.
    pub retained: bool,
}

/// Reduces one document.
pub fn reduce(context: &Context<'_>, path: &str, document: &Arc<Document>) -> Reduced {
    let kind = kind_of(path, document);
    let root = Site::root(path, document);
    let own = |keys: &[&str]| root.node.path(keys).and_then(NodeRef::as_text).map(str::to_owned);
    let mut reduced = Reduced {
        name: own(&["metadata", "name"]).or_else(|| own(&["name"]).filter(|_| kind == "helm.Chart")),
        namespace: own(&["metadata", "namespace"]),
        api_version: own(&["apiVersion"]),
        ..Reduced::default()
    };
    // A Kubernetes list never comes here as a whole: reading it opened it.
    let part = object(context, &root, &kind);
    reduced.stage = part.stage;
    reduced.rows = part.rows;
    reduced.retained = part.retained;
    reduced.kind = kind;
    reduced
}

#[derive(Default)]
struct Part {
    stage: StageInference,
    rows: Rows,
    retained: bool,
}

fn object(context: &Context<'_>, root: &Site<'_>, kind: &str) -> Part {
    match kind {
        "argocd.Application" => {
            let extracted = Application::plain(root.clone()).extract(context);
            Part {
                stage: extracted.evidence.infer(context),
                // A kustomization may patch it, or it may be the patch.
                retained: context.has_kustomizations(),
                rows: extracted.rows,
            }
        }
        "argocd.ApplicationSet" if application_set::needs_files(root) => Part {
            retained: true,
            ..Part::default()
        },
        "argocd.ApplicationSet" => {
            let (rows, stage) = application_set::extract(root, context, &[]);
            Part {
                stage,
                rows,
                retained: false,
            }
        }
        "kustomize.Kustomization" | "kustomize.Component" => {
            let stage = kustomize::evidence(root, context).infer(context);
            Part {
                rows: kustomize::rows(root, kind, &stage, context),
                stage,
                retained: true,
            }
        }
        "kustomize.patch" | "gitlab.ci" | "github.workflow" => Part {
            retained: true,
            ..Part::default()
        },
        "helm.values" => Part {
            stage: helm::values_evidence(root, context).infer(context),
            ..Part::default()
        },
        "promoter.PromotionStrategy" => Part {
            rows: promoter::rows(root, kind, context),
            ..Part::default()
        },
        _ if kind.starts_with("flux.") => flux_object(context, root, kind),
        _ => plain(context, root, kind),
    }
}

fn flux_object(context: &Context<'_>, root: &Site<'_>, kind: &str) -> Part {
    let stage = flux::evidence(root, context).infer(context);
    let mut rows = Rows::default();
    if let Some(namespace) = root.at(&["spec", "targetNamespace"]) {
        rows.names.extend(name_row(NameRole::Namespace, kind, &namespace, &stage));
    }
    Part {
        stage,
        rows,
        retained: flux::is_joined(kind),
    }
}

/// Everything else: labels, namespace and place tell the stage; some kinds are names.
fn plain(context: &Context<'_>, root: &Site<'_>, kind: &str) -> Part {
    let mut evidence = StageEvidence::default();
    let own = Location::of_path(root.path);
    let is_object = kind.starts_with("k8s.") || kind.starts_with("openshift.") || kind == "argocd.AppProject";
    read_path(&mut evidence, "path", (root.path, &own), PathUse::Own, context);
    if is_object {
        read_metadata(&mut evidence, root, context);
        read_file_name(&mut evidence, "file name", (root.path, &own), FileNames::Others, context);
    }
    let role = match kind {
        "k8s.Namespace" => Some(NameRole::Namespace),
        "openshift.Project" | "openshift.ProjectRequest" | "argocd.AppProject" => Some(NameRole::Project),
        _ => None,
    };
    let namespace = match kind {
        "k8s.Namespace" | "openshift.Project" | "openshift.ProjectRequest" => root.at(&["metadata", "name"]),
        // The namespace of Argo CD's own objects is the management side.
        "argocd.AppProject" => None,
        _ if is_object => root.at(&["metadata", "namespace"]),
        _ => None,
    };
    if let Some(site) = namespace
        && let Some(text) = site.text()
    {
        read_name(&mut evidence, (text, site.location()), NameOf::Namespace, context);
    }
    let stage = evidence.infer(context);
    let mut rows = Rows::default();
    if let (Some(role), Some(name)) = (role, root.at(&["metadata", "name"])) {
        rows.names.extend(name_row(role, kind, &name, &stage));
    }
    Part {
        stage,
        rows,
        retained: kind == "unknown" && may_hold_parameters(root, context),
    }
}

fn name_row(role: NameRole, kind: &str, site: &Site<'_>, stage: &StageInference) -> Option<Name> {
    let text = site.text().filter(|t| !t.is_empty())?;
    Some(Name {
        role,
        kind: kind.to_owned(),
        text: text.to_owned(),
        destination_namespace: None,
        destination_cluster: None,
        stage: stage.clone(),
        at: site.location(),
    })
}

/// Files that a `git` generator may read: small mappings that name a branch, a revision or a stage.
fn may_hold_parameters(root: &Site<'_>, context: &Context<'_>) -> bool {
    const MAX_BYTES: usize = 16 * 1024;
    let tells = |key: &str| {
        let key = key.to_lowercase();
        key.contains("branch") || key.contains("revision") || context.flow.stage_keys.contains(&key)
    };
    root.document().text().len() <= MAX_BYTES
        && root.entries().iter().any(|(key, value)| {
            let nested = value.entries();
            tells(key) || nested.iter().any(|(key, _)| tells(key))
        })
}

#[cfg(test)]
#[path = "reduce_tests.rs"]
mod tests;
