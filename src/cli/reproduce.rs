//! The command that gives the same report again: every flag that decides what is judged, quoted so that it can be pasted.

use std::path::{Path, PathBuf};

use super::args::{CheckArguments, FailOn, MergeRequestArguments, RuleArguments};
use crate::domain::change::ProposedChange;

/// The command as it was typed, without what only says where the report goes or what is done with it.
pub fn command(directory: Option<&Path>, arguments: &CheckArguments) -> String {
    let CheckArguments {
        paths, target, rules, ..
    } = arguments;
    let mut words = Words(vec!["flowgate".to_owned()]);
    words.path("-C", directory);
    words.0.push("check".to_owned());
    words.flag("--staged", target.staged);
    words.text("--rev", target.rev.as_deref());
    words.text("--range", target.range.as_deref());
    words.flag("--history", target.history);
    words.flag("--all-branches", target.all_branches);
    words.flag("--new-only", target.new_only);
    words.flag("--include-excluded", target.include_excluded);
    words.rules(rules);
    words.paths(paths);
    words.0.join(" ")
}

/// The command that judges the same change again in any clone that has its commits, without the host's environment. `trusted` is the
/// commit whose configuration judged.
pub fn merge_request(proposed: &ProposedChange, arguments: &MergeRequestArguments, trusted: Option<&str>) -> String {
    let change = &proposed.change;
    let mut words = Words(vec!["flowgate".to_owned(), "merge-request".to_owned()]);
    words.text("--source", change.source.branch.as_deref());
    words.text("--target", change.target.branch.as_deref());
    words.text("--head", Some(&proposed.head));
    words.text("--target-tip", Some(&proposed.target_tip));
    words.text("--title", change.title.as_deref());
    words.text("--author", change.author.as_deref());
    words.text("--squash", change.squash.map(|squash| if squash { "true" } else { "false" }));
    words.path("--approvals", arguments.approvals.as_deref());
    words.flag("--all", arguments.all);
    words.text("--policies-from", arguments.policies_from.as_deref().or(trusted));
    words.rules(&arguments.rules);
    words.0.join(" ")
}

fn joined(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(","))
}

struct Words(Vec<String>);

impl Words {
    fn rules(&mut self, rules: &RuleArguments) {
        self.text("--only", joined(&rules.only).as_deref());
        self.text("--skip", joined(&rules.skip).as_deref());
        self.text(
            "--fail-on",
            match rules.fail_on {
                FailOn::Error => None,
                FailOn::Warning => Some("warning"),
                FailOn::Never => Some("never"),
            },
        );
        self.text("--profile", rules.model.profile.as_deref());
        self.path("--config", rules.model.config.as_deref());
        self.path("--policies", rules.model.policies.as_deref());
        self.path("--refs", rules.refs.as_deref());
        self.path("--baseline", rules.baseline.as_deref());
        self.flag("--no-baseline", rules.no_baseline);
        self.text("--now", rules.now.as_deref());
    }

    fn flag(&mut self, name: &str, is_given: bool) {
        if is_given {
            self.0.push(name.to_owned());
        }
    }

    fn text(&mut self, name: &str, value: Option<&str>) {
        match value {
            // With `=` a value that begins with a dash is still a value.
            Some(value) if value.starts_with('-') => self.0.push(format!("{name}={}", quoted(value))),
            Some(value) => self.0.extend([name.to_owned(), quoted(value)]),
            None => {}
        }
    }

    fn path(&mut self, name: &str, value: Option<&Path>) {
        self.text(name, value.map(|path| path.to_string_lossy()).as_deref());
    }

    fn paths(&mut self, paths: &[PathBuf]) {
        let texts: Vec<String> = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        if texts.iter().any(|text| text.starts_with('-') && text != "-") {
            self.0.push("--".to_owned());
        }
        self.0.extend(texts.iter().map(|text| quoted(text)));
    }
}

/// One word for a POSIX shell.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=@%+^~".contains(c);
    if !word.is_empty() && !word.starts_with('~') && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Arguments, Command};

    fn check(typed: &[&str], expected: &str) {
        let Ok(Arguments {
            start,
            command: Command::Check(arguments),
        }) = Arguments::try_parse_from(typed)
        else {
            panic!("{typed:?} is a check");
        };
        assert_eq!(command(start.directory.as_deref(), &arguments), expected);
    }

    #[test]
    fn what_decides_the_report_is_told_again_and_nothing_else() {
        check(&["flowgate", "check"], "flowgate check");
        check(
            &[
                "flowgate",
                "check",
                "--quiet",
                "--format=json=x",
                "--threads=2",
                "--full",
                "--diff",
            ],
            "flowgate check",
        );
        check(
            &[
                "flowgate",
                "-C",
                "a b",
                "check",
                "--only=files",
                "--only=naming,argocd",
                "--now",
                "2026-11-20",
                "it's.yaml",
                "b.yaml",
            ],
            r"flowgate -C 'a b' check --only files,naming,argocd --now 2026-11-20 'it'\''s.yaml' b.yaml",
        );
        check(
            &[
                "flowgate",
                "check",
                "--range=origin/main..HEAD",
                "--fail-on=never",
                "--profile=observe",
                "--config=~x",
            ],
            "flowgate check --range origin/main..HEAD --fail-on never --profile observe --config '~x'",
        );
        check(
            &["flowgate", "check", "--rev=HEAD~1", "--", "-x"],
            "flowgate check --rev HEAD~1 -- -x",
        );
        check(&["flowgate", "check", "-"], "flowgate check -");
    }
}
