//! By whose configuration and policies a change is judged: never by those that it brings itself.

use super::args::ModelArguments;
use crate::domain::report::Report;
use crate::domain::target::Content;

/// The state that configuration and policies are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    pub origin: Content,
    /// Full name of the branch that `origin` is the present state of, if it is one.
    pub branch: Option<String>,
    /// How a person calls it: `main`, `HEAD`; why there is none.
    pub name: String,
}

impl Trusted {
    /// The same with the built-in rules, and why.
    pub fn replaced_by_built_in(&self) -> Self {
        Self {
            origin: Content::Nothing,
            branch: self.branch.clone(),
            name: format!("the configuration of {} cannot be used", self.name),
        }
    }

    /// By what a report judged, in one line.
    pub fn line(&self, model: &ModelArguments, report: &Report) -> String {
        let configuration = match (&model.config, report.trust.source.as_str()) {
            (Some(path), _) => format!("{} on the server", path.display()),
            (None, "revision") => {
                let commit: String = report.trust.revision.iter().flat_map(|id| id.chars().take(10)).collect();
                format!("the configuration of {} at {commit}", self.name)
            }
            (None, _) if self.origin == Content::Nothing => format!("the built-in rules ({})", self.name),
            (None, _) => format!("the built-in rules ({} has no configuration)", self.name),
        };
        let policies = model.policies.as_ref();
        let policies = policies.map(|path| format!(", with the rules in {} on the server", path.display()));
        format!("judged by {configuration}{}", policies.unwrap_or_default())
    }
}
