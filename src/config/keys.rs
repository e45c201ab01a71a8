//! Every key of `flowgate.yaml` and of a profile with its meaning: the one table behind validation, schema and guide.

use super::shape::{Key, Map, MapKey, Merge, Need, Object, Shape};

/// The whole document.
pub(super) static ROOT: Object = Object {
    name: "flowgate",
    noun: "the configuration",
    keys: &[
        key(
            "requires",
            "Versions of flowgate that may judge here: an exact version (`1.4.2`) or a range (`>=1.4, <2`).",
            Shape::VersionRange,
        ),
        key(
            "profile",
            "The shipped profile that everything else builds on; `gitflow-devops` unless said otherwise. In a profile: the one beneath.",
            Shape::Text,
        ),
        key(
            "extends",
            "Files to merge beneath this one, the last on top; relative to this file, also outside the repository.",
            Shape::List(&Shape::File),
        ),
        key(
            "stages",
            "The stages in order of promotion. A list replaces the profile's.",
            Shape::List(&Shape::Short {
                key: "name",
                object: &STAGE,
            }),
        ),
        key(
            "inference",
            "Words by which stages are recognised in paths and names.",
            Shape::Object(&INFERENCE),
        ),
        key(
            "branches",
            "Branch types by name; the first with a matching pattern wins, and types added here come before the profile's. Null takes a type away.",
            Shape::Map(&BRANCHES),
        ),
        key(
            "merges",
            "For each branch type the types that may be merged into it.",
            Shape::Map(&MERGES),
        ),
        key(
            "components",
            "Parts with a version series of their own.",
            Shape::List(&Shape::Short {
                key: "name",
                object: &COMPONENT,
            }),
        ),
        key("tags", "Which tags are release versions.", Shape::Object(&TAGS)),
        key("commits", "The grammar of commit messages.", Shape::Object(&COMMITS)),
        key(
            "naming",
            "How applications and namespaces are called.",
            Shape::Object(&NAMING),
        ),
        key("clusters", "Clusters by name: a stage, or a mapping.", Shape::Map(&CLUSTERS)),
        key(
            "repositories",
            "Source repositories that deliveries name.",
            Shape::List(&Shape::Short {
                key: "url",
                object: &REPOSITORY,
            }),
        ),
        key(
            "owners",
            "Owners by class of paths, such as `last-stage` or `policy`.",
            Shape::Map(&OWNERS),
        ),
        appended(
            "bots",
            "Names or addresses of bots, `*` for any text; added to the profile's.",
            Shape::List(&Shape::Text),
        ),
        key(
            "paths",
            "Stages by path glob, null for none; the first match wins, and globs given here come before those beneath.",
            PATHS,
        ),
        appended(
            "exclude",
            "Globs of paths that are not judged; added to those beneath.",
            Shape::List(&Shape::Glob),
        ),
        key(
            "adopted",
            "The date or commit from which on commits, tags and branches are judged.",
            Shape::DateOrCommit,
        ),
        key(
            "rules",
            "Levels and options by rule id, group or `*`. The nearest file wins; within one file `paths` before ids, ids before groups, groups before `*`.",
            Shape::Map(&RULES),
        ),
        appended(
            "policies",
            "Folders with rules of your own, relative to this file; added to those beneath.",
            Shape::List(&Shape::File),
        ),
        appended(
            "waivers",
            "What is let pass, with reason, owner and end; added to those beneath.",
            Shape::List(&Shape::Object(&WAIVER)),
        ),
        key(
            "trust",
            "What is trusted beside the default branch to judge merge requests.",
            Shape::Object(&TRUST),
        ),
        key(
            "refs",
            "What is not known of other repositories' refs is a skip (`optional`), or leaves the verdict open where a change is let in or not (`required`).",
            Shape::Choice(&["optional", "required"]),
        ),
        key("flows", "Reserved for a later version of flowgate.", Shape::Reserved),
        key("catalog", "Reserved for a later version of flowgate.", Shape::Reserved),
        key("argocd", "Reserved for a later version of flowgate.", Shape::Reserved),
        key("overrides", "Reserved for a later version of flowgate.", Shape::Reserved),
    ],
};

