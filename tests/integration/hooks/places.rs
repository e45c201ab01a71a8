//! Where Git looks for hooks: linked worktrees, submodules, bare repositories, and every scope of `core.hooksPath`.

use std::fs;

use super::{ends_with, executable, listing};
use crate::support::{self, Repo};

#[test]
fn worktrees_share_hooks_submodules_and_bare_repositories_have_their_own() {
    let repo = Repo::new();
    repo.write("a.txt", "a");
    repo.commit("feat: a");
    repo.git(&["worktree", "add", "--quiet", "linked", "-b", "linked"]);
    let linked = repo.path().join("linked");
    ends_with(&support::run(support::flowgate(&linked).args(["hooks", "install"])), 0);
    assert!(repo.path().join(".git/hooks/pre-commit").is_file());
    for place in [linked.as_path(), repo.path()] {
        let doctor = support::run(support::flowgate(place).args(["hooks", "doctor"]));
        ends_with(&doctor, 0);
        assert!(doctor.stdout.contains("ok     pre-commit: flowgate"), "{doctor:?}");
    }

    let outer = Repo::new();
    outer.git(&["submodule", "--quiet", "add", repo.path().to_str().unwrap(), "inner"]);
    let inner = outer.path().join("inner");
    ends_with(&support::run(support::flowgate(&inner).args(["hooks", "install"])), 0);
    assert!(outer.path().join(".git/modules/inner/hooks/pre-push").is_file());
    assert!(!outer.path().join(".git/hooks/pre-push").exists());
    ends_with(&support::run(support::flowgate(&inner).args(["hooks", "doctor"])), 0);

    let bare = Repo::bare();
    ends_with(&bare.flowgate(&["hooks", "install"]), 0);
    assert_eq!(
        listing(&bare.path().join("hooks")).into_keys().collect::<Vec<_>>(),
        ["pre-receive"]
    );
    let doctor = bare.flowgate(&["hooks", "doctor"]);
    ends_with(&doctor, 0);
    assert!(doctor.stdout.contains("ok     pre-receive: flowgate"), "{doctor:?}");

    let nowhere = tempfile::tempdir().unwrap();
    let lost = support::run(support::flowgate(nowhere.path()).args(["hooks", "install"]));
    ends_with(&lost, 2);
    assert!(lost.stderr.contains("no Git repository here"), "{lost:?}");
}

#[test]
fn a_local_hooks_path_is_honoured_from_every_folder() {
    let repo = Repo::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let hooks = elsewhere.path().join("team's hooks");
    repo.git(&["config", "core.hooksPath", hooks.to_str().unwrap()]);
    executable(&repo.path().join(".git/hooks/pre-commit"), "#!/bin/sh\nexit 9\n");
    repo.write("deep/er/a.txt", "a");
    ends_with(&repo.flowgate(&["-C", "deep/er", "hooks", "install"]), 0);
    assert_eq!(listing(&hooks).len(), 4);
    let doctor = repo.flowgate(&["-C", "deep/er", "hooks", "doctor"]);
    ends_with(&doctor, 0);
    assert!(doctor.stdout.contains("note   core.hooksPath is "), "{doctor:?}");
    repo.commit("feat: a");

    for (value, says) in [("/dev/null", "is no folder"), ("", "it is empty")] {
        repo.git(&["config", "core.hooksPath", value]);
        let refused = repo.flowgate(&["hooks", "install"]);
        ends_with(&refused, 2);
        assert!(
            refused.stderr.contains(says) && refused.stderr.contains("--unset"),
            "{refused:?}"
        );
        let doctor = repo.flowgate(&["hooks", "doctor"]);
        ends_with(&doctor, 1);
        assert!(doctor.stdout.contains("Git runs no hooks"), "{doctor:?}");
    }
}

#[test]
fn a_hooks_path_of_one_work_tree_is_honoured_and_doctor_s_words_mend_it() {
    let repo = Repo::new();
    let elsewhere = tempfile::tempdir().unwrap();
    repo.commit("feat: a");
    repo.git(&["config", "extensions.worktreeConfig", "true"]);
    repo.git(&["worktree", "add", "--quiet", "linked", "-b", "linked"]);
    let linked = repo.path().join("linked");
    let own = elsewhere.path().join("own");
    let set = [
        "-C",
        "linked",
        "config",
        "--worktree",
        "core.hooksPath",
        own.to_str().unwrap(),
    ];
    repo.git(&set);
    let status = support::run(support::flowgate(&linked).args(["hooks", "status", "--json"])).json();
    assert_eq!(status["hooks_path"]["scope"], "worktree", "{status}");
    ends_with(&support::run(support::flowgate(&linked).args(["hooks", "install"])), 0);
    assert_eq!(listing(&own).len(), 4);

    // What doctor says of it is mended by what it says.
    let doctor = || support::run(support::flowgate(&linked).args(["hooks", "doctor"]));
    ends_with(&repo.flowgate(&["hooks", "install"]), 0);
    ends_with(&doctor(), 0);
    ends_with(&support::run(support::flowgate(&linked).args(["hooks", "uninstall"])), 0);
    let wrong = doctor();
    ends_with(&wrong, 1);
    assert!(
        wrong.stdout.contains("is flowgate's, but Git does not look there")
            && wrong
                .stdout
                .contains("let Git look there: git config --worktree --unset core.hooksPath"),
        "{wrong:?}"
    );
    ends_with(&support::run(support::flowgate(&linked).args(["hooks", "install"])), 0);
    ends_with(&doctor(), 0);

    // Of this work tree alone, again: the command that is told works on that setting.
    repo.git(&["-C", "linked", "config", "--worktree", "core.hooksPath", "/dev/null"]);
    let refused = support::run(support::flowgate(&linked).args(["hooks", "install"]));
    ends_with(&refused, 2);
    let command = refused
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix("to have hooks: git "));
    let words: Vec<&str> = command.unwrap().split(' ').collect();
    repo.git(&[&["-C", "linked"], words.as_slice()].concat());
    ends_with(&support::run(support::flowgate(&linked).args(["hooks", "install"])), 0);
    ends_with(&doctor(), 0);

    // From elsewhere, by Git's own variable.
    let mut named = support::flowgate(elsewhere.path());
    named.args(["hooks", "doctor"]).env("GIT_DIR", repo.path().join(".git"));
    ends_with(&support::run(&mut named), 0);
}

