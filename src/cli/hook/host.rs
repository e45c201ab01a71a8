//! What a Git host tells its hooks by the environment: who pushes, by which way, with which options, and into what kind of repository.

use super::context::variable;
use crate::domain::update::Push;

/// Variables that hold the user's name; the first one that is set counts.
const USER: [&str; 5] = [
    // GitLab (administration/server_hooks).
    "GL_USERNAME",
    // Gitea and Forgejo (modules/repository/env.go).
    "GITEA_PUSHER_NAME",
    // GitHub Enterprise Server (creating a pre-receive hook script).
    "GITHUB_USER_LOGIN",
    // Bitbucket Data Center (write hook scripts).
    "BB_USER_NAME",
    // A web server in front of git-http-backend.
    "REMOTE_USER",
];

/// More push options than anybody types; the count comes from the pusher.
const MOST_OPTIONS: usize = 1000;

/// Who pushes. Called on a server only: elsewhere anybody may set these variables.
pub fn push() -> Push {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    Push {
        remote: None,
        url: None,
        user: USER.into_iter().find_map(set),
        protocol: set("GL_PROTOCOL"),
        options: push_options(),
    }
}

/// What makes a repository one that nobody flows through, if it is one: hooks that a host starts for all repositories reach these too.
pub fn left_alone() -> Option<&'static str> {
    kind_of(&|name| variable(name).filter(|value| !value.is_empty()))
}

fn kind_of(variable: &dyn Fn(&str) -> Option<String>) -> Option<&'static str> {
    if variable("GITEA_REPO_IS_WIKI").as_deref() == Some("true") {
        return Some("a wiki");
    }
    let Some(identifier) = variable("GL_REPOSITORY") else {
        // Only where the host does not say it better: a project may be called `x.wiki`.
        let path = variable("GL_PROJECT_PATH")?;
        let path = path.strip_suffix(".git").unwrap_or(&path);
        return [(".wiki", "a wiki"), (".design", "a design repository")]
            .into_iter()
            .find_map(|(end, what)| path.ends_with(end).then_some(what));
    };
    // `project-12`, `wiki-12`, `group-12-wiki`, `design-12`, `snippet-12`.
    match identifier.split('-').next() {
        Some("wiki") => Some("a wiki"),
        Some("group") if identifier.ends_with("-wiki") => Some("a wiki"),
        Some("design") => Some("a design repository"),
        Some("snippet") => Some("a snippet"),
        _ => None,
    }
}

fn push_options() -> Vec<String> {
    let count = variable("GIT_PUSH_OPTION_COUNT").and_then(|count| count.parse::<usize>().ok());
    (0..count.unwrap_or(0).min(MOST_OPTIONS))
        .filter_map(|number| variable(&format!("GIT_PUSH_OPTION_{number}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::kind_of;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Option<&str>) {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        assert_eq!(kind_of(&value), expected, "{variables:?}");
    }

    #[test]
    fn only_repositories_of_the_host_itself_are_left_alone() {
        check(&[], None);
        check(&[("GL_REPOSITORY", "project-7"), ("GL_PROJECT_PATH", "acme/shop")], None);
        check(
            &[("GL_REPOSITORY", "wiki-7"), ("GL_PROJECT_PATH", "acme/shop.wiki")],
            Some("a wiki"),
        );
        check(&[("GL_REPOSITORY", "group-3-wiki")], Some("a wiki"));
        check(&[("GL_REPOSITORY", "design-7")], Some("a design repository"));
        check(&[("GL_REPOSITORY", "snippet-7")], Some("a snippet"));
        check(&[("GITEA_REPO_IS_WIKI", "true")], Some("a wiki"));
        check(&[("GITEA_REPO_IS_WIKI", "false")], None);
        check(&[("GL_PROJECT_PATH", "acme/shop.wiki.git")], Some("a wiki"));
        check(&[("GL_PROJECT_PATH", "acme/shop.design")], Some("a design repository"));
    }

    #[test]
    fn a_project_that_is_called_like_a_wiki_is_judged() {
        check(&[("GL_REPOSITORY", "project-8"), ("GL_PROJECT_PATH", "acme/shop.wiki")], None);
    }
}
