//! The files of this tree as the checks read them.

use std::fs;
use std::path::Path;

use regex::Regex;
use walkdir::WalkDir;

/// A file of `src/`.
pub(crate) struct Source {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The text with comments and the insides of literals blanked; same lines.
    pub(crate) code: String,
    /// The whole file is compiled for tests only.
    pub(crate) is_test: bool,
}

impl Source {
    /// The module right below the crate; `None` for `lib.rs` and `main.rs`, which stand above all floors.
    pub(crate) fn module(&self) -> Option<&str> {
        let (module, rest) = self.path.strip_prefix("src/")?.split_once(['/', '.'])?;
        (rest != "rs" || !["lib", "main"].contains(&module)).then_some(module)
    }
}

pub(crate) fn sources() -> Vec<Source> {
    sources_of(
        files_in("src")
            .into_iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .collect(),
    )
}

pub(crate) fn sources_of(files: Vec<(String, String)>) -> Vec<Source> {
    let mut sources: Vec<Source> = files
        .into_iter()
        .map(|(path, text)| Source {
            code: code_of(&text),
            path,
            text,
            is_test: false,
        })
        .collect();
    let for_tests = Regex::new(r"#\[cfg\(test\)\]\s+(?:#\[[^\n]*\]\s+)*(?:pub(?:\([^)]*\))? )?mod (\w+);").unwrap();
    let mut modules = Vec::new();
    for file in &sources {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or_default();
        let stem = name.trim_end_matches(".rs");
        let inside = if ["mod", "lib", "main"].contains(&stem) {
            folder.to_owned()
        } else {
            format!("{folder}/{stem}")
        };
        modules.extend(
            for_tests
                .captures_iter(&file.code)
                .map(|found| format!("{inside}/{}", &found[1])),
        );
    }
    for file in &mut sources {
        file.is_test = modules
            .iter()
            .any(|module| file.path == format!("{module}.rs") || file.path.starts_with(&format!("{module}/")));
    }
    sources
}

/// Blanks comments and the insides of string and character literals; line breaks stay.
pub(crate) fn code_of(text: &str) -> String {
    // A lifetime is no character literal: `'a` is not closed by a quote after one character.
    let pieces = Regex::new(
        r####"(?s)//[^\n]*|/\*.*?\*/|\bb?r###".*?"###|\bb?r##".*?"##|\bb?r#".*?"#|\bb?r"[^"]*"|"(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\[^\n]{1,9}?)'"####,
    )
    .unwrap();
    let blank = |found: &regex::Captures| {
        found[0]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect::<String>()
    };
    pieces.replace_all(text, blank).into_owned()
}

pub(crate) fn files_in(folder: &str) -> Vec<(String, String)> {
    let paths = paths_in(folder).into_iter();
    paths
        .map(|path| {
            let text = read(&path);
            (path, text)
        })
        .collect()
}

/// Files below a folder, sorted; none when a room is not built yet.
pub(crate) fn paths_in(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = WalkDir::new(root.join(folder)).sort_by_file_name().into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    let path = |entry: walkdir::DirEntry| {
        entry
            .path()
            .strip_prefix(root)
            .ok()
            .map(|path| path.to_string_lossy().replace('\\', "/"))
    };
    files.filter_map(path).collect()
}

pub(crate) fn read(path: &str) -> String {
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}
