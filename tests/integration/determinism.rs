//! The same target gives the same bytes: any number of threads, any surroundings.

use std::fs;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::judged::sober;
use crate::support::{self, Repo};

/// Many files, branches, tags and commits, with findings of many rules.
fn many() -> Repo {
    let repo = Repo::new();
    for stage in ["dev", "int", "prd"] {
        for number in 0..12 {
            let text = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: app{number}-{stage}}}\nspec:\n  source: {{repoURL: https://git.acme.com/team/app{number}, targetRevision: {stage}, path: deploy/{stage}}}\n  destination: {{name: {stage}01, namespace: app{number}-{stage}}}\n"
            );
            repo.write(&format!("envs/{stage}/app{number}.yaml"), text);
        }
        repo.write(&format!("broken/{stage}.yaml"), "a: [\n");
        repo.write(&format!("twice/{stage}.yaml"), "a: 1\na: 2\n");
    }
    repo.commit("feat: begin");
    for number in 0..8 {
        repo.switch("main").branch(&format!("Odd_{number}"));
        repo.write(&format!("envs/dev/app{number}.yaml"), "a: [\n").commit("rubbish");
        repo.git(&["tag", &format!("release{number}")]);
    }
    repo
}

/// Standard output of a check whose surroundings `change` may have altered.
fn output(repo: &Repo, args: &[&str], change: impl Fn(&mut Command)) -> String {
    let mut command = support::flowgate(repo.path());
    command.arg("check").args(args).args(["--now", "2026-11-20"]);
    change(&mut command);
    let run = support::run(&mut command);
    sober(&run);
    assert_eq!(run.code, Some(1), "{run:?}");
    run.stdout
}

#[test]
fn threads_and_surroundings_change_no_byte() {
    let repo = many();
    for args in [
        &["--format", "json"][..],
        &["--format", "human", "--full"],
        &["--format", "json", "--all-branches", "--history"],
    ] {
        let first = output(&repo, args, |_| {});
        assert!(first.contains("files/does-not-parse") && first.contains("commits/conventional"));
        for threads in ["1", "2", "8"] {
            assert_eq!(
                output(&repo, args, |c| _ = c.args(["--threads", threads])),
                first,
                "{threads} threads"
            );
        }
        let surroundings = [
            ("TZ", "Pacific/Auckland"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("NO_COLOR", "1"),
            ("CLICOLOR_FORCE", "1"),
            ("COLUMNS", "61"),
        ];
        for (name, value) in surroundings {
            assert_eq!(output(&repo, args, |c| _ = c.env(name, value)), first, "{name}={value}");
        }
        assert_eq!(
            output(&repo, args, |c| _ = c.current_dir(repo.path().join("envs/dev"))),
            first,
            "a subfolder"
        );
        for entry in fs::read_dir(repo.path().join("broken")).unwrap() {
            let file = fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
                .unwrap();
        }
        assert_eq!(output(&repo, args, |_| {}), first, "other times");
    }
}
