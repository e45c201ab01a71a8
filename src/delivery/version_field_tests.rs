//! Versions in the files of each tool, and what only looks like one.

use super::*;
use crate::delivery::test_documents::parse;
use crate::documents::compare::leaves;

/// Every version in a file: `pointer version of application`.
#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let mut told = Vec::new();
    for document in parse(path, text) {
        let place = Place::of(path, &document);
        for leaf in leaves(&document, 1000).unwrap() {
            if let Some(value) = place.version(&document, &leaf.address, "FAMILY") {
                told.push(format!("{} {} of {}", leaf.pointer, value.version, value.application));
            }
        }
    }
    assert_eq!(told, expected, "{path}: {text}");
}

#[test]
fn kustomize_names_images() {
    check(
        "envs/prd/kustomization.yaml",
        "images:\n- name: acme/phippy\n  newName: mirror/phippy\n  newTag: 1.2.0\n- name: hello\n  digest: sha256:0123456789abcdef\n",
        &[
            "/images/0/newTag 1.2.0 of acme/phippy",
            "/images/1/digest sha256:0123456789abcdef of hello",
        ],
    );
    check(
        "envs/prd/kustomization.yaml",
        "resources: ['https://github.com/acme/base//x?ref=v1.2.0', ../base]\nhelmCharts: [{name: redis, version: 17.1.0}]\n",
        &[
            "/resources/0 v1.2.0 of github.com/acme/base//x",
            "/helmCharts/0/version 17.1.0 of redis",
        ],
    );
}

#[test]
fn argo_cd_names_sources() {
    let application =
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x, resourceVersion: '12345'}\nspec:\n";
    check(
        "a.yaml",
        &format!("{application}  source: {{repoURL: 'https://github.com/Acme/phippy.git', path: k8s, targetRevision: 1.2.0}}\n"),
        &["/spec/source/targetRevision 1.2.0 of github.com/Acme/phippy"],
    );
    check(
        "a.yaml",
        &format!(
            "{application}  sources:\n  - {{repoURL: 'https://charts.acme.com', chart: phippy, targetRevision: 1.2.0}}\n  \
             - {{repoURL: 'https://github.com/acme/v', targetRevision: main, ref: values2}}\n"
        ),
        &[
            "/spec/sources/0/targetRevision 1.2.0 of phippy",
            "/spec/sources/1/targetRevision main of github.com/acme/v",
        ],
    );
}

#[test]
fn flux_names_sources_and_charts() {
    check(
        "a.yaml",
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: x}\nspec: {url: 'ssh://git@host/acme/x', ref: {tag: 1.2.0}}\n---\n\
         apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec: {url: 'oci://host/y', ref: {semver: '>=1.0'}}\n---\n\
         apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {chart: {spec: {chart: phippy, version: 1.2.0}}}\n",
        &[
            "/spec/ref/tag 1.2.0 of host/acme/x",
            "/spec/ref/semver >=1.0 of host/y",
            "/spec/chart/spec/version 1.2.0 of phippy",
        ],
    );
}

#[test]
fn helm_names_charts_dependencies_and_images() {
    check(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: phippy\nversion: 1.2.0\nappVersion: '2'\nkubeVersion: '>=1.25'\ndependencies: [{name: redis, version: 17.1.0}]\n",
        &["/version 1.2.0 of phippy", "/dependencies/0/version 17.1.0 of redis"],
    );
    check(
        "chart/values-prd.yaml",
        "image: {repository: acme/phippy, tag: 1.2.0, port: 8080}\nfrontend: {image: {tag: 1.3.0}}\nimageTag: latest\nsidecar: {image: 'acme/s:4.0'}\n",
        &[
            "/image/tag 1.2.0 of acme/phippy",
            "/frontend/image/tag 1.3.0 of FAMILY#frontend",
            "/imageTag latest of FAMILY",
            "/sidecar/image 4.0 of acme/s",
        ],
    );
}

