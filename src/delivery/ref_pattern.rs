//! Regular expressions over branch names, as exact names where they are one and as globs where they are not.

use super::condition::Names;
use super::version::exact_version;

/// The names that an expression such as `^(main|master)$` or `^release\/.*` matches. `text` is shown for patterns.
pub fn names_of_expression(expression: &str, text: &str) -> Vec<Names> {
    let starts = expression.starts_with('^');
    let ends = expression.ends_with('$') && !expression.ends_with("\\$");
    let body = expression.strip_prefix('^').unwrap_or(expression);
    let body = if ends { body.strip_suffix('$').unwrap_or(body) } else { body };
    let inner = body
        .strip_prefix("(?:")
        .or_else(|| body.strip_prefix('('))
        .and_then(|b| b.strip_suffix(')'));
    let body = inner.filter(|b| is_balanced(b)).unwrap_or(body);
    let alternatives = split_alternatives(body);
    alternatives
        .into_iter()
        .map(|alternative| {
            // Each alternative may carry its own anchors: `^main$|^master$`.
            let (start, alternative) = alternative.strip_prefix('^').map_or((starts, alternative), |a| (true, a));
            let (end, alternative) = alternative.strip_suffix('$').map_or((ends, alternative), |a| (true, a));
            let mut glob = to_glob(alternative);
            if !glob.contains('*') && start && end {
                return Names::Exact(glob);
            }
            if !start && !glob.starts_with('*') {
                glob.insert(0, '*');
            }
            if !end && !glob.ends_with('*') {
                glob.push('*');
            }
            Names::Pattern {
                text: text.to_owned(),
                glob,
            }
        })
        .collect()
}

/// Whether an expression is written for version tags: `^v\d+\.\d+`.
pub fn is_version_expression(expression: &str) -> bool {
    let body = expression.trim_start_matches(['^', '(', '?', ':']);
    let body = body
        .strip_prefix('v')
        .map_or(body, |rest| rest.strip_prefix('?').unwrap_or(rest));
    body.starts_with("\\d") || body.starts_with("[0-9]") || body.starts_with("([0-9]") || body.starts_with("(\\d") || {
        body.starts_with(|c: char| c.is_ascii_digit()) && exact_version(&body.replace('\\', "")).is_some()
    }
}

/// Whether a glob says nothing: it matches every name.
pub fn matches_everything(names: &Names) -> bool {
    matches!(names, Names::Pattern { glob, .. } if glob.chars().all(|c| matches!(c, '*' | '/')))
}

fn to_glob(expression: &str) -> String {
    let mut glob = String::new();
    let mut characters = expression.chars().peekable();
    let star = |glob: &mut String| {
        if !glob.ends_with('*') {
            glob.push('*');
        }
    };
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped) if !escaped.is_ascii_alphanumeric() => glob.push(escaped),
                _ => star(&mut glob),
            },
            '.' | '+' | '*' => star(&mut glob),
            // What a mark makes optional varies.
            '?' => {
                glob.pop();
                star(&mut glob);
            }
            '[' => {
                for inner in characters.by_ref() {
                    if inner == ']' {
                        break;
                    }
                }
                star(&mut glob);
            }
            '{' => {
                for inner in characters.by_ref() {
                    if inner == '}' {
                        break;
                    }
                }
                star(&mut glob);
            }
            '(' => {
                let mut depth = 1;
                for inner in characters.by_ref() {
                    match inner {
                        '(' => depth += 1,
                        ')' => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
                star(&mut glob);
            }
            ')' | '^' | '$' => {}
            literal => glob.push(literal),
        }
    }
    glob
}

fn split_alternatives(body: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start, mut is_escaped) = (0_usize, 0, false);
    for (index, character) in body.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                parts.extend(body.get(start..index));
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.extend(body.get(start..));
    parts
}

/// Whether the brackets around a text were one pair: `(a)|(b)` was not.
fn is_balanced(body: &str) -> bool {
    let mut depth = 0_i32;
    for character in body.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expected: &[&str]) {
        let names: Vec<String> = names_of_expression(expression, expression)
            .into_iter()
            .map(|n| match n {
                Names::Exact(name) => name,
                Names::Pattern { glob, .. } => format!("glob {glob}"),
            })
            .collect();
        assert_eq!(names, expected, "{expression}");
    }

    #[test]
    fn exact_names_are_found() {
        check("^main$", &["main"]);
        check("^(main|master)$", &["main", "master"]);
        check("^main$|^dev$", &["main", "dev"]);
        check(r"^env\/prod$", &["env/prod"]);
    }

    #[test]
    fn patterns_become_globs() {
        check("^release", &["glob release*"]);
        check(r"^release\/.*$", &["glob release/*"]);
        check(r"^release\/v?\d+(\.\d+)*", &["glob release/*"]);
        check("main", &["glob *main*"]);
        check("^(a)|(b)$", &["glob *", "glob *"]);
        check(".*", &["glob *"]);
    }

    #[test]
    fn version_expressions_are_for_tags() {
        for expression in [r"^v\d+\.\d+", r"^\d+\.\d+\.\d+$", "^v?[0-9]+", r"^(\d+)"] {
            assert!(is_version_expression(expression), "{expression}");
        }
        for expression in ["^release", "^v", "main", ""] {
            assert!(!is_version_expression(expression), "{expression}");
        }
    }

    #[test]
    fn broken_expressions_do_no_harm() {
        for expression in ["(", ")", "[", "{", "\\", "^$", "|", "((a)", "?", "a|(b", "é?"] {
            let _ = names_of_expression(expression, expression);
        }
    }
}
