//! Which host reads the file, and which of the places it may stand in counts.

/// Whose rules the file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>
    GitHub,
    /// <https://docs.gitlab.com/user/project/codeowners/reference/>
    GitLab,
}

impl Dialect {
    pub const ALL: [Self; 2] = [Self::GitHub, Self::GitLab];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
        }
    }

    /// How the host calls itself.
    pub const fn title(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
        }
    }

    /// Where the host looks, in this order; the first that is there counts.
    pub const fn places(self) -> [&'static str; 3] {
        match self {
            Self::GitHub => [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
            Self::GitLab => ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        }
    }

    /// The host by its name: `github.com`, `gitlab.acme.com`, `git-gitlab.acme.com`. Only whole words count: `mygithubs.com` is none.
    pub fn of_host(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let names = |word: &str| host.split(['.', '-']).any(|part| part == word);
        match (names("github"), names("gitlab")) {
            (true, false) => Some(Self::GitHub),
            (false, true) => Some(Self::GitLab),
            _ => None,
        }
    }
}

/// What else tells where a repository lives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traces {
    /// The host of its remote, where its name tells.
    pub host: Option<Dialect>,
    /// There is a `.gitlab-ci.yml`, or something in `.gitlab/`.
    pub has_gitlab: bool,
    /// There is something in `.github/`.
    pub has_github: bool,
}

/// The file that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// `None` where nobody can tell which of several files counts.
    pub path: Option<&'static str>,
    /// `None` where nobody can tell who reads it.
    pub dialect: Option<Dialect>,
    /// Every place where there is one.
    pub found: Vec<&'static str>,
    /// Those that the host passes over, because it found another one first.
    pub unread: Vec<&'static str>,
}

/// Looks at the places of both hosts; `exists` says whether there is a file at a path.
pub fn locate(exists: impl Fn(&str) -> bool, traces: Traces) -> Located {
    const PLACES: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
    let found: Vec<&'static str> = PLACES.into_iter().filter(|place| exists(place)).collect();
    let is_found = |place: &&str| found.contains(place);
    let by_place = match (found.contains(&PLACES[0]), found.contains(&PLACES[1])) {
        (true, false) => Some(Dialect::GitHub),
        (false, true) => Some(Dialect::GitLab),
        _ => None,
    };
    let by_traces = match (traces.has_github, traces.has_gitlab) {
        (true, false) => Some(Dialect::GitHub),
        (false, true) => Some(Dialect::GitLab),
        _ => None,
    };
    let dialect = traces.host.or(by_place).or(by_traces);
    let firsts = Dialect::ALL.map(|dialect| dialect.places().into_iter().find(is_found));
    let path = match dialect {
        Some(dialect) => dialect.places().into_iter().find(is_found),
        // Where both would take the same, it counts whoever reads it.
        None => firsts[0].filter(|first| Some(*first) == firsts[1]),
    };
    let unread = dialect.map_or_else(Vec::new, |dialect| {
        let others = dialect.places().into_iter().filter(is_found);
        others.filter(|place| Some(*place) != path).collect()
    });
    Located {
        path,
        dialect,
        found,
        unread,
    }
}
