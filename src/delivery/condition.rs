//! When a pipeline's job runs, as a condition over branches and tags, taken apart into the cases that can occur.

use globset::GlobBuilder;

use crate::domain::location::Location;

/// More cases than this are not told apart.
const MAX_CASES: usize = 128;

/// A condition of any host, with the place of each part.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Always,
    Never,
    Fact(Box<Fact>),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

/// One thing that can be asked of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub what: What,
    pub at: Location,
    /// The condition as written.
    pub text: String,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The run is for this branch.
    Branch(Names),
    /// The run is for the default branch, whatever its name.
    DefaultBranch,
    /// The run is for a tag; with names, for such a tag.
    Tag(Option<Names>),
    /// The merge request goes to, or comes from, this branch.
    MergeRequestBranch(Names),
    /// What started the run, in the host's words.
    Event(String),
    /// Anything else, by its text.
    Other(String),
}

/// One name, or a pattern over names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    Exact(String),
    Pattern {
        /// As written.
        text: String,
        /// The same as a glob, `*` for what varies.
        glob: String,
    },
}

/// A branch or tag that a case is tied to.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie {
    pub what: What,
    pub at: Location,
    /// The conditions as written, joined with `and`.
    pub text: String,
}

/// The cases are more than can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyCases;

impl Condition {
    pub fn fact(what: What, at: Location, text: &str) -> Self {
        Self::Fact(Box::new(Fact {
            what,
            at,
            text: text.to_owned(),
        }))
    }

    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, one) | (one, Self::Always) => one,
            (Self::All(mut parts), other) => {
                parts.push(other);
                Self::All(parts)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// The branches and tags that the condition ties a run to: one per case. A case that any branch meets has none.
    pub fn ties(&self, default_branch: Option<&str>) -> Result<Vec<Tie>, TooManyCases> {
        let mut ties: Vec<Tie> = Vec::new();
        for case in self.cases(true)? {
            if !is_possible(&case, default_branch) {
                continue;
            }
            if let Some(tie) = tie(&case)
                && !ties.contains(&tie)
            {
                ties.push(tie);
            }
        }
        Ok(ties)
    }

    /// Whether it asks for a branch or tag.
    pub fn asks_for_ref(&self) -> bool {
        match self {
            Self::Always | Self::Never => false,
            Self::Fact(fact) => matches!(
                fact.what,
                What::Branch(_) | What::DefaultBranch | What::Tag(_) | What::MergeRequestBranch(_)
            ),
            Self::Not(inner) => inner.asks_for_ref(),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::asks_for_ref),
        }
    }

    /// Whether any case can occur.
    pub fn is_possible(&self, default_branch: Option<&str>) -> bool {
        self.cases(true)
            .map_or(true, |cases| cases.iter().any(|c| is_possible(c, default_branch)))
    }

    /// Disjunctive normal form: each case is a list of facts with their signs.
    fn cases(&self, sign: bool) -> Result<Vec<Case<'_>>, TooManyCases> {
        match self {
            Self::Always | Self::Never => Ok(if matches!(self, Self::Always) == sign {
                vec![Vec::new()]
            } else {
                Vec::new()
            }),
            Self::Fact(fact) => Ok(vec![vec![(fact, sign)]]),
            Self::Not(inner) => inner.cases(!sign),
            Self::All(parts) if sign => product(parts, sign),
            Self::Any(parts) if !sign => product(parts, sign),
            Self::All(parts) | Self::Any(parts) => {
                let mut cases = Vec::new();
                for part in parts {
                    cases.extend(part.cases(sign)?);
                    if cases.len() > MAX_CASES {
                        return Err(TooManyCases);
                    }
                }
                Ok(cases)
            }
        }
    }
}

type Case<'c> = Vec<(&'c Fact, bool)>;

fn product(parts: &[Condition], sign: bool) -> Result<Vec<Case<'_>>, TooManyCases> {
    let mut cases: Vec<Case<'_>> = vec![Vec::new()];
    for part in parts {
        let added = part.cases(sign)?;
        let mut combined = Vec::new();
        for case in &cases {
            for more in &added {
                let whole: Case<'_> = case.iter().chain(more).copied().collect();
                // Cases that cannot occur are dropped early: they would only multiply.
                if is_possible(&whole, None) {
                    combined.push(whole);
                }
                if combined.len() > MAX_CASES {
                    return Err(TooManyCases);
                }
            }
        }
        cases = combined;
    }
    Ok(cases)
}

