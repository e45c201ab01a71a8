//! Kustomize: which files a kustomization refers to, the namespace it sets, and the stage it stands for.

use crate::domain::delivery::{Edge, Name, NameRole, Rows};
use crate::domain::location::Location;
use crate::domain::stage::StageInference;

use super::context::Context;
use super::folder::{PathUse, folder_of, read_path, resolve, stage_of_path};
use super::revision::is_templated;
use super::site::Site;
use super::slots::{NameOf, is_stage_key, read_name, read_value};
use super::stage::StageEvidence;

/// Fields that list files and folders, and the kind of edge they make.
const LISTS: [(&str, &str); 9] = [
    ("resources", "kustomize.resources"),
    ("bases", "kustomize.bases"),
    ("components", "kustomize.components"),
    ("crds", "kustomize.crds"),
    ("configurations", "kustomize.configurations"),
    ("transformers", "kustomize.transformers"),
    ("generators", "kustomize.generators"),
    ("validators", "kustomize.validators"),
    ("patchesStrategicMerge", "kustomize.patches"),
];

/// Fields that list mappings, the key in them that names files, and the kind of edge.
const NESTED: [(&str, &str, &str); 12] = [
    ("patches", "path", "kustomize.patches"),
    ("patchesJson6902", "path", "kustomize.patches"),
    ("replacements", "path", "kustomize.replacements"),
    ("configMapGenerator", "files", "kustomize.configMapGenerator"),
    ("configMapGenerator", "envs", "kustomize.configMapGenerator"),
    ("configMapGenerator", "env", "kustomize.configMapGenerator"),
    ("secretGenerator", "files", "kustomize.secretGenerator"),
    ("secretGenerator", "envs", "kustomize.secretGenerator"),
    ("secretGenerator", "env", "kustomize.secretGenerator"),
    ("helmCharts", "valuesFile", "helm.valueFiles"),
    ("helmCharts", "additionalValuesFiles", "helm.valueFiles"),
    ("helmChartInflationGenerator", "values", "helm.valueFiles"),
];

/// The evidence for a kustomization's stage: folder, namespace, labels, prefix or suffix of names.
pub fn evidence(root: &Site<'_>, context: &Context<'_>) -> StageEvidence {
    let mut evidence = StageEvidence::default();
    let own = Location::of_path(root.path);
    super::slots::read_metadata(&mut evidence, root, context);
    read_path(&mut evidence, "path", (root.path, &own), PathUse::Own, context);
    if let Some(namespace) = root.get("namespace")
        && let Some(text) = namespace.text()
    {
        read_name(&mut evidence, (text, namespace.location()), NameOf::Namespace, context);
    }
    for key in ["namePrefix", "nameSuffix"] {
        if let Some(site) = root.get(key)
            && let Some(text) = site.text()
        {
            read_value(&mut evidence, "name prefix or suffix", (text, site.location()), 55, context);
        }
    }
    let pairs = root.get("labels").map(|l| l.items()).unwrap_or_default();
    let pairs = pairs.iter().filter_map(|l| l.get("pairs"));
    for labels in pairs.chain(root.get("commonLabels")).chain(root.get("commonAnnotations")) {
        for (key, value) in labels.entries() {
            if is_stage_key(key, context)
                && let Some(text) = value.text()
            {
                read_value(&mut evidence, "label", (text, value.location()), 100, context);
            }
        }
    }
    evidence
}

/// The rows of a kustomization.
pub fn rows(root: &Site<'_>, kind: &str, stage: &StageInference, context: &Context<'_>) -> Rows {
    let mut rows = Rows::default();
    for (site, edge_kind) in references(root) {
        rows.edges.extend(edge(&site, edge_kind, stage, context));
    }
    if let Some(namespace) = root.get("namespace")
        && let Some(text) = namespace.text().filter(|t| !t.is_empty())
    {
        rows.names.push(Name {
            role: NameRole::Namespace,
            kind: kind.to_owned(),
            text: text.to_owned(),
            destination_namespace: None,
            destination_cluster: None,
            stage: stage.clone(),
            at: namespace.location(),
        });
    }
    rows
}

/// The files and folders of this repository that a kustomization lists under `resources`, `bases` and `components`.
pub fn resources(root: &Site<'_>) -> Vec<String> {
    let lists = ["resources", "bases", "components"].into_iter().filter_map(|k| root.get(k));
    lists
        .flat_map(|l| l.items())
        .filter_map(|item| resolve(folder_of(root.path), local(item.text()?)?))
        .collect()
}

