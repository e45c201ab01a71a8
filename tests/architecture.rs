//! The rules of the house that a machine can hold: floors, file sizes, who may name what, complete rule folders.
//!
//! Each check is a function from files to offences; one test runs it over this tree, another shows that it bites.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up must fail")]

#[path = "architecture/bites.rs"]
mod bites;
#[path = "architecture/files.rs"]
mod files;

use std::collections::BTreeSet;

use files::{Source, files_in, paths_in, read, sources};
use regex::Regex;

/// From the ground up; a module imports lower floors and itself, so that two of one floor never meet.
const FLOORS: [&[&str]; 7] = [
    &["domain"],
    &["git", "documents"],
    &["policy", "config", "reporting", "ci", "cache"],
    &["delivery", "inventory"],
    &["facts"],
    &["evaluation"],
    &["cli"],
];
const LONGEST_FILE: usize = 500;
const HEADINGS: [&str; 5] = ["Why", "Avoid", "Prefer", "Options", "When to waive"];
const NAMES_OF_NOTHING: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "misc", "manager"];

#[test]
fn a_module_imports_lower_floors_and_itself_only() {
    hold(imports_that_climb(&sources()));
}

#[test]
fn no_file_is_longer_than_500_lines() {
    hold(long_files(&sources()));
}

#[test]
fn every_file_opens_with_a_sentence_that_says_what_it_is_for() {
    hold(files_without_a_sentence(&sources()));
}

#[test]
fn a_mod_file_holds_only_its_comment_its_modules_and_its_errors() {
    hold(mod_files_with_content(&sources()));
}

#[test]
fn only_policy_names_regorus() {
    hold(named_outside(&sources(), &["src/policy/"], r"\bregorus\b"));
}

#[test]
fn only_git_names_git2_or_starts_a_program() {
    // And the hook that stood in Git's place before ours is started by who chains it, the editor that Git names for a message.
    let others = ["src/cli/hook/chain.rs", "src/cli/editor.rs"];
    hold(named_outside(&sources(), &["src/git/", others[0], others[1]], PROGRAMS));
}

#[test]
fn only_cli_prints_and_reads_the_environment() {
    hold(named_outside(&sources(), &["src/cli/", "src/main.rs"], OUTSIDE_WORLD));
}

#[test]
fn no_import_climbs_two_modules() {
    let offences = sources()
        .iter()
        .filter(|file| file.code.contains("super::super"))
        .map(|file| file.path.clone())
        .collect();
    hold(offences);
}

#[test]
fn no_file_is_named_for_nothing() {
    let places = ["src", "tests", "benches", "policies/lib"];
    hold(meaningless_names(places.into_iter().flat_map(paths_in)));
}

#[test]
fn the_domain_knows_no_serde() {
    hold(serde_in_the_domain(&sources()));
}

#[test]
fn every_rule_folder_is_complete() {
    hold(incomplete_rules(&files_in("policies")));
}

#[test]
fn every_library_folder_holds_the_library_and_its_test() {
    hold(incomplete_libraries(&files_in("policies")));
}

#[test]
fn every_dependency_says_what_it_is_for() {
    hold(unexplained_dependencies(&read("Cargo.toml")));
}

#[test]
fn the_two_hook_manifests_are_the_same() {
    assert_eq!(
        read(".pre-commit-hooks.yaml"),
        read("pre-commit-hooks.yaml"),
        "copy one over the other"
    );
}

/// Fails with every offence, not with the first.
#[track_caller]
fn hold(offences: Vec<String>) {
    assert!(offences.is_empty(), "{} offences:\n{}", offences.len(), offences.join("\n"));
}

const PROGRAMS: &str = r"\bgit2\b|\bprocess::Command\b|\bprocess::\{[^}]*\bCommand\b";
const OUTSIDE_WORLD: &str = r"\b(?:e?print(?:ln)?|dbg)!|\bstd(?:out|err)\(\)|\benv::(?:\{|vars?\b|vars?_os\b|args|current_dir|current_exe|home_dir|temp_dir|set_var|remove_var)";

