//! The lines of a CODEOWNERS file: sections, entries, and what the host cannot read or ignores.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::location::Position;

use super::dialect::Dialect;
use super::matcher::Matcher;

/// The most entries and headings that are looked at; the largest public files have fewer than half as many.
const MOST_ENTRIES: usize = 20_000;

/// A line that gives paths to owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As written, without the `!` of an exclusion.
    pub pattern: String,
    /// Name of its section; empty before the first heading.
    pub section: String,
    /// The section's heading begins with `^`: nobody has to approve.
    pub is_optional: bool,
    /// How many of the owners have to approve.
    pub approvals: u32,
    /// `!pattern`: the paths need nobody of this section (GitLab).
    pub is_exclusion: bool,
    /// Its own or its section's. Empty: on GitHub the paths are nobody's on purpose.
    pub owners: Vec<String>,
    /// Where the pattern begins.
    pub at: Position,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// A word among the owners that can be none.
    MalformedOwner,
    /// `!pattern` on GitHub.
    NegatedPattern,
    /// `[a-z]` on GitHub.
    CharacterRange,
    /// `\#pattern` on GitHub.
    EscapedHash,
    /// A heading of a section on GitHub.
    Section,
    /// `/` alone on GitHub: it names nothing.
    NamesNothing,
    /// An entry nobody owns, on GitLab.
    MissingOwner,
    /// A heading without its closing bracket.
    BrokenHeading,
    /// `[]`.
    NamelessSection,
    /// `[Name][0]`, `[Name][two]`.
    Approvals,
    /// `^[Name][2]`: nobody has to approve, and two have to.
    OptionalApprovals,
    /// What stands behind a heading and is ignored.
    AfterHeading,
    /// An owner named in what is meant as a remark at the end of a line, on GitLab.
    OwnerInComment,
    /// The file is larger than the host loads.
    TooLarge,
    /// More entries than flowgate looks at.
    TooMany,
}

impl ProblemKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedOwner => "malformed-owner",
            Self::NegatedPattern => "negated-pattern",
            Self::CharacterRange => "character-range",
            Self::EscapedHash => "escaped-hash",
            Self::Section => "section",
            Self::NamesNothing => "names-nothing",
            Self::MissingOwner => "missing-owner",
            Self::BrokenHeading => "broken-heading",
            Self::NamelessSection => "nameless-section",
            Self::Approvals => "approvals",
            Self::OptionalApprovals => "optional-approvals",
            Self::AfterHeading => "after-heading",
            Self::OwnerInComment => "owner-in-comment",
            Self::TooLarge => "too-large",
            Self::TooMany => "too-many",
        }
    }
}

/// One thing wrong in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    /// What is wrong and what the host makes of it, in one sentence without its place.
    pub message: String,
    pub at: Position,
}

/// A file as one host reads it.
#[derive(Debug)]
pub struct CodeOwners {
    pub dialect: Dialect,
    /// In the order of the file, without lines that the host skips.
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
    /// There is a heading with a name.
    pub has_sections: bool,
    /// Sections of which no part is required.
    pub(super) optional: BTreeSet<String>,
    pub(super) matcher: Matcher,
}

/// Reads a file as this host would.
pub fn parse(text: &str, dialect: Dialect) -> CodeOwners {
    let mut reader = Reader {
        dialect,
        heading: Heading::default(),
        names: BTreeMap::new(),
        entries: Vec::new(),
        problems: Vec::new(),
    };
    reader.file(text.strip_prefix('\u{feff}').unwrap_or(text));
    let Reader {
        names,
        entries,
        mut problems,
        ..
    } = reader;
    problems.sort_by_key(|problem| problem.at);
    let required: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| !entry.is_optional && !entry.is_exclusion)
        .map(|entry| entry.section.as_str())
        .collect();
    let optional = entries.iter().map(|entry| entry.section.as_str());
    let optional = optional
        .filter(|section| !required.contains(section))
        .map(str::to_owned)
        .collect();
    CodeOwners {
        dialect,
        matcher: Matcher::of(&entries, dialect),
        has_sections: !names.is_empty(),
        optional,
        entries,
        problems,
    }
}

/// What a host makes of a file that is too large: nothing.
pub fn unloaded(dialect: Dialect) -> CodeOwners {
    let mut file = parse("", dialect);
    file.problems.push(Problem {
        kind: ProblemKind::TooLarge,
        message: TOO_LARGE.to_owned(),
        at: START,
    });
    file
}

const TOO_LARGE: &str =
    "GitHub loads no CODEOWNERS of 3 MB or more, so that nobody owns anything, and flowgate does not look into it";
const START: Position = Position { line: 1, column: 1 };

/// What the lines below a heading have in common.
#[derive(Debug, Clone)]
struct Heading {
    name: String,
    is_optional: bool,
    approvals: u32,
    owners: Vec<String>,
}

