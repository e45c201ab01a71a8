//! `flowgate rules list` and `rules explain`, `completions`, `--version` and the help.

use crate::support::{self, Repo};

#[test]
fn rules_are_listed_with_the_level_they_have_here() {
    let repo = Repo::new();
    repo.write("flowgate.yaml", "rules: {naming: off, branches/name-pattern: warning}\n");
    let run = repo.flowgate(&["rules", "list"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let level = |id: &str| {
        let line = run.stdout.lines().find(|l| l.starts_with(&format!("{id} "))).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(level("naming/application-name-pattern"), "off");
    assert_eq!(level("branches/name-pattern"), "warning");
    assert_eq!(level("files/does-not-parse"), "error");
    let json = repo.flowgate(&["rules", "list", "--json"]).json();
    assert_eq!(json.as_array().unwrap().len(), run.stdout.lines().count());
    let observed = repo.flowgate(&["rules", "list", "--profile", "observe"]).stdout;
    assert!(!observed.contains("  error "), "{observed}");
}

#[test]
fn explaining_a_rule_says_where_each_value_comes_from() {
    let repo = Repo::new();
    repo.write(
        "flowgate.yaml",
        "extends: [base.yaml]\nrules:\n  history/backmerge-missing:\n    options: {grace: 7}\n",
    );
    repo.write("base.yaml", "rules:\n  history/backmerge-missing: warning\n");
    let text = repo.flowgate(&["rules", "explain", "history/backmerge-missing"]).stdout;
    assert!(text.contains("level     warning (said by base.yaml:2)"), "{text}");
    assert!(text.contains("option    grace: 7 (flowgate.yaml:4)"), "{text}");
    assert!(text.contains("\n## Why"), "{text}");
    let json = repo
        .flowgate(&["rules", "explain", "--json", "history/backmerge-missing"])
        .json();
    assert_eq!((&json["level"], &json["default"]), (&"warning".into(), &"error".into()));
    assert_eq!(json["options"]["grace"], 7);
    let own = repo.flowgate(&["rules", "explain", "files/does-not-parse"]).stdout;
    assert!(
        own.contains("level     error (said by the rule itself, policies/rules/files/does-not-parse"),
        "{own}"
    );
}

#[test]
fn an_unknown_rule_is_answered_with_the_near_one() {
    let run = Repo::new().flowgate(&["rules", "explain", "commits/convential"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.stderr,
        "flowgate: no rule is called \"commits/convential\"; did you mean \"commits/conventional\"?\n"
    );
    for word in ["--only", "--skip"] {
        let run = Repo::new().flowgate(&["check", word, "comits", "--format=json"]);
        assert_eq!(run.code, Some(2));
        assert_eq!(
            run.json()["failures"][0]["message"],
            "no rule and no group is called \"comits\"; did you mean \"commits\"?"
        );
    }
}

#[test]
fn rules_can_be_read_anywhere() {
    let plain = tempfile::tempdir().unwrap();
    let bare = Repo::bare();
    for folder in [plain.path(), bare.path()] {
        let run = support::run(support::flowgate(folder).args(["rules", "list"]));
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.contains("commits/conventional"));
    }
}

#[test]
fn a_shell_gets_its_completions() {
    let repo = Repo::new();
    for (shell, sign) in [
        ("bash", "_flowgate()"),
        ("zsh", "#compdef flowgate"),
        ("fish", "complete -c flowgate"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let run = repo.flowgate(&["completions", shell]);
        assert_eq!(run.code, Some(0));
        assert!(run.stdout.contains(sign) && run.stdout.contains("all-branches"), "{shell}");
    }
    assert_eq!(repo.flowgate(&["completions", "tcsh"]).code, Some(2));
}

#[test]
fn the_version_is_told_wherever_one_stands_and_whatever_the_policies_are() {
    let repo = Repo::new();
    repo.write("flowgate.yaml", "broken: [\n").write("rules/x.rego", "broken");
    let mut command = support::flowgate(repo.path());
    let run = support::run(command.env("FLOWGATE_POLICIES", "rules").arg("--version"));
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), concat!("flowgate ", env!("CARGO_PKG_VERSION"), "\n"))
    );
}

#[test]
fn every_flag_and_argument_of_every_command_is_explained() {
    let repo = Repo::new();
    for command in [
        &["--help"][..],
        &["check", "--help"],
        &["rules", "--help"],
        &["rules", "list", "--help"],
        &["rules", "explain", "--help"],
        &["facts", "--help"],
        &["init", "--help"],
        &["refs", "--help"],
        &["refs", "update", "--help"],
        &["demo", "--help"],
        &["completions", "--help"],
    ] {
        let run = repo.flowgate(command);
        assert_eq!(run.code, Some(0), "{run:?}");
        let lines: Vec<&str> = run.stdout.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let words = line.trim_start();
            let is_entry = line.starts_with("  ") && (words.starts_with('-') || words.starts_with(['[', '<']));
            if !is_entry {
                continue;
            }
            let here = words.split_once("  ").map_or("", |(_, said)| said.trim());
            let below = lines.get(number + 1).map_or("", |next| next.trim());
            assert!(!here.is_empty() || !below.is_empty(), "{command:?}: {line}");
        }
    }
}