fn imports_that_climb(sources: &[Source]) -> Vec<String> {
    let floor_of = |module: &str| FLOORS.iter().position(|floor| floor.contains(&module));
    let mut offences = Vec::new();
    for file in sources {
        let Some(module) = file.module() else { continue };
        let Some(floor) = floor_of(module) else {
            offences.push(format!("{}: `{module}` stands on no floor", file.path));
            continue;
        };
        for imported in imports(&file.code) {
            match floor_of(&imported) {
                None => offences.push(format!("{}: imports `{imported}`, which stands on no floor", file.path)),
                Some(other) if other < floor || imported == module => {}
                Some(_) => offences.push(format!(
                    "{}: `{module}` imports `{imported}`, which is not below it",
                    file.path
                )),
            }
        }
    }
    offences
}

/// The modules named after `crate::`, also in `crate::{a, b::c}`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            modules.insert(word(rest));
            continue;
        };
        let (mut depth, mut expected) = (0, true);
        for (index, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => expected = true,
                c if expected && !c.is_whitespace() => {
                    modules.insert(word(&group[index..]));
                    expected = false;
                }
                _ => {}
            }
        }
    }
    modules
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn long_files(sources: &[Source]) -> Vec<String> {
    let long = |file: &Source| {
        let lines = file.text.lines().count();
        (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines; cut it by noun or verb", file.path))
    };
    sources.iter().filter_map(long).collect()
}

fn files_without_a_sentence(sources: &[Source]) -> Vec<String> {
    let lacks = |file: &Source| {
        let opening = file.text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
        let sentence: Vec<&str> = opening.take_while(|line| !line.is_empty()).collect();
        let ends = sentence.last().is_some_and(|line| line.ends_with('.'));
        (!ends).then(|| format!("{}: begins with no `//!` sentence that ends in a full stop", file.path))
    };
    sources.iter().filter_map(lacks).collect()
}

fn mod_files_with_content(sources: &[Source]) -> Vec<String> {
    // Formatted code begins an item in the first column and closes it there.
    let allowed = Regex::new(
        r"^(?:\s|[\])}]|#!?\[|(?:pub(?:\([^)]*\))? )?(?:mod|use) |(?:pub(?:\([^)]*\))? )?(?:enum|struct) \w*(?:Error|Trouble)\b|impl (?:.* for )?(?:\w+::)*\w*(?:Error|Trouble)\b)",
    )
    .unwrap();
    let mut offences = Vec::new();
    for file in sources.iter().filter(|file| file.path.ends_with("/mod.rs") && !file.is_test) {
        let lines = file.code.lines().enumerate();
        let items = lines.filter(|(_, line)| !line.trim().is_empty() && !allowed.is_match(line));
        offences.extend(items.map(|(index, line)| format!("{}:{}: {line}", file.path, index + 1)));
    }
    offences
}

/// Places in code that ships, outside of the given rooms, where the pattern stands.
fn named_outside(sources: &[Source], rooms: &[&str], pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let mut offences = Vec::new();
    for file in sources {
        if file.is_test || rooms.iter().any(|room| file.path.starts_with(room)) {
            continue;
        }
        let shipped = without_inline_tests(&file.code);
        offences.extend(pattern.find_iter(shipped).map(|found| {
            let line = shipped[..found.start()].lines().count().max(1);
            format!("{}:{line}: {}", file.path, found.as_str())
        }));
    }
    offences
}

/// Unit tests stand at the end of a file.
fn without_inline_tests(code: &str) -> &str {
    let tests = Regex::new(r"(?m)^#\[cfg\(test\)\]\s+(?:#\[[^\n]*\]\s+)*mod \w+ \{").unwrap();
    tests.find(code).map_or(code, |found| &code[..found.start()])
}

fn meaningless_names(paths: impl Iterator<Item = String>) -> Vec<String> {
    let is_meaningless = |path: &String| {
        let mut words = path.split(['/', '_', '-', '.']);
        words.any(|word| NAMES_OF_NOTHING.contains(&word))
    };
    paths
        .filter(is_meaningless)
        .map(|path| format!("{path}: name it for what is in it"))
        .collect()
}

fn serde_in_the_domain(sources: &[Source]) -> Vec<String> {
    let serde = Regex::new(r"\bserde\w*\b|\bSerialize\b|\bDeserialize\b").unwrap();
    let domain = sources.iter().filter(|file| file.module() == Some("domain"));
    domain
        .filter(|file| serde.is_match(&file.code))
        .map(|file| file.path.clone())
        .collect()
}

/// `policies/rules/<group>/<name>/` holds the rule, its test and its page, named for the folder, and nothing else.
fn incomplete_rules(files: &[(String, String)]) -> Vec<String> {
    let mut folders = BTreeSet::new();
    let mut offences = Vec::new();
    for (path, _) in files {
        let Some(rest) = path.strip_prefix("policies/rules/") else {
            continue;
        };
        match rest.split('/').collect::<Vec<_>>()[..] {
            [group, name, _] => _ = folders.insert((group, name)),
            _ => offences.push(format!("{path}: stands in no rule's folder (policies/rules/<group>/<name>/)")),
        }
    }
    for (group, name) in folders {
        let folder = format!("policies/rules/{group}/{name}/");
        let [rule, test, page] = [format!("{name}.rego"), format!("{name}_test.rego"), format!("{name}.md")];
        offences.extend(wrong_files(files, &folder, &[&rule, &test, &page]));
        let text = |file: &str| {
            files
                .iter()
                .find(|(path, _)| *path == format!("{folder}{file}"))
                .map(|(_, text)| text)
        };
        offences.extend(
            text(&rule)
                .and_then(|text| wrong_package(text, group, name))
                .map(|why| format!("{folder}{rule}: {why}")),
        );
        let test_name = format!("{name}_test");
        offences.extend(
            text(&test)
                .and_then(|text| wrong_package(text, group, &test_name))
                .map(|why| format!("{folder}{test}: {why}")),
        );
        offences.extend(
            text(&page)
                .and_then(|text| wrong_headings(text))
                .map(|why| format!("{folder}{page}: {why}")),
        );
    }
    offences
}

fn incomplete_libraries(files: &[(String, String)]) -> Vec<String> {
    let names: BTreeSet<&str> = files
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("policies/lib/")?.split_once('/').map(|(name, _)| name))
        .collect();
    let wrong = |name: &str| {
        let [library, test] = [format!("{name}.rego"), format!("{name}_test.rego")];
        wrong_files(files, &format!("policies/lib/{name}/"), &[&library, &test])
    };
    names.into_iter().flat_map(wrong).collect()
}

