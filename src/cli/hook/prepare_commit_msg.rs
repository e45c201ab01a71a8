//! `prepare-commit-msg`: helps the person who is about to write a message, and warns where no other hook sees one. Never stops Git.

use std::path::Path;

use super::conclusion::{for_people, say};
use super::context::{Context, file_argument, place};
use super::message::{Draft, is_of_git_commit, judge, origin};
use crate::cli::prepare::{self, Origins};
use crate::domain::flow::Flow;
use crate::domain::report::Verdict;
use crate::domain::repository::Head;
use crate::domain::target::Content;
use crate::facts::Place;
use crate::git::message_file::Cleanup;
use crate::git::{CommentPrefix, MessageOrigin};
use crate::reporting::{Format, write};

/// By which the hook knows its own lines again.
const MARK: &str = "flowgate:";

/// Runs the hook.
pub fn run(context: &Context<'_>) -> u8 {
    let (Some(path), Ok(place)) = (file_argument(context, 0), place()) else {
        return 0;
    };
    let Some(draft) = std::fs::read(path)
        .ok()
        .and_then(|file| Draft::new(&place, file, origin()).ok())
    else {
        return 0;
    };
    match context.words().get(1).and_then(|source| source.to_str()) {
        None | Some("template") => help(context, &place, &draft, path),
        // `git commit` runs commit-msg as well; a cherry-pick, a revert and a rebase run nothing else.
        Some(_) if !is_of_git_commit() => warn(context, &place, &draft),
        Some(_) => {}
    }
    0
}

/// Adds the agreed types as comments, where Git will take comments away again.
fn help(context: &Context<'_>, place: &Place, draft: &Draft, path: &Path) {
    let has_template = context.words().len() > 1;
    let is_removed = match draft.cleanup.cleanup {
        Cleanup::Default | Cleanup::Strip | Cleanup::Scissors => draft.origin == MessageOrigin::Edited,
        Cleanup::Whitespace | Cleanup::Verbatim => false,
    };
    // Which character Git chose beside a template cannot be told for certain, and a wrong one would be recorded.
    let is_certain = draft.cleanup.comment != CommentPrefix::Auto || !has_template;
    if !is_removed || !is_certain {
        return;
    }
    let model = &context.options.rules.model;
    let origins = Origins {
        reach: context.reach(),
        place,
        content: &Content::Index,
        config: model.config.as_deref(),
        policies: model.policies.as_deref(),
        profile: model.profile.as_deref(),
        is_cached: false,
        cache: None,
    };
    // What is wrong with the configuration is told by the hooks that judge.
    let Ok(model) = prepare::model(origins) else { return };
    let head = place.repository().and_then(|repository| repository.head().ok());
    let lines = lines(&model.configuration.flow, head.as_ref());
    if let Some(text) = with_comments(draft, &lines)
        && let Err(error) = std::fs::write(path, text)
    {
        say(
            context,
            &format!("flowgate: {}: {error}; the message stays as it was", path.display()),
        );
    }
}

fn lines(flow: &Flow, head: Option<&Head>) -> Vec<String> {
    let types = &flow.commits.types;
    if types.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        format!("{MARK} begin with a type, a colon and a space"),
        format!("types: {}", types.join(", ")),
    ];
    let branch = head
        .and_then(Head::reference)
        .and_then(|name| name.strip_prefix("refs/heads/"));
    if let Some(kind) = branch.and_then(|name| type_of_branch(types, name)) {
        lines.push(format!("this branch suggests: {kind}: "));
    }
    lines
}

/// The type that the first part of a branch's name tells: `feat/x`, `feature/x`, `bugfix/x`.
fn type_of_branch<'t>(types: &'t [String], branch: &str) -> Option<&'t str> {
    let (word, _) = branch.split_once('/')?;
    let word = word.to_ascii_lowercase();
    let is_same = |kind: &&String| **kind == word;
    let is_near = |kind: &&String| kind.len() > 2 && (word.starts_with(kind.as_str()) || word.ends_with(kind.as_str()));
    let found = types.iter().find(is_same).or_else(|| types.iter().find(is_near));
    found.map(String::as_str)
}

/// The file with comment lines below the message; `None` when there is nothing to add, or it is there already.
fn with_comments(draft: &Draft, lines: &[String]) -> Option<Vec<u8>> {
    let file = &draft.file;
    let prefix = draft.cleanup.comment_prefix(file);
    let marked = [&prefix[..], b" ", MARK.as_bytes()].concat();
    let is_there = file.split(|b| *b == b'\n').any(|line| line.starts_with(&marked));
    if lines.is_empty() || is_there {
        return None;
    }
    let position = match draft.cleanup.scissors(file) {
        // There, only what stands below the line is taken away.
        None if draft.cleanup.cleanup == Cleanup::Scissors => return None,
        None => file.len(),
        Some(cut) if draft.cleanup.cleanup == Cleanup::Scissors => cut + comment_block(file.get(cut..)?, &prefix),
        Some(cut) => cut,
    };
    let (before, after) = file.split_at_checked(position)?;
    let mut text = before.to_vec();
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    // Git's own comments end in an empty one.
    let is_apart = text.ends_with(&[b"\n", &prefix[..], b"\n"].concat());
    let gap = (!is_apart).then_some("");
    for line in gap.into_iter().chain(lines.iter().map(String::as_str)).chain([""]) {
        text.extend_from_slice(&prefix);
        if !line.is_empty() {
            text.push(b' ');
            text.extend_from_slice(line.as_bytes());
        }
        text.push(b'\n');
    }
    text.extend_from_slice(after);
    Some(text)
}

/// How many bytes the comment lines take that a text begins with.
fn comment_block(text: &[u8], prefix: &[u8]) -> usize {
    let lines = text.split_inclusive(|b| *b == b'\n');
    lines.take_while(|line| line.starts_with(prefix)).map(<[u8]>::len).sum()
}

fn warn(context: &Context<'_>, place: &Place, draft: &Draft) {
    let message = draft.recorded();
    if message.is_empty() {
        return;
    }
    let report = judge(context, place, draft, message);
    if report.findings.is_empty() && report.verdict == Verdict::Clean {
        return;
    }
    let text = write(Format::Human, &report, &for_people(context));
    let last =
        "flowgate: Git goes on; git commit --amend mends the last message, git rebase -i an older one, before they are pushed";
    say(context, &format!("{text}{last}"));
}
