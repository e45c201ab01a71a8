//! Comments that are addressed to flowgate: found where they are comments to the file's own reader, with the lines that they cover.
//!
//! `docs/waivers.md` says the same in the user's words.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::location::{Position, Span};
use crate::domain::waiver::WaiverComment;

use super::document::{Document, NodeRef};
use super::format::Format;
use super::text::Place;
use super::waiver_grammar::{Words, words};

/// What a file must hold for its comments to be looked at.
const ADDRESS: &str = "flowgate:";

/// The comments of a file that are addressed to flowgate. `documents` are those of `text`, as they were read.
pub(super) fn waivers(format: Format, text: &str, documents: &[Document]) -> Vec<WaiverComment> {
    if format == Format::Json || !text.contains(ADDRESS) {
        return Vec::new();
    }
    let strings = Strings::of(documents);
    let found: Vec<Found<'_>> = candidates(format, text, &strings).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let wanted = found.iter().map(Found::anchor).collect();
    let entries = Entries::of(format, text, documents, &wanted);
    let covered = |found: &Found<'_>| {
        let covers = match found.below {
            None => Some(entries.own_line(found.at.start.line)),
            Some(below) => entries.below(found, below),
        };
        found.comment(covers)
    };
    found.iter().map(covered).collect()
}

/// A comment, and what stands below it when it stands alone.
struct Found<'a> {
    words: Words,
    at: Span,
    /// Where it begins in the text.
    byte: u32,
    /// `None` when something stands before it on its line.
    below: Option<Below<'a>>,
}

/// The next line that is no comment.
#[derive(Clone, Copy)]
struct Below<'a> {
    line: u32,
    byte: u32,
    text: &'a str,
}

/// What a comment covers.
struct Covers {
    lines: (u32, u32),
    is_whole_file: bool,
    subject: String,
}

impl Found<'_> {
    /// The line whose entry it may be about.
    fn anchor(&self) -> u32 {
        self.below.map_or(self.at.start.line, |below| below.line)
    }

    fn comment(&self, covers: Option<Covers>) -> WaiverComment {
        let Words {
            rule,
            until,
            reason,
            mut problems,
        } = self.words.clone();
        if covers.is_none() {
            problems.push("nothing that it could cover begins on the line below it".to_owned());
        }
        let covers = covers.unwrap_or(Covers {
            lines: (1, 0),
            is_whole_file: false,
            subject: String::new(),
        });
        WaiverComment {
            at: self.at,
            rule,
            until,
            reason,
            problems,
            lines: covers.lines,
            is_whole_file: covers.is_whole_file,
            subject: covers.subject,
        }
    }
}

/// Where the text of scalars lies, sorted: a `#` in there begins no comment.
struct Strings(Vec<(u32, u32)>);

impl Strings {
    fn of(documents: &[Document]) -> Self {
        let scalars = documents.iter().flat_map(Document::nodes).filter(|node| node.is_scalar());
        let mut stretches: Vec<(u32, u32)> = scalars.map(stretch).collect();
        stretches.sort_unstable();
        Self(stretches)
    }

    fn hold(&self, byte: u32) -> bool {
        let next = self.0.partition_point(|(start, _)| *start <= byte);
        let before = next.checked_sub(1).and_then(|at| self.0.get(at));
        before.is_some_and(|(_, end)| byte < *end)
    }
}

/// The bytes of a scalar. The header line of a block scalar may end in a comment.
fn stretch(node: NodeRef<'_>) -> (u32, u32) {
    let (start, end) = node.bytes();
    let raw = node.raw();
    if !node.is_quoted() || !raw.starts_with(['|', '>']) {
        return (start, end);
    }
    let header = raw.find('\n').unwrap_or(raw.len());
    (start + u32::try_from(header).unwrap_or(0), end)
}

/// Comments whose first word is flowgate's, from the top.
fn candidates<'a>(format: Format, text: &'a str, strings: &Strings) -> impl Iterator<Item = Found<'a>> {
    let mut place = Place::START;
    let mut lines = Lines::at(text, 0);
    let mut last: Option<Below<'a>> = None;
    std::iter::from_fn(move || {
        for (start, line) in lines.by_ref() {
            if !line.contains(ADDRESS) {
                continue;
            }
            let Some((hash, words)) = comment_in(format, line, start, strings) else {
                continue;
            };
            // Counted on from the last comment, so that a file full of them is walked over once.
            let begin = place.after(text, start + hash - place.byte as usize);
            let end = begin.after(text, line.len() - hash);
            place = end;
            let is_alone = line.get(..hash).is_some_and(|before| before.trim().is_empty());
            // All of a row of comments stand above the same line, which is looked for once.
            let known = last.filter(|below| below.byte > begin.byte);
            let below = is_alone.then(|| known.unwrap_or_else(|| below(text, start + line.len(), begin.position.line)));
            last = below.or(last);
            return Some(Found {
                words,
                at: Span {
                    start: begin.position,
                    end: end.position,
                },
                byte: begin.byte,
                below,
            });
        }
        None
    })
}

