//! What can be typed after `flowgate replay`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use crate::cli::args::ModelArguments;

/// Which past, by which model.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("period").required(true).args(["last", "since"]))]
pub struct ReplayArguments {
    /// The newest N changes
    #[arg(long, value_name = "N")]
    pub last: Option<usize>,
    /// Changes that were merged on this day or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<String>,
    /// Changes into this branch; may be given several times [default: branches with the role main or develop]
    #[arg(long = "branch", value_name = "NAME")]
    pub branches: Vec<String>,
    /// Only these rules or groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    pub only: Vec<String>,
    /// All but these rules or groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    pub skip: Vec<String>,
    #[command(flatten)]
    pub model: ModelArguments,
    /// Read what is known of other repositories' refs from this file instead of flowgate.refs.lock
    #[arg(long, value_name = "FILE")]
    pub refs: Option<PathBuf>,
    /// Neither use nor keep what earlier runs learnt
    #[arg(long)]
    pub no_cache: bool,
    /// Keep what is learnt in this folder
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache: Option<PathBuf>,
    /// How many threads to use; as many as there are processors by default
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// For people, or for programs: every change with its findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReplayFormat::Human)]
    pub format: ReplayFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReplayFormat {
    Human,
    Json,
}

/// What `--help` says below the options.
pub const HELP: &str = "\
Each change is judged by the configuration of HEAD, or of --config, on the day of its merge, with branches and tags as they stood then as far
as the clone tells. Nothing is stopped by it, and nothing is written.

Exit codes:
  0  the past was judged, whatever was found; changes that could not be judged are listed
  2  arguments, history, configuration or a policy cannot be used

Examples:
  flowgate replay --last 200
  flowgate replay --since 2026-01-01 --branch develop
  flowgate replay --last 200 --config proposed.yaml     what a model would stop before it is enforced";
