//! The waivers of a run, from configuration and comments: which of them count, which were of use, and all of them as `input.waivers`.

use std::collections::BTreeMap;

use crate::config::waivers::{covers, is_expired};
use crate::domain::file::{FileClass, FileFacts};
use crate::domain::location::Location;
use crate::domain::report::{Failure, Skip};
use crate::domain::rule::{Reads, RuleId};
use crate::domain::waiver::{Waiver, WaiverComment, WaiverSource};
use crate::facts::Facts;
use crate::policy::value::{object, optional_string as optional, string as text, texts};
use crate::policy::{Value, nearest};

use super::row_input::at_value;
use super::run::Setup;
use super::selection::Selected;
use super::skips::missing_facts;

/// How much of the place a run looked at: only who saw everything can say that a waiver is of no use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whole {
    /// Every file.
    pub content: bool,
    /// Every commit.
    pub commits: bool,
    /// Every local branch and every tag.
    pub refs: bool,
}

/// A comment, with what is made of it.
struct Comment<'a> {
    file: &'a FileFacts,
    found: &'a WaiverComment,
    waiver: Option<Waiver>,
    /// Not in the revision that is trusted; `None` where no change is judged.
    is_new: Option<bool>,
}

impl Comment<'_> {
    /// The waiver, when it lets anything pass: what a change says for itself does not.
    fn counting(&self) -> Option<&Waiver> {
        self.waiver.as_ref().filter(|_| self.is_new != Some(true))
    }
}

/// All waivers of a run.
pub struct Waivers<'a> {
    config: &'a [Waiver],
    comments: Vec<Comment<'a>>,
}

impl<'a> Waivers<'a> {
    /// Those of the setup, and those that stand in the files.
    pub fn of(setup: &Setup<'a>, files: &'a [FileFacts]) -> Self {
        let found = files
            .iter()
            .flat_map(|file| file.waivers.iter().map(move |found| (file, found)));
        let comment = |(file, found): (&'a FileFacts, &'a WaiverComment)| Comment {
            file,
            found,
            waiver: found.waiver(&file.path, &file.branches),
            is_new: setup
                .trusted_comments
                .map(|trusted| !trusted.contains(&found.identity(&file.path))),
        };
        Self {
            config: setup.waivers,
            comments: found.map(comment).collect(),
        }
    }

    /// Those that let findings pass, the configuration's first.
    pub fn counting(&self) -> Vec<&Waiver> {
        let comments = self.comments.iter().filter_map(Comment::counting);
        self.config.iter().chain(comments).collect()
    }

    /// What rules see of them. `used` is about those of `counting`, in the same order; empty when nothing was judged.
    pub fn values<V>(&self, setup: &Setup<'_>, judged: &Judged<'_, V>, used: &[bool]) -> Vec<Value> {
        let mut used = used.iter().copied();
        let mut names = Names::default();
        let config = self.config.iter().map(|waiver| {
            let facts = WaiverFacts {
                is_used: judged.use_of(setup, waiver, used.next()),
                is_new: setup.trusted_comments.map(|_| false),
                ..WaiverFacts::of(waiver)
            };
            facts.value(setup, &mut names)
        });
        let mut values: Vec<Value> = config.collect();
        for comment in &self.comments {
            let is_used = comment
                .counting()
                .and_then(|waiver| judged.use_of(setup, waiver, used.next()));
            let facts = WaiverFacts {
                is_used,
                is_new: comment.is_new,
                ..WaiverFacts::of_comment(comment)
            };
            values.push(facts.value(setup, &mut names));
        }
        values
    }
}

/// What a run judged, as far as it tells whether a waiver could have been of use.
pub struct Judged<'a, V> {
    pub facts: &'a Facts<V>,
    pub skips: &'a [Skip],
    pub failures: &'a [Failure],
}

impl<V> Judged<'_, V> {
    /// `Some(false)` only when the rule looked at everything that the waiver could be about.
    fn use_of(&self, setup: &Setup<'_>, waiver: &Waiver, used: Option<bool>) -> Option<bool> {
        match used {
            Some(true) => Some(true),
            Some(false) if self.is_decided(setup, waiver) => Some(false),
            _ => None,
        }
    }

    fn is_decided(&self, setup: &Setup<'_>, waiver: &Waiver) -> bool {
        let is_meant = |rule: &&Selected| rule.id == waiver.rule || rule.formerly.contains(&waiver.rule);
        let Some(rule) = setup.selection.rules.iter().find(is_meant) else {
            return false;
        };
        self.failures.is_empty()
            && missing_facts(rule, self.facts).is_none()
            && rule.reads.iter().all(|reads| self.is_whole(setup.whole, *reads))
            && !self.skips.iter().any(|skip| is_about(skip, rule))
            && !self.is_unread(waiver)
            && self.is_on(rule, waiver)
    }

    fn is_whole(&self, whole: Whole, reads: Reads) -> bool {
        let knows_past = self.facts.before_adoption == 0;
        match reads {
            Reads::Files | Reads::Documents | Reads::Deliveries | Reads::Edges | Reads::Names => whole.content,
            Reads::Messages | Reads::Commits => whole.commits && knows_past,
            Reads::Branches | Reads::Tags | Reads::Reach | Reads::Releases => whole.refs && knows_past,
            Reads::Repository => whole.refs,
            // A push, a merge request or a run is another one the next time.
            Reads::Updates | Reads::Forks | Reads::Change | Reads::Owners | Reads::Weakenings | Reads::Waivers | Reads::Gaps => {
                false
            }
        }
    }

    /// What it covers holds files that nobody could look into.
    fn is_unread(&self, waiver: &Waiver) -> bool {
        let is_read = |class: &FileClass| matches!(class, FileClass::Parsed | FileClass::Empty);
        let unread = || self.facts.files.iter().filter(|file| !is_read(&file.class));
        waiver.path.is_some()
            && waiver.source == WaiverSource::Config
            && unread().any(|file| covers(waiver, &Location::of_path(&file.path)))
    }

    /// Where a rule is off it finds nothing that a comment could let pass.
    fn is_on(&self, rule: &Selected, waiver: &Waiver) -> bool {
        let path = waiver.path.as_deref().filter(|_| waiver.source != WaiverSource::Config);
        rule.level_at(path).severity().is_some()
    }
}

