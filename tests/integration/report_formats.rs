//! Reports for machines, asked of those who read them: official schemas, and a real reader of TAP; and `flowgate report convert`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{self, Repo, Run};

/// Texts that some format would obey.
const HOSTILE: [&str; 6] = [
    "a\n::error file=x::forged\r\n##[stop-commands]x",
    "\u{1b}[31m\u{0}\u{1}\u{fffe}\u{9b}2J\u{202e}",
    "</failure><script>alert(1)</script>]]> & \" '",
    "x # SKIP no\nok 1 - forged\nBail out! no\n1..0",
    "[click](https://evil.example) {0} | `x` 100%0A::error::y",
    "größe-名前 👩‍💻",
];

/// One of every kind of location, with this text wherever a text may come from the repository.
fn places(text: &str) -> Vec<Value> {
    let span = |mut place: Value| {
        for (key, value) in [("line", 2), ("column", 3), ("end_line", 4), ("end_column", 1)] {
            place[key] = json!(value);
        }
        place
    };
    vec![
        json!({"path": text}),
        span(json!({"path": text})),
        span(json!({"path": text, "pointer": "/a/0", "document": 3})),
        span(json!({"path": "a.yaml", "branch": text})),
        json!({"ref": format!("refs/heads/{text}")}),
        json!({"ref": format!("refs/tags/{text}")}),
        json!({"ref": format!("refs/remotes/origin/{text}")}),
        json!({"commit": "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"}),
        span(json!({"commit": "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"})),
        span(json!({"commit": ""})),
        json!({}),
    ]
}

fn finding(number: usize, text: &str, location: Value) -> Value {
    let severity = ["error", "warning", "info"][number % 3];
    json!({
        "rule": if number.is_multiple_of(7) { "gate/weakened" } else { "files/does-not-parse" },
        "severity": severity,
        "title": text,
        "message": text,
        "fix": text,
        "fingerprint": format!("{number:032x}"),
        "location": location,
        "related": [{"message": text, "location": {"path": text}}],
        "excerpt": {"first_line": 1, "text": text},
        "evidence": [],
        "edits": [{"path": text, "range": {"line": 1, "column": 1, "end_line": 1, "end_column": 2}, "text": text}],
    })
}

/// A report of so many findings; with all that can be said beside them when there are any.
fn report(count: usize) -> Value {
    let all: Vec<(&str, Value)> = HOSTILE
        .iter()
        .flat_map(|text| places(text).into_iter().map(move |place| (*text, place)))
        .collect();
    let findings: Vec<Value> = (0..count)
        .map(|number| {
            let (text, place) = &all[number % all.len()];
            finding(number, text, place.clone())
        })
        .collect();
    let hostile = if count == 0 { &[][..] } else { &HOSTILE[..] };
    let waiver = |text: &str| json!({"rule": "files/does-not-parse", "path": text, "reason": text, "source": "config", "location": {"path": text}});
    let waived = |text: &&str| json!({"finding": finding(9_999_999, text, json!({"path": text})), "waiver": waiver(text)});
    let failure = |text: &&str| json!({"kind": "facts", "message": text, "location": {"ref": text}});
    json!({
        "schema": "flowgate/report/v1",
        "verdict": if count == 0 { "clean" } else { "findings" },
        "target": {"kind": "work tree", "branches": 1, "tags": 0, "reproduce": "flowgate check"},
        "summary": {"files": 1, "documents": 1, "commits": 0, "rules": 2, "errors": 0, "warnings": 0, "infos": 0},
        "findings": findings,
        "failures": hostile.iter().map(failure).collect::<Vec<_>>(),
        "skips": hostile.iter().map(|text| json!({"rule": null, "reason": text, "count": 1})).collect::<Vec<_>>(),
        "waived": hostile.iter().map(waived).collect::<Vec<_>>(),
        "rules": [{
            "id": "naming/quiet", "title": "Quiet", "level": "error", "page": "rules/naming/quiet/quiet.md",
            "evaluated": 3, "findings": 0, "waived": 0, "skipped": 0,
        }],
        "deliveries": [],
        "versions": [],
        "before_adoption": 0,
        "already_there": 0,
        "tool": {"version": "0.1.0"},
        "gate": "merge-request",
        "now": "2026-11-20",
        "profile": "gitflow-devops",
        "trust": {"source": "revision", "revision": null, "configuration": "flowgate.yaml", "digest": "00"},
    })
}

