//! The naming grammar of the flow: takes names apart into type, application, stage or cluster, and instance.

use std::collections::BTreeSet;

use regex::Captures;

use crate::domain::flow::{Flow, NamingType};
use crate::domain::pattern::LazyRegex;

/// Patterns of application, namespace and cluster names.
#[derive(Debug, Clone, Default)]
pub struct NameGrammar {
    types: Vec<TypeGrammar>,
    cluster: Option<LazyRegex>,
}

#[derive(Debug, Clone)]
struct TypeGrammar {
    prefix: String,
    /// What an application's name begins with that claims to be of this type; `None`: no name does.
    claim: Option<String>,
    application: Pattern,
    namespace: Pattern,
}

/// One pattern, with every word for a stage and with the stages' own names only.
#[derive(Debug, Clone)]
struct Pattern {
    any_word: LazyRegex,
    canonical: LazyRegex,
}

/// The slot of a name that tells its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameSlot<'a> {
    Stage(&'a str),
    Cluster(&'a str),
}

/// A name that follows a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedName<'a> {
    /// The type's prefix, whether the pattern shows it or not.
    pub type_prefix: &'a str,
    pub app: Option<&'a str>,
    pub stage: Option<&'a str>,
    pub cluster: Option<&'a str>,
    pub instance: Option<&'a str>,
    /// Stage and cluster are told by the stages' own names.
    pub is_canonical: bool,
}

impl NameGrammar {
    /// The patterns of a flow; one that does not compile matches nothing, its error is the configuration's.
    pub fn of(flow: &Flow) -> Self {
        let names = alternatives(flow.stages.iter().map(|s| &s.name));
        let words = alternatives(flow.stages.iter().flat_map(|s| {
            let others = s.aliases.iter().chain(&s.weak_aliases).chain(&s.was);
            std::iter::once(&s.name).chain(others)
        }));
        let clusters = [cluster_pattern(flow, &words), cluster_pattern(flow, &names)];
        let pattern_of = |pattern: &str, prefix: &str| {
            let [any_word, canonical] = &clusters;
            Pattern {
                any_word: LazyRegex::new(expand(pattern, prefix, &words, any_word)),
                canonical: LazyRegex::new(expand(pattern, prefix, &names, canonical)),
            }
        };
        let type_grammar = |t: &NamingType| TypeGrammar {
            prefix: t.prefix.clone(),
            claim: claim(t),
            application: pattern_of(&t.application, &t.prefix),
            namespace: pattern_of(&t.namespace, &t.prefix),
        };
        Self {
            types: flow.naming.types.iter().map(type_grammar).collect(),
            cluster: Some(LazyRegex::new(format!(
                "^{}$",
                flow.naming.cluster.replace("{stage}", &format!("(?P<stage>{words})"))
            ))),
        }
    }

    /// The slot of an application's name. Forgives what `parsed_application` does not: the evidence for a stage is as good.
    pub fn application_slot<'a>(&self, name: &'a str) -> Option<NameSlot<'a>> {
        let patterns = self.types.iter().map(|t| &t.application);
        slot(patterns, name)
    }

    /// The slot of a namespace's name.
    pub fn namespace_slot<'a>(&self, name: &'a str) -> Option<NameSlot<'a>> {
        let patterns = self.types.iter().map(|t| &t.namespace);
        slot(patterns, name)
    }

    /// The stage word in a cluster's name that follows the grammar: `prd` in `prd01`.
    pub fn cluster_stage<'a>(&self, name: &'a str) -> Option<&'a str> {
        let captures = self.cluster.as_ref()?.get()?.captures(name)?;
        captures.name("stage").map(|m| m.as_str())
    }

    /// The name of an application by the pattern of the type that it claims to be.
    pub fn parsed_application<'a>(&'a self, name: &'a str) -> Option<ParsedName<'a>> {
        let claims = |t: &&TypeGrammar| t.claim.as_ref().is_some_and(|claim| name.starts_with(claim.as_str()));
        let claimed = self.types.iter().find(claims)?;
        claimed.application.parse(&claimed.prefix, name)
    }

    /// The name of a namespace by the first pattern that it follows and that has a slot for the stage.
    pub fn parsed_namespace<'a>(&'a self, name: &'a str) -> Option<ParsedName<'a>> {
        let mut staged = self.types.iter().filter(|t| t.namespace.has_stage());
        staged.find_map(|t| t.namespace.parse(&t.prefix, name))
    }

    /// Whether an application's name follows the pattern of any type with the stages' own names.
    pub fn is_canonical_application(&self, name: &str) -> bool {
        let parsed = |t: &TypeGrammar| t.application.parse(&t.prefix, name).is_some_and(|parsed| parsed.is_canonical);
        self.types.iter().any(parsed)
    }
}

