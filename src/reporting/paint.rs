//! Colours and drawing characters, after what the terminal can show.

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

use super::Options;
use crate::domain::report::Verdict;
use crate::domain::rule::{Level, Severity};

/// How words and excerpts are drawn.
pub(super) struct Paint {
    theme: GraphicalTheme,
    /// Stands for the part of a line that is cut away.
    pub(super) ellipsis: &'static str,
    /// Leads from a finding to its place.
    pub(super) arrow: &'static str,
}

impl Paint {
    pub(super) fn new(options: &Options) -> Self {
        // `GraphicalTheme::default` asks the environment; what is wanted here is the caller's to say.
        let characters = if options.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        };
        let styles = if options.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        };
        Self {
            theme: GraphicalTheme { characters, styles },
            ellipsis: if options.unicode { "…" } else { "..." },
            arrow: if options.unicode { "╰─▶" } else { "-->" },
        }
    }

    /// A handler whose finding begins with `lead` in place of a symbol.
    ///
    /// Sentences are not wrapped: a command that is broken over two lines cannot be copied, and a terminal wraps by itself.
    pub(super) fn handler(&self, lead: &str) -> GraphicalReportHandler {
        let mut theme = self.theme.clone();
        lead.clone_into(&mut theme.characters.error);
        lead.clone_into(&mut theme.characters.warning);
        lead.clone_into(&mut theme.characters.advice);
        GraphicalReportHandler::new_themed(theme)
            .with_urls(false)
            .with_wrap_lines(false)
            .with_context_lines(2)
            .without_syntax_highlighting()
    }

    pub(super) fn severity(&self, severity: Severity, text: &str) -> String {
        let styles = &self.theme.styles;
        let style = match severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Info => styles.advice,
        };
        style.style(text).to_string()
    }

    pub(super) fn level(&self, level: Level, text: &str) -> String {
        level
            .severity()
            .map_or_else(|| text.to_owned(), |severity| self.severity(severity, text))
    }

    pub(super) fn verdict(&self, verdict: Verdict) -> String {
        match verdict {
            Verdict::Clean => self.quiet(verdict.as_str()),
            Verdict::Findings | Verdict::Undecided => self.severity(Severity::Error, verdict.as_str()),
        }
    }

    /// The word before a line of advice.
    pub(super) fn word(&self, text: &str) -> String {
        self.theme.styles.help.style(text).to_string()
    }

    /// A path or another thing to go to.
    pub(super) fn place(&self, text: &str) -> String {
        self.theme.styles.link.style(text).to_string()
    }

    /// What stands back: headings of columns, a good end.
    pub(super) fn quiet(&self, text: &str) -> String {
        self.theme.styles.linum.style(text).to_string()
    }
}