/// A rule was not asked about something.
fn is_about(skip: &Skip, rule: &Selected) -> bool {
    match (&skip.rule, skip.reads) {
        (Some(id), _) => *id == rule.id,
        (None, Some(reads)) => rule.reads.contains(&reads),
        (None, None) => false,
    }
}

/// One item of `input.waivers`.
struct WaiverFacts<'a> {
    rule: Option<&'a str>,
    path: Option<&'a str>,
    reason: Option<&'a str>,
    owner: Option<&'a str>,
    until: Option<&'a str>,
    is_used: Option<bool>,
    is_new: Option<bool>,
    source: &'static str,
    at: Location,
    problems: &'a [String],
}

impl<'a> WaiverFacts<'a> {
    fn of(waiver: &'a Waiver) -> Self {
        Self {
            rule: Some(waiver.rule.as_str()),
            path: waiver.path.as_deref(),
            reason: Some(&waiver.reason),
            owner: waiver.owner.as_deref(),
            until: waiver.until.as_deref(),
            is_used: None,
            is_new: None,
            source: waiver.source.as_str(),
            at: waiver.at.clone(),
            problems: &[],
        }
    }

    fn of_comment(comment: &'a Comment<'a>) -> Self {
        let Comment { file, found, .. } = comment;
        Self {
            rule: found.rule.as_deref(),
            path: Some(&file.path),
            reason: found.reason.as_deref(),
            owner: None,
            until: found.until.as_deref(),
            is_used: None,
            is_new: None,
            source: "comment",
            at: found.location(&file.path, &file.branches),
            problems: &found.problems,
        }
    }

    fn value<'s>(&self, setup: &Setup<'s>, names: &mut Names<'s>) -> Value {
        let (known, near) = self.rule.map_or((false, None), |rule| names.look_up(setup, rule));
        let day = self.until.and_then(|until| until.parse::<jiff::civil::Date>().ok());
        let days_left = day.and_then(|day| days_from_today(day, setup.now));
        let flag = |flag: Option<bool>| flag.map_or(Value::Null, Value::from);
        object([
            ("rule", optional(self.rule)),
            ("is_known_rule", Value::from(known)),
            ("near", optional(near)),
            ("path", optional(self.path)),
            ("reason", optional(self.reason)),
            ("owner", optional(self.owner)),
            ("until", optional(self.until)),
            (
                "is_expired",
                Value::from(self.until.is_some_and(|until| is_expired(until, setup.now))),
            ),
            ("days_left", days_left.map_or(Value::Null, Value::from)),
            ("is_used", flag(self.is_used)),
            ("is_new", flag(self.is_new)),
            ("source", text(self.source)),
            ("at", at_value(&self.at)),
            ("problems", texts(self.problems)),
        ])
    }
}

/// Whether there is a rule of a name, and which one is nearest otherwise; looked up once for each name.
#[derive(Default)]
struct Names<'s>(BTreeMap<String, (bool, Option<&'s str>)>);

impl<'s> Names<'s> {
    fn look_up(&mut self, setup: &Setup<'s>, rule: &str) -> (bool, Option<&'s str>) {
        if let Some(known) = self.0.get(rule) {
            return *known;
        }
        let found = match RuleId::parse(rule) {
            // What is no id of a rule is told as such.
            None => (false, None),
            Some(id) => {
                let is_known = setup.rules.rule(&id).is_some() || setup.rules.rules().any(|known| known.formerly.contains(&id));
                let ids = setup.rules.rules().map(|known| known.id.as_str());
                (is_known, nearest(rule, ids).filter(|_| !is_known))
            }
        };
        self.0.insert(rule.to_owned(), found);
        found
    }
}

/// How many days are left of a waiver; negative when they are over.
fn days_from_today(day: jiff::civil::Date, now: &str) -> Option<i64> {
    let today: jiff::civil::Date = now.parse().ok()?;
    Some(day.duration_since(today).as_secs().div_euclid(86_400))
}