impl Default for Heading {
    fn default() -> Self {
        Self {
            name: String::new(),
            is_optional: false,
            approvals: 1,
            owners: Vec::new(),
        }
    }
}

struct Reader {
    dialect: Dialect,
    heading: Heading,
    /// Names of sections by their lower-case form, in the spelling that came first.
    names: BTreeMap<String, String>,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

impl Reader {
    fn note(&mut self, kind: ProblemKind, message: String, at: Position) {
        self.problems.push(Problem { kind, message, at });
    }

    fn file(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let indent = line.chars().take_while(|c| c.is_whitespace()).count();
            let line = Line {
                text: trimmed,
                number: u32::try_from(index + 1).unwrap_or(u32::MAX),
                indent,
            };
            if self.entries.len() + self.names.len() >= MOST_ENTRIES {
                let message = format!("there are more than {MOST_ENTRIES} entries, and flowgate looks no further");
                self.note(ProblemKind::TooMany, message, line.at(0));
                return;
            }
            match self.dialect {
                Dialect::GitHub => self.github(&line),
                Dialect::GitLab => self.gitlab(&line),
            }
        }
    }

    fn github(&mut self, line: &Line<'_>) {
        let (pattern, rest) = line.split();
        let skipped = match () {
            () if heading_start(line.text).is_some() => {
                Some((ProblemKind::Section, "GitHub knows no sections and skips the line".to_owned()))
            }
            () if pattern.starts_with('!') => Some((
                ProblemKind::NegatedPattern,
                format!("GitHub knows no exceptions with `!` and skips the line `{pattern}`"),
            )),
            () if pattern.starts_with("\\#") => Some((
                ProblemKind::EscapedHash,
                format!("GitHub reads no pattern that begins with `#`, not even escaped, and skips the line `{pattern}`"),
            )),
            () if has_range(pattern) => Some((
                ProblemKind::CharacterRange,
                format!("GitHub knows no character ranges with `[ ]` and skips the line `{pattern}`"),
            )),
            () if pattern == "/" => Some((ProblemKind::NamesNothing, "`/` names no file".to_owned())),
            () => None,
        };
        if let Some((kind, message)) = skipped {
            self.note(kind, message, line.at(0));
            return;
        }
        let mut owners = Vec::new();
        for (word, offset) in words(line.text, rest) {
            // What follows is a remark.
            if word.starts_with('#') {
                break;
            }
            if !is_owner(word, Dialect::GitHub) {
                let message = format!(
                    "`{word}` is no owner (`@user`, `@organisation/team` or an address), so that GitHub skips the line `{pattern}`"
                );
                self.note(ProblemKind::MalformedOwner, message, line.at(offset));
                return;
            }
            owners.push(word.to_owned());
        }
        self.entry(line, pattern, false, owners);
    }

    fn gitlab(&mut self, line: &Line<'_>) {
        if let Some(start) = heading_start(line.text) {
            return self.heading(line, start);
        }
        let (pattern, rest) = line.split();
        if let Some(pattern) = pattern.strip_prefix('!') {
            return self.entry(line, pattern, true, Vec::new());
        }
        let mut owners = self.gitlab_owners(line, rest, pattern);
        if owners.is_empty() {
            owners.clone_from(&self.heading.owners);
        }
        let is_named = |problem: &Problem| problem.at.line == line.number && problem.kind == ProblemKind::MalformedOwner;
        // A line whose only owner is misspelt needs one advice, not two.
        if owners.is_empty() && !self.problems.last().is_some_and(is_named) {
            let message = format!("`{pattern}` has no owner: GitLab approves the paths by itself");
            self.note(ProblemKind::MissingOwner, message, line.at(0));
        }
        self.entry(line, pattern, false, owners);
    }

    /// The owners behind a pattern or a heading; GitLab passes over words that are none.
    fn gitlab_owners(&mut self, line: &Line<'_>, rest: usize, subject: &str) -> Vec<String> {
        let mut owners = Vec::new();
        let mut is_remark = false;
        for (word, offset) in words(line.text, rest) {
            is_remark |= word.starts_with('#');
            let is_one = is_owner(word, Dialect::GitLab);
            if is_one {
                owners.push(word.to_owned());
            }
            let problem = match (is_remark, is_one) {
                (true, true) => (
                    ProblemKind::OwnerInComment,
                    format!("GitLab knows no remarks at the end of a line: `{word}` becomes an owner of `{subject}`"),
                ),
                (false, false) => (
                    ProblemKind::MalformedOwner,
                    format!(
                        "`{word}` is no owner (`@user`, `@group/subgroup`, `@@maintainer` or an address), and GitLab ignores it"
                    ),
                ),
                _ => continue,
            };
            self.note(problem.0, problem.1, line.at(offset));
        }
        owners
    }

