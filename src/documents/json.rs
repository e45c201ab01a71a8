//! JSON text to one document. Comments are read as in JSONC; a trailing comma only where the file is JSONC by name or has comments.

use std::sync::Arc;

use super::document::{Document, Node, NodeArena, NodeId, NodeValue, Text};
use super::format::Format;
use super::mapping;
use super::parse::{Broken, Limits, Loaded};
use super::text::{Place, Reader};

/// Reads the one document of `text`; none when there is only white space and comments.
pub(super) fn load(path: &str, text: &Arc<str>, limits: &Limits) -> Result<Loaded, Broken> {
    let mut parser = Parser {
        text,
        limits,
        reader: Reader::new(text),
        loaded: Loaded::default(),
        arena: NodeArena::default(),
        is_jsonc: is_jsonc_by_name(path),
        trailing_comma: None,
    };
    parser.skip_space()?;
    if parser.reader.peek().is_none() {
        return Ok(parser.loaded);
    }
    let root = parser.value(0)?;
    parser.skip_space()?;
    if parser.reader.peek().is_some() {
        return parser.broken("text after the end of the document");
    }
    if let Some(comma) = parser.trailing_comma.filter(|_| !parser.is_jsonc) {
        return Err(Broken::new("a comma with nothing after it", comma.position));
    }
    let document = Document::new(Format::Json, 0, Arc::clone(text), parser.arena, root);
    parser.loaded.documents.push(document);
    Ok(parser.loaded)
}

/// Files whose own tools read comments and trailing commas.
fn is_jsonc_by_name(path: &str) -> bool {
    let mut segments = path.rsplit('/');
    let name = segments.next().unwrap_or("");
    let is_config = |prefix: &str| name.starts_with(prefix);
    is_config("tsconfig")
        || is_config("jsconfig")
        || is_config("devcontainer")
        || is_config(".eslintrc")
        || segments.any(|folder| folder == ".vscode" || folder == ".devcontainer")
}

struct Parser<'a> {
    text: &'a Arc<str>,
    limits: &'a Limits,
    reader: Reader<'a>,
    loaded: Loaded,
    arena: NodeArena,
    is_jsonc: bool,
    trailing_comma: Option<Place>,
}

