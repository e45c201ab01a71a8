//! What kind of thing a document is: by apiVersion and kind, then by path, then by shape.

use crate::documents::document::{Document, NodeRef};
use crate::documents::format::Format;

/// The kind of a document, such as `argocd.Application`, `k8s.Namespace`, `gitlab.ci`, `helm.values`, or `unknown`.
pub fn kind_of(path: &str, document: &Document) -> String {
    let root = document.root();
    kind_of_object(root)
        .or_else(|| kind_of_path(path, root, document.format()).map(str::to_owned))
        .or_else(|| kind_of_shape(path, root).map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The kind of an object that names its apiVersion and kind.
fn kind_of_object(object: NodeRef<'_>) -> Option<String> {
    let kind = object.get("kind")?.as_str().filter(|k| !k.is_empty())?;
    let Some(version) = object.get("apiVersion").and_then(NodeRef::as_text) else {
        // Kustomize does without an apiVersion; Flux never does.
        let is_kustomize = matches!(kind, "Kustomization" | "Component") && object.get("spec").is_none();
        return is_kustomize.then(|| format!("kustomize.{kind}"));
    };
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let family = match group {
        "argoproj.io"
            if matches!(
                kind,
                "Application" | "ApplicationSet" | "AppProject" | "ConfigManagementPlugin"
            ) =>
        {
            "argocd"
        }
        "promoter.argoproj.io" => "promoter",
        "kargo.akuity.io" => "kargo",
        "kustomize.config.k8s.io" => "kustomize",
        "backstage.io" => "backstage",
        "k3d.io" => "k3d",
        "operators.coreos.com" => "openshift",
        _ if group.ends_with(".fluxcd.io") => "flux",
        _ if group.ends_with(".openshift.io") => "openshift",
        _ => "k8s",
    };
    if kind == "ConfigMap" && object.path(&["metadata", "name"]).and_then(NodeRef::as_str) == Some("argocd-rbac-cm") {
        return Some("argocd.rbac-cm".to_owned());
    }
    Some(format!("{family}.{kind}"))
}

/// Whether a file's name is the one by which Kustomize finds its file.
pub fn is_kustomization(path: &str) -> bool {
    matches!(file_name(path), "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// Whether a path is that of a GitLab pipeline by its name: `.gitlab-ci.yml`, `.gitlab-ci.staging.yml`, `deploy.gitlab-ci.yml`.
pub fn is_gitlab_pipeline(path: &str) -> bool {
    let name = file_name(path);
    let is_yaml = has_extension(name, &["yml", "yaml"]);
    is_yaml
        && (name.starts_with(".gitlab-ci.")
            || name.starts_with(".gitlab-ci-")
            || name.ends_with(".gitlab-ci.yml")
            || name.ends_with(".gitlab-ci.yaml")
            || name == "gitlab-ci.yml")
}

fn kind_of_path(path: &str, root: NodeRef<'_>, format: Format) -> Option<&'static str> {
    let name = file_name(path);
    let is_yaml = has_extension(name, &["yml", "yaml"]);
    let lower = name.to_lowercase();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if is_kustomization(path) {
        return Some("kustomize.Kustomization");
    }
    let is_pipeline_folder = path.starts_with(".gitlab/ci/") || path.starts_with(".gitlab-ci/");
    if is_gitlab_pipeline(path) || (is_yaml && is_pipeline_folder && root.is_mapping()) {
        return Some("gitlab.ci");
    }
    if is_yaml && [".github/workflows", ".gitea/workflows", ".forgejo/workflows"].contains(&folder) {
        return Some("github.workflow");
    }
    if is_yaml && lower.starts_with("action.") && root.get("runs").is_some() {
        return Some("github.action");
    }
    match lower.as_str() {
        "chart.yaml" | "chart.yml" => Some("helm.Chart"),
        ".pre-commit-config.yaml" => Some("precommit.config"),
        ".pre-commit-hooks.yaml" => Some("precommit.hooks"),
        "flowgate.yaml" | ".flowgate.yaml" => Some("flowgate.config"),
        "renovate.json" | "renovate.json5" | ".renovaterc" | ".renovaterc.json" => Some("renovate.config"),
        "galaxy.yml" | "galaxy.yaml" => Some("ansible.galaxy"),
        "component.yaml" | "component.yml" | "component.json" if is_fabrikate(root) => Some("fabrikate.component"),
        _ if folder.split('/').any(|s| matches!(s, "group_vars" | "host_vars")) => Some("ansible.group_vars"),
        _ if is_yaml && format == Format::Yaml && is_values(folder, &lower) && root.is_mapping() => Some("helm.values"),
        _ => None,
    }
}

fn is_values(folder: &str, name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut words = stem.split(['-', '_', '.']);
    words.any(|w| w == "values") || folder.rsplit('/').next() == Some("values")
}

fn is_fabrikate(root: NodeRef<'_>) -> bool {
    ["subcomponents", "generator", "type", "hooks", "repositories"]
        .iter()
        .any(|k| root.get(k).is_some())
}

fn kind_of_shape(path: &str, root: NodeRef<'_>) -> Option<&'static str> {
    if root.is_sequence() {
        let is_patch = root
            .items()
            .next()
            .is_some_and(|op| op.get("op").is_some() && op.get("path").is_some());
        if is_patch {
            return Some("kustomize.patch");
        }
        let is_playbook = root
            .items()
            .any(|play| play.get("hosts").is_some() || play.get("import_playbook").is_some());
        return is_playbook.then_some("ansible.playbook");
    }
    if root.get("apiVersion").is_some() || root.get("kind").is_some() {
        return None;
    }
    let is_template =
        path.starts_with(".github/") && root.get("on").is_some() && root.get("jobs").is_some_and(NodeRef::is_mapping);
    if is_template {
        return Some("github.workflow");
    }
    if has_extension(path, &["yml", "yaml"]) && has_gitlab_job(root) {
        return Some("gitlab.ci");
    }
    if root.get("subcomponents").is_some_and(NodeRef::is_sequence) {
        return Some("fabrikate.component");
    }
    None
}

/// Files that a pipeline includes are known by their jobs only: a mapping with a script, or one that extends or triggers
/// and says when.
fn has_gitlab_job(root: NodeRef<'_>) -> bool {
    // Other CI hosts have scripts too, below keys of their own.
    if ["jobs", "pipelines", "services", "language", "steps", "version"]
        .iter()
        .any(|k| root.get(k).is_some())
    {
        return false;
    }
    root.entries().any(|(key, job)| {
        let is_script = |k: &str| job.get(k).is_some_and(|s| s.is_sequence() || s.as_str().is_some());
        let says_when = ["rules", "only", "except", "environment", "stage"]
            .iter()
            .any(|k| job.get(k).is_some());
        let starts = is_script("script") || ["extends", "trigger"].iter().any(|k| job.get(k).is_some());
        // A hidden job may hold nothing but what others extend or refer to.
        let is_hidden = key.as_str().is_some_and(|k| k.starts_with('.'));
        let is_part = is_hidden && (says_when || is_script("script") || holds_rules(job));
        key.as_str().is_some() && job.is_mapping() && (starts && says_when || is_part)
    }) || holds_settings_only(root)
}

/// Rules by any name, for others to refer to: `.rules: {main: [{if: ...}]}`.
fn holds_rules(job: NodeRef<'_>) -> bool {
    job.entries()
        .any(|(_, list)| list.is_sequence() && list.items().next().is_some_and(|rule| rule.get("if").is_some()))
}

/// A part that holds only what the whole pipeline shares, such as its variables.
fn holds_settings_only(root: NodeRef<'_>) -> bool {
    const SETTINGS: [&str; 4] = ["variables", "workflow", "stages", "default"];
    let is_setting = |key: NodeRef<'_>| key.as_str().is_some_and(|k| SETTINGS.contains(&k));
    let has_mapping = |key: &str| root.get(key).is_some_and(NodeRef::is_mapping);
    (has_mapping("variables") || has_mapping("workflow")) && root.entries().all(|(key, _)| is_setting(key))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, e)| extensions.contains(&e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::test_documents::parse;

    fn check(path: &str, text: &str, expected: &str) {
        let documents = parse(path, text);
        assert_eq!(kind_of(path, &documents[0]), expected, "{path}: {text}");
    }

    #[test]
    fn api_version_and_kind_come_first() {
        check(
            "a.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n",
            "argocd.Application",
        );
        check("values.yaml", "apiVersion: v1\nkind: Namespace\n", "k8s.Namespace");
        check("a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n", "k8s.Rollout");
        check(
            "a.yaml",
            "apiVersion: project.openshift.io/v1\nkind: Project\n",
            "openshift.Project",
        );
        check("a.json", r#"{"apiVersion": "v1", "kind": "List", "items": []}"#, "k8s.List");
    }

    #[test]
    fn the_two_kustomizations_are_told_apart() {
        let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {}\n";
        check("kustomization.yaml", flux, "flux.Kustomization");
        let own = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
        check("a.yaml", own, "kustomize.Kustomization");
        check("a.yaml", "kind: Kustomization\nresources: []\n", "kustomize.Kustomization");
        check("base/kustomization.yml", "resources: [a.yaml]\n", "kustomize.Kustomization");
        check("base/Kustomization", "resources: [a.yaml]\n", "kustomize.Kustomization");
    }

    #[test]
    fn paths_come_second() {
        check(".gitlab-ci.yml", "stages: []\n", "gitlab.ci");
        check(".gitlab-ci.staging.yml", "a: 1\n", "gitlab.ci");
        check("ci/deploy.gitlab-ci.yml", "a: 1\n", "gitlab.ci");
        check(".gitlab/ci/variables.yml", "variables: {A: b}\n", "gitlab.ci");
        check(".github/workflows/ci.yml", "on: push\n", "github.workflow");
        check("chart/Chart.yaml", "apiVersion: v2\nname: phippy\n", "helm.Chart");
        check("chart/values-prd.yaml", "a: 1\n", "helm.values");
        check("chart/values/prd.yaml", "a: 1\n", "helm.values");
        check("chart/values/dev-values.yaml", "a: 1\n", "helm.values");
        check("component.yaml", "name: x\nsubcomponents: []\n", "fabrikate.component");
        check("package.json", "{}", "unknown");
    }

    #[test]
    fn shapes_come_last() {
        check("ci/deploy.yml", "deploy:\n  script: [make]\n  only: [main]\n", "gitlab.ci");
        check("ci/shared.yml", ".main:\n  rules: [{if: $CI_COMMIT_TAG}]\n", "gitlab.ci");
        check("ci/rules.yml", ".rules:\n  main:\n    - if: $CI_COMMIT_TAG\n", "gitlab.ci");
        check("ci/deploy.yml", ".deploy:\n  script: make\n", "gitlab.ci");
        check("ci/variables.yml", "variables:\n  BRANCH: main\n", "gitlab.ci");
        check("app/settings.yml", "variables: {A: b}\nhost: example\n", "unknown");
        check("site.yml", "- hosts: all\n", "ansible.playbook");
        check("other.yml", "a: {b: c}\n", "unknown");
        check(".travis.yml", "language: php\nscript: make\n", "unknown");
    }
}
