//! What a Rego text says, without what is there for people alone.

use super::lexemes::{Kind, lexemes};

/// The text without comments, blank lines and the width of white space: equal for two texts that say the same in the same lines.
pub fn code_of(text: &str) -> String {
    let (mut code, mut last) = (String::new(), 0);
    for lexeme in lexemes(text).filter(|lexeme| lexeme.kind != Kind::Comment) {
        code.push(if lexeme.line == last { ' ' } else { '\n' });
        code.push_str(lexeme.text);
        last = lexeme.line;
    }
    code
}

#[cfg(test)]
mod tests {
    use super::code_of;

    #[test]
    fn comments_and_layout_say_nothing_and_everything_else_does() {
        let text = "package a\n\n# why\nx if {\n\ty == \"# no comment\" # why\n}\n";
        assert_eq!(code_of(text), code_of("package a\nx  if {\n  y == \"# no comment\"\n}"));
        for other in [
            "package a\nx if {\n\ty == \"# no  comment\"\n}\n",
            "package a\nx if {\n\ty != \"# no comment\"\n}\n",
            "package a\nx if {\n\ty ==\n\"# no comment\"\n}\n",
        ] {
            assert_ne!(code_of(text), code_of(other), "{other}");
        }
    }
}
