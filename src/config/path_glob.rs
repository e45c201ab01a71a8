//! Globs over paths from the repository's root: `*` stays within a folder, `**` crosses, and a glob that names a folder covers what is in it.

use globset::{GlobBuilder, GlobMatcher};

/// Compiles a glob. `docs`, `docs/` and `docs/**` cover the whole folder; a leading `/` or `./` is ignored.
///
/// # Errors
/// The reason, in a few words, when the text is not a glob.
pub fn compile(pattern: &str) -> Result<GlobMatcher, String> {
    let trimmed = pattern.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
    if trimmed.is_empty() {
        return Err("it names nothing".to_owned());
    }
    if pattern.starts_with('!') {
        return Err("there are no exceptions with `!`".to_owned());
    }
    if trimmed.split('/').any(|part| part == "..") {
        return Err("it leads out of the repository".to_owned());
    }
    // The pattern alone first, so that an error speaks of what the user wrote.
    build(trimmed)?;
    let whole = if trimmed == "**" || trimmed.ends_with("/**") {
        trimmed.to_owned()
    } else {
        format!("{{{trimmed},{trimmed}/**}}")
    };
    build(&whole)
}

fn build(pattern: &str) -> Result<GlobMatcher, String> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, path: &str) -> bool {
        compile(pattern).unwrap().is_match(path)
    }

    #[test]
    fn a_star_stays_in_its_folder_and_two_cross() {
        assert!(check("apps/*/prd", "apps/phippy/prd/values.yaml"));
        assert!(!check("*.yaml", "apps/a.yaml"));
        assert!(check("**/*.yaml", "apps/phippy/a.yaml"));
        assert!(check("**", "anything/at/all"));
    }

    #[test]
    fn a_folder_covers_what_is_in_it_but_not_its_namesakes() {
        for pattern in ["docs", "docs/", "/docs", "./docs/", "docs/**"] {
            assert!(check(pattern, "docs/a/b.yaml"), "{pattern}");
            assert!(!check(pattern, "docs-old/a.yaml"), "{pattern}");
            assert!(!check(pattern, "a/docs/b.yaml"), "{pattern}");
        }
    }

    #[test]
    fn alternatives_work_in_a_glob_that_is_itself_wrapped() {
        assert!(check("envs/{prd,prod}", "envs/prod/a.yaml"));
        assert!(check("{a,b}/**/c", "b/x/y/c/d"));
        assert!(!check("envs/{prd,prod}", "envs/dev/a.yaml"));
    }

    #[test]
    fn what_is_no_glob_says_why() {
        assert_eq!(compile("a/[b").unwrap_err(), "unclosed character class; missing ']'");
        assert_eq!(compile("../x").unwrap_err(), "it leads out of the repository");
        assert_eq!(compile("!x").unwrap_err(), "there are no exceptions with `!`");
        assert_eq!(compile("/").unwrap_err(), "it names nothing");
    }
}
