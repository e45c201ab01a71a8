//! Flux objects joined with their sources: a Kustomization or HelmRelease tells the stage, its source tells the revision.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::delivery::{Delivery, DeliveryMode, Edge, Rows, Source, Unresolved};
use crate::domain::flow::BranchRole;
use crate::domain::revision::RevisionClass;

use super::context::Context;
use super::flux::{WrittenRevision, chart_revision, evidence, evidence_without_path, git_revision, is_bootstrap, oci_revision};
use super::folder::{resolve, stage_of_path};
use super::site::Site;
use super::stage::StageEvidence;

/// Flux objects of the target, by kind.
pub struct FluxObjects<'a, 'c> {
    objects: Vec<(&'static str, Site<'a>)>,
    context: &'c Context<'c>,
    /// Bootstrap objects that follow different branches on different clusters.
    telling_bootstraps: BTreeSet<(String, String)>,
}

impl<'a, 'c> FluxObjects<'a, 'c> {
    pub fn new(objects: Vec<(&'static str, Site<'a>)>, context: &'c Context<'c>) -> Self {
        let telling_bootstraps = telling_bootstraps(&objects, context);
        Self {
            objects,
            context,
            telling_bootstraps,
        }
    }

    /// The deliveries of all objects.
    pub fn rows(&self) -> Rows {
        let mut rows = Rows::default();
        let mut used = BTreeSet::new();
        for (kind, object) in &self.objects {
            match *kind {
                "flux.Kustomization" => self.kustomization(object, &mut rows, &mut used),
                "flux.HelmRelease" => self.helm_release(object, &mut rows, &mut used),
                _ => {}
            }
        }
        for (kind, object) in &self.objects {
            let is_source = matches!(*kind, "flux.GitRepository" | "flux.OCIRepository");
            if is_source && !used.contains(&key(object)) && !self.is_silent(object) {
                let (source, written) = self.source_of(kind, object);
                let evidence = evidence(object, self.context);
                rows.deliveries.push(self.delivery(kind, object, source, written, &evidence));
            }
        }
        rows
    }

    fn kustomization(&self, object: &Site<'a>, rows: &mut Rows, used: &mut BTreeSet<(String, String)>) {
        // Without a source it is a patch of another one.
        let Some(reference) = object.at(&["spec", "sourceRef"]) else {
            return;
        };
        let Some((kind, source_object)) = self.find(&reference, object) else {
            if matches!(reference.text_of("kind"), Some("GitRepository" | "OCIRepository")) && !refers_to_bootstrap(&reference) {
                rows.unresolved.push(missing(&reference));
            }
            return;
        };
        used.insert(key(source_object));
        if !self.is_silent(source_object) {
            let (mut source, written) = self.source_of(kind, source_object);
            source.path = object.at(&["spec", "path"]).and_then(|p| p.text().map(str::to_owned));
            let mut stage = evidence(object, self.context);
            stage.extend(&evidence(source_object, self.context));
            rows.deliveries
                .push(self.delivery("flux.Kustomization", object, source, written, &stage));
        }
        rows.edges.extend(self.path_edge(object, source_object));
    }

    fn helm_release(&self, object: &Site<'a>, rows: &mut Rows, used: &mut BTreeSet<(String, String)>) {
        let mut stage = evidence(object, self.context);
        if let Some(reference) = object.at(&["spec", "chartRef"]) {
            let Some((kind, source_object)) = self.find(&reference, object) else {
                rows.unresolved.push(missing(&reference));
                return;
            };
            used.insert(key(source_object));
            stage.extend(&evidence(source_object, self.context));
            let (source, written) = self.source_of(kind, source_object);
            rows.deliveries
                .push(self.delivery("flux.HelmRelease", object, source, written, &stage));
            return;
        }
        let Some(chart) = object.at(&["spec", "chart", "spec"]) else {
            return;
        };
        // A patch names only what it changes; the chart is the one of the release that it patches.
        let is_patch = chart.get("chart").is_none();
        let whole = if is_patch {
            self.patched_chart(object)
        } else {
            Some(chart.clone())
        };
        if is_patch && chart.get("version").is_none() {
            return;
        }
        let reference = whole.as_ref().and_then(|c| c.get("sourceRef"));
        let found = reference.as_ref().and_then(|r| self.find(r, object));
        if let Some((kind @ "flux.GitRepository", source_object)) = found {
            used.insert(key(source_object));
            let (mut source, written) = self.source_of(kind, source_object);
            source.path = chart.text_of("chart").map(str::to_owned);
            rows.deliveries
                .push(self.delivery("flux.HelmRelease", object, source, written, &stage));
            return;
        }
        let url = found.and_then(|(_, o)| o.at(&["spec", "url"])).and_then(|u| u.text());
        let mut source = self.context.source(url);
        let name = whole.as_ref().and_then(|c| c.text_of("chart"));
        // The release's name stands in for a chart that stands elsewhere: what matters is that it is a chart.
        let name = name.or_else(|| object.at(&["metadata", "name"]).and_then(|n| n.text()));
        source.chart = Some(name.unwrap_or("?").to_owned());
        let written = chart_revision(&chart, &source, self.context);
        rows.deliveries
            .push(self.delivery("flux.HelmRelease", object, source, written, &stage));
    }

