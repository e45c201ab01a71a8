//! The shipped profiles: flows and levels by name. Their texts come from the caller, because policies and profiles are embedded together.

use super::problem::{ConfigProblem, ProblemKind, suggest};
use crate::domain::location::Location;

/// The profile of a repository that names none.
pub const DEFAULT: &str = "gitflow-devops";

/// One profile as it is shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileText {
    /// File name without extension.
    pub name: String,
    /// Such as `policies/profiles/observe.yaml`.
    pub path: String,
    pub text: String,
}

impl ProfileText {
    /// The profiles among shipped files, as (path, text): every `profiles/<name>.yaml`.
    pub fn among<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Self> {
        files
            .into_iter()
            .filter_map(|(path, text)| {
                let name = path.rsplit_once("profiles/")?.1.strip_suffix(".yaml")?;
                Some(Self {
                    name: name.to_owned(),
                    path: path.to_owned(),
                    text: text.to_owned(),
                })
            })
            .collect()
    }
}

/// Names of the profiles, in the order given.
pub fn names(profiles: &[ProfileText]) -> Vec<&str> {
    profiles.iter().map(|p| p.name.as_str()).collect()
}

/// The text of a profile by its name.
pub fn text<'a>(profiles: &'a [ProfileText], name: &str) -> Option<&'a str> {
    profiles.iter().find(|p| p.name == name).map(|p| p.text.as_str())
}

/// The profile of this name with those beneath it, lowest first; `named_at` is where the name is written. `below` reads from a
/// profile's text the profile it builds on.
pub(super) fn chain<'a>(
    profiles: &'a [ProfileText],
    name: &str,
    named_at: &Location,
    below: &dyn Fn(&ProfileText) -> Option<String>,
) -> Result<Vec<&'a ProfileText>, Box<ConfigProblem>> {
    let mut chain: Vec<&ProfileText> = Vec::new();
    let mut next = Some(name.to_owned());
    let mut at = named_at.clone();
    while let Some(name) = next {
        let Some(profile) = profiles.iter().find(|p| p.name == name) else {
            return Err(problem(
                format!("there is no profile `{name}`"),
                at,
                suggest(&name, names(profiles)),
            ));
        };
        if chain.iter().any(|p| p.name == name) {
            return Err(problem(format!("profile `{name}` builds on itself"), at, None));
        }
        chain.insert(0, profile);
        at = Location::of_path(profile.path.clone());
        next = below(profile);
    }
    Ok(chain)
}

fn problem(message: String, location: Location, hint: Option<String>) -> Box<ConfigProblem> {
    Box::new(ConfigProblem {
        kind: ProblemKind::Content,
        message,
        location,
        hint,
    })
}
