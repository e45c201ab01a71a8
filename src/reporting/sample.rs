//! Reports for tests: one of every kind of location, and a report that says nothing.

use crate::domain::delivery::{Delivery, DeliveryMode, Source};
use crate::domain::finding::{Edit, Excerpt, Finding, Related};
use crate::domain::gate::Gate;
use crate::domain::location::{Location, Position, Span};
use crate::domain::report::{
    Failure, FailureKind, Report, RuleOutcome, Skip, SkipCause, StageVersion, Summary, TargetSummary, Trust, Verdict, Waived,
};
use crate::domain::revision::{Known, Revision, RevisionClass};
use crate::domain::rule::{Level, RuleId, Severity};
use crate::domain::stage::{Evidence, StageInference};
use crate::domain::waiver::{Waiver, WaiverSource};

pub(super) fn rule(id: &str) -> RuleId {
    RuleId::parse(id).unwrap()
}

pub(super) fn span(line: u32, column: u32, end_line: u32, end_column: u32) -> Span {
    Span {
        start: Position { line, column },
        end: Position {
            line: end_line,
            column: end_column,
        },
    }
}

/// A report in which nothing was found.
pub(super) fn clean() -> Report {
    Report {
        verdict: Verdict::Clean,
        gate: Gate::Scan,
        target: TargetSummary {
            kind: "work tree".to_owned(),
            path: Some(".".to_owned()),
            revision: Some("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d".to_owned()),
            branch: Some("dev".to_owned()),
            range: None,
            change: None,
            branches: 3,
            tags: 1,
            reproduce: "flowgate check".to_owned(),
        },
        summary: Summary {
            files: 12,
            documents: 30,
            commits: 2,
            rules: 2,
            ..Summary::default()
        },
        findings: Vec::new(),
        failures: Vec::new(),
        skips: Vec::new(),
        waived: Vec::new(),
        rules: vec![
            outcome("commits/conventional", Level::Error, 2, 0),
            outcome("argocd/floating-revision", Level::Error, 0, 0),
            outcome("versions/tag-not-semver", Level::Off, 0, 0),
        ],
        deliveries: Vec::new(),
        versions: Vec::new(),
        before_adoption: 0,
        already_there: 0,
        baselined: None,
        now: "2026-11-20".to_owned(),
        profile: "gitflow-devops".to_owned(),
        trust: Trust {
            name: None,
            source: "worktree".to_owned(),
            revision: None,
            configuration: None,
            digest: "00".repeat(32),
        },
        tool: "0.1.0".to_owned(),
    }
}

pub(super) fn outcome(id: &str, level: Level, evaluated: usize, findings: usize) -> RuleOutcome {
    RuleOutcome {
        id: rule(id),
        title: "Title of the rule".to_owned(),
        level,
        page: format!("rules/{id}/{}.md", rule(id).name()),
        evaluated,
        findings,
        waived: 0,
        skipped: 0,
    }
}

/// A finding with nothing optional.
pub(super) fn bare(id: &str, severity: Severity, message: &str, location: Location) -> Finding {
    Finding {
        rule: rule(id),
        severity,
        title: "Title of the rule".to_owned(),
        message: message.to_owned(),
        fix: None,
        fingerprint: "ab".repeat(16),
        location,
        related: Vec::new(),
        excerpt: None,
        evidence: Vec::new(),
        edits: Vec::new(),
    }
}

