//! What can be typed: commands, flags and their help. Decides nothing.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use super::merge_request::MergeRequestArguments;
pub use super::replay::ReplayArguments;
pub use crate::git::hooks::HookName;

/// Judges every change by the same Rego policies, from a developer's commit to the Argo CD sync.
#[derive(Debug, Parser)]
#[command(name = "flowgate", version, max_term_width = 110)]
pub struct Arguments {
    #[command(flatten)]
    pub start: StartArguments,
    #[command(subcommand)]
    pub command: Command,
}

/// Where every command starts.
#[derive(Debug, Args)]
pub struct StartArguments {
    /// Run as if started in DIR, as git's -C does
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge a repository: its files, branches, tags and commits
    #[command(after_help = CHECK_HELP)]
    Check(Box<CheckArguments>),
    /// Judge what Git is about to do; what Git's hooks start
    #[command(after_help = HOOK_HELP)]
    Hook(Box<HookArguments>),
    /// Judge the message of a commit that is not made yet
    #[command(after_help = COMMIT_MSG_HELP)]
    CommitMsg(Box<CommitMsgArguments>),
    /// Judge a merge or pull request by what its target trusts
    #[command(after_help = super::merge_request::HELP)]
    MergeRequest(Box<MergeRequestArguments>),
    /// Judge the merges of the past as the gate would, and count by rule what it would have stopped
    #[command(after_help = super::replay::HELP)]
    Replay(Box<ReplayArguments>),
    /// Show the rules: list them, or explain one
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// Print as JSON exactly what rules see
    Facts(Box<FactsArguments>),
    /// Propose a commented flowgate.yaml for this repository; overwrites nothing
    Init(InitArguments),
    /// Record what is found today, so that only what is new stops anybody
    Baseline {
        #[command(subcommand)]
        command: BaselineCommand,
    },
    /// Refs of other repositories that deliveries name
    Refs {
        #[command(subcommand)]
        command: RefsCommand,
    },
    /// Saved reports, in other formats
    Report {
        #[command(subcommand)]
        command: ReportCommand,
    },
    /// Put flowgate into Git's hooks, take it out, and see whether it answers
    Hooks {
        #[command(subcommand)]
        command: HooksCommand,
    },
    /// Build the Acme example in a temporary folder and judge it
    Demo(DemoArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell to complete for
        shell: Shell,
    },
}

const CHECK_HELP: &str = "\
Exit codes:
  0 clean      nothing found at or above --fail-on
  1 findings   something was; also when something else could not be judged
  2 undecided  arguments, configuration, a policy or part of the target cannot be used or read

Examples:
  flowgate check                             files, branches, tags, and commits not yet on the trunk
  flowgate check --staged                    what the next commit would hold
  flowgate check --range origin/main..HEAD   those commits, and the files they change
  flowgate check --history --only commits    every message since the beginning
  helm template . | flowgate check -         rendered manifests";

const HOOK_HELP: &str = "\
Exit codes:
  0  Git goes on: nothing at or above --fail-on was found, or a developer's hook could not judge (it says so)
  1  Git stops: findings
  2  Git stops: what is judged cannot be read, or on a server anything could not be judged

FLOWGATE_SKIP=RULE,... leaves rules out once, on a developer's machine only.";

/// Which hook runs, and what Git says to it.
#[derive(Debug, Args)]
pub struct HookArguments {
    #[command(flatten)]
    pub rules: RuleArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    /// On a server: read configuration and policies from this revision instead of the default branch
    #[arg(long, value_name = "REV")]
    pub policies_from: Option<String>,
    /// Refuse to go on after this long [default: 10 in pre-receive and update]
    #[arg(long, value_name = "SECONDS")]
    pub time_limit: Option<u64>,
    /// Run this program first, as Git would, and stop where it stops
    #[arg(long, value_name = "PATH")]
    pub chained: Option<PathBuf>,
    /// The line of standard input that the script has read already
    #[arg(long, value_name = "LINE", hide = true)]
    pub first_line: Option<String>,
    /// The hook's name
    #[arg(value_name = "HOOK", value_parser = hook_names())]
    pub name: HookName,
    /// The arguments that Git gives the hook
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}

const COMMIT_MSG_HELP: &str = "\
Exit codes:
  0 clean      nothing found at or above --fail-on
  1 findings   the message has to be written anew
  2 undecided  arguments, configuration or a policy cannot be used, or there is no message

Examples:
  flowgate commit-msg --edit             the message that the hook rejected, in your editor, with the findings below it
  flowgate commit-msg draft.txt          a message in a file
  echo 'feat: a' | flowgate commit-msg -";

