//! Addresses of repositories, made comparable. Pure.

/// The same repository by any transport: `host/path` in `https://user@host:443/path.git`, `ssh://git@host:22/path`, `git@host:path.git`.
/// The host is in lower case, the path as written. A path on this machine stays a path, without `file://` and `.git`.
pub fn normalise(url: &str) -> String {
    let url = url.trim();
    if let Some((scheme, rest)) = url.split_once("://") {
        if scheme.eq_ignore_ascii_case("file") {
            return strip_suffixes(rest.strip_prefix("localhost").unwrap_or(rest)).to_owned();
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        return joined(authority, path);
    }
    match url.split_once(':') {
        Some((host, path)) if is_scp_host(host) => joined(host, path),
        _ => strip_suffixes(url).to_owned(),
    }
}

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

fn joined(authority: &str, path: &str) -> String {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = without_port(host).to_ascii_lowercase();
    // Hosts that serve ssh under another name, for networks that only let port 443 through.
    let host = match host.as_str() {
        "ssh.github.com" => "github.com",
        "altssh.gitlab.com" => "gitlab.com",
        "altssh.bitbucket.org" => "bitbucket.org",
        other => other,
    };
    let path = strip_suffixes(path.trim_start_matches('/'));
    if path.is_empty() {
        host.to_owned()
    } else {
        format!("{host}/{path}")
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Is what stands before the first `:` a host, as in `git@host:path`, and not a drive letter, a path or a placeholder.
fn is_scp_host(host: &str) -> bool {
    let name = host.rsplit_once('@').map_or(host, |(_, name)| name);
    let is_host = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    is_host && (host.contains('@') || name.len() > 1)
}

fn strip_suffixes(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    let stripped = trimmed.strip_suffix(".git").unwrap_or(trimmed).trim_end_matches('/');
    // `/` and `.git` are paths themselves.
    if stripped.is_empty() { path } else { stripped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_one_name() {
        for url in [
            "https://gitlab.acme.com/team-a/phippy",
            "https://gitlab.acme.com/team-a/phippy.git",
            "https://gitlab.acme.com/team-a/phippy/",
            "https://oauth2:secret@GitLab.acme.com:443/team-a/phippy.git/",
            "ssh://git@gitlab.acme.com:2222/team-a/phippy.git",
            "git@gitlab.acme.com:team-a/phippy.git",
            "git@gitlab.acme.com:/team-a/phippy.git",
            "gitlab.acme.com:team-a/phippy",
            "git://gitlab.acme.com/team-a/phippy",
            " https://gitlab.acme.com//team-a/phippy ",
        ] {
            assert_eq!(normalise(url), "gitlab.acme.com/team-a/phippy", "{url}");
        }
    }

    #[test]
    fn a_path_stays_a_path() {
        for (url, expected) in [
            ("/srv/git/phippy.git", "/srv/git/phippy"),
            ("file:///srv/git/phippy.git", "/srv/git/phippy"),
            ("../phippy", "../phippy"),
            ("C:/git/phippy", "C:/git/phippy"),
            ("{{ .Values.repo }}", "{{ .Values.repo }}"),
            ("", ""),
            ("/", "/"),
            ("ssh://git@ssh.github.com:443/acme/phippy.git", "github.com/acme/phippy"),
            ("https://[::1]:8080/a", "[::1]/a"),
        ] {
            assert_eq!(normalise(url), expected, "{url}");
        }
    }

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
            let once = normalise(&url);
            let _ = without_credentials(&once);
        }
    }
}
