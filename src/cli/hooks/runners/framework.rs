//! The pre-commit framework and prek: an entry of `repos`, in YAML or in prek's TOML.

use std::path::Path;

use serde_json::{Value, json};

use crate::git::hooks::HookName;

use super::runner::{Edit, calls, read};
use super::yaml_lines as yaml;

/// Where pre-commit looks for its configuration; prek reads these too.
pub const NAMES: [&str; 2] = [".pre-commit-config.yaml", ".pre-commit-config.yml"];
/// What prek looks for first.
pub const PREK_NAMES: [&str; 1] = ["prek.toml"];

/// The hooks that the framework runs, and husky as well.
pub const SUPPORTED: [HookName; 6] = [
    HookName::PreCommit,
    HookName::PrepareCommitMsg,
    HookName::CommitMsg,
    HookName::PreMergeCommit,
    HookName::PrePush,
    HookName::PostCheckout,
];

/// One entry for the hooks that do not run flowgate yet.
pub fn additions(configuration: &Path, hooks: &[HookName]) -> Vec<Edit> {
    let text = match read(configuration) {
        Ok(text) => text,
        Err(why) => {
            return vec![Edit {
                path: configuration.to_path_buf(),
                lines: yaml_entry(hooks),
                after: Err(why),
            }];
        }
    };
    let missing: Vec<HookName> = hooks
        .iter()
        .copied()
        .filter(|hook| SUPPORTED.contains(hook) && !calls(&text, *hook) && !names_published_hook(&text, *hook))
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let is_toml = configuration.extension().is_some_and(|extension| extension == "toml");
    let (lines, after) = if is_toml {
        let lines = toml_entry(&missing);
        let after = with_toml(&text, &lines);
        (lines, after)
    } else {
        (yaml_entry(&missing), with_yaml(&text, &missing))
    };
    vec![Edit {
        path: configuration.to_path_buf(),
        lines,
        after: after.ok_or_else(|| "the list `repos` is not written in a way that can be added to".to_owned()),
    }]
}

/// The entry of an installation, for whichever hooks it was made.
pub fn removals(configuration: &Path) -> Vec<Edit> {
    let Ok(text) = read(configuration) else { return Vec::new() };
    let subsets = (1_usize..1 << SUPPORTED.len()).rev().map(|set| {
        let chosen = SUPPORTED.iter().enumerate().filter(move |(at, _)| set & (1 << at) != 0);
        chosen.map(|(_, hook)| *hook).collect::<Vec<_>>()
    });
    for hooks in subsets {
        let toml = format!("\n{}", toml_entry(&hooks));
        let found = yaml::without(&text, &yaml_entry(&hooks)).or_else(|| {
            let at = text.find(&toml)?;
            Some((
                format!("{}{}", text.get(..at)?, text.get(at + toml.len()..)?),
                toml.trim_start().to_owned(),
            ))
        });
        if let Some((left, lines)) = found {
            return vec![Edit {
                path: configuration.to_path_buf(),
                lines,
                after: Ok(left),
            }];
        }
    }
    Vec::new()
}

/// The hooks of `.pre-commit-hooks.yaml`, which a person may have named instead.
fn names_published_hook(text: &str, hook: HookName) -> bool {
    let id = match hook {
        HookName::PreCommit | HookName::PreMergeCommit => "flowgate",
        HookName::CommitMsg => "flowgate-commit-msg",
        HookName::PrePush => "flowgate-pre-push",
        _ => return false,
    };
    text.lines().filter(|line| !line.trim_start().starts_with('#')).any(|line| {
        let words = line.split(|c: char| c.is_whitespace() || "\"',{}[]=:".contains(c));
        let mut words = words.filter(|word| !word.is_empty() && *word != "-");
        words.next() == Some("id")
            && words.next().is_some_and(|word| {
                let without = |way| word.strip_suffix(way);
                without("-installed").or_else(|| without("-python")).unwrap_or(word) == id
            })
    })
}

