//! The HTML report in a real Chromium: with nothing and with 5,000 findings, on a desk and on a phone, with and without script, by keyboard.

use std::path::PathBuf;

use flowgate::domain::delivery::{Delivery, DeliveryMode, Source};
use flowgate::domain::finding::{Excerpt, Finding};
use flowgate::domain::gate::Gate;
use flowgate::domain::location::{Location, Position, Span};
use flowgate::domain::report::{Report, StageVersion, Summary, TargetSummary, Trust, Verdict};
use flowgate::domain::revision::{Known, Revision, RevisionClass};
use flowgate::domain::rule::{RuleId, Severity};
use flowgate::domain::stage::{Evidence, StageInference};
use flowgate::reporting::{Format, Options, write};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{self, browser::Browser};

const STAGES: [&str; 3] = ["dev", "int", "prd"];

#[test]
fn an_empty_report_opens_without_complaint() {
    let Some(mut browser) = Browser::start() else { return };
    let page = Page::of(&report(0));
    for width in [1280, 360] {
        browser.screen(width, 800);
        browser.open(&page.file, "");
        assert_eq!(browser.value("document.querySelector('h1').textContent"), "Passes");
        let empty = browser.value("document.querySelector('.empty').textContent");
        assert_eq!(empty, "Nothing was found.Looked at work tree: 7 files, with 3 rules.");
        assert_eq!(browser.value("document.getElementById('filters')"), Value::Null);
        fits_and_is_silent(&mut browser, &page);
    }
}

#[test]
fn five_thousand_findings_open_quickly_and_can_be_filtered() {
    let Some(mut browser) = Browser::start() else { return };
    let page = Page::of(&report(5000));
    browser.screen(1280, 800);
    let before = browser.worked();
    browser.open(&page.file, "");
    // Once more around: what the load has left to do is done.
    browser.value("new Promise(r => requestAnimationFrame(() => setTimeout(r)))");
    let opening = browser.worked() - before;
    assert!(opening < 2.0, "opened in {opening} s");
    assert_eq!(shown(&mut browser), (5000, "All 5,000 findings".to_owned()));
    fits_and_is_silent(&mut browser, &page);
    for (fragment, expected) in [
        ("severity=error", 1667),
        ("severity=error,warning", 3334),
        ("rule=versions/floating", 1250),
        ("stage=prd", 1665),
        ("file=apps/7/a.yaml", 100),
        ("q=number%204999", 1),
        ("q=TARGETREVISION%3A+main", 5000),
        ("severity=warning&rule=versions/floating&stage=int", 139),
        ("rule=of/another-report", 5000),
        ("severity=", 0),
        // A part of the page: the filters stay as they are.
        ("findings", 0),
    ] {
        browser.value(&format!(
            "new Promise(r => {{ addEventListener('hashchange', () => setTimeout(r), {{once: true}}); location.hash = '{fragment}' }})"
        ));
        let (count, said) = shown(&mut browser);
        assert_eq!(count, expected, "{fragment}: {said}");
    }
    browser.open(&page.file, "#q=number%204999");
    assert_eq!(shown(&mut browser), (1, "1 of 5,000 findings".to_owned()));
    // Many come and many go, and all of it is drawn again.
    for fragment in ["severity=error", "stage=prd", "q=number"] {
        let before = browser.worked();
        browser.value(&format!(
            "new Promise(r => {{ location.hash = '{fragment}'; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(r))) }})"
        ));
        let filtering = browser.worked() - before;
        assert!(filtering < 1.0, "{fragment}: {filtering} s");
    }
}

#[test]
fn the_page_fits_a_phone_in_both_colours() {
    let Some(mut browser) = Browser::start() else { return };
    let page = Page::of(&report(200));
    for scheme in ["light", "dark"] {
        browser.colours(scheme);
        for width in [360, 768, 1280] {
            browser.screen(width, 740);
            browser.open(&page.file, "");
            // Also with everything unfolded.
            browser.value("document.querySelectorAll('details').forEach(d => d.open = true)");
            fits_and_is_silent(&mut browser, &page);
            let faint = browser.value(FAINT);
            assert_eq!(faint, json!([]), "{scheme} at {width}");
        }
    }
    let ground = "getComputedStyle(document.body).backgroundColor";
    browser.colours("dark");
    let dark = browser.value(ground);
    browser.colours("light");
    assert_ne!(browser.value(ground), dark);
}

