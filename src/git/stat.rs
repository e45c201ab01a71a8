//! Whether a file of the work tree is still what the index recorded of it, told by times and size as `git status` tells it.

use std::fs::Metadata;
use std::path::Path;

use super::file::EntryKind;
use super::repository::Repository;
use super::text::to_path;

/// Seconds and nanoseconds since 1970-01-01 UTC; seconds as the index has them, cut to 32 bits.
type Time = (i32, u32);

/// What the index recorded of a file when it was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) changed: Time,
    pub(super) modified: Time,
    pub(super) inode: u32,
    /// In bytes, cut to 32 bits.
    pub(super) size: u32,
}

impl Recorded {
    pub(super) fn of(entry: &git2::IndexEntry) -> Self {
        let time = |time: git2::IndexTime| (time.seconds(), time.nanoseconds());
        Self {
            changed: time(entry.ctime),
            modified: time(entry.mtime),
            inode: entry.ino,
            size: entry.file_size,
        }
    }

    /// Whether the file was not touched since. `index` is when the index was written: a file of that very moment may have been changed
    /// after it was looked at, within one tick of the clock. In doubt it was touched, and is read.
    #[cfg(unix)]
    pub(super) fn is_still(self, metadata: &Metadata, index: Time) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let found = Self {
            changed: time(metadata.ctime(), metadata.ctime_nsec()),
            modified: time(metadata.mtime(), metadata.mtime_nsec()),
            inode: cut(metadata.ino()),
            size: cut(metadata.len()),
        };
        // Without nanoseconds the tick of the clock is a second.
        let has_nanoseconds = self.modified.1 != 0 && index.1 != 0;
        let is_earlier = if has_nanoseconds {
            self.modified < index
        } else {
            self.modified.0 < index.0
        };
        // Git writes a size of 0 for a file that it could not tell from a later one.
        found == self && self.size != 0 && is_earlier
    }

    #[cfg(not(unix))]
    pub(super) const fn is_still(self, _: &Metadata, _: Time) -> bool {
        false
    }
}

#[cfg(unix)]
fn time(seconds: i64, nanoseconds: i64) -> Time {
    let [a, b, c, d, ..] = seconds.to_le_bytes();
    (i32::from_le_bytes([a, b, c, d]), u32::try_from(nanoseconds).unwrap_or(0))
}

#[cfg(unix)]
const fn cut(number: u64) -> u32 {
    let [a, b, c, d, ..] = number.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// When a file was written; `None` where that cannot be told.
#[cfg(unix)]
pub(super) fn written(path: &Path) -> Option<Time> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = path.metadata().ok()?;
    Some(time(metadata.mtime(), metadata.mtime_nsec()))
}

#[cfg(not(unix))]
pub(super) fn written(_: &Path) -> Option<Time> {
    None
}

/// Attributes that let Git write another content of the same length into the work tree. Those that change the length need no care: the
/// size tells.
const CONVERTING: [&str; 2] = ["filter", "working-tree-encoding"];
/// Files that attributes of the system and the user would speak of, by name.
const PROBES: [&str; 5] = ["a.yaml", "a.yml", "a.json", "a.toml", "a.tf"];

/// Which files Git may have converted.
pub(super) struct Conversions<'r> {
    repository: &'r Repository,
    /// Some attribute speaks of it.
    is_possible: bool,
}

impl<'r> Conversions<'r> {
    /// Looks for attributes at all; asking for each file takes longer than reading it.
    pub(super) fn of<'p>(repository: &'r Repository, paths: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mentions = |path: &Path| {
            // What cannot be read may say anything.
            std::fs::read(path).map_or_else(
                |error| error.kind() != std::io::ErrorKind::NotFound,
                |text| is_mentioned(&text),
            )
        };
        let root = repository.workdir().unwrap_or_else(|| repository.git_dir());
        let is_attributes = |path: &&[u8]| path.ends_with(b".gitattributes");
        let mut conversions = Self {
            repository,
            is_possible: true,
        };
        let in_tree = paths
            .into_iter()
            .filter(is_attributes)
            .any(|path| mentions(&root.join(to_path(path))));
        conversions.is_possible = in_tree
            || mentions(&repository.common_dir().join("info/attributes"))
            || PROBES.iter().any(|name| conversions.converts(Path::new(name)));
        conversions
    }

    /// Whether what is on disk may be another content than the index has, of the same length.
    pub(super) fn may_touch(&self, raw: &[u8]) -> bool {
        self.is_possible && self.converts(&to_path(raw))
    }

    fn converts(&self, path: &Path) -> bool {
        let value = |name| {
            self.repository
                .inner
                .get_attr_bytes(path, name, git2::AttrCheckFlags::default())
        };
        CONVERTING.iter().any(|name| !matches!(value(name), Ok(None)))
    }
}

fn is_mentioned(text: &[u8]) -> bool {
    CONVERTING
        .iter()
        .any(|word| text.windows(word.len()).any(|window| window == word.as_bytes()))
}

/// Whether the index speaks of such a thing on disk.
pub(super) const fn is_file(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::File | EntryKind::Executable)
}
