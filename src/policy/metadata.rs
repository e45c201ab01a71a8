//! Reads the `# METADATA` block of a rule; every problem with its line, all at once.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::domain::gate::Gate;
use crate::domain::rule::{Level, Reads, RuleId};

use super::near::nearest;
use super::package::{Block, BlockText};
use super::problem::{PolicyError, Problem};

/// Keys that OPA defines for annotations; flowgate reads title, description and custom.
const KEYS: [&str; 10] = [
    "title",
    "description",
    "custom",
    "scope",
    "entrypoint",
    "related_resources",
    "authors",
    "organizations",
    "schemas",
    "labels",
];
const CUSTOM_KEYS: [&str; 8] = [
    "severity", "reads", "kinds", "keys", "gates", "sources", "formerly", "options",
];

/// What a rule says about itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RuleMetadata {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) severity: Level,
    pub(crate) reads: BTreeSet<Reads>,
    pub(crate) kinds: BTreeSet<String>,
    pub(crate) keys: BTreeSet<String>,
    pub(crate) gates: BTreeSet<Gate>,
    pub(crate) sources: Vec<String>,
    pub(crate) formerly: Vec<RuleId>,
    pub(crate) options: Annotations,
}

/// Keys and values of a block.
pub(crate) type Annotations = Map<String, Json>;

/// The annotations of any block as JSON, for `rego.metadata.rule()`.
///
/// # Errors
/// When it is not a YAML mapping or has a key that is not an annotation.
pub(crate) fn annotations(path: &str, block: &Block) -> Result<Annotations, Vec<PolicyError>> {
    let top = read(path, block)?;
    let mut reader = Reader::new(path, block);
    reader.refuse_unknown(&top, &[], &KEYS);
    reader.done(top)
}

/// Whatever keys a block has.
///
/// # Errors
/// When it is not a YAML mapping.
pub(crate) fn read(path: &str, block: &Block) -> Result<Annotations, Vec<PolicyError>> {
    let mut reader = Reader::new(path, block);
    let top = reader.mapping().unwrap_or_default();
    reader.done(top)
}

/// What a rule says of itself in the block before its package.
///
/// # Errors
/// Every key that is unknown, missing or of the wrong kind.
pub(crate) fn rule_metadata(path: &str, block: &Block, top: &Annotations) -> Result<RuleMetadata, Vec<PolicyError>> {
    let mut reader = Reader::new(path, block);
    reader.refuse_unknown(top, &[], &KEYS);
    let nothing = Map::new();
    let custom = match top.get("custom") {
        Some(Json::Object(custom)) => custom,
        Some(_) => {
            reader.wrong_type(&["custom"], "a mapping");
            &nothing
        }
        None => &nothing,
    };
    reader.refuse_unknown(custom, &["custom"], &CUSTOM_KEYS);
    let metadata = RuleMetadata {
        title: reader.text(top, &["title"], "title"),
        description: reader.text(top, &["description"], "description"),
        severity: reader.severity(custom),
        reads: reader.reads(custom),
        kinds: reader.words(custom, "kinds").into_iter().collect(),
        keys: reader.keys(custom),
        gates: reader
            .known_words(custom, "gates", &Gate::ALL.map(Gate::as_str), Gate::parse)
            .into_iter()
            .collect(),
        sources: reader.words(custom, "sources"),
        formerly: reader.formerly(custom),
        options: reader.options(custom),
    };
    reader.done(metadata)
}

struct Reader<'b> {
    path: &'b str,
    block: &'b Block,
    problems: Vec<PolicyError>,
}

impl<'b> Reader<'b> {
    const fn new(path: &'b str, block: &'b Block) -> Self {
        Self {
            path,
            block,
            problems: Vec::new(),
        }
    }

    fn done<T>(self, read: T) -> Result<T, Vec<PolicyError>> {
        if self.problems.is_empty() {
            Ok(read)
        } else {
            Err(self.problems)
        }
    }

    fn mapping(&mut self) -> Option<Annotations> {
        let yaml = match &self.block.text {
            BlockText::Yaml(yaml) => yaml.as_str(),
            BlockText::Json(json) => match serde_json::from_str(json) {
                Ok(top) => return Some(top),
                Err(_) => json,
            },
        };
        match serde_yaml::from_str::<serde_yaml::Value>(yaml) {
            Ok(top @ serde_yaml::Value::Mapping(_)) => match serde_json::to_value(&top) {
                Ok(Json::Object(top)) => return Some(top),
                Ok(_) => {}
                Err(error) => self.report(0, Problem::MetadataSyntax(error.to_string())),
            },
            Ok(_) => self.report(
                0,
                Problem::MetadataSyntax("it must be a mapping of keys to values".to_owned()),
            ),
            Err(error) => {
                let line = error.location().map_or(0, |l| l.line());
                // The library appends a place that counts from the block, not from the file.
                let text = error.to_string();
                let text = text.split(" at line ").next().unwrap_or(&text);
                self.report(line, Problem::MetadataSyntax(text.to_owned()));
            }
        }
        None
    }

    fn refuse_unknown(&mut self, mapping: &Annotations, parents: &[&str], known: &[&str]) {
        for key in mapping.keys() {
            if known.contains(&key.as_str()) {
                continue;
            }
            let path: Vec<&str> = parents.iter().copied().chain([key.as_str()]).collect();
            let near = nearest(key, known.iter().copied()).map(str::to_owned);
            let problem = Problem::UnknownKey {
                key: path.join("."),
                near,
            };
            self.report(self.line_of(&path), problem);
        }
    }

