//! What a file is when it is no plain document: encrypted, a template, in the middle of a merge.

use crate::domain::file::FileClass;

use super::document::{Document, NodeValue};
use super::parse::Broken;
use super::template::{Mark, first_mark, is_placeholder};
use super::text::Place;

const HELM: &str = "helm";
const JINJA: &str = "jinja";
const ERB: &str = "erb";
const PLACEHOLDERS: &str = "placeholders";

/// Is the file's content encrypted where it lies: SOPS, git-crypt, Ansible Vault?
pub(super) fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0GITCRYPT\0") || bytes.starts_with(b"$ANSIBLE_VAULT;")
}

/// Is this a text that SOPS encrypted: values `ENC[AES256_GCM,...]` and its own mapping `sops` at the top?
pub(super) fn is_sops(text: &str) -> bool {
    text.contains("ENC[AES256_GCM,") && text.lines().any(is_sops_key)
}

fn is_sops_key(line: &str) -> bool {
    line.starts_with("sops:") || line.starts_with("[sops") || line.trim_start().starts_with("\"sops\":")
}

/// The first of the three marks that an unfinished merge leaves, when all three are there.
pub(super) fn merge_conflict(text: &str) -> Option<Broken> {
    // Nearly no file has this, and a search for it is quick.
    if !text.contains(OURS) {
        return None;
    }
    let mut lines = text.lines().zip(1..).filter(|(line, _)| is_conflict_mark(line));
    let (_, first) = lines.find(|(line, _)| line.starts_with(OURS))?;
    let is_separated = lines.any(|(line, _)| line == SEPARATOR);
    let is_closed = lines.any(|(line, _)| line.starts_with(THEIRS));
    (is_separated && is_closed).then(|| conflict_at(first))
}

const OURS: &str = "<<<<<<< ";
const SEPARATOR: &str = "=======";
const THEIRS: &str = ">>>>>>> ";

fn is_conflict_mark(line: &str) -> bool {
    line.starts_with(OURS) || line == SEPARATOR || line.starts_with(THEIRS)
}

fn conflict_at(line: u32) -> Broken {
    let mut at = Place::START.position;
    at.line = line;
    Broken::new("a merge conflict marker; an unfinished merge was committed", at)
}

/// Is a file that may well parse a Helm template, by its folder and by what its expressions say?
///
/// An ApplicationSet has `{{name}}` or `{{ .path.basename }}` in quotes too, so those alone make no template.
pub(super) fn is_helm_template(path: &str, text: &str) -> bool {
    let (folders, _) = path.rsplit_once('/').unwrap_or_default();
    folders.split('/').any(|folder| folder == "templates") && text.contains("{{") && has_helm_expression(text)
}

fn has_helm_expression(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "if", "else", "end", "range", "with", "define", "template", "block", "include", "tpl", "toYaml", "required", "printf",
        "default", "quote", "lookup", "fail",
    ];
    const OBJECTS: [&str; 7] = [
        ".Values",
        ".Release",
        ".Chart",
        ".Capabilities",
        ".Files",
        ".Template",
        ".Subcharts",
    ];
    text.match_indices("{{").any(|(start, braces)| {
        let inside = text.get(start + braces.len()..).unwrap_or("");
        let inside = inside.split("}}").next().unwrap_or("");
        let first = inside.trim_start_matches('-').trim_start();
        let word = first.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        WORDS.contains(&word)
            || first.starts_with(['$', '`', '"', '('])
            || first.starts_with("/*")
            || OBJECTS.iter().any(|object| inside.contains(object))
    })
}

/// Documents that parse only by accident: an expression read as a mapping, or nothing but placeholders.
pub(super) fn template_in(documents: &[Document]) -> Option<FileClass> {
    let text = documents.first()?.text();
    let is_filled_in = documents
        .iter()
        .all(|document| matches!(document.root().value(), NodeValue::String(text) if is_placeholder(text)));
    if is_filled_in {
        return Some(templated(PLACEHOLDERS));
    }
    // `a: {{ x }}` reads as `{"a": {{"x": null}: null}}`.
    let is_misread = text.contains("{{")
        && documents.iter().any(|document| {
            let mut nodes = document.nodes();
            nodes.any(|node| node.is_mapping() && node.raw().starts_with("{{"))
        });
    is_misread.then(|| templated(engine(text)))
}

/// What a text that does not parse is: a template, or broken.
pub(super) fn of_broken(text: &str, broken: Broken) -> FileClass {
    if broken.is_limit {
        return broken.into();
    }
    match first_mark(text) {
        Some(Mark::Braces) => templated(engine(text)),
        Some(Mark::Jinja) => templated(JINJA),
        Some(Mark::Erb) => templated(ERB),
        Some(Mark::Placeholder) => templated(PLACEHOLDERS),
        None => {
            let mark = text
                .lines()
                .zip(1..)
                .find(|(line, _)| line.starts_with(OURS) || line.starts_with(THEIRS));
            mark.map_or(broken, |(_, line)| conflict_at(line)).into()
        }
    }
}

pub(super) const fn helm() -> FileClass {
    templated(HELM)
}

const fn templated(by: &'static str) -> FileClass {
    FileClass::Templated { by }
}

/// Whose `{{ }}` these are.
fn engine(text: &str) -> &'static str {
    let is_jinja = text.contains("{%")
        || !has_helm_expression(text) && !text.contains("{{ .") && !text.contains("{{.") && !text.contains("{{-");
    if is_jinja { JINJA } else { HELM }
}

/// How many Argo CD Applications and ApplicationSets a template would write, by its lines `kind:`.
pub(super) fn embedded_applications(text: &str) -> usize {
    if !text.contains("argoproj.io") {
        return 0;
    }
    let is_application = |line: &&str| {
        let line = line.trim_start().trim_start_matches("- ").trim_start();
        let Some(kind) = line.strip_prefix("kind:") else {
            return false;
        };
        let kind = kind.split(" #").next().unwrap_or("").trim();
        matches!(kind.trim_matches(['"', '\'']), "Application" | "ApplicationSet")
    };
    text.lines().filter(is_application).count()
}

impl From<Broken> for FileClass {
    fn from(broken: Broken) -> Self {
        Self::Broken {
            reason: broken.reason,
            at: broken.at,
        }
    }
}
