//! Which revision judged: the line that shows a reader that a change did not judge itself.

use crate::domain::report::Report;

/// `judged by configuration and policies of the revision `1a2b…` (profile `gitflow-devops`)`; begins in lower case, has no full stop.
pub(super) fn line(report: &Report) -> String {
    let trust = &report.trust;
    let source = match trust.source.as_str() {
        "" => "an unknown source".to_owned(),
        "embedded" => "flowgate itself".to_owned(),
        "worktree" => "the work tree".to_owned(),
        // It names the revision below.
        "revision" if trust.revision.is_some() => "the trusted revision".to_owned(),
        other => format!("the {other}"),
    };
    let revision = match &trust.revision {
        Some(revision) => format!(" `{revision}`"),
        None => String::new(),
    };
    let profile = match report.profile.as_str() {
        "" => String::new(),
        profile => format!(", profile `{profile}`"),
    };
    format!("judged by the configuration and policies of {source}{revision}{profile}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporting::sample;

    fn check(source: &str, revision: Option<&str>, expected: &str) {
        let mut report = sample::clean();
        report.trust.source = source.to_owned();
        report.trust.revision = revision.map(str::to_owned);
        let expected = format!("judged by the configuration and policies of {expected}, profile `gitflow-devops`");
        assert_eq!(line(&report), expected);
    }

    #[test]
    fn every_source_has_its_words() {
        check("work tree", None, "the work tree");
        check("worktree", None, "the work tree");
        check("embedded", None, "flowgate itself");
        check("index", None, "the index");
        check("revision", Some("1a2b"), "the trusted revision `1a2b`");
        check("", None, "an unknown source");
    }
}
