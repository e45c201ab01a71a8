//! hk: steps in `hk.pkl`. Its language is a program of its own, so the lines are only shown.

use std::path::Path;

use crate::git::hooks::HookName;

use super::runner::{Edit, calls, read};

/// Where hk looks for its configuration (hk.jdx.dev, configuration); the team's own before what one person puts over it.
pub const NAMES: [&str; 4] = ["hk.pkl", ".config/hk.pkl", "hk.local.pkl", ".config/hk.local.pkl"];

/// The hooks that hk runs.
pub const SUPPORTED: [HookName; 4] = [
    HookName::PreCommit,
    HookName::PrepareCommitMsg,
    HookName::CommitMsg,
    HookName::PrePush,
];

/// The steps that are missing.
pub fn additions(configuration: &Path, hooks: &[HookName]) -> Vec<Edit> {
    let text = read(configuration).unwrap_or_default();
    let missing = hooks
        .iter()
        .filter(|hook| SUPPORTED.contains(hook) && !calls(&text, **hook))
        .filter_map(|hook| Some((hook.as_str(), check(*hook)?)));
    let entries: String = missing
        .map(|(name, check)| {
            format!(
                "  [\"{name}\"] {{\n    steps {{\n      [\"flowgate\"] {{\n        check = \"{check}\"\n      }}\n    }}\n  }}\n"
            )
        })
        .collect();
    if entries.is_empty() {
        return Vec::new();
    }
    vec![Edit {
        path: configuration.to_path_buf(),
        lines: format!("hooks {{\n{entries}}}\n"),
        after: Err("Pkl is a language that flowgate does not read; put the steps beside those of the same hook".to_owned()),
    }]
}

fn check(hook: HookName) -> Option<&'static str> {
    match hook {
        HookName::PreCommit => Some("flowgate hook pre-commit"),
        HookName::CommitMsg => Some("flowgate hook commit-msg {{commit_msg_file}}"),
        HookName::PrepareCommitMsg => Some("flowgate hook prepare-commit-msg {{commit_msg_file}}"),
        // hk reads the list of refs itself and puts it into the command as it is. Names of refs may hold quotes and more; only a shell's
        // here-document with a quoted end takes them for nothing but text. Each line has four words, so none is that end.
        HookName::PrePush => Some(r"flowgate hook pre-push {{hook_args}} <<'END_OF_REFS'\n{{hook_stdin}}END_OF_REFS"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hk.pkl");
        std::fs::write(
            &file,
            "hooks { [\"pre-commit\"] { steps { [\"f\"] { check = \"flowgate hook pre-commit\" } } } }\n",
        )
        .unwrap();
        let edits = additions(&file, &[HookName::PreCommit, HookName::CommitMsg]);
        insta::assert_snapshot!(edits[0].lines, @r#"
        hooks {
          ["commit-msg"] {
            steps {
              ["flowgate"] {
                check = "flowgate hook commit-msg {{commit_msg_file}}"
              }
            }
          }
        }
        "#);
        assert!(edits[0].after.is_err());
    }
}
