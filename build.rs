//! Embeds `policies/` into the binary as tables: every file with its path and text for `policy::source`, and for `policy::built` what was
//! read of the policies, so that no run reads them again. `policy::rule_set_tests` holds that both say the same.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script is told its folders by the environment"
)]
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use sha2::{Digest as _, Sha256};

#[path = "src/policy/lexemes.rs"]
mod lexemes;
#[expect(unreachable_pub, reason = "it is made for the crate, which shows it")]
#[path = "src/policy/mentions.rs"]
mod mentions;
#[expect(dead_code, reason = "it is made for the crate, which uses all of it")]
#[path = "src/policy/package.rs"]
mod package;

#[expect(dead_code, unreachable_pub, reason = "it is made for the crate, which uses all of it")]
#[path = "src/domain/gate.rs"]
mod gate;
#[expect(dead_code, unreachable_pub, reason = "it is made for the crate, which uses all of it")]
#[path = "src/domain/rule.rs"]
mod rule;

use gate::Gate;
use mentions::Mentions;
use rule::{Reads, RuleId};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let policies = root.join("policies");
    println!("cargo::rerun-if-changed=policies");
    let mut files = Vec::new();
    collect(&policies, &mut files)?;
    let mut named: Vec<(String, PathBuf)> = files.into_iter().map(|file| (name(&root, &file), file)).collect();
    // By the whole path as text, as everything else in this house sorts paths.
    named.sort();
    let (mut rows, mut hash, mut texts) = (String::new(), Sha256::new(), Vec::new());
    for (path, file) in &named {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read_to_string(file)?;
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
        let file = file.display().to_string();
        let _ = writeln!(rows, "    Embedded {{ path: {path:?}, text: include_str!({file:?}) }},");
        texts.push((path.as_str(), text));
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let table = format!(
        "pub(crate) static EMBEDDED: [Embedded; {}] = [\n{rows}];\nconst EMBEDDED_DIGEST: &str = {digest:?};\n",
        texts.len()
    );
    let built = built_in(&texts).map_or_else(|| "None".to_owned(), |built| format!("Some(&{built})"));
    let built = format!("static BUILT_IN: Option<&BuiltIn> = {built};\n");
    let profiles = texts.iter().filter(|(path, _)| path.ends_with(".yaml"));
    let kept: String = profiles
        .filter_map(|(path, text)| Some(format!("    ({path:?}, &[\n{}    ]),\n", events(text)?)))
        .collect();
    let table = format!("{table}static KEPT: &[(&str, &[KeptEvent])] = &[\n{kept}];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("policies.rs"), table)?;
    fs::write(out.join("built.rs"), built)
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

/// The rows of `KeptEvent`s of a YAML text; `None` for one that cannot be parsed or has more than they can say.
fn events(text: &str) -> Option<String> {
    let bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
    let mut rows = String::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let kind = match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd => continue,
            Event::DocumentStart(is_marked) => format!("Document({is_marked})"),
            Event::DocumentEnd => "DocumentEnd".to_owned(),
            Event::MappingStart(0, None) => "Mapping".to_owned(),
            Event::MappingEnd => "MappingEnd".to_owned(),
            Event::SequenceStart(0, None) => "Sequence".to_owned(),
            Event::SequenceEnd => "SequenceEnd".to_owned(),
            Event::Scalar(value, style, 0, None) => {
                let (style, quote) = match style {
                    ScalarStyle::Plain => ("Plain", 0),
                    ScalarStyle::SingleQuoted => ("SingleQuoted", 1),
                    ScalarStyle::DoubleQuoted => ("DoubleQuoted", 1),
                    ScalarStyle::Literal | ScalarStyle::Folded => return None,
                };
                let from = bytes.get(span.start.index())? + quote;
                let to = from + value.len();
                text.get(from..to).filter(|written| **written == value)?;
                format!("{style}({from}, {to})")
            }
            Event::Scalar(..) | Event::MappingStart(..) | Event::SequenceStart(..) | Event::Alias(_) => return None,
        };
        let mark = |marker: &Marker| format!("({}, {}, {})", marker.index(), marker.line(), marker.col());
        let (start, end) = (mark(&span.start), mark(&span.end));
        let _ = writeln!(
            rows,
            "        KeptEvent {{ kind: Kept::{kind}, start: {start}, end: {end} }},"
        );
    }
    Some(rows)
}

/// The text without its comments, every other sign in its place: a third less to parse.
fn without_comments(text: &str) -> String {
    let comments = lexemes::lexemes(text).filter(|lexeme| lexeme.kind == lexemes::Kind::Comment);
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    for comment in comments {
        // Where it stands, as the same words may stand in a string before it.
        let start = comment.text.as_ptr() as usize - rest.as_ptr() as usize;
        let (before, after) = rest.split_at(start);
        code.push_str(before.trim_end_matches([' ', '\t']));
        rest = &after[comment.text.len()..];
    }
    code.push_str(rest);
    code
}

/// What was read of one policy.
struct Policy {
    /// Its text without comments.
    code: String,
    package: Vec<String>,
    /// What a block stands before, `None` for the package; and the block.
    annotations: Vec<(Option<String>, serde_yaml::Value)>,
    /// What it mentions itself, and the libraries that it names, each once; `None` when in doubt.
    named: Option<(Mentions, Vec<String>)>,
}

