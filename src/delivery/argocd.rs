//! Argo CD Applications: sources, destinations, stages, names, and the files they refer to.

use crate::domain::delivery::{Delivery, DeliveryMode, Edge, Name, NameRole, Rows, Source};
use crate::domain::location::Location;
use crate::domain::stage::StageInference;

use super::context::Context;
use super::folder::{FileNames, PathUse, read_file_name, read_path, resolve, stage_of_path};
use super::parameters::{Reader, Text};
use super::revision::{classify, is_templated};
use super::site::Site;
use super::slots::{NameOf, cluster_name, is_stage_key, read_metadata, read_name, read_name_as, read_server, read_value};
use super::stage::StageEvidence;

/// An Application, or the template of an ApplicationSet for one element.
#[derive(Debug, Clone)]
pub struct Application<'a, 'p> {
    /// The mapping with `metadata` and `spec`.
    pub object: Site<'a>,
    pub reader: Reader<'p>,
    /// Kind of the document that holds it.
    pub kind: &'static str,
    pub mode: DeliveryMode,
    /// Name of the ApplicationSet.
    pub generated_by: Option<String>,
    /// Path of the file whose folders and name speak for the stage: its own, or that of the overlay that patches it.
    pub holder: &'a str,
    /// What the element of a generator says of itself.
    pub element: StageEvidence,
}

/// What an Application says, and why flowgate believes its stage.
#[derive(Debug, Clone, Default)]
pub struct Extracted {
    pub rows: Rows,
    pub evidence: StageEvidence,
}

impl<'a> Application<'a, 'static> {
    /// An Application as it stands in its document.
    pub fn plain(object: Site<'a>) -> Self {
        Self {
            holder: object.path,
            object,
            reader: Reader::default(),
            kind: "argocd.Application",
            mode: DeliveryMode::Follows,
            generated_by: None,
            element: StageEvidence::default(),
        }
    }
}

/// One source of an Application.
struct SourceSite<'a> {
    site: Site<'a>,
    source: Source,
}