/// An Argo CD application whose stage was inferred: everything a finding can hold.
pub(super) fn in_file() -> Finding {
    let mut location = Location::of_span("apps/prd/phippy.yaml", span(12, 21, 12, 25));
    location.pointer = Some("/spec/source/targetRevision".to_owned());
    location.document = Some(0);
    let other = Location::of_span("apps/int/phippy.yaml", span(12, 21, 12, 25));
    Finding {
        title: "An application of the last stage follows something that moves".to_owned(),
        fix: Some("pin a release: targetRevision: 1.2.0".to_owned()),
        related: vec![Related {
            message: "app-phippy-int follows it as well".to_owned(),
            location: other,
        }],
        excerpt: Some(Excerpt {
            first_line: 10,
            text:
                "  source:\n    repoURL: https://gitlab.acme.com/phippy\n    targetRevision: main\n    path: deploy/prd\n  x: y"
                    .to_owned(),
        }),
        evidence: vec![
            evidence("destination namespace", "app-phippy-prd", 80),
            evidence("path", "apps/prd/phippy.yaml", 70),
        ],
        edits: vec![Edit {
            path: "apps/prd/phippy.yaml".to_owned(),
            range: span(12, 21, 12, 25),
            text: "1.2.0".to_owned(),
        }],
        ..bare(
            "argocd/floating-revision",
            Severity::Error,
            "app-phippy-prd (stage prd) follows the branch main: what runs there changes without a commit here",
            location,
        )
    }
}

pub(super) fn evidence(source: &'static str, text: &str, weight: u8) -> Evidence {
    Evidence {
        source: source.into(),
        text: text.to_owned(),
        stage: "prd".to_owned(),
        weight,
        location: Location::of_path("apps/prd/phippy.yaml"),
    }
}

/// One finding at each kind of place.
pub(super) fn everywhere() -> Vec<Finding> {
    let mut findings = vec![in_file()];
    findings.extend(in_commits());
    findings.extend(at_refs());
    findings.extend(without_lines());
    findings
}

fn in_commits() -> [Finding; 3] {
    let commit = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    let at = |id, severity, message| bare(id, severity, message, Location::of_commit(commit));
    let message = |text: &str| {
        Some(Excerpt {
            first_line: 1,
            text: text.to_owned(),
        })
    };
    let mut in_message = at("commits/conventional", Severity::Error, "no type before the colon");
    in_message.location.span = Some(span(1, 1, 1, 7));
    in_message.fix = Some("git commit --amend -m \"feat: update feature 1\"".to_owned());
    in_message.excerpt = message("Update feature 1");
    let mut whole = at("commits/body", Severity::Info, "the body is empty");
    whole.excerpt = message("Update feature 1\n\nbody");
    [
        in_message,
        whole,
        at("commits/author", Severity::Info, "nobody knows the author"),
    ]
}

fn at_refs() -> [Finding; 3] {
    let at = |id, severity, message, reference: &str| bare(id, severity, message, Location::of_ref(reference));
    let branches = "branches/name-pattern";
    let tags = "versions/tag-not-semver";
    [
        at(
            branches,
            Severity::Warning,
            "`Feature_1` fits no type of branch",
            "refs/heads/Feature_1",
        ),
        at(
            branches,
            Severity::Warning,
            "`x` fits no type of branch",
            "refs/remotes/origin/x",
        ),
        at(tags, Severity::Error, "`release-7` is no version", "refs/tags/release-7"),
    ]
}

fn without_lines() -> [Finding; 4] {
    let broken = "files/does-not-parse";
    let mut pointed = Location::of_path("flowgate.yaml");
    pointed.pointer = Some("/stages/0".to_owned());
    let mut on_branch = Location::of_span("a.yaml", span(3, 1, 3, 1));
    on_branch.branch = Some("feat/x".to_owned());
    let behind = "main has 2 commits that dev lacks";
    [
        bare(broken, Severity::Error, "cannot be read", Location::of_path("b.yaml")),
        bare(broken, Severity::Error, "key `a` given twice", on_branch),
        bare("stages/order", Severity::Info, "stage `dev` stands alone", pointed),
        bare("history/back-merge", Severity::Warning, behind, Location::default()),
    ]
}

