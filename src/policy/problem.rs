//! What is wrong with a policy file, where, and what to do about it.

use std::fmt;

/// One problem of one policy file, with its place. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    pub path: String,
    pub line: Option<u32>,
    pub column: Option<u32>,
    /// Boxed, because errors travel through many results and problems carry many words.
    pub problem: Box<Problem>,
}

/// What is wrong. Messages are lower-case sentences without a full stop; the place is told by [`PolicyError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error("is not UTF-8 text")]
    NotText,
    #[error("has no `package` line")]
    NoPackage,
    #[error("package {0} is neither `rules.<group>.<name>` nor `lib.<name>`")]
    ForeignPackage(String),
    #[error("package {package} does not match its folder, which asks for {expected}")]
    FolderMismatch { package: String, expected: String },
    #[error("package {0} of a test does not end in `_test`")]
    TestPackage(String),
    #[error("package {package} is also declared by {other}")]
    DuplicatePackage { package: String, other: String },
    #[error("package {package} lies in {shipped} of {other}, which ships with flowgate: its definitions would be merged into it")]
    ShippedPackage {
        package: String,
        shipped: String,
        other: String,
    },
    #[error("rule {0} has no page {1} beside it")]
    NoPage(String, String),
    #[error("has no `# METADATA` block before its package")]
    NoMetadata,
    #[error("metadata is not YAML: {0}")]
    MetadataSyntax(String),
    #[error("metadata key `{key}` is unknown{}", near_clause(.near))]
    UnknownKey { key: String, near: Option<String> },
    #[error("metadata key `{0}` is missing")]
    MissingKey(&'static str),
    #[error("metadata key `{key}` must be {expected}")]
    WrongType { key: String, expected: &'static str },
    #[error("metadata key `{key}` does not know `{word}`{}", near_clause(.near))]
    UnknownWord {
        key: String,
        word: String,
        allowed: Vec<&'static str>,
        near: Option<String>,
    },
    #[error("`reads: [{0}]` stands alone, because it is handed over differently from other facts")]
    ReadsAlone(&'static str),
    #[error("metadata key `custom.keys` narrows documents, which this rule does not read")]
    KeysWithoutDocuments,
    #[error("`{0}` is not a rule id of the form group/name")]
    RuleIdForm(String),
    #[error("brackets nest {depth} deep, beyond the {limit} that a policy may have")]
    TooNested { depth: usize, limit: usize },
    #[error("brackets nest so often that parsing would take too long")]
    TooBranched,
    #[error("an expression of more than {0} operators in a row")]
    TooLong(usize),
    #[error("string templates `$\"...\"` are not supported")]
    StringTemplate,
    #[error("a function without a body is not supported")]
    BodylessFunction,
    #[error("{0}")]
    Syntax(String),
    #[error("function `{name}` is not defined{}", near_clause(.near))]
    UnknownFunction { name: String, near: Option<String> },
    #[error("function `{0}` is not available to policies, so that the same input always gives the same answer")]
    ForbiddenFunction(String),
    #[error("function `{name}` takes {expected} arguments, but is given {given}")]
    WrongArity { name: String, expected: String, given: usize },
    #[error("nothing provides `{name}`{}", near_clause(.near))]
    UnknownData { name: String, near: Option<String> },
    #[error("definitions depend on themselves: {0}")]
    Cycle(String),
    #[error("more than {0} definitions depend on each other in a row")]
    LongChain(usize),
    #[error("data of {data} at `{at}` would replace what package {package} of this file defines")]
    DataCollision { data: String, at: String, package: String },
    #[error("rule {id} is not among the loaded policies{}", near_clause(.near))]
    UnknownRule { id: String, near: Option<String> },
    #[error("import `{0}` is not used")]
    UnusedImport(String),
    #[error("variable `{0}` is not used")]
    UnusedVariable(String),
    #[error("the head computes from variables of its body: when that is undefined for one element, all others are lost as well")]
    OpenHead,
    #[error(
        "functions of package {package} would silently find nothing behind the import `{alias}`, because {reader} reads a value of that package by an imported name"
    )]
    LostImport { alias: String, package: String, reader: String },
}

impl PolicyError {
    /// A problem of the whole file.
    pub(crate) fn of_file(path: &str, problem: Problem) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            column: None,
            problem: Box::new(problem),
        }
    }

    pub(crate) fn at(path: &str, line: u32, column: u32, problem: Problem) -> Self {
        Self {
            path: path.to_owned(),
            line: Some(line),
            column: Some(column),
            problem: Box::new(problem),
        }
    }

    /// What the author can do about it, in one sentence.
    pub fn hint(&self) -> Option<String> {
        let text = match &*self.problem {
            Problem::NoPackage => "begin the file with `package rules.<group>[\"<name>\"]`",
            Problem::ForeignPackage(_) => {
                "name it `package rules.<group>[\"<name>\"]`, or `package lib.<name>` for shared functions"
            }
            Problem::FolderMismatch { .. } => "rename the folder or the package: both are the rule's id",
            Problem::TestPackage(_) => "name it `package rules.<group>[\"<name>_test\"]`",
            Problem::DuplicatePackage { .. } => "give one of the two another package",
            Problem::ShippedPackage { .. } => "choose another group or name; to change a shipped rule, set its level or options",
            Problem::NoPage(..) => "write the page with the headings Why, Avoid, Prefer, Options, When to waive",
            Problem::NoMetadata => {
                "put a `# METADATA` block with title, description, custom.severity and custom.reads before the package"
            }
            Problem::MetadataSyntax(_) => "quote texts that hold a colon followed by a blank",
            Problem::UnknownWord { allowed, .. } if !allowed.is_empty() => {
                return Some(format!("known are {}", allowed.join(", ")));
            }
            Problem::ReadsAlone(_) => {
                "split the rule in two, or read `commits`, `files` or `deliveries` together with the others"
            }
            Problem::TooNested { .. } | Problem::TooBranched => "bind inner arrays and objects to variables first",
            Problem::TooLong(_) => "bind parts of the expression to variables",
            Problem::StringTemplate => "use `sprintf`",
            Problem::BodylessFunction => "write `f(\"x\") := true` or `f(\"x\") if true`",
            Problem::ForbiddenFunction(_) => "the day is `input.now`; other outside facts come from the configuration",
            Problem::Cycle(_) => "Rego has no recursion: use a comprehension or `some ... in`",
            Problem::DataCollision { .. } => "rename the data",
            Problem::UnusedVariable(_) => "name it `_` or remove it",
            Problem::LostImport { .. } => {
                "in functions write the path in full, as in `data.lib.stages.words`, or move what is read to a rule outside of them"
            }
            Problem::OpenHead => "bind it in the body, as in `violation := {...}`, and name only the variable in the head",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for PolicyError {}

fn near_clause(near: &Option<String>) -> String {
    near.as_ref()
        .map_or_else(String::new, |word| format!(", did you mean `{word}`?"))
}
