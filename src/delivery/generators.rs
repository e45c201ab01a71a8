//! Generators of an ApplicationSet: the sets of parameters that can be known without asking a cluster or a host.

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use crate::documents::document::Document;
use crate::domain::delivery::Unresolved;

use super::context::Context;
use super::parameters::{Parameters, Reader, Text};
use super::site::Site;

/// More elements than this are not looked at one by one.
const MAX_SETS: usize = 1000;

/// What the generators of one ApplicationSet produce.
#[derive(Debug, Clone, Default)]
pub struct Expansion {
    pub sets: Vec<Parameters>,
    pub unresolved: Vec<Unresolved>,
}

/// Generators, the files they may read, and the context.
#[derive(Debug, Clone, Copy)]
pub struct Generators<'c> {
    pub context: &'c Context<'c>,
    /// Documents of the repository that a `git` generator may read parameters from.
    pub documents: &'c [(String, Arc<Document>)],
}

/// Whether a generator reads parameters from files, so that it can only be followed when all files are known.
pub fn reads_files(generator: &Site<'_>) -> bool {
    if generator.at(&["git", "files"]).is_some() {
        return true;
    }
    ["matrix", "merge"]
        .iter()
        .filter_map(|k| generator.at(&[k, "generators"]))
        .flat_map(|g| g.items())
        .any(|g| reads_files(&g))
}

impl Generators<'_> {
    /// Expands one generator; `outer` holds the parameters of the generator it is combined with.
    pub fn expand(&self, generator: &Site<'_>, outer: &Parameters, depth: usize) -> Expansion {
        let mut expansion = Expansion::default();
        // Argo CD itself allows matrix and merge to nest once.
        if depth > 4 {
            return expansion;
        }
        for (name, body) in generator.entries() {
            let made = match name {
                "list" => list(&body, outer),
                "git" => self.git(&body, outer),
                "matrix" => self.matrix(&body, outer, depth),
                "merge" => self.merge(&body, outer, depth),
                "clusters" => clusters(&body, outer),
                "pullRequest" => open(&body, name, true),
                "scmProvider" | "clusterDecisionResource" | "plugin" => open(&body, name, false),
                _ => continue,
            };
            expansion.sets.extend(made.sets);
            expansion.unresolved.extend(made.unresolved);
        }
        if let Some(labels) = generator.at(&["selector", "matchLabels"]) {
            let wanted = labels.entries();
            expansion.sets.retain(|set| {
                wanted
                    .iter()
                    .all(|(k, v)| set.values.get(*k).is_none_or(|t| Some(t.text.as_str()) == v.text()))
            });
        }
        if expansion.sets.len() > MAX_SETS {
            expansion.sets.truncate(MAX_SETS);
            expansion.unresolved.push(unresolved(
                generator,
                format!("only the first {MAX_SETS} elements were followed"),
            ));
        }
        expansion
    }

    fn matrix(&self, body: &Site<'_>, outer: &Parameters, depth: usize) -> Expansion {
        let generators = body.get("generators").map(|g| g.items()).unwrap_or_default();
        let mut result = Expansion {
            sets: vec![outer.clone()],
            unresolved: Vec::new(),
        };
        for generator in &generators {
            let mut sets = Vec::new();
            for set in &result.sets {
                let made = self.expand(generator, set, depth + 1);
                for unresolved in made.unresolved {
                    if !result.unresolved.contains(&unresolved) {
                        result.unresolved.push(unresolved);
                    }
                }
                sets.extend(made.sets.into_iter().map(|inner| combine(set, inner)));
                if sets.len() > MAX_SETS {
                    break;
                }
            }
            result.sets = sets;
        }
        result
    }

    fn merge(&self, body: &Site<'_>, outer: &Parameters, depth: usize) -> Expansion {
        let keys: Vec<&str> = body
            .get("mergeKeys")
            .map(|k| k.items())
            .unwrap_or_default()
            .iter()
            .filter_map(Site::text)
            .collect();
        let mut result = Expansion::default();
        for (index, generator) in body
            .get("generators")
            .map(|g| g.items())
            .unwrap_or_default()
            .iter()
            .enumerate()
        {
            let made = self.expand(generator, outer, depth + 1);
            result.unresolved.extend(made.unresolved);
            if index == 0 {
                result.sets = made.sets;
                continue;
            }
            for set in &mut result.sets {
                let text = |p: &Parameters, key: &str| p.values.get(key).map(|t| t.text.clone());
                let same = |other: &&Parameters| keys.iter().all(|k| text(set, k) == text(other, k));
                if let Some(other) = made.sets.iter().find(same) {
                    *set = combine(set, other.clone());
                }
            }
        }
        result
    }

    fn git(&self, body: &Site<'_>, outer: &Parameters) -> Expansion {
        let reader = Reader::with(outer);
        let url = reader.read_key(body, "repoURL");
        if self.context.source(url.as_ref().map(|u| u.text.as_str())).is_this_repository == Some(false) {
            return Expansion {
                unresolved: vec![unresolved(body, "the git generator reads another repository".to_owned())],
                sets: vec![Parameters::default()],
            };
        }
        let mut sets = self.directories(body, reader);
        sets.extend(self.files(body, reader));
        if sets.is_empty() {
            return Expansion {
                unresolved: vec![unresolved(
                    body,
                    "the git generator matches no file of this repository".to_owned(),
                )],
                sets: vec![Parameters::default()],
            };
        }
        for set in &mut sets {
            add_values(body, set, outer);
        }
        Expansion {
            sets,
            unresolved: Vec::new(),
        }
    }

    fn directories(&self, body: &Site<'_>, reader: Reader<'_>) -> Vec<Parameters> {
        let entries = body.get("directories").map(|d| d.items()).unwrap_or_default();
        let patterns = |is_excluded: bool| -> Vec<(GlobMatcher, Text)> {
            let chosen = entries
                .iter()
                .filter(|e| (e.get("exclude").and_then(|x| x.node.as_bool()) == Some(true)) == is_excluded);
            chosen
                .filter_map(|e| {
                    let text = reader.read_key(e, "path")?;
                    Some((glob(&text.text)?, text))
                })
                .collect()
        };
        let (wanted, excluded) = (patterns(false), patterns(true));
        let folders = self.context.folders().iter();
        folders
            .filter(|f| !excluded.iter().any(|(g, _)| g.is_match(f)))
            .filter_map(|f| {
                let (_, text) = wanted.iter().find(|(g, _)| g.is_match(f))?;
                Some(path_parameters(body, f, text))
            })
            .take(MAX_SETS)
            .collect()
    }

    fn files(&self, body: &Site<'_>, reader: Reader<'_>) -> Vec<Parameters> {
        let entries = body.get("files").map(|d| d.items()).unwrap_or_default();
        let patterns: Vec<(GlobMatcher, Text)> = entries
            .iter()
            .filter_map(|e| {
                let text = reader.read_key(e, "path")?;
                Some((glob(&text.text)?, text))
            })
            .collect();
        let documents = self.documents.iter();
        documents
            .filter_map(|(path, document)| {
                let (_, text) = patterns.iter().find(|(g, _)| g.is_match(path))?;
                let mut set = path_parameters(body, super::folder::folder_of(path), text);
                let root = Site::root(path, document);
                flatten(&root, "", &mut set, 0);
                Some(set)
            })
            .take(MAX_SETS)
            .collect()
    }
}