/// The comment of a line when it is addressed to flowgate, with where it begins in the line.
fn comment_in(format: Format, line: &str, start: usize, strings: &Strings) -> Option<(usize, Words)> {
    let begins = |hash: &usize| {
        let before = line.get(..*hash).and_then(|before| before.chars().next_back());
        // YAML wants a blank before the `#`, TOML does not.
        let is_free = format == Format::Toml || before.is_none_or(|c| matches!(c, ' ' | '\t'));
        is_free && !strings.hold(u32::try_from(start + hash).unwrap_or(u32::MAX))
    };
    let hash = line.match_indices('#').map(|(at, _)| at).find(begins)?;
    let said = line.get(hash + 1..)?.trim_start().strip_prefix(ADDRESS)?;
    Some((hash, words(said)?))
}

/// The next line that is no comment; an empty one beyond the end of the text.
fn below(text: &str, end: usize, line: u32) -> Below<'_> {
    let mut number = line;
    for (start, line) in Lines::at(text, end).skip(1) {
        number += 1;
        if !line.trim_start().starts_with('#') {
            return Below {
                line: number,
                byte: u32::try_from(start).unwrap_or(u32::MAX),
                text: line,
            };
        }
    }
    Below {
        line: number,
        byte: u32::MAX,
        text: "",
    }
}

/// Lines with the byte at which each begins, without their line breaks.
struct Lines<'a> {
    text: &'a str,
    next: Option<usize>,
}

impl<'a> Lines<'a> {
    const fn at(text: &'a str, byte: usize) -> Self {
        Self { text, next: Some(byte) }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.next?;
        let rest = self.text.get(start..)?;
        let length = rest.find('\n');
        self.next = length.map(|length| start + length + 1);
        let line = rest.get(..length.unwrap_or(rest.len()))?;
        Some((start, line.strip_suffix('\r').unwrap_or(line)))
    }
}

/// What begins on the lines that comments ask for, and where documents begin.
struct Entries {
    by_line: BTreeMap<u32, Entry>,
    documents: Vec<Whole>,
}

struct Entry {
    last: u32,
    depth: usize,
    subject: String,
}

/// One document of the file.
struct Whole {
    start: u32,
    lines: (u32, u32),
    subject: String,
    /// Where the lines `---` between the document before and this one begin.
    markers: Vec<u32>,
}

impl Entries {
    fn of(format: Format, text: &str, documents: &[Document], wanted: &BTreeSet<u32>) -> Self {
        let mut walk = Walk {
            format,
            text,
            wanted,
            path: Vec::new(),
            by_line: BTreeMap::new(),
        };
        let mut wholes: Vec<Whole> = Vec::new();
        let mut end = 0;
        for (index, document) in documents.iter().enumerate() {
            let root = document.root();
            let subject = name_of(root).unwrap_or_else(|| format!("document {index}"));
            walk.path = vec![subject.clone()];
            walk.node(root);
            let (start, span) = (root.bytes().0, root.span());
            wholes.push(Whole {
                start,
                lines: (span.start.line, span.end.line),
                subject,
                markers: markers(text, end, start),
            });
            end = root.bytes().1;
        }
        Self {
            by_line: walk.by_line,
            documents: wholes,
        }
    }

    /// What a comment behind something covers.
    fn own_line(&self, line: u32) -> Covers {
        let entry = self.by_line.get(&line);
        Covers {
            lines: (line, line),
            is_whole_file: false,
            subject: entry.map_or_else(String::new, |entry| format!("{} (its line)", entry.subject)),
        }
    }

