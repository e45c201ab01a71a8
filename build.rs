//! Embeds `policies/` into the binary as a table that `policy::source` includes: path, text and, of policies, package and annotations, so
//! that no run reads them again. `policy::source` has the test that both say the same.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script is told its folders by the environment"
)]
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest as _, Sha256};

#[path = "src/policy/lexemes.rs"]
mod lexemes;
#[expect(dead_code, reason = "it is made for the crate, which uses all of it")]
#[path = "src/policy/package.rs"]
mod package;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let policies = root.join("policies");
    println!("cargo::rerun-if-changed=policies");
    let mut files = Vec::new();
    collect(&policies, &mut files)?;
    let mut named: Vec<(String, PathBuf)> = files.into_iter().map(|file| (name(&root, &file), file)).collect();
    // By the whole path as text, as everything else in this house sorts paths.
    named.sort();
    let (mut rows, mut hash) = (String::new(), Sha256::new());
    for (path, file) in &named {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read_to_string(file)?;
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
        let prepared = if path.ends_with(".rego") { prepared(&text) } else { None };
        let prepared = prepared.map_or_else(|| "None".to_owned(), |prepared| format!("Some({prepared})"));
        let file = file.display().to_string();
        let _ = writeln!(
            rows,
            "    Embedded {{ path: {path:?}, text: include_str!({file:?}), prepared: {prepared} }},"
        );
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let table = format!("const EMBEDDED: &[Embedded] = &[\n{rows}];\nconst EMBEDDED_DIGEST: &str = {digest:?};\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("policies.rs"), table)
}

fn name(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/")
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

/// `Prepared { ... }`; `None` for what cannot be read, which flowgate then says itself, with line and advice.
fn prepared(text: &str) -> Option<String> {
    let outline = package::outline(text)?;
    let mut annotations = Vec::new();
    for block in outline.blocks {
        let package::BlockText::Yaml(yaml) = block.text else {
            return None;
        };
        let definition = match block.before {
            package::Before::Package => None,
            package::Before::Definition(name) => Some(name),
        };
        let yaml: serde_yaml::Value = serde_yaml::from_str(&yaml).ok()?;
        annotations.push((definition, serde_json::to_string(&yaml).ok()?));
    }
    let package = outline.package.0;
    Some(format!("Prepared {{ package: &{package:?}, annotations: &{annotations:?} }}"))
}
