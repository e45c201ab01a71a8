//! The title of a merge or pull request without what hosts put around it.

/// What a squash makes the subject of: without `Draft:` and its like before, and without the number behind it.
pub fn subject(title: &str) -> &str {
    let mut text = title.trim();
    while let Some(rest) = without_draft(text) {
        text = rest;
    }
    without_number(text)
}

/// The forms by which GitLab knows a draft (docs.gitlab.com, *Draft merge requests*), and those that people carried over from before.
const DRAFTS: [&str; 6] = ["draft:", "[draft]", "(draft)", "wip:", "[wip]", "draft - "];

fn without_draft(text: &str) -> Option<&str> {
    DRAFTS.iter().find_map(|draft| {
        let (start, rest) = text.split_at_checked(draft.len())?;
        start.eq_ignore_ascii_case(draft).then(|| rest.trim_start())
    })
}

fn without_number(text: &str) -> &str {
    let found = text.rfind([' ', '\t']).and_then(|at| {
        let (before, last) = text.split_at_checked(at)?;
        let inner = last.trim_start().strip_prefix('(')?.strip_suffix(')')?;
        let digits = inner.strip_prefix(['#', '!'])?;
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| before.trim_end())
    });
    found.filter(|before| !before.is_empty()).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hosts_put_around_a_title_is_left_out() {
        for (title, expected) in [
            ("Draft: feat: a", "feat: a"),
            ("[Draft] [WIP] feat: a (!12)", "feat: a"),
            ("feat: a (#372)", "feat: a"),
            ("WIP: Draft: fix: b", "fix: b"),
            ("(draft) fix: b", "fix: b"),
            // Look-alikes.
            ("Drafting: x", "Drafting: x"),
            ("WIPE the disk", "WIPE the disk"),
            ("draft", "draft"),
            ("fix: handle (#12) here", "fix: handle (#12) here"),
            ("fix: a (#12b)", "fix: a (#12b)"),
            ("fix: a (#)", "fix: a (#)"),
            ("(#12)", "(#12)"),
            ("", ""),
        ] {
            assert_eq!(subject(title), expected, "{title}");
        }
    }
}
