//! What one role branch has and the other lacks.

use super::support::Sandbox;

fn gitflow() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "feat: a");
    sandbox.git(&["branch", "dev"]);
    sandbox
}

fn check(sandbox: &Sandbox, ahead: &str, behind: &str, expected: &[&str]) {
    let divergence = sandbox
        .repository()
        .divergence(&format!("refs/heads/{ahead}"), &format!("refs/heads/{behind}"))
        .unwrap();
    let subjects: Vec<&str> = divergence.commits.iter().map(|(_, subject)| subject.as_str()).collect();
    assert_eq!(subjects, expected);
    assert_eq!(divergence.count, expected.len());
    assert_eq!(divergence.since > 0, !expected.is_empty());
}

#[test]
fn a_hotfix_that_was_not_merged_back_is_counted() {
    let sandbox = gitflow();
    sandbox.git(&["checkout", "--quiet", "-b", "hotfix/1.0.1"]);
    sandbox.commit_file("fix.txt", "fix", "fix: b");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "Merge hotfix", "hotfix/1.0.1"]);
    check(&sandbox, "main", "dev", &["fix: b"]);
    check(&sandbox, "dev", "main", &[]);
    sandbox.git(&["checkout", "--quiet", "dev"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "Merge back", "main"]);
    check(&sandbox, "main", "dev", &[]);
}

#[test]
fn merges_that_bring_nothing_of_their_own_are_not_counted() {
    let sandbox = gitflow();
    sandbox.git(&["checkout", "--quiet", "dev"]);
    sandbox.commit_file("dev.txt", "dev", "feat: dev");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "Release", "dev"]);
    check(&sandbox, "main", "dev", &[]);
    // Both sides changed one file in different places: the merged file exists in neither, and nobody decided anything.
    sandbox.write("a.txt", "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
    sandbox.commit("fix: on main");
    sandbox.git(&["checkout", "--quiet", "dev"]);
    sandbox.git(&["cherry-pick", "main"]);
    sandbox.commit_file("a.txt", "one\n2\n3\n4\n5\n6\n7\n8\nnine\n", "feat: more");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "Release again", "dev"]);
    let before = sandbox.git(&["count-objects"]);
    check(&sandbox, "main", "dev", &[]);
    assert_eq!(sandbox.git(&["count-objects"]), before, "a check must not write objects");
}

#[test]
fn a_merge_in_which_something_was_decided_is_counted() {
    let sandbox = gitflow();
    sandbox.git(&["checkout", "--quiet", "dev"]);
    sandbox.commit_file("a.txt", "dev\n", "feat: dev");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.commit_file("a.txt", "main\n", "fix: main");
    assert!(!sandbox.can(&["merge", "dev"]));
    sandbox.write("a.txt", "both\n");
    sandbox.commit("Merge dev by hand");
    check(&sandbox, "main", "dev", &["Merge dev by hand", "fix: main"]);
}

#[test]
fn a_commit_that_was_cherry_picked_is_not_counted() {
    let sandbox = gitflow();
    sandbox.commit_file("fix.txt", "fix\n", "fix: b");
    sandbox.commit("chore: nothing");
    sandbox.git(&["checkout", "--quiet", "dev"]);
    sandbox.commit_file("dev.txt", "dev\n", "feat: dev");
    sandbox.git(&["cherry-pick", "main~1"]);
    sandbox.commit("chore: nothing either");
    // A commit without a change has no patch, and so no twin.
    check(&sandbox, "main", "dev", &["chore: nothing"]);
}

#[test]
fn twenty_commits_are_named_and_all_are_counted() {
    let sandbox = gitflow();
    for at in 0..25 {
        sandbox.commit_file("fix.txt", &format!("{at}\n"), &format!("fix: {at}"));
    }
    let divergence = sandbox.repository().divergence("refs/heads/main", "refs/heads/dev").unwrap();
    assert_eq!((divergence.count, divergence.commits.len()), (25, 20));
    assert_eq!(divergence.commits[0].1, "fix: 24");
    let oldest = sandbox.git(&["log", "-1", "--format=%ct", "main~24"]);
    assert_eq!(divergence.since.to_string(), oldest);
}

#[test]
fn unrelated_and_missing_branches_do_not_make_it_stumble() {
    let sandbox = gitflow();
    sandbox.git(&["checkout", "--quiet", "--orphan", "island"]);
    sandbox.commit_file("i.txt", "i", "feat: island");
    check(&sandbox, "island", "dev", &["feat: island"]);
    assert!(
        sandbox
            .repository()
            .divergence("refs/heads/main", "refs/heads/nowhere")
            .is_err()
    );
}
