//! Real commit messages with the verdicts of two other tools: where both agree, flowgate agrees with them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::git::message::parse;

#[test]
fn where_cocogitto_and_committed_agree_flowgate_agrees_with_both() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = fs::read_to_string(root.join("../shared/corpora/commit-verdicts.jsonl")) else {
        // Printed by the harness with `--nocapture`; the folder is not part of the repository.
        skipped();
        return;
    };
    let mut exceptions = exceptions(root);
    let (mut agreed, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let word = |key: &str| row[key].as_str().unwrap_or_default();
        if word("cog") != word("committed") {
            continue;
        }
        agreed += 1;
        let message = parse(word("message"), 1);
        let ours = if message.conventional.is_ok() { "valid" } else { "invalid" };
        if ours != word("cog") && exceptions.remove(&message.subject).is_none() {
            wrong.push(format!("{ours}, but both say {}: {:?}", word("cog"), message.raw));
        }
    }
    assert!(agreed > 0, "the file holds no verdicts");
    assert!(wrong.is_empty(), "{} of {agreed}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(exceptions.is_empty(), "no longer needed: {exceptions:?}");
}

/// Subject to reason.
fn exceptions(root: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(root.join("tests/commit-verdict-exceptions.tsv")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            line.split_once('\t')
                .map(|(subject, reason)| (subject.to_owned(), reason.to_owned()))
                .unwrap()
        })
        .collect()
}

#[expect(clippy::print_stderr, reason = "a test that looks at nothing must say so")]
fn skipped() {
    eprintln!("skipped: ../shared");
}
