//! What the commits of a release ask of its version, since the release before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::{Commit, CommitClass};
use crate::domain::flow::Flow;
use crate::domain::refs::{Tag, Version};
use crate::domain::release::{Asking, Bump, NAMED, Release};
use crate::domain::target::Tags;
use crate::git::version::{parse_version, precedence};
use crate::git::{GitError, Repository};

/// So many lower releases are tried for one that is an ancestor.
const TRIED: usize = 50;

/// The releases among the tags that are looked at: in a scan the highest of each component, in a push all. Without one that cannot be
/// compared: the first of its component, one of a component whose folder nobody named, all of a shallow clone.
///
/// # Errors
/// When the history cannot be walked.
pub fn read(repository: &Repository, flow: &Flow, looked_at: &[Tag], asked: Tags) -> Result<Vec<Release>, GitError> {
    if repository.is_shallow() || looked_at.is_empty() {
        return Ok(Vec::new());
    }
    let (mut all, _) = repository.tags(&|name| parse_version(name, &flow.components))?;
    all.retain(|tag| looked_at.iter().all(|other| other.reference != tag.reference));
    all.extend(looked_at.iter().cloned());
    let mut lines: BTreeMap<Option<&str>, Vec<(&Tag, &Version)>> = BTreeMap::new();
    for tag in &all {
        if let Some(version) = tag.version.as_ref().filter(|v| is_release(flow, tag, v)) {
            lines.entry(version.component.as_deref()).or_default().push((tag, version));
        }
    }
    let has_components = lines.keys().any(Option::is_some);
    let mut releases = Vec::new();
    for (component, line) in &mut lines {
        let path = flow
            .components
            .iter()
            .find(|c| Some(c.name.as_str()) == *component)
            .and_then(|c| c.path.as_deref());
        if component.is_some() && path.is_none() || component.is_none() && has_components {
            continue;
        }
        line.sort_by(|(_, a), (_, b)| precedence(b, a));
        for (place, (tag, version)) in line.iter().enumerate() {
            let is_asked = place == 0 || asked == Tags::Updated;
            if is_asked && looked_at.iter().any(|other| other.reference == tag.reference) {
                let lower = line.get(place + 1..).unwrap_or_default();
                releases.extend(release(repository, tag, version, lower, path)?);
            }
        }
    }
    Ok(releases)
}

fn is_release(flow: &Flow, tag: &Tag, version: &Version) -> bool {
    tag.target_kind == "commit" && flow.is_release_tag(&tag.name, Some(version))
}

fn release(
    repository: &Repository,
    tag: &Tag,
    version: &Version,
    lower: &[(&Tag, &Version)],
    path: Option<&str>,
) -> Result<Option<Release>, GitError> {
    let finals: Vec<&(&Tag, &Version)> = lower
        .iter()
        .filter(|(_, v)| v.pre.is_empty() && precedence(v, version).is_lt())
        .collect();
    let mut previous = None;
    for (other, lower) in finals.iter().take(TRIED) {
        if previous.is_none() && other.target != tag.target && repository.is_ancestor(&other.target, &tag.target)? {
            previous = Some((other, lower));
        }
    }
    let Some((previous, previous_version)) = previous else {
        return Ok(None);
    };
    // What another line has released is not new here either.
    let hidden: Vec<String> = finals.iter().map(|(other, _)| other.target.clone()).collect();
    let commits = commits(repository, &tag.target, &hidden)?;
    let gone = taken_back(repository, &commits)?;
    let mut counted = Counted::default();
    for commit in commits
        .iter()
        .filter(|commit| !gone.contains(commit.id.as_str()) && commit.parents.len() < 2)
    {
        let is_its_own = path.map_or(Ok(true), |path| repository.touches(&commit.id, path))?;
        if is_its_own {
            counted.add(commit, version.major == 0 || previous_version.major == 0);
        }
    }
    let needed = counted.asking.iter().map(|asking| asking.bump).max();
    counted
        .asking
        .retain(|asking| Some(asking.bump) == needed && asking.bump > Bump::None);
    counted.asking.truncate(NAMED);
    Ok(Some(Release {
        tag: tag.name.clone(),
        reference: tag.reference.clone(),
        version: version.clone(),
        previous: previous.name.clone(),
        previous_version: (*previous_version).clone(),
        needed,
        asking: counted.asking,
        commits: counted.commits,
        conventional: counted.conventional,
    }))
}