fn references<'a>(root: &Site<'a>) -> Vec<(Site<'a>, &'static str)> {
    let mut found = Vec::new();
    for (key, kind) in LISTS {
        let items = root.get(key).map(|l| l.items_or_self()).unwrap_or_default();
        found.extend(items.into_iter().map(|item| (item, kind)));
    }
    for (key, inner, kind) in NESTED {
        for entry in root.get(key).map(|l| l.items()).unwrap_or_default() {
            let items = entry.get(inner).map(|l| l.items_or_self()).unwrap_or_default();
            found.extend(items.into_iter().map(|item| (item, kind)));
        }
    }
    if let Some(path) = root.at(&["openapi", "path"]) {
        found.push((path, "kustomize.openapi"));
    }
    found
}

fn edge(site: &Site<'_>, kind: &'static str, from_stage: &StageInference, context: &Context<'_>) -> Option<Edge> {
    let text = site.text()?;
    // A generator may name the key: `config.yaml=../dev/config.yaml`.
    let text = if kind.ends_with("Generator") {
        text.split_once('=').map_or(text, |(_, path)| path)
    } else {
        text
    };
    let to = resolve(folder_of(site.path), local(text)?)?;
    Some(Edge {
        from: site.path.to_owned(),
        to_stage: stage_of_path(&to, &site.location(), context),
        to,
        kind,
        from_stage: from_stage.clone(),
        at: site.location(),
    })
}

/// A reference to a file or folder of this repository; nothing for inline patches and remote bases.
fn local(text: &str) -> Option<&str> {
    let is_remote = text.contains("://")
        || text.contains("?ref=")
        || text.contains("git@")
        || text.contains("//")
        || ["github.com/", "gitlab.com/", "bitbucket.org/", "git::"]
            .iter()
            .any(|h| text.starts_with(h));
    let is_path = !text.is_empty() && !is_inline(text);
    (is_path && !is_remote && !is_templated(text)).then_some(text)
}

/// Whether a patch is written where a path could stand.
pub fn is_inline(text: &str) -> bool {
    text.contains('\n') || text.contains(": ") || text.starts_with(['{', '['])
}

#[cfg(test)]
mod tests {
    use crate::delivery::test_documents::rows;

    fn check(path: &str, text: &str, expected: &[&str]) {
        let rows = rows(&[(path, text)]);
        let edges: Vec<String> = rows
            .edges
            .iter()
            .map(|e| {
                let line = e.at.span.map_or(0, |s| s.start.line);
                let stage = |s: &crate::domain::stage::StageInference| s.stage.clone().unwrap_or_else(|| "?".to_owned());
                format!(
                    "{line} {} {} {} -> {}",
                    e.kind,
                    e.to,
                    stage(&e.from_stage),
                    stage(&e.to_stage)
                )
            })
            .collect();
        assert_eq!(edges, expected);
    }

    #[test]
    fn references_become_edges_with_the_stages_of_both_ends() {
        check(
            "envs/prd/kustomization.yaml",
            "resources:\n- ../../base\n- ../dev/config\n- https://example.org/a.yaml\n- github.com/acme/x?ref=main\n",
            &[
                "2 kustomize.resources base prd -> ?",
                "3 kustomize.resources envs/dev/config prd -> dev",
            ],
        );
    }

    #[test]
    fn shared_folders_have_no_stage() {
        check(
            "envs/qa/kustomization.yml",
            "namespace: qa\ncomponents:\n  - ../../variants/non-prod\n",
            &["3 kustomize.components variants/non-prod int -> ?"],
        );
    }

    #[test]
    fn generators_and_patches_refer_to_files() {
        check(
            "overlays/prod/kustomization.yaml",
            "patches:\n- path: ../test/patch.yaml\nconfigMapGenerator:\n- name: c\n  files: [app.ini=../dev/app.ini]\n",
            &[
                "2 kustomize.patches overlays/test/patch.yaml prd -> int",
                "5 kustomize.configMapGenerator overlays/dev/app.ini prd -> dev",
            ],
        );
    }

    #[test]
    fn inline_patches_and_odd_values_are_no_edges() {
        check(
            "kustomization.yaml",
            "patchesStrategicMerge:\n- |-\n  kind: x\nresources: {a: 1}\nbases: [1, null, [x]]\nnamespace: [a]\n",
            &["5 kustomize.bases 1 ? -> ?"],
        );
    }
}