    fn text(&mut self, mapping: &Annotations, path: &[&str], key: &'static str) -> String {
        match mapping.get(key) {
            Some(Json::String(text)) if !text.trim().is_empty() => return text.trim().to_owned(),
            Some(_) => self.wrong_type(path, "a text"),
            None => self.report(0, Problem::MissingKey(key)),
        }
        String::new()
    }

    fn severity(&mut self, custom: &Annotations) -> Level {
        let Some(value) = custom.get("severity") else {
            self.report(self.line_of(&["custom"]), Problem::MissingKey("custom.severity"));
            return Level::Off;
        };
        let word = plain(value);
        let level = Level::parse(&word);
        if level.is_none() {
            self.unknown_word("severity", &word, &Level::ALL.map(Level::as_str));
        }
        level.unwrap_or(Level::Off)
    }

    fn reads(&mut self, custom: &Annotations) -> BTreeSet<Reads> {
        let reads: BTreeSet<Reads> = self
            .known_words(custom, "reads", &Reads::ALL.map(Reads::as_str), Reads::parse)
            .into_iter()
            .collect();
        let line = self.line_of(&["custom", "reads"]);
        let is_given = matches!(custom.get("reads"), Some(Json::Array(words)) if !words.is_empty());
        if !custom.contains_key("reads") || (!is_given && matches!(custom.get("reads"), Some(Json::Array(_)))) {
            self.report(line, Problem::MissingKey("custom.reads"));
        }
        for alone in [Reads::Messages, Reads::Documents] {
            if reads.len() > 1 && reads.contains(&alone) {
                self.report(line, Problem::ReadsAlone(alone.as_str()));
            }
        }
        reads
    }

    fn keys(&mut self, custom: &Annotations) -> BTreeSet<String> {
        let keys: BTreeSet<String> = self.words(custom, "keys").into_iter().collect();
        if !keys.is_empty()
            && !self
                .words(custom, "reads")
                .iter()
                .any(|word| word == Reads::Documents.as_str())
        {
            self.report(self.line_of(&["custom", "keys"]), Problem::KeysWithoutDocuments);
        }
        keys
    }

    fn formerly(&mut self, custom: &Annotations) -> Vec<RuleId> {
        let mut ids = Vec::new();
        for word in self.words(custom, "formerly") {
            match RuleId::parse(&word) {
                Some(id) => ids.push(id),
                None => self.report(self.line_of(&["custom", "formerly"]), Problem::RuleIdForm(word)),
            }
        }
        ids
    }

    fn options(&mut self, custom: &Annotations) -> Annotations {
        match custom.get("options") {
            None | Some(Json::Null) => {}
            Some(Json::Object(options)) => return options.clone(),
            Some(_) => self.wrong_type(&["custom", "options"], "a mapping of names to defaults"),
        }
        Map::new()
    }

    fn known_words<T>(
        &mut self,
        custom: &Annotations,
        key: &str,
        known: &[&'static str],
        parse: fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for word in self.words(custom, key) {
            match parse(&word) {
                Some(value) => found.push(value),
                None => self.unknown_word(key, &word, known),
            }
        }
        found
    }

    /// A list of words; a missing or empty key is an empty list.
    fn words(&mut self, custom: &Annotations, key: &str) -> Vec<String> {
        match custom.get(key) {
            None | Some(Json::Null) => {}
            Some(Json::Array(items)) if items.iter().all(is_scalar) => return items.iter().map(plain).collect(),
            Some(_) => self.wrong_type(&["custom", key], "a list of words"),
        }
        Vec::new()
    }

    fn unknown_word(&mut self, key: &str, word: &str, known: &[&'static str]) {
        let problem = Problem::UnknownWord {
            key: format!("custom.{key}"),
            word: word.to_owned(),
            allowed: known.to_vec(),
            near: nearest(word, known.iter().copied()).map(str::to_owned),
        };
        self.report(self.line_of(&["custom", key]), problem);
    }

    fn wrong_type(&mut self, path: &[&str], expected: &'static str) {
        let key = path.join(".");
        self.report(self.line_of(path), Problem::WrongType { key, expected });
    }

    /// `line` counts from 1 within the YAML; 0 is the marker.
    fn report(&mut self, line: usize, problem: Problem) {
        let error = self.problem_at(line, problem);
        self.problems.push(error);
    }

    fn problem_at(&self, line: usize, problem: Problem) -> PolicyError {
        let line = self.block.line.saturating_add(u32::try_from(line).unwrap_or(0));
        PolicyError::at(self.path, line, 1, problem)
    }

    /// The line within the YAML, from 1, on which a key stands; that of the deepest parent that is found when it stands in flow style.
    fn line_of(&self, path: &[&str]) -> usize {
        let BlockText::Yaml(yaml) = &self.block.text else { return 0 };
        let mut found = 0;
        let mut depth = None;
        let mut rest = yaml.lines().enumerate();
        for key in path {
            let place = rest.by_ref().find(|(_, line)| {
                let indent = line.len() - line.trim_start().len();
                depth.is_none_or(|d| indent > d)
                    && line
                        .trim_start()
                        .trim_start_matches(['"', '\''])
                        .strip_prefix(key)
                        .is_some_and(|after| after.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
            });
            let Some((index, line)) = place else { break };
            found = index + 1;
            depth = Some(line.len() - line.trim_start().len());
        }
        found
    }
}

const fn is_scalar(value: &Json) -> bool {
    matches!(value, Json::String(_) | Json::Number(_) | Json::Bool(_))
}

fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        // YAML 1.1 habits: `off` as a level is a text for this parser, but `true` may stand where a word is asked for.
        other => serde_yaml::to_string(other).unwrap_or_default().trim().to_owned(),
    }
}
