//! Versions in the names of tags and revisions: SemVer 2.0.0, an optional `v`, an optional component. Pure.

use std::cmp::Ordering;

use crate::domain::flow::Component;
use crate::domain::refs::Version;

/// No ref can have a longer name, in bytes; a value in a document can, and would be tried at every separator.
const LONGEST: usize = 4096;

/// Reads `1.2.0`, `v1.2.0`, `phippy/1.2.0`, `phippy-1.2.0`, `phippy@1.2.0`, `aws/v0.1.0`; anything that is not strictly SemVer is `None`,
/// as is a name in which two versions are joined by `-` (`release-1.5.3-2.1.0`). The tag patterns of `components` come first. A branch
/// name such as `release/1.2.0` reads as component `release`: what kind of ref it is has to be known by the caller.
pub fn parse_version(name: &str, components: &[Component]) -> Option<Version> {
    if name.len() > LONGEST {
        return None;
    }
    declared(name, components)
        .or_else(|| plain(name, None))
        .or_else(|| prefixed(name))
}

/// By the precedence of SemVer: `rc.10` is above `rc.9`, a pre-release below its release, build metadata counts for nothing.
pub fn precedence(one: &Version, other: &Version) -> Ordering {
    let parsed = |version: &Version| semver::Version::parse(&version.text).ok();
    match (parsed(one), parsed(other)) {
        (Some(one), Some(other)) => one.cmp_precedence(&other),
        _ => one.text.cmp(&other.text),
    }
}

fn declared(name: &str, components: &[Component]) -> Option<Version> {
    components.iter().find_map(|component| {
        let (before, after) = component.tag.as_deref()?.split_once("{version}")?;
        let text = name.strip_prefix(before)?.strip_suffix(after)?;
        let mut version = plain(text, Some(&component.name))?;
        if before.ends_with('v') && version.prefix.is_empty() && !before.trim_end_matches('v').ends_with(char::is_alphanumeric) {
            version.prefix = "v".to_owned();
        }
        Some(version)
    })
}

/// A version, with or without `v`, and nothing else.
fn plain(text: &str, component: Option<&str>) -> Option<Version> {
    let (prefix, number) = text.strip_prefix('v').map_or(("", text), |number| ("v", number));
    let parsed = semver::Version::parse(number).ok()?;
    Some(Version {
        text: number.to_owned(),
        major: parsed.major,
        minor: parsed.minor,
        patch: parsed.patch,
        pre: parsed.pre.as_str().to_owned(),
        build: parsed.build.as_str().to_owned(),
        prefix: prefix.to_owned(),
        component: component.map(str::to_owned),
    })
}

/// A component, a separator, a version. The first place at which the rest is a version wins, so that a pre-release stays whole.
fn prefixed(name: &str) -> Option<Version> {
    let (separator, version) = name.match_indices(['/', '@', '-']).find_map(|(at, separator)| {
        let (component, rest) = (name.get(..at)?, name.get(at + separator.len()..)?);
        let is_word = component.contains(char::is_alphabetic) && component != "v" && !component.ends_with(['/', '@', '-', '.']);
        is_word.then(|| Some((separator, plain(rest, Some(component))?)))?
    })?;
    let is_joined = separator == "-" && has_version(&version.pre);
    (!is_joined).then_some(version)
}

/// Is there a second version in a pre-release, at its start or behind a `-`.
fn has_version(pre: &str) -> bool {
    std::iter::once(pre)
        .chain(pre.match_indices('-').filter_map(|(at, _)| pre.get(at + 1..)))
        .any(|text| plain(text, None).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<(&str, &str, Option<&str>)>) {
        let version = parse_version(name, &[]);
        let found = version
            .as_ref()
            .map(|v| (v.prefix.as_str(), v.text.as_str(), v.component.as_deref()));
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn a_version_stands_alone_or_behind_v() {
        check("1.2.0", Some(("", "1.2.0", None)));
        check("v1.2.0", Some(("v", "1.2.0", None)));
        check("1.2.0-rc.1+build.5", Some(("", "1.2.0-rc.1+build.5", None)));
        check("1.5.3-2.1.0", Some(("", "1.5.3-2.1.0", None)));
    }

    #[test]
    fn a_component_stands_before_a_version() {
        check("phippy/1.2.0", Some(("", "1.2.0", Some("phippy"))));
        check("phippy-1.2.0", Some(("", "1.2.0", Some("phippy"))));
        check("phippy@1.2.0", Some(("", "1.2.0", Some("phippy"))));
        check("phippy-v1.2.0", Some(("v", "1.2.0", Some("phippy"))));
        check("aws/v0.1.0", Some(("v", "0.1.0", Some("aws"))));
        check("phippy-1.2.0-rc.1", Some(("", "1.2.0-rc.1", Some("phippy"))));
        check("team/my-app-1.2.0", Some(("", "1.2.0", Some("team/my-app"))));
        check("@acme/cart@1.2.0", Some(("", "1.2.0", Some("@acme/cart"))));
    }

    #[test]
    fn what_is_not_strict_semver_is_no_version() {
        for name in [
            "",
            "v",
            "v0.1",
            "1.2",
            "1.2.0.4",
            "01.2.0",
            "1.2.0-01",
            "V1.2.0",
            "v-1.2.0",
            "-1.2.0",
            "/1.2.0",
            "release1",
            "release-1.5.3-2.1.0",
            "latest",
            "phippy/main",
            "phippy-1.2",
            "k8s-1.29.0-phippy-1.2.0",
            "1.2.0 ",
            "18446744073709551616.0.0",
            "1.2-1.2.0",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn a_declared_tag_pattern_names_its_component() {
        let component = |name: &str, tag: &str| Component {
            name: name.to_owned(),
            path: None,
            tag: Some(tag.to_owned()),
        };
        let components = [
            component("cart", "shop_cart_{version}"),
            component("web", "web_v{version}-final"),
        ];
        let found = |name| parse_version(name, &components).map(|v| (v.prefix, v.text, v.component));
        let owned = |a: &str, b: &str, c: &str| Some((a.to_owned(), b.to_owned(), Some(c.to_owned())));
        assert_eq!(found("shop_cart_1.2.0"), owned("", "1.2.0", "cart"));
        assert_eq!(found("web_v1.2.0-final"), owned("v", "1.2.0", "web"));
        assert_eq!(found("shop_cart_1.2"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_name_makes_it_panic(name in "\\PC*") {
            let _ = parse_version(&name, &[]);
        }
    }
}