impl Pattern {
    fn parse<'a>(&self, prefix: &'a str, name: &'a str) -> Option<ParsedName<'a>> {
        let parsed = |regex: &LazyRegex, is_canonical| {
            let captures = regex.get()?.captures(name)?;
            let parsed = ParsedName::of(&captures, prefix, is_canonical);
            parsed.is_well_formed().then_some(parsed)
        };
        parsed(&self.canonical, true).or_else(|| parsed(&self.any_word, false))
    }

    fn has_stage(&self) -> bool {
        let mut slots = self
            .any_word
            .get()
            .into_iter()
            .flat_map(|regex| regex.capture_names().flatten());
        slots.any(|slot| slot == "stage" || slot == "cluster")
    }
}

impl<'a> ParsedName<'a> {
    fn of(captures: &Captures<'a>, type_prefix: &'a str, is_canonical: bool) -> Self {
        let slot = |name| captures.name(name).map(|m| m.as_str());
        Self {
            type_prefix,
            app: slot("app"),
            stage: slot("stage"),
            cluster: slot("cluster"),
            instance: slot("instance"),
            is_canonical,
        }
    }

    /// An application begins with a letter and has single dashes; instances have two digits.
    fn is_well_formed(&self) -> bool {
        let is_app = |app: &str| app.starts_with(|c: char| c.is_ascii_lowercase()) && !app.contains("--");
        self.app.is_none_or(is_app) && self.instance.is_none_or(|instance| instance.len() == 2)
    }
}

fn slot<'a, 'p>(mut patterns: impl Iterator<Item = &'p Pattern>, name: &'a str) -> Option<NameSlot<'a>> {
    patterns.find_map(|pattern| {
        let captures = pattern.any_word.get()?.captures(name)?;
        let stage = captures.name("stage").map(|m| NameSlot::Stage(m.as_str()));
        stage.or_else(|| captures.name("cluster").map(|m| NameSlot::Cluster(m.as_str())))
    })
}

/// The type's prefix and what follows it in the pattern: `app-`. A pattern without the type is claimed by every name.
fn claim(naming: &NamingType) -> Option<String> {
    let Some(rest) = naming.application.strip_prefix("{type}") else {
        return (!naming.application.contains("{type}")).then(String::new);
    };
    let next = rest.strip_prefix("{-").map_or_else(|| rest.chars().next(), |_| Some('-'));
    Some(naming.prefix.chars().chain(next).collect())
}

fn cluster_pattern(flow: &Flow, stages: &str) -> String {
    let named = flow.clusters.iter().map(|c| &c.name);
    let listed = flow.stages.iter().flat_map(|s| &s.clusters);
    let declared = alternatives(named.chain(listed));
    let grammar = flow.naming.cluster.replace("{stage}", &format!("(?:{stages})"));
    match (declared.is_empty(), grammar.is_empty()) {
        (true, true) => "[a-z0-9]+".to_owned(),
        (true, false) => grammar,
        (false, true) => declared,
        (false, false) => format!("{declared}|{grammar}"),
    }
}

/// Turns `{type}-{app}-{stage}{-instance?}` into a pattern over the whole name; each slot is named at its first place only.
fn expand(pattern: &str, prefix: &str, stages: &str, cluster: &str) -> String {
    let mut expanded = String::from("^");
    let mut named = BTreeSet::new();
    let mut rest = pattern;
    while let Some((literal, tail)) = rest.split_once('{') {
        expanded.push_str(&regex::escape(literal));
        let (placeholder, tail) = tail.split_once('}').unwrap_or((tail, ""));
        let is_optional = placeholder.ends_with('?');
        let word = placeholder.trim_end_matches('?');
        let (lead, word) = word.strip_prefix('-').map_or(("", word), |w| ("-", w));
        let slot = match word {
            "type" => regex::escape(prefix),
            // As little as possible, so that `app-shop-pre-prod` is of stage `pre-prod` where that is a word for one.
            "app" => "[a-z0-9](?:[a-z0-9-]*?[a-z0-9])??".to_owned(),
            "stage" => stages.to_owned(),
            "cluster" => cluster.to_owned(),
            "instance" => "[0-9]+".to_owned(),
            _ => "[a-z0-9-]+?".to_owned(),
        };
        let is_slot = matches!(word, "app" | "stage" | "cluster" | "instance");
        let name = (is_slot && named.insert(word)).then(|| format!("?P<{word}>"));
        let mark = if is_optional { "?" } else { "" };
        expanded.push_str(&format!("(?:{lead}({}{slot})){mark}", name.as_deref().unwrap_or("?:")));
        rest = tail;
    }
    expanded.push_str(&regex::escape(rest));
    expanded.push('$');
    expanded
}