/// The most specific fact: an exact name before a pattern, the job's own condition (which comes last) before an outer one.
fn tie(case: &Case<'_>) -> Option<Tie> {
    let rank = |what: &What| match what {
        What::Branch(Names::Exact(_)) => 4,
        What::Branch(Names::Pattern { .. }) => 3,
        What::DefaultBranch | What::Tag(Some(_)) => 3,
        What::MergeRequestBranch(_) => 2,
        What::Tag(None) => 1,
        What::Event(_) | What::Other(_) => 0,
    };
    let positive = case.iter().filter(|(_, sign)| *sign);
    let (fact, _) = positive
        .max_by_key(|(fact, _)| rank(&fact.what))
        .filter(|(f, _)| rank(&f.what) > 0)?;
    let mut texts: Vec<&str> = Vec::new();
    for (fact, _) in case {
        if !fact.text.is_empty() && !texts.contains(&fact.text.as_str()) {
            texts.push(&fact.text);
        }
    }
    Some(Tie {
        what: fact.what.clone(),
        at: fact.at.clone(),
        text: texts.join(" and "),
    })
}

fn is_possible(case: &Case<'_>, default_branch: Option<&str>) -> bool {
    case.iter()
        .enumerate()
        .all(|(i, one)| case.iter().skip(i + 1).all(|other| fit(*one, *other, default_branch)))
}

/// Whether two signed facts can hold together.
fn fit((one, one_sign): (&Fact, bool), (other, other_sign): (&Fact, bool), default_branch: Option<&str>) -> bool {
    match (one_sign, other_sign) {
        (true, true) => !excludes(&one.what, &other.what, default_branch) && !excludes(&other.what, &one.what, default_branch),
        (true, false) => !implies(&one.what, &other.what, default_branch),
        (false, true) => !implies(&other.what, &one.what, default_branch),
        (false, false) => true,
    }
}

fn excludes(one: &What, other: &What, default_branch: Option<&str>) -> bool {
    match (one, other) {
        (What::Branch(a), What::Branch(b)) => match (a, b) {
            (Names::Exact(a), Names::Exact(b)) => a != b,
            (Names::Exact(a), Names::Pattern { glob, .. }) => !matches_glob(glob, a),
            _ => false,
        },
        (What::Branch(_) | What::DefaultBranch, What::Tag(_)) => true,
        (What::Branch(_) | What::DefaultBranch | What::Tag(_), What::Event(event)) => is_merge_request(event),
        (What::DefaultBranch, What::Branch(Names::Exact(name))) => default_branch.is_some_and(|d| d != name),
        (What::Event(a), What::Event(b)) => a != b,
        _ => false,
    }
}

fn implies(one: &What, other: &What, default_branch: Option<&str>) -> bool {
    match (one, other) {
        (What::Branch(Names::Exact(a)), What::Branch(Names::Pattern { glob, .. })) => matches_glob(glob, a),
        (What::Branch(Names::Exact(a)), What::DefaultBranch) => default_branch == Some(a),
        (What::DefaultBranch, What::Branch(Names::Exact(a))) => default_branch == Some(a),
        (What::Tag(_), What::Tag(None)) => true,
        (one, other) => one == other,
    }
}

/// Whether an event is about a merge request, so that the run is for no branch of its own.
pub fn is_merge_request(event: &str) -> bool {
    matches!(
        event,
        "merge_request_event" | "pull_request" | "pull_request_target" | "merge_requests"
    )
}

fn matches_glob(glob: &str, name: &str) -> bool {
    GlobBuilder::new(glob)
        .build()
        .is_ok_and(|g| g.compile_matcher().is_match(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(name: &str) -> Condition {
        Condition::fact(What::Branch(Names::Exact(name.to_owned())), Location::of_path(name), name)
    }

    fn other(text: &str) -> Condition {
        Condition::fact(What::Other(text.to_owned()), Location::default(), text)
    }

    fn check(condition: &Condition, expected: &[&str]) {
        let ties = condition.ties(None).unwrap();
        let names: Vec<String> = ties
            .into_iter()
            .map(|t| match t.what {
                What::Branch(Names::Exact(name)) => name,
                what => format!("{what:?}"),
            })
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn each_case_ties_to_its_branch() {
        check(&Condition::Any(vec![branch("dev"), branch("main")]), &["dev", "main"]);
        check(&branch("dev").and(other("x")), &["dev"]);
        check(&Condition::Always, &[]);
        check(&Condition::Never, &[]);
    }

    #[test]
    fn a_double_negation_ties() {
        check(&branch("main").negated().negated(), &["main"]);
        check(&branch("main").negated(), &[]);
    }

    #[test]
    fn cases_that_cannot_occur_are_dropped() {
        check(&branch("main").and(branch("dev")), &[]);
        check(&branch("main").and(branch("main").negated()), &[]);
        let either = Condition::Any(vec![branch("dev"), branch("main")]);
        check(&either.and(branch("main").negated()), &["dev"]);
        let tag = Condition::fact(What::Tag(None), Location::default(), "tag");
        check(&branch("main").and(tag), &[]);
    }

    #[test]
    fn too_many_cases_are_an_error_and_not_a_flood() {
        let pair = |i: usize| Condition::Any(vec![other(&format!("a{i}")), other(&format!("b{i}"))]);
        let all = Condition::All((0..40).map(pair).collect());
        assert_eq!(all.ties(None), Err(TooManyCases));
    }
}
