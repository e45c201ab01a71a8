//! The rules that a configuration may name. Rust knows none of them: the caller says which there are.

use super::problem::suggest;

/// What the configuration must know of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRule {
    /// `group/name`.
    pub id: String,
    /// Ids it once had.
    pub formerly: Vec<String>,
    /// The word before the slash.
    pub group: String,
    /// Names of its options.
    pub options: Vec<String>,
}

/// All rules there are; none at all means that they are not known yet, and every name passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownRules<'a>(pub(super) &'a [KnownRule]);

impl<'a> KnownRules<'a> {
    /// The rule of this id or former id.
    pub(super) fn find(self, id: &str) -> Option<&'a KnownRule> {
        let by_id = self.0.iter().find(|r| r.id == id);
        by_id.or_else(|| self.0.iter().find(|r| r.formerly.iter().any(|f| f == id)))
    }

    /// Today's id for an id that may be a former one; other words stay as they are.
    pub(super) fn current(self, id: &str) -> String {
        self.find(id).map_or(id, |r| r.id.as_str()).to_owned()
    }

    /// What is wrong with the name of a rule or, where it has no slash, of a group.
    pub(super) fn complaint(self, name: &str) -> Option<(String, Option<String>)> {
        if self.0.is_empty() || name == "*" {
            return None;
        }
        if name.contains('/') {
            return match self.find(name) {
                Some(_) => None,
                None => Some((format!("there is no rule `{name}`"), self.near(name))),
            };
        }
        if self.0.iter().any(|r| r.group == name) {
            return None;
        }
        let mut groups: Vec<&str> = self.0.iter().map(|r| r.group.as_str()).collect();
        groups.sort_unstable();
        groups.dedup();
        let same_name = self.0.iter().find(|r| r.id.split_once('/').is_some_and(|(_, n)| n == name));
        let hint = match same_name {
            Some(rule) => Some(format!("did you mean `{}`?", rule.id)),
            None => suggest(name, groups),
        };
        Some((format!("there is no group of rules `{name}`"), hint))
    }

    fn near(self, id: &str) -> Option<String> {
        let name = id.split_once('/').map_or(id, |(_, name)| name);
        let moved = self.0.iter().find(|r| r.id.split_once('/').is_some_and(|(_, n)| n == name));
        match moved {
            Some(rule) => Some(format!("did you mean `{}`?", rule.id)),
            None => suggest(id, self.0.iter().map(|r| r.id.as_str()))
                .filter(|hint| hint.starts_with("did"))
                .or_else(|| Some("`flowgate rules list` shows them all".to_owned())),
        }
    }
}