/// What a folder lacks and what it has too much.
fn wrong_files(files: &[(String, String)], folder: &str, expected: &[&String]) -> Vec<String> {
    let found: BTreeSet<&str> = files.iter().filter_map(|(path, _)| path.strip_prefix(folder)).collect();
    let expected: BTreeSet<&str> = expected.iter().map(|name| name.as_str()).collect();
    let missing = expected.difference(&found).map(|name| format!("{folder}: lacks {name}"));
    let other = found
        .difference(&expected)
        .map(|name| format!("{folder}: does not know what to do with {name}"));
    missing.chain(other).collect()
}

fn wrong_package(text: &str, group: &str, name: &str) -> Option<String> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or_default();
    let (quoted, dotted) = (
        format!("package rules.{group}[\"{name}\"]"),
        format!("package rules.{group}.{name}"),
    );
    (line != quoted && (line != dotted || name.contains('-'))).then(|| format!("says `{line}` instead of `{quoted}`"))
}

fn wrong_headings(text: &str) -> Option<String> {
    let mut in_example = false;
    let mut headings = Vec::new();
    for line in text.lines() {
        in_example ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix("## ").filter(|_| !in_example) {
            headings.push(heading.trim());
        }
    }
    (headings != HEADINGS).then(|| format!("has the headings {headings:?} instead of {HEADINGS:?}"))
}

fn unexplained_dependencies(manifest: &str) -> Vec<String> {
    let name = Regex::new(r"^[A-Za-z0-9_-]+(?:\.\w+)? *=").unwrap();
    let (mut above, mut inside) = ("", false);
    let mut offences = Vec::new();
    for line in manifest.lines() {
        let is_section = line.starts_with('[');
        let of_one = is_section && line.contains("dependencies.");
        if is_section {
            inside = line.ends_with("dependencies]");
        }
        if (of_one || inside && name.is_match(line)) && !above.starts_with('#') {
            offences.push(format!("Cargo.toml: no comment above `{line}`"));
        }
        above = line;
    }
    offences
}
