//! GitHub's expressions: `github.ref == 'refs/heads/main' && 'production' || 'staging'` as a tree. Knows no meaning.

/// Brackets nest no deeper than this; what does is not read.
const MAX_DEPTH: usize = 64;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Text(String),
    /// `true`, `false`, `null` or a number, as written.
    Plain(String),
    /// `github.event_name`, lower case; indexes by text are parts of the path.
    Path(String),
    Call(String, Vec<Self>),
    Not(Box<Self>),
    All(Box<Self>, Box<Self>),
    Any(Box<Self>, Box<Self>),
    Equal(Box<Self>, Box<Self>),
    /// `<`, `>` and the like.
    Compare,
}

/// A string with expressions in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Text(String),
    Expression(Expression),
    /// Between `${{` and `}}`, but not to be understood.
    Unread(String),
}

/// Reads an expression without its `${{ }}`; `None` when it cannot be understood.
pub fn parse(text: &str) -> Option<Expression> {
    let mut parser = Parser {
        rest: text.trim(),
        depth: 0,
    };
    let expression = parser.any()?;
    parser.rest.trim().is_empty().then_some(expression)
}

/// Reads a condition, which may stand with or without `${{ }}`.
pub fn parse_condition(text: &str) -> Option<Expression> {
    let text = text.trim();
    let whole = text.strip_prefix("${{").and_then(|t| t.strip_suffix("}}"));
    match whole {
        Some(inner) if !inner.contains("${{") => parse(inner),
        // `${{ a }} == 'b'`: the braces only mark what is computed.
        _ if text.contains("${{") => parse(&text.replace("${{", "(").replace("}}", ")")),
        _ => parse(text),
    }
}

/// The pieces of a string.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("${{") {
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let Some((inner, after)) = tail.split_once("}}") else {
            pieces.push(Piece::Unread(tail.to_owned()));
            return pieces;
        };
        pieces.push(parse(inner).map_or_else(|| Piece::Unread(inner.trim().to_owned()), Piece::Expression));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

struct Parser<'p> {
    rest: &'p str,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut left = self.all()?;
        let mut count = 0;
        while self.accept("||") {
            left = Expression::Any(Box::new(left), Box::new(self.all()?));
            count += 1;
            // The tree grows to the left: a long chain is as deep as nesting.
            if count > MAX_DEPTH {
                return None;
            }
        }
        self.depth -= 1;
        Some(left)
    }

    fn all(&mut self) -> Option<Expression> {
        let mut left = self.equality()?;
        let mut count = 0;
        while self.accept("&&") {
            left = Expression::All(Box::new(left), Box::new(self.equality()?));
            count += 1;
            if count > MAX_DEPTH {
                return None;
            }
        }
        Some(left)
    }

    fn equality(&mut self) -> Option<Expression> {
        let left = self.unary()?;
        for sign in ["==", "!=", "<=", ">=", "<", ">"] {
            if self.accept(sign) {
                let right = self.unary()?;
                let equal = Expression::Equal(Box::new(left), Box::new(right));
                return Some(match sign {
                    "==" => equal,
                    "!=" => Expression::Not(Box::new(equal)),
                    _ => Expression::Compare,
                });
            }
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expression> {
        self.skip();
        let mut is_negated = false;
        while !self.rest.starts_with("!=") && self.accept("!") {
            is_negated = !is_negated;
        }
        let inner = self.primary()?;
        Some(if is_negated { Expression::Not(Box::new(inner)) } else { inner })
    }

    fn primary(&mut self) -> Option<Expression> {
        self.skip();
        if self.accept("(") {
            let inner = self.any()?;
            return self.accept(")").then_some(inner);
        }
        if let Some(body) = self.rest.strip_prefix('\'') {
            return self.text(body);
        }
        let name = self.word();
        if name.is_empty() {
            return None;
        }
        if self.accept("(") {
            return self.call(&name.to_lowercase());
        }
        let is_plain = matches!(name.as_str(), "true" | "false" | "null") || name.starts_with(|c: char| c.is_ascii_digit());
        if is_plain {
            return Some(Expression::Plain(name));
        }
        let mut path = name.to_lowercase();
        while self.accept("[") {
            let index = self.any()?;
            if !self.accept("]") {
                return None;
            }
            let (Expression::Text(part) | Expression::Plain(part)) = index else {
                return None;
            };
            path = format!("{path}.{}{}", part.to_lowercase(), self.word().to_lowercase());
        }
        Some(Expression::Path(path))
    }

    /// A text in single quotes; a doubled quote stands for one.
    fn text(&mut self, body: &str) -> Option<Expression> {
        let mut text = String::new();
        let mut characters = body.char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            if character != '\'' {
                text.push(character);
            } else if characters.peek().is_some_and(|(_, c)| *c == '\'') {
                characters.next();
                text.push('\'');
            } else {
                let used = self.rest.len() - body.len() + index + 1;
                self.rest = self.rest.get(used..)?;
                return Some(Expression::Text(text));
            }
        }
        None
    }

    fn call(&mut self, name: &str) -> Option<Expression> {
        let mut arguments = Vec::new();
        if self.accept(")") {
            return Some(Expression::Call(name.to_owned(), arguments));
        }
        loop {
            arguments.push(self.any()?);
            if self.accept(")") {
                return Some(Expression::Call(name.to_owned(), arguments));
            }
            if !self.accept(",") || arguments.len() > MAX_DEPTH {
                return None;
            }
        }
    }

    fn word(&mut self) -> String {
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*')))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        word.to_owned()
    }

    fn accept(&mut self, sign: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Box<Expression> {
        Box::new(Expression::Path(text.to_owned()))
    }

    fn text(text: &str) -> Box<Expression> {
        Box::new(Expression::Text(text.to_owned()))
    }

    #[test]
    fn operators_bind_as_github_says() {
        let equal = Expression::Equal(path("github.ref"), text("refs/heads/main"));
        let all = Expression::All(Box::new(equal), text("production"));
        assert_eq!(
            parse("github.ref == 'refs/heads/main' && 'production' || 'staging'"),
            Some(Expression::Any(Box::new(all), text("staging")))
        );
    }

    #[test]
    fn calls_indexes_and_quotes_are_read() {
        assert_eq!(
            parse("startsWith(github.ref, 'it''s')"),
            Some(Expression::Call(
                "startswith".to_owned(),
                vec![*path("github.ref"), *text("it's")]
            ))
        );
        assert_eq!(parse("github.event.inputs['env']"), Some(*path("github.event.inputs.env")));
        assert_eq!(
            parse_condition("${{ github.ref }} == 'x'"),
            Some(Expression::Equal(path("github.ref"), text("x")))
        );
        assert_eq!(
            parse_condition("${{ !cancelled() }}").map(|e| matches!(e, Expression::Not(_))),
            Some(true)
        );
    }

    #[test]
    fn strings_fall_into_pieces() {
        assert_eq!(
            pieces("deploy-${{ github.ref_name }}-x"),
            [
                Piece::Text("deploy-".to_owned()),
                Piece::Expression(*path("github.ref_name")),
                Piece::Text("-x".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_broken_is_not_understood() {
        for text in ["", "(", "a ==", "'x", "f(a", "a[", "a b", "&&", "é", "${{"] {
            assert_eq!(parse(text).filter(|e| *e != Expression::Path("é".to_owned())), None, "{text}");
        }
        assert_eq!(parse(&"(".repeat(10_000)), None);
        assert_eq!(parse(&"!".repeat(10_001)), None);
    }
}
