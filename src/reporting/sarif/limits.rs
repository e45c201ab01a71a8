//! What GitHub's upload takes, and how a log is cut to it.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

/// How much a log may hold. It has one run, and GitHub takes twenty; a rule has one tag, and GitHub takes twenty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Results of a run. GitHub shows the first 5,000 of them.
    pub(super) results: usize,
    /// Rules of a run.
    pub(super) rules: usize,
    /// Related places of a result, the place itself not counted.
    pub(super) related: usize,
    /// Bytes of the log after gzip.
    pub(super) compressed: usize,
}

impl Limits {
    /// After <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support#file-limits>.
    pub(super) const GITHUB: Self = Self {
        results: 25_000,
        rules: 25_000,
        related: 999,
        // Ten megabytes, whichever kind of megabyte is meant, and room for what another gzip does less well.
        compressed: 9_500_000,
    };

    /// Writes with as many of the first results as fit; `write` is told how many were left out.
    pub(super) fn fit(&self, mut results: Vec<Value>, write: impl Fn(&[Value], usize) -> String) -> String {
        let all = results.len();
        results.truncate(self.results);
        loop {
            let text = write(&results, all - results.len());
            let size = self.compressed_size(&text);
            if size <= self.compressed || results.is_empty() {
                return text;
            }
            // Results differ in size: a little less than their share, and again if that was too much.
            let share = results.len().saturating_mul(self.compressed) / size;
            results.truncate((share * 9 / 10).min(results.len() - 1));
        }
    }

    /// Bytes after gzip; those of the text where they fit as they are.
    fn compressed_size(&self, text: &str) -> usize {
        if text.len() <= self.compressed {
            return text.len();
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // A list of bytes takes everything; were it to fail, the text counts as it is.
        match encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()) {
            Ok(bytes) => bytes.len(),
            Err(_) => text.len(),
        }
    }
}
