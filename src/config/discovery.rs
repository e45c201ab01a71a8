//! Where a repository's configuration may stand. Reads nothing: the caller says which of the candidates exist.

use crate::domain::location::Location;

use super::problem::{ConfigProblem, ProblemKind, quoted};

/// How the name of each candidate ends.
pub const FILE_NAME: &str = "flowgate.yaml";
/// Paths from the repository's root.
pub const CANDIDATES: [&str; 3] = ["flowgate.yaml", ".flowgate.yaml", ".config/flowgate.yaml"];

/// The configuration among the candidates that exist; `None` when there is none.
///
/// # Errors
/// More than one exists: it would be a guess which of them counts.
pub fn choose(exists: &dyn Fn(&str) -> bool) -> Result<Option<&'static str>, Box<ConfigProblem>> {
    let present: Vec<&'static str> = CANDIDATES.into_iter().filter(|path| exists(path)).collect();
    match present.as_slice() {
        [] => Ok(None),
        [path] => Ok(Some(path)),
        [first, ..] => Err(Box::new(ConfigProblem {
            kind: ProblemKind::File,
            message: format!("there are several configurations: {}", quoted(&present)),
            location: Location::of_path(*first),
            hint: Some("keep one of them, and let it name the others under `extends` if they are needed".to_owned()),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_candidates_end_in_the_name() {
        assert!(CANDIDATES.iter().all(|path| path.ends_with(FILE_NAME)));
    }

    #[test]
    fn one_candidate_is_taken() {
        assert_eq!(choose(&|path| path == ".flowgate.yaml").unwrap(), Some(".flowgate.yaml"));
        assert_eq!(choose(&|_| false).unwrap(), None);
    }

    #[test]
    fn several_candidates_are_a_problem_that_names_them() {
        let problem = choose(&|path| path != ".flowgate.yaml").unwrap_err();
        assert_eq!(
            problem.message,
            "there are several configurations: `flowgate.yaml`, `.config/flowgate.yaml`"
        );
    }
}
