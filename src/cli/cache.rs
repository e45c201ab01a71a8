//! Where the cache lies, and what each of its segments follows from.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::cache::{Digest, Folder, Key, Segment};
use crate::config::Configuration;
use crate::domain::gate::Gate;
use crate::domain::report::Trust;
use crate::domain::rule::{Reads, RuleId};
use crate::evaluation::Selection;
use crate::facts::Place;
use crate::policy::value::to_json;

use super::prepare::VERSION;
use super::run::complain;

/// The cache of one repository, for one configuration and set of policies.
#[derive(Debug)]
pub struct Caches {
    folder: Folder,
    repository: Key,
    /// Over everything that any answer follows from.
    base: Key,
}

impl Caches {
    /// `None` when there is none for this place. `named` is a folder instead of that of the environment. One that is not safe is told once.
    pub fn open(place: &Place, named: Option<&Path>, configuration: &Configuration, trust: &Trust) -> Option<Self> {
        let repository = place.repository()?;
        let (path, name) = match named {
            Some(path) => (path.to_path_buf(), "--cache names it"),
            None => location()?,
        };
        let git_dir = repository.common_dir();
        let brought_along: Vec<&Path> = [Some(git_dir), Some(repository.git_dir()), repository.workdir()]
            .into_iter()
            .flatten()
            .collect();
        let folder = Folder::open(&path, &brought_along, SystemTime::now());
        let folder = folder
            .map_err(|error| {
                let path = path.display();
                complain(&format!(
                    "flowgate: no cache in {path}: {error}\n{name}; FLOWGATE_CACHE or --cache names another folder, --no-cache goes without"
                ));
            })
            .ok()?;
        let real = git_dir.canonicalize().unwrap_or_else(|_| git_dir.to_path_buf());
        // Levels know the layer that they come from, which their digest does not.
        let levels = format!("{:?}", configuration.levels);
        let base = Digest::of(VERSION).bytes(&program()).text(&trust.digest).text(&levels);
        Some(Self {
            folder,
            repository: Digest::of("repository").text(&real.to_string_lossy()).key(),
            base: base.key(),
        })
    }

    /// What is known of files, joins and sets.
    pub fn content(&self, selection: &Selection, gate: Gate, now: &str) -> Segment {
        self.segment("content", Reads::Documents, selection, gate, now)
    }

    /// What is known of commits.
    pub fn messages(&self, selection: &Selection, gate: Gate, now: &str, is_shallow: bool, has_bots: bool) -> Segment {
        // At its edge a shallow clone takes merges for other commits; and a bot's commits are judged where nobody vouches for it.
        let what = match (is_shallow, has_bots) {
            (true, true) => "shallow messages",
            (false, true) => "messages",
            (true, false) => "shallow messages, no bots",
            (false, false) => "messages, no bots",
        };
        self.segment(what, Reads::Messages, selection, gate, now)
    }

    /// Which rules were found to be usable.
    fn usable(&self) -> Segment {
        let key = Digest::of("usable").bytes(&self.base).key();
        Segment::open(&self.folder, &self.repository, key)
    }

    /// Whether an engine could be made for these rules before.
    pub fn is_usable(&self, rules: &Selection) -> bool {
        self.usable().get(&ids(rules), "") == Some(true)
    }

    /// Keeps that an engine could be made.
    pub fn note_usable(&self, rules: &Selection) {
        let usable = self.usable();
        usable.put(ids(rules), "", &true);
        usable.save();
    }

    /// Of rules that are asked about one thing at a time, only these decide what is known of it.
    fn segment(&self, what: &str, reads: Reads, selection: &Selection, gate: Gate, now: &str) -> Segment {
        let mut key = Digest::of(what).bytes(&self.base);
        for rule in selection.rules.iter().filter(|rule| rule.reads.contains(&reads)) {
            key = key.text(rule.id.as_str()).text(&to_json(&rule.options));
            key = key.optional(rule.mentions.gate.then_some(gate.as_str()));
            key = key.optional(rule.mentions.now.then_some(now));
        }
        Segment::open(&self.folder, &self.repository, key.key())
    }
}

fn ids(selection: &Selection) -> Key {
    let ids = selection.ids();
    ids.iter().map(RuleId::as_str).fold(Digest::of("ids"), Digest::text).key()
}

/// The folder of the cache, and what named it; `None` when nothing does, or when `FLOWGATE_CACHE` is empty.
#[expect(clippy::disallowed_methods, reason = "cli reads the environment")]
fn location() -> Option<(PathBuf, &'static str)> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    if let Some(named) = folder("FLOWGATE_CACHE") {
        return (!named.as_os_str().is_empty()).then_some((named, "FLOWGATE_CACHE names it"));
    }
    // A relative path there means nothing, by the specification of these variables.
    let absolute = |name: &str| folder(name).filter(|path| path.is_absolute());
    let below = |path: PathBuf, name| Some((path.join("flowgate"), name));
    if let Some(path) = absolute("XDG_CACHE_HOME") {
        return below(path, "XDG_CACHE_HOME names the folder above it");
    }
    if cfg!(windows) {
        return below(
            absolute("LOCALAPPDATA")?.join("cache"),
            "LOCALAPPDATA names the folder above it",
        );
    }
    below(absolute("HOME")?.join(".cache"), "it lies in your home folder")
}

/// What tells this program from another build of the same version.
fn program() -> Vec<u8> {
    let metadata = std::env::current_exe().and_then(std::fs::metadata);
    let Ok(metadata) = metadata else { return Vec::new() };
    let time = metadata.modified().ok();
    let since = time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let nanoseconds = since.map_or(0, |since| since.as_nanos());
    [metadata.len().to_le_bytes().as_slice(), nanoseconds.to_le_bytes().as_slice()].concat()
}
