//! What pipelines of all hosts have in common: a tie of a job to a branch or tag becomes a delivery to its environment.

use crate::domain::delivery::{Delivery, DeliveryMode};
use crate::domain::location::Location;
use crate::domain::revision::{Known, Revision, RevisionClass};

use super::condition::{Names, Tie, What};
use super::context::Context;
use super::revision::{is_templated, of_branch, of_class};
use super::slots::read_value;
use super::stage::StageEvidence;
use super::version::exact_version;

/// The environment of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// With variables filled.
    pub name: String,
    pub written: String,
    pub at: Location,
    /// GitLab's `deployment_tier`, which speaks when the name does not.
    pub tier: Option<(String, Location)>,
    /// Its name is computed from the branch.
    pub is_from_branch: bool,
    /// Its name is chosen by asking for the branch: `${{ github.ref == 'refs/heads/main' && 'prd' || 'int' }}`.
    pub is_chosen_by_branch: bool,
}

/// The delivery of a job: `(tool, kind, job)`. Without a tie the run is for any branch, which `any_ref` stands for.
pub fn pipeline_delivery(
    (tool, kind, job): (&'static str, &str, &str),
    mode: DeliveryMode,
    environment: &Environment,
    tie: Option<&Tie>,
    any_ref: &str,
    context: &Context<'_>,
) -> Delivery {
    let mut evidence = StageEvidence::default();
    if mode != DeliveryMode::Preview {
        let name = (environment.name.as_str(), environment.at.clone());
        read_value(&mut evidence, "environment", name, 90, context);
        if let Some((tier, at)) = &environment.tier {
            read_value(&mut evidence, "deployment tier", (tier, at.clone()), 80, context);
        }
    }
    // Where the name is computed or chosen, that is the place to mend, not the condition.
    let at = match tie {
        Some(tie) if !environment.is_from_branch && !environment.is_chosen_by_branch => tie.at.clone(),
        _ => environment.at.clone(),
    };
    Delivery {
        tool,
        kind: kind.to_owned(),
        name: Some(job.to_owned()),
        mode,
        source: context.this_repository(),
        revision: tie.map_or_else(
            || of_class(RevisionClass::Templated, Some(any_ref)),
            |t| revision(&t.what, any_ref, context),
        ),
        stage: evidence.infer(context),
        environment: Some(environment.written.clone()),
        environment_from_branch: environment.is_from_branch,
        cluster: None,
        namespace: None,
        at,
        generated_by: None,
        condition: tie.map(|t| t.text.clone()).filter(|t| !t.is_empty()),
    }
}

/// Whether an environment's name says that it is short-lived: `review/$CI_COMMIT_REF_SLUG`, `pr-12`.
pub fn is_preview_name(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "review",
        "reviews",
        "preview",
        "previews",
        "pr",
        "mr",
        "feature",
        "ephemeral",
        "dynamic",
        "tmp",
        "temp",
        "sandbox",
    ];
    let first = name
        .split(['/', '-', '_', '.', '$'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    WORDS.contains(&first.as_str())
}

fn revision(what: &What, any_ref: &str, context: &Context<'_>) -> Revision {
    match what {
        What::Branch(Names::Exact(name)) | What::MergeRequestBranch(Names::Exact(name)) if is_templated(name) => {
            of_class(RevisionClass::Templated, Some(name))
        }
        What::Branch(Names::Exact(name)) | What::MergeRequestBranch(Names::Exact(name)) => of_branch(name, name, context),
        What::Branch(Names::Pattern { text, glob }) | What::MergeRequestBranch(Names::Pattern { text, glob }) => Revision {
            branch: Some(glob.clone()),
            ..of_class(RevisionClass::Branch, Some(text))
        },
        What::DefaultBranch => Revision {
            branch: context.default_branch.clone(),
            known: if context.default_branch.is_some() {
                Known::Repository
            } else {
                Known::Grammar
            },
            ..of_class(RevisionClass::Default, None)
        },
        What::Tag(Some(Names::Exact(tag))) => match exact_version(tag) {
            Some(version) => Revision {
                version: Some(version),
                ..of_class(RevisionClass::Semver, Some(tag))
            },
            None => of_class(RevisionClass::Tag, Some(tag)),
        },
        What::Tag(Some(Names::Pattern { text, .. })) => of_class(RevisionClass::Tag, Some(text)),
        What::Tag(None) => of_class(RevisionClass::Tag, None),
        What::Event(_) | What::Other(_) => of_class(RevisionClass::Templated, Some(any_ref)),
    }
}
