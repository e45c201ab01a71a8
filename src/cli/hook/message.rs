//! The message of a commit that is not made yet: the file as Git will record it, who commits, and the question that judges it.

use std::path::PathBuf;

use super::context::{Context, os_variable, variable};
use super::question::{Question, ask};
use crate::config::discovery::FILE_NAME;
use crate::domain::commit::Person;
use crate::domain::report::Report;
use crate::domain::target::{Commits, Content, PendingCommit, Target};
use crate::facts::{FactsError, Place};
use crate::git::{Configured, MessageCleanup, MessageOrigin, Repository};

/// A file that holds a message, and how Git cleans it.
#[derive(Debug)]
pub struct Draft {
    pub cleanup: MessageCleanup,
    pub origin: MessageOrigin,
    /// The file as it is.
    pub file: Vec<u8>,
}

impl Draft {
    /// The draft in a repository.
    ///
    /// # Errors
    /// When Git's configuration cannot be read.
    pub fn new(place: &Place, file: Vec<u8>, origin: MessageOrigin) -> Result<Self, FactsError> {
        let cleanup = match place.repository() {
            Some(repository) => repository.message_cleanup(configured())?,
            None => MessageCleanup::default(),
        };
        Ok(Self { cleanup, origin, file })
    }

    /// The message as the commit will hold it.
    pub fn recorded(&self) -> Vec<u8> {
        self.cleanup.recorded(&self.file, self.origin)
    }
}

/// Whether Git started an editor: else it tells its hooks that the editor is `:`.
pub fn origin() -> MessageOrigin {
    if variable("GIT_EDITOR").as_deref() == Some(":") {
        MessageOrigin::HandedOver
    } else {
        MessageOrigin::Edited
    }
}

/// Whether `git commit` runs the hook, and not a merge, cherry-pick, revert or rebase: it alone tells hooks when the author wrote, in its
/// own form.
pub fn is_of_git_commit() -> bool {
    variable("GIT_AUTHOR_DATE").as_deref().and_then(seconds).is_some()
}

/// Judges a message; configuration and policies are read from the index.
pub fn judge(context: &Context<'_>, place: &Place, draft: &Draft, message: Vec<u8>) -> Report {
    let pending = PendingCommit {
        message,
        encoding: draft.cleanup.encoding.clone(),
        author: person("AUTHOR"),
        committer: person("COMMITTER"),
        author_time: variable("GIT_AUTHOR_DATE").as_deref().and_then(seconds),
    };
    let target = Target {
        commits: Commits::Pending(pending),
        ..Target::of_content(Content::Nothing)
    };
    let question = Question {
        place,
        target: &target,
        origin: &origin_of_rules(context, place),
        before: None,
    };
    ask(context, &question)
}

/// The index; nothing when it holds no configuration, as then it would be read for that alone.
fn origin_of_rules(context: &Context<'_>, place: &Place) -> Content {
    let named = os_variable("GIT_INDEX_FILE").map(PathBuf::from);
    let may_hold = |repository: &Repository| repository.index_may_hold(FILE_NAME, named.as_deref());
    if context.options.rules.model.config.is_some() || place.repository().is_none_or(may_hold) {
        Content::Index
    } else {
        Content::Nothing
    }
}

/// `git -c` and its like are known to Git alone.
fn configured() -> Configured {
    let is_given = |name| os_variable(name).is_some_and(|value| !value.is_empty());
    if is_given("GIT_CONFIG_PARAMETERS") || is_given("GIT_CONFIG_COUNT") {
        Configured::InEnvironment
    } else {
        Configured::InFiles
    }
}

fn person(role: &str) -> Option<Person> {
    Some(Person {
        name: variable(&format!("GIT_{role}_NAME"))?,
        email: variable(&format!("GIT_{role}_EMAIL"))?,
    })
}

/// `@1767225600 +0000`, as Git writes it for hooks.
fn seconds(date: &str) -> Option<i64> {
    date.strip_prefix('@')?.split(' ').next()?.parse().ok()
}