impl<'a> Application<'a, '_> {
    /// Reduces the Application to rows. A patch without `repoURL` yields no delivery; it is joined with its base.
    pub fn extract(&self, context: &Context<'_>) -> Extracted {
        let sources = self.sources(context);
        let mut shared = self.shared_evidence(context);
        for source in &sources {
            self.read_values(&mut shared, source, context);
        }
        let mut all = shared.clone();
        let mut rows = Rows::default();
        for source in &sources {
            let mut evidence = shared.clone();
            self.read_source_path(&mut evidence, source, context);
            all.extend(&evidence);
            rows.deliveries.push(self.delivery(source, &evidence.infer(context), context));
            rows.edges.extend(self.path_edge(source, &shared.infer(context), context));
            rows.edges
                .extend(self.value_edges(source, &sources, &shared.infer(context), context));
        }
        rows.deliveries.extend(self.hydrated(&shared.infer(context), context));
        rows.names.extend(self.name_row(&all.infer(context), context));
        Extracted { rows, evidence: all }
    }

    /// The sources that say where they come from; with `sources`, Argo CD ignores `source`.
    fn sources(&self, context: &Context<'_>) -> Vec<SourceSite<'a>> {
        let spec = self.object.get("spec");
        let at = |keys: &[&str]| spec.as_ref().and_then(|s| s.at(keys));
        let mut sites = at(&["sources"]).map(|s| s.items()).unwrap_or_default();
        if sites.is_empty() {
            sites.extend(at(&["source"]));
        }
        sites.extend(at(&["sourceHydrator", "drySource"]));
        let with_source = sites.into_iter().filter_map(|site| {
            let url = self.reader.read_key(&site, "repoURL")?;
            let mut source = context.source(Some(&url.text));
            source.path = self.reader.read_key(&site, "path").map(|t| t.text);
            source.chart = self.reader.read_key(&site, "chart").map(|t| t.text).filter(|c| !c.is_empty());
            Some(SourceSite { site, source })
        });
        with_source.collect()
    }

    /// Evidence that all sources share. The object's own namespace and cluster are the management side and say nothing.
    fn shared_evidence(&self, context: &Context<'_>) -> StageEvidence {
        let mut evidence = self.element.clone();
        let own = Location::of_path(self.holder);
        read_metadata(&mut evidence, &self.object, context);
        self.read_filled_labels(&mut evidence, context);
        read_path(&mut evidence, "path", (self.holder, &own), PathUse::Own, context);
        read_file_name(
            &mut evidence,
            "file name",
            (self.holder, &own),
            FileNames::Deliveries,
            context,
        );
        if let Some(name) = self.name() {
            read_name(&mut evidence, (&name.text, name.location), NameOf::Application, context);
        }
        if let Some(namespace) = self.destination("namespace") {
            let name = (namespace.text.as_str(), namespace.location);
            read_name_as(&mut evidence, "destination namespace", name, NameOf::Namespace, context);
        }
        if let Some(cluster) = self.destination("name") {
            let name = (cluster.text.as_str(), cluster.location);
            read_name_as(&mut evidence, "destination cluster", name, NameOf::Cluster, context);
        }
        if let Some(server) = self.destination("server") {
            read_server(&mut evidence, (&server.text, server.location), context);
        }
        evidence
    }

    /// Labels of a template become texts only when they are filled.
    fn read_filled_labels(&self, evidence: &mut StageEvidence, context: &Context<'_>) {
        for (key, source) in [("labels", "label"), ("annotations", "annotation")] {
            for (name, value) in self.object.at(&["metadata", key]).map(|s| s.entries()).unwrap_or_default() {
                if value.text().is_some_and(|t| t.contains("{{"))
                    && is_stage_key(name, context)
                    && let Some(text) = self.reader.read(&value)
                {
                    read_value(evidence, source, (&text.text, text.location), 100, context);
                }
            }
        }
    }

    fn read_source_path(&self, evidence: &mut StageEvidence, source: &SourceSite<'_>, context: &Context<'_>) {
        if let Some(path) = self.reader.read_key(&source.site, "path") {
            read_path(
                evidence,
                "source path",
                (&path.text, &path.location),
                PathUse::Referenced,
                context,
            );
        }
    }

    fn read_values(&self, evidence: &mut StageEvidence, source: &SourceSite<'_>, context: &Context<'_>) {
        for file in self.value_files(source) {
            let path = without_reference(&file.text);
            if let Some(stage) = stage_of_path(path, &file.location, context).stage {
                evidence.add("values file", &file.text, &stage, 60, file.location);
            }
        }
        for key in ["valuesObject", "parameters"] {
            let Some(values) = source.site.at(&["helm", key]) else {
                continue;
            };
            super::helm::read_value_keys(evidence, &values, context);
        }
    }

    fn value_files(&self, source: &SourceSite<'_>) -> Vec<Text> {
        let files = source.site.at(&["helm", "valueFiles"]).map(|s| s.items()).unwrap_or_default();
        files.iter().filter_map(|f| self.reader.read(f)).collect()
    }

    fn name(&self) -> Option<Text> {
        self.reader.read_at(&self.object, &["metadata", "name"])
    }

    fn destination(&self, key: &str) -> Option<Text> {
        let text = self.reader.read_at(&self.object, &["spec", "destination", key])?;
        (!text.text.is_empty()).then_some(text)
    }

    fn cluster(&self, context: &Context<'_>) -> Option<String> {
        let (name, server) = (self.destination("name"), self.destination("server"));
        let text = |t: &Option<Text>| t.as_ref().map(|t| t.text.clone());
        cluster_name(text(&name).as_deref(), text(&server).as_deref(), context)
    }

    fn delivery(&self, source: &SourceSite<'_>, stage: &StageInference, context: &Context<'_>) -> Delivery {
        let revision = source.site.get("targetRevision");
        let text = self.reader.read_key(&source.site, "targetRevision");
        let at = match (&text, &revision) {
            (Some(text), _) => text.location.clone(),
            (None, Some(site)) => site.location(),
            (None, None) => source.site.key_location(),
        };
        Delivery {
            tool: "argocd",
            kind: self.kind.to_owned(),
            name: self.name().map(|n| n.text),
            mode: self.mode,
            source: source.source.clone(),
            revision: classify(text.as_ref().map(|t| t.text.as_str()), &source.source, context),
            stage: stage.clone(),
            environment: None,
            environment_from_branch: false,
            cluster: self.cluster(context),
            namespace: self.destination("namespace").map(|n| n.text),
            at,
            generated_by: self.generated_by.clone(),
            condition: None,
        }
    }

    /// Branches to which the Source Hydrator writes rendered manifests.
    fn hydrated(&self, stage: &StageInference, context: &Context<'_>) -> Vec<Delivery> {
        let Some(hydrator) = self.object.at(&["spec", "sourceHydrator"]) else {
            return Vec::new();
        };
        let url = hydrator.at(&["drySource", "repoURL"]).and_then(|s| self.reader.read(&s));
        let mut source = context.source(url.as_ref().map(|u| u.text.as_str()));
        source.path = hydrator
            .at(&["syncSource", "path"])
            .and_then(|s| self.reader.read(&s))
            .map(|t| t.text);
        let branches = ["syncSource", "hydrateTo"]
            .into_iter()
            .filter_map(|key| self.reader.read(&hydrator.at(&[key, "targetBranch"])?));
        branches
            .map(|branch| Delivery {
                tool: "argocd",
                kind: self.kind.to_owned(),
                name: self.name().map(|n| n.text),
                mode: DeliveryMode::MachineWritten,
                source: source.clone(),
                revision: classify(Some(&branch.text), &source, context),
                stage: stage.clone(),
                environment: None,
                environment_from_branch: false,
                cluster: self.cluster(context),
                namespace: self.destination("namespace").map(|n| n.text),
                at: branch.location,
                generated_by: self.generated_by.clone(),
                condition: None,
            })
            .collect()
    }

    fn path_edge(&self, source: &SourceSite<'_>, from_stage: &StageInference, context: &Context<'_>) -> Option<Edge> {
        let path = self.reader.read_key(&source.site, "path")?;
        let to = resolve("", &path.text)?;
        (!to.is_empty() && is_here(&source.source, &to, context)).then(|| Edge {
            from: self.holder.to_owned(),
            to_stage: stage_of_path(&to, &path.location, context),
            to,
            kind: "argocd.path",
            from_stage: from_stage.clone(),
            at: path.location,
        })
    }

    fn value_edges(
        &self,
        source: &SourceSite<'_>,
        sources: &[SourceSite<'_>],
        from_stage: &StageInference,
        context: &Context<'_>,
    ) -> Vec<Edge> {
        let files = self.value_files(source).into_iter().filter_map(|file| {
            let (owner, to) = if let Some(rest) = file.text.strip_prefix('$') {
                let (reference, path) = rest.split_once('/')?;
                let owner = sources.iter().find(|s| s.site.text_of("ref") == Some(reference))?;
                (owner, resolve("", path)?)
            } else if let Some(path) = file.text.strip_prefix('/') {
                (source, resolve("", path)?)
            } else {
                (source, resolve(source.source.path.as_deref()?, &file.text)?)
            };
            (!is_templated(&to) && is_here(&owner.source, &to, context)).then(|| Edge {
                from: self.holder.to_owned(),
                to_stage: stage_of_path(&to, &file.location, context),
                to,
                kind: "helm.valueFiles",
                from_stage: from_stage.clone(),
                at: file.location,
            })
        });
        files.collect()
    }

    fn name_row(&self, stage: &StageInference, context: &Context<'_>) -> Option<Name> {
        let name = self.name()?;
        Some(Name {
            role: NameRole::Application,
            kind: self.kind.to_owned(),
            text: name.text,
            destination_namespace: self.destination("namespace").map(|n| (n.text, n.location)),
            destination_cluster: self.cluster(context),
            stage: stage.clone(),
            at: name.location,
        })
    }
}

/// Whether a path of a source is one of the files at hand: the source is this repository, or nothing speaks against it and
/// the path exists.
fn is_here(source: &Source, path: &str, context: &Context<'_>) -> bool {
    match source.is_this_repository {
        Some(is_this) => is_this,
        None => source.chart.is_none() && context.exists(path),
    }
}

/// `$values/envs/prd/values.yaml` is a path in the source that is called `values`.
fn without_reference(path: &str) -> &str {
    match path.strip_prefix('$').and_then(|rest| rest.split_once('/')) {
        Some((_, path)) => path,
        None => path,
    }
}

#[cfg(test)]
#[path = "argocd_tests.rs"]
mod tests;