/// A report that has something in each of its lists.
pub(super) fn full() -> Report {
    let mut argocd = outcome("argocd/floating-revision", Level::Error, 30, 1);
    argocd.waived = 1;
    argocd.skipped = 4;
    let mut report = clean();
    report.verdict = Verdict::Findings;
    report.findings = everywhere();
    report.summary.errors = 5;
    report.summary.warnings = 3;
    report.summary.infos = 3;
    report.target.range = Some("aaaa..bbbb".to_owned());
    report.failures = failures();
    report.skips = skips();
    report.waived = vec![waived()];
    report.rules = vec![
        argocd,
        outcome("commits/conventional", Level::Error, 2, 1),
        outcome("files/does-not-parse", Level::Error, 1, 0),
    ];
    report.deliveries = vec![
        delivery(),
        Delivery {
            revision: unknown_revision(),
            ..delivery()
        },
    ];
    report.versions = vec![StageVersion {
        application: "phippy".to_owned(),
        stage: "prd".to_owned(),
        version: "1.2.0".to_owned(),
        location: Location::of_path("apps/prd/phippy.yaml"),
    }];
    report.before_adoption = 300;
    report.trust.configuration = Some("flowgate.yaml".to_owned());
    report.trust.revision = Some("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d".to_owned());
    report
}

pub(super) fn failures() -> Vec<Failure> {
    vec![
        Failure {
            kind: FailureKind::Policy,
            message: "mapping/own-rule: undefined function `conains`. Did you mean `contains`?".to_owned(),
            location: Some(Location::of_span("policy/own-rule.rego", span(12, 2, 12, 9))),
        },
        Failure {
            kind: FailureKind::Facts,
            message: "no merge base of dev and main: the clone is shallow. Run git fetch --unshallow.".to_owned(),
            location: None,
        },
    ]
}

pub(super) fn skips() -> Vec<Skip> {
    let skip = |id: Option<&str>, reason: &str, count| Skip {
        rule: id.map(rule),
        reason: reason.to_owned(),
        count,
        cause: SkipCause::Nature,
        reads: None,
    };
    vec![
        skip(None, "templated by design (helm)", 340),
        skip(Some("argocd/floating-revision"), "no flowgate.refs.lock", 4),
        skip(Some("flux/floating-revision"), "no flowgate.refs.lock", 4),
        skip(Some("mapping/other"), "no flowgate.refs.lock", 1),
    ]
}

fn waived() -> Waived {
    Waived {
        finding: in_file(),
        waiver: Waiver {
            rule: rule("argocd/floating-revision"),
            path: Some("apps/prd/**".to_owned()),
            reason: "until the release train is built".to_owned(),
            owner: Some("team-a".to_owned()),
            until: Some("2026-12-31".to_owned()),
            at: Location::of_span("flowgate.yaml", span(20, 3, 24, 1)),
            source: WaiverSource::Config,
        },
    }
}

fn delivery() -> Delivery {
    Delivery {
        tool: "argocd",
        kind: "argocd.Application".to_owned(),
        name: Some("app-phippy-prd".to_owned()),
        mode: DeliveryMode::Follows,
        source: Source {
            url: Some("https://gitlab.acme.com/team-a/phippy.git".to_owned()),
            repository: Some("gitlab.acme.com/team-a/phippy".to_owned()),
            path: Some("deploy/prd".to_owned()),
            chart: None,
            is_this_repository: Some(false),
        },
        revision: Revision {
            text: Some("main".to_owned()),
            class: RevisionClass::Branch,
            branch: Some("main".to_owned()),
            version: None,
            pin: None,
            known: Known::RefsLock,
        },
        stage: StageInference {
            stage: Some("prd".to_owned()),
            rank: Some(2),
            evidence: vec![evidence("path", "apps/prd/phippy.yaml", 70)],
            stages: Vec::new(),
        },
        environment: None,
        environment_from_branch: false,
        cluster: Some("prd01".to_owned()),
        namespace: Some("app-phippy-prd".to_owned()),
        at: in_file().location,
        generated_by: None,
        condition: None,
    }
}

fn unknown_revision() -> Revision {
    Revision {
        text: None,
        class: RevisionClass::Default,
        branch: None,
        version: None,
        pin: None,
        known: Known::Grammar,
    }
}
