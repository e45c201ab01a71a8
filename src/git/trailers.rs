//! Trailers of a message, as `git interpret-trailers --parse --no-divider` reads them. Pure.
//!
//! libgit2 has the same function, but lets a trailer without a value swallow the next line, and stops at the first NUL.

/// Key and value of each trailer, in order; a folded value is one line.
pub(super) fn trailers(message: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut is_open = false;
    for line in block(message) {
        if is_continuation(line) {
            if let Some((_, value)) = found.last_mut().filter(|_| is_open) {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((key, value)) = split(line) {
            found.push((key.to_owned(), value.to_owned()));
            is_open = true;
        } else {
            is_open = false;
        }
    }
    for (_, value) in &mut found {
        value.truncate(value.trim_end().len());
        let blanks = value.len() - value.trim_start().len();
        value.drain(..blanks);
    }
    found
}

/// The lines of the last paragraph, if it is one of trailers: all of its lines are, or Git wrote one of them and a quarter are.
fn block(message: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = Vec::new();
    let mut has_title = false;
    for line in message.trim_end().rsplit('\n') {
        if line.trim().is_empty() {
            // The first paragraph is the title and holds no trailers: only a blank line before makes this one another.
            has_title = true;
            break;
        }
        lines.push(line);
    }
    let before: usize = lines.iter().map(|line| line.len() + 1).sum();
    let title = message
        .trim_end()
        .len()
        .checked_sub(before)
        .and_then(|end| message.get(..end))
        .unwrap_or_default();
    if !has_title || title.trim().is_empty() {
        return Vec::new();
    }
    lines.reverse();
    lines.retain(|line| !line.starts_with('#'));
    if is_trailer_block(&lines) { lines } else { Vec::new() }
}

fn is_trailer_block(lines: &[&str]) -> bool {
    let (mut trailers, mut others) = (0_usize, 0_usize);
    let mut has_generated = false;
    let mut is_trailer = false;
    for line in lines {
        if is_continuation(line) {
            // It goes with the line before: part of a trailer's value, or of the prose.
            others += usize::from(!is_trailer);
            continue;
        }
        let is_generated = line.starts_with("Signed-off-by: ") || line.starts_with("(cherry picked from commit ");
        has_generated |= is_generated;
        is_trailer = is_generated || split(line).is_some();
        if is_trailer {
            trailers += 1;
        } else {
            others += 1;
        }
    }
    (trailers > 0 && others == 0) || (has_generated && trailers * 3 >= others)
}

fn is_continuation(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

/// Key of letters, digits and `-`, optional blanks, a colon.
fn split(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim_end_matches([' ', '\t']);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_key.then(|| (key, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::trailers;

    fn check(message: &str, expected: &[(&str, &str)]) {
        let found = trailers(message);
        let found: Vec<(&str, &str)> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(found, expected, "{message:?}");
    }

    #[test]
    fn the_last_paragraph_holds_the_trailers() {
        check(
            "a\n\nRefs: #1\nSigned-off-by: A <a@b>\n",
            &[("Refs", "#1"), ("Signed-off-by", "A <a@b>")],
        );
        check("a\n\nbody\n\nRefs : #1\n\n\n", &[("Refs", "#1")]);
        check("a\r\n\r\nRefs: #1\r\n", &[("Refs", "#1")]);
    }

    #[test]
    fn a_folded_value_is_one_line() {
        check(
            "a\n\nNote: one\n two\n\tthree\nRefs: #1",
            &[("Note", "one two three"), ("Refs", "#1")],
        );
    }

    #[test]
    fn a_trailer_without_a_value_keeps_to_its_line() {
        check("a\n\nRefs:\nFixes: #1", &[("Refs", ""), ("Fixes", "#1")]);
    }

    #[test]
    fn a_title_or_prose_holds_none() {
        check("Refs: #1", &[]);
        check("\n\nRefs: #1", &[]);
        check("a\n\nsome prose\nRefs: #1", &[]);
        check("a\n\nBREAKING CHANGE: x\nRefs: #1", &[]);
        check("", &[]);
    }

    #[test]
    fn prose_beside_a_line_that_git_wrote_is_passed_over() {
        check(
            "a\n\nsome prose\nRefs: #1\n(cherry picked from commit abc)",
            &[("Refs", "#1")],
        );
    }
}