#[test]
fn everything_can_be_reached_and_used_by_keyboard() {
    let Some(mut browser) = Browser::start() else { return };
    let page = Page::of(&report(9));
    browser.screen(1280, 800);
    browser.open(&page.file, "");
    let focused = "(() => { const e = document.activeElement; return e === document.body ? null : [e.id || e.name || e.textContent.slice(0, 30), e.value ?? '', getComputedStyle(e).outlineStyle] })()";
    let mut seen = Vec::new();
    for _ in 0..60 {
        browser.press("Tab");
        let at = browser.value(focused);
        // Behind the last one the browser begins again.
        if at == Value::Null {
            break;
        }
        assert_ne!(at[2], "none", "focus can be seen: {at}");
        seen.push(format!("{} {}", at[0].as_str().unwrap(), at[1].as_str().unwrap()));
    }
    assert_eq!(seen[0], "Skip to the findings ");
    for control in [
        "severity error",
        "severity warning",
        "severity info",
        "q ",
        "rule ",
        "stage ",
        "file ",
        "Show all ",
        "Why this stage ",
    ] {
        assert!(seen.iter().any(|name| name == control), "{control}: {seen:?}");
    }
    browser.open(&page.file, "");
    browser.press("Tab");
    browser.press("Enter");
    assert_eq!(browser.value("location.hash"), "#findings");
    assert_eq!(shown(&mut browser).0, 9);
    browser.value("document.querySelector('[name=severity]').focus()");
    browser.press(" ");
    assert_eq!(shown(&mut browser), (6, "6 of 9 findings".to_owned()));
    assert_eq!(browser.value("location.hash"), "#severity=warning%2Cinfo");
    browser.value("document.getElementById('q').focus()");
    "r 4".chars().for_each(|c| browser.press(&c.to_string()));
    browser.value("new Promise(r => setTimeout(r, 300))");
    assert_eq!(shown(&mut browser), (1, "1 of 9 findings".to_owned()));
    browser.value("document.querySelector('button').focus()");
    browser.press("Enter");
    browser.value("new Promise(r => setTimeout(r, 50))");
    assert_eq!(shown(&mut browser), (9, "All 9 findings".to_owned()));
    assert_eq!(browser.value("location.hash"), "");
}

#[test]
fn without_script_everything_is_shown_and_nothing_is_promised() {
    let Some(mut browser) = Browser::start() else { return };
    let page = Page::of(&report(9));
    browser.without_script();
    for width in [1280, 360] {
        browser.screen(width, 800);
        browser.open(&page.file, "#severity=error");
        assert_eq!(shown(&mut browser), (9, String::new()));
        assert_eq!(browser.value("document.getElementById('filters').offsetHeight"), 0);
        fits_and_is_silent(&mut browser, &page);
    }
}