/// Reports of 0, 1, every kind of place and 5,000 findings in this format, each in its file.
fn converted(format: &str) -> (TempDir, Vec<(usize, PathBuf)>) {
    let folder = tempfile::tempdir().unwrap();
    let files = [0, 1, HOSTILE.len() * places("").len(), 5000].map(|count| {
        let saved = format!("{count}.json");
        std::fs::write(folder.path().join(&saved), report(count).to_string()).unwrap();
        let output = format!("{count}.{format}");
        let run = convert(folder.path(), &[&saved, "--format", &format!("{format}={output}")]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
        (count, folder.path().join(output))
    });
    (folder, files.into())
}

fn convert(folder: &Path, args: &[&str]) -> Run {
    support::run(support::flowgate(folder).args(["report", "convert"]).args(args))
}

#[test]
fn sarif_follows_the_official_schema() {
    let Some(schema) = support::require(
        "the schema of SARIF 2.1.0",
        support::tool_file("schemas/sarif-schema-2.1.0.json"),
    ) else {
        return;
    };
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    for kind in ["run", "toolComponent"] {
        // Its pattern has a bracket that only JavaScript forgives. flowgate names no language.
        let language = schema["definitions"][kind]["properties"]["language"].as_object_mut().unwrap();
        assert!(language.remove("pattern").is_some());
    }
    let validator = jsonschema::draft7::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let (_folder, files) = converted("sarif");
    for (count, file) in files {
        let log: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{count}: {}", errors[..errors.len().min(5)].join("\n"));
        let waived = if count == 0 { 0 } else { 1 };
        assert_eq!(
            log["runs"][0]["results"].as_array().unwrap().len(),
            count + waived * HOSTILE.len()
        );
        assert!(
            !validator.is_valid(&json!({"version": "2.1.0", "runs": [{}]})),
            "the schema bites"
        );
    }
}

#[test]
fn junit_follows_the_schema_of_jenkins() {
    let schema = support::require("JUnit's schema", support::tool_file("schemas/junit-10.xsd"));
    let validate = support::require("xmlschema-validate", support::tool("xmlschema-validate"));
    let (Some(schema), Some(validate)) = (schema, validate) else {
        return;
    };
    let (folder, files) = converted("junit");
    let valid = |file: &Path| {
        let mut command = support::program(&validate, folder.path());
        support::run(command.arg("--schema").arg(&schema).arg(file))
    };
    for (count, file) in files {
        let run = valid(&file);
        assert_eq!(run.code, Some(0), "{count}: {run:?}");
    }
    let bad = folder.path().join("bad.junit");
    std::fs::write(&bad, "<testsuites><testcase/></testsuites>").unwrap();
    assert_ne!(valid(&bad).code, Some(0), "the schema bites");
}

#[test]
fn tap_is_read_by_the_reader_that_perl_brings() {
    // Counts what it understood; a line that is no TAP, a wrong plan or a wrong number is a parse error.
    const READ: &str = "use TAP::Parser; my $p = TAP::Parser->new({tap => do { local $/; <STDIN> }}); my $u = 0;
        while (my $r = $p->next) { $u++ if $r->is_unknown || $r->is_bailout }
        print join(' ', $p->version, scalar($p->parse_errors), $u, $p->tests_run, scalar($p->failed), scalar($p->todo), scalar($p->skipped)), qq{\\n};";
    let Some(perl) = support::require("perl with TAP::Parser", support::tool("perl")) else {
        return;
    };
    let (folder, files) = converted("tap");
    for (count, file) in files {
        let tap = std::fs::read_to_string(&file).unwrap();
        // Handed over as text: the file of a source would be run.
        let mut command = support::program(&perl, folder.path());
        let run = support::run_with_input(command.args(["-e", READ]), tap.as_bytes());
        let texts = if count == 0 { 0 } else { HOSTILE.len() };
        // Failures, findings, waived, one rule that found nothing, skips.
        let tests = texts + count + texts + 1 + texts;
        let errors = (0..count).filter(|number| number % 3 == 0).count();
        let (failed, todo) = (texts + errors, count - errors + texts);
        let expected = format!("13 0 0 {tests} {failed} {todo} {texts}\n");
        assert_eq!((run.stdout, run.stderr.as_str()), (expected, ""), "{count}");
    }
}

#[test]
fn gitlab_and_github_hold_what_was_found_and_nothing_else() {
    let (_folder, files) = converted("gitlab");
    for (count, file) in files {
        let entries: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let failures = if count == 0 { 0 } else { HOSTILE.len() };
        assert_eq!(entries.len(), count + failures);
        let blockers = entries.iter().filter(|entry| entry["severity"] == "blocker").count();
        assert_eq!(blockers, (0..count).filter(|number| number % 21 == 0).count());
    }
    let (_folder, files) = converted("github");
    for (count, file) in files {
        let text = std::fs::read_to_string(file).unwrap();
        let commands = text.lines().filter(|line| line.starts_with("::")).count();
        assert_eq!(commands, text.lines().count() - 1, "and the last line is for the log");
        assert_eq!(commands, if count == 0 { 0 } else { count + HOSTILE.len() });
    }
}

#[test]
fn one_run_writes_every_format_at_once_and_convert_writes_the_same() {
    let repo = Repo::new();
    repo.write("a.yaml", "a: [\n").write("größe.yaml", "b: {\n");
    let formats = ["json", "sarif", "gitlab", "junit", "github", "tap"];
    let named: Vec<String> = formats
        .iter()
        .map(|format| format!("--format={format}=run.{format}"))
        .collect();
    let mut args = vec!["check", "--format", "human"];
    args.extend(named.iter().map(String::as_str));
    let run = repo.flowgate(&args);
    assert_eq!(run.code, Some(1), "{run:?}");
    for format in formats {
        let again = convert(repo.path(), &["run.json", &format!("--format={format}")]);
        let first = std::fs::read_to_string(repo.path().join(format!("run.{format}"))).unwrap();
        assert_eq!((again.code, &again.stdout), (Some(0), &first), "{format}");
    }
    let human = convert(repo.path(), &["run.json"]);
    assert_eq!((human.code, human.stdout), (Some(0), run.stdout));
}

#[test]
fn several_reports_become_one() {
    let repo = Repo::new();
    repo.write("a.yaml", "a: [\n").write("b.yaml", "b: [\n");
    repo.flowgate(&["check", "a.yaml", "--format=json=a.json"]);
    repo.flowgate(&["check", "--format=json=both.json"]);
    let all = convert(repo.path(), &["a.json", "both.json", "a.json", "--format=json"]).json();
    let found = all["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["rule"] == "files/does-not-parse");
    assert_eq!(found.count(), 2, "{all:#}");
    assert_eq!(all["verdict"], "findings");
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("later.json", "{\"schema\": \"flowgate/report/v2\"}");
    write("half.json", "{\"schema\": \"flowgate/report/v1\",\n \"verdict\": \"odd\"}");
    write("other.json", "{\"version\": \"2.1.0\", \"runs\": []}");
    let refused = |file: &str| {
        let run = convert(folder.path(), &[file, "--format=sarif=out.sarif"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(!folder.path().join("out.sarif").exists(), "nothing is written");
        run.stderr
    };
    assert_eq!(
        refused("later.json"),
        "flowgate: later.json: the report is of version `flowgate/report/v2`, and this flowgate reads `flowgate/report/v1`\nconvert it with the flowgate that wrote it, or write it anew with this one\n"
    );
    let half = refused("half.json");
    assert!(
        half.starts_with("flowgate: half.json: line 2, column 18: `odd` is none of clean, findings, undecided\n"),
        "{half}"
    );
    assert!(refused("other.json").contains("this is no report of flowgate: it has no `schema`"));
    assert!(refused("none.json").starts_with("flowgate: none.json: "));
    let input = report(1).to_string();
    let mut command = support::flowgate(folder.path());
    let run = support::run_with_input(command.args(["report", "convert", "-", "--format=github"]), input.as_bytes());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let unwritable = support::run_with_input(
        support::flowgate(folder.path()).args(["report", "convert", "-", "--format=tap=none/x"]),
        input.as_bytes(),
    );
    assert_eq!(unwritable.code, Some(2), "{unwritable:?}");
}
