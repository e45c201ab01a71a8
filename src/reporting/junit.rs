//! XML of JUnit, in the form that Jenkins and GitLab read: a suite for each group of rules, a case for each finding.
//!
//! After the schema of Jenkins' xUnit plugin (`junit-10.xsd`). A finding that stops nothing is a skipped case, so that a build is
//! red exactly where the verdict is; what could not be judged is an error.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::escape::one_line;
use super::place;
use super::subject::{failure_sentence, limit, sentence};
use crate::domain::finding::Finding;
use crate::domain::report::{Failure, Report, RuleOutcome, Skip};
use crate::domain::rule::{Level, Severity};

/// The suite of what no rule could judge.
const UNDECIDED: &str = "could not be judged";
/// The suite of what concerns every rule.
const EVERY_RULE: &str = "every rule";

/// One test case.
struct Case {
    class: String,
    name: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    /// The element's name, its type, its message, and the text below it.
    Other(&'static str, &'static str, String, String),
}

/// Indented, with a line break at the end.
pub(super) fn write(report: &Report) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // A list of bytes takes everything. Were it to fail, half a document is no XML and so never looks clean.
    let _ = document(&mut writer, &suites(report));
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

/// Cases by the name of their suite.
fn suites(report: &Report) -> BTreeMap<String, Vec<Case>> {
    let limit = limit(report);
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    let mut add = |suite: &str, case: Case| suites.entry(suite.to_owned()).or_default().push(case);
    for failure in &report.failures {
        add(UNDECIDED, of_failure(failure));
    }
    for finding in &report.findings {
        add(finding.rule.group(), of_finding(finding, limit));
    }
    for waived in &report.waived {
        let reason = format!("waived: {}", one_line(&waived.waiver.reason));
        let finding = &waived.finding;
        add(
            finding.rule.group(),
            skipped(finding.rule.as_str(), case_name(finding), reason),
        );
    }
    for rule in report
        .rules
        .iter()
        .filter(|rule| rule.level != Level::Off && rule.findings == 0)
    {
        add(rule.id.group(), of_rule(rule));
    }
    for skip in &report.skips {
        let suite = skip.rule.as_ref().map_or(EVERY_RULE, |rule| rule.group());
        add(suite, of_skip(skip));
    }
    suites
}

fn of_failure(failure: &Failure) -> Case {
    let kind = failure.kind.as_str();
    let message = failure_sentence(failure);
    let at = failure.location.as_ref().and_then(place::describe);
    Case {
        class: UNDECIDED.to_owned(),
        name: format!("{kind}: {message}"),
        outcome: Outcome::Other("error", kind, message, at.unwrap_or_default()),
    }
}

fn of_finding(finding: &Finding, limit: Option<Severity>) -> Case {
    let severity = finding.severity.as_str();
    if limit.is_none_or(|limit| finding.severity < limit) {
        let message = format!("{severity}, stops nothing: {}", one_line(&finding.message));
        return skipped(finding.rule.as_str(), case_name(finding), message);
    }
    let mut lines = Vec::new();
    lines.extend(place::describe(&finding.location));
    lines.extend(finding.fix.as_ref().map(|fix| format!("To mend it: {}", one_line(fix))));
    lines.push(format!("Why: flowgate rules explain {}", finding.rule));
    Case {
        class: finding.rule.to_string(),
        name: case_name(finding),
        outcome: Outcome::Other("failure", severity, sentence(finding), lines.join("\n")),
    }
}

/// Without the line: a case keeps its name when the file above it grows, and the hosts compare by name.
fn case_name(finding: &Finding) -> String {
    match &finding.location.path {
        Some(path) => format!("{}: {}", one_line(path), sentence(finding)),
        None => sentence(finding),
    }
}

fn of_rule(rule: &RuleOutcome) -> Case {
    let name = one_line(&rule.title).into_owned();
    if rule.evaluated == 0 {
        return skipped(rule.id.as_str(), name, "nothing to look at".to_owned());
    }
    Case {
        class: rule.id.to_string(),
        name,
        outcome: Outcome::Passed,
    }
}

fn of_skip(skip: &Skip) -> Case {
    let class = skip.rule.as_ref().map_or(EVERY_RULE, |rule| rule.as_str());
    let reason = one_line(&skip.reason);
    skipped(
        class,
        format!("not looked at: {reason}"),
        format!("{} x {reason}", skip.count),
    )
}

