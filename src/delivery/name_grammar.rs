//! The naming grammar of the flow as patterns that find the stage or cluster slot of a name.

use regex::Regex;

use crate::domain::flow::{Flow, NamingType};

/// Patterns of application and namespace names with a slot for stage or cluster.
#[derive(Debug, Clone, Default)]
pub struct NameGrammar {
    applications: Vec<Regex>,
    namespaces: Vec<Regex>,
    cluster: Option<Regex>,
}

/// The slot of a name that the grammar matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameSlot<'a> {
    Stage(&'a str),
    Cluster(&'a str),
}

impl NameGrammar {
    /// Compiles the patterns of a flow; one that does not compile is left out, its error is the configuration's.
    pub fn of(flow: &Flow) -> Self {
        let stages = alternatives(flow.stages.iter().flat_map(|s| std::iter::once(&s.name).chain(&s.aliases)));
        let cluster = cluster_pattern(flow, &stages);
        let compile = |pattern: &dyn Fn(&NamingType) -> &str| {
            let patterns = flow.naming.types.iter();
            patterns
                .filter_map(|t| Regex::new(&expand(pattern(t), &t.prefix, &stages, &cluster)).ok())
                .collect()
        };
        Self {
            applications: compile(&|t| &t.application),
            namespaces: compile(&|t| &t.namespace),
            cluster: Regex::new(&format!(
                "^{}$",
                flow.naming.cluster.replace("{stage}", &format!("(?P<stage>{stages})"))
            ))
            .ok(),
        }
    }

    /// The slot of an application's name.
    pub fn application_slot<'a>(&self, name: &'a str) -> Option<NameSlot<'a>> {
        slot(&self.applications, name)
    }

    /// The slot of a namespace's name.
    pub fn namespace_slot<'a>(&self, name: &'a str) -> Option<NameSlot<'a>> {
        slot(&self.namespaces, name)
    }

    /// The stage word in a cluster's name that follows the grammar: `prd` in `prd01`.
    pub fn cluster_stage<'a>(&self, name: &'a str) -> Option<&'a str> {
        let captures = self.cluster.as_ref()?.captures(name)?;
        captures.name("stage").map(|m| m.as_str())
    }
}

fn slot<'a>(patterns: &[Regex], name: &'a str) -> Option<NameSlot<'a>> {
    patterns.iter().find_map(|pattern| {
        let captures = pattern.captures(name)?;
        let stage = captures.name("stage").map(|m| NameSlot::Stage(m.as_str()));
        stage.or_else(|| captures.name("cluster").map(|m| NameSlot::Cluster(m.as_str())))
    })
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
    let mut rest = pattern;
    while let Some((literal, tail)) = rest.split_once('{') {
        expanded.push_str(&regex::escape(literal));
        let (placeholder, tail) = tail.split_once('}').unwrap_or((tail, ""));
        let is_optional = placeholder.ends_with('?');
        let word = placeholder.trim_end_matches('?');
        let (lead, word) = word.strip_prefix('-').map_or(("", word), |w| ("-", w));
        let slot = match word {
            "type" => regex::escape(prefix),
            "app" => "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?".to_owned(),
            "stage" => slot_group("stage", stages, &expanded),
            "cluster" => slot_group("cluster", cluster, &expanded),
            "instance" => "[0-9]+".to_owned(),
            _ => "[a-z0-9-]+".to_owned(),
        };
        let mark = if is_optional { "?" } else { "" };
        expanded.push_str(&format!("(?:{lead}{slot}){mark}"));
        rest = tail;
    }
    expanded.push_str(&regex::escape(rest));
    expanded.push('$');
    expanded
}

fn slot_group(name: &str, alternatives: &str, expanded: &str) -> String {
    if expanded.contains(&format!("?P<{name}>")) {
        format!("(?:{alternatives})")
    } else {
        format!("(?P<{name}>{alternatives})")
    }
}

fn alternatives<'a>(words: impl Iterator<Item = &'a String>) -> String {
    let mut words: Vec<String> = words.map(|w| regex::escape(w)).collect();
    // The longest first: a leftmost match would stop at `prod` in `production`.
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
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
    fn a_broken_pattern_is_left_out() {
        let mut flow = test_flow::default();
        flow.naming.cluster = "(".to_owned();
        let grammar = NameGrammar::of(&flow);
        assert_eq!(grammar.application_slot("app-phippy-prd"), Some(NameSlot::Stage("prd")));
        assert_eq!(grammar.cluster_stage("prd01"), None);
    }
}
