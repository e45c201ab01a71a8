//! The page about changing the model does not lie: its models and commands, run over a repository that goes on promoting.

use crate::support::Repo;

const PAGE: &str = include_str!("../../docs/changing-the-model.md");

/// The fenced blocks below a heading, as (language, text).
fn blocks(heading: &str) -> Vec<(&'static str, &'static str)> {
    let (_, section) = PAGE.split_once(&format!("## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let fenced = section.split("```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap()).collect()
}

/// Words of a command; quotes hold some together.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let of_part = |(n, part): (usize, &str)| -> Vec<String> {
        if n % 2 == 1 {
            vec![part.to_owned()]
        } else {
            part.split_whitespace().map(str::to_owned).collect()
        }
    };
    parts.flat_map(of_part).collect()
}

/// Runs the lines of a block; each must succeed, and no replay may stop anything.
#[track_caller]
fn type_in(repo: &Repo, text: &str, judged: usize) {
    for line in text.lines() {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["flowgate", args @ ..] => {
                let run = repo.flowgate(args);
                assert_eq!(run.code, Some(0), "{line}: {run:?}");
                if args.first() == Some(&"replay") {
                    let first = run.stdout.lines().next().unwrap();
                    assert!(first.starts_with(&format!("{judged} change")), "{first}");
                    assert!(first.ends_with(": 0 would have been stopped."), "{}", run.stdout);
                    assert!(
                        !run.stdout.contains("rule "),
                        "nothing is said about the past: {}",
                        run.stdout
                    );
                }
            }
            ["git", args @ ..] => {
                repo.git(args);
            }
            ["mv", from, to] => std::fs::rename(repo.path().join(from), repo.path().join(to)).unwrap(),
            _ => panic!("{line}: the test runs no such command"),
        }
    }
}

/// The models of a section in their order: today's, and of each step the model with its commands.
fn steps(heading: &str) -> (&'static str, Vec<(&'static str, &'static str)>) {
    let blocks = blocks(heading);
    let [("yaml", today), rest @ ..] = blocks.as_slice() else {
        panic!("{heading}: no model of today");
    };
    let step = |pair: &[(&'static str, &'static str)]| match pair {
        [("yaml", model), ("sh", commands)] => (*model, *commands),
        _ => panic!("{heading}: a step is a model and its commands"),
    };
    (today, rest.chunks(2).map(step).collect())
}

/// One version for one stage, by a merge request into a branch: the gate lets it in, and it is merged.
#[track_caller]
fn promote(repo: &Repo, stage: &str, version: &str, target: &str) {
    let source = format!("feat/shop-{stage}-{}", version.replace('.', "-"));
    repo.switch(target).branch(&source);
    repo.write(
        &format!("envs/{stage}/shop.yaml"),
        format!("image:\n  repository: registry.acme.example/shop\n  tag: \"{version}\"\n"),
    );
    repo.commit(&format!("feat(shop): {version} for {stage}"));
    let run = repo.flowgate(&["merge-request", "--source", &source, "--target", target, "--head", &source]);
    assert_eq!(run.code, Some(0), "{source} into {target}: {run:?}");
    repo.switch(target);
    let message = format!("Merge branch '{source}' into {target}");
    repo.git(&["merge", "--quiet", "--no-ff", "--message", &message, &source]);
    repo.git(&["branch", "--quiet", "--delete", &source]);
    repo.switch("main");
}

/// `main` with this model, and a branch `dev` to which versions were promoted.
fn begin(model: &str) -> Repo {
    let repo = Repo::new();
    repo.write("flowgate.yaml", model);
    repo.commit("feat: begin");
    repo.git(&["branch", "dev"]);
    for stage in ["int", "prd"] {
        promote(&repo, stage, "1.0.0", "dev");
    }
    repo
}

#[test]
fn a_stage_before_the_last_one_comes_in_while_versions_are_promoted() {
    let (today, steps) = steps("A stage `pre` before `prd`");
    let [(first, admit), (second, demand)] = steps.as_slice() else {
        panic!("two steps");
    };
    let repo = begin(today);
    repo.write("proposed.yaml", first);
    type_in(&repo, admit, 2);
    // One version on its way when the model changes, and one that goes through the new stage.
    promote(&repo, "int", "1.1.0", "dev");
    promote(&repo, "prd", "1.1.0", "dev");
    for stage in ["int", "pre", "prd"] {
        promote(&repo, stage, "1.2.0", "dev");
    }
    repo.write("proposed.yaml", second);
    type_in(&repo, demand, 8);
    for stage in ["int", "pre", "prd"] {
        promote(&repo, stage, "1.3.0", "dev");
    }
    // Each step was a model of its own: flowgate knows the stage from the first on.
    let facts = repo.flowgate(&["facts", "--rev", "dev"]).stdout;
    assert!(facts.contains("\"pre\""), "{facts}");
}

#[test]
fn a_branch_gets_another_name_while_versions_are_promoted() {
    let (today, steps) = steps("The branch `dev` becomes `develop`");
    let [(first, rename), (second, drop)] = steps.as_slice() else {
        panic!("two steps");
    };
    let repo = begin(today);
    repo.write("proposed.yaml", first);
    let (before, after) = rename.split_once("git branch").unwrap();
    type_in(&repo, before, 2);
    // The model knows both, and the branch has its old name still.
    promote(&repo, "int", "1.1.0", "dev");
    type_in(&repo, &format!("git branch{after}"), 3);
    promote(&repo, "prd", "1.1.0", "develop");
    repo.write("proposed.yaml", "");
    assert_eq!(
        repo.flowgate(&["replay", "--last", "200"]).stdout.lines().next().unwrap(),
        "5 changes judged into develop, main: 0 would have been stopped."
    );
    repo.write("proposed.yaml", second);
    // Merges into `dev` are no changes of `develop` any more.
    type_in(&repo, drop, 1);
    promote(&repo, "int", "1.2.0", "develop");
    // What the step forbids: a branch of the old name that somebody makes anew.
    repo.git(&["branch", "dev", "develop"]);
    let check = repo.flowgate(&["check", "--only", "branches/name-pattern"]);
    assert!(check.stdout.contains("\"dev\""), "{}", check.stdout);
}