static STAGE: Object = Object {
    name: "stage",
    noun: "a stage",
    keys: &[
        needed("name", "Canonical name.", Shape::Word),
        key("aliases", "Other words for it, also of several parts (`pre-prod`).", WORDS),
        key(
            "weak_aliases",
            "Words for it that are everyday words too (`test`, `live`): they count only in places made for stages.",
            WORDS,
        ),
        key("was", "Former names; fingerprints and waivers follow.", WORDS),
        key("since", "First day on which the stage is demanded.", Shape::Date),
        key("optional", "Not every application has it.", Shape::Bool),
        key(
            "writers",
            "Who may write to it: `any`, or only `ci`.",
            Shape::Choice(&["any", "ci"]),
        ),
        key("clusters", "Names of its clusters.", TEXTS),
    ],
};

static INFERENCE: Object = Object {
    name: "inference",
    noun: "`inference`",
    keys: &[
        key(
            "negators",
            "Words that negate the next one in a path segment (`non-prod`); a declared stage or alias of that name wins.",
            WORDS,
        ),
        key(
            "weak_words",
            "Words that are weak wherever a stage has them as name or alias.",
            WORDS,
        ),
        key("shared_folders", "Folder names that belong to no stage (`base`).", TEXTS),
        key("stage_folders", "Folder names whose children are stages (`envs`).", TEXTS),
        key("stage_keys", "Labels, annotations and value keys that name a stage.", TEXTS),
    ],
};

static BRANCHES: Map = Map {
    noun: "a branch type",
    key: MapKey::Word,
    value: Shape::Object(&BRANCH),
};

static BRANCH: Object = Object {
    name: "branch_type",
    noun: "a branch type",
    keys: &[
        key(
            "role",
            "What the type is for.",
            Shape::Choice(&[
                "main",
                "develop",
                "release",
                "hotfix",
                "topic",
                "environment",
                "bot",
                "infrastructure",
            ]),
        ),
        key("patterns", "Regular expressions over the whole short name.", REGEXES),
        key("example", "How such a name looks, for messages: `feat/<words>`.", Shape::Text),
        key("base", "The type from which such a branch starts.", Shape::Word),
        key("was", "Former patterns: branches of these names keep the type.", REGEXES),
    ],
};

static MERGES: Map = Map {
    noun: "a branch type",
    key: MapKey::Word,
    value: WORDS,
};

static COMPONENT: Object = Object {
    name: "component",
    noun: "a component",
    keys: &[
        needed("name", "Name of the component, as in its tags.", Shape::Text),
        key("path", "Its folder, from the root.", Shape::Text),
        key("tag", "How its tags look, with `{version}`: `phippy/{version}`.", Shape::Text),
    ],
};

static TAGS: Object = Object {
    name: "tags",
    noun: "`tags`",
    keys: &[
        key(
            "patterns",
            "Regular expressions of release tags, over the whole name; none means SemVer.",
            REGEXES,
        ),
        key("ignore", "Regular expressions of tags that are something else.", REGEXES),
        key("annotated", "Release tags must carry a tag object.", Shape::Bool),
    ],
};

static COMMITS: Object = Object {
    name: "commits",
    noun: "`commits`",
    keys: &[
        key("types", "Types of conventional commits.", TEXTS),
        key("scopes", "Known scopes; none means any.", TEXTS),
        key(
            "enforce",
            "On `all` commits, or only on what lands on a role branch (`landing`).",
            Shape::Choice(&["all", "landing"]),
        ),
        key(
            "exempt",
            "Regular expressions, over the whole subject, of messages that bots write.",
            REGEXES,
        ),
    ],
};

static NAMING: Object = Object {
    name: "naming",
    noun: "`naming`",
    keys: &[
        key(
            "mode",
            "`strict`: always; `detect`: where the repository shows that it follows the grammar; `off`: never.",
            Shape::Choice(&["strict", "detect", "off"]),
        ),
        key(
            "types",
            "Kinds of software by prefix, such as `app`. Null takes one away.",
            Shape::Map(&NAMING_TYPES),
        ),
        key(
            "ignore",
            "Globs of application names that stand outside.",
            Shape::List(&Shape::Glob),
        ),
        key(
            "cluster",
            "Regular expression of a cluster's name that `clusters` does not hold; `{stage}` stands for any stage.",
            Shape::Text,
        ),
        key("namespace_digits", "Namespaces must not start with a digit.", Shape::Bool),
    ],
};

static NAMING_TYPES: Map = Map {
    noun: "a kind of software",
    key: MapKey::Word,
    value: Shape::Object(&NAMING_TYPE),
};

