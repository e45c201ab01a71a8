//! Flux: which kinds say what is delivered, the effective ref of a source, and the evidence for a stage.

use crate::domain::delivery::Source;
use crate::domain::location::Location;
use crate::domain::revision::{Revision, RevisionClass};

use super::context::Context;
use super::folder::{FileNames, PathUse, read_file_name, read_path};
use super::revision::{classify, of_class};
use super::site::Site;
use super::slots::{NameOf, is_stage_key, read_metadata, read_name, read_name_as, read_value};
use super::stage::StageEvidence;

/// A revision and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenRevision {
    pub revision: Revision,
    pub at: Location,
}

/// Kinds whose deliveries are known only together with others.
pub fn is_joined(kind: &str) -> bool {
    matches!(
        kind,
        "flux.GitRepository"
            | "flux.OCIRepository"
            | "flux.HelmRepository"
            | "flux.HelmChart"
            | "flux.HelmRelease"
            | "flux.Kustomization"
    )
}

/// The object by which Flux installs itself: it follows one branch on every cluster and stands for no environment.
pub fn is_bootstrap(object: &Site<'_>) -> bool {
    object.at(&["metadata", "name"]).and_then(|n| n.text()) == Some("flux-system")
}

/// Everything that speaks for the stage of a Flux object.
pub fn evidence(object: &Site<'_>, context: &Context<'_>) -> StageEvidence {
    let mut evidence = evidence_without_path(object, context);
    if let Some(site) = object.at(&["spec", "path"])
        && let Some(text) = site.text()
    {
        read_path(
            &mut evidence,
            "source path",
            (text, &site.location()),
            PathUse::Referenced,
            context,
        );
    }
    evidence
}

/// As `evidence`, but for the path in the source: what the object itself stands for.
pub fn evidence_without_path(object: &Site<'_>, context: &Context<'_>) -> StageEvidence {
    let mut evidence = StageEvidence::default();
    let own = Location::of_path(object.path);
    read_metadata(&mut evidence, object, context);
    read_path(&mut evidence, "path", (object.path, &own), PathUse::Own, context);
    read_file_name(
        &mut evidence,
        "file name",
        (object.path, &own),
        FileNames::Deliveries,
        context,
    );
    let site_text = |keys: &[&str]| object.at(keys).and_then(|s| Some((s.text()?, s.location())));
    if let Some(name) = site_text(&["metadata", "name"]) {
        read_name(&mut evidence, name, NameOf::Application, context);
    }
    if let Some(name) = site_text(&["metadata", "namespace"]) {
        read_name(&mut evidence, name, NameOf::Namespace, context);
    }
    if let Some(name) = site_text(&["spec", "targetNamespace"]) {
        read_name_as(&mut evidence, "target namespace", name, NameOf::Namespace, context);
    }
    let substitutes = object.at(&["spec", "postBuild", "substitute"]).map(|s| s.entries());
    for (key, value) in substitutes.unwrap_or_default() {
        if is_stage_key(&key.to_lowercase(), context)
            && let Some(text) = value.text()
        {
            read_value(&mut evidence, "substituted variable", (text, value.location()), 60, context);
        }
    }
    if let Some(values) = object.at(&["spec", "values"]) {
        super::helm::read_value_keys(&mut evidence, &values, context);
    }
    evidence
}

/// The ref that a GitRepository follows, by precedence: commit, name, semver, tag, branch; without any the default branch.
pub fn git_revision(object: &Site<'_>, source: &Source, context: &Context<'_>) -> WrittenRevision {
    let written = |key: &str| {
        let site = object.at(&["spec", "ref", key])?;
        Some((site.text()?, site.location()))
    };
    let prefixed = |text: &str, prefix: &str| {
        let full = if text.starts_with("refs/") {
            text.to_owned()
        } else {
            format!("{prefix}{text}")
        };
        Revision {
            text: Some(text.to_owned()),
            ..classify(Some(&full), source, context)
        }
    };
    for key in ["commit", "name", "semver", "tag", "branch"] {
        let Some((text, at)) = written(key).filter(|(t, _)| !t.is_empty()) else {
            continue;
        };
        let revision = match key {
            "tag" => prefixed(text, "refs/tags/"),
            "branch" => prefixed(text, "refs/heads/"),
            "semver" => semver(text, source, context),
            _ => classify(Some(text), source, context),
        };
        return WrittenRevision { revision, at };
    }
    WrittenRevision {
        revision: classify(None, source, context),
        at: missing_ref(object),
    }
}

/// The artifact that an OCIRepository follows: digest, semver, tag; without any `latest`.
pub fn oci_revision(object: &Site<'_>, source: &Source, context: &Context<'_>) -> WrittenRevision {
    for key in ["digest", "semver", "tag"] {
        if let Some(site) = object.at(&["spec", "ref", key])
            && let Some(text) = site.text().filter(|t| !t.is_empty())
        {
            return WrittenRevision {
                revision: if key == "semver" {
                    semver(text, source, context)
                } else {
                    classify(Some(text), source, context)
                },
                at: site.location(),
            };
        }
    }
    WrittenRevision {
        revision: of_class(RevisionClass::Tag, Some("latest")),
        at: missing_ref(object),
    }
}

/// The version of a chart; without one the newest, which is class `Default`.
pub fn chart_revision(chart: &Site<'_>, source: &Source, context: &Context<'_>) -> WrittenRevision {
    let version = chart.get("version").and_then(|s| Some((s.text()?, s.location())));
    match version {
        Some((text, at)) => WrittenRevision {
            revision: classify(Some(text), source, context),
            at,
        },
        None => WrittenRevision {
            revision: classify(None, source, context),
            at: chart.key_location(),
        },
    }
}

fn semver(text: &str, source: &Source, context: &Context<'_>) -> Revision {
    let revision = classify(Some(text), source, context);
    match revision.class {
        RevisionClass::Semver | RevisionClass::Range | RevisionClass::Templated => revision,
        _ => of_class(RevisionClass::Range, Some(text)),
    }
}

fn missing_ref(object: &Site<'_>) -> Location {
    let spec = object.at(&["spec", "ref"]).or_else(|| object.get("spec"));
    spec.map_or_else(|| object.location(), |s| s.key_location())
}
