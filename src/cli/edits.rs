//! `--fix` and `--diff`: applies the edits that keep a file's meaning, or shows them.

use std::collections::BTreeMap;

use crate::domain::finding::Edit;
use crate::domain::location::Position;
use crate::domain::report::Report;

use super::output::Outputs;
use super::run::{UNDECIDED, complain, print};

/// Shows or applies the edits of a report, then writes the report; the exit code tells whether anything is left.
pub fn carry_out(report: &Report, only_show: bool, outputs: &Outputs) -> u8 {
    let mut by_path: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in report.findings.iter().flat_map(|f| &f.edits) {
        by_path.entry(&edit.path).or_default().push(edit);
    }
    let mut failed = false;
    let mut applied = 0;
    let mut diff = String::new();
    for (path, edits) in &by_path {
        match one_file(path, edits, only_show) {
            Ok((text, count)) => {
                diff.push_str(&text);
                applied += count;
            }
            Err(reason) => {
                complain(&format!("flowgate: {path}: {reason}"));
                failed = true;
            }
        }
    }
    if only_show {
        let code = print(&diff);
        return if failed || code != 0 {
            UNDECIDED
        } else {
            report.verdict.exit_code()
        };
    }
    complain(&format!(
        "{applied} edits applied in {} files; run the check again to see what is left",
        by_path.len()
    ));
    let code = outputs.write(report);
    if failed { UNDECIDED } else { code }
}

/// The diff of one file, and how many edits it has. Writes the file unless it is only shown.
fn one_file(path: &str, edits: &[&Edit], only_show: bool) -> Result<(String, usize), String> {
    let metadata = std::fs::symlink_metadata(path).map_err(|e| e.to_string())?;
    if !metadata.is_file() {
        return Err("is no ordinary file, so it is left alone".to_owned());
    }
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let (changed, count) = apply(&text, edits);
    let diff = line_diff(path, &text, &changed);
    if !only_show && changed != text {
        std::fs::write(path, &changed).map_err(|e| e.to_string())?;
    }
    Ok((diff, count))
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
    let mut diff = String::new();
    for (number, (old, new)) in before.lines().zip(after.lines()).enumerate() {
        if old == new {
            continue;
        }
        if diff.is_empty() {
            diff.push_str(&format!("--- a/{path}\n+++ b/{path}\n"));
        }
        diff.push_str(&format!("@@ -{0},1 +{0},1 @@\n-{old}\n+{new}\n", number + 1));
    }
    diff
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
    fn a_diff_names_file_and_line() {
        assert_eq!(
            line_diff("a.yaml", "a\nb\n", "a\nc\n"),
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -2,1 +2,1 @@\n-b\n+c\n"
        );
    }
}
