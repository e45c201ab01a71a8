//! Lines added to a YAML file without touching the others; the caller proves by parsing that nothing else changed. Pure.

use serde_json::Value;

/// A line, by its number, and how far it is indented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub number: usize,
    pub indent: usize,
}

/// The file as a value; `None` when it cannot be read or has several documents.
pub fn value(text: &str) -> Option<Value> {
    if text.trim().is_empty() {
        return Some(Value::Object(serde_json::Map::new()));
    }
    serde_yaml::from_str(text).ok()
}

/// The line of a key whose value stands on the lines below it, among the lines `from..to` at that indentation.
pub fn key(lines: &[&str], name: &str, indent: Option<usize>, from: usize, to: usize) -> Option<Line> {
    lines.iter().enumerate().take(to).skip(from).find_map(|(number, line)| {
        let found = indent_of(line);
        let rest = line.trim_start().strip_prefix(name)?.strip_prefix(':')?.trim_start();
        let is_open = rest.is_empty() || rest.starts_with('#');
        (is_open && indent.is_none_or(|indent| indent == found)).then_some(Line { number, indent: found })
    })
}

/// The number of the line behind the last one that belongs to a key: deeper ones, and the items of a list at the key's own indentation.
pub fn end(lines: &[&str], key: Line) -> usize {
    let belongs = |line: &str| {
        let indent = indent_of(line);
        let is_item = line.trim_start().starts_with("- ") || line.trim() == "-";
        indent > key.indent || (indent == key.indent && is_item)
    };
    let mut end = key.number + 1;
    for (number, line) in lines.iter().enumerate().skip(key.number + 1) {
        if is_blank(line) {
            continue;
        }
        if !belongs(line) {
            break;
        }
        end = number + 1;
    }
    end
}

/// How far the first line below a key is indented.
pub fn indent_below(lines: &[&str], key: Line) -> Option<usize> {
    let end = end(lines, key);
    let mut below = lines.iter().take(end).skip(key.number + 1).filter(|line| !is_blank(line));
    below.next().map(|line| indent_of(line))
}

/// The text with a block before the line of that number.
pub fn insert(text: &str, number: usize, block: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (before, after) = lines.split_at(number.min(lines.len()));
    let mut before = before.concat();
    if !before.is_empty() && !before.ends_with('\n') {
        before.push('\n');
    }
    format!("{before}{block}{}", after.concat())
}

/// Every line of a block deeper by so many spaces.
pub fn indented(block: &str, by: usize) -> String {
    block.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

/// The text without a block of whole lines, at whichever indentation it stands; and the block as it stood.
pub fn without(text: &str, block: &str) -> Option<(String, String)> {
    (0..=16).find_map(|by| {
        let block = indented(block, by);
        let at = text
            .match_indices(&block)
            .map(|(at, _)| at)
            .find(|at| *at == 0 || text.get(..*at).is_some_and(|before| before.ends_with('\n')))?;
        let rest = text.get(at + block.len()..)?;
        Some((format!("{}{rest}", text.get(..at)?), block))
    })
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}
