//! Which of the things that change from run to run a rule may look at: the day and the gate. When in doubt, it does.

use super::lexemes::{Kind, Lexeme, lexemes};

/// What a rule may see beside its facts and options.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mentions {
    /// `input.now`.
    pub now: bool,
    /// `input.gate`.
    pub gate: bool,
}

impl Mentions {
    pub(crate) const ALL: Self = Self { now: true, gate: true };

    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            now: self.now || other.now,
            gate: self.gate || other.gate,
        }
    }
}

/// What a text mentions itself, and the libraries that it names. `None` in doubt: a text that hands `input` on as a whole, or reaches for
/// other rules, may see everything.
pub(crate) fn of_text(text: &str) -> Option<(Mentions, Vec<&str>)> {
    let code: Vec<Lexeme<'_>> = lexemes(text).filter(|l| l.kind != Kind::Comment).collect();
    let mut mentions = Mentions::default();
    let mut libraries = Vec::new();
    for (at, lexeme) in code.iter().enumerate() {
        // The word after so many dots from here.
        let word = |dots: usize| {
            let is_dot = code.get(at + 2 * dots - 1).is_some_and(|l| l.text == ".");
            code.get(at + 2 * dots)
                .filter(|l| is_dot && l.kind == Kind::Word)
                .map(|l| l.text)
        };
        match (lexeme.kind, lexeme.text) {
            (Kind::Template, _) => return None,
            (Kind::Word, "input") => match word(1) {
                Some("now") => mentions.now = true,
                Some("gate") => mentions.gate = true,
                Some(_) => {}
                None => return None,
            },
            (Kind::Word, "data") => match (word(1), word(2)) {
                (Some("flow"), _) => {}
                (Some("lib"), Some(name)) => libraries.push(name),
                _ => return None,
            },
            _ => {}
        }
    }
    Some((mentions, libraries))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, now: bool, gate: bool, libraries: &[&str]) {
        assert_eq!(of_text(text), Some((Mentions { now, gate }, libraries.to_vec())), "{text}");
    }

    #[test]
    fn a_text_that_names_neither_day_nor_gate_sees_neither() {
        check("x if input.document.now == 1 # input.now", false, false, &[]);
        check("import data.lib.dates\nx := data.flow.stages[_]", false, false, &["dates"]);
        check("x := input.now", true, false, &[]);
        check("import input.gate as g", false, true, &[]);
    }

    #[test]
    fn in_doubt_a_text_sees_everything() {
        for text in [
            "x := input",
            "x := input[\"now\"]",
            "x := input[k]",
            "f(input)",
            "x with input as {}",
            "import input as i",
            "x := data[a]",
            "x := data.rules.a.b.report",
            "x := data.lib[\"a\"]",
            "import data.lib",
            "x := $\"{input.now}\"",
        ] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }
}
