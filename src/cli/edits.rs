//! `--fix` and `--diff`: applies the edits that keep a file's meaning, or shows them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::finding::Edit;
use crate::domain::location::{Location, Position};
use crate::domain::report::{Failure, FailureKind, Report};

const BYTE_ORDER_MARK: char = '\u{feff}';
/// Unchanged lines around a change in a diff, as git shows them.
const CONTEXT: usize = 3;

/// What came of the edits of a report.
#[derive(Debug, Default)]
pub struct Carried {
    /// A unified diff that `git apply` takes.
    pub diff: String,
    pub edits: usize,
    pub files: usize,
    /// Files that could not be read or written.
    pub failures: Vec<Failure>,
}

/// Shows what the edits of a report change in the files below `root`.
pub fn show(report: &Report, root: &Path) -> Carried {
    carry_out(report, root, &|_, _| Ok(()))
}

/// Makes the edits of a report in the files below `root`.
pub fn make(report: &Report, root: &Path) -> Carried {
    carry_out(report, root, &|path, text| {
        std::fs::write(path, text).map_err(|error| error.to_string())
    })
}

type Write<'a> = &'a dyn Fn(&Path, &str) -> Result<(), String>;

fn carry_out(report: &Report, root: &Path, write: Write<'_>) -> Carried {
    let mut by_path: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in report.findings.iter().flat_map(|f| &f.edits) {
        by_path.entry(&edit.path).or_default().push(edit);
    }
    let mut carried = Carried::default();
    for (path, edits) in &by_path {
        match one_file(root, path, edits, write) {
            Ok((diff, count)) => {
                carried.diff.push_str(&diff);
                carried.edits += count;
                carried.files += 1;
            }
            Err(reason) => carried.failures.push(Failure {
                kind: FailureKind::Io,
                message: format!("cannot be edited: {reason}"),
                location: Some(Location::of_path(*path)),
            }),
        }
    }
    carried
}

/// The diff of one file, and how many edits it has.
fn one_file(root: &Path, path: &str, edits: &[&Edit], write: Write<'_>) -> Result<(String, usize), String> {
    let full = root.join(path);
    let metadata = std::fs::symlink_metadata(&full).map_err(|e| e.to_string())?;
    if !metadata.is_file() {
        return Err("it is no ordinary file".to_owned());
    }
    let text = std::fs::read_to_string(&full).map_err(|e| e.to_string())?;
    // Places are counted without the mark, and the file keeps it.
    let (mark, body) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(body) => ("\u{feff}", body),
        None => ("", text.as_str()),
    };
    let (changed, count) = apply(body, edits);
    let changed = format!("{mark}{changed}");
    if changed != text {
        write(&full, &changed)?;
    }
    Ok((line_diff(path, &text, &changed), count))
}

/// The text with all edits that do not overlap, from the end so that earlier places stay where they are.
fn apply(text: &str, edits: &[&Edit]) -> (String, usize) {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(i, _)| i + 1))
        .collect();
    let offset = |position: Position| -> Option<usize> {
        let start = *starts.get((position.line as usize).checked_sub(1)?)?;
        let line = text.get(start..)?;
        let column = (position.column as usize).checked_sub(1)?;
        Some(start + line.char_indices().nth(column).map_or(line.len(), |(i, _)| i))
    };
    let mut ranges: Vec<(usize, usize, &str)> = edits
        .iter()
        .filter_map(|e| Some((offset(e.range.start)?, offset(e.range.end)?, e.text.as_str())))
        .filter(|(start, end, _)| start <= end)
        .collect();
    ranges.sort_unstable();
    ranges.dedup();
    let mut changed = text.to_owned();
    let mut limit = text.len() + 1;
    let mut count = 0;
    for (start, end, replacement) in ranges.into_iter().rev() {
        if end < limit {
            changed.replace_range(start..end, replacement);
            limit = start;
            count += 1;
        }
    }
    (changed, count)
}

/// A unified diff of texts with the same number of lines, which is what edits inside lines give.
fn line_diff(path: &str, before: &str, after: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let changed: Vec<usize> = (0..old.len()).filter(|i| old.get(*i) != new.get(*i)).collect();
    let mut diff = String::new();
    for hunk in changed.chunk_by(|a, b| b - a <= 2 * CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            continue;
        };
        if diff.is_empty() {
            diff.push_str(&format!("--- a/{path}\n+++ b/{path}\n"));
        }
        let (start, end) = (first.saturating_sub(CONTEXT), (last + CONTEXT + 1).min(old.len()));
        diff.push_str(&format!("@@ -{0},{1} +{0},{1} @@\n", start + 1, end - start));
        for (old, new) in old.iter().zip(&new).take(end).skip(start) {
            if old == new {
                push_line(&mut diff, ' ', old);
            } else {
                push_line(&mut diff, '-', old);
                push_line(&mut diff, '+', new);
            }
        }
    }
    diff
}

fn push_line(diff: &mut String, sign: char, line: &str) {
    diff.push(sign);
    diff.push_str(line);
    if !line.ends_with('\n') {
        diff.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::location::Span;

    fn edit(line: u32, start: u32, end: u32, text: &str) -> Edit {
        let at = |column| Position { line, column };
        Edit {
            path: "a.yaml".into(),
            range: Span {
                start: at(start),
                end: at(end),
            },
            text: text.into(),
        }
    }

    #[test]
    fn edits_are_applied_at_their_characters() {
        let (one, two) = (edit(1, 4, 8, "\"1.10\""), edit(2, 4, 5, "\"2\""));
        assert_eq!(
            apply("ü: 1.10\nb: 2\n", &[&one, &two]),
            ("ü: \"1.10\"\nb: \"2\"\n".to_owned(), 2)
        );
    }

    #[test]
    fn of_two_edits_that_overlap_one_is_applied() {
        let (one, two) = (edit(1, 1, 4, "x"), edit(1, 2, 3, "y"));
        assert_eq!(apply("abc", &[&one, &two]).1, 1);
    }

    #[test]
    fn a_diff_has_lines_around_each_change_and_says_where_no_line_ends() {
        assert_eq!(
            line_diff("a.yaml", "1\n2\r\n3\n4\n5\n6", "1\nx\r\n3\n4\n5\ny"),
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,6 +1,6 @@\n 1\n-2\r\n+x\r\n 3\n 4\n 5\n-6\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
        );
        assert_eq!(
            line_diff("a", "a\nb\n1\n2\n3\n4\n", "a\nc\n1\n2\n3\n4\n"),
            "--- a/a\n+++ b/a\n@@ -1,5 +1,5 @@\n a\n-b\n+c\n 1\n 2\n 3\n"
        );
    }
}