fn alternatives<'a>(words: impl Iterator<Item = &'a String>) -> String {
    let mut words: Vec<String> = words.map(|w| regex::escape(w)).collect();
    // The longest first: a leftmost match would stop at `prod` in `production`.
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    words.dedup();
    words.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::test_flow;

    #[test]
    fn the_grammar_finds_the_slot_of_a_name() {
        let grammar = NameGrammar::of(&test_flow::default());
        assert_eq!(grammar.application_slot("app-phippy-prd-01"), Some(NameSlot::Stage("prd")));
        assert_eq!(grammar.application_slot("app-my-shop-int"), Some(NameSlot::Stage("int")));
        assert_eq!(grammar.application_slot("cs-smtp-prd01"), Some(NameSlot::Cluster("prd01")));
        assert_eq!(grammar.application_slot("shop-prd"), None);
        assert_eq!(grammar.namespace_slot("app-phippy-dev"), Some(NameSlot::Stage("dev")));
        assert_eq!(grammar.cluster_stage("int02"), Some("int"));
        assert_eq!(grammar.cluster_stage("prd-mgmt"), None);
    }

    #[test]
    fn everyday_and_former_words_fill_the_slot_of_a_stage() {
        let mut flow = test_flow::default();
        flow.stages[2].was = vec!["live-eu".to_owned()];
        let grammar = NameGrammar::of(&flow);
        assert_eq!(grammar.application_slot("app-phippy-test"), Some(NameSlot::Stage("test")));
        assert_eq!(
            grammar.application_slot("app-phippy-live-eu"),
            Some(NameSlot::Stage("live-eu"))
        );
    }

    /// Type, application, stage or cluster, instance; `!` after a name with another word for the stage.
    fn parsed(name: &str) -> Option<String> {
        let grammar = NameGrammar::of(&test_flow::default());
        let name = grammar.parsed_application(name)?;
        let slots = [Some(name.type_prefix), name.app, name.stage, name.cluster, name.instance];
        let slots: Vec<&str> = slots.into_iter().flatten().collect();
        Some(slots.join(" ") + if name.is_canonical { "" } else { "!" })
    }

    #[test]
    fn names_are_taken_apart_from_the_right() {
        let check = |name, expected: &str| assert_eq!(parsed(name).as_deref(), Some(expected), "{name}");
        check("app-phippy-prd", "app phippy prd");
        check("app-my-shop-int-02", "app my-shop int 02");
        check("app-dev-int-prd-01", "app dev-int prd 01");
        check("app-phippy-prod", "app phippy prod!");
        check("cs-smtp-prd01", "cs smtp prd01");
        check("cs-smtp-production01", "cs smtp production01!");
    }

    #[test]
    fn names_outside_the_grammar_are_not_taken_apart() {
        for name in [
            "cs-smtp-prod1",
            "app-phippy",
            "app-phippy-prd-1",
            "app-9lives-prd",
            "app-phippy-prdd",
            "app--prd",
            "app-Phippy-prd",
            "app-a--b-prd",
            "guestbook",
            "application-prd",
            "apps",
            "",
        ] {
            assert_eq!(parsed(name), None, "{name}");
        }
    }

    #[test]
    fn namespaces_are_read_by_patterns_that_tell_a_stage() {
        let grammar = NameGrammar::of(&test_flow::default());
        assert_eq!(grammar.parsed_namespace("app-phippy-prd").and_then(|n| n.stage), Some("prd"));
        assert_eq!(grammar.parsed_namespace("smtp"), None);
    }

    #[test]
    fn a_broken_pattern_is_left_out() {
        let mut flow = test_flow::default();
        flow.naming.cluster = "(".to_owned();
        let grammar = NameGrammar::of(&flow);
        assert_eq!(grammar.application_slot("app-phippy-prd"), Some(NameSlot::Stage("prd")));
        assert_eq!(grammar.cluster_stage("prd01"), None);
    }
}
