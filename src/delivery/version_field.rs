//! Which values of a document say which version of an application is meant. Pure.
//!
//! A key is read by its whole words: `imageTag`, `image_tag` and `tag` end in `tag`; `stage` and `montage` do not. Where tools use such a
//! word for something else (`apiVersion`, `version: 2` of a format, `ref: values`), it is no version.

use crate::documents::NodeRef;
use crate::documents::compare::{Address, Step};

use super::kind::kind_of;
use super::revision::is_templated;
use super::version_application::application;
use crate::documents::Document;

/// A version, and of what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionValue {
    /// Of `image: repo/phippy:1.2.0` the `1.2.0`.
    pub version: String,
    pub application: String,
    /// What stands beside the version in the same value; where it differs, another thing is meant, not another version.
    pub rest: String,
}

/// A value on its way from the root of its document.
pub struct Field<'a> {
    pub path: &'a str,
    pub kind: &'a str,
    pub address: &'a [Step],
    /// The nodes on the way, the root first and the value last.
    pub chain: &'a [NodeRef<'a>],
}

/// Where versions are looked for in a document.
#[derive(Debug, Clone)]
pub struct Place {
    pub path: String,
    pub kind: String,
}

impl Place {
    pub fn of(path: &str, document: &Document) -> Self {
        Self {
            path: path.to_owned(),
            kind: kind_of(path, document),
        }
    }

    /// The version that the value at an address says, if it says one. `family` stands for the file where nothing else names the
    /// application.
    pub fn version(&self, document: &Document, address: &Address, family: &str) -> Option<VersionValue> {
        let chain = crate::documents::compare::follow(document.root(), address)?;
        let field = Field {
            path: &self.path,
            kind: &self.kind,
            address,
            chain: &chain,
        };
        let (version, rest) = field.read()?;
        Some(VersionValue {
            application: application(&field, &rest, family),
            version,
            rest,
        })
    }
}

/// Longer texts are no versions.
const LONGEST: usize = 256;

/// Kinds whose versions are those of tools.
const OTHER_KINDS: [&str; 7] = [
    "github.workflow",
    "github.action",
    "precommit.config",
    "precommit.hooks",
    "renovate.config",
    "flowgate.config",
    "k8s.CustomResourceDefinition",
];

/// Words before `version` that make it the version of something that is no application.
const OTHER_VERSIONS: [&str; 47] = [
    "api",
    "resource",
    "kube",
    "kubernetes",
    "k8s",
    "schema",
    "config",
    "min",
    "max",
    "minimum",
    "maximum",
    "minimal",
    "required",
    "require",
    "compatible",
    "compatibility",
    "node",
    "nodejs",
    "npm",
    "python",
    "go",
    "golang",
    "java",
    "jdk",
    "ruby",
    "php",
    "dotnet",
    "rust",
    "terraform",
    "opentofu",
    "tofu",
    "docker",
    "compose",
    "os",
    "tls",
    "ssl",
    "http",
    "protocol",
    "format",
    "file",
    "lockfile",
    "manifest",
    "spec",
    "metadata",
    "language",
    "engine",
    "syntax",
];

/// Mappings whose keys are chosen freely.
const LABELS: [&str; 9] = [
    "labels",
    "annotations",
    "matchLabels",
    "selector",
    "commonLabels",
    "commonAnnotations",
    "pairs",
    "nodeSelector",
    "podLabels",
];
/// Labels that say the version of what carries them.
const VERSION_LABELS: [&str; 2] = ["app.kubernetes.io/version", "flowgate.dev/version"];

