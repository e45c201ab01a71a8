//! Which stages a text names: whole tokens, aliases of several tokens, negation within one path segment. Knows nothing of places.

use crate::domain::flow::Flow;

/// The stage words of a flow, prepared for lookup.
#[derive(Debug, Clone, Default)]
pub struct StageWords {
    /// Longest first, so that `pre-prod` is found before `prod`.
    aliases: Vec<Alias>,
    negators: Vec<String>,
    names: Vec<String>,
}

#[derive(Debug, Clone)]
struct Alias {
    tokens: Vec<String>,
    rank: usize,
    is_weak: bool,
}

/// One stage that a segment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Canonical name of the stage.
    pub stage: String,
    pub rank: usize,
    /// Named by an everyday word (`test`, `live`), which counts only in slots made for stages.
    pub is_weak: bool,
    pub position: WordPosition,
    /// Which of the segment's tokens name it.
    pub tokens: std::ops::Range<usize>,
}

/// Where in a name the stage word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordPosition {
    /// The stage is all that the name says.
    Whole,
    Last,
    First,
    Inner,
}

/// The tokens of a text: split on `/`, `.`, `_` and `-`, lower case, digits at the end dropped (`prd01` is `prd`).
pub fn tokens(text: &str) -> Vec<String> {
    split(text).into_iter().map(|t| t.stem).filter(|t| !t.is_empty()).collect()
}

impl StageWords {
    /// Prepares the words of a flow: name, aliases, everyday aliases and former names of each stage.
    pub fn of(flow: &Flow) -> Self {
        let mut aliases = Vec::new();
        for (rank, stage) in flow.stages.iter().enumerate() {
            let words = std::iter::once(&stage.name)
                .chain(&stage.aliases)
                .chain(&stage.weak_aliases)
                .chain(&stage.was);
            for word in words {
                let tokens: Vec<String> = split(word).into_iter().map(|t| t.raw).collect();
                if !tokens.is_empty() {
                    let is_weak = stage.weak_aliases.contains(word);
                    aliases.push(Alias { tokens, rank, is_weak });
                }
            }
        }
        aliases.sort_by_key(|a| std::cmp::Reverse(a.tokens.len()));
        Self {
            aliases,
            negators: flow.negators.iter().map(|n| n.to_lowercase()).collect(),
            names: flow.stages.iter().map(|s| s.name.clone()).collect(),
        }
    }

    /// A name with its one stage word taken out, and that word: siblings that differ in it alone have one shape.
    pub fn shape(&self, name: &str) -> Option<(String, Mention)> {
        let mut mentions = self.mentions(name);
        let mention = mentions.pop().filter(|_| mentions.is_empty())?;
        let tokens = split(name).into_iter().filter(|t| !t.stem.is_empty()).enumerate();
        let words = tokens.map(|(index, token)| {
            if mention.tokens.contains(&index) {
                "*".to_owned()
            } else {
                token.raw
            }
        });
        Some((words.collect::<Vec<_>>().join("-"), mention))
    }

    /// Canonical names of the stages that a text names, in order of promotion. Each path segment is read on its own.
    pub fn named(&self, text: &str) -> Vec<String> {
        let mut ranks: Vec<usize> = text.split('/').flat_map(|s| self.mentions(s)).map(|m| m.rank).collect();
        ranks.sort_unstable();
        ranks.dedup();
        ranks.into_iter().filter_map(|r| self.names.get(r).cloned()).collect()
    }

    /// A path with `*` for each word that names a stage: `k8s/overlays/prod` and `k8s/overlays/dev` become the same text.
    pub fn left_out(&self, path: &str) -> String {
        let mut kept = String::new();
        let mut word = String::new();
        for c in path.chars().chain(std::iter::once('/')) {
            if matches!(c, '/' | '.' | '_' | '-') {
                kept.push_str(if self.named(&word).is_empty() { &word } else { "*" });
                kept.push(c);
                word.clear();
            } else {
                word.push(c);
            }
        }
        kept.pop();
        kept
    }

