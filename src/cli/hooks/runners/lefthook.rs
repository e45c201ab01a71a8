//! lefthook: a command in each hook of its configuration, in YAML, TOML or JSON.

use std::path::Path;

use serde_json::{Value, json};

use crate::git::hooks::HookName;

use super::runner::{Edit, calls, read};
use super::yaml_lines::{self as yaml, Line};

/// Where lefthook looks for its configuration.
pub const NAMES: [&str; 15] = [
    "lefthook.yml",
    ".lefthook.yml",
    ".config/lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yaml",
    ".config/lefthook.yaml",
    "lefthook.toml",
    ".lefthook.toml",
    ".config/lefthook.toml",
    "lefthook.json",
    ".lefthook.json",
    ".config/lefthook.json",
    "lefthook.jsonc",
    ".lefthook.jsonc",
    ".config/lefthook.jsonc",
];

/// A command for each hook that does not run flowgate yet.
pub fn additions(configuration: &Path, hooks: &[HookName]) -> Vec<Edit> {
    let (text, unread) = match read(configuration) {
        Ok(text) => (text, None),
        Err(why) => (String::new(), Some(why)),
    };
    let missing: Vec<HookName> = hooks.iter().copied().filter(|hook| !calls(&text, *hook)).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let kind = configuration
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let (lines, after) = match kind {
        "toml" => (
            missing.iter().map(|hook| toml_block(*hook)).collect(),
            with_toml(&text, &missing),
        ),
        "json" | "jsonc" => (
            json_lines(&missing),
            Err("flowgate does not rewrite JSON, to keep its form".to_owned()),
        ),
        _ => (
            missing.iter().map(|hook| hook_block(*hook)).collect(),
            with_yaml(&text, &missing),
        ),
    };
    vec![Edit {
        path: configuration.to_path_buf(),
        lines,
        after: unread.map_or(after, Err),
    }]
}

/// The commands of an installation.
pub fn removals(configuration: &Path) -> Vec<Edit> {
    let Ok(before) = read(configuration) else { return Vec::new() };
    let (mut text, mut lines) = (before.clone(), String::new());
    for hook in HookName::ALL {
        let blocks = [
            format!("\n{}", hook_block(hook)),
            format!("commands:\n{}", yaml::indented(&command(hook), 2)),
            command(hook),
            job(hook),
            format!("\n{}", toml_block(hook)),
        ];
        for block in blocks {
            let found = yaml::without(&text, &block).filter(|(left, _)| is_inverse(configuration, left, &text, hook));
            if let Some((left, removed)) = found {
                text = left;
                lines.push_str(removed.trim_start_matches('\n'));
                break;
            }
        }
    }
    if text == before {
        return Vec::new();
    }
    vec![Edit {
        path: configuration.to_path_buf(),
        lines,
        after: Ok(text),
    }]
}

/// Whether adding the command again would bring the file back: then what was taken out was the command, and not half of something else.
fn is_inverse(configuration: &Path, left: &str, text: &str, hook: HookName) -> bool {
    if configuration.extension().is_some_and(|extension| extension == "toml") {
        return left.parse::<toml_edit::Document<String>>().is_ok();
    }
    let again = with_yaml_hook(left, hook).and_then(|again| yaml::value(&again));
    again.is_some() && again == yaml::value(text)
}

fn with_yaml(text: &str, hooks: &[HookName]) -> Result<String, String> {
    let unsafe_place = |hook: &HookName| format!("`{}` is not written in a way that can be added to", hook.as_str());
    if text.contains('\r') {
        return Err("the file has the line ends of Windows".to_owned());
    }
    let mut text = text.to_owned();
    for hook in hooks {
        text = with_yaml_hook(&text, *hook).ok_or_else(|| unsafe_place(hook))?;
    }
    Ok(text)
}

fn with_yaml_hook(text: &str, hook: HookName) -> Option<String> {
    let before = yaml::value(text)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut expected = before.clone();
    let name = hook.as_str();
    let after = match before.get(name) {
        None => {
            expected
                .as_object_mut()?
                .insert(name.to_owned(), json!({"commands": {"flowgate": settings(hook)}}));
            yaml::insert(text, lines.len(), &format!("\n{}", hook_block(hook)))
        }
        Some(found) => {
            let at = yaml::key(&lines, name, Some(0), 0, lines.len())?;
            let indent = yaml::indent_below(&lines, at)?;
            let end = yaml::end(&lines, at);
            let below = |key: &str| yaml::key(&lines, key, Some(indent), at.number + 1, end);
            let deeper = |key: Line| Some((key.number + 1, yaml::indent_below(&lines, key)?));
            let mine = expected.get_mut(name)?.as_object_mut()?;
            if found.get("commands").is_some() {
                mine.get_mut("commands")?
                    .as_object_mut()?
                    .insert("flowgate".to_owned(), settings(hook));
                let (number, indent) = deeper(below("commands")?)?;
                yaml::insert(text, number, &yaml::indented(&command(hook), indent))
            } else if found.get("jobs").is_some() {
                let mut job_settings = settings(hook);
                job_settings.as_object_mut()?.insert("name".to_owned(), json!("flowgate"));
                mine.get_mut("jobs")?.as_array_mut()?.insert(0, job_settings);
                let (number, indent) = deeper(below("jobs")?)?;
                yaml::insert(text, number, &yaml::indented(&job(hook), indent))
            } else {
                mine.insert("commands".to_owned(), json!({"flowgate": settings(hook)}));
                let block = format!("commands:\n{}", yaml::indented(&command(hook), 2));
                yaml::insert(text, at.number + 1, &yaml::indented(&block, indent))
            }
        }
    };
    (yaml::value(&after)? == expected).then_some(after)
}

