//! The texts of files that findings may point into, kept so that a report can show the lines.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use crate::cache::Key;
use crate::documents::{Limits, decode};
use crate::domain::finding::Excerpt;
use crate::domain::location::{Location, Span};
use crate::domain::report::{Failure, FailureKind};
use crate::git::{FileEntry, Opener, Repository};

use super::files::read_text;
use super::place::Place;

/// Texts by branch and path. The branch is `None` when one tree is looked at. A text of which everything was known is read only when
/// somebody points into it.
#[derive(Debug, Default)]
pub struct Sources {
    texts: BTreeMap<(Option<String>, String), Source>,
    reader: Reader,
    troubles: Mutex<Vec<Failure>>,
}

#[derive(Debug)]
struct Source {
    /// Object id of the content, where that is known.
    id: Option<Key>,
    entry: Option<FileEntry>,
    text: OnceLock<Option<Arc<str>>>,
}

/// Whether there is a text, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    Missing,
    Known(Key),
    /// There is one, and nobody knows its object id.
    Unknown,
}

impl Sources {
    /// Without texts; those that are not read yet will be read from `place`.
    pub fn of(place: &Place) -> Self {
        Self {
            reader: Reader {
                opener: place.repository().map(Repository::opener),
                root: place.root().map(PathBuf::from),
                open: Mutex::new(None),
            },
            ..Self::default()
        }
    }

    pub fn insert(&mut self, branch: Option<String>, path: String, id: Option<Key>, text: Arc<str>) {
        let source = Source {
            id,
            entry: None,
            text: OnceLock::from(Some(text)),
        };
        self.texts.insert((branch, path), source);
    }

    /// A text that is read when it is asked for.
    pub fn insert_unread(&mut self, branch: Option<String>, id: Option<Key>, entry: FileEntry) {
        let path = entry.path.clone();
        let source = Source {
            id,
            entry: Some(entry),
            text: OnceLock::new(),
        };
        self.texts.insert((branch, path), source);
    }

    pub fn get(&self, branch: Option<&str>, path: &str) -> Option<&Arc<str>> {
        let source = self.texts.get(&(branch.map(str::to_owned), path.to_owned()))?;
        let text = source.text.get_or_init(|| self.read(source.entry.as_ref()?));
        text.as_ref()
    }

    pub fn identity(&self, branch: Option<&str>, path: &str) -> Identity {
        match self.texts.get(&(branch.map(str::to_owned), path.to_owned())) {
            None => Identity::Missing,
            Some(source) => source.id.map_or(Identity::Unknown, Identity::Known),
        }
    }

    /// The text of a file that was not read before. That it cannot be read now is told in the report.
    pub fn read(&self, entry: &FileEntry) -> Option<Arc<str>> {
        match self.reader.text(entry) {
            Ok(text) => text,
            Err(reason) => {
                if let Ok(mut troubles) = self.troubles.lock() {
                    troubles.push(Failure {
                        kind: FailureKind::Io,
                        message: format!("cannot be read: {reason}"),
                        location: Some(Location::of_path(&entry.path)),
                    });
                }
                None
            }
        }
    }

    /// What could not be read of what was asked for.
    pub fn troubles(&self) -> Vec<Failure> {
        self.troubles.lock().map(|troubles| troubles.clone()).unwrap_or_default()
    }
}

/// Reads files one at a time; the repository is opened for the first.
#[derive(Debug, Default)]
struct Reader {
    opener: Option<Opener>,
    root: Option<PathBuf>,
    open: Mutex<Option<Repository>>,
}

impl Reader {
    fn text(&self, entry: &FileEntry) -> Result<Option<Arc<str>>, String> {
        let mut open = self.open.lock().map_err(|_| "another thread failed".to_owned())?;
        if let (None, Some(opener)) = (&*open, &self.opener) {
            *open = Some(opener.open().map_err(|error| error.to_string())?);
        }
        let bytes = read_text(open.as_ref(), self.root.as_deref(), entry, Limits::default().bytes)?;
        Ok(decode(&bytes).map(Into::into))
    }
}

/// How many lines are shown before and after the marked ones.
const CONTEXT: u32 = 2;
/// How many marked lines are shown at most; a whole document would bury the message.
const MARKED: u32 = 6;

/// The lines of `text` around `span`.
pub fn excerpt(text: &str, span: Span) -> Excerpt {
    let first = span.start.line.saturating_sub(CONTEXT).max(1);
    let last_marked = span.end.line.min(span.start.line.saturating_add(MARKED));
    let last = last_marked.saturating_add(CONTEXT);
    let take = (last - first + 1) as usize;
    let lines: Vec<&str> = text.lines().skip(first as usize - 1).take(take).collect();
    Excerpt {
        first_line: first,
        text: lines.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpt_shows_two_lines_around_the_place() {
        let shown = excerpt("a\nb\nc\nd\ne\nf\n", Span::point(3, 1));
        assert_eq!((shown.first_line, shown.text.as_str()), (1, "a\nb\nc\nd\ne"));
    }

    #[test]
    fn excerpt_of_a_place_beyond_the_text_is_what_there_is() {
        let shown = excerpt("a\nb", Span::point(2, 1));
        assert_eq!((shown.first_line, shown.text.as_str()), (1, "a\nb"));
    }
}
