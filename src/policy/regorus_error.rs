//! Takes regorus' error texts apart: several lines with an excerpt become one sentence and a place.

/// One sentence, and where regorus says it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) path: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    pub(crate) message: String,
}

/// Reads a text of the form `--> path:line:column`, excerpt, `error: message`; any other text is a message without a place.
///
/// Of nested errors the innermost is taken: the outer ones only say in which construct it happened.
pub(crate) fn located(text: &str) -> Located {
    let lines: Vec<&str> = text.lines().collect();
    let error = lines.iter().rposition(|line| line.starts_with("error: "));
    let place = error.and_then(|end| lines.get(..end)?.iter().rev().find_map(|line| place(line)));
    let message = error.and_then(|index| lines.get(index)?.strip_prefix("error: "));
    let message = message.unwrap_or_else(|| {
        lines
            .iter()
            .map(|l| l.trim())
            .find(|l| !l.is_empty())
            .unwrap_or("unknown error")
    });
    Located {
        path: place.map(|(path, ..)| path.to_owned()),
        line: place.map(|(_, line, _)| line),
        column: place.map(|(_, _, column)| column),
        message: message.trim_end_matches([':', '.', ' ']).to_owned(),
    }
}

impl Located {
    /// With the column in characters of `source`, the text in which it is: regorus counts a tab as four columns.
    pub(crate) fn counted_in(mut self, source: &str) -> Self {
        let line = self
            .line
            .and_then(|line| source.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?));
        if let (Some(line), Some(wide)) = (line, self.column) {
            let mut passed = 1;
            let before = line.chars().take_while(|c| {
                let is_before = passed < wide;
                passed += if *c == '\t' { 4 } else { 1 };
                is_before
            });
            self.column = u32::try_from(before.count() + 1).ok();
        }
        self
    }

    /// With the column in characters, when it is in one of the texts that the engine holds.
    pub(crate) fn counted_by(self, engine: &regorus::Engine) -> Self {
        let sources = engine.get_policies().unwrap_or_default();
        match sources.iter().find(|source| Some(source.get_path()) == self.path.as_ref()) {
            Some(source) => self.counted_in(source.get_contents()),
            None => self,
        }
    }
}

fn place(line: &str) -> Option<(&str, u32, u32)> {
    let (rest, column) = line.strip_prefix("--> ")?.rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    Some((path, line.parse().ok()?, column.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: (Option<&str>, Option<u32>, Option<u32>, &str)) {
        let found = located(text);
        assert_eq!(
            (found.path.as_deref(), found.line, found.column, found.message.as_str()),
            expected
        );
    }

    #[test]
    fn place_and_sentence_are_taken_out_of_the_excerpt() {
        check(
            "\n--> a:b.rego:4:17\n  |\n4 | r := to_number(\"x\")\n  |        ^\nerror: could not parse string as number",
            (Some("a:b.rego"), Some(4), Some(17), "could not parse string as number"),
        );
    }

    #[test]
    fn of_nested_errors_the_innermost_is_taken() {
        check(
            "\n--> a.rego:2:1\n | \nerror: Failed to parse `every`.\n\n--> a.rego:3:5\n |\nerror: expecting `in`",
            (Some("a.rego"), Some(3), Some(5), "expecting `in`"),
        );
        check(
            "\n--> a.rego:2:1\n |\nerror: recursion detected when evaluating rule:\n--> a.rego:3:1\n |\ndepends on: \n",
            (Some("a.rego"), Some(2), Some(1), "recursion detected when evaluating rule"),
        );
    }

    #[test]
    fn a_tab_is_one_column() {
        let at = |column| {
            let error = format!("--> a:2:{column}\nerror: e");
            located(&error).counted_in("x\n\t\täb c").column
        };
        assert_eq!([at(1), at(9), at(11), at(99)], [Some(1), Some(3), Some(5), Some(7)]);
    }

    #[test]
    fn a_plain_text_has_no_place() {
        check("not a valid rule path", (None, None, None, "not a valid rule path"));
        check("", (None, None, None, "unknown error"));
    }
}