/// Newest first.
fn commits(repository: &Repository, tip: &str, hidden: &[String]) -> Result<Vec<Commit>, GitError> {
    let ids = repository.brought([tip], hidden.iter().map(String::as_str))?;
    ids.ids().map(|id| repository.commit(&id)).collect()
}

#[derive(Default)]
struct Counted {
    asking: Vec<Asking>,
    commits: usize,
    conventional: usize,
}

impl Counted {
    fn add(&mut self, commit: &Commit, is_before_one: bool) {
        self.commits += 1;
        let message = &commit.message;
        let bump = match (&message.conventional, message.class) {
            // What an earlier release had is gone.
            (_, CommitClass::Revert) => Bump::Patch,
            (Ok(parsed), _) => match parsed.kind.to_ascii_lowercase().as_str() {
                _ if parsed.breaking && is_before_one => Bump::Minor,
                _ if parsed.breaking => Bump::Major,
                "feat" => Bump::Minor,
                "fix" | "perf" => Bump::Patch,
                _ => Bump::None,
            },
            (Err(_), _) => return,
        };
        self.conventional += 1;
        self.asking.push(Asking {
            commit: commit.id.clone(),
            subject: message.subject.clone(),
            bump,
            is_breaking: message.conventional.as_ref().is_ok_and(|parsed| parsed.breaking),
        });
    }
}

/// Reverts and what they took back, as far as both are here. Newest first: a revert that was itself reverted takes nothing back.
fn taken_back(repository: &Repository, commits: &[Commit]) -> Result<BTreeSet<String>, GitError> {
    let mut gone = BTreeSet::new();
    for (place, commit) in commits.iter().enumerate() {
        if commit.message.class != CommitClass::Revert || gone.contains(&commit.id) {
            continue;
        }
        let older = commits.get(place + 1..).unwrap_or_default();
        let named = reverted_id(&commit.message.body);
        let by_id = named.and_then(|id| older.iter().find(|other| other.id.starts_with(id)));
        let quoted = quoted(&commit.message.subject).filter(|_| named.is_none());
        let by_subject = || {
            older
                .iter()
                .find(|other| !gone.contains(&other.id) && quoted == Some(other.message.subject.as_str()))
        };
        let Some(other) = by_id.or_else(by_subject) else { continue };
        // Of a merge: all that it brought.
        if let (Some(first), true) = (other.parents.first(), other.parents.len() > 1) {
            gone.extend(repository.brought([other.id.as_str()], [first.as_str()])?.ids());
        }
        let other = other.id.clone();
        gone.insert(other);
        gone.insert(commit.id.clone());
    }
    Ok(gone)
}

/// `This reverts commit <id>`, or a footer `Refs: <id>`.
fn reverted_id(body: &str) -> Option<&str> {
    body.lines().find_map(|line| {
        let rest = line
            .strip_prefix("This reverts commit ")
            .or_else(|| line.strip_prefix("Refs: "))?;
        let id = rest.split(|c: char| !c.is_ascii_hexdigit()).next()?;
        (id.len() >= 7).then_some(id)
    })
}

/// The subject that `Revert "..."` or `revert: ...` quotes, without what a host adds behind it.
fn quoted(subject: &str) -> Option<&str> {
    let quoted = subject
        .strip_prefix("Revert \"")
        .or_else(|| subject.strip_prefix("Reapply \""));
    let plain = || subject.strip_prefix("revert: ");
    quoted
        .and_then(|rest| rest.rsplit_once('"'))
        .map(|(text, _)| text)
        .or_else(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revert_names_what_it_takes_back() {
        let id = "676104e1e7b2f4a0a3a4a2a1b0c9d8e7f6a5b4c3";
        assert_eq!(reverted_id(&format!("This reverts commit {id}.")), Some(id));
        assert_eq!(
            reverted_id(&format!("why\n\nThis reverts commit {id}, reversing\nchanges")),
            Some(id)
        );
        assert_eq!(reverted_id("Refs: 676104e"), Some("676104e"));
        assert_eq!(reverted_id("Refs: #12"), None);
        assert_eq!(reverted_id("As said, This reverts commit 676104e"), None);
    }

    #[test]
    fn a_quoted_subject_ends_at_the_last_quote() {
        assert_eq!(quoted("Revert \"feat: a \"b\"\" (#12)"), Some("feat: a \"b\""));
        assert_eq!(quoted("revert: feat: a"), Some("feat: a"));
        assert_eq!(quoted("feat: revert \"a\""), None);
    }
}
