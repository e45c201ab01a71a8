//! The text language in which repositories are described for tests, pages and the demonstration; `fixtures/README.md` explains it. Pure.

use super::GitError;

/// A parsed recipe: its steps in order, each with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    pub(super) steps: Vec<(usize, Step)>,
}

/// One line of a recipe, with the block below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Go to a branch; make it when it is new, from a branch or tag or from where one stands.
    On {
        branch: String,
        from: Option<String>,
    },
    /// Who makes what follows.
    As {
        name: String,
        email: String,
    },
    /// Let seconds pass.
    Wait {
        seconds: i64,
    },
    Write {
        path: String,
        text: String,
    },
    Remove {
        path: String,
    },
    Commit {
        message: String,
    },
    Merge {
        branch: String,
        message: Option<String>,
    },
    Tag {
        name: String,
        message: Option<String>,
    },
    Remote {
        name: String,
        url: String,
    },
}

/// Why a recipe cannot be followed; lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    #[error("line {line}: {reason}")]
    Syntax { line: usize, reason: String },
    /// The line is well written and makes no sense where it stands.
    #[error("line {line}: {reason}")]
    Step { line: usize, reason: String },
    #[error("line {line}: {source}")]
    Git { line: usize, source: GitError },
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// Every line that cannot be read, in order.
    pub fn parse(text: &str) -> Result<Self, Vec<RecipeError>> {
        let lines: Vec<&str> = text.lines().collect();
        let (mut steps, mut errors) = (Vec::new(), Vec::new());
        let mut next = 0;
        while let Some(line) = lines.get(next) {
            let number = next + 1;
            next += 1;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (block, after) = block_below(&lines, next);
            next = after;
            match block.and_then(|block| step(line, block)) {
                Ok(step) => steps.push((number, step)),
                Err(Problem { offset, reason }) => errors.push(RecipeError::Syntax {
                    line: number + offset,
                    reason,
                }),
            }
        }
        if errors.is_empty() { Ok(Self { steps }) } else { Err(errors) }
    }
}

/// What is wrong, so many lines below the step's own.
struct Problem {
    offset: usize,
    reason: String,
}

fn problem<T>(reason: impl Into<String>) -> Result<T, Problem> {
    Err(Problem {
        offset: 0,
        reason: reason.into(),
    })
}

/// The indented lines from `start` on without their indentation, and the number of the first line behind them. The first line says how far
/// the block is indented; empty lines inside belong to it.
fn block_below(lines: &[&str], start: usize) -> (Result<Option<String>, Problem>, usize) {
    let is_inside = |line: &&&str| line.trim().is_empty() || line.starts_with([' ', '\t']);
    let inside: Vec<&str> = lines.iter().skip(start).take_while(is_inside).copied().collect();
    let after = start + inside.len();
    let indent: String = inside
        .iter()
        .find(|line| !line.trim().is_empty())
        .map(|line| line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect())
        .unwrap_or_default();
    let first = inside.iter().position(|line| !line.trim().is_empty());
    let last = inside.iter().rposition(|line| !line.trim().is_empty());
    let (Some(first), Some(last)) = (first, last) else {
        return (Ok(None), after);
    };
    let mut block = String::new();
    for (offset, line) in inside.iter().enumerate().take(last + 1).skip(first) {
        match line.strip_prefix(indent.as_str()) {
            Some(content) => block.push_str(content),
            None if line.trim().is_empty() => {}
            None => {
                let reason = "indented less than the first line of its block".to_owned();
                let offset = offset + 1;
                return (Err(Problem { offset, reason }), after);
            }
        }
        block.push('\n');
    }
    (Ok(Some(block)), after)
}