impl Parser<'_> {
    /// One value; recursion ends at the depth limit.
    fn value(&mut self, depth: usize) -> Result<NodeId, Broken> {
        let start = self.reader.place();
        if self.arena.len() >= self.limits.nodes {
            return Err(Broken::too_many(self.limits, start.position));
        }
        match self.reader.peek() {
            Some(b'{' | b'[') if depth >= self.limits.depth => Err(Broken::too_deep(self.limits, start.position)),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word(),
            Some(b'\'') => self.broken("a text in single quotes; JSON wants double quotes"),
            Some(_) => self.broken("expected a value"),
            None => self.broken("the file ends where a value is expected"),
        }
    }

    fn object(&mut self, depth: usize) -> Result<NodeId, Broken> {
        let start = self.reader.place();
        let id = self.arena.add(node(NodeValue::Null, start, start));
        self.reader.bump();
        let mut entries = Vec::new();
        loop {
            self.skip_space()?;
            match self.reader.peek() {
                Some(b'}') => break,
                Some(b'"') => {}
                Some(_) => return self.broken("expected a key in double quotes or `}`"),
                None => return Err(Broken::new("a `{` that is never closed", start.position)),
            }
            let key = self.string()?;
            self.skip_space()?;
            if !self.reader.eat(b':') {
                return self.broken("expected `:` after a key");
            }
            self.skip_space()?;
            entries.push((key, self.value(depth + 1)?));
            if !self.next_item(b'}')? {
                break;
            }
        }
        self.close(b'}', "expected `,` or `}`", start)?;
        let entries = mapping::without_repeated(&self.arena, entries, &mut self.loaded.problems);
        self.finish(id, NodeValue::Mapping(entries));
        Ok(id)
    }

    fn array(&mut self, depth: usize) -> Result<NodeId, Broken> {
        let start = self.reader.place();
        let id = self.arena.add(node(NodeValue::Null, start, start));
        self.reader.bump();
        let mut items = Vec::new();
        loop {
            self.skip_space()?;
            match self.reader.peek() {
                Some(b']') => break,
                None => return Err(Broken::new("a `[` that is never closed", start.position)),
                Some(_) => items.push(self.value(depth + 1)?),
            }
            if !self.next_item(b']')? {
                break;
            }
        }
        self.close(b']', "expected `,` or `]`", start)?;
        self.finish(id, NodeValue::Sequence(items));
        Ok(id)
    }

    /// Steps over a comma; is there one?
    fn next_item(&mut self, closing: u8) -> Result<bool, Broken> {
        self.skip_space()?;
        let comma = self.reader.place();
        if !self.reader.eat(b',') {
            return Ok(false);
        }
        self.skip_space()?;
        if self.reader.peek() == Some(closing) {
            self.trailing_comma.get_or_insert(comma);
        }
        Ok(true)
    }

    fn close(&mut self, closing: u8, expected: &str, start: Place) -> Result<(), Broken> {
        if self.reader.eat(closing) {
            Ok(())
        } else if self.reader.peek().is_none() {
            let opening = if closing == b']' { '[' } else { '{' };
            Err(Broken::new(format!("a `{opening}` that is never closed"), start.position))
        } else {
            self.broken(expected)
        }
    }

    fn finish(&mut self, id: NodeId, value: NodeValue) {
        let end = self.reader.place();
        let node = self.arena.get_mut(id);
        node.value = value;
        node.span.end = end.position;
        node.bytes.1 = end.byte;
    }

    fn string(&mut self) -> Result<NodeId, Broken> {
        let start = self.reader.place();
        self.reader.bump();
        let mut own: Option<String> = None;
        let mut copied = self.reader.place().byte;
        loop {
            match self.reader.peek() {
                None | Some(b'\n' | b'\r') => return Err(Broken::new("a text that is never closed", start.position)),
                Some(b'"') => break,
                Some(b'\\') => {
                    let before = self
                        .text
                        .get(copied as usize..self.reader.place().byte as usize)
                        .unwrap_or("");
                    let text = own.get_or_insert_default();
                    text.push_str(before);
                    text.push(escape(&mut self.reader)?);
                    copied = self.reader.place().byte;
                }
                Some(0..=0x1f) => return self.broken("a control character in a text; write it as an escape"),
                Some(_) => self.reader.bump(),
            }
        }
        let end = self.reader.place().byte;
        self.reader.bump();
        let text = match own {
            Some(text) => Text::from(text + self.text.get(copied as usize..end as usize).unwrap_or("")),
            None => Text::stretch(Arc::clone(self.text), copied, end),
        };
        let mut node = node(NodeValue::String(text), start, self.reader.place());
        node.is_quoted = true;
        Ok(self.arena.add(node))
    }

    fn number(&mut self) -> Result<NodeId, Broken> {
        let start = self.reader.place();
        let text = self
            .reader
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'));
        let value = number(text).ok_or_else(|| Broken::new(format!("`{text}` is no JSON number"), start.position))?;
        Ok(self.arena.add(node(value, start, self.reader.place())))
    }

    fn word(&mut self) -> Result<NodeId, Broken> {
        let start = self.reader.place();
        let value = match self.reader.take_while(|b| b.is_ascii_alphanumeric() || b == b'_') {
            "null" => NodeValue::Null,
            "true" => NodeValue::Bool(true),
            "false" => NodeValue::Bool(false),
            word => {
                return Err(Broken::new(
                    format!("`{word}` is no JSON value; a text needs double quotes"),
                    start.position,
                ));
            }
        };
        Ok(self.arena.add(node(value, start, self.reader.place())))
    }

    /// White space and comments.
    fn skip_space(&mut self) -> Result<(), Broken> {
        loop {
            self.reader.take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
            let start = self.reader.place();
            if self.reader.starts_with("//") {
                self.reader.take_while(|b| b != b'\n');
            } else if self.reader.starts_with("/*") {
                self.reader.bump();
                self.reader.bump();
                while !self.reader.starts_with("*/") {
                    if self.reader.peek().is_none() {
                        return Err(Broken::new("a comment that is never closed", start.position));
                    }
                    self.reader.bump();
                }
                self.reader.bump();
                self.reader.bump();
            } else {
                return Ok(());
            }
            self.is_jsonc = true;
        }
    }

    fn broken<T>(&self, reason: impl Into<String>) -> Result<T, Broken> {
        Err(Broken::new(reason, self.reader.place().position))
    }
}

/// The character of the escape at the reader, which stands on its backslash.
fn escape(reader: &mut Reader<'_>) -> Result<char, Broken> {
    let start = reader.place().position;
    reader.bump();
    let letter = reader.peek();
    reader.bump();
    Ok(match letter {
        Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let invalid = || Broken::new("`\\u` wants four hexadecimal digits", start);
            let first = unit(reader).ok_or_else(invalid)?;
            if (0xd800..0xdc00).contains(&first) && reader.starts_with("\\u") {
                reader.bump();
                reader.bump();
                let second = unit(reader).ok_or_else(invalid)?;
                let mut decoded = char::decode_utf16([first, second]);
                return Ok(decoded.next().and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            // Half of a pair is allowed by the grammar and means no character.
            char::from_u32(first.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => {
            return Err(Broken::new(
                "an escape that JSON does not know; write `\\\\` for a backslash",
                start,
            ));
        }
    })
}

fn unit(reader: &mut Reader<'_>) -> Option<u16> {
    let mut unit = 0;
    for _ in 0..4 {
        let digit = char::from(reader.peek()?).to_digit(16)?;
        unit = unit << 4 | u16::try_from(digit).ok()?;
        reader.bump();
    }
    Some(unit)
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
fn number(text: &str) -> Option<NodeValue> {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let fits = is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_digits);
    if !fits {
        return None;
    }
    if let (None, None, Ok(integer)) = (fraction, exponent, text.parse()) {
        return Some(NodeValue::Integer(integer));
    }
    text.parse().ok().map(NodeValue::Float)
}

fn node(value: NodeValue, start: Place, end: Place) -> Node {
    Node::plain(value, start, end)
}
