//! Embeds `policies/` into the binary: writes a table of (path, text) that `policy::source` includes.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script is told its folders by the environment"
)]
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let policies = root.join("policies");
    println!("cargo::rerun-if-changed=policies");
    let mut files = Vec::new();
    collect(&policies, &mut files)?;
    let mut rows = Vec::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let path = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        rows.push(format!("    ({path:?}, include_str!({:?})),\n", file.display().to_string()));
    }
    // By the whole path as text, as everything else in this house sorts paths.
    rows.sort();
    let table = format!("&[\n{}]\n", rows.concat());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("policies.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if matches!(path.extension().and_then(|e| e.to_str()), Some("rego" | "md" | "yaml")) {
            files.push(path);
        }
    }
    Ok(())
}
