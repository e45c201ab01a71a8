//! The folder of the cache: whether it can be trusted, its files, and what becomes of those that nobody uses any more.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::FolderError;
use super::digest::{Key, hexadecimal};

/// Changes when the folders are laid out in another way.
const VERSION: &str = "v1";
/// A larger file is not one of ours.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// All segments together; those that were not used for longest go first.
const LARGEST: u64 = 256 * 1024 * 1024;
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// When the folder was last looked through; its time is what counts.
const SWEPT: &str = "swept";
const UNFINISHED: &str = ".new-";

/// A cache folder that was found to be safe.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    /// What counts as now, for the age of files.
    now: SystemTime,
}

impl Folder {
    /// Makes the folder where it is missing. `repositories` are the folders that a repository could bring it along in.
    ///
    /// # Errors
    /// When others than this user decide what stands in the folder, and when it cannot be had at all.
    pub fn open(path: &Path, repositories: &[&Path], now: SystemTime) -> Result<Self, FolderError> {
        let is_brought_along = |real: &Path| {
            let is_below = |folder: &&Path| real.starts_with(folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf()));
            repositories.iter().any(is_below)
        };
        // Before anything is made there.
        if is_brought_along(&real_path(path)) {
            return Err(FolderError::InRepository);
        }
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                make(path)?;
                fs::metadata(path)?
            }
            Err(error) => return Err(error.into()),
        };
        if !metadata.is_dir() {
            return Err(FolderError::NoFolder);
        }
        refuse_others(&metadata)?;
        let real = path.canonicalize()?;
        if is_brought_along(&real) {
            return Err(FolderError::InRepository);
        }
        Ok(Self {
            root: real.join(VERSION),
            now,
        })
    }

    /// Where the segment of a repository lies.
    pub(super) fn segment(&self, repository: &Key, key: &Key) -> PathBuf {
        self.root.join(hexadecimal(repository)).join(hexadecimal(key))
    }

    /// A file's bytes; `None` when it is not there or not a file that was written here.
    pub(super) fn read(&self, path: &Path) -> Option<Vec<u8>> {
        // Reading a pipe or a device may never end.
        if !fs::symlink_metadata(path).ok()?.is_file() {
            return None;
        }
        let file = File::open(path).ok()?;
        let length = file.metadata().ok()?.len();
        if length > LARGEST_FILE {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).ok()?);
        file.take(LARGEST_FILE).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Says that a file was used, so that it is kept; once a day is enough.
    pub(super) fn note_use(&self, path: &Path) {
        let modified = fs::metadata(path).and_then(|m| m.modified());
        if modified.is_ok_and(|time| self.age(time) > DAY) {
            // Read-only folders stay as they are.
            let _ = OpenOptions::new()
                .append(true)
                .open(path)
                .and_then(|file| file.set_modified(self.now));
        }
    }

    /// Puts a file in the place of an older one, whole or not at all. A failure leaves the older one.
    pub(super) fn replace(&self, path: &Path, bytes: &[u8]) {
        // The system ends who writes more than it allows (`ulimit -f`), and a commit must not fail for what is only kept to be quick.
        if !may_write(bytes.len()) {
            return;
        }
        let Some(folder) = path.parent() else { return };
        if make(folder).is_err() {
            return;
        }
        let stamp = self.now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let unfinished = folder.join(format!("{UNFINISHED}{}-{stamp}-{name}", std::process::id()));
        let written = create(&unfinished)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&unfinished, path));
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        self.sweep();
    }

    fn age(&self, time: SystemTime) -> Duration {
        self.now.duration_since(time).unwrap_or_default()
    }

    /// Removes what nobody finished and what was not used for longest. Looks once an hour.
    fn sweep(&self) {
        let mark = self.root.join(SWEPT);
        let last = fs::metadata(&mark).and_then(|m| m.modified());
        if last.is_ok_and(|time| self.age(time) < HOUR) {
            return;
        }
        let _ = fs::remove_file(&mark);
        let _ = create(&mark);
        let mut segments = Vec::new();
        for repository in entries(&self.root) {
            for path in entries(&repository) {
                let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
                let time = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                let is_unfinished = path
                    .file_name()
                    .and_then(OsStr::to_str)
                    .is_some_and(|name| name.starts_with(UNFINISHED));
                if !is_unfinished {
                    segments.push((time, metadata.len(), path));
                } else if self.age(time) > DAY {
                    let _ = fs::remove_file(path);
                }
            }
        }
        segments.sort_by(|a, b| b.cmp(a));
        let mut room = LARGEST;
        for (_, size, path) in segments {
            match room.checked_sub(size) {
                Some(left) => room = left,
                // What is too large by itself makes no room scarce for the others.
                None => {
                    let _ = fs::remove_file(&path);
                    // Only when it was the last one there.
                    let _ = path.parent().map(fs::remove_dir);
                }
            }
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(Result::ok).map(|entry| entry.path()).collect()
}

/// The path without links, also of a folder that is yet to be made.
fn real_path(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    path.components().fold(PathBuf::new(), |mut real, component| {
        if component == Component::ParentDir {
            real.pop();
        } else {
            real.push(component);
        }
        real.canonicalize().unwrap_or(real)
    })
}

/// Makes a folder and those above it, for this user alone.
fn make(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A new file, for this user alone.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether the system lets this process write a file of so many bytes.
#[cfg(unix)]
fn may_write(bytes: usize) -> bool {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
    limit.is_none_or(|limit| u64::try_from(bytes).is_ok_and(|bytes| bytes <= limit))
}

#[cfg(not(unix))]
const fn may_write(_: usize) -> bool {
    true
}

#[cfg(unix)]
fn refuse_others(metadata: &Metadata) -> Result<(), FolderError> {
    use std::os::unix::fs::MetadataExt as _;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(FolderError::Foreign);
    }
    if metadata.mode() & 0o022 != 0 {
        return Err(FolderError::Open);
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_others(_: &Metadata) -> Result<(), FolderError> {
    Ok(())
}