fn with_yaml(text: &str, hooks: &[HookName]) -> Option<String> {
    if text.contains('\r') {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let repos = yaml::key(&lines, "repos", Some(0), 0, lines.len())?;
    let indent = yaml::indent_below(&lines, repos)?;
    let after = yaml::insert(text, yaml::end(&lines, repos), &yaml::indented(&yaml_entry(hooks), indent));
    let mut expected = yaml::value(text)?;
    expected.get_mut("repos")?.as_array_mut()?.push(entry(hooks));
    (yaml::value(&after)? == expected).then_some(after)
}

fn with_toml(text: &str, lines: &str) -> Option<String> {
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let after = format!("{text}{newline}\n{lines}");
    // `repos = [...]` cannot be continued by `[[repos]]`.
    after.parse::<toml_edit::Document<String>>().ok()?;
    Some(after)
}

/// Whether pre-commit never runs the hook of the message: `files:` at the top of its configuration selects that file too.
pub fn leaves_out_messages(configuration: &Path) -> bool {
    let files = read(configuration)
        .ok()
        .and_then(|text| yaml::value(&text)?.get("files").cloned());
    let pattern = files
        .as_ref()
        .and_then(Value::as_str)
        .and_then(|files| regex::Regex::new(files).ok());
    pattern.is_some_and(|pattern| !pattern.is_match(".git/COMMIT_EDITMSG"))
}

/// What one hook of the entry says, key by key.
fn keys(hook: HookName) -> Vec<(&'static str, Value)> {
    let name = hook.as_str();
    let mut keys = vec![
        ("id", json!(format!("flowgate-{name}"))),
        ("name", json!(format!("flowgate {name}"))),
        ("entry", json!(format!("flowgate hook {name}"))),
        ("language", json!("system")),
    ];
    // The framework hands the file of the message on as a file name.
    let has_file = matches!(hook, HookName::CommitMsg | HookName::PrepareCommitMsg);
    if !has_file {
        keys.push(("pass_filenames", json!(false)));
        // Not for a message: a `files:` at the top may leave its file out, and then the hook would run without one.
        keys.push(("always_run", json!(true)));
    }
    keys.push(("require_serial", json!(true)));
    keys.push(("stages", json!([name])));
    keys
}

fn entry(hooks: &[HookName]) -> Value {
    let hooks: Vec<Value> = hooks
        .iter()
        .map(|hook| Value::Object(keys(*hook).into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
        .collect();
    json!({"repo": "local", "hooks": hooks})
}

fn yaml_entry(hooks: &[HookName]) -> String {
    let mut text = String::from("- repo: local\n  hooks:\n");
    for hook in hooks {
        for (index, (key, value)) in keys(*hook).iter().enumerate() {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Array(items) => format!("[{}]", items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
                other => other.to_string(),
            };
            let lead = if index == 0 { "    - " } else { "      " };
            text.push_str(&format!("{lead}{key}: {value}\n"));
        }
    }
    text
}

fn toml_entry(hooks: &[HookName]) -> String {
    let mut text = String::from("[[repos]]\nrepo = \"local\"\n");
    for hook in hooks {
        text.push_str("\n[[repos.hooks]]\n");
        for (key, value) in keys(*hook) {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOOKS: [HookName; 2] = [HookName::PreCommit, HookName::CommitMsg];

    #[track_caller]
    fn check(name: &str, before: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, before).unwrap();
        let mut added = additions(&file, &HOOKS);
        let after = added.remove(0).after.unwrap();
        std::fs::write(&file, &after).unwrap();
        assert_eq!(additions(&file, &HOOKS), [], "{after}");
        let left = removals(&file).remove(0).after.unwrap();
        assert_eq!(left.trim_end(), before.trim_end());
        after
    }

    #[test]
    fn an_entry_stands_at_the_end_of_the_list_and_nothing_else_moves() {
        let text = "# ours\nfail_fast: true\nrepos:\n  # first\n  - repo: meta   # m\n    hooks:\n      - id: identity\n\n# about the next\nexclude: ^x/\n";
        insta::assert_snapshot!(check(".pre-commit-config.yaml", text), @r"
        # ours
        fail_fast: true
        repos:
          # first
          - repo: meta   # m
            hooks:
              - id: identity
          - repo: local
            hooks:
              - id: flowgate-pre-commit
                name: flowgate pre-commit
                entry: flowgate hook pre-commit
                language: system
                pass_filenames: false
                always_run: true
                require_serial: true
                stages: [pre-commit]
              - id: flowgate-commit-msg
                name: flowgate commit-msg
                entry: flowgate hook commit-msg
                language: system
                require_serial: true
                stages: [commit-msg]

        # about the next
        exclude: ^x/
        ");
        check(
            ".pre-commit-config.yaml",
            "repos:\n- repo: meta\n  hooks:\n  - {id: identity}",
        );
        check("prek.toml", "[[repos]]\nrepo = \"meta\"\nhooks = [{ id = \"identity\" }]\n");
    }

    #[test]
    fn what_cannot_be_added_to_is_left_to_people() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            (".pre-commit-config.yaml", "repos: [{repo: meta, hooks: [{id: identity}]}]\n"),
            (".pre-commit-config.yaml", "repos: []\n"),
            (".pre-commit-config.yaml", "{}\n"),
            (
                "prek.toml",
                "repos = [{ repo = \"meta\", hooks = [{ id = \"identity\" }] }]\n",
            ),
        ] {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            assert!(additions(&file, &HOOKS)[0].after.is_err(), "{text}");
        }
    }

    #[test]
    fn a_filter_at_the_top_may_leave_out_the_message() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".pre-commit-config.yaml");
        for (text, expected) in [
            ("files: ^charts/\nrepos:\n- repo: meta\n", true),
            ("files: (^charts/|COMMIT_EDITMSG$)\nrepos: []\n", false),
            ("repos:\n- repo: local\n  hooks:\n  - id: x\n    files: ^x/\n", false),
            ("files: '(?!x)'\nrepos: []\n", false),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(leaves_out_messages(&file), expected, "{text}");
        }
    }

    #[test]
    fn a_published_hook_that_is_named_counts() {
        let text = "repos:\n- repo: https://acme.example/flowgate\n  rev: v1.0.0\n  hooks:\n  - id: flowgate-installed\n  - id: flowgate-pre-push-python\n";
        assert!(names_published_hook(text, HookName::PreCommit));
        assert!(names_published_hook(text, HookName::PrePush));
        assert!(!names_published_hook(text, HookName::CommitMsg));
    }
}
