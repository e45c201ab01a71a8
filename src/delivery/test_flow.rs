//! The default model for unit tests: stages dev, int, prd and the branch types of Gitflow for DevOps.

use std::collections::BTreeMap;

use crate::domain::flow::{
    BranchRole, BranchType, CommitGrammar, Enforce, Flow, Naming, NamingMode, NamingType, Stage, TagGrammar, Writers,
};
use crate::domain::pattern::Pattern;

pub(crate) fn default() -> Flow {
    Flow {
        stages: vec![
            stage("dev", &["development", "develop"], &["dev", "development", "develop"]),
            Stage {
                aliases: words("integration test tst testing qa acceptance sit uat stage staging stg"),
                ..stage(
                    "int",
                    &[],
                    &["int", "integration", "test", "testing", "stage", "qa", "acceptance", "sit"],
                )
            },
            stage("prd", &["prod", "production", "live"], &["live"]),
        ],
        negators: texts(&["non", "no", "not", "pre", "anti"]),
        shared_folders: words(
            "base bases common commons shared global defaults components variants modules lib libs charts templates",
        ),
        stage_folders: words(
            "env envs environment environments overlay overlays stage stages cluster clusters inventory inventories deploy deployment \
             deployments live apps",
        ),
        stage_keys: texts(&["flowgate.dev/stage", "stage", "environment", "env"]),
        branch_types: branch_types(),
        merges: BTreeMap::new(),
        tags: TagGrammar {
            patterns: Vec::new(),
            ignore: Vec::new(),
            annotated: true,
        },
        commits: CommitGrammar {
            types: texts(&["feat", "fix"]),
            scopes: Vec::new(),
            enforce: Enforce::Landing,
            exempt: Vec::new(),
        },
        naming: naming(),
        clusters: Vec::new(),
        components: Vec::new(),
        repositories: Vec::new(),
        owners: BTreeMap::new(),
        bots: Vec::new(),
        paths: Vec::new(),
    }
}

pub(crate) fn stage(name: &str, aliases: &[&str], weak_aliases: &[&str]) -> Stage {
    Stage {
        name: name.to_owned(),
        aliases: texts(aliases),
        weak_aliases: texts(weak_aliases),
        was: Vec::new(),
        optional: false,
        writers: Writers::Any,
        since: None,
        clusters: Vec::new(),
    }
}

fn branch_types() -> Vec<BranchType> {
    vec![
        branch_type("main", BranchRole::Main, "(main|master)"),
        branch_type("develop", BranchRole::Develop, "(dev|develop|development)"),
        branch_type("release", BranchRole::Release, "release/.+"),
        branch_type("hotfix", BranchRole::Hotfix, "hotfix/.+"),
        branch_type("feature", BranchRole::Topic, "(feat|feature)/.+"),
        branch_type("fix", BranchRole::Topic, "(fix|bugfix)/.+"),
    ]
}

fn branch_type(name: &str, role: BranchRole, pattern: &str) -> BranchType {
    BranchType {
        name: name.to_owned(),
        role,
        patterns: vec![Pattern::whole_name(pattern)],
        example: name.to_owned(),
        base: None,
        was: Vec::new(),
    }
}

fn naming() -> Naming {
    Naming {
        mode: NamingMode::Detect,
        types: vec![
            naming_type("cs", "{type}-{app}-{cluster}", "{app}"),
            naming_type("ps", "{type}-{app}-{cluster}", "{type}-{app}"),
            naming_type("app", "{type}-{app}-{stage}{-instance?}", "{type}-{app}-{stage}{-instance?}"),
        ],
        ignore: Vec::new(),
        cluster: "{stage}[0-9]{2}".to_owned(),
        namespace_digits: true,
    }
}

fn naming_type(prefix: &str, application: &str, namespace: &str) -> NamingType {
    NamingType {
        prefix: prefix.to_owned(),
        application: application.to_owned(),
        namespace: namespace.to_owned(),
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}
