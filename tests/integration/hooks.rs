//! `flowgate hooks` and the scripts of `hooks/`, with real git, real shells and the real runners.

#[path = "hooks/doctor.rs"]
mod doctor;
#[path = "hooks/install.rs"]
mod install;
#[path = "hooks/places.rs"]
mod places;
#[path = "hooks/runners.rs"]
mod runners;
#[path = "hooks/scripts.rs"]
mod scripts;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::support::{self, Run, tool};

/// Writes a file that may be executed. From another process: while a test beside this one starts a program, that program holds every file
/// that is open for writing here, and the system executes no such file.
#[expect(clippy::disallowed_methods, reason = "a shell writes the file")]
fn executable(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "rm -f \"$1\" && cat >\"$1\" && chmod 755 \"$1\"", "sh"])
        .arg(path);
    ends_with(&support::run_with_input(&mut shell, text.as_bytes()), 0);
}

/// Every entry of a folder: its mode, and its bytes or where it leads to.
fn listing(folder: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let (path, found) = (entry.path(), entry.metadata().unwrap());
            let content = if found.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else if found.is_dir() {
                Vec::new()
            } else {
                fs::read(&path).unwrap()
            };
            (
                entry.file_name().into_string().unwrap(),
                (found.permissions().mode(), content),
            )
        })
        .collect()
}

#[track_caller]
fn ends_with(run: &Run, code: i32) {
    assert_eq!(run.code, Some(code), "{run:?}");
}
