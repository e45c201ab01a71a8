//! Addresses of repositories, as they may be shown. Pure.

/// The address without user and password, as it may be shown. The user `git` of an ssh address stays, being part of how it is written.
pub fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((user, host)) if user.contains(':') || scheme.trim_start_matches('\'').starts_with("http") => {
            format!("{scheme}://{host}{path}")
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(without_credentials("https://user:secret@host/a?b@c"), "https://host/a?b@c");
        assert_eq!(without_credentials("https://token@host/a"), "https://host/a");
        assert_eq!(without_credentials("ssh://git@host/a"), "ssh://git@host/a");
        assert_eq!(without_credentials("git@host:a"), "git@host:a");
        assert_eq!(without_credentials("'https://u:p@host/a b'"), "'https://host/a b'");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(url in "\\PC{0,40}") {
            let _ = without_credentials(&url);
        }
    }
}
