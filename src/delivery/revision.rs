//! What a ref expression is: by the refs of its repository where they are known, by its grammar otherwise.

use crate::domain::delivery::Source;
use crate::domain::flow::{BranchRole, Flow};
use crate::domain::revision::{Known, Revision, RevisionClass};

use super::context::Context;
use super::pin;
use super::version::{component_version, exact_version, is_dotted_number, is_range};

/// Classifies a revision as it is written (`None`: the field is missing) for the source it belongs to.
pub fn classify(text: Option<&str>, source: &Source, context: &Context<'_>) -> Revision {
    let revision = Classifier {
        context,
        default_branch: default_branch(text.map_or("", str::trim), source, context),
        is_package: is_package(source),
        source,
    }
    .classify(text.map(str::trim));
    Revision {
        text: text.map(|t| t.trim().to_owned()),
        ..revision
    }
}

/// A branch by its short name, as pipelines name it; the default branch is recognised when it is known.
pub fn of_branch(text: &str, branch: &str, context: &Context<'_>) -> Revision {
    let class = if context.default_branch.as_deref() == Some(branch) {
        RevisionClass::Default
    } else {
        RevisionClass::Branch
    };
    Revision {
        text: Some(text.to_owned()),
        branch: Some(branch.to_owned()),
        known: if class == RevisionClass::Default {
            Known::Repository
        } else {
            Known::Grammar
        },
        ..bare(class)
    }
}

/// A revision of a class of which nothing but the text is known.
pub fn of_class(class: RevisionClass, text: Option<&str>) -> Revision {
    Revision {
        text: text.map(str::to_owned),
        ..bare(class)
    }
}

/// The branch that a revision follows, as a key among the other revisions of its source: `""` for the default branch,
/// `None` when it follows no branch. A branch of the main role is `""` too when another revision follows an unnamed
/// default branch, because the two cannot be told apart.
pub fn branch_key(revision: &Revision, others: &[&Revision], flow: &Flow) -> Option<String> {
    match revision.class {
        RevisionClass::Default => Some(String::new()),
        RevisionClass::Branch => {
            let name = revision.branch.clone().or_else(|| revision.text.clone()).unwrap_or_default();
            let is_main = flow.branch_role(&name) == Some(BranchRole::Main);
            let has_unnamed_default = others
                .iter()
                .any(|o| o.class == RevisionClass::Default && (o.branch.is_none() || o.branch.as_deref() == Some(name.as_str())));
            let is_default_by_name = others
                .iter()
                .any(|o| o.class == RevisionClass::Default && o.branch.as_deref() == Some(name.as_str()));
            Some(if (is_main && has_unnamed_default) || is_default_by_name {
                String::new()
            } else {
                name
            })
        }
        _ => None,
    }
}

/// Whether a text holds a placeholder that only a tool can fill.
pub fn is_templated(text: &str) -> bool {
    text.contains("{{")
        || text.contains('$')
        || text.contains("<%")
        || text.contains("#{")
        || text.contains("__")
            && text
                .split("__")
                .nth(1)
                .is_some_and(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        || is_bracketed_word(text)
}

/// `<branch>`, unlike the range `>1 <2`.
fn is_bracketed_word(text: &str) -> bool {
    text.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .is_some_and(|(word, _)| word.chars().next().is_some_and(char::is_alphabetic))
}

/// The default branch of a source, where it is known; asked for the sake of one ref expression.
fn default_branch(text: &str, source: &Source, context: &Context<'_>) -> Option<(String, Known)> {
    if let Some(repository) = &source.repository {
        if let Some(refs) = context.refs_of(repository, text)
            && let Some(branch) = &refs.default_branch
        {
            return Some((branch.clone(), refs.known));
        }
        let configured = context
            .flow
            .repositories
            .iter()
            .find(|r| super::repository_url::normalise(&r.url).is_some_and(|u| u.eq_ignore_ascii_case(repository)));
        if let Some(branch) = configured.and_then(|r| r.default_branch.clone()) {
            return Some((branch, Known::Repository));
        }
    }
    if source.is_this_repository == Some(true) {
        return context.default_branch.clone().map(|b| (b, Known::Repository));
    }
    None
}

/// Charts and OCI artifacts have versions and tags, never branches.
fn is_package(source: &Source) -> bool {
    source.chart.is_some() || source.url.as_deref().is_some_and(|u| u.starts_with("oci://"))
}

struct Classifier<'c> {
    context: &'c Context<'c>,
    default_branch: Option<(String, Known)>,
    is_package: bool,
    source: &'c Source,
}

