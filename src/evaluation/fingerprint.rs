//! What identifies a finding over time: the rule, the place without line numbers, and what it is about.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

/// Gives fingerprints, and an ordinal to those that would be equal.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: BTreeMap<String, usize>,
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
    /// 32 hexadecimal digits. Must be asked in the order of the report.
    pub fn give(&mut self, identity: Identity<'_>) -> String {
        let base = format!("{}\0{}\0{}", identity.rule, identity.place, identity.subject);
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
    fn a_digest_knows_where_one_text_ends() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
    }
}
