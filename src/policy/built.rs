//! What `build.rs` read of the policies that are built in, so that a start does not: reading a hundred texts takes longer than judging a
//! commit. What a rule says of itself becomes values when that rule is asked for.

use crate::domain::gate::Gate;
use crate::domain::rule::Reads;

use super::mentions::Mentions;
use super::package::{Before, Block, BlockText, PackagePath};
use super::source::{EMBEDDED, Embedded};

/// A policy that is built in. Lists of words are one text with a blank between each two: every text of a table costs something at each start.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) file: &'static Embedded,
    /// Its text without comments, every other sign in its place; empty for tests, which are parsed with them.
    pub(crate) code: &'static str,
    /// The words of the package.
    package: &'static str,
    /// The name of what a block of annotations stands before, `None` for the package; and the block as JSON.
    annotations: &'static [(Option<&'static str>, &'static str)],
    /// What it may see by itself or through its libraries.
    pub(crate) mentions: Mentions,
    /// The libraries that it refers to itself; `None` when only the parser can tell.
    libraries: Option<&'static str>,
}

/// A rule that is built in, with what has to be known of every rule to choose among them.
#[derive(Debug)]
pub(crate) struct BuiltRule {
    pub(crate) id: &'static str,
    pub(crate) module: Built,
    pub(crate) page: &'static Embedded,
    pub(crate) reads: &'static [Reads],
    pub(crate) gates: &'static [Gate],
    formerly: &'static str,
    options: &'static str,
}

/// Everything that is built in, each part in order of path.
#[derive(Debug)]
pub(crate) struct BuiltIn {
    pub(crate) rules: &'static [BuiltRule],
    pub(crate) libraries: &'static [Built],
    pub(crate) tests: &'static [Built],
}

include!(concat!(env!("OUT_DIR"), "/built.rs"));

/// `None` when the build could not read one of the files: they are read at the start then, which says what is wrong with it.
pub(crate) const fn built_in() -> Option<&'static BuiltIn> {
    BUILT_IN
}

impl Built {
    pub(crate) fn package(&self) -> PackagePath {
        PackagePath(words(self.package).map(str::to_owned).collect())
    }

    /// The blocks of annotations in the order of the text. Their lines are not known.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Block> {
        self.annotations.iter().map(|(definition, json)| Block {
            line: 1,
            text: BlockText::Json(json),
            before: definition.map_or(Before::Package, |name| Before::Definition(name.to_owned())),
        })
    }

    pub(crate) fn libraries(&self) -> Option<impl Iterator<Item = &str>> {
        self.libraries.map(words)
    }
}

impl BuiltRule {
    pub(crate) fn formerly(&self) -> impl Iterator<Item = &str> {
        words(self.formerly)
    }

    /// The names of its options.
    pub(crate) fn options(&self) -> impl Iterator<Item = &str> {
        words(self.options)
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}