impl<'a> Field<'a> {
    /// The value itself.
    pub fn node(&self) -> Option<NodeRef<'a>> {
        self.chain.last().copied()
    }

    /// The mappings and lists around it, the innermost first.
    pub fn around(&self) -> impl Iterator<Item = NodeRef<'a>> {
        self.chain.iter().rev().skip(1).copied()
    }

    /// The keys on the way, the innermost first.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.address.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        })
    }

    /// The text of a scalar in the same mapping.
    pub fn sibling(&self, key: &str) -> Option<&'a str> {
        let text = self.around().next()?.get(key)?.as_text()?.trim();
        Some(text).filter(|text| !text.is_empty())
    }

    fn key(&self) -> Option<&'a str> {
        match self.address.last()? {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        }
    }

    /// The version and what stands beside it.
    fn read(&self) -> Option<(String, String)> {
        let text = self.node()?.as_text()?.trim();
        let is_plain = !text.is_empty() && text.len() <= LONGEST && !text.contains(char::is_whitespace);
        if !is_plain || is_templated(text) || self.is_elsewhere() {
            return None;
        }
        if let Some((rest, version)) = self.pinned_source(text) {
            return Some((version.to_owned(), rest.to_owned()));
        }
        let whole = || Some((text.to_owned(), String::new()));
        let key = self.key()?;
        if self.is_in_version_map() {
            return whole().filter(|_| is_number(text));
        }
        if self.kind == "gitlab.ci" {
            return whole().filter(|_| key == "ref" && self.keys().nth(1) == Some("include"));
        }
        let words = words(key);
        let last = words.last()?.as_str();
        if last == "image" {
            let (rest, version) = split_image(text)?;
            return Some((version.to_owned(), rest.to_owned()));
        }
        let before: Vec<&str> = words.iter().rev().skip(1).map(String::as_str).collect();
        let is_version = match last {
            "revision" => before == ["target"] || (has_digit(text) && !is_ordinal(text)),
            "tag" => true,
            "digest" | "commit" => self.is_digest(last, text),
            "semver" => self.is_flux_ref(),
            "ref" => self.is_ref(text),
            "version" => self.is_version(&before, text),
            _ => false,
        };
        whole().filter(|_| is_version)
    }

    /// Whether versions here are those of tools, or of dependencies that are built in.
    fn is_elsewhere(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(self.path).to_lowercase();
        let is_lock = name.contains("-lock.") || name.contains(".lock.") || name == "npm-shrinkwrap.json";
        let is_toml = name.ends_with(".toml");
        let is_built_in = is_toml
            && self
                .keys()
                .skip(1)
                .any(|key| words(key).last().is_some_and(|w| w == "dependencies"));
        let is_label = self.keys().skip(1).any(|key| LABELS.contains(&key));
        let is_free = is_label && !self.key().is_some_and(|key| VERSION_LABELS.contains(&key));
        let is_variable = self.key().is_some_and(|key| key.starts_with('$'));
        is_lock || is_built_in || is_free || is_variable || OTHER_KINDS.contains(&self.kind) || self.kind == "k8s.APIService"
    }

    /// A URL with its ref: `git::https://host/modules.git//vpc?ref=v1.2.0` of a Terraform module, `github.com/acme/base?ref=1.2.0`.
    fn pinned_source<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let holder = self.keys().next()?;
        if !matches!(holder, "source" | "resources" | "bases" | "components" | "url") {
            return None;
        }
        let (rest, version) = text.split_once("?ref=").or_else(|| text.split_once("&ref="))?;
        let is_last = !version.is_empty() && !version.contains('&');
        is_last.then_some((rest, version))
    }

    /// A file that says nothing but versions: `versions/prd.yaml` with `phippy: 1.2.0`.
    fn is_in_version_map(&self) -> bool {
        is_version_file(self.path)
            && self.kind == "unknown"
            && self.keys().all(|key| words(key).last().is_none_or(|w| w != "version"))
    }

    fn is_digest(&self, word: &str, text: &str) -> bool {
        let hex = text.strip_prefix("sha256:").or_else(|| text.strip_prefix("sha512:"));
        let is_hex = |text: &str| text.len() >= 7 && text.bytes().all(|b| b.is_ascii_hexdigit());
        match word {
            "commit" => self.is_flux_ref() && is_hex(text),
            _ => is_hex(hex.unwrap_or(text)),
        }
    }

    /// `spec.ref` of a GitRepository or OCIRepository.
    fn is_flux_ref(&self) -> bool {
        self.kind.starts_with("flux.") && self.keys().nth(1) == Some("ref")
    }

    /// `ref` beside what it is a ref of; Argo CD calls a source so, which is no version.
    fn is_ref(&self, text: &str) -> bool {
        let holders = ["url", "repo", "repository", "repoURL", "git", "project", "source"];
        !self.kind.starts_with("argocd.") && has_digit(text) && holders.iter().any(|key| self.sibling(key).is_some())
    }

    fn is_version(&self, before: &[&str], text: &str) -> bool {
        if self.key().is_some_and(|key| VERSION_LABELS.contains(&key)) {
            return true;
        }
        let is_other = before.iter().any(|word| OTHER_VERSIONS.contains(word));
        let is_format = before.is_empty() && self.address.len() == 1 && is_format_version(text) && self.kind != "helm.Chart";
        has_digit(text) && !is_other && !is_format && !is_ordinal(text)
    }
}

/// Whether a path is that of a file of versions: below `versions/`, or called so.
pub fn is_version_file(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    stem.split(['-', '_']).any(|word| word == "versions") || parts.next() == Some("versions")
}

/// Whether a text may be told from a name that moves: `latest`, `main` and `HEAD` say no version.
pub fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

/// The words of a key: `appVersion`, `app_version` and `APP-VERSION` are `app` and `version`.
pub fn words(key: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in key.split(|c: char| !c.is_alphanumeric()) {
        let mut word = String::new();
        let characters: Vec<char> = part.chars().collect();
        for (index, c) in characters.iter().enumerate() {
            let (previous, next) = (
                index.checked_sub(1).and_then(|i| characters.get(i)),
                characters.get(index + 1),
            );
            // `repoURLTag` is repo, URL, Tag.
            let starts =
                c.is_uppercase() && previous.is_some_and(|p| !p.is_uppercase() || next.is_some_and(|n| n.is_lowercase()));
            if starts && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.extend(c.to_lowercase());
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

/// `registry:5000/team/phippy:1.2.0@sha256:...` as repository and version; `None` without a version.
pub fn split_image(text: &str) -> Option<(&str, &str)> {
    if text.contains("://") {
        return None;
    }
    let start = text.rfind('/').map_or(0, |at| at + 1);
    let at = start + text.get(start..)?.find([':', '@'])?;
    let (rest, version) = (text.get(..at)?, text.get(at + 1..)?);
    (at > start && !version.is_empty()).then_some((rest, version))
}

/// The version of a format: `3`, `3.8`, `v2`.
fn is_format_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    text.len() <= 5 && text.split('.').count() <= 2 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// A count, such as a Deployment's revision or a format's version.
fn is_ordinal(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())
}

/// `1.2`, `v1.2.0-rc.1`, `4f2a9c1`: what a file of versions has as values.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let is_dotted = text.contains('.') && text.starts_with(|c: char| c.is_ascii_digit());
    let is_id = text.len() >= 7 && has_digit(text) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_dotted || is_id
}

#[cfg(test)]
#[path = "version_field_tests.rs"]
mod tests;
