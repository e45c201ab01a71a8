//! The one form of a repository's URL, so that the same repository written in two ways is recognised.

/// Brings a URL to the form `github.com/acme/phippy`: lower-case host, no scheme, user, port, `.git`.
/// A local path keeps its form; a URL with a placeholder has none.
pub fn normalise(url: &str) -> Option<String> {
    let url = url.trim();
    if url.is_empty() || super::revision::is_templated(url) {
        return None;
    }
    let url = url.strip_prefix("git::").unwrap_or(url);
    let (host, path) = if let Some((scheme, rest)) = url.split_once("://") {
        if scheme.eq_ignore_ascii_case("file") {
            return Some(without_suffix(rest));
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        (authority, path)
    } else if let Some((host, path)) = scp_form(url) {
        (host, path)
    } else if url.starts_with(['/', '.']) || is_drive(url) {
        return Some(without_suffix(url));
    } else {
        url.split_once('/').unwrap_or((url, ""))
    };
    let host = host.rsplit_once('@').map_or(host, |(_, h)| h);
    let host = host.split_once(':').map_or(host, |(h, _)| h).to_lowercase();
    if host.is_empty() {
        return None;
    }
    // Hosts that serve ssh under another name, for networks that only let port 443 through.
    let host = match host.as_str() {
        "ssh.github.com" => "github.com".to_owned(),
        "altssh.gitlab.com" => "gitlab.com".to_owned(),
        "altssh.bitbucket.org" => "bitbucket.org".to_owned(),
        _ => host,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = without_suffix(path.trim_start_matches('/'));
    Some(if path.is_empty() { host } else { format!("{host}/{path}") })
}

/// Whether two normalised URLs name the same repository; `None` when one of them is a path on some machine.
pub fn is_same(one: &str, other: &str) -> Option<bool> {
    if one.eq_ignore_ascii_case(other) {
        Some(true)
    } else if is_local(one) || is_local(other) {
        None
    } else {
        Some(false)
    }
}

fn is_local(repository: &str) -> bool {
    repository.starts_with(['/', '.']) || is_drive(repository)
}

fn is_drive(url: &str) -> bool {
    let mut characters = url.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.next() == Some(':')
        && characters.next() == Some('\\')
}

/// `git@github.com:acme/phippy.git`
fn scp_form(url: &str) -> Option<(&str, &str)> {
    if is_drive(url) {
        return None;
    }
    let (host, path) = url.split_once(':')?;
    (!host.is_empty() && !host.contains('/')).then_some((host, path))
}

fn without_suffix(path: &str) -> String {
    let path = path.trim_end_matches('/');
    path.strip_suffix(".git").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_one_form() {
        for url in [
            "https://github.com/acme/phippy",
            "https://github.com/acme/phippy.git",
            "https://user:word@GitHub.com/acme/phippy.git/",
            "git@github.com:acme/phippy.git",
            "ssh://git@github.com:22/acme/phippy.git",
            "ssh://git@ssh.github.com:443/acme/phippy.git",
            "git::https://github.com/acme/phippy.git?ref=main",
            "github.com/acme/phippy",
        ] {
            assert_eq!(normalise(url).as_deref(), Some("github.com/acme/phippy"), "{url}");
        }
    }

    #[test]
    fn a_local_path_keeps_its_form_and_a_placeholder_has_none() {
        assert_eq!(normalise("file:///srv/git/phippy.git").as_deref(), Some("/srv/git/phippy"));
        assert_eq!(normalise("/srv/git/phippy.git").as_deref(), Some("/srv/git/phippy"));
        assert_eq!(normalise("{{ .Values.repo }}"), None);
        assert_eq!(normalise(""), None);
        assert_eq!(normalise("://"), None);
    }

    #[test]
    fn a_local_path_cannot_be_compared_with_a_host() {
        assert_eq!(is_same("github.com/acme/phippy", "github.com/Acme/phippy"), Some(true));
        assert_eq!(is_same("github.com/acme/phippy", "github.com/acme/goldie"), Some(false));
        assert_eq!(is_same("/srv/git/phippy", "github.com/acme/goldie"), None);
    }
}