impl Classifier<'_> {
    fn classify(&self, text: Option<&str>) -> Revision {
        let Some(text) = text.filter(|t| !t.is_empty()) else {
            // For a chart that is the newest version, for a repository its HEAD.
            return bare(RevisionClass::Default);
        };
        if is_templated(text) {
            return bare(RevisionClass::Templated);
        }
        if self.is_package {
            return package(text);
        }
        if matches!(text, "HEAD" | "refs/heads/HEAD") {
            return bare(RevisionClass::Default);
        }
        if let Some(revision) = self.full_name(text) {
            return revision;
        }
        if matches!(text.len(), 40 | 64) && is_hexadecimal(text) {
            return bare(RevisionClass::Commit);
        }
        self.known_ref(text).unwrap_or_else(|| self.by_grammar(text))
    }

    fn full_name(&self, text: &str) -> Option<Revision> {
        let rest = text.strip_prefix("refs/")?;
        if let Some(branch) = rest.strip_prefix("heads/") {
            return Some(self.branch(branch, Known::Grammar));
        }
        if let Some(tag) = rest.strip_prefix("tags/") {
            return Some(self.tag(tag, Known::Grammar));
        }
        if let Some(branch) = rest.strip_prefix("remotes/").and_then(|r| r.split_once('/')).map(|(_, b)| b) {
            return Some(self.branch(branch, Known::Grammar));
        }
        // A merge request's head moves like a branch, but has no branch name.
        Some(bare(RevisionClass::Branch))
    }

    /// By the refs of the repository, which know better than any grammar.
    fn known_ref(&self, text: &str) -> Option<Revision> {
        let refs = self.context.refs_of(self.source.repository.as_deref()?, text)?;
        if refs.tags.contains(text) {
            Some(self.tag(text, refs.known))
        } else if refs.heads.contains(text) {
            Some(self.branch(text, refs.known))
        } else {
            None
        }
    }

    /// A range, and what it means today where the tags of its source are known.
    fn range(&self, text: &str) -> Revision {
        let repository = self.source.repository.as_deref();
        let refs = repository.and_then(|r| self.context.refs_of(r, text));
        Revision {
            pin: refs.and_then(|refs| pin::highest(text, &refs.tags)),
            ..bare(RevisionClass::Range)
        }
    }

    fn by_grammar(&self, text: &str) -> Revision {
        let flow = self.context.flow;
        if let Some(version) = exact_version(text) {
            return semver(version, Known::Grammar);
        }
        if is_range(text) {
            return self.range(text);
        }
        if flow.tags.patterns.iter().chain(&flow.tags.ignore).any(|p| p.is_match(text)) {
            return self.tag(text, Known::Grammar);
        }
        // `release/1.2.0` is a branch although it reads as version 1.2.0 of a component.
        if flow.branch_type(text).is_none()
            && let Some(version) = component_version(text, flow)
        {
            return semver(version, Known::Grammar);
        }
        if is_dotted_number(text) {
            return bare(RevisionClass::Tag);
        }
        let is_default = self.default_branch.as_ref().is_some_and(|(b, _)| b == text);
        if !is_default && is_short_commit(text) {
            return bare(RevisionClass::ShortCommit);
        }
        self.branch(text, Known::Grammar)
    }

    fn tag(&self, name: &str, known: Known) -> Revision {
        match exact_version(name).or_else(|| component_version(name, self.context.flow)) {
            Some(version) => semver(version, known),
            None => Revision {
                known,
                ..bare(RevisionClass::Tag)
            },
        }
    }

    fn branch(&self, name: &str, known: Known) -> Revision {
        match &self.default_branch {
            Some((default, default_known)) if default == name => Revision {
                branch: Some(name.to_owned()),
                known: *default_known,
                ..bare(RevisionClass::Default)
            },
            _ => Revision {
                branch: Some(name.to_owned()),
                known,
                ..bare(RevisionClass::Branch)
            },
        }
    }
}

fn package(text: &str) -> Revision {
    if let Some(version) = exact_version(text) {
        semver(version, Known::Grammar)
    } else if is_range(text) {
        bare(RevisionClass::Range)
    } else if text.starts_with("sha256:") {
        bare(RevisionClass::Commit)
    } else {
        bare(RevisionClass::Tag)
    }
}

fn semver(version: String, known: Known) -> Revision {
    Revision {
        version: Some(version),
        known,
        ..bare(RevisionClass::Semver)
    }
}

const fn bare(class: RevisionClass) -> Revision {
    Revision {
        text: None,
        class,
        branch: None,
        version: None,
        pin: None,
        known: Known::Grammar,
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Seven or more hexadecimal digits with a figure among them: `deadbeef` is more likely a branch.
fn is_short_commit(text: &str) -> bool {
    (7..40).contains(&text.len()) && is_hexadecimal(text) && text.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
#[path = "revision_tests.rs"]
mod tests;
