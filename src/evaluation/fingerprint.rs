//! What identifies a finding over time: the rule, the place without line numbers, and what it is about.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::domain::flow::{Flow, Stage};

/// Gives fingerprints, and an ordinal to those that would be equal.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: BTreeMap<String, usize>,
    /// Name of a stage to the first name it ever had.
    first_names: BTreeMap<String, String>,
    /// Path of a file to the one that it has in the state it is compared with.
    renamed: BTreeMap<String, String>,
}

/// The parts that stay the same when lines move and other findings come and go.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The oldest id the rule ever had, so that renaming a rule changes nothing.
    pub rule: &'a str,
    /// Path, ref or commit.
    pub place: &'a str,
    /// What the finding is about there: the rule's `subject`, or the pointer.
    pub subject: &'a str,
}

impl Fingerprints {
    /// Fingerprints that stay when stages are renamed: a stage's word counts as the first name it had (`was:`).
    pub fn of(flow: &Flow) -> Self {
        let first = |stage: &Stage| Some((stage.name.clone(), stage.was.first()?.clone()));
        Self {
            seen: BTreeMap::new(),
            first_names: flow.stages.iter().filter_map(first).collect(),
            renamed: BTreeMap::new(),
        }
    }

    /// The same for an older state of files that were renamed since: old path to new one.
    #[must_use]
    pub fn after_renames(mut self, renamed: &BTreeMap<String, String>) -> Self {
        self.renamed.clone_from(renamed);
        self
    }

    /// The text with whole words that are names of stages as they were first called.
    fn as_first_named(&self, text: &str) -> String {
        if self.first_names.is_empty() {
            return text.to_owned();
        }
        let is_boundary = |c: char| !c.is_ascii_alphanumeric();
        let words = text.split_inclusive(is_boundary).map(|piece| {
            let word = piece.trim_end_matches(is_boundary);
            match self.first_names.get(word) {
                Some(first) => format!("{first}{}", &piece[word.len()..]),
                None => piece.to_owned(),
            }
        });
        words.collect()
    }

    /// 32 hexadecimal digits. Must be asked in the order of the report.
    pub fn give(&mut self, identity: Identity<'_>) -> String {
        let place = self.renamed.get(identity.place).map_or(identity.place, String::as_str);
        let (place, subject) = (self.as_first_named(place), self.as_first_named(identity.subject));
        let base = format!("{}\0{place}\0{subject}", identity.rule);
        let ordinal = self.seen.entry(base.clone()).or_default();
        let text = format!("{base}\0{ordinal}");
        *ordinal += 1;
        hexadecimal(&Sha256::digest(text.as_bytes())[..16])
    }
}

/// SHA-256 over several texts, in hexadecimal; a boundary between them counts.
pub fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hexadecimal(&hash.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_identities_get_different_fingerprints_in_order() {
        let identity = Identity {
            rule: "a/b",
            place: "x.yaml",
            subject: "/spec",
        };
        let mut first = Fingerprints::default();
        let mut second = Fingerprints::default();
        let one = [first.give(identity), first.give(identity)];
        assert_ne!(one[0], one[1]);
        assert_eq!(one, [second.give(identity), second.give(identity)]);
    }

    #[test]
    fn a_stage_that_was_renamed_keeps_its_fingerprints() {
        let mut before = Fingerprints::default();
        let mut after = Fingerprints {
            seen: BTreeMap::new(),
            first_names: BTreeMap::from([("prd".to_owned(), "prod".to_owned())]),
            renamed: BTreeMap::new(),
        };
        let at = |place, subject| Identity {
            rule: "a/b",
            place,
            subject,
        };
        let old = before.give(at("apps/prod/a.yaml", "Application/shop-prod/spec"));
        assert_eq!(after.give(at("apps/prd/a.yaml", "Application/shop-prd/spec")), old);
        assert_ne!(after.give(at("apps/prdx/a.yaml", "Application/shop-prd/spec")), old);
    }

    #[test]
    fn a_digest_knows_where_one_text_ends() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
    }
    #[test]
    fn the_digest_of_what_is_built_in_is_that_of_its_texts() {
        let files = crate::policy::source::embedded();
        assert_eq!(
            digest(files.iter().map(|file| &*file.text)),
            crate::policy::source::embedded_digest()
        );
    }
}