#[test]
fn hostile_texts_neither_run_nor_change_the_page() {
    let Some(mut browser) = Browser::start() else { return };
    let mut report = report(3);
    let text = "</script><script>document.title='x'</script><img src=x onerror=\"document.title='x'\"><style>*{display:none}</style>{{script}}'\"";
    for finding in &mut report.findings {
        text.clone_into(&mut finding.message);
        text.clone_into(&mut finding.title);
        finding.location.path = Some(format!("{text}\n{}", "w".repeat(300)));
        finding.excerpt.as_mut().unwrap().text = text.repeat(3);
        finding.evidence[0].stage = format!("a|b {text}");
    }
    for delivery in &mut report.deliveries {
        delivery.source.repository = Some(text.repeat(2));
        delivery.revision.text = Some(text.to_owned());
    }
    report.versions[0].application = text.repeat(2);
    report.target.branch = Some(text.to_owned());
    let page = Page::of(&report);
    browser.screen(360, 740);
    browser.open(&page.file, "");
    let count = browser.value("[document.scripts.length, document.images.length, document.styleSheets.length]");
    assert_eq!(count, json!([1, 0, 1]));
    assert_eq!(browser.value("document.querySelector('#list h3').textContent"), text);
    assert_eq!(shown(&mut browser).0, 3);
    fits_and_is_silent(&mut browser, &page);
    for name in ["stage", "file"] {
        let chosen = format!(
            "(() => {{ const s = document.getElementById('{name}'); s.selectedIndex = 1; s.dispatchEvent(new Event('change', {{bubbles: true}})) }})()"
        );
        browser.value(&chosen);
        assert_eq!(shown(&mut browser).0, 3, "{name}: what is chosen is found");
    }
}

#[test]
fn the_demo_writes_a_page_that_opens() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = TempDir::new().unwrap();
    support::run(support::flowgate(folder.path()).args(["demo", "--keep", "acme"]));
    let file = folder.path().join("report.html");
    let format = format!("html={}", file.display());
    let run = support::run(support::flowgate(&folder.path().join("acme")).args([
        "check",
        "--history",
        "--format=json",
        "--format",
        &format,
    ]));
    let findings = u64::try_from(run.json()["findings"].as_array().unwrap().len()).unwrap();
    let page = Page { file, _folder: folder };
    browser.screen(360, 740);
    browser.open(&page.file, "");
    assert_eq!(shown(&mut browser).0, findings);
    fits_and_is_silent(&mut browser, &page);
}

/// Texts whose contrast to what they stand on is below 4.5 to 1; what is hidden or drawn does not count.
const FAINT: &str = r"(() => {
  const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); const k = c.startsWith('color(') ? 255 : 1; return [m[0] * k, m[1] * k, m[2] * k, m[3] ?? 1]; };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const ground = (e) => { const c = parse(getComputedStyle(e).backgroundColor); return c[3] === 1 || !e.parentElement ? c : over(c, ground(e.parentElement)); };
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
  const faint = new Set();
  for (const e of document.querySelectorAll('body *:not(svg *, option, script)')) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
    const on = ground(e), a = light(over(parse(getComputedStyle(e).color), on)), b = light(on);
    const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (contrast < 4.5) faint.add(`${e.tagName}.${e.className} ${contrast.toFixed(2)}`);
  }
  return [...faint];
})()";

struct Page {
    file: PathBuf,
    _folder: TempDir,
}

impl Page {
    fn of(report: &Report) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("report.html");
        std::fs::write(&file, write(Format::Html, report, &Options::default())).unwrap();
        Self { file, _folder: folder }
    }
}

/// How many findings can be seen, and what the page says about it.
fn shown(browser: &mut Browser) -> (u64, String) {
    let count = browser.value("[...document.querySelectorAll('#list > li')].filter(item => !item.hidden).length");
    let said = browser.value("document.getElementById('shown').textContent");
    (count.as_u64().unwrap(), said.as_str().unwrap().to_owned())
}

