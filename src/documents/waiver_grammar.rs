//! The words of a waiver comment: `allow <rule> until <YYYY-MM-DD>: <reason>`.

use crate::domain::rule::RuleId;

/// What stands in a comment after `flowgate:`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub rule: Option<String>,
    pub until: Option<String>,
    pub reason: Option<String>,
    /// Why this is no waiver.
    pub problems: Vec<String>,
}

/// Words by which other tools are told to look away.
const OTHERS: [&str; 14] = [
    "allows", "allowed", "accept", "alow", "disable", "exclude", "except", "ignore", "off", "permit", "skip", "suppress",
    "waive", "waiver",
];

/// Reads what follows `flowgate:`; `None` when it is a sentence about flowgate and no word to it.
pub(super) fn words(said: &str) -> Option<Words> {
    let said = said.trim();
    let (first, rest) = said.split_once([' ', '\t']).unwrap_or((said, ""));
    let first = first.trim_end_matches(':');
    if first == "allow" {
        return Some(allow(rest.trim()));
    }
    let is_meant = first.eq_ignore_ascii_case("allow") || OTHERS.iter().any(|other| first.eq_ignore_ascii_case(other));
    let second = rest.split_whitespace().next();
    let names_rule = second.is_none_or(|word| RuleId::parse(word.trim_end_matches(':')).is_some());
    (is_meant && names_rule).then(|| Words {
        rule: second.map(|word| word.trim_end_matches(':').to_owned()),
        problems: vec![format!("`{first}` lets nothing pass; the word is `allow`")],
        ..Words::default()
    })
}

fn allow(said: &str) -> Words {
    let mut found = Words::default();
    let (head, reason) = said.split_once(':').unwrap_or((said, ""));
    let mut tokens = head.split_whitespace().peekable();
    match tokens.next_if(|token| *token != "until") {
        Some(rule) => {
            found.rule = Some(rule.to_owned());
            if RuleId::parse(rule).is_none() {
                found
                    .problems
                    .push(format!("`{}` is no id of a rule (`<group>/<name>`)", short(rule)));
            }
        }
        None => found.problems.push("it names no rule".to_owned()),
    }
    let has_until = tokens.next_if_eq(&"until").is_some();
    match tokens.next_if(|_| has_until) {
        Some(day) if is_day(day) => found.until = Some(day.to_owned()),
        Some(day) => found
            .problems
            .push(format!("`{}` is no day of the calendar, written YYYY-MM-DD", short(day))),
        None => found.problems.push("it names no last day (`until YYYY-MM-DD`)".to_owned()),
    }
    let others: Vec<&str> = tokens.collect();
    if !others.is_empty() {
        let others = others.join(" ");
        found
            .problems
            .push(format!("`{}` has no place before the colon", short(&others)));
    }
    match reason.trim() {
        "" => found.problems.push("it gives no reason (after a colon)".to_owned()),
        reason => found.reason = Some(reason.to_owned()),
    }
    found
}

/// As much of a word as a message needs.
fn short(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    shown
}

/// One form for each day, so that days compare as text.
fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(said: &str, expected: &[&str]) {
        let found = words(said).unwrap();
        assert_eq!(found.problems, expected, "{said}");
    }

    #[test]
    fn a_waiver_names_rule_day_and_reason() {
        let found = words(" allow mapping/argocd-branch-per-stage until 2027-01-31: moved in sprint 3: see ADR 7").unwrap();
        assert_eq!(found.rule.as_deref(), Some("mapping/argocd-branch-per-stage"));
        assert_eq!(found.until.as_deref(), Some("2027-01-31"));
        assert_eq!(found.reason.as_deref(), Some("moved in sprint 3: see ADR 7"));
        check("allow a/b until 2027-01-31: x", &[]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let (rule, day, reason) = (
            "it names no rule",
            "it names no last day (`until YYYY-MM-DD`)",
            "it gives no reason (after a colon)",
        );
        check("allow", &[rule, day, reason]);
        check("allow a/b", &[day, reason]);
        check("allow a/b: it is agreed", &[day]);
        check("allow a/b until 2027-01-31", &[reason]);
        check("allow a/b until 2027-01-31:  ", &[reason]);
        check("allow until 2027-01-31: x", &[rule]);
        check("allow a/b until: x", &[day]);
        check("allow a until 2027-01-31: x", &["`a` is no id of a rule (`<group>/<name>`)"]);
        for day in ["2027-02-30", "2027-1-3", "20270131", "tomorrow"] {
            let expected = format!("`{}` is no day of the calendar, written YYYY-MM-DD", short(day));
            check(&format!("allow a/b until {day}: x"), &[&expected]);
        }
        check(
            "allow a/b, c/d until 2027-01-31: x",
            &[
                "`a/b,` is no id of a rule (`<group>/<name>`)",
                day,
                "`c/d until 2027-01-31` has no place before the colon",
            ],
        );
    }

    #[test]
    fn words_of_other_tools_are_answered_and_sentences_are_not() {
        check("ignore", &["`ignore` lets nothing pass; the word is `allow`"]);
        check("disable a/b", &["`disable` lets nothing pass; the word is `allow`"]);
        check(
            "Allow a/b until 2027-01-31: x",
            &["`Allow` lets nothing pass; the word is `allow`"],
        );
        for sentence in [
            "this file is judged",
            "ignore the next paragraph",
            "see docs/waivers.md",
            "allowlists are kept elsewhere",
            "",
        ] {
            assert_eq!(words(sentence), None, "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_by_the_grammar_is_read_back(
            rule in "[a-z][a-z0-9]{0,8}/[a-z][a-z0-9]{0,8}",
            day in 0_i32..20_000,
            reason in "[!-~][^\r\n]{0,30}",
            blank in "[ \t]{1,3}",
        ) {
            let until = jiff::civil::date(2020, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap().to_string();
            let found = words(&format!("{blank}allow{blank}{rule}{blank}until{blank}{until}:{blank}{reason}")).unwrap();
            prop_assert_eq!(found, Words {
                rule: Some(rule),
                until: Some(until),
                reason: Some(reason.trim().to_owned()),
                problems: Vec::new(),
            });
        }

        #[test]
        fn a_waiver_is_whole_or_says_what_is_wrong(said in "(allow|until|a/b|2027-01-31|:|x| |\\PC){0,9}") {
            if let Some(found) = words(&said) {
                let is_whole = found.rule.is_some() && found.until.is_some() && found.reason.is_some();
                prop_assert!(is_whole || !found.problems.is_empty(), "{:?}", found);
            }
        }
    }
}
