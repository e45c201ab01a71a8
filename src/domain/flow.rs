//! The user's declared model, validated: stages in order, branch types, merge matrix, tag, commit and naming grammar.
//! It comes from a profile plus `flowgate.yaml`; nothing of it is a constant in Rust or Rego.

use std::collections::BTreeMap;

use super::commit::Person;
use super::pattern::Pattern;
use super::refs::Version;

/// Who may write to a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writers {
    Any,
    /// Only pipelines.
    Ci,
}

/// One stage of the flow, in order of promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Canonical name.
    pub name: String,
    /// Words for it that are strong evidence anywhere, lower case, possibly of several tokens (`pre-prod`). The name itself is one of them
    /// or of `weak_aliases`; no word is in both.
    pub aliases: Vec<String>,
    /// Words for it that are everyday words too (`int`, `test`, `live`): evidence only in slots made for stages.
    pub weak_aliases: Vec<String>,
    /// Former names: fingerprints and waivers follow them.
    pub was: Vec<String>,
    /// Not every application has it.
    pub optional: bool,
    pub writers: Writers,
    /// First day on which it is demanded, `YYYY-MM-DD`.
    pub since: Option<String>,
    /// Names of its clusters.
    pub clusters: Vec<String>,
}

/// What a type of branch is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BranchRole {
    Main,
    Develop,
    Release,
    Hotfix,
    Topic,
    /// Stands for a stage; only profiles that allow it have such a type.
    Environment,
    /// Made by a bot or by the host.
    Bot,
    /// `gh-pages`, `pages`: not part of the flow.
    Infrastructure,
}

impl BranchRole {
    pub const ALL: [Self; 8] = [
        Self::Main,
        Self::Develop,
        Self::Release,
        Self::Hotfix,
        Self::Topic,
        Self::Environment,
        Self::Bot,
        Self::Infrastructure,
    ];

    /// Whether others build on what is there: no topic, no bot's branch, and part of the flow.
    pub const fn is_landing_place(self) -> bool {
        match self {
            Self::Main | Self::Develop | Self::Release | Self::Hotfix | Self::Environment => true,
            Self::Topic | Self::Bot | Self::Infrastructure => false,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Develop => "develop",
            Self::Release => "release",
            Self::Hotfix => "hotfix",
            Self::Topic => "topic",
            Self::Environment => "environment",
            Self::Bot => "bot",
            Self::Infrastructure => "infrastructure",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// One type of branch. The first type with a matching pattern wins.
#[derive(Debug, Clone)]
pub struct BranchType {
    /// Such as `main`, `develop`, `feature`, `release`.
    pub name: String,
    pub role: BranchRole,
    /// Whole-name regular expressions over the short name; anchored.
    pub patterns: Vec<Pattern>,
    /// How such a name looks, for messages: `feat/<words>`.
    pub example: String,
    /// Name of the type it starts from, if that is fixed.
    pub base: Option<String>,
    /// Former patterns, anchored: branches of these names keep their type where no type has a pattern for them.
    pub was: Vec<Pattern>,
}

/// Tags that are versions, and tags that are not meant to be.
#[derive(Debug, Clone)]
pub struct TagGrammar {
    /// Whole-name regular expressions of release tags; anchored. Empty: SemVer, as `versions` reads it.
    pub patterns: Vec<Pattern>,
    /// Tags that are something else (`nightly-2024-01-01`, `v1` as a moving major).
    pub ignore: Vec<Pattern>,
    /// Release tags carry a tag object.
    pub annotated: bool,
}

/// Where conventional commits are demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Enforce {
    /// On every commit.
    All,
    /// On what lands on a role branch.
    Landing,
}

/// The commit grammar.
#[derive(Debug, Clone)]
pub struct CommitGrammar {
    pub types: Vec<String>,
    /// Known scopes; empty means any.
    pub scopes: Vec<String>,
    pub enforce: Enforce,
    /// Whole-subject regular expressions of messages that bots write and nobody edits.
    pub exempt: Vec<Pattern>,
}

/// Whether names must follow the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamingMode {
    /// Always.
    Strict,
    /// Only where the repository shows that it follows the grammar.
    Detect,
    Off,
}

/// A kind of software (`cs`, `ps`, `app`) and how its things are called.
#[derive(Debug, Clone)]
pub struct NamingType {
    /// The prefix, such as `app`.
    pub prefix: String,
    /// Pattern of the Argo CD application, with `{type} {app} {stage} {cluster} {instance?}`.
    pub application: String,
    /// Pattern of the namespace, same placeholders.
    pub namespace: String,
}

/// The naming grammar.
#[derive(Debug, Clone)]
pub struct Naming {
    pub mode: NamingMode,
    pub types: Vec<NamingType>,
    /// Globs of application names that stand outside (`root`, `*-apps`, `bootstrap`).
    pub ignore: Vec<String>,
    /// Regular expression of a cluster's name when it is not in `clusters`; `{stage}` stands for any stage.
    pub cluster: String,
    /// Namespaces must not start with a digit.
    pub namespace_digits: bool,
}

/// A cluster that the configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub name: String,
    pub stage: Option<String>,
    /// API server URLs by which Argo CD destinations name it.
    pub servers: Vec<String>,
}

