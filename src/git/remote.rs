//! The refs of another repository, asked with the real `git ls-remote`: explicit, never part of a check.

use std::collections::BTreeMap;

use super::GitError;
use super::command;
use super::repository::Repository;
use super::text::of_bytes;

/// Branches and tags of a remote repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemoteRefs {
    /// Short branch name to object id.
    pub heads: BTreeMap<String, String>,
    /// Short tag name to object id of what it finally points to.
    pub tags: BTreeMap<String, String>,
    /// Short name of the branch that HEAD names.
    pub default_branch: Option<String>,
}

/// Asks a repository for its branches and tags. `url` is anything git takes, never a program to run; the user's credential helpers are
/// used, but nobody is asked on the terminal.
pub fn ls_remote(url: &str) -> Result<RemoteRefs, GitError> {
    // Without a pattern HEAD is among the answers; `--heads --tags` would leave it out, and with it the default branch.
    let output = command::without_repository(&["ls-remote", "--symref", "--", url])?;
    Ok(parse(&output))
}

impl Repository {
    /// Fetches the whole history, all tags, and the tips of these branches, by their short names, from `origin`. The one thing that
    /// flowgate ever writes to a repository for a check, and only when it was asked to.
    ///
    /// # Errors
    /// What git says.
    pub fn fetch_history(&self, branches: &[&str]) -> Result<(), GitError> {
        let refspecs: Vec<String> = branches
            .iter()
            .map(|name| format!("+refs/heads/{name}:refs/remotes/origin/{name}"))
            .collect();
        let mut arguments = vec!["-c", "protocol.ext.allow=never", "fetch", "--quiet", "--tags"];
        if self.is_shallow() {
            arguments.push("--unshallow");
        }
        arguments.extend(["--", "origin"]);
        arguments.extend(refspecs.iter().map(String::as_str));
        command::in_repository(self, &arguments).map(drop)
    }
}

fn parse(output: &[u8]) -> RemoteRefs {
    let mut refs = RemoteRefs::default();
    let text = of_bytes(output);
    for line in text.lines() {
        let Some((left, name)) = line.split_once('\t') else { continue };
        if let Some(target) = left.strip_prefix("ref: ") {
            if name == "HEAD" {
                refs.default_branch = target.strip_prefix("refs/heads/").map(str::to_owned);
            }
        } else if let Some(branch) = name.strip_prefix("refs/heads/") {
            refs.heads.insert(branch.to_owned(), left.to_owned());
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            // `^{}` follows its tag and names what the tag object leads to.
            let tag = tag.strip_suffix("^{}").unwrap_or(tag);
            refs.tags.insert(tag.to_owned(), left.to_owned());
        }
    }
    refs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_read_line_by_line() {
        let output = b"ref: refs/heads/main\tHEAD\n1\tHEAD\n1\trefs/heads/main\n2\trefs/heads/feat/x\n3\trefs/pull/1/head\n\
            4\trefs/tags/1.0.0\n1\trefs/tags/1.0.0^{}\n5\trefs/tags/light\n";
        let refs = parse(output);
        let pairs = |map: &BTreeMap<String, String>| map.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(" ");
        assert_eq!(pairs(&refs.heads), "feat/x=2 main=1");
        assert_eq!(pairs(&refs.tags), "1.0.0=1 light=5");
        assert_eq!(refs.default_branch.as_deref(), Some("main"));
    }

    #[test]
    fn an_address_cannot_be_an_option_or_a_program() {
        assert!(ls_remote("--upload-pack=touch /tmp/x").is_err());
        assert!(ls_remote("ext::sh -c true").is_err());
    }
}