static NAMING_TYPE: Object = Object {
    name: "naming_type",
    noun: "a kind of software",
    keys: &[
        key(
            "application",
            "Name of the Argo CD application, with `{type}`, `{app}`, `{stage}`, `{cluster}`, `{instance}`; `{-instance?}` where it may be missing.",
            Shape::Text,
        ),
        key("namespace", "Name of the namespace, with the same placeholders.", Shape::Text),
    ],
};

static CLUSTERS: Map = Map {
    noun: "a cluster",
    key: MapKey::Text,
    value: Shape::Short {
        key: "stage",
        object: &CLUSTER,
    },
};

static CLUSTER: Object = Object {
    name: "cluster",
    noun: "a cluster",
    keys: &[
        key("stage", "Its stage.", Shape::Word),
        key("servers", "API server URLs by which destinations name it.", TEXTS),
    ],
};

static TRUST: Object = Object {
    name: "trust",
    noun: "trust",
    keys: &[key(
        "branches",
        "Short names of branches, `*` for any text without `/`: a merge request to one of them is judged by what it holds itself. \
         Only the default branch can say so.",
        Shape::List(&Shape::Glob),
    )],
};

static REPOSITORY: Object = Object {
    name: "repository",
    noun: "a repository",
    keys: &[
        needed("url", "Its URL, in any form.", Shape::Text),
        key("default_branch", "Its default branch.", Shape::Text),
    ],
};

static OWNERS: Map = Map {
    noun: "a class of paths",
    key: MapKey::Text,
    value: TEXTS,
};

const PATHS: Shape = Shape::MapOrList {
    map: &PATHS_MAP,
    key: "path",
    value: "stage",
    item: &PATH,
};

static PATHS_MAP: Map = Map {
    noun: "a path",
    key: MapKey::Glob,
    value: Shape::Nullable(&Shape::Word),
};

static PATH: Object = Object {
    name: "path",
    noun: "a path",
    keys: &[
        needed("path", "A glob over paths.", Shape::Glob),
        needed("stage", "Its stage; null for none.", Shape::Nullable(&Shape::Word)),
    ],
};

static RULES: Map = Map {
    noun: "a rule",
    key: MapKey::Rule,
    value: Shape::Short {
        key: "level",
        object: &RULE,
    },
};

static RULE: Object = Object {
    name: "rule",
    noun: "a rule's settings",
    keys: &[
        key("level", "The level at which it is enforced.", LEVEL),
        key(
            "at_most",
            "The highest level, whatever the rules, this file or those beneath it say; a nearer file may say more.",
            LEVEL,
        ),
        key("options", "The rule's own options.", Shape::Map(&OPTIONS)),
        key("paths", "Levels by path glob; the first match wins.", Shape::Map(&RULE_PATHS)),
    ],
};

static OPTIONS: Map = Map {
    noun: "an option",
    key: MapKey::Text,
    value: Shape::Any,
};

static RULE_PATHS: Map = Map {
    noun: "a path",
    key: MapKey::Glob,
    value: LEVEL,
};

static WAIVER: Object = Object {
    name: "waiver",
    noun: "a waiver",
    keys: &[
        needed("rule", "Id of the rule.", Shape::RuleId),
        key(
            "path",
            "A glob over paths, short names of refs, or the id of a commit; none means everywhere.",
            Shape::Glob,
        ),
        needed("reason", "Why this may pass.", Shape::Text),
        key("owner", "Who answers for it.", Shape::Text),
        key("until", "Last day on which it holds.", Shape::Date),
    ],
};

const LEVEL: Shape = Shape::Choice(&["off", "info", "warning", "error"]);
const WORDS: Shape = Shape::List(&Shape::Word);
const TEXTS: Shape = Shape::List(&Shape::Text);
const REGEXES: Shape = Shape::List(&Shape::Regex);

const fn key(name: &'static str, doc: &'static str, shape: Shape) -> Key {
    Key {
        name,
        doc,
        shape,
        need: Need::Optional,
        merge: Merge::Replace,
    }
}

const fn needed(name: &'static str, doc: &'static str, shape: Shape) -> Key {
    Key {
        name,
        doc,
        shape,
        need: Need::Here,
        merge: Merge::Replace,
    }
}

const fn appended(name: &'static str, doc: &'static str, shape: Shape) -> Key {
    Key {
        name,
        doc,
        shape,
        need: Need::Optional,
        merge: Merge::Append,
    }
}
