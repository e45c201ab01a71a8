//! What Git writes to the standard input of hooks about refs. Pure.

use crate::domain::update::ProposedUpdate;

use super::text::of_bytes;

/// A line that has not the form that Git gives it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {text:?} is not what Git writes to this hook, which is {form}")]
pub struct MalformedUpdate {
    /// From 1.
    pub line: usize,
    pub text: String,
    pub form: &'static str,
}

/// Lines of `pre-push`: `<local ref> <local object id> <remote ref> <remote object id>`. A deletion has `(delete)` for a local ref.
///
/// # Errors
/// The first line of another form.
pub fn parse_pushed(input: &[u8]) -> Result<Vec<ProposedUpdate>, MalformedUpdate> {
    const FORM: &str = "<local ref> <local object> <remote ref> <remote object>";
    parse_lines(input, FORM, |words| match words {
        [local, new, reference, old] => Some(ProposedUpdate {
            reference: of_bytes(reference),
            old: object(old)?,
            new: object(new)?,
            local: Some(of_bytes(local)).filter(|local| local != "(delete)"),
        }),
        _ => None,
    })
}

/// Lines of `pre-receive` and `reference-transaction`: `<old object id> <new object id> <ref>`. A symbolic value `ref:<name>` moves no
/// branch and no tag: such a line is left out.
///
/// # Errors
/// The first line of another form.
pub fn parse_received(input: &[u8]) -> Result<Vec<ProposedUpdate>, MalformedUpdate> {
    const FORM: &str = "<old object> <new object> <ref>";
    let is_symbolic = |line: &[u8]| line.split(|b| *b == b' ').take(2).any(|word| word.starts_with(b"ref:"));
    let lines: Vec<&[u8]> = input.split(|b| *b == b'\n').collect();
    let kept: Vec<&[u8]> = lines.into_iter().map(|l| if is_symbolic(l) { &[][..] } else { l }).collect();
    parse_lines(&kept.join(&b'\n'), FORM, |words| match words {
        [old, new, reference] => Some(ProposedUpdate {
            reference: of_bytes(reference),
            old: object(old)?,
            new: object(new)?,
            local: None,
        }),
        _ => None,
    })
}

/// The three arguments of `update`: `<ref> <old object id> <new object id>`; `None` when they have not this form.
pub fn parse_update(reference: &str, old: &str, new: &str) -> Option<ProposedUpdate> {
    Some(ProposedUpdate {
        reference: reference.to_owned(),
        old: object(old.as_bytes())?,
        new: object(new.as_bytes())?,
        local: None,
    })
}

fn parse_lines(
    input: &[u8],
    form: &'static str,
    parse: impl Fn(&[&[u8]]) -> Option<ProposedUpdate>,
) -> Result<Vec<ProposedUpdate>, MalformedUpdate> {
    let mut updates = Vec::new();
    for (number, line) in input.split(|b| *b == b'\n').enumerate() {
        if line.is_empty() {
            continue;
        }
        // No ref name holds a space (git-check-ref-format).
        let words: Vec<&[u8]> = line.split(|b| *b == b' ').collect();
        let update = parse(&words).ok_or_else(|| MalformedUpdate {
            line: number + 1,
            text: of_bytes(line),
            form,
        })?;
        updates.push(update);
    }
    Ok(updates)
}

/// An object id; zeros stand for nothing. The outer `None`: no object id at all.
#[expect(clippy::option_option, reason = "no id, and the id of nothing, are two things")]
fn object(word: &[u8]) -> Option<Option<String>> {
    let is_id = matches!(word.len(), 40 | 64) && word.iter().all(u8::is_ascii_hexdigit);
    if !is_id {
        return None;
    }
    let is_nothing = word.iter().all(|digit| *digit == b'0');
    Some((!is_nothing).then(|| of_bytes(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const B: &str = "2222222222222222222222222222222222222222";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn update(reference: &str, old: Option<&str>, new: Option<&str>, local: Option<&str>) -> ProposedUpdate {
        ProposedUpdate {
            reference: reference.to_owned(),
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
            local: local.map(str::to_owned),
        }
    }

    #[test]
    fn a_push_is_read_line_by_line() {
        let input = format!(
            "HEAD~1 {A} refs/heads/x {ZERO}\nrefs/tags/1.0.0 {A} refs/tags/1.0.0 {B}\n(delete) {ZERO} refs/heads/old {B}\n"
        );
        assert_eq!(
            parse_pushed(input.as_bytes()),
            Ok(vec![
                update("refs/heads/x", None, Some(A), Some("HEAD~1")),
                update("refs/tags/1.0.0", Some(B), Some(A), Some("refs/tags/1.0.0")),
                update("refs/heads/old", Some(B), None, None),
            ])
        );
        assert_eq!(parse_pushed(b""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_received_is_read_without_symbolic_refs() {
        let input = format!("{ZERO} {A} refs/heads/x\nref:refs/heads/a ref:refs/heads/b HEAD\n{A} {ZERO} refs/heads/y\n");
        assert_eq!(
            parse_received(input.as_bytes()),
            Ok(vec![
                update("refs/heads/x", None, Some(A), None),
                update("refs/heads/y", Some(A), None, None),
            ])
        );
    }

    #[test]
    fn a_line_of_another_form_is_named_with_its_number() {
        let input = format!("{A} {B} refs/heads/x\nwhat\n");
        let error = parse_received(input.as_bytes()).unwrap_err();
        assert_eq!((error.line, error.text.as_str()), (2, "what"));
        assert!(parse_pushed(format!("a {A} b").as_bytes()).is_err());
        assert_eq!(parse_update("refs/heads/x", ZERO, "1234"), None);
        assert_eq!(
            parse_update("refs/heads/x", ZERO, A),
            Some(update("refs/heads/x", None, Some(A), None))
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_lines_or_an_error(input in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = parse_pushed(&input);
            let _ = parse_received(&input);
        }
    }
}