    /// What a comment that stands alone covers.
    fn below(&self, found: &Found<'_>, below: Below<'_>) -> Option<Covers> {
        let index = self.documents.partition_point(|document| document.start <= found.byte);
        if let Some(document) = self.documents.get(index) {
            let passed = document.markers.partition_point(|at| *at <= found.byte);
            let between = document.markers.len() - passed;
            let is_above_marker = between == 1 && document.markers.last() == Some(&below.byte);
            if between == 0 || is_above_marker {
                return Some(Covers {
                    lines: document.lines,
                    is_whole_file: index == 0,
                    subject: document.subject.clone(),
                });
            }
        }
        // An empty line parts a comment from what follows.
        let entry = self.by_line.get(&below.line).filter(|_| !below.text.trim().is_empty())?;
        Some(Covers {
            lines: (below.line, entry.last),
            is_whole_file: false,
            subject: entry.subject.clone(),
        })
    }
}

/// The lines that part documents, between two places.
fn markers(text: &str, from: u32, to: u32) -> Vec<u32> {
    let lines = Lines::at(text, from as usize).take_while(|(start, _)| *start <= to as usize);
    let is_marker = |line: &str| {
        let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    };
    // What follows the end of the document before on its own line is no line.
    let whole = lines.filter(|(start, line)| (*start == 0 || *start > from as usize) && is_marker(line));
    whole.filter_map(|(start, _)| u32::try_from(start).ok()).collect()
}

/// One way through a document, from the outside in.
struct Walk<'a> {
    format: Format,
    text: &'a str,
    wanted: &'a BTreeSet<u32>,
    path: Vec<String>,
    by_line: BTreeMap<u32, Entry>,
}

impl Walk<'_> {
    fn node(&mut self, node: NodeRef<'_>) {
        let start = node.span().start;
        for (key, value) in node.entries() {
            // What an alias or a merge key brings stands elsewhere, and is met there.
            if self.is_elsewhere(key, start) {
                continue;
            }
            let is_here = !self.is_elsewhere(value, key.span().start);
            let end = if is_here { value.span().end } else { key.span().end };
            self.path.push(key.as_text().unwrap_or("?").to_owned());
            self.note(key.span().start, end.max(key.span().end), value);
            if is_here {
                self.node(value);
            }
            self.path.pop();
        }
        for (index, item) in node.items().enumerate() {
            if self.is_elsewhere(item, start) {
                continue;
            }
            self.path.push(item_name(item).unwrap_or_else(|| index.to_string()));
            self.note(item.span().start, item.span().end, item);
            self.node(item);
            self.path.pop();
        }
    }

    fn is_elsewhere(&self, node: NodeRef<'_>, start: Position) -> bool {
        self.format != Format::Toml && node.span().start < start
    }

    /// Of what begins on one line the outermost counts, and all that stands side by side.
    fn note(&mut self, start: Position, end: Position, value: NodeRef<'_>) {
        if !self.wanted.contains(&start.line) {
            return;
        }
        let depth = self.path.len();
        if let Some(entry) = self.by_line.get_mut(&start.line) {
            if entry.depth == depth {
                entry.last = entry.last.max(end.line);
                return;
            }
            // In TOML `[a.b]` and `b.c = 1` name the outer tables too, and those hold more than what is written there.
            if self.format != Format::Toml || !self.is_named_within(value) {
                return;
            }
        }
        let entry = Entry {
            last: end.line,
            depth,
            subject: self.path.join("/"),
        };
        self.by_line.insert(start.line, entry);
    }

    /// In a header every table is one; elsewhere what has no bracket between its key and that of the table around it.
    fn is_named_within(&self, value: NodeRef<'_>) -> bool {
        let start = value.bytes().0 as usize;
        let before = self.text.get(..start).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        let is_header = value.is_mapping() && (line.trim_start().is_empty() || line.trim_start().starts_with('['));
        is_header || !line.contains(['[', '{'])
    }
}

/// Kind, namespace and name of the object that a document describes.
fn name_of(root: NodeRef<'_>) -> Option<String> {
    let text = |keys: &[&str]| root.path(keys).and_then(NodeRef::as_text);
    let (kind, name) = (text(&["kind"])?, text(&["metadata", "name"])?);
    Some(format!("{kind}/{}/{name}", text(&["metadata", "namespace"]).unwrap_or("")))
}

/// What tells an item of a list from its neighbours when others come and go.
fn item_name(item: NodeRef<'_>) -> Option<String> {
    let named = [&["name"][..], &["metadata", "name"], &["id"]];
    let name = named.iter().find_map(|keys| item.path(keys).and_then(NodeRef::as_text))?;
    Some(format!("[{name}]"))
}

#[cfg(test)]
#[path = "comment_tests.rs"]
mod tests;