/// Which message, and what to do about it.
#[derive(Debug, Args)]
pub struct CommitMsgArguments {
    /// The file that holds the message; `-` reads standard input; by default the last message that git commit left behind
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Open the editor that Git would open, with the findings below the message, and judge again
    #[arg(long)]
    pub edit: bool,
    /// With --edit: print nothing but the command that commits the message
    #[arg(long, requires = "edit")]
    pub commit: bool,
    #[command(flatten)]
    pub rules: RuleArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

/// What to look at and how to report it.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Files or folders to look at; `-` reads documents from standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub rules: RuleArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    /// Apply the edits that keep the meaning (quotes around a version)
    #[arg(long, conflicts_with = "diff")]
    pub fix: bool,
    /// Show those edits as a diff and change nothing
    #[arg(long)]
    pub diff: bool,
}

/// Which state of the repository is looked at.
#[derive(Debug, Default, Args)]
pub struct TargetArguments {
    /// Judge the index against HEAD, and the current branch
    #[arg(long, group = "state")]
    pub staged: bool,
    /// Judge the tree of this revision
    #[arg(long, value_name = "REV", group = "state")]
    pub rev: Option<String>,
    /// Judge these commits, and the files they change as they stand at B
    #[arg(long, value_name = "A..B", group = "state")]
    pub range: Option<String>,
    /// Judge every commit that HEAD reaches
    #[arg(long, conflicts_with_all = ["staged", "range"])]
    pub history: bool,
    /// Judge the trees of all branch tips too, remote-tracking ones included
    #[arg(long, conflicts_with = "state")]
    pub all_branches: bool,
    /// With --staged or --range: count what stood before, and report what the change brings, wherever it shows
    #[arg(long)]
    pub new_only: bool,
    /// Look at vendored files and test data too
    #[arg(long)]
    pub include_excluded: bool,
}

/// Which rules judge, by which model.
#[derive(Debug, Args)]
pub struct RuleArguments {
    /// Only these rules or groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    pub only: Vec<String>,
    /// All but these rules or groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Findings of this severity or above give exit code 1
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
    #[command(flatten)]
    pub model: ModelArguments,
    /// Read what is known of other repositories' refs from this file instead of flowgate.refs.lock
    #[arg(long, value_name = "FILE")]
    pub refs: Option<PathBuf>,
    /// Read the baseline from this file instead of flowgate.baseline.json
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub baseline: Option<PathBuf>,
    /// Report the findings of the baseline too
    #[arg(long)]
    pub no_baseline: bool,
    /// The day that counts as today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub now: Option<String>,
    /// Neither use nor keep what earlier runs learnt
    #[arg(long)]
    pub no_cache: bool,
    /// Keep what is learnt in this folder; server hooks use no other one
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache: Option<PathBuf>,
    /// How many threads to use; as many as there are processors by default
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Where configuration and rules come from.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// Judge by this profile, whatever the configuration names
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Read this configuration instead of the repository's own
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read the rule set from this folder instead of the one built in
    #[arg(long, value_name = "DIR", env = "FLOWGATE_POLICIES")]
    pub policies: Option<PathBuf>,
}

impl ModelArguments {
    /// Nothing was typed: the repository's own.
    pub const NONE: Self = Self {
        profile: None,
        config: None,
        policies: None,
    };
}

/// How the report is written.
#[derive(Debug, Args)]
pub struct OutputArguments {
    /// human, json, sarif, gitlab, github, junit, tap, markdown or html, each optionally with =FILE; may be given several times
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    pub formats: Vec<String>,
    /// Print findings and failures only
    #[arg(long, short)]
    pub quiet: bool,
    /// Print every finding, however many a rule has
    #[arg(long)]
    pub full: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    Warning,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// One line for each rule, with its level here
    List(RulesArguments),
    /// The page of one rule, its level and options here, and where they come from
    Explain {
        /// A rule such as commits/conventional
        id: String,
        #[command(flatten)]
        rules: RulesArguments,
    },
}

