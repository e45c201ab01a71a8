//! Calls of flowgate in shell text: with which options, whether their failure is swallowed, and which variables are set before.

/// One call.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The first word that is no option: `merge-request`.
    pub command: String,
    /// Options with their values, sorted.
    pub options: Vec<(String, String)>,
    /// What follows lets the script go on: `|| true`.
    pub is_swallowed: bool,
}

/// What a script does that matters to a gate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    pub calls: Vec<Call>,
    /// `NAME=value` and `export NAME=value`.
    pub variables: Vec<(String, String)>,
    is_lenient: bool,
}

impl Script {
    /// Reads shell text; what is no simple command is passed over.
    pub fn add(&mut self, text: &str) {
        let text = text.replace("\\\n", " ");
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            let mut rest = line;
            loop {
                let (simple, joint, after) = next_command(rest);
                let words = words(simple);
                self.command(&words, joint == "||" && is_harmless(after));
                if joint.is_empty() {
                    break;
                }
                rest = after;
            }
        }
    }

    fn command(&mut self, words: &[String], is_swallowed: bool) {
        let mut words = words;
        while let Some((first, others)) = words.split_first() {
            if let Some((name, value)) = first.split_once('=').filter(|(name, _)| is_name(name)) {
                self.variables.push((name.to_owned(), value.to_owned()));
            } else if !matches!(
                first.as_str(),
                "export" | "exec" | "command" | "env" | "time" | "sudo" | "if" | "then" | "!" | "{" | "("
            ) {
                break;
            }
            words = others;
        }
        let Some((first, others)) = words.split_first() else { return };
        if first == "set" && others.iter().any(|word| word == "+e") {
            self.is_lenient = true;
        }
        let runs_container = matches!(first.as_str(), "docker" | "podman");
        let at = if is_flowgate(first) {
            Some(0)
        } else if runs_container {
            others.iter().position(|word| is_flowgate(word)).map(|at| at + 1)
        } else {
            None
        };
        let Some(arguments) = at.and_then(|at| words.get(at + 1..)) else {
            return;
        };
        self.calls.push(Call {
            is_swallowed: is_swallowed || self.is_lenient,
            ..call(arguments)
        });
    }
}

/// A call from its arguments.
pub fn call(arguments: &[String]) -> Call {
    let mut call = Call::default();
    let mut words = arguments.iter().peekable();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else {
            if call.command.is_empty() && !word.starts_with('-') {
                call.command.clone_from(word);
            }
            continue;
        };
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => {
                let value = words.next_if(|next| !next.starts_with('-')).cloned();
                (name, value.unwrap_or_default())
            }
        };
        call.options.push((name.to_owned(), value));
    }
    call.options.sort();
    call
}

/// The program, by its last name: `flowgate`, `./bin/flowgate`, `"$flowgate"`, `registry/tools/flowgate:1.0`.
pub fn is_flowgate(word: &str) -> bool {
    let last = word.rsplit('/').next().unwrap_or(word);
    let last = last.split([':', '@']).next().unwrap_or(last);
    matches!(last, "flowgate" | "$flowgate" | "${flowgate}" | "flowgate.exe")
}

/// Whether what stands behind `||` ends well.
fn is_harmless(after: &str) -> bool {
    let (simple, ..) = next_command(after);
    let words = words(simple);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["true" | ":" | "echo" | "printf", ..] | ["exit", "0"])
}

/// Up to the next `&&`, `||`, `;` or `|` outside of quotes: the command, the sign, and what follows.
fn next_command(text: &str) -> (&str, &str, &str) {
    let mut quote = None;
    for (at, sign) in text.char_indices() {
        match (quote, sign) {
            (None, '\'' | '"') => quote = Some(sign),
            (Some(open), _) if open == sign => quote = None,
            (None, '#') if text[..at].ends_with(char::is_whitespace) => return (&text[..at], "", ""),
            (None, '&' | '|' | ';') => {
                let length = if text[at + 1..].starts_with(sign) { 2 } else { 1 };
                return (&text[..at], &text[at..at + length], &text[at + length..]);
            }
            _ => {}
        }
    }
    (text, "", "")
}

/// Words without their quotes.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut is_open) = (Vec::new(), String::new(), None, false);
    for sign in text.chars() {
        match quote {
            Some(open) if open == sign => quote = None,
            Some(_) => word.push(sign),
            None if sign == '\'' || sign == '"' => {
                quote = Some(sign);
                is_open = true;
            }
            None if sign.is_whitespace() => {
                if is_open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                is_open = false;
            }
            None => word.push(sign),
        }
    }
    if is_open || !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Script {
        let mut script = Script::default();
        script.add(text);
        script
    }

    #[test]
    fn a_call_is_the_program_and_nothing_that_only_names_it() {
        for text in [
            "flowgate merge-request",
            "\"$flowgate\" merge-request --format human",
            "cd x && ./bin/flowgate merge-request",
            "A=b exec /usr/bin/flowgate merge-request # gate",
            "docker run --rm registry/tools/flowgate:1 merge-request",
        ] {
            let script = check(text);
            assert_eq!(script.calls.len(), 1, "{text}");
            assert_eq!(script.calls[0].command, "merge-request", "{text}");
            assert!(!script.calls[0].is_swallowed, "{text}");
        }
        for text in [
            "echo flowgate",
            "# flowgate merge-request",
            "my-flowgate check",
            "cat flowgate.yaml",
            "'flowgate merge-request'",
        ] {
            assert_eq!(check(text).calls, [], "{text}");
        }
    }

    #[test]
    fn a_failure_that_is_swallowed_is_seen() {
        for text in [
            "flowgate check || true",
            "flowgate check || exit 0",
            "set +e\nflowgate check",
            "flowgate check --x 'a || b' || :",
        ] {
            assert!(check(text).calls[0].is_swallowed, "{text}");
        }
        for text in [
            "flowgate check || exit 1",
            "flowgate check && true",
            "flowgate check; true",
            "flowgate check 'x || true'",
        ] {
            assert!(!check(text).calls[0].is_swallowed, "{text}");
        }
    }

    #[test]
    fn options_and_variables_are_told() {
        let script =
            check("export CI_DEFAULT_BRANCH=dev\nflowgate merge-request --skip=a/b --fail-on never \\\n --config x.yaml");
        assert_eq!(script.variables, [("CI_DEFAULT_BRANCH".to_owned(), "dev".to_owned())]);
        let names: Vec<&str> = script.calls[0].options.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["config", "fail-on", "skip"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in ".*") {
            let mut script = Script::default();
            script.add(&text);
            proptest::prop_assert!(script.calls.len() <= text.len());
        }
    }
}
