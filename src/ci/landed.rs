//! What the message of a commit on a long-lived branch says of the change that came with it: as Git, GitHub, GitLab, Bitbucket and Azure
//! DevOps word it when they merge.
//!
//! Sources: `git fmt-merge-msg`, GitHub's and GitLab's default templates of merge and squash commits. Anybody can write such a message by
//! hand; it tells history, and decides nothing.

use crate::domain::change::Host;
use crate::domain::commit::Message;

/// What a message says of a change. `None` where it does not say it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Landed {
    pub host: Option<Host>,
    /// Short name of the branch that was merged; of a fork without its owner.
    pub source: Option<String>,
    /// Account or group whose branch that is: `ada` in `from ada/feat/x`.
    pub owner: Option<String>,
    /// Short name of the branch that it was merged into.
    pub into: Option<String>,
    /// Number of the merge or pull request.
    pub number: Option<u64>,
    pub title: Option<String>,
    /// The same branch from another clone was merged: `Merge branch 'dev' of host:project into dev`.
    pub is_pull: bool,
}

/// Reads the message of a commit with two parents.
pub fn merged(message: &Message) -> Landed {
    let words: Vec<&str> = message.subject.split(' ').collect();
    let mut landed = match words.as_slice() {
        ["Merge", "pull", "request", number, "from", source, ..] => Landed {
            host: Some(Host::GitHub),
            owner: source.split_once('/').map(|(owner, _)| owner.to_owned()),
            source: source.split_once('/').map(|(_, branch)| branch.to_owned()),
            number: number_of(number, "#"),
            title: first_line(message),
            ..Landed::default()
        },
        ["Merge", "branch", source, rest @ ..] => by_git(source, rest),
        ["Merge", "remote-tracking" | "remote", "branch", source, rest @ ..] => {
            let mut landed = by_git(source, rest);
            landed.source = landed.source.and_then(|name| Some(name.split_once('/')?.1.to_owned()));
            landed.is_pull = landed.into.is_some() && landed.source == landed.into;
            landed
        }
        ["Merged", "in", source, "(pull", "request", number] => Landed {
            source: Some((*source).to_owned()),
            number: number.strip_suffix(')').and_then(|number| number_of(number, "#")),
            title: first_line(message),
            ..Landed::default()
        },
        ["Merged", "PR", number, title @ ..] => Landed {
            number: number.strip_suffix(':').and_then(|number| number_of(number, "")),
            title: Some(title.join(" ")).filter(|title| !title.is_empty()),
            ..Landed::default()
        },
        _ => Landed::default(),
    };
    if let Some(number) = merge_request(message) {
        landed.host = Some(Host::GitLab);
        landed.number = Some(number);
        landed.title = first_line(message);
    }
    landed
}

/// Reads the message of a commit with one parent; `None` when it says nothing of a change, and so may have been pushed without one.
pub fn squashed(message: &Message) -> Option<Landed> {
    let subject = message.subject.trim_end();
    let by_subject = subject
        .rsplit_once(" (")
        .and_then(|(_, end)| end.strip_suffix(')'))
        .and_then(|end| number_of(end, "#"));
    let azure = subject
        .strip_prefix("Merged PR ")
        .and_then(|rest| rest.split_once(": "))
        .and_then(|(number, title)| Some((number_of(number, "")?, title)));
    let (host, number, title) = match (merge_request(message), by_subject, azure) {
        (Some(number), ..) => (Some(Host::GitLab), number, subject),
        (None, Some(number), _) => (Some(Host::GitHub), number, subject),
        (None, None, Some((number, title))) => (None, number, title),
        (None, None, None) => return None,
    };
    Some(Landed {
        host,
        number: Some(number),
        title: Some(title.to_owned()),
        ..Landed::default()
    })
}

/// `'x'`, then ` of <address>` and ` into <branch>`, each or none. Names of branches hold no space.
fn by_git(source: &str, rest: &[&str]) -> Landed {
    let (address, into) = match rest {
        ["of", _, "into", into] => (true, Some(*into)),
        ["of", _] => (true, None),
        ["into", into] => (false, Some(*into)),
        _ => (false, None),
    };
    let source = unquoted(source).to_owned();
    let into = into.map(|name| unquoted(name).to_owned());
    // Where Git leaves out what was merged into, that is the main branch.
    let is_same = into
        .as_ref()
        .map_or(matches!(source.as_str(), "main" | "master"), |into| *into == source);
    Landed {
        is_pull: address && is_same,
        source: Some(source),
        into,
        ..Landed::default()
    }
}

fn unquoted(name: &str) -> &str {
    name.strip_prefix('\'')
        .and_then(|name| name.strip_suffix('\''))
        .unwrap_or(name)
}

