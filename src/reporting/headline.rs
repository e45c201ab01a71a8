//! What a report comes to, for who reads it on a page or below a merge request: passed or not, and what to do now.

use super::summary::counted;
use crate::domain::report::{Report, Verdict};

/// The verdict in words, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Headline {
    /// Two or three words, without a full stop.
    pub(super) title: &'static str,
    /// One sentence that begins in lower case and has no full stop.
    pub(super) advice: String,
}

impl Headline {
    pub(super) fn new(report: &Report) -> Self {
        let (title, advice) = match report.verdict {
            Verdict::Clean => ("Passes", clean(report)),
            Verdict::Findings => ("Does not pass", mend(report)),
            Verdict::Undecided => ("Undecided", decide(report)),
        };
        Self { title, advice }
    }
}

fn clean(report: &Report) -> String {
    let count = report.findings.len();
    match count {
        0 => "nothing was found, nothing is to be done".to_owned(),
        _ => format!("nothing stops it; {} to read", counted(count, "finding is", "findings are")),
    }
}

fn mend(report: &Report) -> String {
    let what = match report.summary.errors {
        0 => counted(report.findings.len(), "finding", "findings"),
        errors => counted(errors, "error", "errors"),
    };
    let also = match report.failures.len() {
        0 => String::new(),
        failures => format!(", and what kept {} from being judged", counted(failures, "thing", "things")),
    };
    format!("mend {what}{also}")
}

fn decide(report: &Report) -> String {
    match report.failures.len() {
        0 => "something could not be judged; run it again with all facts at hand".to_owned(),
        failures => format!(
            "{} could not be judged; do what stands beside {} and run it again",
            counted(failures, "thing", "things"),
            if failures == 1 { "it" } else { "each" }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::sample;

    fn check(report: &Report, title: &str, advice: &str) {
        let headline = Headline::new(report);
        assert_eq!((headline.title, headline.advice.as_str()), (title, advice));
    }

    #[test]
    fn every_verdict_says_what_to_do() {
        let mut report = sample::clean();
        check(&report, "Passes", "nothing was found, nothing is to be done");
        report.findings = vec![sample::in_file()];
        check(&report, "Passes", "nothing stops it; 1 finding is to read");
        report.verdict = Verdict::Findings;
        check(&report, "Does not pass", "mend 1 finding");
        check(
            &sample::full(),
            "Does not pass",
            "mend 5 errors, and what kept 2 things from being judged",
        );
        report.verdict = Verdict::Undecided;
        check(
            &report,
            "Undecided",
            "something could not be judged; run it again with all facts at hand",
        );
        report.failures = sample::failures();
        check(
            &report,
            "Undecided",
            "2 things could not be judged; do what stands beside each and run it again",
        );
    }
}
