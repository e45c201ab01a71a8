//! The word of a list that is nearest to a given one, for messages.

/// The nearest word by edit distance (transpositions count once); `None` when none is near. Of several the first in the list.
pub(crate) fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the letters may differ: fewer misses typing errors, more offers unrelated words.
    let limit = (word.chars().count() / 3).max(1);
    words
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    fn check(word: &str, words: &[&'static str], expected: Option<&str>) {
        assert_eq!(nearest(word, words.iter().copied()), expected, "{word}");
    }

    #[test]
    fn a_typing_error_finds_its_word_and_an_unrelated_word_finds_none() {
        check("deliverys", &["documents", "deliveries"], Some("deliveries"));
        check("comits", &["commits", "tags"], Some("commits"));
        check("pdr", &["dev", "prd"], Some("prd"));
        check("elephant", &["commits", "tags"], None);
        check("", &["commits"], None);
    }

    #[test]
    fn of_two_equally_near_words_the_first_is_taken() {
        check("prx", &["prd", "pre"], Some("prd"));
    }
}
