//! The exact version that a range means today, where the tags of its source are known.

use std::collections::BTreeSet;

use semver::{Version, VersionReq};

/// The tag with the highest released version that a range takes in. `None` for ranges that tools read differently, so that writing the
/// pin never changes what is deployed: only `1.*`, `1.2.*`, `~1.2`, `~1.2.3` and `^1.2.3` mean the same everywhere.
pub fn highest(range: &str, tags: &BTreeSet<String>) -> Option<String> {
    let requirement = requirement(range)?;
    let released = tags.iter().filter_map(|tag| {
        let version = Version::parse(tag.strip_prefix('v').unwrap_or(tag)).ok()?;
        (version.pre.is_empty() && requirement.matches(&version)).then_some((version, tag))
    });
    released.max_by(|a, b| a.0.cmp(&b.0)).map(|(_, tag)| tag.clone())
}

fn requirement(range: &str) -> Option<VersionReq> {
    let (operator, numbers) = match range.trim().split_at_checked(1)? {
        ("~", rest) => ("~", rest),
        ("^", rest) => ("^", rest),
        _ => ("", range.trim()),
    };
    let numbers = numbers.strip_prefix('v').unwrap_or(numbers);
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_wild = |part: &&str| matches!(*part, "*" | "x" | "X");
    let is_plain = match (operator, parts.split_last()?) {
        ("", (last, before)) => is_wild(last) && !before.is_empty() && before.len() < 3 && before.iter().all(is_number),
        ("~", _) => matches!(parts.len(), 2 | 3) && parts.iter().all(is_number),
        // Below 1.0.0 tools disagree about what is compatible.
        _ => parts.len() == 3 && parts.iter().all(is_number) && parts.first() != Some(&"0"),
    };
    let wanted = format!("{operator}{}", numbers.replace(['x', 'X'], "*"));
    is_plain.then(|| VersionReq::parse(&wanted).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, tags: &[&str]) -> Option<String> {
        highest(range, &tags.iter().map(|t| (*t).to_owned()).collect())
    }

    #[test]
    fn a_range_means_the_highest_release_that_it_takes_in() {
        let tags = ["1.2.0", "1.2.10", "1.2.9", "1.3.0", "2.0.0", "1.2.11-rc.1", "latest"];
        for (range, expected) in [
            ("1.2.*", Some("1.2.10")),
            ("1.x", Some("1.3.0")),
            ("~1.2", Some("1.2.10")),
            ("~1.2.9", Some("1.2.10")),
            ("^1.2.0", Some("1.3.0")),
            ("3.*", None),
        ] {
            assert_eq!(check(range, &tags).as_deref(), expected, "{range}");
        }
    }

    #[test]
    fn the_tag_is_written_as_it_is() {
        assert_eq!(check("v1.*", &["v1.2.0"]).as_deref(), Some("v1.2.0"));
    }

    #[test]
    fn what_tools_read_differently_has_no_pin() {
        for range in ["1.2", ">=1.0.0 <2.0.0", "^0.3.0", "*", "1", "~1", "1.2.3 || 2.x", ""] {
            assert_eq!(check(range, &["1.2.0", "0.3.1", "1.2.3"]), None, "{range}");
        }
    }
}