fn number_of(text: &str, sign: &str) -> Option<u64> {
    let digits = text.strip_prefix(sign)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// `See merge request group/project!12`, a line of its own.
fn merge_request(message: &Message) -> Option<u64> {
    let line = |line: &str| {
        let place = line.trim_end().strip_prefix("See merge request ")?;
        let (project, number) = place.rsplit_once('!')?;
        number_of(number, "").filter(|_| !project.contains(' '))
    };
    message.body.lines().rev().find_map(line)
}

/// The title, where hosts write it: the first line below the subject.
fn first_line(message: &Message) -> Option<String> {
    let line = message.body.lines().map(str::trim).find(|line| !line.is_empty())?;
    (!line.starts_with("See merge request ")).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commit::{CommitClass, ConventionalError};

    fn message(text: &str) -> Message {
        let (subject, body) = text.split_once("\n\n").unwrap_or((text, ""));
        Message {
            raw: text.to_owned(),
            is_lossy: false,
            subject: subject.to_owned(),
            body: body.to_owned(),
            trailers: Vec::new(),
            conventional: Err(ConventionalError {
                reason: String::new(),
                line: 1,
                column: 1,
            }),
            class: CommitClass::Normal,
        }
    }

    /// `source>into number title`, with `-` for what is not said.
    fn told(landed: &Landed) -> String {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let number = landed.number.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let host = landed.host.map_or("-", Host::as_str);
        let pull = if landed.is_pull { " pull" } else { "" };
        format!(
            "{host} {}>{} {number} {}{pull}",
            or(&landed.source),
            or(&landed.into),
            or(&landed.title)
        )
    }

    #[test]
    fn merges_are_read_as_git_and_hosts_word_them() {
        for (text, expected) in [
            ("Merge branch 'feat/x'", "- feat/x>- - -"),
            ("Merge branch 'feat/x' into dev", "- feat/x>dev - -"),
            ("Merge branch 'it's' into 'dev'", "- it's>dev - -"),
            ("Merge branch 'dev' of host:a/b into dev", "- dev>dev - - pull"),
            ("Merge branch 'main' of https://host/a/b", "- main>- - - pull"),
            ("Merge branch 'feat/x' of host:a/b into dev", "- feat/x>dev - -"),
            ("Merge remote-tracking branch 'origin/feat/x' into dev", "- feat/x>dev - -"),
            (
                "Merge pull request #12 from ada/feat/x\n\nfeat: x",
                "github feat/x>- 12 feat: x",
            ),
            ("Merge remote branch 'mine/dev' into dev", "- dev>dev - - pull"),
            ("Merge remote branch 'ada/feat/x' into dev", "- feat/x>dev - -"),
            ("Merge pull request #12 from ada/feat/x", "github feat/x>- 12 -"),
            (
                "Merge branch 'feat/x' into 'dev'\n\nfeat: x\n\nCloses #1\n\nSee merge request a/b!7",
                "gitlab feat/x>dev 7 feat: x",
            ),
            (
                "Merge branch 'feat/x' into 'dev'\n\nSee merge request !7",
                "gitlab feat/x>dev 7 -",
            ),
            ("Merged in feat/x (pull request #3)\n\nfeat: x", "- feat/x>- 3 feat: x"),
            ("Merged PR 3: feat: x", "- ->- 3 feat: x"),
            ("Merge tag '1.2.0' into dev", "- ->- - -"),
            ("Bring it all together", "- ->- - -"),
        ] {
            assert_eq!(told(&merged(&message(text))), expected, "{text}");
        }
    }

    #[test]
    fn squashes_are_told_by_the_number_of_their_change() {
        for (text, expected) in [
            ("feat: x (#12)", "github ->- 12 feat: x (#12)"),
            ("feat: x\n\nSee merge request a/b!7", "gitlab ->- 7 feat: x"),
            ("Merged PR 3: feat: x", "- ->- 3 feat: x"),
        ] {
            assert_eq!(
                squashed(&message(text)).as_ref().map(told).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        for text in [
            "feat: x",
            "feat: x (12)",
            "feat: x (#12a)",
            "feat: x (#)",
            "feat: x (#12) again",
            "feat: x(#12)",
            "feat: x\n\nPlease see merge request a/b!7",
            "feat: x\n\nSee merge request of last week!7",
            "Merged PR three: x",
        ] {
            assert_eq!(squashed(&message(text)), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_message_can_be_read(text in "(Merge|branch|pull|request|'|#1|!2| |\\n|into|of|from|See merge request|é|.){0,20}") {
            let message = message(&text);
            let landed = merged(&message);
            proptest::prop_assert!(landed.source.is_none_or(|name| text.contains(&name)));
            proptest::prop_assert!(squashed(&message).is_none_or(|landed| landed.number.is_some()));
        }
    }
}
