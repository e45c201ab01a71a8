//! What can be typed after `flowgate merge-request`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::args::{OutputArguments, RuleArguments};
use crate::domain::change::Host;

/// What the change is, as far as the environment does not say it, and by what it is judged.
#[derive(Debug, Args)]
pub struct MergeRequestArguments {
    /// Whose pipeline this is; found out from the environment by default
    #[arg(long, value_name = "HOST", value_parser = hosts())]
    pub host: Option<Host>,
    /// Name of the source branch
    #[arg(long, value_name = "BRANCH", help_heading = CHANGE)]
    pub source: Option<String>,
    /// Name of the target branch
    #[arg(long, value_name = "BRANCH", help_heading = CHANGE)]
    pub target: Option<String>,
    /// Title of the change
    #[arg(long, value_name = "TEXT", help_heading = CHANGE)]
    pub title: Option<String>,
    /// Description of the change
    #[arg(long, value_name = "TEXT", help_heading = CHANGE)]
    pub description: Option<String>,
    /// A label of the change; may be given several times
    #[arg(long = "label", value_name = "TEXT", help_heading = CHANGE)]
    pub labels: Vec<String>,
    /// Account that opened the change
    #[arg(long, value_name = "ACCOUNT", help_heading = CHANGE)]
    pub author: Option<String>,
    /// Its commits will be made one
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", help_heading = CHANGE)]
    pub squash: Option<bool>,
    /// It is a draft
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", help_heading = CHANGE)]
    pub draft: Option<bool>,
    /// The newest commit of the change
    #[arg(long, value_name = "REV", help_heading = CHANGE)]
    pub head: Option<String>,
    /// The commit that the target branch is at
    #[arg(long, value_name = "REV", help_heading = CHANGE)]
    pub target_tip: Option<String>,
    /// Who approved it: the answer of the host's API as JSON
    #[arg(long, value_name = "FILE", help_heading = CHANGE)]
    pub approvals: Option<PathBuf>,
    /// Read configuration and policies from this revision or folder instead of the default branch
    #[arg(long, value_name = "REV|DIR")]
    pub policies_from: Option<String>,
    /// Report only what the change brings; this is the default
    #[arg(long)]
    pub new_only: bool,
    /// Report what stood there before the change as well
    #[arg(long, conflicts_with = "new_only")]
    pub all: bool,
    /// Fetch what is missing of the history, with the git of this machine
    #[arg(long)]
    pub deepen: bool,
    #[command(flatten)]
    pub rules: RuleArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

const CHANGE: &str = "The change";

fn hosts() -> impl TypedValueParser<Value = Host> {
    PossibleValuesParser::new(Host::ALL.map(Host::as_str)).map(|word| Host::parse(&word).unwrap_or(Host::GitLab))
}

/// What `--help` says below the options.
pub const HELP: &str = "\
Exit codes:
  0 clean      nothing found at or above --fail-on
  1 findings   something was; also when something else could not be judged
  2 undecided  the change, its history, configuration or a policy cannot be had: the pipeline must not pass

Configuration and policies are those of the default branch, or of the target where it is protected; never those of the change.

Examples:
  flowgate merge-request --format gitlab=gl-code-quality-report.json --format human   in a pipeline of GitLab
  flowgate merge-request --format github --format sarif=flowgate.sarif                in a workflow of GitHub
  flowgate merge-request --target dev --title 'feat: add vouchers'                    before it is opened";
