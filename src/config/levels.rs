//! At which level a rule is enforced and with which options: by rule, group, path and layer.

use std::collections::BTreeMap;

use globset::GlobMatcher;

use crate::domain::rule::{Level, RuleId};

use super::path_glob;
use super::problem::{Problems, suggest};
use super::rules::KnownRules;
use super::tree::{Entry, Node, Origin};

/// The settings of all rules, by the key under `rules`.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    by_key: BTreeMap<String, Settings>,
}

/// What stands under one key: a rule's id, a group, or `*`.
#[derive(Debug, Clone, Default)]
struct Settings {
    level: Option<Said>,
    at_most: Option<Said>,
    /// In the order in which they count.
    paths: Vec<(GlobMatcher, Said)>,
    options: serde_json::Map<String, serde_json::Value>,
}

/// A level and where it is said.
#[derive(Debug, Clone)]
struct Said {
    level: Level,
    origin: Origin,
}

impl Levels {
    /// The level of a rule, whose own level is `default`, for findings at a path. The nearest file wins; within one file a path
    /// before an id, an id before a group, a group before `*`. `at_most` holds down what is not said by a nearer file.
    pub fn level_of(&self, rule: &RuleId, default: Level, path: Option<&str>) -> Level {
        self.capped(rule, default, self.said(rule, path))
    }

    /// The options that a rule is given.
    pub fn options_of(&self, rule: &RuleId) -> serde_json::Map<String, serde_json::Value> {
        self.by_key.get(rule.as_str()).map(|s| s.options.clone()).unwrap_or_default()
    }

    /// The highest level that the rule has at any path: `Off` only where it is off everywhere, and need not be called.
    pub fn highest_of(&self, rule: &RuleId, default: Level) -> Level {
        let settings = self.settings(rule);
        let somewhere = settings.iter().flat_map(|(_, s)| &s.paths);
        somewhere
            .map(|(_, said)| self.capped(rule, default, Some(said)))
            .fold(self.level_of(rule, default, None), Level::max)
    }

    /// Where the level of a rule is said; `None` when it is the rule's own.
    pub fn origin_of(&self, rule: &RuleId, path: Option<&str>) -> Option<&Origin> {
        self.said(rule, path).map(|said| &said.origin)
    }

    /// Where the level that a rule has in the end is said, as a level or as `at_most`; `None` when it is the rule's own.
    pub(super) fn decided_at(&self, rule: &RuleId, default: Level) -> Option<&Origin> {
        let said = self.said(rule, None);
        let level = self.capped(rule, default, said);
        if said.is_some_and(|said| said.level == level) || level == default && said.is_none() {
            return said.map(|said| &said.origin);
        }
        let caps = self.settings(rule).into_iter().filter_map(|(_, s)| s.at_most.as_ref());
        caps.filter(|cap| cap.level == level).map(|cap| &cap.origin).next_back()
    }

    fn capped(&self, rule: &RuleId, default: Level, said: Option<&Said>) -> Level {
        let layer = said.map(|said| said.origin.layer);
        let caps = self.settings(rule).into_iter().filter_map(|(_, s)| s.at_most.as_ref());
        caps.filter(|cap| layer.is_none_or(|layer| layer <= cap.origin.layer))
            .fold(said.map_or(default, |said| said.level), |level, cap| level.min(cap.level))
    }

    fn said(&self, rule: &RuleId, path: Option<&str>) -> Option<&Said> {
        let mut best: Option<((usize, bool, u8), &Said)> = None;
        for (precision, settings) in self.settings(rule) {
            let on_path = path.and_then(|path| settings.paths.iter().find(|(glob, _)| glob.is_match(path)));
            let candidates = [(true, on_path.map(|(_, said)| said)), (false, settings.level.as_ref())];
            for (is_path, said) in candidates {
                let Some(said) = said else { continue };
                let weight = (said.origin.layer, is_path, precision);
                if best.is_none_or(|(known, _)| weight > known) {
                    best = Some((weight, said));
                }
            }
        }
        best.map(|(_, said)| said)
    }

    /// What concerns a rule, with how precisely it is named.
    fn settings(&self, rule: &RuleId) -> Vec<(u8, &Settings)> {
        let keys = [(0, "*"), (1, rule.group()), (2, rule.as_str())];
        keys.into_iter()
            .filter_map(|(precision, key)| Some((precision, self.by_key.get(key)?)))
            .collect()
    }

    pub(super) fn build(entries: &[Entry], rules: KnownRules<'_>, problems: &mut Problems) -> Self {
        let mut by_key = BTreeMap::new();
        for entry in entries {
            if let Some((message, hint)) = rules.complaint(&entry.key) {
                problems.add(&entry.at, message, hint);
                continue;
            }
            check_options(entry, rules, problems);
            let node = &entry.node;
            let settings = Settings {
                level: node.get("level").and_then(said),
                at_most: node.get("at_most").and_then(said),
                paths: node.entries_of("paths").iter().filter_map(path).collect(),
                options: node
                    .entries_of("options")
                    .iter()
                    .map(|e| (e.key.clone(), e.node.to_json()))
                    .collect(),
            };
            by_key.insert(entry.key.clone(), settings);
        }
        Self { by_key }
    }
}

fn said(node: &Node) -> Option<Said> {
    let level = Level::parse(node.text()?)?;
    Some(Said {
        level,
        origin: node.origin.clone(),
    })
}

fn path(entry: &Entry) -> Option<(GlobMatcher, Said)> {
    Some((path_glob::compile(&entry.key).ok()?, said(&entry.node)?))
}

fn check_options(entry: &Entry, rules: KnownRules<'_>, problems: &mut Problems) {
    let options = entry.node.entries_of("options");
    if let (false, Some(first)) = (entry.key.contains('/'), options.first()) {
        let hint = format!("move `{}` to the id of a rule that has it", first.key);
        problems.add(
            &first.at,
            format!("options belong to a rule, and `{}` is none", entry.key),
            Some(hint),
        );
        return;
    }
    let Some(rule) = rules.find(&entry.key) else { return };
    for option in options.iter().filter(|o| !rule.options.contains(&o.key)) {
        let hint = if rule.options.is_empty() {
            Some("it has none".to_owned())
        } else {
            suggest(&option.key, rule.options.iter().map(String::as_str))
        };
        problems.add(
            &option.at,
            format!("`{}` is not an option of `{}`", option.key, rule.id),
            hint,
        );
    }
}
