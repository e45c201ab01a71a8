//! A stage that was inferred, and the evidence for it; the inference itself lives in `delivery`.

use std::borrow::Cow;

use super::location::Location;

/// One reason to believe that something belongs to a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What was looked at, as a person would call it: `path`, `destination namespace`, `label`, ...
    pub source: Cow<'static, str>,
    /// The text that was read there.
    pub text: String,
    /// Canonical name of the stage it speaks for.
    pub stage: String,
    /// Weight from 0 to 100, after the table in `delivery::stage`.
    pub weight: u8,
    pub location: Location,
}

/// What flowgate believes about the stage of a document or delivery. Unknown stays unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageInference {
    /// Canonical name, or `None` when nothing speaks for a stage.
    pub stage: Option<String>,
    /// Position of the stage in the flow, from 0.
    pub rank: Option<usize>,
    /// All evidence, strongest first.
    pub evidence: Vec<Evidence>,
    /// The thing deliberately covers several stages (a project, a generator), named here.
    pub stages: Vec<String>,
}
