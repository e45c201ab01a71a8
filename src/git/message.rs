//! A commit message, cut into its parts. Pure.

use crate::domain::commit::{CommitClass, Message};

use super::conventional;
use super::trailers::trailers;

/// Cuts a message of a commit with so many parents.
pub fn parse(raw: &str, parents: usize) -> Message {
    parse_owned(raw.to_owned(), false, parents)
}

/// Decodes a message by the `encoding` header of its commit (UTF-8 without one), then cuts it. Latin-1 is read as such; in any other
/// encoding only ASCII is certain, and the message is marked as lossy.
pub fn parse_bytes(bytes: &[u8], encoding: Option<&str>, parents: usize) -> Message {
    let (raw, is_lossy) = decode(bytes, encoding);
    parse_owned(raw, is_lossy, parents)
}

fn parse_owned(raw: String, is_lossy: bool, parents: usize) -> Message {
    let (start, subject, body) = cut(&raw);
    let conventional = conventional::parse(raw.get(start.offset..).unwrap_or_default(), start.line);
    let class = classify(subject, parents, conventional.as_ref().ok().map(|c| c.kind.as_str()));
    Message {
        is_lossy,
        subject: subject.to_owned(),
        body: body.to_owned(),
        trailers: trailers(raw.get(start.offset..).unwrap_or_default()),
        conventional,
        class,
        raw,
    }
}

/// Where the subject starts: Git ignores blank lines before it, and a byte order mark is an editor's accident.
struct Start {
    offset: usize,
    /// From 1.
    line: u32,
}

fn cut(raw: &str) -> (Start, &str, &str) {
    let mut start = Start {
        offset: if raw.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        },
        line: 1,
    };
    let mut rest = raw.get(start.offset..).unwrap_or_default();
    while let Some((line, after)) = rest.split_once('\n') {
        if !line.trim().is_empty() {
            break;
        }
        start.offset += line.len() + 1;
        start.line = start.line.saturating_add(1);
        rest = after;
    }
    let (subject, mut body) = rest.split_once('\n').unwrap_or((rest, ""));
    while let Some((line, after)) = body.split_once('\n') {
        if !line.trim().is_empty() {
            break;
        }
        body = after;
    }
    (start, subject.strip_suffix('\r').unwrap_or(subject), body.trim_end())
}

fn classify(subject: &str, parents: usize, kind: Option<&str>) -> CommitClass {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| subject.starts_with(prefix));
    if parents >= 2 {
        CommitClass::Merge
    } else if starts(&["fixup!", "squash!", "amend!"]) {
        CommitClass::Fixup
    } else if starts(&["Revert \"", "Reapply \""]) || kind.is_some_and(|kind| kind.eq_ignore_ascii_case("revert")) {
        CommitClass::Revert
    } else {
        CommitClass::Normal
    }
}

/// The text, and whether something of it was lost.
pub(super) fn decode(bytes: &[u8], encoding: Option<&str>) -> (String, bool) {
    let name = encoding.unwrap_or("utf-8").to_ascii_lowercase().replace(['-', '_', ' '], "");
    match name.as_str() {
        "iso88591" | "latin1" | "l1" => (bytes.iter().copied().map(char::from).collect(), false),
        "utf8" | "usascii" | "ascii" => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), false),
            Err(_) => (String::from_utf8_lossy(bytes).into_owned(), true),
        },
        _ => (String::from_utf8_lossy(bytes).into_owned(), !bytes.is_ascii()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, subject: &str, body: &str) {
        let message = parse(raw, 1);
        assert_eq!((message.subject.as_str(), message.body.as_str()), (subject, body), "{raw:?}");
        assert_eq!(message.raw, raw);
    }

    #[test]
    fn a_message_is_cut_at_the_first_line() {
        check("", "", "");
        check("\n", "", "");
        check("feat: a", "feat: a", "");
        check("feat: a\n\nWhy.\n\nMore.\n", "feat: a", "Why.\n\nMore.");
        check("feat: a\nat once\n", "feat: a", "at once");
        check("feat: a\r\n\r\nWhy.\r\n", "feat: a", "Why.");
        check("\n\nfeat: a\n", "feat: a", "");
        check("\u{feff}feat: a\n", "feat: a", "");
    }

    #[test]
    fn the_class_follows_parents_and_subject() {
        for (raw, parents, class) in [
            ("Merge branch 'x'", 2, CommitClass::Merge),
            ("Merge branch 'x'", 1, CommitClass::Normal),
            ("Revert \"feat: a\"", 1, CommitClass::Revert),
            ("Reapply \"feat: a\"", 1, CommitClass::Revert),
            ("revert: feat: a", 1, CommitClass::Revert),
            ("Revert to the old way", 1, CommitClass::Normal),
            ("fixup! feat: a", 1, CommitClass::Fixup),
            ("amend! feat: a", 1, CommitClass::Fixup),
            ("squash! feat: a", 1, CommitClass::Fixup),
            ("feat: a", 0, CommitClass::Normal),
        ] {
            assert_eq!(parse(raw, parents).class, class, "{raw}");
        }
    }

    #[test]
    fn a_message_is_decoded_by_its_header() {
        let latin = parse_bytes(b"fix: caf\xe9", Some("ISO-8859-1"), 1);
        assert_eq!((latin.subject.as_str(), latin.is_lossy), ("fix: café", false));
        let undeclared = parse_bytes(b"fix: caf\xe9", None, 1);
        assert_eq!((undeclared.subject.as_str(), undeclared.is_lossy), ("fix: caf\u{fffd}", true));
        let other = parse_bytes(b"fix: \x83\x65", Some("Shift_JIS"), 1);
        assert!(other.is_lossy && other.conventional.is_ok());
        assert!(!parse_bytes(b"fix: a", Some("Shift_JIS"), 1).is_lossy);
    }

    #[test]
    fn a_nul_is_kept() {
        assert_eq!(parse_bytes(b"fix: a\0b", None, 1).subject, "fix: a\0b");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_give_parts_of_the_text(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), parents in 0usize..3) {
            let message = parse_bytes(&bytes, None, parents);
            proptest::prop_assert!(message.raw.contains(&message.subject));
            proptest::prop_assert!(message.raw.contains(&message.body));
        }

        #[test]
        fn any_text_of_the_grammars_signs_gives_parts_of_the_text(raw in "[a-z():!# \r\n\t\u{feff}é-]{0,60}", parents in 0usize..3) {
            let message = parse(&raw, parents);
            proptest::prop_assert!(raw.contains(&message.subject));
            proptest::prop_assert!(raw.contains(&message.body));
            if let Err(error) = &message.conventional {
                let line = raw.split('\n').nth(error.line as usize - 1).unwrap();
                proptest::prop_assert!(error.column as usize <= line.chars().count() + 1, "{:?}", error);
            }
        }
    }
}
