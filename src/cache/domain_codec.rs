//! The domain's types as bytes: structs field by field, enums by numbers that are never given twice.

use std::cell::RefCell;

use crate::domain::commit::Person;
use crate::domain::delivery::{Delivery, DeliveryMode, Edge, Name, NameRole, Rows, Source, Unresolved};
use crate::domain::file::{Exclusion, FileClass, FileFacts, FileProblem};
use crate::domain::finding::{Draft, Edit, Excerpt, Finding, Related};
use crate::domain::learnt::{Learnt, Question, Said};
use crate::domain::location::{Location, Position, Span};
use crate::domain::refs::{Branch, Standing, Tag, Version};
use crate::domain::repository::{Divergence, Head, InProgress, RepositoryFacts, RoleBranch};
use crate::domain::revision::{Known, Revision, RevisionClass};
use crate::domain::rule::{RuleId, Severity};
use crate::domain::stage::{Evidence, StageInference};
use crate::domain::target::MergeHead;
use crate::domain::waiver::WaiverComment;

use super::codec::{Codec, Input, codec_of_fields, codec_of_variants, write_text};

codec_of_fields!(Position { line, column });
codec_of_fields!(Span { start, end });
codec_of_fields!(Location {
    path,
    span,
    pointer,
    document,
    branch,
    commit,
    reference,
    change
});
codec_of_fields!(Evidence {
    source,
    text,
    stage,
    weight,
    location
});
codec_of_fields!(StageInference {
    stage,
    rank,
    evidence,
    stages
});
codec_of_fields!(Source {
    url,
    repository,
    path,
    chart,
    is_this_repository
});
codec_of_fields!(Revision {
    text,
    class,
    branch,
    version,
    pin,
    known
});
codec_of_fields!(Delivery {
    tool,
    kind,
    name,
    mode,
    source,
    revision,
    stage,
    environment,
    environment_from_branch,
    cluster,
    namespace,
    at,
    generated_by,
    condition,
});
codec_of_fields!(Edge {
    from,
    to,
    kind,
    from_stage,
    to_stage,
    at
});
codec_of_fields!(Name {
    role,
    kind,
    text,
    destination_namespace,
    destination_cluster,
    stage,
    at
});
codec_of_fields!(Unresolved { tool, reason, at });
codec_of_fields!(Rows {
    deliveries,
    edges,
    names,
    unresolved
});
codec_of_fields!(FileProblem { message, at });
codec_of_fields!(FileFacts {
    path,
    branches,
    bytes,
    class,
    documents,
    problems,
    waivers
});
codec_of_fields!(WaiverComment {
    at,
    rule,
    until,
    reason,
    problems,
    lines,
    is_whole_file,
    subject
});
codec_of_fields!(Related { message, location });
codec_of_fields!(Edit { path, range, text });
codec_of_fields!(Excerpt { first_line, text });
codec_of_fields!(Finding {
    rule,
    severity,
    title,
    message,
    fix,
    fingerprint,
    location,
    related,
    excerpt,
    evidence,
    edits,
});
codec_of_fields!(Draft {
    finding,
    subject,
    oldest_id,
    is_off,
    is_undecided
});
codec_of_fields!(Said { drafts, asked });
codec_of_fields!(Learnt {
    facts,
    rows,
    is_shown,
    retained,
    embedded_applications,
    said
});
codec_of_fields!(Person { name, email });
codec_of_fields!(Version {
    text,
    major,
    minor,
    patch,
    pre,
    build,
    prefix,
    component
});
codec_of_fields!(Branch {
    reference,
    name,
    remote,
    commit,
    time,
    is_head,
    standing
});
codec_of_fields!(Standing {
    has_own_commits,
    is_published,
    is_unpublished_merge
});
codec_of_fields!(Tag {
    reference,
    name,
    object,
    target,
    target_kind,
    is_annotated,
    tagger,
    message,
    time,
    version
});
codec_of_fields!(Divergence {
    ahead,
    behind,
    commits,
    count,
    since
});
codec_of_fields!(MergeHead { commit, name });
codec_of_fields!(RoleBranch {
    name,
    reference,
    remotes
});
codec_of_fields!(RepositoryFacts {
    is_bare,
    is_shallow,
    is_partial,
    is_worktree,
    object_format,
    in_progress,
    merging,
    head,
    url,
    default_branch,
    trunk,
    main,
    develop,
    role_branches,
    has_all_branches,
    divergence,
});