/// A component with a version series of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    pub name: String,
    pub path: Option<String>,
    /// Tag pattern with `{version}`: `phippy/{version}`.
    pub tag: Option<String>,
}

/// A source repository that the configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRepository {
    pub url: String,
    pub default_branch: Option<String>,
}

/// What a path glob declares. The first whose glob matches counts.
#[derive(Debug, Clone)]
pub struct PathRule {
    pub glob: globset::GlobMatcher,
    /// The glob as written.
    pub pattern: String,
    /// Canonical stage name; `None` means: no stage.
    pub stage: Option<String>,
}

/// The whole model.
#[derive(Debug, Clone)]
pub struct Flow {
    /// In order of promotion.
    pub stages: Vec<Stage>,
    /// Words that negate the next token in one path segment (`non`, `not`).
    pub negators: Vec<String>,
    /// Folder names that are shared by all stages (`base`, `common`).
    pub shared_folders: Vec<String>,
    /// Folder names whose children are stages (`envs`, `overlays`).
    pub stage_folders: Vec<String>,
    /// Labels, annotations and value keys that name a stage.
    pub stage_keys: Vec<String>,
    pub branch_types: Vec<BranchType>,
    /// Target type to the source types that may be merged into it.
    pub merges: BTreeMap<String, Vec<String>>,
    pub tags: TagGrammar,
    pub commits: CommitGrammar,
    pub naming: Naming,
    pub clusters: Vec<Cluster>,
    pub components: Vec<Component>,
    pub repositories: Vec<SourceRepository>,
    /// Class of paths (`last-stage`, `policy`) to owners.
    pub owners: BTreeMap<String, Vec<String>>,
    /// Names or addresses of bots in lower case; `*` stands for any text. See `is_bot`.
    pub bots: Vec<String>,
    pub paths: Vec<PathRule>,
}

impl Flow {
    /// The type of a branch by its short name: the first with a matching pattern, else the first with a matching former one.
    pub fn branch_type(&self, short_name: &str) -> Option<&BranchType> {
        let matches = |patterns: &[Pattern]| patterns.iter().any(|p| p.is_match(short_name));
        let today = self.branch_types.iter().find(|t| matches(&t.patterns));
        today.or_else(|| self.branch_types.iter().find(|t| matches(&t.was)))
    }

    /// The role of a branch by its short name.
    pub fn branch_role(&self, short_name: &str) -> Option<BranchRole> {
        self.branch_type(short_name).map(|t| t.role)
    }

    /// Whether a tag is not meant to be a version.
    pub fn is_ignored_tag(&self, name: &str) -> bool {
        self.tags.ignore.iter().any(|p| p.is_match(name))
    }

    /// Whether a tag is a release: it has one of the patterns, or reads as a version where there are none.
    pub fn is_release_tag(&self, name: &str, version: Option<&Version>) -> bool {
        let is_release = if self.tags.patterns.is_empty() {
            version.is_some()
        } else {
            self.tags.patterns.iter().any(|p| p.is_match(name))
        };
        is_release && !self.is_ignored_tag(name)
    }

    /// Position of a stage by its canonical name.
    pub fn rank(&self, stage: &str) -> Option<usize> {
        self.stages.iter().position(|s| s.name == stage)
    }

    /// Whether the name or the address is one of `bots`.
    pub fn is_bot(&self, person: &Person) -> bool {
        let texts = [person.name.to_lowercase(), person.email.to_lowercase()];
        self.bots
            .iter()
            .any(|bot| texts.iter().any(|text| matches_wildcard(bot, text)))
    }
}

/// `*` stands for any text, everything else for itself: `[bot]` is no character class here.
fn matches_wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches_wildcard;

    #[test]
    fn a_star_is_any_text_and_brackets_are_themselves() {
        assert!(matches_wildcard("*[bot]", "renovate[bot]"));
        assert!(!matches_wildcard("*[bot]", "robot"));
        assert!(matches_wildcard(
            "project_*_bot*@noreply.*",
            "project_12_bot_a1b2@noreply.gitlab.com"
        ));
        assert!(matches_wildcard("weblate", "weblate"));
        assert!(!matches_wildcard("weblate", "weblate user"));
        assert!(!matches_wildcard("a*a", "a"));
        assert!(matches_wildcard("*", ""));
    }
}
