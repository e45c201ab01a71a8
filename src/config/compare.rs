//! Two configurations key by key: what lets more pass in the later one, what less, and what is only another model.

use std::collections::BTreeMap;

use crate::domain::location::Location;
use crate::domain::rule::{Level, RuleId};
use crate::domain::weakening::{Direction, Weakening, WeakeningKind as Kind};

use super::compare_keys;
use super::configuration::Configuration;
use super::tree::Origin;

/// One of the two.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub configuration: &'a Configuration,
    /// Every rule with its own level.
    pub rules: &'a BTreeMap<RuleId, Level>,
    /// The repository's configuration file; `None` where there is none.
    pub path: Option<&'a str>,
}

/// What differs, sorted.
pub fn compare(before: Side<'_>, after: Side<'_>) -> Vec<Weakening> {
    let comparison = Comparison { before, after };
    let mut rows = Vec::new();
    comparison.levels(&mut rows);
    compare_keys::compare(&comparison, &mut rows);
    comparison.profile(&mut rows);
    rows.sort();
    rows.dedup();
    match (before.path, after.path) {
        // All that it said is gone with it: one difference, not each of them.
        (Some(path), None) => vec![removed(path, &rows)],
        (Some(from), Some(to)) if from != to => {
            rows.push(row(
                Kind::ConfigurationMoved,
                "configuration",
                (Some(from), Some(to)),
                Direction::Changed,
                Location::of_path(to),
            ));
            rows
        }
        _ => rows,
    }
}

fn removed(path: &str, rows: &[Weakening]) -> Weakening {
    let direction = [Direction::Weaker, Direction::Changed]
        .into_iter()
        .find(|direction| rows.iter().any(|row| row.direction == *direction));
    row(
        Kind::ConfigurationRemoved,
        path,
        (Some(path), None),
        direction.unwrap_or(Direction::Stronger),
        Location::of_path(path),
    )
}

/// One difference.
pub(super) fn row(
    kind: Kind,
    subject: &str,
    (before, after): (Option<&str>, Option<&str>),
    direction: Direction,
    at: Location,
) -> Weakening {
    Weakening {
        kind,
        subject: subject.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        direction,
        at,
    }
}

/// The two while they are compared.
pub(super) struct Comparison<'a> {
    pub(super) before: Side<'a>,
    pub(super) after: Side<'a>,
}

impl Comparison<'_> {
    /// A place in the later file; what a shipped profile says has none there.
    pub(super) fn place(&self, origin: Option<&Origin>) -> Location {
        match origin {
            Some(origin) if !origin.is_shipped && !origin.path.is_empty() => origin.location(),
            _ => self.file(),
        }
    }

    fn file(&self) -> Location {
        let path = self.after.path.or(self.before.path);
        path.map_or_else(Location::default, Location::of_path)
    }

    /// The level of every rule that both know. What one line says of many rules is one difference.
    fn levels(&self, rows: &mut Vec<Weakening>) {
        let mut lowered: BTreeMap<(String, Kind), Lowered> = BTreeMap::new();
        for (rule, own) in self.after.rules {
            let Some(own_before) = self.before.rules.get(rule) else {
                continue;
            };
            let was = self.before.configuration.level_of(rule, *own_before, None);
            let is = self.after.configuration.level_of(rule, *own, None);
            if was == is {
                continue;
            }
            let origin = self.after.configuration.levels.decided_at(rule, *own);
            // What the profile says is told with the profile.
            if origin.is_some_and(|origin| origin.is_shipped) && self.is_other_profile() {
                continue;
            }
            if is > was {
                let levels = (Some(was.as_str()), Some(is.as_str()));
                rows.push(row(
                    Kind::LevelLowered,
                    rule.as_str(),
                    levels,
                    Direction::Stronger,
                    self.place(origin),
                ));
                continue;
            }
            let kind = if is == Level::Off { Kind::RuleOff } else { Kind::LevelLowered };
            let subject = origin
                .and_then(|origin| key_of(origin, rule))
                .unwrap_or_else(|| rule.to_string());
            let group = lowered.entry((subject, kind)).or_insert_with(|| Lowered {
                was,
                is,
                rules: Vec::new(),
                at: self.place(origin),
            });
            group.was = group.was.max(was);
            group.is = group.is.min(is);
            group.rules.push(rule.as_str());
        }
        for ((subject, kind), group) in lowered {
            rows.push(group.row(kind, &subject));
        }
    }

    fn is_other_profile(&self) -> bool {
        self.before.configuration.profile != self.after.configuration.profile
    }

    /// Another profile is weaker when a rule weighs less for it.
    fn profile(&self, rows: &mut Vec<Weakening>) {
        if !self.is_other_profile() {
            return;
        }
        let is_lower = |(rule, own): (&RuleId, &Level)| {
            let Some(own_before) = self.before.rules.get(rule) else {
                return false;
            };
            let is = self.after.configuration.level_of(rule, *own, None);
            is < self.before.configuration.level_of(rule, *own_before, None)
        };
        let count = self.after.rules.iter().filter(|rule| is_lower(*rule)).count();
        let direction = if count > 0 { Direction::Weaker } else { Direction::Changed };
        let after = match count {
            0 => self.after.configuration.profile.clone(),
            count => format!("{}, under which {count} rules weigh less", self.after.configuration.profile),
        };
        let at = self.place(self.after.configuration.origin("/profile"));
        let names = (Some(self.before.configuration.profile.as_str()), Some(after.as_str()));
        rows.push(row(Kind::ProfileChanged, "profile", names, direction, at));
    }
}

/// What one line lowers.
struct Lowered<'a> {
    was: Level,
    is: Level,
    rules: Vec<&'a str>,
    at: Location,
}

impl Lowered<'_> {
    fn row(self, kind: Kind, subject: &str) -> Weakening {
        let others = match self.rules.as_slice() {
            [only] if *only == subject => String::new(),
            [] => String::new(),
            [only] => format!(" ({only})"),
            [first, others @ ..] => format!(" ({first} and {} more)", others.len()),
        };
        let was = format!("{}{others}", self.was.as_str());
        row(
            kind,
            subject,
            (Some(&was), Some(self.is.as_str())),
            Direction::Weaker,
            self.at,
        )
    }
}

/// The key under `rules` at whose entry a level is said, unless it is the rule's own.
fn key_of(origin: &Origin, rule: &RuleId) -> Option<String> {
    let key = origin.pointer.strip_prefix("/rules/")?.split('/').next()?;
    let key = key.replace("~1", "/").replace("~0", "~");
    (key != rule.as_str() && !key.contains('/')).then_some(key)
}