/// `BuiltIn { ... }`; `None` when a file cannot be read, which flowgate then says itself, with line and advice.
fn built_in(files: &[(&str, String)]) -> Option<String> {
    let policies = files.iter().enumerate().filter(|(_, (path, _))| path.ends_with(".rego"));
    let policies: Vec<(usize, &str, Policy)> = policies
        .map(|(index, (path, text))| Some((index, *path, policy(text)?)))
        .collect::<Option<_>>()?;
    let is_test = |path: &str| path.ends_with("_test.rego");
    let libraries: BTreeMap<&str, &Policy> = policies
        .iter()
        .filter(|(_, path, _)| !is_test(path))
        .filter_map(|(_, _, policy)| match policy.package.as_slice() {
            [lib, name] if lib == "lib" => Some((name.as_str(), policy)),
            _ => None,
        })
        .collect();
    let (mut rule_rows, mut library_rows, mut test_rows) = (String::new(), String::new(), String::new());
    for (index, path, policy) in &policies {
        let module = module(*index, policy, &libraries, is_test(path))?;
        let package: Vec<&str> = policy.package.iter().map(String::as_str).collect();
        match package.as_slice() {
            _ if is_test(path) => writeln!(test_rows, "    {module},").ok()?,
            ["lib", _] => writeln!(library_rows, "    {module},").ok()?,
            ["rules", group, name] => {
                let id = RuleId::parse(&format!("{group}/{name}"))?;
                let page = format!("{}.md", path.strip_suffix(".rego")?);
                let page = files.iter().position(|(path, _)| *path == page)?;
                let told = told(policy)?;
                let id = id.as_str();
                writeln!(
                    rule_rows,
                    "    BuiltRule {{ id: {id:?}, module: {module}, page: &EMBEDDED[{page}], {told} }},"
                )
                .ok()?;
            }
            _ => return None,
        }
    }
    Some(format!(
        "BuiltIn {{\n  rules: &[\n{rule_rows}  ],\n  libraries: &[\n{library_rows}  ],\n  tests: &[\n{test_rows}  ],\n}}"
    ))
}

fn policy(text: &str) -> Option<Policy> {
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
        annotations.push((definition, serde_yaml::from_str(&yaml).ok()?));
    }
    let named = mentions::of_text(text).map(|(mentions, names)| {
        let mut libraries: Vec<String> = names.into_iter().map(str::to_owned).collect();
        libraries.sort();
        libraries.dedup();
        (mentions, libraries)
    });
    Some(Policy {
        code: without_comments(text),
        package: outline.package.0,
        annotations,
        named,
    })
}

/// `Built { ... }`.
fn module(index: usize, policy: &Policy, libraries: &BTreeMap<&str, &Policy>, is_test: bool) -> Option<String> {
    let package = packed(policy.package.iter())?;
    let annotations = policy.annotations.iter().map(|(definition, yaml)| {
        let json = serde_json::to_string(yaml).ok()?;
        Some((definition.clone(), json))
    });
    let annotations: Vec<(Option<String>, String)> = annotations.collect::<Option<_>>()?;
    let mentions = seen(policy, libraries).unwrap_or(Mentions::ALL);
    let code = if is_test { "" } else { &policy.code };
    let named = match &policy.named {
        Some((_, names)) => Some(packed(names.iter())?),
        None => None,
    };
    Some(format!(
        "Built {{ file: &EMBEDDED[{index}], code: {code:?}, package: {package:?}, annotations: &{annotations:?}, mentions: {mentions:?}, libraries: {named:?} }}"
    ))
}

/// What a policy mentions by itself or through its libraries; `None` in doubt.
fn seen(policy: &Policy, libraries: &BTreeMap<&str, &Policy>) -> Option<Mentions> {
    let mut seen: Vec<&str> = Vec::new();
    let mut waiting = vec![policy];
    let mut mentions = Mentions::default();
    while let Some(policy) = waiting.pop() {
        let (own, names) = policy.named.as_ref()?;
        mentions = mentions.and(*own);
        for name in names {
            if !seen.contains(&name.as_str()) {
                seen.push(name);
                waiting.extend(libraries.get(name.as_str()));
            }
        }
    }
    Some(mentions)
}

/// The fields of a `BuiltRule` that its metadata gives.
fn told(policy: &Policy) -> Option<String> {
    let (_, top) = policy.annotations.iter().find(|(definition, _)| definition.is_none())?;
    let custom = top.get("custom")?;
    let listed = |key: &str| -> Option<Vec<&str>> {
        match custom.get(key) {
            None | Some(serde_yaml::Value::Null) => Some(Vec::new()),
            Some(words) => words.as_sequence()?.iter().map(serde_yaml::Value::as_str).collect(),
        }
    };
    let reads: Vec<Reads> = listed("reads")?.into_iter().map(Reads::parse).collect::<Option<_>>()?;
    let reads: String = reads.iter().map(|word| format!("Reads::{word:?}, ")).collect();
    let gates: Vec<Gate> = listed("gates")?.into_iter().map(Gate::parse).collect::<Option<_>>()?;
    let gates: String = gates.iter().map(|word| format!("Gate::{word:?}, ")).collect();
    let formerly = packed(listed("formerly")?.into_iter())?;
    let options: Vec<&str> = match custom.get("options") {
        None | Some(serde_yaml::Value::Null) => Vec::new(),
        Some(options) => options
            .as_mapping()?
            .keys()
            .map(serde_yaml::Value::as_str)
            .collect::<Option<_>>()?,
    };
    let options = packed(options.into_iter())?;
    Some(format!(
        "reads: &[{reads}], gates: &[{gates}], formerly: {formerly:?}, options: {options:?}"
    ))
}

/// Words as one text with a blank between each two; `None` when one of them is empty or has a blank itself.
fn packed(words: impl Iterator<Item = impl AsRef<str>>) -> Option<String> {
    let mut packed = String::new();
    for word in words {
        let word = word.as_ref();
        if word.is_empty() || word.contains(char::is_whitespace) {
            return None;
        }
        if !packed.is_empty() {
            packed.push(' ');
        }
        packed.push_str(word);
    }
    Some(packed)
}