#[test]
fn objects_and_pipelines_name_images_and_includes() {
    check(
        "a.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {labels: {app.kubernetes.io/version: 1.2.0, version: v1.2}}\n\
         spec: {revisionHistoryLimit: 3, template: {spec: {containers: [{name: a, image: 'r:5000/a:1.2.0', ports: [{containerPort: 80}]}]}}}\n",
        &[
            "/metadata/labels/app.kubernetes.io~1version 1.2.0 of FAMILY#metadata.labels",
            "/spec/template/spec/containers/0/image 1.2.0 of r:5000/a",
        ],
    );
    check(
        ".gitlab-ci.yml",
        "include: [{project: acme/ci, ref: v1.2.0, file: a.yml}]\nimage: node:20\nvariables: {HELM_VERSION: 3.14.0}\n",
        &["/include/0/ref v1.2.0 of acme/ci"],
    );
    check(
        "main.tf.json",
        r#"{"terraform": {"required_version": "1.5.0"}, "module": {"vpc": {"source": "git::https://github.com/acme/m.git//vpc?ref=v1.2.0"}}}"#,
        &["/module/vpc/source v1.2.0 of github.com/acme/m.git//vpc"],
    );
}

#[test]
fn packages_and_files_of_versions() {
    check(
        "package.json",
        r#"{"name": "phippy", "version": "1.2.0", "dependencies": {"react": "18.0.0"}}"#,
        &["/version 1.2.0 of phippy"],
    );
    check(
        "Cargo.toml",
        "[package]\nname = 'phippy'\nversion = '1.2.0'\nrust-version = '1.80'\n[dependencies]\nserde = { version = '1.0.1' }\n",
        &["/package/version 1.2.0 of phippy"],
    );
    check(
        "versions/prd.yaml",
        "phippy: 1.2.0\nreplicas: 3\nhello: 4f2a9c1\n",
        &["/phippy 1.2.0 of phippy", "/hello 4f2a9c1 of hello"],
    );
}

#[test]
fn look_alikes_are_no_versions() {
    check("docker-compose.yml", "version: '3.8'\nservices: {a: {image: 'a'}}\n", &[]);
    check("a.yaml", "version: 2\nupdates: []\n", &[]);
    check(
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {resourceVersion: '12345', annotations: {deployment.kubernetes.io/revision: '13'}}\n",
        &[],
    );
    check(
        "a.yaml",
        "schemaVersion: 1.2.0\nkubeVersion: 1.29.0\nminVersion: 1.2.0\nconversion: 1.2.0\nstage: 1.2.0\nport: 8080\nconfig: {version: 1}\n",
        &[],
    );
    check(
        "a.yaml",
        "$ref: '#/a/v1.2.0'\nprops: {$ref: x1}\nref: values\nref2: 1.2.0\n",
        &[],
    );
    check(
        "a.yaml",
        "image: nginx\nother: {image: 'host:5000/nginx'}\nlink: {image: 'https://x.org:80/a.png'}\n",
        &[],
    );
    check("a.yaml", "tag: '{{ .tag }}'\nimageTag: $TAG\nother: {tag: a b}\n", &[]);
    check(
        ".github/workflows/ci.yml",
        "on: push\njobs: {a: {steps: [{uses: 'x@v1', with: {version: 1.2.0, node-version: '20.1'}}]}}\n",
        &[],
    );
    check(
        "package-lock.json",
        r#"{"version": "1.2.0", "packages": {"a": {"version": "1.0.0"}}}"#,
        &[],
    );
}

#[test]
fn keys_are_read_by_their_words() {
    let check = |key: &str, expected: &[&str]| assert_eq!(words(key), expected, "{key}");
    check("appVersion", &["app", "version"]);
    check("IMAGE_TAG", &["image", "tag"]);
    check("repoURLTag", &["repo", "url", "tag"]);
    check("conversion", &["conversion"]);
    check("app.kubernetes.io/version", &["app", "kubernetes", "io", "version"]);
    check("", &[]);
}

#[test]
fn an_image_is_split_at_its_version() {
    assert_eq!(split_image("r:5000/a/b:1.2"), Some(("r:5000/a/b", "1.2")));
    assert_eq!(split_image("a:1@sha256:ab"), Some(("a", "1@sha256:ab")));
    assert_eq!(split_image("a@sha256:ab"), Some(("a", "sha256:ab")));
    for text in ["a", "r:5000/a", "a:", ":1", "https://a:1"] {
        assert_eq!(split_image(text), None, "{text}");
    }
}