fn skipped(class: &str, name: String, message: String) -> Case {
    Case {
        class: class.to_owned(),
        name,
        outcome: Outcome::Other("skipped", "skipped", message, String::new()),
    }
}

fn document(writer: &mut Writer<Vec<u8>>, suites: &BTreeMap<String, Vec<Case>>) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let cases = || suites.values().flatten();
    writer
        .create_element("testsuites")
        .with_attribute(("name", "flowgate"))
        .with_attribute(("tests", cases().count().to_string().as_str()))
        .with_attribute(("failures", counted(cases(), "failure").as_str()))
        .with_attribute(("errors", counted(cases(), "error").as_str()))
        .write_inner_content(|writer| suites.iter().try_for_each(|(name, cases)| suite(writer, name, cases)))?;
    Ok(())
}

fn suite(writer: &mut Writer<Vec<u8>>, name: &str, cases: &[Case]) -> io::Result<()> {
    writer
        .create_element("testsuite")
        .with_attribute(("name", name))
        .with_attribute(("tests", cases.len().to_string().as_str()))
        .with_attribute(("failures", counted(cases.iter(), "failure").as_str()))
        .with_attribute(("errors", counted(cases.iter(), "error").as_str()))
        .with_attribute(("skipped", counted(cases.iter(), "skipped").as_str()))
        .write_inner_content(|writer| cases.iter().try_for_each(|of| case(writer, of)))?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", &*allowed(&case.class)))
        .with_attribute(("name", &*allowed(&case.name)));
    let Outcome::Other(word, kind, message, text) = &case.outcome else {
        element.write_empty()?;
        return Ok(());
    };
    element.write_inner_content(|writer| {
        let outcome = writer
            .create_element(*word)
            .with_attribute(("type", *kind))
            .with_attribute(("message", &*allowed(message)));
        match text.as_str() {
            "" => outcome.write_empty()?,
            text => outcome.write_text_content(BytesText::new(&allowed(text)))?,
        };
        Ok(())
    })?;
    Ok(())
}

fn counted<'a>(cases: impl Iterator<Item = &'a Case>, element: &str) -> String {
    let is_such = |case: &&Case| matches!(&case.outcome, Outcome::Other(word, ..) if *word == element);
    cases.filter(is_such).count().to_string()
}

