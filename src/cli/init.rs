//! `flowgate init`: looks at the repository and proposes a commented `flowgate.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::config::discovery::CANDIDATES;
use crate::domain::refs::Tag;
use crate::evaluation::document_judge::DocumentVerdict;
use crate::facts::{Facts, Needs};

use super::args::InitArguments;
use super::judge::day;
use super::run::{UNDECIDED, complain, print};
use super::survey::{Survey, survey};

/// Writes the proposal, or prints it.
pub fn run(directory: Option<PathBuf>, arguments: &InitArguments) -> u8 {
    let (root, proposal) = match propose(directory) {
        Ok(proposal) => proposal,
        Err(messages) => {
            for message in messages {
                complain(&format!("flowgate: {message}"));
            }
            return UNDECIDED;
        }
    };
    if arguments.print {
        return print(&proposal);
    }
    if let Some(existing) = CANDIDATES.iter().map(|c| root.join(c)).find(|c| c.symlink_metadata().is_ok()) {
        complain(&format!(
            "flowgate: {} is there already and stays as it is; `flowgate init --print` shows the proposal",
            existing.display()
        ));
        return UNDECIDED;
    }
    let path = root.join("flowgate.yaml");
    // `create_new` loses to whoever wrote the file meanwhile instead of overwriting it.
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, proposal.as_bytes()));
    match written {
        Ok(()) => print(&format!("{} written; read it, then run `flowgate check`\n", path.display())),
        Err(error) => {
            complain(&format!("flowgate: {}: {error}", path.display()));
            UNDECIDED
        }
    }
}

fn propose(directory: Option<PathBuf>) -> Result<(PathBuf, String), Vec<String>> {
    let needs = Needs {
        documents: false,
        ..Needs::ALL
    };
    let Survey { root, profile, facts } = survey(directory.as_deref(), needs)?;
    let today = day(None).map(|d| d.to_string()).unwrap_or_default();
    Ok((root, text(&facts, &profile, &today)))
}

fn text(facts: &Facts<DocumentVerdict>, profile: &str, today: &str) -> String {
    let mut text = String::from(
        "# How this repository works, for flowgate. Every key is optional: what is left out comes from the profile.\n\
         # `flowgate rules list` shows the rules and their levels, `flowgate rules explain RULE` one of them.\n\n",
    );
    text.push_str("# The model: stages, branch types, merge matrix, tags, names. `observe` is the same with every error lowered to a warning.\n");
    text.push_str(&format!("profile: {profile}\n\n"));
    text.push_str(&adoption(facts, today));
    text.push_str(&stages(facts));
    text.push_str(&branches(facts));
    text.push_str(&tags(&facts.history.tags));
    text.push_str(&components(facts));
    text.push_str(&commits(facts));
    text.push_str(&format!(
        "# Findings that may stay, each with a reason and an end.\n# waivers:\n#   - rule: versions/tag-not-semver\n#     path: v0.1\n#     reason: released before the model\n#     until: {today}\n"
    ));
    text
}

fn adoption(facts: &Facts<DocumentVerdict>, today: &str) -> String {
    let history = &facts.history;
    let past = history.commits.len() + history.tags.len();
    if past == 0 {
        return String::new();
    }
    format!(
        "# What is older than this day is counted, not judged: {} commits and {} tags so far.\nadopted: {today}\n\n",
        history.commits.len(),
        history.tags.len()
    )
}

fn stages(facts: &Facts<DocumentVerdict>) -> String {
    let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for delivery in &facts.rows.deliveries {
        for evidence in &delivery.stage.evidence {
            words.entry(evidence.stage.clone()).or_default().insert(evidence.text.clone());
        }
    }
    if words.is_empty() {
        return "# No delivery names a stage here. The profile's stages:\n# stages:\n#   - name: dev\n#   - name: int\n#   - name: prd\n\n".to_owned();
    }
    let mut text = String::from(
        "# Stages found in deliveries, and the words that name them; the order is the order of promotion.\n# stages:\n",
    );
    for (stage, found) in words {
        let found: Vec<String> = found.into_iter().take(5).collect();
        text.push_str(&format!("#   - name: {stage}   # {}\n", one_line(&found.join(", "))));
    }
    text.push('\n');
    text
}

fn branches(facts: &Facts<DocumentVerdict>) -> String {
    let Some(repository) = &facts.history.repository else {
        return String::new();
    };
    let short = |name: &Option<String>| {
        name.as_deref()
            .map_or_else(|| "none".to_owned(), |n| one_line(n).replace("refs/heads/", ""))
    };
    format!(
        "# Branches found: main is {}, develop is {}; {} local branches.\n# branches:\n#   main: {{patterns: [main]}}\n#   develop: {{patterns: [dev]}}\n\n",
        short(&repository.main),
        short(&repository.develop),
        facts.history.branches.len()
    )
}

fn tags(tags: &[Tag]) -> String {
    if tags.is_empty() {
        return String::new();
    }
    let versions = tags.iter().filter(|t| t.version.is_some()).count();
    let lightweight = tags.iter().filter(|t| t.version.is_some() && !t.is_annotated).count();
    let mut text = format!(
        "# {} tags, {versions} of them versions, {lightweight} of those without a tag object.\n",
        tags.len()
    );
    text.push_str("# tags:\n");
    text.push_str(&format!("#   annotated: {}\n", lightweight * 2 < versions.max(1)));
    text.push_str("#   ignore: ['nightly-.*']\n\n");
    text
}

/// Components that tags name, and charts, which have versions of their own.
fn components(facts: &Facts<DocumentVerdict>) -> String {
    let tagged = facts
        .history
        .tags
        .iter()
        .filter_map(|t| t.version.as_ref()?.component.clone());
    let mut found: BTreeMap<String, Option<&str>> = tagged.map(|name| (name, None)).collect();
    for file in &facts.files {
        if let Some(folder) = file.path.strip_suffix("/Chart.yaml") {
            let name = folder.rsplit('/').next().unwrap_or(folder);
            found.insert(name.to_owned(), Some(folder));
        }
    }
    if found.len() < 2 {
        return String::new();
    }
    let mut text = String::from("# Components with versions of their own, found from tags and charts.\n# components:\n");
    for (name, path) in found.into_iter().take(20) {
        let path = path.map_or_else(String::new, |path| {
            format!(", path: '{}'", one_line(path).replace('\'', "''"))
        });
        text.push_str(&format!("#   - {{name: '{}'{path}}}\n", one_line(&name).replace('\'', "''")));
    }
    text.push('\n');
    text
}

fn commits(facts: &Facts<DocumentVerdict>) -> String {
    let newest: Vec<_> = facts
        .history
        .commits
        .iter()
        .filter(|c| c.parents.len() < 2)
        .take(200)
        .collect();
    if newest.is_empty() {
        return String::new();
    }
    let good = newest.iter().filter(|c| c.message.conventional.is_ok()).count();
    let share = good * 100 / newest.len();
    let mut text = format!("# {share} % of the newest {} commits are conventional.\n", newest.len());
    if share < 50 {
        text.push_str("rules:\n  # Most messages here are free text; a warning tells people before an error stops them.\n  commits/conventional: warning\n\n");
    } else {
        text.push_str("# commits:\n#   scopes: []\n\n");
    }
    text
}

/// Text from the repository must not break out of a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