    /// `^[Name][2] @default`; `start` is where the name's bracket stands.
    fn heading(&mut self, line: &Line<'_>, start: usize) {
        let inside = line.text.get(start + 1..).unwrap_or_default();
        let Some((name, rest)) = inside.split_once(']') else {
            let message = "the heading has no closing `]`: GitLab takes the line for an entry of the section before".to_owned();
            self.note(ProblemKind::BrokenHeading, message, line.at(0));
            return;
        };
        if name.trim().is_empty() {
            let message = "the section has no name".to_owned();
            self.note(ProblemKind::NamelessSection, message, line.at(start));
        }
        let is_optional = start > 0;
        let mut offset = line.text.len() - rest.len();
        let mut approvals = 1;
        if let Some((number, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            match number.parse::<u32>() {
                Ok(number) if number > 0 => approvals = number,
                _ => {
                    let message = format!("`[{number}]` is no number of approvals: GitLab asks for one");
                    self.note(ProblemKind::Approvals, message, line.at(offset));
                }
            }
            if is_optional && approvals > 1 {
                let message =
                    format!("the section is optional, so that nobody has to approve, and asks for {approvals} approvals");
                self.note(ProblemKind::OptionalApprovals, message, line.at(offset));
            }
            offset = line.text.len() - after.len();
        }
        let rest = line.text.get(offset..).unwrap_or_default();
        let owners = if rest.is_empty() || rest.starts_with(char::is_whitespace) {
            self.gitlab_owners(line, offset, name)
        } else {
            let message = format!("GitLab takes the line for the heading of section `{name}` and ignores `{rest}`");
            self.note(ProblemKind::AfterHeading, message, line.at(offset));
            Vec::new()
        };
        let known = self.names.entry(name.to_lowercase());
        let name = known.or_insert_with(|| name.to_owned()).clone();
        self.heading = Heading {
            name,
            is_optional,
            approvals,
            owners,
        };
    }

    fn entry(&mut self, line: &Line<'_>, pattern: &str, is_exclusion: bool, owners: Vec<String>) {
        self.entries.push(Entry {
            pattern: pattern.to_owned(),
            section: self.heading.name.clone(),
            is_optional: self.heading.is_optional,
            approvals: self.heading.approvals,
            is_exclusion,
            owners,
            at: line.at(0),
        });
    }
}

/// A line without the white space around it.
struct Line<'a> {
    text: &'a str,
    /// From 1.
    number: u32,
    /// Characters before the text.
    indent: usize,
}

impl<'a> Line<'a> {
    /// The position of the byte at `offset`.
    fn at(&self, offset: usize) -> Position {
        let before = self.text.get(..offset).map_or(0, |before| before.chars().count());
        Position {
            line: self.number,
            column: u32::try_from(self.indent + before + 1).unwrap_or(u32::MAX),
        }
    }

    /// The pattern, and where the rest begins: at the first white space that no backslash escapes.
    fn split(&self) -> (&'a str, usize) {
        let mut is_escaped = false;
        for (offset, c) in self.text.char_indices() {
            if c.is_whitespace() && !is_escaped {
                return (self.text.get(..offset).unwrap_or_default(), offset);
            }
            is_escaped = c == '\\' && !is_escaped;
        }
        (self.text, self.text.len())
    }
}

/// The words from `start` on, and where each begins.
fn words(text: &str, start: usize) -> impl Iterator<Item = (&str, usize)> {
    let rest = text.get(start..).unwrap_or_default();
    let mut offset = start;
    rest.split(char::is_whitespace).filter_map(move |word| {
        let at = offset;
        let separator = text.get(at + word.len()..).and_then(|after| after.chars().next());
        offset = at + word.len() + separator.map_or(0, char::len_utf8);
        (!word.is_empty()).then_some((word, at))
    })
}

/// Where the bracket of a heading stands, if the line is one.
fn heading_start(text: &str) -> Option<usize> {
    let start = usize::from(text.starts_with('^'));
    text.get(start..)?.starts_with('[').then_some(start)
}

fn has_range(pattern: &str) -> bool {
    let mut is_escaped = false;
    pattern.chars().any(|c| {
        let is_bracket = !is_escaped && matches!(c, '[' | ']');
        is_escaped = c == '\\' && !is_escaped;
        is_bracket
    })
}

fn is_owner(word: &str, dialect: Dialect) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    if let Some(role) = word.strip_prefix("@@") {
        let role = role.to_ascii_lowercase();
        let role = role.strip_suffix('s').unwrap_or(&role);
        return dialect == Dialect::GitLab && matches!(role, "developer" | "maintainer" | "owner");
    }
    if let Some(name) = word.strip_prefix('@') {
        let parts = name.split('/').count();
        return (dialect == Dialect::GitLab || parts <= 2) && name.split('/').all(is_name);
    }
    word.split_once('@').is_some_and(|(user, host)| {
        let is_plain = |c: char| !matches!(c, '@' | ',' | ';' | '<' | '>' | '(' | ')' | '"' | '\\');
        !user.is_empty() && !host.is_empty() && user.chars().chain(host.chars()).all(is_plain)
    })
}
