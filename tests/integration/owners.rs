//! CODEOWNERS in real repositories: which file counts, for whom, and what is said of it.

use std::fmt::Write as _;

use flowgate::domain::target::Content;
use flowgate::facts::Place;
use flowgate::facts::owners::OwnersFile;

use crate::support::{Repo, Run};

fn findings(run: &Run) -> Vec<String> {
    let report = run.json();
    let mut found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let (location, text) = (&finding["location"], |key: &str| {
                finding[key].as_str().unwrap_or_default().to_owned()
            });
            let place = location["path"].as_str().unwrap_or_default();
            let line = location["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
            format!("{} {} {place}{line}: {}", text("severity"), text("rule"), text("message"))
        })
        .collect();
    found.sort();
    found
}

fn check(repo: &Repo, rule: &str) -> Vec<String> {
    findings(&repo.flowgate(&["check", "--only", rule, "--format", "json"]))
}

const VALID: &str = "owners/codeowners-valid";
const UNOWNED: &str = "owners/critical-path-unowned";

#[test]
fn the_same_file_is_judged_as_its_host_reads_it() {
    let repo = Repo::new();
    repo.write("CODEOWNERS", "* @dev\n!README.md\n").write("README.md", "x\n");
    repo.commit("feat: start");
    // Nobody can tell who reads it: only what is wrong for both is told.
    assert_eq!(check(&repo, VALID), [""; 0]);
    repo.git(&["remote", "add", "origin", "git@github.com:acme/phippy.git"]);
    assert_eq!(
        check(&repo, VALID),
        ["error owners/codeowners-valid CODEOWNERS:2: GitHub knows no exceptions with `!` and skips the line `!README.md`"]
    );
    repo.git(&["remote", "set-url", "origin", "https://gitlab.acme.com/team/phippy.git"]);
    assert_eq!(check(&repo, VALID), [""; 0]);
}

#[test]
fn what_is_staged_is_judged_not_what_lies_beside_it() {
    let repo = Repo::new();
    repo.write(".github/CODEOWNERS", "* @dev\n");
    repo.commit("feat: start");
    repo.write(".github/CODEOWNERS", "* dev\n").git(&["add", "."]);
    repo.write(".github/CODEOWNERS", "* @dev\n");
    let run = repo.flowgate(&["check", "--staged", "--only", VALID, "--format", "json"]);
    let found = findings(&run);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("error owners/codeowners-valid .github/CODEOWNERS:1: `dev` is no owner"),
        "{found:?}"
    );
}

#[test]
fn five_hundred_folders_are_one_finding() {
    let repo = Repo::new();
    let mut lines = String::from("/docs/ @writers\n");
    for app in 0..500 {
        repo.write(&format!("apps/a{app}/overlays/prd/values.yaml"), "a: 1\n");
        if app % 2 == 0 {
            writeln!(lines, "/apps/a{app}/ @team-{app}").unwrap();
        }
    }
    repo.write("docs/a.md", "x\n").write(".github/CODEOWNERS", &lines);
    repo.commit("feat: start");
    let found = check(&repo, UNOWNED);
    let of_stage: Vec<_> = found.iter().filter(|f| f.contains("stage prd")).collect();
    assert_eq!(of_stage.len(), 1, "{found:#?}");
    assert!(
        of_stage[0].ends_with("apps/a1/overlays/prd/ (stage prd) and 249 more places of this kind"),
        "{of_stage:?}"
    );
}

#[test]
fn the_configured_owners_are_asked_for() {
    let repo = Repo::new();
    repo.write(
        "flowgate.yaml",
        "owners: {last-stage: ['@acme/sre'], policy: ['@acme/platform']}\n",
    );
    repo.write("overlays/prd/values.yaml", "a: 1\n")
        .write("overlays/dev/values.yaml", "a: 1\n");
    repo.commit("feat: start");
    assert_eq!(check(&repo, UNOWNED), [""; 0]);
    let missing = check(&repo, VALID);
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert!(missing[0].contains("there is no CODEOWNERS"), "{missing:?}");
    repo.write(
        ".gitlab/CODEOWNERS",
        "* @acme/dev\n[Production][2] @acme/sre\n/overlays/prd/\n",
    );
    assert_eq!(check(&repo, VALID), [""; 0]);
    let found = check(&repo, UNOWNED);
    // CODEOWNERS and flowgate.yaml fall under the same line.
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("@acme/platform alone (and 1 more from this one place)"),
        "{found:#?}"
    );
}

#[test]
fn a_change_cannot_make_itself_the_owner() {
    let repo = Repo::new();
    repo.write(".github/CODEOWNERS", "/overlays/prd/ @sre\n")
        .write("overlays/prd/a.yaml", "a: 1\n");
    repo.commit("feat: start");
    repo.write(".github/CODEOWNERS", "* @mallory\n");
    let place = Place::open(repo.path()).unwrap();
    let owners = |content: &Content| {
        let file = OwnersFile::of_content(&place, content, None).unwrap();
        file.owners_of("overlays/prd/a.yaml").owners()
    };
    assert_eq!(owners(&Content::WorkTree), ["@mallory"]);
    assert_eq!(owners(&Content::Revision("HEAD".to_owned())), ["@sre"]);
}

#[test]
fn a_symlink_is_not_followed_and_that_is_told() {
    let repo = Repo::new();
    repo.write("elsewhere", "* dev\n");
    std::os::unix::fs::symlink("elsewhere", repo.path().join("CODEOWNERS")).unwrap();
    repo.commit("feat: start");
    let run = repo.flowgate(&["check", "--only", VALID, "--format", "json"]);
    assert_eq!(findings(&run), [""; 0]);
    assert!(
        run.stdout
            .contains("CODEOWNERS is a symlink or submodule and is not followed"),
        "{}",
        run.stdout
    );
}

#[test]
fn names_and_lines_of_a_hostile_repository_do_no_harm() {
    let repo = Repo::new();
    repo.write("overlays/prd/a\nb.yaml", "a: 1\n");
    let bytes = b"* @dev\xff\xfe\n\x00\x1b[31m @x\n[\n^[\n\\\n/overlays/prd/ \n".to_vec();
    std::fs::create_dir_all(repo.path().join(".github")).unwrap();
    std::fs::write(repo.path().join(".github/CODEOWNERS"), bytes).unwrap();
    repo.commit("feat: start");
    let run = repo.flowgate(&["check", "--only", VALID, "--only", UNOWNED]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
}
