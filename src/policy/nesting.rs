//! Looks at a policy's brackets before the parser does: its time doubles with each level of `[` or `{`, and long expressions end its stack.

use super::lexemes::{Kind, lexemes};
use super::problem::{PolicyError, Problem};

/// Sum over all brackets of two to the power of their depth; about a third of a second of parsing.
const MAX_WORK: u64 = 1 << 17;
/// Operators in a row without a comma, bracket or new statement: each is one level of the parsed tree.
const MAX_CHAIN: usize = 200;

/// What makes a text dangerous to parse; empty when it can be parsed.
pub(crate) fn check(path: &str, text: &str, limit: usize) -> Vec<PolicyError> {
    let mut depth = 0_usize;
    let mut work = 0_u64;
    // One counter of operators per open bracket, so that a call within an expression does not hide the expression's length.
    let mut chains = vec![0_usize];
    let mut last_line = 1;
    let mut ended_open = false;
    for lexeme in lexemes(text) {
        let report = |problem| vec![PolicyError::at(path, lexeme.line, lexeme.column, problem)];
        let is_operator = is_operator(lexeme.text);
        if lexeme.line != last_line && !ended_open && !is_operator {
            reset(&mut chains);
        }
        last_line = lexeme.line;
        match lexeme.kind {
            Kind::Comment => continue,
            Kind::Open => {
                chains.push(0);
                if lexeme.text != "(" {
                    depth += 1;
                    work += 1_u64
                        .checked_shl(u32::try_from(depth).unwrap_or(u32::MAX))
                        .unwrap_or(MAX_WORK);
                }
            }
            Kind::Close => {
                if chains.len() > 1 {
                    chains.pop();
                }
                if lexeme.text != ")" {
                    depth = depth.saturating_sub(1);
                }
            }
            _ if matches!(lexeme.text, "," | ";") => reset(&mut chains),
            _ if is_operator => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                }
            }
            _ => {}
        }
        ended_open = is_operator;
        if depth > limit {
            return report(Problem::TooNested { depth, limit });
        }
        if work > MAX_WORK {
            return report(Problem::TooBranched);
        }
        if chains.last().is_some_and(|chain| *chain > MAX_CHAIN) {
            return report(Problem::TooLong(MAX_CHAIN));
        }
    }
    Vec::new()
}

fn reset(chains: &mut [usize]) {
    if let Some(chain) = chains.last_mut() {
        *chain = 0;
    }
}

fn is_operator(text: &str) -> bool {
    matches!(
        text,
        "+" | "-" | "*" | "/" | "%" | "|" | "&" | "=" | "<" | ">" | "!" | "." | "in" | "not" | "else"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, expected: Option<&str>) {
        let found: Vec<String> = check("a.rego", text, 12).iter().map(ToString::to_string).collect();
        assert_eq!(
            found.first().map(String::as_str),
            expected,
            "{}",
            text.chars().take(60).collect::<String>()
        );
    }

    fn nested(open: &str, close: &str, depth: usize) -> String {
        format!("package a\n\nr := {}1{}\n", open.repeat(depth), close.repeat(depth))
    }

    #[test]
    fn brackets_may_nest_up_to_the_limit() {
        check_text(&nested("[", "]", 12), None);
        check_text(
            &nested("[", "]", 13),
            Some("a.rego:3:18: brackets nest 13 deep, beyond the 12 that a policy may have"),
        );
        check_text(
            &nested("{\"a\": [", "]}", 10),
            Some("a.rego:3:48: brackets nest 13 deep, beyond the 12 that a policy may have"),
        );
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        check_text(&format!("package a\n# {0}\nr := \"{0}\"\ns := `{0}`\n", "[".repeat(40)), None);
    }

    #[test]
    fn many_groups_within_the_limit_are_refused_as_well() {
        let group = format!("{}1{},\n", "[".repeat(11), "]".repeat(11));
        check_text(&format!("package a\nr := [\n{}]\n", group.repeat(4)), None);
        check_text(
            &format!("package a\nr := [\n{}]\n", group.repeat(40)),
            Some("a.rego:19:5: brackets nest so often that parsing would take too long"),
        );
    }

    #[test]
    fn an_endless_expression_is_refused_even_over_many_lines() {
        check_text(&format!("package a\nr := {}1\n", "1 + ".repeat(150)), None);
        check_text(
            &format!("package a\nr := {}1\n", "1 +\n".repeat(300)),
            Some("a.rego:201:3: an expression of more than 200 operators in a row"),
        );
        check_text(
            &format!("package a\nr := 1{}\n", "\n+ f(1)".repeat(300)),
            Some("a.rego:202:1: an expression of more than 200 operators in a row"),
        );
    }

    #[test]
    fn many_short_statements_are_no_long_expression() {
        check_text(
            &format!("package a\nr if {{\n{}}}\n", "\tinput.a.b.c == 1 + 2\n".repeat(500)),
            None,
        );
        check_text(&format!("package a\nr := [{}1]\n", "a.b.c, ".repeat(500)), None);
    }
}
