//! The patterns of all entries as one compiled set: every path is looked at once, in time linear in its length.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::dialect::Dialect;
use super::parse::Entry;

/// Longer than any path that Git keeps: such a pattern matches nothing.
const LONGEST_PATTERN: usize = 4096;
/// So many globs are compiled together; a set that is too large for the compiler is cut in halves.
const PER_SET: usize = 1000;

/// Which entries a path has.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    /// Each set, and for each of its globs the entries that mean it.
    sets: Vec<(GlobSet, Vec<Vec<usize>>)>,
}

impl Matcher {
    pub(super) fn of(entries: &[Entry], dialect: Dialect) -> Self {
        let mut globs: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            for glob in globs_of(&entry.pattern, dialect) {
                globs.entry(glob).or_default().push(index);
            }
        }
        let globs: Vec<(String, Vec<usize>)> = globs.into_iter().collect();
        let mut matcher = Self::default();
        for globs in globs.chunks(PER_SET) {
            matcher.add(globs);
        }
        matcher
    }

    fn add(&mut self, globs: &[(String, Vec<usize>)]) {
        let mut builder = GlobSetBuilder::new();
        let mut entries = Vec::new();
        for (text, of) in globs {
            let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
            // What is no glob, such as an open range, matches nothing on the host either.
            if let Ok(glob) = glob {
                builder.add(glob);
                entries.push(of.clone());
            }
        }
        if let Ok(set) = builder.build() {
            self.sets.push((set, entries));
        } else if globs.len() > 1 {
            let (one, other) = globs.split_at(globs.len() / 2);
            self.add(one);
            self.add(other);
        }
    }

    /// The entries whose pattern has the path, in the order of the file.
    pub(super) fn matches(&self, path: &str) -> Vec<usize> {
        let candidate = globset::Candidate::new(path);
        let mut found = Vec::new();
        let mut globs = Vec::new();
        for (set, entries) in &self.sets {
            set.matches_candidate_into(&candidate, &mut globs);
            found.extend(globs.iter().filter_map(|glob| entries.get(*glob)).flatten().copied());
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What a pattern means as globs over paths from the root.
pub(super) fn globs_of(pattern: &str, dialect: Dialect) -> Vec<String> {
    if pattern.len() > LONGEST_PATTERN {
        return Vec::new();
    }
    match dialect {
        Dialect::GitHub => github(pattern),
        Dialect::GitLab => gitlab(pattern),
    }
}

/// As gitignore has it, except that a last segment `*` does not bring what lies below it.
fn github(pattern: &str) -> Vec<String> {
    let is_folder = pattern.ends_with('/');
    let body = pattern.trim_end_matches('/');
    let (body, is_rooted) = body.strip_prefix('/').map_or((body, false), |body| (body, true));
    if body.is_empty() {
        return Vec::new();
    }
    let is_anchored = is_rooted || body.contains('/');
    let mut parts: Vec<String> = body.split('/').map(|part| segment(part, false)).collect();
    let last = parts.last().cloned().unwrap_or_default();
    if body == "*" && !is_anchored && !is_folder {
        return vec!["**".to_owned()];
    }
    if !is_anchored {
        parts.insert(0, "**".to_owned());
    }
    let whole = parts.join("/");
    match (is_folder, last.as_str()) {
        (true, _) => vec![format!("{whole}/**")],
        (false, "*" | "**") => vec![whole],
        (false, _) => vec![format!("{whole}/**"), whole],
    }
}

/// As Ruby's `File.fnmatch` has it with `FNM_PATHNAME` and `FNM_DOTMATCH`: a name without `/` at its end is a file.
fn gitlab(pattern: &str) -> Vec<String> {
    if pattern == "*" {
        return vec!["**".to_owned()];
    }
    let is_folder = pattern.ends_with('/');
    let (body, is_rooted) = pattern.strip_prefix('/').map_or((pattern, false), |body| (body, true));
    let body = body.strip_suffix('/').unwrap_or(body);
    let mut parts: Vec<String> = Vec::new();
    if !is_rooted {
        parts.push("**".to_owned());
    }
    if !body.is_empty() {
        parts.extend(body.split('/').map(|part| segment(part, true)));
    }
    if is_folder {
        return vec![[parts, vec!["**".to_owned()]].concat().join("/")];
    }
    // At the end `**` is no more than `*`.
    if let Some(last) = parts.last_mut().filter(|last| *last == "**") {
        "*".clone_into(last);
    }
    vec![parts.join("/")]
}

/// One segment in the language of globs: `**` alone stays, stars in a row are one, braces stand for themselves.
fn segment(part: &str, has_ranges: bool) -> String {
    if part == "**" {
        return part.to_owned();
    }
    let mut glob = String::with_capacity(part.len());
    let mut characters = part.char_indices();
    while let Some((offset, c)) = characters.next() {
        match c {
            '*' if glob.ends_with('*') && !glob.ends_with("\\*") => {}
            '*' | '?' => glob.push(c),
            '[' if has_ranges => {
                let rest = part.get(offset..).unwrap_or_default();
                let Some(range) = range(rest) else {
                    // Without its end nothing matches; the compiler refuses it.
                    return "[".to_owned();
                };
                glob.push_str(range);
                for _ in range.chars().skip(1) {
                    characters.next();
                }
            }
            '\\' => {
                let next = characters.next().map_or('\\', |(_, next)| next);
                push_literal(&mut glob, next);
            }
            c => push_literal(&mut glob, c),
        }
    }
    glob
}

/// `[a-z]` from its beginning.
fn range(text: &str) -> Option<&str> {
    let mut inside = text.char_indices().skip(1).peekable();
    if inside.peek().is_some_and(|(_, c)| matches!(c, '!' | '^')) {
        inside.next();
    }
    // An end at the very beginning stands for itself.
    inside.next()?;
    let (end, _) = inside.find(|(_, c)| *c == ']')?;
    text.get(..=end)
}

fn push_literal(glob: &mut String, c: char) {
    if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!' | ',') {
        glob.push('\\');
    }
    glob.push(c);
}
