//! `flowgate init`: a proposal that loads, and overwrites nothing.

use std::fs;

use crate::support::{self, Repo};

/// The proposal with every commented key put in force; remarks, which begin with a capital or a backtick, stay.
fn uncommented(proposal: &str) -> String {
    let line = |line: &str| {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        let is_key = bare.trim_start().starts_with("- ")
            || bare.split_once(':').is_some_and(|(key, _)| {
                !key.trim().is_empty() && key.trim().bytes().all(|b| b.is_ascii_lowercase() || b == b'/')
            });
        if is_key { format!("{bare}\n") } else { format!("{line}\n") }
    };
    proposal.lines().map(line).collect()
}

#[test]
fn the_proposal_loads_as_it_is_and_with_everything_in_force() {
    let folder = tempfile::tempdir().unwrap();
    support::run(support::flowgate(folder.path()).args(["demo", "--keep", "acme"]));
    let acme = folder.path().join("acme");
    fs::remove_file(acme.join("flowgate.yaml")).unwrap();
    let repo = Repo::new();
    repo.commit("whatever");
    repo.tag("0.1");
    let empty = Repo::new();
    for place in [acme.as_path(), repo.path(), empty.path()] {
        let run = support::run(support::flowgate(place).arg("init"));
        assert_eq!(run.code, Some(0), "{run:?}");
        let file = place.join("flowgate.yaml");
        let proposal = fs::read_to_string(&file).unwrap();
        for text in [proposal.clone(), uncommented(&proposal)] {
            fs::write(&file, &text).unwrap();
            let run = support::run(support::flowgate(place).args(["check", "--format=json", "--only=files"]));
            assert_eq!(run.json()["failures"], serde_json::json!([]), "{text}");
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    for name in ["flowgate.yaml", ".flowgate.yaml", ".config/flowgate.yaml"] {
        let repo = Repo::new();
        repo.write(name, "# mine\n");
        let run = repo.flowgate(&["init"]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains("is there already and stays as it is"), "{run:?}");
        assert_eq!(fs::read_to_string(repo.path().join(name)).unwrap(), "# mine\n");
        assert_eq!(repo.flowgate(&["init", "--print"]).code, Some(0));
    }
}

#[test]
fn the_proposal_tells_what_was_found() {
    let repo = Repo::new();
    repo.commit("free text");
    repo.tag("phippy-1.0.0").tag("goldie-2.0.0");
    let proposal = repo.flowgate(&["init", "--print"]).stdout;
    assert!(proposal.contains("1 commits and 2 tags so far.\nadopted: "), "{proposal}");
    assert!(proposal.contains("commits/conventional: warning"), "{proposal}");
    assert!(!repo.path().join("flowgate.yaml").exists());
}