#[test]
fn the_help_of_check_names_targets_formats_and_exit_codes() {
    let help = Repo::new().flowgate(&["check", "-h"]).stdout;
    insta::assert_snapshot!(help, @r"
    Judge a repository: its files, branches, tags and commits

    Usage: flowgate check [OPTIONS] [PATH]...

    Arguments:
      [PATH]...  Files or folders to look at; `-` reads documents from standard input

    Options:
      -C <DIR>                      Run as if started in DIR, as git's -C does
          --staged                  Judge the index against HEAD, and the current branch
          --rev <REV>               Judge the tree of this revision
          --range <A..B>            Judge these commits, and the files they change as they stand at B
          --history                 Judge every commit that HEAD reaches
          --all-branches            Judge the trees of all branch tips too, remote-tracking ones
                                    included
          --new-only                With --staged or --range: count what stood before, and report what
                                    the change brings, wherever it shows
          --include-excluded        Look at vendored files and test data too
          --only <RULE|GROUP>       Only these rules or groups
          --skip <RULE|GROUP>       All but these rules or groups
          --fail-on <SEVERITY>      Findings of this severity or above give exit code 1 [default: error]
                                    [possible values: error, warning, never]
          --profile <NAME>          Judge by this profile, whatever the configuration names
          --config <FILE>           Read this configuration instead of the repository's own
          --policies <DIR>          Read the rule set from this folder instead of the one built in [env:
                                    FLOWGATE_POLICIES=]
          --refs <FILE>             Read what is known of other repositories' refs from this file
                                    instead of flowgate.refs.lock
          --baseline <FILE>         Read the baseline from this file instead of flowgate.baseline.json
          --no-baseline             Report the findings of the baseline too
          --now <YYYY-MM-DD>        The day that counts as today
          --no-cache                Neither use nor keep what earlier runs learnt
          --cache <DIR>             Keep what is learnt in this folder; server hooks use no other one
          --threads <N>             How many threads to use; as many as there are processors by default
          --format <FORMAT[=FILE]>  human, json, sarif, gitlab, github, junit, tap, markdown or html,
                                    each optionally with =FILE; may be given several times
      -q, --quiet                   Print findings and failures only
          --full                    Print every finding, however many a rule has
          --fix                     Apply the edits that keep the meaning (quotes around a version)
          --diff                    Show those edits as a diff and change nothing
      -h, --help                    Print help

    Exit codes:
      0 clean      nothing found at or above --fail-on
      1 findings   something was; also when something else could not be judged
      2 undecided  arguments, configuration, a policy or part of the target cannot be used or read

    Examples:
      flowgate check                             files, branches, tags, and commits not yet on the trunk
      flowgate check --staged                    what the next commit would hold
      flowgate check --range origin/main..HEAD   those commits, and the files they change
      flowgate check --history --only commits    every message since the beginning
      helm template . | flowgate check -         rendered manifests
    ");
}

#[test]
fn arguments_that_cannot_be_used_are_undecided() {
    let repo = Repo::new();
    for args in [
        &["check", "--nonsense"][..],
        &["check", "--staged", "--rev", "HEAD"],
        &["check", "--fail-on", "sometimes"],
        &["chek"],
        &[],
    ] {
        assert_eq!(repo.flowgate(args).code, Some(2), "{args:?}");
    }
    let run = repo.flowgate(&["check", "--format", "jsno"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("did you mean `json`?"), "{run:?}");
    let run = repo.flowgate(&["check", "--now", "today", "--format=json"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.json()["failures"][0]["message"].as_str().unwrap().contains("YYYY-MM-DD"));
}