fn step(line: &str, block: Option<String>) -> Result<Step, Problem> {
    let (verb, rest) = cut(line);
    let takes_block = matches!(verb, "write" | "commit");
    if block.is_some() && !takes_block {
        return problem(format!("only `write` and `commit` take an indented block, not `{verb}`"));
    }
    match verb {
        "on" => on(rest),
        "as" => author(rest),
        "wait" => wait(rest),
        "write" => Ok(Step::Write {
            path: path(rest)?,
            text: block.unwrap_or_default(),
        }),
        "remove" => Ok(Step::Remove { path: path(rest)? }),
        "commit" => Ok(Step::Commit {
            message: message(rest, block),
        }),
        "merge" => {
            let (branch, text) = word_and_rest(rest, "merge <branch> [message]")?;
            let message = (!text.is_empty()).then(|| text.to_owned());
            Ok(Step::Merge { branch, message })
        }
        "tag" => tag(rest),
        "remote" => match word_and_rest(rest, "remote <name> <url>")? {
            (name, url) if !url.is_empty() => Ok(Step::Remote {
                name,
                url: url.to_owned(),
            }),
            _ => problem("write `remote <name> <url>`"),
        },
        _ => problem(format!(
            "unknown word `{verb}`; a line starts with on, as, wait, write, remove, commit, merge, tag, remote or #"
        )),
    }
}

fn on(rest: &str) -> Result<Step, Problem> {
    const FORM: &str = "on <branch> [from <branch or tag>]";
    let (branch, rest) = word_and_rest(rest, FORM)?;
    let from = match cut(rest) {
        ("", _) => None,
        ("from", start) if !start.is_empty() && !start.contains(' ') => Some(start.to_owned()),
        _ => return problem(format!("write `{FORM}`")),
    };
    Ok(Step::On { branch, from })
}

fn author(rest: &str) -> Result<Step, Problem> {
    let parts = rest.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
    match parts {
        Some((name, email)) if !name.trim().is_empty() && !email.is_empty() => Ok(Step::As {
            name: name.trim().to_owned(),
            email: email.to_owned(),
        }),
        _ => problem("write `as <name> <<address>>`, such as `as Ada <ada@acme.com>`"),
    }
}

fn wait(rest: &str) -> Result<Step, Problem> {
    let (number, unit) = cut(rest);
    let seconds = match unit {
        "hour" | "hours" => Some(3_600),
        "day" | "days" => Some(86_400),
        _ => None,
    };
    let number = number.parse::<u16>().ok().map(i64::from);
    match number.zip(seconds) {
        Some((number, seconds)) => Ok(Step::Wait {
            seconds: number * seconds,
        }),
        None => problem("write `wait <number> hours` or `wait <number> days`"),
    }
}

fn tag(rest: &str) -> Result<Step, Problem> {
    const FORM: &str = "tag <name> [annotated <message>]";
    let (name, rest) = word_and_rest(rest, FORM)?;
    let message = match cut(rest) {
        ("", _) => None,
        ("annotated", message) if !message.is_empty() => Some(message.to_owned()),
        _ => return problem(format!("write `{FORM}`")),
    };
    Ok(Step::Tag { name, message })
}

fn path(rest: &str) -> Result<String, Problem> {
    let is_inside = !rest.is_empty() && rest.split('/').all(|part| !matches!(part, "" | "." | ".." | ".git"));
    if is_inside {
        Ok(rest.to_owned())
    } else {
        problem(format!("`{rest}` is not a path inside the repository"))
    }
}

fn message(subject: &str, body: Option<String>) -> String {
    match body {
        Some(body) => format!("{subject}\n\n{body}"),
        // A message of no text is a message of no bytes, as `git commit --allow-empty-message` makes it.
        None if subject.is_empty() => String::new(),
        None => format!("{subject}\n"),
    }
}

fn word_and_rest<'l>(rest: &'l str, form: &str) -> Result<(String, &'l str), Problem> {
    match cut(rest) {
        ("", _) => problem(format!("write `{form}`")),
        (word, rest) => Ok((word.to_owned(), rest)),
    }
}

