//! Paths that are gone, followed to where Git says they went.

use super::support::Sandbox;

const TEXT: &str = "one line\nanother line\na third line that makes the content long enough\n";

fn check(sandbox: &Sandbox, path: &str, expected: Option<&str>) {
    assert_eq!(sandbox.repository().renamed_to(path).unwrap().as_deref(), expected);
}

#[test]
fn a_file_renamed_twice_is_found_under_its_last_name() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.yaml", TEXT, "feat: a");
    sandbox.git(&["mv", "a.yaml", "b.yaml"]);
    sandbox.git(&["commit", "--quiet", "-m", "refactor: b"]);
    sandbox.commit_file("other.txt", "x", "feat: other");
    sandbox.git(&["mv", "b.yaml", "c.yaml"]);
    sandbox.git(&["commit", "--quiet", "-m", "refactor: c"]);
    check(&sandbox, "a.yaml", Some("c.yaml"));
    check(&sandbox, "b.yaml", Some("c.yaml"));
    check(&sandbox, "c.yaml", None);
}

#[test]
fn a_rename_that_is_only_staged_is_followed() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.yaml", TEXT, "feat: a");
    sandbox.git(&["mv", "a.yaml", "b.yaml"]);
    check(&sandbox, "a.yaml", Some("b.yaml"));
}

#[test]
fn a_deleted_file_and_one_that_never_was_lead_nowhere() {
    let sandbox = Sandbox::new();
    sandbox.commit_file("a.yaml", TEXT, "feat: a");
    sandbox.commit_file("keep.txt", "x", "feat: keep");
    sandbox.git(&["rm", "--quiet", "a.yaml"]);
    sandbox.git(&["commit", "--quiet", "-m", "refactor: without a"]);
    check(&sandbox, "a.yaml", None);
    check(&sandbox, "never.yaml", None);
}

#[test]
fn an_unborn_head_leads_nowhere() {
    check(&Sandbox::new(), "a.yaml", None);
}