fn with_toml(text: &str, hooks: &[HookName]) -> Result<String, String> {
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let blocks: String = hooks.iter().map(|hook| format!("\n{}", toml_block(*hook))).collect();
    let after = format!("{text}{newline}{blocks}");
    match after.parse::<toml_edit::Document<String>>() {
        Ok(_) => Ok(after),
        Err(_) => Err("the hooks are not written as tables that can be added to".to_owned()),
    }
}

fn run(hook: HookName) -> String {
    let arguments = match hook {
        HookName::PreCommit | HookName::PreMergeCommit | HookName::PreReceive => "",
        HookName::CommitMsg | HookName::ReferenceTransaction => " {1}",
        HookName::PrePush => " {1} {2}",
        HookName::PrepareCommitMsg | HookName::PostCheckout | HookName::Update => " {1} {2} {3}",
    };
    format!("flowgate hook {}{arguments}", hook.as_str())
}

const fn reads_input(hook: HookName) -> bool {
    matches!(
        hook,
        HookName::PrePush | HookName::ReferenceTransaction | HookName::PreReceive
    )
}

fn settings(hook: HookName) -> Value {
    if reads_input(hook) {
        json!({"run": run(hook), "use_stdin": true})
    } else {
        json!({"run": run(hook)})
    }
}

fn command(hook: HookName) -> String {
    let input = if reads_input(hook) { "  use_stdin: true\n" } else { "" };
    format!("flowgate:\n  run: {}\n{input}", run(hook))
}

fn job(hook: HookName) -> String {
    let input = if reads_input(hook) { "  use_stdin: true\n" } else { "" };
    format!("- name: flowgate\n  run: {}\n{input}", run(hook))
}

fn hook_block(hook: HookName) -> String {
    format!("{}:\n  commands:\n{}", hook.as_str(), yaml::indented(&command(hook), 4))
}

fn toml_block(hook: HookName) -> String {
    let input = if reads_input(hook) { "use_stdin = true\n" } else { "" };
    format!("[{}.commands.flowgate]\nrun = \"{}\"\n{input}", hook.as_str(), run(hook))
}

fn json_lines(hooks: &[HookName]) -> String {
    let hooks: serde_json::Map<String, Value> = hooks
        .iter()
        .map(|hook| (hook.as_str().to_owned(), json!({"commands": {"flowgate": settings(*hook)}})))
        .collect();
    format!("{:#}\n", Value::Object(hooks))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOOKS: [HookName; 3] = [HookName::PreCommit, HookName::CommitMsg, HookName::PrePush];

    #[track_caller]
    fn check(name: &str, before: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, before).unwrap();
        let after = additions(&file, &HOOKS).remove(0).after.unwrap();
        std::fs::write(&file, &after).unwrap();
        assert_eq!(additions(&file, &HOOKS), [], "{after}");
        assert_eq!(removals(&file).remove(0).after.unwrap(), before);
        after
    }

    #[test]
    fn a_command_stands_in_each_hook_and_nothing_else_moves() {
        let text = "# ours\npre-commit:\n   parallel: true # fast\n   commands:\n       # lint\n       lint:\n           run: npm run lint\n\npre-push:\n  jobs:\n  - run: npm test\n";
        insta::assert_snapshot!(check("lefthook.yml", text), @r"
        # ours
        pre-commit:
           parallel: true # fast
           commands:
               flowgate:
                 run: flowgate hook pre-commit
               # lint
               lint:
                   run: npm run lint

        pre-push:
          jobs:
          - name: flowgate
            run: flowgate hook pre-push {1} {2}
            use_stdin: true
          - run: npm test

        commit-msg:
          commands:
            flowgate:
              run: flowgate hook commit-msg {1}
        ");
        check("lefthook.yml", "pre-commit:\n  scripts:\n    a.sh:\n      runner: sh\n");
        check("lefthook.toml", "[pre-commit.commands.lint]\nrun = \"npm run lint\"\n");
    }

    #[test]
    fn what_cannot_be_added_to_is_left_to_people() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("lefthook.yml", "pre-commit: {commands: {lint: {run: npm run lint}}}\n"),
            ("lefthook.yml", "pre-commit: &a\n  commands:\n    lint:\n      run: x\n"),
            ("lefthook.yml", "pre-commit:\n\tbroken: [\n"),
            ("lefthook.toml", "pre-commit = { commands = { lint = { run = \"x\" } } }\n"),
            ("lefthook.json", "{}"),
        ] {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            assert!(additions(&file, &HOOKS)[0].after.is_err(), "{text}");
        }
    }
}