codec_of_variants!(Severity {
    Info = 0,
    Warning = 1,
    Error = 2
});
codec_of_variants!(Exclusion {
    Vendored = 0,
    TestData = 1,
    Configured = 2
});
codec_of_variants!(DeliveryMode {
    Follows = 0,
    Pipeline = 1,
    MachineWritten = 2,
    Preview = 3
});
codec_of_variants!(NameRole {
    Application = 0,
    Namespace = 1,
    Project = 2
});
codec_of_variants!(RevisionClass {
    Default = 0,
    Branch = 1,
    Tag = 2,
    Semver = 3,
    Range = 4,
    Commit = 5,
    ShortCommit = 6,
    Templated = 7,
});
codec_of_variants!(Known {
    Grammar = 0,
    Repository = 1,
    RefsLock = 2
});
codec_of_variants!(InProgress {
    Merge = 0,
    Revert = 1,
    CherryPick = 2,
    Bisect = 3,
    Rebase = 4,
    ApplyMailbox = 5
});

impl Codec for RuleId {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self.as_str(), out);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        Self::parse(input.text()?)
    }
}

impl Codec for FileClass {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Parsed => out.push(0),
            Self::Empty => out.push(1),
            Self::Templated { by } => {
                out.push(2);
                by.write(out);
            }
            Self::Encrypted => out.push(3),
            Self::Excluded(exclusion) => {
                out.push(4);
                exclusion.write(out);
            }
            Self::TooLarge { bytes, limit } => {
                out.push(5);
                bytes.write(out);
                limit.write(out);
            }
            Self::NotText => out.push(6),
            Self::NotFollowed { what } => {
                out.push(7);
                what.write(out);
            }
            Self::Unreadable { reason } => {
                out.push(8);
                reason.write(out);
            }
            Self::Broken { reason, at } => {
                out.push(9);
                reason.write(out);
                at.write(out);
            }
        }
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        Some(match input.byte()? {
            0 => Self::Parsed,
            1 => Self::Empty,
            2 => Self::Templated { by: Codec::read(input)? },
            3 => Self::Encrypted,
            4 => Self::Excluded(Codec::read(input)?),
            5 => Self::TooLarge {
                bytes: Codec::read(input)?,
                limit: Codec::read(input)?,
            },
            6 => Self::NotText,
            7 => Self::NotFollowed {
                what: Codec::read(input)?,
            },
            8 => Self::Unreadable {
                reason: Codec::read(input)?,
            },
            9 => Self::Broken {
                reason: Codec::read(input)?,
                at: Codec::read(input)?,
            },
            _ => return None,
        })
    }
}

impl Codec for Head {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unborn { reference } => {
                out.push(0);
                reference.write(out);
            }
            Self::Branch { reference, commit } => {
                out.push(1);
                reference.write(out);
                commit.write(out);
            }
            Self::Detached { commit } => {
                out.push(2);
                commit.write(out);
            }
        }
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        Some(match input.byte()? {
            0 => Self::Unborn {
                reference: Codec::read(input)?,
            },
            1 => Self::Branch {
                reference: Codec::read(input)?,
                commit: Codec::read(input)?,
            },
            2 => Self::Detached {
                commit: Codec::read(input)?,
            },
            _ => return None,
        })
    }
}

impl Codec for Question {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Exists(path) => {
                out.push(0);
                path.write(out);
            }
            Self::SiblingStage(path) => {
                out.push(1);
                path.write(out);
            }
            Self::StageRoot(folder) => {
                out.push(2);
                folder.write(out);
            }
            Self::Kustomizations => out.push(3),
            Self::Folders => out.push(4),
            Self::Ref { repository, text } => {
                out.push(5);
                repository.write(out);
                text.write(out);
            }
        }
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        Some(match input.byte()? {
            0 => Self::Exists(Codec::read(input)?),
            1 => Self::SiblingStage(Codec::read(input)?),
            2 => Self::StageRoot(Codec::read(input)?),
            3 => Self::Kustomizations,
            4 => Self::Folders,
            5 => Self::Ref {
                repository: Codec::read(input)?,
                text: Codec::read(input)?,
            },
            _ => return None,
        })
    }
}

/// How many different words of the program are kept; it has far fewer, so that only damaged bytes hold more.
const MOST_WORDS: usize = 256;

thread_local! {
    /// The words that stand in the program's own text (names of tools, kinds of edges), each once.
    static WORDS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

impl Codec for &'static str {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }

    fn read(input: &mut Input<'_>) -> Option<Self> {
        let text = input.text()?;
        WORDS.with_borrow_mut(|words| {
            if let Some(known) = words.iter().find(|word| **word == text) {
                return Some(*known);
            }
            if words.len() >= MOST_WORDS || text.len() > MOST_WORDS {
                return None;
            }
            // There are a few of them, for as long as the program runs.
            let word: &'static str = Box::leak(text.to_owned().into_boxed_str());
            words.push(word);
            Some(word)
        })
    }
}
