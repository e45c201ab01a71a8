//! The page as text: what it holds, and that nothing in a report can break out of its place. How it behaves is tested in a browser.

use regex::Regex;

use crate::domain::finding::{Excerpt, Finding, Related};
use crate::domain::location::Location;
use crate::domain::report::{Report, StageVersion, Verdict};
use crate::domain::rule::Severity;
use crate::reporting::sample::{self, bare, span};
use crate::reporting::{Format, Options, write};

/// The texts in the order of the page, without tags, style and script.
fn shown(report: &Report) -> String {
    let page = page(report);
    let body = page.split_once("<body>").unwrap().1.split_once("<script>").unwrap().0;
    let text = Regex::new(r"<[^>]*>").unwrap().replace_all(body, " ").into_owned();
    let text = Regex::new(r"\s+").unwrap().replace_all(&text, " ").into_owned();
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[test]
fn the_page_tells_everything_that_the_report_holds() {
    let text = shown(&sample::full());
    for part in [
        "Does not pass Mend 5 errors, and what kept 2 things from being judged.",
        "errors 5 warnings 3 infos 3 not judged 2 waived 1",
        "Looked at work tree: 12 files, 30 documents, 2 commits, 3 branches, 1 tag, with 2 rules.",
        "Reproduce flowgate check",
        "undefined function conains . Did you mean contains ? policy/own-rule.rego:12:2",
        "apps/prd/phippy.yaml:12:21 /spec/source/targetRevision",
        "12 targetRevision: main 13",
        "Fix pin a release: targetRevision: 1.2.0",
        "Why An application of the last stage follows something that moves",
        "1 related place apps/int/phippy.yaml:12:21 app-phippy-int follows it as well",
        "prd path apps/prd/phippy.yaml weight 70",
        "Application prd phippy 1.2.0 apps/prd/phippy.yaml",
        "gitlab.acme.com/team-a/phippy default branch default → reaches prd main branch → reaches prd",
        "Reason until the release train is built Owner team-a Until 2026-12-31",
        "templated by design (helm) 340 every rule",
        "Judged by the configuration and policies of the work tree 1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d , profile gitflow-devops .",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    for finding in sample::everywhere() {
        let words = finding
            .message
            .replace('`', " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(text.contains(&words), "{words}");
    }
}

#[test]
fn an_empty_run_says_what_was_looked_at() {
    let text = shown(&sample::clean());
    assert!(text.contains("Passes Nothing was found, nothing is to be done."), "{text}");
    assert!(text.contains("Nothing was found. Looked at work tree: 12 files"), "{text}");
    assert!(!text.contains("Filters") && !text.contains("Could not be judged"), "{text}");
}

#[test]
fn the_gravest_findings_stand_first() {
    let page = page(&sample::full());
    let severities: Vec<&str> = page
        .split("data-severity=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let mut sorted = severities.clone();
    sorted.sort_by_key(|severity| std::cmp::Reverse(Severity::parse(severity)));
    assert_eq!((severities.len(), severities), (11, sorted));
}

#[test]
fn stages_stand_in_the_order_of_promotion() {
    let mut report = sample::full();
    report.deliveries.truncate(1);
    let version = |stage: &str| StageVersion {
        stage: stage.to_owned(),
        ..report.versions[0].clone()
    };
    report.versions = ["alpha", "prd", "int"].map(version).into();
    let mut int = report.deliveries[0].clone();
    (int.stage.stage, int.stage.rank) = (Some("int".to_owned()), Some(1));
    report.deliveries.push(int);
    let page = page(&report);
    let head = page
        .split_once("<table class=\"matrix\">")
        .unwrap()
        .1
        .split_once("</tr>")
        .unwrap()
        .0;
    let names: Vec<&str> = head
        .split("<th scope=\"col\">")
        .skip(2)
        .map(|rest| rest.trim_end_matches("</th>"))
        .collect();
    assert_eq!(names, ["int", "prd", "alpha"]);
}

#[test]
fn no_text_of_a_repository_breaks_out_of_its_place() {
    let elements = |page: &str| {
        let tag = Regex::new("<[a-z][^>]*>").unwrap();
        let attribute = Regex::new("\"[^\"]*\"").unwrap();
        tag.find_iter(page)
            .map(|tag| attribute.replace_all(tag.as_str(), "").into_owned())
            .collect::<Vec<String>>()
    };
    let harmless = page(&hostile("x"));
    for text in [
        "</script><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' autofocus onfocus='alert(1)",
        "--><!-- <![CDATA[ ]]>",
        "{{script}}{{head}}",
        "</pre></li></ol></section></main><h1>Passes</h1>",
        "</title></svg><a href=javascript:alert(1)>",
        "\u{0}\u{1b}[2J\n\r\u{202e}",
        "<svg/onload=alert(1)>&lt;&#60;",
    ] {
        let page = page(&hostile(text));
        assert_eq!(elements(&page), elements(&harmless), "{text:?}");
        assert!(
            !page.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'),
            "{text:?}"
        );
    }
}

#[test]
fn the_policy_lets_nothing_run_but_what_stands_in_the_page() {
    let page = page(&sample::full());
    let policy = Regex::new("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"").unwrap();
    let policy = &policy.captures(&page).unwrap()[1];
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    for word in ["unsafe", "http:", "https:", "*", "'self'"] {
        assert!(!policy.contains(word), "{policy}");
    }
    for outside in [
        " src=",
        " style=",
        " onclick=",
        "@import",
        "url(",
        "innerHTML",
        "eval(",
        "//cdn",
        "fetch(",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    // The page's own icon, empty so that none is asked for, and links to its parts.
    let links = Regex::new(" href=\"([^\"]*)\"").unwrap();
    let mut links = links.captures_iter(&page).map(|link| link[1].to_owned());
    assert!(links.all(|link| link.starts_with('#') || link == "data:,"));
}

#[test]
fn every_label_names_a_control_and_every_link_a_part() {
    let page = page(&sample::full());
    for (pattern, what) in [
        (" for=\"([^\"]*)\"", "label"),
        (" href=\"#([^\"]*)\"", "link"),
        ("labelledby=\"([^\"]*)\"", "section"),
    ] {
        for name in Regex::new(pattern).unwrap().captures_iter(&page) {
            assert_eq!(
                page.matches(&format!(" id=\"{}\"", &name[1])).count(),
                1,
                "{what} {}",
                &name[1]
            );
        }
    }
}

#[test]
fn the_same_report_gives_the_same_page() {
    assert_eq!(page(&sample::full()), page(&sample::full()));
}

fn page(report: &Report) -> String {
    write(Format::Html, report, &Options::default())
}

/// A report in which every text is this one.
fn hostile(text: &str) -> Report {
    let mut location = Location::of_span(text, span(1, 1, 1, 3));
    location.branch = Some(text.to_owned());
    location.pointer = Some(text.to_owned());
    let mut evidence = sample::evidence("path", text, 70);
    evidence.stage = text.to_owned();
    let finding = Finding {
        title: text.to_owned(),
        fix: Some(text.to_owned()),
        excerpt: Some(Excerpt {
            first_line: 1,
            // One line whose mark covers nothing: marks are elements too.
            text: format!("  {}", text.replace('\n', "")),
        }),
        related: vec![Related {
            message: text.to_owned(),
            location: Location::of_ref(text),
        }],
        evidence: vec![evidence],
        ..bare("files/any", Severity::Error, text, location)
    };
    let mut report = sample::full();
    report.verdict = Verdict::Findings;
    report.waived[0].finding = finding.clone();
    report.waived[0].waiver.reason = text.to_owned();
    report.waived[0].waiver.owner = Some(text.to_owned());
    report.findings = vec![finding];
    report.failures.truncate(1);
    report.failures[0].message = text.replace('\n', "");
    report.skips.truncate(1);
    report.skips[0].reason = text.to_owned();
    report.deliveries.truncate(1);
    let delivery = &mut report.deliveries[0];
    delivery.name = Some(text.to_owned());
    delivery.source.repository = Some(text.to_owned());
    delivery.revision.text = Some(text.to_owned());
    delivery.stage.stage = Some(text.to_owned());
    report.versions[0].application = text.to_owned();
    report.versions[0].stage = text.to_owned();
    report.versions[0].version = text.to_owned();
    report.target.path = Some(text.to_owned());
    report.target.branch = Some(text.to_owned());
    report.target.reproduce = text.to_owned();
    report.trust.source = text.to_owned();
    report.trust.revision = Some(text.to_owned());
    report.trust.digest = text.to_owned();
    report.profile = text.to_owned();
    report
}