/// By which model the rules are shown.
#[derive(Debug, Args)]
pub struct RulesArguments {
    #[command(flatten)]
    pub model: ModelArguments,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// What to print of the facts.
#[derive(Debug, Args)]
pub struct FactsArguments {
    /// Only the documents of these files; `-` reads documents from standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only this commit
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
    /// Only what these ref updates do: lines `<old object> <new object> <ref>`, as Git writes them to pre-receive; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "commit"])]
    pub updates: Option<PathBuf>,
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub rules: RuleArguments,
}

#[derive(Debug, Args)]
pub struct InitArguments {
    /// Print the proposal and write nothing
    #[arg(long)]
    pub print: bool,
}

#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Write today's findings into the baseline, in place of those that it holds
    #[command(after_help = BASELINE_HELP)]
    Write(BaselineArguments),
    /// Take findings that are no more out of the baseline; adds none
    Prune(BaselineArguments),
}

const BASELINE_HELP: &str = "\
Exit codes:
  0  written
  2  not everything could be judged, or the file cannot be written; nothing is changed";

#[derive(Debug, Args)]
pub struct BaselineArguments {
    /// This file instead of flowgate.baseline.json at the repository's root
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub model: ModelArguments,
    /// Read what is known of other repositories' refs from this file instead of flowgate.refs.lock
    #[arg(long, value_name = "FILE")]
    pub refs: Option<PathBuf>,
    /// The day that counts as today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub now: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum RefsCommand {
    /// Ask every source repository that a delivery names for its branches and tags, and write flowgate.refs.lock
    Update {
        /// Write this file instead of flowgate.refs.lock at the repository's root
        #[arg(long, value_name = "FILE")]
        refs: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Write saved JSON reports in any format; several of one repository become one
    #[command(after_help = CONVERT_HELP)]
    Convert(ConvertArguments),
}

const CONVERT_HELP: &str = "\
A finding that several reports hold counts once, by its fingerprint; findings win over what could not be judged, and that over clean.

Exit codes:
  0  written, whatever the verdict: the run that made the report has told it
  2  a report cannot be read, or one cannot be written

Examples:
  flowgate report convert report.json --format sarif=flowgate.sarif --format human
  flowgate report convert files.json commits.json --format gitlab=gl-code-quality-report.json";

#[derive(Debug, Args)]
pub struct ConvertArguments {
    /// A report written with --format json; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub output: OutputArguments,
}

#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Build the example here and keep it; a new folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Build the example that follows every rule
    #[arg(long)]
    pub good: bool,
}

#[derive(Debug, Subcommand)]
pub enum HooksCommand {
    /// Write the hooks; one that stands there already is kept and runs first
    #[command(after_help = INSTALL_HELP)]
    Install(InstallArguments),
    /// Take the hooks away and bring back what stood there before, byte for byte
    Uninstall(UninstallArguments),
    /// What stands at the place of each hook, and where that is
    Status {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Let Git run each hook of flowgate, see which flowgate answers, and name what is in the way
    Doctor,
}

const INSTALL_HELP: &str = "\
Without --hook: pre-commit, commit-msg, pre-merge-commit and pre-push; in a bare repository pre-receive.

Where husky, lefthook, pre-commit, prek or hk run the hooks, the lines for their configuration are printed instead.

Exit codes:
  0  installed, or there already
  2  nothing was written: something must be decided first, and is named

Examples:
  flowgate hooks install                             the hooks above, in this repository
  flowgate hooks install --hook post-checkout        this one alone
  flowgate hooks install --write                     also into files that the team tracks";

#[derive(Debug, Args)]
pub struct InstallArguments {
    /// This hook instead of the usual ones; may be given several times
    #[arg(long = "hook", value_name = "NAME", value_parser = hook_names())]
    pub hooks: Vec<HookName>,
    /// Into the folder that a global or system core.hooksPath names, for every repository
    #[arg(long)]
    pub global: bool,
    /// Change files of the work tree: a runner's configuration, tracked hooks
    #[arg(long)]
    pub write: bool,
    /// Take the place of a runner's hook, which then runs first
    #[arg(long)]
    pub force: bool,
    /// Say what would be done and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct UninstallArguments {
    /// This hook alone; may be given several times
    #[arg(long = "hook", value_name = "NAME", value_parser = hook_names())]
    pub hooks: Vec<HookName>,
    /// From the folder that a global or system core.hooksPath names
    #[arg(long)]
    pub global: bool,
    /// Change files of the work tree: a runner's configuration, tracked hooks
    #[arg(long)]
    pub write: bool,
    /// Take a script away although it was changed by hand
    #[arg(long)]
    pub force: bool,
    /// Say what would be done and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

fn hook_names() -> impl TypedValueParser<Value = HookName> {
    PossibleValuesParser::new(HookName::ALL.map(HookName::as_str))
        .try_map(|name| HookName::parse(&name).ok_or("no hook of flowgate"))
}
