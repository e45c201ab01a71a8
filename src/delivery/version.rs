//! Versions as revisions write them: exact SemVer, with a component, and ranges. Ordering and bumps are not in it.

use crate::domain::flow::Flow;

/// The version of an exact SemVer text, with or without `v`: `1.2.0` of `v1.2.0`.
pub fn exact_version(text: &str) -> Option<String> {
    let text = text.strip_prefix('v').unwrap_or(text);
    semver::Version::parse(text).ok().map(|_| text.to_owned())
}

/// The version of a component's tag: `1.2.0` of `phippy/1.2.0`, `phippy-v1.2.0`, `phippy@1.2.0`, or of a declared tag pattern.
pub fn component_version(text: &str, flow: &Flow) -> Option<String> {
    flow.components
        .iter()
        .filter_map(|c| c.tag.as_deref())
        .find_map(|pattern| {
            let (before, after) = pattern.split_once("{version}")?;
            exact_version(text.strip_prefix(before)?.strip_suffix(after)?)
        })
        .or_else(|| {
            let separators = text.char_indices().filter(|(_, c)| matches!(c, '/' | '@' | '-'));
            separators
                .filter_map(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?)))
                .find_map(|(component, version)| {
                    let version = exact_version(version)?;
                    is_component(component, flow).then_some(version)
                })
        })
}

/// `release-1.2.0` stands for a branch type, not for a component called `release`.
fn is_component(text: &str, flow: &Flow) -> bool {
    let first = text.split(['/', '-']).next().unwrap_or(text);
    text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '@')
        && !text.ends_with(['/', '-', '@'])
        && !flow.branch_types.iter().any(|t| t.name == first)
}

/// A SemVer range: `1.*`, `>=1.0.0 <2.0.0`, `~1.2`, `1.2`, `^1 || ^2`, `1.0.0 - 2.0.0`. An exact version is none.
pub fn is_range(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || exact_version(text).is_some() {
        return false;
    }
    let mut parts = 0;
    let mut is_loose = false;
    // An operator may stand apart from its version: `>= 1.0.0`.
    let mut has_operator = false;
    for word in text.split([' ', ',', '|', '\t']).filter(|w| !w.is_empty()) {
        if word == "-" {
            is_loose = true;
            continue;
        }
        let version = word.trim_start_matches(['<', '>', '=', '~', '^', '!']);
        let is_operator = version.len() < word.len() || has_operator;
        has_operator = version.is_empty();
        if has_operator {
            continue;
        }
        match comparator(version) {
            None => return false,
            Some(Comparator::Exact) => is_loose |= is_operator,
            Some(Comparator::Partial) => is_loose = true,
        }
        parts += 1;
    }
    parts > 0 && (is_loose || parts > 1)
}

/// Numbers with dots that are no SemVer version (`2024.01.15`, `1.2.3.4`): a tag, in all likelihood.
pub fn is_dotted_number(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let numbers = text.split(['-', '+']).next().unwrap_or(text);
    numbers.matches('.').count() >= 2
        && numbers
            .split('.')
            .all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

enum Comparator {
    Exact,
    Partial,
}

fn comparator(text: &str) -> Option<Comparator> {
    if exact_version(text).is_some() {
        return Some(Comparator::Exact);
    }
    let text = text.strip_prefix('v').unwrap_or(text);
    let (numbers, suffix) = text.split_once('-').map_or((text, None), |(n, s)| (n, Some(s)));
    let components: Vec<&str> = numbers.split('.').collect();
    let is_wild = |c: &&str| matches!(*c, "*" | "x" | "X");
    let is_number = |c: &str| !c.is_empty() && c.bytes().all(|b| b.is_ascii_digit());
    let is_partial = components.len() < 3 || components.iter().any(is_wild);
    let is_version = components.len() <= 3 && components.iter().all(|c| is_wild(c) || is_number(c));
    // `*-0` admits pre-releases; `2024-01-15` is a date.
    let has_range_suffix = suffix.is_none_or(|s| s == "0" && components.iter().any(is_wild));
    (is_version && is_partial && has_range_suffix).then_some(Comparator::Partial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::test_flow;

    #[test]
    fn component_tags_are_exact_versions() {
        let flow = test_flow::default();
        for text in [
            "phippy/1.2.0",
            "phippy-1.2.0",
            "phippy@1.2.0",
            "phippy/v1.2.0",
            "@acme/phippy@1.2.0",
            "my-app-v1.2.0",
            "a/b/1.2.0",
        ] {
            assert_eq!(component_version(text, &flow).as_deref(), Some("1.2.0"), "{text}");
        }
        assert_eq!(component_version("phippy-1.2.0-rc.1", &flow).as_deref(), Some("1.2.0-rc.1"));
        for text in ["phippy/main", "release-1.2.0", "-1.2.0", "main-2024", "v-f9a05b7", "1.2"] {
            assert_eq!(component_version(text, &flow), None, "{text}");
        }
    }

    #[test]
    fn a_declared_tag_pattern_wins() {
        let mut flow = test_flow::default();
        flow.components.push(crate::domain::flow::Component {
            name: "phippy".to_owned(),
            path: None,
            tag: Some("release_{version}_phippy".to_owned()),
        });
        assert_eq!(component_version("release_1.2.0_phippy", &flow).as_deref(), Some("1.2.0"));
    }

    #[test]
    fn ranges_are_told_from_versions_and_words() {
        for text in [
            "1.2",
            "1",
            "*",
            "1.*",
            ">=1.0.0 <2.0.0",
            "~1.2",
            "^1.2.3",
            "*-0",
            ">=1.0.0-alpha",
            ">= 1.0.0",
            "^1 || ^2",
            "1.0.0 - 2.0.0",
            "1.2.x",
            "v1",
        ] {
            assert!(is_range(text), "{text}");
        }
        for text in [
            "1.2.0",
            "main",
            "",
            "-",
            ">=",
            "2024-01-15",
            "1.2.3.4",
            "v-f9a05b7",
            "release-1",
            "x-y",
            "deadbeef",
        ] {
            assert!(!is_range(text), "{text}");
        }
    }
}
