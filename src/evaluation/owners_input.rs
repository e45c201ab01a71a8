//! `input.owners` as `policies/README.md` describes it.

use crate::documents::codeowners::{Owned, Problem};
use crate::domain::location::{Location, Position, Span};
use crate::facts::critical_paths::CriticalPath;
use crate::facts::owners::Owners;
use crate::policy::Value;
use crate::policy::value::{array, object, optional_string as optional, string as text, texts};

use super::row_input::at_value;

/// `input.owners`.
pub(super) fn owners_value(owners: Option<&Owners>) -> Value {
    owners.map_or(Value::Null, |owners| Lines::of(owners).owners())
}

/// Places in the file that counts.
struct Lines<'a> {
    owners: &'a Owners,
    location: Location,
}

impl<'a> Lines<'a> {
    fn of(owners: &'a Owners) -> Self {
        let mut location = Location::of_path(owners.file.located.path.unwrap_or_default());
        location.branch.clone_from(&owners.branch);
        Self { owners, location }
    }

    fn at(&self, position: Position) -> Value {
        at_value(&Location {
            span: Some(Span {
                start: position,
                end: position,
            }),
            ..self.location.clone()
        })
    }

    fn owners(&self) -> Value {
        let located = &self.owners.file.located;
        let dialect = optional(located.dialect.map(|dialect| dialect.as_str()));
        let file = located.path.map_or(Value::Null, |path| {
            object([("path", text(path)), ("dialect", dialect), ("at", at_value(&self.location))])
        });
        let names = |paths: &[&str]| texts(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        let problems = self.owners.file.problems();
        object([
            ("file", file),
            ("files", names(&located.found)),
            ("unread", names(&located.unread)),
            ("problems", array(problems.iter().map(|problem| self.problem(problem)))),
            (
                "entries",
                array((0..self.owners.entries.len()).map(|index| self.entry(index))),
            ),
            ("paths", array(self.owners.paths.iter().map(|path| self.path(path)))),
        ])
    }

    fn problem(&self, problem: &Problem) -> Value {
        object([
            ("kind", text(problem.kind.as_str())),
            ("message", text(&problem.message)),
            ("at", self.at(problem.at)),
        ])
    }

    fn entry(&self, index: usize) -> Value {
        let Some((entry, usage)) = self.owners.entries.get(index) else {
            return Value::Null;
        };
        let shadow = usage.shadowed_by.and_then(|other| {
            let (entry, usage) = self.owners.entries.get(other)?;
            Some(object([
                ("pattern", text(&entry.pattern)),
                ("owners", texts(&entry.owners)),
                ("matches", Value::from(usage.matches)),
                ("at", self.at(entry.at)),
            ]))
        });
        object([
            ("pattern", text(&entry.pattern)),
            (
                "section",
                optional(Some(entry.section.as_str()).filter(|name| !name.is_empty())),
            ),
            ("is_optional", Value::from(entry.is_optional)),
            ("is_exclusion", Value::from(entry.is_exclusion)),
            ("approvals", Value::from(entry.approvals)),
            ("owners", texts(&entry.owners)),
            ("matches", Value::from(usage.matches)),
            ("decides", Value::from(usage.decides)),
            ("shadowed_by", shadow.unwrap_or(Value::Null)),
            ("at", self.at(entry.at)),
        ])
    }

    fn path(&self, path: &CriticalPath) -> Value {
        let mut example = Location::of_path(&path.example);
        example.branch.clone_from(&self.owners.branch);
        let decides = path.owned.sections.first().map(|section| section.at);
        object([
            ("path", text(&path.path)),
            ("files", Value::from(path.files)),
            ("class", text(path.class.as_str())),
            ("stage", optional(path.stage.as_deref())),
            ("owners", texts(&path.owned.owners())),
            ("sections", sections(&path.owned)),
            ("approvals", Value::from(path.owned.approvals())),
            ("example", at_value(&example)),
            ("at", decides.map_or(Value::Null, |at| self.at(at))),
        ])
    }
}

fn sections(owned: &Owned) -> Value {
    array(owned.sections.iter().map(|section| {
        object([
            ("name", optional(Some(section.name.as_str()).filter(|name| !name.is_empty()))),
            ("owners", texts(&section.owners)),
            ("approvals", Value::from(section.approvals)),
            ("is_optional", Value::from(section.is_optional)),
        ])
    }))
}