fn list(body: &Site<'_>, outer: &Parameters) -> Expansion {
    let mut expansion = Expansion::default();
    for element in body.get("elements").map(|e| e.items()).unwrap_or_default() {
        let mut raw = Parameters::default();
        flatten(&element, "", &mut raw, 0);
        expansion.sets.push(raw);
    }
    if let Some(template) = body.get("elementsYaml") {
        expansion
            .unresolved
            .push(unresolved(&template, "the elements of the list are a template".to_owned()));
        expansion.sets.push(outer.clone());
    }
    expansion
}

/// Clusters are known to Argo CD only, but a selector says what their labels are.
fn clusters(body: &Site<'_>, outer: &Parameters) -> Expansion {
    let mut set = Parameters::default();
    for (key, value) in body.at(&["selector", "matchLabels"]).map(|l| l.entries()).unwrap_or_default() {
        if let Some(text) = Reader::with(outer).read(&value) {
            set.values.insert(format!("metadata.labels.{key}"), text);
        }
    }
    add_values(body, &mut set, outer);
    Expansion {
        sets: vec![set],
        unresolved: vec![unresolved(body, "the clusters are known to Argo CD only".to_owned())],
    }
}

fn open(body: &Site<'_>, name: &str, is_preview: bool) -> Expansion {
    let set = Parameters {
        is_preview,
        ..Parameters::default()
    };
    let unresolved =
        (!is_preview).then(|| unresolved(body, format!("the elements of generator {name} are known to Argo CD only")));
    Expansion {
        sets: vec![set],
        unresolved: unresolved.into_iter().collect(),
    }
}

fn combine(base: &Parameters, other: Parameters) -> Parameters {
    let mut combined = base.clone();
    combined.values.extend(other.values);
    combined.is_preview |= other.is_preview;
    combined
}

/// `values:` beside the generator, which may itself use the parameters.
fn add_values(body: &Site<'_>, set: &mut Parameters, outer: &Parameters) {
    let known = combine(outer, set.clone());
    for (key, value) in body.get("values").map(|v| v.entries()).unwrap_or_default() {
        if let Some(text) = Reader::with(&known).read(&value) {
            set.values.insert(format!("values.{key}"), text);
        }
    }
}

fn flatten(site: &Site<'_>, prefix: &str, into: &mut Parameters, depth: usize) {
    if depth > 8 || into.values.len() > MAX_SETS {
        return;
    }
    for (key, value) in site.entries() {
        let name = if prefix.is_empty() {
            key.to_owned()
        } else {
            format!("{prefix}.{key}")
        };
        if let Some(text) = Reader::default().read(&value) {
            into.values.insert(name, text);
        } else {
            flatten(&value, &name, into, depth + 1);
        }
    }
}

/// `path`, `path.basename`, `path[1]` and their forms in Go templates.
fn path_parameters(body: &Site<'_>, folder: &str, pattern: &Text) -> Parameters {
    let mut set = Parameters::default();
    let prefix = body.text_of("pathParamPrefix").map(|p| format!("{p}.")).unwrap_or_default();
    let mut add = |key: &str, text: &str| {
        let value = Text {
            text: text.to_owned(),
            location: pattern.location.clone(),
        };
        set.values.insert(format!("{prefix}{key}"), value);
    };
    let name = folder.rsplit('/').next().unwrap_or(folder);
    add("path", folder);
    add("path.path", folder);
    add("path.basename", name);
    add("path.basenameNormalized", &name.to_lowercase().replace(['_', '.'], "-"));
    for (index, segment) in folder.split('/').enumerate() {
        add(&format!("path[{index}]"), segment);
        add(&format!("path.segments[{index}]"), segment);
    }
    set
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    let pattern = pattern.trim_start_matches('/').trim_end_matches('/');
    Some(
        GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .ok()?
            .compile_matcher(),
    )
}

fn unresolved(site: &Site<'_>, reason: String) -> Unresolved {
    Unresolved {
        tool: "argocd",
        reason,
        at: site.key_location(),
    }
}