#[test]
fn a_global_hooks_path_is_written_only_when_asked_for() {
    let repo = Repo::new();
    let home = tempfile::tempdir().unwrap();
    let (hooks, global) = (home.path().join("hooks"), home.path().join("gitconfig"));
    fs::write(&global, format!("[core]\n\thooksPath = {}\n", hooks.display())).unwrap();
    let flowgate = |arguments: &[&str]| {
        support::run(
            support::flowgate(repo.path())
                .env("GIT_CONFIG_GLOBAL", &global)
                .args(arguments),
        )
    };
    let refused = flowgate(&["hooks", "install"]);
    ends_with(&refused, 2);
    assert!(
        refused.stderr.contains("flowgate hooks install --global")
            && refused.stderr.contains("git config --local core.hooksPath"),
        "{refused:?}"
    );
    assert!(!hooks.exists() && !repo.path().join(".git/hooks").exists());
    ends_with(&flowgate(&["hooks", "uninstall"]), 2);

    ends_with(&flowgate(&["hooks", "install", "--global"]), 0);
    assert_eq!(listing(&hooks).len(), 4);
    let doctor = flowgate(&["hooks", "doctor"]);
    ends_with(&doctor, 0);
    assert!(doctor.stdout.contains("ok     pre-commit: flowgate"), "{doctor:?}");
    ends_with(&flowgate(&["hooks", "uninstall", "--global"]), 0);
    assert_eq!(listing(&hooks).len(), 0);

    // The repository's own setting hides it, and is what Git goes by.
    repo.git(&["config", "core.hooksPath", ".git/hooks"]);
    ends_with(&flowgate(&["hooks", "install"]), 0);
    assert_eq!(listing(&hooks).len(), 0);
    let doctor = flowgate(&["hooks", "doctor"]);
    assert!(doctor.stdout.contains("it hides another: core.hooksPath is"), "{doctor:?}");

    let unset = repo.flowgate(&["hooks", "install", "--global"]);
    ends_with(&unset, 2);
    assert!(
        unset.stderr.contains("Git then runs no hook of a repository's own folder"),
        "{unset:?}"
    );
    let mut once = support::flowgate(repo.path());
    once.envs([
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "core.hooksPath"),
        ("GIT_CONFIG_VALUE_0", "/x"),
    ]);
    let refused = support::run(once.args(["hooks", "install"]));
    ends_with(&refused, 2);
    assert!(refused.stderr.contains("for this command only"), "{refused:?}");
    let doctor = support::run(once.args(["hooks", "doctor"]));
    assert_eq!(doctor.code, Some(2), "{doctor:?}");
}

#[test]
fn hooks_that_a_team_tracks_change_only_when_asked_for() {
    let repo = Repo::new();
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    let hooks = repo.path().join(".githooks");
    executable(&hooks.join("pre-commit"), "#!/bin/sh\necho team >&2\n");
    repo.commit("feat: hooks");
    let before = listing(&hooks);
    let shown = repo.flowgate(&["hooks", "install", "--hook", "pre-commit", "--hook", "commit-msg"]);
    ends_with(&shown, 2);
    insta::assert_snapshot!(repo.redact(&shown.stdout), @r#"
    [REPO]/.githooks is in the work tree, where files belong to the team. Add this line to each of these files:

      [REPO]/.githooks/pre-commit
        flowgate hook pre-commit "$@" || exit

      [REPO]/.githooks/commit-msg
        #!/bin/sh
        flowgate hook commit-msg "$@" || exit

    Or: flowgate hooks install --write
    new: [REPO]/.githooks/pre-commit.before-flowgate
    modified: [REPO]/.githooks/pre-commit
    new: [REPO]/.githooks/commit-msg
    "#);
    assert_eq!(listing(&hooks), before);

    let written = repo.flowgate(&["hooks", "install", "--hook", "pre-commit", "--write"]);
    ends_with(&written, 0);
    assert!(written.stdout.contains("modified: "), "{written:?}");
    let script = fs::read_to_string(hooks.join("pre-commit")).unwrap();
    // A path of one machine has no place there.
    assert!(script.contains("\nflowgate=\n"), "{script}");
    let status = repo.git(&["status", "--porcelain"]);
    assert_eq!(status, " M .githooks/pre-commit\n?? .githooks/pre-commit.before-flowgate");
    ends_with(&repo.flowgate(&["hooks", "uninstall"]), 2);
    ends_with(&repo.flowgate(&["hooks", "uninstall", "--write"]), 0);
    assert_eq!(listing(&hooks), before);

    executable(
        &hooks.join("pre-commit"),
        "#!/bin/sh\nflowgate hook pre-commit \"$@\" || exit\n",
    );
    ends_with(&repo.flowgate(&["hooks", "install", "--hook", "pre-commit"]), 0);
    let doctor = repo.flowgate(&["hooks", "doctor"]);
    ends_with(&doctor, 1);
    assert!(
        doctor.stdout.contains("pre-commit calls flowgate") && doctor.stdout.contains("not on PATH"),
        "{doctor:?}"
    );
}