    /// The chart of the release that has the same name and says where its chart comes from.
    fn patched_chart(&self, patch: &Site<'a>) -> Option<Site<'a>> {
        let name = patch.at(&["metadata", "name"])?.text()?;
        let releases = self.objects.iter().filter(|(kind, _)| *kind == "flux.HelmRelease");
        let same = releases.filter(|(_, o)| o.at(&["metadata", "name"]).and_then(|n| n.text()) == Some(name));
        let charts = same.filter_map(|(_, o)| o.at(&["spec", "chart", "spec"]));
        charts
            .filter(|c| c.get("chart").is_some())
            .max_by_key(|c| shared_folders(c.path, patch.path))
    }

    /// The object that a reference names; of several on different clusters the one that stands nearest.
    fn find(&self, reference: &Site<'_>, from: &Site<'_>) -> Option<(&'static str, &Site<'a>)> {
        let kind = reference.text_of("kind")?;
        let name = reference.text_of("name")?;
        let namespace_of = |site: &Site<'_>| site.at(&["metadata", "namespace"]).and_then(|n| n.text().map(str::to_owned));
        let namespace = reference
            .text_of("namespace")
            .map(str::to_owned)
            .or_else(|| namespace_of(from));
        self.objects
            .iter()
            .filter(|(k, o)| {
                k.strip_prefix("flux.") == Some(kind) && o.at(&["metadata", "name"]).and_then(|n| n.text()) == Some(name)
            })
            .max_by_key(|(_, o)| {
                // A namespace may be missing on either side, because a kustomization sets it.
                let is_same = namespace_of(o) == namespace;
                (is_same, shared_folders(o.path, from.path))
            })
            .map(|(kind, object)| (*kind, object))
    }

    fn source_of(&self, kind: &str, object: &Site<'_>) -> (Source, WrittenRevision) {
        let url = object.at(&["spec", "url"]).and_then(|u| u.text());
        let mut source = self.context.source(url);
        let written = match kind {
            "flux.OCIRepository" => oci_revision(object, &source, self.context),
            "flux.HelmChart" => {
                let spec = object.get("spec").unwrap_or_else(|| object.clone());
                source.chart = spec.text_of("chart").map(str::to_owned);
                chart_revision(&spec, &source, self.context)
            }
            _ => git_revision(object, &source, self.context),
        };
        (source, written)
    }

    fn delivery(
        &self,
        kind: &str,
        object: &Site<'_>,
        source: Source,
        written: WrittenRevision,
        stage: &StageEvidence,
    ) -> Delivery {
        let text = |keys: &[&str]| object.at(keys).and_then(|n| n.text().map(str::to_owned));
        Delivery {
            tool: "flux",
            kind: kind.to_owned(),
            name: text(&["metadata", "name"]),
            mode: DeliveryMode::Follows,
            source,
            revision: written.revision,
            stage: stage.infer(self.context),
            environment: None,
            environment_from_branch: false,
            cluster: None,
            namespace: text(&["spec", "targetNamespace"]).or_else(|| text(&["metadata", "namespace"])),
            at: written.at,
            generated_by: None,
            condition: None,
        }
    }

    fn path_edge(&self, object: &Site<'_>, source: &Site<'_>) -> Option<Edge> {
        let path = object.at(&["spec", "path"])?;
        let to = resolve("", path.text()?)?;
        let url = source.at(&["spec", "url"]).and_then(|u| u.text());
        let is_here = match self.context.source(url).is_this_repository {
            Some(is_this) => is_this,
            None => self.context.exists(&to),
        };
        (is_here && !to.is_empty()).then(|| Edge {
            from: object.path.to_owned(),
            to_stage: stage_of_path(&to, &path.location(), self.context),
            to,
            kind: "flux.path",
            from_stage: evidence_without_path(object, self.context).infer(self.context),
            at: path.location(),
        })
    }

    /// Whether nothing is to be said of a source: Flux's own repository, unless its branch tells the clusters apart.
    fn is_silent(&self, source: &Site<'_>) -> bool {
        is_bootstrap(source) && !self.telling_bootstraps.contains(&key(source))
    }
}

/// A source object, and the branch it follows unless it is the default one.
type Followed = ((String, String), Option<String>);

/// One branch for all clusters, with folders that make the stages, is the good pattern; a branch per cluster is a mapping.
fn telling_bootstraps(objects: &[(&'static str, Site<'_>)], context: &Context<'_>) -> BTreeSet<(String, String)> {
    let mut groups: BTreeMap<Option<String>, Vec<Followed>> = BTreeMap::new();
    for (kind, object) in objects {
        if *kind == "flux.GitRepository" && is_bootstrap(object) {
            let source = context.source(object.at(&["spec", "url"]).and_then(|u| u.text()));
            let revision = git_revision(object, &source, context).revision;
            let branch = match revision.class {
                RevisionClass::Default => None,
                _ => revision.text,
            };
            groups.entry(source.repository).or_default().push((key(object), branch));
        }
    }
    let names_stage = |branch: &Option<String>| {
        branch.as_ref().is_some_and(|b| {
            let role = context.flow.branch_role(b);
            role != Some(BranchRole::Main) && role != Some(BranchRole::Develop) && !context.words.named(b).is_empty()
        })
    };
    let telling = groups.into_values().filter(|group| {
        let distinct: BTreeSet<&Option<String>> = group.iter().map(|(_, branch)| branch).collect();
        distinct.len() > 1 || group.iter().any(|(_, b)| names_stage(b))
    });
    telling.flatten().map(|(key, _)| key).collect()
}

fn refers_to_bootstrap(reference: &Site<'_>) -> bool {
    reference.text_of("name") == Some("flux-system")
}

fn missing(reference: &Site<'_>) -> Unresolved {
    let text = |key| reference.text_of(key).unwrap_or("?");
    Unresolved {
        tool: "flux",
        reason: format!("{} {} is not among the files", text("kind"), text("name")),
        at: reference.key_location(),
    }
}

/// Path and pointer with document index tell objects apart.
fn key(object: &Site<'_>) -> (String, String) {
    (
        object.path.to_owned(),
        format!("{}#{}", object.document().index(), object.pointer),
    )
}

fn shared_folders(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
#[path = "flux_tests.rs"]
mod tests;