    /// The stages that one segment names, in the order of the text.
    pub fn mentions(&self, segment: &str) -> Vec<Mention> {
        let tokens: Vec<Token> = split(segment).into_iter().filter(|t| !t.stem.is_empty()).collect();
        let mut found = Vec::new();
        let mut index = 0;
        let mut is_negated = false;
        while let Some(token) = tokens.get(index) {
            let rest = tokens.get(index..).unwrap_or_default();
            let Some(alias) = self.aliases.iter().find(|a| a.starts(rest)) else {
                // A word that names a stage never negates: `pre` may be a stage and `no` a cluster folder.
                is_negated = self.negators.contains(&token.raw);
                index += 1;
                continue;
            };
            let end = index + alias.tokens.len();
            if !is_negated && let Some(stage) = self.names.get(alias.rank) {
                found.push(Mention {
                    stage: stage.clone(),
                    rank: alias.rank,
                    is_weak: alias.is_weak,
                    position: position(index, end, tokens.len()),
                    tokens: index..end,
                });
            }
            is_negated = false;
            index = end;
        }
        found
    }
}

impl Alias {
    fn starts(&self, tokens: &[Token]) -> bool {
        // A declared `uat2` is told from `uat`; otherwise digits at the end only number the instances.
        self.tokens.len() <= tokens.len() && self.tokens.iter().zip(tokens).all(|(a, t)| *a == t.raw || *a == t.stem)
    }
}

struct Token {
    raw: String,
    stem: String,
}

fn split(text: &str) -> Vec<Token> {
    text.split(['/', '.', '_', '-'])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let raw = part.to_lowercase();
            let stem = raw.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
            Token { raw, stem }
        })
        .collect()
}

fn position(start: usize, end: usize, count: usize) -> WordPosition {
    match (start == 0, end == count) {
        (true, true) => WordPosition::Whole,
        (false, true) => WordPosition::Last,
        (true, false) => WordPosition::First,
        (false, false) => WordPosition::Inner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::test_flow;

    fn named_stages(flow: &Flow, text: &str) -> Vec<String> {
        StageWords::of(flow).named(text)
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(named_stages(&test_flow::default(), text), expected, "{text}");
    }

    #[test]
    fn the_tested_words_name_their_stages() {
        for text in ["prod", "prod-eu", "cluster/prd01", "app-phippy-prd-01", "env/production"] {
            check(text, &["prd"]);
        }
        for text in ["integration-gpu", "staging_us", "test", "feat/test-thing"] {
            check(text, &["int"]);
        }
        check("dev", &["dev"]);
        check("live-view", &["prd"]);
    }

    #[test]
    fn parts_of_words_name_nothing() {
        for text in [
            "nonprod",
            "preprod",
            "product-catalog",
            "devops",
            "internal",
            "points",
            "latest",
            "deliverytest",
            "",
            "--",
            "123",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn negation_acts_within_one_segment() {
        check("non-prod", &[]);
        check("pre-prod", &[]);
        check("not_prod/dev", &["dev"]);
        check("clusters/no/prod", &["prd"]);
        check("integration-non-gpu", &["int"]);
        check("non-prod-staging", &["int"]);
    }

    #[test]
    fn negation_yields_to_declared_words() {
        let mut flow = test_flow::default();
        flow.stages.insert(1, test_flow::stage("pre", &["pre-prod"], &[]));
        assert_eq!(named_stages(&flow, "shop-pre-prod"), ["pre"]);
        assert_eq!(named_stages(&flow, "pre-prd"), ["pre", "prd"]);
        assert_eq!(named_stages(&flow, "clusters/pre"), ["pre"]);
    }

    #[test]
    fn declared_digits_count_and_others_number_instances() {
        let mut flow = test_flow::default();
        flow.stages.insert(1, test_flow::stage("uat2", &[], &[]));
        assert_eq!(named_stages(&flow, "shop-uat2"), ["uat2"]);
        assert_eq!(named_stages(&flow, "shop-uat1"), ["int"]);
    }

    #[test]
    fn several_stages_come_in_order_of_promotion() {
        check("prod-and-dev", &["dev", "prd"]);
    }

    #[test]
    fn tokens_lose_their_digits() {
        assert_eq!(tokens("cluster/prd01_eu-1.Alpha"), ["cluster", "prd", "eu", "alpha"]);
    }
}
