//! The default model for unit tests: stages dev, int, prd and the branch types of Gitflow for DevOps.

use std::collections::BTreeMap;

use regex::Regex;

use crate::domain::flow::{
    BranchRole, BranchType, CommitGrammar, Enforce, Flow, Naming, NamingMode, NamingType, Stage, TagGrammar, Writers,
};

pub(crate) fn default() -> Flow {
    Flow {
        stages: vec![
            stage("dev", &["development", "develop"], &["dev"]),
            stage(
                "int",
                &["integration", "tst", "uat", "staging", "stg"],
                &["int", "test", "stage", "qa"],
            ),
            stage("prd", &["prod", "production"], &["live"]),
        ],
        negators: texts(&["non", "no", "not", "pre", "anti"]),
        shared_folders: texts(&[
            "base",
            "common",
            "components",
            "variants",
            "modules",
            "lib",
            "charts",
            "templates",
            "global",
        ]),
        stage_folders: texts(&[
            "envs",
            "environments",
            "overlays",
            "stages",
            "clusters",
            "inventories",
            "inventory",
            "deploy",
            "live",
            "apps",
        ]),
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
        branch_type("main", BranchRole::Main, "^(main|master)$"),
        branch_type("develop", BranchRole::Develop, "^(dev|develop|development)$"),
        branch_type("release", BranchRole::Release, "^release/.+$"),
        branch_type("hotfix", BranchRole::Hotfix, "^hotfix/.+$"),
        branch_type("feature", BranchRole::Topic, "^(feat|feature)/.+$"),
        branch_type("fix", BranchRole::Topic, "^(fix|bugfix)/.+$"),
    ]
}

fn branch_type(name: &str, role: BranchRole, pattern: &str) -> BranchType {
    BranchType {
        name: name.to_owned(),
        role,
        patterns: vec![Regex::new(pattern).unwrap()],
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

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}
