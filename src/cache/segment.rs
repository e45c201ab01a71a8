//! One file of the cache: everything that was learnt under one set of rules and one configuration, read whole and replaced whole.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::commit::CommitId;
use crate::domain::learnt::Said;

use super::codec::{Codec, Input, write_text};
use super::digest::Key;
use super::folder::Folder;
use super::layout::{Row, Table, file};

/// A segment grows to this size; beyond it what was not used for longest is left out.
const LARGEST: usize = 32 * 1024 * 1024;
/// How often a segment is written before what nobody used meanwhile is left out.
const OLDEST: u32 = 32;

/// What was known when the run began, and what it learnt. Shared freely between threads.
///
/// Two processes that write the same segment do not wait for each other: one of them loses what it learnt, which is harmless.
#[derive(Debug)]
pub struct Segment {
    /// Where it is kept; `None`: only as long as the process lives, and what is learnt is known at once.
    home: Option<(Folder, PathBuf)>,
    key: Key,
    known: Table,
    used: Vec<AtomicBool>,
    learnt: Mutex<BTreeMap<(Key, String), Vec<u8>>>,
}

impl Segment {
    /// Reads a segment. `repository` tells whose it is, `key` what it follows from. One that is not there, damaged or of another version
    /// is empty.
    pub fn open(folder: &Folder, repository: &Key, key: Key) -> Self {
        let path = folder.segment(repository, &key);
        let known = folder
            .read(&path)
            .and_then(|bytes| Table::of(bytes, &key))
            .unwrap_or_default();
        Self {
            used: (0..known.len()).map(|_| AtomicBool::new(false)).collect(),
            home: Some((folder.clone(), path)),
            key,
            known,
            learnt: Mutex::default(),
        }
    }

    /// One that is never written: for two states that are judged by the same rules, one after the other.
    pub fn in_memory() -> Self {
        Self {
            home: None,
            key: Key::default(),
            known: Table::default(),
            used: Vec::new(),
            learnt: Mutex::default(),
        }
    }

    /// How much was known when the segment was opened.
    pub const fn known(&self) -> usize {
        self.known.len()
    }

    /// What is known under a key and a name. The same object may stand at several paths: the name tells them apart.
    pub fn get<T: Codec>(&self, key: &Key, name: &str) -> Option<T> {
        if self.home.is_none() {
            let learnt = self.learnt.lock().ok()?;
            return value_of(learnt.get(&(*key, name.to_owned()))?, name);
        }
        let mut positions = self.known.positions(key);
        positions.find_map(|position| {
            let value = value_of(self.known.row(position)?.value, name)?;
            if let Some(used) = self.used.get(position) {
                used.store(true, Ordering::Relaxed);
            }
            Some(value)
        })
    }

    /// Keeps a value under a key and a name.
    pub fn put(&self, key: Key, name: &str, value: &impl Codec) {
        let mut bytes = Vec::new();
        write_text(name, &mut bytes);
        value.write(&mut bytes);
        if let Ok(mut learnt) = self.learnt.lock() {
            learnt.insert((key, name.to_owned()), bytes);
        }
    }

    /// What message rules said of a commit; nothing of the commit need be read for it. `lands` is whether a push
    /// brings it to where others build on: rules may be milder elsewhere.
    pub fn commit(&self, id: &CommitId, lands: Option<bool>) -> Option<Said> {
        self.get(id.bytes(), name_of(lands))
    }

    /// Keeps what all message rules said of a commit. Not for one of which a rule failed to say something.
    pub fn remember_commit(&self, id: &CommitId, lands: Option<bool>, said: &Said) {
        self.put(*id.bytes(), name_of(lands), said);
    }

    /// Writes the segment when something was learnt. Nothing is told of a failure: the next run learns it again.
    pub fn save(&self) {
        let (Some((folder, path)), Ok(learnt)) = (&self.home, self.learnt.lock()) else {
            return;
        };
        if learnt.is_empty() {
            folder.note_use(path);
            return;
        }
        let new = learnt.iter().map(|((key, name), value)| (name.as_str(), row(*key, value, 0)));
        let old = (0..self.known.len()).filter_map(|position| {
            let Row { key, value, age } = self.known.row(position)?;
            let name = Input::new(value).text()?;
            let is_used = self.used.get(position).is_some_and(|used| used.load(Ordering::Relaxed));
            let age = if is_used { 0 } else { age.saturating_add(1) };
            let is_kept = age <= OLDEST && !learnt.contains_key(&(key, name.to_owned()));
            is_kept.then_some((name, row(key, value, age)))
        });
        let mut rows: Vec<(&str, Row<'_>)> = old.chain(new).collect();
        fit(&mut rows);
        rows.sort_by_key(|(name, row)| (row.key, *name));
        let bytes = file(&self.key, rows.into_iter().map(|(_, row)| row));
        folder.replace(path, &bytes);
    }
}

/// What is kept under a name; `None` where it is another name, or no such value.
fn value_of<T: Codec>(bytes: &[u8], name: &str) -> Option<T> {
    let mut input = Input::new(bytes);
    if input.text()? != name {
        return None;
    }
    T::read(&mut input).filter(|_| input.is_empty())
}

const fn name_of(lands: Option<bool>) -> &'static str {
    match lands {
        None => "",
        Some(true) => "lands",
        Some(false) => "stays",
    }
}

const fn row(key: Key, value: &[u8], age: u32) -> Row<'_> {
    Row { key, value, age }
}

/// Leaves the oldest rows out until the rest fits.
fn fit(rows: &mut Vec<(&str, Row<'_>)>) {
    let size = |rows: &[(&str, Row<'_>)]| rows.iter().map(|(_, row)| row.value.len() + 32).sum::<usize>();
    if size(rows) <= LARGEST {
        return;
    }
    rows.sort_by_key(|(_, row)| row.age);
    let mut room = LARGEST;
    rows.retain(|(_, row)| {
        room = room.saturating_sub(row.value.len() + 32);
        room > 0
    });
}
