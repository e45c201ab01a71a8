//! The subject in the title of a change: without what hosts and people hang on it.

/// What GitLab reads as a draft at the beginning of a title, today (`Draft:`, `[Draft]`, `(Draft)`) and before version 14 (`WIP:`, `[WIP]`);
/// Gitea's are among them. In lower case.
const DRAFTS: [&str; 5] = ["draft:", "[draft]", "(draft)", "wip:", "[wip]"];

/// The title without the words for a draft before it and the numbers of changes (` (#12)`, ` (!12)`) behind it, each as often as it stands there.
///
/// Whole tokens only: `Drafting: x` and `WIPE x` stay, and so does a title that is nothing but a number.
pub fn subject(title: &str) -> &str {
    let mut subject = title.trim();
    while let Some(rest) = without_draft(subject) {
        subject = rest.trim_start();
    }
    while let Some(rest) = without_number(subject) {
        subject = rest;
    }
    subject
}

fn without_draft(title: &str) -> Option<&str> {
    let rest = |word: &str| {
        let start = title.get(..word.len())?;
        start.eq_ignore_ascii_case(word).then(|| &title[word.len()..])
    };
    DRAFTS.iter().copied().find_map(rest)
}

/// `None` where no number of a change ends the title.
fn without_number(title: &str) -> Option<&str> {
    let (before, number) = title.strip_suffix(')')?.rsplit_once('(')?;
    let digits = number.strip_prefix(['#', '!'])?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let subject = before.trim_end();
    (is_number && subject.len() < before.len() && !subject.is_empty()).then_some(subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, expected: &str) {
        assert_eq!(subject(title), expected, "{title}");
    }

    #[test]
    fn drafts_and_numbers_are_no_part_of_a_subject() {
        check("feat: add a cart", "feat: add a cart");
        check("Draft: feat: add a cart", "feat: add a cart");
        check("draft:feat: add a cart", "feat: add a cart");
        check("WIP: [Draft] (draft) feat: add a cart", "feat: add a cart");
        check("[WIP]feat: add a cart", "feat: add a cart");
        check("feat: add a cart (#12)", "feat: add a cart");
        check("feat: add a cart (!12)", "feat: add a cart");
        check(" Draft: feat: add a cart (#12) (#14) ", "feat: add a cart");
        check("Revert \"feat: add a cart (#12)\" (#13)", "Revert \"feat: add a cart (#12)\"");
        check("Draft:", "");
        check("", "");
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for title in [
            "Drafting: x",
            "WIPE x",
            "WIP x",
            "[Drafts] x",
            "a Draft: x",
            "feat: add a cart (#12) again",
            "feat: add a cart(#12)",
            "feat: add a cart (#)",
            "feat: add a cart (#12a)",
            "feat: add a cart (12)",
            "feat: add a cart (~12)",
            "(#12)",
            "ſ: x",
            "Draf",
        ] {
            check(title, title);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_title_has_a_subject_inside_it(title in "(Draft:|\\[wip\\]| |\\(#1\\)|é|.){0,12}") {
            let found = subject(&title);
            proptest::prop_assert!(title.contains(found));
            proptest::prop_assert_eq!(subject(found), found);
        }
    }
}
