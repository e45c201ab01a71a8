//! Waivers: read from the configuration, and, with those of comments, matched to the place of a finding. Pure: the caller says which day it is.

use crate::domain::location::Location;
use crate::domain::rule::RuleId;
use crate::domain::waiver::{Waiver, WaiverSource};

use super::path_glob;
use super::problem::Problems;
use super::rules::KnownRules;
use super::tree::Node;

/// Whether a waiver lets a finding pass: same rule (under today's or a former id), a place that its path covers, and not past its last
/// day. `today` is `YYYY-MM-DD`. For a file that Git knows to be renamed, ask again with the former path.
pub fn matches(waiver: &Waiver, rule: &RuleId, formerly: &[String], location: &Location, today: &str) -> bool {
    let same_rule = waiver.rule == *rule || formerly.iter().any(|id| id == waiver.rule.as_str());
    let is_over = waiver.until.as_deref().is_some_and(|until| is_expired(until, today));
    same_rule && !is_over && covers(waiver, location)
}

/// Whether the last day is past.
pub fn is_expired(until: &str, today: &str) -> bool {
    // Both are `YYYY-MM-DD`, where the order of text is the order of days.
    until < today
}

/// Whether a waiver is about a place, whatever the rule and the day.
pub fn covers(waiver: &Waiver, location: &Location) -> bool {
    if let WaiverSource::Comment(reach) = &waiver.source {
        return waiver.path.is_some() && waiver.path == location.path && reach.holds(location);
    }
    let Some(pattern) = waiver.path.as_deref() else {
        return true;
    };
    let is_id = pattern.len() >= 7 && pattern.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(commit) = &location.commit
        && is_id
        && commit.starts_with(&pattern.to_ascii_lowercase())
    {
        return true;
    }
    let Ok(glob) = path_glob::compile(pattern) else {
        return false;
    };
    let reference = location.reference.as_deref().map(short_name);
    [location.path.as_deref(), reference]
        .into_iter()
        .flatten()
        .any(|text| glob.is_match(text))
}

/// `refs/heads/feat/x` and `refs/remotes/origin/feat/x` are both `feat/x` to a person.
fn short_name(reference: &str) -> &str {
    for prefix in ["refs/heads/", "refs/tags/"] {
        if let Some(short) = reference.strip_prefix(prefix) {
            return short;
        }
    }
    match reference.strip_prefix("refs/remotes/").and_then(|rest| rest.split_once('/')) {
        Some((_, short)) => short,
        None => reference,
    }
}

pub(super) fn build(items: &[Node], rules: KnownRules<'_>, problems: &mut Problems) -> Vec<Waiver> {
    items.iter().filter_map(|item| waiver(item, rules, problems)).collect()
}

fn waiver(item: &Node, rules: KnownRules<'_>, problems: &mut Problems) -> Option<Waiver> {
    let id = item.get("rule")?;
    if let Some((message, hint)) = rules.complaint(id.text()?) {
        problems.add(&id.origin, message, hint);
    }
    let text = |key| item.text_of(key).map(str::to_owned);
    Some(Waiver {
        rule: RuleId::parse(id.text()?)?,
        path: text("path"),
        reason: text("reason")?,
        owner: text("owner"),
        until: text("until"),
        at: item.origin.location(),
        source: WaiverSource::Config,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::location::Span;
    use crate::domain::waiver::Reach;

    fn check(path: Option<&str>, until: Option<&str>, location: &Location) -> bool {
        let waiver = Waiver {
            rule: RuleId::parse("mapping/old-name").unwrap(),
            path: path.map(str::to_owned),
            reason: "agreed".to_owned(),
            owner: None,
            until: until.map(str::to_owned),
            at: Location::default(),
            source: WaiverSource::Config,
        };
        let rule = RuleId::parse("mapping/new-name").unwrap();
        let former = ["mapping/old-name".to_owned()];
        let other = RuleId::parse("mapping/other").unwrap();
        assert!(
            !matches(&waiver, &other, &[], location, "2026-11-20"),
            "another rule is never let pass"
        );
        matches(&waiver, &rule, &former, location, "2026-11-20")
    }

    #[test]
    fn a_waiver_holds_to_the_end_of_its_last_day() {
        let file = Location::of_path("apps/a.yaml");
        assert!(check(None, None, &file));
        assert!(check(None, Some("2026-11-20"), &file));
        assert!(!check(None, Some("2026-11-19"), &file));
    }

    #[test]
    fn a_comment_covers_its_lines_in_its_own_file() {
        let comment = |is_whole_file, branches: &[&str]| Waiver {
            rule: RuleId::parse("a/b").unwrap(),
            // No glob: a file may be called like one.
            path: Some("apps/[a].yaml".to_owned()),
            reason: "agreed".to_owned(),
            owner: None,
            until: Some("2026-11-20".to_owned()),
            at: Location::default(),
            source: WaiverSource::Comment(Reach {
                lines: (3, 4),
                is_whole_file,
                branches: branches.iter().map(|b| (*b).to_owned()).collect(),
            }),
        };
        let at = |path: &str, line| Location::of_span(path, Span::point(line, 1));
        let lines: Vec<u32> = (1..7)
            .filter(|line| covers(&comment(false, &[]), &at("apps/[a].yaml", *line)))
            .collect();
        assert_eq!(lines, [3, 4]);
        assert!(!covers(&comment(false, &[]), &at("apps/a.yaml", 3)));
        assert!(!covers(&comment(false, &[]), &Location::of_path("apps/[a].yaml")));
        assert!(covers(&comment(true, &[]), &Location::of_path("apps/[a].yaml")));
        let on_dev = Location {
            branch: Some("dev".to_owned()),
            ..at("apps/[a].yaml", 3)
        };
        assert!(covers(&comment(false, &["main", "dev"]), &on_dev));
        assert!(!covers(&comment(false, &["main"]), &on_dev));
    }

    #[test]
    fn a_waiver_covers_paths_refs_and_commits() {
        assert!(check(Some("apps/"), None, &Location::of_path("apps/a.yaml")));
        assert!(!check(Some("apps/"), None, &Location::of_path("base/a.yaml")));
        assert!(check(Some("feat/*"), None, &Location::of_ref("refs/heads/feat/x")));
        assert!(check(Some("feat/*"), None, &Location::of_ref("refs/remotes/origin/feat/x")));
        assert!(check(Some("0.4"), None, &Location::of_ref("refs/tags/0.4")));
        assert!(check(
            Some("0c63ce5"),
            None,
            &Location::of_commit("0c63ce57cf2be5b3937bf76820edb730246069f1")
        ));
        assert!(!check(
            Some("0c6"),
            None,
            &Location::of_commit("0c63ce57cf2be5b3937bf76820edb730246069f1")
        ));
    }
}
