//! What is learnt of a file or a commit, in a form that can be kept: what it holds and what the rules said, without its text.

use super::delivery::Rows;
use super::file::FileFacts;
use super::finding::Draft;

/// What rules said of a document, a file or a commit when none of them failed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    pub drafts: Vec<Draft>,
    /// Numbers of the rules that were asked, one for each question; what they count is known to who asked.
    pub asked: Vec<usize>,
}

/// What is learnt of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// `path` and `branches` are those of where it was met.
    pub facts: FileFacts,
    pub rows: Rows,
    /// Its text may be pointed at.
    pub is_shown: bool,
    /// Positions, among the file's documents, of those that a join needs.
    pub retained: Vec<usize>,
    /// Argo CD Applications seen inside a template.
    pub embedded_applications: usize,
    /// What the document rules said; `None` when they were not asked.
    pub said: Option<Said>,
}

/// Something that a file's rows follow from beside the file itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Is the path a file or folder of the target?
    Exists(String),
    /// Has the file siblings for other stages?
    SiblingStage(String),
    /// Does the folder hold one folder per stage?
    StageRoot(String),
    /// Does the target hold a kustomization?
    Kustomizations,
    /// Which folders are there?
    Folders,
    /// What is a ref expression in a repository (`github.com/acme/phippy`), and what is that repository's default branch?
    Ref { repository: String, text: String },
}
