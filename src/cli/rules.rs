//! `flowgate rules list` and `flowgate rules explain`.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::domain::report::Failure;
use crate::domain::rule::{Level, RuleId};
use crate::domain::target::Content;
use crate::facts::Place;
use crate::policy::Rule;

use super::args::{RulesArguments, RulesCommand, TargetArguments};
use super::prepare::{Model, Origins, Reach, model};
use super::run::{UNDECIDED, complain, print};
use super::target::choose;

/// Runs one of the commands.
pub fn run(directory: Option<PathBuf>, command: RulesCommand) -> u8 {
    let (arguments, id) = match &command {
        RulesCommand::List(arguments) => (arguments, None),
        RulesCommand::Explain { id, rules } => (rules, Some(id.as_str())),
    };
    let model = match load(directory, arguments) {
        Ok(model) => model,
        Err(failures) => {
            for failure in failures {
                complain(&format!("flowgate: {}", in_words(&failure)));
            }
            return UNDECIDED;
        }
    };
    match id {
        None => print(&list(&model, arguments.json)),
        Some(id) => match find(&model, id) {
            Ok(rule) => print(&explain(&model, rule, arguments.json)),
            Err(message) => {
                complain(&message);
                UNDECIDED
            }
        },
    }
}

/// A failure as one paragraph with its place.
pub fn in_words(failure: &Failure) -> String {
    let place = failure.location.as_ref().and_then(|l| {
        let path = l.path.as_deref()?;
        Some(
            l.span
                .map_or_else(|| path.to_owned(), |s| format!("{path}:{}:{}", s.start.line, s.start.column)),
        )
    });
    place.map_or_else(|| failure.message.clone(), |place| format!("{place}: {}", failure.message))
}

fn load(directory: Option<PathBuf>, arguments: &RulesArguments) -> Result<Model, Vec<Failure>> {
    // The rules can be read anywhere; a repository that is bare or cannot be opened only has no configuration to show.
    let (place, content) = match choose(directory.as_deref(), &[], &TargetArguments::default()) {
        Ok(chosen) => (chosen.place, chosen.target.content),
        Err(_) => (
            Place::Input(directory.unwrap_or_else(|| PathBuf::from("."))),
            Content::Input(Vec::new()),
        ),
    };
    model(Origins {
        place: &place,
        content: &content,
        config: arguments.model.config.as_deref(),
        policies: arguments.model.policies.as_deref(),
        profile: arguments.model.profile.as_deref(),
        is_cached: false,
        cache: None,
        reach: Reach::Anywhere,
    })
}

fn find<'a>(model: &'a Model, id: &str) -> Result<&'a Rule, String> {
    let known = |rule: &&Rule| rule.id.as_str() == id || rule.formerly.iter().any(|f| f.as_str() == id);
    model.rules.rules().find(known).ok_or_else(|| {
        let near = model
            .rules
            .rules()
            .map(|r| (strsim::jaro_winkler(r.id.as_str(), id), r.id.as_str()))
            .filter(|(score, _)| *score > 0.75)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match near {
            Some((_, name)) => format!("flowgate: no rule is called {id:?}; did you mean {name:?}?"),
            None => format!("flowgate: no rule is called {id:?}; `flowgate rules list` names them all"),
        }
    })
}

fn level(model: &Model, rule: &Rule) -> Level {
    model.configuration.level_of(&rule.id, rule.severity, None)
}

fn list(model: &Model, as_json: bool) -> String {
    let mut rules: Vec<&Rule> = model.rules.rules().collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    if as_json {
        let rules: Vec<Value> = rules.iter().map(|r| rule_json(model, r)).collect();
        return serde_json::to_string_pretty(&rules).unwrap_or_default() + "\n";
    }
    let width = rules.iter().map(|r| r.id.as_str().len()).max().unwrap_or(0);
    let line = |rule: &&Rule| {
        format!(
            "{:<width$}  {:<7}  {}\n",
            rule.id.as_str(),
            level(model, rule).as_str(),
            rule.title
        )
    };
    rules.iter().map(line).collect()
}

fn rule_json(model: &Model, rule: &Rule) -> Value {
    json!({
        "id": rule.id.as_str(),
        "title": rule.title,
        "description": rule.description,
        "level": level(model, rule).as_str(),
        "default": rule.severity.as_str(),
        "origin": origin(model, &rule.id),
        "reads": rule.reads.iter().map(|r| r.as_str()).collect::<Vec<_>>(),
        "kinds": rule.kinds,
        "keys": rule.keys,
        "sources": rule.sources,
        "formerly": rule.formerly.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "options": options(model, rule),
        "page": rule.page,
    })
}

fn options(model: &Model, rule: &Rule) -> serde_json::Map<String, Value> {
    let mut options = rule.options.clone();
    options.extend(model.configuration.options_of(&rule.id));
    options
}

/// Where the rule's level is said, as `file:line`; `null` when it is the rule's own.
fn origin(model: &Model, id: &RuleId) -> Option<String> {
    model.configuration.levels.origin_of(id, None).map(ToString::to_string)
}

fn explain(model: &Model, rule: &Rule, as_json: bool) -> String {
    if as_json {
        return serde_json::to_string_pretty(&rule_json(model, rule)).unwrap_or_default() + "\n";
    }
    let mut text = format!("{}: {}\n\n{}\n\n", rule.id, rule.title, rule.description);
    let said = origin(model, &rule.id).unwrap_or_else(|| format!("the rule itself, {}", rule.path));
    text.push_str(&format!("level     {} (said by {said})\n", level(model, rule).as_str()));
    let joined = |words: Vec<&str>| words.join(", ");
    text.push_str(&format!(
        "reads     {}\n",
        joined(rule.reads.iter().map(|r| r.as_str()).collect())
    ));
    if !rule.kinds.is_empty() {
        text.push_str(&format!(
            "kinds     {}\n",
            joined(rule.kinds.iter().map(String::as_str).collect())
        ));
    }
    if !rule.keys.is_empty() {
        text.push_str(&format!(
            "keys      {}\n",
            joined(rule.keys.iter().map(String::as_str).collect())
        ));
    }
    text.push_str(&format!("enforces  {}\n", rule.sources.join(", ")));
    for (name, value) in options(model, rule) {
        let pointer = format!("/rules/{}/options/{name}", rule.id.as_str().replace('/', "~1"));
        let said = model
            .configuration
            .origin(&pointer)
            .map_or_else(|| "default".to_owned(), ToString::to_string);
        text.push_str(&format!("option    {name}: {value} ({said})\n"));
    }
    text.push('\n');
    text.push_str(rule.page_text.trim_end());
    text.push('\n');
    text
}
