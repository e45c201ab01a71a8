//! The keys of two configurations, without the levels of rules: lists of what is let pass, and the model.

use std::collections::BTreeSet;

use crate::domain::rule::{Level, RuleId};
use crate::domain::weakening::{Direction, Weakening, WeakeningKind as Kind};

use super::compare::{Comparison, row};
use super::configuration::Configuration;
use super::tree::{Entry, Node, Origin};

/// Lists of which every further entry lets more pass.
const LISTS: [(&[&str], Kind); 6] = [
    (&["exclude"], Kind::ExclusionAdded),
    (&["naming", "ignore"], Kind::ExclusionAdded),
    (&["bots"], Kind::BotAdded),
    (&["commits", "exempt"], Kind::ExemptAdded),
    (&["tags", "ignore"], Kind::TagsIgnored),
    (&["trust", "branches"], Kind::TrustAdded),
];

/// Values by how strict they are, the strictest first.
const SCALES: [(&[&str], &[&str]); 4] = [
    (&["naming", "mode"], &["strict", "detect", "off"]),
    (&["commits", "enforce"], &["all", "landing"]),
    (&["tags", "annotated"], &["true", "false"]),
    (&["naming", "namespace_digits"], &["true", "false"]),
];

/// What belongs to the model: another one is neither weaker nor stronger.
const MODEL: [&[&str]; 10] = [
    &["requires"],
    &["stages"],
    &["inference"],
    &["components"],
    &["clusters"],
    &["repositories"],
    &["paths"],
    &["tags", "patterns"],
    &["naming", "types"],
    &["naming", "cluster"],
];

/// Every difference but those of levels and of the profile.
pub(super) fn compare(comparison: &Comparison<'_>, rows: &mut Vec<Weakening>) {
    let keys = Keys {
        comparison,
        before: comparison.before.configuration.tree(),
        after: comparison.after.configuration.tree(),
        rows,
    };
    keys.all();
}

struct Keys<'a, 'r> {
    comparison: &'a Comparison<'a>,
    before: &'a Node,
    after: &'a Node,
    rows: &'r mut Vec<Weakening>,
}