/// No scrolling sideways, no request but for the page, and nothing in the console.
#[track_caller]
fn fits_and_is_silent(browser: &mut Browser, page: &Page) {
    let widths = browser.value("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
    assert_eq!(widths[0], widths[1], "the page scrolls sideways");
    let address = format!("file://{}", page.file.display());
    let is_page = |message: &&Value| {
        let url = message["params"]["request"]["url"].as_str().unwrap_or_default();
        url.split('#').next() == Some(&*address) || url.starts_with("data:,")
    };
    let other: Vec<&Value> = browser.noticed.iter().filter(|message| !is_page(message)).collect();
    assert_eq!(other, [&Value::Null; 0]);
}

fn report(count: usize) -> Report {
    let findings: Vec<Finding> = (0..count).map(finding).collect();
    let has_findings = !findings.is_empty();
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    Report {
        verdict: if has_findings { Verdict::Findings } else { Verdict::Clean },
        gate: Gate::MergeRequest,
        target: TargetSummary {
            kind: "work tree".to_owned(),
            reproduce: "flowgate check".to_owned(),
            ..TargetSummary::default()
        },
        summary: Summary {
            files: 7,
            rules: 3,
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
            ..Summary::default()
        },
        failures: Vec::new(),
        skips: Vec::new(),
        waived: Vec::new(),
        rules: Vec::new(),
        deliveries: (0..count.min(40)).map(delivery).collect(),
        versions: (0..count.min(60)).map(version).collect(),
        findings,
        before_adoption: 0,
        already_there: 0,
        baselined: None,
        now: "2026-11-20".to_owned(),
        profile: "gitflow-devops".to_owned(),
        trust: Trust {
            name: None,
            configuration: None,
            source: "revision".to_owned(),
            revision: Some("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d".to_owned()),
            digest: "0f".repeat(32),
        },
        tool: "0.1.0".to_owned(),
    }
}

fn finding(number: usize) -> Finding {
    let rules = [
        "versions/floating",
        "naming/pattern",
        "stages/order",
        "a-group-with-a-long-name/a-rule-with-a-name-that-is-longer-still",
    ];
    let stage = STAGES[number / 3 % 3];
    let at = |column| Position { line: 12, column };
    Finding {
        rule: RuleId::parse(rules[number % 4]).unwrap(),
        severity: [Severity::Error, Severity::Warning, Severity::Info][number % 3],
        title: "A stage follows something that moves".to_owned(),
        message: format!("application `app-{number}` of stage `{stage}` follows branch `main`: number {number}"),
        fix: Some(format!("pin a release: `targetRevision: 1.{number}.0`")),
        fingerprint: format!("{number:032x}"),
        location: Location::of_span(
            format!("apps/{}/a.yaml", number % 50),
            Span {
                start: at(21),
                end: at(25),
            },
        ),
        related: Vec::new(),
        excerpt: Some(Excerpt {
            first_line: 10,
            text: format!(
                "  source:\n    repoURL: https://gitlab.acme.com/{}\n    targetRevision: main\n    path: deploy",
                "long".repeat(number % 40)
            ),
        }),
        evidence: vec![Evidence {
            source: "path".into(),
            text: stage.to_owned(),
            stage: stage.to_owned(),
            weight: 70,
            location: Location::of_path("apps/a.yaml"),
        }],
        edits: Vec::new(),
    }
}

fn delivery(number: usize) -> Delivery {
    let moves = number.is_multiple_of(3);
    Delivery {
        tool: "argocd",
        kind: "argocd.Application".to_owned(),
        name: Some(format!("app-{number}")),
        mode: DeliveryMode::Follows,
        source: Source {
            repository: Some(format!("gitlab.acme.com/a-team-with-a-long-name/project-{}", number % 6)),
            path: Some("deploy".to_owned()),
            ..Source::default()
        },
        revision: Revision {
            text: Some(if moves {
                "main".to_owned()
            } else {
                format!("1.{}.0", number % 4)
            }),
            class: if moves { RevisionClass::Branch } else { RevisionClass::Semver },
            branch: None,
            version: None,
            pin: None,
            known: Known::Grammar,
        },
        stage: StageInference {
            stage: Some(STAGES[number % 3].to_owned()),
            rank: Some(number % 3),
            ..StageInference::default()
        },
        environment: None,
        environment_from_branch: false,
        cluster: Some("cluster01".to_owned()),
        namespace: Some(format!("namespace-of-app-{number}")),
        at: Location::of_path(format!("apps/{number}/a.yaml")),
        generated_by: None,
        condition: None,
    }
}

fn version(number: usize) -> StageVersion {
    StageVersion {
        application: format!("application-{}", number / 4),
        stage: STAGES[number % 3].to_owned(),
        version: format!("1.{}.0", number % 7),
        location: Location::of_path(format!("apps/{number}/values.yaml")),
    }
}