/// XML 1.0 has no way to write most control characters and the two that are no characters, not even escaped: they are written out.
fn allowed(text: &str) -> Cow<'_, str> {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_allowed) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| {
        if is_allowed(c) {
            c.to_string()
        } else {
            format!("\\u{{{:x}}}", u32::from(c))
        }
    };
    Cow::Owned(text.chars().map(written).collect())
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;

    use super::*;
    use crate::domain::report::Verdict;
    use crate::reporting::hostile_sample as hostile;
    use crate::reporting::sample;

    /// How often each element opens; the text must be well-formed.
    fn elements(text: &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(element) | Event::Empty(element) => {
                    element.attributes().for_each(|attribute| _ = attribute.unwrap());
                    let name = element.name().as_ref().to_owned();
                    *counts.entry(name).or_default() += 1;
                }
                Event::Comment(_) | Event::CData(_) | Event::PI(_) | Event::DocType(_) => panic!("forged: {text}"),
                Event::Eof => return counts,
                _ => {}
            }
        }
    }

    #[test]
    fn findings_rules_and_skips_are_cases() {
        let mut report = sample::full();
        report.findings.truncate(3);
        insta::assert_snapshot!(write(&report), @r##"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="flowgate" tests="11" failures="2" errors="2">
          <testsuite name="argocd" tests="3" failures="1" errors="0" skipped="2">
            <testcase classname="argocd/floating-revision" name="apps/prd/phippy.yaml: app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here">
              <failure type="error" message="app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here">apps/prd/phippy.yaml:12:21
        To mend it: pin a release: targetRevision: 1.2.0
        Why: flowgate rules explain argocd/floating-revision</failure>
            </testcase>
            <testcase classname="argocd/floating-revision" name="apps/prd/phippy.yaml: app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here">
              <skipped type="skipped" message="waived: until the release train is built"/>
            </testcase>
            <testcase classname="argocd/floating-revision" name="not looked at: no flowgate.refs.lock">
              <skipped type="skipped" message="4 x no flowgate.refs.lock"/>
            </testcase>
          </testsuite>
          <testsuite name="commits" tests="2" failures="1" errors="0" skipped="1">
            <testcase classname="commits/conventional" name="commit 1a2b3c4d5e: no type before the colon">
              <failure type="error" message="commit 1a2b3c4d5e: no type before the colon">commit 1a2b3c4d5e
        To mend it: git commit --amend -m &quot;feat: update feature 1&quot;
        Why: flowgate rules explain commits/conventional</failure>
            </testcase>
            <testcase classname="commits/body" name="commit 1a2b3c4d5e: the body is empty">
              <skipped type="skipped" message="info, stops nothing: the body is empty"/>
            </testcase>
          </testsuite>
          <testsuite name="could not be judged" tests="2" failures="0" errors="2" skipped="0">
            <testcase classname="could not be judged" name="policy: mapping/own-rule: undefined function `conains`. Did you mean `contains`?">
              <error type="policy" message="mapping/own-rule: undefined function `conains`. Did you mean `contains`?">policy/own-rule.rego:12:2</error>
            </testcase>
            <testcase classname="could not be judged" name="facts: no merge base of dev and main: the clone is shallow. Run git fetch --unshallow.">
              <error type="facts" message="no merge base of dev and main: the clone is shallow. Run git fetch --unshallow."/>
            </testcase>
          </testsuite>
          <testsuite name="every rule" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="every rule" name="not looked at: templated by design (helm)">
              <skipped type="skipped" message="340 x templated by design (helm)"/>
            </testcase>
          </testsuite>
          <testsuite name="files" tests="1" failures="0" errors="0" skipped="0">
            <testcase classname="files/does-not-parse" name="Title of the rule"/>
          </testsuite>
          <testsuite name="flux" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="flux/floating-revision" name="not looked at: no flowgate.refs.lock">
              <skipped type="skipped" message="4 x no flowgate.refs.lock"/>
            </testcase>
          </testsuite>
          <testsuite name="mapping" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="mapping/other" name="not looked at: no flowgate.refs.lock">
              <skipped type="skipped" message="1 x no flowgate.refs.lock"/>
            </testcase>
          </testsuite>
        </testsuites>
        "##);
    }

    #[test]
    fn a_clean_report_passes() {
        insta::assert_snapshot!(write(&sample::clean()), @r##"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="flowgate" tests="2" failures="0" errors="0">
          <testsuite name="argocd" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="argocd/floating-revision" name="Title of the rule">
              <skipped type="skipped" message="nothing to look at"/>
            </testcase>
          </testsuite>
          <testsuite name="commits" tests="1" failures="0" errors="0" skipped="0">
            <testcase classname="commits/conventional" name="Title of the rule"/>
          </testsuite>
        </testsuites>
        "##);
        let mut empty = sample::clean();
        empty.rules.clear();
        assert_eq!(elements(&write(&empty)), BTreeMap::from([("testsuites".to_owned(), 1)]));
    }

    #[test]
    fn texts_add_no_element_and_no_character_that_xml_forbids() {
        let report = hostile::report();
        let text = write(&report);
        let counts = elements(&text);
        let skipped = report.skips.len() + report.waived.len();
        assert_eq!(counts["failure"], report.findings.len());
        assert_eq!(counts["error"], report.failures.len());
        assert_eq!(counts["skipped"], skipped);
        assert_eq!(counts["testcase"], counts["failure"] + counts["error"] + skipped);
        assert!(!text.contains(|c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}')));
        assert!(text.contains("größe-名前 👩‍💻"));
    }

    #[test]
    fn only_what_stops_fails() {
        let mut report = hostile::many(5000);
        let errors = report.findings.iter().filter(|f| f.severity == Severity::Error).count();
        assert_eq!(elements(&write(&report))["failure"], errors);
        report.verdict = Verdict::Clean;
        assert_eq!(elements(&write(&report)).get("failure"), None, "--fail-on never");
        assert_eq!(elements(&write(&hostile::many(1)))["failure"], 1);
    }
}
