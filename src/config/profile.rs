//! The shipped profiles: flows and levels by name. Their texts come from the caller, because policies and profiles are embedded together.

use std::borrow::Cow;

use super::problem::{ConfigProblem, ProblemKind, suggest};
use crate::documents::kept::KeptEvent;
use crate::documents::{Limits, ParsedFile, parse, parse_kept};
use crate::domain::location::Location;

/// The profile of a repository that names none.
pub const DEFAULT: &str = "gitflow-devops";

/// One profile as it is shipped.
#[derive(Debug, Clone)]
pub struct ProfileText {
    /// File name without extension.
    pub name: String,
    /// Such as `policies/profiles/observe.yaml`.
    pub path: String,
    pub text: Cow<'static, str>,
    /// What the parser says of the text, where the build has kept it.
    events: Option<&'static [KeptEvent]>,
}

impl ProfileText {
    /// The profiles among shipped files, as (path, text): every `profiles/<name>.yaml`.
    pub fn among<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Self> {
        let profile = |(path, text): (&str, &str)| Self::of(path, Cow::Owned(text.to_owned()), None);
        files.into_iter().filter_map(profile).collect()
    }

    /// The same of files that are built in, with what the parser says of them.
    pub fn among_built_in(
        files: impl IntoIterator<Item = (&'static str, &'static str, Option<&'static [KeptEvent]>)>,
    ) -> Vec<Self> {
        let profile = |(path, text, events)| Self::of(path, Cow::Borrowed(text), events);
        files.into_iter().filter_map(profile).collect()
    }

    fn of(path: &str, text: Cow<'static, str>, events: Option<&'static [KeptEvent]>) -> Option<Self> {
        let name = path.rsplit_once("profiles/")?.1.strip_suffix(".yaml")?;
        Some(Self {
            name: name.to_owned(),
            path: path.to_owned(),
            text,
            events,
        })
    }

    /// Its documents.
    pub(super) fn parse(&self, limits: &Limits) -> ParsedFile {
        match self.events {
            Some(events) => parse_kept(&self.text, events, limits),
            None => parse(&self.path, self.text.as_bytes(), limits),
        }
    }
}

/// Names of the profiles, in the order given.
pub fn names(profiles: &[ProfileText]) -> Vec<&str> {
    profiles.iter().map(|p| p.name.as_str()).collect()
}

/// The text of a profile by its name.
pub fn text<'a>(profiles: &'a [ProfileText], name: &str) -> Option<&'a str> {
    profiles.iter().find(|p| p.name == name).map(|p| &*p.text)
}

/// The profile of this name; `named_at` is where the name is written.
pub(super) fn find<'a>(
    profiles: &'a [ProfileText],
    name: &str,
    named_at: &Location,
) -> Result<&'a ProfileText, Box<ConfigProblem>> {
    profiles.iter().find(|p| p.name == name).ok_or_else(|| {
        Box::new(ConfigProblem {
            kind: ProblemKind::Content,
            message: format!("there is no profile `{name}`"),
            location: named_at.clone(),
            hint: suggest(name, names(profiles)),
        })
    })
}