impl<'a> Keys<'a, '_> {
    fn all(mut self) {
        for (path, kind) in LISTS {
            self.list(kind, at(self.before, path), at(self.after, path));
        }
        for (path, scale) in SCALES {
            self.scale(path, scale);
        }
        for path in MODEL {
            self.model(path);
        }
        self.commits();
        self.branches();
        self.merges();
        self.owners();
        self.adopted();
        self.waivers();
        self.rules();
    }

    fn note(&mut self, kind: Kind, subject: &str, values: (Option<&str>, Option<&str>), to: Direction, origin: Option<&Origin>) {
        let place = self.comparison.place(origin);
        self.rows.push(row(kind, subject, values, to, place));
    }

    fn list(&mut self, kind: Kind, before: Option<&'a Node>, after: Option<&'a Node>) {
        let (old, new) = (texts(before), texts(after));
        for item in after.map_or(&[][..], Node::items) {
            if let Some(text) = item.text().filter(|text| !old.contains(text)) {
                self.note(kind, text, (None, Some(text)), Direction::Weaker, Some(&item.origin));
            }
        }
        for gone in old.difference(&new) {
            let origin = after.map(|list| &list.origin);
            self.note(kind, gone, (Some(gone), None), Direction::Stronger, origin);
        }
    }

    fn scale(&mut self, path: &[&str], scale: &[&str]) {
        let (old, new) = (at(self.before, path).and_then(word), at(self.after, path).and_then(word));
        let (Some(old), Some(new)) = (old, new) else { return };
        let rank = |word: &str| scale.iter().position(|known| *known == word);
        let direction = match (rank(&old), rank(&new)) {
            (old, new) if old == new => return,
            (old, new) if new > old => Direction::Weaker,
            _ => Direction::Stronger,
        };
        let origin = at(self.after, path).map(|node| &node.origin);
        self.note(
            Kind::OptionChanged,
            &path.join("."),
            (Some(&old), Some(&new)),
            direction,
            origin,
        );
    }

    fn model(&mut self, path: &[&str]) {
        let (old, new) = (at(self.before, path), at(self.after, path));
        if old.map(Node::to_json) != new.map(Node::to_json) {
            let origin = new.map(|node| &node.origin);
            self.note(Kind::ModelChanged, &path.join("."), (None, None), Direction::Changed, origin);
        }
    }

    fn commits(&mut self) {
        let path = &["commits", "types"][..];
        self.list(Kind::TypesWidened, at(self.before, path), at(self.after, path));
        let path = &["commits", "scopes"][..];
        let (before, after) = (at(self.before, path), at(self.after, path));
        match (texts(before).is_empty(), texts(after).is_empty()) {
            (false, false) => self.list(Kind::TypesWidened, before, after),
            // None means any.
            (false, true) => {
                let origin = after.map(|node| &node.origin);
                let known = shown(&texts(before));
                let values = (Some(known.as_str()), Some("any scope"));
                self.note(Kind::TypesWidened, "commits.scopes", values, Direction::Weaker, origin);
            }
            (true, false) => {
                let known = shown(&texts(after));
                let values = (Some("any scope"), Some(known.as_str()));
                let origin = after.map(|node| &node.origin);
                self.note(Kind::TypesWidened, "commits.scopes", values, Direction::Stronger, origin);
            }
            (true, true) => {}
        }
    }

    /// Another pattern lets more names pass; all else about a type is the model.
    fn branches(&mut self) {
        for entry in self.after.entries_of("branches") {
            let old = self.before.get("branches").and_then(|types| types.get(&entry.key));
            let known: BTreeSet<&str> = ["patterns", "was"]
                .iter()
                .flat_map(|key| texts(old.and_then(|o| o.get(key))))
                .collect();
            let mut is_wider = false;
            for item in ["patterns", "was"].iter().flat_map(|key| entry.node.items_of(key)) {
                if let Some(text) = item.text().filter(|text| !known.contains(text)) {
                    is_wider = true;
                    self.note(
                        Kind::TypesWidened,
                        &format!("{} {text}", entry.key),
                        (None, Some(text)),
                        Direction::Weaker,
                        Some(&item.origin),
                    );
                }
            }
            if !is_wider && old.map(Node::to_json) != Some(entry.node.to_json()) {
                let subject = format!("branches.{}", entry.key);
                self.note(
                    Kind::ModelChanged,
                    &subject,
                    (None, None),
                    Direction::Changed,
                    Some(&entry.at),
                );
            }
        }
    }

    /// A target without an entry takes everything.
    fn merges(&mut self) {
        let (old, new) = (self.before.entries_of("merges"), self.after.entries_of("merges"));
        for entry in new {
            let Some(before) = old.iter().find(|e| e.key == entry.key) else {
                let takes = shown(&texts(Some(&entry.node)));
                let values = (Some("everything"), Some(takes.as_str()));
                self.note(Kind::MergesWidened, &entry.key, values, Direction::Stronger, Some(&entry.at));
                continue;
            };
            let (was, is) = (texts(Some(&before.node)), texts(Some(&entry.node)));
            if was == is {
                continue;
            }
            let direction = if is.is_subset(&was) {
                Direction::Stronger
            } else {
                Direction::Weaker
            };
            let (was, is) = (shown(&was), shown(&is));
            let values = (Some(was.as_str()), Some(is.as_str()));
            self.note(Kind::MergesWidened, &entry.key, values, direction, Some(&entry.at));
        }
        for gone in old.iter().filter(|e| new.iter().all(|other| other.key != e.key)) {
            let takes = shown(&texts(Some(&gone.node)));
            let values = (Some(takes.as_str()), Some("everything"));
            let origin = self.after.get("merges").map(|node| &node.origin);
            self.note(Kind::MergesWidened, &gone.key, values, Direction::Weaker, origin);
        }
    }

    /// Who is an owner approves; a class without owners asks nobody.
    fn owners(&mut self) {
        let (old, new) = (self.before.entries_of("owners"), self.after.entries_of("owners"));
        for entry in new {
            let before = old.iter().find(|e| e.key == entry.key);
            let known = texts(before.map(|e| &e.node));
            for item in entry.node.items() {
                let Some(text) = item.text().filter(|text| !known.contains(text)) else {
                    continue;
                };
                // Nobody could approve a change of the policy before.
                let is_weaker = before.is_some() || entry.key == "policy";
                let direction = if is_weaker { Direction::Weaker } else { Direction::Stronger };
                let subject = format!("{} {text}", entry.key);
                self.note(Kind::OwnerAdded, &subject, (None, Some(text)), direction, Some(&item.origin));
            }
        }
        for gone in old.iter().filter(|e| new.iter().all(|other| other.key != e.key)) {
            let owners = shown(&texts(Some(&gone.node)));
            let origin = self.after.get("owners").map(|node| &node.origin);
            self.note(
                Kind::OwnerAdded,
                &gone.key,
                (Some(&owners), Some("nobody in particular")),
                Direction::Weaker,
                origin,
            );
        }
    }

    fn adopted(&mut self) {
        let (old, new) = (self.before.text_of("adopted"), self.after.text_of("adopted"));
        if old == new {
            return;
        }
        let is_date = |text: &str| text.len() == 10 && text.bytes().filter(|b| *b == b'-').count() == 2;
        let direction = match (old, new) {
            (_, None) => Direction::Stronger,
            (None, _) => Direction::Weaker,
            // The order of such text is the order of days.
            (Some(old), Some(new)) if is_date(old) && is_date(new) && new < old => Direction::Stronger,
            (Some(old), Some(new)) if is_date(old) && is_date(new) => Direction::Weaker,
            _ => Direction::Changed,
        };
        let origin = self.after.get("adopted").map(|node| &node.origin);
        self.note(Kind::AdoptedMoved, "adopted", (old, new), direction, origin);
    }

    fn waivers(&mut self) {
        let (old, new) = (self.before.items_of("waivers"), self.after.items_of("waivers"));
        let name = |waiver: &Node| {
            let path = waiver.text_of("path").unwrap_or("everywhere");
            format!("{} {path}", waiver.text_of("rule").unwrap_or_default())
        };
        for waiver in new {
            let subject = name(waiver);
            let is = waiver.text_of("until").unwrap_or("without end");
            let was: Vec<&str> = old
                .iter()
                .filter(|o| name(o) == subject)
                .map(|o| o.text_of("until").unwrap_or("without end"))
                .collect();
            let ends_later = |end: &str| {
                let same = new.iter().filter(|n| name(n) == subject);
                same.map(|n| n.text_of("until").unwrap_or("without end"))
                    .any(|other| other >= end)
            };
            // Words stand behind digits, so that the order of text is right for what has no end as well.
            let longest = was.iter().max().copied();
            let direction = match longest {
                Some(longest) if longest > is && !ends_later(longest) => Direction::Stronger,
                Some(longest) if longest >= is => continue,
                _ => Direction::Weaker,
            };
            let until = |end: &str| {
                if end == "without end" {
                    end.to_owned()
                } else {
                    format!("until {end}")
                }
            };
            let values = (longest.map(until), until(is));
            self.note(
                Kind::WaiverAdded,
                &subject,
                (values.0.as_deref(), Some(&values.1)),
                direction,
                Some(&waiver.origin),
            );
        }
        for gone in old.iter().filter(|o| new.iter().all(|n| name(n) != name(o))) {
            let origin = self.after.get("waivers").map(|node| &node.origin);
            self.note(
                Kind::WaiverAdded,
                &name(gone),
                (Some("waived"), None),
                Direction::Stronger,
                origin,
            );
        }
    }

    /// Options of rules, and levels by path.
    fn rules(&mut self) {
        let keys = |tree: &'a Node| tree.entries_of("rules").iter().map(|e| e.key.as_str());
        let keys: BTreeSet<&str> = keys(self.before).chain(keys(self.after)).collect();
        for key in keys {
            let entry = |tree: &'a Node| tree.get("rules").and_then(|rules| rules.get(key));
            let (old, new) = (entry(self.before), entry(self.after));
            let options = |node: Option<&Node>| node.and_then(|n| n.get("options")).map(Node::to_json);
            if options(old) != options(new) {
                let text = |node| options(node).map(|value| value.to_string());
                let (was, is) = (text(old), text(new));
                let origin = new.map(|n| n.get("options").map_or(&n.origin, |o| &o.origin));
                self.note(
                    Kind::OptionChanged,
                    key,
                    (was.as_deref(), is.as_deref()),
                    Direction::Changed,
                    origin,
                );
            }
            self.paths(key, old, new);
        }
    }

    fn paths(&mut self, key: &str, old: Option<&'a Node>, new: Option<&'a Node>) {
        let globs = |node: Option<&'a Node>| node.map_or(&[][..], |n| n.entries_of("paths"));
        let level = |entries: &'a [Entry], glob: &str| {
            let entry = entries.iter().find(|e| e.key == glob)?;
            Level::parse(entry.node.text()?)
        };
        let (was, is) = (globs(old), globs(new));
        let all: BTreeSet<&str> = was.iter().chain(is).map(|e| e.key.as_str()).collect();
        for glob in all {
            let (said_before, said_after) = (level(was, glob), level(is, glob));
            if said_before == said_after {
                continue;
            }
            let before = said_before.unwrap_or_else(|| self.highest(key, self.comparison.before.configuration));
            let after = said_after.unwrap_or_else(|| self.highest(key, self.comparison.after.configuration));
            let direction = match after.cmp(&before) {
                std::cmp::Ordering::Less => Direction::Weaker,
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Greater => Direction::Stronger,
            };
            let origin = is
                .iter()
                .find(|e| e.key == glob)
                .map(|e| &e.at)
                .or_else(|| new.map(|n| &n.origin));
            let subject = format!("{key} in {glob}");
            let values = (Some(before.as_str()), Some(after.as_str()));
            self.note(Kind::PathsLevelLowered, &subject, values, direction, origin);
        }
    }

    /// The highest level of the rules that a key names.
    fn highest(&self, key: &str, configuration: &Configuration) -> Level {
        let is_named = |rule: &RuleId| key == "*" || key == rule.group() || key == rule.as_str();
        let rules = self.comparison.after.rules.iter().filter(|(rule, _)| is_named(rule));
        let levels = rules.map(|(rule, own)| configuration.level_of(rule, *own, None));
        levels.max().unwrap_or(Level::Off)
    }
}

fn at<'a>(tree: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(tree, |node, key| node.get(key))
}

fn texts(list: Option<&Node>) -> BTreeSet<&str> {
    list.map_or(&[][..], Node::items).iter().filter_map(Node::text).collect()
}

fn word(node: &Node) -> Option<String> {
    node.text()
        .map(str::to_owned)
        .or_else(|| node.bool().map(|value| value.to_string()))
}

fn shown(words: &BTreeSet<&str>) -> String {
    if words.is_empty() {
        return "nothing".to_owned();
    }
    words.iter().copied().collect::<Vec<_>>().join(", ")
}