/// The first word, and what follows it; both without blanks around.
fn cut(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace)
        .map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, Step)]) {
        match Recipe::parse(text) {
            Ok(recipe) => assert_eq!(recipe.steps, expected, "{text}"),
            Err(errors) => panic!("{text}: {errors:?}"),
        }
    }

    fn refused(text: &str, expected: &[&str]) {
        let found: Vec<String> = match Recipe::parse(text) {
            Ok(recipe) => panic!("{text}: {recipe:?}"),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(found, expected, "{text}");
    }

    fn write(path: &str, text: &str) -> Step {
        Step::Write {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn branches_start_where_one_stands_or_elsewhere() {
        let on = |branch: &str, from: Option<&str>| Step::On {
            branch: branch.to_owned(),
            from: from.map(str::to_owned),
        };
        check(
            "on main\n\n# back\non feat/x from dev\n",
            &[(1, on("main", None)), (4, on("feat/x", Some("dev")))],
        );
        refused("on main dev", &["line 1: write `on <branch> [from <branch or tag>]`"]);
        refused("on", &["line 1: write `on <branch> [from <branch or tag>]`"]);
    }

    #[test]
    fn a_block_loses_the_indentation_of_its_first_line() {
        check(
            "write a.yaml\n  x:\n    y: 1\n\n  z: 2\n\nremove b\n",
            &[
                (1, write("a.yaml", "x:\n  y: 1\n\nz: 2\n")),
                (7, Step::Remove { path: "b".to_owned() }),
            ],
        );
        check("write empty", &[(1, write("empty", ""))]);
        check("write a b.txt\n\n  one\n", &[(1, write("a b.txt", "one\n"))]);
        refused(
            "write a\n    x\n  y\n",
            &["line 3: indented less than the first line of its block"],
        );
    }

    #[test]
    fn a_commit_has_a_subject_and_perhaps_a_body() {
        let commit = |message: &str| Step::Commit {
            message: message.to_owned(),
        };
        check(
            "commit feat: a\ncommit fix: b\n  Why.\n\n  Refs: #1\ncommit",
            &[
                (1, commit("feat: a\n")),
                (2, commit("fix: b\n\nWhy.\n\nRefs: #1\n")),
                (6, commit("")),
            ],
        );
    }

    #[test]
    fn merges_and_tags_may_have_messages() {
        check(
            "merge feat/x\nmerge feat/x Take x\ntag 1.0.0\ntag 1.0.0 annotated the first",
            &[
                (
                    1,
                    Step::Merge {
                        branch: "feat/x".to_owned(),
                        message: None,
                    },
                ),
                (
                    2,
                    Step::Merge {
                        branch: "feat/x".to_owned(),
                        message: Some("Take x".to_owned()),
                    },
                ),
                (
                    3,
                    Step::Tag {
                        name: "1.0.0".to_owned(),
                        message: None,
                    },
                ),
                (
                    4,
                    Step::Tag {
                        name: "1.0.0".to_owned(),
                        message: Some("the first".to_owned()),
                    },
                ),
            ],
        );
        refused("tag 1.0.0 annotated", &["line 1: write `tag <name> [annotated <message>]`"]);
        refused("tag 1.0.0 the first", &["line 1: write `tag <name> [annotated <message>]`"]);
    }

    #[test]
    fn people_and_time_are_told() {
        check(
            "as Ada Byron <ada@acme.com>\nwait 2 days\nremote origin https://gitlab.acme.com/a.git",
            &[
                (
                    1,
                    Step::As {
                        name: "Ada Byron".to_owned(),
                        email: "ada@acme.com".to_owned(),
                    },
                ),
                (2, Step::Wait { seconds: 172_800 }),
                (
                    3,
                    Step::Remote {
                        name: "origin".to_owned(),
                        url: "https://gitlab.acme.com/a.git".to_owned(),
                    },
                ),
            ],
        );
        refused("wait long", &["line 1: write `wait <number> hours` or `wait <number> days`"]);
        refused(
            "as Ada",
            &["line 1: write `as <name> <<address>>`, such as `as Ada <ada@acme.com>`"],
        );
    }

    #[test]
    fn all_problems_are_told_with_their_lines() {
        refused(
            "comit feat: a\non main\nwrite ../x\ntag 1.0.0\n  text\n",
            &[
                "line 1: unknown word `comit`; a line starts with on, as, wait, write, remove, commit, merge, tag, remote or #",
                "line 3: `../x` is not a path inside the repository",
                "line 4: only `write` and `commit` take an indented block, not `tag`",
            ],
        );
        refused(
            "write .git/config",
            &["line 1: `.git/config` is not a path inside the repository"],
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(on|write|commit|tag|wait|as)?[ \\PC\n\t]{0,40}") {
            let _ = Recipe::parse(&text);
        }
    }
}
